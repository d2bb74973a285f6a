//! Policy variables inside texts (S4).
//!
//! In: a text of a 2012-10-17 document. Out: its segments: plain text, variables with their default, and the three
//! escapes `${*}`, `${?}`, `${$}` (S4.4). A malformed or templating `${…}` is an error with its place in the text.

use std::ops::Range;

use crate::vocabulary::context_key::ContextKey;

/// `${key}` or `${key, 'default'}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variable {
    /// The key whose value is put in.
    pub key: ContextKey,
    /// The text used when the key has no value (S4.3).
    pub default: Option<String>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment<'a> {
    /// Text as it stands, wildcards included.
    Text(&'a str),
    /// A character that is never a wildcard (S4.4).
    Escape(char),
    /// A variable.
    Variable(Variable),
}

/// Why a `${` does not start a policy variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VariableErrorKind {
    /// There is no `}`.
    #[error("`${{` is never closed")]
    Unclosed,
    /// `${}`, or blanks only.
    #[error("a policy variable is empty")]
    Empty,
    /// A `${` inside a `${…}`.
    #[error("a policy variable is nested in another")]
    Nested,
    /// What follows the comma is not a text in single quotes.
    #[error("the default of a policy variable is not a text in single quotes")]
    Default,
    /// The name has no service prefix, so it is a template's placeholder and no context key (S4.8).
    #[error("template text was left in the document")]
    Template,
}

/// A malformed variable and its bytes in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableError {
    /// What is wrong.
    pub kind: VariableErrorKind,
    /// Where in the text.
    pub range: Range<usize>,
}

/// Splits a text into its segments (S4.1 to S4.4, S4.8, S4.9).
///
/// # Errors
/// The first malformed variable.
pub fn segments(text: &str) -> Result<Vec<Segment<'_>>, VariableError> {
    let mut segments = Vec::new();
    let mut rest = text;
    while let Some((plain, behind)) = rest.split_once("${") {
        let start = text.len() - behind.len() - 2;
        if !plain.is_empty() {
            segments.push(Segment::Text(plain));
        }
        let error = |kind, length| VariableError { kind, range: start..start + length };
        let Some((inside, after)) = split_closing_brace(behind) else {
            return Err(error(VariableErrorKind::Unclosed, behind.len() + 2));
        };
        let segment = variable(inside).map_err(|kind| error(kind, inside.len() + 3))?;
        segments.push(segment);
        rest = after;
    }
    if !rest.is_empty() {
        segments.push(Segment::Text(rest));
    }
    Ok(segments)
}

/// The text up to the brace that closes a variable: a brace inside a quoted default does not close it.
fn split_closing_brace(behind: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    for (index, character) in behind.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            '}' if !quoted => return Some((behind.get(..index)?, behind.get(index + 1..)?)),
            _ => {}
        }
    }
    // An odd quotation mark: the first brace closes, and the default is reported as malformed.
    behind.split_once('}')
}

fn variable(inside: &str) -> Result<Segment<'static>, VariableErrorKind> {
    match inside {
        "*" => return Ok(Segment::Escape('*')),
        "?" => return Ok(Segment::Escape('?')),
        "$" => return Ok(Segment::Escape('$')),
        _ => {}
    }
    let (name, default) = match inside.split_once(',') {
        Some((name, default)) => (name, Some(default)),
        None => (inside, None),
    };
    if inside.contains("${") {
        return Err(VariableErrorKind::Nested);
    }
    let name = name.trim_end();
    if name.trim().is_empty() {
        return Err(VariableErrorKind::Empty);
    }
    let default = match default {
        None => None,
        Some(text) => {
            let text = text.trim();
            let text = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            Some(text.filter(|text| !text.contains('\'')).ok_or(VariableErrorKind::Default)?.to_owned())
        }
    };
    let key = ContextKey::new(name);
    // `AWS::Region` is CloudFormation's. A tag's name may hold blanks, nothing before it may (S11.4.14).
    let fixed = name.split('/').next().unwrap_or(name);
    if !key.has_prefix() || fixed.contains("::") || fixed.contains(char::is_whitespace) {
        return Err(VariableErrorKind::Template);
    }
    Ok(Segment::Variable(Variable { key, default }))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn kind(text: &str) -> VariableErrorKind {
        segments(text).unwrap_err().kind
    }

    #[test]
    fn texts_split_at_variables_and_escapes() {
        let found = segments("a/${aws:username}-${*}${aws:PrincipalTag/team, 'x}y'}").unwrap();
        let [Segment::Text("a/"), Segment::Variable(user), Segment::Text("-"), Segment::Escape('*'), last] = &found[..]
        else {
            panic!("{found:?}");
        };
        assert_eq!(user.key.folded(), "aws:username");
        let Segment::Variable(team) = last else { panic!("{last:?}") };
        assert_eq!(team.default.as_deref(), Some("x}y"));
    }

    #[test]
    fn malformed_variables_are_told_apart() {
        assert_eq!(kind("a${aws:username"), VariableErrorKind::Unclosed);
        assert_eq!(kind("${}"), VariableErrorKind::Empty);
        assert_eq!(kind("${a:b${c:d}}"), VariableErrorKind::Nested);
        assert_eq!(kind("${aws:x, 'y}"), VariableErrorKind::Default);
        assert_eq!(kind("${aws:x, y}"), VariableErrorKind::Default);
        assert_eq!(kind("x/${ACCOUNT_ID}/y"), VariableErrorKind::Template);
        assert_eq!(kind("${AWS::Region}"), VariableErrorKind::Template);
        assert!(segments("${aws:PrincipalTag/cost center}").is_ok());
        assert_eq!(segments("ab${X}").unwrap_err().range, 2..6);
    }
}
