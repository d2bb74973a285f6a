//! The characters that a search has to try.
//!
//! In: the globs and words of a question. Out: [`Alphabet`], few characters that stand for all.
//!
//! Why they are enough: a character that no positive glob waits for may be replaced by a fresh one (in no literal at
//! all) of the same classes: the positive globs read it alike, the negative ones match no more than before. So a
//! search tries what the positive globs wait for, and of each group of characters that the classes do not part a
//! fresh one, or, where literals use up the group, every one.

use std::collections::BTreeSet;

use crate::symbolic::language::class::Region;
use crate::symbolic::language::fold::variants;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};

/// A character to try.
#[derive(Debug, Clone, Copy)]
pub(super) struct Symbol {
    /// The character.
    pub(super) character: char,
    /// Whether to try it always, not only where a positive glob waits for it.
    pub(super) always: bool,
    /// Whether no literal has it.
    pub(super) fresh: bool,
}

impl Symbol {
    /// A character of a pattern.
    pub(super) fn literal(character: char) -> Self {
        Self { character, always: false, fresh: false }
    }

    /// How little it is wanted in a witness.
    pub(super) fn cost(&self) -> u32 {
        match Region::of(self.character) {
            Region::Foreign => 1_000,
            Region::Other => 2_000,
            Region::Mark | Region::Space | Region::Comma if self.fresh => 4,
            _ => 2,
        }
    }
}

/// The characters of a question.
#[derive(Debug)]
pub(super) struct Alphabet {
    pub(super) symbols: Vec<Symbol>,
}

impl Alphabet {
    pub(super) fn new(positive: &[Vec<&Glob>], negative: &[&Language]) -> Self {
        let mut wanted = BTreeSet::new();
        let mut used = BTreeSet::new();
        let mut classes = BTreeSet::new();
        for glob in positive.iter().flatten() {
            literals(glob, &mut wanted, &mut classes);
        }
        for language in negative {
            for glob in language.globs() {
                literals(glob, &mut used, &mut classes);
            }
            used.extend(language.words().iter().flat_map(|word| word.chars()));
            used.extend(language.folded_words().iter().flat_map(|word| word.chars()).flat_map(variants));
        }
        used.extend(&wanted);
        let mut symbols: Vec<Symbol> = wanted.iter().copied().map(Symbol::literal).collect();
        for group in groups(&classes) {
            let fresh = group.iter().find_map(|region| region.characters().find(|one| !used.contains(one)));
            if let Some(character) = fresh {
                symbols.push(Symbol { character, always: true, fresh: true });
            }
            // With no fresh character, all; with none that prints, all that print, to be tried first.
            if fresh.is_none_or(|character| !CharClass::Printable.contains(character)) {
                let printable = group.iter().filter(|region| CharClass::Printable.has(**region));
                for character in printable.flat_map(|region| region.characters()) {
                    match symbols.iter_mut().find(|symbol| symbol.character == character) {
                        Some(symbol) => symbol.always = true,
                        None => symbols.push(Symbol { character, always: true, fresh: false }),
                    }
                }
            }
        }
        Self { symbols }
    }
}

fn literals(glob: &Glob, characters: &mut BTreeSet<char>, classes: &mut BTreeSet<CharClass>) {
    for piece in glob.pieces() {
        match piece {
            Piece::Literal(character) if glob.is_folded() => characters.extend(variants(*character)),
            Piece::Literal(character) => {
                characters.insert(*character);
            }
            Piece::One(class) | Piece::Many(class) | Piece::Some(class) => {
                classes.insert(*class);
            }
        }
    }
}

/// The regions, together where none of the classes parts them.
fn groups(classes: &BTreeSet<CharClass>) -> Vec<Vec<Region>> {
    let mut groups: Vec<Vec<Region>> = Vec::new();
    for region in Region::ALL {
        let alike = |other: &Region| classes.iter().all(|class| class.has(region) == class.has(*other));
        match groups.iter_mut().find(|group| group.first().is_some_and(alike)) {
            Some(group) => group.push(region),
            None => groups.push(vec![region]),
        }
    }
    groups
}
