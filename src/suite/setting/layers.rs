//! A principal with its layers, as a scenario of a suite tells it.
//!
//! In: the keys that are flags of `ringfence reach`. Out: the scenario, read by the reader of scenario files, whose fields
//! the keys stand for.

use crate::diagnostic::Code;
use crate::input;
use crate::json::{Json, Member, Value};
use crate::scenario::load::field;
use crate::scenario::{self, Layer, Loader, Scenario};
use crate::source::{Span, Spanned};
use crate::suite::setting::value::path;
use crate::suite::setting::{Setting, What};

/// The keys of layers, with the fields of a scenario that they stand for.
pub(super) const LAYERS: [(&str, &str); 9] = [
    ("principal", "principal"),
    ("identity", "identityPolicies"),
    ("boundary", "permissionsBoundary"),
    ("session-policy", "sessionPolicies"),
    ("scp-level", "scps"),
    ("rcp-level", "rcps"),
    ("resource-policy", "resourcePolicy"),
    ("endpoint-policy", "endpointPolicy"),
    ("resource-account", "resourceAccount"),
];

/// A principal with its layers, from a file or from the keys.
pub(super) fn read(
    loader: &mut Loader<'_>,
    members: &[Member],
    dialect: Option<&Member>,
    span: Span,
) -> Option<Scenario> {
    let name = dialect.and_then(|member| member.value.as_str());
    if let Some(file) = field(members, "scenario") {
        if let Some(other) = members.iter().find(|member| LAYERS.iter().any(|(name, _)| *name == member.key.value)) {
            let help = "leave it out, or put it into the file; an assertion changes a layer with `assume`";
            let message = format!("`{}` stands beside `scenario`, which says it all", other.key.value);
            loader.error(Code::BadField, other.key.span, message, help);
        }
        let path = path(loader, &file.value)?;
        let read = input::read_file(&path).and_then(|source| scenario::read(&source, &path, name, false));
        return match read {
            Ok((scenario, warnings)) => {
                loader.findings.extend(warnings);
                Some(scenario)
            }
            Err(refusal) => {
                loader.findings.extend(refusal.diagnostics);
                None
            }
        };
    }
    let mut fields = fields(loader, members);
    fields.extend(dialect.cloned());
    if fields.is_empty() {
        let help = "give `principal`, `identity`, `boundary` or other flags of reach, `scenario` or `account`";
        loader.error(Code::MissingField, span, "the scenario says nothing", help);
        return None;
    }
    loader.scenario(&fields, span, None)
}

/// A scenario with the layers that an assertion assumes instead of its own.
pub(in crate::suite) fn assumed(loader: &mut Loader<'_>, own: &Setting, assume: &Json) -> Option<Setting> {
    let Value::Object(members) = &assume.value else {
        let message = format!("`assume` is a table of layers, not {}", assume.describe());
        loader.error(Code::WrongType, assume.span, message, "write `assume = { resource-policy = \"any\" }`");
        return None;
    };
    let What::Layers(scenario) = &own.what else {
        let help = "write the principal's layers as a scenario of their own";
        loader.error(Code::BadField, assume.span, "an account's layers are its own: nothing is assumed instead", help);
        return None;
    };
    let names: Vec<&str> = LAYERS.iter().map(|(name, _)| *name).filter(|name| *name != "principal").collect();
    loader.known_fields(members, &names);
    let before = loader.findings.errors();
    let mut fields = fields(loader, members);
    let dialect = Json { span: assume.span, value: Value::String(scenario.dialect.name().to_owned()) };
    fields.push(Member { key: Spanned::new("dialect".to_owned(), assume.span), value: dialect });
    let other = loader.scenario(&fields, assume.span, None);
    let mut scenario = Scenario::clone(scenario);
    let mut other = other.filter(|_| loader.findings.errors() == before)?;
    for member in members {
        let take = |own: &mut Layer<_>, other: &mut Layer<_>| std::mem::swap(own, other);
        match member.key.value.as_str() {
            "identity" => take(&mut scenario.identity, &mut other.identity),
            "boundary" => take(&mut scenario.boundary, &mut other.boundary),
            "session-policy" => take(&mut scenario.session, &mut other.session),
            "resource-policy" => take(&mut scenario.resource, &mut other.resource),
            "endpoint-policy" => take(&mut scenario.endpoint, &mut other.endpoint),
            "scp-level" => std::mem::swap(&mut scenario.scps, &mut other.scps),
            "rcp-level" => std::mem::swap(&mut scenario.rcps, &mut other.rcps),
            _ => std::mem::swap(&mut scenario.resource_account, &mut other.resource_account),
        }
    }
    let assume = Some(loader.source.slice(assume.span).to_owned());
    Some(Setting { what: What::Layers(Box::new(scenario)), assume, ..own.clone() })
}

/// The fields of a scenario that keys stand for.
fn fields(loader: &mut Loader<'_>, members: &[Member]) -> Vec<Member> {
    let mut fields = Vec::new();
    for (name, of) in LAYERS {
        let Some(member) = field(members, name) else { continue };
        let value = match name {
            "principal" | "resource-account" => member.value.clone(),
            "scp-level" | "rcp-level" => levels(&member.value),
            _ => files(&member.value),
        };
        if matches!(value.value, Value::Object(_)) && name != "principal" {
            let help = format!("write `{name} = \"FILE\"` or a list of files");
            loader.error(Code::WrongType, member.value.span, format!("`{name}` takes files, `any` or `none`"), help);
            continue;
        }
        fields.push(Member { key: Spanned::new(of.to_owned(), member.key.span), value });
    }
    fields
}

/// A layer of files: a name, a list of names, or a word.
fn files(json: &Json) -> Json {
    let file = |item: &Json| match &item.value {
        Value::String(_) => {
            let key = Spanned::new("file".to_owned(), item.span);
            Json { span: item.span, value: Value::Object(vec![Member { key, value: item.clone() }]) }
        }
        _ => item.clone(),
    };
    let value = match &json.value {
        Value::String(word) if word == "any" || word == "none" => json.value.clone(),
        Value::String(_) => Value::Array(vec![file(json)]),
        Value::Array(items) => Value::Array(items.iter().map(file).collect()),
        _ => json.value.clone(),
    };
    Json { span: json.span, value }
}

/// The levels of an organization: a word, or a list whose items are each a file or a list of files.
fn levels(json: &Json) -> Json {
    let value = match &json.value {
        Value::String(word) if word == "any" => json.value.clone(),
        Value::String(word) if word == "none" => Value::Array(Vec::new()),
        Value::String(_) => Value::Array(vec![files(json)]),
        Value::Array(items) => Value::Array(items.iter().map(files).collect()),
        _ => json.value.clone(),
    };
    Json { span: json.span, value }
}
