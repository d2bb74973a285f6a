//! Changes of a scenario's documents.

use serde_json::{Value, json};

/// The fields of the layers.
pub(crate) const LAYERS: [&str; 7] =
    ["identityPolicies", "permissionsBoundary", "sessionPolicies", "scps", "rcps", "resourcePolicy", "endpointPolicy"];

fn documents<'v>(value: &'v mut Value, found: &mut Vec<&'v mut Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| documents(item, found)),
        Value::Object(_) => found.push(value),
        _ => {}
    }
}

/// The statements of each document, changed.
pub(crate) fn changed(line: &Value, change: &dyn Fn(&str, &mut Vec<Value>)) -> Value {
    let mut line = line.clone();
    for name in LAYERS {
        let mut found = Vec::new();
        documents(&mut line[name], &mut found);
        for document in found {
            if let Some(statements) = document["Statement"].as_array_mut() {
                change(name, statements);
            }
        }
    }
    line
}

/// Every list below a value, turned round.
fn turned(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.reverse();
            items.iter_mut().for_each(turned);
        }
        Value::Object(members) => members.values_mut().for_each(turned),
        _ => {}
    }
}

/// Ways to write the same scenario: the statements turned round, every list turned round (documents, levels, entries
/// and values among them), each statement twice, members of objects in another order.
pub(crate) fn same(line: &Value) -> [(&'static str, Value); 4] {
    let statements = changed(line, &|_, statements| statements.reverse());
    let doubled = changed(line, &|_, statements| statements.extend(statements.clone()));
    let mut lists = line.clone();
    for name in LAYERS {
        turned(&mut lists[name]);
    }
    let members = changed(line, &|_, statements| {
        for statement in statements {
            if let Value::Object(members) = statement {
                *members = members.iter().rev().map(|(name, member)| (name.clone(), member.clone())).collect();
            }
        }
    });
    [("statement order", statements), ("list order", lists), ("statements twice", doubled), ("member order", members)]
}

/// A layer with one statement more, in a document of its own; nothing where the layer is not known.
pub(crate) fn with_statement(line: &Value, layer: &str, statement: &Value) -> Option<Value> {
    let document = json!({"Version": "2012-10-17", "Statement": [statement]});
    let mut line = line.clone();
    let single = matches!(layer, "permissionsBoundary" | "resourcePolicy" | "endpointPolicy");
    match &mut line[layer] {
        Value::Null => line[layer] = document,
        Value::Object(own) => own.get_mut("Statement")?.as_array_mut()?.push(statement.clone()),
        Value::Array(documents) if !single => match documents.first_mut()? {
            Value::Array(level) => level.push(document),
            _ => documents.push(document),
        },
        _ => return None,
    }
    Some(line)
}

/// With one level more that allows everything; nothing where the levels are not known.
pub(crate) fn with_level(line: &Value, layer: &str, level: &Value) -> Option<Value> {
    let mut line = line.clone();
    match &mut line[layer] {
        Value::Null => line[layer] = json!([[level]]),
        Value::Array(levels) => levels.push(json!([level])),
        _ => return None,
    }
    Some(line)
}
