//! Comparisons of two documents: each relation, its requests, the program's answers, and versions of real policies.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "figures and what is skipped are told")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use insta_cmd::assert_cmd_snapshot;
use ringfence::evaluate::truth::Truth;
use ringfence::evaluate::{Outcome, evaluate};
use ringfence::pair::{self, Reading};
use ringfence::policy::{Document, DocumentKind};
use ringfence::query::compare::{Options, Pair, compare};
use ringfence::request::Request;
use ringfence::scenario::{Layer, Scenario};
use ringfence::source::Source;
use ringfence::verdict::Unknown;
use ringfence::verdict::comparison::{Comparison, Difference, Relation};
use ringfence::vocabulary::dialect::Dialect;
use ringfence::vocabulary::layer::LayerKind;
use ringfence::vocabulary::ruling::{ResourceStar, Rulings};
use serde_json::{Value, json};

fn reading() -> Reading {
    let dialect = Dialect::embedded("aws").unwrap().unwrap();
    Reading { dialect, rulings: Rulings::default(), kind: None }
}

fn options() -> Options {
    Options { timeout: Some(Duration::from_secs(20)), ..Options::default() }
}

fn read(line: &str, reading: Reading) -> Pair {
    pair::read(&Source::new("line", line), reading).1.unwrap_or_else(|refusal| panic!("{refusal}: {line}")).0
}

fn compared(old: &Value, new: &Value) -> (Pair, Comparison) {
    let pair = read(&json!({ "old": old, "new": new }).to_string(), reading());
    let compared = compare(&pair, &options()).unwrap_or_else(|error| panic!("{error}\nold {old}\nnew {new}"));
    (pair, compared)
}

fn document(statements: Value) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

/// Every line of `tests/compare/cases.jsonl` says its relation, and the actions of its requests where they are told.
#[test]
fn each_relation_is_found_and_shown() {
    let cases = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compare/cases.jsonl")).unwrap();
    let mut seen = BTreeSet::new();
    for line in cases.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let compared = compare(&read(line, reading()), &options()).unwrap();
        let relation = compared.relation().unwrap().as_str();
        assert_eq!(relation, case["expect"], "{}: {compared:?}", case["id"]);
        seen.insert(relation);
        for (difference, expected) in
            [(&compared.gained, &case["note"]["gained"]), (&compared.lost, &case["note"]["lost"])]
        {
            let found = difference.request().map(|found| found.request.action.as_str());
            assert!(expected.is_null() || expected.as_str() == found, "{}: {found:?}", case["id"]);
        }
        // The other way round, what was gained is lost.
        let turned = json!({ "old": case["new"], "new": case["old"], "as": case["as"] });
        let mut turned = turned;
        if case["as"].is_null() {
            turned.as_object_mut().unwrap().remove("as");
        }
        let turned = compare(&read(&turned.to_string(), reading()), &options()).unwrap();
        let mirrored = match relation {
            "wider" => "narrower",
            "narrower" => "wider",
            same => same,
        };
        assert_eq!(turned.relation().unwrap().as_str(), mirrored, "{} turned round", case["id"]);
    }
    assert_eq!(seen.len(), 5, "every relation has a case");
}

/// Where the rulings disagree, the answer says which; where one is given, it holds.
#[test]
fn a_ruling_decides_what_depends_on_it() {
    let old = document(
        json!({ "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:*:*:/aws/cloudfront/*" }),
    );
    let new = document(
        json!({ "Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "arn:aws:logs:*:*:log-group:/aws/cloudfront/*" }),
    );
    let (mut pair, first) = compared(&old, &new);
    let readings = format!("{:?}", first.gained.unknown().unwrap());
    assert!(readings.contains("resource-star segmented"), "{readings}");
    for (ruling, gains) in [(ResourceStar::Documented, false), (ResourceStar::Segmented, true)] {
        pair.rulings.resource_star = Some(ruling);
        let compared = compare(&pair, &options()).unwrap();
        assert_eq!(compared.gained.request().is_some(), gains, "{ruling:?}");
        assert!(compared.gained.unknown().is_none(), "{ruling:?}");
    }
}

#[test]
fn nobody_asks_what_is_lost_if_only_gains_count() {
    let wide = document(json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" }));
    let narrow = document(json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" }));
    let pair = read(&json!({ "old": wide, "new": narrow }).to_string(), reading());
    let compared = compare(&pair, &Options { only_gains: true, ..options() }).unwrap();
    assert!(matches!((&compared.gained, &compared.lost), (Difference::Nothing, Difference::NotAsked)));
    assert_eq!(compared.relation(), None);
}

/// How many random pairs are compared: each speaks of whole services, or of all of them.
const ROUNDS: usize = 80;

/// Numbers that are random enough, and the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len())].clone()
    }

    fn some(&mut self, of: &[&str]) -> Value {
        let count = 1 + self.roll(2);
        json!((0..count).map(|_| self.one(of)).collect::<Vec<_>>())
    }
}

const ACTIONS: [&str; 9] = [
    "*",
    "s3:*",
    "s3:Get*",
    "s3:GetObject",
    "s3:PutObject",
    "s3:*Object",
    "iam:CreateUser",
    "sts:GetCallerIdentity",
    "iam:*User",
];
const RESOURCES: [&str; 7] = [
    "*",
    "arn:aws:s3:::a/*",
    "arn:aws:s3:::*/k",
    "arn:aws:s3:::${aws:username}/*",
    "arn:aws:s3:::*",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::*:user/x",
];
const PRINCIPALS: [&str; 5] = [
    "*",
    "111122223333",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::444455556666:role/app",
    "arn:aws:sts::444455556666:assumed-role/app/session",
];

fn random_statement(dice: &mut Dice, resource_policy: bool) -> Value {
    let effect = dice.one(&["Allow", "Allow", "Deny"]);
    let mut statement = json!({ "Effect": effect });
    let action = dice.one(&["Action", "Action", "Action", "NotAction"]);
    statement[action] = dice.some(&ACTIONS);
    let resource = dice.one(&["Resource", "Resource", "Resource", "NotResource"]);
    statement[resource] = dice.some(&RESOURCES);
    if resource_policy {
        let principal = if effect == "Deny" { dice.one(&["Principal", "NotPrincipal"]) } else { "Principal" };
        statement[principal] = json!({ "AWS": dice.some(&PRINCIPALS) });
    }
    let condition = dice.one(&[
        Value::Null,
        Value::Null,
        json!({ "StringEquals": { "aws:RequestedRegion": "eu-west-1" } }),
        json!({ "StringNotEquals": { "aws:RequestedRegion": ["eu-west-1", "us-east-1"] } }),
        json!({ "Bool": { "aws:SecureTransport": "true" } }),
        json!({ "StringLike": { "aws:PrincipalTag/team": "r*" } }),
        json!({ "StringNotEqualsIfExists": { "aws:PrincipalTag/team": "red" } }),
        json!({ "Null": { "aws:PrincipalTag/team": "true" } }),
        json!({ "StringEquals": { "aws:PrincipalAccount": "111122223333" } }),
        json!({ "StringNotEquals": { "aws:ResourceAccount": "${aws:PrincipalAccount}" } }),
        json!({ "ForAnyValue:StringEquals": { "s3:RequestObjectTagKeys": ["a", "b"] } }),
        json!({ "ForAllValues:StringLike": { "s3:RequestObjectTagKeys": "a*" } }),
    ]);
    if !condition.is_null() {
        statement["Condition"] = condition;
    }
    statement
}

fn random_document(dice: &mut Dice, resource_policy: bool) -> Vec<Value> {
    (0..1 + dice.roll(3)).map(|_| random_statement(dice, resource_policy)).collect()
}

/// A second version: statements dropped, added, changed or shuffled.
fn changed(dice: &mut Dice, statements: &[Value], resource_policy: bool) -> Vec<Value> {
    let mut others = statements.to_vec();
    match dice.roll(4) {
        0 => others = random_document(dice, resource_policy),
        1 => others.push(random_statement(dice, resource_policy)),
        2 => {
            let place = dice.roll(others.len());
            others[place] = random_statement(dice, resource_policy);
        }
        _ => {
            let place = dice.roll(others.len());
            if others[place].get("Action").is_some() {
                others[place]["Action"] = dice.some(&ACTIONS);
            }
        }
    }
    others.reverse();
    others
}

/// Whether a document grants a request of a caller by itself.
fn grants(document: &Document, kind: LayerKind, line: &Value) -> Truth {
    let source = Source::new("request", line.to_string());
    let reading = ringfence::case::Reading { path: Path::new(""), bare: false, dialect: None };
    let case = ringfence::case::read(&source, reading).1.unwrap_or_else(|refusal| panic!("{refusal}: {line}"));
    let (scenario, request): (Scenario, Request) = (case.scenario.unwrap(), case.request);
    let given = Layer::Given(vec![document.clone()]);
    let scenario = match kind {
        LayerKind::Resource => Scenario { resource: given, ..scenario },
        _ => Scenario { identity: given, ..scenario },
    };
    let Outcome::Decided(_, trace) = evaluate(&scenario, &request).unwrap() else { panic!("skipped: {line}") };
    let layer = trace.layers.iter().find(|layer| layer.slot.kind == kind).unwrap();
    layer.allows().and(layer.denies().negate())
}

/// A request that somebody can send.
fn random_request(dice: &mut Dice) -> Value {
    let (account, other) = dice.one(&[("111122223333", "444455556666"), ("444455556666", "111122223333")]);
    let tags = dice.one(&[json!({}), json!({ "team": "red" }), json!({ "team": "green" })]);
    let principal = match dice.roll(2) {
        0 => json!({ "arn": format!("arn:aws:iam::{account}:user/alice"), "type": "user", "tags": tags }),
        _ => json!({
            "arn": format!("arn:aws:sts::{account}:assumed-role/app/session"),
            "type": "role-session",
            "tags": tags,
            "issuer": format!("arn:aws:iam::{account}:role/app"),
        }),
    };
    let owner = dice.one(&[account, account, other]);
    let (action, resource) = dice.one(&[
        ("s3:GetObject", "arn:aws:s3:::a/k".to_owned()),
        ("s3:GetObject", "arn:aws:s3:::b/l".to_owned()),
        ("s3:PutObject", "arn:aws:s3:::alice/k".to_owned()),
        ("s3:PutObject", "arn:aws:s3:::a/l".to_owned()),
        ("s3:ListBucket", "arn:aws:s3:::a".to_owned()),
        ("iam:CreateUser", format!("arn:aws:iam::{account}:user/x")),
        ("iam:GetUser", format!("arn:aws:iam::{account}:user/y")),
        ("sts:GetCallerIdentity", "*".to_owned()),
    ]);
    let owner = if action.starts_with("s3:") { owner } else { account };
    let mut context = json!({
        "aws:RequestedRegion": dice.one(&["eu-west-1", "us-east-1", "ap-south-1"]),
        "aws:SecureTransport": dice.one(&["true", "false"]),
        "aws:ResourceAccount": owner,
    });
    if action == "s3:PutObject" && dice.roll(2) == 0 {
        context["s3:RequestObjectTagKeys"] = dice.one(&[json!(["a"]), json!(["b", "ab"]), json!(["c"])]);
    }
    let request = json!({ "action": action, "resource": resource, "context": context });
    json!({ "principal": principal, "resourceAccount": owner, "request": request })
}

/// No request contradicts a relation: what is granted by one document and not by the other is not denied to exist.
#[test]
fn sampled_requests_never_contradict_a_relation() {
    // Another number chooses other documents and requests.
    let seed = std::env::var("RINGFENCE_SEED").ok().and_then(|seed| seed.parse::<u64>().ok()).unwrap_or(1);
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut relations: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differing = 0;
    for round in 0..ROUNDS {
        let resource_policy = round % 3 == 2;
        let kind = if resource_policy { LayerKind::Resource } else { LayerKind::Identity };
        let old = random_document(&mut dice, resource_policy);
        let new = changed(&mut dice, &old, resource_policy);
        let (old, new) = (document(json!(old)), document(json!(new)));
        let (pair, compared) = compared(&old, &new);
        *relations.entry(compared.relation().unwrap().as_str()).or_default() += 1;
        for _ in 0..60 {
            let request = random_request(&mut dice);
            let said = [&pair.old, &pair.new].map(|document| grants(document, kind, &request));
            let wrong = match said {
                [Truth::No, Truth::Yes] => matches!(compared.gained, Difference::Nothing),
                [Truth::Yes, Truth::No] => matches!(compared.lost, Difference::Nothing),
                _ => continue,
            };
            differing += 1;
            assert!(!wrong, "round {round}: {:?}\nold {old}\nnew {new}\n{request}", compared.relation());
        }
    }
    println!("{relations:?}, {differing} requests that tell documents apart");
    assert!(relations.len() >= 4 && differing > 300, "{relations:?}, {differing}");
}

/// A statement as single grants: effect, action, resource, condition.
fn single_grants(document: &Value) -> BTreeSet<(bool, String)> {
    let listed = |value: &Value| match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let sorted = |value: &Value| listed(value).iter().map(text).collect::<BTreeSet<_>>();
    let mut grants = BTreeSet::new();
    for statement in listed(&document["Statement"]) {
        let mut conditions = BTreeSet::new();
        for (operator, keys) in statement["Condition"].as_object().into_iter().flatten() {
            for (key, values) in keys.as_object().unwrap() {
                conditions.insert(format!("{} {} {:?}", operator.to_lowercase(), key.to_lowercase(), sorted(values)));
            }
        }
        let either = |plain: &str, negated: &str| match statement.get(plain) {
            Some(value) => sorted(value).into_iter().map(|text| format!("{plain} {text}")).collect(),
            None => vec![format!("{negated} {:?}", sorted(&statement[negated]))],
        };
        for action in either("Action", "NotAction") {
            for resource in either("Resource", "NotResource") {
                let action = action.to_lowercase();
                grants.insert((statement["Effect"] == "Allow", format!("{action} on {resource} if {conditions:?}")));
            }
        }
    }
    grants
}

/// The stored versions of AWS's managed policies: what only adds grants loses nothing, what only removes gains nothing.
#[test]
fn versions_of_managed_policies_compare_as_their_grants_do() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/managed/versions.json");
    let Ok(text) = fs::read_to_string(path) else {
        println!("skipped: no versions of managed policies beside the checkout");
        return;
    };
    let versions: BTreeMap<String, Vec<(String, String, Value)>> = serde_json::from_str(&text).unwrap();
    let mut classes: BTreeMap<(bool, bool), usize> = BTreeMap::new();
    let mut relations: BTreeMap<&str, usize> = BTreeMap::new();
    let mut times = Vec::new();
    for (name, versions) in &versions {
        for pair in versions.windows(2) {
            let [(old_version, _, old), (new_version, _, new)] = pair else { panic!("two neighbours") };
            let at = format!("{name} {old_version} to {new_version}");
            let (before, after) = (single_grants(old), single_grants(new));
            let added: Vec<_> = after.difference(&before).collect();
            let removed: Vec<_> = before.difference(&after).collect();
            *classes.entry((!added.is_empty(), !removed.is_empty())).or_default() += 1;
            let (_, compared) = compared(old, new);
            let relation = compared.relation().unwrap();
            *relations.entry(relation.as_str()).or_default() += 1;
            times.push(compared.elapsed);
            for difference in [&compared.gained, &compared.lost] {
                assert!(!matches!(difference.unknown(), Some(Unknown::Gave(_))), "{at}: {difference:?}");
            }
            if added.is_empty() && removed.is_empty() {
                assert_eq!(relation, Relation::Equivalent, "{at}");
            }
            // A Deny added takes away, and one removed gives.
            let gives = added.iter().any(|(allow, _)| *allow) || removed.iter().any(|(allow, _)| !*allow);
            let takes = removed.iter().any(|(allow, _)| *allow) || added.iter().any(|(allow, _)| !*allow);
            assert!(gives || matches!(compared.gained, Difference::Nothing), "{at}: {:?}", compared.gained);
            assert!(takes || matches!(compared.lost, Difference::Nothing), "{at}: {:?}", compared.lost);
        }
    }
    times.sort();
    let at = |share: usize| times[times.len() * share / 100];
    println!(
        "{relations:?}; both directions: median {:?}, p99 {:?}, most {:?}",
        at(50),
        at(99),
        times[times.len() - 1]
    );
    let expected = [((false, false), 480), ((false, true), 36), ((true, false), 798), ((true, true), 172)];
    assert_eq!(classes.into_iter().collect::<Vec<_>>(), expected);
    // Of readings, all of them.
    assert!(relations.get("unknown").copied().unwrap_or_default() <= 16, "{relations:?}");
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.arg("compare").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("COLUMNS", "120");
    command
}

/// Standard output and exit code.
fn run(arguments: &[&str], input: &str) -> (String, i32) {
    let mut child = program(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

const OLD: &str = "tests/compare/reader-v1.json";
const NEW: &str = "tests/compare/reader-v2.json";
const BUCKET: &str = "tests/compare/bucket.json";

#[test]
fn help_is_readable() {
    assert_cmd_snapshot!("help-compare", program(&["--help"]));
}

#[test]
fn two_files_are_answered_for_people_and_programs() {
    assert_cmd_snapshot!("compare-text", program(&[OLD, NEW, "--no-timing"]));
    assert_cmd_snapshot!("compare-turned", program(&[NEW, OLD, "--no-timing"]));
    assert_cmd_snapshot!("compare-same", program(&[OLD, OLD, "--no-timing"]));
    assert_cmd_snapshot!("compare-json", program(&[OLD, NEW, "--no-timing", "--format", "json"]));
    assert_cmd_snapshot!("compare-gains", program(&[OLD, NEW, "--only-gains", "--no-timing"]));
    assert_cmd_snapshot!(
        "compare-depends",
        program(&["tests/compare/logs-v1.json", "tests/compare/logs-v2.json", "--no-timing"])
    );
    assert_cmd_snapshot!("compare-bucket", program(&[BUCKET, "tests/compare/bucket-open.json", "--no-timing"]));
    assert_cmd_snapshot!("compare-no-gains", program(&[NEW, OLD, "--only-gains", "--no-timing"]));
}

#[test]
fn what_is_wrong_is_refused_before_solving() {
    assert_cmd_snapshot!("compare-one-file", program(&[OLD]));
    assert_cmd_snapshot!("compare-no-file", program(&[OLD, "no/such/document.json"]));
    assert_cmd_snapshot!("compare-stdin-twice", program(&["-", "-"]));
    assert_cmd_snapshot!("compare-bad-kind", program(&[OLD, NEW, "--as", "endpoint"]));
    assert_cmd_snapshot!("compare-wrong-kind", program(&[OLD, NEW, "--as", "resource"]));
    assert_cmd_snapshot!("compare-batch-as-text", program(&["--batch", "-", "--format", "text"]));
    assert_cmd_snapshot!("compare-shard", program(&[OLD, NEW, "--shard", "1/2"]));
    assert_cmd_snapshot!("compare-not-described", program(&[BUCKET, BUCKET, "--dialect", "astran"]));
}

/// Lines are answered in order, errors in their place; as pairs of files are.
#[test]
fn a_batch_answers_line_by_line() {
    let s3 = |action: &str| document(json!({ "Effect": "Allow", "Action": action, "Resource": "*" }));
    let lines = [
        json!({ "id": 1, "old": s3("s3:GetObject"), "new": s3("s3:Get*"), "about": "more" }).to_string(),
        json!({ "id": 2, "old": s3("s3:Get*"), "new": s3("s3:getobject") }).to_string(),
        json!({ "id": 3, "old": s3("s3:Get*") }).to_string(),
        "{".to_owned(),
        json!({ "id": 5, "old": s3("s3:Get*"), "new": s3("s3"), "as": "identity" }).to_string(),
        json!({ "id": 6, "old": s3("s3:Get*"), "new": s3("s3:Get*"), "as": "group" }).to_string(),
        json!({ "id": 7, "olt": s3("s3:Get*"), "new": s3("s3:Get*") }).to_string(),
        json!({ "id": 8, "old": s3("s3:Get*"), "new": s3("s3:get*") }).to_string(),
    ];
    let (out, code) = run(&["--batch", "-", "--no-timing"], &lines.join("\n"));
    assert_eq!(code, 2, "a line that cannot be used");
    let answers: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let shown = answers.iter().map(|answer| match answer.get("error") {
        Some(error) => format!("{}: {} at {}:{}", answer["id"], error["message"], error["line"], error["column"]),
        None => format!(
            "{}: {} +{} -{}",
            answer["id"], answer["relation"], answer["gained"]["action"], answer["lost"]["action"]
        ),
    });
    insta::assert_snapshot!("compare-batch", shown.collect::<Vec<_>>().join("\n"));
    let again = run(&["--batch", "-", "--no-timing", "--jobs", "1"], &lines.join("\n"));
    assert_eq!(again, (out, 2), "the same bytes, however many threads");
    let (out, code) = run(&["--batch", "-", "--no-timing", "--shard", "2/2"], &lines[..2].join("\n"));
    assert_eq!((out.lines().count(), code), (1, 0));
    let (_, code) = run(&["--batch", "-", "--only-gains"], &lines[0]);
    assert_eq!(code, 1, "a gain");
}

/// Identity statements mean the same under the words for other documents without Principal.
#[test]
fn documents_without_principal_are_compared_alike() {
    let case = json!({
        "old": document(json!({ "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" })),
        "new": document(json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" })),
    });
    for word in ["identity", "boundary", "scp", "session"] {
        let reading = Reading { kind: DocumentKind::parse(word), ..reading() };
        let compared = compare(&read(&case.to_string(), reading), &options()).unwrap();
        assert_eq!(compared.relation(), Some(Relation::Wider), "{word}");
    }
}
