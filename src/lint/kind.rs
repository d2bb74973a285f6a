//! The kind of a document that nobody told.
//!
//! In: its JSON. Out: the kind that its elements suggest, and the element that decided. Nothing is refused here: a
//! wrong guess shows as findings, and `--as` overrides it.

use crate::json::{Json, Member, Value};
use crate::policy::DocumentKind;

/// A kind and what suggests it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guess {
    /// The kind.
    pub kind: DocumentKind,
    /// What suggests it, to stand behind "because".
    pub because: &'static str,
}

impl Guess {
    /// Guesses by the elements of the statements.
    pub fn of(json: &Json) -> Self {
        let statements = statements(json);
        let has = |name: &str| statements.iter().any(|statement| element(statement, name).is_some());
        if !has("Principal") && !has("NotPrincipal") {
            return Self { kind: DocumentKind::Identity, because: "no statement has a `Principal`" };
        }
        let sts = statements.iter().all(|statement| actions(statement).iter().all(|action| is_of_sts(action)));
        if sts && has("Action") && !has("Resource") && !has("NotResource") && !has("NotAction") {
            let because = "it has a `Principal`, no `Resource`, and only actions of `sts`";
            return Self { kind: DocumentKind::Trust, because };
        }
        Self { kind: DocumentKind::Resource, because: "it has a `Principal`" }
    }
}

fn statements(json: &Json) -> Vec<&[Member]> {
    let Value::Object(members) = &json.value else { return Vec::new() };
    let items = match element(members, "Statement").map(|statement| &statement.value) {
        Some(Value::Array(items)) => items.iter().map(|item| &item.value).collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let objects = items.into_iter().filter_map(|item| match item {
        Value::Object(members) => Some(members.as_slice()),
        _ => None,
    });
    objects.collect()
}

fn element<'j>(members: &'j [Member], name: &str) -> Option<&'j Json> {
    members.iter().find(|member| member.key.value == name).map(|member| &member.value)
}

fn actions(statement: &[Member]) -> Vec<&str> {
    match element(statement, "Action").map(|action| &action.value) {
        Some(Value::Array(items)) => items.iter().filter_map(Json::as_str).collect(),
        Some(Value::String(text)) => vec![text],
        _ => Vec::new(),
    }
}

fn is_of_sts(action: &str) -> bool {
    action.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("sts:"))
}
