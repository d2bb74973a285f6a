//! What a suite asserts.
//!
//! In: an `[[assert]]` table. Out: an [`Assertion`]: one [`Claim`], and the [`Check`]s that it takes to hold.

use std::path::PathBuf;
use std::sync::Arc;

use crate::case;
use crate::diagnostic::{Code, Severity};
use crate::evaluate::decide::Decision;
use crate::goal::Goal;
use crate::input;
use crate::json::{Json, Member, Value};
use crate::pair::{self, KINDS};
use crate::policy::DocumentKind;
use crate::query::compare::Pair;
use crate::request::Request;
use crate::scenario::Loader;
use crate::scenario::load::field;
use crate::source::{Span, Spanned};
use crate::suite::Check;
use crate::suite::setting::{Tables, What, assumed, items, path, steps};
use crate::verdict::Answer;
use crate::verdict::comparison::Relation;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::nearest::nearest;
use crate::vocabulary::ruling::Rulings;

/// The keys that say what is asserted: an assertion has one of them.
const CLAIMS: [&str; 8] =
    ["unreachable", "reachable", "only", "denied", "allowed", "never_escalates", "escalates", "compare"];
/// The other keys.
const FIELDS: [&str; 12] = [
    "name", "scenario", "except", "resource", "when", "context", "assume", "reason", "severity", "expect", "as",
    "length",
];
/// The relations that `expect` may name.
const RELATIONS: [Relation; 4] = [Relation::Equivalent, Relation::Narrower, Relation::Wider, Relation::Incomparable];

/// An assertion of a suite.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// Its name, which no other of the suite has.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Why it is asserted, for whoever reads that it does not hold.
    pub reason: Option<String>,
    /// Whether the run fails where it does not hold.
    pub severity: Severity,
    /// What is asserted.
    pub claim: Claim,
    /// Of what: it holds if each check does.
    pub checks: Vec<Check>,
}

/// What is asserted.
#[derive(Debug, Clone)]
pub enum Claim {
    /// No request of the goal is allowed, or some is.
    Reach {
        /// What is expected.
        expected: Answer,
        /// The requests.
        goal: Box<Goal>,
    },
    /// One request is allowed, or denied.
    Decide {
        /// Whether it is expected to be allowed.
        allowed: bool,
        /// The request.
        request: Box<Request>,
    },
    /// No sequence of requests leads to the goal, or some does.
    Escalate {
        /// What is expected.
        expected: Answer,
        /// How many requests the shortest has, if that is asserted.
        length: Option<usize>,
        /// The requests that sequences end in.
        goal: Box<Goal>,
    },
    /// One document is to another as expected.
    Compare {
        /// What it may be.
        expected: Vec<Relation>,
        /// The documents.
        pair: Box<Pair>,
    },
}

impl Claim {
    /// What is expected, in words.
    pub fn expected(&self) -> String {
        match self {
            Self::Reach { expected, .. } => expected.as_str().to_owned(),
            Self::Decide { allowed: true, .. } => Decision::Allow.as_str().to_owned(),
            Self::Decide { allowed: false, .. } => "deny".to_owned(),
            Self::Escalate { length: Some(length), .. } => by_requests(*length),
            Self::Escalate { expected, .. } => expected.as_str().to_owned(),
            Self::Compare { expected, .. } => {
                expected.iter().map(|relation| relation.as_str()).collect::<Vec<_>>().join("-or-")
            }
        }
    }
}

/// A trace, by its length.
pub(super) fn by_requests(length: usize) -> String {
    let many = if length == 1 { "" } else { "s" };
    format!("reachable by {length} request{many}")
}

/// Reads an assertion; the names of the scenarios that it is about are added to `used`.
pub(super) fn read(
    loader: &mut Loader<'_>,
    members: &[Member],
    whole: Span,
    tables: &Tables,
    used: &mut Vec<String>,
) -> Option<Assertion> {
    let before = loader.findings.errors();
    let known = [&FIELDS[..], &CLAIMS].concat();
    loader.known_fields(members, &known);
    let name = loader.required_text(members, &known, "name", whole);
    let reason = field(members, "reason").map(|member| loader.text(&member.value, "reason"));
    let severity = field(members, "severity").map_or(Some(Severity::Error), |member| severity(loader, &member.value));
    let said: Vec<&Member> = members.iter().filter(|member| CLAIMS.contains(&member.key.value.as_str())).collect();
    let claim = match said.as_slice() {
        [] => {
            let misspelt = members.iter().any(|member| {
                !known.contains(&member.key.value.as_str()) && nearest(&member.key.value, CLAIMS).is_some()
            });
            if !misspelt {
                let help = format!("add one of {}", CLAIMS.join(", "));
                loader.error(Code::MissingField, whole, "the assertion asserts nothing", help);
            }
            None
        }
        [one] => claim(loader, members, one, whole),
        [one, other, ..] => {
            let message = format!("both `{}` and `{}` are asserted", one.key.value, other.key.value);
            loader.error(Code::BadField, other.key.span, message, "write an `[[assert]]` for each");
            None
        }
    };
    let checks = match field(members, "compare") {
        Some(_) => Some(vec![Check { scenario: None, setting: None, principal: None }]),
        None => checks(loader, members, claim.as_ref(), whole, tables, used),
    };
    let reason = match reason {
        Some(reason) => Some(reason?),
        None => None,
    };
    if loader.findings.errors() > before {
        return None;
    }
    let (name, span) = name?;
    Some(Assertion { name, span, reason, severity: severity?, claim: claim?, checks: checks? })
}

/// The scenarios that an assertion is about, each with each of its principals.
fn checks(
    loader: &mut Loader<'_>,
    members: &[Member],
    claim: Option<&Claim>,
    whole: Span,
    tables: &Tables,
    used: &mut Vec<String>,
) -> Option<Vec<Check>> {
    let Some(member) = field(members, "scenario") else {
        let help = "add `scenario = \"NAME\"`, the name of a `[scenario.NAME]`";
        loader.error(Code::MissingField, whole, "the assertion is about no scenario", help);
        return None;
    };
    let mut checks = Vec::new();
    for item in items(&member.value) {
        let Some(name) = loader.text(item, "scenario") else { continue };
        used.push(name.clone());
        let Some(setting) = tables.get(loader, &name, item.span) else { continue };
        let setting = match field(members, "assume") {
            None => setting,
            Some(assume) => match assumed(loader, &setting, &assume.value) {
                Some(setting) => Arc::new(setting),
                None => continue,
            },
        };
        let is_of_account = matches!(setting.what, What::Account(_));
        let is_deployed = matches!(setting.what, What::Deployed(_));
        let wants_account = matches!(claim, Some(Claim::Escalate { .. }));
        let wants_layers = matches!(claim, Some(Claim::Decide { .. }));
        if wants_account && !is_of_account {
            let help = "give the scenario `account = \"FILE\"` and a principal of it";
            let message = format!("sequences of requests change an account, and `{name}` has none");
            loader.error(Code::BadField, item.span, message, help);
        }
        if wants_layers && (is_of_account || is_deployed) {
            let help =
                "assert `unreachable` with `resource` and `when`, or write the layers as a scenario of their own";
            loader.error(
                Code::BadField,
                item.span,
                format!(
                    "one request is decided by layers, and `{name}` is {}",
                    if is_deployed { "a plan or template" } else { "an account" }
                ),
                help,
            );
        }
        let principals: Vec<Option<String>> = match &setting.what {
            What::Layers(_) => vec![None],
            What::Account(listed) => listed.principals.iter().cloned().map(Some).collect(),
            What::Deployed(own) => own.subjects.iter().map(|own| Some(own.address.clone())).collect(),
        };
        for principal in principals {
            checks.push(Check { scenario: Some(name.clone()), setting: Some(Arc::clone(&setting)), principal });
        }
    }
    Some(checks)
}

fn claim(loader: &mut Loader<'_>, members: &[Member], said: &Member, whole: Span) -> Option<Claim> {
    let word = said.key.value.as_str();
    let unread: &[&str] = match word {
        "denied" | "allowed" => &["except", "when", "expect", "as", "length"],
        "compare" => &["scenario", "except", "resource", "when", "context", "assume", "length"],
        "escalates" => &["context", "expect", "as"],
        _ => &["context", "expect", "as", "length"],
    };
    for member in members.iter().filter(|member| unread.contains(&member.key.value.as_str())) {
        let help = match (member.key.value.as_str(), word) {
            ("when", _) => "one request has a `context`".to_owned(),
            ("context", _) => "a goal has conditions: `when = { StringEquals = { … } }`".to_owned(),
            _ => "take it out".to_owned(),
        };
        let message = format!("`{}` means nothing beside `{word}`", member.key.value);
        loader.error(Code::BadField, member.key.span, message, help);
    }
    match word {
        "denied" | "allowed" => {
            let fields = renamed(members, said, "action", &["resource", "context"]);
            let known = [word, "resource", "context"];
            let request = case::request(loader, &fields, &known, whole)?;
            Some(Claim::Decide { allowed: word == "allowed", request: Box::new(request) })
        }
        "compare" => compare(loader, members, said, whole),
        "only" => {
            let except = items(&said.value).into_iter().cloned();
            let own = field(members, "except").map(|member| items(&member.value)).unwrap_or_default();
            let except = Value::Array(except.chain(own.into_iter().cloned()).collect());
            let all = Json { span: said.value.span, value: Value::String("*".to_owned()) };
            let mut fields = renamed(members, &Member { value: all, ..said.clone() }, "action", &["resource", "when"]);
            let span = said.value.span;
            fields.push(Member { key: Spanned::new("except".to_owned(), span), value: Json { span, value: except } });
            let goal = goal(loader, fields, whole)?;
            Some(Claim::Reach { expected: Answer::Unreachable, goal })
        }
        _ => {
            let goal = goal(loader, renamed(members, said, "action", &["except", "resource", "when"]), whole)?;
            Some(match word {
                "unreachable" => Claim::Reach { expected: Answer::Unreachable, goal },
                "reachable" => Claim::Reach { expected: Answer::Reachable, goal },
                "escalates" => {
                    let length = match field(members, "length") {
                        None => None,
                        Some(member) => Some(steps(loader, "length", &member.value)?),
                    };
                    Claim::Escalate { expected: Answer::Reachable, length, goal }
                }
                _ => Claim::Escalate { expected: Answer::Unreachable, length: None, goal },
            })
        }
    }
}

fn goal(loader: &mut Loader<'_>, fields: Vec<Member>, whole: Span) -> Option<Box<Goal>> {
    let json = Json { span: whole, value: Value::Object(fields) };
    Goal::read(&json, loader.source, loader.findings).map(Box::new)
}

/// A member under the name that another reader knows it by, with some of those beside it.
fn renamed(members: &[Member], said: &Member, name: &str, beside: &[&str]) -> Vec<Member> {
    let key = Spanned::new(name.to_owned(), said.key.span);
    let mut fields = vec![Member { key, value: said.value.clone() }];
    fields.extend(beside.iter().filter_map(|name| field(members, name)).cloned());
    fields
}

fn compare(loader: &mut Loader<'_>, members: &[Member], said: &Member, whole: Span) -> Option<Claim> {
    let before = loader.findings.errors();
    let expected = match field(members, "expect") {
        Some(member) => relations(loader, &member.value),
        None => {
            let help = "add `expect = \"narrower-or-equivalent\"`";
            loader.error(Code::MissingField, whole, "nothing is expected of the comparison", help);
            None
        }
    };
    let kind = match field(members, "as") {
        None => Some(None),
        Some(member) => {
            let kind = member.value.as_str().filter(|word| KINDS.contains(word)).and_then(DocumentKind::parse);
            if kind.is_none() {
                let help = format!("write one of {}", KINDS.join(", "));
                loader.error(Code::BadField, member.value.span, "`as` is no kind of document to compare", help);
            }
            kind.map(Some)
        }
    };
    let (Value::Array(files), Some(Ok(dialect))) = (&said.value.value, Dialect::embedded("aws")) else {
        let help = "write `compare = [\"OLD.json\", \"NEW.json\"]`";
        loader.error(Code::WrongType, said.value.span, "two documents are compared", help);
        return None;
    };
    let [old, new] = files.as_slice() else {
        let help = "write `compare = [\"OLD.json\", \"NEW.json\"]`";
        loader.error(Code::BadField, said.value.span, format!("two documents are compared, not {}", files.len()), help);
        return None;
    };
    let (old, new) = (path(loader, old), path(loader, new));
    let mut text = |path: PathBuf| match input::read_file(&path) {
        Ok(source) => Some(source),
        Err(refusal) => {
            loader.findings.extend(refusal.diagnostics);
            None
        }
    };
    let (old, new) = (old.and_then(&mut text), new.and_then(&mut text));
    let reading = pair::Reading { dialect, rulings: Rulings::default(), kind: kind? };
    let pair = match pair::from_sources(&old?, &new?, reading) {
        Ok((pair, warnings)) => {
            loader.findings.extend(warnings);
            pair
        }
        Err(refusal) => {
            loader.findings.extend(refusal.diagnostics);
            return None;
        }
    };
    if loader.findings.errors() > before {
        return None;
    }
    Some(Claim::Compare { expected: expected?, pair: Box::new(pair) })
}

fn relations(loader: &mut Loader<'_>, json: &Json) -> Option<Vec<Relation>> {
    let text = loader.text(json, "expect")?;
    let relation = |word: &str| RELATIONS.into_iter().find(|relation| relation.as_str() == word);
    let found: Option<Vec<Relation>> = text.split("-or-").map(relation).collect();
    if found.is_none() {
        let words = RELATIONS.map(Relation::as_str).join(", ");
        let help = format!("write one of {words}, or several as in `narrower-or-equivalent`");
        loader.error(Code::BadField, json.span, format!("`{text}` is no relation of two documents"), help);
    }
    found
}

fn severity(loader: &mut Loader<'_>, json: &Json) -> Option<Severity> {
    let found = [Severity::Error, Severity::Warning].into_iter().find(|own| json.as_str() == Some(own.as_str()));
    if found.is_none() {
        let help = "write `error`, which fails the run, or `warning`, which does not";
        loader.error(Code::BadField, json.span, "`severity` is `error` or `warning`", help);
    }
    found
}
