//! Laws over pairs of scenarios: what means the same is decided and answered the same, a Deny more never adds access, an
//! Allow more in the boundary never removes any, gates that allow everything change nothing.

use std::collections::BTreeMap;

use ringfence::evaluate::decide::Decision;
use ringfence::verdict::Answer;
use serde_json::{Value, json};

use crate::caller::KINDS;
use crate::change::{LAYERS, same, with_level, with_statement};
use crate::condition::Wildness;
use crate::dice::{Dice, seed};
use crate::document::{Theme, allow_all, statement};
use crate::minimal::minimise;
use crate::pair::{both, with_request};
use crate::question::{answer, ask, random_question};
use crate::request::request;
use crate::scenario::{scenario, theme};

/// What a change may do to a decision.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Law {
    Nothing,
    AddsNoAccess,
    RemovesNoAccess,
}

impl Law {
    fn holds(self, before: Option<Decision>, after: Option<Decision>) -> bool {
        let allows = |decision| decision == Some(Decision::Allow);
        match self {
            Self::Nothing => before == after,
            Self::AddsNoAccess => allows(before) || !allows(after),
            Self::RemovesNoAccess => !allows(before) || allows(after),
        }
    }
}

/// A new statement of a layer that has an effect.
fn new_statement(dice: &mut Dice, layer: &str, theme: Theme, wildness: Wildness, effect: &str) -> Value {
    let mut new = statement(dice, layer, theme, wildness, true);
    new["Effect"] = json!(effect);
    // A broad Allow changes more.
    if effect == "Allow" && dice.percent(70) {
        new = json!({"Effect": effect, "Action": "*", "Resource": "*"});
    }
    new
}

/// Changes of a scenario with the law that each obeys.
fn changes(dice: &mut Dice, line: &Value, theme: Theme, wildness: Wildness) -> Vec<(&'static str, Law, Value)> {
    let mut all: Vec<_> = same(line).into_iter().map(|(name, line)| (name, Law::Nothing, line)).collect();
    let layer = dice.pick(&LAYERS);
    let deny = new_statement(dice, layer, theme, wildness, "Deny");
    // A new gate of a Deny alone allows nothing, which removes access too.
    all.extend(with_statement(line, layer, &deny).map(|line| ("a Deny more", Law::AddsNoAccess, line)));
    if !line["permissionsBoundary"].is_null() {
        let allow = new_statement(dice, "permissionsBoundary", theme, wildness, "Allow");
        let wider = with_statement(line, "permissionsBoundary", &allow);
        all.extend(wider.map(|line| ("a wider boundary", Law::RemovesNoAccess, line)));
    }
    let scp = with_level(line, "scps", &allow_all("scps"));
    all.extend(scp.map(|line| ("an SCP level that allows everything", Law::Nothing, line)));
    let rcp = with_level(line, "rcps", &allow_all("rcps"));
    all.extend(rcp.map(|line| ("an RCP level that allows everything", Law::Nothing, line)));
    if line["endpointPolicy"].is_null() {
        let mut open = line.clone();
        open["endpointPolicy"] = allow_all("endpointPolicy");
        all.push(("an endpoint policy that allows everything", Law::Nothing, open));
    }
    all
}

#[test]
fn decisions_obey_the_laws() {
    let mut dice = Dice::new(seed() + 2);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for _ in 0..2_000 {
        let (kind, theme) = (dice.pick(&KINDS), theme(&mut dice));
        let line = scenario(&mut dice, kind, theme, Wildness::Anything);
        let asked = [request(&mut dice, kind, theme), request(&mut dice, kind, theme)];
        for (name, law, other) in changes(&mut dice, &line, theme, Wildness::Anything) {
            for asked in &asked {
                let pair = (both(&with_request(&line, asked)), both(&with_request(&other, asked)));
                let (Some((before, first)), Some((after, second))) = pair else { continue };
                *counts.entry(name.to_owned()).or_default() += 1;
                *counts.entry(format!("{name}, changed")).or_default() += usize::from(before != after);
                let symbolic = (first.unwrap(), second.unwrap());
                if !law.holds(before, after) || !law.holds(symbolic.0, symbolic.1) {
                    failures.push(format!(
                        "{name}: {before:?} and {after:?}, {symbolic:?}\n  {line}\n  {other}\n  {asked}"
                    ));
                }
            }
        }
    }
    println!("{counts:#?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    for (name, least) in [
        ("statement order", 2_500),
        ("list order", 2_500),
        ("a Deny more, changed", 120),
        ("a wider boundary, changed", 8),
        ("an SCP level that allows everything", 1_500),
        ("an RCP level that allows everything", 1_500),
        ("an endpoint policy that allows everything", 1_000),
    ] {
        assert!(counts.get(name).is_some_and(|count| *count >= least), "{name}: {counts:?}");
    }
}

fn said(line: &Value) -> String {
    let verdict = ask(line, false).unwrap().unwrap();
    format!("{:?} {:?} {:?}", verdict.answer, verdict.unknown, verdict.counterexample)
}

#[test]
fn answers_obey_the_laws() {
    let mut dice = Dice::new(seed() + 3);
    let mut failures = Vec::new();
    let mut compared = 0;
    for _ in 0..40 {
        let line = random_question(&mut dice);
        let Some(before) = answer(&line) else { continue };
        let (first, second) = (said(&line), said(&line));
        if first != second {
            failures.push(format!("{line}\n  two answers\n  {first}\n  {second}"));
        }
        for (name, law, other) in changes(&mut dice, &line, Theme::Anything, Wildness::Typed) {
            // Who `any` and `outside` stand for depends on what is attached, and an answer may be unknown either way.
            let personal = ["identityPolicies", "permissionsBoundary", "sessionPolicies"];
            if personal.iter().any(|name| line[name].is_null() != other[name].is_null()) {
                continue;
            }
            let Some(after) = answer(&other) else { continue };
            compared += 1;
            // Gates leave out the sessions of service-linked roles among all callers (S7.6).
            let linked = name.contains("level") && line["principal"].is_string();
            let fine = match law {
                Law::Nothing => before == after || linked,
                Law::AddsNoAccess => before != Answer::Unreachable || after != Answer::Reachable,
                Law::RemovesNoAccess => before != Answer::Reachable || after != Answer::Unreachable,
            };
            if !fine {
                failures.push(format!("{name}: {before:?} and {after:?}\n  {line}\n  {other}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(compared >= 200, "{compared}");
}

/// The laws are worth something only if a wrong line is made small.
#[test]
fn failing_lines_are_made_small() {
    let mut dice = Dice::new(4);
    let line = scenario(&mut dice, "user", Theme::Keys, Wildness::Anything);
    let fails = |line: &Value| line["principal"]["type"] == "user";
    let small = minimise(&line, &fails);
    let identity = json!({"principal": {"type": "user"}});
    assert!(small.as_object().unwrap().len() <= 2 && small["principal"] == identity["principal"], "{small}");
}
