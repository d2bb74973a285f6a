//! Suites: assertions about scenarios, accounts and documents, kept in files and checked on every commit.
//!
//! In: TOML files. Out: [`Suite`]s, whose checks [`ask`] answers one by one. Nothing here decides what is allowed: each
//! check is one question of [`query`](crate::query), [`account`](crate::account), [`escalation`](crate::escalation) or
//! [`evaluate`](crate::evaluate).

mod answer;
mod assertion;
mod changed;
pub mod coverage;
pub mod draft;
pub mod killer;
pub mod mutant;
mod place;
mod setting;
mod tree;
mod written;

use std::path::Path;
use std::sync::Arc;

pub use answer::{Answered, Standing, SuiteError, ask};
pub use assertion::{Assertion, Claim};
pub use place::{EXTENSION, Found, find};
pub use setting::{Deployed, Instead, Listed, Setting, What};

use crate::diagnostic::{Code, Diagnostic, Findings, Refusal};
use crate::json::{Json, Member, Value};
use crate::scenario::Loader;
use crate::scenario::load::field;
use crate::source::{Source, Span};

/// The tables and keys at the top of a suite.
const FIELDS: [&str; 5] = ["about", "dialect", "scenario", "assert", "timeout"];

/// A file of assertions.
#[derive(Debug)]
pub struct Suite {
    /// The text.
    pub source: Arc<Source>,
    /// What is asserted, in the order of the text.
    pub assertions: Vec<Assertion>,
}

impl Suite {
    /// Whether a scenario is a plan or template.
    pub fn is_about_deployments(&self) -> bool {
        let checks = self.assertions.iter().flat_map(|own| &own.checks);
        checks.filter_map(|check| check.setting.as_deref()).any(|own| matches!(own.what, What::Deployed(_)))
    }
}

/// One question: an assertion about one scenario, of one principal.
#[derive(Debug, Clone)]
pub struct Check {
    /// The name of the scenario; none of a comparison.
    pub scenario: Option<String>,
    /// The scenario.
    pub setting: Option<Arc<Setting>>,
    /// The principal of an account.
    pub principal: Option<String>,
}

/// Reads a suite; names of files in it are relative to the directory of `path`.
///
/// # Errors
/// Everything that is wrong with it and with the files that it names.
pub fn read(source: &Arc<Source>, path: &Path) -> Result<(Suite, Vec<Diagnostic>), Refusal> {
    read_instead(source, path, &Instead::default())
}

/// Reads a suite, with other plans or templates than it names.
///
/// # Errors
/// Everything that is wrong with it and with the files that it names.
pub fn read_instead(source: &Arc<Source>, path: &Path, instead: &Instead) -> Result<(Suite, Vec<Diagnostic>), Refusal> {
    let mut findings = Findings::default();
    let suite = tree::read(source, &mut findings).and_then(|json| suite(source, path, &json, instead, &mut findings));
    findings.finish(suite)
}

fn suite(source: &Arc<Source>, path: &Path, json: &Json, instead: &Instead, findings: &mut Findings) -> Option<Suite> {
    let Value::Object(members) = &json.value else { return None };
    let mut loader = Loader::new(source, path, findings);
    loader.known_fields(members, &FIELDS);
    let tables = setting::Tables::read(&mut loader, members, instead);
    let asserted = list(&mut loader, members);
    if asserted.is_empty() && loader.findings.errors() == 0 {
        let help = "add `[[assert]]` with `name`, `scenario` and `unreachable = \"s3:*\"`; `ringfence init` writes one";
        loader.findings.push(Diagnostic::whole(Code::MissingField, source, "the suite asserts nothing", help));
        return None;
    }
    let mut assertions: Vec<Assertion> = Vec::new();
    let mut named: Vec<(String, Span)> = Vec::new();
    let mut used: Vec<String> = Vec::new();
    for (members, whole) in asserted {
        if let Some(member) = field(members, "name")
            && let Some(name) = member.value.as_str()
        {
            if let Some((_, first)) = named.iter().find(|(known, _)| known == name) {
                let line = source.line_of(first.start);
                let message = format!("two assertions are named `{name}`");
                loader.error(
                    Code::BadField,
                    member.value.span,
                    message,
                    format!("rename this one or that of line {line}"),
                );
            }
            named.push((name.to_owned(), member.value.span));
        }
        assertions.extend(assertion::read(&mut loader, members, whole, &tables, &mut used));
    }
    for (name, span) in tables.names().filter(|_| !assertions.is_empty()) {
        if !used.iter().any(|known| known == name) {
            let message = format!("no assertion is about the scenario `{name}`");
            loader.error(Code::BadField, span, message, "assert something of it, or take it out");
        }
    }
    Some(Suite { source: Arc::clone(source), assertions })
}

/// The tables of `[[assert]]`.
fn list<'j>(loader: &mut Loader<'_>, members: &'j [Member]) -> Vec<(&'j [Member], Span)> {
    let Some(member) = field(members, "assert") else { return Vec::new() };
    let Value::Array(items) = &member.value.value else {
        let help = "write `[[assert]]` with two brackets";
        loader.error(Code::WrongType, member.key.span, "`assert` is a list of tables", help);
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in items {
        match &item.value {
            Value::Object(members) => found.push((members.as_slice(), item.span)),
            _ => loader.error(Code::WrongType, item.span, "an assertion is a table", "write `[[assert]]`"),
        }
    }
    found
}
