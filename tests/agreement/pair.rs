//! A scenario and a request, decided by both engines.

use std::path::Path;

use ringfence::case::{self, Reading};
use ringfence::evaluate::decide::Decision;
use ringfence::evaluate::{Outcome, evaluate};
use ringfence::query::pinned;
use ringfence::request::Request;
use ringfence::scenario::Scenario;
use ringfence::source::Source;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::{Value, json};

use crate::caller::KINDS;
use crate::condition::Wildness;
use crate::coverage::Coverage;
use crate::dice::{Dice, seed};
use crate::minimal::minimise;
use crate::request::request;
use crate::scenario::{parted, scenario, theme};

/// Reads the scenario of a line.
pub(crate) fn read_scenario(line: &Value) -> Option<Scenario> {
    let (mut line, rulings) = parted(line);
    line["request"] = json!({"action": "s3:GetObject", "resource": "*", "context": {}});
    let source = Source::new("random", line.to_string());
    let read = case::read(&source, Reading { path: Path::new(""), bare: false, dialect: None }).1;
    Some(Scenario { rulings, ..read.ok()?.scenario? })
}

/// Reads a request.
pub(crate) fn read_request(request: &Value) -> Option<Request> {
    let source = Source::new("random", request.to_string());
    Some(case::read(&source, Reading { path: Path::new(""), bare: true, dialect: None }).1.ok()?.request)
}

/// The evaluator's decision and the symbolic side's; none: it depends on what is not known.
pub(crate) type Both = (Option<Decision>, Result<Option<Decision>, String>);

fn decide(scenario: &Scenario, request: &Request) -> Option<Both> {
    let Outcome::Decided(direct, _) = evaluate(scenario, request).ok()? else { return None };
    Some((direct, pinned::decide(scenario, request).map_err(|error| error.to_string())))
}

/// What the two engines say of a line with a request; none where it cannot be asked.
pub(crate) fn both(line: &Value) -> Option<Both> {
    let mut line = line.clone();
    let request = line.as_object_mut()?.shift_remove("request")?;
    decide(&read_scenario(&line)?, &read_request(&request)?)
}

fn disagrees(line: &Value) -> bool {
    both(line).is_some_and(|(direct, symbolic)| Ok(direct) != symbolic)
}

/// A line with a request.
pub(crate) fn with_request(line: &Value, request: &Value) -> Value {
    let mut line = line.clone();
    line["request"] = request.clone();
    line
}

/// What pairs came to, and at most a few disagreements.
fn compare_engines(seed: u64, scenarios: usize, requests: usize, coverage: &mut Coverage) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let mut failures = Vec::new();
    for _ in 0..scenarios {
        let (kind, theme) = (dice.pick(&KINDS), theme(&mut dice));
        let line = scenario(&mut dice, kind, theme, Wildness::Anything);
        let Some(scenario) = read_scenario(&line) else {
            coverage.refused += 1;
            continue;
        };
        coverage.count_conditions(&line);
        for _ in 0..requests {
            let asked = request(&mut dice, kind, theme);
            let Some(request) = read_request(&asked) else {
                coverage.refused += 1;
                continue;
            };
            let Ok(Outcome::Decided(direct, trace)) = evaluate(&scenario, &request) else {
                coverage.refused += 1;
                continue;
            };
            coverage.count(&scenario, &request, direct, &trace);
            if scenario.rulings != Rulings::default() {
                let plain = Scenario { rulings: Rulings::default(), ..scenario.clone() };
                if let Ok(Outcome::Decided(other, _)) = evaluate(&plain, &request)
                    && other != direct
                {
                    coverage.count_ruling(scenario.rulings);
                }
            }
            let symbolic = pinned::decide(&scenario, &request).map_err(|error| error.to_string());
            if symbolic != Ok(direct) && failures.len() < 12 {
                let small = minimise(&with_request(&line, &asked), &disagrees);
                failures.push(format!("{small}\n  evaluator, then symbolic: {:?}", both(&small)));
            }
        }
    }
    failures
}

#[test]
fn engines_agree() {
    let mut coverage = Coverage::default();
    let failures = compare_engines(seed(), 8_000, 5, &mut coverage);
    println!("{} pairs, {} refused\n{}", coverage.pairs, coverage.refused, coverage.table());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(coverage.pairs >= 20_000, "{} pairs", coverage.pairs);
    let missing = coverage.missing();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
#[ignore = "minutes: a million pairs"]
fn engines_agree_at_length() {
    let mut coverage = Coverage::default();
    for offset in 0.. {
        let own = seed() * 1_000 + offset;
        let failures = compare_engines(own, 10_000, 5, &mut coverage);
        assert!(failures.is_empty(), "seed {own}\n{}", failures.join("\n"));
        if coverage.pairs >= 1_000_000 {
            break;
        }
    }
    println!("{} pairs\n{}", coverage.pairs, coverage.table());
}
