//! Matching of patterns against values, for the concrete side only.
//!
//! In: glyphs and a value. Out: whether the whole value matches. Variables are put in first, each character literal
//! (S4.6). One row of a table a character, so that no pattern takes more than pattern × value steps.

use crate::vocabulary::pattern::{Glyph, Reach};
use crate::vocabulary::variable::Variable;

/// An element of a pattern in which no variable is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    /// This character.
    Exactly(char),
    /// One character.
    One(Reach),
    /// Any characters.
    Many(Reach),
}

/// A variable that could not be put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfilled {
    /// It has no value and no default (S4.5).
    Valueless,
    /// Its value is not known.
    Unknown,
}

/// Puts the values of variables in.
///
/// # Errors
/// A variable has no value, or one that is not known.
pub fn fill(
    glyphs: &[Glyph],
    value_of: impl Fn(&Variable) -> Result<String, Unfilled>,
) -> Result<Vec<Element>, Unfilled> {
    let mut elements = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        match glyph {
            Glyph::Literal(character) => elements.push(Element::Exactly(*character)),
            Glyph::One(reach) => elements.push(Element::One(*reach)),
            Glyph::Many(reach) => elements.push(Element::Many(*reach)),
            Glyph::Variable(variable) => elements.extend(value_of(variable)?.chars().map(Element::Exactly)),
        }
    }
    Ok(elements)
}

/// The elements of a pattern that has no variables; a variable there would stand for nothing.
pub fn plain(glyphs: &[Glyph]) -> Vec<Element> {
    fill(glyphs, |_| Ok(String::new())).unwrap_or_default()
}

/// Whether the whole value matches, case-sensitively.
pub fn matches(elements: &[Element], value: &str) -> bool {
    matches_by(elements, value, |wanted, found| wanted == found)
}

/// Whether the whole value matches, with literals compared by `same`.
pub fn matches_by(elements: &[Element], value: &str, same: impl Fn(char, char) -> bool) -> bool {
    // row[i]: the first i elements match the characters read so far.
    let mut row: Vec<bool> = Vec::with_capacity(elements.len() + 1);
    row.push(true);
    for element in elements {
        let before = row.last().copied().unwrap_or_default();
        row.push(before && matches!(element, Element::Many(_)));
    }
    for character in value.chars() {
        let within = |reach: &Reach| *reach == Reach::Anything || character != ':';
        let mut next: Vec<bool> = Vec::with_capacity(row.len());
        next.push(false);
        for (element, pair) in elements.iter().zip(row.windows(2)) {
            let &[before, here] = pair else { continue };
            next.push(match element {
                Element::Exactly(wanted) => before && same(*wanted, character),
                Element::One(reach) => before && within(reach),
                // Either the run goes on over this character, or it has just ended empty behind it.
                Element::Many(reach) => (here && within(reach)) || next.last().copied().unwrap_or_default(),
            });
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
