//! What is to be added to a boundary, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::escalation::fix::{Fix, NoFix};
use crate::report::excerpt::{labelled, wrapped};

/// The section of a report: the patch, and what was verified of it.
pub fn fix_text(fixed: &Result<Fix, NoFix>) -> String {
    let mut out = String::from("\n");
    let fix = match fixed {
        Ok(fix) => fix,
        Err(none) => {
            wrapped(&mut out, "fix", &format!("none: {}", none.reason));
            return out;
        }
    };
    let statements =
        if fix.statements == 1 { "one statement".to_owned() } else { format!("{} statements", fix.statements) };
    labelled(&mut out, "fix", &format!("{statements} more in the boundary {}", fix.boundary));
    let _ = writeln!(out, "\n{:#}\n", fix.patch);
    let proof = format!(
        "the goal is unreachable with that: {} guards asked again, after {} rounds of saturation; {} proofs were run",
        fix.reached.guards, fix.reached.rounds, fix.tried
    );
    wrapped(&mut out, "verified", &proof);
    for (goal, steps) in &fix.kept {
        let last = steps.last().map_or("", |step| step.request.action.as_str());
        let requests = if steps.len() == 1 { "request" } else { "requests" };
        wrapped(&mut out, "kept", &format!("{}: {} {requests}, the last {last}", written(goal), steps.len()));
    }
    let note = "everybody who has this boundary gets the statements; delete the version that they replace, or the right \
                to choose a version brings it back";
    wrapped(&mut out, "mind", note);
    out
}

/// The members that a fix adds to the object of an answer.
pub fn fix_json(object: &mut Map<String, Value>, fixed: &Result<Fix, NoFix>) {
    let (fix, reason) = match fixed {
        Ok(Fix { boundary, patch, kept, tried, .. }) => {
            let kept: Vec<Value> =
                kept.iter().map(|(goal, steps)| json!({ "goal": goal, "length": steps.len() })).collect();
            (json!({ "boundary": boundary, "patch": patch, "kept": kept, "tried": tried }), Value::Null)
        }
        Err(none) => (Value::Null, json!(none.reason)),
    };
    object.insert("fix".to_owned(), fix);
    if !reason.is_null() {
        object.insert("fixReason".to_owned(), reason);
    }
}

/// A goal in few words.
fn written(goal: &Value) -> String {
    match goal.get("action") {
        Some(Value::String(action)) => action.clone(),
        _ => goal.to_string(),
    }
}
