//! Names and tag values that the documents of an account tell apart.
//!
//! In: documents. Out: for each pattern one name that it matches, beside the attacker's own; the tags that conditions look
//! at; the providers that trust policies name. What no document tells apart from one of these behaves as it does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::policy::PolicyId;
use crate::escalation::ground::OWN;
use crate::escalation::state::Inline;
use crate::escalation::transition::Provider;
use crate::goal::Goal;
use crate::policy::condition::{ArnPattern, Condition, Values};
use crate::policy::{Document, PrincipalEntry};
use crate::symbolic::encode::keys_of;
use crate::symbolic::language::Glob;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::pattern::{Pattern, Reading};
use crate::vocabulary::resource::ResourcePattern;

/// Owns the managed policies of AWS that are not listed.
pub(super) const UNLISTED: &str = "aws, not listed";

/// How many names of a kind are tried.
const TRIED: usize = 12;

/// The families of keys that hold tags of callers and of IAM resources.
pub(super) const TAG_FAMILIES: [&str; 3] = ["aws:principaltag/", "aws:resourcetag/", "iam:resourcetag/"];

/// Inline documents as a state keeps them.
pub(super) fn inline(documents: &[(String, PolicyId)]) -> Vec<Inline> {
    let kept = |(name, document): &(String, PolicyId)| Inline {
        name: name.as_str().into(),
        document: *document,
        loose: false,
    };
    documents.iter().map(kept).collect()
}

/// The values of a condition that are texts, as they are written.
fn values(condition: &Condition) -> Vec<String> {
    match &condition.values {
        Values::Text(texts) => texts.iter().map(|text| text.value.as_str().to_owned()).collect(),
        Values::Arn(arns) => {
            let text = |arn: &ArnPattern| match arn {
                ArnPattern::Parts(parts) => parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(":"),
                ArnPattern::Short(text) => text.clone(),
            };
            arns.iter().map(|arn| text(&arn.value)).collect()
        }
        _ => Vec::new(),
    }
}

/// Texts of documents and of the goal that may be ARNs.
pub(super) fn texts(documents: &[&Document], goal: &Goal) -> BTreeSet<String> {
    let mut found: BTreeSet<String> =
        goal.when.iter().flat_map(values).filter(|text| text.starts_with("arn:")).collect();
    if let Some(ResourcePattern::Arn(pattern)) = goal.resource.as_ref().map(|resource| &resource.value) {
        found.insert(pattern.as_str().to_owned());
    }
    for statement in documents.iter().flat_map(|document| document.statements.iter()) {
        for entry in statement.resources.iter().flat_map(|clause| &clause.entries) {
            if let ResourcePattern::Arn(pattern) = &entry.value {
                found.insert(pattern.as_str().to_owned());
            }
        }
        found.extend(statement.conditions.iter().flat_map(values).filter(|text| text.starts_with("arn:")));
        let named = statement.principal.iter().flat_map(|clause| &clause.entries);
        found.extend(named.filter_map(|entry| match &entry.value {
            PrincipalEntry::FederatedUser(arn) => Some(arn.clone()),
            _ => None,
        }));
    }
    found
}

/// The ARN patterns of documents and of the goal, wherever they stand, without variables.
pub(super) fn patterns(documents: &[&Document], goal: &Goal) -> Vec<Glob> {
    let plain = Reading { wildcards: true, variables: false };
    let read = |text: String| Glob::from_glyphs(Pattern::read(&text, plain).ok()?.glyphs());
    let statements = documents.iter().flat_map(|document| document.statements.iter());
    let principals = statements.flat_map(|own| &own.principal).flat_map(|clause| &clause.entries);
    let named = principals.filter_map(|entry| match &entry.value {
        PrincipalEntry::User(arn) | PrincipalEntry::Role(arn) => Some(arn.clone()),
        _ => None,
    });
    texts(documents, goal).into_iter().chain(named).filter_map(read).collect()
}

/// Whether a document or the goal looks at names otherwise than by ARN patterns: by the caller's name, or a variable.
pub(super) fn looks_at_names(documents: &[&Document], goal: &Goal) -> bool {
    let names = ["aws:username", "aws:userid"];
    keys_of(documents, &goal.when).iter().any(|key| names.contains(&key.folded()))
        || texts(documents, goal).iter().any(|text| text.contains("${"))
}

/// Federated sessions of an account: one under the attacker's usual name, and one for each pattern.
pub(super) fn federated(texts: &BTreeSet<String>, partition: &str, account: &str) -> Vec<String> {
    let front = format!("arn:{partition}:sts::{account}:federated-user/");
    let mut found = vec![format!("{front}{OWN}")];
    let named = texts.iter().filter_map(|text| text.split_once(":federated-user/").map(|(_, name)| name));
    for name in named.filter(|name| !name.contains('$')) {
        let named = format!("{front}{}", name.replace('*', OWN).replace('?', "r"));
        if !found.contains(&named) {
            found.push(named);
        }
    }
    found
}

/// Free names of a kind: the attacker's own, and one for each pattern.
pub(super) fn free(texts: &BTreeSet<String>, partition: &str, account: &str, kind: &str) -> Vec<String> {
    let front = format!("arn:{partition}:iam::{account}:{kind}/");
    let mut found = vec![format!("{front}{OWN}")];
    for text in texts {
        let Some(arn) = Arn::parse(text).filter(|arn| arn.service == "iam" && !text.contains('$')) else { continue };
        let Some(rest) = arn.resource_of(kind) else { continue };
        let rest = rest.replace('*', OWN).replace('?', "r");
        let named = format!("{front}{rest}");
        if !found.contains(&named) && found.len() < TRIED {
            found.push(named);
        }
    }
    found
}

/// The tags that documents look at, with the values that they tell apart and those that exist.
pub(super) fn tags<'a>(
    documents: &[&Document],
    existing: impl Iterator<Item = &'a IndexMap<ContextKey, String>>,
) -> BTreeMap<ContextKey, BTreeSet<String>> {
    let tag = |key: &ContextKey| TAG_FAMILIES.iter().find_map(|family| key.member_of(family)).map(ContextKey::new);
    let mut found: BTreeMap<ContextKey, BTreeSet<String>> = BTreeMap::new();
    for key in keys_of(documents, &[]).iter().filter_map(tag) {
        found.entry(key).or_default().insert(OWN.to_owned());
    }
    let statements = documents.iter().flat_map(|document| document.statements.iter());
    for condition in statements.flat_map(|statement| &statement.conditions) {
        if let Some(own) = tag(&condition.key.value).and_then(|key| found.get_mut(&key)) {
            let plain = values(condition).into_iter().filter(|text| !text.contains('$'));
            own.extend(plain.map(|text| text.replace('*', OWN).replace('?', "r")));
        }
    }
    for (key, value) in existing.flatten() {
        if let Some(own) = found.get_mut(key) {
            own.insert(value.clone());
        }
    }
    found
}

/// The identity providers that documents name.
pub(super) fn providers(documents: &[&Document]) -> BTreeSet<(Provider, Arc<str>)> {
    let statements = documents.iter().flat_map(|document| document.statements.iter());
    let entries = statements.flat_map(|statement| &statement.principal).flat_map(|clause| &clause.entries);
    let provider = |entry: &PrincipalEntry| {
        let PrincipalEntry::Federated(name) = entry else { return None };
        let arn = Arn::parse(name)?;
        let kind = if arn.resource_of("saml-provider").is_some() { Provider::Saml } else { Provider::Oidc };
        Some((kind, name.as_str().into()))
    };
    entries.filter_map(|entry| provider(&entry.value)).collect()
}
