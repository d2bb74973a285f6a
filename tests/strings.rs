//! `--engine strings`: Z3's theory of strings says what the automata say, wherever it comes to an end.
//!
//! `RINGFENCE_WORKLOADS=DIR` adds a sample of DIR/w2.reach.jsonl, as the workload generator writes it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The answers of an engine to some lines.
fn answers(lines: &str, engine: &str) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .args(["reach", "--no-timing", "--timeout", "1", "--engine", engine, "--batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let lines = lines.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// How many of the answers are those of the other engine; the rest are unknown for want of time or words.
fn agreeing(lines: &str) -> (usize, usize) {
    let (atoms, strings) = (answers(lines, "atoms"), answers(lines, "strings"));
    assert_eq!(atoms.len(), strings.len());
    let mut agreed = 0;
    for (one, other) in atoms.iter().zip(&strings) {
        let name = other.pointer("/engine/name").and_then(Value::as_str);
        assert_eq!(name, Some("strings"), "{other}");
        let verdict = |answer: &Value| answer.get("verdict").and_then(Value::as_str).map(str::to_owned);
        if verdict(one) == verdict(other) {
            agreed += 1;
            continue;
        }
        let unknown = [one, other].into_iter().find(|answer| verdict(answer).as_deref() == Some("unknown"));
        let gave_up = unknown.and_then(|answer| answer.get("reason")).and_then(Value::as_str);
        assert!(gave_up.is_some_and(|reason| reason != "depends"), "{one}\n{other}");
    }
    (agreed, atoms.len())
}

/// One line in so many.
fn sample(text: &str, one_in: usize) -> String {
    text.lines().step_by(one_in).map(|line| format!("{line}\n")).collect()
}

#[test]
fn goals_have_the_same_verdict() {
    let goals = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/goals.jsonl")).unwrap();
    let (agreed, all) = agreeing(&sample(&goals, 3));
    assert!(agreed * 10 >= all * 8, "{agreed} of {all}");
}

#[test]
fn policies_have_the_same_verdict() {
    let Some(folder) = std::env::var_os("RINGFENCE_WORKLOADS") else {
        println!("skipped: RINGFENCE_WORKLOADS names no folder");
        return;
    };
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join("w2.reach.jsonl")).unwrap();
    let (agreed, all) = agreeing(&sample(&text, 5 * text.lines().count().div_ceil(554)));
    assert!(agreed * 10 >= all * 8, "{agreed} of {all}");
}
