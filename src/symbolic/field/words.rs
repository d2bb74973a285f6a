//! The forbidden words of a question as a tree of characters.
//!
//! In: words, each of a negative language. Out: [`Words`], walked a character at a time: long lists of words cost a
//! search one number a state.

use std::collections::HashMap;

/// The place where no word goes on.
pub(super) const NOWHERE: u32 = u32::MAX;

/// A tree of words.
#[derive(Debug, Default)]
pub(super) struct Words {
    next: HashMap<(u32, char), u32>,
    /// By place, the language whose word ends there.
    ends: HashMap<u32, usize>,
    places: u32,
}

impl Words {
    /// Adds a word of the language of this number. Of two languages with one word the first is remembered.
    pub(super) fn insert(&mut self, word: &str, language: usize) {
        let mut place = 0;
        for character in word.chars() {
            let places = &mut self.places;
            place = *self.next.entry((place, character)).or_insert_with(|| {
                *places += 1;
                *places
            });
        }
        self.ends.entry(place).or_insert(language);
    }

    /// The place at the start of all words.
    pub(super) fn start(&self) -> u32 {
        if self.ends.is_empty() { NOWHERE } else { 0 }
    }

    /// The place after one more character.
    pub(super) fn step(&self, place: u32, character: char) -> u32 {
        match place {
            NOWHERE => NOWHERE,
            _ => self.next.get(&(place, character)).copied().unwrap_or(NOWHERE),
        }
    }

    /// The language one of whose words ends here.
    pub(super) fn end(&self, place: u32) -> Option<usize> {
        self.ends.get(&place).copied()
    }
}
