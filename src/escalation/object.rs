//! What a guard or a change is about, so that what a change leaves alone need not be asked again.
//!
//! In: a state, an actor, a change. Out: the [`Object`]s that are read, or written. What a guard reads is all that its
//! answer hangs on, beside the request.

use crate::escalation::state::{Actor, Change, ManagedId, PartId, State};

/// What a change or a guard is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Object {
    Part(PartId),
    Policy(ManagedId),
    Actor(Actor),
    Service(String),
    /// The names that are taken.
    Names,
    /// The providers that are held.
    Providers,
    /// All of a state.
    Anything,
}

/// What an actor's rights hang on.
pub(super) fn reads(state: &State, actor: &Actor) -> Vec<Object> {
    let mut read = vec![Object::Actor(actor.clone())];
    let Some(id) = actor.part() else { return read };
    let mut parts = vec![id];
    parts.extend(state.part(id).into_iter().flat_map(|part| part.groups.iter().map(|(group, _)| *group)));
    for id in parts {
        read.push(Object::Part(id));
        let Some(part) = state.part(id) else { continue };
        let policies = part.attached.iter().map(|(policy, _)| *policy);
        read.extend(policies.chain(part.boundaries.iter().copied().flatten()).map(Object::Policy));
    }
    read
}

/// What a change is about.
pub(super) fn writes(change: &Change) -> Vec<Object> {
    match change {
        Change::Held(actor) => vec![Object::Actor(actor.clone())],
        Change::Content { policy, .. }
        | Change::Room(policy)
        | Change::PolicyMade { policy, .. }
        | Change::PolicyGone(policy) => vec![Object::Policy(*policy)],
        Change::PartMade { part, credentials: true, .. } => {
            vec![Object::Part(*part), Object::Actor(Actor::User(*part))]
        }
        Change::Policy { service } | Change::Rewritten { service, .. } => vec![Object::Service(service.clone())],
        other => other.part().map(Object::Part).into_iter().collect(),
    }
}

/// What a change's guards look at, beside the caller.
pub(super) fn looks_at(state: &State, change: &Change) -> Vec<Object> {
    let mut read: Vec<Object> = Vec::new();
    let mut part = |id: PartId| {
        read.push(Object::Part(id));
        let bounds = state.part(id).map(|own| own.boundaries.as_slice()).unwrap_or_default();
        read.extend(bounds.iter().flatten().map(|policy| Object::Policy(*policy)));
    };
    match change {
        Change::Held(actor) => actor.part().into_iter().for_each(&mut part),
        Change::Joined { user, group } | Change::Left { user, group } => {
            part(*user);
            part(*group);
        }
        Change::Attached { part: id, policy } | Change::Detached { part: id, policy } => {
            part(*id);
            read.push(Object::Policy(*policy));
        }
        Change::Boundary { part: id, boundary } | Change::PartMade { part: id, boundary, .. } => {
            part(*id);
            read.extend(boundary.map(Object::Policy));
        }
        Change::Renamed { part: id, .. } => {
            part(*id);
            // The name may be one that somebody else has now, and gives up.
            let moved = state.parts.iter().enumerate().filter(|(_, other)| other.names.len() > 1);
            read.extend(moved.map(|(id, _)| Object::Part(id)));
        }
        Change::Trust { role, .. } => {
            part(*role);
            let providers = state.held.iter().filter(|actor| matches!(actor, Actor::Provider(_)));
            read.extend(providers.map(|actor| Object::Actor(actor.clone())));
        }
        _ => read.extend(writes(change)),
    }
    read
}
