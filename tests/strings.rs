//! `--engine strings`: Z3's theory of strings says what the automata say, wherever it comes to an end, about scenarios and about
//! pairs of documents.
//!
//! `RINGFENCE_WORKLOADS=DIR` adds a sample of DIR/w2.reach.jsonl, as the workload generator writes it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// How many pairs of versions are compared by both engines.
const VERSIONS: usize = 30;

/// The answers of an engine to some lines of a command.
fn answers(command: &str, lines: &str, engine: &str) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .args([command, "--no-timing", "--timeout", "1", "--engine", engine, "--batch", "-"])
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
    let (atoms, strings) = (answers("reach", lines, "atoms"), answers("reach", lines, "strings"));
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

/// What a direction of a comparison came to; none where an engine gave up.
fn direction<'a>(answer: &'a Value, name: &str) -> Option<&'a str> {
    let reason = answer.pointer(&format!("/unknown/{name}/reason")).and_then(Value::as_str);
    match (answer.get(name), reason) {
        (Some(Value::Object(_)), None) => Some("a request"),
        (_, None) => Some("nothing"),
        (_, Some("depends")) => Some("depends"),
        (_, Some(_)) => None,
    }
}

/// How many of the directions both engines decide, alike, and how many there are.
fn agreeing_comparisons(lines: &str) -> (usize, usize) {
    let (atoms, strings) = (answers("compare", lines, "atoms"), answers("compare", lines, "strings"));
    assert_eq!(atoms.len(), strings.len());
    let mut agreed = 0;
    for (one, other) in atoms.iter().zip(&strings) {
        assert!(one.get("error").is_none(), "{one}");
        let name = other.pointer("/engine/name").and_then(Value::as_str);
        assert_eq!(name, Some("strings"), "{other}");
        for name in ["gained", "lost"] {
            if let (Some(own), Some(others)) = (direction(one, name), direction(other, name)) {
                assert_eq!(own, others, "{name}\n{one}\n{other}");
                agreed += 1;
            }
        }
    }
    (agreed, 2 * atoms.len())
}

#[test]
fn pairs_have_the_same_relation() {
    let cases = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/compare/cases.jsonl")).unwrap();
    let (agreed, all) = agreeing_comparisons(&sample(&cases, 2));
    assert!(agreed * 10 >= all * 6, "{agreed} of {all}");
}

/// A seeded sample of neighbouring versions of managed policies that say different things.
#[test]
fn versions_have_the_same_relation() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus/managed/versions.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: no versions of managed policies beside the checkout");
        return;
    };
    let policies: BTreeMap<String, Vec<(String, String, Value)>> = serde_json::from_str(&text).unwrap();
    let pairs = policies.values().flat_map(|versions| versions.windows(2));
    let lines: Vec<String> = pairs
        .filter_map(|pair| match pair {
            [(_, _, old), (_, _, new)] if old != new => Some(serde_json::json!({ "old": old, "new": new }).to_string()),
            _ => None,
        })
        .collect();
    let mut seed = 6_u64;
    let chosen = std::iter::repeat_with(|| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % lines.len()
    });
    let chosen: String = chosen.take(VERSIONS).filter_map(|place| Some(format!("{}\n", lines.get(place)?))).collect();
    let (agreed, all) = agreeing_comparisons(&chosen);
    println!("{agreed} of {all} directions decided by both");
    assert!(agreed * 10 >= all * 5, "{agreed} of {all}");
}
