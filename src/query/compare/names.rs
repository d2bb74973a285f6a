//! Lists of action patterns, asked often what they name.
//!
//! In: patterns. Out: whether another pattern lies within them, or shares an action with them. Where it is not certain,
//! a pattern does not lie within and does share.

use std::collections::{HashMap, HashSet};

use crate::query::slice::{is_within, overlap};
use crate::symbolic::language::Glob;
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};

/// Action patterns as a union.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    /// `*` is one of them.
    every: bool,
    /// Names without wildcards, by service.
    plain: HashMap<&'a str, HashSet<&'a str>>,
    /// Names with wildcards, by service.
    wild: HashMap<&'a str, Vec<(&'a ActionPattern, Glob)>>,
}

impl<'a> Names<'a> {
    /// The union of some patterns.
    pub(super) fn new(patterns: impl IntoIterator<Item = &'a ActionPattern>) -> Self {
        let mut names = Self::default();
        for pattern in patterns {
            match (pattern.kind(), plain(pattern)) {
                (ActionPatternKind::Every, _) => names.every = true,
                (_, Some((prefix, name))) => {
                    names.plain.entry(prefix).or_default().insert(name);
                }
                (ActionPatternKind::Of { prefix, name }, None) => {
                    let glob = Glob::from_glyphs(name.glyphs());
                    names.wild.entry(prefix).or_default().extend(glob.map(|glob| (pattern, glob)));
                }
            }
        }
        names
    }

    /// Whether every action of a pattern is named.
    pub(super) fn cover(&self, pattern: &ActionPattern) -> bool {
        let ActionPatternKind::Of { prefix, .. } = pattern.kind() else { return self.every };
        let wild = || self.wild.get(prefix.as_str()).into_iter().flatten();
        self.every
            || match plain(pattern) {
                Some((_, name)) => self.has(prefix, name) || wild().any(|(_, glob)| glob.contains(name)),
                None => wild().any(|(own, _)| own.kind() == pattern.kind() || is_within(pattern, own)),
            }
    }

    /// Whether an action of a pattern may be named.
    pub(super) fn meet(&self, pattern: &ActionPattern) -> bool {
        let ActionPatternKind::Of { prefix, name: pieces } = pattern.kind() else { return true };
        let wild = || self.wild.get(prefix.as_str()).into_iter().flatten();
        self.every
            || match plain(pattern) {
                Some((_, name)) => self.has(prefix, name) || wild().any(|(_, glob)| glob.contains(name)),
                None => {
                    let glob = Glob::from_glyphs(pieces.glyphs());
                    let mut plain = self.plain.get(prefix.as_str()).into_iter().flatten();
                    plain.any(|name| glob.as_ref().is_none_or(|glob| glob.contains(name)))
                        || wild().any(|(own, _)| overlap(own, pattern))
                }
            }
    }

    /// Whether an action of some patterns may be named.
    pub(super) fn meets_any(&self, patterns: &[&ActionPattern]) -> bool {
        patterns.iter().any(|pattern| self.meet(pattern))
    }

    fn has(&self, prefix: &str, name: &str) -> bool {
        self.plain.get(prefix).is_some_and(|names| names.contains(name))
    }
}

/// The one action that a pattern names.
fn plain(pattern: &ActionPattern) -> Option<(&str, &str)> {
    match pattern.kind() {
        ActionPatternKind::Every => None,
        ActionPatternKind::Of { prefix, name } => Some((prefix, name.plain()?)),
    }
}
