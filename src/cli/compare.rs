//! `ringfence compare`: what one document grants that another does not, for two files or for pairs as JSON lines; and the
//! same of scenarios.

mod changed;
mod scenarios;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail};
use ringfence::certificate;
use ringfence::input;
use ringfence::pair::{self, Reading};
use ringfence::query::compare::{Direction, Options, Pair, compare};
use ringfence::report::comparison::{self, Asked};
use ringfence::report::entry::{self, About};
use ringfence::report::verdict::Timing;
use ringfence::verdict::comparison::{Comparison, Difference, Relation};
use ringfence::vocabulary::dialect::Dialect;
use serde_json::Value;

use crate::args::{Asking, Color, Compare, Format};
use crate::batch::{Answered, Batch, Line};
use crate::exit::Exit;
use crate::{folder, layers, reach, stderr, written};

/// The dialect of documents that are told no other.
const DEFAULT_DIALECT: &str = "aws";

pub(crate) fn run(arguments: &Compare, color: Color) -> Result<Exit> {
    let asking = &arguments.asking;
    layers::check_dialect(asking.dialect.as_deref())?;
    let name = asking.dialect.as_deref().unwrap_or(DEFAULT_DIALECT);
    let Some(dialect) = Dialect::embedded(name).transpose()? else { bail!("there is no dialect `{name}`") };
    let reading = Reading { dialect, rulings: asking.rulings.into(), kind: arguments.kind };
    let options = Options {
        any_request: asking.any_request,
        only_gains: arguments.only_gains,
        timeout: Some(asking.timeout),
        engine: arguments.engine,
    };
    if arguments.changed.terraform_plan.is_some() || !arguments.changed.cloudformation.is_empty() {
        return changed::run(arguments, dialect, options, color);
    }
    if arguments.changed.managed.is_some() {
        bail!("--managed goes with --terraform-plan or --cloudformation");
    }
    if let (Some(old), Some(new)) = (&arguments.old_scenario, &arguments.new_scenario) {
        return scenarios::files(arguments, [old, new], options, color);
    }
    match (&arguments.batch, &arguments.old, &arguments.new) {
        (Some(path), _, _) => {
            let batch = Batch::new(path, arguments.format)?;
            let (timed, certificate) = (!arguments.no_timing, arguments.certificate.clone());
            let setting = Setting { name: batch.name.clone(), reading, options, timed, certificate };
            batch.run(asking, move |line| answer(line, &setting))
        }
        (None, Some(old), Some(new)) => {
            if let Some(scenario) = &arguments.scenario {
                return scenarios::layer(arguments, (scenario, [old, new]), reading, options, color);
            }
            if asking.shard.is_some() {
                bail!("--shard divides many questions: it takes --batch");
            }
            one(arguments, [old, new], reading, options, color)
        }
        _ => bail!("two documents are compared: name OLD and NEW, --old-scenario and --new-scenario, or --batch"),
    }
}

/// Two files.
fn one(arguments: &Compare, [old, new]: [&Path; 2], reading: Reading, options: Options, color: Color) -> Result<Exit> {
    if [old, new].iter().all(|path| *path == Path::new("-")) {
        bail!("standard input can be read once: it is one document");
    }
    let started = Instant::now();
    let sources = (input::read_file(old), input::read_file(new));
    let pair = match sources {
        (Ok(old), Ok(new)) => pair::from_sources(&old, &new, reading),
        (old, new) => {
            let refused = [old, new].into_iter().filter_map(Result::err).flat_map(|refusal| refusal.diagnostics);
            stderr::show(&refused.collect::<Vec<_>>(), color);
            return Ok(Exit::Refused);
        }
    };
    let pair = match pair {
        Ok((pair, warnings)) => {
            stderr::show(&warnings, color);
            pair
        }
        Err(refusal) => {
            stderr::show(&refusal.diagnostics, color);
            return Ok(Exit::Refused);
        }
    };
    let parse = started.elapsed();
    let options = Options { timeout: Asking::left(options.timeout, parse), ..options };
    let asked = Instant::now();
    let compared = match compare(&pair, &options) {
        Ok(compared) => compared,
        Err(error) => return Ok(reach::refuse(error, color)),
    };
    let timing = timing(&compared, asked, parse).filter(|_| !arguments.no_timing);
    if let Some(directory) = &arguments.certificate {
        if let Err(error) = certificate::write_comparison(directory, &pair, &options, &compared) {
            return Ok(reach::refuse_certificate(error, color));
        }
        for (direction, difference) in Direction::ALL.into_iter().zip([&compared.gained, &compared.lost]) {
            if difference.unknown().is_some() {
                eprintln!("warning: what is {} is unknown and has no certificate", direction.as_str());
            }
        }
    }
    match arguments.format.unwrap_or(Format::Text) {
        Format::Text => written::text(&comparison::text(&compared, &pair, timing))?,
        Format::Json => {
            let asked = Asked { id: None, line: None, timing };
            writeln!(io::stdout(), "{}", comparison::json(&compared, &pair, asked))?;
        }
        format => {
            let entry = entry::of_comparison(&compared, &pair, timing);
            written::write(format, &[entry], &About::new("compare", QUESTION, pair.dialect))?;
        }
    }
    Ok(exit(&compared))
}

/// What is asked.
const QUESTION: &str = "What is allowed by the new policies and not by the old ones, and the other way?";

/// What all lines share.
struct Setting {
    name: String,
    reading: Reading,
    options: Options,
    timed: bool,
    certificate: Option<PathBuf>,
}

fn answer(Line { number, bytes }: Line, setting: &Setting) -> Answered {
    let Setting { name, reading, options, timed, certificate } = setting;
    let started = Instant::now();
    let source = match input::decode(name, bytes, number) {
        Ok(source) => source,
        Err(refusal) => return Answered::refused(None, &refusal),
    };
    let (id, pair) = pair::read(&source, *reading);
    let pair: Pair = match pair {
        Ok((pair, _)) => pair,
        Err(refusal) => return Answered::refused(id, &refusal),
    };
    let parse = started.elapsed();
    let options = Options { timeout: Asking::left(options.timeout, parse), ..*options };
    let asked = Instant::now();
    let compared = match compare(&pair, &options) {
        Ok(compared) => compared,
        Err(error) => return Answered::failed(id, &error, name, number),
    };
    if let Some(directory) = certificate {
        let directory = folder::of_line(directory, number, id.as_ref());
        if let Err(error) = certificate::write_comparison(&directory, &pair, &options, &compared) {
            return Answered::uncertified(id, &error, name, number);
        }
    }
    let id = id.unwrap_or(Value::Null);
    let timing = timing(&compared, asked, parse).filter(|_| *timed);
    let line = comparison::json(&compared, &pair, Asked { id: Some(&id), line: Some(number), timing });
    Answered { line: line.to_string(), exit: exit(&compared) }
}

fn timing(compared: &Comparison, asked: Instant, parse: std::time::Duration) -> Option<Timing> {
    Some(Timing { setup: asked.elapsed().saturating_sub(compared.elapsed), parse })
}

/// A gain is a violation where only gains were asked for.
fn exit(compared: &Comparison) -> Exit {
    match (&compared.gained, &compared.lost) {
        (Difference::Request(_), Difference::NotAsked) => Exit::Violated,
        _ if compared.relation() == Some(Relation::Unknown) => Exit::Unknown,
        _ => Exit::Answered,
    }
}
