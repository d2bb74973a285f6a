//! Bad input through the program itself: refused with exit code 2, one error, nothing on standard output, no panic.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use ringfence::input::DOCUMENT_LIMIT;

/// Runs the program in a directory, with a document as the identity policy of one request.
fn evaluate(directory: &Path, arguments: &[&str]) -> Output {
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .current_dir(directory)
        .args(["evaluate", "--color", "never", "--action", "s3:GetObject", "--resource", "*"])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(start.elapsed() < Duration::from_secs(10), "{arguments:?} took {:?}", start.elapsed());
    output
}

/// Asserts that a run was refused for one reason, and keeps what it says.
fn assert_refused(name: &str, output: &Output) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(2), "{name}:\n{stderr}");
    assert!(output.stdout.is_empty(), "{name} writes to standard output");
    assert!(!stderr.contains("panicked"), "{name}:\n{stderr}");
    assert_eq!(stderr.lines().filter(|line| line.starts_with("error[")).count(), 1, "{name}:\n{stderr}");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("bad-input-{name}"), stderr);
    });
}

fn refused(name: &str, document: &[u8]) {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("policy.json"), document).unwrap();
    let principal = "arn:aws:iam::111122223333:user/maria";
    assert_refused(name, &evaluate(directory.path(), &["--principal", principal, "--identity", "policy.json"]));
}

/// A policy of one statement that allows something, with further elements or others.
fn statement(elements: &str) -> String {
    format!(
        r#"{{
  "Version": "2012-10-17",
  "Statement": {{
    "Effect": "Allow",
    {elements}
  }}
}}
"#
    )
}

#[test]
fn files_that_cannot_be_read() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("policies")).unwrap();
    for (name, file) in [("no-file", "nowhere.json"), ("directory", "policies")] {
        let principal = "arn:aws:iam::111122223333:user/maria";
        assert_refused(name, &evaluate(directory.path(), &["--principal", principal, "--identity", file]));
        assert_refused(&format!("{name}-scenario"), &evaluate(directory.path(), &["--scenario", file]));
    }
}

#[test]
fn bytes_that_are_no_json() {
    refused("empty", b"");
    refused("blank", b" \n\t\r\n");
    refused("not-utf8", b"{\n  \"Id\": \"B\xfccher\"\n}\n");
    refused("byte-order-mark", &[b"\xef\xbb\xbf", statement(r#""Action": "*", "Resource": "*""#).as_bytes()].concat());
    refused("control-character", statement("\"Sid\": \"a\u{1}b\", \"Action\": \"*\", \"Resource\": \"*\"").as_bytes());
    refused("control-character-line-end", statement("\"Action\": \"s3:Get\nObject\", \"Resource\": \"*\"").as_bytes());
    refused("hundred-levels", ["[".repeat(100), "]".repeat(100)].concat().as_bytes());
    refused("hundred-thousand-levels", "[".repeat(100_000).as_bytes());
    refused("cut-off", b"{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": ");
}

#[test]
fn ten_megabytes() {
    let entry = r#""arn:aws:s3:::reports/2026","#;
    let list = entry.repeat((10 << 20) / entry.len());
    let resources = list.trim_end_matches(',');
    let document = statement(&format!(r#""Action": "s3:*", "Resource": [{resources}]"#));
    assert!(document.len() > 2 * DOCUMENT_LIMIT);
    refused("ten-megabytes", document.as_bytes());
}

/// As many mistakes as fit: shown in part, counted in full.
#[test]
fn a_million_mistakes_end_soon() {
    let directory = tempfile::tempdir().unwrap();
    let document = statement(&format!(r#""Action": [{}]"#, "[1,],".repeat(DOCUMENT_LIMIT / 5 - 50)));
    fs::write(directory.path().join("policy.json"), document).unwrap();
    let output = evaluate(directory.path(), &["--principal", "root", "--identity", "policy.json"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert_eq!(stderr.lines().filter(|line| line.starts_with("error[")).count(), 50);
    assert!(stderr.trim_end().ends_with(" are shown"), "the rest is counted");
}

#[test]
fn documents_that_are_no_policy() {
    let rest = r#""Action": "s3:*", "Resource": "*""#;
    refused("duplicate-key", statement(&format!(r#"{rest}, "Resource": "arn:aws:s3:::a""#)).as_bytes());
    refused(
        "unknown-operator",
        statement(&format!(r#"{rest}, "Condition": {{"StringEqual": {{"aws:username": "a"}}}}"#)).as_bytes(),
    );
    refused("principal", statement(&format!(r#""Principal": "*", {rest}"#)).as_bytes());
    refused("action-and-not-action", statement(&format!(r#"{rest}, "NotAction": "iam:*""#)).as_bytes());
    refused(
        "unclosed-variable",
        statement(r#""Action": "s3:*", "Resource": "arn:aws:s3:::home/${aws:username/*""#).as_bytes(),
    );
    refused("template-text", statement(r#""Action": "s3:*", "Resource": "arn:aws:s3:::${BUCKET}/*""#).as_bytes());
}

/// The flag has no place in a file: the finding is about the command line.
#[test]
fn an_unknown_dialect() {
    let directory = tempfile::tempdir().unwrap();
    let output = evaluate(directory.path(), &["--principal", "arn:aws:iam::111122223333:user/a", "--dialect", "gcp"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(stderr, "error: there is no dialect `gcp`: --dialect takes aws or astran\n");
    assert_eq!(output.status.code(), Some(2));
}
