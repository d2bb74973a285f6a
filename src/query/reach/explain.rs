//! What a verdict was taken for granted with, what would flip it, and what an unreachable one rests on.
//!
//! Each is one more question: the scenario with a layer flipped, a Deny left out, a layer opened.

use std::time::Instant;

use crate::policy::{Document, Effect};
use crate::query::reach::engine::{Asker, Found, View};
use crate::query::reach::{ReachError, decide};
use crate::scenario::{Layer, Scenario};
use crate::symbolic::encode::Mode;
use crate::verdict::{Answer, Assumption, CoreEntry, Place, Role, Verdict};
use crate::vocabulary::layer::LayerKind;

/// The layers of a same-account question under the names of their assumptions.
const LAYERS: [(LayerKind, &str); 4] = [
    (LayerKind::Identity, "identity-policies"),
    (LayerKind::Boundary, "boundary"),
    (LayerKind::Session, "session-policies"),
    (LayerKind::Resource, "resource-policies"),
];

/// The layers that the scenario's dialect describes.
fn described(scenario: &Scenario) -> impl Iterator<Item = (LayerKind, &'static str)> {
    LAYERS.into_iter().filter(|(kind, _)| scenario.dialect.callers_of(*kind).is_some())
}

/// The assumptions of a question, flips not computed.
pub(super) fn assumptions(scenario: &Scenario, any_request: bool) -> Vec<Assumption> {
    let word = |layer: &Layer<Vec<Document>>| match layer {
        Layer::Given(_) => None,
        Layer::None => Some("none"),
        Layer::Any => Some("any"),
    };
    let layers = described(scenario).filter_map(|(kind, name)| {
        let value = word(scenario.layer(kind)?)?;
        Some(Assumption { name: name.to_owned(), value: value.to_owned(), flips: None })
    });
    let mut assumptions: Vec<Assumption> = layers.collect();
    let mut add = |name: &str, value: &str| {
        assumptions.push(Assumption { name: name.to_owned(), value: value.to_owned(), flips: None });
    };
    add("resource-account", "the caller's");
    add("realism", if any_request { "dropped" } else { "facts of S11.4, S12 and the catalogue" });
    add("catalogue", "its services have no further actions");
    assumptions
}

/// Adds assumptions with flips, the core, and notes.
pub(super) fn explain(
    asker: &mut Asker<'_>,
    view: &View,
    deadline: Option<Instant>,
    verdict: &mut Verdict,
) -> Result<(), ReachError> {
    let (scenario, goal) = (asker.scenario(), asker.goal());
    verdict.assumptions = assumptions(scenario, view.any_request);
    let answer = verdict.answer;
    for assumption in &mut verdict.assumptions {
        if assumption.name == "catalogue" && answer == Answer::Reachable {
            // A further action takes no request away.
            assumption.flips = Some(false);
            continue;
        }
        let flipped = match assumption.name.as_str() {
            "realism" if !view.any_request => {
                let without = View { any_request: true, ..view.clone() };
                Some(decide(asker, &without)?)
            }
            "catalogue" if answer == Answer::Unreachable || answer == Answer::Vacuous => {
                let unlisted = View { unlisted_everywhere: true, ..view.clone() };
                Some(decide(asker, &unlisted)?)
            }
            name => match LAYERS.iter().find(|(_, own)| *own == name) {
                Some((kind, _)) => {
                    let other = with_flipped(scenario, *kind);
                    Some(decide(&mut Asker::new(&other, goal, deadline), view)?)
                }
                None => None,
            },
        };
        let Some(flipped) = flipped else { continue };
        assumption.flips = match (answer, flipped.answer) {
            (Answer::Unknown, _) | (_, Answer::Unknown) => None,
            (own, other) => Some(own != other),
        };
        if assumption.flips == Some(true)
            && let Some(found) = &flipped.counterexample
        {
            let request = &found.request;
            verdict.notes.push(match assumption.name.as_str() {
                "realism" => format!(
                    "the verdict leans on the facts of realism: without them {} on {} is allowed",
                    request.action, request.resource
                ),
                "catalogue" => {
                    format!("reachable if a service has an action that the catalogue lacks ({})", request.action)
                }
                name => format!(
                    "reachable with {name} {}: {} on {} by {}",
                    if assumption.value == "none" { "any" } else { "none" },
                    request.action,
                    request.resource,
                    found.caller.arn
                ),
            });
        }
    }
    if answer == Answer::Unreachable {
        verdict.core = Some(core(asker, view)?);
    }
    Ok(())
}

/// The scenario with a layer that is none taken for any, and the other way round.
fn with_flipped(scenario: &Scenario, kind: LayerKind) -> Scenario {
    let mut other = scenario.clone();
    let layer = match kind {
        LayerKind::Identity => &mut other.identity,
        LayerKind::Boundary => &mut other.boundary,
        LayerKind::Session => &mut other.session,
        _ => &mut other.resource,
    };
    *layer = if layer.is_any() { Layer::None } else { Layer::Any };
    other
}

/// Statements and layers of which none can be left out: without any one of them the goal is reachable.
fn core(asker: &mut Asker<'_>, view: &View) -> Result<Vec<CoreEntry>, ReachError> {
    let scenario = asker.scenario();
    let mut view = view.clone();
    let mut holds = |view: &View| Ok::<_, ReachError>(matches!(asker.ask(view, Mode::Proof)?, Found::Nothing));
    let mut entries = Vec::new();
    // Layers first: a silent layer explains more than the Denies that happen to cover the same.
    let mut silent = Vec::new();
    for (kind, _) in described(scenario) {
        view.opened.push(kind);
        if !holds(&view)? {
            view.opened.pop();
            silent.push(kind);
        }
    }
    for (kind, _) in described(scenario) {
        let Some(layer) = scenario.layer(kind) else { continue };
        for (place, document) in layer.given().into_iter().flatten().enumerate() {
            for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Deny) {
                view.dropped.push((kind, place, statement.index));
                if !holds(&view)? {
                    view.dropped.pop();
                    let line = document.source.line_of(statement.span.start);
                    let pointer = &document.pointer;
                    entries.push(CoreEntry {
                        role: Role::Denies,
                        place: Place {
                            layer: kind,
                            effect: Some(Effect::Deny.as_str()),
                            file: document.source.name().to_owned(),
                            line: Some(line),
                            at: (!pointer.is_empty()).then(|| format!("{pointer}/Statement/{}", statement.index)),
                            sid: statement.sid.clone(),
                        },
                    });
                }
            }
        }
        if silent.contains(&kind) {
            let documents: Vec<&Document> = layer.given().into_iter().flatten().collect();
            let place = |document: Option<&&Document>| Place {
                layer: kind,
                effect: None,
                file: document.map_or_else(String::new, |document| document.source.name().to_owned()),
                line: document.map(|document| document.source.first_line()),
                at: document.map(|document| document.pointer.clone()).filter(|pointer| !pointer.is_empty()),
                sid: None,
            };
            if documents.is_empty() {
                entries.push(CoreEntry { role: Role::DoesNotAllow, place: place(None) });
            }
            entries.extend(
                documents.iter().map(|document| CoreEntry { role: Role::DoesNotAllow, place: place(Some(document)) }),
            );
        }
    }
    Ok(entries)
}
