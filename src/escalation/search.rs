//! A shortest trace, looked for where the saturation says that one may be.
//!
//! In: a saturation whose state may be allowed the goal. Out: a sequence of changes that one state after the other allows,
//! with the goal's request at its end. Depths are tried one after the other, so that the first trace is a shortest one
//! among the attacker's canonical choices; what the goal does not depend on, as far as the saturation knows, is left out.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use crate::account::ask::AskError;
use crate::escalation::aim::{Aimed, Hit};
use crate::escalation::moves::{Group, Moves};
use crate::escalation::object::{Object, reads, writes};
use crate::escalation::questions::{Enabled, Questions, Situation};
use crate::escalation::relevant::{Aimer, Candidate, Relevant, aimers, general, relevant};
use crate::escalation::saturate::Saturation;
use crate::escalation::state::{Actor, Change, State};

/// States that are looked at before the search gives up.
const STATES: usize = 100_000;

/// A step of a trace that was found.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    pub(super) transition: usize,
    pub(super) actor: Actor,
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

/// A search of one depth.
pub(super) struct Search<'q, 'm> {
    questions: &'q Questions<'m>,
    situation: &'q Situation,
    moves: Moves<'q, 'm>,
    relevant: Relevant,
    /// Who may be allowed the goal.
    aimers: BTreeMap<Actor, Aimer>,
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
        let mut relevant = relevant(questions, situation, start, (saturation, &aimers), depth)?;
        let candidates = std::mem::take(&mut relevant.candidates);
        Ok(Self {
            questions,
            situation,
            moves: Moves::new(questions, situation, saturation, candidates),
            relevant,
            aimers,
            seen: HashMap::new(),
            states: 0,
            gave_up: false,
        })
    }

    /// A trace of exactly so many requests from the first state.
    pub(super) fn from(&mut self, start: &State, left: usize) -> Result<Option<Trace>, AskError> {
        self.visit(start, left, 0, None, &[])
    }

    /// A trace of exactly so many requests from a state that so many rounds of the saturation cover: what a request makes
    /// of it is covered by one round more, so that who may be allowed the goal after some round is not before.
    fn visit(
        &mut self,
        state: &State,
        left: usize,
        level: usize,
        before: Option<(&[Rc<Group>], &[Object])>,
        unread: &[(&[Object], &Candidate)],
    ) -> Result<Option<Trace>, AskError> {
        if !self.relevant.may_go_on(state, level, left) {
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
        let lasts = self.last(state);
        let groups = match before {
            None => self.moves.first(state),
            Some((groups, written)) => {
                self.moves.after(state, groups, written, |own| self.may_be_wanted(&lasts, own, left, level))
            }
        };
        for group in &groups {
            let candidate = &group.candidate;
            if group.since > level + 1 || !self.is_wanted(&lasts, candidate, left, level) {
                continue;
            }
            let (reached, left) = (level.max(candidate.covered), left.saturating_sub(candidate.cost));
            let mut unread = unread.to_vec();
            if !unread.is_empty() {
                let read = group.reads(state);
                unread.retain(|(written, _)| !written.iter().any(|object| read.contains(object)));
            }
            // What nothing after it can need has been done in vain: a shorter trace would do.
            if unread.iter().any(|(_, own)| !own.is_needed(reached, left)) {
                continue;
            }
            for (number, own) in group.moves.iter().enumerate() {
                let Some(enabled) = self.moves.enabled(state, group, number)? else { continue };
                let mut next = state.clone();
                next.apply(&own.change);
                unread.push((&own.written, candidate));
                let found = self.visit(&next, left, reached, Some((&groups, &own.written)), &unread)?;
                unread.pop();
                if let Some(mut trace) = found {
                    let (actor, change) = (Actor::clone(&group.actor), own.change.clone());
                    let (transition, enabled, before) = (candidate.transition, enabled.clone(), state.clone());
                    trace.steps.insert(0, Taken { transition, actor, change, enabled, before });
                    return Ok(Some(trace));
                }
            }
        }
        Ok(None)
    }

    /// What those who are held are allowed the goal by, if they may be by other layers than at the start, and what the goal
    /// is about; each with the rounds of the saturation that it takes.
    fn last(&self, state: &State) -> Vec<(usize, Object)> {
        let mut found = Vec::new();
        for (id, part) in self.questions.aim.targets(state) {
            let bounds = part.boundaries.iter().flatten().map(|policy| Object::Policy(*policy));
            found.extend([Object::Part(id)].into_iter().chain(bounds).map(|object| (0, object)));
        }
        for actor in &state.held {
            if let Some(aimer) = self.aimer(actor).filter(|own| own.layers) {
                found.extend(reads(state, actor).into_iter().map(|object| (aimer.since, object)));
            }
        }
        found
    }

    /// Whether a candidate may be the next of so many requests or a later one.
    fn may_be_wanted(&self, lasts: &[(usize, Object)], own: &Candidate, left: usize, level: usize) -> bool {
        let later = |after| own.is_needed(level + left + 1 - own.cost - after, after);
        self.is_wanted(lasts, own, left, level) || (1..left.saturating_sub(own.cost)).any(later)
    }

    /// Whether a candidate may be the next of so many requests, after so many rounds.
    fn is_wanted(&self, lasts: &[(usize, Object)], own: &Candidate, left: usize, level: usize) -> bool {
        let (last, level) = (own.cost + 1 == left, level.max(own.covered));
        own.cost < left
            && own.is_needed(level, left - own.cost)
            && (!last || self.may_be_the_last(lasts, &own.change, level))
    }

    /// Whether a change touches what somebody's right to the goal hangs on, who may have it after so many rounds: without
    /// the change, a shorter trace would do.
    fn may_be_the_last(&self, lasts: &[(usize, Object)], change: &Change, level: usize) -> bool {
        if self.questions.aim.is_about_sessions() {
            return true;
        }
        match change {
            Change::Held(actor) => return self.aimer(actor).is_some_and(|own| own.since <= level),
            // What is made may be a caller at once, and a new name may be one that the goal is about.
            Change::PartMade { credentials: true, .. }
            | Change::Renamed { .. }
            | Change::Policy { .. }
            | Change::Rewritten { .. } => return true,
            _ => {}
        }
        let written = writes(change);
        lasts.iter().any(|(since, object)| *since <= level && written.contains(object))
    }

    /// What the saturation knows of an actor who may be allowed the goal.
    fn aimer(&self, actor: &Actor) -> Option<&Aimer> {
        self.aimers.get(&general(actor))
    }
}
