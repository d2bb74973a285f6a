//! Matching of patterns against values, for the concrete side only.
//!
//! In: glyphs and a value. Out: whether the whole value matches. Variables are put in first, each character literal
//! (S4.6).

use std::collections::HashMap;

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
    /// With its value the pattern has more characters than what it is matched against: it does not match.
    TooLong,
}

/// Puts the values of variables in, for a value to be matched.
///
/// # Errors
/// A variable has no value, or one that is not known; or the filled pattern is longer than the value can be.
pub fn fill(
    glyphs: &[Glyph],
    value: &str,
    value_of: impl Fn(&Variable) -> Result<String, Unfilled>,
) -> Result<Vec<Element>, Unfilled> {
    let mut elements = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        match glyph {
            Glyph::Literal(character) => elements.push(Element::Exactly(*character)),
            Glyph::One(reach) => elements.push(Element::One(*reach)),
            Glyph::Many(reach) => elements.push(Element::Many(*reach)),
            Glyph::Variable(variable) => {
                elements.extend(value_of(variable)?.chars().map(Element::Exactly));
                // A short pattern can name a long value often: stop before that takes memory.
                if elements.len() > glyphs.len() + value.len() {
                    return Err(Unfilled::TooLong);
                }
            }
        }
    }
    Ok(elements)
}

/// A resource pattern of which no wildcard before the last part runs over colons (S14.3); one with fewer parts than an
/// ARN still stands for the parts that it lacks.
pub fn segmented(glyphs: &[Glyph]) -> Vec<Glyph> {
    const COLONS: usize = 5;
    let is_colon = |glyph: &&Glyph| **glyph == Glyph::Literal(':');
    if glyphs.iter().filter(is_colon).count() < COLONS {
        return glyphs.to_vec();
    }
    let mut colons = 0;
    let within = |glyph: &Glyph| {
        colons += usize::from(*glyph == Glyph::Literal(':'));
        match glyph {
            Glyph::Many(_) if colons < COLONS => Glyph::Many(Reach::WithinPart),
            other => other.clone(),
        }
    };
    glyphs.iter().map(within).collect()
}

/// The elements of a pattern that has no variables; a variable there would stand for nothing.
pub fn plain(glyphs: &[Glyph]) -> Vec<Element> {
    fill(glyphs, "", |_| Ok(String::new())).unwrap_or_default()
}

/// Whether the whole value matches, case-sensitively.
pub fn matches(elements: &[Element], value: &str) -> bool {
    matches_by(elements, value, |wanted, found| wanted == found)
}

/// Whether the whole value matches, with literals compared by `same`.
///
/// A set of positions moves over the value, 64 to a word: position i stands behind the i-th element that takes a
/// character, and a run (`*`) keeps its position alive. A pattern of 32 KiB and a value as long end in milliseconds.
pub fn matches_by(elements: &[Element], value: &str, same: impl Fn(char, char) -> bool) -> bool {
    // Literals in front are the value's first characters: most values fail there.
    let (mut elements, mut characters) = (elements, value.chars());
    while let [Element::Exactly(wanted), rest @ ..] = elements {
        if !characters.next().is_some_and(|found| same(*wanted, found)) {
            return false;
        }
        elements = rest;
    }
    let mut taking = Vec::with_capacity(elements.len());
    let mut runs: Vec<(usize, Reach)> = Vec::new();
    for element in elements {
        match element {
            Element::Many(reach) => runs.push((taking.len(), *reach)),
            other => taking.push(*other),
        }
    }
    let accepting = |character: char| {
        Positions::new(taking.iter().enumerate().filter_map(|(index, element)| {
            let accepts = match element {
                Element::Exactly(wanted) => same(*wanted, character),
                Element::One(reach) | Element::Many(reach) => *reach == Reach::Anything || character != ':',
            };
            accepts.then_some(index + 1)
        }))
    };
    let staying = |reach| Positions::new(runs.iter().filter(|(_, own)| *own == reach).map(|(index, _)| *index));
    let (anything, within) = (staying(Reach::Anything), staying(Reach::WithinPart));
    let mut accepted: HashMap<char, Positions> = HashMap::new();
    let mut state = Positions::new([0]);
    for character in characters {
        let accepts = accepted.entry(character).or_insert_with(|| accepting(character));
        state = state.step(accepts, &anything, if character == ':' { None } else { Some(&within) });
        if state.is_empty() {
            return false;
        }
    }
    state.contains(taking.len())
}

/// A set of positions.
#[derive(Debug, Clone, Default)]
struct Positions(Vec<u64>);

impl Positions {
    fn new(positions: impl IntoIterator<Item = usize>) -> Self {
        let mut words: Vec<u64> = Vec::new();
        for position in positions {
            let index = position / 64;
            if words.len() <= index {
                words.resize(index + 1, 0);
            }
            if let Some(word) = words.get_mut(index) {
                *word |= 1 << (position % 64);
            }
        }
        Self(words)
    }

    fn word(&self, index: usize) -> u64 {
        self.0.get(index).copied().unwrap_or_default()
    }

    /// Every position moves over one character where its element accepts it, and stays where a run does.
    fn step(&self, accepts: &Self, anything: &Self, within: Option<&Self>) -> Self {
        let mut carry = 0;
        let mut words: Vec<u64> = Vec::with_capacity(self.0.len() + 1);
        for index in 0..=self.0.len() {
            let word = self.word(index);
            let moved = (word << 1 | carry) & accepts.word(index);
            let stays = anything.word(index) | within.map_or(0, |within| within.word(index));
            words.push(moved | word & stays);
            carry = word >> 63;
        }
        while words.last() == Some(&0) {
            words.pop();
        }
        Self(words)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn contains(&self, position: usize) -> bool {
        self.word(position / 64) >> (position % 64) & 1 == 1
    }
}
