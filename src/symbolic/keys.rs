//! Which actions can carry a context key (S11.3, S11.4.9, S11.4.11).
//!
//! In: the catalogue and the dialect's overrides. Out: whether a request for an action on a resource type can have a
//! key. Trusted as of the catalogue's date.

use crate::vocabulary::catalogue::{Catalogue, CatalogueAction, Service};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key::{family_or_name, is_on_any_action};
use crate::vocabulary::dialect::Dialect;

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
    if is_on_any_action(key) {
        return true;
    }
    let name = family_or_name(key.folded());
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
