//! The two engines agree: decisions of random requests, proofs against random requests, counterexamples.
//!
//! Random scenarios are JSON lines, read as users' lines are; a failure prints the line, made smaller while it fails.
//! `cargo test --test agreement -- --ignored` is the long run.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what the random scenarios came to is shown with --nocapture")]

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use regex::Regex;
use ringfence::case::{self, Case, Reading};
use ringfence::evaluate::decide::Decision;
use ringfence::evaluate::{Outcome, evaluate};
use ringfence::query::pinned;
use ringfence::query::reach::{Options, reach};
use ringfence::question;
use ringfence::request::{Context, ContextValue, Request};
use ringfence::scenario::{Principal, Scenario};
use ringfence::source::Source;
use ringfence::symbolic::keys::Carried;
use ringfence::verdict::{Answer, Verdict};
use ringfence::vocabulary::action::Action;
use ringfence::vocabulary::catalogue::Catalogue;
use ringfence::vocabulary::context_key::ContextKey;
use ringfence::vocabulary::declared_key::key_type;
use serde_json::{Map, Value, json};

const ACCOUNT: &str = "111122223333";

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

    /// True in so many of a hundred throws.
    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn some(&mut self, from: &[&str], most: usize) -> Vec<String> {
        (0..=self.below(most)).map(|_| self.pick(from).to_owned()).collect()
    }

    /// One text bare, several as a list.
    fn one_or_more(&mut self, from: &[&str], most: usize) -> Value {
        let values = self.some(from, most);
        if values.len() == 1 && self.percent(50) { json!(values[0]) } else { json!(values) }
    }
}

// Documents.

const ACTIONS: [&str; 17] = [
    "*",
    "s3:*",
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:Get*",
    "S3:getobject",
    "s3:*Object",
    "s3:???Object",
    "iam:*",
    "iam:CreateUser",
    "iam:Create*",
    "sqs:SendMessage",
    "sqs:*",
    "sts:GetCallerIdentity",
    "example:DoIt",
    "s3:L*t*",
];

const RESOURCES: [&str; 24] = [
    "*",
    "arn:aws:s3:::bkt/x",
    "arn:aws:s3:::bkt",
    "arn:aws:s3:::bkt/*",
    "arn:aws:s3:::b?t/*",
    "arn:aws:s3:::*",
    "arn:aws:s3:*",
    "arn:aws:s3:*:*:bkt*",
    "arn:aws:iam::*:user/alice",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::1111*:user/${aws:username}",
    "arn:aws:sqs:*:111122223333:q",
    "arn:aws:sqs:us-*-1:*:q?",
    "arn:aws:s3:::bkt/${aws:username}",
    "arn:aws:s3:::bkt/${aws:username}/*",
    "arn:aws:s3:::bkt/${aws:PrincipalTag/team}",
    "arn:aws:s3:::bkt/${aws:PrincipalTag/team, 'none'}*",
    "arn:aws:s3:::bkt/${s3:prefix}",
    "arn:aws:s3:::bkt/${*}",
    "arn:aws:s3:::bkt/*${s3:prefix}?",
    "arn:aws:s3:::${aws:PrincipalTag/team}/${aws:username}",
    "arn:aws:s3:::bkt/${?}*",
    "arn:aws:s3:::bkt/${aws:TagKeys}",
    "arn:*:s3:::bkt/x*",
];

const PRINCIPALS: [&str; 14] = [
    "*",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/path/alice",
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::111122223333:role/r",
    "arn:aws:iam::111122223333:role/path/r",
    "arn:aws:sts::111122223333:assumed-role/r/sess",
    "arn:aws:sts::111122223333:assumed-role/r/other",
    "arn:aws:sts::111122223333:federated-user/fed",
    "444455556666",
    "arn:aws:iam::444455556666:role/r",
    "arn:aws:iam::111122223333:user/*",
];

/// What values an operator takes.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Arn,
    Number,
    Date,
    Bool,
    Binary,
    Address,
    Null,
}

const OPERATORS: [(&str, Kind); 27] = [
    ("StringEquals", Kind::Text),
    ("StringNotEquals", Kind::Text),
    ("StringEqualsIgnoreCase", Kind::Text),
    ("StringNotEqualsIgnoreCase", Kind::Text),
    ("StringLike", Kind::Text),
    ("StringNotLike", Kind::Text),
    ("NumericEquals", Kind::Number),
    ("NumericNotEquals", Kind::Number),
    ("NumericLessThan", Kind::Number),
    ("NumericLessThanEquals", Kind::Number),
    ("NumericGreaterThan", Kind::Number),
    ("NumericGreaterThanEquals", Kind::Number),
    ("DateEquals", Kind::Date),
    ("DateNotEquals", Kind::Date),
    ("DateLessThan", Kind::Date),
    ("DateLessThanEquals", Kind::Date),
    ("DateGreaterThan", Kind::Date),
    ("DateGreaterThanEquals", Kind::Date),
    ("Bool", Kind::Bool),
    ("BinaryEquals", Kind::Binary),
    ("IpAddress", Kind::Address),
    ("NotIpAddress", Kind::Address),
    ("ArnEquals", Kind::Arn),
    ("ArnLike", Kind::Arn),
    ("ArnNotEquals", Kind::Arn),
    ("ArnNotLike", Kind::Arn),
    ("Null", Kind::Null),
];

const NUMBERS: [&str; 6] = ["10", "10.0", "9.5", "100", "-1", "0"];
const DATES: [&str; 5] =
    ["2026-01-01T00:00:00Z", "2026-06-30", "1767225600", "2026-03-01T12:00:00+02:00", "2026-01-01T00:00:00.5Z"];
const ARNS: [&str; 9] = [
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::111122223333:role/r",
    "arn:aws:iam::111122223333:role/path/r",
    "arn:aws:iam::*:role/?",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:policy/fence",
    "arn:aws:iam::111122223333:user/${aws:username}",
    "arn:aws:sts::111122223333:federated-user/fed",
];

/// A condition key, the kind of its values, values in policies, values in requests.
struct Key {
    name: &'static str,
    kind: Kind,
    policy: &'static [&'static str],
    request: &'static [&'static str],
}

const TEXTS: [&str; 9] =
    ["blue", "Blue", "red", "b*", "?lue", "${aws:username}", "${aws:PrincipalTag/team}", "", "${*}"];

const KEYS: [Key; 14] = [
    Key {
        name: "aws:SourceIp",
        kind: Kind::Address,
        policy: &["203.0.113.0/24", "203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"],
        request: &["203.0.113.7", "10.1.2.3", "2001:db8::1", "198.51.100.1"],
    },
    Key { name: "aws:CurrentTime", kind: Kind::Date, policy: &DATES, request: &DATES },
    Key { name: "s3:max-keys", kind: Kind::Number, policy: &NUMBERS, request: &NUMBERS },
    Key { name: "aws:SecureTransport", kind: Kind::Bool, policy: &["true", "false"], request: &["true", "false"] },
    Key { name: "aws:PrincipalArn", kind: Kind::Arn, policy: &ARNS, request: &ARNS },
    Key {
        name: "aws:PrincipalAccount",
        kind: Kind::Text,
        policy: &["111122223333", "444455556666", "1111*", "anonymous"],
        request: &["111122223333"],
    },
    Key { name: "aws:username", kind: Kind::Text, policy: &["alice", "bob", "Alice", "a*"], request: &["alice"] },
    Key { name: "aws:PrincipalTag/team", kind: Kind::Text, policy: &TEXTS, request: &["blue", "red"] },
    Key {
        name: "aws:TagKeys",
        kind: Kind::Text,
        policy: &["team", "Team", "cost", "t*", "blue"],
        request: &["team", "Team", "cost", ""],
    },
    Key {
        name: "aws:RequestTag/team",
        kind: Kind::Text,
        policy: &TEXTS,
        request: &["blue", "Blue", "red", "alice", "", "*"],
    },
    Key {
        name: "s3:prefix",
        kind: Kind::Text,
        policy: &["", "alice/", "${aws:username}/*", "blue", "b*", "${aws:PrincipalTag/team, 'none'}", "none"],
        request: &["", "alice/", "alice/x", "blue", "none", "b*", "*"],
    },
    Key {
        name: "aws:CalledVia",
        kind: Kind::Text,
        policy: &["athena.amazonaws.com", "*.amazonaws.com", "cloudformation.amazonaws.com"],
        request: &["athena.amazonaws.com", "cloudformation.amazonaws.com"],
    },
    Key {
        name: "iam:PermissionsBoundary",
        kind: Kind::Arn,
        policy: &[
            "arn:aws:iam::111122223333:policy/fence",
            "arn:aws:iam::*:policy/*",
            "arn:aws:iam::111122223333:policy/${aws:username}",
        ],
        request: &[
            "arn:aws:iam::111122223333:policy/fence",
            "arn:aws:iam::111122223333:policy/alice",
            "arn:aws:iam::111122223333:policy/a",
        ],
    },
    Key { name: "example:key", kind: Kind::Text, policy: &TEXTS, request: &["blue", "Blue", "red", "alice", "", "b*"] },
];

/// How wild a scenario may be.
#[derive(Clone, Copy, PartialEq)]
enum Wildness {
    /// Everything that can be read, layers that are not known among it.
    Anything,
    /// Values of the type of their key, layers given or none: what questions of reach are about.
    Typed,
}

fn pool(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text => &TEXTS,
        Kind::Arn => &ARNS,
        Kind::Number => &NUMBERS,
        Kind::Date => &DATES,
        Kind::Bool => &["true", "false", "True", "${aws:PrincipalTag/team}"],
        Kind::Binary => &["Ymx1ZQ==", "cmVk", "YWxpY2U="],
        Kind::Address => KEYS[0].policy,
        Kind::Null => &["true", "false"],
    }
}

/// Whether values of a key can stand under an operator.
fn fits(operator: Kind, key: Kind) -> bool {
    operator == key
        || operator == Kind::Null
        || (operator == Kind::Text)
        || (operator == Kind::Binary && key == Kind::Text)
}

fn condition(dice: &mut Dice, wildness: Wildness, version: bool) -> Value {
    let mut block = Map::new();
    for _ in 0..=usize::from(dice.percent(30)) {
        let key = &KEYS[dice.below(KEYS.len())];
        let (name, kind) = loop {
            let (name, kind) = dice.pick(&OPERATORS);
            // A key's own operators come up more often.
            if kind == key.kind
                || kind == Kind::Null
                || (wildness == Wildness::Anything && dice.percent(12))
                || (fits(kind, key.kind) && dice.percent(15))
            {
                break (name, kind);
            }
        };
        let multivalued = matches!(key.name, "aws:TagKeys" | "aws:CalledVia");
        let set = match kind {
            Kind::Null => "",
            _ if multivalued && (wildness == Wildness::Typed || dice.percent(85)) => {
                dice.pick(&["ForAllValues:", "ForAnyValue:"])
            }
            _ if dice.percent(12) => dice.pick(&["ForAllValues:", "ForAnyValue:"]),
            _ => "",
        };
        let suffix = if kind != Kind::Null && dice.percent(20) { "IfExists" } else { "" };
        let mut values = if kind == Kind::Null {
            dice.some(&["true", "false"], 1)
        } else if kind == key.kind || kind == Kind::Text {
            dice.some(key.policy, 3)
        } else {
            dice.some(pool(kind), 2)
        };
        if kind == Kind::Bool && !version {
            values.retain(|value| !value.contains('$'));
        }
        let spelt = if dice.percent(8) { key.name.to_uppercase() } else { key.name.to_owned() };
        if let Some(keys) = block.entry(format!("{set}{name}{suffix}")).or_insert_with(|| json!({})).as_object_mut() {
            keys.entry(spelt).or_insert(json!(values));
        }
    }
    Value::Object(block)
}

fn principal_clause(dice: &mut Dice) -> Value {
    match dice.below(10) {
        0 => json!("*"),
        1 => json!({"AWS": "*"}),
        2 => json!({"Service": dice.pick(&["sns.amazonaws.com", "ec2.amazonaws.com"])}),
        3 if dice.percent(30) => {
            json!({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"})
        }
        4 if dice.percent(30) => json!({"Federated": "cognito-identity.amazonaws.com"}),
        5 => json!({"AWS": dice.one_or_more(&PRINCIPALS, 3), "Service": "sns.amazonaws.com"}),
        _ => json!({"AWS": dice.one_or_more(&PRINCIPALS, 3)}),
    }
}

fn statement(dice: &mut Dice, layer: &str, wildness: Wildness, version: bool) -> Value {
    let resource_policy = layer == "resourcePolicy";
    let mut statement = Map::new();
    let denies = dice.percent(35);
    statement.insert("Effect".to_owned(), json!(if denies { "Deny" } else { "Allow" }));
    if resource_policy {
        let name = if denies && dice.percent(40) { "NotPrincipal" } else { "Principal" };
        statement.insert(name.to_owned(), principal_clause(dice));
    }
    let name = if dice.percent(20) { "NotAction" } else { "Action" };
    let most = if dice.percent(50) { 1 } else { 4 };
    statement.insert(name.to_owned(), if dice.percent(25) { json!("*") } else { dice.one_or_more(&ACTIONS, most) });
    let name = if dice.percent(20) { "NotResource" } else { "Resource" };
    statement.insert(name.to_owned(), if dice.percent(35) { json!("*") } else { dice.one_or_more(&RESOURCES, 3) });
    if dice.percent(55) {
        statement.insert("Condition".to_owned(), condition(dice, wildness, version));
    }
    Value::Object(statement)
}

fn document(dice: &mut Dice, layer: &str, wildness: Wildness) -> Value {
    let mut document = Map::new();
    let version = dice.below(10);
    match version {
        0 => {}
        1 => drop(document.insert("Version".to_owned(), json!("2008-10-17"))),
        _ => drop(document.insert("Version".to_owned(), json!("2012-10-17"))),
    }
    let statements: Vec<Value> = (0..=dice.below(3)).map(|_| statement(dice, layer, wildness, version > 1)).collect();
    document.insert("Statement".to_owned(), json!(statements));
    Value::Object(document)
}

fn layer(dice: &mut Dice, name: &str, wildness: Wildness, given: usize) -> Value {
    if dice.percent(given) {
        let single = matches!(name, "permissionsBoundary" | "resourcePolicy");
        let first = document(dice, name, wildness);
        return if single || dice.percent(75) { first } else { json!([first, document(dice, name, wildness)]) };
    }
    if wildness == Wildness::Anything && dice.percent(25) { json!("any") } else { Value::Null }
}

fn caller(dice: &mut Dice, kind: &str) -> Value {
    let tags = match dice.below(4) {
        0 => json!({}),
        1 => json!({"team": "red"}),
        2 => json!({"Team": "alice"}),
        _ => json!({"team": "blue"}),
    };
    match kind {
        "user" => {
            let arn = dice.pick(&["user/alice", "user/path/alice", "user/bob"]);
            json!({"arn": format!("arn:aws:iam::{ACCOUNT}:{arn}"), "type": kind, "tags": tags})
        }
        "role-session" => {
            let role = dice.pick(&["role/r", "role/path/r"]);
            let session = dice.pick(&["sess", "other"]);
            json!({"arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/r/{session}"), "type": kind, "tags": tags,
                "issuer": format!("arn:aws:iam::{ACCOUNT}:{role}")})
        }
        "federated" => json!({"arn": format!("arn:aws:sts::{ACCOUNT}:federated-user/fed"), "type": kind, "tags": tags,
            "issuer": format!("arn:aws:iam::{ACCOUNT}:user/{}", dice.pick(&["alice", "path/alice"]))}),
        "root" => json!({"arn": format!("arn:aws:iam::{ACCOUNT}:root"), "type": kind, "tags": {}}),
        "service" => json!({"arn": dice.pick(&["sns.amazonaws.com", "ec2.amazonaws.com"]), "type": kind, "tags": {}}),
        _ => json!({"arn": "anonymous", "type": "anonymous", "tags": {}}),
    }
}

const CALLERS: [&str; 9] =
    ["user", "user", "user", "role-session", "role-session", "role-session", "federated", "root", "anonymous"];

/// The layers of a caller of a kind.
fn layers(dice: &mut Dice, kind: &str, wildness: Wildness, line: &mut Map<String, Value>) {
    let identity = matches!(kind, "user" | "role-session" | "federated" | "any");
    let boundary = matches!(kind, "user" | "role-session" | "federated" | "any");
    let session = matches!(kind, "role-session" | "federated");
    for (name, carried, given) in [
        ("identityPolicies", identity, 80),
        ("permissionsBoundary", boundary, 35),
        ("sessionPolicies", session, if kind == "federated" { 60 } else { 30 }),
        ("resourcePolicy", true, 50),
    ] {
        line.insert(name.to_owned(), if carried { layer(dice, name, wildness, given) } else { Value::Null });
    }
}

// Decisions.

fn read(line: &Value) -> Option<Case> {
    let source = Source::new("random", line.to_string());
    case::read(&source, Reading { path: Path::new(""), bare: false, dialect: None }).1.ok()
}

/// The request of a line, with or without keys that the documents test.
fn random_request(dice: &mut Dice, kind: &str) -> Value {
    let action = dice.pick(&[
        "s3:GetObject",
        "s3:GetObject",
        "s3:PutObject",
        "s3:ListBucket",
        "iam:CreateUser",
        "sqs:SendMessage",
        "sts:GetCallerIdentity",
        "example:DoIt",
        "S3:GETOBJECT",
    ]);
    let resource = dice.pick(&[
        "*",
        "arn:aws:s3:::bkt/x",
        "arn:aws:s3:::bkt/x",
        "arn:aws:s3:::bkt",
        "arn:aws:s3:::bkt/alice",
        "arn:aws:s3:::bkt/alice/x",
        "arn:aws:s3:::bkt/blue",
        "arn:aws:s3:::bkt/none:y",
        "arn:aws:s3:::bkt/*",
        "arn:aws:s3:::bkt/",
        "arn:aws:s3:::blue/alice",
        "arn:aws:s3:eu-west-1:111122223333:bkt/x",
        "arn:aws:iam::111122223333:user/alice",
        "arn:aws:sqs:us-east-1:111122223333:q",
        "arn:aws:sqs:us-east-1:111122223333:qq",
    ]);
    let mut context = Map::new();
    for key in &KEYS {
        let follows =
            matches!(key.name, "aws:PrincipalArn" | "aws:PrincipalAccount" | "aws:username" | "aws:PrincipalTag/team");
        if follows && kind != "service" {
            continue;
        }
        if dice.percent(35) {
            continue;
        }
        let multivalued = matches!(key.name, "aws:TagKeys" | "aws:CalledVia");
        let list = if multivalued { dice.percent(90) } else { dice.percent(8) };
        let wrong = dice.percent(8);
        let values =
            if wrong { pool(dice.pick(&[Kind::Text, Kind::Number, Kind::Arn, Kind::Bool])) } else { key.request };
        let value = match (list, dice.below(8)) {
            (true, 0) => json!([]),
            (true, _) => json!(dice.some(values, 3)),
            (false, _) => json!(dice.pick(values)),
        };
        let name = if dice.percent(8) { key.name.to_lowercase() } else { key.name.to_owned() };
        context.insert(name, value);
    }
    json!({"action": action, "resource": resource, "context": context})
}

/// The evaluator's decision and the symbolic side's; none: it depends on what is not known.
type Both = (Option<Decision>, Result<Option<Decision>, String>);

/// What the two engines say of a line; none where it cannot be asked.
fn both(line: &Value) -> Option<Both> {
    let case = read(line)?;
    let scenario = case.scenario?;
    let Outcome::Decided(direct, _) = evaluate(&scenario, &case.request).ok()? else { return None };
    Some((direct, pinned::decide(&scenario, &case.request).map_err(|error| error.to_string())))
}

/// Takes parts away from a line while it still fails.
fn minimise(line: &Value, fails: &dyn Fn(&Value) -> bool) -> Value {
    let mut small = line.clone();
    loop {
        let smaller = candidates(&small).into_iter().find(|candidate| fails(candidate));
        match smaller {
            Some(smaller) => small = smaller,
            None => return small,
        }
    }
}

/// A line with one part less.
fn candidates(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => {
            let without = (0..items.len()).filter(|_| items.len() > 1).map(|index| {
                let mut less = items.clone();
                less.remove(index);
                Value::Array(less)
            });
            let within = items.iter().enumerate().flat_map(|(index, item)| {
                candidates(item).into_iter().map(move |smaller| {
                    let mut less = items.clone();
                    less[index] = smaller;
                    Value::Array(less)
                })
            });
            without.chain(within).collect()
        }
        Value::Object(members) => {
            let without = members.keys().filter(|key| *key != "identityPolicies").map(|key| {
                let mut less = members.clone();
                less.shift_remove(key);
                Value::Object(less)
            });
            let within = members.iter().flat_map(|(key, item)| {
                candidates(item).into_iter().map(move |smaller| {
                    let mut less = members.clone();
                    less.insert(key.clone(), smaller);
                    Value::Object(less)
                })
            });
            without.chain(within).collect()
        }
        _ => Vec::new(),
    }
}

fn disagrees(line: &Value) -> bool {
    both(line).is_some_and(|(direct, symbolic)| Ok(direct) != symbolic)
}

/// The number of pairs decided, and how often each decision came up; at most a few disagreements.
fn compare_engines(seed: u64, scenarios: usize, requests: usize) -> (usize, BTreeMap<String, usize>, Vec<String>) {
    let mut dice = Dice::new(seed);
    let (mut pairs, mut decisions, mut failures) = (0, BTreeMap::new(), Vec::new());
    for _ in 0..scenarios {
        let kind = if dice.percent(8) { "service" } else { dice.pick(&CALLERS) };
        let mut line = Map::new();
        line.insert("principal".to_owned(), caller(&mut dice, kind));
        layers(&mut dice, kind, Wildness::Anything, &mut line);
        for _ in 0..requests {
            line.insert("request".to_owned(), random_request(&mut dice, kind));
            let line = Value::Object(line.clone());
            let Some((direct, symbolic)) = both(&line) else {
                *decisions.entry("not asked".to_owned()).or_default() += 1;
                continue;
            };
            pairs += 1;
            *decisions.entry(format!("{direct:?}")).or_default() += 1;
            if symbolic != Ok(direct) && failures.len() < 12 {
                let small = minimise(&line, &disagrees);
                failures.push(format!("{small}\n  evaluator, then symbolic: {:?}", both(&small).unwrap()));
            }
        }
    }
    (pairs, decisions, failures)
}

#[test]
fn engines_agree() {
    let (pairs, decisions, failures) = compare_engines(1, 1_500, 4);
    println!("{pairs} pairs: {decisions:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(pairs >= 5_000, "{pairs} pairs, {decisions:?}");
}

#[test]
#[ignore = "minutes: 200,000 pairs"]
fn engines_agree_at_length() {
    let mut total = 0;
    for seed in 100.. {
        let (pairs, _, failures) = compare_engines(seed, 1_500, 4);
        assert!(failures.is_empty(), "seed {seed}\n{}", failures.join("\n"));
        total += pairs;
        if total >= 200_000 {
            break;
        }
    }
}

// Questions.

/// A scenario with a goal.
fn random_question(dice: &mut Dice) -> Value {
    let kind = dice.pick(&["any", "any", "users", "sessions", "user", "user", "role-session", "federated", "root"]);
    let mut line = Map::new();
    let principal = match kind {
        "any" => json!("any"),
        "users" => json!(dice.pick(&["arn:aws:iam::111122223333:user/a*", "arn:aws:iam::111122223333:user/path/*"])),
        "sessions" => json!(dice.pick(&["arn:aws:iam::111122223333:role/r", "arn:aws:iam::111122223333:role/path/r"])),
        kind => caller(dice, kind),
    };
    line.insert("principal".to_owned(), principal);
    let carried = match kind {
        "users" => "user",
        "sessions" => "role-session",
        kind => kind,
    };
    layers(dice, carried, Wildness::Typed, &mut line);
    let mut goal = Map::new();
    goal.insert(
        "action".to_owned(),
        json!(dice.pick(&["s3:*", "iam:*", "s3:GetObject", "s3:*Object", "iam:CreateUser", "sqs:SendMessage"])),
    );
    if dice.percent(40) {
        let resource = dice.pick(&[
            "arn:aws:s3:::bkt/*",
            "arn:aws:s3:::bkt*",
            "arn:aws:iam::111122223333:user/alice",
            "arn:aws:s3:::b?t/x",
            "*",
        ]);
        goal.insert("resource".to_owned(), json!(resource));
    }
    if dice.percent(25) {
        goal.insert("when".to_owned(), condition(dice, Wildness::Typed, true));
    }
    line.insert("goal".to_owned(), Value::Object(goal));
    Value::Object(line)
}

fn read_question(line: &Value) -> Option<question::Question> {
    let source = Source::new("random", line.to_string());
    question::read(&source, question::Reading { path: Path::new(""), dialect: None }).1.ok()
}

fn ask(line: &Value, any_request: bool) -> Option<Result<Verdict, String>> {
    let question = read_question(line)?;
    let options = Options { any_request, ..Options::default() };
    Some(reach(&question.scenario, &question.goal, &options).map_err(|error| error.to_string()))
}

/// Whether asking is an error.
fn errs(line: &Value) -> bool {
    [false, true].into_iter().any(|any| ask(line, any).is_some_and(|verdict| verdict.is_err()))
}

fn decision(scenario: &Scenario, request: &Request) -> Option<Decision> {
    match evaluate(scenario, request) {
        Ok(Outcome::Decided(decision, _)) => decision,
        _ => None,
    }
}

/// Whether a request of a caller meets the goal: a Deny of exactly the goal decides it.
fn meets(line: &Value, caller: &Principal) -> Scenario {
    let goal = &line["goal"];
    let mut deny = json!({"Effect": "Deny", "Principal": "*", "Action": goal["action"], "Resource": "*"});
    if let Some(resource) = goal.get("resource") {
        deny["Resource"] = resource.clone();
    }
    if let Some(when) = goal.get("when") {
        deny["Condition"] = when.clone();
    }
    let fence = json!({"principal": "any", "identityPolicies": null, "goal": "s3:*",
        "resourcePolicy": {"Version": "2012-10-17", "Statement": deny}});
    let mut scenario = read_question(&fence).unwrap_or_else(|| panic!("{fence}")).scenario;
    scenario.principal = caller.clone();
    scenario
}

/// A template of the catalogue as an expression over whole ARNs.
fn template(arn: &str) -> Regex {
    let mut expression = String::new();
    let mut rest = arn;
    while let Some((plain, behind)) = rest.split_once("${") {
        expression += &regex::escape(plain);
        let (name, after) = behind.split_once('}').unwrap();
        expression += match name {
            "Partition" => "aws",
            "Account" => ACCOUNT,
            "Region" | "BucketName" => "[^:/]+",
            _ if name.ends_with("NameWithPath") => "[A-Za-z0-9+=,.@_/-]+",
            _ => ".+",
        };
        rest = after;
    }
    expression += &regex::escape(rest).replace(r"\*", ".*");
    Regex::new(&format!("^(?:{expression})$")).unwrap()
}

/// Texts anywhere in a value.
fn texts<'v>(value: &'v Value, into: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|item| texts(item, into)),
        _ => {}
    }
}

/// A text of a document with its wildcards and variables filled in.
fn filled(dice: &mut Dice, text: &str) -> String {
    let text = Regex::new(r"\$\{[^}]*\}").unwrap().replace_all(text, "alice").into_owned();
    text.chars()
        .map(|c| match c {
            '*' => dice.pick(&["", "x", "bkt/x", "alice", "a"]).to_owned(),
            '?' => dice.pick(&["k", "a", "x", "/"]).to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// Makes realistic requests for the goal of a line.
struct Sampler {
    actions: Vec<&'static str>,
    resources: Vec<String>,
    keys: Vec<ContextKey>,
    templates: BTreeMap<String, Vec<(String, Regex)>>,
}

const GOAL_ACTIONS: [&str; 24] = [
    "s3:GetObject",
    "s3:GetObject",
    "s3:PutObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:ListBucket",
    "s3:GetBucketPolicy",
    "s3:ListAllMyBuckets",
    "s3:CreateBucket",
    "s3:GetObjectVersion",
    "s3:CreateJob",
    "iam:CreateUser",
    "iam:CreateUser",
    "iam:CreateRole",
    "iam:DeleteUser",
    "iam:ListUsers",
    "iam:PassRole",
    "iam:PutUserPermissionsBoundary",
    "iam:CreateGroup",
    "iam:TagUser",
    "iam:UntagUser",
    "iam:GetAccountSummary",
    "sqs:SendMessage",
];

impl Sampler {
    fn new(line: &Value) -> Option<Self> {
        let goal = read_question(line)?.goal;
        let wanted = |action: &&&str| {
            let action = Action::parse(action).unwrap();
            goal.actions.iter().any(|pattern| ringfence::symbolic::universe::matches(&pattern.value, &action))
        };
        let actions: Vec<&str> = GOAL_ACTIONS.iter().filter(wanted).copied().collect();
        let mut found = Vec::new();
        texts(line, &mut found);
        let resources = found.into_iter().filter(|text| text.starts_with("arn:")).map(str::to_owned).collect();
        let keys = KEYS.iter().map(|key| ContextKey::new(key.name)).collect();
        let mut templates = BTreeMap::new();
        for action in &actions {
            let (prefix, name) = action.split_once(':')?;
            let service = Catalogue::embedded().service(prefix)?.ok()?;
            let types = service.action(name)?.resources.iter().flat_map(|resource| {
                let own = service.resource_types.iter().filter(|own| own.name == resource.name);
                own.map(|own| (own.name.clone(), template(&own.arn))).collect::<Vec<_>>()
            });
            templates.insert((*action).to_owned(), types.collect());
        }
        Some(Self { actions, resources, keys, templates })
    }

    /// A request, or nothing where the dice fell badly.
    fn request(&self, dice: &mut Dice, scenario: &Scenario) -> Option<Request> {
        let action = dice.pick(&self.actions);
        let (prefix, name) = action.split_once(':')?;
        let service = Catalogue::embedded().service(prefix)?.ok()?;
        let listed = service.action(name)?;
        let templates = &self.templates[action];
        let (resource_type, resource) = if templates.is_empty() {
            (
                None,
                if dice.percent(70) {
                    "*".to_owned()
                } else {
                    format!("arn:aws:{prefix}::{ACCOUNT}:{}", dice.pick(&["user/", "bkt/x", "role/x"]))
                },
            )
        } else {
            let resource = if dice.percent(50) && !self.resources.is_empty() {
                let text = &self.resources[dice.below(self.resources.len())].clone();
                filled(dice, text)
            } else {
                dice.pick(&[
                    "arn:aws:s3:::bkt/x",
                    "arn:aws:s3:::bkt",
                    "arn:aws:s3:::bkt/alice",
                    "arn:aws:s3:::bkt/blue",
                    "arn:aws:s3:::other/y:z",
                    "arn:aws:s3:::other",
                    "arn:aws:iam::111122223333:user/alice",
                    "arn:aws:iam::111122223333:user/path/x",
                    "arn:aws:iam::111122223333:role/r",
                    "arn:aws:iam::111122223333:group/g",
                    "arn:aws:sqs:us-east-1:111122223333:q",
                    "arn:aws:sqs:eu-west-1:111122223333:other",
                    "arn:aws:s3:us-east-1:111122223333:job/x",
                ])
                .to_owned()
            };
            let fitting: Vec<&(String, Regex)> = templates.iter().filter(|(_, arn)| arn.is_match(&resource)).collect();
            if fitting.is_empty() {
                return None;
            }
            (Some(fitting[dice.below(fitting.len())].0.as_str()), resource)
        };
        let mut context = Context::default();
        let mut tag_keys: Option<Vec<String>> = None;
        for (place, key) in self.keys.iter().enumerate() {
            let own = &KEYS[place];
            let follows = matches!(
                own.name,
                "aws:PrincipalArn" | "aws:PrincipalAccount" | "aws:username" | "aws:PrincipalTag/team"
            );
            // What every request carries is never left out (S11.3).
            let always = matches!(own.name, "aws:CurrentTime" | "aws:SecureTransport");
            if follows
                || !Carried::new(scenario.dialect, key).by(Some(service), Some(listed), resource_type)
                || (dice.percent(30) && !always)
            {
                continue;
            }
            if own.name == "aws:TagKeys" {
                tag_keys = Some(dice.some(&["cost", "Cost", "t", "blue"], 2));
                continue;
            }
            let text = if dice.percent(60) { dice.pick(own.request).to_owned() } else { filled_value(dice, own) };
            let multivalued = key_type(key).is_some_and(|kind| kind.multivalued);
            let value = if multivalued { ContextValue::List(vec![text]) } else { ContextValue::Single(text) };
            context.insert(key.clone(), value).unwrap();
        }
        // Tags that are passed and their keys belong together (S11.4.9).
        let team = ContextKey::new("aws:RequestTag/team");
        let tag_keys_key = ContextKey::new("aws:TagKeys");
        let carried = |key| Carried::new(scenario.dialect, key).by(Some(service), Some(listed), resource_type);
        if carried(&tag_keys_key) {
            let mut keys = tag_keys.unwrap_or_default();
            if context.get(&team).is_some() {
                keys.push(dice.pick(&["team", "Team"]).to_owned());
            } else if !carried(&team) && dice.percent(50) {
                keys.push("team".to_owned());
            }
            if !keys.is_empty() {
                context.insert(tag_keys_key, ContextValue::List(keys)).unwrap();
            }
        }
        if let Some(ContextValue::List(_)) = context.get(&ContextKey::new("aws:CalledVia")) {
            context.insert(ContextKey::new("aws:ViaAWSService"), ContextValue::Single("true".to_owned())).unwrap();
        }
        Some(Request { action: Action::parse(action).unwrap(), resource, context })
    }
}

/// A value that a policy's value of the key asks for.
fn filled_value(dice: &mut Dice, key: &Key) -> String {
    if matches!(key.kind, Kind::Address | Kind::Date | Kind::Number | Kind::Bool) {
        return dice.pick(key.request).to_owned();
    }
    let text = dice.pick(key.policy);
    filled(dice, text)
}

/// Callers that the principal of a line stands for.
fn callers(dice: &mut Dice, line: &Value) -> Vec<Principal> {
    let is_given = |name: &str| line.get(name).is_some_and(|layer| !layer.is_null());
    let principal = &line["principal"];
    let mut objects = Vec::new();
    match principal.as_str() {
        None => objects.push(principal.clone()),
        Some("any") => {
            let mut kinds = vec!["user", "user", "role-session", "role-session", "federated"];
            if is_given("sessionPolicies") {
                kinds.drain(..2);
            }
            if !["identityPolicies", "permissionsBoundary", "sessionPolicies"].into_iter().any(is_given) {
                kinds.push("root");
                if is_given("resourcePolicy") {
                    kinds.extend(["service", "anonymous"]);
                }
            }
            objects.extend(kinds.into_iter().map(|kind| caller(dice, kind)));
        }
        Some(text) => {
            for team in ["blue", "red", "alice"] {
                objects.push(if text.contains(":role/") {
                    let session = dice.pick(&["sess", "other"]);
                    json!({"arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/r/{session}"), "type": "role-session",
                        "tags": {"team": team}, "issuer": text})
                } else {
                    json!({"arn": text.replace("/*", "/alice").replace("a*", "alice"), "type": "user", "tags": {"team": team}})
                });
            }
        }
    }
    let principal = |object: Value| {
        let line = json!({"principal": object, "identityPolicies": null, "goal": "s3:*"});
        read_question(&line).map(|question| question.scenario.principal).unwrap_or_else(|| panic!("{line}"))
    };
    objects.into_iter().map(principal).collect()
}

/// A request that the evaluator allows although the goal is said to be unreachable.
fn refuted(line: &Value, samples: usize) -> Option<String> {
    let question = read_question(line)?;
    let sampler = Sampler::new(line)?;
    if sampler.actions.is_empty() {
        return None;
    }
    let mut dice = Dice::new(7);
    let worlds: Vec<(Scenario, Scenario)> = callers(&mut dice, line)
        .into_iter()
        .map(|caller| {
            let goal = meets(line, &caller);
            (Scenario { principal: caller, ..question.scenario.clone() }, goal)
        })
        .collect();
    let mut made = 0;
    for _ in 0..samples * 12 {
        let Some(request) = sampler.request(&mut dice, &question.scenario) else { continue };
        made += 1;
        let (scenario, goal) = &worlds[dice.below(worlds.len())];
        if decision(scenario, &request) == Some(Decision::Allow)
            && decision(goal, &request) == Some(Decision::ExplicitDeny)
        {
            return Some(format!("{:?}\n{request:?}", scenario.principal));
        }
        if made >= samples {
            break;
        }
    }
    None
}

/// What is wrong with a counterexample.
fn wrong(line: &Value, verdict: &Verdict) -> Option<String> {
    let found = verdict.counterexample.as_ref()?;
    let scenario = Scenario { principal: Principal::Caller(found.caller.clone()), ..read_question(line)?.scenario };
    let goal = meets(line, &scenario.principal);
    let (allowed, met) = (decision(&scenario, &found.request), decision(&goal, &found.request));
    // A Deny of the resource policy does not bind root here (S7.7).
    let recovers = found.caller.arn.ends_with(":root") && found.request.action.name().ends_with("bucketpolicy");
    let fine = allowed == Some(Decision::Allow) && (met == Some(Decision::ExplicitDeny) || recovers);
    (!fine).then(|| format!("evaluated: {allowed:?}, goal: {met:?}, {:?}\n{:?}", found.caller, found.request))
}

fn answer(line: &Value) -> Option<Answer> {
    ask(line, false)?.ok().map(|verdict| verdict.answer)
}

fn said(line: &Value) -> String {
    let verdict = ask(line, false).unwrap().unwrap();
    format!("{:?} {:?} {:?}", verdict.answer, verdict.unknown, verdict.counterexample)
}

#[test]
fn unreachable_is_denied() {
    let mut dice = Dice::new(2);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut failures, mut unknowns) = (Vec::new(), Vec::new());
    for _ in 0..140 {
        let line = random_question(&mut dice);
        let (verdict, anyhow) = match (ask(&line, false), ask(&line, true)) {
            (Some(Ok(verdict)), Some(Ok(anyhow))) => (verdict, anyhow),
            (None, _) | (_, None) => {
                *counts.entry("refused").or_default() += 1;
                continue;
            }
            _ => {
                let small = minimise(&line, &errs);
                failures.push(format!(
                    "{small}\n  error: {:?} {:?}",
                    ask(&small, false).unwrap().err(),
                    ask(&small, true).unwrap().err()
                ));
                continue;
            }
        };
        *counts.entry(verdict.answer.as_str()).or_default() += 1;
        if verdict.answer == Answer::Reachable && anyhow.answer != Answer::Reachable {
            let lost = |line: &Value| {
                answer(line) == Some(Answer::Reachable)
                    && ask(line, true).is_some_and(|other| other.is_ok_and(|other| other.answer != Answer::Reachable))
            };
            failures.push(format!("{}\n  reachable, but not without realism", minimise(&line, &lost)));
        }
        match verdict.answer {
            Answer::Unreachable | Answer::Vacuous if refuted(&line, 1_000).is_some() => {
                let fails = |line: &Value| {
                    matches!(answer(line), Some(Answer::Unreachable | Answer::Vacuous)) && refuted(line, 300).is_some()
                };
                let small = if fails(&line) { minimise(&line, &fails) } else { line };
                failures.push(format!("{small}\n  {:?}, but {}", answer(&small), refuted(&small, 1_000).unwrap()));
            }
            Answer::Reachable => {
                if let Some(reason) = wrong(&line, &verdict) {
                    failures.push(format!("{line}\n  {reason}"));
                }
            }
            Answer::Unknown => unknowns.push((line, verdict.unknown)),
            _ => {}
        }
    }
    println!("{counts:?}");
    for (line, unknown) in unknowns.iter().take(8) {
        println!("unknown {unknown:?}: {line}");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(counts["unreachable"] >= 60, "{counts:?}");
}

const LAYERS: [&str; 4] = ["identityPolicies", "permissionsBoundary", "sessionPolicies", "resourcePolicy"];

/// The documents of a line, changed.
fn changed(line: &Value, change: &dyn Fn(&str, &mut Vec<Value>)) -> Value {
    let mut line = line.clone();
    for name in LAYERS {
        let documents = match &mut line[name] {
            Value::Array(documents) => documents.iter_mut().collect(),
            Value::Null => Vec::new(),
            document => vec![document],
        };
        for document in documents {
            if let Some(statements) = document["Statement"].as_array_mut() {
                change(name, statements);
            }
        }
    }
    line
}

#[test]
fn what_means_the_same_is_answered_the_same() {
    let mut dice = Dice::new(3);
    let mut failures = Vec::new();
    for _ in 0..100 {
        let line = random_question(&mut dice);
        let Some(Ok(verdict)) = ask(&line, false) else { continue };
        let (first, second) = (said(&line), said(&line));
        if first != second {
            failures.push(format!("{line}\n  two answers\n  {first}\n  {second}"));
        }
        let turned = changed(&line, &|_, statements| statements.reverse());
        let doubled = changed(&line, &|_, statements| statements.extend(statements.clone()));
        for other in [turned, doubled] {
            if answer(&other) != Some(verdict.answer) {
                failures.push(format!("{line}\n  {:?}, but {:?} of {other}", verdict.answer, answer(&other)));
            }
        }
        let deny = dice.pick(&["resourcePolicy", "identityPolicies", "permissionsBoundary"]);
        let new = {
            let mut new = statement(&mut dice, deny, Wildness::Typed, true);
            new["Effect"] = json!("Deny");
            new
        };
        let denied = changed(&line, &|name, statements| {
            if name == deny {
                statements.push(new.clone());
            }
        });
        if verdict.answer == Answer::Unreachable && matches!(answer(&denied), Some(Answer::Reachable)) {
            failures.push(format!("{line}\n  unreachable, but with one more Deny reachable: {denied}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
