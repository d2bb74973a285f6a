//! Action patterns made ready to be matched against many actions.
//!
//! In: a pattern. Out: whether it matches an action.

use crate::symbolic::language::Glob;
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};

/// A pattern whose wildcards are read already.
#[derive(Debug)]
pub(super) struct ReadyPattern<'p> {
    pattern: &'p ActionPattern,
    glob: Option<Glob>,
}

impl<'p> ReadyPattern<'p> {
    pub(super) fn new(pattern: &'p ActionPattern) -> Self {
        let glob = match pattern.kind() {
            ActionPatternKind::Of { name, .. } if name.plain().is_none() => Glob::from_glyphs(name.glyphs()),
            _ => None,
        };
        Self { pattern, glob }
    }

    /// Whether it matches an action.
    pub(super) fn matches(&self, action: &Action) -> bool {
        match self.pattern.kind() {
            ActionPatternKind::Every => true,
            ActionPatternKind::Of { prefix, .. } => prefix == action.prefix() && self.matches_name(action.name()),
        }
    }

    /// Whether it matches an action of its service by this name.
    pub(super) fn matches_name(&self, action: &str) -> bool {
        match (self.pattern.kind(), &self.glob) {
            (ActionPatternKind::Every, _) => true,
            (_, Some(glob)) => glob.contains(action),
            (ActionPatternKind::Of { name, .. }, None) => name.plain() == Some(action),
        }
    }

    /// Whether it is the name of an action, without wildcards.
    pub(super) fn names(&self, action: &Action) -> bool {
        !self.pattern.as_str().contains(['*', '?']) && self.matches(action)
    }
}
