//! Guards that need no solver: what no statement speaks of, and what some statement allows whatever is asked.
//!
//! In: a face, an action. Out: a [`Quick`]. Soundness: *no* is said only if no Allow of the identity policies, or none of
//! the boundary, may be about the action, or a Deny is about all of it; nobody is allowed by anything else, since no
//! resource policy is looked at here. *Possible* says nothing but that the guard may hold.

use crate::escalation::face::Face;
use crate::policy::{Document, Effect, Statement};
use crate::query::slice;
use crate::scenario::Layer;
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::resource::ResourcePattern;

/// What is known without a solver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quick {
    /// The guard does not hold.
    No,
    /// It may hold; more is not to be known without a solver.
    Possible,
    /// It takes a solver.
    Unclear,
}

/// Looks at the statements of a face.
pub(super) fn quick(face: &Face, action: &ActionPattern) -> Quick {
    let scenario = &face.scenario;
    let Layer::Given(identity) = &scenario.identity else { return Quick::Unclear };
    let boundary = scenario.boundary.given();
    let layers = [Some(identity), boundary].into_iter().flatten();
    let levels = scenario.scps.given().into_iter().flatten().filter(|_| !face.linked);
    if layers.clone().any(|layer| !statements(layer, Effect::Allow).any(|own| is_about(own, action))) {
        return Quick::No;
    }
    let mut denies = layers.clone().chain(levels).flat_map(|layer| statements(layer, Effect::Deny));
    if denies.clone().any(|own| covers(own, action)) {
        return Quick::No;
    }
    let open = layers.clone().all(|layer| statements(layer, Effect::Allow).any(|own| covers(own, action)));
    match open && scenario.scps.is_none() && !denies.any(|own| is_about(own, action)) {
        true => Quick::Possible,
        false => Quick::Unclear,
    }
}

/// Whether a caller may be allowed an action of a service that roles are passed to: of any but these.
pub(super) fn may_act_elsewhere(face: &Face, than: &[&str]) -> bool {
    let scenario = &face.scenario;
    let Layer::Given(identity) = &scenario.identity else { return true };
    let layers = [Some(identity), scenario.boundary.given()].into_iter().flatten();
    let denies: Vec<&Statement> = layers.flat_map(|layer| statements(layer, Effect::Deny)).collect();
    let is_denied = |prefix: &str| {
        let all = ActionPattern::parse(&format!("{prefix}:*"));
        all.is_ok_and(|all| denies.iter().any(|own| covers(own, &all)))
    };
    // The services that a layer speaks of; none: all.
    let services = |layer: &[Document]| -> Option<Vec<String>> {
        let mut named = Vec::new();
        for own in statements(layer, Effect::Allow) {
            for entry in &own.actions.entries {
                match entry.value.kind() {
                    ActionPatternKind::Of { prefix, .. } if !own.actions.negated => named.push(prefix.clone()),
                    _ => return None,
                }
            }
        }
        named.retain(|prefix| !than.contains(&prefix.as_str()) && !is_denied(prefix));
        Some(named)
    };
    match (services(identity), scenario.boundary.given().map(|layer| services(layer))) {
        (None, None | Some(None)) => true,
        (Some(own), None | Some(None)) | (None, Some(Some(own))) => !own.is_empty(),
        (Some(own), Some(Some(bound))) => own.iter().any(|prefix| bound.contains(prefix)),
    }
}

fn statements(layer: &[Document], effect: Effect) -> impl Iterator<Item = &Statement> + Clone {
    layer.iter().flat_map(|document| document.statements.iter()).filter(move |own| own.effect == effect)
}

/// Whether a statement may be about an action of the pattern.
fn is_about(own: &Statement, action: &ActionPattern) -> bool {
    let mut entries = own.actions.entries.iter().map(|entry| &entry.value);
    match own.actions.negated {
        false => entries.any(|entry| slice::overlap(entry, action)),
        true => !entries.any(|entry| slice::is_within(action, entry)),
    }
}

/// The statements of a document that may be about an action of the pattern.
pub(super) fn about(document: &Document, action: &ActionPattern) -> Document {
    let about = document.statements.iter().filter(|own| is_about(own, action));
    Document { statements: about.cloned().collect(), ..document.clone() }
}

/// Whether a statement allows every action of the pattern, on every resource, under no condition.
pub(super) fn allows_all(own: &Statement, action: &ActionPattern) -> bool {
    own.effect == Effect::Allow && covers(own, action)
}

/// Whether a statement is about every action of the pattern, on every resource, under no condition.
fn covers(own: &Statement, action: &ActionPattern) -> bool {
    let mut actions = own.actions.entries.iter().map(|entry| &entry.value);
    let resources = own.resources.as_ref();
    !own.actions.negated
        && actions.any(|entry| slice::is_within(action, entry))
        && resources.is_some_and(|clause| {
            !clause.negated && clause.entries.iter().any(|entry| entry.value == ResourcePattern::Every)
        })
        && own.conditions.is_empty()
}
