//! Goals whose verdict follows from one rule, `about` naming it: what was once answered wrongly, and what might be.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

#[test]
fn every_goal_has_its_verdict() {
    let output = Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .args(["reach", "--no-timing", "--batch", "tests/goals.jsonl"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let goals = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goals.jsonl")).unwrap();
    let mut wrong = Vec::new();
    for (goal, answer) in goals.lines().zip(text.lines()) {
        let goal: serde_json::Value = serde_json::from_str(goal).unwrap();
        let answer: serde_json::Value = serde_json::from_str(answer).unwrap();
        if answer.get("verdict") != goal.get("expect") {
            wrong.push(answer.to_string());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(text.lines().count(), goals.lines().count());
}
