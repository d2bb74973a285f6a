//! Which actions can carry a context key (S11.3, S11.4.9, S11.4.11).
//!
//! In: the catalogue and the dialect's overrides. Out: whether a request for an action on a resource type can have a
//! key. Trusted as of the catalogue's date.

use crate::vocabulary::action::Action;
use crate::vocabulary::catalogue::{Catalogue, CatalogueAction, Service};
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

    /// Whether a request for the action can carry it, on a resource type that has the keys `listed`; none of them are
    /// known for an action that is not listed.
    pub fn by(&self, action: &Action, listed: Option<&[&str]>) -> bool {
        let Some(listed) = listed else { return true };
        match self.by {
            Carriers::All => true,
            Carriers::These(actions) => {
                actions.iter().any(|own| own.split_once(':') == Some((action.prefix(), action.name())))
            }
            Carriers::Listed => listed.binary_search(&self.name).is_ok(),
        }
    }
}

/// The keys, or families of them, that are listed for an action on one of its resource types: sorted, distinct.
pub fn listed<'c>(service: &'c Service, action: &'c CatalogueAction, resource_type: Option<&str>) -> Vec<&'c str> {
    let wanted = |name: &str| resource_type == Some(name);
    let of_action = action.resources.iter().filter(|own| wanted(&own.name)).flat_map(|own| &own.keys);
    let of_type = service.resource_types.iter().filter(|own| wanted(&own.name)).flat_map(|own| &own.keys);
    let all = action.keys.iter().chain(of_action).chain(of_type);
    let mut names: Vec<&str> = all.map(|key| family_or_name(key.folded())).collect();
    names.sort_unstable();
    names.dedup();
    names
}
