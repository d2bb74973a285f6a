//! `ringfence escalate --fix`: what is printed is applied to the listing, and the binary is asked again.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs, process};

use serde_json::{Value, json};

const STEVE: &str = "arn:aws:iam::111122223333:user/DeveloperSteve";
const BOB: &str = "arn:aws:iam::111122223333:user/bob";

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/escalation").join(name)
}

fn escalate(account: &Path, principal: &str, more: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.arg("escalate").args(more).arg("--account").arg(account).args(["--principal", principal]);
    let Output { stdout, stderr, status } = command.stdin(Stdio::null()).output().unwrap();
    (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap(), status.code().unwrap())
}

fn answer(account: &Path, principal: &str, more: &[&str]) -> Value {
    let (out, err, _) = escalate(account, principal, &[more, &["--format", "json"]].concat());
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}

/// The operations of a patch on a document, as RFC 6902 has them.
fn patched(document: &mut Value, patch: &Value) {
    for operation in patch.as_array().unwrap() {
        let value = operation["value"].clone();
        match (operation["op"].as_str().unwrap(), operation["path"].as_str().unwrap()) {
            ("add", "/Statement/-") => document["Statement"].as_array_mut().unwrap().push(value),
            ("replace", "/Statement") => document["Statement"] = value,
            other => panic!("{other:?}"),
        }
    }
}

/// A listing in a folder of its own, changed.
fn listing(name: &str, change: impl FnOnce(&mut Value)) -> PathBuf {
    let folder = env::temp_dir().join(format!("ringfence-fix-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    let from = example(name.split_once('+').map_or(name, |(_, from)| from));
    let mut listing: Value = serde_json::from_str(&fs::read_to_string(from).unwrap()).unwrap();
    change(&mut listing);
    fs::write(&path, listing.to_string()).unwrap();
    path
}

/// The default document of a policy in a listing.
fn document<'a>(listing: &'a mut Value, arn: &str) -> &'a mut Value {
    let policies = listing["Policies"].as_array_mut().unwrap();
    let policy = policies.iter_mut().find(|policy| policy["Arn"] == arn).unwrap();
    let versions = policy["PolicyVersionList"].as_array_mut().unwrap();
    &mut versions.iter_mut().find(|version| version["IsDefaultVersion"] == true).unwrap()["Document"]
}

/// Asks for a fix, applies it, and asks again: unreachable, and what is kept is still reachable.
fn closes(test: &str, name: &str, principal: &str, goal: &[&str], keep: &[&str]) -> Value {
    let keeping: Vec<&str> = keep.iter().flat_map(|goal| ["--keep", goal]).collect();
    let found = answer(&example(name), principal, &[goal, &["--fix"], &keeping].concat());
    assert_eq!(found["verdict"], "reachable", "{found:#}");
    let fix = found["fix"].clone();
    let boundary = fix["boundary"].as_str().unwrap_or_else(|| panic!("no fix: {}", found["fixReason"]));
    let changed = listing(&format!("{test}+{name}"), |own| patched(document(own, boundary), &fix["patch"]));
    assert_eq!(answer(&changed, principal, goal)["verdict"], "unreachable", "{fix:#}");
    for (number, goal) in keep.iter().enumerate() {
        let kept = answer(&changed, principal, &[goal]);
        assert_eq!(kept["verdict"], "reachable", "{fix:#}");
        assert_eq!(fix["kept"][number]["length"], kept["trace"].as_array().unwrap().len());
    }
    fix
}

#[test]
fn steve_needs_one_statement() {
    let expected = json!([{
        "op": "add",
        "path": "/Statement/-",
        "value": { "Effect": "Deny", "Action": "iam:AttachUserPolicy", "Resource": STEVE },
    }]);
    assert_eq!(closes("one", "steve.json", STEVE, &["s3:CreateBucket"], &[])["patch"], expected);
    let kept = closes("kept", "steve.json", STEVE, &["s3:CreateBucket"], &["s3:*", "iam:CreateUser"]);
    assert_eq!(kept["patch"], expected);
    assert_eq!(kept["kept"][0], json!({ "goal": { "action": "s3:*" }, "length": 1 }));
}

#[test]
fn other_users_keep_their_credentials() {
    let fix = closes("keys", "astran-alice.json", BOB, &["s3:CreateBucket"], &["iam:CreateAccessKey"]);
    let patch = fix["patch"].as_array().unwrap();
    assert_eq!(patch.len(), 1, "{fix:#}");
    // Without this, alice would be renamed first.
    let actions = patch[0]["value"]["Action"].as_array().unwrap();
    assert!(actions.contains(&json!("iam:UpdateUser")), "{fix:#}");
}

#[test]
fn a_page_takes_several_statements_or_says_that_it_has_none() {
    let unbounded =
        r#"{"StringNotEquals":{"iam:PermissionsBoundary":"arn:aws:iam::111122223333:policy/boundary/UserBoundary"}}"#;
    let administrator = "arn:aws:iam::111122223333:user/administrator";
    let goal = ["iam:CreateUser", "--when", unbounded];
    let found = answer(&example("page-administrator.json"), administrator, &[&goal[..], &["--fix"]].concat());
    if found["fix"].is_null() {
        assert!(found["fixReason"].as_str().unwrap().contains("no Denies were found in the time"), "{found:#}");
        return;
    }
    assert!(found["fix"]["patch"].as_array().unwrap().len() > 1, "{found:#}");
    let changed = listing("page+page-administrator.json", |own| {
        patched(document(own, found["fix"]["boundary"].as_str().unwrap()), &found["fix"]["patch"]);
    });
    assert_eq!(answer(&changed, administrator, &goal)["verdict"], "unreachable");
}

#[test]
fn what_is_allowed_at_once_is_denied_itself() {
    let fix = closes(
        "goal",
        "page-closed-regular.json",
        "arn:aws:iam::111122223333:user/regular",
        &["iam:CreatePolicy"],
        &[],
    );
    assert_eq!(fix["patch"][0]["value"]["Action"], "iam:CreatePolicy");
}

#[test]
fn a_single_statement_becomes_a_list() {
    let boundary = "arn:aws:iam::111122223333:policy/CompanyXYZPermissionsBoundary";
    let only = json!({ "Effect": "Allow", "Action": ["iam:AttachUserPolicy", "s3:*"], "Resource": "*" });
    let path = listing("single+steve.json", |own| document(own, boundary)["Statement"] = only.clone());
    let found = answer(&path, STEVE, &["s3:CreateBucket", "--fix"]);
    assert_eq!(found["fix"]["patch"][0]["op"], "replace");
    assert_eq!(found["fix"]["patch"][0]["value"][0], only);
    let changed = listing("single-changed+steve.json", |own| {
        document(own, boundary)["Statement"] = only;
        patched(document(own, boundary), &found["fix"]["patch"]);
    });
    assert_eq!(answer(&changed, STEVE, &["s3:CreateBucket"])["verdict"], "unreachable");
}

#[test]
fn nobody_s_boundary_is_not_patched() {
    let path = listing("none+steve.json", |own| {
        own["UserDetailList"][0].as_object_mut().unwrap().remove("PermissionsBoundary");
    });
    let (out, err, code) = escalate(&path, STEVE, &["s3:ListAllMyBuckets", "--fix"]);
    assert!(err.contains("no permissions boundary, so there is nothing to patch") && err.contains("help: "), "{err}");
    assert!(out.contains("fix        none: ") && code == escalate(&path, STEVE, &["s3:ListAllMyBuckets"]).2, "{out}");
    let json = answer(&path, STEVE, &["s3:ListAllMyBuckets", "--fix"]);
    assert!(json["fix"].is_null() && json["fixReason"].is_string());
}

#[test]
fn what_cannot_be_kept_is_said() {
    let more = ["s3:CreateBucket", "--fix", "--keep", "s3:CreateBucket"];
    let (out, err, code) = escalate(&example("steve.json"), STEVE, &more);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("no Denies were found that leave in reach what is to be kept"), "{err}");
    assert!(out.contains("verdict    reachable") && out.contains("fix        none: "), "{out}");
}

#[test]
fn what_is_not_there_is_not_kept() {
    let (out, err, code) = escalate(&example("steve.json"), STEVE, &["s3:CreateBucket", "--fix", "--keep", "nosuch:*"]);
    assert_eq!((out.as_str(), code), ("", 2), "{err}");
    // Safe by the page: nobody's credentials can be gained.
    let more = ["s3:CreateBucket", "--fix", "--keep", "ec2:CreateKeyPair"];
    let (out, err, code) = escalate(&example("steve.json"), STEVE, &more);
    assert_eq!((out.as_str(), code), ("", 2), "{err}");
    assert!(err.contains("--keep `ec2:CreateKeyPair` keeps nothing: it cannot be reached as it is\nhelp: "), "{err}");
}

#[test]
fn what_is_out_of_reach_needs_no_fix() {
    let (out, err, code) = escalate(&example("steve.json"), STEVE, &["ec2:CreateKeyPair", "--fix"]);
    assert!(out.contains("verdict    unreachable") && code == 0, "{out}");
    assert!(err.contains("the goal cannot be reached as it is"), "{err}");
}

#[test]
fn one_principal_has_one_boundary() {
    let (out, err, code) = escalate(&example("steve.json"), "all", &["s3:CreateBucket", "--fix"]);
    assert_eq!((out.as_str(), code), ("", 2));
    assert!(err.contains("--fix changes the boundary of one principal: name it with --principal ARN"), "{err}");
    let (_, err, code) = escalate(&example("steve.json"), STEVE, &["s3:CreateBucket", "--keep", "s3:*"]);
    assert!(err.contains("--fix") && code == 2, "{err}");
}

#[test]
fn the_report_has_the_patch() {
    let (out, err, code) = escalate(&example("steve.json"), STEVE, &["s3:CreateBucket", "--fix", "--keep", "s3:*"]);
    assert_eq!((err.as_str(), code), ("", 1));
    for part in
        ["fix        one statement more in the boundary ", "\"path\": \"/Statement/-\"", "verified   the goal is unr"]
    {
        assert!(out.contains(part), "{out}");
    }
    assert!(out.contains("kept       s3:*: 1 request, the last s3:ListAllMyBuckets"), "{out}");
}
