//! `ringfence check --mutants`: which slips in the documents under test the suites would notice.

use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use ringfence::query::ordered::in_order;
use ringfence::report::mutants::{self as report, Fates, Names};
use ringfence::suite::coverage::{Coverage, Fate};
use ringfence::suite::mutant::Mutant;
use ringfence::suite::{Suite, SuiteError};

use crate::args::Format;
use crate::exit::Exit;
use crate::stop::Stop;
use crate::{accounts, written};

/// Progress is shown for at least this many mutants.
const LONG: usize = 100;

/// Judges every mutant of the documents of suites whose assertions hold.
pub(super) fn run(suites: &[Suite], jobs: usize, format: Format) -> Result<Exit> {
    let coverage = Coverage::new(suites);
    let mutants = coverage.mutants();
    if mutants.is_empty() {
        bail!("the suites test no document: only comparisons, or layers that are `any` or `none`");
    }
    let bar = accounts::progress(mutants.len(), LONG);
    let (mut fates, mut names, mut objects) = (Fates::default(), Names::default(), Vec::new());
    let show = |mutant: &Mutant, fate: Result<Fate, SuiteError>| {
        bar.inc(1);
        let Some(document) = coverage.document(mutant) else { return Ok(()) };
        let fate = fate.with_context(|| report::title(mutant, document))?;
        fates.count(&fate);
        let name = match &fate {
            Fate::Survived(survivor) => names.of(survivor),
            _ => String::new(),
        };
        let written = match format {
            Format::Text => {
                let text = report::text(mutant, document, &fate, &name);
                bar.suspend(|| io::stdout().lock().write_all(text.as_bytes()))
            }
            _ => {
                objects.push(report::json(mutant, document, &fate, &name));
                Ok(())
            }
        };
        written.map_err(Stop::Writing)
    };
    let ended = in_order(&mutants, jobs, |mutant| coverage.judge(mutant), show, |error| Stop::Asking(error.into()));
    bar.finish_and_clear();
    match ended {
        Ok(()) => {}
        Err(Stop::Writing(error)) => return Err(error.into()),
        Err(Stop::Asking(error)) => return Err(error),
    }
    match format {
        Format::Text => written::text(&fates.text())?,
        _ => writeln!(io::stdout(), "{}", report::whole(objects, fates))?,
    }
    Ok(match fates {
        Fates { survived: 1.., .. } => Exit::Violated,
        Fates { undecided: 1.., .. } => Exit::Unknown,
        Fates { .. } => Exit::Answered,
    })
}
