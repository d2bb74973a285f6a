//! `ringfence reach --each`: one question for each action, written as they are answered, as text service by service.

use std::io::{self, StdoutLock, Write};

use anyhow::Result;
use ringfence::goal::Goal;
use ringfence::query::reach::{Options, ReachError, reach_each};
use ringfence::report::entry::{self, About, Entry, Wanted};
use ringfence::report::verdict::{self, Asked, Timing};
use ringfence::scenario::Scenario;
use ringfence::source::Spanned;
use ringfence::verdict::{Answer, Verdict};
use ringfence::vocabulary::action::ActionPattern;
use serde_json::Value;

use crate::args::{Color, Format, Reach};
use crate::exit::Exit;
use crate::stop::Stop;
use crate::written;

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
        Format::Text => (verdict.answer, String::new(), None),
        Format::Json => {
            let (id, goal) = (Value::from(action), goal_of(goal, action));
            let asked = Asked { id: Some(&id), goal: &goal, dialect: scenario.dialect, line: None, timing };
            (verdict.answer, format!("{}\n", verdict::json(&verdict, asked)), None)
        }
        _ => {
            let entry = narrowed(goal, action).map(|goal| {
                let group = action.split(':').next().unwrap_or_default();
                let wanted = Wanted { asserted: Some(asserted), group, of: None, timing };
                entry::of_verdict(&verdict, &goal, scenario, &wanted)
            });
            (verdict.answer, String::new(), entry)
        }
    };
    let mut entries: Vec<Entry> = Vec::new();
    let show = |action: &str, (answer, line, entry): (Answer, String, Option<Entry>)| -> Result<(), Stop<ReachError>> {
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
            _ => entries.extend(entry),
        }
        Ok(())
    };
    match reach_each(scenario, goal, options, arguments.asking.threads(), write, show) {
        Ok(()) => service.write(&mut stdout)?,
        Err(Stop::Writing(error)) => return Err(error.into()),
        Err(Stop::Asking(error)) => return Ok(super::refuse(error, color)),
    }
    if written::is_whole(format) {
        drop(stdout);
        written::write(format, &entries, &About::new("reach", super::QUESTION, scenario.dialect))?;
    }
    Ok(worst)
}

/// The same goal about one action.
fn narrowed(goal: &Goal, action: &str) -> Option<Goal> {
    let pattern = ActionPattern::parse(action).ok()?;
    let span = goal.actions.first().map(|own| own.span).unwrap_or_default();
    let (actions, written) = (vec![Spanned::new(pattern, span)], goal_of(goal, action));
    Some(Goal { actions, except: Vec::new(), written, ..goal.clone() })
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
