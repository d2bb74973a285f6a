//! Context keys as the catalogue declares them: their type, and whether a request for any action can carry them
//! (S3.2.1, S11.2, S11.3).
//!
//! In: the catalogue. Out: types and names by key. Trusted as of the catalogue's date.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use crate::vocabulary::catalogue::{self, Catalogue, GlobalKey, KeyType};
use crate::vocabulary::context_key::ContextKey;

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

/// Every key that some service declares, whatever its prefix, and the global ones, by name or family in lower case.
static DECLARED: LazyLock<BTreeMap<String, (ContextKey, KeyType)>> = LazyLock::new(|| {
    let catalogue = Catalogue::embedded();
    let global = catalogue.global_keys().unwrap_or_default().into_iter().map(|global| (global.key, global.kind));
    let mut declared = BTreeMap::new();
    for (key, kind) in global.chain(catalogue::declared_keys(catalogue.text())) {
        declared.entry(family_or_name(key.folded()).to_owned()).or_insert((key, kind));
    }
    declared
});

/// `aws:requesttag/` for every key of the family, and for the catalogue's own `aws:requesttag/${tagkey}`; likewise
/// `kms:encryptioncontext:`, whose members follow a second colon.
pub fn family_or_name(folded: &str) -> &str {
    let second_colon = folded.match_indices(':').nth(1);
    let end = folded.match_indices('/').next().into_iter().chain(second_colon).map(|(at, _)| at + 1).min();
    end.and_then(|end| folded.get(..end)).unwrap_or(folded)
}

/// The type that the global keys or the service of the key's prefix declare; none if they do not.
pub fn key_type(key: &ContextKey) -> Option<KeyType> {
    let name = family_or_name(key.folded());
    if let Some(global) = GLOBAL.get(name) {
        return Some(global.kind);
    }
    let (prefix, _) = name.split_once(':')?;
    let service = Catalogue::embedded().service(prefix)?.ok()?;
    service.keys.iter().find(|(own, _)| family_or_name(own.folded()) == name).map(|(_, kind)| *kind)
}

/// The type that any service declares: `ec2:osuser` is a key of ec2-instance-connect only.
pub fn declared_type(key: &ContextKey) -> Option<KeyType> {
    key_type(key).or_else(|| DECLARED.get(family_or_name(key.folded())).map(|(_, kind)| *kind))
}

/// The keys whose names start with a prefix such as `ec2:`, in lower case.
pub fn declared_with<'a>(prefix: &'a str) -> impl Iterator<Item = &'static ContextKey> + use<'a> {
    let from = DECLARED.range(prefix.to_owned()..);
    from.take_while(move |(name, _)| name.starts_with(prefix)).map(|(_, (key, _))| key)
}

/// Whether a request for any action can have the key, as far as the catalogue's actions go.
pub fn is_on_any_action(key: &ContextKey) -> bool {
    let name = family_or_name(key.folded());
    SESSION.contains(&name) || GLOBAL.contains_key(name) && !LISTED_ONLY.contains(&name)
}
