//! One request in one state: put before the evaluator, and remembered.

use std::collections::HashMap;

use indexmap::IndexMap;
use ringfence::evaluate::decide::Decision;
use ringfence::evaluate::{Outcome, evaluate};
use ringfence::policy::{self, Document, DocumentKind};
use ringfence::request::{Context, ContextValue, Request};
use ringfence::scenario::{Caller, Layer, Principal, ResourceAccount, Scenario, Stored, Tags};
use ringfence::source::Source;
use ringfence::vocabulary::action::Action;
use ringfence::vocabulary::caller::CallerKind;
use ringfence::vocabulary::context_key::ContextKey;
use ringfence::vocabulary::dialect::Dialect;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::json;

use crate::state::{Model, NONE, PROVIDERS, State, Trust};
use crate::world::{ACCOUNT, arn, document, trust};

/// The services that the attacker can drive.
pub(crate) const SERVICES: [&str; 2] = ["lambda", "cloudformation"];

/// A request without its caller; NONE is what it lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ask {
    pub(crate) action: &'static str,
    pub(crate) resource: u8,
    /// The policy that `iam:PermissionsBoundary` names.
    pub(crate) boundary: u8,
    /// The policy that `iam:PolicyARN` names.
    pub(crate) policy: u8,
    /// The tag of the resource.
    pub(crate) team: u8,
    /// The tag that the request sets.
    pub(crate) sets: u8,
    /// Whether it takes a tag away.
    pub(crate) unsets: bool,
    /// To which service a role is passed.
    pub(crate) passed: u8,
    /// The role whose trust policy decides.
    pub(crate) role: u8,
}

impl Ask {
    pub(crate) fn new(action: &'static str, resource: u8) -> Self {
        let team = NONE;
        let (boundary, policy, sets, unsets, passed, role) = (NONE, NONE, NONE, false, NONE, NONE);
        Self { action, resource, boundary, policy, team, sets, unsets, passed, role }
    }
}

/// Who calls, with what bears on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Signature {
    /// ARN, tag, documents, boundary.
    User(u8, u8, Vec<u16>, Option<u16>),
    /// The same of a role.
    Session(u8, u8, Vec<u16>, Option<u16>),
    Service(u8),
    Provider(u8),
}

/// Decides requests.
pub(crate) struct Judge<'m> {
    model: &'m Model,
    known: HashMap<Signature, u32>,
    scenarios: Vec<Scenario>,
    requests: HashMap<Ask, Request>,
    answers: HashMap<(u32, Ask, u32), bool>,
    trusts: Vec<Document>,
    trusts_known: HashMap<String, u32>,
    trusts_of: HashMap<(u8, Trust, u32), u32>,
    /// How often the evaluator was asked.
    pub(crate) asked: usize,
}

impl<'m> Judge<'m> {
    pub(crate) fn new(model: &'m Model) -> Self {
        Self {
            model,
            known: HashMap::new(),
            scenarios: Vec::new(),
            requests: HashMap::new(),
            answers: HashMap::new(),
            trusts: Vec::new(),
            trusts_known: HashMap::new(),
            trusts_of: HashMap::new(),
            asked: 0,
        }
    }

    /// Everybody whose credentials are held.
    pub(crate) fn callers(&mut self, state: &State) -> Vec<u32> {
        let boundary = |id: u8| (id != NONE).then(|| state.policy(id).default);
        let mut signatures = Vec::new();
        for user in state.users.iter().filter(|own| own.held) {
            let mut docs: Vec<u16> = state.documents(&user.docs).collect();
            for (_, group) in state.groups.iter().enumerate().filter(|(bit, _)| user.groups & (1 << bit) != 0) {
                docs.extend(state.documents(&group.docs));
            }
            docs.sort_unstable();
            docs.dedup();
            signatures.push(Signature::User(user.name, user.team, docs, boundary(user.boundary)));
        }
        for (number, role) in state.roles.iter().enumerate().filter(|(_, own)| own.sessions != 0) {
            let mut docs: Vec<u16> = state.documents(&role.docs).collect();
            docs.sort_unstable();
            docs.dedup();
            for bit in (0..8_u8).filter(|bit| role.sessions & (1 << bit) != 0) {
                // A tag of the session hides the role's.
                let team = if bit == 0 { role.team } else { bit - 1 };
                let (name, docs, boundary) = (self.model.roles[number], docs.clone(), boundary(role.boundary));
                signatures.push(Signature::Session(name, team, docs, boundary));
            }
        }
        signatures.into_iter().map(|own| self.signature(own)).collect()
    }

    fn signature(&mut self, signature: Signature) -> u32 {
        if let Some(known) = self.known.get(&signature) {
            return *known;
        }
        self.scenarios.push(self.scenario(&signature));
        let id = u32::try_from(self.scenarios.len() - 1).unwrap();
        self.known.insert(signature, id);
        id
    }

    fn scenario(&self, signature: &Signature) -> Scenario {
        let read = |ids: &[u16]| -> Vec<Document> {
            ids.iter().map(|id| self.model.docs[usize::from(*id)].document.clone()).collect()
        };
        let tags = |team: u8| {
            let mut tags: IndexMap<ContextKey, String> = IndexMap::new();
            if team != NONE {
                tags.insert(ContextKey::new("team"), self.model.teams[usize::from(team)].clone());
            }
            Tags::Exact(tags)
        };
        let bare = |arn: String, kind| Caller { arn, kind, tags: tags(NONE), issuer: None };
        let (caller, docs, boundary) = match signature {
            Signature::User(name, team, docs, boundary) => {
                let arn = self.model.arns[usize::from(*name)].clone();
                (Caller { tags: tags(*team), ..bare(arn, CallerKind::User) }, docs.as_slice(), *boundary)
            }
            Signature::Session(name, team, docs, boundary) => {
                let role = self.model.arns[usize::from(*name)].clone();
                let friendly = role.rsplit('/').next().unwrap_or_default();
                let arn = format!("arn:aws:sts::{ACCOUNT}:assumed-role/{friendly}/ringfence");
                let caller = Caller { tags: tags(*team), issuer: Some(role), ..bare(arn, CallerKind::RoleSession) };
                (caller, docs.as_slice(), *boundary)
            }
            Signature::Service(number) => {
                let name = format!("{}.amazonaws.com", SERVICES[usize::from(*number)]);
                (bare(name, CallerKind::Service), &[][..], None)
            }
            Signature::Provider(number) => {
                (bare(PROVIDERS[usize::from(*number)].to_owned(), CallerKind::Federated), &[][..], None)
            }
        };
        Scenario {
            dialect: Dialect::embedded("aws").unwrap().unwrap(),
            principal: Principal::Caller(caller),
            stored: Stored::AsCalled,
            identity: if docs.is_empty() { Layer::None } else { Layer::Given(read(docs)) },
            boundary: boundary.map_or(Layer::None, |id| Layer::Given(read(&[id]))),
            session: Layer::None,
            scps: Layer::None,
            rcps: Layer::None,
            resource: Layer::None,
            endpoint: Layer::None,
            resource_account: ResourceAccount::Id(ACCOUNT.to_owned()),
            rulings: Rulings::default(),
        }
    }

    fn request(&self, ask: &Ask) -> Request {
        let mut context = Context::default();
        let mut add = |key: &str, value: ContextValue| context.insert(ContextKey::new(key), value).unwrap();
        let one = |value: &str| ContextValue::Single(value.to_owned());
        let policy = |id: u8| one(&self.model.arns[usize::from(self.model.policies[usize::from(id)])]);
        let team = |id: u8| one(&self.model.teams[usize::from(id)]);
        add("aws:SourceIp", one("203.0.113.10"));
        add("aws:SecureTransport", one("true"));
        add("aws:CurrentTime", one("2026-11-22T12:00:00Z"));
        add("aws:ResourceAccount", one(ACCOUNT));
        if ask.boundary != NONE {
            add("iam:PermissionsBoundary", policy(ask.boundary));
        }
        if ask.policy != NONE {
            add("iam:PolicyARN", policy(ask.policy));
        }
        if ask.team != NONE {
            add("aws:ResourceTag/team", team(ask.team));
            add("iam:ResourceTag/team", team(ask.team));
        }
        if ask.sets != NONE {
            add("aws:RequestTag/team", team(ask.sets));
        }
        if ask.sets != NONE || ask.unsets {
            add("aws:TagKeys", ContextValue::List(vec!["team".to_owned()]));
        }
        if ask.passed != NONE {
            add("iam:PassedToService", one(&format!("{}.amazonaws.com", SERVICES[usize::from(ask.passed)])));
        }
        let resource = self.model.arns[usize::from(ask.resource)].clone();
        Request { action: Action::parse(ask.action).unwrap(), resource, context }
    }

    /// The trust policy of a role, as the account has it now.
    fn trust(&mut self, state: &State, role: u8) -> u32 {
        let own = &state.roles[usize::from(role)];
        // Who is named is followed when renamed: the first user's and the second one's name are all that matters.
        let names = state.users.iter().take(self.model.first_names.len()).map(|user| user.name);
        let key = names.fold(0_u32, |sum, name| (sum << 8) + u32::from(name));
        if let Some(known) = self.trusts_of.get(&(role, own.trust, key)) {
            return *known;
        }
        let value = match own.trust {
            Trust::Written(providers) => {
                let federated: Vec<&str> = PROVIDERS
                    .into_iter()
                    .enumerate()
                    .filter(|(bit, _)| providers & (1 << bit) != 0)
                    .map(|(_, name)| name)
                    .collect();
                let services = SERVICES.map(|name| format!("{name}.amazonaws.com"));
                let mut principal = json!({"AWS": "*", "Service": services});
                if !federated.is_empty() {
                    principal["Federated"] = json!(federated);
                }
                document(&json!([{"Effect": "Allow", "Principal": principal, "Action": "sts:*"}]))
            }
            Trust::Original | Trust::Moot => {
                let now = |name: &str| {
                    let place = self.model.first_names.iter().position(|own| own == name);
                    place.map_or_else(|| arn(name), |n| self.model.arns[usize::from(state.users[n].name)].clone())
                };
                trust(&self.model.trusts[usize::from(role)], &now)
            }
        };
        let text = value.to_string();
        let id = match self.trusts_known.get(&text) {
            Some(known) => *known,
            None => {
                let read = policy::parse(&Source::new("trust", text.as_str()), DocumentKind::Trust).unwrap().0;
                self.trusts.push(read);
                let id = u32::try_from(self.trusts.len()).unwrap();
                self.trusts_known.insert(text, id);
                id
            }
        };
        self.trusts_of.insert((role, own.trust, key), id);
        id
    }

    /// Whether somebody may send a request.
    pub(crate) fn allows(&mut self, state: &State, caller: u32, ask: &Ask) -> bool {
        let trust = if ask.role == NONE { 0 } else { self.trust(state, ask.role) };
        if let Some(known) = self.answers.get(&(caller, *ask, trust)) {
            return *known;
        }
        if !self.requests.contains_key(ask) {
            self.requests.insert(*ask, self.request(ask));
        }
        self.asked += 1;
        let request = &self.requests[ask];
        let scenario = &self.scenarios[usize::try_from(caller).unwrap()];
        let with_trust = (trust > 0).then(|| Scenario {
            resource: Layer::Given(vec![self.trusts[usize::try_from(trust - 1).unwrap()].clone()]),
            ..scenario.clone()
        });
        let outcome = evaluate(with_trust.as_ref().unwrap_or(scenario), request).unwrap();
        let Outcome::Decided(Some(decision), _) = outcome else { panic!("undecided: {request:?}") };
        let allowed = decision == Decision::Allow;
        self.answers.insert((caller, *ask, trust), allowed);
        allowed
    }

    /// Whether a role lets a service in.
    pub(crate) fn trusts_service(&mut self, state: &State, role: u8, service: u8) -> bool {
        let caller = self.signature(Signature::Service(service));
        let ask = Ask { role, ..Ask::new("sts:AssumeRole", self.model.roles[usize::from(role)]) };
        self.allows(state, caller, &ask)
    }

    /// Whether a role lets a provider in, perhaps with a tag for the session: one that its trust policy names.
    pub(crate) fn trusts_provider(&mut self, state: &State, role: u8, provider: u8, sets: u8) -> bool {
        if let Trust::Written(named) = state.roles[usize::from(role)].trust
            && named & (1 << provider) == 0
        {
            return false;
        }
        let caller = self.signature(Signature::Provider(provider));
        let name = self.model.roles[usize::from(role)];
        let ask = |action| Ask { role, sets, ..Ask::new(action, name) };
        let tagged = sets == NONE || self.allows(state, caller, &ask("sts:TagSession"));
        tagged && self.allows(state, caller, &ask("sts:AssumeRoleWithSAML"))
    }
}
