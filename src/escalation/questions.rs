//! Whether an actor can bring about a change, in one state or in some state that is covered.

use std::collections::HashSet;
use std::sync::Arc;

use crate::account::ask::AskError;
use crate::escalation::aim::{Aim, Aimed};
use crate::escalation::face::{self, Face, FaceKey, Who};
use crate::escalation::ground::Home;
use crate::escalation::guard::{ANY_SERVICE, Ask, Guards, Reply, Watch};
use crate::escalation::model::Model;
use crate::escalation::pin::{Is, Pin};
use crate::escalation::quick::Quick;
use crate::escalation::rule::Rules;
use crate::escalation::state::{Actor, Change, ManagedId, Name, PartId, PartState, State};
use crate::escalation::transition::{BoundaryKey, Effect, Kind, Provider, Transition};
use crate::policy::{self, Document, PrincipalEntry, Statement};
use crate::query::reach::ReachError;
use crate::query::slice;
use crate::verdict::Counterexample;
use crate::vocabulary::action::ActionPattern;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::catalogue::Catalogue;

/// Questions, each with its request; none where it is open.
pub(super) type Requests = Vec<(Ask, Option<Arc<Counterexample>>)>;

/// What a change needs, allowed to one face of an actor.
#[derive(Debug, Clone)]
pub(super) struct Enabled {
    pub(super) face: Arc<Face>,
    /// Each question with its request; none where it is open.
    pub(super) requests: Requests,
}

/// An attacker's situation, for questions.
#[derive(Debug, Clone)]
pub(super) struct Situation {
    /// The attacker's own account.
    pub(super) outside: String,
    /// Whether SAML providers, and OIDC providers, of the attacker's count.
    pub(super) providers: [bool; 2],
    pub(super) watch: Watch,
}

/// A model's guards and its goal, with what was answered of both.
pub struct Questions<'m> {
    pub(super) model: &'m Model,
    pub(super) guards: Guards,
    pub(super) aim: Aim<'m>,
    pub(super) compute: Vec<(String, String, PartId)>,
}

impl<'m> Questions<'m> {
    /// Nothing is answered yet.
    ///
    /// # Errors
    /// The goal cannot be meant.
    pub(super) fn new(model: &'m Model) -> Result<Self, AskError> {
        let start = &model.ground.start;
        let role = |arn: &String| {
            start.of_kind(Kind::Role).find(|(_, part)| part.names.contains(&Name::exact(arn))).map(|(id, _)| id)
        };
        let compute = model.accounts.compute.iter();
        let compute = compute.filter_map(|own| Some((own.arn.clone(), own.kind.clone(), role(&own.role)?))).collect();
        Ok(Self { model, guards: Guards::default(), aim: Aim::new(model)?, compute })
    }

    /// The faces of an actor.
    pub(super) fn faces(&self, state: &State, actor: &Actor, situation: &Situation) -> Vec<Arc<Face>> {
        let keys = face::keys(self.model, state, actor, &situation.outside);
        keys.into_iter().map(|key| self.guards.face(self.model, key)).collect()
    }

    /// The transitions in a state.
    pub(super) fn rules<'s>(&'s self, state: &'s State, situation: &Situation) -> Rules<'s> {
        let (ground, providers, compute) = (&self.model.ground, situation.providers, &self.compute);
        Rules { ground, state, providers, passed_over: None, compute }
    }

    /// The account whose parts an actor changes.
    pub(super) fn home(&self, state: &State, actor: &Actor) -> Option<&Home> {
        let account = match actor {
            Actor::Root(arn) | Actor::Provider(arn) => Arn::parse(arn)?.account.to_owned(),
            // Whoever comes from elsewhere assumes roles of any account.
            Actor::Outside { .. } => return self.model.ground.homes.first(),
            _ => state.part(actor.part()?)?.account.to_string(),
        };
        self.model.ground.home(&account)
    }

    /// Whether the goal is within an actor's reach.
    pub(super) fn aimed(&self, state: &State, actor: &Actor, situation: &Situation) -> Result<Aimed, AskError> {
        let mut targets = self.aim.targets(state);
        let Some((target, _)) = targets.find(|(id, _)| !state.exact && actor.part() == Some(*id)) else {
            return self.aimed_as(state, state, actor, situation);
        };
        let mut all = Aimed::Missed { vacuous: true };
        for one in state.by_boundary(target) {
            match (self.aimed_as(&one, &one, actor, situation)?, &all) {
                (hit @ Aimed::Hit(_), _) => return Ok(hit),
                (Aimed::Missed { vacuous: true }, _) | (Aimed::Missed { .. }, Aimed::Open(_)) => {}
                (other, _) => all = other,
            }
        }
        Ok(all)
    }

    /// The same, with the actor's layers as another state has them.
    pub(super) fn aimed_as(
        &self,
        own: &State,
        state: &State,
        actor: &Actor,
        situation: &Situation,
    ) -> Result<Aimed, AskError> {
        let mut all = Aimed::Missed { vacuous: true };
        if let Actor::Services(_, services) = actor
            && !services.iter().any(|service| self.aim.is_about(service))
        {
            return Ok(all);
        }
        for face in self.faces(own, actor, situation) {
            match (self.aim.ask(state, &face, situation.watch)?, &all) {
                (hit @ Aimed::Hit(_), _) => return Ok(hit),
                (Aimed::Missed { vacuous: true }, _) | (Aimed::Missed { .. }, Aimed::Open(_)) => {}
                (other, _) => all = other,
            }
        }
        Ok(all)
    }

    /// Whether a caller may be the one to send the requests of a transition, whatever policies say.
    pub(super) fn may_send(&self, state: &State, actor: &Actor, transition: &Transition, change: &Change) -> bool {
        if !transition.requests.iter().all(|action| actor.is_good_for(action.as_str())) {
            return false;
        }
        let effect = &transition.effect;
        let unsigned = matches!(effect, Effect::AssumeRoleWith(_));
        match (actor, effect, change) {
            (Actor::Provider(arn), Effect::AssumeRoleWith(kind), _) => {
                let saml = Arn::parse(arn).is_some_and(|arn| arn.resource_of("saml-provider").is_some());
                saml == (*kind == Provider::Saml)
            }
            (Actor::Provider(_), ..) => false,
            _ if unsigned => false,
            (Actor::Outside { .. }, effect, _) => *effect == Effect::AssumeRole,
            // Root users assume no role (S11.4.13).
            (Actor::Root(_), Effect::AssumeRole | Effect::Federate, _) => false,
            (Actor::User(user), Effect::Federate, Change::Held(Actor::Federated(own, _))) => {
                user == own && state.part(*user).is_some()
            }
            (_, Effect::Federate, _) => false,
            _ => true,
        }
    }

    /// Whether a caller can do something of a transition at all, on whatever it is.
    pub(super) fn could(
        &self,
        state: &State,
        actor: &Actor,
        transition: &Transition,
        home: &Home,
        situation: &Situation,
    ) -> Result<bool, ReachError> {
        let effect = &transition.effect;
        if matches!(effect, Effect::Nothing) {
            return Ok(false);
        }
        if matches!(effect, Effect::AssumeRole | Effect::AssumeRoleWith(_)) {
            // Who assumes a role is the role's business first.
            return Ok(true);
        }
        for face in self.faces(state, actor, situation) {
            let mut all = true;
            let check = transition.passes_role.then_some("iam:PassRole");
            for action in check.into_iter().chain(transition.requests.iter().map(|action| action.as_str())) {
                all &= match self.guards.quick(&face, action) {
                    Quick::No => false,
                    _ if !state.is_large() => true,
                    _ => {
                        let (action, owner) = (action.to_owned(), Arc::clone(&home.id));
                        let ask = Ask { action, resource: None, pins: Vec::new(), policy: None, owner, check: false };
                        // An upper bound for every later question: no exact caller is meant.
                        !matches!(self.guards.ask(self.model, &face, &ask, false, situation.watch)?, Reply::No)
                    }
                };
                if !all {
                    break;
                }
            }
            if all {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an actor's documents tell policies apart that are attached or set as boundaries.
    pub(super) fn is_picky(&self, state: &State, actor: &Actor, situation: &Situation) -> bool {
        let keys = ["iam:policyarn", "iam:permissionsboundary"];
        self.faces(state, actor, situation).iter().any(|face| keys.iter().any(|key| face.keys.contains(*key)))
    }

    /// The policies that an actor's documents do not tell from one, but for it: what he may do with it, he may do with
    /// them.
    pub(super) fn alike(
        &self,
        state: &State,
        actor: &Actor,
        one: ManagedId,
        situation: &Situation,
    ) -> HashSet<ManagedId> {
        let name = |id: ManagedId| match state.policy(id).map(|own| own.names.as_slice()) {
            Some([name]) if !name.pattern => Some(Arc::clone(&name.text)),
            _ => None,
        };
        let Some(own) = name(one) else { return HashSet::new() };
        let faces = self.faces(state, actor, situation);
        let same = |other: &str| {
            let mut keys = ["iam:policyarn", "iam:permissionsboundary"].into_iter();
            keys.all(|key| {
                faces.iter().all(|face| {
                    let mark = face.apart.policy(key, &own);
                    mark.is_some() && mark == face.apart.policy(key, other)
                })
            })
        };
        let others = (0..state.managed.len()).filter(|id| *id != one);
        others.filter(|id| name(*id).is_some_and(|name| same(&name))).collect()
    }

    /// Whether an actor can bring about a change by a transition, and how.
    pub(super) fn enabled(
        &self,
        state: &State,
        actor: &Actor,
        transition: &Transition,
        change: &Change,
        situation: &Situation,
    ) -> Result<Option<Enabled>, ReachError> {
        let target = change.part().filter(|part| actor.part() == Some(*part));
        let Some(target) = target.filter(|_| !state.exact && transition.boundary == BoundaryKey::Current) else {
            return self.enabled_as(state, state, actor, transition, change, situation);
        };
        // Who changes himself has, as caller and as target, the same boundary.
        for one in state.by_boundary(target) {
            let found = self.enabled_as(&one, &one, actor, transition, change, situation)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The same, with the actor's layers as another state has them.
    pub(super) fn enabled_as(
        &self,
        own: &State,
        state: &State,
        actor: &Actor,
        transition: &Transition,
        change: &Change,
        situation: &Situation,
    ) -> Result<Option<Enabled>, ReachError> {
        let rules = self.rules(state, situation);
        let effect = &transition.effect;
        if !self.may_send(state, actor, transition, change) || !rules.is_taken(effect, change) {
            return Ok(None);
        }
        let Some(home) = self.home(state, actor) else { return Ok(None) };
        let trust = matches!(effect, Effect::AssumeRole | Effect::AssumeRoleWith(_));
        let check = transition.passes_role.then_some("iam:PassRole");
        let actions = check.into_iter().chain(transition.requests.iter().map(|action| action.as_str()));
        for face in self.faces(own, actor, situation) {
            if !trust && actions.clone().any(|action| self.guards.quick(&face, action) == Quick::No) {
                continue;
            }
            let Some(trusted) = self.trusted(state, transition, change, situation)? else { return Ok(None) };
            for asks in rules.guards(transition, change, &face, home, &trusted) {
                if let Some(requests) = self.allowed(state, &face, asks, situation)? {
                    return Ok(Some(Enabled { face, requests }));
                }
            }
        }
        Ok(None)
    }

    /// Whether every question is answered with yes.
    pub(super) fn allowed(
        &self,
        state: &State,
        face: &Arc<Face>,
        asks: Vec<Ask>,
        situation: &Situation,
    ) -> Result<Option<Requests>, ReachError> {
        let mut requests = Vec::with_capacity(asks.len());
        for ask in asks {
            // What is not an assumption of the role, as passing tags is not, the law may allow without the role's policy.
            if let Some(trust) = ask.policy
                && ask.action.starts_with("sts:AssumeRole")
                && let Ok(trust) = self.model.accounts.policies.document(trust)
                && !may_name(trust, &ask.action, face, state.exact)
            {
                return Ok(None);
            }
            match self.guards.ask(self.model, face, &ask, state.exact, situation.watch)? {
                Reply::Yes(found) => requests.push((ask, Some(found))),
                Reply::Open if !state.exact => requests.push((ask, None)),
                Reply::Open | Reply::No => return Ok(None),
            }
        }
        Ok(Some(requests))
    }

    /// The services that a role which is passed trusts; none if it trusts none of those that it is passed to.
    fn trusted(
        &self,
        state: &State,
        transition: &Transition,
        change: &Change,
        situation: &Situation,
    ) -> Result<Option<Vec<String>>, ReachError> {
        let services = match &transition.effect {
            Effect::PassRole { services, .. } => services.as_slice(),
            Effect::JoinProfile => return Ok(Some(vec!["ec2.amazonaws.com".to_owned()])),
            _ => return Ok(Some(Vec::new())),
        };
        let Change::Held(Actor::Role(role)) = change else { return Ok(None) };
        let Some(role) = state.part(*role) else { return Ok(None) };
        let mut trusted = Vec::new();
        for service in services {
            if self.trusts(state, role, service, situation)? {
                trusted.push(service.clone());
            }
        }
        Ok((!trusted.is_empty()).then_some(trusted))
    }

    /// Whether a role lets a service assume it.
    fn trusts(
        &self,
        state: &State,
        role: &PartState,
        service: &str,
        situation: &Situation,
    ) -> Result<bool, ReachError> {
        let (who, account) = (Who::Service(service.into()), Arc::clone(&role.account));
        let face = self.guards.face(self.model, FaceKey { who, account, origin: None, identity: None, boundary: None });
        for (name, trust) in role.names.iter().flat_map(|name| role.trusts.iter().map(move |trust| (name, *trust))) {
            let ask = Ask {
                action: "sts:AssumeRole".to_owned(),
                resource: Some(name.clone()),
                pins: Vec::new(),
                policy: Some(trust),
                owner: Arc::clone(&role.account),
                check: true,
            };
            if self.allowed(state, &face, vec![ask], situation)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Roles that an actor may pass to a service in which it may call any action: in a proof they count as held, since
    /// not every way of driving a service is modelled (escalation 4.6).
    pub(super) fn passed(
        &self,
        state: &State,
        actor: &Actor,
        home: &Home,
        situation: &Situation,
    ) -> Result<Vec<Change>, ReachError> {
        let mut found = Vec::new();
        if matches!(actor, Actor::Provider(_) | Actor::Outside { .. }) {
            return Ok(found);
        }
        let ask = |action: String, resource: Option<Name>| Ask {
            action,
            resource,
            pins: Vec::new(),
            policy: None,
            owner: Arc::clone(&home.id),
            check: true,
        };
        for face in self.faces(state, actor, situation) {
            let pass = vec![ask("iam:PassRole".to_owned(), None)];
            if self.allowed(state, &face, pass, situation)?.is_none() {
                continue;
            }
            let roles = state.of_kind(Kind::Role);
            for (id, role) in roles.filter(|(_, part)| *part.account == *home.id && !part.fixed) {
                if state.held.contains(&Actor::Role(id)) {
                    continue;
                }
                for service in self.services_of(role) {
                    let passed = Pin::new("iam:PassedToService", Is::Value(service.clone()));
                    let pins = if service == ANY_SERVICE { Vec::new() } else { vec![passed] };
                    let pass = |name: &Name| ask("iam:PassRole".to_owned(), Some(name.clone()));
                    let mut asks: Vec<Ask> = role.names.iter().take(1).map(pass).collect();
                    asks.iter_mut().for_each(|own| own.pins.clone_from(&pins));
                    let any = any_action(&service);
                    if !actor.is_good_for(&any) {
                        continue;
                    }
                    asks.push(ask(any, None));
                    if self.allowed(state, &face, asks, situation)?.is_some() {
                        found.push(Change::Held(Actor::Role(id)));
                        break;
                    }
                }
            }
        }
        Ok(found)
    }

    /// The services that a role names in its trust policies; whichever, where the attacker may have written one.
    fn services_of(&self, role: &PartState) -> Vec<String> {
        if role.trusts.iter().any(|own| self.model.ground.homes.iter().any(|home| home.trusts.contains(own))) {
            return vec![ANY_SERVICE.to_owned()];
        }
        let documents = role.trusts.iter().filter_map(|id| self.model.accounts.policies.document(*id).ok());
        let statements = documents.flat_map(|document| document.statements.iter());
        let entries = statements.flat_map(|own| &own.principal).flat_map(|clause| &clause.entries);
        let mut services: Vec<String> = entries
            .filter_map(|entry| match &entry.value {
                PrincipalEntry::Service(name) => Some(name.clone()),
                _ => None,
            })
            .collect();
        services.sort();
        services.dedup();
        services
    }
}

/// Any action of a service principal's service; where its name does not say which that is, any action at all.
fn any_action(service: &str) -> String {
    let catalogue = Catalogue::embedded();
    let mut words = service.split('.').flat_map(|label| [Some(label), label.split('-').next()]).flatten();
    let known = words.find(|word| catalogue.service(word).is_some());
    known.map_or_else(|| ANY_SERVICE.to_owned(), |word| format!("{word}:*"))
}

/// Whether a trust policy may name a caller in an Allow of an action: otherwise the caller does not assume the role (S7.2).
fn may_name(trust: &Document, action: &str, face: &Face, exact: bool) -> bool {
    let Ok(action) = ActionPattern::parse(action) else { return true };
    let is_about = |own: &&Statement| {
        own.actions.negated || own.actions.entries.iter().any(|entry| slice::overlap(&entry.value, &action))
    };
    let allows = trust.statements.iter().filter(|own| own.effect == policy::Effect::Allow).filter(is_about);
    let clauses = allows.map(|own| own.principal.as_ref());
    clauses.into_iter().any(|clause| {
        let Some(clause) = clause.filter(|clause| !clause.negated) else { return true };
        clause.entries.iter().any(|entry| names(&entry.value, face, exact))
    })
}

fn names(entry: &PrincipalEntry, face: &Face, exact: bool) -> bool {
    let who = &face.key.who;
    let (service, provider) = (matches!(who, Who::Service(_)), matches!(who, Who::Provider(_)));
    match entry {
        // Whether `*` lets a provider's users in, nobody says: a trace does not rest on it.
        PrincipalEntry::Everybody => !(exact && provider),
        PrincipalEntry::CanonicalUser(_) => true,
        PrincipalEntry::Account { account, .. } => !service && *account == *face.key.account,
        PrincipalEntry::User(arn) | PrincipalEntry::Role(arn) => {
            let is = |own: &Arc<str>| match own.strip_suffix('*') {
                Some(front) => arn.starts_with(front),
                None => **own == **arn,
            };
            face.key.origin.as_ref().is_some_and(is)
        }
        PrincipalEntry::RoleSession(_) => matches!(who, Who::Role { .. } | Who::Session { .. }),
        PrincipalEntry::FederatedUser(_) => matches!(who, Who::Federated { .. }),
        PrincipalEntry::Service(name) => service && name == face.arn(),
        PrincipalEntry::Federated(name) => provider && name == face.arn(),
        PrincipalEntry::Nobody { .. } => false,
    }
}
