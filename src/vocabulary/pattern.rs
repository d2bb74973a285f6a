//! Patterns as data: the wildcards, literals and variables of a policy text.
//!
//! In: a text and what counts as special in its place. Out: [`Pattern`], a list of [`Glyph`]s. Matching is left to the
//! two engines, which share no code for it.

use std::fmt;

use crate::vocabulary::variable::{Segment, Variable, VariableError, segments};

/// One element of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Glyph {
    /// Exactly this character.
    Literal(char),
    /// `?`: one character.
    One(Reach),
    /// `*`: any characters, also none.
    Many(Reach),
    /// The value of a context key, each character literal (S4.6). Boxed: most glyphs are characters, of which there are
    /// many.
    Variable(Box<Variable>),
}

/// Which characters a wildcard may stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Every character.
    Anything,
    /// Every character but a colon: inside one part of an ARN (S2.2.4).
    WithinPart,
}

/// How a text is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Whether `*` and `?` are wildcards.
    pub wildcards: bool,
    /// Whether `${…}` is a variable: only in 2012-10-17 documents (S1.2).
    pub variables: bool,
}

/// A pattern of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: String,
    glyphs: Vec<Glyph>,
    /// Length of the glyphs as text, if all are literals.
    plain_length: Option<usize>,
    has_variables: bool,
}

impl Pattern {
    /// Reads a text. Wildcards stand for any character.
    ///
    /// # Errors
    /// A malformed variable (S4.9), where variables are read.
    pub fn read(text: &str, reading: Reading) -> Result<Self, VariableError> {
        let mut glyphs = Vec::with_capacity(text.len());
        if reading.variables {
            for segment in segments(text)? {
                match segment {
                    Segment::Text(plain) => push_text(&mut glyphs, plain, reading.wildcards, Reach::Anything),
                    Segment::Escape(character) => glyphs.push(Glyph::Literal(character)),
                    Segment::Variable(variable) => glyphs.push(Glyph::Variable(Box::new(variable))),
                }
            }
        } else {
            push_text(&mut glyphs, text, reading.wildcards, Reach::Anything);
        }
        Ok(Self::from_glyphs(text, glyphs))
    }

    /// Puts a pattern together from glyphs; `text` is what messages show.
    pub(crate) fn from_glyphs(text: &str, glyphs: Vec<Glyph>) -> Self {
        let length = |glyph: &Glyph| match glyph {
            Glyph::Literal(character) => Some(character.len_utf8()),
            Glyph::One(_) | Glyph::Many(_) | Glyph::Variable(_) => None,
        };
        let plain_length = glyphs.iter().map(length).sum();
        let has_variables = glyphs.iter().any(|glyph| matches!(glyph, Glyph::Variable(_)));
        Self { text: text.to_owned(), glyphs, plain_length, has_variables }
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text that alone matches, if there are neither wildcards nor variables nor escapes.
    pub fn plain(&self) -> Option<&str> {
        // An escape is longer in writing than the one character it stands for.
        let plain = self.plain_length == Some(self.text.len());
        plain.then_some(self.text.as_str())
    }

    /// The pattern's elements.
    pub fn glyphs(&self) -> &[Glyph] {
        &self.glyphs
    }

    /// The variables of the pattern.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        // Most patterns have none, and are asked often.
        let glyphs = if self.has_variables { self.glyphs.as_slice() } else { &[] };
        glyphs.iter().filter_map(|glyph| match glyph {
            Glyph::Variable(variable) => Some(variable.as_ref()),
            _ => None,
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Appends a text without variables.
pub(crate) fn push_text(glyphs: &mut Vec<Glyph>, text: &str, wildcards: bool, reach: Reach) {
    glyphs.extend(text.chars().map(|character| match character {
        '*' if wildcards => Glyph::Many(reach),
        '?' if wildcards => Glyph::One(reach),
        other => Glyph::Literal(other),
    }));
}
