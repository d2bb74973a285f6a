//! Patterns for ARNs, part by part.
//!
//! In: sets of texts. Out: the same as terms about six constants, the parts of the value. Solvers of strings that give
//! up on patterns whose wildcards stop at colons have no trouble with those: inside a part there is no colon to stop at.
//! Trusted: a text of which the first five parts have no colon has them in one way only.

use crate::certificate::term::{self, Inexpressible, any};
use crate::symbolic::language::{CharClass, Glob, Language, Piece};

/// How many parts an ARN has.
const PARTS: usize = 6;

/// What separates them.
const COLON: char = ':';

/// Whether every text of a set has six parts.
pub(super) fn are_there(language: &Language) -> bool {
    let colons = |glob: Glob| glob.pieces().iter().filter(|piece| **piece == Piece::Literal(COLON)).count();
    globs(language).all(|glob| colons(glob) + 1 >= PARTS)
}

/// Whether a pattern of a set has a wildcard that stops at a character.
pub(super) fn has_stops(language: &Language) -> bool {
    let stops = |piece: &Piece| match piece {
        Piece::Literal(_) => false,
        Piece::One(class) | Piece::Many(class) | Piece::Some(class) => *class != CharClass::Anything,
    };
    language.globs().iter().any(|glob| glob.pieces().iter().any(stops))
}

/// The constants, and that they are the parts of `value`.
pub(super) fn declarations(condition: &str) -> Vec<String> {
    let names: Vec<String> = (0..PARTS).map(|part| format!("part-{part}")).collect();
    let mut lines: Vec<String> = names.iter().map(|name| format!("(declare-const {name} String)")).collect();
    lines
        .push("; the value is a text with five colons or more, part by part: none but the last has a colon".to_owned());
    lines.push(format!("(assert (=> {condition} (= value (str.++ {}))))", names.join(" \":\" ")));
    let front = names.iter().take(PARTS - 1);
    lines.extend(front.map(|name| format!("(assert (not (str.contains {name} \":\")))")));
    lines
}

/// That the value is in a set, by its parts where a pattern speaks of them.
pub(super) fn member(language: &Language) -> Result<String, Inexpressible> {
    let mut terms = Vec::new();
    for glob in globs(language) {
        terms.push(match split(&glob) {
            Some(parts) => {
                let mut all = Vec::with_capacity(PARTS);
                for (number, part) in parts.into_iter().enumerate() {
                    all.extend(of_part(number, part)?);
                }
                if all.is_empty() { "true".to_owned() } else { format!("(and {})", all.join(" ")) }
            }
            None => format!("(str.in_re value {})", term::glob(&glob)?),
        });
    }
    Ok(any(terms))
}

/// Every pattern and word of a set.
fn globs(language: &Language) -> impl Iterator<Item = Glob> {
    let words = language.words().iter().map(|word| Glob::literal(word));
    let folded = language.folded_words().iter().map(|word| Glob::ignoring_case(word));
    words.chain(folded).chain(language.globs().iter().cloned())
}

/// The parts of a pattern, if no wildcard of the first five meets a colon.
fn split(glob: &Glob) -> Option<Vec<Vec<Piece>>> {
    if glob.is_folded() {
        return None;
    }
    let mut parts: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in glob.pieces() {
        let front = parts.len() < PARTS;
        match piece {
            Piece::Literal(COLON) if front => {
                parts.push(Vec::new());
                continue;
            }
            Piece::One(class) | Piece::Many(class) | Piece::Some(class) if front && class.contains(COLON) => {
                return None;
            }
            _ => {}
        }
        parts.last_mut()?.push(*piece);
    }
    (parts.len() == PARTS).then_some(parts)
}

/// What a part is to be; none if it may be anything. Inside the first five nothing has to stop at a colon.
fn of_part(number: usize, part: Vec<Piece>) -> Result<Option<String>, Inexpressible> {
    let wide = |class: CharClass| match class {
        CharClass::NotColon if number + 1 < PARTS => CharClass::Anything,
        other => other,
    };
    let glob = Glob::new(part.into_iter().map(|piece| match piece {
        Piece::One(class) => Piece::One(wide(class)),
        Piece::Many(class) => Piece::Many(wide(class)),
        Piece::Some(class) => Piece::Some(wide(class)),
        literal @ Piece::Literal(_) => literal,
    }));
    if glob.is_universal() {
        return Ok(None);
    }
    Ok(Some(match glob.text() {
        Some(text) => format!("(= part-{number} {})", term::string(&text)?),
        None => format!("(str.in_re part-{number} {})", term::glob(&glob)?),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(text: &str) -> Language {
        let piece = |c: char| match c {
            '*' => Piece::Many(CharClass::NotColon),
            '%' => Piece::Many(CharClass::Anything),
            other => Piece::Literal(other),
        };
        Language::new([Glob::new(text.chars().map(piece))])
    }

    #[test]
    fn patterns_are_written_part_by_part() {
        let of = |text: &str| member(&language(text));
        let wanted = "(and (= part-0 \"arn\") (str.in_re part-2 (re.++ (str.to_re \"s\") re.all)) (= part-5 \"a:b\"))";
        assert_eq!(of("arn:*:s*:*:*:a:b"), Ok(wanted.to_owned()));
        // What runs over colons is no pattern of parts.
        let whole = "(str.in_re value (re.++ (str.to_re \"arn:\") re.all (str.to_re \":::::b\")))";
        assert_eq!(of("arn:%:::::b"), Ok(whole.to_owned()));
        assert_eq!(of("*:*:*:*:*:%"), Ok("true".to_owned()));
        assert!(are_there(&language("arn:%:::::b")) && !are_there(&language("arn:%:b")));
        assert!(has_stops(&language("a*")) && !has_stops(&language("a%")));
    }
}
