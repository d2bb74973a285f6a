//! The program as its users meet it: help, answers, exit codes, lines.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Stdio};
use std::{fs, io::Write as _};

use insta_cmd::assert_cmd_snapshot;

fn ringfence(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("COLUMNS", "120");
    command
}

/// Runs `evaluate` on lines; standard output, standard error and exit code.
fn lines(arguments: &[&str], input: &str) -> (String, String, i32) {
    let mut command = ringfence(&[&["evaluate"], arguments].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

#[test]
fn version_names_z3() {
    let output = ringfence(&["--version"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let found = regex::Regex::new(r"^ringfence \d+\.\d+\.\d+ \(Z3 \d+\.\d+\.\d+").unwrap();
    assert!(found.is_match(&text), "{text}");
}

#[test]
fn help_is_readable() {
    assert_cmd_snapshot!("help", ringfence(&["--help"]));
    assert_cmd_snapshot!("help-evaluate", ringfence(&["evaluate", "--help"]));
}

/// Shells and `man` know every subcommand, and nothing of the machine that made it.
#[test]
fn shells_and_man_know_the_program() {
    let subcommands = ["reach", "who-can", "escalate", "compare", "evaluate", "recheck", "check", "init", "lint"];
    let text = |arguments: &[&str]| {
        let output = ringfence(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = text(&["completions", shell]);
        assert!(subcommands.iter().all(|name| script.contains(name)), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    text(&["man", "--output", folder.path().to_str().unwrap()]);
    for name in subcommands {
        let page = fs::read_to_string(folder.path().join(format!("ringfence-{name}.1"))).unwrap();
        assert!(!page.contains(env!("CARGO_MANIFEST_DIR")), "{page}");
    }
    assert!(text(&["man"]).contains(".TH ringfence 1"));
}

const GUIDE: [&str; 3] = ["evaluate", "--scenario", "examples/astran-guide/v2-bounded.scenario.json"];

#[test]
fn one_request_is_explained() {
    let user = "arn:demo:iam::ce04d61d-afac-504f-a96b-ebbbced80013:user/new";
    let delete = ["--action", "iam:DeleteUserPermissionsBoundary", "--resource", user];
    let key = "iam:PermissionsBoundary=arn:demo:iam::ce04d61d-afac-504f-a96b-ebbbced80013:policy/other";
    assert_cmd_snapshot!("trace-allow", ringfence(&[&GUIDE[..], &delete, &["--context", key]].concat()));
    let create = ["--action", "s3:CreateBucket", "--resource", "arn:demo:s3:::test-4"];
    assert_cmd_snapshot!("trace-implicit-deny", ringfence(&[&GUIDE[..], &create].concat()));
    assert_cmd_snapshot!("trace-json", ringfence(&[&GUIDE[..], &create, &["--format", "json"]].concat()));
}

#[test]
fn a_near_miss_names_the_condition() {
    let scenario = "examples/steve/with-identity-policy.scenario.json";
    let user = "arn:aws:iam::111122223333:user/new";
    let arguments = ["evaluate", "--scenario", scenario, "--action", "iam:CreateUser", "--resource", user];
    assert_cmd_snapshot!("trace-near-miss", ringfence(&arguments));
}

#[test]
fn what_is_not_known_stays_unknown() {
    let boundary = "examples/notanadmin/s3-list-buckets-only-policy.json";
    let user = "arn:aws:iam::111122223333:user/notanadmin";
    let caller = ["evaluate", "--principal", user, "--boundary", boundary];
    let list = ["--action", "s3:ListAllMyBuckets", "--resource", "*"];
    assert_cmd_snapshot!("trace-unknown", ringfence(&[&caller[..], &list].concat()));
    // The boundary is silent on everything else: denied, but the unknown policies may also hold a Deny.
    let other = ["--action", "ec2:CreateKeyPair", "--resource", "*"];
    assert_cmd_snapshot!("trace-denied-either-way", ringfence(&[&caller[..], &other].concat()));
}

#[test]
fn what_a_dialect_does_not_describe_is_skipped() {
    let caller =
        ["evaluate", "--dialect", "astran", "--principal", "arn:demo:iam::a:user/b", "--resource-account", "c"];
    let request = ["--action", "s3:GetObject", "--resource", "arn:demo:s3:::bucket/key"];
    assert_cmd_snapshot!("skipped", ringfence(&[&caller[..], &request].concat()));
}

#[test]
fn usage_errors_say_the_way_out() {
    let request = ["--action", "s3:GetObject", "--resource", "arn:aws:s3:::b/k"];
    assert_cmd_snapshot!("engine-not-yet", ringfence(&["evaluate", "--engine", "both"]));
    assert_cmd_snapshot!("no-caller", ringfence(&[&["evaluate"], &request[..]].concat()));
    assert_cmd_snapshot!("any-caller", ringfence(&[&["evaluate", "--principal", "any"], &request[..]].concat()));
    let principal = ["evaluate", "--principal", "arn:aws:iam::111122223333:user/a"];
    assert_cmd_snapshot!("bad-action", ringfence(&[&principal[..], &["--action", "s3", "--resource", "*"]].concat()));
    let contradiction = ["--context", "aws:username=bob"];
    assert_cmd_snapshot!("contradiction", ringfence(&[&principal[..], &request, &contradiction].concat()));
    let missing = ["--identity", "no/such/file.json"];
    assert_cmd_snapshot!("no-such-file", ringfence(&[&principal[..], &request, &missing].concat()));
}

const ALLOWED: &str = r#"{"id":1,"about":"x","principal":{"arn":"arn:aws:iam::111122223333:user/a","type":"user","tags":{}},"identityPolicies":[{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}],"request":{"action":"s3:GetObject","resource":"arn:aws:s3:::b/k","context":{}},"expect":"allow"}"#;

#[test]
fn a_line_that_cannot_be_used_does_not_end_the_run() {
    let misspelt = ALLOWED.replace("identityPolicies", "identityPolicy").replace(":1,", ":2,");
    let bad_document = ALLOWED.replace(r#""Effect":"Allow""#, r#""Effect":"allow""#).replace(":1,", ":\"three\",");
    let input = format!("{misspelt}\nnot json\n\n{bad_document}\n[]\n{ALLOWED}\n");
    let (stdout, stderr, code) = lines(&[], &input);
    insta::assert_snapshot!("lines-with-errors", stdout);
    assert_eq!((stderr.as_str(), code), ("", 2));
}

#[test]
fn exit_codes_of_lines() {
    assert_eq!(lines(&["--verify"], ALLOWED).2, 0);
    let differs = ALLOWED.replace(r#""expect":"allow""#, r#""expect":"implicit-deny""#);
    let (stdout, stderr, code) = lines(&["--verify"], &differs);
    assert_eq!(stdout, "{\"id\":1,\"decision\":\"allow\",\"expect\":\"implicit-deny\"}\n");
    assert_eq!((stderr.as_str(), code), ("0 agree, 1 differ, 0 skipped, 0 refused\n", 1));
    assert_eq!(lines(&[], &differs).2, 0, "without --verify nothing is asserted");
    let unknown = ALLOWED.replace(r#""identityPolicies":[{"#, r#""resourcePolicy":"any","identityPolicies":[{"#);
    let unknown = unknown.replace(r#""Effect":"Allow""#, r#""Effect":"Deny""#).replace("GetObject", "PutObject");
    assert_eq!(lines(&[], &unknown).0, "{\"id\":1,\"decision\":\"explicit-deny\"}\n");
    let unknown = ALLOWED
        .replace(r#""identityPolicies":[{"#, r#""resourcePolicy":"any","sessionPolicies":[],"identityPolicies":[{"#);
    assert_eq!(lines(&[], &unknown), ("{\"id\":1,\"decision\":\"unknown\"}\n".to_owned(), String::new(), 3));
    assert_eq!(lines(&["--verify"], &ALLOWED.replace(r#","expect":"allow""#, "")).2, 2, "nothing to verify");
    assert_eq!(lines(&[], "").2, 0);
}

#[test]
fn same_input_same_bytes() {
    let input = fs::read_to_string("examples/steve/with-identity-policy.requests.jsonl").unwrap();
    let arguments = ["--scenario", "examples/steve/with-identity-policy.scenario.json"];
    assert_eq!(lines(&arguments, &input), lines(&arguments, &input));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child =
        ringfence(&["evaluate"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    // The program may be gone before all is written.
    let _ = stdin.write_all(format!("{ALLOWED}\n").repeat(100).as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}
