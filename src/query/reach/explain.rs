//! What a verdict was taken for granted with, what would flip it, and what an unreachable one rests on.
//!
//! Each is one more question: the scenario with a layer flipped, a Deny left out, a layer opened.

use std::time::Instant;

use crate::policy::{Document, Effect};
use crate::query::reach::asker::{Asker, View, left_out};
use crate::query::reach::engine::Found;
use crate::query::reach::{ReachError, decide};
use crate::scenario::{Layer, Principal, ResourceAccount, Scenario, Slot};
use crate::symbolic::encode::Mode;
use crate::verdict::{Answer, Assumption, CoreEntry, Place, Role, Verdict};
use crate::vocabulary::layer::LayerKind;

/// The layers under the names of their assumptions.
const LAYERS: [(LayerKind, &str); 7] = [
    (LayerKind::Identity, "identity-policies"),
    (LayerKind::Boundary, "boundary"),
    (LayerKind::Session, "session-policies"),
    (LayerKind::Scp, "service-control-policies"),
    (LayerKind::Rcp, "resource-control-policies"),
    (LayerKind::Resource, "resource-policies"),
    (LayerKind::Endpoint, "endpoint-policies"),
];

/// The assumption about who owns the resource.
const RESOURCE_ACCOUNT: &str = "resource-account";

/// The layers that the scenario's dialect describes.
fn described(scenario: &Scenario) -> impl Iterator<Item = (LayerKind, &'static str)> {
    LAYERS.into_iter().filter(|(kind, _)| is_described(scenario, *kind))
}

/// Whether a layer only ever limits (S5.2).
fn is_gate(kind: LayerKind) -> bool {
    matches!(kind, LayerKind::Scp | LayerKind::Rcp | LayerKind::Endpoint)
}

fn is_described(scenario: &Scenario, kind: LayerKind) -> bool {
    scenario.dialect.callers_of(kind).is_some()
}

/// The assumptions of a question, flips not computed.
pub(super) fn assumptions(scenario: &Scenario, any_request: bool) -> Vec<Assumption> {
    let layers = described(scenario).filter_map(|(kind, name)| {
        let (_, layer) = scenario.slots().into_iter().find(|(slot, _)| slot.kind == kind)?;
        let value = match layer {
            Layer::Given(_) => return None,
            Layer::None => "none",
            Layer::Any => "any",
        };
        Some(Assumption { name: name.to_owned(), value: value.to_owned(), flips: None })
    });
    let mut assumptions: Vec<Assumption> = layers.collect();
    let mut add = |name: &str, value: &str| {
        assumptions.push(Assumption { name: name.to_owned(), value: value.to_owned(), flips: None });
    };
    match (&scenario.principal, &scenario.resource_account) {
        (Principal::Outside, _) => add(RESOURCE_ACCOUNT, "another than the caller's"),
        (_, ResourceAccount::SameAsCaller) => add(RESOURCE_ACCOUNT, "the caller's"),
        (_, ResourceAccount::Any) => add(RESOURCE_ACCOUNT, "the caller's or another"),
        (_, ResourceAccount::Id(_)) => {}
    }
    if left_out(scenario).is_some() {
        add("service-linked-roles", "left out");
    }
    assumptions.extend(of_requests(any_request));
    assumptions
}

/// What is taken for granted of requests, flips not computed.
pub(in crate::query) fn of_requests(any_request: bool) -> [Assumption; 2] {
    let realism = if any_request { "dropped" } else { "facts of S11.4, S12 and the catalogue" };
    [("realism", realism), ("catalogue", "its services have no further actions")].map(|(name, value)| Assumption {
        name: name.to_owned(),
        value: value.to_owned(),
        flips: None,
    })
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
                Some((kind, _)) if is_gate(*kind) => {
                    // An unknown gate may be open, and one that is not there is.
                    assumption.flips = Some(false);
                    continue;
                }
                Some((kind, _)) => Some(decide(&mut Asker::new(&with_flipped(scenario, *kind), goal, deadline), view)?),
                None if name == RESOURCE_ACCOUNT => match with_other_owner(scenario) {
                    Some(other) => Some(decide(&mut Asker::new(&other, goal, deadline), view)?),
                    None => None,
                },
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
                RESOURCE_ACCOUNT => format!(
                    "reachable where the resource belongs to {}: {} on {} by {}",
                    found.resource_account, request.action, request.resource, found.caller.arn
                ),
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
    match answer {
        Answer::Unreachable => verdict.core = Some(core(asker, view)?),
        Answer::Reachable => other_rulings(asker, view, deadline, verdict)?,
        Answer::Unknown | Answer::Vacuous => {}
    }
    Ok(())
}

/// The scenario with a layer that is none taken for any, and the other way round.
fn with_flipped(scenario: &Scenario, kind: LayerKind) -> Scenario {
    fn flip<T>(layer: &mut Layer<T>) {
        *layer = if layer.is_any() { Layer::None } else { Layer::Any };
    }
    let mut other = scenario.clone();
    match kind {
        LayerKind::Identity => flip(&mut other.identity),
        LayerKind::Boundary => flip(&mut other.boundary),
        LayerKind::Session => flip(&mut other.session),
        LayerKind::Resource => flip(&mut other.resource),
        // Gates are not flipped: nothing hangs on it.
        LayerKind::Scp | LayerKind::Rcp | LayerKind::Endpoint => {}
    }
    other
}

/// The scenario with resources of any account for those of the caller's, and the other way round.
fn with_other_owner(scenario: &Scenario) -> Option<Scenario> {
    let astran = scenario.dialect.name() == "astran";
    let resource_account = match (&scenario.principal, &scenario.resource_account) {
        (Principal::Outside, _) | (_, ResourceAccount::Id(_)) => return None,
        (_, ResourceAccount::SameAsCaller) if astran => return None,
        (_, ResourceAccount::SameAsCaller) => ResourceAccount::Any,
        (_, ResourceAccount::Any) => ResourceAccount::SameAsCaller,
    };
    Some(Scenario { resource_account, ..scenario.clone() })
}

/// Adds what a reachable verdict would be under rulings that no option gives.
fn other_rulings(
    asker: &Asker<'_>,
    view: &View,
    deadline: Option<Instant>,
    verdict: &mut Verdict,
) -> Result<(), ReachError> {
    for alternative in asker.scenario().rulings.alternatives() {
        let other = Scenario { rulings: alternative.rulings, ..asker.scenario().clone() };
        let found = Asker::new(&other, asker.goal(), deadline).ask(view, Mode::Chosen)?;
        if matches!(found, Found::Nothing) {
            verdict.notes.push(format!("no such request is allowed under the reading {} (S14)", alternative.other));
        }
    }
    Ok(())
}

/// Statements and layers of which none can be left out: without any one of them the goal is reachable.
fn core(asker: &mut Asker<'_>, view: &View) -> Result<Vec<CoreEntry>, ReachError> {
    let scenario = asker.scenario();
    let mut view = view.clone();
    let mut holds = |view: &View| Ok::<_, ReachError>(matches!(asker.ask(view, Mode::Proof)?, Found::Nothing));
    let mut entries = Vec::new();
    // Layers first: a silent layer explains more than the Denies that happen to cover the same.
    let mut silent = Vec::new();
    // A gate that is not there is open already.
    let counts = |(slot, layer): &(Slot, Layer<&[Document]>)| {
        is_described(scenario, slot.kind) && !(is_gate(slot.kind) && layer.is_none())
    };
    let slots: Vec<_> = scenario.slots().into_iter().filter(counts).collect();
    for (slot, _) in &slots {
        view.opened.push(*slot);
        if !holds(&view)? {
            view.opened.pop();
            silent.push(*slot);
        }
    }
    for (slot, layer) in &slots {
        let kind = slot.kind;
        let documents = layer.given().copied().unwrap_or_default();
        for (place, document) in documents.iter().enumerate() {
            for statement in document.statements.iter().filter(|statement| statement.effect == Effect::Deny) {
                view.dropped.push((*slot, place, statement.index));
                if !holds(&view)? {
                    view.dropped.pop();
                    let place = Place::of(kind, document, statement);
                    entries.push(CoreEntry { role: Role::Denies, place });
                }
            }
        }
        if silent.contains(slot) {
            let entry = |document| CoreEntry { role: Role::DoesNotAllow, place: Place::of_document(kind, document) };
            if documents.is_empty() {
                entries.push(entry(None));
            }
            entries.extend(documents.iter().map(|document| entry(Some(document))));
        }
    }
    Ok(entries)
}
