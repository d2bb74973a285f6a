//! The examples: each scenario decides its requests as they say.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
