//! A comparison of two documents, as text and as the JSON object that programs read.

use serde_json::{Map, Value, json};

use crate::policy::Document;
use crate::query::compare::Pair;
use crate::report::excerpt::{labelled, wrapped};
use crate::report::verdict::{
    Timing, assumption_json, assumption_lines, counterexample_json, engine_json, reason_lines, request_lines,
    statement_lines, time_line, unknown_json,
};
use crate::report::versions;
use crate::verdict::comparison::{Comparison, Difference, Relation};
use crate::verdict::{Counterexample, Place, Unknown};

/// What a report says of a comparison besides its answer.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The `id` of the line.
    pub id: Option<&'a Value>,
    /// The line of a batch.
    pub line: Option<usize>,
    /// Left out where reports shall be the same bytes each time.
    pub timing: Option<Timing>,
}

/// The relation, and a request for each difference.
pub fn json(compared: &Comparison, pair: &Pair, asked: Asked<'_>) -> Value {
    let mut object = Map::new();
    if let Some(id) = asked.id {
        object.insert("id".to_owned(), id.clone());
    }
    object.insert("relation".to_owned(), json!(compared.relation().map(Relation::as_str)));
    let directions = [("gained", &compared.gained), ("lost", &compared.lost)];
    for (name, difference) in directions {
        let found = difference.request().map(|found| counterexample_json(found, asked.line));
        object.insert(name.to_owned(), json!(found));
    }
    let mut unknown = Map::new();
    for (name, difference) in directions {
        if let Some(why) = difference.unknown() {
            unknown.insert(name.to_owned(), Value::Object(unknown_json(why)));
        }
    }
    if !unknown.is_empty() {
        object.insert("unknown".to_owned(), Value::Object(unknown));
    }
    object.insert("as".to_owned(), json!(pair.new.kind.word()));
    object.insert("assumptions".to_owned(), compared.assumptions.iter().map(assumption_json).collect());
    object.extend(versions::json(pair.dialect).into_iter().map(|(name, value)| (name.to_owned(), value)));
    object.insert("engine".to_owned(), engine_json(compared.engine, compared.elapsed, asked.timing));
    Value::Object(object)
}

/// The report of `ringfence compare` on two documents: the relation, and the request that shows each difference.
pub fn text(compared: &Comparison, pair: &Pair, timing: Option<Timing>) -> String {
    let mut out = body(compared, pair);
    out.push('\n');
    let limits = "what the documents say by themselves: no other policy, and no rule of how policies combine";
    wrapped(&mut out, "limits", limits);
    wrapped(&mut out, "versions", &versions::text(pair.dialect, compared.engine));
    if let Some(timing) = timing {
        time_line(&mut out, compared.elapsed, timing);
    }
    out
}

/// The report without what is the same in each.
pub(super) fn body(compared: &Comparison, pair: &Pair) -> String {
    let mut out = String::new();
    let one_way = matches!(compared.lost, Difference::NotAsked);
    let other_way = if one_way { "?" } else { ", and the other way?" };
    labelled(&mut out, "question", &format!("what does the new document grant that the old one does not{other_way}"));
    labelled(&mut out, "old", pair.old.source.name());
    labelled(&mut out, "new", pair.new.source.name());
    labelled(&mut out, "as", pair.new.kind.describe());
    labelled(&mut out, "by", "any principal");
    if let Some(relation) = compared.relation() {
        out.push('\n');
        labelled(&mut out, "relation", relation.as_str());
        wrapped(&mut out, "", meaning(relation));
    }
    let sides = [("gained", &compared.gained, "new", "old"), ("lost", &compared.lost, "old", "new")];
    for (label, difference, granting, other) in sides {
        if matches!(difference, Difference::NotAsked) {
            continue;
        }
        out.push('\n');
        match difference {
            Difference::Nothing => wrapped(
                &mut out,
                label,
                &format!("nothing: the {other} document grants every request that the {granting} one grants"),
            ),
            Difference::Request(found) => {
                let shown = format!(
                    "the {granting} document grants this request, the {other} one does not; the evaluator replayed it \
                     on both"
                );
                wrapped(&mut out, label, &shown);
                request(&mut out, found, [("old", &pair.old), ("new", &pair.new)]);
            }
            Difference::Unknown(why) => {
                let said = match why {
                    Unknown::Depends(_) => {
                        "unknown: whether such a request is reachable depends on the reading of the law"
                    }
                    Unknown::Gave(_) => "unknown",
                };
                wrapped(&mut out, label, said);
                reason_lines(&mut out, why);
            }
            Difference::NotAsked => {}
        }
    }
    assumption_lines(&mut out, &compared.assumptions);
    out
}

fn meaning(relation: Relation) -> &'static str {
    match relation {
        Relation::Equivalent => "Both documents grant the same requests.",
        Relation::Narrower => "The new document grants less than the old one.",
        Relation::Wider => "The new document grants more than the old one.",
        Relation::Incomparable => "Each document grants requests that the other does not.",
        Relation::Unknown => "It could not be decided in at least one direction.",
    }
}

/// A request, and the statements of each document that decide about it.
fn request(out: &mut String, found: &Counterexample, documents: [(&str, &Document); 2]) {
    request_lines(out, "request", found);
    for (label, document) in documents {
        let places: Vec<&Place> = found.trace.iter().filter(|place| place.file == document.source.name()).collect();
        let said = match places.first().and_then(|place| place.effect) {
            Some("Deny") => "denies",
            Some(_) => "allows",
            None => "does not allow",
        };
        out.push('\n');
        labelled(out, label, said);
        statement_lines(out, &places, &[document]);
    }
}
