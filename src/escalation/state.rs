//! States of an account, one or many at once.
//!
//! In: changes. Out: [`State`]. A state is *exact* where each part has one value; it *covers* others where a part may
//! have one of several. An exact state is changed by replacing a value, a covering one by adding it: so whatever
//! sequence of changes leads from a covered state, the changed covering state still covers it. What may be gone stays in a
//! covering state, marked loose: what it allows counts, what it denies does not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::account::policy::PolicyId;
use crate::escalation::transition::Kind;
use crate::vocabulary::context_key::ContextKey;

/// A user, group or role among those of a state.
pub(super) type PartId = usize;
/// A managed policy among those of a state.
pub(super) type ManagedId = usize;

/// An ARN, or a pattern that stands for any of those it matches.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) text: Arc<str>,
    pub(super) pattern: bool,
    /// Names that are taken.
    pub(super) without: Arc<[Arc<str>]>,
}

impl Name {
    pub(super) fn exact(text: &str) -> Self {
        Self { text: text.into(), pattern: false, without: Arc::default() }
    }

    pub(super) fn within(text: &str) -> Self {
        Self { text: text.into(), pattern: true, without: Arc::default() }
    }
}

impl Name {
    /// Whether a name is one of those that this one stands for.
    fn covers(&self, other: &Self) -> bool {
        match self.pattern {
            true => other.text.starts_with(self.text.trim_end_matches('*')) && !self.without.contains(&other.text),
            false => self.text == other.text,
        }
    }

    /// Adds a possible name, or replaces the only one. A pattern that is there already stands for the new one too, but for
    /// the names that only it leaves out.
    fn join(&self, names: &mut Vec<Self>, exact: bool) {
        if exact {
            names.clear();
        }
        let known = names.contains(self);
        match names.iter_mut().find(|own| own.pattern && self.pattern && own.text == self.text) {
            Some(own) => {
                let both = own.without.iter().filter(|name| self.without.contains(name));
                own.without = both.cloned().collect();
            }
            None if known => {}
            None => names.push(self.clone()),
        }
    }
}

/// Whose credentials are held.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Actor {
    /// A user.
    User(PartId),
    /// A user, by credentials that are good for some services only.
    Services(PartId, Arc<[String]>),
    /// Sessions of a role, under names of the attacker's choice.
    Role(PartId),
    /// Sessions of a role with a tag that was passed; none: with any tags.
    Tagged(PartId, Option<(ContextKey, String)>),
    /// One session of a role.
    Session(PartId, Arc<str>),
    /// Federated sessions of a user, and whether tags were passed.
    Federated(PartId, bool),
    /// The root user of an account.
    Root(Arc<str>),
    /// Users, or sessions of roles, of the attacker's own account.
    Outside {
        /// Sessions of roles.
        sessions: bool,
    },
    /// Whoever an identity provider of the attacker's says he is: for unsigned calls only.
    Provider(Arc<str>),
}

/// What a request changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Change {
    Held(Actor),
    Document { part: PartId, name: Arc<str>, document: PolicyId },
    Dropped { part: PartId, name: Arc<str> },
    Content { policy: ManagedId, document: PolicyId },
    Room(ManagedId),
    PolicyMade { policy: ManagedId, name: Name, document: PolicyId },
    PolicyGone(ManagedId),
    Attached { part: PartId, policy: ManagedId },
    Detached { part: PartId, policy: ManagedId },
    Boundary { part: PartId, boundary: Option<ManagedId> },
    Joined { user: PartId, group: PartId },
    Left { user: PartId, group: PartId },
    KeyGone(PartId),
    PasswordGone(PartId),
    MfaGone(PartId),
    Trust { role: PartId, document: PolicyId },
    PartMade { part: PartId, name: Name, boundary: Option<ManagedId>, trust: Option<PolicyId>, credentials: bool },
    Renamed { part: PartId, name: Name },
    Tagged { part: PartId, key: ContextKey, value: Option<String> },
    Policy { service: String },
    Rewritten { resource: String, service: String, document: Option<PolicyId> },
    Profiled(PartId),
    PartGone(PartId),
}

impl Change {
    /// The user, group or role that is changed.
    pub(super) fn part(&self) -> Option<PartId> {
        match self {
            Self::Document { part, .. }
            | Self::Dropped { part, .. }
            | Self::Attached { part, .. }
            | Self::Detached { part, .. }
            | Self::Boundary { part, .. }
            | Self::Joined { user: part, .. }
            | Self::Left { user: part, .. }
            | Self::KeyGone(part)
            | Self::PasswordGone(part)
            | Self::MfaGone(part)
            | Self::Trust { role: part, .. }
            | Self::PartMade { part, .. }
            | Self::Renamed { part, .. }
            | Self::Tagged { part, .. }
            | Self::PartGone(part)
            | Self::Profiled(part) => Some(*part),
            Self::Held(_)
            | Self::Content { .. }
            | Self::Room(_)
            | Self::PolicyMade { .. }
            | Self::PolicyGone(_)
            | Self::Policy { .. }
            | Self::Rewritten { .. } => None,
        }
    }
}

impl Change {
    /// Whether a change is one of those that this one stands for: the same, but for a name.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let (mut own, mut theirs) = (self.clone(), other.clone());
        if let (Some(name), Some(theirs)) = (own.name(), theirs.name())
            && name.covers(theirs)
        {
            name.clone_from(theirs);
        }
        own == *other
    }

    /// The trust policy that a role gets.
    pub(super) fn trust(&mut self) -> Option<&mut PolicyId> {
        match self {
            Self::PartMade { trust, .. } => trust.as_mut(),
            Self::Trust { document, .. } => Some(document),
            _ => None,
        }
    }

    /// The name that something gets.
    fn name(&mut self) -> Option<&mut Name> {
        match self {
            Self::PartMade { name, .. } | Self::PolicyMade { name, .. } | Self::Renamed { name, .. } => Some(name),
            _ => None,
        }
    }
}

impl Actor {
    /// Whether the credentials are good for an action's service.
    pub(super) fn is_good_for(&self, action: &str) -> bool {
        let Self::Services(_, services) = self else { return true };
        let prefix = action.split(':').next().unwrap_or_default();
        prefix == "*" || services.iter().any(|own| own == prefix)
    }

    /// The role of a session.
    pub(super) fn role(&self) -> Option<PartId> {
        match self {
            Self::Role(role) | Self::Tagged(role, _) | Self::Session(role, _) => Some(*role),
            _ => None,
        }
    }

    /// The part that its layers are attached to.
    pub(super) fn part(&self) -> Option<PartId> {
        match self {
            Self::User(part) | Self::Services(part, _) | Self::Federated(part, _) => Some(*part),
            _ => self.role(),
        }
    }
}

/// An inline document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Inline {
    pub(super) name: Arc<str>,
    pub(super) document: PolicyId,
    pub(super) loose: bool,
}

/// A user, group or role.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PartState {
    pub(super) kind: Kind,
    pub(super) account: Arc<str>,
    /// Whether it is there, or may be.
    pub(super) exists: bool,
    /// Whether it may be gone, and its name free.
    pub(super) gone: bool,
    /// Whether nobody of the account can change it (S7.6, escalation 0.2).
    pub(super) fixed: bool,
    pub(super) names: Vec<Name>,
    pub(super) inline: Vec<Inline>,
    /// Attached policies, and whether each may be gone.
    pub(super) attached: Vec<(ManagedId, bool)>,
    pub(super) boundaries: Vec<Option<ManagedId>>,
    pub(super) groups: Vec<(PartId, bool)>,
    pub(super) tags: BTreeMap<ContextKey, String>,
    /// Tags that may have any value, or be gone.
    pub(super) tags_open: BTreeSet<ContextKey>,
    /// Tags that may be gone.
    pub(super) tags_gone: BTreeSet<ContextKey>,
    pub(super) trusts: Vec<PolicyId>,
    pub(super) profiled: bool,
    /// How many access keys, at least.
    pub(super) keys: u8,
    /// Whether it may have a console password; whether it may lack one; whether it may lack an MFA device.
    pub(super) has_password: bool,
    pub(super) lacks_password: bool,
    pub(super) lacks_mfa: bool,
}

/// A managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ManagedState {
    pub(super) account: Arc<str>,
    /// Whether it is there, or may be.
    pub(super) exists: bool,
    /// Whether it may be gone.
    pub(super) gone: bool,
    /// Whether it is AWS's, so that nobody changes it.
    pub(super) fixed: bool,
    pub(super) names: Vec<Name>,
    /// What its default version may say.
    pub(super) contents: Vec<PolicyId>,
    /// Stored versions.
    pub(super) stored: Vec<PolicyId>,
    /// Whether one more version may be stored.
    pub(super) room: bool,
}

/// A state of all accounts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// Whether it is one state, not several.
    pub(super) exact: bool,
    pub(super) parts: Vec<Arc<PartState>>,
    pub(super) managed: Vec<Arc<ManagedState>>,
    pub(super) held: BTreeSet<Actor>,
    /// Services some of whose resources may have a policy of the attacker's, or none any more.
    pub(super) services: BTreeSet<String>,
    /// Resources whose policy is rewritten, or gone.
    pub(super) rewritten: BTreeMap<String, Option<PolicyId>>,
}

/// How many versions of a managed policy can be stored.
pub(super) const VERSIONS: usize = 5;
/// With more parts than this, a change is looked at until one actor can bring it about.
const FEW_PARTS: usize = 40;
/// How many access keys a user can have.
pub(super) const KEYS: u8 = 2;

impl State {
    pub(super) fn part(&self, id: PartId) -> Option<&PartState> {
        self.parts.get(id).map(Arc::as_ref)
    }

    /// The states among those covered that differ in the boundary of a part: each with one.
    pub(super) fn by_boundary(&self, id: PartId) -> Vec<Self> {
        let Some(part) = self.part(id).filter(|part| part.boundaries.len() > 1) else { return vec![self.clone()] };
        let with = |boundary: &Option<ManagedId>| {
            let mut one = self.clone();
            if let Some(own) = one.parts.get_mut(id) {
                *own = Arc::new(PartState { boundaries: vec![*boundary], ..part.clone() });
            }
            one
        };
        part.boundaries.iter().map(with).collect()
    }

    pub(super) fn policy(&self, id: ManagedId) -> Option<&ManagedState> {
        self.managed.get(id).map(Arc::as_ref)
    }

    /// Whether there are too many parts to look at each change in every way that it may come about.
    pub(super) fn is_large(&self) -> bool {
        self.parts.len() > FEW_PARTS
    }

    /// The parts of a kind that are there, or may be.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (PartId, &PartState)> {
        let parts = self.parts.iter().map(Arc::as_ref).enumerate();
        parts.filter(move |(_, part)| part.kind == kind && part.exists)
    }

    /// Takes a change; whether it was one.
    pub(super) fn apply(&mut self, change: &Change) -> bool {
        let deltas = self.deltas(change);
        let changed = !deltas.is_empty();
        for delta in deltas {
            match delta {
                Delta::Held(actor) => {
                    self.held.insert(actor);
                }
                Delta::Service(service) => {
                    self.services.insert(service);
                }
                Delta::Rewritten(resource, document) => {
                    self.rewritten.insert(resource, document);
                }
                Delta::Part(id, part) => {
                    if let Some(own) = self.parts.get_mut(id) {
                        *own = Arc::new(part);
                    }
                }
                Delta::Policy(id, policy) => {
                    if let Some(own) = self.managed.get_mut(id) {
                        *own = Arc::new(policy);
                    }
                }
            }
        }
        changed
    }

    /// Whether a change would be one.
    pub(super) fn is_changed_by(&self, change: &Change) -> bool {
        !self.deltas(change).is_empty()
    }

    fn deltas(&self, change: &Change) -> Vec<Delta> {
        let exact = self.exact;
        let held = |actor: &Actor| (!self.held.contains(actor)).then(|| Delta::Held(actor.clone()));
        let service = |name: &String| (!self.services.contains(name)).then(|| Delta::Service(name.clone()));
        let part = |id: PartId| {
            let old = self.part(id)?;
            let mut new = old.clone();
            new.apply(change, exact);
            (new != *old).then_some(Delta::Part(id, new))
        };
        let policy = |id: ManagedId| {
            let old = self.policy(id)?;
            let mut new = old.clone();
            new.apply(change, exact);
            (new != *old).then_some(Delta::Policy(id, new))
        };
        match change {
            Change::Held(actor) => held(actor).into_iter().collect(),
            Change::Policy { service: name } => service(name).into_iter().collect(),
            Change::Rewritten { resource, service: name, document } => {
                let new = self.rewritten.get(resource) != Some(document);
                let rewritten = new.then(|| Delta::Rewritten(resource.clone(), *document));
                rewritten.into_iter().chain(service(name)).collect()
            }
            Change::Content { policy: id, .. }
            | Change::Room(id)
            | Change::PolicyMade { policy: id, .. }
            | Change::PolicyGone(id) => policy(*id).into_iter().collect(),
            Change::PartMade { part: id, credentials, .. } => {
                let held = credentials.then(|| held(&Actor::User(*id))).flatten();
                part(*id).into_iter().chain(held).collect()
            }
            other => other.part().and_then(part).into_iter().collect(),
        }
    }
}

/// What a change makes of a state.
enum Delta {
    Held(Actor),
    Service(String),
    Rewritten(String, Option<PolicyId>),
    Part(PartId, PartState),
    Policy(ManagedId, ManagedState),
}

/// Adds a possible value, or replaces the only one.
fn add<T: PartialEq>(values: &mut Vec<T>, value: T, exact: bool) {
    if exact {
        values.clear();
    }
    if !values.contains(&value) {
        values.push(value);
    }
}

impl ManagedState {
    fn apply(&mut self, change: &Change, exact: bool) {
        match change {
            Change::Content { document, .. } => self.content(*document, exact),
            Change::Room(_) => {
                let spare = self.stored.iter().position(|version| !self.contents.contains(version));
                if let (true, Some(spare)) = (exact, spare) {
                    self.stored.remove(spare);
                }
                self.room = true;
            }
            Change::PolicyMade { name, document, .. } => {
                self.exists = true;
                name.join(&mut self.names, exact);
                if exact {
                    (self.gone, self.stored) = (false, Vec::new());
                }
                self.content(*document, exact);
            }
            Change::PolicyGone(_) => (self.exists, self.gone) = (!exact, true),
            _ => {}
        }
    }

    fn content(&mut self, document: PolicyId, exact: bool) {
        if !self.stored.contains(&document) {
            self.stored.push(document);
            self.room = (!exact && self.room) || self.stored.len() < VERSIONS;
        }
        add(&mut self.contents, document, exact);
    }

    /// Whether what it denies may be gone.
    pub(super) fn is_loose(&self) -> bool {
        self.contents.len() > 1 || self.gone
    }
}

impl PartState {
    /// Whether the tags may be others than they were.
    pub(super) fn may_be_tagged_anew(&self) -> bool {
        !self.tags_open.is_empty() || !self.tags_gone.is_empty()
    }

    fn apply(&mut self, change: &Change, exact: bool) {
        match change {
            Change::Document { name, document, .. } => {
                let replaced = self.inline.iter_mut().filter(|own| own.name == *name && own.document != *document);
                replaced.for_each(|own| own.loose = true);
                if exact {
                    self.inline.retain(|own| !own.loose);
                }
                if !self.inline.iter().any(|own| own.name == *name && own.document == *document) {
                    self.inline.push(Inline { name: Arc::clone(name), document: *document, loose: !exact });
                }
            }
            Change::Dropped { name, .. } => {
                self.inline.iter_mut().filter(|own| own.name == *name).for_each(|own| own.loose = true);
                if exact {
                    self.inline.retain(|own| !own.loose);
                }
            }
            Change::Attached { policy, .. } => join(&mut self.attached, *policy, exact),
            Change::Detached { policy, .. } => leave(&mut self.attached, *policy, exact),
            Change::Joined { group, .. } => join(&mut self.groups, *group, exact),
            Change::Left { group, .. } => leave(&mut self.groups, *group, exact),
            Change::Boundary { boundary, .. } => add(&mut self.boundaries, *boundary, exact),
            Change::KeyGone(_) => self.keys = self.keys.saturating_sub(1),
            Change::PasswordGone(_) => {
                self.has_password &= !exact;
                self.lacks_password = true;
            }
            Change::MfaGone(_) => self.lacks_mfa = true,
            Change::Trust { document, .. } => add(&mut self.trusts, *document, exact),
            Change::PartMade { name, boundary, trust, .. } => {
                self.exists = true;
                name.join(&mut self.names, exact);
                add(&mut self.boundaries, *boundary, exact);
                if let Some(trust) = trust {
                    add(&mut self.trusts, *trust, exact);
                }
            }
            Change::Renamed { name, .. } => name.join(&mut self.names, exact),
            Change::Tagged { key, value: Some(value), .. } if exact => {
                self.tags.insert(key.clone(), value.clone());
            }
            Change::Tagged { key, .. } if exact => {
                self.tags.remove(key);
            }
            Change::Tagged { key, value, .. } => {
                let tags = if value.is_some() { &mut self.tags_open } else { &mut self.tags_gone };
                tags.insert(key.clone());
            }
            Change::Profiled(_) => self.profiled = true,
            Change::PartGone(_) => self.gone = true,
            _ => {}
        }
    }
}

/// Adds what is attached. In a covering state it may also not be there yet: what it denies does not count.
fn join(values: &mut Vec<(usize, bool)>, value: usize, exact: bool) {
    if values.iter().all(|(own, _)| *own != value) {
        values.push((value, !exact));
    }
}

fn leave(values: &mut Vec<(usize, bool)>, value: usize, exact: bool) {
    values.iter_mut().filter(|(own, _)| *own == value).for_each(|(_, loose)| *loose = true);
    if exact {
        values.retain(|(_, loose)| !loose);
    }
}
