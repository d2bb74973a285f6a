//! A goal in accounts as a transition system, and the answer about an attacker.
//!
//! In: accounts, a goal, an attacker. Out: an [`Outcome`]: unreachable with an invariant whose guards were all asked again
//! by engines that remember nothing; reachable with a trace that the evaluator has replayed; otherwise unknown, with how
//! far it came.

use std::time::Instant;

use crate::account::Accounts;
use crate::account::ask::{AskError, is_meant};
use crate::account::policy::PolicyId;
use crate::account::subject::{Subject, UnknownSubject};
use crate::escalation::aim::Aimed;
use crate::escalation::attacker::{Attacker, Limits};
use crate::escalation::ground::Ground;
use crate::escalation::guard::Watch;
use crate::escalation::outcome::{Fact, Outcome, Reached, Step};
use crate::escalation::questions::{Questions, Situation};
use crate::escalation::saturate::Saturation;
use crate::escalation::search::{Search, Taken, Trace};
use crate::escalation::state::{Actor, Name, State};
use crate::escalation::transition::transitions;
use crate::escalation::{facts, missing, trace, words};
use crate::goal::Goal;
use crate::policy::Document;
use crate::query::reach::ReachError;
use crate::verdict::{Answer, Assumption};
use crate::vocabulary::caller::CallerKind;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum EscalateError {
    /// A principal is none of the accounts'.
    #[error("{0}")]
    Principal(#[from] UnknownSubject),
    /// A question cannot be asked.
    #[error("{0}")]
    Ask(#[from] AskError),
}

impl From<ReachError> for EscalateError {
    fn from(error: ReachError) -> Self {
        Self::Ask(AskError::from(error))
    }
}

/// Accounts and a goal as a transition system.
#[derive(Debug)]
pub struct Model {
    pub(super) accounts: Accounts,
    pub(super) goal: Goal,
    pub(super) limits: Limits,
    pub(super) ground: Ground,
}

impl Model {
    /// Reads every document.
    ///
    /// # Errors
    /// Documents that cannot be read; a goal that cannot be meant.
    pub fn new(mut accounts: Accounts, goal: Goal, limits: Limits) -> Result<Self, AskError> {
        is_meant(&accounts, &goal)?;
        let transitions = transitions(accounts.dialect).map_err(|error| ReachError::Internal(error.to_string()))?;
        let ground = Ground::new(&mut accounts, transitions, &goal)?;
        Ok(Self { accounts, goal, limits, ground })
    }

    /// The document that counts: all of it, or what it allows.
    pub(super) fn kept(&self, id: PolicyId, loose: bool) -> PolicyId {
        let stripped = self.ground.stripped.get(&id).filter(|_| loose);
        stripped.copied().unwrap_or(id)
    }

    /// Documents by their ids; all of them can be read.
    pub(super) fn documents(&self, ids: &[PolicyId]) -> Vec<Document> {
        ids.iter().filter_map(|id| self.accounts.policies.document(*id).ok()).cloned().collect()
    }

    /// Whether resource control policies bear on what an account owns.
    pub(super) fn is_controlled(&self, account: &str) -> bool {
        let organization = self.accounts.organization.as_ref();
        organization.and_then(|own| own.binding(account)).is_some_and(|binding| binding.rcps.is_some())
    }

    /// The accounts as they are at the start.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The goal.
    pub fn goal(&self) -> &Goal {
        &self.goal
    }

    /// The questions of the model; attackers that are asked about together share what is answered.
    ///
    /// # Errors
    /// The goal cannot be meant.
    pub fn questions(&self) -> Result<Questions<'_>, AskError> {
        Questions::new(self)
    }

    /// Whether the goal can be reached by an attacker, and how.
    ///
    /// # Errors
    /// A principal that is not listed; a question that cannot be asked.
    pub fn escalate(&self, attacker: &Attacker) -> Result<Outcome, EscalateError> {
        self.questions()?.escalate(attacker)
    }

    /// The first state, with what an attacker holds.
    fn start(&self, attacker: &Attacker) -> Result<State, UnknownSubject> {
        let mut start = self.ground.start.clone();
        for arn in &attacker.held {
            let subject = Subject::find(&self.accounts, arn)?;
            let number = |arn: &str| start.parts.iter().position(|part| part.names.contains(&Name::exact(arn)));
            let holder = subject.holder.and_then(|holder| number(&holder.arn));
            let actor = match (subject.kind, holder) {
                (CallerKind::User, Some(part)) => Actor::User(part),
                (CallerKind::RoleSession, Some(part)) if subject.holder.is_some_and(|own| own.arn == *arn) => {
                    Actor::Role(part)
                }
                (CallerKind::RoleSession, Some(part)) => Actor::Session(part, arn.as_str().into()),
                _ => Actor::Root(arn.as_str().into()),
            };
            if let Actor::Role(role) = actor {
                // Whichever session of it: one that has tags of its own, too.
                start.held.insert(Actor::Tagged(role, None));
            }
            start.held.insert(actor);
        }
        if attacker.outside.is_some() {
            start.held.extend([false, true].map(|sessions| Actor::Outside { sessions }));
        }
        Ok(start)
    }
}

impl Questions<'_> {
    /// Whether the goal can be reached by an attacker, and how.
    ///
    /// # Errors
    /// A principal that is not listed; a question that cannot be asked.
    pub fn escalate(&self, attacker: &Attacker) -> Result<Outcome, EscalateError> {
        let begun = Instant::now();
        let model = self.model;
        let start = model.start(attacker)?;
        let situation = Situation {
            outside: attacker.outside.clone().unwrap_or_default(),
            providers: [attacker.own_provider, attacker.outside.is_some()],
            watch: Watch { deadline: model.limits.timeout.map(|timeout| begun + timeout) },
        };
        let asked = self.guards.asked();
        let mut run = Run { questions: self, situation, start, reached: Reached::default() };
        let mut outcome = run.decide()?;
        outcome.reached.guards = self.guards.asked().saturating_sub(asked);
        outcome.assumptions = assumptions(attacker);
        outcome.not_modelled = missing::MISSING.iter().map(|line| (*line).to_owned()).collect();
        outcome.elapsed = begun.elapsed();
        Ok(outcome)
    }
}

/// One attacker's question.
struct Run<'q, 'm> {
    questions: &'q Questions<'m>,
    situation: Situation,
    start: State,
    reached: Reached,
}

impl Run<'_, '_> {
    fn decide(&mut self) -> Result<Outcome, EscalateError> {
        let mut saturation = Saturation::new(&self.start);
        let mut gave_up = false;
        for depth in 1..=self.questions.model.limits.max_steps {
            // What so many requests reach needs one round less of saturation.
            while saturation.rounds + 1 < depth && !saturation.closed {
                if saturation.round(self.questions, &self.situation)?.is_none() {
                    return Ok(self.unknown("the time is over", &saturation));
                }
            }
            saturation.aim(self.questions, &self.situation)?;
            self.reached.rounds = saturation.rounds;
            if saturation.hits.is_empty() {
                if saturation.closed {
                    return self.unreachable(&saturation);
                }
                self.reached.excluded = depth;
                continue;
            }
            let mut search = Search::new(self.questions, &self.situation, &self.start, &saturation, depth)?;
            let found = search.from(&self.start, depth)?;
            self.reached.states += search.states;
            gave_up |= search.gave_up;
            if let Some(found) = found {
                let Some(confirmed) = self.confirmed(found)? else {
                    return Ok(self.unknown("the time is over", &saturation));
                };
                if let Some(steps) = trace::steps(self.questions.model, &confirmed)? {
                    return Ok(self.reachable(steps));
                }
            }
            if gave_up {
                let reason = if self.situation.watch.is_over() { "the time is over" } else { "too many states" };
                return Ok(self.unknown(reason, &saturation));
            }
            self.reached.excluded = depth;
        }
        while !saturation.closed {
            if saturation.round(self.questions, &self.situation)?.is_none() {
                return Ok(self.unknown("the time is over", &saturation));
            }
        }
        saturation.aim(self.questions, &self.situation)?;
        if saturation.hits.is_empty() {
            return self.unreachable(&saturation);
        }
        let steps = self.questions.model.limits.max_steps;
        Ok(self.unknown(
            &format!("no trace of at most {steps} requests was found, and no proof that there is none"),
            &saturation,
        ))
    }

    fn outcome(&self, answer: Answer) -> Outcome {
        Outcome {
            answer,
            unknown: None,
            trace: None,
            invariant: None,
            clashes: Vec::new(),
            assumptions: Vec::new(),
            not_modelled: Vec::new(),
            reached: self.reached,
            elapsed: std::time::Duration::ZERO,
        }
    }

    fn reachable(&self, steps: Vec<Step>) -> Outcome {
        Outcome { trace: Some(steps), ..self.outcome(Answer::Reachable) }
    }

    /// The trace as questions that remember nothing answer it, from the first state on; none if the time is over.
    fn confirmed(&self, found: Trace) -> Result<Option<Trace>, EscalateError> {
        match self.asked_again(found)? {
            None if !self.situation.watch.is_over() => {
                Err(ReachError::Internal("a step of a trace is not confirmed".to_owned()).into())
            }
            confirmed => Ok(confirmed),
        }
    }

    fn asked_again(&self, found: Trace) -> Result<Option<Trace>, EscalateError> {
        let model = self.questions.model;
        let again = Questions::new(model)?;
        let mut state = self.start.clone();
        let mut steps = Vec::with_capacity(found.steps.len());
        for taken in found.steps {
            let Some(transition) = model.ground.transitions.get(taken.transition) else { return Ok(None) };
            if taken.before != state || !state.held.contains(&taken.actor) {
                return Ok(None);
            }
            let enabled = again.enabled(&state, &taken.actor, transition, &taken.change, &self.situation)?;
            let Some(enabled) = enabled else { return Ok(None) };
            state.apply(&taken.change);
            steps.push(Taken { enabled, ..taken });
        }
        for actor in &state.held {
            if let Aimed::Hit(last) = again.aimed(&state, actor, &self.situation)? {
                return Ok(Some(Trace { steps, last }));
            }
        }
        Ok(None)
    }

    /// The state is one that no request leads out of: every guard is asked again, by questions that remember nothing.
    fn unreachable(&mut self, saturation: &Saturation) -> Result<Outcome, EscalateError> {
        self.reached.saturated = true;
        if self.situation.watch.is_over() {
            return Ok(self.unknown("the time is over", saturation));
        }
        if saturation.vacuous {
            return Ok(self.outcome(Answer::Vacuous));
        }
        let again = Questions::new(self.questions.model)?;
        let mut once = Saturation::new(&saturation.state);
        if once.round(&again, &self.situation)?.is_none() {
            return Ok(self.unknown("the time is over", saturation));
        }
        once.aim(&again, &self.situation)?;
        if self.situation.watch.is_over() {
            return Ok(self.unknown("the time is over", saturation));
        }
        if !once.closed || !once.hits.is_empty() {
            return Err(ReachError::Internal("a guard of the invariant is not confirmed".to_owned()).into());
        }
        let facts = facts::facts(&self.start, &saturation.state, &self.situation.outside);
        Ok(Outcome { invariant: Some(facts), ..self.outcome(Answer::Unreachable) })
    }

    fn unknown(&self, reason: &str, saturation: &Saturation) -> Outcome {
        let open = saturation.hits.iter().find_map(|(_, aimed)| match aimed {
            Aimed::Open(reason) => Some(reason.clone()),
            _ => None,
        });
        let reason = open.map_or_else(|| reason.to_owned(), |open| format!("{reason}: {open}"));
        let clashes = self.clashes(saturation);
        Outcome { unknown: Some(reason), clashes, ..self.outcome(Answer::Unknown) }
    }

    /// What those who may be allowed the goal would have to be or have.
    fn clashes(&self, saturation: &Saturation) -> Vec<Fact> {
        let facts = facts::facts(&self.start, &saturation.state, &self.situation.outside);
        let aimers: Vec<String> = saturation
            .hits
            .iter()
            .map(|(actor, _)| words::actor(&saturation.state, actor, &self.situation.outside))
            .collect();
        let about = |fact: &Fact| aimers.iter().any(|aimer| aimer.ends_with(&fact.subject));
        facts.into_iter().filter(about).collect()
    }
}

fn assumptions(attacker: &Attacker) -> Vec<Assumption> {
    let assumption = |name: &str, value: String| Assumption { name: name.to_owned(), value, flips: None };
    vec![
        assumption("held", attacker.held.join(", ")),
        assumption(
            "outside-principal",
            attacker.outside.as_ref().map_or_else(|| "none".to_owned(), |id| format!("the account {id}")),
        ),
        assumption(
            "own-provider",
            if attacker.own_provider {
                "a SAML provider that the attacker makes or takes signs for him"
            } else {
                "none"
            }
            .to_owned(),
        ),
    ]
}
