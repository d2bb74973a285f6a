//! Actions and action patterns (S2.1).
//!
//! In: `prefix:Name` texts. Out: [`Action`] of a request and [`ActionPattern`] of a policy, both folded to lower case
//! because prefix and name ignore case (S2.1.1).

use std::fmt;

use crate::vocabulary::pattern::{Pattern, Reading};

/// Why a text is no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// No colon (S2.1.5).
    #[error("has no service prefix")]
    NoPrefix,
    /// Nothing before or behind the colon.
    #[error("has an empty prefix or name")]
    Empty,
    /// A wildcard before the colon, other than `*:*` (S2.1.3).
    #[error("has a wildcard in its service prefix")]
    PrefixWildcard,
    /// A wildcard in the action of a request.
    #[error("has a wildcard, but a request names one action")]
    Wildcard,
    /// A character that action names do not have.
    #[error("has a character other than letters, digits, `-`, `_`, `*` and `?`")]
    Character,
}

/// One action, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Action {
    written: String,
    prefix: String,
    name: String,
}

impl Action {
    /// Reads an action without wildcards.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, ActionError> {
        if text.contains(['*', '?']) {
            return Err(ActionError::Wildcard);
        }
        let (prefix, name) = split(text)?;
        Ok(Self { written: text.to_owned(), prefix: prefix.to_ascii_lowercase(), name: name.to_ascii_lowercase() })
    }

    /// The action as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// The service prefix in lower case.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The name in lower case.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// An entry of Action or NotAction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionPattern {
    text: String,
    kind: ActionPatternKind,
}

/// The two shapes of an action pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ActionPatternKind {
    /// `*` or `*:*`: every action (S2.1.3).
    Every,
    /// `prefix:Name` with wildcards in the name only.
    Of {
        /// The service prefix in lower case.
        prefix: String,
        /// The name in lower case.
        name: Pattern,
    },
}

impl ActionPattern {
    /// Reads an entry of Action or NotAction.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, ActionError> {
        if matches!(text, "*" | "*:*") {
            return Ok(Self { text: text.to_owned(), kind: ActionPatternKind::Every });
        }
        let (prefix, name) = split(text)?;
        if prefix.contains(['*', '?']) {
            return Err(ActionError::PrefixWildcard);
        }
        let plain = Reading { wildcards: true, variables: false };
        let name = Pattern::read(&name.to_ascii_lowercase(), plain).map_err(|_| ActionError::Character)?;
        Ok(Self { text: text.to_owned(), kind: ActionPatternKind::Of { prefix: prefix.to_ascii_lowercase(), name } })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What the pattern says.
    pub fn kind(&self) -> &ActionPatternKind {
        &self.kind
    }
}

impl fmt::Display for ActionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn split(text: &str) -> Result<(&str, &str), ActionError> {
    let (prefix, name) = text.split_once(':').ok_or(ActionError::NoPrefix)?;
    if prefix.is_empty() || name.is_empty() {
        return Err(ActionError::Empty);
    }
    let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*' | '?');
    if !prefix.chars().chain(name.chars()).all(known) {
        return Err(ActionError::Character);
    }
    Ok((prefix, name))
}
