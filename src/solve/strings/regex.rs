//! Globs as regular expressions of Z3, and texts as it writes them.

use z3::ast::{Bool, Regexp, String as Text};

use crate::symbolic::language::fold::variants;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};

/// From which side a set is taken that Z3 cannot say: letters of all scripts are no range of characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Nothing is missing.
    Upper,
    /// Nothing is too much.
    Lower,
}

/// Whether a text is in a language, pattern by pattern.
pub(super) fn member(text: &Text, language: &Language, side: Side) -> Bool {
    let words = language.words().iter().map(|word| text.eq(constant(word)));
    let folded = language.folded_words().iter().map(|word| Glob::ignoring_case(word));
    let globs = language.globs().iter().cloned().chain(folded);
    let globs = globs.map(|glob| match glob.is_universal() {
        true => Bool::from_bool(true),
        false => text.regex_matches(&expression(&glob, side)),
    });
    Bool::or(&words.chain(globs).collect::<Vec<_>>())
}

/// A text of Z3, its characters written so that none of them is read as more than itself.
pub(super) fn constant(text: &str) -> Text {
    Text::from(escaped(text))
}

/// A literal piece as a text.
pub(super) fn literal(piece: Piece) -> Option<Text> {
    match piece {
        Piece::Literal(character) => Some(constant(character.encode_utf8(&mut [0; 4]))),
        Piece::One(_) | Piece::Many(_) | Piece::Some(_) => None,
    }
}

/// Whether a piece matches every text.
pub(super) fn takes_everything(piece: Piece) -> bool {
    piece == Piece::Many(CharClass::Anything)
}

/// Texts one behind the other.
pub(super) fn joined(parts: &[Text]) -> Text {
    match parts {
        [] => constant(""),
        [only] => only.clone(),
        parts => Text::concat(parts),
    }
}

/// The expression of a glob, runs of literals as one text.
pub(super) fn expression(glob: &Glob, side: Side) -> Regexp {
    let mut parts: Vec<Regexp> = Vec::new();
    let mut run = String::new();
    for own in glob.pieces() {
        if let (Piece::Literal(character), false) = (own, glob.is_folded()) {
            run.push(*character);
            continue;
        }
        if !run.is_empty() {
            parts.push(Regexp::literal(&escaped(&run)));
            run.clear();
        }
        parts.push(piece(*own, glob.is_folded(), side));
    }
    if !run.is_empty() || parts.is_empty() {
        parts.push(Regexp::literal(&escaped(&run)));
    }
    match parts.as_slice() {
        [only] => only.clone(),
        _ => Regexp::concat(&parts),
    }
}

/// The expression of a piece.
pub(super) fn piece(piece: Piece, folded: bool, side: Side) -> Regexp {
    let one = |character: char| Regexp::literal(&escaped(character.encode_utf8(&mut [0; 4])));
    match piece {
        Piece::Literal(character) if folded => union(variants(character).into_iter().map(one).collect()),
        Piece::Literal(character) => one(character),
        Piece::One(class) => characters(class, side),
        Piece::Many(class) => characters(class, side).star(),
        Piece::Some(class) => characters(class, side).plus(),
    }
}

/// One character of a class.
fn characters(class: CharClass, side: Side) -> Regexp {
    if class == CharClass::Anything {
        return Regexp::allchar();
    }
    let (letters, others) = (class.contains('é'), class.contains('\u{80}'));
    match letters && (others || side == Side::Upper) {
        // The bindings take characters of one byte only, so that the others are what is left.
        true => Regexp::allchar().diff(ranges(|character| !class.contains(character))),
        false => ranges(|character| class.contains(character)),
    }
}

/// The characters of ASCII with a property.
fn ranges(has: impl Fn(char) -> bool) -> Regexp {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for character in ('\0'..'\u{80}').filter(|character| has(*character)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(character) => *last = character,
            _ => ranges.push((character, character)),
        }
    }
    let range = |(first, last)| match (first, last) {
        // A NUL would end the text.
        ('\0', '\0') => Regexp::literal(&escaped("\0")),
        ('\0', last) => union(vec![Regexp::literal(&escaped("\0")), Regexp::range(&'\u{1}', &last)]),
        (first, last) => Regexp::range(&first, &last),
    };
    union(ranges.into_iter().map(range).collect())
}

fn union(parts: Vec<Regexp>) -> Regexp {
    match parts.as_slice() {
        [] => Regexp::empty(),
        [only] => only.clone(),
        parts => Regexp::union(parts),
    }
}

fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => written.push_str("\\u{5c}"),
            ' '..='~' => written.push(character),
            _ => written.push_str(&format!("\\u{{{:x}}}", u32::from(character))),
        }
    }
    written
}

/// A text that Z3 wrote; none if it holds what is no character.
pub(super) fn read(written: &str) -> Option<String> {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((plain, behind)) = rest.split_once("\\u{") {
        text.push_str(plain);
        let (code, after) = behind.split_once('}')?;
        text.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn texts_arrive_as_they_are() {
        for text in ["", "a\\b", "\\u{41}", "\0x", "é…\u{1f600}", "\"quoted\""] {
            assert_eq!(read(&constant(text).as_string().unwrap()).unwrap(), text);
            assert_eq!(constant(text).length().simplify_to(), text.chars().count());
        }
    }

    trait Simplified {
        fn simplify_to(&self) -> usize;
    }

    impl Simplified for z3::ast::Int {
        fn simplify_to(&self) -> usize {
            z3::ast::Ast::simplify(self).as_u64().unwrap() as usize
        }
    }

    #[test]
    fn classes_have_the_same_characters() {
        for class in CharClass::ALL {
            for character in ['\0', ' ', '/', ':', '0', 'a', 'Z', '~', '\u{7f}', '\u{80}', 'é', '𝒳', ','] {
                let text = constant(character.encode_utf8(&mut [0; 4]));
                let within = |side| {
                    let solver = z3::Solver::new();
                    solver.assert(text.regex_matches(&characters(class, side)));
                    solver.check() == z3::SatResult::Sat
                };
                assert!(within(Side::Upper) || !class.contains(character), "{class:?} {character:?}");
                assert!(!within(Side::Lower) || class.contains(character), "{class:?} {character:?}");
            }
        }
    }
}
