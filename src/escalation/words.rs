//! What a step of a trace changes, in words.
//!
//! In: a step. Out: a sentence; the names of what a state is made of.

use crate::escalation::model::Model;
use crate::escalation::search::Taken;
use crate::escalation::state::{Actor, Change, ManagedId, PartId, State};

/// The ARN of a part, as far as a state knows it.
pub(super) fn part(state: &State, id: PartId) -> String {
    let names = state.part(id).map(|own| own.names.as_slice()).unwrap_or_default();
    names.first().map_or_else(String::new, |name| name.text.to_string())
}

/// The ARN of a managed policy.
pub(super) fn policy(state: &State, id: ManagedId) -> String {
    let names = state.policy(id).map(|own| own.names.as_slice()).unwrap_or_default();
    names.first().map_or_else(String::new, |name| name.text.to_string())
}

/// The ARN of an actor.
pub(super) fn actor(state: &State, actor: &Actor, outside: &str) -> String {
    match actor {
        Actor::User(id) => part(state, *id),
        Actor::Services(id, services) => format!("{} for {} only", part(state, *id), services.join(", ")),
        Actor::Role(id) => format!("sessions of {}", part(state, *id)),
        Actor::Tagged(id, _) => format!("tagged sessions of {}", part(state, *id)),
        Actor::Federated(id, _) => format!("federated sessions of {}", part(state, *id)),
        Actor::Session(_, arn) | Actor::Root(arn) | Actor::Provider(arn) => arn.to_string(),
        Actor::Outside { sessions: false } => format!("users of the account {outside}"),
        Actor::Outside { sessions: true } => format!("roles of the account {outside}"),
    }
}

/// What a step changes.
pub(super) fn effect(model: &Model, taken: &Taken) -> String {
    let mut after = taken.before.clone();
    after.apply(&taken.change);
    let own = |id: &PartId| part(&after, *id);
    let managed = |id: &ManagedId| policy(&after, *id);
    let attackers = |document| document == model.ground.everything;
    match &taken.change {
        Change::Held(Actor::User(id)) => format!("credentials of {} are held", own(id)),
        Change::Held(Actor::Role(id)) => format!("a session of {} is held", own(id)),
        Change::Held(Actor::Tagged(id, Some((key, value)))) => {
            format!("a session of {} with the tag {} = `{value}` is held", own(id), key.as_str())
        }
        Change::Held(Actor::Federated(id, _)) => format!("a federated session of {} is held", own(id)),
        Change::Held(Actor::Provider(arn)) => format!("assertions of {arn} are the attacker's"),
        Change::Held(other) => format!("{} is held", actor(&after, other, "")),
        Change::Document { part: id, name, .. } => {
            let replaced =
                taken.before.part(*id).is_some_and(|own| own.inline.iter().any(|inline| inline.name == *name));
            let verb = if replaced { "is replaced by" } else { "is" };
            format!("inline policy `{name}` of {} {verb} the attacker's document", own(id))
        }
        Change::Dropped { part: id, name } => format!("inline policy `{name}` of {} is gone", own(id)),
        Change::Content { policy: id, document } if attackers(*document) => {
            format!("the default version of {} is the attacker's document", managed(id))
        }
        Change::Content { policy: id, .. } => format!("another stored version of {} is its default", managed(id)),
        Change::Room(id) => format!("a stored version of {} is gone", managed(id)),
        Change::PolicyMade { policy: id, .. } => format!("{} is a policy with the attacker's document", managed(id)),
        Change::PolicyGone(id) => format!("{} is gone", policy(&taken.before, *id)),
        Change::Attached { part: id, policy } => format!("{} is attached to {}", managed(policy), own(id)),
        Change::Detached { part: id, policy } => format!("{} is detached from {}", managed(policy), own(id)),
        Change::Boundary { part: id, boundary: Some(policy) } => {
            format!("the boundary of {} is {}", own(id), managed(policy))
        }
        Change::Boundary { part: id, boundary: None } => format!("{} has no boundary", own(id)),
        Change::Joined { user, group } => format!("{} is in {}", own(user), own(group)),
        Change::Left { user, group } => format!("{} is not in {} any more", own(user), own(group)),
        Change::KeyGone(id) => format!("an access key of {} is gone", own(id)),
        Change::PasswordGone(id) => format!("{} has no console password", own(id)),
        Change::MfaGone(id) => format!("{} has no MFA device", own(id)),
        Change::Trust { role, .. } => format!("{} trusts everybody, the attacker included", own(role)),
        Change::PartMade { part: id, boundary, .. } => match boundary {
            Some(policy) => format!("{} exists, with the boundary {}", own(id), managed(policy)),
            None => format!("{} exists, without a boundary", own(id)),
        },
        Change::Renamed { part: id, .. } => format!("{} is now {}", part(&taken.before, *id), own(id)),
        Change::Tagged { part: id, key, value: Some(value) } => {
            format!("the tag {} of {} is `{value}`", key.as_str(), own(id))
        }
        Change::Tagged { part: id, key, value: None } => format!("{} has no tag {}", own(id), key.as_str()),
        Change::Policy { service } => format!("policies of {service} are the attacker's"),
        Change::Rewritten { resource, document: Some(_), .. } => {
            format!("the policy of {resource} is the attacker's: it allows everybody")
        }
        Change::Rewritten { resource, document: None, .. } => format!("{resource} has no policy of its own"),
        Change::Profiled(id) => format!("{} is in an instance profile", own(id)),
        Change::PartGone(id) => format!("{} is gone", own(id)),
    }
}
