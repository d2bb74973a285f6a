//! Saturation: everything that may become true along sequences of requests of any length.
//!
//! In: a covering state that covers the first one. Out: round by round a covering state of every state that so many
//! requests can lead to, until a round adds nothing. Soundness: unreachable is said only if in a state that no round
//! changes any more no held actor is allowed the goal: it covers the first state, and whatever a held actor is allowed in a
//! state that it covers leads to a state that it covers.

use std::collections::{BTreeMap, HashSet};

use crate::account::ask::AskError;
use crate::escalation::aim::Aimed;
use crate::escalation::questions::{Questions, Situation};
use crate::escalation::rule::Rules;
use crate::escalation::state::{Actor, Change, ManagedId, PartId, State};

/// A change that some actor may bring about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    pub(super) change: Change,
    /// The number of its transition; none of a role that is passed to a service in a way that is not modelled.
    pub(super) transition: Option<usize>,
    pub(super) actor: Actor,
    /// How many requests it takes, the change's own included, at least.
    pub(super) round: usize,
}

/// What was found so far.
#[derive(Debug, Clone)]
pub(super) struct Saturation {
    pub(super) state: State,
    pub(super) rounds: usize,
    /// Whether the last round added nothing.
    pub(super) closed: bool,
    pub(super) log: Vec<Entry>,
    /// Who may be allowed the goal, and what was found of it.
    pub(super) hits: Vec<(Actor, Aimed)>,
    /// After how many rounds each of them could first be.
    pub(super) since: BTreeMap<Actor, usize>,
    /// Whether no request meets the goal, whoever of the held asks.
    pub(super) vacuous: bool,
    seen: HashSet<(Change, Option<usize>, Actor)>,
}

impl Saturation {
    /// Begins with a state.
    pub(super) fn new(start: &State) -> Self {
        Self {
            state: State { exact: false, ..start.clone() },
            rounds: 0,
            closed: false,
            log: Vec::new(),
            hits: Vec::new(),
            since: BTreeMap::new(),
            vacuous: true,
            seen: HashSet::new(),
        }
    }

    /// Asks for the goal again.
    pub(super) fn aim(&mut self, questions: &Questions<'_>, situation: &Situation) -> Result<(), AskError> {
        self.hits.clear();
        self.vacuous = true;
        for actor in self.state.held.clone() {
            match questions.aimed(&self.state, &actor, situation)? {
                Aimed::Missed { vacuous } => self.vacuous &= vacuous,
                hit => {
                    self.vacuous = false;
                    self.since.entry(actor.clone()).or_insert(self.rounds);
                    self.hits.push((actor, hit));
                }
            }
        }
        Ok(())
    }

    /// One round: everything that one request more can change. None if the time is over.
    pub(super) fn round(&mut self, questions: &Questions<'_>, situation: &Situation) -> Result<Option<()>, AskError> {
        let state = self.state.clone();
        let many = state.is_large();
        let mut next = state.clone();
        let mut found = Vec::new();
        for actor in &state.held {
            let Some(home) = questions.home(&state, actor) else { continue };
            // Where policies are not told apart, whoever may choose one may choose the widest.
            let passed_over = match (many, questions.is_picky(&state, actor, situation)) {
                (false, _) => HashSet::new(),
                (true, true) => questions.alike(&state, actor, home.administrator, situation),
                (true, false) => (0..state.managed.len()).filter(|policy| *policy != home.administrator).collect(),
            };
            let rules = Rules { passed_over: Some(&passed_over), ..questions.rules(&state, situation) };
            for (number, transition) in rules.ground.transitions.iter().enumerate() {
                if !questions.could(&state, actor, transition, home, situation)? {
                    continue;
                }
                let mut widest: HashSet<PartId> = HashSet::new();
                for change in rules.changes(&transition.effect, home) {
                    let chosen = chosen(&change);
                    let narrower = chosen
                        .is_some_and(|(part, policy)| policy != home.administrator && many && widest.contains(&part));
                    if situation.watch.is_over() {
                        return Ok(None);
                    }
                    let key = (change, Some(number), actor.clone());
                    // What others stand for is looked at even where it is there already.
                    let new = next.is_changed_by(&key.0) || next.is_changed_by(&any(&key.0, home.any));
                    if narrower || (many && !new) || self.seen.contains(&key) {
                        continue;
                    }
                    if questions.enabled(&state, actor, transition, &key.0, situation)?.is_some() {
                        next.apply(&key.0);
                        if let Some((part, _)) = chosen.filter(|(_, policy)| many && *policy == home.administrator) {
                            widest.insert(part);
                            next.apply(&any(&key.0, home.any));
                        }
                        self.seen.insert(key.clone());
                        found.push(Entry { change: key.0, transition: key.1, actor: key.2, round: self.rounds + 1 });
                    }
                }
            }
            for change in questions.passed(&state, actor, home, situation)? {
                if next.apply(&change) {
                    found.push(Entry { change, transition: None, actor: actor.clone(), round: self.rounds + 1 });
                }
            }
        }
        self.rounds += 1;
        self.closed = next == state;
        self.log.extend(found);
        self.state = next;
        Ok((!situation.watch.is_over()).then_some(()))
    }
}

/// The policy that a change is a choice of, and the part it is chosen for.
fn chosen(change: &Change) -> Option<(PartId, ManagedId)> {
    match change {
        Change::Attached { part, policy } => Some((*part, *policy)),
        Change::Boundary { part, boundary } | Change::PartMade { part, boundary, .. } => Some((*part, (*boundary)?)),
        _ => None,
    }
}

/// The change with a boundary that may be any, for those that are not looked at one by one.
fn any(change: &Change, any: ManagedId) -> Change {
    match change {
        Change::Boundary { part, .. } => Change::Boundary { part: *part, boundary: Some(any) },
        Change::PartMade { part, name, trust, credentials, .. } => Change::PartMade {
            part: *part,
            name: name.clone(),
            boundary: Some(any),
            trust: *trust,
            credentials: *credentials,
        },
        other => other.clone(),
    }
}
