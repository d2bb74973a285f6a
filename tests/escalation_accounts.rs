//! Sequences of requests in the listings of `../shared/corpus/accounts`: from each of their users and roles, to an
//! administrator's access key, or where there is none to anybody's inline policy. Every trace was replayed and every proof
//! asked again before it is printed; here their numbers are held.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// A listing, whose key is the goal, and how many principals have which verdict in how many requests.
type Row = (&'static str, Option<&'static str>, &'static [(&'static str, usize)]);

// The one unknown may pass a role to EC2, where it may describe things only: who may do anything in a service counts in a
// proof as who may use the role there (escalation 4.6), and no trace does.
const ROWS: [Row; 7] = [
    (
        "cloudmapper-iam-get-account-authorization-details",
        None,
        &[("reachable 1", 1), ("reachable 2", 3), ("unreachable", 2)],
    ),
    (
        "cloudsplaining-example-authz-details",
        Some("arn:aws:iam::012345678901:user/obama"),
        &[("reachable 1", 3), ("reachable 2", 2), ("unknown", 1)],
    ),
    (
        "cloudsplaining-example_authz_v2",
        Some("arn:aws:iam::012345678901:user/BlakeBortles"),
        &[("reachable 1", 1), ("unreachable", 2)],
    ),
    ("iamspy-allow-testing-s3", None, &[("unreachable", 2)]),
    ("iamspy-allow-with-conditions", None, &[("unreachable", 1)]),
    ("iamspy-role-boundary-allow", None, &[("unreachable", 1)]),
    ("iamspy-user-boundary-deny", None, &[("unreachable", 1)]),
];

#[test]
fn every_principal_of_the_listings_is_decided() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/accounts");
    if !shared.is_dir() {
        println!("skipped: there is no ../shared/corpus/accounts");
        return;
    }
    for (name, administrator, expected) in ROWS {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
        command.arg("escalate");
        match administrator {
            Some(arn) => command.args(["iam:CreateAccessKey", "--resource", arn]),
            None => command.arg("iam:PutUserPolicy"),
        };
        command.arg("--account").arg(shared.join(format!("{name}.json")));
        let output = command.args(["--principal", "all", "--jobs", "2", "--format", "json"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for line in text.lines() {
            let verdict: Value = serde_json::from_str(line).unwrap();
            let length = verdict["trace"].as_array().map_or_else(String::new, |trace| format!(" {}", trace.len()));
            *counts.entry(format!("{}{length}", verdict["verdict"].as_str().unwrap())).or_default() += 1;
        }
        let counts: Vec<(&str, usize)> = counts.iter().map(|(word, count)| (word.as_str(), *count)).collect();
        println!("{name}: {counts:?}");
        assert_eq!(counts, expected, "{name}");
    }
}
