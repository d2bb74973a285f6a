//! `ringfence reach --batch`: questions as JSON lines.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;
use ringfence::certificate::{self, CertificateError};
use ringfence::input;
use ringfence::query::reach::{Options, reach};
use ringfence::question::{self, Question};
use ringfence::report;
use ringfence::report::verdict::{Asked, Timing};
use ringfence::scenario::Scenario;
use ringfence::verdict::Answer;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::Value;

use crate::args::{Asking, Reach};
use crate::batch::{Answered, Batch, Line};
use crate::exit::Exit;
use crate::folder;

/// What all lines share.
struct Setting {
    name: String,
    path: PathBuf,
    dialect: Option<String>,
    rulings: Rulings,
    options: Options,
    asserted: Answer,
    timing: bool,
    certificate: Option<PathBuf>,
}

pub(super) fn run(arguments: &Reach, path: &Path) -> Result<Exit> {
    let batch = Batch::new(path, arguments.format)?;
    let options = Options {
        any_request: arguments.asking.any_request,
        explain: arguments.explain,
        timeout: Some(arguments.asking.timeout),
        engine: arguments.engine,
        ..Options::default()
    };
    let setting = Setting {
        name: batch.name.clone(),
        path: batch.path.clone(),
        dialect: arguments.asking.dialect.clone(),
        rulings: arguments.asking.rulings.into(),
        options,
        asserted: arguments.expect.unwrap_or(Answer::Unreachable),
        timing: !arguments.no_timing,
        certificate: arguments.certificate.clone(),
    };
    batch.run(&arguments.asking, move |line| answer(line, &setting))
}

fn answer(Line { number, bytes }: Line, setting: &Setting) -> Answered {
    let started = Instant::now();
    let source = match input::decode(&setting.name, bytes, number) {
        Ok(source) => source,
        Err(refusal) => return Answered::refused(None, &refusal),
    };
    let reading = question::Reading { path: &setting.path, dialect: setting.dialect.as_deref() };
    let (id, question) = question::read(&source, reading);
    let Question { scenario, goal, expect, .. } = match question {
        Ok(question) => question,
        Err(refusal) => return Answered::refused(id, &refusal),
    };
    let scenario = Scenario { rulings: setting.rulings, ..scenario };
    let parse = started.elapsed();
    let options = Options { timeout: Asking::left(setting.options.timeout, parse), ..setting.options.clone() };
    let asked = Instant::now();
    let verdict = match reach(&scenario, &goal, &options) {
        Ok(verdict) => verdict,
        Err(error) => return Answered::failed(id, &error, &setting.name, number),
    };
    let setup = asked.elapsed().saturating_sub(verdict.elapsed);
    if let Some(directory) = &setting.certificate {
        let directory = folder::of_line(directory, number, id.as_ref());
        match certificate::write(&directory, &scenario, &goal, &setting.options, &verdict) {
            Ok(()) | Err(CertificateError::Unknown) => {}
            Err(error) => return Answered::uncertified(id, &error, &setting.name, number),
        }
    }
    let id = id.unwrap_or(Value::Null);
    let line = report::verdict::json(
        &verdict,
        Asked {
            id: Some(&id),
            goal: &goal.written,
            dialect: scenario.dialect,
            line: Some(number),
            timing: setting.timing.then_some(Timing { setup, parse }),
        },
    );
    Answered { line: line.to_string(), exit: super::exit(verdict.answer, expect.unwrap_or(setting.asserted)) }
}
