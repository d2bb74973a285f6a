//! Versions of a managed policy: the default one decides, the others may become it.
//!
//! In: the entry of a policy in a listing. Out: [`Versions`]. Trusted for: there is exactly one default version.

use crate::account::policy::{Policies, PolicyId};
use crate::account::raw::{Members, member, required};
use crate::diagnostic::{Code, Findings, quoted};
use crate::policy::DocumentKind;

/// The stored versions of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// Their names and documents, in the order of the listing.
    pub all: Vec<(String, PolicyId)>,
    /// The document that decides.
    pub default: PolicyId,
}

impl Versions {
    /// A policy of which one document is known.
    pub(super) fn single(document: PolicyId) -> Self {
        Self { all: vec![(String::new(), document)], default: document }
    }

    /// Reads the versions of a policy.
    pub(super) fn read(
        arn: &str,
        members: &Members<'_>,
        pointer: &str,
        policies: &mut Policies,
        findings: &mut Findings,
    ) -> Option<Self> {
        const FIELD: &str = "PolicyVersionList";
        let list = member(members, FIELD);
        let versions = list.and_then(|raw| raw.items(&format!("`{FIELD}`"), findings)).unwrap_or_default();
        let wanted = member(members, "DefaultVersionId").and_then(|raw| raw.string("`DefaultVersionId`", findings));
        let title = format!("managed policy {arn}");
        let (mut all, mut defaults) = (Vec::new(), Vec::new());
        for (index, raw) in versions.into_iter().enumerate() {
            let own = raw.members("a version of a policy", findings)?;
            let id = member(&own, "VersionId").and_then(|id| id.string("`VersionId`", findings));
            let flag = member(&own, "IsDefaultVersion");
            let flag = flag.and_then(|raw| raw.simple::<bool>("`IsDefaultVersion`", "true or false", findings));
            let named = wanted.is_some() && wanted == id;
            let pointer = format!("{pointer}/{FIELD}/{index}/Document");
            let name = id.unwrap_or_default();
            if named || (wanted.is_none() && flag == Some(true)) {
                if flag == Some(false) {
                    let message = format!("{} says two things about which version is its default", quoted(arn));
                    findings.push(raw.finding(Code::BadField, message, "give the listing as IAM returns it"));
                }
                let document = required(&own, raw, "Document", findings)?;
                let document = policies.add(document, pointer, title.clone(), DocumentKind::Identity, findings)?;
                defaults.push(document);
                all.push((name, document));
            } else if let Some(document) = member(&own, "Document") {
                // Nobody's as long as it is not the default: what is wrong with it bears on no question about now.
                let title = format!("version {name} of managed policy {arn}");
                let kept = policies.add_spare(document, pointer, title, DocumentKind::Identity);
                all.extend(kept.map(|id| (name, id)));
            }
        }
        if let [default] = defaults[..] {
            return Some(Self { all, default });
        }
        let place = list.or(member(members, "Arn"))?;
        let message = format!("{} has {} default versions, not one", quoted(arn), defaults.len());
        findings.push(place.finding(Code::BadField, message, "give the listing as IAM returns it"));
        None
    }
}
