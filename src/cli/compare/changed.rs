//! `ringfence compare` of what is before a plan of Terraform and after it, or of two templates of CloudFormation.

use std::io::{self, Write};
use std::time::Instant;

use anyhow::{Result, bail};
use ringfence::deployment::{AskError, Change, Deployment, Form, State, Subject};
use ringfence::input;
use ringfence::query::compare::Options;
use ringfence::query::ordered::in_order;
use ringfence::report::changes::{self as report, Changes};
use ringfence::report::entry::{self, About, Entry};
use ringfence::report::verdict::Timing;
use ringfence::vocabulary::dialect::Dialect;

use crate::args::{Changed, Color, Compare, Format};
use crate::exit::Exit;
use crate::stop::Stop;
use crate::{deployment, reach, stderr, written};

pub(super) fn run(arguments: &Compare, dialect: &'static Dialect, options: Options, color: Color) -> Result<Exit> {
    if arguments.certificate.is_some() {
        bail!("--certificate takes two documents");
    }
    if dialect.name() != "aws" {
        bail!("plans and templates are of the dialect aws");
    }
    let started = Instant::now();
    let Some([before, after]) = read(&arguments.changed, color)? else { return Ok(Exit::Refused) };
    let parse = started.elapsed();
    let rulings = arguments.asking.rulings.into();
    let subjects = Deployment::changing(&before, &after);
    let mut changes: Vec<Change> = Vec::with_capacity(subjects.len());
    let change = |subject: &Subject| Deployment::change(&before, &after, subject, &options, rulings);
    let keep = |_: &Subject, change: Result<Change, AskError>| -> Result<(), Stop<AskError>> {
        changes.push(change?);
        Ok(())
    };
    let jobs = arguments.asking.threads();
    match in_order(&subjects, jobs, change, keep, |error| Stop::Asking(error.into())) {
        Ok(()) => {}
        Err(Stop::Writing(error)) => return Err(error.into()),
        Err(Stop::Asking(AskError::Documents(refusal))) => {
            stderr::show(&refusal.diagnostics, color);
            return Ok(Exit::Refused);
        }
        Err(Stop::Asking(AskError::Reach(error))) => return Ok(reach::refuse(error, color)),
    }
    let timing = (!arguments.no_timing).then(|| Timing { parse, ..Timing::default() });
    let found = Changes { before: &before, after: &after, changes: &changes, dialect, timing };
    match arguments.format.unwrap_or(Format::Text) {
        Format::Text => written::text(&report::text(found))?,
        Format::Json => writeln!(io::stdout(), "{}", report::json(found))?,
        format => {
            let entry = |change: &Change| entry::of_change(&before, &after, change, timing);
            let entries: Vec<Entry> = changes.iter().map(entry).collect();
            let mut about = About::new("compare", super::QUESTION, dialect);
            about.notes.extend(after.notes.iter().cloned());
            let unknowns = after.unknowns().into_iter().map(|own| format!("not known: `{}`: {}", own.name, own.why));
            about.notes.extend(unknowns);
            written::write(format, &entries, &about)?;
        }
    }
    Ok(changes.iter().map(|change| super::exit(&change.compared)).fold(Exit::Answered, Exit::or_worse))
}

/// What is before and what is after; none if something is refused, and then everything wrong with it was shown.
fn read(files: &Changed, color: Color) -> Result<Option<[Deployment; 2]>> {
    let managed = files.managed.as_deref();
    let Some(told) = deployment::told(&files.parameter, managed, color) else { return Ok(None) };
    let mut findings = Vec::new();
    let both = match (&files.terraform_plan, &files.cloudformation[..]) {
        (Some(path), _) => {
            deployment::once([Some(path.as_path()), managed])?;
            let source = stderr::keep(input::read_account_file(path).map(|source| (source, Vec::new())), &mut findings);
            source.map(|source| {
                [State::Before, State::After].map(|state| Deployment::read(&source, Form::Terraform(state), &told))
            })
        }
        (None, [old, new]) => {
            deployment::once([Some(old.as_path()), Some(new.as_path()), managed])?;
            Some([old, new].map(|path| Deployment::from_file(path, Form::CloudFormation, &told)))
        }
        (None, _) => bail!("two templates are compared: give --cloudformation twice, the old one first"),
    };
    let both = both.map(|both| both.map(|read| stderr::keep(read, &mut findings)));
    stderr::show(&findings, color);
    Ok(match both {
        Some([Some(before), Some(after)]) => Some([before, after]),
        _ => None,
    })
}
