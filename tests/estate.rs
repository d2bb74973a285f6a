//! Shards of an estate: merged, they are the bytes and the exit code of one run.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::{Command, Output};

/// The last is more than the batch has lines.
const SHARDS: [usize; 5] = [1, 2, 3, 5, 17];

/// Runs a command at the root of the checkout; what it wrote to both outputs, and its exit code.
fn run(mut command: Command) -> (String, String, i32) {
    let Output { stdout, stderr, status } = command.current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap(), status.code().unwrap())
}

/// One run of the program.
fn whole(arguments: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.args(arguments);
    run(command)
}

/// The same by the scripts of `examples/estate`.
fn sharded(count: usize, arguments: &[&str]) -> (String, String, i32) {
    let mut command = Command::new("sh");
    command.args(["examples/estate/local.sh", &count.to_string(), env!("CARGO_BIN_EXE_ringfence")]).args(arguments);
    run(command)
}

/// The run is the same in any number of shards; its exit code.
fn same_in_shards(counts: &[usize], arguments: &[&str]) -> i32 {
    let one = whole(arguments);
    for count in counts {
        assert_eq!(sharded(*count, arguments), one, "{count} shards of {arguments:?}");
    }
    one.2
}

#[test]
fn every_principal_of_two_accounts() {
    let each = |goal| {
        let arguments = "--account examples/account/shop.json --account examples/account/ledger.json \
                         --resource-policies examples/account/resource-policies.json \
                         --organization examples/account/organization.json --each-principal --no-timing --jobs 1";
        let arguments = ["reach", goal].into_iter().chain(arguments.split_whitespace());
        same_in_shards(&[1, 2, 3, 5, 9], &arguments.collect::<Vec<_>>())
    };
    assert_eq!(each("s3:GetObject"), 1);
    assert_eq!(each("iam:CreateUser"), 0);
}

#[test]
fn lines_of_a_batch() {
    let batch = ["reach", "--batch", "examples/caveat/goals.jsonl", "--no-timing", "--jobs", "1"];
    assert_eq!(same_in_shards(&SHARDS, &batch), 0);
}

/// Blank lines are no questions, the last line needs no end, and the worst exit code of a shard is not always the
/// highest.
#[test]
fn exit_codes_of_shards() {
    let folder = tempfile::tempdir().unwrap();
    let boundary = r#""permissionsBoundary": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}"#;
    let line = |id, action| format!(r#"{{"id": "{id}", "goal": {{"action": "{action}"}}, {boundary}}}"#);
    let unreachable = line("unreachable", "iam:CreateUser");
    let reachable = line("reachable", "s3:GetObject");
    // The readings of S14.2 differ.
    let unknown = r#"{"id": "unknown", "goal": {"action": "sqs:SendMessage"}, "principal": "arn:aws:sts::111122223333:assumed-role/reader/one", "resourcePolicy": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}, {"Effect": "Deny", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:role/reader"}, "Action": "sqs:*", "Resource": "*"}]}}"#.to_owned();
    let refused = r#"{"id": "refused", "goal": {}}"#.to_owned();
    let check = |lines: &[&str], code: i32| {
        let path = folder.path().join("batch.jsonl");
        fs::write(&path, lines.join("\n")).unwrap();
        let arguments = ["reach", "--batch", path.to_str().unwrap(), "--no-timing", "--jobs", "1"];
        assert_eq!(same_in_shards(&[1, 2, 3, 5], &arguments), code, "{lines:?}");
    };
    check(&[], 0);
    check(&[&unreachable, "", &unreachable], 0);
    check(&[&unreachable, &unknown], 3);
    check(&[&unknown, " ", &reachable, &unreachable], 1);
    check(&[&reachable, &refused, &unreachable, &reachable], 2);
}

/// What refuses all shards is said once.
#[test]
fn what_every_shard_refuses() {
    let arguments = ["reach", "s3:GetObject", "--each-principal", "--account", "examples/account/organization.json"];
    assert_eq!(same_in_shards(&[1, 3], &arguments), 2);
}

#[test]
fn a_shard_that_does_not_end_is_an_error() {
    let mut command = Command::new("sh");
    command.args([
        "examples/estate/local.sh",
        "2",
        "sh",
        "-c",
        r#"case $1 in 1/2) echo answer ;; *) kill -9 $$ ;; esac"#,
    ]);
    let (answers, errors, code) = run(command);
    assert_eq!((answers.as_str(), code), ("answer\n", 2));
    assert!(errors.contains("shard 2 of 2 did not end"), "{errors}");
}
