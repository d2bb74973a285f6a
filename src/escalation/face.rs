//! Callers with the layers that a state gives them.
//!
//! In: a state, an actor. Out: [`Face`]s, each a scenario without a resource policy. A caller of a covering state has one
//! face for each name and each boundary that it may have; its identity policies are all that it may have, without what the
//! loose ones deny. So a request that some covered state allows is allowed under one of the faces: more Allows and fewer
//! Denies never remove access (`encodings/lemmas`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::policy::PolicyId;
use crate::escalation::apart::Apart;
use crate::escalation::ground::OWN;
use crate::escalation::model::Model;
use crate::escalation::state::{Actor, ManagedState, Name, PartId, PartState, State};
use crate::query::reach::replay;
use crate::scenario::{Caller, Layer, Principal, ResourceAccount, Scenario, Stored, Tags};
use crate::symbolic::encode::keys_of;
use crate::verdict::Counterexample;
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;

/// What makes two callers the same to every question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct FaceKey {
    pub(super) who: Who,
    pub(super) account: Arc<str>,
    /// What it was called at the start, or a pattern of that: a policy that names it keeps to whom it named then (S2.3.6).
    /// None of what came to be since.
    pub(super) origin: Option<Arc<str>>,
    pub(super) identity: Option<Vec<PolicyId>>,
    pub(super) boundary: Option<PolicyId>,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    User { name: Name, tags: Option<BTreeMap<ContextKey, String>> },
    Role { name: Name, tags: BTreeMap<ContextKey, String>, closed: bool },
    Session { arn: Arc<str>, role: Name, tags: BTreeMap<ContextKey, String> },
    Federated { arn: Arc<str>, user: Name, tags: Option<BTreeMap<ContextKey, String>> },
    Root(Arc<str>),
    Provider(Arc<str>),
    Service(Arc<str>),
}

/// A caller with its layers.
#[derive(Debug)]
pub(super) struct Face {
    pub(super) number: usize,
    /// The first face with the same layers, if none of them tells callers of one kind and account apart.
    pub(super) alike: usize,
    /// Whether it is sessions of a service-linked role, which no SCP and no RCP binds (S9.3, S10.5).
    pub(super) linked: bool,
    pub(super) key: FaceKey,
    pub(super) scenario: Scenario,
    /// The keys that its documents look at, in lower case.
    pub(super) keys: HashSet<String>,
    /// The names that its documents tell apart.
    pub(super) apart: Apart,
}

impl Face {
    /// The ARN that the caller is known by.
    pub(super) fn arn(&self) -> &str {
        match &self.key.who {
            Who::User { name, .. } | Who::Role { name, .. } => &name.text,
            Who::Session { arn, .. }
            | Who::Federated { arn, .. }
            | Who::Root(arn)
            | Who::Provider(arn)
            | Who::Service(arn) => arn,
        }
    }

    /// The ARN of the user or role that its layers are attached to.
    pub(super) fn holder_arn(&self) -> &str {
        match &self.key.who {
            Who::Session { role, .. } => &role.text,
            Who::Federated { user, .. } => &user.text,
            _ => self.arn(),
        }
    }

    /// The tags of the user or role.
    pub(super) fn tags(&self) -> IndexMap<ContextKey, String> {
        match &self.key.who {
            Who::User { tags: Some(tags), .. } | Who::Role { tags, .. } | Who::Session { tags, .. } => map(tags),
            _ => IndexMap::new(),
        }
    }

    /// Sessions of the role with its tags, under the attacker's usual name and under another; none of others.
    pub(super) fn sessions(&self, other: &str) -> Vec<Caller> {
        let Who::Role { name, closed: true, .. } = &self.key.who else { return Vec::new() };
        let Some(arn) = Arn::parse(&name.text).filter(|_| !name.pattern) else { return Vec::new() };
        let session = |session: &str| Caller {
            arn: format!(
                "arn:{}:sts::{}:assumed-role/{}/{session}",
                arn.partition,
                arn.account,
                friendly_name(arn.resource)
            ),
            kind: CallerKind::RoleSession,
            tags: Tags::Exact(self.tags()),
            issuer: Some(name.text.to_string()),
        };
        [OWN, other].map(session).into()
    }

    /// The request that was found, from a session with its role's tags, under the attacker's usual name unless it needs the
    /// name that was found; none if only a session with tags of its own could send it, or the caller is no session.
    pub(super) fn under_usual_name(&self, scenario: &Scenario, found: &Counterexample) -> Option<Counterexample> {
        let own = found.caller.arn.rsplit('/').next().unwrap_or_default();
        self.sessions(own).into_iter().find_map(|caller| {
            replay(scenario, caller, found.request.clone(), found.listed, &found.resource_account).ok()
        })
    }

    /// What kind of caller it is.
    pub(super) fn kind(&self) -> CallerKind {
        match &self.key.who {
            Who::User { .. } => CallerKind::User,
            Who::Role { .. } | Who::Session { .. } => CallerKind::RoleSession,
            Who::Federated { .. } | Who::Provider(_) => CallerKind::Federated,
            Who::Root(_) => CallerKind::Root,
            Who::Service(_) => CallerKind::Service,
        }
    }
}

/// A kind of caller in an account with its identity policies and its boundary.
pub(super) type Layers = (CallerKind, Arc<str>, Option<Vec<PolicyId>>, Option<PolicyId>);

/// Faces by what makes them the same.
#[derive(Debug, Default)]
pub(super) struct Faces {
    known: HashMap<FaceKey, Arc<Face>>,
    /// The first face of each kind and account with the same layers.
    alike: HashMap<Layers, usize>,
}

impl Faces {
    /// The face of a key.
    pub(super) fn get(&mut self, model: &Model, key: FaceKey) -> Arc<Face> {
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let scenario = scenario(model, &key);
        let keys = keys_of(&scenario.documents(), &[]).iter().map(|key| key.folded().to_owned()).collect();
        let number = self.known.len();
        let linked = is_linked(model, &key.who);
        let apart = Apart::of(&scenario.documents());
        let mut face = Face { number, alike: number, linked, scenario, keys, apart, key: key.clone() };
        if !linked && !face.keys.iter().any(|key| is_callers_own(key)) {
            let layers = (face.kind(), Arc::clone(&key.account), key.identity.clone(), key.boundary);
            face.alike = *self.alike.entry(layers).or_insert(number);
        }
        let face = Arc::new(face);
        self.known.insert(key, Arc::clone(&face));
        face
    }
}

/// Whether a key, in lower case, tells callers of one kind and account apart (S11.1).
pub(super) fn is_callers_own(key: &str) -> bool {
    matches!(key, "aws:principalarn" | "aws:username" | "aws:userid") || key.starts_with("aws:principaltag/")
}

/// Whether a caller is sessions of a role that is named under the path of service-linked ones; nobody else makes one.
fn is_linked(model: &Model, who: &Who) -> bool {
    let (Who::Role { name, .. } | Who::Session { role: name, .. }) = who else { return false };
    let path = model.accounts.dialect.service_linked();
    path.is_some_and(|path| name.text.contains(&format!(":role{path}")))
}

/// The keys of an actor's faces in a state.
pub(super) fn keys(model: &Model, state: &State, actor: &Actor, outside: &str) -> Vec<FaceKey> {
    let plain = |who: Who, account: &str, identity: Option<Vec<PolicyId>>| {
        let origin = match &who {
            Who::User { name, .. } | Who::Role { name, .. } => Some(Arc::clone(&name.text)),
            _ => None,
        };
        vec![FaceKey { who, account: account.into(), origin, identity, boundary: None }]
    };
    let account_of = |arn: &str| Arn::parse(arn).map_or_else(String::new, |arn| arn.account.to_owned());
    match actor {
        Actor::Root(arn) => plain(Who::Root(Arc::clone(arn)), &account_of(arn), None),
        Actor::Provider(arn) => plain(Who::Provider(Arc::clone(arn)), &account_of(arn), None),
        Actor::Outside { sessions } => {
            let partition = model.ground.homes.first().map_or("aws", |home| home.partition.as_str());
            let name = |kind: &str| Name::within(&format!("arn:{partition}:iam::{outside}:{kind}/*"));
            let who = match sessions {
                true => Who::Role { name: name("role"), tags: BTreeMap::new(), closed: false },
                false => Who::User { name: name("user"), tags: None },
            };
            plain(who, outside, Some(vec![model.ground.everything]))
        }
        _ => {
            let part = actor.part().and_then(|id| Some((id, state.part(id)?)));
            part.map(|(id, own)| of_part(model, state, actor, (id, own))).unwrap_or_default()
        }
    }
}

fn of_part(model: &Model, state: &State, actor: &Actor, (id, part): (PartId, &PartState)) -> Vec<FaceKey> {
    let first = model.ground.start.part(id).filter(|old| old.exists).and_then(|old| old.names.first());
    let origin = first.map(|name| Arc::clone(&name.text));
    let identity = Some(identity(model, state, part));
    let mut boundaries: Vec<Option<PolicyId>> = Vec::new();
    for boundary in &part.boundaries {
        match boundary.and_then(|policy| state.policy(policy)) {
            None => boundaries.push(None),
            Some(policy) => boundaries.extend(policy.contents.iter().copied().map(Some)),
        }
    }
    let widest = |own: &Option<PolicyId>| own.is_none_or(|id| id == model.ground.everything);
    if !state.exact && boundaries.iter().any(widest) {
        // No boundary lets everything through that some boundary lets through.
        boundaries = vec![None];
    }
    let open = part.may_be_tagged_anew();
    let tags = || if open { BTreeMap::new() } else { part.tags.clone() };
    let mut keys = Vec::new();
    for name in &part.names {
        let whos = match actor {
            Actor::User(_) | Actor::Services(..) => {
                vec![Who::User { name: name.clone(), tags: (!open).then(|| part.tags.clone()) }]
            }
            Actor::Tagged(_, passed) => {
                let mut tags = tags();
                tags.extend(passed.iter().cloned());
                vec![Who::Role { name: name.clone(), tags, closed: passed.is_some() }]
            }
            Actor::Role(_) => vec![Who::Role { name: name.clone(), tags: tags(), closed: !open }],
            Actor::Session(_, arn) => vec![Who::Session { arn: Arc::clone(arn), role: name.clone(), tags: tags() }],
            _ => {
                let arns = model
                    .ground
                    .federated
                    .iter()
                    .filter(|arn| Arn::parse(arn).is_some_and(|arn| arn.account == &*part.account));
                let passed = matches!(actor, Actor::Federated(_, true));
                let tags = (!passed && !open).then(|| part.tags.clone());
                let who = |arn: &Arc<str>| Who::Federated { arn: arn.clone(), user: name.clone(), tags: tags.clone() };
                arns.map(who).collect()
            }
        };
        for who in whos {
            for boundary in &boundaries {
                let (identity, account) = (identity.clone(), Arc::clone(&part.account));
                keys.push(FaceKey { who: who.clone(), account, origin: origin.clone(), identity, boundary: *boundary });
            }
        }
    }
    keys
}

/// The identity policies of a part and its groups.
fn identity(model: &Model, state: &State, part: &PartState) -> Vec<PolicyId> {
    let mut documents = Vec::new();
    let mut carry = |own: &PartState, loose: bool| {
        documents.extend(own.inline.iter().map(|inline| model.kept(inline.document, loose || inline.loose)));
        for (policy, detached) in &own.attached {
            let Some(policy) = state.policy(*policy) else { continue };
            let loose = loose || *detached || ManagedState::is_loose(policy);
            documents.extend(policy.contents.iter().map(|id| model.kept(*id, loose)));
        }
    };
    carry(part, false);
    for (group, left) in &part.groups {
        if let Some(group) = state.part(*group) {
            carry(group, *left);
        }
    }
    documents.sort_unstable();
    documents.dedup();
    if !state.exact && documents.contains(&model.ground.everything) {
        // What else is allowed is allowed already.
        documents.retain(|id| *id == model.ground.everything || model.ground.stripped.contains_key(id));
    }
    documents
}

fn scenario(model: &Model, key: &FaceKey) -> Scenario {
    let documents = |ids: &[PolicyId]| model.documents(ids);
    let binding = model.accounts.organization.as_ref().and_then(|own| own.binding(&key.account)).unwrap_or_default();
    let scps = binding.scps.map(|levels| levels.iter().map(|level| documents(level)).collect());
    let federated = matches!(key.who, Who::Federated { .. });
    let session = federated.then(|| documents(&[model.ground.everything]));
    Scenario {
        dialect: model.accounts.dialect,
        principal: principal(&key.who),
        stored: stored(key),
        identity: key.identity.as_ref().map_or(Layer::None, |ids| Layer::Given(documents(ids))),
        boundary: key.boundary.map_or(Layer::None, |id| Layer::Given(documents(&[id]))),
        session: session.map_or(Layer::None, Layer::Given),
        scps: scps.map_or(Layer::None, Layer::Given),
        rcps: Layer::None,
        resource: Layer::None,
        endpoint: Layer::None,
        resource_account: ResourceAccount::SameAsCaller,
        rulings: model.limits.rulings,
    }
}

/// Under which ARN policies know the caller: who is renamed keeps it, what comes to be has none.
fn stored(key: &FaceKey) -> Stored {
    match (&key.who, &key.origin) {
        (Who::Root(_) | Who::Provider(_) | Who::Service(_), _) => Stored::AsCalled,
        (Who::User { name, .. } | Who::Role { name, .. }, Some(origin)) if name.text == *origin => Stored::AsCalled,
        (Who::Session { .. }, _) => Stored::AsCalled,
        (_, Some(origin)) => Stored::As(origin.to_string()),
        (_, None) => Stored::Nowhere,
    }
}

fn principal(who: &Who) -> Principal {
    let caller = |arn: &str, kind, tags, issuer: Option<&Name>| {
        let issuer = issuer.filter(|name| !name.pattern).map(|name| name.text.to_string());
        Principal::Caller(Caller { arn: arn.to_owned(), kind, tags, issuer })
    };
    match who {
        Who::User { name, tags } if name.pattern => {
            Principal::Users { pattern: name.text.to_string(), tags: tags.as_ref().map(map) }
        }
        Who::User { name, tags } => {
            let tags = tags.as_ref().map_or(Tags::Open, |tags| Tags::Exact(map(tags)));
            caller(&name.text, CallerKind::User, tags, None)
        }
        Who::Role { name, tags, closed } => {
            Principal::RoleSessions { role: name.text.to_string(), tags: map(tags), closed: *closed }
        }
        Who::Session { arn, role, tags } => caller(arn, CallerKind::RoleSession, Tags::AtLeast(map(tags)), Some(role)),
        Who::Federated { arn, user, tags } => {
            let tags = tags.as_ref().map_or(Tags::Open, |tags| Tags::Exact(map(tags)));
            caller(arn, CallerKind::Federated, tags, Some(user))
        }
        Who::Root(arn) => caller(arn, CallerKind::Root, Tags::Exact(IndexMap::new()), None),
        Who::Service(name) => caller(name, CallerKind::Service, Tags::Exact(IndexMap::new()), None),
        Who::Provider(arn) => caller(arn, CallerKind::Federated, Tags::Exact(IndexMap::new()), None),
    }
}

fn map(tags: &BTreeMap<ContextKey, String>) -> IndexMap<ContextKey, String> {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}
