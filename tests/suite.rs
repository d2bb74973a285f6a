//! Suites: those of the examples hold, wrong ones are refused so that their authors see why, and what does not hold is
//! shown.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use insta_cmd::get_cargo_bin;
use serde_json::Value;

/// Runs `ringfence check` in the package's directory.
fn check(arguments: &[&str]) -> Output {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(get_cargo_bin("ringfence")).current_dir(root).arg("check").args(arguments).output().unwrap()
}

fn json(arguments: &[&str]) -> (Value, Option<i32>) {
    let output = check(&[arguments, &["--format", "json"]].concat());
    let error = String::from_utf8_lossy(&output.stderr);
    (serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}")), output.status.code())
}

/// What a person sees: exit code, report, errors.
fn seen(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    format!("exit {code}\n--- stdout\n{}--- stderr\n{}", text(&output.stdout), text(&output.stderr))
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.add_filter(r"encodings [0-9a-f]{16};", "encodings [digest];");
    settings.add_filter(r#""encodings": "[0-9a-f]{16}""#, r#""encodings": "[digest]""#);
    settings
}

/// Every row of the seeds is an assertion of the examples, and holds.
#[test]
fn the_suites_of_the_examples_hold() {
    let (report, code) = json(&["examples"]);
    let suites = report["suites"].as_array().unwrap();
    let failed: Vec<&Value> = suites
        .iter()
        .flat_map(|suite| suite["assertions"].as_array().unwrap())
        .filter(|assertion| assertion["pass"] != true)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert_eq!((code, &report["failed"], &report["unknown"]), (Some(0), &Value::from(0), &Value::from(0)));
    assert!(report["passed"].as_u64().unwrap() >= 250, "{}", report["passed"]);
    let names: BTreeSet<&str> = suites
        .iter()
        .flat_map(|suite| suite["assertions"].as_array().unwrap())
        .map(|assertion| assertion["name"].as_str().unwrap())
        .collect();
    // Rows about accounts that readers have, by their ids; those of other rows have `/` in them.
    let rows = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/escalation/seeds.jsonl")).unwrap();
    for row in rows.lines() {
        let row: Value = serde_json::from_str(row).unwrap();
        let own = row["account"].as_str().unwrap().starts_with("examples/");
        assert!(!own || names.contains(row["id"].as_str().unwrap()), "{row}");
    }
}

#[test]
fn wrong_suites_are_refused_with_a_way_out() {
    settings().bind(|| {
        insta::glob!("suite/wrong/*.ringfence.toml", |path| {
            let name = format!("tests/suite/wrong/{}", path.file_name().unwrap().to_str().unwrap());
            let output = check(&[&name]);
            assert_eq!(output.status.code(), Some(2), "{name}");
            insta::assert_snapshot!(seen(&output));
        });
    });
}

#[test]
fn all_that_is_wrong_with_all_suites_is_told_at_once() {
    let output = check(&["tests/suite/wrong", "tests/suite/nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/wrong")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let place = if name.starts_with("bad-document") { "bad-effect.json" } else { &name };
        assert!(stderr.contains(place), "{place} is not in\n{stderr}");
    }
}

#[test]
fn what_does_not_hold_is_shown() {
    settings().bind(|| {
        insta::assert_snapshot!("suite-failing-text", seen(&check(&["tests/suite/failing", "--jobs", "2"])));
        let (report, code) = json(&["tests/suite/failing"]);
        assert_eq!(code, Some(1));
        insta::assert_snapshot!("suite-failing-json", serde_json::to_string_pretty(&report).unwrap());
    });
}

/// Build servers read JUnit's XML: what does not hold is a failure with the whole report.
#[test]
fn build_servers_are_told_of_each_assertion() {
    let output = check(&["tests/suite/failing", "--format", "junit", "--no-timing"]);
    settings().bind(|| insta::assert_snapshot!("suite-junit", seen(&output)));
    let timed = String::from_utf8(check(&["examples/steve", "--format", "junit"]).stdout).unwrap();
    assert!(timed.contains(" time=\""), "{timed}");
    let refused = check(&["examples/steve", "--format", "junit", "--mutants"]);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn the_same_bytes_whatever_the_jobs() {
    let one = seen(&check(&["tests/suite/failing", "--jobs", "1"]));
    assert_eq!(one, seen(&check(&["tests/suite/failing", "--jobs", "4"])));
}

#[test]
fn a_run_can_be_cut() {
    let (report, code) = json(&["tests/suite/failing", "--filter", "bob reads", "--filter", "never"]);
    assert_eq!(code, Some(1));
    let names: Vec<&str> =
        report["suites"][0]["assertions"].as_array().unwrap().iter().map(|own| own["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["bob reads", "bob reads no secret"]);
    let (report, code) = json(&["tests/suite/failing", "--fail-fast"]);
    assert_eq!((code, &report["failed"]), (Some(1), &Value::from(1)));
    let output = check(&["tests/suite/failing", "--filter", "nothing like it"]);
    assert_eq!(output.status.code(), Some(2));
}
