//! Names of context keys.
//!
//! In: a key as written in a condition, a variable or a request. Out: [`ContextKey`], equal to another whenever only
//! case differs, the part behind the slash included (S3.2).

use std::fmt;
use std::hash::{Hash, Hasher};

/// A context key such as `aws:PrincipalTag/team`.
#[derive(Debug, Clone)]
pub struct ContextKey {
    written: String,
    folded: String,
}

impl ContextKey {
    /// Takes a key as written.
    pub fn new(written: impl Into<String>) -> Self {
        let written = written.into();
        let folded = written.to_lowercase();
        Self { written, folded }
    }

    /// The key as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The key in lower case: what keys are compared by.
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The text behind a family's slash: `team` of `aws:PrincipalTag/team` for `aws:principaltag/` (lower case).
    pub fn member_of(&self, folded_family: &str) -> Option<&str> {
        self.folded.strip_prefix(folded_family)
    }

    /// Whether the key has a service prefix, as every key that a request can carry has.
    pub fn has_prefix(&self) -> bool {
        self.written.split_once(':').is_some_and(|(prefix, name)| !prefix.is_empty() && !name.is_empty())
    }
}

impl PartialEq for ContextKey {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for ContextKey {}

impl Hash for ContextKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

impl PartialOrd for ContextKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ContextKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded.cmp(&other.folded)
    }
}

impl fmt::Display for ContextKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}
