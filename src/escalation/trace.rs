//! A trace as requests that one after the other were replayed.
//!
//! In: a trace of changes. Out: its [`Step`]s: each request with the context that the account's state gives it, decided by
//! the evaluator in the scenario of that state. A session keeps one name from the request that makes it to the last.

use std::collections::BTreeSet;

use crate::escalation::guard::{self, Ask};
use crate::escalation::model::Model;
use crate::escalation::outcome::Step;
use crate::escalation::search::{Taken, Trace};
use crate::escalation::{calls, words};
use crate::query::reach::{ReachError, replay};
use crate::request::{Context, ContextValue, Request};
use crate::scenario::{Caller, Scenario};
use crate::verdict::Counterexample;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;

/// A request before its sessions have names.
struct Draft<'t> {
    taken: Option<&'t Taken>,
    /// Whether it is checked inside the next one.
    check: bool,
    /// Whether it is the last of its transition.
    last: bool,
    scenario: Scenario,
    found: Counterexample,
}

/// The steps of a trace; none if its sessions would need several names each.
pub(super) fn steps(model: &Model, trace: &Trace) -> Result<Option<Vec<Step>>, ReachError> {
    let mut drafts = Vec::new();
    for taken in &trace.steps {
        let requests = &taken.enabled.requests;
        for (number, (ask, found)) in requests.iter().enumerate() {
            let Some(found) = found else {
                return Err(ReachError::Internal("a step of a trace has no request".to_owned()));
            };
            let scenario = guard::scenario(model, &taken.enabled.face, ask);
            let found = with_pins(found, ask);
            drafts.push(Draft {
                taken: Some(taken),
                check: ask.check,
                last: number + 1 == requests.len(),
                scenario,
                found,
            });
        }
    }
    let (scenario, found) = (trace.last.scenario.clone(), trace.last.found.clone());
    drafts.push(Draft { taken: None, check: false, last: true, scenario, found });
    let roles: BTreeSet<String> = drafts.iter().filter_map(|draft| session_of(&draft.found.caller)).collect();
    for role in roles {
        let named = |draft: &Draft<'_>| {
            let own = session_of(&draft.found.caller).is_some_and(|own| own == role);
            own.then(|| draft.found.caller.arn.rsplit('/').next().unwrap_or_default().to_owned())
        };
        let names: BTreeSet<String> = drafts.iter().filter_map(named).chain(wanted(&drafts, &role)).collect();
        let fitting = names.iter().find(|name| drafts.iter().all(|draft| renamed(draft, &role, name).is_some()));
        let Some(name) = fitting else { return Ok(None) };
        for draft in &mut drafts {
            if let Some(found) = renamed(draft, &role, name) {
                draft.found = found;
            }
        }
    }
    if !federated(&mut drafts) {
        return Ok(None);
    }
    let mut steps: Vec<Step> = Vec::new();
    let mut checks = Vec::new();
    for draft in &drafts {
        let Counterexample { caller, request, listed, resource_account, .. } = draft.found.clone();
        let replayed = replay(&draft.scenario, caller, request, listed, &resource_account)?;
        if draft.check {
            checks.push((replayed.request, replayed.trace));
            continue;
        }
        let transition = draft.taken.and_then(|taken| model.ground.transitions.get(taken.transition));
        let effect = draft.taken.filter(|_| draft.last).map(|taken| words::effect(model, taken)).unwrap_or_default();
        let session = made_name(&drafts, &replayed);
        let command = draft.taken.and_then(|taken| calls::command(model, taken, &replayed, session));
        steps.push(Step {
            transition: transition.map(|own| own.id.as_str()),
            caller: replayed.caller,
            request: replayed.request,
            checks: std::mem::take(&mut checks),
            listed: replayed.listed,
            resource_account: replayed.resource_account,
            effect,
            command,
            trace: replayed.trace,
        });
    }
    Ok(Some(steps))
}

/// The request with what no document looks at, but the account's state says.
fn with_pins(found: &Counterexample, ask: &Ask) -> Counterexample {
    let mut context = found.request.context.clone();
    for pin in &ask.pins {
        if let Some(value) = Ask::value(pin)
            && context.get(&pin.key).is_none()
        {
            // It is not there, so it cannot be there twice.
            let _added = context.insert(pin.key.clone(), ContextValue::Single(value.to_owned()));
        }
    }
    let request = Request { context, ..found.request.clone() };
    Counterexample { request, ..found.clone() }
}

/// The role of a session.
fn session_of(caller: &Caller) -> Option<String> {
    if caller.kind == CallerKind::RoleSession { caller.issuer.clone() } else { None }
}

const FEDERATED: &str = ":federated-user/";

/// Gives the requests that make federated sessions the names under which these call; whether all are still allowed.
fn federated(drafts: &mut [Draft<'_>]) -> bool {
    let used = drafts.iter().map(|draft| &draft.found.caller.arn).find(|arn| arn.contains(FEDERATED));
    let Some(used) = used.cloned() else { return true };
    drafts.iter_mut().filter(|draft| draft.found.request.resource.contains(FEDERATED)).all(|draft| {
        let Counterexample { caller, mut request, listed, resource_account, .. } = draft.found.clone();
        request.resource.clone_from(&used);
        let found = replay(&draft.scenario, caller, request, listed, &resource_account);
        found.map(|found| draft.found = found).is_ok()
    })
}

/// The name that the session made by a request has where it is used.
fn made_name<'d>(drafts: &'d [Draft<'_>], made: &Counterexample) -> Option<&'d str> {
    let made = &made.request.resource;
    let is_it = |caller: &Caller| caller.arn == *made || session_of(caller).is_some_and(|role| role == *made);
    let used = drafts.iter().map(|draft| &draft.found.caller).find(|caller| is_it(caller))?;
    used.arn.rsplit_once('/').map(|(_, name)| name)
}

const SESSION_NAME: &str = "sts:RoleSessionName";

/// The session names that the requests which make sessions of a role ask for.
fn wanted(drafts: &[Draft<'_>], role: &str) -> Vec<String> {
    let made = drafts.iter().filter(|draft| draft.found.request.resource == role);
    let name = made.filter_map(|draft| match draft.found.request.context.get(&ContextKey::new(SESSION_NAME)) {
        Some(ContextValue::Single(name)) => Some(name.clone()),
        _ => None,
    });
    name.collect()
}

/// The draft with a session of a role under a name, if it is allowed so.
fn renamed(draft: &Draft<'_>, role: &str, name: &str) -> Option<Counterexample> {
    let Counterexample { mut caller, mut request, listed, resource_account, .. } = draft.found.clone();
    if session_of(&caller).is_some_and(|own| own == role) {
        let arn = Arn::parse(&caller.arn)?;
        let (front, _) = arn.resource.rsplit_once('/')?;
        caller.arn = format!("arn:{}:sts::{}:{front}/{name}", arn.partition, arn.account);
    }
    let key = ContextKey::new(SESSION_NAME);
    if request.resource == role && request.context.get(&key).is_some() {
        let mut context = Context::default();
        for (own, value) in request.context.iter() {
            let value = if *own == key { ContextValue::Single(name.to_owned()) } else { value.clone() };
            context.insert(own.clone(), value).ok()?;
        }
        request.context = context;
    }
    replay(&draft.scenario, caller, request, listed, &resource_account).ok()
}
