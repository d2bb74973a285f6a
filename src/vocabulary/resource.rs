//! Resource patterns (S2.2).
//!
//! In: an entry of Resource or NotResource, and what its kind of document permits. Out: [`ResourcePattern`]: `*`, or a
//! pattern over the whole ARN text in which each wildcard knows whether it may run over colons. The default reading of
//! S14.3 is built in: a `*` that ends a part may, any other wildcard before the fifth colon may not.

use std::fmt;

use crate::vocabulary::pattern::{Glyph, Pattern, Reach, push_text};
use crate::vocabulary::variable::{VariableError, VariableErrorKind, segments};

/// An entry of Resource or NotResource.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ResourcePattern {
    /// `*`: every resource, and the pseudo-resource `*` (S2.2.2).
    Every,
    /// A pattern over the whole ARN.
    Arn(Pattern),
}

/// What a kind of document makes of an ARN with fewer than six parts (S2.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShortArn {
    /// The missing parts are `*`: identity policies and boundaries.
    Pad,
    /// Refused: session policies.
    Refuse,
    /// Read if it ends in `*`, refused otherwise: every other kind.
    TrailingStar,
}

/// Why a text is no resource pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResourceError {
    /// Neither `*` nor an ARN.
    #[error("is neither `*` nor an ARN")]
    NoArn,
    /// Fewer than six parts where the kind of document does not allow it.
    #[error("has fewer than six parts")]
    Short,
    /// A wildcard in the service part (S2.2.5).
    #[error("has a wildcard in its service part")]
    ServiceWildcard,
    /// A malformed variable or template text.
    #[error("{}", .0.kind)]
    Variable(VariableError),
}

/// What a person should know of a pattern that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceNote {
    /// Missing parts were read as `*`.
    Padded,
    /// A variable before the fifth colon is plain text (S2.2.8).
    VariableIgnored,
}

impl ResourcePattern {
    /// Reads an entry; `variables` says whether the document's version knows them (S1.2).
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str, variables: bool, short: ShortArn) -> Result<(Self, Vec<ResourceNote>), ResourceError> {
        if text == "*" {
            return Ok((Self::Every, Vec::new()));
        }
        if variables {
            // Before the fifth colon a variable is text, but template text is an error wherever it stands (S4.8).
            segments(text).map_err(ResourceError::Variable)?;
        }
        if !text.starts_with("arn:") {
            return Err(ResourceError::NoArn);
        }
        let mut notes = Vec::new();
        let mut parts = split_parts(text);
        if let Some(range) = placeholder(text, parts.iter().take(5).copied()) {
            return Err(ResourceError::Variable(VariableError { kind: VariableErrorKind::Template, range }));
        }
        if parts.get(2).is_some_and(|service| service.contains(['*', '?'])) {
            return Err(ResourceError::ServiceWildcard);
        }
        if parts.len() < 6 {
            match short {
                ShortArn::Pad => {
                    parts.resize(6, "*");
                    notes.push(ResourceNote::Padded);
                }
                ShortArn::TrailingStar if text.ends_with('*') => {}
                ShortArn::TrailingStar | ShortArn::Refuse => return Err(ResourceError::Short),
            }
        }
        if variables && parts.iter().take(5).any(|part| part.contains("${")) {
            notes.push(ResourceNote::VariableIgnored);
        }
        Ok((Self::Arn(Pattern::from_glyphs(text, glyphs(&parts, variables)?)), notes))
    }
}

impl fmt::Display for ResourcePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every => f.write_str("*"),
            Self::Arn(pattern) => pattern.fmt(f),
        }
    }
}

fn glyphs(parts: &[&str], variables: bool) -> Result<Vec<Glyph>, ResourceError> {
    let mut glyphs = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            glyphs.push(Glyph::Literal(':'));
        }
        if index < 5 {
            push_text(&mut glyphs, part, true, Reach::WithinPart);
            if let Some(last @ Glyph::Many(_)) = glyphs.last_mut() {
                *last = Glyph::Many(Reach::Anything);
            }
        } else if variables {
            let read = Pattern::read(part, crate::vocabulary::pattern::Reading { wildcards: true, variables: true });
            glyphs.extend_from_slice(read.map_err(ResourceError::Variable)?.glyphs());
        } else {
            push_text(&mut glyphs, part, true, Reach::Anything);
        }
    }
    Ok(glyphs)
}

/// Splits at the first five colons outside `${…}`, whose key has a colon of its own.
pub fn split_parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::with_capacity(6);
    let mut start = 0;
    let mut inside = false;
    for (index, character) in text.char_indices() {
        match character {
            '{' if text.get(..index).is_some_and(|before| before.ends_with('$')) => inside = true,
            '}' => inside = false,
            ':' if !inside && parts.len() < 5 => {
                parts.push(text.get(start..index).unwrap_or_default());
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default());
    parts
}

/// A template's `{name}` or `<name>` among parts where no ARN has brackets (S4.8); its place in the text.
pub fn placeholder<'a>(text: &str, parts: impl Iterator<Item = &'a str>) -> Option<std::ops::Range<usize>> {
    let mut offset = 0;
    for part in parts {
        for (open, close) in [('{', '}'), ('<', '>')] {
            if let Some(start) = part.find(open)
                && let Some(length) = part.get(start..).and_then(|rest| rest.find(close))
                && !part.get(..start).is_some_and(|before| before.ends_with('$'))
            {
                return Some(offset + start..(offset + start + length + 1).min(text.len()));
            }
        }
        offset += part.len() + 1;
    }
    None
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn only_a_star_that_ends_a_part_runs_over_colons() {
        let (pattern, notes) = ResourcePattern::parse("arn:aws:sqs:us-*:*1:q*", false, ShortArn::Refuse).unwrap();
        let ResourcePattern::Arn(pattern) = pattern else { panic!("an ARN") };
        let stars: Vec<_> = pattern.glyphs().iter().filter(|glyph| matches!(glyph, Glyph::Many(_))).collect();
        let (run, stay) = (Glyph::Many(Reach::Anything), Glyph::Many(Reach::WithinPart));
        assert_eq!(stars, [&run, &stay, &run]);
        assert!(notes.is_empty());
    }

    #[test]
    fn short_arns_depend_on_the_kind_of_document() {
        let read = |text, short| ResourcePattern::parse(text, true, short);
        assert_eq!(read("arn:aws:sqs", ShortArn::Pad).unwrap().1, [ResourceNote::Padded]);
        assert_eq!(read("arn:aws:sqs", ShortArn::Refuse), Err(ResourceError::Short));
        assert_eq!(read("arn:aws:sqs", ShortArn::TrailingStar), Err(ResourceError::Short));
        assert!(read("arn:aws:s3:*", ShortArn::TrailingStar).is_ok());
        assert_eq!(read("arn:aws:s*:::b", ShortArn::Pad), Err(ResourceError::ServiceWildcard));
        assert_eq!(read("bucket", ShortArn::Pad), Err(ResourceError::NoArn));
    }

    #[test]
    fn template_text_is_found_before_the_fifth_colon() {
        let read = |text| ResourcePattern::parse(text, true, ShortArn::Pad);
        assert!(matches!(read("arn:aws:iam::{account_id}:policy/x"), Err(ResourceError::Variable(_))));
        assert!(matches!(read("arn:aws:iam::<account>:policy/x"), Err(ResourceError::Variable(_))));
        assert!(matches!(read("arn:aws:iam::${ACCOUNT}:policy/x"), Err(ResourceError::Variable(_))));
        let ignored = read("arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q").unwrap();
        assert_eq!(ignored.1, [ResourceNote::VariableIgnored]);
        assert!(read("arn:aws:s3:::b/{x}").is_ok(), "braces are fine in a key");
    }
}
