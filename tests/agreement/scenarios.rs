//! Comparisons of two scenarios against random requests: where nothing is gained, the evaluator allows no request in the
//! new scenario that it denies in the old one. Gains are replayed by the library itself.

use std::collections::BTreeMap;

use ringfence::evaluate::decide::Decision;
use ringfence::query::compare::Options;
use ringfence::query::compare::scenarios::Scenarios;
use ringfence::scenario::Scenario;
use ringfence::verdict::comparison::{Comparison, Difference};
use serde_json::{Value, json};

use crate::change::LAYERS;
use crate::dice::{Dice, seed};
use crate::minimal::minimise;
use crate::question::{random_question, read_question};
use crate::sample::Sampler;
use crate::world::{decision, world, worlds};

/// Requests for each direction in which nothing is gained.
const SAMPLES: usize = 60;

/// Every place of a statement, condition, operator's key or entry that can be taken out of a line's documents.
fn places(line: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for layer in LAYERS {
        let mut open = vec![format!("/{layer}")];
        while let Some(at) = open.pop() {
            match line.pointer(&at) {
                Some(Value::Array(items)) => {
                    let own = (0..items.len()).map(|number| format!("{at}/{number}"));
                    if items.len() > 1 {
                        found.extend(own.clone());
                    }
                    open.extend(own);
                }
                Some(Value::Object(members)) => {
                    for name in members.keys() {
                        let own = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                        if name == "Condition" || at.contains("/Condition") {
                            found.push(own.clone());
                        }
                        open.push(own);
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// A line without what stands at a place.
fn without(line: &Value, at: &str) -> Value {
    let mut line = line.clone();
    let (front, last) = at.rsplit_once('/').unwrap();
    match line.pointer_mut(front) {
        Some(Value::Array(items)) => {
            items.remove(last.parse().unwrap());
        }
        Some(Value::Object(members)) => {
            members.shift_remove(&last.replace("~1", "/").replace("~0", "~"));
        }
        _ => {}
    }
    line
}

/// A pair of lines that differ somewhere, as one value: `old` and `new`.
fn random_pair(dice: &mut Dice) -> Option<Value> {
    let mut line = random_question(dice);
    line["goal"] = json!({"action": ["s3:*", "iam:*", "sqs:*", "kms:*", "sts:*"]});
    let mut other = line.clone();
    match dice.below(10) {
        // A layer of another scenario, or none.
        0..3 => {
            let donor = random_question(dice);
            let layer = dice.pick(&LAYERS);
            let value = if dice.percent(30) { Value::Null } else { donor.get(layer)?.clone() };
            other[layer] = value;
        }
        _ => {
            for _ in 0..=dice.below(2) {
                let places = places(&other);
                if places.is_empty() {
                    return None;
                }
                other = without(&other, &places[dice.below(places.len())]);
            }
        }
    }
    let [old, new] = if dice.percent(50) { [line, other] } else { [other, line] };
    Some(json!({"old": old, "new": new}))
}

fn read(pair: &Value) -> Option<Scenarios> {
    let of = |name: &str| -> Option<Scenario> { Some(read_question(&pair[name])?.scenario) };
    Scenarios::new(of("old")?, of("new")?).ok()
}

fn compared(pair: &Value) -> Option<Result<Comparison, String>> {
    Some(read(pair)?.compare(&Options::default()).map_err(|error| error.to_string()))
}

/// Whether the same kinds of callers carry the layers of both: others are not asked about.
fn is_alike(pair: &Value) -> bool {
    let given = |name: &str, layer: &str| pair[name].get(layer).is_some_and(|own| !own.is_null());
    let carried = ["identityPolicies", "permissionsBoundary", "sessionPolicies"];
    carried.into_iter().chain(["resourcePolicy"]).all(|layer| given("old", layer) == given("new", layer))
        || pair["new"]["principal"].is_object()
}

/// How many requests were made, and one that is allowed in one scenario and denied in the other.
fn refuted(pair: &Value, [allowing, other]: [&str; 2], samples: usize) -> (usize, Option<String>) {
    let (line, denying) = (&pair[allowing], &pair[other]);
    let Some(sampler) = Sampler::new(line).filter(|sampler| !sampler.actions.is_empty()) else { return (0, None) };
    let Some(theirs) = read_question(denying) else { return (0, None) };
    let mut dice = Dice::new(11);
    let worlds = worlds(&mut dice, line);
    let mut made = 0;
    for _ in 0..samples * 6 {
        let own = &worlds[dice.below(worlds.len())];
        let Some(request) = sampler.request(&mut dice, &own.scenario, own.owner) else { continue };
        made += 1;
        if decision(&own.scenario, &request) == Some(Decision::Allow) {
            let reading = Scenario { rulings: own.scenario.rulings, ..theirs.scenario.clone() };
            let before = world(denying, &reading, own.scenario.principal.clone(), own.owner).scenario;
            if matches!(decision(&before, &request), Some(Decision::ExplicitDeny | Decision::ImplicitDeny)) {
                let found = format!("{:?}\n{:?}\n{request:?}", own.scenario.principal, own.scenario.rulings);
                return (made, Some(found));
            }
        }
        if made >= samples {
            break;
        }
    }
    (made, None)
}

/// Compares so many random pairs; what they came to, and what is wrong.
fn check(seed: u64, pairs: usize) -> (BTreeMap<String, usize>, Vec<String>) {
    let mut dice = Dice::new(seed);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for _ in 0..pairs {
        let Some(pair) = random_pair(&mut dice) else { continue };
        let found = match compared(&pair) {
            None => continue,
            Some(Err(error)) => {
                let small = minimise(&pair, &|pair| compared(pair).is_some_and(|found| found.is_err()));
                failures.push(format!("{small}\n  {error}"));
                continue;
            }
            Some(Ok(found)) => found,
        };
        let relation = found.relation().map_or("none", |relation| relation.as_str());
        *counts.entry(relation.to_owned()).or_default() += 1;
        if !is_alike(&pair) {
            continue;
        }
        for (difference, names) in [(&found.gained, ["new", "old"]), (&found.lost, ["old", "new"])] {
            if !matches!(difference, Difference::Nothing) {
                continue;
            }
            let (made, wrong) = refuted(&pair, names, SAMPLES);
            *counts.entry("requests sampled".to_owned()).or_default() += made;
            *counts.entry("sampled in full".to_owned()).or_default() += usize::from(made >= SAMPLES);
            if let Some(wrong) = wrong {
                failures.push(format!("{pair}\n  {names:?} nothing, but {wrong}"));
            }
        }
    }
    (counts, failures)
}

#[test]
fn nothing_is_gained_where_nothing_is_said_to_be() {
    let (counts, failures) = check(seed() + 3, 120);
    println!("{counts:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    for (name, least) in [("equivalent", 20), ("wider", 3), ("narrower", 3), ("sampled in full", 60)] {
        assert!(counts.get(name).is_some_and(|count| *count >= least), "{name}: {counts:?}");
    }
}

#[test]
#[ignore = "minutes: three thousand pairs"]
fn nothing_is_gained_at_length() {
    let (counts, failures) = check(seed() + 900, 3_000);
    println!("{counts:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
