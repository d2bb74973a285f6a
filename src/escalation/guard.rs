//! Guards: may a caller send a request in a state?
//!
//! In: a face, an action, a resource, what is fixed of the context. Out: a [`Reply`] of the engine that answers single
//! questions, remembered. Soundness: *no* is said only if no request of the action on the resource, with that context, is
//! allowed to the face; an undecided guard is *open*, which a proof takes for yes and a trace for no.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::account::policy::PolicyId;
use crate::escalation::determined::Determined;
use crate::escalation::face::{Face, FaceKey, Faces, Layers};
use crate::escalation::model::Model;
use crate::escalation::pin::{self, Is, Pin};
use crate::escalation::quick::{Quick, may_act_elsewhere, quick};
use crate::escalation::slice::{Slice, Statements};
use crate::escalation::state::Name;
use crate::goal::Goal;
use crate::query::reach::{Options, ReachError, answer};
use crate::scenario::{Layer, ResourceAccount, Scenario};
use crate::verdict::{Answer, Counterexample};
use crate::vocabulary::action::ActionPattern;
use crate::vocabulary::resource::{ResourcePattern, ShortArn};

/// A question of a guard.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Ask {
    pub(super) action: String,
    /// On what; none: on any resource.
    pub(super) resource: Option<Name>,
    pub(super) pins: Vec<Pin>,
    /// The resource's own policy.
    pub(super) policy: Option<PolicyId>,
    /// Who owns the resource.
    pub(super) owner: Arc<str>,
    /// Whether it is checked inside another request, as `iam:PassRole` is.
    pub(super) check: bool,
}

/// An action of a service that roles are passed to, whichever.
pub(super) const ANY_SERVICE: &str = "*";
/// Services that no role is passed to.
const NO_SERVICE: [&str; 2] = ["iam", "sts"];

/// What a guard comes to.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// A request is allowed.
    Yes(Arc<Counterexample>),
    /// None is.
    No,
    /// It could not be decided.
    Open,
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch {
    pub(super) deadline: Option<Instant>,
}

impl Watch {
    pub(super) fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// The time that is left for a question.
    pub(super) fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}

type Known = HashMap<(usize, bool, Ask), Reply>;

/// Guards with what was answered.
#[derive(Debug, Default)]
pub(super) struct Guards {
    faces: Mutex<Faces>,
    replies: Mutex<Known>,
    quick: Mutex<HashMap<usize, HashMap<String, Quick>>>,
    slices: Mutex<HashMap<usize, HashMap<String, Arc<Slice>>>>,
    /// Those of callers whom their statements do not tell apart.
    layers: Mutex<HashMap<(Layers, String), Arc<Slice>>>,
    asked: AtomicUsize,
}

impl Guards {
    /// How many questions were asked of the engine.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    /// The face of a key.
    pub(super) fn face(&self, model: &Model, key: FaceKey) -> Arc<Face> {
        match self.faces.lock() {
            Ok(mut faces) => faces.get(model, key),
            // Another thread failed; this one works for itself, and under a number that nobody has.
            Err(_) => Faces::default().get(model, key),
        }
    }

    /// What is known of an action without a solver.
    pub(super) fn quick(&self, face: &Face, action: &str) -> Quick {
        let known = self.quick.lock().ok().and_then(|known| known.get(&face.alike)?.get(action).copied());
        if let Some(known) = known {
            return known;
        }
        let found = ActionPattern::parse(action).map_or(Quick::Unclear, |action| quick(face, &action));
        if let Ok(mut known) = self.quick.lock() {
            known.entry(face.alike).or_default().insert(action.to_owned(), found);
        }
        found
    }

    /// What the statements of a face that are about an action look at.
    fn slice(&self, model: &Model, face: &Face, action: &str) -> Arc<Slice> {
        if let Ok(known) = self.slices.lock()
            && let Some(known) = known.get(&face.alike).and_then(|own| own.get(action))
        {
            return Arc::clone(known);
        }
        let statements = Statements::of(face, action, model.ground.everything);
        let new = || Arc::new(Slice::of(&statements, face.alike));
        let slice = match (&statements.layers, self.layers.lock()) {
            (Some(layers), Ok(mut known)) => {
                Arc::clone(known.entry((layers.clone(), action.to_owned())).or_insert_with(new))
            }
            _ => new(),
        };
        if let Ok(mut known) = self.slices.lock() {
            known.entry(face.alike).or_default().insert(action.to_owned(), Arc::clone(&slice));
        }
        slice
    }

    /// Answers a guard; `exact`: for a caller as it is, not for whatever it may be.
    pub(super) fn ask(
        &self,
        model: &Model,
        face: &Face,
        ask: &Ask,
        exact: bool,
        watch: Watch,
    ) -> Result<Reply, ReachError> {
        // What no document looks at makes no difference.
        let slice = self.slice(model, face, &ask.action);
        let seen = |pin: &&Pin| slice.looks_at(pin.key.folded()) || ask.policy.is_some();
        let pins: Vec<Pin> = ask.pins.iter().filter(seen).cloned().collect();
        // Without a resource policy only the caller's layers decide; a trace needs the caller itself.
        let number = if exact || ask.policy.is_some() { face.number } else { slice.number };
        let mut ask = Ask { pins, ..ask.clone() };
        if !exact && ask.policy.is_none() && !model.is_controlled(&ask.owner) {
            slice.put_first_names(&mut ask);
        }
        let key = (number, exact, ask);
        let ask = &key.2;
        if let Ok(replies) = self.replies.lock()
            && let Some(known) = replies.get(&key)
        {
            return Ok(known.clone());
        }
        if watch.is_over() {
            return Ok(Reply::Open);
        }
        if ask.action == ANY_SERVICE {
            return Ok(if may_act_elsewhere(face, &NO_SERVICE) { Reply::Open } else { Reply::No });
        }
        if ask.policy.is_none() {
            match self.quick(face, &ask.action) {
                Quick::No => return Ok(Reply::No),
                Quick::Possible if !exact => return Ok(Reply::Open),
                Quick::Possible | Quick::Unclear => {}
            }
        }
        self.asked.fetch_add(1, Ordering::Relaxed);
        let reply = decide(model, face, ask, exact, watch)?;
        if !matches!(reply, Reply::Open)
            && let Ok(mut replies) = self.replies.lock()
        {
            replies.insert(key, reply.clone());
        }
        Ok(reply)
    }
}

/// The scenario of a question.
pub(super) fn scenario(model: &Model, face: &Face, ask: &Ask) -> Scenario {
    let documents = |ids: &[PolicyId]| model.documents(ids);
    let binding = model.accounts.organization.as_ref().and_then(|own| own.binding(&ask.owner)).unwrap_or_default();
    let rcps = binding.rcps.map(|levels| levels.iter().map(|level| documents(level)).collect());
    Scenario {
        rcps: rcps.map_or(Layer::None, Layer::Given),
        resource: ask.policy.map_or(Layer::None, |id| Layer::Given(documents(&[id]))),
        resource_account: match ask.owner == face.key.account {
            true => ResourceAccount::SameAsCaller,
            false => ResourceAccount::Id(ask.owner.to_string()),
        },
        ..face.scenario.clone()
    }
}

fn decide(model: &Model, face: &Face, ask: &Ask, exact: bool, watch: Watch) -> Result<Reply, ReachError> {
    let scenario = scenario(model, face, ask);
    if let Some(determined) = Determined::of(model, face, &scenario, ask) {
        match (exact, determined.may_hold()?) {
            (_, Some(false)) => return Ok(Reply::No),
            (false, Some(true)) => return Ok(Reply::Open),
            (true, Some(true)) => {
                if let Some(found) = determined.found() {
                    return Ok(Reply::Yes(Arc::new(found)));
                }
            }
            (_, None) => {}
        }
    }
    let pinned = !exact && !ask.pins.is_empty();
    let verdict = put(&scenario, ask, &ask.pins, pinned, watch)?;
    let (answer, found) = match verdict.0 {
        // A pin that no request can have would make every guard a no; so a proof asks without.
        Answer::Vacuous if pinned => put(&scenario, ask, &[], false, watch)?,
        _ => verdict,
    };
    Ok(match (answer, found) {
        (Answer::Reachable, Some(found)) if exact => match face.under_usual_name(&scenario, &found) {
            Some(named) => Reply::Yes(Arc::new(named)),
            None if face.sessions("").is_empty() => Reply::Yes(Arc::new(found)),
            // Only a session with tags of its own could, and those take a permission more.
            None => Reply::Open,
        },
        (Answer::Reachable, Some(found)) => Reply::Yes(Arc::new(found)),
        (Answer::Unreachable | Answer::Vacuous, _) => Reply::No,
        _ => Reply::Open,
    })
}

fn put(
    scenario: &Scenario,
    ask: &Ask,
    pins: &[Pin],
    vacuity: bool,
    watch: Watch,
) -> Result<(Answer, Option<Counterexample>), ReachError> {
    let resource = ask.resource.as_ref().map(|name| &*name.text);
    let actions = [ask.action.clone()];
    let mut goal = Goal::from_flags(&actions, &[], resource, pin::block(pins).as_ref())
        .map_err(|refusal| ReachError::Internal(refusal.to_string()))?;
    let taken = ask.resource.iter().flat_map(|name| name.without.iter());
    goal.without =
        taken.filter_map(|text| Some(ResourcePattern::parse(text, false, ShortArn::Refuse).ok()?.0)).collect();
    let options = Options { timeout: watch.left(), passes_over_vacuity: !vacuity, ..Options::default() };
    let verdict = answer(scenario, &goal, &options)?;
    Ok((verdict.answer, verdict.counterexample))
}

impl Ask {
    /// Whether a pin says that the key is one value, for the context of the request.
    pub(super) fn value(pin: &Pin) -> Option<&str> {
        match &pin.is {
            Is::Value(value) => Some(value),
            _ => None,
        }
    }
}
