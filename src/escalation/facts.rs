//! What may become true along any sequence of requests.
//!
//! In: the state at the start, a state that covers all that can follow. Out: the [`Fact`]s by which they differ.

use crate::escalation::names::UNLISTED;
use crate::escalation::outcome::Fact;
use crate::escalation::state::{Actor, State};
use crate::escalation::transition::Kind;
use crate::escalation::words::{actor, part, policy};

/// Everything that may become true, as far as it was not at the start.
pub(super) fn facts(start: &State, state: &State, outside: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |subject: String, kind: &'static str, value: String| facts.push(Fact { subject, kind, value });
    // Whose credentials are held has those for some services, too.
    let whole = |actor: &Actor| matches!(actor, Actor::Services(id, _) if state.held.contains(&Actor::User(*id)));
    for held in state.held.iter().filter(|actor| !whole(actor)) {
        add(actor(state, held, outside), "held", String::new());
    }
    for (id, part_state) in state.parts.iter().enumerate() {
        let Some(old) = start.part(id).filter(|_| part_state.exists) else { continue };
        let subject = part(state, id);
        if !old.exists {
            add(subject.clone(), "new", String::new());
        }
        for name in part_state.names.iter().filter(|name| !old.names.contains(name) && old.exists) {
            add(subject.clone(), "name", name.text.to_string());
        }
        for inline in part_state.inline.iter().filter(|inline| !old.inline.contains(inline)) {
            let kind = if inline.loose
                && old.inline.iter().any(|own| own.name == inline.name && own.document == inline.document)
            {
                "deny-removable"
            } else {
                "document"
            };
            add(subject.clone(), kind, inline.name.to_string());
        }
        for (own, loose) in part_state.attached.iter().filter(|own| !old.attached.contains(own)) {
            let was = old.attached.iter().any(|(before, _)| before == own);
            add(subject.clone(), if *loose && was { "deny-removable" } else { "attached" }, policy(state, *own));
        }
        let kept = part_state.boundaries == old.boundaries && state.held.iter().any(|actor| actor.part() == Some(id));
        for boundary in old.boundaries.iter().flatten().filter(|_| kept) {
            add(subject.clone(), "keeps-boundary", policy(state, *boundary));
        }
        // Groups have no boundaries and no tags.
        let group = part_state.kind == Kind::Group;
        for boundary in part_state.boundaries.iter().filter(|own| !group && !old.boundaries.contains(own)) {
            let value = boundary.map_or_else(|| "none".to_owned(), |own| policy(state, own));
            add(subject.clone(), "boundary", value);
        }
        for (group, _) in part_state.groups.iter().filter(|own| !old.groups.contains(own)) {
            let was = old.groups.iter().any(|(before, _)| before == group);
            add(subject.clone(), if was { "deny-removable" } else { "group" }, part(state, *group));
        }
        if !group {
            let open = part_state.tags_open.difference(&old.tags_open);
            open.for_each(|key| add(subject.clone(), "tags", format!("{}: any", key.as_str())));
            let gone =
                part_state.tags_gone.difference(&old.tags_gone).filter(|key| !part_state.tags_open.contains(key));
            gone.for_each(|key| add(subject.clone(), "tags", format!("{}: none", key.as_str())));
        }
        if part_state.trusts.iter().any(|own| !old.trusts.contains(own)) {
            add(subject.clone(), "trust", "everybody".to_owned());
        }
    }
    for (id, own) in state.managed.iter().enumerate() {
        let Some(old) = start.policy(id).filter(|_| own.exists && &*own.account != UNLISTED) else { continue };
        if !old.exists {
            add(policy(state, id), "new", String::new());
        }
        if old.exists && own.contents.iter().any(|content| !old.contents.contains(content)) {
            add(policy(state, id), "content", "the attacker's, or another version".to_owned());
        }
    }
    for service in &state.services {
        add(format!("resources of {service}"), "resource-policy", "the attacker's, or none".to_owned());
    }
    facts.sort();
    facts.dedup();
    facts
}
