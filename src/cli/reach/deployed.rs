//! `ringfence reach` of a plan or template: everybody in it.

use std::io::{self, Write};
use std::time::Instant;

use anyhow::{Result, bail};
use ringfence::deployment::{AskError, Asked, Deployment, Subject};
use ringfence::goal::Goal;
use ringfence::query::ordered::in_order;
use ringfence::query::reach::Options;
use ringfence::report::deployment::{self as report, Answered};
use ringfence::report::entry::{self, About, Entry};
use ringfence::report::verdict::Timing;
use ringfence::verdict::Answer;

use crate::args::{Color, Format, Reach};
use crate::exit::Exit;
use crate::stop::Stop;
use crate::{deployment, goal, stderr, written};

pub(super) fn run(arguments: &Reach, color: Color) -> Result<Exit> {
    let Reach { deployments, accounts, layers, asking, narrowed, .. } = arguments;
    if layers.is_given() || arguments.scenario.is_some() || arguments.each {
        bail!(
            "the principals and policies are the file's: leave --scenario, --each, --principal and the flags of layers out"
        );
    }
    if asking.dialect.as_deref().is_some_and(|name| name != "aws") {
        bail!("plans and templates are of the dialect aws");
    }
    let started = Instant::now();
    let read = deployment::read(deployments, accounts.managed.as_deref(), color)?;
    let goal = match goal::read(&arguments.goal, narrowed) {
        Ok(goal) => Some(goal),
        Err(refusal) => {
            stderr::show(&refusal.diagnostics, color);
            None
        }
    };
    let (Some(deployment), Some(goal)) = (read, goal) else { return Ok(Exit::Refused) };
    let parse = started.elapsed();
    let options = Options {
        any_request: asking.any_request,
        explain: arguments.explain || arguments.format.is_some_and(written::is_whole),
        timeout: Some(asking.timeout),
        ..Options::default()
    };
    let answers = match ask(&deployment, &goal, &options, arguments) {
        Ok(answers) => answers,
        Err(AskError::Documents(refusal)) => {
            stderr::show(&refusal.diagnostics, color);
            return Ok(Exit::Refused);
        }
        Err(AskError::Reach(error)) => return Ok(super::refuse(error, color)),
    };
    let asserted = arguments.expect.unwrap_or(Answer::Unreachable);
    let exit = answers.iter().map(|(_, asked)| super::exit(asked.verdict.answer, asserted));
    let exit = exit.fold(Exit::Answered, Exit::or_worse);
    let timing = (!arguments.no_timing).then(|| Timing { parse, ..Timing::default() });
    let found = Answered { deployment: &deployment, goal: &goal, answers: &answers, timing };
    match arguments.format.unwrap_or(Format::Text) {
        Format::Text => written::text(&report::text(found))?,
        Format::Json => writeln!(io::stdout(), "{}", report::json(found))?,
        format => {
            let entry = |(subject, asked): &(Subject, Asked)| {
                entry::of_subject(&deployment, (subject, asked), &goal, asserted, timing)
            };
            let entries: Vec<Entry> = answers.iter().map(entry).collect();
            let mut about = About::new("reach", super::QUESTION, deployment.dialect);
            about.notes.extend(deployment.notes.iter().cloned());
            let unknowns =
                deployment.unknowns().into_iter().map(|own| format!("not known: `{}`: {}", own.name, own.why));
            about.notes.extend(unknowns);
            written::write(format, &entries, &about)?;
        }
    }
    Ok(exit)
}

/// Asks about everybody, in the order of the file.
fn ask(
    deployment: &Deployment,
    goal: &Goal,
    options: &Options,
    arguments: &Reach,
) -> Result<Vec<(Subject, Asked)>, AskError> {
    let subjects = deployment.subjects();
    let rulings = arguments.asking.rulings.into();
    let mut answers = Vec::with_capacity(subjects.len());
    let answer = |subject: &Subject| deployment.ask(subject, goal, options, rulings);
    let keep = |subject: &Subject, asked: Result<Asked, AskError>| -> Result<(), Stop<AskError>> {
        answers.push((subject.clone(), asked?));
        Ok(())
    };
    match in_order(&subjects, arguments.asking.threads(), answer, keep, |error| Stop::Asking(error.into())) {
        Ok(()) | Err(Stop::Writing(_)) => Ok(answers),
        Err(Stop::Asking(error)) => Err(error),
    }
}
