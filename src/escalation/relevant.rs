//! What a goal depends on, as far as a saturation knows.
//!
//! In: a saturation whose state may be allowed the goal. Out: who may be allowed it, and the changes that a trace to it may
//! need, each with what is known of its place in a trace. No proof rests on any of it.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::account::ask::AskError;
use crate::escalation::aim::Aimed;
use crate::escalation::object::{Object, looks_at, reads, writes};
use crate::escalation::questions::{Questions, Situation};
use crate::escalation::saturate::Saturation;
use crate::escalation::state::{Actor, Change, State};

/// Somebody who may be allowed the goal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aimer {
    /// After how many rounds of the saturation, at least.
    pub(super) since: usize,
    /// Whether it takes other layers than he has at the start.
    pub(super) layers: bool,
}

/// Something that may be tried.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) transition: usize,
    pub(super) cost: usize,
    /// How many requests must still follow it, at least, the goal's included.
    pub(super) after: usize,
    /// The round of the saturation that found it.
    pub(super) round: usize,
    pub(super) change: Change,
}

/// Who may be allowed the goal, and whether it takes other layers than he has at the start: who is allowed it only by what
/// became of resources since, with the layers that he has from the start, needs no other layers.
pub(super) fn aimers(
    questions: &Questions<'_>,
    situation: &Situation,
    start: &State,
    saturation: &Saturation,
) -> Result<BTreeMap<Actor, Aimer>, AskError> {
    let state = &saturation.state;
    let before = State { exact: false, ..start.clone() };
    let missed = |aimed: &Aimed| matches!(aimed, Aimed::Missed { .. });
    let mut aimers = BTreeMap::new();
    for (actor, _) in &saturation.hits {
        let layers = missed(&questions.aimed_as(&before, state, actor, situation)?)
            || !missed(&questions.aimed_as(state, &before, actor, situation)?);
        let since = saturation.since.get(actor).copied().unwrap_or_default();
        aimers.insert(actor.clone(), Aimer { since, layers });
    }
    Ok(aimers)
}

/// The logged changes that the goal may depend on, each with how many requests must follow it.
pub(super) fn relevant(
    questions: &Questions<'_>,
    situation: &Situation,
    start: &State,
    (saturation, aimers): (&Saturation, &BTreeMap<Actor, Aimer>),
    depth: usize,
) -> Result<Vec<Candidate>, AskError> {
    let state = &saturation.state;
    let before = State { exact: false, ..start.clone() };
    let transitions = questions.model.ground.transitions;
    let cost = |number: usize| transitions.get(number).map_or(1, |transition| transition.requests.len());
    // How many requests must follow a change of an object, at least.
    let mut need: HashMap<Object, usize> = HashMap::new();
    for (actor, aimer) in aimers {
        let read = if aimer.layers { reads(state, actor) } else { vec![Object::Actor(actor.clone())] };
        need.extend(read.into_iter().map(|object| (object, 1)));
    }
    let services = state.services.iter().filter(|service| questions.aim.is_about(service));
    need.extend(services.map(|service| (Object::Service(service.clone()), 1)));
    for (id, part) in questions.aim.targets(state) {
        need.insert(Object::Part(id), 1);
        need.extend(part.boundaries.iter().flatten().map(|policy| (Object::Policy(*policy), 1)));
    }
    if questions.aim.is_about_sessions() {
        for entry in &saturation.log {
            need.extend(writes(&entry.change).into_iter().map(|object| (object, 1)));
        }
    }
    let mut own = HashMap::new();
    loop {
        let mut changed = false;
        for (place, entry) in saturation.log.iter().enumerate() {
            if situation.watch.is_over() {
                // The search that follows says so.
                return Ok(Vec::new());
            }
            let Some(number) = entry.transition else { continue };
            let after = writes(&entry.change).iter().filter_map(|object| need.get(object)).min().copied();
            let Some(after) = after else { continue };
            let spent = after + cost(number);
            // What can be done at once needs nothing before it; what takes so many requests leaves only so many. Who is
            // held already gains nothing by being held.
            let held = |actor: &Actor| *actor == entry.actor || start.held.contains(actor);
            let gained = matches!(&entry.change, Change::Held(actor) if held(actor));
            if entry.round - 1 + spent > depth || entry.round == 1 || gained {
                continue;
            }
            let changed_layers = match own.entry(place) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(unknown) => {
                    let Some(transition) = transitions.get(number) else { continue };
                    let (actor, change) = (&entry.actor, &entry.change);
                    let enabled = questions.enabled_as(&before, state, actor, transition, change, situation)?;
                    *unknown.insert(enabled.is_none())
                }
            };
            let read = match changed_layers {
                true => reads(state, &entry.actor),
                false => vec![Object::Actor(entry.actor.clone())],
            };
            for object in read.into_iter().chain(looks_at(state, &entry.change)) {
                let own = need.entry(object).or_insert(usize::MAX);
                if *own > spent {
                    *own = spent;
                    changed = true;
                }
            }
        }
        if !changed {
            break;
        }
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut known = HashSet::new();
    for entry in &saturation.log {
        let Some(transition) = entry.transition else { continue };
        let after = writes(&entry.change).iter().filter_map(|object| need.get(object)).min().copied();
        let Some(after) = after.filter(|after| entry.round - 1 + after + cost(transition) <= depth) else { continue };
        // The log is by rounds: whoever comes first is the earliest.
        if known.insert((transition, &entry.change)) {
            let (cost, change) = (cost(transition), entry.change.clone());
            candidates.push(Candidate { transition, cost, after, round: entry.round, change });
        }
    }
    Ok(candidates)
}
