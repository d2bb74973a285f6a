//! Values as suites write them.
//!
//! In: texts, keys, JSON. Out: TOML that the reader of suites takes back.

use serde_json::Value;

/// A text: what JSON escapes, TOML escapes alike.
pub(super) fn text(text: &str) -> String {
    Value::from(text).to_string()
}

/// A key, bare where it may be.
pub(super) fn key(key: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { text(key) }
}

/// One text, or a list of them.
pub(super) fn texts(list: &[String]) -> String {
    match list {
        [one] => text(one),
        many => format!("[{}]", many.iter().map(|own| text(own)).collect::<Vec<_>>().join(", ")),
    }
}

/// JSON as an inline table.
pub(super) fn inline(json: &Value) -> String {
    match json {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{} = {}", key(name), inline(value));
            format!("{{ {} }}", members.iter().map(member).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::String(own) => text(own),
        other => other.to_string(),
    }
}
