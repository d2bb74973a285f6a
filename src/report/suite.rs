//! What became of suites, as text and JSON.
//!
//! In: answered checks. Out: a line for each assertion, with the whole report below one that does not hold; or the object
//! of the contract.

use indexmap::{IndexMap, IndexSet};
use serde_json::{Map, Value, json};

use crate::diagnostic::Severity;
use crate::report::entry::About;
use crate::report::excerpt::wrapped;
use crate::report::verdict::{Asked, NOT_MODELLED};
use crate::report::{comparison, escalation, trace, verdict, versions};
use crate::scenario::Scenario;
use crate::suite::{Answered, Assertion, Check, Claim, Standing, Suite, What};
use crate::verdict::EngineName;
use crate::vocabulary::dialect::Dialect;

/// How many assertions held, by check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those that held.
    pub passed: usize,
    /// Those that did not.
    pub failed: usize,
    /// Those that failed, but only warn.
    pub warned: usize,
    /// Those that could not be decided.
    pub unknown: usize,
    /// Those that could not be asked.
    pub refused: usize,
}

impl Tally {
    /// Whether every check held.
    pub fn is_all_passed(&self) -> bool {
        *self == Self { passed: self.passed, ..Self::default() }
    }

    /// Counts one check.
    pub fn count(&mut self, assertion: &Assertion, standing: Standing) {
        match (standing, assertion.severity) {
            (Standing::Passed, _) => self.passed += 1,
            (Standing::Failed, Severity::Error) => self.failed += 1,
            (Standing::Failed, Severity::Warning) => self.warned += 1,
            (Standing::Unknown, _) => self.unknown += 1,
        }
    }
}

/// What answers rest on, said once at the end of a run.
#[derive(Debug, Default)]
pub struct Basis {
    dialects: IndexMap<&'static str, &'static Dialect>,
    sequences: IndexSet<String>,
}

impl Basis {
    /// What one answer rests on.
    pub fn of(assertion: &Assertion, check: &Check, answered: &Answered<'_>) -> Self {
        let mut basis = Self::default();
        let dialect = match (&assertion.claim, check.setting.as_deref().map(|own| &own.what)) {
            (Claim::Compare { pair, .. }, _) => Some(pair.dialect),
            (_, Some(What::Layers(scenario))) => Some(scenario.dialect),
            (_, Some(What::Account(listed))) => Some(listed.accounts.dialect),
            (_, Some(What::Deployed(own))) => Some(own.deployment.dialect),
            (_, None) => None,
        };
        basis.dialects.extend(dialect.map(|dialect| (dialect.name(), dialect)));
        if let Answered::Escalate(outcome, _) = answered {
            basis.sequences.extend(outcome.not_modelled.iter().cloned());
        }
        basis
    }

    /// Adds what another answer rests on.
    pub fn merge(&mut self, other: Self) {
        self.dialects.extend(other.dialects);
        self.sequences.extend(other.sequences);
    }

    /// The same for reports that are written when all answers are there.
    pub fn about(&self) -> About {
        let not_modelled: IndexSet<String> =
            self.sequences.iter().cloned().chain(NOT_MODELLED.map(str::to_owned)).collect();
        About {
            command: "ringfence check".to_owned(),
            question: "Does what is asserted hold?".to_owned(),
            dialects: self.dialects.values().copied().collect(),
            not_modelled: not_modelled.into_iter().collect(),
            notes: Vec::new(),
        }
    }

    /// Limits and versions.
    pub fn text(&self) -> String {
        let mut out = String::new();
        match self.sequences.is_empty() {
            true => verdict::limits(&mut out),
            false => escalation::limits(&mut out, &self.sequences.iter().cloned().collect::<Vec<_>>()),
        }
        for dialect in self.dialects.values() {
            wrapped(&mut out, "versions", &versions::text(dialect, EngineName::Atoms));
        }
        out
    }
}

/// What is said of a check: its assertion's name, and of whom, if the assertion is about several.
pub(super) fn title(assertion: &Assertion, check: &Check) -> String {
    let several = assertion.checks.len() > 1;
    let of = check.principal.as_ref().or(check.scenario.as_ref()).filter(|_| several);
    of.map_or_else(|| assertion.name.clone(), |of| format!("{} [{of}]", assertion.name))
}

/// The text of one check: a line, and the whole report if it does not hold.
pub fn text(suite: &Suite, assertion: &Assertion, check: &Check, answered: &Answered<'_>) -> String {
    let standing = answered.stands(&assertion.claim);
    let word = match (standing, assertion.severity) {
        (Standing::Passed, _) => "ok",
        (Standing::Failed, Severity::Error) => "FAILED",
        (Standing::Failed, Severity::Warning) => "warning",
        (Standing::Unknown, _) => "unknown",
    };
    let mut text = format!("  {word:<8} {}\n", title(assertion, check));
    if standing == Standing::Passed {
        return text;
    }
    for line in remarks(suite, assertion, answered) {
        text.push_str(&format!("           {line}\n"));
    }
    text.push('\n');
    for line in report(assertion, check, answered).lines() {
        text.push_str(if line.is_empty() { "" } else { "    " });
        text.push_str(line);
        text.push('\n');
    }
    text.push('\n');
    text
}

/// What is said of an assertion that does not hold, above its report.
fn remarks(suite: &Suite, assertion: &Assertion, answered: &Answered<'_>) -> Vec<String> {
    let (expected, line) = (assertion.claim.expected(), suite.source.line_of(assertion.span.start));
    let mut lines = vec![format!("{}:{line}: expected {expected}, found {}", suite.source.name(), answered.words())];
    lines.extend(assertion.reason.iter().map(|reason| format!("because {reason}")));
    if answered.is_vacuous() {
        let help = "help: no request of this caller is asked about, so the assertion says nothing: look at its actions, \
                    `resource`, `when` and principal";
        lines.push(help.to_owned());
    }
    lines
}

/// All that is said of an assertion that does not hold.
pub(super) fn told(suite: &Suite, assertion: &Assertion, check: &Check, answered: &Answered<'_>) -> String {
    format!("{}\n\n{}", remarks(suite, assertion, answered).join("\n"), report(assertion, check, answered))
}

/// The report of the command that asks the same.
pub(super) fn report(assertion: &Assertion, check: &Check, answered: &Answered<'_>) -> String {
    match (answered, &assertion.claim) {
        (Answered::Reach(found, scenario), Claim::Reach { goal, .. }) => {
            // The others are in the report of `ringfence reach`.
            let bearing: Vec<_> = found.assumptions.iter().filter(|own| own.flips != Some(false)).cloned().collect();
            verdict::body(found, goal, scenario, &bearing)
        }
        (Answered::Decide(outcome), Claim::Decide { request, .. }) => {
            let caller = scenario(check).and_then(|scenario| scenario.principal.caller().ok());
            caller.map(|caller| trace::text(caller, request, outcome)).unwrap_or_default()
        }
        (Answered::Escalate(outcome, attacker), Claim::Escalate { goal, .. }) => {
            escalation::body(outcome, goal, attacker)
        }
        (Answered::Compare(compared), Claim::Compare { pair, .. }) => comparison::body(compared, pair),
        _ => String::new(),
    }
}

fn scenario(check: &Check) -> Option<&Scenario> {
    match &check.setting.as_deref()?.what {
        What::Layers(scenario) => Some(scenario),
        What::Account(_) | What::Deployed(_) => None,
    }
}

/// The object of one check.
pub fn json(suite: &Suite, assertion: &Assertion, check: &Check, answered: &Answered<'_>) -> Value {
    let standing = answered.stands(&assertion.claim);
    let mut object = head(suite, assertion, check);
    object.insert("verdict".to_owned(), json!(answered.word()));
    object.insert("pass".to_owned(), json!(standing == Standing::Passed));
    let found = match (answered, &assertion.claim) {
        (Answered::Reach(found, scenario), Claim::Reach { goal, .. }) => {
            let asked = Asked { id: None, goal: &goal.written, dialect: scenario.dialect, line: None, timing: None };
            verdict::json(found, asked).get("counterexample").cloned()
        }
        (Answered::Escalate(outcome, _), Claim::Escalate { goal, .. }) => {
            let listed = match check.setting.as_deref().map(|own| &own.what) {
                Some(What::Account(listed)) => Some(listed),
                _ => None,
            };
            let written = listed.map(|listed| {
                let asked =
                    Asked { id: None, goal: &goal.written, dialect: listed.accounts.dialect, line: None, timing: None };
                escalation::json(outcome, asked)
            });
            let trace = written.as_ref().and_then(|written| written.get("trace")).cloned();
            object.insert("trace".to_owned(), trace.unwrap_or_default());
            written.and_then(|written| written.get("counterexample").cloned())
        }
        (Answered::Compare(compared), Claim::Compare { pair, .. }) => {
            let asked = comparison::Asked { id: None, line: None, timing: None };
            let written = comparison::json(compared, pair, asked);
            for direction in ["gained", "lost"] {
                object.insert(direction.to_owned(), written.get(direction).cloned().unwrap_or_default());
            }
            written.get("gained").cloned()
        }
        (Answered::Decide(outcome), Claim::Decide { request, .. }) if standing != Standing::Passed => {
            let caller = scenario(check).and_then(|scenario| scenario.principal.caller().ok());
            caller.map(|caller| trace::json(caller, request, outcome))
        }
        _ => None,
    };
    object.insert("counterexample".to_owned(), found.unwrap_or_default());
    Value::Object(object)
}

/// The object of a check that could not be asked.
pub fn error_json(suite: &Suite, assertion: &Assertion, check: &Check, error: Value) -> Value {
    let mut object = head(suite, assertion, check);
    object.insert("verdict".to_owned(), Value::Null);
    object.insert("pass".to_owned(), json!(false));
    object.insert("error".to_owned(), error);
    Value::Object(object)
}

fn head(suite: &Suite, assertion: &Assertion, check: &Check) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(assertion.name));
    object.insert("file".to_owned(), json!(suite.source.name()));
    object.insert("line".to_owned(), json!(suite.source.line_of(assertion.span.start)));
    object.insert("scenario".to_owned(), json!(check.scenario));
    object.insert("principal".to_owned(), json!(check.principal));
    object.insert("severity".to_owned(), json!(assertion.severity.as_str()));
    object.insert("expected".to_owned(), json!(assertion.claim.expected()));
    object
}

/// The object of the contract: `suites` holds each suite's name with the objects of its checks.
pub fn whole(suites: Vec<(String, Vec<Value>)>, tally: &Tally, basis: &Basis) -> Value {
    let suite = |(file, assertions): (String, Vec<Value>)| json!({ "file": file, "assertions": assertions });
    let not_modelled: IndexSet<&str> =
        NOT_MODELLED.into_iter().chain(basis.sequences.iter().map(String::as_str)).collect();
    let versions: Vec<Value> =
        basis.dialects.values().map(|dialect| Value::from_iter(versions::json(dialect))).collect();
    json!({
        "schema": 1,
        "suites": suites.into_iter().map(suite).collect::<Vec<_>>(),
        "passed": tally.passed,
        "failed": tally.failed + tally.refused,
        "warned": tally.warned,
        "unknown": tally.unknown,
        "notModelled": not_modelled.into_iter().collect::<Vec<_>>(),
        "versions": versions,
        "engine": { "name": EngineName::Atoms.as_str(), "z3": versions::z3() },
    })
}

/// How the run ended.
pub fn summary(tally: &Tally, left_out: usize) -> String {
    let mut parts = vec![format!("{} passed", tally.passed), format!("{} failed", tally.failed)];
    let others =
        [(tally.warned, "warned"), (tally.unknown, "unknown"), (tally.refused, "refused"), (left_out, "left out")];
    parts.extend(others.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")));
    format!("{}\n", parts.join(", "))
}
