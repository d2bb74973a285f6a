//! Sets of statements, the smallest first, until one of them closes every way.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::account::Accounts;
use crate::account::ask::AskError;
use crate::escalation::fix::document::Base;
use crate::escalation::fix::statement::{Deny, Owner};
use crate::escalation::fix::{Fix, Kept, NoFix, TRIES, Task};
use crate::escalation::model::EscalateError;
use crate::escalation::outcome::{Outcome, Step};
use crate::escalation::transition::{Transition, transitions};
use crate::query::reach::ReachError;
use crate::verdict::Answer;
use crate::vocabulary::layer::LayerKind;

/// The most statements of a fix.
const STATEMENTS: usize = 8;
/// Sets that wait, at most.
const WAITING: usize = 200_000;
/// A proof takes this part of the time at most: at first little, as looking for a trace in vain takes longest, and once
/// more when all sets of the same size were tried.
const SHARES: [u32; 2] = [64, 16];
/// The part of the time that is left for the last proof, and that each one before it may take.
const LAST: u32 = 16;
/// What a set weighs that is tried once more.
const AGAIN: usize = 1_000_000;

/// Statements by their numbers.
type Set = BTreeSet<usize>;

/// A trace that got past some set.
struct Known {
    steps: Vec<Step>,
    /// Which steps the boundary bears on.
    bound: Vec<bool>,
    /// Statements that may be missing: of steps, and of the goal itself.
    missing: [Vec<usize>; 2],
    /// Statements that were there, and did not stop it.
    past: Set,
}

/// What asking about a set came to.
enum Asked {
    /// Every way is closed.
    Closed,
    /// There is a trace, which is known now.
    Open,
    /// It could not be decided.
    Unknown,
}

/// How a pass over the sets ended.
enum Ended {
    Found(Vec<usize>),
    /// There is no other set.
    Exhausted,
    /// Time or tries are used up.
    Over,
}

/// A search for a fix.
pub(super) struct Search<'a> {
    task: &'a Task<'a>,
    base: &'a Base,
    boundary: &'a str,
    principal: &'a str,
    transitions: &'static [Transition],
    /// Every ARN of a user, group, role or policy.
    listed: HashSet<&'a str>,
    /// Those who have the boundary.
    bound: HashSet<&'a str>,
    deadline: Option<Instant>,
    pool: Vec<Deny>,
    known: Vec<Known>,
    /// Sets that close too much: so do all that hold one of them.
    too_much: Vec<Set>,
    tried: usize,
    /// Sets that could not be decided, and how often that was tried.
    undecided: HashMap<Set, usize>,
}

impl<'a> Search<'a> {
    /// Nothing is tried yet.
    pub(super) fn new(
        task: &'a Task<'a>,
        base: &'a Base,
        boundary: &'a str,
        principal: &'a str,
        begun: Instant,
    ) -> Result<Self, EscalateError> {
        let accounts = task.accounts;
        let transitions = transitions(accounts.dialect);
        let transitions = transitions.map_err(|error| AskError::from(ReachError::Internal(error.to_string())))?;
        let parts = &accounts.inventory.parts;
        let policies = accounts.inventory.managed.keys();
        Ok(Self {
            task,
            base,
            boundary,
            principal,
            transitions,
            listed: parts.iter().map(|part| &part.arn).chain(policies).map(String::as_str).collect(),
            bound: parts
                .iter()
                .filter(|part| part.boundary.as_deref() == Some(boundary))
                .map(|part| part.arn.as_str())
                .collect(),
            deadline: task.limits.timeout.map(|timeout| begun + timeout),
            pool: Vec::new(),
            known: Vec::new(),
            too_much: Vec::new(),
            tried: 0,
            undecided: HashMap::new(),
        })
    }

    /// Looks for a fix, given a trace without one.
    pub(super) fn run(&mut self, trace: &[Step]) -> Result<Result<Fix, NoFix>, EscalateError> {
        self.learn(trace.to_vec(), Set::new());
        // The goal itself is denied only if nothing else helps: half of everything is kept for that.
        let half = self.task.limits.timeout.map(|timeout| timeout / 2);
        let until = self.deadline.zip(half).and_then(|(deadline, half)| deadline.checked_sub(half));
        let mut ended = self.pass(false, TRIES / 2, until)?;
        if !matches!(ended, Ended::Found(_)) {
            ended = self.pass(true, TRIES, self.deadline)?;
        }
        match ended {
            Ended::Found(found) => {
                let denies = found.iter().filter_map(|number| self.pool.get(*number)).cloned().collect();
                self.smallest(denies)
            }
            Ended::Exhausted if !self.too_much.is_empty() => Ok(Err(NoFix::new(
                format!("no Denies were found that leave in reach what is to be kept ({} tries)", self.tried),
                "keep less: --keep; or change what the boundary and the other policies allow",
            ))),
            Ended::Exhausted if self.undecided.is_empty() => Ok(Err(NoFix::new(
                format!(
                    "no Denies in the boundary {} close every way ({} tries): some requests are of others",
                    self.boundary, self.tried
                ),
                "change what those others may do: the requests above name who sends them",
            ))),
            Ended::Exhausted | Ended::Over => Ok(Err(NoFix::new(
                format!("no Denies were found in the time that is given, with {} tries of at most {TRIES}", self.tried),
                "give it more time: --timeout; or keep less: --keep",
            ))),
        }
    }

    /// Sets by size, then width; with statements about the goal itself, or without.
    fn pass(&mut self, goal: bool, tries: usize, until: Option<Instant>) -> Result<Ended, EscalateError> {
        let mut waiting: BTreeSet<(usize, usize, Set)> = BTreeSet::from([(0, 0, Set::new())]);
        let mut seen: HashSet<Set> = HashSet::new();
        while let Some((_, width, set)) = waiting.pop_first() {
            let over = |until: Instant| Instant::now() >= until;
            if self.tried >= tries || until.is_some_and(over) || waiting.len() > WAITING {
                return Ok(Ended::Over);
            }
            if self.too_much.iter().any(|own| own.is_subset(&set)) {
                continue;
            }
            let passed = self.known.iter().position(|known| !self.stops(&set, known));
            let passed = match passed {
                Some(passed) => passed,
                None => {
                    let statements = self.statements(&set);
                    if !self.base.has_room(&statements) {
                        continue;
                    }
                    let times = self.undecided.get(&set).copied().unwrap_or(0);
                    let Some(share) = SHARES.get(times) else { continue };
                    match self.ask(&statements, &set, *share)? {
                        Asked::Closed if self.kept(&statements)?.is_some() => {
                            return Ok(Ended::Found(set.into_iter().collect()));
                        }
                        Asked::Closed => {
                            self.too_much.push(set);
                            continue;
                        }
                        Asked::Open => self.known.len().saturating_sub(1),
                        Asked::Unknown => {
                            self.undecided.insert(set.clone(), times + 1);
                            waiting.insert((set.len(), width + AGAIN, set));
                            continue;
                        }
                    }
                }
            };
            let Some(known) = self.known.get(passed).filter(|_| set.len() < STATEMENTS) else { continue };
            let [steps, of_goal] = &known.missing;
            let of_goal = of_goal.iter().filter(|_| goal);
            for number in steps.iter().chain(of_goal).filter(|number| !set.contains(*number)) {
                let mut more = set.clone();
                more.insert(*number);
                let width = width + self.pool.get(*number).map_or(0, |deny| deny.width);
                if seen.insert(more.clone()) {
                    waiting.insert((more.len(), width, more));
                }
            }
        }
        Ok(Ended::Exhausted)
    }

    /// Whether a set stops a trace, as far as the texts tell.
    fn stops(&self, set: &Set, known: &Known) -> bool {
        let new = set.difference(&known.past).filter_map(|number| self.pool.get(*number));
        let mut steps = known.steps.iter().zip(&known.bound).filter(|(_, bound)| **bound).map(|(step, _)| step);
        let denies: Vec<&Deny> = new.collect();
        steps.any(|step| denies.iter().any(|deny| deny.stops(step)))
    }

    fn statements(&self, set: &Set) -> Vec<Value> {
        set.iter().filter_map(|number| self.pool.get(*number)).map(Deny::json).collect()
    }

    /// Keeps a trace that got past a set, and what may be missing there.
    fn learn(&mut self, steps: Vec<Step>, past: Set) {
        let bound: Vec<bool> = steps.iter().map(|step| self.is_bound(step)).collect();
        let listed = |arn: &str| self.listed.contains(arn);
        let owner = Owner { boundary: self.boundary, principal: self.principal, listed: &listed };
        let mut found: [Vec<Deny>; 2] = Default::default();
        let [of_steps, of_goal] = &mut found;
        for (step, _) in steps.iter().zip(&bound).filter(|(_, bound)| **bound) {
            let transition = step.transition.and_then(|id| self.transitions.iter().find(|own| own.id == id));
            match transition {
                Some(transition) => of_steps.extend(Deny::of_step(step, transition, owner)),
                None => of_goal.extend(Deny::of_goal(step, self.task.goal, owner)),
            }
        }
        let missing = found.map(|denies| denies.into_iter().map(|deny| self.number(deny)).collect());
        self.known.push(Known { steps, bound, missing, past });
    }

    fn number(&mut self, deny: Deny) -> usize {
        self.pool.iter().position(|own| *own == deny).unwrap_or_else(|| {
            self.pool.push(deny);
            self.pool.len().saturating_sub(1)
        })
    }

    /// Whether the boundary bears on the caller of a step.
    fn is_bound(&self, step: &Step) -> bool {
        let mut places = step.trace.iter().filter(|place| place.layer == LayerKind::Boundary).peekable();
        if places.peek().is_some() {
            let title = format!("managed policy {}", self.boundary);
            return places.any(|place| place.policy.as_deref() == Some(title.as_str()));
        }
        let caller = &step.caller;
        [Some(&caller.arn), caller.issuer.as_ref()].into_iter().flatten().any(|arn| self.bound.contains(arn.as_str()))
    }

    /// The accounts with statements added.
    fn changed(&self, statements: &[Value]) -> Result<Accounts, EscalateError> {
        Ok(self.base.changed(self.task.accounts, statements)?)
    }

    /// How long one more proof may take.
    fn timeout(&self, share: u32) -> Option<Duration> {
        let share = self.task.limits.timeout.map(|timeout| timeout / share);
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        share.zip(left).map(|(share, left)| share.min(left).max(Duration::from_millis(1)))
    }

    /// Whether the goal can be reached with statements added.
    fn prove(&mut self, statements: &[Value], share: u32) -> Result<Outcome, EscalateError> {
        self.tried += 1;
        self.task.ask(self.changed(statements)?, self.task.goal, self.timeout(share))
    }

    fn ask(&mut self, statements: &[Value], set: &Set, share: u32) -> Result<Asked, EscalateError> {
        let outcome = self.prove(statements, share)?;
        Ok(match (outcome.answer, outcome.trace) {
            (Answer::Unreachable, _) => Asked::Closed,
            (Answer::Reachable, Some(steps)) => {
                self.learn(steps, set.clone());
                Asked::Open
            }
            _ => Asked::Unknown,
        })
    }

    /// How each goal that is to be kept is reached with statements added; none if one is not.
    fn kept(&self, statements: &[Value]) -> Result<Option<Vec<Kept>>, EscalateError> {
        let mut kept = Vec::new();
        for goal in self.task.keep {
            let outcome = self.task.ask(self.changed(statements)?, goal, self.timeout(LAST))?;
            match outcome.trace {
                Some(steps) => kept.push((goal.written.clone(), steps)),
                None => return Ok(None),
            }
        }
        Ok(Some(kept))
    }

    /// Leaves out every statement and every action that is not needed, and proves what is left once more.
    fn smallest(&mut self, mut denies: Vec<Deny>) -> Result<Result<Fix, NoFix>, EscalateError> {
        let mut number = 0;
        while number < denies.len() {
            let mut fewer = denies.clone();
            fewer.remove(number);
            match !fewer.is_empty() && self.closes(&fewer)? {
                true => denies = fewer,
                false => number += 1,
            }
        }
        for number in 0..denies.len() {
            while let Some(narrower) = self.narrower(&denies, number)? {
                denies = narrower;
            }
        }
        let statements: Vec<Value> = denies.iter().map(Deny::json).collect();
        // What was found is proven once more, whatever was tried since.
        let outcome = self.prove(&statements, LAST)?;
        let kept = self.kept(&statements)?;
        let (Answer::Unreachable, Some(kept)) = (outcome.answer, kept) else {
            return Ok(Err(NoFix::new(
                format!("Denies were found, and there was no time to prove them once more ({} tries)", self.tried),
                "give it more time: --timeout",
            )));
        };
        Ok(Ok(Fix {
            boundary: self.boundary.to_owned(),
            patch: self.base.patch(&statements),
            statements: statements.len(),
            kept,
            tried: self.tried,
            reached: outcome.reached,
        }))
    }

    /// The same statements with an action less in one of them, if that closes every way as well.
    fn narrower(&mut self, denies: &[Deny], number: usize) -> Result<Option<Vec<Deny>>, EscalateError> {
        let narrower = denies.get(number).map(Deny::narrower).unwrap_or_default();
        for deny in narrower {
            let mut own = denies.to_vec();
            if let Some(place) = own.get_mut(number) {
                *place = deny;
            }
            if self.closes(&own)? {
                return Ok(Some(own));
            }
        }
        Ok(None)
    }

    /// Whether statements close every way, if there are tries left, and time for the last proof.
    fn closes(&mut self, denies: &[Deny]) -> Result<bool, EscalateError> {
        let last = self.task.limits.timeout.map(|timeout| timeout / LAST);
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if self.tried >= TRIES || left.zip(last).is_some_and(|(left, last)| left < last) {
            return Ok(false);
        }
        let statements: Vec<Value> = denies.iter().map(Deny::json).collect();
        Ok(self.prove(&statements, LAST)?.answer == Answer::Unreachable)
    }
}
