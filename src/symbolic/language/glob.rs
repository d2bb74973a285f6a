//! One pattern of a field as a sequence of pieces.
//!
//! In: glyphs of a policy pattern, a text, or pieces. Out: [`Glob`], in a normal form, and whether a text matches it.
//! Trusted: the simulation below; it shares no code with the concrete evaluator's matcher.

use crate::symbolic::language::class::CharClass;
use crate::symbolic::language::fold::{fold, variants};
use crate::vocabulary::pattern::Glyph;

/// One element of a glob.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// Exactly this character; in a folded glob, any of its case variants.
    Literal(char),
    /// One character of a class.
    One(CharClass),
    /// Any number of characters of a class, also none.
    Many(CharClass),
    /// One or more characters of a class. A glob keeps it as `One` and `Many`.
    Some(CharClass),
}

/// A sequence of pieces that a whole text has to match.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob {
    pieces: Vec<Piece>,
    folded: bool,
}

impl Glob {
    /// A glob of these pieces.
    pub fn new(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut normal = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Some(class) => {
                    push(&mut normal, Piece::One(class));
                    push(&mut normal, Piece::Many(class));
                }
                other => push(&mut normal, other),
            }
        }
        Self { pieces: normal, folded: false }
    }

    /// The glob of a policy pattern; `None` if it has a variable.
    pub fn from_glyphs(glyphs: &[Glyph]) -> Option<Self> {
        let piece = |glyph: &Glyph| match glyph {
            Glyph::Literal(character) => Some(Piece::Literal(*character)),
            Glyph::One(reach) => Some(Piece::One((*reach).into())),
            Glyph::Many(reach) => Some(Piece::Many((*reach).into())),
            Glyph::Variable(_) => None,
        };
        Some(Self::new(glyphs.iter().map(piece).collect::<Option<Vec<_>>>()?))
    }

    /// The glob of exactly this text.
    pub fn literal(text: &str) -> Self {
        Self::new(text.chars().map(Piece::Literal))
    }

    /// The glob of this text in any case.
    pub fn ignoring_case(text: &str) -> Self {
        Self::literal(text).folded()
    }

    /// The same glob with its literals in any case.
    #[must_use]
    pub fn folded(mut self) -> Self {
        for piece in &mut self.pieces {
            if let Piece::Literal(character) = piece {
                *character = fold(*character);
            }
        }
        self.folded = true;
        self
    }

    /// The pieces: never [`Piece::Some`], no two runs side by side where one would do; literals in folded form if the
    /// case is ignored.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether the literals ignore case.
    pub fn is_folded(&self) -> bool {
        self.folded
    }

    /// Whether every text matches.
    pub fn is_universal(&self) -> bool {
        self.pieces == [Piece::Many(CharClass::Anything)]
    }

    /// The text of a glob without wildcards; of a folded one, the text in folded form.
    pub fn text(&self) -> Option<String> {
        let character = |piece: &Piece| match piece {
            Piece::Literal(character) => Some(*character),
            _ => None,
        };
        self.pieces.iter().map(character).collect()
    }

    /// Whether the text matches.
    pub fn contains(&self, value: &str) -> bool {
        let letter = if self.folded { Letter::folded } else { Letter::exact };
        // Literals in front are matched one by one: most texts fail there.
        let mut pieces = self.pieces.as_slice();
        let mut characters = value.chars();
        while let [first @ Piece::Literal(_), rest @ ..] = pieces {
            if !characters.next().is_some_and(|character| letter(character).steps(*first)) {
                return false;
            }
            pieces = rest;
        }
        if pieces == [Piece::Many(CharClass::Anything)] {
            return true;
        }
        // For each piece, whether a match may go on with it; and whether the whole glob is matched.
        let mut states = vec![false; pieces.len()];
        let mut arriving = true;
        for (piece, state) in pieces.iter().zip(&mut states) {
            *state = arriving;
            arriving &= matches!(piece, Piece::Many(_));
        }
        let mut whole = arriving;
        for character in characters.map(letter) {
            let mut alive = false;
            let mut arriving = false;
            for (piece, state) in pieces.iter().zip(&mut states) {
                let was = *state;
                let here = arriving | (was && character.stays(*piece));
                *state = here;
                alive |= here;
                arriving = (was && character.steps(*piece)) | (here && matches!(piece, Piece::Many(_)));
            }
            whole = arriving;
            if !alive && !whole {
                return false;
            }
        }
        whole
    }

    /// Whether every text of the other glob is one of this glob, as far as matching piece by piece shows it: `true` is
    /// certain, `false` is not.
    pub fn covers(&self, other: &Self) -> bool {
        if other.folded && !self.folded {
            return false;
        }
        let mut states = vec![false; self.pieces.len()];
        let mut arriving = true;
        for (piece, state) in self.pieces.iter().zip(&mut states) {
            *state = arriving;
            arriving &= matches!(piece, Piece::Many(_));
        }
        let mut whole = arriving;
        for read in &other.pieces {
            let mut alive = false;
            let mut arriving = false;
            for (piece, state) in self.pieces.iter().zip(&mut states) {
                let was = *state;
                let here = arriving | (was && self.stays_over(*piece, *read));
                *state = here;
                alive |= here;
                arriving = (was && self.steps_over(*piece, *read)) | (here && matches!(piece, Piece::Many(_)));
            }
            whole = arriving;
            if !alive && !whole {
                return false;
            }
        }
        whole
    }

    /// Whether the literals in front alone show that no text is in both globs.
    pub fn begins_apart(&self, other: &Self) -> bool {
        let pairs = self.pieces.iter().zip(&other.pieces);
        let mut literals = pairs.map_while(|pair| match pair {
            (Piece::Literal(own), Piece::Literal(other)) => Some(own != other),
            _ => None,
        });
        self.folded == other.folded && literals.any(|differ| differ)
    }

    /// Whether a run of this glob takes all that a piece of another glob stands for.
    fn stays_over(&self, piece: Piece, read: Piece) -> bool {
        match (piece, read) {
            (Piece::Many(class), Piece::Literal(character)) => self.all_in(character, class),
            (Piece::Many(class), Piece::One(other) | Piece::Many(other)) => other.is_subset(class),
            _ => false,
        }
    }

    fn steps_over(&self, piece: Piece, read: Piece) -> bool {
        match (piece, read) {
            (Piece::Literal(own), Piece::Literal(character)) => {
                own == character || (self.folded && own == fold(character))
            }
            (Piece::One(class), Piece::Literal(character)) => self.all_in(character, class),
            (Piece::One(class), Piece::One(other)) => other.is_subset(class),
            _ => false,
        }
    }

    /// Whether a literal is in the class, in whatever case it may be written.
    fn all_in(&self, character: char, class: CharClass) -> bool {
        match self.folded {
            true => class == CharClass::Anything || variants(fold(character)).iter().all(|one| class.contains(*one)),
            false => class.contains(character),
        }
    }
}

/// A character of a value, as a glob reads it.
struct Letter {
    written: char,
    compared: char,
}

impl Letter {
    fn exact(written: char) -> Self {
        Self { written, compared: written }
    }

    fn folded(written: char) -> Self {
        Self { written, compared: fold(written) }
    }

    fn steps(&self, piece: Piece) -> bool {
        match piece {
            Piece::Literal(character) => character == self.compared,
            Piece::One(class) => class.contains(self.written),
            Piece::Many(_) | Piece::Some(_) => false,
        }
    }

    fn stays(&self, piece: Piece) -> bool {
        matches!(piece, Piece::Many(class) if class.contains(self.written))
    }
}

/// Appends a piece and keeps the normal form: of two runs side by side the smaller goes into the greater, and single
/// characters stand before the run of their class.
fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last().copied(), piece) {
        (Some(Piece::Many(left)), Piece::Many(right)) if right.is_subset(left) => {}
        (Some(Piece::Many(left)), Piece::Many(right)) if left.is_subset(right) => {
            pieces.pop();
            push(pieces, piece);
        }
        (Some(Piece::Many(left)), Piece::One(right)) if left == right => {
            pieces.pop();
            pieces.push(piece);
            pieces.push(Piece::Many(left));
        }
        _ => pieces.push(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Glob {
        Glob::new(text.chars().map(|character| match character {
            '*' => Piece::Many(CharClass::Anything),
            '?' => Piece::One(CharClass::Anything),
            other => Piece::Literal(other),
        }))
    }

    #[test]
    fn equal_globs_have_one_form() {
        assert_eq!(glob("a**?*b"), glob("a?*b"));
        assert_eq!(glob("*?*?"), glob("??*"));
        assert_eq!(Glob::new([Piece::Some(CharClass::Digits)]).pieces().len(), 2);
    }

    #[test]
    fn covers_is_certain_where_it_says_so() {
        for (greater, smaller) in
            [("*", "a*b"), ("a*", "ab*c"), ("*b*", "abc"), ("a?*", "ab*"), ("*", ""), ("a*a", "aa")]
        {
            assert!(glob(greater).covers(&glob(smaller)), "{greater} {smaller}");
        }
        for (greater, smaller) in [("a*b", "*"), ("a*a", "a"), ("?*", "*"), ("", "a"), ("abc", "*b*"), ("a?", "a*")] {
            assert!(!glob(greater).covers(&glob(smaller)), "{greater} {smaller}");
        }
        assert!(glob("AB*").folded().covers(&glob("aBc")) && !glob("ab*").covers(&glob("ab").folded()));
    }

    #[test]
    fn folded_globs_ignore_case() {
        let folded = glob("aBc-*").folded();
        assert!(folded.contains("AbC-X") && !folded.contains("abd-x"));
        assert!(Glob::ignoring_case("k").contains("\u{212a}") && !Glob::literal("k").contains("K"));
    }
}
