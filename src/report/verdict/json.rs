//! The verdict's JSON object, schema 1.

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::report::excerpt::context_json;
use crate::report::verdict::{Asked, NOT_MODELLED, Timing};
use crate::report::versions;
use crate::scenario::{Caller, Tags};
use crate::verdict::{Answer, Assumption, CoreEntry, Counterexample, EngineName, Place, Unknown, Verdict};

/// The version of the object: a field that changes its meaning changes it.
pub(in crate::report) const SCHEMA: u32 = 1;

/// The object of the contract that `--format json` and `--batch` write: `verdict`, `goal`, `counterexample`, `core`,
/// `assumptions`, `notes`, `notModelled`, `engine` with times in milliseconds.
pub fn json(verdict: &Verdict, asked: Asked<'_>) -> Value {
    let mut object = Map::new();
    let mut add = |name: &str, value: Value| object.insert(name.to_owned(), value);
    add("schema", json!(SCHEMA));
    if let Some(id) = asked.id {
        add("id", id.clone());
    }
    add("verdict", json!(verdict.answer.as_str()));
    for (name, value) in verdict.unknown.iter().flat_map(unknown_json) {
        add(&name, value);
    }
    add("goal", asked.goal.clone());
    add(
        "counterexample",
        verdict.counterexample.as_ref().map_or(Value::Null, |found| counterexample_json(found, asked.line)),
    );
    let core = verdict.core.as_ref();
    add("core", core.map_or(Value::Null, |core| core.iter().map(|entry| core_entry(entry, asked.line)).collect()));
    add("assumptions", verdict.assumptions.iter().map(assumption_json).collect());
    add("notes", json!(verdict.notes));
    add("notModelled", json!(NOT_MODELLED));
    for (name, value) in versions::json(asked.dialect) {
        add(name, value);
    }
    add("engine", engine_json(verdict.engine, verdict.elapsed, asked.timing));
    Value::Object(object)
}

/// Why an answer is unknown.
pub(in crate::report) fn unknown_json(why: &Unknown) -> Map<String, Value> {
    let mut object = Map::new();
    match why {
        Unknown::Gave(reason) => {
            object.insert("reason".to_owned(), json!(reason));
        }
        Unknown::Depends(readings) => {
            let reading =
                |(reading, answer): &(String, Answer)| json!({ "reading": reading, "verdict": answer.as_str() });
            object.insert("reason".to_owned(), json!("depends"));
            object.insert("depends".to_owned(), readings.iter().map(reading).collect());
        }
    }
    object
}

/// What answered, and how long it took.
pub(in crate::report) fn engine_json(name: EngineName, elapsed: Duration, timing: Option<Timing>) -> Value {
    let mut engine = Map::new();
    engine.insert("name".to_owned(), json!(name.as_str()));
    engine.insert("z3".to_owned(), json!(versions::z3()));
    if let Some(timing) = timing {
        engine.insert("milliseconds".to_owned(), milliseconds(elapsed));
        engine.insert("setup".to_owned(), milliseconds(timing.setup));
        engine.insert("parse".to_owned(), milliseconds(timing.parse));
    }
    Value::Object(engine)
}

/// The object that stands in a batch for a line whose question has no verdict.
pub fn error_json(code: &str, message: &str, help: &str, file: &str, line: usize) -> Value {
    json!({ "code": code, "message": message, "help": help, "file": file, "line": line, "column": 1 })
}

/// With three decimals: the clock knows no more.
fn milliseconds(time: Duration) -> Value {
    json!((time.as_secs_f64() * 1e6).round() / 1e3)
}

/// The request that shows a reachable answer; `line` is that of a batch.
pub fn counterexample_json(found: &Counterexample, line: Option<usize>) -> Value {
    json!({
        "principal": principal_json(&found.caller),
        "action": found.request.action.as_str(),
        "listed": found.listed,
        "resource": found.request.resource,
        "resourceAccount": found.resource_account,
        "context": context_json(&found.request.context),
        "trace": found.trace.iter().map(|place| place_json(place, line)).collect::<Vec<_>>(),
        "assumed": found.assumed.iter().map(|layer| layer.as_str()).collect::<Vec<_>>(),
    })
}

/// As a scenario takes it.
pub(in crate::report) fn principal_json(caller: &Caller) -> Value {
    let tags: Map<String, Value> = match &caller.tags {
        Tags::Exact(tags) => tags.iter().map(|(key, value)| (key.as_str().to_owned(), json!(value))).collect(),
        Tags::Open | Tags::AtLeast(_) => Map::new(),
    };
    let mut object = Map::new();
    object.insert("arn".to_owned(), json!(caller.arn));
    object.insert("type".to_owned(), json!(caller.kind.as_str()));
    object.insert("tags".to_owned(), Value::Object(tags));
    if let Some(issuer) = &caller.issuer {
        object.insert("issuer".to_owned(), json!(issuer));
    }
    Value::Object(object)
}

/// A statement that allowed a request; `line` is that of a batch.
pub(in crate::report) fn place_json(place: &Place, line: Option<usize>) -> Value {
    let mut entry = Map::new();
    entry.insert("layer".to_owned(), json!(place.layer.as_str()));
    entry.insert("effect".to_owned(), json!(place.effect));
    entry.extend(position(place, line));
    Value::Object(entry)
}

fn core_entry(core: &CoreEntry, line: Option<usize>) -> Value {
    let mut entry = Map::new();
    entry.insert("layer".to_owned(), json!(core.place.layer.as_str()));
    entry.insert("role".to_owned(), json!(core.role.as_str()));
    entry.extend(position(&core.place, line));
    Value::Object(entry)
}

fn position(place: &Place, line: Option<usize>) -> Map<String, Value> {
    let file = match (place.file.as_str(), &place.at, line) {
        ("", _, _) => Value::Null,
        // A document that stands in the line itself.
        (file, Some(_), Some(line)) => json!(format!("{file}:{line}")),
        (file, _, _) => json!(file),
    };
    let mut position = Map::new();
    position.insert("file".to_owned(), file);
    position.insert("line".to_owned(), json!(place.line));
    if let Some(at) = &place.at {
        position.insert("at".to_owned(), json!(at));
    }
    position.insert("sid".to_owned(), json!(place.sid));
    if let Some(policy) = &place.policy {
        position.insert("policy".to_owned(), json!(policy));
    }
    position
}

/// Something that was taken for granted.
pub(in crate::report) fn assumption_json(assumption: &Assumption) -> Value {
    json!({ "name": assumption.name, "value": assumption.value, "flips": assumption.flips })
}
