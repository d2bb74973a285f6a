//! Which actions can carry a context key (S11.3, S11.4.9, S11.4.11).
//!
//! In: the catalogue and the dialect's overrides. Out: whether a request for an action on a resource type can have a
//! key. Trusted as of the catalogue's date.

use crate::vocabulary::catalogue::{ActionResource, Catalogue, CatalogueAction, Service};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key::{family_or_name, is_on_any_action};
use crate::vocabulary::dialect::Dialect;

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
        let by = match dialect.carriers(key) {
            Some(actions) => Carriers::These(actions),
            None if is_on_any_action(key) => Carriers::All,
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
