//! Users and roles with the documents that bear on what they may do.
//!
//! In: a [`Listing`], managed policies. Out: [`Holder`]s, and the [`Inventory`]: each reference followed, or a problem that names who uses it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::inventory::{Inventory, Part, PartKind};
use crate::account::listing::{Entry, Kind, Listing, Reference};
use crate::account::managed::Managed;
use crate::account::policy::{Policies, PolicyId};
use crate::account::version::Versions;
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::scenario::{Caller, Principal, Tags};
use crate::source::{Source, Span};
use crate::vocabulary::arn::Arn;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::layer::LayerKind;
use crate::vocabulary::nearest::nearest;

/// A user or role of an account.
#[derive(Debug, Clone)]
pub struct Holder {
    /// Its ARN.
    pub arn: String,
    /// A user, or the sessions of a role.
    pub kind: CallerKind,
    /// Its account.
    pub account: String,
    /// Its tags.
    pub tags: IndexMap<ContextKey, String>,
    /// Identity policies: its own and attached ones, then those of its groups.
    pub identity: Vec<PolicyId>,
    /// Its permissions boundary.
    pub boundary: Option<PolicyId>,
    /// A role's trust policy.
    pub trust: Option<PolicyId>,
    /// What is wrong with it or with what it refers to; empty if it can be asked about.
    pub problems: Vec<Diagnostic>,
}

impl Holder {
    /// The principal of questions about it: the user, or every session of the role.
    pub fn principal(&self) -> Principal {
        match self.kind {
            CallerKind::RoleSession => {
                Principal::RoleSessions { role: self.arn.clone(), tags: self.tags.clone(), closed: false }
            }
            kind => Principal::Caller(Caller {
                arn: self.arn.clone(),
                kind,
                tags: Tags::Exact(self.tags.clone()),
                issuer: None,
            }),
        }
    }

    /// The text behind `user/` or `role/`: path and name.
    pub fn path_and_name(&self) -> &str {
        let arn = Arn::parse(&self.arn);
        arn.and_then(|arn| arn.resource_of("user").or(arn.resource_of("role"))).unwrap_or(&self.arn)
    }
}

/// Follows every reference of a listing; holders in the order of their ARNs. What is wrong joins `problems`, once.
pub(super) fn holders(
    mut listing: Listing,
    dialect: &Dialect,
    managed: &mut Managed,
    policies: &mut Policies,
    problems: Vec<Diagnostic>,
) -> (Vec<Holder>, Inventory, Vec<Diagnostic>) {
    let entries = std::mem::take(&mut listing.entries);
    let mut resolver = Resolver { listing: &listing, managed, policies };
    let mut groups: BTreeMap<(String, String), Carried> = BTreeMap::new();
    let mut reported = Reported::default();
    reported.add(&problems);
    // A policy or a group of nobody is still a part of the listing.
    listing.managed.values().filter_map(|policy| policy.as_ref().err()).for_each(|own| reported.add(own));
    for entry in entries.values().filter(|entry| entry.kind == Kind::Group) {
        let carried = resolver.carried(entry);
        reported.add(&carried.problems);
        groups.insert(group_key(&entry.arn), carried);
    }
    let mut inventory = Inventory::default();
    let mut holders = Vec::new();
    for (_, entry) in entries {
        inventory.parts.extend(part(&entry, &groups));
        let kind = match entry.kind {
            Kind::User => CallerKind::User,
            Kind::Role => CallerKind::RoleSession,
            Kind::Group | Kind::Policy => continue,
        };
        let mut carried = resolver.carried(&entry);
        let account = account_of(&entry.arn);
        for group in &entry.groups {
            match groups.get(&(account.clone(), group.name.clone())) {
                Some(own) => {
                    // A policy of the user and of a group is one policy.
                    let more: Vec<PolicyId> =
                        own.identity.iter().copied().filter(|id| !carried.identity.contains(id)).collect();
                    carried.identity.extend(more);
                    carried.problems.extend(own.problems.iter().cloned());
                }
                None => {
                    let names = groups.keys().filter(|(own, _)| *own == account).map(|(_, name)| name.as_str());
                    let help = match nearest(&group.name, names) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "give the whole listing: its GroupDetailList lacks the group".to_owned(),
                    };
                    let message = format!("{} is in the group {}, which is not listed", entry.arn, quoted(&group.name));
                    carried.problems.push(group.finding(Code::DanglingReference, message, help));
                }
            }
        }
        let boundary = entry.boundary.as_ref().and_then(|reference| {
            resolver.follow(reference, &format!("the permissions boundary of {}", entry.arn), &mut carried.problems)
        });
        if let Some(reference) = entry.boundary.as_ref().filter(|_| !dialect.attaches(LayerKind::Boundary, kind)) {
            let message = format!(
                "{} has a permissions boundary, which the dialect `{}` does not describe",
                entry.arn,
                dialect.name()
            );
            let help = "take it off, or ask under `aws`".to_owned();
            carried.problems.push(reference.finding(Code::LayerNotCarried, message, help));
        }
        reported.add(&carried.problems);
        holders.push(Holder {
            kind,
            account,
            tags: entry.tags,
            identity: carried.identity,
            boundary,
            trust: entry.trust,
            problems: carried.problems,
            arn: entry.arn,
        });
    }
    holders.sort_by(|a, b| a.arn.cmp(&b.arn));
    inventory.parts.sort_by(|a, b| a.arn.cmp(&b.arn));
    let used = inventory.parts.iter().flat_map(|part| part.attached.iter().chain(&part.boundary));
    let used: Vec<String> = used.filter(|arn| !listing.managed.contains_key(*arn)).cloned().collect();
    let listed = listing.managed.iter().filter_map(|(arn, policy)| Some((arn.clone(), policy.clone().ok()?)));
    inventory.managed = listed.collect();
    for arn in used {
        if let Some(document) = managed.get(&arn, policies) {
            inventory.managed.insert(arn, Versions::single(document));
        }
    }
    (holders, inventory, reported.problems)
}

/// An entry as a part that requests change; none of a policy.
fn part(entry: &Entry, groups: &BTreeMap<(String, String), Carried>) -> Option<Part> {
    let kind = match entry.kind {
        Kind::User => PartKind::User,
        Kind::Group => PartKind::Group,
        Kind::Role => PartKind::Role,
        Kind::Policy => return None,
    };
    let account = account_of(&entry.arn);
    let group = |group: &Reference| Some(groups.get(&(account.clone(), group.name.clone()))?.arn.clone());
    Some(Part {
        kind,
        arn: entry.arn.clone(),
        tags: entry.tags.clone(),
        inline: entry.inline.clone(),
        attached: entry.attached.iter().map(|policy| policy.name.clone()).collect(),
        boundary: entry.boundary.as_ref().map(|policy| policy.name.clone()),
        groups: entry.groups.iter().filter_map(group).collect(),
        trust: entry.trust,
        profiled: entry.profiled,
    })
}

/// Problems, each once: those of a group and of a policy are every holder's.
#[derive(Default)]
struct Reported {
    seen: HashSet<(*const Source, Option<Span>, String)>,
    problems: Vec<Diagnostic>,
}

impl Reported {
    fn add(&mut self, problems: &[Diagnostic]) {
        for problem in problems {
            let key = (Arc::as_ptr(&problem.source), problem.span, problem.message.clone());
            if self.seen.insert(key) {
                self.problems.push(problem.clone());
            }
        }
    }
}

/// What a user, group or role carries itself.
struct Carried {
    arn: String,
    identity: Vec<PolicyId>,
    problems: Vec<Diagnostic>,
}

struct Resolver<'a> {
    listing: &'a Listing,
    managed: &'a mut Managed,
    policies: &'a mut Policies,
}

impl Resolver<'_> {
    fn carried(&mut self, entry: &Entry) -> Carried {
        let identity = entry.inline.iter().map(|(_, id)| *id).collect();
        let mut carried = Carried { arn: entry.arn.clone(), identity, problems: entry.problems.clone() };
        for reference in &entry.attached {
            let used = format!("a policy attached to {}", entry.arn);
            let policy = self.follow(reference, &used, &mut carried.problems);
            carried.identity.extend(policy);
        }
        carried
    }

    /// The managed policy of an ARN.
    fn follow(&mut self, reference: &Reference, used: &str, problems: &mut Vec<Diagnostic>) -> Option<PolicyId> {
        let arn = &reference.name;
        match self.listing.managed.get(arn) {
            Some(Ok(versions)) => return Some(versions.default),
            Some(Err(own)) => {
                problems.extend(own.iter().cloned());
                return None;
            }
            None => {}
        }
        if let Some(id) = self.managed.get(arn, self.policies) {
            return Some(id);
        }
        let message = format!("{} is {used}, and no document of it is given", quoted(arn));
        let help = match nearest(arn, self.listing.managed.keys().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if arn.contains(":iam::aws:") => "give AWS managed policies with `--managed FILE`".to_owned(),
            None => "give the whole listing, `Policies` included".to_owned(),
        };
        problems.push(reference.finding(Code::DanglingReference, message, help));
        None
    }
}

impl Reference {
    fn finding(&self, code: Code, message: String, help: String) -> Diagnostic {
        Diagnostic::new(code, &self.source, self.span, message, help)
    }
}

/// The account of an ARN.
pub(super) fn account_of(arn: &str) -> String {
    Arn::parse(arn).map_or_else(String::new, |arn| arn.account.to_owned())
}

fn group_key(arn: &str) -> (String, String) {
    let name = arn.rsplit('/').next().unwrap_or_default();
    (account_of(arn), name.to_owned())
}
