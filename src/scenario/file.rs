//! A scenario that is a file of its own.
//!
//! In: its text, and the path that the names of documents are relative to. Out: the scenario with the warnings about it.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Findings, Refusal};
use crate::input;
use crate::json::{self, Value};
use crate::scenario::{Loader, SCENARIO_FIELDS, Scenario};
use crate::source::Source;

/// Reads a scenario; `stdin` says whether a document may be read from standard input.
///
/// # Errors
/// Everything that is wrong with it and its documents.
pub fn read(
    source: &Arc<Source>,
    path: &Path,
    dialect: Option<&str>,
    stdin: bool,
) -> Result<(Scenario, Vec<Diagnostic>), Refusal> {
    let mut findings = Findings::default();
    let json = json::read(source, &mut findings);
    let scenario = json.and_then(|json| {
        let Value::Object(members) = &json.value else {
            let message = format!("a scenario is an object, not {}", json.describe());
            let help = "write `{\"principal\": …, \"identityPolicies\": …}`";
            findings.push(Diagnostic::new(Code::WrongType, source, json.span, message, help));
            return None;
        };
        let mut loader = Loader::new(source, path, &mut findings);
        loader.stdin = stdin;
        loader.known_fields(members, &[&SCENARIO_FIELDS[..], &["about", "note", "source"]].concat());
        loader.scenario(members, json.span, dialect)
    });
    findings.finish(scenario)
}

impl Scenario {
    /// Reads a file; documents that it names lie beside it. Warnings are left out: [`read`] has them.
    ///
    /// # Errors
    /// Everything that is wrong with it and its documents.
    pub fn from_file(path: &Path) -> Result<Self, Refusal> {
        let (scenario, _) = read(&input::read_file(path)?, path, None, false)?;
        Ok(scenario)
    }
}

impl FromStr for Scenario {
    type Err = Refusal;

    /// Reads the JSON of a scenario; files that it names are found from the current directory.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let (scenario, _) = read(&Source::new("<scenario>", text), Path::new(""), None, false)?;
        Ok(scenario)
    }
}
