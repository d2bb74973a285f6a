//! One line of a batch: a scenario, a request and what is expected of it.
//!
//! In: a line of JSON, or a request file's line with the scenario given besides. Out: [`Case`] with its `id`, which is
//! known even where the rest of the line is refused.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Findings, Refusal};
use crate::evaluate::decide::Decision;
use crate::json::{Json, Member, Value};
use crate::line::{self, REMARKS};
use crate::request::{Context, ContextValue, Request, is_resource};
use crate::scenario::load::field;
use crate::scenario::{Loader, SCENARIO_FIELDS, Scenario};
use crate::source::{Source, Span};
use crate::vocabulary::action::Action;
use crate::vocabulary::context_key::ContextKey;

/// How many values a context key may have.
const VALUES_LIMIT: usize = 256;

const REQUEST_FIELDS: [&str; 3] = ["action", "resource", "context"];

/// What a line expects of its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// This decision.
    Decision(Decision),
    /// That it cannot be decided.
    Unknown,
}

impl Expectation {
    const WORDS: [(&'static str, Self); 4] = [
        ("allow", Self::Decision(Decision::Allow)),
        ("explicit-deny", Self::Decision(Decision::ExplicitDeny)),
        ("implicit-deny", Self::Decision(Decision::ImplicitDeny)),
        ("unknown", Self::Unknown),
    ];

    /// The word for it in lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decision(decision) => decision.as_str(),
            Self::Unknown => "unknown",
        }
    }

    /// What an evaluation came to.
    pub fn of(decision: Option<Decision>) -> Self {
        decision.map_or(Self::Unknown, Self::Decision)
    }
}

/// A line that can be decided.
#[derive(Debug)]
pub struct Case {
    /// The line's own scenario; none where the scenario was given besides.
    pub scenario: Option<Scenario>,
    /// What is asked.
    pub request: Request,
    /// What is expected, if the line says so.
    pub expect: Option<Expectation>,
    /// Warnings about the line's documents.
    pub warnings: Vec<Diagnostic>,
}

/// How lines are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The file whose directory file names are relative to.
    pub path: &'a Path,
    /// Whether lines are bare requests, their scenario given besides.
    pub bare: bool,
    /// The dialect of lines that name none.
    pub dialect: Option<&'a str>,
}

/// Reads one line; the line's `id` comes first, because it is told even of a line that is refused.
pub fn read(source: &Arc<Source>, reading: Reading<'_>) -> (Option<serde_json::Value>, Result<Case, Refusal>) {
    let (id, case) = line::read(source, |json, members, findings| case(source, json, members, reading, findings));
    let case = case.map(|(case, warnings)| Case { warnings, ..case });
    (id, case)
}

fn case(
    source: &Arc<Source>,
    json: &Json,
    members: &[Member],
    reading: Reading<'_>,
    findings: &mut Findings,
) -> Option<Case> {
    let mut loader = Loader::new(source, reading.path, findings);
    let wrapped = field(members, "request");
    let mut known: Vec<&str> = REMARKS.to_vec();
    if reading.bare && wrapped.is_none() {
        known.extend(REQUEST_FIELDS);
    } else {
        known.push("request");
    }
    if !reading.bare {
        known.extend(SCENARIO_FIELDS);
    }
    loader.known_fields(members, &known);
    let request = match wrapped {
        Some(member) => match &member.value.value {
            Value::Object(fields) => {
                loader.known_fields(fields, &REQUEST_FIELDS);
                request(&mut loader, fields, &REQUEST_FIELDS, member.value.span)
            }
            _ => {
                let message = format!("`request` is an object, not {}", member.value.describe());
                let help = "write `{\"action\": …, \"resource\": …, \"context\": {}}`";
                loader.error(Code::WrongType, member.value.span, message, help);
                None
            }
        },
        None if reading.bare => request(&mut loader, members, &known, json.span),
        None => {
            let help = "add `\"request\": {\"action\": …, \"resource\": …, \"context\": {}}`";
            loader.missing(members, &known, "request", json.span, help);
            None
        }
    };
    let scenario =
        if reading.bare { None } else { Some(scenario(&mut loader, members, &known, json.span, reading.dialect)) };
    let expect = field(members, "expect").map(|member| expectation(&mut loader, &member.value));
    let scenario = match scenario {
        Some(scenario) => Some(scenario?),
        None => None,
    };
    let expect = match expect {
        Some(expect) => Some(expect?),
        None => None,
    };
    Some(Case { scenario, request: request?, expect, warnings: Vec::new() })
}

/// A line of its own must say who calls: `any` is no caller of a single request.
fn scenario(
    loader: &mut Loader<'_>,
    members: &[Member],
    known: &[&str],
    whole: Span,
    dialect: Option<&str>,
) -> Option<Scenario> {
    if field(members, "principal").is_none() {
        let help = "add `\"principal\": {\"arn\": …, \"type\": …, \"tags\": {}}`, or give --scenario";
        loader.missing(members, known, "principal", whole, help);
    }
    loader.scenario(members, whole, dialect)
}

fn expectation(loader: &mut Loader<'_>, json: &Json) -> Option<Expectation> {
    let word = json.as_str();
    let found = Expectation::WORDS.iter().find(|(name, _)| word == Some(name)).map(|(_, expectation)| *expectation);
    if found.is_none() {
        let words = Expectation::WORDS.map(|(name, _)| name).join(", ");
        loader.error(Code::BadField, json.span, "`expect` is no decision", format!("write one of {words}"));
    }
    found
}

/// Reads `action`, `resource` and `context`.
pub(crate) fn request(loader: &mut Loader<'_>, members: &[Member], known: &[&str], whole: Span) -> Option<Request> {
    let action = loader.required_text(members, known, "action", whole).and_then(|(text, span)| {
        let action = Action::parse(&text);
        if let Err(error) = &action {
            let message = format!("action `{text}` {error}");
            loader.error(Code::BadAction, span, message, "write one action, as in `s3:GetObject`");
        }
        action.ok()
    });
    let resource = loader.required_text(members, known, "resource", whole).and_then(|(text, span)| {
        if !is_resource(&text) {
            let message = format!("resource `{text}` is neither `*` nor an ARN of six parts");
            loader.error(Code::BadResource, span, message, "write the whole ARN, as in `arn:aws:s3:::bucket/key`");
            return None;
        }
        Some(text)
    });
    let context = match field(members, "context") {
        None => Some(Context::default()),
        Some(member) => read_context(loader, &member.value),
    };
    Some(Request { action: action?, resource: resource?, context: context? })
}

fn read_context(loader: &mut Loader<'_>, json: &Json) -> Option<Context> {
    let Value::Object(members) = &json.value else {
        let message = format!("`context` is an object, not {}", json.describe());
        loader.error(Code::WrongType, json.span, message, "write `{\"aws:SourceIp\": \"203.0.113.1\"}`");
        return None;
    };
    let mut context = Context::default();
    for Member { key, value } in members {
        let value = match &value.value {
            Value::Array(items) if items.len() > VALUES_LIMIT => {
                let message =
                    format!("`{}` has {} values, more than the limit of {VALUES_LIMIT}", key.value, items.len());
                loader.error(Code::TooLarge, value.span, message, "give fewer; no request carries that many");
                continue;
            }
            Value::Array(items) => {
                ContextValue::List(items.iter().filter_map(|item| context_text(loader, item, &key.value)).collect())
            }
            _ => match context_text(loader, value, &key.value) {
                Some(text) => ContextValue::Single(text),
                None => continue,
            },
        };
        if let Err(error) = context.insert(ContextKey::new(key.value.as_str()), value) {
            loader.error(Code::BadField, key.span, error.to_string(), "keep one of the two");
        }
    }
    Some(context)
}

/// A text, or a number or truth value without quotation marks.
fn context_text(loader: &mut Loader<'_>, json: &Json, key: &str) -> Option<String> {
    match &json.value {
        Value::String(_) => loader.text(json, key),
        Value::Number(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            let message = format!("`{key}` takes a text or a list of texts, not {}", json.describe());
            loader.error(Code::BadField, json.span, message, "leave an absent key out of the context");
            None
        }
    }
}
