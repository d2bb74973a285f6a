//! Goals from arguments.

use std::path::Path;

use ringfence::diagnostic::{Findings, Refusal};
use ringfence::goal::Goal;
use ringfence::source::Source;
use ringfence::{input, json};
use serde_json::Value;

use crate::args::Narrowed;

/// Whether the condition is to be read from standard input.
pub(crate) fn is_on_stdin(narrowed: &Narrowed) -> bool {
    narrowed.when.as_deref() == Some("@-")
}

/// Reads a goal.
pub(crate) fn read(actions: &[String], narrowed: &Narrowed) -> Result<Goal, Refusal> {
    let when = narrowed.when.as_deref().map(condition).transpose()?;
    Goal::from_flags(actions, &narrowed.except, narrowed.resource.as_deref(), when.as_ref())
}

/// The JSON of `--when`: the argument itself, or a file behind `@`.
fn condition(argument: &str) -> Result<Value, Refusal> {
    let source = match argument.strip_prefix('@') {
        Some(path) => input::read_file(Path::new(path))?,
        None => Source::new("<--when>", argument),
    };
    let mut findings = Findings::default();
    let json = json::read(&source, &mut findings);
    findings.finish(json).map(|(json, _)| json.to_serde())
}
