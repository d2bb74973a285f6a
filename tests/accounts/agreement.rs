//! Questions about random accounts against the requests that are tried by hand.

use std::collections::BTreeMap;

use ringfence::account::Accounts;
use ringfence::account::ask::{AskError, Query};
use ringfence::account::subject::Subject;
use ringfence::account::who_can::who_can;
use ringfence::goal::Goal;
use ringfence::query::reach::Options;
use ringfence::verdict::{Answer, Verdict};
use ringfence::vocabulary::ruling::Rulings;
use serde_json::Value;

use crate::dice::{Dice, seed};
use crate::files::{items, load, members, text};
use crate::minimal::minimise;
use crate::oracle::Oracle;
use crate::world::world;

/// The goal of a world; none where it cannot be meant.
fn goal(world: &Value) -> Option<Goal> {
    let goal = &world["goal"];
    let actions: Vec<String> = match &goal["action"] {
        Value::String(action) => vec![action.clone()],
        _ => items(goal, "action").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    };
    Goal::from_flags(&actions, &[], goal["resource"].as_str(), goal.get("when")).ok()
}

/// Every user and role, and the root user of the first account.
fn subjects<'a>(world: &Value, accounts: &'a Accounts) -> Vec<Subject<'a>> {
    let mut subjects: Vec<Subject<'_>> = accounts.holders.iter().map(Subject::of).collect();
    let roots = items(world, "accounts").iter().filter_map(Value::as_str).take(1);
    let roots = roots.map(|account| format!("arn:aws:iam::{account}:root"));
    subjects.extend(roots.filter_map(|arn| Subject::find(accounts, &arn).ok()));
    subjects
}

/// Asks about everybody: what is shared, and what each comes to alone.
fn ask(world: &Value) -> Option<Result<Vec<(String, Verdict, Answer)>, String>> {
    let (accounts, goal) = (load(world)?, goal(world)?);
    let subjects = subjects(world, &accounts);
    let query = |many| Query::new(&accounts, &goal, Options::default(), Rulings::default(), false, many);
    let (Ok(shared), Ok(single)) = (query(true), query(false)) else { return None };
    let mut answers = Vec::new();
    let asked = who_can::<AskError>(&shared, &subjects, 1, |subject, answered| {
        answers.push((subject.arn.clone(), answered.verdict, single.ask(subject)?.verdict.answer));
        Ok(())
    });
    Some(asked.map(|()| answers).map_err(|error| error.to_string()))
}

/// What is wrong with the answers about a world; counts what they are.
fn wrong(world: &Value, counts: &mut BTreeMap<String, usize>) -> Option<String> {
    let mut count = |name: &str| *counts.entry(name.to_owned()).or_default() += 1;
    let answers = match ask(world) {
        None => {
            count("refused");
            return None;
        }
        Some(Err(error)) => return Some(error),
        Some(Ok(answers)) => answers,
    };
    let mut oracle = Oracle::new(world);
    for (arn, verdict, alone) in answers {
        count(verdict.answer.as_str());
        if verdict.answer != alone {
            return Some(format!("{arn}: {:?} among others, {alone:?} alone", verdict.answer));
        }
        if let Some(found) = &verdict.counterexample {
            count(&format!("reachable, {}", oracle.place_of(&arn, &found.request.resource)));
            if let Some(refusal) = oracle.refusal(&arn, &found.caller, &found.request) {
                return Some(format!("{arn}: said to be reachable, but {refusal}"));
            }
        }
        if matches!(verdict.answer, Answer::Unreachable | Answer::Vacuous)
            && let Some(allowed) = oracle.allowed(&arn)
        {
            return Some(format!("{arn}: said to be {:?}, but {allowed}", verdict.answer));
        }
    }
    None
}

/// Asks about so many worlds.
fn check(seed: u64, worlds: usize) -> BTreeMap<String, usize> {
    let mut dice = Dice::new(seed);
    let mut counts = BTreeMap::new();
    let mut failures = Vec::new();
    for _ in 0..worlds {
        let world = world(&mut dice);
        let Some(first) = wrong(&world, &mut counts) else { continue };
        // The same kind of mistake, by how it is told, on less.
        let kind =
            |reason: &str| reason.split(", but").next().unwrap_or_default().rsplit(' ').next().map(str::to_owned);
        let same = |less: &Value| {
            let whole = items(less, "principals").iter().all(|own| !text(own, "arn").is_empty());
            whole && wrong(less, &mut BTreeMap::new()).is_some_and(|reason| kind(&reason) == kind(&first))
        };
        let small = minimise(&world, &same);
        let reason = wrong(&small, &mut BTreeMap::new()).unwrap_or(first);
        failures.push(format!("{small}\n  {reason}"));
        if failures.len() >= 5 {
            break;
        }
    }
    println!("{counts:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    counts
}

/// Worlds that were once answered wrongly, and such as only a wrong short cut would answer otherwise.
#[test]
fn kept_accounts_are_answered_as_they_should() {
    let mut wrongs = String::new();
    for line in include_str!("cases.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let answers = ask(&case).unwrap().unwrap();
        for (arn, answer) in members(&case, "expect") {
            let verdict = answers.iter().find(|(own, ..)| own == arn).map(|(_, verdict, _)| verdict.answer.as_str());
            if verdict != answer.as_str() {
                wrongs.push_str(&format!("{}\n  {arn}: {verdict:?}, not {answer}\n", case["about"]));
            }
        }
        if let Some(reason) = wrong(&case, &mut BTreeMap::new()) {
            wrongs.push_str(&format!("{}\n  {reason}\n", case["about"]));
        }
    }
    assert!(wrongs.is_empty(), "{wrongs}");
}

#[test]
fn accounts_are_answered_as_their_requests_are() {
    let counts = check(seed(), 250);
    let least = [
        ("unreachable", 100),
        ("reachable, nowhere", 100),
        ("reachable, own account", 50),
        ("reachable, another account", 20),
    ];
    for (name, least) in least {
        assert!(counts.get(name).is_some_and(|count| *count >= least), "{name}: {counts:?}");
    }
}

#[test]
#[ignore = "minutes: thousands of accounts"]
fn accounts_are_answered_as_their_requests_are_at_length() {
    check(seed() + 1_000, 6_000);
}
