//! `ringfence compare` of two scenarios, or of two documents as one layer of a scenario.

use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};
use ringfence::diagnostic::Diagnostic;
use ringfence::input;
use ringfence::pair::{self, Reading};
use ringfence::query::compare::Options;
use ringfence::query::compare::scenarios::{Differences, Scenarios};
use ringfence::report::entry::{self, About};
use ringfence::report::scenarios::{self as report, Found};
use ringfence::report::verdict::Timing;
use ringfence::scenario::Scenario;

use crate::args::{Asking, Color, Compare, Format};
use crate::exit::Exit;
use crate::{layers, reach, stderr, written};

/// Compares `--old-scenario` and `--new-scenario`.
pub(super) fn files(arguments: &Compare, paths: [&Path; 2], options: Options, color: Color) -> Result<Exit> {
    check(arguments)?;
    let started = Instant::now();
    let mut findings = Vec::new();
    let read = paths.map(|path| scenario(arguments, path, &mut findings));
    stderr::show(&findings, color);
    let [Some(old), Some(new)] = read else { return Ok(Exit::Refused) };
    let scenarios = match Scenarios::new(old, new) {
        Ok(scenarios) => scenarios,
        Err(apart) => bail!("{apart}: {}", apart.help()),
    };
    answer(arguments, &scenarios, paths, options, started)
}

/// Compares OLD and NEW as one layer of `--scenario`.
pub(super) fn layer(
    arguments: &Compare,
    (path, paths): (&Path, [&Path; 2]),
    reading: Reading,
    options: Options,
    color: Color,
) -> Result<Exit> {
    check(arguments)?;
    if arguments.kind.is_none() {
        bail!("--scenario takes --as: it says as which layer of the scenario the documents are compared");
    }
    let started = Instant::now();
    let mut findings = Vec::new();
    let own = scenario(arguments, path, &mut findings);
    let [old, new] = paths.map(|path| {
        let source = input::read_file(path).map(|source| (source, Vec::new()));
        stderr::keep(source, &mut findings)
    });
    let pair = match (old, new) {
        (Some(old), Some(new)) => stderr::keep(pair::from_sources(&old, &new, reading), &mut findings),
        _ => None,
    };
    stderr::show(&findings, color);
    let (Some(own), Some(pair)) = (own, pair) else { return Ok(Exit::Refused) };
    answer(arguments, &Scenarios::of_layer(&own, pair.old, pair.new), paths, options, started)
}

fn check(arguments: &Compare) -> Result<()> {
    if arguments.certificate.is_some() {
        bail!("--certificate takes two documents: of scenarios, ask `ringfence reach` about each for its certificate");
    }
    if arguments.asking.shard.is_some() {
        bail!("--shard divides many questions: it takes --batch");
    }
    Ok(())
}

fn scenario(arguments: &Compare, path: &Path, findings: &mut Vec<Diagnostic>) -> Option<Scenario> {
    let read = layers::from_file(path, arguments.asking.dialect.as_deref());
    let read = stderr::keep(read, findings)?;
    Some(Scenario { rulings: arguments.asking.rulings.into(), ..read })
}

fn answer(
    arguments: &Compare,
    scenarios: &Scenarios,
    paths: [&Path; 2],
    options: Options,
    started: Instant,
) -> Result<Exit> {
    let parse = started.elapsed();
    let options = Options { timeout: Asking::left(options.timeout, parse), ..options };
    let asked = Instant::now();
    let compared = match scenarios.compare(&options) {
        Ok(compared) => compared,
        Err(error) => return Ok(reach::refuse(error, Color::Auto)),
    };
    let timing = super::timing(&compared, asked, parse).filter(|_| !arguments.no_timing);
    let jobs = arguments.asking.threads();
    let gained = match compared.gained.request() {
        Some(_) => scenarios.gains(&options, jobs)?,
        None => Differences::default(),
    };
    let lost = match compared.lost.request() {
        Some(_) => scenarios.losses(&options, jobs)?,
        None => Differences::default(),
    };
    let names = paths.map(|path| path.to_string_lossy());
    let found = Found { names: [&names[0], &names[1]], scenarios, compared: &compared, by_action: [&gained, &lost] };
    show(arguments, found, timing)?;
    Ok(super::exit(&compared))
}

fn show(arguments: &Compare, found: Found<'_>, timing: Option<Timing>) -> Result<()> {
    match arguments.format.unwrap_or(Format::Text) {
        Format::Text => written::text(&report::text(found, timing))?,
        Format::Json => writeln!(io::stdout(), "{}", report::json(found, timing))?,
        format => {
            let about = About::new("compare", super::QUESTION, found.scenarios.new_scenario().dialect);
            written::write(format, &[entry::of_scenarios(found, timing)], &about)?;
        }
    }
    Ok(())
}
