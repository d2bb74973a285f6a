//! What is written as JSON is what the published schema says, and nothing else.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use insta_cmd::get_cargo_bin;
use serde_json::{Value, json};

/// How the objects of an output stand in it.
#[derive(Clone, Copy, PartialEq)]
enum Written {
    /// One value.
    Whole,
    /// One a line.
    Lines,
}
use Written::{Lines, Whole};

const BOUNDED: &str = "--scenario examples/astran-guide/v2-bounded.scenario.json";
const SHOP: &str = "--account examples/account/shop.json";
const CLOSED: &str = "--account examples/escalation/astran-alone.json --principal arn:aws:iam::111122223333:user/bob";
const OPEN: &str = "--account examples/escalation/astran-role.json --principal arn:aws:iam::111122223333:user/bob";
const READERS: [&str; 2] = ["tests/compare/reader-v1.json", "tests/compare/reader-v2.json"];

/// A kind of object, and runs that write it.
fn runs() -> Vec<(&'static str, Written, String)> {
    let [v1, v2] = READERS;
    let run = |name, written, arguments: &str| (name, written, arguments.to_owned());
    vec![
        run("verdict", Whole, &format!("reach iam:* {BOUNDED} --format json")),
        run("verdict", Whole, &format!("reach s3:* {BOUNDED} --format json --no-timing")),
        run(
            "verdict",
            Whole,
            "reach s3:* --timeout 0.000001 --scenario examples/data-perimeter/alice.scenario.json --format json",
        ),
        run("verdict", Whole, "reach s3:ListAllMyBuckets --resource arn:aws:s3:::b --principal any --format json"),
        run("verdict", Lines, "reach --batch examples/caveat/goals.jsonl --explain"),
        run("verdict", Lines, "reach --batch examples/data-perimeter/goals.jsonl"),
        run(
            "verdict",
            Lines,
            "reach sqs:*Queue --each --scenario examples/caveat/deny-not-action-boundary.scenario.json",
        ),
        run("verdict", Lines, &format!("reach s3:DeleteBucket --each-principal {SHOP}")),
        run("comparison", Whole, &format!("compare {v1} {v2} --format json")),
        run("comparison", Whole, &format!("compare {v2} {v1} --format json --no-timing")),
        run("comparison", Whole, &format!("compare {v1} {v2} --only-gains --format json")),
        run("comparison", Whole, &format!("compare {v1} {v2} --timeout 0.0000001 --format json")),
        run(
            "scenarios",
            Whole,
            &format!(
                "compare {v2} {v1} --as boundary --scenario examples/notanadmin/admin-bounded.scenario.json --format json"
            ),
        ),
        run("suite", Whole, "check tests/suite/failing examples/deployment examples/caveat --format json"),
        run("mutants", Whole, "check --mutants tests/suite/mutants --format json"),
        run("escalation", Whole, &format!("escalate s3:CreateBucket {CLOSED} --format json")),
        run("escalation", Whole, &format!("escalate s3:* {OPEN} --format json --no-timing")),
        run("escalation", Whole, &format!("escalate s3:* {OPEN} --timeout 0.000001 --format json")),
        run(
            "escalation",
            Lines,
            "escalate s3:CreateBucket --account examples/escalation/astran-alice.json --principal all --format json",
        ),
        run(
            "whoCan",
            Whole,
            &format!("who-can sts:AssumeRole {SHOP} --account examples/account/ledger.json --format json"),
        ),
        run("findings", Whole, "lint --as identity tests/lint/reports.json nowhere.json --format json"),
        run(
            "trace",
            Whole,
            &format!(
                "evaluate {BOUNDED} --action iam:CreateRole --resource * --context aws:SourceIp=1.2.3.4 --format json"
            ),
        ),
        run("deployment", Whole, "reach s3:* --terraform-plan examples/deployment/plan.json --format json"),
        run("deployment", Whole, "reach s3:* --cloudformation examples/deployment/v1.yaml --explain --format json"),
        run("changes", Whole, "compare --terraform-plan examples/deployment/plan.json --format json"),
        run(
            "changes",
            Whole,
            "compare --cloudformation examples/deployment/v1.yaml --cloudformation examples/deployment/v2.yaml --format json",
        ),
    ]
}

fn validator(name: &str) -> jsonschema::Validator {
    let mut schema: Value = serde_json::from_str(ringfence::report::SCHEMA).unwrap();
    assert!(schema["$defs"].get(name).is_some(), "the schema has no {name}");
    schema["$ref"] = format!("#/$defs/{name}").into();
    jsonschema::validator_for(&schema).unwrap()
}

fn output(arguments: &str, input: &str) -> String {
    let mut child = Command::new(get_cargo_bin("ringfence"))
        .args(arguments.split(' '))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

fn objects(text: &str, written: Written) -> Vec<Value> {
    let values = match written {
        Whole => vec![serde_json::from_str(text).unwrap()],
        Lines => text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(),
    };
    assert!(!values.is_empty());
    values
}

fn is_valid(name: &str, value: &Value, from: &str) {
    let wrong: Vec<String> =
        validator(name).iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{name} of `{from}`: {wrong:#?}");
}

#[test]
fn what_is_written_is_what_the_schema_says() {
    for (name, written, arguments) in runs() {
        let own = validator(name);
        for value in objects(&output(&arguments, ""), written) {
            if !own.is_valid(&value) {
                is_valid(name, &value, &arguments);
            }
        }
    }
    let schema: Value = serde_json::from_str(ringfence::report::SCHEMA).unwrap();
    let told: BTreeSet<&str> = runs().iter().map(|(name, ..)| *name).collect();
    for name in ["verdict", "comparison", "scenarios", "suite", "mutants", "escalation", "whoCan", "findings", "trace"]
    {
        assert!(told.contains(name) && schema["description"].as_str().unwrap().contains(name), "{name}");
    }
}

#[test]
fn lines_that_cannot_be_used_have_a_form_too() {
    let lines = "nonsense\n{\"id\": 1}\n";
    for arguments in ["reach --batch -", "compare --batch -", "evaluate"] {
        for value in objects(&output(arguments, lines), Lines) {
            is_valid("errorLine", &value, arguments);
        }
    }
    let requests = std::fs::read_to_string("examples/astran-guide/v2-bounded.requests.jsonl").unwrap();
    for value in objects(&output(&format!("evaluate {BOUNDED} --verify"), &requests), Lines) {
        is_valid("decision", &value, "evaluate");
    }
}

/// A field more, a field less, another word: each is noticed wherever it stands.
#[test]
fn what_the_schema_does_not_say_is_noticed() {
    for (name, written, arguments) in runs() {
        let own = validator(name);
        let value = objects(&output(&arguments, ""), written).swap_remove(0);
        let object = |value: &Value| if value.is_array() { value[0].clone() } else { value.clone() };
        let whole = |object: Value| if value.is_array() { json!([object]) } else { object };
        let mut more = object(&value);
        more["surprise"] = json!(1);
        assert!(!own.is_valid(&whole(more)), "{name}: a field more");
        let mut less = object(&value);
        let first = less.as_object().unwrap().keys().next().unwrap().clone();
        less.as_object_mut().unwrap().remove(&first);
        assert!(!own.is_valid(&whole(less)), "{name}: without {first}");
        for word in ["verdict", "relation", "decision", "form"] {
            let mut other = object(&value);
            if other.get(word).is_some() {
                other[word] = json!("perhaps");
                assert!(!own.is_valid(&whole(other)), "{name}: {word}");
            }
        }
    }
}
