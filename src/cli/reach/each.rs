//! `ringfence reach --each`: one question for each action, written as they are answered, as text service by service.

use std::io::{self, StdoutLock, Write};

use anyhow::Result;
use ringfence::goal::Goal;
use ringfence::query::reach::{Options, ReachError, reach_each};
use ringfence::report::verdict::{self, Asked, Timing};
use ringfence::scenario::Scenario;
use ringfence::verdict::{Answer, Verdict};
use serde_json::Value;

use crate::args::{Color, Format, Reach};
use crate::exit::Exit;
use crate::stop::Stop;

/// The actions of one service, until its last one is answered.
#[derive(Default)]
struct Service {
    prefix: String,
    answers: Vec<(Answer, String)>,
}

impl Service {
    /// A line of counts, then one for each action.
    fn write(&mut self, stdout: &mut StdoutLock<'_>) -> io::Result<()> {
        if self.answers.is_empty() {
            return Ok(());
        }
        let count = |wanted: Answer| self.answers.iter().filter(|(answer, _)| *answer == wanted).count();
        let counts = Answer::ALL.into_iter().map(|answer| (answer, count(answer))).filter(|(_, count)| *count > 0);
        let counts: Vec<String> = counts.map(|(answer, count)| format!("{count} {}", answer.as_str())).collect();
        writeln!(stdout, "{}: {}", self.prefix, counts.join(", "))?;
        for (answer, action) in self.answers.drain(..) {
            writeln!(stdout, "  {:<11} {action}", answer.as_str())?;
        }
        stdout.flush()
    }
}

pub(super) fn run(
    arguments: &Reach,
    scenario: &Scenario,
    goal: &Goal,
    options: &Options,
    timing: Option<Timing>,
    color: Color,
) -> Result<Exit> {
    let asserted = arguments.expect.unwrap_or(Answer::Unreachable);
    let mut stdout = io::stdout().lock();
    let mut worst = Exit::Answered;
    let mut service = Service::default();
    let format = arguments.format.unwrap_or(Format::Json);
    // A line is as much work as its answer.
    let write = |action: &str, verdict: Verdict| match format {
        Format::Text => (verdict.answer, String::new()),
        Format::Json => {
            let (id, goal) = (Value::from(action), goal_of(goal, action));
            let asked = Asked { id: Some(&id), goal: &goal, dialect: scenario.dialect, line: None, timing };
            (verdict.answer, format!("{}\n", verdict::json(&verdict, asked)))
        }
    };
    let show = |action: &str, (answer, line): (Answer, String)| -> Result<(), Stop<ReachError>> {
        worst = worst.or_worse(super::exit(answer, asserted));
        match format {
            Format::Text => {
                let (prefix, _) = action.split_once(':').unwrap_or_default();
                if prefix != service.prefix {
                    service.write(&mut stdout).map_err(Stop::Writing)?;
                    prefix.clone_into(&mut service.prefix);
                }
                service.answers.push((answer, action.to_owned()));
            }
            Format::Json => {
                stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).map_err(Stop::Writing)?;
            }
        }
        Ok(())
    };
    match reach_each(scenario, goal, options, arguments.asking.threads(), write, show) {
        Ok(()) => service.write(&mut stdout)?,
        Err(Stop::Writing(error)) => return Err(error.into()),
        Err(Stop::Asking(error)) => return Ok(super::refuse(error, color)),
    }
    Ok(worst)
}

/// The goal of one action of a goal of several.
fn goal_of(goal: &Goal, action: &str) -> Value {
    let mut written = match &goal.written {
        Value::Object(members) => members.clone(),
        _ => serde_json::Map::new(),
    };
    written.insert("action".to_owned(), Value::from(action));
    written.shift_remove("except");
    Value::Object(written)
}
