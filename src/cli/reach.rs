//! `ringfence reach`: one question from flags, one for each action, or questions as JSON lines.

mod accounts;
mod batch;
mod deployed;
mod each;

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};
use ringfence::certificate::{self, CertificateError};
use ringfence::diagnostic::Diagnostic;
use ringfence::goal::Goal;
use ringfence::query::reach::{Options, ReachError, reach};
use ringfence::report::entry::{self, About, Wanted};
use ringfence::report::verdict::{self, Asked, Timing};
use ringfence::scenario::Scenario;
use ringfence::verdict::{Answer, Verdict};

use crate::args::{Color, Format, Reach};
use crate::exit::Exit;
use crate::{goal, layers, stderr, written};

pub(crate) fn run(arguments: &Reach, color: Color) -> Result<Exit> {
    layers::check_dialect(arguments.asking.dialect.as_deref())?;
    if arguments.certificate.is_some() && arguments.each {
        bail!(
            "--certificate takes no --each: ask about one action at a time, or write a line for each and use --batch"
        );
    }
    if arguments.certificate.is_some() && !arguments.accounts.account.is_empty() {
        bail!(
            "--certificate takes no --account: write the principal's policies to a scenario file, name it by --scenario \
             and ask without the account"
        );
    }
    if !arguments.accounts.account.is_empty() {
        return accounts::run(arguments, color);
    }
    if arguments.deployments.is_given() {
        return deployed::run(arguments, color);
    }
    if arguments.accounts.managed.is_some() {
        bail!("--managed goes with --account, --terraform-plan or --cloudformation");
    }
    if arguments.asking.shard.is_some() && arguments.batch.is_none() {
        bail!("--shard divides many questions: it takes --batch or --each-principal");
    }
    if let Some(batch) = &arguments.batch {
        return batch::run(arguments, batch);
    }
    let started = Instant::now();
    let Some((scenario, goal)) = read(arguments, color)? else { return Ok(Exit::Refused) };
    let parse = started.elapsed();
    let asserted = arguments.expect.unwrap_or(Answer::Unreachable);
    let options = Options {
        any_request: arguments.asking.any_request,
        explain: arguments.explain || !arguments.each || arguments.format == Some(Format::Html),
        timeout: Some(arguments.asking.timeout),
        engine: arguments.engine,
        ..Options::default()
    };
    let asked = Instant::now();
    if arguments.each {
        // What questions share is made when it is first asked for, and is no line's own.
        let timing = (!arguments.no_timing).then(|| Timing { parse, ..Timing::default() });
        return each::run(arguments, &scenario, &goal, &options, timing, color);
    }
    let verdict = match reach(&scenario, &goal, &options) {
        Ok(verdict) => verdict,
        Err(error) => return Ok(refuse(error, color)),
    };
    let setup = asked.elapsed().saturating_sub(verdict.elapsed);
    if let Some(directory) = &arguments.certificate
        && let Err(error) = certificate::write(directory, &scenario, &goal, &options, &verdict)
    {
        match error {
            CertificateError::Unknown => eprintln!("warning: {error}"),
            error => return Ok(refuse_certificate(error, color)),
        }
    }
    let timing = (!arguments.no_timing).then_some(Timing { setup, parse });
    write(arguments, &verdict, &goal, &scenario, timing)?;
    Ok(exit(verdict.answer, asserted))
}

/// What is asked.
pub(crate) const QUESTION: &str = "Can any of these requests be allowed?";

/// Writes one verdict.
fn write(arguments: &Reach, verdict: &Verdict, goal: &Goal, scenario: &Scenario, timing: Option<Timing>) -> Result<()> {
    match arguments.format.unwrap_or(Format::Text) {
        Format::Text => written::text(&verdict::text(verdict, goal, scenario, timing))?,
        Format::Json => {
            let asked = Asked { id: None, goal: &goal.written, dialect: scenario.dialect, line: None, timing };
            writeln!(io::stdout(), "{}", verdict::json(verdict, asked))?;
        }
        format => {
            let asserted = Some(arguments.expect.unwrap_or(Answer::Unreachable));
            let wanted = Wanted { asserted, group: "ringfence reach", of: None, timing };
            let entry = entry::of_verdict(verdict, goal, scenario, &wanted);
            written::write(format, &[entry], &About::new("reach", QUESTION, scenario.dialect))?;
        }
    }
    Ok(())
}

/// Scenario and goal; none if either is refused, and then everything wrong with both was shown.
fn read(arguments: &Reach, color: Color) -> Result<Option<(Scenario, Goal)>> {
    let scenario_on_stdin = arguments.scenario.as_deref() == Some(Path::new("-"));
    let others = arguments.layers.on_stdin() + usize::from(scenario_on_stdin);
    if others + usize::from(goal::is_on_stdin(&arguments.narrowed)) > 1 {
        bail!("standard input can be read once: as one document, the scenario or the condition");
    }
    let dialect = arguments.asking.dialect.as_deref();
    let scenario = match &arguments.scenario {
        Some(path) => layers::from_file(path, dialect),
        None => layers::from_flags(&arguments.layers, dialect)?,
    };
    let goal = goal::read(&arguments.goal, &arguments.narrowed);
    let mut findings: Vec<Diagnostic> = Vec::new();
    let scenario = stderr::keep(scenario, &mut findings);
    let goal = stderr::keep(goal.map(|goal| (goal, Vec::new())), &mut findings);
    stderr::show(&findings, color);
    let ruled = scenario.map(|scenario| Scenario { rulings: arguments.asking.rulings.into(), ..scenario });
    Ok(ruled.zip(goal))
}

/// Says why there is no certificate, or why it is worth nothing.
pub(crate) fn refuse_certificate(error: CertificateError, color: Color) -> Exit {
    match error {
        CertificateError::Inputs(refusal) => stderr::show(&refusal.diagnostics, color),
        CertificateError::Question(error) => return refuse(error, color),
        error => eprintln!("error: {error}"),
    }
    Exit::Refused
}

/// Says why there is no verdict.
pub(crate) fn refuse(error: ReachError, color: Color) -> Exit {
    match error {
        ReachError::Goal(diagnostic) => stderr::show(&[*diagnostic], color),
        error => eprintln!("error: {error}"),
    }
    Exit::Refused
}

/// What a verdict is worth under an assertion; unknown asserts nothing and refutes nothing.
pub(crate) fn exit(answer: Answer, asserted: Answer) -> Exit {
    match answer {
        answer if answer == asserted => Exit::Answered,
        Answer::Unknown => Exit::Unknown,
        Answer::Unreachable | Answer::Reachable | Answer::Vacuous => Exit::Violated,
    }
}
