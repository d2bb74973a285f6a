//! What a goal depends on, as far as a saturation knows.
//!
//! In: a saturation whose state may be allowed the goal. Out: who may be allowed it, and the changes that a trace to it may
//! need, each with what is known of its place in a trace. No proof rests on any of it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::account::ask::AskError;
use crate::escalation::aim::Aimed;
use crate::escalation::object::{Object, looks_at, reads, writes};
use crate::escalation::questions::{Questions, Situation};
use crate::escalation::saturate::{Entry, Saturation};
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
    /// The round of the saturation that found it.
    round: usize,
    /// The round that covers what it makes of a state which the one before covers: another transition may have been first.
    pub(super) covered: usize,
    pub(super) change: Change,
    /// By how many rounds cover a state and how many requests are left in it: whether what it writes may be of use.
    needed: Vec<Vec<bool>>,
    /// Who may try it, from which round on; none where not all who may are known.
    actors: Option<HashMap<Actor, usize>>,
}

impl Candidate {
    /// Whether what it writes may be of use in a state that so many rounds cover, where so many requests are left.
    pub(super) fn is_needed(&self, rounds: usize, left: usize) -> bool {
        self.needed.get(rounds).and_then(|needed| needed.get(left)).copied().unwrap_or_default()
    }

    /// From which round on an actor may try it, if at all.
    pub(super) fn since(&self, actor: &Actor) -> Option<usize> {
        match &self.actors {
            Some(actors) => actors.get(&general(actor)).copied(),
            None => Some(self.round),
        }
    }
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

/// What a trace to the goal may depend on.
#[derive(Debug)]
pub(super) struct Relevant {
    pub(super) candidates: Vec<Candidate>,
    needs: Needs,
    large: bool,
}

/// What may be of use in a state, by how many rounds of the saturation cover it and how many requests are left, the goal's
/// included.
#[derive(Debug, Default)]
struct Needs(HashMap<(usize, usize), Need>);

#[derive(Debug, Default)]
struct Need {
    /// What a change of may be of use.
    objects: HashSet<Object>,
    /// Who may be allowed the goal, or bring it about that somebody is held who may go on.
    callers: HashSet<Actor>,
    /// Who may bring about another change, and what the state after it needs.
    others: HashMap<(usize, usize), HashSet<Actor>>,
}

impl Needs {
    fn contain(&self, objects: &[Object], rounds: usize, left: usize) -> bool {
        self.0.get(&(rounds, left)).is_some_and(|need| objects.iter().any(|object| need.objects.contains(object)))
    }
}

impl Relevant {
    /// Whether those who are held in a state may bring about what must come next.
    pub(super) fn may_go_on(&self, state: &State, rounds: usize, left: usize) -> bool {
        let Some(need) = self.needs.0.get(&(rounds, left)) else { return false };
        let is_held = |actors: &HashSet<Actor>| state.held.iter().any(|actor| actors.contains(&general(actor)));
        // Where there are many, what one may change is not asked of the next: not all who may are known.
        let all = |actors: &HashSet<Actor>| if self.large { !actors.is_empty() } else { is_held(actors) };
        all(&need.callers)
            || need.others.iter().any(|(after, actors)| all(actors) && self.may_go_on(state, after.0, after.1))
    }
}

/// What traces of at most so many requests to the goal may depend on.
pub(super) fn relevant(
    questions: &Questions<'_>,
    situation: &Situation,
    start: &State,
    (saturation, aimers): (&Saturation, &BTreeMap<Actor, Aimer>),
    depth: usize,
) -> Result<Relevant, AskError> {
    let state = &saturation.state;
    let before = State { exact: false, ..start.clone() };
    let transitions = questions.model.ground.transitions;
    let written: Vec<Vec<Object>> = saturation.log.iter().map(|entry| writes(&entry.change)).collect();
    let mut read: Vec<OnceCell<Vec<Object>>> = vec![OnceCell::new(); written.len()];
    let mut covered: HashMap<&Change, usize> = HashMap::new();
    for entry in &saturation.log {
        // The log is by rounds: whoever comes first is the earliest.
        covered.entry(&entry.change).or_insert(entry.round);
    }
    let covered = |entry: &Entry| covered.get(&entry.change).copied().unwrap_or(entry.round);
    let (mut needs, large) = (Needs::default(), state.is_large());
    for left in 1..=depth {
        for rounds in 0..=depth - left {
            if left == 1 {
                let objects = aimed(questions, saturation, aimers, rounds);
                let callers = aimers.iter().filter(|(_, aimer)| aimer.since <= rounds).map(|(actor, _)| actor.clone());
                needs.0.insert((rounds, left), Need { objects, callers: callers.collect(), ..Need::default() });
                continue;
            }
            let mut need = Need::default();
            for ((entry, written), read) in saturation.log.iter().zip(&written).zip(&mut read) {
                if situation.watch.is_over() {
                    // The search that follows says so.
                    return Ok(Relevant { candidates: Vec::new(), needs, large });
                }
                let Some(transition) = entry.transition.and_then(|number| transitions.get(number)) else { continue };
                let after = (rounds.max(covered(entry)), left.saturating_sub(transition.requests.len()));
                if entry.round > rounds + 1 || !needs.contain(written, after.0, after.1) {
                    continue;
                }
                match written.iter().any(|object| matches!(object, Object::Actor(_))) {
                    true => need.callers.insert(entry.actor.clone()),
                    false => need.others.entry(after).or_default().insert(entry.actor.clone()),
                };
                need.objects.extend(needs.0.get(&after).into_iter().flat_map(|need| &need.objects).cloned());
                // What can be done at once needs nothing before it; who is held already gains nothing by being held.
                let held = |actor: &Actor| *actor == entry.actor || start.held.contains(actor);
                if entry.round == 1 || matches!(&entry.change, Change::Held(actor) if held(actor)) {
                    continue;
                }
                if read.get().is_none() {
                    let (actor, change) = (&entry.actor, &entry.change);
                    let enabled = questions.enabled_as(&before, state, actor, transition, change, situation)?;
                    let own = match enabled {
                        None => reads(state, actor),
                        Some(_) => vec![Object::Actor(actor.clone())],
                    };
                    read.get_or_init(|| own.into_iter().chain(looks_at(state, change)).collect());
                }
                need.objects.extend(read.get().into_iter().flatten().cloned());
            }
            needs.0.insert((rounds, left), need);
        }
    }
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut known: HashMap<(usize, &Change), Option<usize>> = HashMap::new();
    for (entry, written) in saturation.log.iter().zip(written) {
        let Some(number) = entry.transition else { continue };
        let cost = transitions.get(number).map_or(1, |transition| transition.requests.len());
        let own = *known.entry((number, &entry.change)).or_insert_with(|| {
            let mut lefts = 1..=(depth + 1).saturating_sub(entry.round + cost);
            let is_wanted = lefts.any(|left| needs.contain(&written, depth - left, left));
            is_wanted.then(|| {
                let (round, covered, change) = (entry.round, covered(entry), entry.change.clone());
                let actors = (!large).then(HashMap::new);
                let needed = |rounds| (0..=depth - rounds).map(|left| needs.contain(&written, rounds, left)).collect();
                let needed = (0..depth).map(needed).collect();
                candidates.push(Candidate { transition: number, cost, round, covered, change, needed, actors });
                candidates.len() - 1
            })
        });
        if let Some(actors) = own.and_then(|own| candidates.get_mut(own)).and_then(|own| own.actors.as_mut()) {
            actors.entry(entry.actor.clone()).or_insert(entry.round);
        }
    }
    Ok(Relevant { candidates, needs, large })
}

/// What the goal itself may depend on, after so many rounds.
fn aimed(
    questions: &Questions<'_>,
    saturation: &Saturation,
    aimers: &BTreeMap<Actor, Aimer>,
    rounds: usize,
) -> HashSet<Object> {
    let state = &saturation.state;
    let mut need = HashSet::new();
    for (actor, aimer) in aimers.iter().filter(|(_, aimer)| aimer.since <= rounds) {
        match aimer.layers {
            true => need.extend(reads(state, actor)),
            false => need.extend([Object::Actor(actor.clone())]),
        }
    }
    if need.is_empty() {
        return need;
    }
    let services = state.services.iter().filter(|service| questions.aim.is_about(service));
    need.extend(services.map(|service| Object::Service(service.clone())));
    for (id, part) in questions.aim.targets(state) {
        need.insert(Object::Part(id));
        need.extend(part.boundaries.iter().flatten().map(|policy| Object::Policy(*policy)));
    }
    if questions.aim.is_about_sessions() {
        need.extend(saturation.log.iter().flat_map(|entry| writes(&entry.change)));
    }
    need
}

/// An actor as the saturation has it.
pub(super) fn general(actor: &Actor) -> Actor {
    match actor {
        Actor::Tagged(role, Some(_)) => Actor::Tagged(*role, None),
        other => other.clone(),
    }
}
