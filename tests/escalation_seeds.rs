//! The published scenarios as sequences of requests: every row of `tests/escalation/seeds.jsonl` has its verdict, and its
//! trace as many requests as it says.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::{Value, json};

const ROWS: usize = 78;

fn rows() -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/escalation/seeds.jsonl");
    fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap())
}

fn escalate(row: &Value) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).arg("escalate").args(texts(&row["goal"]));
    for (field, flag) in [
        ("account", "--account"),
        ("principal", "--principal"),
        ("resource", "--resource"),
        ("resourcePolicies", "--resource-policies"),
        ("organization", "--organization"),
    ] {
        command.args(row[field].as_str().into_iter().flat_map(|text| [flag, text]));
    }
    if row["when"].is_object() {
        command.arg("--when").arg(row["when"].to_string());
    }
    // The value of the last of them may be left out: another flag follows.
    command.args(texts(&row["options"])).args(["--format", "json", "--no-timing"]);
    command
}

/// What is wrong with the answer to a row, if anything is.
fn wrong(row: &Value) -> Option<String> {
    let output = escalate(row).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let length = answer["trace"].as_array().map(Vec::len);
    let found = (&answer["verdict"], &json!(length));
    if found == (&row["verdict"], &row["length"]) {
        return None;
    }
    let actions: Vec<_> = answer["trace"].as_array().into_iter().flatten().map(|step| &step["action"]).collect();
    Some(format!(
        "{}: {} {} expected, {} {} found {}\n  {}\n{}",
        row["id"],
        row["verdict"],
        row["length"],
        found.0,
        found.1,
        json!(actions),
        row["about"],
        String::from_utf8_lossy(&output.stderr),
    ))
}

#[test]
fn every_row_has_its_verdict_and_its_length() {
    let rows = rows();
    assert_eq!(rows.len(), ROWS);
    let many = thread::available_parallelism().map_or(1, usize::from);
    let wrong: Vec<String> = thread::scope(|scope| {
        let parts: Vec<_> = rows
            .chunks(rows.len().div_ceil(many))
            .map(|part| scope.spawn(|| part.iter().filter_map(wrong).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} of {ROWS} rows are wrong\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn rows_have_names_of_their_own_and_a_length_if_reachable() {
    let rows = rows();
    let names: BTreeSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(names.len(), ROWS);
    for row in &rows {
        let expected = if row["length"].is_u64() { "reachable" } else { "unreachable" };
        assert_eq!(row["verdict"], expected, "{row}");
    }
}

#[test]
fn every_file_of_the_example_is_used_by_a_row() {
    let rows = rows();
    let used: BTreeSet<_> =
        rows.iter().flat_map(|row| [&row["account"], &row["resourcePolicies"]]).filter_map(Value::as_str).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/escalation");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let path = format!("examples/escalation/{name}");
        assert!(name == "README.md" || name.ends_with(".toml") || used.contains(path.as_str()), "{path}");
    }
}

/// However short the time is, and whatever it cuts off: the answer is unknown, or what it is without a limit.
#[test]
fn no_timeout_is_an_error() {
    for milliseconds in (5..=250).step_by(7) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
        command.args(["escalate", "s3:CreateBucket", "--account", "examples/escalation/astran-role.json"]);
        command.args(["--principal", "arn:aws:iam::111122223333:user/bob", "--format", "json"]);
        let seconds = format!("{}", f64::from(milliseconds) / 1000.0);
        let output = command.args(["--timeout", &seconds]).output().unwrap();
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(["reachable", "unknown"].contains(&verdict["verdict"].as_str().unwrap()), "{seconds}: {verdict}");
    }
}
