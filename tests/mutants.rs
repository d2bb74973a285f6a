//! Mutants: which slips in the documents under test a suite would not notice, and the assertions that would.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use insta_cmd::get_cargo_bin;
use serde_json::Value;

/// Runs `ringfence check --mutants` in a directory.
fn mutants(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(get_cargo_bin("ringfence"));
    command.current_dir(directory).args(["check", "--mutants"]).args(arguments).output().unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn json(directory: &Path, suite: &str) -> Value {
    let output = mutants(directory, &[suite, "--format", "json"]);
    let error = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{error}"))
}

/// What a person sees: exit code, report, errors.
fn seen(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    format!("exit {code}\n--- stdout\n{}--- stderr\n{}", text(&output.stdout), text(&output.stderr))
}

#[test]
fn survivors_are_shown_with_what_would_notice_them() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        insta::assert_snapshot!("mutants", seen(&mutants(root(), &["tests/suite/mutants"])));
        let object = json(root(), "tests/suite/mutants/deploy.ringfence.toml");
        insta::assert_snapshot!("mutants-json", serde_json::to_string_pretty(&object).unwrap());
    });
}

/// Nobody asks what a suite misses that fails as it is.
#[test]
fn a_suite_that_fails_has_no_mutants() {
    let output = mutants(root(), &["tests/suite/failing"]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("mutants are judged once every assertion holds"), "{error}");
}

/// The assertions that are offered hold, and with them nothing that they were offered for survives.
#[test]
fn what_is_offered_notices_what_survived() {
    let offered = |report: &Value| -> Vec<String> {
        let own = report["mutants"].as_array().unwrap().iter();
        own.filter_map(|mutant| mutant["assertion"].as_str().map(str::to_owned)).collect()
    };
    let suites = [("tests/suite/mutants", "deploy.ringfence.toml"), ("examples/levels", "levels.ringfence.toml")];
    for (folder, name) in suites {
        let copy = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        // Fewer assertions than there are leave more to be noticed.
        let text = fs::read_to_string(copy.path().join(name)).unwrap();
        let (front, own) = text.split_once("[[assert]]").unwrap();
        let first = own.split("[[assert]]").next().unwrap();
        let scenarios: Vec<&str> = front.split("[scenario.").skip(1).collect();
        let used = first.split("scenario = \"").nth(1).unwrap().split('"').next().unwrap();
        let scenario = scenarios.iter().find(|own| own.starts_with(&format!("{used}]"))).unwrap();
        let text = format!("[scenario.{scenario}\n[[assert]]{first}");
        fs::write(copy.path().join(name), &text).unwrap();
        let before = json(copy.path(), name);
        let more = offered(&before);
        assert!(!more.is_empty(), "{folder}: nothing survived: {before}");
        let mut count = BTreeMap::new();
        let named = more.iter().map(|own| {
            let number = count.entry("assertions").and_modify(|own| *own += 1).or_insert(1);
            own.replacen("name = \"", &format!("name = \"{number} "), 1)
        });
        fs::write(copy.path().join(name), format!("{text}\n{}", named.collect::<Vec<_>>().join("\n"))).unwrap();
        let after = json(copy.path(), name);
        assert_eq!(offered(&after), Vec::<String>::new(), "{folder}");
        assert!(after["survived"].as_u64() < before["survived"].as_u64(), "{folder}");
    }
}
