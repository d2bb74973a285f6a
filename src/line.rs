//! One line of a batch, as far as all lines are alike.
//!
//! In: a line of JSON. Out: its `id`, which is known even where the rest of the line is refused, and what the caller
//! makes of its members.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Findings, Refusal};
use crate::json::{self, Json, Member, Value};
use crate::scenario::load::field;
use crate::source::Source;

/// Fields that every line may have, and that are passed over where they are of no use.
pub const REMARKS: [&str; 6] = ["id", "about", "source", "note", "class", "expect"];

/// What a line holds with the warnings about it, or why it cannot be used.
pub type Content<T> = Result<(T, Vec<Diagnostic>), Refusal>;

/// Reads one line; the line's `id` comes first, because it is told even of a line that is refused.
pub fn read<T>(
    source: &Arc<Source>,
    content: impl FnOnce(&Json, &[Member], &mut Findings) -> Option<T>,
) -> (Option<serde_json::Value>, Content<T>) {
    let mut findings = Findings::default();
    let json = json::read(source, &mut findings);
    // A line has room for one error, and the syntax comes first.
    let broken = findings.errors() > 0;
    let members = match json.as_ref().map(|json| &json.value) {
        Some(Value::Object(members)) => Some(members),
        _ => None,
    };
    let id = members.and_then(|members| field(members, "id")).map(|member| member.value.to_serde());
    let content = match (&json, members) {
        _ if broken => None,
        (Some(json), Some(members)) => content(json, members, &mut findings),
        (Some(json), None) => {
            let message = format!("a line is an object, not {}", json.describe());
            let help = "write one JSON object a line";
            findings.push(Diagnostic::new(Code::WrongType, source, json.span, message, help));
            None
        }
        (None, _) => None,
    };
    (id, findings.finish(content))
}
