//! Guards whose request leaves nothing open: one caller, one resource, and every key that a document looks at is fixed.
//!
//! In: a face, a question. Out: whether the request is allowed, by the law's formulas, which then hold no unknown; none
//! where something is open. Soundness: a guard stands for all requests of its action on its resource with its context;
//! where no document looks at anything else of a request, they are all decided as this one is.

use std::collections::HashSet;

use crate::account::policy::PolicyId;
use crate::escalation::face::{Face, Who};
use crate::escalation::ground::OWN;
use crate::escalation::guard::Ask;
use crate::escalation::model::Model;
use crate::escalation::pin::{Is, Pin};
use crate::escalation::quick::about;
use crate::policy::{Document, PrincipalEntry};
use crate::query::pinned;
use crate::query::reach::{ReachError, replay};
use crate::request::{Context, ContextValue, Request};
use crate::scenario::{Caller, Principal, Scenario};
use crate::symbolic::encode::keys_of;
use crate::verdict::Counterexample;
use crate::vocabulary::action::{Action, ActionPattern};
use crate::vocabulary::catalogue::Catalogue;

/// Keys that follow from the caller, whoever of the face it is.
const OF_THE_CALLER: [&str; 4] = ["aws:principalarn", "aws:username", "aws:principaltype", "aws:principalaccount"];
/// The family of the caller's tags.
const TAGS: &str = "aws:principaltag/";

/// A request that leaves nothing open.
pub(super) struct Determined {
    scenario: Scenario,
    caller: Caller,
    requests: Vec<Request>,
    account: String,
}

impl Determined {
    /// The request of a question, if it leaves nothing open.
    pub(super) fn of(model: &Model, face: &Face, scenario: &Scenario, ask: &Ask) -> Option<Self> {
        let resource = ask.resource.as_ref().filter(|name| !name.pattern)?;
        let action = Action::parse(&ask.action).ok()?;
        let caller = caller(face)?;
        let looked_at = keys(scenario, &ask.action)?;
        let fixed = |key: &str| {
            OF_THE_CALLER.contains(&key) || key.starts_with(TAGS) || ask.pins.iter().any(|pin| pin.key.folded() == key)
        };
        if !looked_at.iter().all(|key| fixed(key)) || names_sessions(model, face, ask.policy) {
            return None;
        }
        let mut contexts = vec![Context::default()];
        for pin in &ask.pins {
            let values = values(pin)?;
            let with = |context: &Context, value: &Option<String>| {
                let mut context = context.clone();
                if let Some(value) = value {
                    context.insert(pin.key.clone(), ContextValue::Single(value.clone())).ok()?;
                }
                Some(context)
            };
            let all = contexts.iter().flat_map(|context| values.iter().map(move |value| with(context, value)));
            contexts = all.collect::<Option<Vec<_>>>()?;
        }
        let request = |context| Request { action: action.clone(), resource: resource.text.to_string(), context };
        Some(Self {
            scenario: Scenario { principal: Principal::Caller(caller.clone()), ..scenario.clone() },
            caller,
            requests: contexts.into_iter().map(request).collect(),
            account: ask.owner.to_string(),
        })
    }

    /// Whether one of the requests is allowed under some reading of the law; none: the formulas leave it to a solver.
    pub(super) fn may_hold(&self) -> Result<Option<bool>, ReachError> {
        let mut all = Some(false);
        for request in &self.requests {
            match pinned::allows(&self.scenario, request, true)? {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => all = None,
            }
        }
        Ok(all)
    }

    /// The first of the requests that is allowed, as the evaluator replays it; none if none is.
    pub(super) fn found(&self) -> Option<Counterexample> {
        let listed = |action: &Action| {
            let service = Catalogue::embedded().service(action.prefix()).and_then(Result::ok);
            service.is_some_and(|service| service.action(action.name()).is_some())
        };
        self.requests.iter().find_map(|request| {
            let listed = listed(&request.action);
            replay(&self.scenario, self.caller.clone(), request.clone(), listed, &self.account).ok()
        })
    }
}

/// The caller, if the face is one: of sessions, the one under the attacker's usual name.
fn caller(face: &Face) -> Option<Caller> {
    match (&face.key.who, &face.scenario.principal) {
        (Who::Role { .. }, _) => face.sessions(OWN).into_iter().next(),
        (Who::User { tags: Some(_), .. } | Who::Root(_) | Who::Service(_), Principal::Caller(caller)) => {
            Some(caller.clone())
        }
        _ => None,
    }
}

/// The values that a pin leaves; none if it leaves too many to look at.
fn values(pin: &Pin) -> Option<Vec<Option<String>>> {
    Some(match &pin.is {
        Is::Absent => vec![None],
        Is::Value(value) => vec![Some(value.clone())],
        Is::ValueOrAbsent(value) => vec![Some(value.clone()), None],
        Is::OneOf(values) => values.iter().cloned().map(Some).collect(),
        Is::Like(..) | Is::Present => return None,
    })
}

/// The keys that statements about an action look at.
fn keys(scenario: &Scenario, action: &str) -> Option<HashSet<String>> {
    let action = ActionPattern::parse(action).ok()?;
    let documents: Vec<Document> = scenario.documents().into_iter().map(|own| about(own, &action)).collect();
    let keys = keys_of(&documents.iter().collect::<Vec<_>>(), &[]);
    Some(keys.iter().map(|key| key.folded().to_owned()).collect())
}

/// Whether a resource's policy tells sessions of a role apart.
fn names_sessions(model: &Model, face: &Face, policy: Option<PolicyId>) -> bool {
    let document = policy.and_then(|id| model.accounts.policies.document(id).ok());
    let statements = document.into_iter().flat_map(|document| document.statements.iter());
    let mut clauses = statements.filter_map(|own| own.principal.as_ref());
    matches!(face.key.who, Who::Role { .. })
        && clauses.any(|clause| {
            let session = |entry: &PrincipalEntry| matches!(entry, PrincipalEntry::RoleSession(_));
            clause.negated || clause.entries.iter().any(|entry| session(&entry.value))
        })
}
