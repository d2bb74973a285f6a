//! What the catalogue says of context keys: their type, and which actions can carry them (S11.3, S11.4.9, S11.4.11).
//!
//! In: the catalogue and the dialect's overrides. Out: types, and whether a request for an action on a resource type
//! can have a key. Trusted as of the catalogue's date.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::vocabulary::catalogue::{ActionResource, Catalogue, CatalogueAction, KeyType, Service};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::Dialect;

/// Keys that only actions listing them can carry, although they are global (S11.4.9).
const LISTED_ONLY: [&str; 3] = ["aws:requesttag/", "aws:resourcetag/", "aws:tagkeys"];

/// Session keys that a request for any action can have, although they are not among the global keys (S11.2).
const SESSION: [&str; 3] = ["aws:signinsessionarn", "codebuild:buildarn", "codebuild:projectarn"];

/// The types of the global keys, by name or family in lower case.
static GLOBAL: LazyLock<HashMap<String, KeyType>> = LazyLock::new(|| {
    let keys = Catalogue::embedded().global_keys().unwrap_or_default();
    keys.into_iter().map(|global| (family_or_name(global.key.folded()).to_owned(), global.kind)).collect()
});

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
    if let Some(kind) = GLOBAL.get(name) {
        return Some(*kind);
    }
    let (prefix, _) = name.split_once(':')?;
    let service = Catalogue::embedded().service(prefix)?.ok()?;
    service.keys.iter().find(|(own, _)| family_or_name(own.folded()) == name).map(|(_, kind)| *kind)
}

/// Which requests can carry a key; those for unlisted actions can carry every key.
#[derive(Debug, Clone)]
pub struct Carried<'a> {
    name: &'a str,
    by: Carriers<'a>,
}

/// Who can carry a key.
#[derive(Debug, Clone)]
enum Carriers<'a> {
    /// Every action.
    All,
    /// These, in lower case with their service.
    These(&'a [String]),
    /// Those that the catalogue lists it for, or for whose resource type it does.
    Listed,
}

impl<'a> Carried<'a> {
    /// What the dialect and the catalogue say of a key.
    pub fn new(dialect: &'a Dialect, key: &'a ContextKey) -> Self {
        let name = family_or_name(key.folded());
        // Of an unknown service nothing is known, so nothing is excluded.
        let known_service = || {
            let prefix = name.split_once(':').map(|(prefix, _)| prefix);
            prefix.is_some_and(|prefix| prefix == "aws" || Catalogue::embedded().service(prefix).is_some())
        };
        let everywhere = SESSION.contains(&name) || GLOBAL.contains_key(name) && !LISTED_ONLY.contains(&name);
        let by = match dialect.carriers(key) {
            Some(actions) => Carriers::These(actions),
            None if everywhere => Carriers::All,
            None if known_service() => Carriers::Listed,
            // An action that lists it carries it, and so may all others.
            None => Carriers::All,
        };
        Self { name, by }
    }

    /// Whether a request for the action on the resource type can carry it.
    pub fn by(&self, service: Option<&Service>, action: Option<&CatalogueAction>, resource_type: Option<&str>) -> bool {
        let (Some(service), Some(action)) = (service, action) else { return true };
        match self.by {
            Carriers::All => true,
            Carriers::These(actions) => actions.contains(&format!("{}:{}", service.prefix, action.name).to_lowercase()),
            Carriers::Listed => {
                let is_own = |own: &ContextKey| family_or_name(own.folded()) == self.name;
                action.keys.iter().any(is_own)
                    || resource_type.is_some_and(|wanted| {
                        let of_action = |own: &&ActionResource| own.name == wanted;
                        action.resources.iter().filter(of_action).any(|own| own.keys.iter().any(is_own))
                            || service
                                .resource_types
                                .iter()
                                .any(|own| own.name == wanted && own.keys.iter().any(is_own))
                    })
            }
        }
    }
}
