//! The assertion that a suite lacks: one that holds, and that a mutant breaks.
//!
//! In: a request that the mutant allows and the document does not, or the other way; a way to ask about both. Out: a
//! [`Killer`]. Trusted for: it was asked of both, and came out as asserted of one alone.

use std::fmt::Write as _;
use std::slice;

use serde_json::{Map, Value, json};

use crate::goal::Goal;
use crate::request::ContextValue;
use crate::scenario::{Caller, Tags};
use crate::suite::written::{inline, key, text};
use crate::verdict::{Answer, Counterexample};
use crate::vocabulary::arn::friendly_name;
use crate::vocabulary::context_key::ContextKey;

/// An assertion that a mutant breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Killer {
    /// The scenario that it is about.
    pub scenario: String,
    /// The principal of an account, where the scenario asks about another one.
    pub principal: Option<String>,
    /// What it assumes instead of a layer, as the suite says it.
    pub assume: Option<String>,
    /// What holds.
    pub expected: Answer,
    /// The action.
    pub action: String,
    /// The resource; none: every one.
    pub resource: Option<String>,
    /// Conditions as a goal has them, if it needs any.
    pub when: Option<Value>,
}

/// How the keys of a caller's tags begin.
const TAG: &str = "aws:principaltag/";

/// Which of an assertion's parts tell a mutant apart: the resource, the conditions.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Parts {
    pub(super) resource: Option<String>,
    pub(super) when: Option<Value>,
}

/// The fewest parts with which a goal tells two documents apart; `tells` asks of both. `keys` are those that the changed
/// statement has conditions on.
///
/// # Errors
/// The first of `tells`.
pub(super) fn find<E>(
    request: &Counterexample,
    keys: &[ContextKey],
    tells: impl Fn(&Goal) -> Result<bool, E>,
) -> Result<Option<Parts>, E> {
    let action = request.request.action.as_str().to_owned();
    let tells = |parts: &Parts| {
        let goal = Goal::from_flags(slice::from_ref(&action), &[], parts.resource.as_deref(), parts.when.as_ref());
        goal.map_or(Ok(false), |goal| tells(&goal))
    };
    let resource = Some(request.request.resource.clone());
    let all: Vec<Term> = terms(request, keys);
    let tries = [(None, false), (resource.clone(), false), (None, true), (resource, true)];
    for (resource, conditions) in tries {
        if conditions && all.is_empty() {
            continue;
        }
        let parts = Parts { resource, when: conditions.then(|| block(&all)) };
        if !tells(&parts)? {
            continue;
        }
        if !conditions {
            return Ok(Some(parts));
        }
        // What can be left out says nothing about why.
        let (mut kept, mut parts) = (all.clone(), parts);
        for term in &all {
            let fewer: Vec<Term> = kept.iter().filter(|own| *own != term).cloned().collect();
            let own = Parts { when: Some(block(&fewer)), ..parts.clone() };
            if !fewer.is_empty() && tells(&own)? {
                (kept, parts) = (fewer, own);
            }
        }
        return Ok(Some(parts));
    }
    Ok(None)
}

/// An operator with a key and its value.
type Term = (&'static str, String, Value);

/// What a request's context is, as conditions.
fn terms(request: &Counterexample, keys: &[ContextKey]) -> Vec<Term> {
    let context = &request.request.context;
    let mut terms = Vec::new();
    for (key, value) in context.iter() {
        let key = key.as_str().to_owned();
        match value {
            ContextValue::Single(text) => terms.push(("StringEquals", key, json!(text))),
            ContextValue::List(texts) if !texts.is_empty() => {
                terms.push(("ForAnyValue:StringEquals", key.clone(), json!(texts)));
                terms.push(("ForAllValues:StringEquals", key, json!(texts)));
            }
            ContextValue::List(_) | ContextValue::Ambiguous(_) => {}
        }
    }
    for key in keys.iter().filter(|key| context.get(key).is_none()) {
        let name = key.as_str().to_owned();
        match of_caller(&request.caller, key) {
            Some(value) => terms.push(("StringEquals", name, json!(value))),
            // Other keys of the caller follow from who it is.
            None if key.folded().starts_with("aws:principal") && !key.folded().starts_with(TAG) => {}
            None => terms.push(("Null", name, json!("true"))),
        }
    }
    terms
}

/// The value of a key that follows from the caller, where it does.
fn of_caller(caller: &Caller, key: &ContextKey) -> Option<String> {
    let tags = match &caller.tags {
        Tags::Exact(tags) | Tags::AtLeast(tags) => Some(tags),
        Tags::Open => None,
    };
    match key.folded() {
        "aws:principalaccount" => caller.account().map(str::to_owned),
        "aws:principalarn" => caller.issuer.clone().or_else(|| Some(caller.arn.clone())),
        folded => {
            let tag = folded.strip_prefix(TAG)?;
            tags?.iter().find(|(own, _)| own.folded() == tag).map(|(_, value)| value.clone())
        }
    }
}

fn block(terms: &[Term]) -> Value {
    let mut block: Map<String, Value> = Map::new();
    for (operator, key, value) in terms {
        let own = block.entry((*operator).to_owned()).or_insert_with(|| json!({}));
        if let Some(own) = own.as_object_mut() {
            own.insert(key.clone(), value.clone());
        }
    }
    Value::Object(block)
}

impl Killer {
    /// The assertion as a suite has it.
    pub fn toml(&self, name: &str) -> String {
        let mut out = String::new();
        let mut scenario = self.scenario.clone();
        if let Some(principal) = &self.principal {
            let like = text(&scenario);
            scenario = format!("{scenario}-{}", friendly_name(principal));
            let _ = writeln!(out, "[scenario.{}]\nlike = {like}\nprincipal = {}\n", key(&scenario), text(principal));
        }
        out.push_str("[[assert]]\n");
        let mut line = |key: &str, value: &str| {
            let _ = writeln!(out, "{key} = {value}");
        };
        line("name", &text(name));
        line("scenario", &text(&scenario));
        line(self.expected.as_str(), &text(&self.action));
        if let Some(resource) = &self.resource {
            line("resource", &text(resource));
        }
        if let Some(when) = &self.when {
            line("when", &inline(when));
        }
        if let Some(assume) = &self.assume {
            line("assume", assume);
        }
        out
    }
}
