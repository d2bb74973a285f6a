//! What may be done next in one state, kept from state to state where nothing that it hangs on has changed.
//!
//! In: the changes that a trace may need, a state, what the last request wrote. Out: [`Group`]s of [`Move`]s, each of which
//! is asked about at most once as long as what its guards read stays as it is.

use std::cell::OnceCell;
use std::rc::Rc;

use crate::account::policy::PolicyId;
use crate::escalation::aim::Aimed;
use crate::escalation::ground::Home;
use crate::escalation::object::{Object, looks_at, reads, writes};
use crate::escalation::questions::{Enabled, Questions, Situation};
use crate::escalation::relevant::Candidate;
use crate::escalation::saturate::Saturation;
use crate::escalation::state::{Actor, Change, ManagedId, PartId, State};
use crate::escalation::transition::{Effect, Transition};
use crate::query::reach::ReachError;
use crate::vocabulary::arn::Arn;

/// A change of a state.
pub(super) struct Move {
    pub(super) change: Change,
    /// What it is about.
    pub(super) written: Vec<Object>,
}

/// What one actor may do of one candidate.
#[derive(Clone)]
pub(super) struct Group {
    place: usize,
    pub(super) candidate: Rc<Candidate>,
    pub(super) actor: Rc<Actor>,
    /// From which round of the saturation on the actor may be able to.
    pub(super) since: usize,
    /// What the moves and their guards hang on, beside the actor.
    on: Rc<[Object]>,
    pub(super) moves: Rc<[Move]>,
    /// How the actor brings each move about, if he can; as far as it was asked.
    enabled: Vec<OnceCell<Option<Enabled>>>,
}

impl Group {
    /// What its guards hang on in a state.
    pub(super) fn reads(&self, state: &State) -> Vec<Object> {
        let mut read = reads(state, &self.actor);
        read.extend_from_slice(&self.on);
        read
    }
}

/// The moves of states.
pub(super) struct Moves<'q, 'm> {
    questions: &'q Questions<'m>,
    situation: &'q Situation,
    candidates: Vec<Rc<Candidate>>,
    /// Resources whose policies the goal may depend on.
    resources: Vec<String>,
}

impl<'q, 'm> Moves<'q, 'm> {
    pub(super) fn new(
        questions: &'q Questions<'m>,
        situation: &'q Situation,
        saturation: &Saturation,
        candidates: Vec<Candidate>,
    ) -> Self {
        let candidates = candidates.into_iter().map(Rc::new).collect();
        Self { questions, situation, candidates, resources: resources(questions, saturation) }
    }

    /// The moves of a state, of all candidates.
    pub(super) fn first(&self, state: &State) -> Vec<Rc<Group>> {
        let all = |place| state.held.iter().filter_map(move |actor| self.group(state, place, actor));
        (0..self.candidates.len()).flat_map(all).collect()
    }

    /// The moves that are wanted of a state which differs in what was written from one whose moves are known.
    pub(super) fn after(
        &self,
        state: &State,
        known: &[Rc<Group>],
        written: &[Object],
        wanted: impl Fn(&Candidate) -> bool,
    ) -> Vec<Rc<Group>> {
        let is_changed = |actor: &Actor| reads(state, actor).iter().any(|object| written.contains(object));
        let changed: Vec<&Actor> = state.held.iter().filter(|actor| is_changed(actor)).collect();
        let mut groups = Vec::with_capacity(known.len());
        for group in known.iter().filter(|group| wanted(&group.candidate)) {
            if group.on.iter().any(|object| written.contains(object)) {
                groups.extend(self.group(state, group.place, &group.actor));
            } else if changed.contains(&&*group.actor) {
                // Not the same cells: what is found here would be found for the other state, too.
                let enabled = group.enabled.iter().map(|_| OnceCell::new()).collect();
                groups.push(Rc::new(Group { enabled, ..Group::clone(group) }));
            } else {
                groups.push(Rc::clone(group));
            }
        }
        let mut held = written.iter().filter_map(|object| match object {
            Object::Actor(actor) => state.held.get(actor),
            _ => None,
        });
        if let Some(actor) = held.find(|actor| !known.iter().any(|group| *group.actor == **actor)) {
            let places = self.candidates.iter().enumerate().filter(|(_, candidate)| wanted(candidate));
            groups.extend(places.filter_map(|(place, _)| self.group(state, place, actor)));
            groups.sort_by(|one, other| (one.place, &one.actor).cmp(&(other.place, &other.actor)));
        }
        groups
    }

    fn group(&self, state: &State, place: usize, actor: &Actor) -> Option<Rc<Group>> {
        let candidate = self.candidates.get(place)?;
        let transition = self.questions.model.ground.transitions.get(candidate.transition)?;
        let home = self.questions.home(state, actor)?;
        let since = candidate.since(actor)?;
        if !self.questions.may_send(state, actor, transition, &candidate.change) {
            return None;
        }
        let changes = self.exact(state, home, transition, &candidate.change).into_iter();
        let changes = changes.filter(|change| state.is_changed_by(change) && !self.is_useless(state, change));
        let moves: Rc<[Move]> = changes.map(|change| Move { written: written(&change), change }).collect();
        let enabled = moves.iter().map(|_| OnceCell::new()).collect();
        let (candidate, actor, on) = (Rc::clone(candidate), Rc::new(actor.clone()), hangs_on(state, &candidate.change));
        Some(Rc::new(Group { place, candidate, actor, since, on: on.into(), moves, enabled }))
    }

    /// How a move of a group is brought about; none if its actor cannot.
    pub(super) fn enabled<'g>(
        &self,
        state: &State,
        group: &'g Group,
        number: usize,
    ) -> Result<Option<&'g Enabled>, ReachError> {
        let (Some(own), Some(cell)) = (group.moves.get(number), group.enabled.get(number)) else { return Ok(None) };
        if let Some(known) = cell.get() {
            return Ok(known.as_ref());
        }
        let Some(transition) = self.questions.model.ground.transitions.get(group.candidate.transition) else {
            return Ok(None);
        };
        let found = self.questions.enabled(state, &group.actor, transition, &own.change, self.situation)?;
        Ok(cell.get_or_init(|| found).as_ref())
    }

    /// Whether a change gives nobody more than he has: whatever it leads to is reached without it.
    fn is_useless(&self, state: &State, change: &Change) -> bool {
        let ground = &self.questions.model.ground;
        let content = |policy: &ManagedId| state.policy(*policy).map(|own| own.contents.as_slice()).unwrap_or_default();
        let all = |id: PartId| {
            state.part(id).is_some_and(|own| {
                own.inline.iter().any(|inline| inline.document == ground.everything)
                    || own.attached.iter().any(|(policy, _)| content(policy).contains(&ground.everything))
            })
        };
        match change {
            Change::Attached { part, .. } => all(*part),
            Change::Document { part, name, .. } => {
                let replaces = state.part(*part).is_some_and(|own| own.inline.iter().any(|own| own.name == *name));
                !replaces && all(*part)
            }
            Change::Joined { user, .. } => all(*user),
            Change::Renamed { part, name } => {
                let old = state.part(*part).and_then(|own| own.names.first());
                old.is_some_and(|old| ground.are_alike(&old.text, &name.text))
            }
            _ => false,
        }
    }

    /// The changes of one state that a change of a covering state stands for.
    fn exact(&self, state: &State, home: &Home, transition: &Transition, change: &Change) -> Vec<Change> {
        let ground = &self.questions.model.ground;
        let rules = self.questions.rules(state, self.situation);
        let listed = |policy: &ManagedId| *policy != home.unlisted;
        match change {
            Change::Attached { policy, .. } | Change::Boundary { boundary: Some(policy), .. } if !listed(policy) => {
                Vec::new()
            }
            Change::Attached { policy, .. } | Change::Boundary { boundary: Some(policy), .. } => {
                let there = state.policy(*policy).is_some_and(|own| own.exists);
                if there { vec![change.clone()] } else { Vec::new() }
            }
            Change::PartMade { .. } | Change::PolicyMade { .. } | Change::Renamed { .. } | Change::Trust { .. } => {
                let own = rules.changes(&transition.effect, home).into_iter();
                own.filter(|own| stands_for(home, change, own)).collect()
            }
            Change::Held(Actor::Tagged(part, None)) => {
                let pairs = ground.tags.iter().flat_map(|(key, values)| values.iter().map(move |value| (key, value)));
                pairs
                    .map(|(key, value)| Change::Held(Actor::Tagged(*part, Some((key.clone(), value.clone())))))
                    .collect()
            }
            // What any tags could, no trace shows; nor what credentials for some services could, or comes of a name that
            // is free again.
            Change::Held(Actor::Federated(_, true) | Actor::Services(..)) | Change::PartGone(_) => Vec::new(),
            Change::Tagged { part, key, value: Some(_) } => {
                let values = ground.tags.get(key).into_iter().flatten();
                let (part, key) = (*part, key.clone());
                values.map(|value| Change::Tagged { part, key: key.clone(), value: Some(value.clone()) }).collect()
            }
            Change::Policy { service } => {
                let written = matches!(transition.effect, Effect::WriteResourcePolicy { .. });
                let document = written.then(|| ground.opened.get(service).copied()).flatten();
                let resources = self.resources.iter().cloned();
                resources.map(|resource| Change::Rewritten { resource, service: service.clone(), document }).collect()
            }
            _ => vec![change.clone()],
        }
    }
}

/// Whether a change of a covering state stands for one: a trust policy that the attacker writes stands for those that name
/// fewer of his providers.
fn stands_for(home: &Home, change: &Change, other: &Change) -> bool {
    let mut theirs = other.clone();
    let number = |id: &PolicyId| home.trusts.iter().position(|own| own == id);
    if let (Some(own), Some(less)) = (change.clone().trust(), theirs.trust())
        && let (Some(own_number), Some(number)) = (number(own), number(less))
        && own_number & number == number
    {
        *less = *own;
    }
    change.covers(&theirs)
}

/// What a change writes.
fn written(change: &Change) -> Vec<Object> {
    let mut written = writes(change);
    written.push(Object::Anything);
    match change {
        Change::PartMade { .. } | Change::PolicyMade { .. } | Change::Renamed { .. } | Change::PolicyGone(_) => {
            written.push(Object::Names);
        }
        Change::Held(Actor::Provider(_)) => written.push(Object::Providers),
        _ => {}
    }
    written
}

/// What a change, its guards and whether it is of use hang on, beside the caller.
fn hangs_on(state: &State, change: &Change) -> Vec<Object> {
    let mut on = looks_at(state, change);
    on.extend(writes(change));
    match change {
        Change::Attached { part, .. } | Change::Document { part, .. } | Change::Joined { user: part, .. } => {
            on.extend(reads(state, &Actor::User(*part)));
        }
        Change::PartMade { .. } => on.extend([Object::Names, Object::Providers]),
        Change::PolicyMade { .. } | Change::Renamed { .. } => on.push(Object::Names),
        Change::Trust { .. } => on.push(Object::Providers),
        // A policy that is in use stays.
        Change::PolicyGone(_) => on.push(Object::Anything),
        _ => {}
    }
    on
}

/// The resources that a policy of the goal's resource may belong to: it, and what lies above it.
fn resources(questions: &Questions<'_>, saturation: &Saturation) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let hits = saturation.hits.iter().filter_map(|(_, aimed)| match aimed {
        Aimed::Hit(hit) => Some(hit.found.request.resource.clone()),
        _ => None,
    });
    let own = questions.model.goal.resource.iter().map(|resource| resource.value.to_string());
    for resource in own.filter(|text| !text.contains(['*', '?', '$'])).chain(hits) {
        let mut above = resource.as_str();
        loop {
            if Arn::parse(above).is_some() && !found.iter().any(|known| known == above) {
                found.push(above.to_owned());
            }
            match above.rsplit_once('/') {
                Some((front, _)) => above = front,
                None => break,
            }
        }
    }
    found
}
