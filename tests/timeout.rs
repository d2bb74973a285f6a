//! `--timeout` holds wherever the time goes: in making profiles, in holding statements against each other, in automata.
//!
//! The bounds are generous, for a machine with much else to do; each question takes many times as long without a limit.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::{Duration, Instant};

use ringfence::pair;
use ringfence::query::compare::{self, Pair, compare};
use ringfence::query::reach::{Options, reach};
use ringfence::question::{self, Question, Reading};
use ringfence::source::Source;
use ringfence::verdict::Unknown;
use ringfence::vocabulary::catalogue::Catalogue;
use ringfence::vocabulary::dialect::Dialect;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::{Value, json};

const TIMEOUT: Duration = Duration::from_millis(200);

/// How much longer a question may take on a busy machine.
const GRACE: Duration = Duration::from_millis(800);

/// What a question gave up for, and how long it took.
fn asked(line: &Value, timeout: Duration) -> (Option<Unknown>, Duration) {
    let source = Source::new("line", line.to_string());
    let reading = Reading { path: Path::new(""), dialect: None };
    let Question { scenario, goal, .. } = question::read(&source, reading).1.unwrap();
    // The catalogue is read once a process.
    Catalogue::embedded().prefixes().iter().for_each(|prefix| drop(Catalogue::embedded().service(prefix)));
    let started = Instant::now();
    let verdict = reach(&scenario, &goal, &Options { timeout: Some(timeout), ..Options::default() }).unwrap();
    (verdict.unknown, started.elapsed())
}

fn assert_over(unknown: Option<Unknown>, took: Duration) {
    assert_eq!(unknown, Some(Unknown::Gave("the time given by --timeout is over".to_owned())));
    assert!(took < TIMEOUT + GRACE, "{took:?}");
}

/// Every action of the catalogue, some to a statement: no two of a service are alike.
fn heavy(statements: usize, word: &str) -> Value {
    let catalogue = Catalogue::embedded();
    let services = catalogue.prefixes().iter().filter_map(|prefix| Some((prefix, catalogue.service(prefix)?.ok()?)));
    let actions: Vec<String> =
        services.flat_map(|(prefix, own)| own.actions.iter().map(move |a| format!("{prefix}:{}", a.name))).collect();
    let statement = |number: usize| {
        let chosen: Vec<&String> = actions.iter().skip(number * 7 % 131).step_by(131 + number % 5).collect();
        json!({ "Effect": "Allow", "Action": chosen, "Resource": format!("arn:aws:{word}:::{number}/*") })
    };
    json!({ "Version": "2012-10-17", "Statement": (0..statements).map(statement).collect::<Vec<_>>() })
}

#[test]
fn profiles_of_a_large_document_end_in_time() {
    let line = json!({ "principal": "any", "identityPolicies": [heavy(600, "s3")], "goal": { "action": "*" } });
    let (unknown, took) = asked(&line, TIMEOUT);
    assert_over(unknown, took);
}

#[test]
fn comparisons_of_large_documents_end_in_time() {
    let line = json!({ "old": heavy(600, "s3"), "new": heavy(600, "sqs") }).to_string();
    let dialect = Dialect::embedded("aws").unwrap().unwrap();
    let reading = pair::Reading { dialect, rulings: Rulings::default(), kind: None };
    let pair: Pair = pair::read(&Source::new("line", line), reading).1.unwrap().0;
    let options = compare::Options { timeout: Some(TIMEOUT), ..compare::Options::default() };
    let started = Instant::now();
    let compared = compare(&pair, &options).unwrap();
    let took = started.elapsed();
    assert_over(compared.gained.unknown().cloned(), took);
    assert_over(compared.lost.unknown().cloned(), took);
}

/// Six levels with patterns of which many choices fit almost.
fn crossed() -> Value {
    let levels = [
        ["a*?c????????", "a*???????????c?a", "a?????*????b????c??*"],
        ["a????c????c", "a?b???a*?c*???", "a??????c????a?????ab?c?"],
        ["a?a?????????????*?a??", "a???????*??b?*?", "a??*????aa???????c?c?b"],
        ["a?*??b???cc?", "a?*??*?ca??c?*?????", "a?b?**???b???????c??c??"],
        ["aa????????", "a?cab????????cb??", "a???a?c?*????a?????ac*c"],
        ["a*c???a??c??", "aa?a???cb??*cac", "a??c??cac?????b"],
    ];
    let level = |patterns: [&str; 3]| {
        let resources = patterns.map(|pattern| format!("arn:aws:s3:::{pattern}"));
        let statement = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": resources });
        json!([{ "Version": "2012-10-17", "Statement": [statement] }])
    };
    let all = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let goal = json!({ "action": "s3:*" });
    json!({ "principal": "any", "identityPolicies": [all], "scps": levels.map(level), "goal": goal })
}

#[test]
fn automata_end_in_time() {
    let (unknown, took) = asked(&crossed(), TIMEOUT);
    assert_over(unknown, took);
}

/// With time enough, what ends the search is a cap, and the answer names it.
#[test]
fn a_cap_ends_what_the_automata_cannot_decide() {
    let (unknown, took) = asked(&crossed(), Duration::from_secs(600));
    let Some(Unknown::Gave(reason)) = unknown else { return assert_eq!(unknown, None, "decided by now") };
    assert!(reason.contains("200000 states"), "{reason}");
    assert!(took < Duration::from_secs(30), "{took:?}");
}
