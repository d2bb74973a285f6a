//! The examples: each scenario decides its requests as they say.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

fn scenarios() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let folders = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()));
    let mut scenarios: Vec<_> = files.filter(|path| path.to_string_lossy().ends_with(".scenario.json")).collect();
    scenarios.sort();
    scenarios
}

#[test]
fn every_request_is_decided_as_it_says() {
    let scenarios = scenarios();
    assert!(scenarios.len() >= 30, "only {} scenarios found", scenarios.len());
    for scenario in scenarios {
        let name = scenario.display().to_string();
        let requests = name.replace(".scenario.json", ".requests.jsonl");
        let lines = fs::read_to_string(&requests).unwrap().lines().count();
        let output = Command::new(env!("CARGO_BIN_EXE_ringfence"))
            .args(["evaluate", "--verify", "--scenario", &name])
            .stdin(fs::File::open(&requests).map(Stdio::from).unwrap())
            .output()
            .unwrap();
        let summary = String::from_utf8(output.stderr).unwrap();
        let expected = format!("{lines} agree, 0 differ, 0 skipped, 0 refused\n");
        assert_eq!(summary, expected, "{name}\n{}", String::from_utf8_lossy(&output.stdout));
        assert!(output.status.success());
    }
}

/// The lines of `goals.jsonl`: questions with the verdict that each expects.
#[test]
fn every_goal_is_answered_as_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let folders = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path());
    let mut batches: Vec<_> = folders.map(|folder| folder.join("goals.jsonl")).filter(|path| path.exists()).collect();
    batches.sort();
    assert_eq!(batches.len(), 4);
    for batch in batches {
        let lines = fs::read_to_string(&batch).unwrap().lines().count();
        let output = Command::new(env!("CARGO_BIN_EXE_ringfence"))
            .args(["reach", "--no-timing", "--batch"])
            .arg(&batch)
            .output()
            .unwrap();
        let answers = String::from_utf8(output.stdout).unwrap();
        assert_eq!((output.status.code(), answers.lines().count()), (Some(0), lines), "{answers}");
    }
}

/// The flags of `examples/account`: both listings and every file beside them.
const ACCOUNT: [&str; 12] = [
    "--account",
    "shop.json",
    "--account",
    "ledger.json",
    "--resource-policies",
    "resource-policies.json",
    "--organization",
    "organization.json",
    "--credentials",
    "credentials.json",
    "--compute",
    "compute.json",
];

/// What the program writes about the accounts of the example, as JSON.
fn about_accounts(arguments: &[&str], goal: &Value) -> (Vec<Value>, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/account"));
    command.args(arguments).args(["--format", "json"]).args(ACCOUNT).arg(goal["action"].as_str().unwrap());
    let output =
        command.args(goal["resource"].as_str().map(|on| ["--resource", on]).iter().flatten()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let answers = String::from_utf8(output.stdout).unwrap();
    (answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code())
}

/// The lines of `who-can.jsonl`: goals with everybody who can. Asked of all at once and of each, the answer is the same.
#[test]
fn every_question_about_accounts_is_answered_as_it_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/account/who-can.jsonl");
    let lines = fs::read_to_string(file).unwrap();
    assert!(lines.lines().count() >= 8);
    for line in lines.lines() {
        let question: Value = serde_json::from_str(line).unwrap();
        let can: Vec<&str> = question["can"].as_array().unwrap().iter().map(|arn| arn.as_str().unwrap()).collect();
        let (answers, code) = about_accounts(&["who-can"], &question["goal"]);
        let told = answers[0]["principals"].as_array().unwrap();
        let found: Vec<_> = told.iter().map(|own| (&own["principal"], &own["verdict"])).collect();
        let reachable = Value::from("reachable");
        let expected: Vec<_> = question["can"].as_array().unwrap().iter().map(|arn| (arn, &reachable)).collect();
        assert_eq!(found, expected, "{line}");
        assert_eq!((answers.len(), code, &answers[0]["asked"]), (1, Some(0), &Value::from(7)), "{line}");
        let (answers, code) = about_accounts(&["reach", "--each-principal"], &question["goal"]);
        for answer in &answers {
            let verdict = answer["verdict"].as_str().unwrap();
            let expected = if can.contains(&answer["id"].as_str().unwrap()) { "reachable" } else { "unreachable" };
            assert_eq!(verdict, expected, "{line}\n{answer}");
        }
        assert_eq!((answers.len(), code), (7, Some(i32::from(!can.is_empty()))), "{line}");
    }
}

#[test]
fn every_policy_file_is_used_by_a_scenario_or_a_goal() {
    let scenarios = scenarios();
    for scenario in &scenarios {
        let folder = scenario.parent().unwrap();
        let mut texts: String = scenarios
            .iter()
            .filter(|other| other.parent() == Some(folder))
            .map(|other| fs::read_to_string(other).unwrap())
            .collect();
        texts.push_str(&fs::read_to_string(folder.join("goals.jsonl")).unwrap_or_default());
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            // The published text is kept because it is not JSON.
            let policy =
                name.ends_with(".json") && !name.ends_with(".scenario.json") && name != "boundary-as-printed.json";
            assert!(!policy || texts.contains(&format!("\"{name}\"")), "{}/{name}", folder.display());
        }
    }
}
