//! `ringfence escalate` as its users meet it: help, refusals, exit codes, many principals.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::process::{Command, Output, Stdio};

use insta_cmd::assert_cmd_snapshot;
use serde_json::Value;

const SMALL: &str = "tests/accounts/small.json";
const BOB: &str = "arn:aws:iam::111122223333:user/bob";

fn escalate(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    let home = env!("CARGO_MANIFEST_DIR");
    command.arg("escalate").args(arguments).current_dir(home).env("COLUMNS", "120").stdin(Stdio::null());
    command
}

/// A question about the small account.
fn about(principal: &str, more: &[&str]) -> Command {
    escalate(&[&["s3:PutObject", "--account", SMALL, "--principal", principal], more].concat())
}

fn run(mut command: Command) -> (String, String, i32) {
    let Output { stdout, stderr, status } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(stdout), text(stderr), status.code().unwrap())
}

#[test]
fn help_is_readable() {
    assert_cmd_snapshot!("help-escalate", escalate(&["--help"]));
}

#[test]
fn who_starts_and_where_must_be_said() {
    assert_cmd_snapshot!("escalate-no-account", escalate(&["s3:PutObject", "--principal", BOB]));
    assert_cmd_snapshot!("escalate-nobody", escalate(&["s3:PutObject", "--account", SMALL]));
    assert_cmd_snapshot!("escalate-no-goal", escalate(&["--account", SMALL, "--principal", BOB]));
    assert_cmd_snapshot!("escalate-lenient", about(BOB, &["--lenient"]));
    let twice = ["s3:PutObject", "--account", "-", "--credentials", "-", "--principal", BOB];
    assert_cmd_snapshot!("escalate-stdin-twice", escalate(&twice));
}

#[test]
fn principals_that_are_not_listed_are_refused() {
    let bop = "arn:aws:iam::111122223333:user/bop";
    assert_cmd_snapshot!("escalate-principal-near", about(bop, &[]));
    assert_cmd_snapshot!("escalate-principal-group", about("arn:aws:iam::111122223333:group/staff", &[]));
    // Everybody who is wrong is told at once.
    assert_cmd_snapshot!("escalate-also-held-near", about("bob", &["--also-held", bop, "--also-held", BOB]));
    assert_cmd_snapshot!("escalate-all-and-nobody", about("all", &["--also-held", bop]));
}

#[test]
fn outside_is_where_nothing_is_listed() {
    let with = |id| about(BOB, &["--outside-principal", id]);
    assert_cmd_snapshot!("escalate-outside-listed", with("111122223333"));
    assert_cmd_snapshot!("escalate-outside-short", with("4444"));
    let goal_behind = ["--account", SMALL, "--principal", BOB, "s3:PutObject", "--outside-principal", "s3:GetObject"];
    assert_cmd_snapshot!("escalate-outside-goal", escalate(&goal_behind));
    for more in [
        &["--outside-principal"][..],
        &["--outside-principal", "--no-own-provider"],
        &["--outside-principal=444455556666"],
    ] {
        assert_ne!(run(about(BOB, more)).2, 2, "{more:?}");
    }
    let report = run(about(BOB, &["--outside-principal"])).0;
    assert!(report.contains("with the account 999999999999, which is not listed"), "{report}");
}

#[test]
fn limits_are_numbers_that_mean_something() {
    assert_cmd_snapshot!("escalate-no-steps", about(BOB, &["--max-steps", "0"]));
    assert_cmd_snapshot!("escalate-steps-word", about(BOB, &["--max-steps", "many"]));
    assert_cmd_snapshot!("escalate-no-time", about(BOB, &["--timeout", "0"]));
}

#[test]
fn goals_and_files_are_refused_before_solving() {
    let asked = ["--account", SMALL, "--principal", BOB];
    assert_cmd_snapshot!("escalate-unknown-service", escalate(&[&["s33:*"], &asked[..]].concat()));
    assert_cmd_snapshot!("escalate-bad-pattern", escalate(&[&["s3"], &asked[..]].concat()));
    let credentials = "tests/diagnostics/dangling-reference/credentials.user.bad.json";
    let compute = "tests/diagnostics/dangling-reference/compute.role.bad.json";
    assert_cmd_snapshot!("escalate-side-files", about(BOB, &["--credentials", credentials, "--compute", compute]));
    assert_cmd_snapshot!("escalate-bad-dialect", about(BOB, &["--dialect", "gcp"]));
}

/// Whatever the answers are: a line for each, in the order of their ARNs, the same under any number of threads.
#[test]
fn everybody_is_asked_about_in_order() {
    let everybody = |more: &[&str]| run(about("all", &[&["--no-timing"], more].concat()));
    let arns = ["role/deploy", "user/ann", "user/bob"].map(|name| format!("arn:aws:iam::111122223333:{name}"));
    let (lines, stderr, code) = everybody(&["--format", "json", "--jobs", "1"]);
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let ids: Vec<&str> = objects.iter().filter_map(|object| object["id"].as_str()).collect();
    assert_eq!((ids, stderr.as_str()), (arns.iter().map(String::as_str).collect(), ""), "{lines}");
    assert_eq!(everybody(&["--format", "json", "--jobs", "3"]), (lines, stderr, code));
    let (text, _, same) = everybody(&["--also-held", BOB]);
    assert!(text.contains("with the credentials of arn:aws:iam::111122223333:user/bob\n"), "{text}");
    let told: Vec<&str> =
        text.split("\n\n").nth(1).unwrap().lines().filter_map(|line| line.split("  ").last()).collect();
    assert_eq!(told.iter().map(|arn| arn.trim()).collect::<Vec<_>>(), arns, "{text}");
    assert_eq!(code, same);
    assert!(text.contains("of 3 users and roles can"), "{text}");
}

#[test]
fn exit_codes_are_those_of_verdicts() {
    let (line, _, code) = run(about(BOB, &["--format", "json", "--no-timing"]));
    let verdict: Value = serde_json::from_str(&line).unwrap();
    let answer = verdict["verdict"].as_str().unwrap();
    let expected = match answer {
        "unreachable" => 0,
        "unknown" => 3,
        _ => 1,
    };
    assert_eq!(code, expected, "{line}");
    assert_eq!(run(about(BOB, &["--expect", answer])).2, 0);
    for field in ["schema", "goal", "assumptions", "notes", "notModelled", "engine", "reached", "dialect"] {
        assert!(!verdict[field].is_null(), "{field}: {verdict}");
    }
    for field in ["counterexample", "core", "trace", "invariant"] {
        assert!(verdict.as_object().unwrap().contains_key(field), "{field}: {verdict}");
    }
}
