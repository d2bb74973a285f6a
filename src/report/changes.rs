//! What a change of a plan or template means for everybody in it, as text and JSON.

use serde_json::{Map, Value, json};

use crate::deployment::{Change, Deployment};
use crate::report::deployment::{form, unknown_lines};
use crate::report::excerpt::{labelled, wrapped};
use crate::report::verdict::{
    NOT_MODELLED, SCHEMA, Timing, counterexample_json, engine_json, limits, place_text, reason_lines, request_lines,
    time_line, unknown_json,
};
use crate::report::versions;
use crate::verdict::Counterexample;
use crate::verdict::comparison::{Difference, Relation};
use crate::vocabulary::dialect::Dialect;

/// A change, with what it means for each.
#[derive(Debug, Clone, Copy)]
pub struct Changes<'a> {
    /// What is before.
    pub before: &'a Deployment,
    /// What is after.
    pub after: &'a Deployment,
    /// Everybody of either.
    pub changes: &'a [Change],
    /// The dialect whose law decided.
    pub dialect: &'static Dialect,
    /// Left out where reports shall be the same bytes each time.
    pub timing: Option<Timing>,
}

/// The directions: which side allows, and which does not.
const DIRECTIONS: [(&str, &str, &str); 2] = [("gained", "after", "before"), ("lost", "before", "after")];

/// The report for people: whom nothing changes for is counted only.
pub fn text(found: Changes<'_>) -> String {
    let Changes { before, after, changes, dialect, timing } = found;
    let mut out = String::new();
    labelled(&mut out, "question", "what may anybody in it do after the change and not before, and the other way?");
    labelled(&mut out, form(after), after.source.name());
    if before.source.name() != after.source.name() {
        labelled(&mut out, "before", before.source.name());
    }
    unknown_lines(&mut out, after);
    let mut same = 0;
    for change in changes {
        match change.compared.relation() {
            Some(Relation::Equivalent) => same += 1,
            None if matches!(change.compared.gained, Difference::Nothing) => same += 1,
            _ => {
                out.push('\n');
                out.push_str(&one(change));
            }
        }
    }
    out.push('\n');
    let rest = if changes.len() == same { "all" } else { "the others" };
    if same > 0 {
        wrapped(&mut out, "unchanged", &format!("{same}: {rest} may do what they could"));
    }
    for note in after.notes.iter().chain(before.notes.iter().filter(|note| !after.notes.contains(note))) {
        wrapped(&mut out, "note", note);
    }
    out.push('\n');
    limits(&mut out);
    wrapped(&mut out, "versions", &versions::text(dialect, crate::verdict::EngineName::default()));
    if let Some(timing) = timing {
        time_line(&mut out, changes.iter().map(|change| change.compared.elapsed).sum(), timing);
    }
    out
}

/// What a change means for somebody.
pub(super) fn one(change: &Change) -> String {
    let mut text = String::new();
    let out = &mut text;
    let relation = change.compared.relation().map_or("wider", Relation::as_str);
    wrapped(out, relation, &format!("{} {}", change.subject.what.describe(), change.subject.address));
    let differences = [&change.compared.gained, &change.compared.lost];
    let all = DIRECTIONS.into_iter().zip(differences).zip(&change.under);
    for (((label, allowing, other), difference), under) in all {
        match difference {
            Difference::Nothing | Difference::NotAsked => {}
            Difference::Unknown(why) => {
                wrapped(out, label, "unknown");
                reason_lines(out, why);
            }
            Difference::Request(found) => request(out, label, found, [allowing, other], under.as_deref()),
        }
    }
    text
}

fn request(out: &mut String, label: &str, found: &Counterexample, [allowing, other]: [&str; 2], under: Option<&str>) {
    request_lines(out, label, found);
    if let Some(under) = under {
        labelled(out, "", &format!("where {under} is the resource's policy"));
    }
    let says = [("Allow", format!("{allowing}:")), ("Deny", format!("{other}:"))];
    for (effect, side) in says {
        for place in found.trace.iter().filter(|place| place.effect == Some(effect)) {
            labelled(out, &side, &format!("{} {}", place.layer.as_str(), place_text(place)));
        }
    }
}

/// One object: a comparison for each, `id` being the address.
pub fn json(found: Changes<'_>) -> Value {
    let Changes { before, after, changes, dialect, timing } = found;
    let mut object = Map::new();
    object.insert("schema".to_owned(), json!(SCHEMA));
    object.insert("form".to_owned(), json!(form(after)));
    object.insert("before".to_owned(), json!(before.source.name()));
    object.insert("after".to_owned(), json!(after.source.name()));
    let unknowns = after.unknowns().into_iter().map(|own| json!({ "name": own.name, "why": own.why }));
    object.insert("unknowns".to_owned(), unknowns.collect());
    object.insert("changes".to_owned(), changes.iter().map(|change| change_json(change, timing)).collect());
    object.insert("notes".to_owned(), json!(after.notes));
    object.insert("notModelled".to_owned(), json!(NOT_MODELLED));
    object.extend(versions::json(dialect).into_iter().map(|(name, value)| (name.to_owned(), value)));
    Value::Object(object)
}

fn change_json(change: &Change, timing: Option<Timing>) -> Value {
    let compared = &change.compared;
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(change.subject.address));
    object.insert("who".to_owned(), json!(change.subject.what.describe()));
    object.insert("relation".to_owned(), json!(compared.relation().map(Relation::as_str)));
    let mut unknown = Map::new();
    for ((name, _, _), difference) in DIRECTIONS.into_iter().zip([&compared.gained, &compared.lost]) {
        object.insert(name.to_owned(), json!(difference.request().map(|own| counterexample_json(own, None))));
        if let Some(why) = difference.unknown() {
            unknown.insert(name.to_owned(), Value::Object(unknown_json(why)));
        }
    }
    if !unknown.is_empty() {
        object.insert("unknown".to_owned(), Value::Object(unknown));
    }
    let [gained, lost] = &change.under;
    object.insert("gainedUnder".to_owned(), json!(gained));
    object.insert("lostUnder".to_owned(), json!(lost));
    object.insert("engine".to_owned(), engine_json(compared.engine, compared.elapsed, timing));
    Value::Object(object)
}
