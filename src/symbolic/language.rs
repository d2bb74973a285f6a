//! Sets of texts that a list of policy values stands for.
//!
//! In: [`Glob`]s. Out: a [`Language`], their union, with the facts that answer most questions without a search: its
//! plain words, whether it is everything, whether a text is in it.

use std::collections::BTreeSet;

pub use crate::symbolic::language::class::CharClass;
pub use crate::symbolic::language::glob::{Glob, Piece};

use crate::symbolic::language::fold::fold;

pub(crate) mod class;
pub(crate) mod fold;
mod glob;

/// Lists longer than this keep globs that others cover: comparing all pairs would cost more than it saves.
const COMPARED: usize = 64;

/// A union of globs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Language {
    /// Globs without wildcards, as their text.
    words: BTreeSet<String>,
    /// Globs without wildcards that ignore case, as their text in folded form.
    folded: BTreeSet<String>,
    /// All others: sorted, distinct.
    globs: Vec<Glob>,
}

impl Language {
    /// The union of these globs.
    pub fn new(globs: impl IntoIterator<Item = Glob>) -> Self {
        let mut language = Self::default();
        for glob in globs {
            match glob.text() {
                Some(text) if glob.is_folded() => language.folded.insert(text),
                Some(text) => language.words.insert(text),
                None => {
                    language.globs.push(glob);
                    true
                }
            };
        }
        language.globs.sort_unstable();
        language.globs.dedup();
        language.drop_covered();
        language
    }

    /// Every text.
    pub fn universal() -> Self {
        Self::new([Glob::new([Piece::Many(CharClass::Anything)])])
    }

    /// The words matched exactly.
    pub fn words(&self) -> &BTreeSet<String> {
        &self.words
    }

    /// The words matched in any case, in folded form.
    pub fn folded_words(&self) -> &BTreeSet<String> {
        &self.folded
    }

    /// The globs with wildcards.
    pub fn globs(&self) -> &[Glob] {
        &self.globs
    }

    /// All texts of the language, if they are given as plain words.
    pub fn finite(&self) -> Option<&BTreeSet<String>> {
        (self.globs.is_empty() && self.folded.is_empty()).then_some(&self.words)
    }

    /// Whether no text is in the language.
    pub fn is_empty(&self) -> bool {
        self.finite().is_some_and(BTreeSet::is_empty)
    }

    /// Whether one glob alone is every text. A union may be so without it.
    pub fn is_universal(&self) -> bool {
        self.globs.iter().any(Glob::is_universal)
    }

    /// Whether the text is in the language.
    pub fn contains(&self, value: &str) -> bool {
        self.words.contains(value)
            || (!self.folded.is_empty() && self.folded.contains(&value.chars().map(fold).collect::<String>()))
            || self.globs.iter().any(|glob| glob.contains(value))
    }

    /// The words and globs that may share a text with one of these globs, and all words that ignore case.
    pub fn near(&self, globs: &[&Glob]) -> Self {
        let meets = |own: &Glob| globs.iter().any(|glob| !glob.begins_apart(own));
        Self {
            words: self.words.iter().filter(|word| globs.iter().any(|glob| glob.contains(word))).cloned().collect(),
            folded: self.folded.clone(),
            globs: self.globs.iter().filter(|glob| meets(glob)).cloned().collect(),
        }
    }

    /// Whether it has more words and globs than are compared one by one.
    pub fn is_long(&self) -> bool {
        self.words.len() + self.globs.len() > COMPARED
    }

    fn drop_covered(&mut self) {
        if self.is_universal() {
            *self = Self { globs: vec![Glob::new([Piece::Many(CharClass::Anything)])], ..Self::default() };
            return;
        }
        if self.globs.len() > COMPARED {
            return;
        }
        let all = self.globs.clone();
        let mut kept: Vec<Glob> = Vec::new();
        for (index, glob) in all.iter().enumerate() {
            // Of two that cover each other the first stays.
            let covered = kept.iter().any(|other| other.covers(glob))
                || all.iter().skip(index + 1).any(|other| other.covers(glob) && !glob.covers(other));
            if !covered {
                kept.push(glob.clone());
            }
        }
        if self.words.len() <= COMPARED {
            self.words.retain(|word| !kept.iter().any(|glob| glob.contains(word)));
        }
        self.globs = kept;
    }
}
