//! Patterns with variables against each other: one that matches excludes that a wider one does not.
//!
//! In: the literals of one field. Out: literals that exclude each other. A pattern is wider than another if the pieces
//! of the other can be dealt out, in order, to its own: a variable to the same variable, or to a run of any characters,
//! because of a variable's value nothing is known. Then whatever values make the other match a text make it match too.
//! What else is said of the field may narrow the other first: a run of it that can have no colon is a run without.

use crate::symbolic::atom::{Field, Template, TemplatePiece};
use crate::symbolic::language::{CharClass, Language, Piece};
use crate::symbolic::realise::question::{Contradiction, Question};
use crate::symbolic::realise::{Holds, Setting};

/// A pattern that matches and a wider one that does not.
pub(super) fn contradiction(field: Field, question: &Question, setting: Setting<'_>) -> Option<Contradiction> {
    let of = |wanted: bool| {
        let chosen = question.matches.iter().filter(move |(_, truth, _)| *truth == wanted);
        chosen.filter_map(|(id, _, number)| Some((setting.atoms.template(*id)?, *number)))
    };
    of(false).find_map(|(wide, outside)| {
        of(true).find_map(|(own, inside)| {
            let pair = [(inside, true), (outside, false)];
            narrower(field, question, setting, own, wide).map(|(mut literals, holds)| {
                literals.retain(|literal| !pair.contains(literal));
                (pair.into_iter().chain(literals).collect(), holds)
            })
        })
    })
}

/// Whether one pattern is wider than another, and the literals because of which it is.
fn narrower(
    field: Field,
    question: &Question,
    setting: Setting<'_>,
    own: &Template,
    wide: &Template,
) -> Option<Contradiction> {
    // Ignoring case, a letter may stand for several.
    if own.folded || wide.folded {
        return None;
    }
    let (mut pieces, wide) = (normal(own), normal(wide));
    let mut reasons: Contradiction = (Vec::new(), Holds::Always);
    if covers(&wide, &pieces) {
        return Some(reasons);
    }
    // With no run narrower than it is, nothing would be gained.
    let mut hopeful = pieces.clone();
    hopeful.iter_mut().for_each(narrow);
    if !covers(&wide, &hopeful) {
        return None;
    }
    for place in 0..pieces.len() {
        if pieces.get(place) != Some(&RUN) {
            continue;
        }
        let colon = [RUN, TemplatePiece::Piece(Piece::Literal(':')), RUN];
        let (front, back) = (pieces.get(..place)?, pieces.get(place + 1..)?);
        let with_colon = Template { pieces: [front, &colon, back].concat(), folded: false };
        let language = Language::new([with_colon.widest()]);
        if let Some((literals, holds)) = question.excludes(field, setting, &language) {
            pieces.get_mut(place).into_iter().for_each(narrow);
            reasons.0.extend(literals);
            reasons.1 = reasons.1.max(holds);
        }
    }
    reasons.0.sort_unstable();
    reasons.0.dedup();
    covers(&wide, &pieces).then_some(reasons)
}

/// A run of any characters.
const RUN: TemplatePiece = TemplatePiece::Piece(Piece::Many(CharClass::Anything));

fn narrow(piece: &mut TemplatePiece) {
    if *piece == RUN {
        *piece = TemplatePiece::Piece(Piece::Many(CharClass::NotColon));
    }
}

/// The pieces, runs of at least one character as one and any number of further ones.
fn normal(template: &Template) -> Vec<TemplatePiece> {
    let pieces = template.pieces.iter().flat_map(|piece| match piece {
        TemplatePiece::Piece(Piece::Some(class)) => {
            vec![TemplatePiece::Piece(Piece::One(*class)), TemplatePiece::Piece(Piece::Many(*class))]
        }
        other => vec![*other],
    });
    pieces.collect()
}

/// Whether the pieces of one pattern can be dealt out to those of a wider one: `true` is certain, `false` is not.
fn covers(wide: &[TemplatePiece], own: &[TemplatePiece]) -> bool {
    // For each number of pieces dealt out, whether those of the wider pattern looked at so far take just these.
    let mut taken = vec![false; own.len() + 1];
    taken.iter_mut().take(1).for_each(|start| *start = true);
    for piece in wide {
        let mut next = vec![false; own.len() + 1];
        let mut before = false;
        for (place, reached) in taken.iter().enumerate() {
            let last = place.checked_sub(1).and_then(|place| own.get(place));
            let here = match (piece, last) {
                (TemplatePiece::Piece(Piece::Many(class)), last) => {
                    *reached || (before && last.is_some_and(|last| stays(*class, *last)))
                }
                (piece, Some(last)) => {
                    place.checked_sub(1).and_then(|place| taken.get(place)) == Some(&true) && steps(*piece, *last)
                }
                (_, None) => false,
            };
            next.get_mut(place).into_iter().for_each(|slot| *slot = here);
            before = here;
        }
        taken = next;
    }
    taken.last() == Some(&true)
}

/// Whether a run takes all that a piece stands for.
fn stays(class: CharClass, read: TemplatePiece) -> bool {
    match read {
        TemplatePiece::Piece(Piece::Literal(character)) => class.contains(character),
        TemplatePiece::Piece(Piece::One(other) | Piece::Many(other) | Piece::Some(other)) => other.is_subset(class),
        TemplatePiece::Field(_) => class == CharClass::Anything,
    }
}

/// Whether a piece that is no run takes just what another stands for.
fn steps(piece: TemplatePiece, read: TemplatePiece) -> bool {
    match (piece, read) {
        (TemplatePiece::Piece(Piece::One(class)), TemplatePiece::Piece(Piece::Literal(character))) => {
            class.contains(character)
        }
        (TemplatePiece::Piece(Piece::One(class)), TemplatePiece::Piece(Piece::One(other))) => other.is_subset(class),
        (TemplatePiece::Piece(Piece::Literal(_)) | TemplatePiece::Field(_), read) => piece == read,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbolic::atom::Atoms;

    /// A pattern in short: `*` any characters, `-` any but a colon, `?` one, `1` and `2` variables.
    fn pieces(text: &str, atoms: &mut Atoms) -> Vec<TemplatePiece> {
        let piece = |character| match character {
            '*' => RUN,
            '-' => TemplatePiece::Piece(Piece::Many(CharClass::NotColon)),
            '?' => TemplatePiece::Piece(Piece::One(CharClass::Anything)),
            '1' | '2' => TemplatePiece::Field(atoms.field(&character.to_string())),
            other => TemplatePiece::Piece(Piece::Literal(other)),
        };
        text.chars().map(piece).collect()
    }

    #[test]
    fn wider_patterns_take_what_narrower_ones_stand_for() {
        let mut atoms = Atoms::default();
        for (wide, own, expected) in [
            ("*1", "a:-:i/1", true),
            ("*1", "1", true),
            ("*1", "1*", false),
            ("*1", "12", false),
            ("*1", "21", true),
            ("1", "2", false),
            ("-1", "a1", true),
            // A value may have a colon.
            ("-1", "21", false),
            ("-1", "*1", false),
            // It may have any length.
            ("?1", "21", false),
            ("?1", "a1", true),
            ("?1", "1", false),
            ("a1", "?1", false),
            ("*1*1*", "1a1", true),
            ("*1*1*", "1", false),
            ("*", "1", true),
            ("1", "*", false),
            ("", "1", false),
        ] {
            let (wide_pieces, own_pieces) = (pieces(wide, &mut atoms), pieces(own, &mut atoms));
            assert_eq!(covers(&wide_pieces, &own_pieces), expected, "{wide} over {own}");
        }
    }
}
