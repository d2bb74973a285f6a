//! A shortest trace, looked for where the saturation says that one may be.
//!
//! In: a saturation whose state may be allowed the goal. Out: a sequence of changes that one state after the other allows,
//! with the goal's request at its end. Depths are tried one after the other, so that the first trace is a shortest one
//! among the attacker's canonical choices; what the goal does not depend on, as far as the saturation knows, is left out.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::account::ask::AskError;
use crate::escalation::aim::{Aimed, Hit};
use crate::escalation::ground::Home;
use crate::escalation::questions::{Enabled, Questions, Situation};
use crate::escalation::rule::word;
use crate::escalation::saturate::Saturation;
use crate::escalation::state::{Actor, Change, ManagedId, PartId, PartState, State};
use crate::escalation::transition::{Effect, Transition};
use crate::vocabulary::arn::Arn;

/// States that are looked at before the search gives up.
const STATES: usize = 20_000;

/// A step of a trace that was found.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) transition: usize,
    pub(super) change: Change,
    pub(super) enabled: Enabled,
    /// The state that it is taken in.
    pub(super) before: State,
}

/// A trace that was found.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    pub(super) steps: Vec<Taken>,
    pub(super) last: Arc<Hit>,
}

/// What a change or a guard is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Object {
    Part(PartId),
    Policy(ManagedId),
    Actor(Actor),
    Service(String),
}

/// Somebody who may be allowed the goal.
#[derive(Debug, Clone, Copy)]
struct Aimer {
    /// After how many rounds of the saturation, at least.
    since: usize,
    /// Whether it takes other layers than he has at the start.
    layers: bool,
}

/// Something that may be tried.
#[derive(Debug, Clone)]
struct Candidate {
    transition: usize,
    cost: usize,
    /// How many requests must still follow it, at least, the goal's included.
    after: usize,
    /// The round of the saturation that found it.
    round: usize,
    change: Change,
}

/// A search of one depth.
pub(super) struct Search<'q, 'm> {
    questions: &'q Questions<'m>,
    situation: &'q Situation,
    candidates: Vec<Candidate>,
    /// Who may be allowed the goal.
    aimers: BTreeMap<Actor, Aimer>,
    /// After how many rounds of the saturation somebody could first be.
    first: usize,
    /// Resources whose policies the goal may depend on.
    resources: Vec<String>,
    seen: HashMap<State, usize>,
    pub(super) states: usize,
    pub(super) gave_up: bool,
}

impl<'q, 'm> Search<'q, 'm> {
    /// Prepares for traces of at most so many requests.
    pub(super) fn new(
        questions: &'q Questions<'m>,
        situation: &'q Situation,
        start: &State,
        saturation: &Saturation,
        depth: usize,
    ) -> Result<Self, AskError> {
        let aimers = aimers(questions, situation, start, saturation)?;
        let candidates = relevant(questions, situation, start, (saturation, &aimers), depth)?;
        let resources = resources(questions, saturation);
        Ok(Self {
            questions,
            situation,
            candidates,
            first: aimers.values().map(|own| own.since).min().unwrap_or_default(),
            aimers,
            resources,
            seen: HashMap::new(),
            states: 0,
            gave_up: false,
        })
    }

    /// A trace of exactly so many requests from a state that so many rounds of the saturation cover: what a request makes
    /// of it is covered by one round more, so that who may be allowed the goal after some round is not before.
    pub(super) fn from(&mut self, state: &State, left: usize, level: usize) -> Result<Option<Trace>, AskError> {
        if level + left <= self.first {
            return Ok(None);
        }
        if self.gave_up || self.states >= STATES || self.situation.watch.is_over() {
            self.gave_up = true;
            return Ok(None);
        }
        match self.seen.get_mut(state) {
            Some(tried) if *tried >= left => return Ok(None),
            Some(tried) => *tried = left,
            None => {
                self.seen.insert(state.clone(), left);
            }
        }
        self.states += 1;
        if left == 1 {
            for actor in state.held.iter().filter(|actor| self.aimer(actor).is_some_and(|own| own.since <= level)) {
                if let Aimed::Hit(last) = self.questions.aimed(state, actor, self.situation)? {
                    return Ok(Some(Trace { steps: Vec::new(), last }));
                }
            }
            return Ok(None);
        }
        for number in 0..self.candidates.len() {
            let Some(candidate) = self.candidates.get(number).cloned() else { continue };
            if candidate.cost + candidate.after > left || candidate.round > level + 1 {
                continue;
            }
            let reached = level.max(candidate.round);
            let Some(transition) = self.questions.model.ground.transitions.get(candidate.transition) else { continue };
            for actor in state.held.clone() {
                let Some(home) = self.questions.home(state, &actor) else { continue };
                for change in self.exact(state, home, transition, &candidate.change) {
                    if !state.is_changed_by(&change) || self.is_useless(state, &change) {
                        continue;
                    }
                    let last = left.saturating_sub(candidate.cost) == 1;
                    if last && !self.may_be_the_last(state, &change, reached) {
                        continue;
                    }
                    let enabled = self.questions.enabled(state, &actor, transition, &change, self.situation)?;
                    let Some(enabled) = enabled else { continue };
                    let mut next = state.clone();
                    next.apply(&change);
                    if let Some(mut trace) = self.from(&next, left.saturating_sub(candidate.cost), reached)? {
                        let (before, transition) = (state.clone(), candidate.transition);
                        trace.steps.insert(0, Taken { transition, change, enabled, before });
                        return Ok(Some(trace));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Whether a change touches what somebody's right to the goal hangs on, who may have it after so many rounds: without
    /// the change, a shorter trace would do.
    fn may_be_the_last(&self, state: &State, change: &Change, level: usize) -> bool {
        let aims = |actor: &Actor| self.aimer(actor).is_some_and(|own| own.since <= level);
        let by_layers = |actor: &Actor| self.aimer(actor).is_some_and(|own| own.since <= level && own.layers);
        match change {
            Change::Held(actor) => return aims(actor) || self.questions.aim.is_about("sts"),
            // What is made may be a caller at once.
            Change::PartMade { credentials: true, .. } => return true,
            _ => {}
        }
        let touched = |object: &Object| match object {
            Object::Part(_) | Object::Policy(_) => {
                let mut targets = self.questions.aim.targets(state);
                let mut held = state.held.iter().filter(|actor| by_layers(actor));
                targets.any(|(id, part)| touches(id, part, object))
                    || held.any(|actor| reads(state, actor).contains(object))
            }
            Object::Actor(_) | Object::Service(_) => true,
        };
        writes(change).iter().any(touched) || self.questions.aim.is_about("sts")
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

    /// Whether an actor may be allowed the goal, as far as the saturation knows.
    fn aimer(&self, actor: &Actor) -> Option<&Aimer> {
        self.aimers.get(&general(actor))
    }

    /// The changes of one state that a change of a covering state stands for.
    fn exact(&self, state: &State, home: &Home, transition: &Transition, change: &Change) -> Vec<Change> {
        let ground = &self.questions.model.ground;
        let rules = self.questions.rules(state, self.situation);
        let listed = |policy: &ManagedId| *policy != home.unlisted;
        let like = |same: &dyn Fn(&Change) -> bool| -> Vec<Change> {
            rules.changes(&transition.effect, home).into_iter().filter(|own| same(own)).collect()
        };
        match change {
            Change::Attached { policy, .. } | Change::Boundary { boundary: Some(policy), .. } if !listed(policy) => {
                Vec::new()
            }
            Change::Attached { policy, .. } | Change::Boundary { boundary: Some(policy), .. } => {
                let there = state.policy(*policy).is_some_and(|own| own.exists);
                if there { vec![change.clone()] } else { Vec::new() }
            }
            Change::PartMade { part, boundary, .. } => like(
                &|own| matches!(own, Change::PartMade { part: id, boundary: with, .. } if id == part && with == boundary),
            ),
            Change::PolicyMade { policy, .. } => {
                like(&|own| matches!(own, Change::PolicyMade { policy: id, .. } if id == policy))
            }
            Change::Renamed { part, .. } => {
                let names = state.part(*part).map(|own| rules.free_names(home, word(own.kind))).unwrap_or_default();
                names.into_iter().map(|name| Change::Renamed { part: *part, name }).collect()
            }
            Change::Held(Actor::Tagged(part, None)) => {
                let pairs = ground.tags.iter().flat_map(|(key, values)| values.iter().map(move |value| (key, value)));
                pairs
                    .map(|(key, value)| Change::Held(Actor::Tagged(*part, Some((key.clone(), value.clone())))))
                    .collect()
            }
            // What any tags could, no trace shows; nor what comes of a name that is free again.
            Change::Held(Actor::Federated(_, true)) | Change::PartGone(_) => Vec::new(),
            Change::Tagged { part, key, value: Some(_) } => {
                let values = ground.tags.get(key).into_iter().flatten();
                let (part, key) = (*part, key.clone());
                values.map(|value| Change::Tagged { part, key: key.clone(), value: Some(value.clone()) }).collect()
            }
            Change::Trust { role, .. } => like(&|own| matches!(own, Change::Trust { role: id, .. } if id == role)),
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

/// Whether an object is a part, or its boundary.
fn touches(id: PartId, part: &PartState, object: &Object) -> bool {
    match object {
        Object::Part(own) => *own == id,
        Object::Policy(own) => part.boundaries.contains(&Some(*own)),
        Object::Actor(_) | Object::Service(_) => false,
    }
}

/// What an actor's rights hang on.
fn reads(state: &State, actor: &Actor) -> Vec<Object> {
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
fn writes(change: &Change) -> Vec<Object> {
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
fn looks_at(state: &State, change: &Change) -> Vec<Object> {
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
        Change::Trust { role, .. } => {
            part(*role);
            let providers = state.held.iter().filter(|actor| matches!(actor, Actor::Provider(_)));
            read.extend(providers.map(|actor| Object::Actor(actor.clone())));
        }
        _ => read.extend(writes(change)),
    }
    read
}

/// An actor as the saturation has it.
fn general(actor: &Actor) -> Actor {
    match actor {
        Actor::Tagged(role, Some(_)) => Actor::Tagged(*role, None),
        other => other.clone(),
    }
}

/// Who may be allowed the goal, and whether it takes other layers than he has at the start: who is allowed it only by what
/// became of resources since, with the layers that he has from the start, needs no other layers.
fn aimers(
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
fn relevant(
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
    need.extend(state.services.iter().map(|service| (Object::Service(service.clone()), 1)));
    for (id, part) in questions.aim.targets(state) {
        need.insert(Object::Part(id), 1);
        need.extend(part.boundaries.iter().flatten().map(|policy| (Object::Policy(*policy), 1)));
    }
    if questions.aim.is_about("sts") {
        for entry in &saturation.log {
            need.extend(writes(&entry.change).into_iter().map(|object| (object, 1)));
        }
    }
    let mut own = HashMap::new();
    loop {
        let mut changed = false;
        for (place, entry) in saturation.log.iter().enumerate() {
            let Some(number) = entry.transition else { continue };
            let after = writes(&entry.change).iter().filter_map(|object| need.get(object)).min().copied();
            let Some(after) = after else { continue };
            let spent = after + cost(number);
            // What can be done at once needs nothing before it; what takes so many requests leaves only so many.
            if entry.round - 1 + spent > depth || entry.round == 1 {
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
    for entry in &saturation.log {
        let Some(transition) = entry.transition else { continue };
        let after = writes(&entry.change).iter().filter_map(|object| need.get(object)).min().copied();
        let Some(after) = after.filter(|after| entry.round - 1 + after + cost(transition) <= depth) else { continue };
        // The log is by rounds: whoever comes first is the earliest.
        let known = |own: &Candidate| own.transition == transition && own.change == entry.change;
        if !candidates.iter().any(known) {
            let (cost, change) = (cost(transition), entry.change.clone());
            candidates.push(Candidate { transition, cost, after, round: entry.round, change });
        }
    }
    Ok(candidates)
}
