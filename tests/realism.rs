//! Every counterexample is a request that somebody can send: it satisfies a checker of S11.4 and S12 that is written
//! apart from the encoder, and stays allowed when the keys are added that every request carries.
//!
//! Counterexamples come from the goals with known verdicts, from hand-size and managed policies under boundaries (where
//! `../shared` is there), and from random scenarios over all global keys. The program is asked as a user would ask it.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what was checked is shown with --nocapture")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use ringfence::vocabulary::catalogue::{Catalogue, GlobalKey, ScalarType};
use serde_json::{Map, Value, json};

#[path = "realism/checker.rs"]
mod checker;
#[path = "realism/completion.rs"]
mod completion;

use checker::Request;
use completion::completions;

/// Runs the program on lines, and gives its lines.
fn run(arguments: &[&str], lines: &[Value]) -> Vec<Value> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writer = std::thread::spawn(move || drop(stdin.write_all(text.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The layers of a line, unknown ones granting as a counterexample assumes.
fn granted(line: &Value, found: &Value) -> Map<String, Value> {
    let all = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    let mut layers = Map::new();
    for name in ["identityPolicies", "permissionsBoundary", "sessionPolicies", "resourcePolicy"] {
        let fence = ["permissionsBoundary", "sessionPolicies"].iter().any(|fence| !line[fence].is_null());
        let unknown = line[name] == "any" || (name == "identityPolicies" && line.get(name).is_none() && fence);
        let nobodys = ["anonymous", "service", "root"].iter().any(|kind| found["principal"]["type"] == *kind);
        let federated = name == "sessionPolicies" && found["principal"]["type"] == "federated";
        let value = match (unknown, name) {
            // Nothing is attached to those who cannot have it (S5.10).
            (true, "identityPolicies") if nobodys => Value::Null,
            (true, "identityPolicies") => all.clone(),
            (true, "sessionPolicies") if federated => all.clone(),
            (true, _) => Value::Null,
            (false, _) => line[name].clone(),
        };
        layers.insert(name.to_owned(), value);
    }
    layers
}

/// What is wrong with the counterexamples of lines, and how many there were.
fn check(lines: &[Value]) -> (usize, Vec<String>) {
    let verdicts = run(&["reach", "--no-timing", "--batch", "-"], lines);
    assert_eq!(verdicts.len(), lines.len());
    let mut failures = Vec::new();
    let mut questions = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    let mut found = 0;
    for (place, (line, verdict)) in lines.iter().zip(&verdicts).enumerate() {
        if verdict["error"]["code"] == "internal-error" {
            failures.push(format!("{line}\n  {}", verdict["error"]));
        }
        // Accounts and partitions of the other dialect are names (S15.1); unknown resource policies name the caller.
        let counterexample = &verdict["counterexample"];
        if counterexample.is_null() || line["dialect"] == "astran" {
            continue;
        }
        found += 1;
        let mut counterexample = counterexample.clone();
        counterexample["givenTags"] = json!(line["principal"]["tags"].is_object());
        let whole = completions(&counterexample);
        let broken: Vec<Vec<String>> = whole.iter().map(|request| Request::new(request).violations()).collect();
        let sendable: Vec<&Value> =
            whole.iter().zip(&broken).filter(|(_, rules)| rules.is_empty()).map(|(r, _)| r).collect();
        if sendable.is_empty() {
            let least = broken.iter().min_by_key(|rules| rules.len()).unwrap();
            failures.push(format!("{line}\n  {counterexample}\n  breaks {least:?}"));
            continue;
        }
        if line["resourcePolicy"] == "any" {
            continue;
        }
        for request in sendable {
            let mut question = granted(line, request);
            let mut principal = request["principal"].clone();
            if principal["issuer"].is_null() {
                principal.as_object_mut().unwrap().shift_remove("issuer");
            }
            question.insert("id".to_owned(), json!(place.to_string()));
            question.insert("principal".to_owned(), principal);
            question.insert(
                "request".to_owned(),
                json!({"action": request["action"], "resource": request["resource"], "context": request["context"]}),
            );
            questions.push(Value::Object(question));
            owners.push(place);
        }
    }
    let decisions = run(&["evaluate", "--engine", "direct"], &questions);
    let mut allowed: BTreeMap<usize, bool> = BTreeMap::new();
    for (owner, decision) in owners.iter().zip(&decisions) {
        *allowed.entry(*owner).or_default() |= decision["decision"] == "allow";
    }
    for (place, _) in allowed.iter().filter(|(_, allowed)| !**allowed) {
        let said = owners.iter().zip(&decisions).find(|(owner, _)| *owner == place).map(|(_, said)| said);
        failures.push(format!(
            "{}\n  {}\n  is not allowed as a whole request: {said:?}",
            lines[*place], verdicts[*place]["counterexample"]
        ));
    }
    (found, failures)
}

fn read(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn counterexamples_of_the_goals_can_be_sent() {
    let lines = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goals.jsonl"));
    let (found, failures) = check(&lines);
    println!("{found} counterexamples");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(found >= 60, "{found}");
}

#[test]
fn counterexamples_of_managed_policies_can_be_sent() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/managed/latest.json");
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: ../shared/corpus/managed is not there");
        return;
    };
    let policies: Value = serde_json::from_str(&text).unwrap();
    let documents: Vec<Value> = match &policies {
        Value::Object(members) => members.values().cloned().collect(),
        Value::Array(items) => items.clone(),
        _ => panic!("neither a list nor an object"),
    };
    let document = |item: &Value| item.get("document").or(item.get("Document")).unwrap_or(item).clone();
    let boundaries = [
        Value::Null,
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
            {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"},
                "NotIpAddressIfExists": {"aws:SourceIp": "10.0.0.0/8"}}}]}),
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition":
            {"StringEquals": {"aws:ResourceOrgID": "${aws:PrincipalOrgID}"}, "DateGreaterThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}}}]}),
    ];
    let mut lines = Vec::new();
    for (place, item) in documents.iter().enumerate().step_by(6) {
        let boundary = &boundaries[place / 6 % boundaries.len()];
        for goal in ["s3:*", "iam:*", "ec2:*"] {
            lines.push(json!({"id": place.to_string(), "principal": "any", "identityPolicies": document(item),
                "permissionsBoundary": boundary, "goal": goal}));
        }
    }
    let (found, failures) = check(&lines);
    println!("{} lines, {found} counterexamples", lines.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(found >= 40, "{found}");
}

/// A reproducible source of choices.
struct Dice(TestRng);

impl Dice {
    fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        Self(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap() % bound
    }

    fn pick<'v, T: ?Sized>(&mut self, from: &[&'v T]) -> &'v T {
        from[self.below(from.len())]
    }
}

/// A test of a global key.
fn condition(dice: &mut Dice, keys: &[GlobalKey], block: &mut Map<String, Value>) {
    let global = &keys[dice.below(keys.len())];
    let name = global.key.as_str().replace("${TagKey}", dice.pick(&["team", "Cost"]));
    let set = if global.kind.multivalued { dice.pick(&["ForAnyValue:", "ForAllValues:"]) } else { "" };
    let (operators, values): (&[&str], &[&str]) = match global.kind.scalar {
        ScalarType::Bool => (&["Bool"], &["true", "false"]),
        ScalarType::Number => (&["NumericLessThan", "NumericGreaterThanEquals"], &["0", "10", "3600"]),
        ScalarType::Date => {
            (&["DateLessThan", "DateGreaterThan", "DateEquals"], &["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"])
        }
        ScalarType::Address => (&["IpAddress", "NotIpAddress"], &["10.0.0.0/8", "203.0.113.7", "2001:db8::/32"]),
        ScalarType::Arn => (
            &["ArnLike", "ArnNotLike", "StringLike"],
            &["arn:aws:iam::111122223333:*", "arn:aws:s3:::b", "arn:aws:sns:*:444455556666:*"],
        ),
        ScalarType::String => (
            &["StringEquals", "StringLike", "StringNotEquals", "StringEqualsIgnoreCase"],
            &[
                "team",
                "o-a",
                "o-b",
                "o-a/r-1/*",
                "o-b/r-1/",
                "111122223333",
                "athena.amazonaws.com",
                "glue.amazonaws.com",
                "vpc-1",
                "*:i-1",
                "User",
                "sns.amazonaws.com",
                "${aws:PrincipalOrgID}",
                "${aws:username}",
            ],
        ),
    };
    let operator = dice.pick(operators);
    let value = dice.pick(values);
    let (operator, value) = match dice.below(10) {
        0 | 1 if set.is_empty() => ("Null".to_owned(), dice.pick(&["true", "false"])),
        2 => (format!("{set}{operator}IfExists"), value),
        _ => (format!("{set}{operator}"), value),
    };
    if let Some(tests) = block.entry(operator).or_insert_with(|| json!({})).as_object_mut() {
        tests.entry(name).or_insert(json!(value));
    }
}

fn scenario(dice: &mut Dice, keys: &[GlobalKey]) -> Value {
    let account = "111122223333";
    // Keys that stand together in the catalogue hang together.
    let start = dice.below(keys.len() - 8);
    let keys = if dice.below(2) == 0 { keys } else { &keys[start..start + 8] };
    let principals = [
        json!("any"),
        json!("any"),
        json!(format!("arn:aws:iam::{account}:user/*")),
        json!(format!("arn:aws:iam::{account}:role/r")),
        json!({"arn": format!("arn:aws:iam::{account}:user/a"), "type": "user", "tags": {"team": "o-a"}}),
        json!({"arn": format!("arn:aws:sts::{account}:assumed-role/r/i-1"), "type": "role-session", "tags": {},
            "issuer": format!("arn:aws:iam::{account}:role/p/r")}),
        json!({"arn": format!("arn:aws:sts::{account}:federated-user/fed"), "type": "federated", "tags": {},
            "issuer": format!("arn:aws:iam::{account}:user/a")}),
        json!({"arn": format!("arn:aws:iam::{account}:root"), "type": "root", "tags": {}}),
        json!({"arn": "sns.amazonaws.com", "type": "service", "tags": {}}),
        json!({"arn": "anonymous", "type": "anonymous", "tags": {}}),
    ];
    let principal = principals[dice.below(principals.len())].clone();
    let bare = ["root", "service", "anonymous"].iter().any(|kind| principal["type"] == *kind);
    let mut statement = |effect: &str, most: usize| {
        let mut block = Map::new();
        for _ in 0..=dice.below(most) {
            condition(dice, keys, &mut block);
        }
        let mut statement = json!({"Effect": effect, "Action": "*", "Resource": "*", "Condition": block});
        if bare {
            statement["Principal"] =
                if principal["type"] == "service" { json!({"Service": "sns.amazonaws.com"}) } else { json!("*") };
        }
        statement
    };
    let document = json!({"Version": "2012-10-17", "Statement":
        [statement("Allow", 3), statement("Allow", 3), statement("Deny", 2), statement("Deny", 1)]});
    let name = if bare { "resourcePolicy" } else { "identityPolicies" };
    let goal = dice.pick(&[
        "s3:GetObject",
        "iam:CreateUser",
        "iam:Tag*",
        "ec2:CreateTags",
        "sqs:*",
        "sts:GetFederationToken",
        "s3:ListBucket",
        "iam:Untag*",
    ]);
    let mut line = json!({"principal": principal, "identityPolicies": null, "goal": goal});
    if principal["type"] == "federated" {
        line["sessionPolicies"] =
            json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    }
    line[name] = document;
    line
}

#[test]
fn counterexamples_of_random_scenarios_can_be_sent() {
    let keys = Catalogue::embedded().global_keys().unwrap();
    let mut dice = Dice::new(11);
    let lines: Vec<Value> = (0..1_000).map(|_| scenario(&mut dice, &keys)).collect();
    let (found, failures) = check(&lines);
    println!("{found} counterexamples");
    assert!(failures.is_empty(), "{} of {found}\n{}", failures.len(), failures.join("\n"));
    assert!(found >= 500, "{found}");
}

#[test]
fn the_checker_can_fail() {
    let request = |context: Value| {
        json!({"principal": {"arn": "arn:aws:iam::111122223333:user/a", "type": "user", "tags": {}}, "listed": true,
            "action": "iam:CreateUser", "resource": "arn:aws:iam::111122223333:user/b",
            "resourceAccount": "111122223333", "context": context})
    };
    let broken = |context: Value| {
        let whole = completions(&request(context));
        whole.iter().map(|request| Request::new(request).violations()).min_by_key(Vec::len).unwrap()
    };
    assert_eq!(broken(json!({})), [""; 0]);
    for (context, rule) in [
        (json!({"aws:username": "b"}), "S11.4.2"),
        (json!({"aws:PrincipalOrgID": "o-a", "aws:PrincipalOrgPaths": ["o-b/r/"]}), "S11.4.3"),
        (json!({"aws:CurrentTime": "2026-01-01T00:00:00Z", "aws:EpochTime": "1"}), "S11.4.4"),
        (json!({"aws:MultiFactorAuthAge": "-1"}), "S11.4.4"),
        (json!({"aws:SourceIp": "10.0.0.1", "aws:SourceVpce": "vpce-1"}), "S11.4.6"),
        (json!({"aws:CalledVia": ["a"], "aws:CalledViaFirst": "b"}), "S11.4.7"),
        (json!({"aws:SourceArn": "arn:aws:s3:::b"}), "S11.4.8"),
        (json!({"aws:RequestTag/team": "x", "aws:TagKeys": ["cost"]}), "S11.4.9"),
        (json!({"aws:ResourceAccount": "444455556666"}), "S11.4.10"),
        (json!({"s3:prefix": "x"}), "S11.4.11"),
        (json!({"aws:TokenIssueTime": "2026-01-01T00:00:00Z", "aws:MultiFactorAuthPresent": "false"}), "S11.4.13"),
        (json!({"aws:SecureTransport": "yes"}), "S11.4.16"),
        (json!({"iam:PolicyARN": "arn:aws:iam::aws:policy/x"}), "S12"),
    ] {
        let rules = broken(context.clone());
        assert!(rules.iter().any(|own| own.starts_with(rule)), "{context} breaks {rule}, but not {rules:?}");
    }
}
