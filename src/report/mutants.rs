//! What mutants came to, as text and JSON: those that no assertion notices, each with the assertion that would.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::policy::Document;
use crate::report::excerpt::wrapped;
use crate::report::verdict::counterexample_json;
use crate::suite::coverage::{Fate, Survivor};
use crate::suite::mutant::Mutant;

/// How many mutants came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fates {
    /// Those that an assertion notices.
    pub caught: usize,
    /// Those that change nothing.
    pub equivalent: usize,
    /// Those that no assertion notices.
    pub survived: usize,
    /// Those of documents that nobody has.
    pub unheld: usize,
    /// Those of which it is unknown whether they change anything.
    pub undecided: usize,
}

impl Fates {
    /// Counts one.
    pub fn count(&mut self, fate: &Fate) {
        match fate {
            Fate::Caught => self.caught += 1,
            Fate::Equivalent => self.equivalent += 1,
            Fate::Survived(_) => self.survived += 1,
            Fate::Unheld => self.unheld += 1,
            Fate::Undecided(_) => self.undecided += 1,
        }
    }

    /// In a line.
    pub fn text(&self) -> String {
        let Self { caught, equivalent, survived, unheld, undecided } = self;
        let all = caught + equivalent + survived + unheld + undecided;
        let mut text = format!("{all} mutants: {caught} caught, {survived} survived, {equivalent} equivalent");
        if *unheld > 0 {
            text.push_str(&format!(", {unheld} in documents that nobody has"));
        }
        if *undecided > 0 {
            text.push_str(&format!(", {undecided} unknown"));
        }
        text.push('\n');
        text
    }
}

/// Names for assertions that have none yet, none twice.
#[derive(Debug, Default)]
pub struct Names(HashMap<String, usize>);

impl Names {
    /// A name for the assertion that would notice a survivor.
    pub fn of(&mut self, survivor: &Survivor) -> String {
        let Some(killer) = &survivor.killer else { return String::new() };
        let name = format!("{}: {} is {}", killer.scenario, killer.action, killer.expected.as_str());
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name} ({count})") }
    }
}

/// A mutant: its place, and what is changed.
pub fn title(mutant: &Mutant, document: &Document) -> String {
    let at = mutant.source.position(mutant.span.start);
    format!("{}:{}:{}: {}", mutant.home.file, at.line, at.column, mutant.words(document))
}

/// A mutant that is not noticed; nothing of another one.
pub fn text(mutant: &Mutant, document: &Document, fate: &Fate, name: &str) -> String {
    let title = title(mutant, document);
    match fate {
        Fate::Caught | Fate::Equivalent | Fate::Unheld => String::new(),
        Fate::Undecided(reason) => format!("  unknown  {title}\n           {reason}\n"),
        Fate::Survived(survivor) => {
            let mut out = format!("  SURVIVED {title}\n");
            wrapped(&mut out, "", &told(survivor));
            if let Some(killer) = &survivor.killer {
                wrapped(&mut out, "", "this assertion would notice:");
                out.push('\n');
                for line in killer.toml(name).lines() {
                    out.push_str(if line.is_empty() { "" } else { "               " });
                    out.push_str(line);
                    out.push('\n');
                }
                out.push('\n');
            }
            out
        }
    }
}

/// What a survivor changes.
fn told(survivor: &Survivor) -> String {
    let Some(request) = &survivor.request else { return "it makes a difference".to_owned() };
    let then = if survivor.gained { "is then allowed" } else { "is then allowed no more" };
    let (action, resource) = (request.request.action.as_str(), &request.request.resource);
    match &survivor.scenario {
        Some(scenario) => format!("in the scenario `{scenario}`, {action} on {resource} {then}"),
        None => format!("by a stranger, {}, {action} on {resource} {then}", request.caller.arn),
    }
}

/// The object of a mutant.
pub fn json(mutant: &Mutant, document: &Document, fate: &Fate, name: &str) -> Value {
    let at = mutant.source.position(mutant.span.start);
    let mut object = json!({
        "file": mutant.home.file,
        "line": at.line,
        "column": at.column,
        "change": mutant.words(document),
        "fate": match fate {
            Fate::Caught => "caught",
            Fate::Equivalent => "equivalent",
            Fate::Unheld => "unheld",
            Fate::Survived(_) => "survived",
            Fate::Undecided(_) => "unknown",
        },
    });
    if let (Some(object), Fate::Survived(survivor)) = (object.as_object_mut(), fate) {
        let request = survivor.request.as_ref().map(|request| counterexample_json(request, None));
        object.insert("scenario".to_owned(), json!(survivor.scenario));
        object.insert("gained".to_owned(), json!(survivor.gained));
        object.insert("request".to_owned(), request.unwrap_or_default());
        object.insert("assertion".to_owned(), json!(survivor.killer.as_ref().map(|killer| killer.toml(name))));
    }
    object
}

/// The object of a run: every mutant, and how many came to what.
pub fn whole(mutants: Vec<Value>, fates: Fates) -> Value {
    json!({
        "schema": 1,
        "mutants": mutants,
        "caught": fates.caught,
        "survived": fates.survived,
        "equivalent": fates.equivalent,
        "unheld": fates.unheld,
        "unknown": fates.undecided,
    })
}
