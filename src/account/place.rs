//! Places: resources that have a policy of their own, each with what lies below it.
//!
//! In: `[{"Resource", "Account"?, "Policy"}]`, and the roles of the listings with their trust policies. Out: [`Places`].

use std::collections::HashMap;
use std::sync::Arc;

use crate::account::holder::{Holder, account_of};
use crate::account::policy::{Policies, PolicyId};
use crate::account::raw::{known_fields, member, required, whole};
use crate::diagnostic::{Code, Findings, quoted};
use crate::policy::DocumentKind;
use crate::source::Source;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::resource::{ResourcePattern, ShortArn};

/// A resource with its policy, which governs every resource below it (`ARN/…`) as well.
#[derive(Debug, Clone)]
pub struct Place {
    /// The resource's ARN.
    pub resource: String,
    /// Who owns it.
    pub account: String,
    /// Its policy.
    pub policy: PolicyId,
    /// Whether it is a role, whose policy says who may assume it; nothing lies below a role.
    pub trust: bool,
}

/// Every place: roles by ARN, then the resources of the file in its order.
#[derive(Debug, Clone, Default)]
pub struct Places {
    places: Vec<Place>,
    by_resource: HashMap<String, usize>,
}

impl Places {
    /// All of them.
    pub fn all(&self) -> &[Place] {
        &self.places
    }

    /// The place of a number.
    pub fn get(&self, number: usize) -> Option<&Place> {
        self.places.get(number)
    }

    /// The place that governs a resource: its own, or the nearest above it.
    pub fn of(&self, resource: &str) -> Option<usize> {
        if let Some(own) = self.by_resource.get(resource) {
            return Some(*own);
        }
        let mut above = resource;
        while let Some((front, _)) = above.rsplit_once('/') {
            match self.by_resource.get(front) {
                Some(own) if self.get(*own).is_some_and(|place| !place.trust) => return Some(*own),
                _ => above = front,
            }
        }
        None
    }

    /// The place that all resources of a pattern belong to, if that is certain.
    pub(super) fn whole(&self, pattern: &ResourcePattern) -> Option<usize> {
        let ResourcePattern::Arn(pattern) = pattern else { return None };
        let text = pattern.as_str();
        let Some((literal, _)) = text.split_once(['*', '?', '$']) else { return self.of(text) };
        // What stands before a wildcard must reach into the place, and no place below may take a part of it.
        let (above, _) = literal.rsplit_once('/')?;
        self.of(above).filter(|number| {
            self.get(*number).is_some_and(|place| !place.trust) && self.below(*number).next().is_none()
        })
    }

    /// The resources that a place governs: itself and what lies below it, without the places below it.
    pub(super) fn extent(&self, number: usize) -> (Vec<ResourcePattern>, Vec<ResourcePattern>) {
        let within = self.get(number).map(patterns).unwrap_or_default();
        let below = self.below(number).filter_map(|number| self.get(number));
        (within, below.flat_map(patterns).collect())
    }

    /// The places below a place.
    pub(super) fn below(&self, number: usize) -> impl Iterator<Item = usize> {
        let above = self.get(number).filter(|place| !place.trust);
        let is_below = move |place: &Place| {
            above.is_some_and(|above| {
                place.resource.strip_prefix(above.resource.as_str()).is_some_and(|rest| rest.starts_with('/'))
            })
        };
        self.places.iter().enumerate().filter(move |(_, place)| is_below(place)).map(|(number, _)| number)
    }

    fn add(&mut self, place: Place) -> bool {
        let number = self.places.len();
        let new = !self.by_resource.contains_key(&place.resource);
        if new {
            self.by_resource.insert(place.resource.clone(), number);
            self.places.push(place);
        }
        new
    }

    /// Adds the roles, before the resources of a file.
    pub(super) fn add_roles(&mut self, holders: &[Holder]) {
        for holder in holders {
            if let Some(policy) = holder.trust {
                let (resource, account) = (holder.arn.clone(), holder.account.clone());
                self.add(Place { resource, account, policy, trust: true });
            }
        }
    }

    /// Reads a file of resource policies; `accounts` are those of the listings.
    pub(super) fn read(
        &mut self,
        source: &Arc<Source>,
        accounts: &[String],
        policies: &mut Policies,
        findings: &mut Findings,
    ) {
        let items = whole(source, findings).and_then(|raw| raw.items("a file of resource policies", findings));
        for (index, raw) in items.unwrap_or_default().into_iter().enumerate() {
            let Some(own) = raw.members("a resource with its policy", findings) else { continue };
            known_fields(&own, &["Resource", "Account", "Policy"], findings);
            let (Some(at), Some(policy)) =
                (required(&own, raw, "Resource", findings), required(&own, raw, "Policy", findings))
            else {
                continue;
            };
            let Some(resource) = at.string("`Resource`", findings) else { continue };
            let Some(arn) = Arn::parse(&resource).filter(|_| !resource.contains(['*', '?'])) else {
                let message = format!("{} is no ARN of one resource", quoted(&resource));
                let help = "write the ARN without wildcards; the policy also governs what lies below it (`ARN/…`)";
                findings.push(at.finding(Code::BadField, message, help));
                continue;
            };
            let said = member(&own, "Account").filter(|raw| raw.text() != "null");
            let said = said.and_then(|raw| Some((raw, raw.string("`Account`", findings)?)));
            let account = match (said, arn.account, accounts) {
                (Some((raw, said)), named, _) if !named.is_empty() && said != named => {
                    let message = format!("{} lies in the account {named}, not {}", quoted(&resource), quoted(&said));
                    findings.push(raw.finding(Code::BadField, message, "leave `Account` out"));
                    continue;
                }
                (Some((_, said)), _, _) => said,
                (None, "", [only]) => only.clone(),
                (None, "", _) => {
                    let message =
                        format!("{} does not say whose it is, and there are several accounts", quoted(&resource));
                    findings.push(at.finding(Code::MissingField, message, "add `\"Account\": ID`"));
                    continue;
                }
                (None, _, _) => account_of(&resource),
            };
            let title = format!("resource policy of {resource}");
            let pointer = format!("/{index}/Policy");
            let Some(policy) = policies.add(policy, pointer, title, DocumentKind::Resource, findings) else { continue };
            let role = self.of(&resource).and_then(|number| self.get(number)).is_some_and(|place| place.trust);
            if !self.add(Place { resource: resource.clone(), account, policy, trust: false }) {
                let help = match role {
                    true => "leave the role out: the listing has its trust policy",
                    false => "write one policy with the statements of both",
                };
                findings.push(at.finding(Code::DuplicateEntry, format!("{} is listed twice", quoted(&resource)), help));
            }
        }
    }
}

/// The patterns of a place: its ARN, and what lies below.
pub(super) fn patterns(place: &Place) -> Vec<ResourcePattern> {
    let below = (!place.trust).then(|| format!("{}/*", place.resource));
    let texts = [Some(place.resource.clone()), below].into_iter().flatten();
    texts
        .filter_map(|text| ResourcePattern::parse(&text, false, ShortArn::Refuse).ok())
        .map(|(pattern, _)| pattern)
        .collect()
}
