//! `ringfence check`: suites, each assertion a question.

mod mutants;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ringfence::account::ask::AskError;
use ringfence::diagnostic::{Code, Diagnostic};
use ringfence::input;
use ringfence::query::decided::DecideError;
use ringfence::query::ordered::in_order;
use ringfence::query::reach::ReachError;
use ringfence::report::entry::{self, Entry};
use ringfence::report::suite::{self as report, Basis, Tally};
use ringfence::report::{self as reports};
use ringfence::suite::{self, Assertion, Instead, Standing, Suite, SuiteError, ask};
use serde_json::Value;

use crate::args::{Check, Color, Format, threads};
use crate::exit::Exit;
use crate::stop::Stop;
use crate::{accounts, stderr, written};

/// Progress is shown for at least this many checks.
const LONG: usize = 200;

/// One check of an assertion of a suite, by their numbers.
struct Question<'a> {
    number: usize,
    suite: &'a Suite,
    assertion: &'a Assertion,
    check: &'a suite::Check,
}

pub(crate) fn run(arguments: &Check, color: Color) -> Result<Exit> {
    if arguments.mutants && written::is_whole(arguments.format) {
        bail!("mutants are no test cases: --mutants takes --format text or json");
    }
    let Some(suites) = read(arguments, color) else { return Ok(Exit::Refused) };
    if arguments.deployments.is_given() && !suites.iter().any(Suite::is_about_deployments) {
        bail!(
            "no scenario names a plan or template: give one `terraform-plan = \"FILE\"` or `cloudformation = \"FILE\"`"
        );
    }
    let is_wanted = |assertion: &Assertion| {
        arguments.filter.is_empty() || arguments.filter.iter().any(|text| assertion.name.contains(text))
    };
    let mut questions = Vec::new();
    for (number, suite) in suites.iter().enumerate() {
        for assertion in suite.assertions.iter().filter(|assertion| is_wanted(assertion)) {
            questions.extend(assertion.checks.iter().map(|check| Question { number, suite, assertion, check }));
        }
    }
    if questions.is_empty() {
        bail!("no assertion's name holds {}", arguments.filter.join(" or "));
    }
    let (tally, objects, basis) = (Tally::default(), Vec::new(), Basis::default());
    let mut shown = Shown {
        format: arguments.format,
        color,
        tally,
        count: 0,
        last: None,
        objects,
        entries: Vec::new(),
        basis,
        quiet: arguments.mutants,
    };
    let bar = accounts::progress(questions.len(), LONG);
    let answer = |question: &Question<'_>| {
        let Question { assertion, check, .. } = question;
        let asked = Instant::now();
        // What an answer rests on is asked only where somebody reads it.
        let answered = match ask(assertion, check, arguments.format == Format::Html) {
            Ok(found) if found.stands(&assertion.claim) != Standing::Passed => ask(assertion, check, true),
            answered => answered,
        };
        let time = (!arguments.no_timing).then(|| asked.elapsed());
        answer_of(question, answered, arguments.format, time)
    };
    let show = |question: &Question<'_>, written: Written| {
        bar.inc(1);
        let standing = written.standing;
        bar.suspend(|| shown.show(question, written)).map_err(Stop::Writing)?;
        match arguments.fail_fast && standing != Some(Standing::Passed) {
            true => Err(Stop::Asking(None)),
            false => Ok(()),
        }
    };
    let ended = in_order(&questions, threads(arguments.jobs), answer, show, |error| Stop::Asking(Some(error)));
    bar.finish_and_clear();
    match ended {
        Ok(()) | Err(Stop::Asking(None)) => {}
        Err(Stop::Writing(error)) => return Err(error.into()),
        Err(Stop::Asking(Some(error))) => return Err(error.into()),
    }
    let left_out = questions.len() - shown.count;
    if arguments.mutants && shown.tally.is_all_passed() {
        return mutants::run(&suites, threads(arguments.jobs), arguments.format);
    }
    if arguments.mutants {
        eprintln!("note: mutants are judged once every assertion holds");
    }
    match arguments.format {
        Format::Text => {
            written::text(&format!("\n{}\n{}", shown.basis.text(), report::summary(&shown.tally, left_out)))?;
        }
        Format::Json => writeln!(io::stdout(), "{}", report::whole(shown.objects, &shown.tally, &shown.basis))?,
        format => written::write(format, &shown.entries, &shown.basis.about())?,
    }
    Ok(match shown.tally {
        Tally { refused: 1.., .. } => Exit::Refused,
        Tally { failed: 1.., .. } => Exit::Violated,
        Tally { unknown: 1.., .. } => Exit::Unknown,
        Tally { .. } => Exit::Answered,
    })
}

/// Reads every suite; none if one is refused, and then all that is wrong with all of them was shown.
fn read(arguments: &Check, color: Color) -> Option<Vec<Suite>> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut paths: Vec<PathBuf> = Vec::new();
    for name in &arguments.suites {
        match suite::find(name) {
            Ok(found) => paths.extend(found),
            Err(finding) => findings.push(*finding),
        }
    }
    let own = &arguments.deployments;
    let instead = Instead {
        terraform_plan: own.terraform_plan.clone(),
        cloudformation: own.cloudformation.clone(),
        parameters: own.parameter.clone(),
    };
    let read = |path: &PathBuf| {
        let read = input::read_file(path).and_then(|source| suite::read_instead(&source, path, &instead));
        stderr::keep(read, &mut findings)
    };
    let suites: Vec<Option<Suite>> = paths.iter().map(read).collect();
    let refused = findings.iter().any(|finding| finding.code.severity() == ringfence::diagnostic::Severity::Error);
    stderr::show(&findings, color);
    if refused { None } else { suites.into_iter().collect() }
}

/// A check as it is shown.
struct Written {
    /// None of one that could not be asked.
    standing: Option<Standing>,
    text: String,
    object: Value,
    entry: Option<Entry>,
    basis: Basis,
    diagnostics: Vec<Diagnostic>,
}

fn answer_of(
    question: &Question<'_>,
    answered: Result<suite::Answered<'_>, SuiteError>,
    format: Format,
    time: Option<Duration>,
) -> Written {
    let Question { suite, assertion, check, .. } = question;
    match answered {
        Ok(answered) => {
            let (mut text, mut object, mut entry) = (String::new(), Value::Null, None);
            match format {
                Format::Text => text = written::laid_out(&report::text(suite, assertion, check, &answered)),
                Format::Json => object = report::json(suite, assertion, check, &answered),
                _ => entry = Some(entry::of_check(suite, assertion, check, &answered, time)),
            }
            let standing = Some(answered.stands(&assertion.claim));
            let basis = Basis::of(assertion, check, &answered);
            Written { standing, text, object, entry, basis, diagnostics: Vec::new() }
        }
        Err(error) => {
            let diagnostics = diagnostics(error, suite, assertion);
            let first = diagnostics.first().map(reports::diagnostic::json).unwrap_or_default();
            let object = report::error_json(suite, assertion, check, first);
            let text = format!("  refused  {}\n", assertion.name);
            let entry = entry::of_refused(suite, assertion, check, &diagnostics);
            let entry = Some(entry).filter(|_| written::is_whole(format));
            Written { standing: None, text, object, entry, basis: Basis::default(), diagnostics }
        }
    }
}

/// What is wrong with an assertion, at its place.
fn diagnostics(error: SuiteError, suite: &Suite, assertion: &Assertion) -> Vec<Diagnostic> {
    let at = |code: Code, message: String, help: String| {
        vec![Diagnostic::new(code, &suite.source, assertion.span, message, help)]
    };
    let internal = |message: String| at(Code::BadField, message, "please report the suite with its files".to_owned());
    match error {
        SuiteError::Ask(AskError::Documents(diagnostics)) => diagnostics,
        SuiteError::Ask(AskError::Reach(ReachError::Goal(diagnostic))) => vec![*diagnostic],
        SuiteError::Ask(AskError::Reach(error @ ReachError::NotDescribed(_))) => {
            at(Code::BadField, error.to_string(), "ask about requests that the dialect describes".to_owned())
        }
        SuiteError::Ask(AskError::Reach(error)) => internal(error.to_string()),
        SuiteError::Principal(unknown) => at(Code::UnknownPrincipal, unknown.message, unknown.help),
        SuiteError::Decide(DecideError::Evaluate(error)) => {
            at(error.code(), error.to_string(), error.help().to_owned())
        }
        SuiteError::Decide(DecideError::Internal(message)) => internal(message),
    }
}

/// What was shown so far.
struct Shown {
    format: Format,
    color: Color,
    tally: Tally,
    count: usize,
    last: Option<usize>,
    objects: Vec<(String, Vec<Value>)>,
    entries: Vec<Entry>,
    basis: Basis,
    /// Whether what holds is not shown.
    quiet: bool,
}

impl Shown {
    fn show(&mut self, question: &Question<'_>, written: Written) -> io::Result<()> {
        let name = question.suite.source.name();
        let first = self.last.replace(question.number) != Some(question.number);
        if first {
            self.objects.push((name.to_owned(), Vec::new()));
        }
        self.count += 1;
        self.basis.merge(written.basis);
        match written.standing {
            Some(standing) => self.tally.count(question.assertion, standing),
            None => self.tally.refused += 1,
        }
        if let Some((_, objects)) = self.objects.last_mut() {
            objects.push(written.object);
        }
        self.entries.extend(written.entry);
        let shown = !self.quiet || written.standing != Some(Standing::Passed);
        if self.format == Format::Text && shown {
            let mut stdout = io::stdout().lock();
            if first || self.quiet {
                writeln!(stdout, "{name}")?;
            }
            write!(stdout, "{}", written.text)?;
            stdout.flush()?;
        }
        stderr::show(&written.diagnostics, self.color);
        Ok(())
    }
}
