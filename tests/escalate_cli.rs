//! `ringfence escalate` as its users meet it: help, refusals, exit codes, many principals, the reports of some examples.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::process::{Command, Output, Stdio};

use insta_cmd::assert_cmd_snapshot;
use serde_json::{Value, json};

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

/// An account in which bob may do s3:* but for one thing, and one action changes that.
fn one_way(action: &str) -> Value {
    let arn = |of: &str| format!("arn:aws:iam::111122223333:{of}");
    let document = |statements: Value| json!({ "Version": "2012-10-17", "Statement": statements });
    let inline = |name: &str, statement: Value| json!({ "PolicyName": name, "PolicyDocument": document(statement) });
    let every = |effect: &str| json!({ "Effect": effect, "Action": "s3:*", "Resource": "*" });
    let [allow, deny] = ["Allow", "Deny"].map(every);
    let mut tagged = every("Allow");
    tagged["Condition"] = json!({ "StringEquals": { "aws:PrincipalTag/team": "blue" } });
    let may = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
    let (mut own, mut group) = (vec![inline("may", may)], Vec::new());
    let mut bob = json!({ "UserName": "bob", "Path": "/it/", "UserId": "AIDABOB", "Arn": arn("user/it/bob") });
    let mut alice = json!({ "UserName": "alice", "Path": "/", "UserId": "AIDAALICE", "Arn": arn("user/alice") });
    let policy = json!({ "PolicyName": "p", "PolicyArn": arn("policy/p") });
    let joined = json!(["staff"]);
    match action {
        "iam:DeleteUserPolicy" => own.extend([inline("all", allow), inline("no", deny.clone())]),
        "iam:DetachUserPolicy" | "iam:SetDefaultPolicyVersion" => {
            own.push(inline("all", allow));
            bob["AttachedManagedPolicies"] = json!([policy]);
        }
        "iam:RemoveUserFromGroup" => {
            own.push(inline("all", allow));
            group.push(inline("no", deny.clone()));
            bob["GroupList"] = joined;
        }
        "iam:AddUserToGroup" => group.push(inline("all", allow)),
        "iam:PutGroupPolicy" => bob["GroupList"] = joined,
        "iam:TagUser" => own.push(inline("tagged", tagged)),
        "iam:DeleteUserPermissionsBoundary" => {
            own.push(inline("all", allow));
            let arn = arn("policy/p");
            bob["PermissionsBoundary"] = json!({ "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn });
            own[0]["PolicyDocument"]["Statement"]["Action"] = json!("*");
        }
        _ => alice["UserPolicyList"] = json!([inline("all", allow)]),
    }
    bob["UserPolicyList"] = json!(own);
    let staff = json!({ "GroupName": "staff", "Path": "/", "GroupId": "AGPASTAFF", "Arn": arn("group/staff"),
        "GroupPolicyList": group });
    let mut denies = json!([deny]);
    if action == "iam:DeleteUserPermissionsBoundary" {
        let may = json!({ "Effect": "Allow", "Action": action, "Resource": "*" });
        denies = json!([may]);
    }
    let version = |id: &str, statements: Value, default: bool| json!({ "VersionId": id, "IsDefaultVersion": default, "Document": document(statements) });
    let versions = [
        version("v1", json!([{ "Effect": "Allow", "Action": "ec2:*", "Resource": "*" }]), false),
        version("v2", denies, true),
    ];
    let policy = json!({ "PolicyName": "p", "Path": "/", "Arn": arn("policy/p"), "PolicyId": "ANPAP",
        "DefaultVersionId": "v2", "PolicyVersionList": versions });
    json!({ "UserDetailList": [alice, bob], "GroupDetailList": [staff], "RoleDetailList": [], "Policies": [policy] })
}

#[test]
fn commands_name_what_they_change() {
    let policy = "arn:aws:iam::111122223333:policy/p";
    let attackers = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("account.json");
    for (action, command) in [
        ("iam:DeleteUserPolicy", "delete-user-policy --user-name bob --policy-name no".to_owned()),
        ("iam:DetachUserPolicy", format!("detach-user-policy --user-name bob --policy-arn {policy}")),
        ("iam:SetDefaultPolicyVersion", format!("set-default-policy-version --policy-arn {policy} --version-id v1")),
        ("iam:RemoveUserFromGroup", "remove-user-from-group --group-name staff --user-name bob".to_owned()),
        ("iam:AddUserToGroup", "add-user-to-group --group-name staff --user-name bob".to_owned()),
        (
            "iam:PutGroupPolicy",
            format!("put-group-policy --group-name staff --policy-name ringfence --policy-document '{attackers}'"),
        ),
        ("iam:TagUser", "tag-user --user-name bob --tags Key=team,Value=blue".to_owned()),
        ("iam:DeleteUserPermissionsBoundary", "delete-user-permissions-boundary --user-name bob".to_owned()),
        ("iam:CreateLoginProfile", "create-login-profile --user-name alice --password Ringfence-1".to_owned()),
    ] {
        fs::write(&file, one_way(action).to_string()).unwrap();
        let asked = ["s3:PutObject", "--principal", "arn:aws:iam::111122223333:user/it/bob", "--format", "json"];
        let (line, stderr, _) = run(escalate(&[&asked[..], &["--account", file.to_str().unwrap()]].concat()));
        let object: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{action}: {stderr}"));
        assert_eq!(object["trace"][0]["command"], format!("aws iam {command}"), "{action}");
    }
}

/// Rows of `tests/escalation/seeds.jsonl`, by their ids, as their commands print them.
#[test]
fn examples_read_well() {
    let rows = include_str!("escalation/seeds.jsonl").lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let rows: Vec<Value> = rows.collect();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"fnv1a64:[0-9a-f]{16}", "fnv1a64:[digest]");
    settings.add_filter(r"Z3\s+\d[\d.]+", "Z3 [version]");
    settings.add_filter(r#""z3": "[^"]+""#, r#""z3": "[version]""#);
    // How the search goes about it is not what it finds.
    settings.add_filter(r"\d+ rounds? of saturation,\s+\d+\s+guards?", "[rounds] of saturation, [guards]");
    settings.add_filter(r#""(guards|states|rounds)": \d+"#, r#""$1": "[number]""#);
    for id in ["steve-bucket", "astran-carol", "astran-role-closed", "astran-alone", "recipe-alone", "caveat-federated"]
    {
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        let mut arguments = vec!["--no-timing", "--account", row["account"].as_str().unwrap()];
        arguments.extend(["--principal", row["principal"].as_str().unwrap()]);
        arguments.extend(row["goal"].as_array().unwrap().iter().filter_map(Value::as_str));
        for (option, field) in [("--resource", "resource"), ("--resource-policies", "resourcePolicies")] {
            arguments.extend(row[field].as_str().map(|value| [option, value]).into_iter().flatten());
        }
        let (text, stderr, _) = run(escalate(&arguments));
        assert_eq!(stderr, "", "{id}");
        let (line, ..) = run(escalate(&[&arguments[..], &["--format", "json"]].concat()));
        let object: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(object["verdict"], row["verdict"], "{id}");
        settings.bind(|| {
            insta::assert_snapshot!(format!("escalate-{id}"), text);
            insta::assert_snapshot!(format!("escalate-{id}-json"), serde_json::to_string_pretty(&object).unwrap());
        });
    }
}
