//! What the catalogue says of context keys: their type, and which actions can carry them (S11.3, S11.4.9, S11.4.11).
//!
//! In: the catalogue and the dialect's overrides. Out: types, and whether a request for an action on a resource type
//! can have a key. Trusted as of the catalogue's date.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::vocabulary::catalogue::{Catalogue, CatalogueAction, GlobalKey, KeyType, Service};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::Dialect;

/// Keys that only actions listing them can carry, although they are global (S11.4.9).
const LISTED_ONLY: [&str; 3] = ["aws:requesttag/", "aws:resourcetag/", "aws:tagkeys"];

/// Session keys that a request for any action can have, although they are not among the global keys (S11.2).
const SESSION: [&str; 3] = ["aws:signinsessionarn", "codebuild:buildarn", "codebuild:projectarn"];

/// The global keys, by name or family in lower case.
static GLOBAL: LazyLock<HashMap<String, GlobalKey>> = LazyLock::new(|| {
    let keys = Catalogue::embedded().global_keys().unwrap_or_default();
    keys.into_iter().map(|global| (family_or_name(global.key.folded()).to_owned(), global)).collect()
});

/// What the catalogue says of a global key.
pub fn global(key: &ContextKey) -> Option<&'static GlobalKey> {
    GLOBAL.get(family_or_name(key.folded()))
}

/// `aws:requesttag/` for every key of the family, and for the catalogue's own `aws:requesttag/${tagkey}`; likewise
/// `kms:encryptioncontext:`, whose members follow a second colon.
fn family_or_name(folded: &str) -> &str {
    let second_colon = folded.match_indices(':').nth(1);
    let end = folded.match_indices('/').next().into_iter().chain(second_colon).map(|(at, _)| at + 1).min();
    end.and_then(|end| folded.get(..end)).unwrap_or(folded)
}

/// The declared type of a key; none if nobody declares it.
pub fn key_type(key: &ContextKey) -> Option<KeyType> {
    let name = family_or_name(key.folded());
    if let Some(global) = GLOBAL.get(name) {
        return Some(global.kind);
    }
    let (prefix, _) = name.split_once(':')?;
    let service = Catalogue::embedded().service(prefix)?.ok()?;
    service.keys.iter().find(|(own, _)| family_or_name(own.folded()) == name).map(|(_, kind)| *kind)
}

/// Whether a request for the action on the resource type can carry the key. Unlisted actions can carry every key.
pub fn carries(
    dialect: &Dialect,
    service: Option<&Service>,
    action: Option<&CatalogueAction>,
    resource_type: Option<&str>,
    key: &ContextKey,
) -> bool {
    let (Some(service), Some(action)) = (service, action) else { return true };
    let full = || format!("{}:{}", service.prefix, action.name).to_lowercase();
    if let Some(actions) = dialect.carriers(key) {
        return actions.contains(&full());
    }
    let name = family_or_name(key.folded());
    if SESSION.contains(&name) || GLOBAL.contains_key(name) && !LISTED_ONLY.contains(&name) {
        return true;
    }
    let is_own = |own: &ContextKey| family_or_name(own.folded()) == name;
    if action.keys.iter().any(is_own) {
        return true;
    }
    // Of an unknown service nothing is known, so nothing is excluded.
    let known_service = name
        .split_once(':')
        .is_some_and(|(prefix, _)| prefix == "aws" || Catalogue::embedded().service(prefix).is_some());
    if !known_service {
        return true;
    }
    let Some(wanted) = resource_type else { return false };
    action.resources.iter().any(|resource| resource.name == wanted && resource.keys.iter().any(is_own))
        || service.resource_types.iter().any(|own| own.name == wanted && own.keys.iter().any(is_own))
}
