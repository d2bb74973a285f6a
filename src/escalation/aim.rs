//! The goal in a state: may an actor do it now?
//!
//! In: an actor with its faces, a goal. Out: an [`Aimed`]. Places with policies of their own are asked about as questions
//! about accounts are (`account::ask`), and besides under every policy that a request may have written: of roles, and of
//! resources of services whose policies the attacker may write.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::account::Holder;
use crate::account::ask::{AskError, Query};
use crate::account::subject::Subject;
use crate::escalation::face::{Face, Who};
use crate::escalation::guard::Watch;
use crate::escalation::model::Model;
use crate::escalation::pin;
use crate::escalation::rule::{Rules, word};
use crate::escalation::state::{Name, PartState, State};
use crate::escalation::transition::{BoundaryKey, Kind};
use crate::goal::Goal;
use crate::policy::Document;
use crate::query::reach::{Options, answer};
use crate::query::slice;
use crate::scenario::{Layer, ResourceAccount, Scenario};
use crate::verdict::{Answer, Counterexample, Unknown, Verdict};
use crate::vocabulary::action::{Action, ActionPattern};
use crate::vocabulary::arn::Arn;
use crate::vocabulary::resource::{ResourcePattern, ShortArn};

/// What the goal comes to for an actor.
#[derive(Debug, Clone)]
pub(super) enum Aimed {
    /// A request of it is allowed.
    Hit(Arc<Hit>),
    /// None is; whether there is one at all, whatever policies say.
    Missed { vacuous: bool },
    /// It could not be decided; in words.
    Open(String),
}

/// A request of the goal, and under which layers it is allowed.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) found: Counterexample,
    pub(super) scenario: Scenario,
}

/// The goal with what was answered.
pub(super) struct Aim<'m> {
    model: &'m Model,
    query: Query<'m>,
    known: Mutex<HashMap<(usize, bool), Aimed>>,
    /// The user, group or role that the goal is about, where it is one request of IAM on one of them.
    part: Option<OnPart>,
    sessions: bool,
}

/// A goal that is one request of IAM on one user, group or role: what it finds there is the state's.
#[derive(Debug)]
struct OnPart {
    action: Vec<Action>,
    kind: Kind,
    arn: String,
    /// Whether the request's context has the boundary of its target.
    bounded: bool,
}

impl<'m> Aim<'m> {
    pub(super) fn new(model: &'m Model) -> Result<Self, AskError> {
        let options = Options::default();
        let query = Query::new(&model.accounts, &model.goal, options, model.limits.rulings, false, true)?;
        let sessions = is_about(&model.goal, "sts");
        Ok(Self { model, query, known: Mutex::default(), part: OnPart::of(model), sessions })
    }

    /// Asks for a face of an actor.
    pub(super) fn ask(&self, state: &State, face: &Face, watch: Watch) -> Result<Aimed, AskError> {
        if let Some(part) = &self.part {
            return self.on_part(state, face, part, watch);
        }
        let aimed = self.as_listed(state, face, watch)?;
        if matches!(aimed, Aimed::Hit(_)) {
            return Ok(aimed);
        }
        let mut open = None;
        for (goal, scenario) in self.rewritten(state, face) {
            if watch.is_over() {
                return Ok(Aimed::Open("the time is over".to_owned()));
            }
            let options = Options { timeout: watch.left(), ..Options::default() };
            match Self::decoded(face, &scenario, answer(&scenario, &goal, &options)?) {
                hit @ Aimed::Hit(_) => return Ok(hit),
                Aimed::Open(reason) => open = Some(reason),
                Aimed::Missed { .. } => {}
            }
        }
        Ok(open.map_or(aimed, Aimed::Open))
    }

    /// A request of IAM on a user, group or role: its boundary and its tags are the state's.
    fn on_part(&self, state: &State, face: &Face, on: &OnPart, watch: Watch) -> Result<Aimed, AskError> {
        let mut all = Aimed::Missed { vacuous: false };
        let rules = Rules { ground: &self.model.ground, state, providers: [false; 2], passed_over: None, compute: &[] };
        for (_, part) in self.targets(state) {
            for pins in rules.pins_of(&on.action, part, on.bounded, face) {
                let pins = pins.into_iter().filter(|pin| face.keys.contains(pin.key.folded())).collect::<Vec<_>>();
                let mut goal = self.model.goal.clone();
                if let Some(block) = pin::block(&pins) {
                    let more = Goal::from_flags(&["*".to_owned()], &[], None, Some(&block));
                    goal.when.extend(more.map(|more| more.when).unwrap_or_default());
                }
                let options = Options { timeout: watch.left(), ..Options::default() };
                match Self::decoded(face, &face.scenario, answer(&face.scenario, &goal, &options)?) {
                    hit @ Aimed::Hit(_) => return Ok(hit),
                    open @ Aimed::Open(_) => all = open,
                    Aimed::Missed { .. } => {}
                }
            }
        }
        Ok(all)
    }

    /// The user, group or role that the goal is about: those that may have its name.
    pub(super) fn targets<'s>(&'s self, state: &'s State) -> impl Iterator<Item = (usize, &'s PartState)> {
        let is_it = |on: &OnPart, name: &Name| match name.pattern {
            false => *name.text == *on.arn,
            true => on.arn.starts_with(name.text.trim_end_matches('*')),
        };
        let of = move |on: &'s OnPart| {
            state.of_kind(on.kind).filter(move |(_, part)| part.names.iter().any(|name| is_it(on, name)))
        };
        self.part.iter().flat_map(of)
    }

    /// Under the policies of resources as they are listed.
    fn as_listed(&self, state: &State, face: &Face, watch: Watch) -> Result<Aimed, AskError> {
        let key = (face.number, state.exact);
        if let Ok(known) = self.known.lock()
            && let Some(aimed) = known.get(&key)
        {
            return Ok(self.still(state, aimed.clone()));
        }
        let aimed = match self.model.ground.home(&face.key.account) {
            None => self.elsewhere(face, watch)?,
            Some(_) => self.at_home(face, watch)?,
        };
        // What was not decided may have been cut off by the time.
        if !(matches!(aimed, Aimed::Open(_)) && watch.is_over())
            && let Ok(mut known) = self.known.lock()
        {
            known.insert(key, aimed.clone());
        }
        Ok(self.still(state, aimed))
    }

    /// For callers of a listed account.
    fn at_home(&self, face: &Face, watch: Watch) -> Result<Aimed, AskError> {
        let federated = matches!(face.key.who, Who::Federated { .. });
        let holder = face.key.identity.as_ref().map(|identity| Holder {
            arn: face.holder_arn().to_owned(),
            kind: face.kind(),
            account: face.key.account.to_string(),
            tags: face.tags(),
            identity: identity.clone(),
            boundary: face.key.boundary,
            trust: None,
            problems: Vec::new(),
        });
        let subject = Subject {
            arn: face.arn().to_owned(),
            principal: face.scenario.principal.clone(),
            kind: face.kind(),
            account: face.key.account.to_string(),
            holder: holder.as_ref(),
            session: federated.then_some(self.model.ground.everything),
            stored: face.scenario.stored.clone(),
        };
        let answered = self.query.ask_within(&subject, watch.left())?;
        Ok(Self::decoded(face, &answered.scenario, answered.verdict))
    }

    /// For callers of an account that is not listed: what is theirs is not asked about, and without a policy of its own
    /// no resource lets them in (S8.4).
    fn elsewhere(&self, face: &Face, watch: Watch) -> Result<Aimed, AskError> {
        let (mut open, mut vacuous) = (None, true);
        for place in self.model.accounts.places.all() {
            if place.trust && !self.sessions {
                continue;
            }
            let Ok(document) = self.model.accounts.policies.document(place.policy) else { continue };
            let patterns = [Name::exact(&place.resource), Name::within(&format!("{}/*", place.resource))];
            let count = if place.trust { 1 } else { 2 };
            let goal =
                self.model.goal.at(Some(patterns.iter().take(count).flat_map(patterns_of).collect()), Vec::new());
            let scenario = Scenario {
                resource: Layer::Given(vec![document.clone()]),
                resource_account: ResourceAccount::Id(place.account.clone()),
                ..face.scenario.clone()
            };
            let options = Options { timeout: watch.left(), ..Options::default() };
            match Self::decoded(face, &scenario, answer(&scenario, &goal, &options)?) {
                hit @ Aimed::Hit(_) => return Ok(hit),
                Aimed::Open(reason) => open = Some(reason),
                Aimed::Missed { vacuous: own } => vacuous &= own,
            }
        }
        Ok(open.map_or(Aimed::Missed { vacuous }, Aimed::Open))
    }

    /// A hit that rests on a policy which is no longer what the listing says is none.
    fn still(&self, state: &State, aimed: Aimed) -> Aimed {
        let Aimed::Hit(hit) = &aimed else { return aimed };
        let request = &hit.found.request;
        let resource = &request.resource;
        let below = |own: &str| resource.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let changed = self.changed_roles(state).any(|(_, part)| {
            let named = part.names.iter().any(|name| *name.text == **resource);
            named && request.action.prefix() == "sts"
        });
        let stale = state.exact && (state.rewritten.keys().any(|own| below(own)) || changed);
        if stale { Aimed::Missed { vacuous: false } } else { aimed }
    }

    /// Roles whose trust policy is not the listed one.
    fn changed_roles<'s>(&'s self, state: &'s State) -> impl Iterator<Item = (usize, &'s PartState)> {
        let start = &self.model.ground.start;
        state.of_kind(Kind::Role).filter(|(id, part)| start.part(*id).is_none_or(|old| old.trusts != part.trusts))
    }

    /// The goal under every policy that was written, or may have been.
    fn rewritten(&self, state: &State, face: &Face) -> Vec<(Goal, Scenario)> {
        let model = self.model;
        let document = |id| model.accounts.policies.document(id).ok().cloned();
        let under = |goal: Goal, own: Option<Document>, account: &str| {
            let resource_account = match account == &*face.key.account {
                true => ResourceAccount::SameAsCaller,
                false => ResourceAccount::Id(account.to_owned()),
            };
            let resource = own.map_or(Layer::None, |own| Layer::Given(vec![own]));
            (goal, Scenario { resource, resource_account, ..face.scenario.clone() })
        };
        let mut asked = Vec::new();
        if self.sessions {
            for (_, part) in self.changed_roles(state) {
                for (name, trust) in part.names.iter().flat_map(|name| part.trusts.iter().map(move |id| (name, *id))) {
                    let goal = model.goal.at(Some(patterns_of(name)), Vec::new());
                    asked.push(under(goal, document(trust), &part.account));
                }
            }
        }
        let owners = |resource: Option<&str>| {
            let own = resource.and_then(Arn::parse).map(|arn| arn.account);
            let homes = model.ground.homes.iter().map(|home| &*home.id);
            match own.filter(|own| !own.is_empty()) {
                Some(own) => vec![own.to_owned()],
                None => homes.map(str::to_owned).collect(),
            }
        };
        if state.exact {
            for (resource, own) in &state.rewritten {
                let within = [Name::exact(resource), Name::within(&format!("{resource}/*"))];
                let goal = model.goal.at(Some(within.iter().flat_map(patterns_of).collect()), Vec::new());
                let owners = owners(Some(resource));
                asked.extend(owners.iter().map(|owner| under(goal.clone(), own.and_then(document), owner)));
            }
            return asked;
        }
        for service in state.services.iter().filter(|service| self.is_about(service)) {
            let own = model.ground.opened.get(service).copied();
            let owners = owners(None);
            asked.extend(owners.iter().map(|owner| under(model.goal.clone(), own.and_then(document), owner)));
        }
        asked
    }

    /// Whether the goal may be about making sessions.
    pub(super) fn is_about_sessions(&self) -> bool {
        self.sessions
    }

    /// Whether the goal may be about a service.
    pub(super) fn is_about(&self, service: &str) -> bool {
        is_about(&self.model.goal, service)
    }

    fn decoded(face: &Face, scenario: &Scenario, verdict: Verdict) -> Aimed {
        match (verdict.answer, verdict.counterexample) {
            (Answer::Reachable, Some(found)) => {
                let found = face.under_usual_name(scenario, &found).unwrap_or(found);
                Aimed::Hit(Arc::new(Hit { found, scenario: scenario.clone() }))
            }
            (Answer::Unreachable, _) => Aimed::Missed { vacuous: false },
            (Answer::Vacuous, _) => Aimed::Missed { vacuous: true },
            (_, _) => Aimed::Open(match verdict.unknown {
                Some(Unknown::Gave(reason)) => reason,
                _ => "it depends on how the law is read".to_owned(),
            }),
        }
    }
}

impl OnPart {
    fn of(model: &Model) -> Option<Self> {
        let goal = &model.goal;
        let [action] = goal.actions.as_slice() else { return None };
        let action = action.value.as_str();
        let resource = goal.resource.as_ref()?.value.to_string();
        let arn = Arn::parse(&resource).filter(|arn| arn.service == "iam" && !resource.contains(['*', '?', '$']))?;
        let kinds = [Kind::User, Kind::Group, Kind::Role];
        let kind = kinds.into_iter().find(|kind| arn.resource_of(word(*kind)).is_some())?;
        let exact = action.len() > 4 && action.get(..4).is_some_and(|front| front.eq_ignore_ascii_case("iam:"));
        let plain = exact && !action.contains(['*', '?']);
        let transition =
            model.ground.transitions.iter().find(|transition| {
                transition.requests.iter().any(|request| request.as_str().eq_ignore_ascii_case(action))
            });
        let bounded = transition.is_some_and(|transition| transition.boundary == BoundaryKey::Current);
        let own = Action::parse(action).into_iter().collect();
        plain.then_some(Self { action: own, kind, arn: resource, bounded })
    }
}

fn is_about(goal: &Goal, service: &str) -> bool {
    let all = ActionPattern::parse(&format!("{service}:*"));
    all.is_ok_and(|all| slice::meets_service(goal, &all))
}

/// The resources of a name.
fn patterns_of(name: &Name) -> Vec<ResourcePattern> {
    let parsed = ResourcePattern::parse(&name.text, false, ShortArn::Refuse);
    parsed.ok().map(|(pattern, _)| pattern).into_iter().collect()
}
