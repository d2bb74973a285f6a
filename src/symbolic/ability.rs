//! What facts of realism say of an action besides its resources and keys (S11.4.9, S11.4.13).
//!
//! In: an action, the keys asked about, the dialect. Out: [`Ability`], one for all actions of a profile. Trusted: the
//! dialect's rules file.

use indexmap::IndexSet;

use crate::symbolic::universe::{Candidate, matches};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::limit::LimitKind;

/// What an action can do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Ability {
    /// For each limit of the dialect, whether it is about the action; those of tokens only where a key tells of one.
    pub limits: Vec<bool>,
    /// Whether the keys of aws:TagKeys are those of the tags that a request passes.
    pub adds_tags: bool,
}

/// Which abilities the keys asked about can tell apart: others make no profiles of their own.
#[derive(Debug, Clone, Copy)]
pub struct Abilities<'a> {
    dialect: &'a Dialect,
    of_tokens: bool,
    of_tags: bool,
}

impl<'a> Abilities<'a> {
    /// The abilities that count for these keys.
    pub fn new(asked: &IndexSet<ContextKey>, dialect: &'a Dialect) -> Self {
        let presence = |key: &ContextKey| declared_key::global(key).map(|global| global.presence.as_str());
        let of_tokens = asked.iter().any(|key| matches!(presence(key), Some("temporary" | "mfa")));
        let of_tags = asked.iter().filter(|key| presence(key) == Some("request-tags")).count() > 1;
        Self { dialect, of_tokens, of_tags }
    }

    /// The ability of a candidate.
    pub fn of(self, candidate: &Candidate) -> Ability {
        let limits = self.dialect.limits().iter().map(|limit| {
            (limit.kind == LimitKind::NeverCalls || self.of_tokens) && matches(&limit.action, &candidate.action)
        });
        // Of an action that is not listed nobody says that it adds tags.
        let adds_tags = self.of_tags && candidate.listed.is_some_and(|listed| self.dialect.adds_tags(&listed.name));
        Ability { limits: limits.collect(), adds_tags }
    }
}
