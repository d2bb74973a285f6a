//! What a transition system begins with: the account as it is, and what an attacker can make.
//!
//! In: accounts. Out: [`Ground`]: the first state, with room for one new user, group, role and policy in each account; the
//! documents that an attacker writes, of which no condition sees the content, so that the widest stand for all; the names
//! and tag values that the documents of the account tell apart.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::account::Accounts;
use crate::account::ask::AskError;
use crate::account::inventory::{Part, PartKind};
use crate::account::policy::PolicyId;
use crate::escalation::names;
use crate::escalation::state::{ManagedId, ManagedState, Name, PartId, PartState, State};
use crate::escalation::transition::{Effect, Kind, Provider, Transition};
use crate::goal::Goal;
use crate::policy::{self, Document, DocumentKind};
use crate::query::reach::ReachError;
use crate::source::Source;
use crate::symbolic::language::Glob;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::context_key::ContextKey;

/// What the attacker calls what he makes.
pub(super) const OWN: &str = "ringfence";

/// What belongs to one account.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) id: Arc<str>,
    pub(super) partition: String,
    /// What a new user, group and role are.
    pub(super) fresh: [PartId; 3],
    pub(super) fresh_policy: ManagedId,
    /// Any other managed policy of AWS.
    pub(super) unlisted: ManagedId,
    /// Any managed policy at all: what a boundary may be where not each of many is looked at.
    pub(super) any: ManagedId,
    /// AdministratorAccess.
    pub(super) administrator: ManagedId,
    /// The attacker's SAML and OIDC providers.
    pub(super) providers: [Arc<str>; 2],
    /// Trust policies of the attacker's: without a provider, with the first, the second, both.
    pub(super) trusts: [PolicyId; 4],
}

/// What a transition system begins with.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) transitions: &'static [Transition],
    pub(super) start: State,
    pub(super) homes: Vec<Home>,
    /// Allows everything.
    pub(super) everything: PolicyId,
    /// Documents without what they deny; only of those that deny something.
    pub(super) stripped: HashMap<PolicyId, PolicyId>,
    /// Allows everybody everything of a service, by its prefix.
    pub(super) opened: BTreeMap<String, PolicyId>,
    /// Tag keys that documents look at, with the values that they tell apart.
    pub(super) tags: BTreeMap<ContextKey, BTreeSet<String>>,
    /// Names that documents tell apart, for new and renamed users, groups, roles and policies.
    pub(super) names: HashMap<(Arc<str>, &'static str), Vec<Arc<str>>>,
    /// Providers that trust policies name.
    pub(super) providers: BTreeSet<(Provider, Arc<str>)>,
    /// Federated sessions that documents tell apart.
    pub(super) federated: Vec<Arc<str>>,
    /// The ARN patterns of documents, and of the goal.
    patterns: Vec<Glob>,
    /// Whether a document looks at names in another way.
    named: bool,
}

impl Ground {
    /// Reads every document and adds what an attacker can make.
    pub(super) fn new(
        accounts: &mut Accounts,
        transitions: &'static [Transition],
        goal: &Goal,
    ) -> Result<Self, AskError> {
        let findings = accounts.read_all();
        if findings.errors() > 0 {
            return Err(AskError::Documents(findings.into_diagnostics().collect()));
        }
        let ids: Vec<PolicyId> = accounts.policies.ids().collect();
        let everything = made(accounts, DocumentKind::Identity, "the attacker's document", allow(json!({})))?;
        let mut stripped = HashMap::new();
        for id in ids.iter().copied() {
            let Ok(document) = accounts.policies.document(id) else { continue };
            if let Some(allows) = without_denies(document) {
                let made = accounts.policies.make(allows);
                stripped.insert(id, made);
            }
        }
        let mut opened = BTreeMap::new();
        for transition in transitions {
            let (Effect::WriteResourcePolicy { services } | Effect::DeleteResourcePolicy { services }) =
                &transition.effect
            else {
                continue;
            };
            for service in services.iter().filter(|own| !opened.contains_key(*own)).collect::<Vec<_>>() {
                let own = json!({ "Principal": "*", "Action": format!("{service}:*") });
                let title = "the attacker's resource policy";
                opened.insert(service.clone(), made(accounts, DocumentKind::Resource, title, allow(own))?);
            }
        }
        let read = ids.iter().filter_map(|id| accounts.policies.document(*id).ok());
        let documents: Vec<&Document> = read.collect();
        let providers = names::providers(&documents);
        let tags = names::tags(&documents, accounts.inventory.parts.iter().map(|part| &part.tags));
        let texts = names::texts(&documents, goal);
        let mut ground = Self {
            transitions,
            start: State {
                exact: true,
                parts: Vec::new(),
                managed: Vec::new(),
                held: BTreeSet::new(),
                services: BTreeSet::new(),
                rewritten: BTreeMap::new(),
            },
            homes: Vec::new(),
            everything,
            stripped,
            opened,
            tags,
            names: HashMap::new(),
            providers,
            federated: Vec::new(),
            patterns: names::patterns(&documents, goal),
            named: names::looks_at_names(&documents, goal),
        };
        let managed = ground.add_managed(accounts);
        ground.add_parts(accounts, &managed);
        for account in accounts.names.clone() {
            ground.add_home(accounts, &account, &texts)?;
        }
        Ok(ground)
    }

    fn add_managed(&mut self, accounts: &Accounts) -> HashMap<String, ManagedId> {
        let mut numbers = HashMap::new();
        for (arn, versions) in &accounts.inventory.managed {
            numbers.insert(arn.clone(), self.start.managed.len());
            let account = Arn::parse(arn).map_or("", |arn| arn.account);
            let stored: Vec<PolicyId> = versions.all.iter().map(|(_, id)| *id).collect();
            self.start.managed.push(Arc::new(ManagedState {
                account: account.into(),
                exists: true,
                gone: false,
                fixed: !accounts.names.iter().any(|own| own == account),
                names: vec![Name::exact(arn)],
                contents: vec![versions.default],
                room: stored.len() < super::state::VERSIONS,
                stored,
            }));
        }
        numbers
    }

    fn add_parts(&mut self, accounts: &Accounts, managed: &HashMap<String, ManagedId>) {
        let parts = &accounts.inventory.parts;
        let place = |arn: &String| parts.iter().position(|part| part.arn == *arn);
        let by_arn: HashMap<&String, PartId> =
            parts.iter().enumerate().map(|(number, part)| (&part.arn, number)).collect();
        for part in parts {
            let groups = part.groups.iter().filter_map(|arn| by_arn.get(arn).copied().or_else(|| place(arn)));
            let credentials = accounts.credentials.get(&part.arn).copied().unwrap_or_default();
            let attached = part.attached.iter().filter_map(|arn| managed.get(arn));
            self.start.parts.push(Arc::new(PartState {
                inline: names::inline(&part.inline),
                attached: attached.map(|number| (*number, false)).collect(),
                boundaries: vec![part.boundary.as_ref().and_then(|arn| managed.get(arn).copied())],
                groups: groups.map(|group| (group, false)).collect(),
                tags: part.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
                trusts: part.trust.into_iter().collect(),
                profiled: part.profiled,
                keys: credentials.access_keys,
                has_password: credentials.login_profile,
                lacks_password: !credentials.login_profile,
                lacks_mfa: !credentials.mfa,
                exists: true,
                fixed: is_fixed(part, accounts),
                names: vec![Name::exact(&part.arn)],
                ..blank(kind_of(part.kind), Arn::parse(&part.arn).map_or("", |arn| arn.account))
            }));
        }
    }

    fn add_home(&mut self, accounts: &mut Accounts, account: &str, texts: &BTreeSet<String>) -> Result<(), AskError> {
        let of = accounts.holders.iter().find(|holder| holder.account == account);
        let partition = of.and_then(|holder| Arn::parse(&holder.arn)).map_or("aws", |arn| arn.partition).to_owned();
        let id: Arc<str> = account.into();
        let fresh = [Kind::User, Kind::Group, Kind::Role].map(|kind| {
            self.start.parts.push(Arc::new(blank(kind, account)));
            self.start.parts.len().saturating_sub(1)
        });
        let blank_policy = |names: Vec<Name>, contents: Vec<PolicyId>, exists: bool, owner: &str| ManagedState {
            account: owner.into(),
            exists,
            gone: false,
            fixed: exists,
            names,
            contents,
            stored: Vec::new(),
            room: true,
        };
        let mut add = |policy: ManagedState| {
            self.start.managed.push(Arc::new(policy));
            self.start.managed.len().saturating_sub(1)
        };
        let fresh_policy = add(blank_policy(Vec::new(), Vec::new(), false, account));
        let of_aws = |name: &str| format!("arn:{partition}:iam::aws:policy/{name}");
        let unlisted =
            add(blank_policy(vec![Name::within(&of_aws("*"))], vec![self.everything], true, names::UNLISTED));
        let all = Name::within(&format!("arn:{partition}:iam::*:policy/*"));
        let any = add(blank_policy(vec![all], vec![self.everything], true, names::UNLISTED));
        let administrator = of_aws("AdministratorAccess");
        let known = |policy: &Arc<ManagedState>| policy.names.contains(&Name::exact(&administrator));
        let administrator = match self.start.managed.iter().position(known) {
            Some(known) => known,
            None => {
                let own = blank_policy(vec![Name::exact(&administrator)], vec![self.everything], true, "aws");
                self.start.managed.push(Arc::new(own));
                self.start.managed.len().saturating_sub(1)
            }
        };
        let own = |kind: &str| -> Arc<str> { format!("arn:{partition}:iam::{account}:{kind}").into() };
        let providers = [own(&format!("saml-provider/{OWN}")), own(&format!("oidc-provider/{OWN}.example.com"))];
        let services = services(self.transitions);
        let mut trust = |providers: &[&Arc<str>]| {
            let mut who = json!({ "AWS": "*" });
            if let (false, Some(who)) = (services.is_empty(), who.as_object_mut()) {
                who.insert("Service".to_owned(), json!(services));
            }
            if let (false, Some(who)) = (providers.is_empty(), who.as_object_mut()) {
                who.insert("Federated".to_owned(), json!(providers.iter().map(|arn| &***arn).collect::<Vec<&str>>()));
            }
            let actions =
                ["sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:TagSession"];
            let statement = json!({ "Effect": "Allow", "Principal": who, "Action": actions });
            let title = "the attacker's trust policy";
            made(accounts, DocumentKind::Trust, title, json!({ "Version": "2012-10-17", "Statement": statement }))
        };
        let [saml, oidc] = &providers;
        let trusts = [trust(&[])?, trust(&[saml])?, trust(&[oidc])?, trust(&[saml, oidc])?];
        for kind in ["user", "group", "role", "policy"] {
            let taken = |arn: &str| {
                self.start.parts.iter().flat_map(|part| &part.names).any(|name| &*name.text == arn)
                    || self.start.managed.iter().flat_map(|policy| &policy.names).any(|name| &*name.text == arn)
            };
            let free = names::free(texts, &partition, account, kind).into_iter().filter(|arn| !taken(arn));
            self.names.insert((Arc::clone(&id), kind), free.map(Arc::from).collect());
        }
        self.federated.extend(names::federated(texts, &partition, account).into_iter().map(Arc::from));
        self.homes.push(Home { id, partition, fresh, fresh_policy, unlisted, any, administrator, providers, trusts });
        Ok(())
    }

    /// Whether neither a document nor the goal tells two names apart.
    pub(super) fn are_alike(&self, one: &str, other: &str) -> bool {
        !self.named && self.patterns.iter().all(|pattern| pattern.contains(one) == pattern.contains(other))
    }

    /// The home of an account.
    pub(super) fn home(&self, account: &str) -> Option<&Home> {
        self.homes.iter().find(|home| &*home.id == account)
    }
}

/// A part of which nothing is known.
fn blank(kind: Kind, account: &str) -> PartState {
    PartState {
        kind,
        account: account.into(),
        exists: false,
        gone: false,
        fixed: false,
        names: Vec::new(),
        inline: Vec::new(),
        attached: Vec::new(),
        boundaries: Vec::new(),
        groups: Vec::new(),
        tags: BTreeMap::new(),
        tags_open: BTreeSet::new(),
        tags_gone: BTreeSet::new(),
        trusts: Vec::new(),
        profiled: false,
        keys: 0,
        has_password: false,
        lacks_password: true,
        lacks_mfa: true,
    }
}

fn kind_of(kind: PartKind) -> Kind {
    match kind {
        PartKind::User => Kind::User,
        PartKind::Group => Kind::Group,
        PartKind::Role => Kind::Role,
    }
}

/// Roles that only a service changes: service-linked ones (S7.6), and those of Identity Center.
fn is_fixed(part: &Part, accounts: &Accounts) -> bool {
    let path = Arn::parse(&part.arn).and_then(|arn| arn.resource_of("role")).map(|rest| format!("/{rest}"));
    let linked = accounts.dialect.service_linked();
    path.is_some_and(|path| linked.is_some_and(|linked| path.starts_with(linked)) || path.starts_with("/aws-reserved/"))
}

/// The services that transitions drive.
fn services(transitions: &'static [Transition]) -> BTreeSet<&'static str> {
    let of = |transition: &'static Transition| match &transition.effect {
        Effect::PassRole { services, .. } => services.as_slice(),
        _ => &[],
    };
    transitions.iter().flat_map(of).map(String::as_str).collect()
}

/// `Allow * on *` with more or other elements.
fn allow(more: Value) -> Value {
    let mut statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    if let (Some(statement), Some(more)) = (statement.as_object_mut(), more.as_object()) {
        statement.extend(more.clone());
    }
    json!({ "Version": "2012-10-17", "Statement": statement })
}

/// A document that the attacker writes.
fn made(accounts: &mut Accounts, kind: DocumentKind, title: &str, text: Value) -> Result<PolicyId, AskError> {
    let source = Source::new(format!("<{title}>"), text.to_string());
    let parsed = policy::parse(&source, kind).map_err(|refusal| ReachError::Internal(refusal.to_string()))?;
    Ok(accounts.policies.make(Document { title: Some(title.into()), ..parsed.0 }))
}

/// The document without its Denies, if it has any.
fn without_denies(document: &Document) -> Option<Document> {
    let allows = document.statements.iter().filter(|own| own.effect == policy::Effect::Allow);
    let allows: Vec<policy::Statement> = allows.cloned().collect();
    (allows.len() < document.statements.len()).then(|| Document { statements: allows.into(), ..document.clone() })
}
