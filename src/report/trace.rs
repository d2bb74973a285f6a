//! The trace of one evaluated request, as text for a policy author and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::evaluate::trace::{Attachment, Failure, LayerTrace, Reason, StatementTrace, Trace};
use crate::evaluate::truth::Truth;
use crate::evaluate::{Outcome, decide::Decision};
use crate::policy::Effect;
use crate::report::excerpt::{context_json, context_lines, labelled as line, source_lines};
use crate::request::Request;
use crate::scenario::{Caller, Slot};
use crate::vocabulary::layer::LayerKind;

/// How wide a source line is shown, besides its number.
const SOURCE_WIDTH: usize = 120;
/// How many statements of one sort are shown in a layer.
const STATEMENTS: usize = 5;

/// The word for a decision; `unknown` where there is none.
pub fn decision_word(decision: Option<Decision>) -> &'static str {
    decision.map_or("unknown", Decision::as_str)
}

/// The whole answer as text.
pub fn text(caller: &Caller, request: &Request, outcome: &Outcome<'_>) -> String {
    let mut out = String::new();
    match outcome {
        Outcome::Skipped(reason) => line(&mut out, "decision", &format!("skipped: {reason}")),
        Outcome::Decided(decision, _) => line(&mut out, "decision", decision_word(*decision)),
    }
    line(&mut out, "request", request.action.as_str());
    line(&mut out, "", &format!("on {}", request.resource));
    context_lines(&mut out, &request.context);
    line(&mut out, "caller", &format!("{} ({})", caller.arn, caller.kind));
    let Outcome::Decided(_, trace) = outcome else { return out };
    for (index, reason) in trace.reasons.iter().enumerate() {
        line(&mut out, if index == 0 { "because" } else { "and" }, &explain(reason));
    }
    for layer in &trace.layers {
        if layer.attachment == Attachment::None
            && matches!(layer.slot.kind, LayerKind::Scp | LayerKind::Rcp | LayerKind::Endpoint)
        {
            continue;
        }
        out.push('\n');
        line(&mut out, &slot(layer.slot, &trace.layers), &outcome_of(layer));
        statements(&mut out, layer);
    }
    if !trace.notes.is_empty() {
        out.push('\n');
        trace.notes.iter().for_each(|note| line(&mut out, "note", note));
    }
    out
}

/// The whole answer as JSON.
pub fn json(caller: &Caller, request: &Request, outcome: &Outcome<'_>) -> Value {
    let mut answer = serde_json::Map::new();
    let mut add = |name: &str, value: Value| answer.insert(name.to_owned(), value);
    add("decision", Value::Null);
    add("principal", json!(caller.arn));
    add("action", json!(request.action.as_str()));
    add("resource", json!(request.resource));
    add("context", context_json(&request.context));
    match outcome {
        Outcome::Skipped(reason) => {
            add("skipped", json!(reason));
        }
        Outcome::Decided(decision, trace) => {
            add("decision", json!(decision_word(*decision)));
            add("because", trace.reasons.iter().map(explain).collect());
            add("trace", entries(trace));
            add("notes", json!(trace.notes));
        }
    }
    Value::Object(answer)
}

/// The statements that apply or may apply.
fn entries(trace: &Trace<'_>) -> Value {
    let of_layer = |layer: &LayerTrace<'_>| -> Vec<Value> {
        let applying = layer.statements.iter().filter(|statement| statement.applies != Truth::No);
        applying.map(|statement| entry(layer.slot.kind, statement)).collect()
    };
    trace.layers.iter().flat_map(of_layer).collect()
}

fn entry(layer: LayerKind, trace: &StatementTrace<'_>) -> Value {
    let document = trace.document;
    let mut entry = serde_json::Map::new();
    let mut add = |name: &str, value: Value| entry.insert(name.to_owned(), value);
    add("layer", json!(layer.as_str()));
    add("effect", json!(trace.statement.effect.as_str()));
    add("applies", if trace.applies == Truth::Yes { json!(true) } else { Value::Null });
    add("file", json!(document.source.name()));
    add("line", json!(trace.line()));
    add("sid", json!(trace.statement.sid));
    if !document.pointer.is_empty() {
        add("at", json!(format!("{}/Statement/{}", document.pointer, trace.statement.index)));
    }
    Value::Object(entry)
}

fn explain(reason: &Reason) -> String {
    match reason {
        Reason::NeedsNoPermission(rule) => format!("no policy governs this action for this caller ({rule})"),
        Reason::Denied(layers) => {
            let layers: Vec<_> = layers.iter().map(|layer| layer.as_str()).collect();
            format!("a Deny applies in {}, and a Deny in any layer decides (S5.1)", layers.join(" and "))
        }
        Reason::Root => "the root user needs no policy in its own account (S5.5)".to_owned(),
        Reason::Direct => {
            "the resource policy names the caller itself or everybody; neither boundary nor session policy limits \
             such a grant (S5.3, S6)"
                .to_owned()
        }
        Reason::Entity => {
            "the resource policy names the caller's role or user, and boundary and session policy allow (S5.3, S6)"
                .to_owned()
        }
        Reason::Identity => {
            "an identity policy allows, and boundary and session policy do not object (S5.3)".to_owned()
        }
        Reason::NothingAllows => {
            "no identity policy allows, and no resource policy that allows names the caller itself; naming its account \
             is not enough (S5.3, S5.4)"
                .to_owned()
        }
        Reason::Delegated => {
            "an identity policy allows, the resource's policy lets the account's identity policies count, and boundary \
             and session policy do not object (S7.1, S7.2)"
                .to_owned()
        }
        Reason::BothSides => {
            "the caller's own policies allow, and so does the policy of the other account's resource (S8.1)".to_owned()
        }
        Reason::ResourcePolicySilent => {
            "the resource's own policy does not allow, and without it nobody has access (S7.1, S7.2, S8.4)".to_owned()
        }
        Reason::IdentitySilent => {
            "no identity policy allows, and the resource's policy alone is not enough (S7.1, S7.2, S8.1)".to_owned()
        }
        Reason::OwnAccountOnly => "the action has no cross-account form (S8.6)".to_owned(),
        Reason::RootCannotAssume => "root cannot assume roles (S5.5)".to_owned(),
        Reason::GatesSilent(layers) => {
            let layers: Vec<_> = layers.iter().map(|layer| layer.as_str()).collect();
            format!("{} does not allow, and every gate must (S5.2)", layers.join(" and "))
        }
        Reason::BoundarySilent => "the boundary does not allow (S5.3)".to_owned(),
        Reason::SessionSilent => "the session policies do not allow (S5.3)".to_owned(),
        Reason::FederatedWithoutSessionPolicy => {
            "a federated session without session policy has none of its user's permissions (S5.9)".to_owned()
        }
        Reason::DeniedEitherWay => {
            "it is denied either way; whether by a Deny of a layer that is not known, nobody can say".to_owned()
        }
        Reason::Depends => "it depends on what is not known; see the parts marked so below".to_owned(),
    }
}

/// The name of a layer, with its level where it has more than one.
fn slot(slot: Slot, layers: &[LayerTrace<'_>]) -> String {
    match layers.iter().filter(|layer| layer.slot.kind == slot.kind).count() {
        0 | 1 => slot.kind.to_string(),
        _ => format!("{} {}", slot.kind, slot.level + 1),
    }
}

fn outcome_of(layer: &LayerTrace<'_>) -> String {
    match layer.attachment {
        Attachment::None => return "none".to_owned(),
        Attachment::Any => return "not known".to_owned(),
        Attachment::Given => {}
    }
    match (layer.denies(), layer.allows()) {
        (Truth::Yes, _) => "denies",
        (Truth::Unknown, _) => "may deny",
        (Truth::No, Truth::Yes) => "allows",
        (Truth::No, Truth::Unknown) => "may allow",
        (Truth::No, Truth::No) => "does not allow",
    }
    .to_owned()
}

fn statements(out: &mut String, layer: &LayerTrace<'_>) {
    for effect in [Effect::Deny, Effect::Allow] {
        let applying: Vec<_> = layer.applying(effect).collect();
        for trace in applying.iter().take(STATEMENTS) {
            let verb = if trace.applies == Truth::Yes { "applies" } else { "may apply" };
            statement(out, trace, verb);
        }
        if applying.len() > STATEMENTS {
            let _ = writeln!(out, "  and {} more that apply: {}", applying.len() - STATEMENTS, effect.as_str());
        }
    }
    if layer.allows() == Truth::No {
        let near: Vec<_> = layer.statements.iter().filter(|trace| is_near(trace)).collect();
        near.iter().take(STATEMENTS).for_each(|trace| statement(out, trace, "does not apply"));
        if near.is_empty() && layer.attachment == Attachment::Given {
            let _ = writeln!(out, "  no Allow statement is about this action");
        }
    }
}

/// An Allow about this action that does not apply for another reason.
fn is_near(trace: &StatementTrace<'_>) -> bool {
    trace.statement.effect == Effect::Allow && !matches!(trace.failure, None | Some(Failure::Action))
}

fn statement(out: &mut String, trace: &StatementTrace<'_>, verb: &str) {
    let source = &trace.document.source;
    let start = trace.position();
    let place = format!("{}:{}:{}", source.name(), start.line, start.column);
    let sid = trace.statement.sid.as_ref().map(|sid| format!(" `{sid}`")).unwrap_or_default();
    let effect = trace.statement.effect.as_str();
    let named: Vec<_> = trace.levels.iter().map(|(level, _)| level.as_str()).collect();
    let levels = match named.is_empty() {
        false => format!(", naming the caller at level {}", named.join(", ")),
        true => String::new(),
    };
    let why = match (&trace.failure, trace.applies) {
        (_, Truth::Yes) | (None, _) => String::new(),
        (Some(Failure::Principal), _) => ": its principal does not name the caller".to_owned(),
        (Some(Failure::Action), _) => ": it is about other actions".to_owned(),
        (Some(Failure::Resource), _) => ": it is about other resources".to_owned(),
        (Some(Failure::Condition { reason, .. }), _) => format!(": {reason}"),
    };
    let _ = writeln!(out, "  {place}: {effect}{sid} {verb}{levels}{why}");
    source_lines(out, source, trace.statement.span, SOURCE_WIDTH);
}
