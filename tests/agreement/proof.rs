//! Proofs against random requests, and counterexamples against the evaluator.

use std::collections::BTreeMap;

use ringfence::evaluate::decide::Decision;
use ringfence::scenario::Principal;
use ringfence::verdict::{Answer, Verdict};
use serde_json::Value;

use crate::dice::{Dice, seed};
use crate::minimal::minimise;
use crate::question::{answer, ask, random_question, read_question};
use crate::sample::Sampler;
use crate::world::{account, decision, world, worlds};

/// Whether asking is an error.
fn errs(line: &Value) -> bool {
    [false, true].into_iter().any(|any| ask(line, any).is_some_and(|verdict| verdict.is_err()))
}

/// The number of requests made, and one that the evaluator allows although the goal is said to be unreachable.
fn refuted(line: &Value, samples: usize) -> (usize, Option<String>) {
    let Some(sampler) = Sampler::new(line).filter(|sampler| !sampler.actions.is_empty()) else { return (0, None) };
    let mut dice = Dice::new(7);
    let worlds = worlds(&mut dice, line);
    let mut made = 0;
    for _ in 0..samples * 12 {
        let world = &worlds[dice.below(worlds.len())];
        let Some(request) = sampler.request(&mut dice, &world.scenario, world.owner) else { continue };
        // Only requests of the goal count.
        if decision(&world.goal, &request) != Some(Decision::ExplicitDeny) {
            continue;
        }
        made += 1;
        if decision(&world.scenario, &request) == Some(Decision::Allow) {
            let found = format!("{:?}\n{:?}\n{request:?}", world.scenario.principal, world.scenario.rulings);
            return (made, Some(found));
        }
        if made >= samples {
            break;
        }
    }
    (made, None)
}

/// What is wrong with a counterexample.
fn wrong(line: &Value, verdict: &Verdict) -> Option<String> {
    let found = verdict.counterexample.as_ref()?;
    // Other accounts than the two cannot own the resource of a world.
    let owner = account(&found.resource_account);
    if owner != found.resource_account {
        return None;
    }
    let world = world(line, &read_question(line)?.scenario, Principal::Caller(found.caller.clone()), owner);
    let (allowed, met) = (decision(&world.scenario, &found.request), decision(&world.goal, &found.request));
    // A Deny of the resource policy does not bind root here (S7.7).
    let recovers = found.caller.arn.ends_with(":root") && found.request.action.name().ends_with("bucketpolicy");
    let fine = allowed == Some(Decision::Allow) && (met == Some(Decision::ExplicitDeny) || recovers);
    (!fine).then(|| format!("evaluated: {allowed:?}, goal: {met:?}, {:?}\n{:?}", found.caller, found.request))
}

/// Asks so many random questions; what they came to, and what is wrong.
fn check(seed: u64, questions: usize) -> (BTreeMap<String, usize>, Vec<String>) {
    let mut dice = Dice::new(seed);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for _ in 0..questions {
        let line = random_question(&mut dice);
        let (verdict, anyhow) = match (ask(&line, false), ask(&line, true)) {
            (Some(Ok(verdict)), Some(Ok(anyhow))) => (verdict, anyhow),
            (None, _) | (_, None) => {
                *counts.entry("refused".to_owned()).or_default() += 1;
                continue;
            }
            _ => {
                let small = minimise(&line, &errs);
                let errors = [false, true].map(|any| ask(&small, any).unwrap().err());
                failures.push(format!("{small}\n  error: {errors:?}"));
                continue;
            }
        };
        *counts.entry(verdict.answer.as_str().to_owned()).or_default() += 1;
        let goal = line["goal"]["action"].as_str().unwrap_or_default().split(':').next().unwrap_or_default();
        *counts.entry(format!("{} {goal}", verdict.answer.as_str())).or_default() += 1;
        if verdict.answer == Answer::Reachable && anyhow.answer != Answer::Reachable {
            let lost = |line: &Value| {
                answer(line) == Some(Answer::Reachable)
                    && ask(line, true).is_some_and(|other| other.is_ok_and(|other| other.answer != Answer::Reachable))
            };
            failures.push(format!("{}\n  reachable, but not without realism", minimise(&line, &lost)));
        }
        match verdict.answer {
            Answer::Unreachable | Answer::Vacuous => {
                let (made, found) = refuted(&line, 1_000);
                *counts.entry("requests sampled".to_owned()).or_default() += made;
                *counts.entry("sampled in full".to_owned()).or_default() += usize::from(made >= 1_000);
                if found.is_some() {
                    let fails = |line: &Value| {
                        matches!(answer(line), Some(Answer::Unreachable | Answer::Vacuous))
                            && refuted(line, 300).1.is_some()
                    };
                    let small = if fails(&line) { minimise(&line, &fails) } else { line };
                    failures.push(format!("{small}\n  {:?}, but {:?}", answer(&small), refuted(&small, 1_000).1));
                }
            }
            Answer::Reachable => {
                *counts.entry("counterexamples".to_owned()).or_default() += 1;
                if let Some(reason) = wrong(&line, &verdict) {
                    failures.push(format!("{line}\n  {reason}"));
                }
            }
            Answer::Unknown => println!("unknown {:?}: {line}", verdict.unknown),
        }
    }
    (counts, failures)
}

#[test]
fn unreachable_is_denied() {
    let (counts, failures) = check(seed() + 1, 110);
    println!("{counts:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    for (name, least) in [("unreachable", 45), ("reachable", 12), ("sampled in full", 45)] {
        assert!(counts.get(name).is_some_and(|count| *count >= least), "{name}: {counts:?}");
    }
}

#[test]
#[ignore = "minutes: a thousand questions"]
fn unreachable_is_denied_at_length() {
    let (counts, failures) = check(seed() + 500, 1_000);
    println!("{counts:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
