//! The levels of an organization: which SCPs and RCPs bind which account (S9, S10).
//!
//! In: `{"managementAccount", "accounts": {id: {"scps": levels, "rcps": levels}}}`, or the nested tree of roots, units
//! and accounts with their policies that organization tools write. Out: [`Organization`].

use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::policy::{Policies, PolicyId};
use crate::account::raw::{Members, Raw, known_fields, member, required, whole};
use crate::diagnostic::{Code, Findings, quoted};
use crate::policy::DocumentKind;
use crate::source::Source;
use crate::vocabulary::arn::Arn;

/// Levels, each with its policies; none where policies of the kind do not apply.
pub type Levels = Option<Vec<Vec<PolicyId>>>;

/// What binds an account.
#[derive(Debug, Clone, Default)]
pub struct Binding {
    /// Service control policies, for callers of the account.
    pub scps: Levels,
    /// Resource control policies, for resources of the account.
    pub rcps: Levels,
}

/// The accounts of an organization.
#[derive(Debug, Clone, Default)]
pub struct Organization {
    /// Which account manages it: nothing binds it (S9.3, S10.1).
    pub management: Option<String>,
    accounts: IndexMap<String, Binding>,
}

impl Organization {
    /// What binds an account; none if the account is not in the organization.
    pub fn binding(&self, account: &str) -> Option<Binding> {
        if self.management.as_deref() == Some(account) {
            return Some(Binding::default());
        }
        self.accounts.get(account).cloned()
    }

    /// The accounts that are told.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        let management = self.management.as_deref().filter(|id| !self.accounts.contains_key(*id));
        self.accounts.keys().map(String::as_str).chain(management)
    }

    /// Reads either form.
    pub(super) fn read(source: &Arc<Source>, policies: &mut Policies, findings: &mut Findings) -> Option<Self> {
        let before = findings.errors();
        let raw = whole(source, findings)?;
        let members = raw.members("an organization", findings)?;
        let mut organization = Self::default();
        if member(&members, "accounts").is_some() {
            organization.listed(&members, raw, policies, findings);
        } else if member(&members, "Children").is_some() || member(&members, "Id").is_some() {
            let root = Node { policies: Vec::new(), pointer: String::new() };
            organization.node(&members, raw, &root, policies, findings);
        } else {
            let help = "write `{\"managementAccount\": …, \"accounts\": {…}}`, or give the tree with `Children`";
            findings.push(raw.finding(Code::MissingField, "an organization has no `accounts`", help));
        }
        (findings.errors() == before).then_some(organization)
    }

    fn listed(&mut self, members: &Members<'_>, raw: Raw<'_>, policies: &mut Policies, findings: &mut Findings) {
        known_fields(members, &["managementAccount", "accounts"], findings);
        self.management = required(members, raw, "managementAccount", findings)
            .filter(|raw| raw.text() != "null")
            .and_then(|id| id.string("`managementAccount`", findings));
        let accounts = member(members, "accounts").and_then(|raw| raw.members("`accounts`", findings));
        for (id, raw) in accounts.unwrap_or_default() {
            let Some(own) = raw.members("an account", findings) else { continue };
            known_fields(&own, &["scps", "rcps"], findings);
            let mut levels = |name: &str, kind| {
                let raw = member(&own, name).filter(|raw| raw.text() != "null")?;
                let pointer = format!("/accounts/{id}/{name}");
                let title = |level: usize| format!("{name} of {id}, level {level}");
                let mut levels = Vec::new();
                for (number, level) in raw.items(&format!("`{name}`"), findings)?.into_iter().enumerate() {
                    let mut ids = Vec::new();
                    for (index, document) in level.items("a level", findings)?.into_iter().enumerate() {
                        let pointer = format!("{pointer}/{number}/{index}");
                        ids.extend(policies.add(document, pointer, title(number), kind, findings));
                    }
                    if ids.is_empty() {
                        empty_level(level, &title(number), findings);
                    }
                    levels.push(ids);
                }
                (!levels.is_empty()).then_some(levels)
            };
            let scps = levels("scps", DocumentKind::Scp);
            let rcps = levels("rcps", DocumentKind::Rcp);
            self.accounts.insert(id, Binding { scps, rcps });
        }
    }

    /// A root, a unit or an account of the tree, under the levels above it.
    fn node(
        &mut self,
        members: &Members<'_>,
        raw: Raw<'_>,
        above: &Node,
        policies: &mut Policies,
        findings: &mut Findings,
    ) {
        let arn = member(members, "Arn").and_then(|raw| raw.string("`Arn`", findings)).unwrap_or_default();
        let name = member(members, "Name").and_then(|raw| raw.string("`Name`", findings));
        let id = member(members, "Id").and_then(|raw| raw.string("`Id`", findings)).unwrap_or_default();
        let title = name.unwrap_or_else(|| id.clone());
        if self.management.is_none() {
            // Every ARN of an organization names the account that manages it.
            self.management = Arn::parse(&arn).map(|arn| arn.account.to_owned()).filter(|id| !id.is_empty());
        }
        let mut own: [Vec<PolicyId>; 2] = Default::default();
        let [scps, rcps] = &mut own;
        let list = member(members, "Policies").and_then(|raw| raw.items("`Policies`", findings));
        for (index, policy) in list.unwrap_or_default().into_iter().enumerate() {
            let Some(fields) = policy.members("a policy", findings) else { continue };
            let kind = required(&fields, policy, "Type", findings).and_then(|raw| raw.string("`Type`", findings));
            let (kind, ids) = match kind.as_deref() {
                Some("SERVICE_CONTROL_POLICY") => (DocumentKind::Scp, &mut *scps),
                Some("RESOURCE_CONTROL_POLICY") => (DocumentKind::Rcp, &mut *rcps),
                // Tag, backup and other policies decide no request.
                _ => continue,
            };
            let Some(document) = required(&fields, policy, "Content", findings) else { continue };
            let name = member(&fields, "Name").and_then(|raw| raw.string("`Name`", findings)).unwrap_or_default();
            let pointer = format!("{}/Policies/{index}/Content", above.pointer);
            ids.extend(policies.add(document, pointer, format!("{} at {title}", quoted(&name)), kind, findings));
        }
        let mut levels = above.policies.clone();
        levels.push((title, own));
        let resource = Arn::parse(&arn).map_or("", |arn| arn.resource).to_owned();
        let kind = member(members, "Type").and_then(|raw| raw.string("`Type`", findings));
        if resource.starts_with("account/") || kind.is_some_and(|kind| kind.eq_ignore_ascii_case("account")) {
            let scps = side(&levels, 0, raw, findings);
            let rcps = side(&levels, 1, raw, findings);
            if self.accounts.insert(id.clone(), Binding { scps, rcps }).is_some() {
                let message = format!("the account {} stands twice in the tree", quoted(&id));
                findings.push(raw.finding(Code::DuplicateEntry, message, "keep one of the two"));
            }
        }
        let children = member(members, "Children").and_then(|raw| raw.items("`Children`", findings));
        for (index, child) in children.unwrap_or_default().into_iter().enumerate() {
            let below = Node { policies: levels.clone(), pointer: format!("{}/Children/{index}", above.pointer) };
            if let Some(members) = child.members("a part of an organization", findings) {
                self.node(&members, child, &below, policies, findings);
            }
        }
    }
}

/// What lies above a part of the tree.
struct Node {
    /// Each level's name, its SCPs and its RCPs.
    policies: Vec<(String, [Vec<PolicyId>; 2])>,
    pointer: String,
}

/// The levels of one kind; none if no level has policies of the kind.
fn side(levels: &[(String, [Vec<PolicyId>; 2])], kind: usize, raw: Raw<'_>, findings: &mut Findings) -> Levels {
    let of_kind = |own: &[Vec<PolicyId>; 2]| own.get(kind).cloned().unwrap_or_default();
    let ids: Vec<Vec<PolicyId>> = levels.iter().map(|(_, own)| of_kind(own)).collect();
    if ids.iter().all(Vec::is_empty) {
        return None;
    }
    for ((title, _), _) in levels.iter().zip(&ids).filter(|(_, ids)| ids.is_empty()) {
        empty_level(raw, title, findings);
    }
    Some(ids)
}

fn empty_level(raw: Raw<'_>, title: &str, findings: &mut Findings) {
    let help = "list the level's policies, FullAWSAccess or RCPFullAWSAccess among them (S9.1, S10.2)";
    findings.push(raw.finding(Code::BadField, format!("{title}: a level without documents allows nothing"), help));
}
