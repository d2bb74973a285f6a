//! What is fixed of a request's context by the account's state and by what the request names.
//!
//! In: keys with what they are. Out: a Condition block, as goals have it.

use serde_json::{Map, Value, json};

use crate::vocabulary::context_key::ContextKey;

/// What a context key is in a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Is {
    /// Not there.
    Absent,
    /// This value.
    Value(String),
    /// This value, or not there: where it is not certain that the service gives the key.
    ValueOrAbsent(String),
    /// One of these values.
    OneOf(Vec<String>),
    /// A text that a pattern matches, and none of these values.
    Like(String, Vec<String>),
    /// Some value.
    Present,
}

/// A context key with what it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Pin {
    pub(super) key: ContextKey,
    pub(super) is: Is,
}

impl Pin {
    pub(super) fn new(key: &str, is: Is) -> Self {
        Self { key: ContextKey::new(key), is }
    }
}

/// The pins as a Condition block; none if there is none.
pub(super) fn block(pins: &[Pin]) -> Option<Value> {
    let mut block = Map::new();
    let mut add = |operator: &str, key: &ContextKey, value: Value| {
        let own = block.entry(operator.to_owned()).or_insert_with(|| json!({}));
        if let Some(own) = own.as_object_mut() {
            own.insert(key.as_str().to_owned(), value);
        }
    };
    for Pin { key, is } in pins {
        match is {
            Is::Absent => add("Null", key, json!("true")),
            Is::Present => add("Null", key, json!("false")),
            Is::Value(value) => add("StringEquals", key, json!(value)),
            Is::ValueOrAbsent(value) => add("StringEqualsIfExists", key, json!(value)),
            Is::OneOf(values) => add("StringEquals", key, json!(values)),
            Is::Like(pattern, others) => {
                add("StringLike", key, json!(pattern));
                if !others.is_empty() {
                    add("StringNotEquals", key, json!(others));
                }
            }
        }
    }
    (!block.is_empty()).then_some(Value::Object(block))
}
