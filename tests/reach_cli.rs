//! `ringfence reach` as its users meet it: refusals before any solving, exit codes, batches.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use insta_cmd::assert_cmd_snapshot;
use serde_json::Value;

fn reach(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.arg("reach").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("COLUMNS", "120");
    command
}

/// Standard output, standard error and exit code.
fn run(arguments: &[&str], input: &str) -> (String, String, i32) {
    let mut child = reach(arguments);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A program that refuses its arguments does not read.
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    let _ = writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

const STEVE: [&str; 2] = ["--scenario", "examples/steve/with-identity-policy.scenario.json"];

#[test]
fn help_is_readable() {
    assert_cmd_snapshot!("help-reach", reach(&["--help"]));
}

#[test]
fn what_is_wrong_is_refused_before_solving() {
    assert_cmd_snapshot!("reach-bad-pattern", reach(&[&["s3"], &STEVE[..]].concat()));
    assert_cmd_snapshot!("reach-bad-except", reach(&[&["s3:*", "--except", "s*:Get"], &STEVE[..]].concat()));
    assert_cmd_snapshot!("reach-bad-resource", reach(&[&["s3:*", "--resource", "my-bucket"], &STEVE[..]].concat()));
    let when = |text| reach(&[&["s3:*", "--when", text], &STEVE[..]].concat());
    assert_cmd_snapshot!("reach-when-not-json", when(r#"{"Null": "#));
    assert_cmd_snapshot!("reach-when-operator", when(r#"{"StringEqual": {"aws:username": "a"}}"#));
    assert_cmd_snapshot!("reach-when-no-file", when("@no/such/condition.json"));
    assert_cmd_snapshot!("reach-no-scenario", reach(&["s3:*", "--scenario", "no/such/scenario.json"]));
    assert_cmd_snapshot!("reach-no-document", reach(&["s3:*", "--boundary", "no/such/boundary.json"]));
    assert_cmd_snapshot!("reach-no-batch", reach(&["--batch", "no/such/batch.jsonl"]));
    assert_cmd_snapshot!("reach-no-goal", reach(&STEVE));
    assert_cmd_snapshot!("reach-bad-expect", reach(&["s3:*", "--expect", "denied"]));
    assert_cmd_snapshot!("reach-bad-dialect", reach(&["s3:*", "--dialect", "gcp"]));
    assert_cmd_snapshot!("reach-stdin-twice", reach(&["s3:*", "--boundary", "-", "--when", "@-"]));
    assert_cmd_snapshot!("reach-batch-as-text", reach(&["--batch", "-", "--format", "text"]));
    assert_cmd_snapshot!("reach-no-time", reach(&["s3:*", "--timeout", "0"]));
}

/// Everything wrong is told at once, scenario and goal.
#[test]
fn scenario_and_goal_are_refused_together() {
    assert_cmd_snapshot!("reach-both-wrong", reach(&["s3", "--principal", "nobody"]));
}

#[test]
fn a_scenario_file_with_an_unknown_field_names_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scenario.json");
    fs::write(&path, r#"{"principal": "any", "identityPolices": "any"}"#).unwrap();
    let (stdout, stderr, code) = run(&["s3:*", "--scenario", path.to_str().unwrap()], "");
    assert_eq!((stdout.as_str(), code), ("", 2));
    assert!(stderr.contains("there is no field `identityPolices`"), "{stderr}");
    assert!(stderr.contains("did you mean `identityPolicies`?"), "{stderr}");
}

#[test]
fn an_unknown_service_is_refused() {
    assert_cmd_snapshot!("reach-unknown-service", reach(&[&["s33:*"], &STEVE[..]].concat()));
}

const DENIED: &str = r#"{"id":1,"about":"x","principal":"any","identityPolicies":[{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}],"goal":"s3:*"}"#;

fn allowed(id: &str) -> String {
    DENIED.replace("Deny", "Allow").replace(r#""id":1"#, &format!(r#""id":{id}"#))
}

#[test]
fn a_line_that_cannot_be_used_does_not_end_the_run() {
    let misspelt = DENIED.replace("identityPolicies", "identityPolicy").replace(":1,", ":2,");
    let no_goal = DENIED.replace(r#","goal":"s3:*""#, "");
    let in_goal = DENIED.replace(r#""s3:*""#, r#"{"action":"s3:*","exept":"s3:Get*"}"#);
    let bad_goal = DENIED.replace("s3:*", "s3");
    let bad_document = DENIED.replace(r#""Deny""#, r#""deny""#);
    let expect = DENIED.replace(r#""goal""#, r#""expect":"allow","goal""#);
    let request = DENIED.replace(r#""goal":"s3:*""#, r#""request":{}"#);
    let lines = [&misspelt, "not json", "", &no_goal, &in_goal, &bad_goal, &bad_document, &expect, &request, "[]"];
    let (stdout, stderr, code) = run(&["--batch", "-", "--jobs", "1"], &lines.join("\n"));
    insta::assert_snapshot!("reach-lines-with-errors", stdout);
    assert_eq!((stderr.as_str(), code), ("", 2));
    let again = run(&["--batch", "-", "--jobs", "2"], &lines.join("\n"));
    assert_eq!(again, (stdout, stderr, code));
}

#[test]
fn an_empty_batch_is_answered() {
    assert_eq!(run(&["--batch", "-"], ""), (String::new(), String::new(), 0));
    assert_eq!(run(&["--batch", "-"], "\n \n"), (String::new(), String::new(), 0));
}

#[test]
fn order_is_kept_under_any_number_of_threads() {
    // Every line is refused after it was read, some of them much later than others.
    let long = " ".repeat(200_000);
    let line = |number: usize| {
        let blank = if number.is_multiple_of(7) { long.as_str() } else { "" };
        format!(r#"{{"id":{number},{blank}"goal":"s3"}}"#)
    };
    let input: String = (0..200).map(|number| line(number) + "\n").collect();
    let (stdout, _, code) = run(&["--batch", "-", "--jobs", "1"], &input);
    let id = |line: &str| serde_json::from_str::<Value>(line).unwrap()["id"].as_u64().unwrap();
    assert_eq!(stdout.lines().map(id).collect::<Vec<_>>(), (0..200).collect::<Vec<_>>());
    assert_eq!(code, 2);
    for jobs in ["2", "8"] {
        assert!(run(&["--batch", "-", "--jobs", jobs], &input).0 == stdout, "{jobs} threads");
    }
}

#[test]
fn lines_are_answered_while_the_batch_is_still_written() {
    use std::io::{BufRead as _, BufReader};
    let mut child = reach(&["--batch", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for number in 0..3 {
        writeln!(stdin, r#"{{"id":{number},"goal":"s3"}}"#).unwrap();
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert!(line.starts_with(&format!(r#"{{"id":{number},"error""#)), "{line}");
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = reach(&["--batch", "-"]);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(format!("{DENIED}\n").repeat(100).as_bytes());
    // Standard input stays open: the program must not wait for it.
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn exit_codes_of_one_question() {
    let code = |options: &[&str]| run(&[&["--dialect", "aws"], options].concat(), "").2;
    let admin = ["s3:*", "--identity", "examples/steve/administrator-access.json"];
    assert_eq!(code(&admin), 1);
    assert_eq!(code(&[&admin[..], &["--expect", "reachable"]].concat()), 0);
    assert_eq!(code(&[&admin[..], &["--expect", "unknown"]].concat()), 1);
    assert_eq!(code(&["s3:*"]), 1, "nothing is attached, and root needs nothing");
    let user = ["s3:*", "--principal", "arn:aws:iam::111122223333:user/a"];
    assert_eq!(code(&user), 0, "nothing is attached");
    assert_eq!(code(&[&user[..], &["--expect", "reachable"]].concat()), 1);
    // No request can have a key that is absent and has a value.
    let nothing = ["s3:*", "--when", r#"{"Null":{"aws:SourceIp":"true"},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#];
    assert_eq!(code(&nothing), 1, "an assertion about nothing must not pass");
    assert_eq!(code(&[&nothing[..], &["--expect", "vacuous"]].concat()), 0);
    assert_eq!(code(&["s3:*", "--scp-level", "examples/steve/administrator-access.json"]), 1, "an SCP that allows all");
    let across = ["s3:*", "--principal", "arn:demo:iam::a:user/b", "--resource-account", "c", "--dialect", "astran"];
    assert_eq!(run(&across, "").2, 2, "other accounts are not described");
}

#[test]
fn exit_codes_of_a_batch() {
    let batch = |options: &[&str], input: &str| run(&[&["--batch", "-", "--no-timing"], options].concat(), input);
    assert_eq!(batch(&[], DENIED).2, 0);
    assert_eq!(batch(&[], &allowed("2")).2, 1);
    assert_eq!(batch(&["--expect", "reachable"], &allowed("2")).2, 0);
    let expected = allowed("2").replace(r#""goal""#, r#""expect":"reachable","goal""#);
    assert_eq!(batch(&[], &format!("{DENIED}\n{expected}\n")).2, 0);
    assert_eq!(batch(&["--expect", "unreachable"], &expected).2, 0, "the line's own word counts");
    assert_eq!(batch(&[], &format!("{expected}\nnot json\n{}\n", allowed("3"))).2, 2, "an error counts most");
}

#[test]
fn a_batch_is_the_same_bytes_under_any_number_of_threads() {
    for file in ["examples/caveat/goals.jsonl", "examples/boundaries-page/goals.jsonl"] {
        let options = ["--batch", file, "--no-timing", "--jobs"];
        let one = run(&[&options[..], &["1"]].concat(), "");
        assert_eq!(one, run(&[&options[..], &["2"]].concat(), ""), "{file}");
        assert_eq!(one, run(&[&options[..], &["1"]].concat(), ""), "{file}");
    }
}

#[test]
fn a_verdict_line_has_the_fields_of_the_contract() {
    let (stdout, _, _) = run(&["--batch", "-"], &allowed(r#""two""#));
    let verdict: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((&verdict["schema"], &verdict["id"], &verdict["goal"]), (&1.into(), &"two".into(), &"s3:*".into()));
    let found = &verdict["counterexample"];
    for field in ["principal", "action", "listed", "resource", "resourceAccount", "context", "trace"] {
        assert!(!found[field].is_null(), "{field}: {verdict}");
    }
    let place = &found["trace"][0];
    assert_eq!((&place["file"], &place["line"]), (&"<stdin>:1".into(), &1.into()), "{verdict}");
    assert_eq!(place["at"], "/identityPolicies/0/Statement/0");
    for field in ["milliseconds", "setup", "parse"] {
        assert!(verdict["engine"][field].is_number(), "{field}");
    }
    let (stdout, _, _) = run(&["--batch", "-", "--no-timing"], &allowed("2"));
    let verdict: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(verdict["engine"].as_object().unwrap().len(), 2, "{verdict}");
    assert!(verdict["core"].is_null() && !verdict["notModelled"].as_array().unwrap().is_empty());
}
