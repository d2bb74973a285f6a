//! Transitions in a state: which changes each of them can bring about, and what must be allowed for it.
//!
//! In: a state, a transition. Out: the changes that its effect may be, whether the API would take the request, and the
//! guards of it. The effect says everything: no transition is treated apart.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::account::policy::PolicyId;
use crate::escalation::face::Face;
use crate::escalation::ground::{Ground, Home, OWN};
use crate::escalation::guard::Ask;
use crate::escalation::names::TAG_FAMILIES;
use crate::escalation::pin::{Is, Pin};
use crate::escalation::state::{Actor, Change, KEYS, ManagedId, Name, PartId, PartState, State};
use crate::escalation::transition::{BoundaryKey, Credential, Effect, Kind, Provider, Transition};
use crate::vocabulary::action::Action;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::catalogue::Catalogue;
use crate::vocabulary::context_key::ContextKey;

/// With more names than this, something new may have any of them.
const TAKEN: usize = 40;

/// What a transition is about in an account.
pub(super) struct Rules<'m> {
    pub(super) ground: &'m Ground,
    pub(super) state: &'m State,
    /// Whether SAML providers of the attacker's count; OIDC ones count with an outside account.
    pub(super) providers: [bool; 2],
    /// Policies that are not looked at as ones to attach, or to set as boundaries.
    pub(super) passed_over: Option<&'m HashSet<ManagedId>>,
    /// What runs with a role: its ARN, its type, the role's number.
    pub(super) compute: &'m [(String, String, PartId)],
}

impl Rules<'_> {
    /// The changes that an effect may be for callers of an account, as far as the state has the parts.
    pub(super) fn changes(&self, effect: &Effect, home: &Home) -> Vec<Change> {
        let state = self.state;
        let own = |part: &PartState| *part.account == *home.id && !part.fixed;
        let parts = |kind: Kind| state.of_kind(kind).filter(move |(_, part)| own(part));
        let everything = self.ground.everything;
        match effect {
            Effect::WriteDocument(kind) => parts(*kind)
                .flat_map(|(part, own)| {
                    let names = own.inline.iter().filter(|own| self.denies(own.document)).map(|own| own.name.clone());
                    let names = [Arc::from(OWN)].into_iter().chain(names);
                    names.map(move |name| Change::Document { part, name, document: everything })
                })
                .collect(),
            Effect::DeleteDocument(kind) => parts(*kind)
                .flat_map(|(part, own)| {
                    let inline = own.inline.iter().filter(|own| self.denies(own.document));
                    inline.map(move |own| Change::Dropped { part, name: own.name.clone() })
                })
                .collect(),
            Effect::WriteVersion => {
                self.managed(home).map(|policy| Change::Content { policy, document: everything }).collect()
            }
            Effect::ChooseVersion => self
                .managed(home)
                .flat_map(|policy| {
                    let stored = state.policy(policy).map(|own| own.stored.as_slice()).unwrap_or_default();
                    stored.iter().map(move |document| Change::Content { policy, document: *document })
                })
                .collect(),
            Effect::DeleteVersion => self.managed(home).map(Change::Room).collect(),
            Effect::CreatePolicy => self.new_policies(home),
            Effect::DeletePolicy => self.managed(home).map(Change::PolicyGone).collect(),
            Effect::Attach(kind) => parts(*kind)
                .flat_map(|(part, _)| {
                    self.choices(home).into_iter().map(move |policy| Change::Attached { part, policy })
                })
                .collect(),
            Effect::Detach(kind) => parts(*kind)
                .flat_map(|(part, own)| {
                    let attached = own.attached.iter().filter(|(policy, _)| self.denying(*policy));
                    attached.map(move |(policy, _)| Change::Detached { part, policy: *policy })
                })
                .collect(),
            Effect::SetBoundary(kind) => parts(*kind)
                .flat_map(|(part, _)| {
                    let choices = self.choices(home).into_iter();
                    choices.map(move |policy| Change::Boundary { part, boundary: Some(policy) })
                })
                .collect(),
            Effect::RemoveBoundary(kind) => parts(*kind)
                .filter(|(_, part)| part.boundaries.iter().any(Option::is_some))
                .map(|(part, _)| Change::Boundary { part, boundary: None })
                .collect(),
            Effect::Join => parts(Kind::User)
                .flat_map(|(user, _)| parts(Kind::Group).map(move |(group, _)| Change::Joined { user, group }))
                .collect(),
            Effect::Leave => parts(Kind::User)
                .flat_map(|(user, own)| {
                    let groups = own.groups.iter().filter(|(group, _)| self.carries_denies(*group));
                    groups.map(move |(group, _)| Change::Left { user, group: *group })
                })
                .collect(),
            // Not the whole user, and a trace does without.
            Effect::GainCredential(Credential::Services(_)) if state.exact => Vec::new(),
            Effect::GainCredential(Credential::Services(services)) => {
                let held = |user: &PartId| state.held.contains(&Actor::User(*user));
                let users = parts(Kind::User).map(|(user, _)| user).filter(|user| !held(user));
                users.map(|user| Change::Held(Actor::Services(user, services.as_slice().into()))).collect()
            }
            Effect::GainCredential(_) => parts(Kind::User).map(|(user, _)| Change::Held(Actor::User(user))).collect(),
            Effect::DeleteKey => parts(Kind::User).map(|(user, _)| Change::KeyGone(user)).collect(),
            Effect::DeletePassword => parts(Kind::User).map(|(user, _)| Change::PasswordGone(user)).collect(),
            Effect::DeleteMfa => parts(Kind::User).map(|(user, _)| Change::MfaGone(user)).collect(),
            Effect::WriteTrust => parts(Kind::Role)
                .flat_map(|(role, _)| {
                    self.trusts(home).into_iter().map(move |document| Change::Trust { role, document })
                })
                .collect(),
            // Roles may be assumed across accounts.
            Effect::AssumeRole | Effect::AssumeRoleWith(_) => {
                let sessions = |role| [Actor::Role(role), Actor::Tagged(role, None)].map(Change::Held);
                state.of_kind(Kind::Role).flat_map(|(role, _)| sessions(role)).collect()
            }
            Effect::PassRole { .. } => parts(Kind::Role).map(|(role, _)| Change::Held(Actor::Role(role))).collect(),
            Effect::Drive { compute } => {
                let driven = self.compute.iter().filter(|(_, kind, _)| kind == compute);
                driven.map(|(_, _, role)| Change::Held(Actor::Role(*role))).collect()
            }
            Effect::Federate => parts(Kind::User)
                .flat_map(|(user, _)| [false, true].map(|tagged| Change::Held(Actor::Federated(user, tagged))))
                .collect(),
            Effect::CreateProvider(kind) if self.counts(*kind) => {
                let [saml, oidc] = &home.providers;
                let arn = if *kind == Provider::Saml { saml } else { oidc };
                vec![Change::Held(Actor::Provider(Arc::clone(arn)))]
            }
            Effect::TakeProvider(kind) if self.counts(*kind) => {
                let account = |arn: &str| Arn::parse(arn).is_some_and(|arn| arn.account == &*home.id);
                let named = self.ground.providers.iter().filter(|(own, arn)| own == kind && account(arn));
                named.map(|(_, arn)| Change::Held(Actor::Provider(Arc::clone(arn)))).collect()
            }
            Effect::CreateProvider(_) | Effect::TakeProvider(_) => Vec::new(),
            Effect::Create { kind, credentials } => self.new_parts(home, *kind, *credentials),
            Effect::Rename(kind) => parts(*kind)
                .flat_map(|(part, _)| {
                    let names = self.free_names(home, word(*kind)).into_iter();
                    names.map(move |name| Change::Renamed { part, name })
                })
                .collect(),
            Effect::Tag(kind) => self.tagged(parts(*kind), true),
            Effect::Untag(kind) => self.tagged(parts(*kind), false),
            Effect::WriteResourcePolicy { services } | Effect::DeleteResourcePolicy { services } => {
                services.iter().map(|service| Change::Policy { service: service.clone() }).collect()
            }
            Effect::JoinProfile => parts(Kind::Role).map(|(role, _)| Change::Profiled(role)).collect(),
            // A name that becomes free is one that something new may have. A trace leaves that out.
            Effect::Delete(kind) if !state.exact => parts(*kind).map(|(part, _)| Change::PartGone(part)).collect(),
            Effect::Delete(_) | Effect::Nothing => Vec::new(),
        }
    }

    fn counts(&self, provider: Provider) -> bool {
        let [saml, oidc] = self.providers;
        if provider == Provider::Saml { saml } else { oidc }
    }

    /// Whether a document denies something.
    fn denies(&self, document: PolicyId) -> bool {
        self.ground.stripped.contains_key(&document)
    }

    fn denying(&self, policy: ManagedId) -> bool {
        self.state.policy(policy).is_some_and(|own| own.contents.iter().any(|id| self.denies(*id)))
    }

    fn carries_denies(&self, group: PartId) -> bool {
        self.state.part(group).is_some_and(|own| {
            own.inline.iter().any(|inline| self.denies(inline.document))
                || own.attached.iter().any(|(policy, _)| self.denying(*policy))
        })
    }

    /// The managed policies of an account that it can change.
    fn managed(&self, home: &Home) -> impl Iterator<Item = ManagedId> {
        let managed = self.state.managed.iter().enumerate();
        managed.filter(|(_, own)| own.exists && !own.fixed && *own.account == *home.id).map(|(number, _)| number)
    }

    /// The managed policies that can be attached or be boundaries in an account.
    fn choices(&self, home: &Home) -> Vec<ManagedId> {
        let own = self.managed(home);
        let aws = self.state.managed.iter().enumerate().filter(|(_, own)| own.fixed && &*own.account == "aws");
        let mut choices = vec![home.administrator];
        choices.extend(own.chain(aws.map(|(number, _)| number)).filter(|number| *number != home.administrator));
        if !self.state.exact {
            choices.push(home.unlisted);
        }
        choices.retain(|policy| self.passed_over.is_none_or(|own| !own.contains(policy)));
        choices
    }

    /// Names that a new or renamed thing can have: in a covering state, any.
    pub(super) fn free_names(&self, home: &Home, kind: &'static str) -> Vec<Name> {
        match self.state.exact {
            true => {
                let names = self.ground.names.get(&(Arc::clone(&home.id), kind));
                let taken = |name: &Name| {
                    self.state.parts.iter().any(|part| part.exists && part.names.contains(name))
                        || self.state.managed.iter().any(|policy| policy.exists && policy.names.contains(name))
                };
                let names = names.into_iter().flatten().map(|text| Name::exact(text));
                // A name that somebody had at the start may be free by now.
                let first = self.ground.start.parts.iter().filter(|part| {
                    part.exists && word(part.kind) == kind && part.account == home.id && !self.state.is_large()
                });
                let first = first.flat_map(|part| part.names.iter().cloned());
                names.chain(first).filter(|name| !taken(name)).collect()
            }
            false => {
                let any = Name::within(&format!("arn:{}:iam::{}:{kind}/*", home.partition, home.id));
                vec![Name { without: self.taken(home, kind), ..any }]
            }
        }
    }

    /// Names of a kind that nothing new can have; none where there are too many to look at.
    fn taken(&self, home: &Home, kind: &str) -> Arc<[Arc<str>]> {
        let parts = self.state.parts.iter().filter(|part| {
            word(part.kind) == kind && part.account == home.id && part.exists && !part.gone && part.names.len() == 1
        });
        let policies = self.state.managed.iter().filter(|own| {
            kind == "policy" && own.account == home.id && own.exists && !own.gone && own.names.len() == 1
        });
        let names = parts.flat_map(|part| &part.names).chain(policies.flat_map(|own| &own.names));
        let names: Vec<Arc<str>> = names.filter(|name| !name.pattern).map(|name| Arc::clone(&name.text)).collect();
        if names.len() > TAKEN { Arc::default() } else { names.into() }
    }

    fn new_policies(&self, home: &Home) -> Vec<Change> {
        let document = self.ground.everything;
        let made = |policy: ManagedId, name: Name| Change::PolicyMade { policy, name, document };
        let fresh = self.state.policy(home.fresh_policy).is_some_and(|own| !own.exists || !self.state.exact);
        let names = if fresh { self.free_names(home, "policy") } else { Vec::new() };
        let gone = self.state.managed.iter().enumerate().filter(|(_, own)| own.gone && *own.account == *home.id);
        let again = gone.flat_map(|(policy, own)| own.names.iter().map(move |name| made(policy, name.clone())));
        names.into_iter().map(|name| made(home.fresh_policy, name)).chain(again).collect()
    }

    fn new_parts(&self, home: &Home, kind: Kind, credentials: bool) -> Vec<Change> {
        let [user, group, role] = home.fresh;
        let part = match kind {
            Kind::User => user,
            Kind::Group => group,
            Kind::Role => role,
        };
        if self.state.exact && self.state.part(part).is_none_or(|own| own.exists) {
            return Vec::new();
        }
        let mut boundaries = vec![None];
        if kind != Kind::Group {
            boundaries.extend(self.choices(home).into_iter().map(Some));
        }
        let trusts = match kind {
            Kind::Role => self.trusts(home).into_iter().map(Some).collect(),
            Kind::User | Kind::Group => vec![None],
        };
        let mut made = Vec::new();
        for name in self.free_names(home, word(kind)) {
            for boundary in &boundaries {
                for trust in &trusts {
                    let (name, boundary, trust) = (name.clone(), *boundary, *trust);
                    made.push(Change::PartMade { part, name, boundary, trust, credentials });
                }
            }
        }
        made
    }

    /// The trust policy that an attacker writes now.
    fn trusts(&self, home: &Home) -> Vec<PolicyId> {
        let held = |arn: &Arc<str>| self.state.held.contains(&Actor::Provider(Arc::clone(arn)));
        let [saml, oidc] = &home.providers;
        let number = usize::from(held(saml)) + 2 * usize::from(held(oidc));
        home.trusts.get(number).copied().into_iter().collect()
    }

    fn tagged<'s>(&self, parts: impl Iterator<Item = (PartId, &'s PartState)>, set: bool) -> Vec<Change> {
        let exact = self.state.exact;
        let mut changes = Vec::new();
        for (part, own) in parts {
            for (key, values) in &self.ground.tags {
                let change = |value: Option<String>| Change::Tagged { part, key: key.clone(), value };
                match (set, exact) {
                    (true, true) => changes.extend(values.iter().map(|value| change(Some(value.clone())))),
                    (true, false) => changes.push(change(Some(String::new()))),
                    (false, _) if own.tags.contains_key(key) => changes.push(change(None)),
                    (false, _) => {}
                }
            }
        }
        changes
    }

    /// Whether the API takes the request, whoever sends it.
    pub(super) fn is_taken(&self, effect: &Effect, change: &Change) -> bool {
        let state = self.state;
        let part = |id: &PartId| state.part(*id);
        match (effect, change) {
            (Effect::GainCredential(credential), Change::Held(Actor::User(user))) => {
                part(user).is_some_and(|own| match credential {
                    Credential::AccessKey => own.keys < KEYS,
                    Credential::NewPassword => own.lacks_password && own.lacks_mfa,
                    Credential::OtherPassword => own.has_password && own.lacks_mfa,
                    Credential::Services(_) => false,
                })
            }
            (_, Change::KeyGone(user)) => part(user).is_some_and(|own| own.keys >= KEYS),
            (_, Change::PasswordGone(user)) => part(user).is_some_and(|own| own.has_password),
            (_, Change::MfaGone(user)) => part(user).is_some_and(|own| !own.lacks_mfa),
            (Effect::WriteVersion, Change::Content { policy, .. }) => state.policy(*policy).is_some_and(|own| own.room),
            (Effect::ChooseVersion, Change::Content { policy, document }) => {
                state.policy(*policy).is_some_and(|own| own.stored.contains(document))
            }
            (_, Change::Room(policy)) => state.policy(*policy).is_some_and(|own| !own.room),
            (_, Change::PolicyGone(policy)) => self.is_unused(*policy),
            (Effect::PassRole { profile: true, .. }, Change::Held(Actor::Role(role))) => {
                !state.exact || part(role).is_some_and(|own| own.profiled)
            }
            _ => true,
        }
    }

    /// Whether a policy may be attached to nobody and be nobody's boundary (escalation 0.4).
    fn is_unused(&self, policy: ManagedId) -> bool {
        let stored = self.state.policy(policy).is_some_and(|own| !self.state.exact || own.stored.len() <= 1);
        let uses = |part: &Arc<PartState>| {
            let attached = part.attached.iter().any(|(own, loose)| *own == policy && !loose);
            attached || (part.boundaries.len() == 1 && part.boundaries.contains(&Some(policy)))
        };
        stored && !self.state.parts.iter().any(|part| part.exists && uses(part))
    }

    /// What must be allowed for a change: one of the lists, every question of it.
    pub(super) fn guards(
        &self,
        transition: &Transition,
        change: &Change,
        face: &Face,
        home: &Home,
        trusted: &[String],
    ) -> Vec<Vec<Ask>> {
        // What runs with a role is another resource than the role.
        let runs = matches!(transition.effect, Effect::PassRole { .. } | Effect::Drive { .. } | Effect::JoinProfile);
        let target = if runs { None } else { self.target(change) };
        let session = matches!(change, Change::Held(actor) if !matches!(actor, Actor::Provider(_)));
        let mut contexts = vec![Vec::new()];
        match transition.boundary {
            BoundaryKey::Absent => contexts = self.bounded(None),
            BoundaryKey::Requested => contexts = self.requested(change),
            BoundaryKey::Current => contexts = self.current(target),
        }
        for context in &mut contexts {
            context.extend(self.context(transition, change));
            context.extend(self.tags_of(&transition.requests, session, target, face));
            if matches!(change, Change::PartMade { .. } | Change::PolicyMade { .. }) {
                // What comes to be has no tags before.
                let keys = face.keys.iter().filter(|key| TAG_FAMILIES.iter().skip(1).any(|own| key.starts_with(own)));
                let mut pins: Vec<Pin> = keys.map(|key| Pin::new(key, Is::Absent)).collect();
                pins.sort();
                context.retain(|own| !pins.contains(own));
                context.extend(pins);
            }
        }
        let ask = |action: &str, resource: Option<Name>, pins: &[Pin], check: bool| Ask {
            action: action.to_owned(),
            resource,
            pins: pins.to_vec(),
            policy: None,
            owner: Arc::clone(&home.id),
            check,
        };
        let mut guards = Vec::new();
        for resources in self.resources(transition, change) {
            for pins in &contexts {
                let mut asks = Vec::new();
                if transition.passes_role {
                    let role = self.role(change);
                    let mut pins = vec![Pin::new("iam:PassedToService", Is::OneOf(trusted.to_vec()))];
                    pins.extend(self.tags_of(&pass_role(), session, role, face));
                    let name = role.and_then(|role| role.names.first()).cloned();
                    asks.push(ask("iam:PassRole", name, &pins, true));
                }
                if let Change::Held(Actor::Tagged(..) | Actor::Federated(_, true)) = change {
                    let resource = resources.first().cloned().flatten();
                    asks.push(ask("sts:TagSession", resource, pins, true));
                }
                for action in &transition.requests {
                    // One request that is authorized on several resources is one request.
                    for (number, resource) in resources.iter().enumerate() {
                        asks.push(ask(action.as_str(), resource.clone(), pins, number + 1 < resources.len()));
                    }
                }
                guards.push(asks);
            }
        }
        match &transition.effect {
            Effect::AssumeRole | Effect::AssumeRoleWith(_) => self.under_trust(guards, change),
            _ => guards,
        }
    }

    /// The same questions under each trust policy that the role may have.
    fn under_trust(&self, guards: Vec<Vec<Ask>>, change: &Change) -> Vec<Vec<Ask>> {
        let Some(role) = self.role(change) else { return Vec::new() };
        let under = |asks: &Vec<Ask>, trust: PolicyId| -> Vec<Ask> {
            let own = |ask: &Ask| Ask { policy: Some(trust), owner: Arc::clone(&role.account), ..ask.clone() };
            asks.iter().map(own).collect()
        };
        guards.iter().flat_map(|asks| role.trusts.iter().map(move |trust| under(asks, *trust))).collect()
    }

    fn role(&self, change: &Change) -> Option<&PartState> {
        match change {
            Change::Held(Actor::Role(role) | Actor::Tagged(role, _)) | Change::Profiled(role) => self.state.part(*role),
            _ => None,
        }
    }

    /// The part whose boundary and tags the request's context holds.
    fn target(&self, change: &Change) -> Option<&PartState> {
        let id = match change {
            Change::Held(Actor::User(part) | Actor::Services(part, _) | Actor::Role(part) | Actor::Tagged(part, _)) => {
                Some(*part)
            }
            // Only the group is looked at; what comes to be has nothing yet; a profile is another resource.
            Change::Joined { .. } | Change::Left { .. } | Change::PartMade { .. } | Change::Profiled(_) => None,
            other => other.part(),
        };
        self.state.part(id?)
    }

    /// The boundary that a request names.
    fn requested(&self, change: &Change) -> Vec<Vec<Pin>> {
        match change {
            Change::Boundary { boundary, .. } | Change::PartMade { boundary, .. } => self.bounded(*boundary),
            _ => vec![Vec::new()],
        }
    }

    /// The boundary that the target has.
    fn current(&self, target: Option<&PartState>) -> Vec<Vec<Pin>> {
        let Some(target) = target else { return vec![Vec::new()] };
        target.boundaries.iter().flat_map(|boundary| self.bounded(*boundary)).collect()
    }

    fn bounded(&self, boundary: Option<ManagedId>) -> Vec<Vec<Pin>> {
        const KEY: &str = "iam:PermissionsBoundary";
        match boundary {
            None => vec![vec![Pin::new(KEY, Is::Absent)]],
            Some(policy) => self.named(policy).into_iter().map(|is| vec![Pin::new(KEY, is)]).collect(),
        }
    }

    /// What the ARN of a policy may be.
    fn named(&self, policy: ManagedId) -> Vec<Is> {
        let Some(own) = self.state.policy(policy) else { return Vec::new() };
        let is = |name: &Name| match name.pattern {
            false => Is::Value(name.text.to_string()),
            true => {
                let any = self.ground.homes.iter().any(|home| home.any == policy);
                let others = self.state.managed.iter().enumerate().filter(|(number, _)| *number != policy && !any);
                let others = others.flat_map(|(_, other)| &other.names).filter(|name| !name.pattern);
                let front = name.text.trim_end_matches('*');
                let others = others.filter(|other| other.text.starts_with(front));
                Is::Like(name.text.to_string(), others.map(|name| name.text.to_string()).collect())
            }
        };
        own.names.iter().map(is).collect()
    }

    /// What a request names besides.
    fn context(&self, transition: &Transition, change: &Change) -> Vec<Pin> {
        match (&transition.effect, change) {
            (_, Change::Attached { policy, .. } | Change::Detached { policy, .. }) => {
                let names = self.named(*policy);
                names.into_iter().take(1).map(|is| Pin::new("iam:PolicyARN", is)).collect()
            }
            (_, Change::Tagged { key, value: Some(value), .. }) => {
                let name = format!("aws:RequestTag/{}", key.as_str());
                let is = if self.state.exact { Is::Value(value.clone()) } else { Is::Present };
                vec![Pin::new(&name, is)]
            }
            (_, Change::Tagged { key, value: None, .. }) if self.state.exact => {
                vec![Pin::new("aws:TagKeys", Is::Value(key.as_str().to_owned()))]
            }
            (_, Change::PartMade { .. } | Change::PolicyMade { .. }) if self.state.exact => {
                vec![Pin::new("aws:TagKeys", Is::Absent)]
            }
            (Effect::AssumeRole | Effect::AssumeRoleWith(_) | Effect::Federate, Change::Held(actor)) => match actor {
                Actor::Tagged(_, Some((key, value))) => {
                    vec![Pin::new(&format!("aws:RequestTag/{}", key.as_str()), Is::Value(value.clone()))]
                }
                Actor::Tagged(_, None) | Actor::Federated(_, true) => Vec::new(),
                _ => vec![Pin::new("aws:TagKeys", Is::Absent)],
            },
            _ => Vec::new(),
        }
    }

    /// What the context of a request on a part is, by the part: one of the lists.
    pub(super) fn pins_of(&self, action: &[Action], part: &PartState, bounded: bool, face: &Face) -> Vec<Vec<Pin>> {
        let mut contexts = if bounded { self.current(Some(part)) } else { vec![Vec::new()] };
        let tags = self.tags_of(action, false, Some(part), face);
        contexts.iter_mut().for_each(|context| context.extend(tags.iter().cloned()));
        contexts
    }

    /// The tags of the target of requests; `session`: of what makes a session, which need not be what the request is on.
    fn tags_of(&self, requests: &[Action], session: bool, target: Option<&PartState>, face: &Face) -> Vec<Pin> {
        // Tags of a role are not reliably there where it is passed (S7.3): a proof takes either, a trace needs none.
        let passed = requests == pass_role();
        let mut pins = Vec::new();
        for family in TAG_FAMILIES.iter().skip(1) {
            for key in face.keys.iter().filter_map(|key| key.strip_prefix(family)) {
                let has = |keys: &BTreeSet<ContextKey>| keys.iter().any(|own| own.folded() == key);
                let value = |part: &PartState| {
                    part.tags.iter().find(|(own, _)| own.folded() == key).map(|(_, value)| value.clone())
                };
                let is = match target {
                    Some(part) if has(&part.tags_open) => continue,
                    Some(part) => match value(part) {
                        None => Is::Absent,
                        Some(_) if self.state.exact && passed => Is::Absent,
                        Some(value) if self.state.exact => Is::Value(value),
                        Some(value) => {
                            let carried = requests.iter().all(|request| carries(request, part.kind, family));
                            let certain = carried && !passed && !has(&part.tags_gone);
                            if certain { Is::Value(value) } else { Is::ValueOrAbsent(value) }
                        }
                    },
                    // Tags of policies are not told.
                    None if self.state.exact && !session => Is::Absent,
                    None => continue,
                };
                pins.push(Pin::new(&format!("{family}{key}"), is));
            }
        }
        pins.sort();
        pins
    }

    /// What the requests are about: one of the lists, on every resource of it.
    fn resources(&self, transition: &Transition, change: &Change) -> Vec<Vec<Option<Name>>> {
        let one = |names: &[Name]| names.iter().map(|name| vec![Some(name.clone())]).collect::<Vec<_>>();
        let of_part = |part: PartId| self.state.part(part).map(|own| one(&own.names)).unwrap_or_default();
        match change {
            Change::Held(Actor::Role(role) | Actor::Tagged(role, _)) => match &transition.effect {
                Effect::PassRole { .. } => vec![vec![None]],
                Effect::Drive { compute } => {
                    let driven = self.compute.iter().filter(|(_, kind, own)| kind == compute && own == role);
                    driven.map(|(arn, _, _)| vec![Some(Name::exact(arn))]).collect()
                }
                _ => of_part(*role),
            },
            Change::Held(Actor::Provider(arn)) => match (&transition.effect, arn.rsplit_once('/')) {
                // A new one may have any name.
                (Effect::CreateProvider(_), Some((front, _))) if !self.state.exact => {
                    vec![vec![Some(Name::within(&format!("{front}/*")))]]
                }
                _ => vec![vec![Some(Name::exact(arn))]],
            },
            Change::Held(Actor::User(part) | Actor::Services(part, _)) => of_part(*part),
            // Only the group is looked at.
            Change::Joined { group, .. } | Change::Left { group, .. } => of_part(*group),
            Change::Content { policy, .. } | Change::Room(policy) | Change::PolicyGone(policy) => {
                self.state.policy(*policy).map(|own| one(&own.names)).unwrap_or_default()
            }
            Change::PolicyMade { name, .. } | Change::PartMade { name, .. } => one(std::slice::from_ref(name)),
            // Both the old and the new name must be allowed.
            Change::Renamed { part, name } => {
                let old = self.state.part(*part).map(|own| own.names.as_slice()).unwrap_or_default();
                old.iter().map(|old| vec![Some(old.clone()), Some(name.clone())]).collect()
            }
            Change::Rewritten { resource, .. } => vec![vec![Some(Name::exact(resource))]],
            Change::Policy { .. } | Change::Profiled(_) | Change::Held(_) => vec![vec![None]],
            other => other.part().map(of_part).unwrap_or_default(),
        }
    }
}

/// The word of a kind in ARNs.
pub(super) fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "user",
        Kind::Group => "group",
        Kind::Role => "role",
    }
}

/// The check inside requests that pass a role.
fn pass_role() -> Vec<Action> {
    Action::parse("iam:PassRole").into_iter().collect()
}

/// Whether requests of an action on a part carry its tags in a family of keys, by the catalogue.
fn carries(action: &Action, kind: Kind, family: &str) -> bool {
    let Some(Ok(service)) = Catalogue::embedded().service(action.prefix()) else { return false };
    let on = service.action(action.name()).is_some_and(|own| own.resources.iter().any(|on| on.name == word(kind)));
    let mut types = service.resource_types.iter().filter(|own| own.name == word(kind));
    on && types.any(|own| own.keys.iter().any(|key| key.member_of(family).is_some()))
}
