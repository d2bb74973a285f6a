//! A comparison of two scenarios, as text and as the JSON object that programs read.

use serde_json::{Map, Value, json};

use crate::query::compare::scenarios::{Differences, Group, Scenarios};
use crate::report::excerpt::{labelled, wrapped};
use crate::report::verdict::{
    Timing, assumption_json, assumption_lines, by, counterexample_json, engine_json, limits, place_text, reason_lines,
    request_lines, time_line, unknown_json,
};
use crate::report::versions;
use crate::verdict::Place;
use crate::verdict::comparison::{Comparison, Difference, Relation};

/// How many groups of a direction are shown to people.
const SHOWN: usize = 12;
/// How many actions of a group are named to people.
const NAMED: usize = 24;

/// Two scenarios with what was found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The names of the old and the new scenario.
    pub names: [&'a str; 2],
    /// The scenarios.
    pub scenarios: &'a Scenarios,
    /// Their relation.
    pub compared: &'a Comparison,
    /// What is gained and what is lost, by action.
    pub by_action: [&'a Differences; 2],
}

/// The directions: which scenario allows, and which does not.
const DIRECTIONS: [(&str, &str, &str); 2] = [("gained", "new", "old"), ("lost", "old", "new")];

/// The report of `ringfence compare` on two scenarios: the relation, and the differences by action.
pub fn text(found: Found<'_>, timing: Option<Timing>) -> String {
    let mut out = String::new();
    let Found { names: [old, new], scenarios, compared, by_action } = found;
    let one_way = matches!(compared.lost, Difference::NotAsked);
    let other_way = if one_way { "?" } else { ", and the other way?" };
    labelled(&mut out, "question", &format!("what is allowed in the new scenario and not in the old one{other_way}"));
    labelled(&mut out, "old", old);
    labelled(&mut out, "new", new);
    labelled(&mut out, "by", &by(&scenarios.new_scenario().principal));
    if let Some(relation) = compared.relation() {
        out.push('\n');
        labelled(&mut out, "relation", relation.as_str());
        wrapped(&mut out, "", meaning(relation));
    }
    let differences = [&compared.gained, &compared.lost];
    for (((label, allowing, other), difference), own) in DIRECTIONS.into_iter().zip(differences).zip(by_action) {
        if matches!(difference, Difference::NotAsked) {
            continue;
        }
        out.push('\n');
        match difference {
            Difference::Nothing => {
                let said = format!("nothing: whatever the {allowing} scenario allows, the {other} one allows");
                wrapped(&mut out, label, &said);
            }
            Difference::Unknown(why) => {
                wrapped(&mut out, label, "unknown");
                reason_lines(&mut out, why);
            }
            Difference::Request(_) | Difference::NotAsked => {
                let count: usize = own.groups.iter().map(|group| group.actions.len()).sum();
                wrapped(&mut out, label, &format!("{}, those that the fewest share first", actions(count)));
                own.groups.iter().take(SHOWN).for_each(|shown| group(&mut out, shown, allowing, other));
                let left = own.groups.len().saturating_sub(SHOWN);
                if left > 0 {
                    out.push('\n');
                    wrapped(&mut out, "", &format!("and {left} more groups: `--format json` has them all"));
                }
                if !own.undecided.is_empty() {
                    wrapped(
                        &mut out,
                        "unknown",
                        &format!("of {}: {}", actions(own.undecided.len()), named(&own.undecided)),
                    );
                }
            }
        }
    }
    assumption_lines(&mut out, &compared.assumptions);
    out.push('\n');
    limits(&mut out);
    wrapped(&mut out, "versions", &versions::text(scenarios.new_scenario().dialect, compared.engine));
    if let Some(timing) = timing {
        time_line(&mut out, compared.elapsed, timing);
    }
    out
}

fn actions(count: usize) -> String {
    format!("{count} action{}", if count == 1 { "" } else { "s" })
}

fn named(actions: &[String]) -> String {
    let mut shown: Vec<&str> = actions.iter().take(NAMED).map(String::as_str).collect();
    let more = format!("{} more", actions.len().saturating_sub(NAMED));
    if actions.len() > NAMED {
        shown.push(&more);
    }
    shown.join(", ")
}

/// One group: its actions, a request, and the statements that decide in each scenario.
fn group(out: &mut String, group: &Group, allowing: &str, other: &str) {
    if group.actions.len() > 1 {
        out.push('\n');
        wrapped(out, "actions", &named(&group.actions));
    }
    request_lines(out, "request", &group.request);
    let of = |effect: &str| -> Vec<&Place> {
        group.request.trace.iter().filter(|place| place.effect == Some(effect)).collect()
    };
    places(out, &format!("{allowing}:"), "allows", &of("Allow"));
    let denies = of("Deny");
    places(out, &format!("{other}:"), if denies.is_empty() { "does not allow" } else { "denies" }, &denies);
    for kind in &group.request.assumed {
        wrapped(out, "assumed", &format!("{} is unknown, and taken to be so that they differ", kind.as_str()));
    }
}

fn places(out: &mut String, label: &str, says: &str, places: &[&Place]) {
    labelled(out, label, says);
    places.iter().for_each(|place| labelled(out, "", &format!("{} {}", place.layer.as_str(), place_text(place))));
}

fn meaning(relation: Relation) -> &'static str {
    match relation {
        Relation::Equivalent => "Both scenarios allow the same requests.",
        Relation::Narrower => "The new scenario allows less than the old one.",
        Relation::Wider => "The new scenario allows more than the old one.",
        Relation::Incomparable => "Each scenario allows requests that the other does not.",
        Relation::Unknown => "It could not be decided in at least one direction.",
    }
}

/// The relation, and the differences by action.
pub fn json(found: Found<'_>, timing: Option<Timing>) -> Value {
    let Found { scenarios, compared, by_action, .. } = found;
    let mut object = Map::new();
    object.insert("relation".to_owned(), json!(compared.relation().map(Relation::as_str)));
    let differences = [&compared.gained, &compared.lost];
    let mut unknown = Map::new();
    for ((name, _, _), difference) in DIRECTIONS.into_iter().zip(differences) {
        object.insert(name.to_owned(), json!(difference.request().map(|own| counterexample_json(own, None))));
        if let Some(why) = difference.unknown() {
            unknown.insert(name.to_owned(), Value::Object(unknown_json(why)));
        }
    }
    if !unknown.is_empty() {
        object.insert("unknown".to_owned(), Value::Object(unknown));
    }
    for ((name, _, _), own) in DIRECTIONS.into_iter().zip(by_action) {
        let group = |group: &Group| json!({ "actions": group.actions, "counterexample": counterexample_json(&group.request, None) });
        let groups: Vec<Value> = own.groups.iter().map(group).collect();
        object.insert(format!("{name}ByAction"), json!({ "groups": groups, "undecided": own.undecided }));
    }
    object.insert("assumptions".to_owned(), compared.assumptions.iter().map(assumption_json).collect());
    let versions = versions::json(scenarios.new_scenario().dialect);
    object.extend(versions.into_iter().map(|(name, value)| (name.to_owned(), value)));
    object.insert("engine".to_owned(), engine_json(compared.engine, compared.elapsed, timing));
    Value::Object(object)
}
