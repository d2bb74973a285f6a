//! Names of context keys in conditions and variables: declared, carried by the statement's actions, of one value in a
//! variable (S3.2, S4.2, S11.4.9, S11.4.11).

use std::collections::HashMap;

use crate::diagnostic::{Code, quoted};
use crate::lint::Checker;
use crate::lint::scope::{Matched, Scope};
use crate::policy::{Condition, Qualifier, Values};
use crate::source::{Span, Spanned};
use crate::vocabulary::catalogue::Service;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key::{declared_type, declared_with, family_or_name, is_on_any_action};
use crate::vocabulary::pattern::Pattern;

/// For each key of a service by name or family in lower case, the actions whose requests can carry it.
pub(super) struct Carriers {
    actions: HashMap<String, Vec<usize>>,
}

impl Carriers {
    fn of(service: &Service) -> Self {
        let types: HashMap<&str, &[ContextKey]> =
            service.resource_types.iter().map(|own| (own.name.as_str(), own.keys.as_slice())).collect();
        let mut actions: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, action) in service.actions.iter().enumerate() {
            let of_type = |name: &str| types.get(name).copied().unwrap_or_default();
            let of_resources =
                action.resources.iter().flat_map(|resource| resource.keys.iter().chain(of_type(&resource.name)));
            for key in action.keys.iter().chain(of_resources) {
                let carriers = actions.entry(family_or_name(key.folded()).to_owned()).or_default();
                if carriers.last() != Some(&index) {
                    carriers.push(index);
                }
            }
        }
        Self { actions }
    }

    fn knows(&self, key: &ContextKey) -> bool {
        self.actions.contains_key(family_or_name(key.folded()))
    }

    fn carries(&self, key: &ContextKey, matched: &Matched) -> bool {
        let holds = |index: &usize| matched.holds.get(*index).copied().unwrap_or_default();
        self.actions.get(family_or_name(key.folded())).is_some_and(|carriers| carriers.iter().any(holds))
    }
}

impl Checker<'_> {
    /// The key of a condition, and whether the statement's actions carry it.
    pub(super) fn condition_key(&mut self, condition: &Condition, scope: &Scope) {
        let Spanned { value: key, span } = &condition.key;
        if self.is_declared(key, *span) && !self.is_carried(key, scope) {
            let message = format!("no action of the statement carries {}", quoted(key.as_str()));
            let effect = if holds_without(condition) { "always holds" } else { "never holds" };
            let help = format!(
                "without the key the condition {effect}; move it to a statement about actions that carry the key"
            );
            self.warn(Code::KeyNotCarried, *span, message, help);
        }
    }

    /// The variables of a pattern; one that stands there twice is reported once.
    pub(super) fn variables(&mut self, pattern: &Pattern, span: Span) {
        let mut seen = Vec::new();
        for variable in pattern.variables() {
            if seen.contains(&&variable.key) {
                continue;
            }
            seen.push(&variable.key);
            let place = self.part(span, variable.key.as_str());
            if self.is_declared(&variable.key, place)
                && declared_type(&variable.key).is_some_and(|kind| kind.multivalued)
            {
                let message = format!("{} has several values, so a variable has none", quoted(variable.key.as_str()));
                let help = "test the key in a condition with `ForAnyValue:` or `ForAllValues:` (S4.2)";
                self.warn(Code::MultivaluedVariable, place, message, help);
            }
        }
    }

    /// Whether a service declares the key; if none does, that is reported.
    fn is_declared(&mut self, key: &ContextKey, span: Span) -> bool {
        let Some((prefix, name)) = key.folded().split_once(':') else { return false };
        // Keys of an identity provider go by its host, and of a dialect's own services nothing is known.
        if prefix.contains(['.', '/']) || declared_type(key).is_some() {
            return true;
        }
        let own = format!("{prefix}:");
        let known_prefix = declared_with(&own).next().is_some() || self.service(prefix).is_some();
        if !known_prefix && self.dialect.partitions().is_none() {
            return true;
        }
        let help = if declared_with(&format!("{}/", key.folded())).next().is_some() {
            format!("write the name behind a slash: `{}/NAME`", key.as_str())
        } else if known_prefix {
            let names: Vec<&ContextKey> = declared_with(&own).collect();
            let family = family_or_name(key.folded());
            let near = self.nearest(family, names.iter().map(|key| family_or_name(key.folded())));
            let near = near.and_then(|near| names.iter().find(|key| family_or_name(key.folded()) == near));
            match near {
                Some(near) => format!("did you mean `{}`?", corrected(key, near)),
                None if prefix == "aws" => "write a global key such as `aws:SourceIp`".to_owned(),
                None => format!("check the name; service `{prefix}` declares {} keys", names.len()),
            }
        } else {
            let prefixes = self.catalogue.prefixes();
            match self.nearest(prefix, prefixes.iter().copied().chain(["aws"])) {
                Some(near) => format!("did you mean `{near}:{}`?", as_named(key, name)),
                None => "write a key such as `aws:SourceIp` or `s3:prefix`".to_owned(),
            }
        };
        let message = format!("no service declares the condition key {}", quoted(key.as_str()));
        self.warn(Code::UnknownKey, span, message, help);
        false
    }

    /// Whether a request for one of the statement's actions can have the key.
    fn is_carried(&mut self, key: &ContextKey, scope: &Scope) -> bool {
        let Scope::Known(known) = scope else { return true };
        if let Some(actions) = self.dialect.carriers(key) {
            let full = |prefix: &str, name: &str| format!("{prefix}:{name}").to_lowercase();
            return known.iter().any(|(prefix, matched)| {
                matched.actions().any(|(_, action)| actions.contains(&full(prefix, &action.name)))
            });
        }
        // A key that its own service declares and gives to no action is a gap of the catalogue.
        let (prefix, _) = key.folded().split_once(':').unwrap_or_default();
        let gap = self.service(prefix).is_some_and(|service| !self.carriers(service).knows(key));
        if is_on_any_action(key) || declared_type(key).is_none() || gap {
            return true;
        }
        known.values().any(|matched| self.carriers(matched.service).carries(key, matched))
    }

    fn carriers(&mut self, service: &'static Service) -> &Carriers {
        self.carriers.entry(service.prefix.as_str()).or_insert_with(|| Carriers::of(service))
    }
}

/// Whether a condition holds where its key is absent (S3.1.1 to S3.1.3, S3.2).
fn holds_without(condition: &Condition) -> bool {
    let operator = condition.operator.value;
    match (&condition.values, operator.qualifier) {
        (Values::Absent(absent), _) => absent.iter().any(|absent| absent.value),
        _ if operator.if_exists => true,
        (_, Some(Qualifier::ForAllValues)) => true,
        (_, Some(Qualifier::ForAnyValue)) => false,
        (_, None) => operator.is_negated(),
    }
}

/// A key under the nearest declared name, with its own tag or other member.
fn corrected(key: &ContextKey, near: &ContextKey) -> String {
    let family = near.as_str().get(..family_or_name(near.folded()).len()).unwrap_or_default();
    let member = key.as_str().get(family_or_name(key.folded()).len()..).unwrap_or_default();
    match (family.ends_with(['/', ':']), member.is_empty()) {
        (true, false) => format!("{family}{member}"),
        _ => near.as_str().replace("${TagKey}", "NAME"),
    }
}

/// The part of a key behind its prefix, in the case it was written in.
fn as_named<'k>(key: &'k ContextKey, folded_name: &'k str) -> &'k str {
    key.as_str().split_once(':').map_or(folded_name, |(_, name)| name)
}
