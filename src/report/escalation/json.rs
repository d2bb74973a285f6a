//! The object of an attacker: a verdict's, with the requests in order or the invariant.

use serde_json::{Map, Value, json};

use crate::escalation::{Fact, Outcome, Reached, Step};
use crate::report::escalation::not_modelled;
use crate::report::excerpt::context_json;
use crate::report::verdict::{
    Asked, SCHEMA, assumption_json, counterexample_json, engine_json, place_json, principal_json,
};
use crate::report::versions;
use crate::request::Request;
use crate::verdict::{EngineName, Place};

/// The object of a verdict with `trace`, whose requests end in the goal, or `invariant`.
pub fn json(outcome: &Outcome, asked: Asked<'_>) -> Value {
    let mut object = Map::new();
    let mut add = |name: &str, value: Value| object.insert(name.to_owned(), value);
    add("schema", json!(SCHEMA));
    if let Some(id) = asked.id {
        add("id", id.clone());
    }
    add("verdict", json!(outcome.answer.as_str()));
    if let Some(reason) = &outcome.unknown {
        add("reason", json!(reason));
    }
    add("goal", asked.goal.clone());
    let goal = outcome.trace.as_ref().and_then(|steps| steps.last());
    add("counterexample", goal.map_or(Value::Null, |step| counterexample_json(&step.counterexample(), asked.line)));
    add("core", Value::Null);
    let steps = outcome.trace.as_ref();
    add("trace", steps.map_or(Value::Null, |steps| steps.iter().map(|step| self::step(step, asked.line)).collect()));
    add("invariant", outcome.invariant.as_ref().map_or(Value::Null, |facts| facts.iter().map(fact).collect()));
    if outcome.unknown.is_some() {
        add("clashes", outcome.clashes.iter().map(fact).collect());
    }
    add("reached", reached(outcome.reached));
    add("assumptions", outcome.assumptions.iter().map(assumption_json).collect());
    add("notes", json!([]));
    add("notModelled", json!(not_modelled(outcome)));
    for (name, value) in versions::json(asked.dialect) {
        add(name, value);
    }
    add("engine", engine_json(EngineName::Atoms, outcome.elapsed, asked.timing));
    Value::Object(object)
}

/// A request, in the order of sending.
fn step(step: &Step, line: Option<usize>) -> Value {
    let mut object = Map::new();
    let mut add = |name: &str, value: Value| object.insert(name.to_owned(), value);
    add("transition", json!(step.transition));
    add("caller", principal_json(&step.caller));
    for (name, value) in request(&step.request) {
        add(name, value);
    }
    let check = |(checked, places): &(Request, Vec<Place>)| {
        let mut members: Map<String, Value> =
            request(checked).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        members.insert("allowedBy".to_owned(), allowed_by(places, line));
        Value::Object(members)
    };
    add("checks", step.checks.iter().map(check).collect());
    // The goal changes nothing that is asked about.
    add("effect", step.transition.map_or(Value::Null, |_| json!(step.effect)));
    add("command", json!(step.command));
    add("stoppedBy", step.stopped_by());
    add("allowedBy", allowed_by(&step.trace, line));
    Value::Object(object)
}

fn request(request: &Request) -> [(&'static str, Value); 3] {
    [
        ("action", json!(request.action.as_str())),
        ("resource", json!(request.resource)),
        ("context", context_json(&request.context)),
    ]
}

fn allowed_by(places: &[Place], line: Option<usize>) -> Value {
    places.iter().map(|place| place_json(place, line)).collect()
}

fn fact(fact: &Fact) -> Value {
    json!({ "subject": fact.subject, "fact": fact.kind, "value": fact.value })
}

fn reached(reached: Reached) -> Value {
    let Reached { rounds, saturated, guards, states, excluded } = reached;
    json!({ "rounds": rounds, "saturated": saturated, "guards": guards, "states": states, "excluded": excluded })
}
