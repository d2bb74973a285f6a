//! Witnesses that read well.
//!
//! In: a question and words to fill wildcards with. Out: texts guessed without a search, and the text of a search
//! with its filler made readable. Nothing is trusted: each text is checked against the whole question.

use std::cmp::Reverse;

use crate::symbolic::field::Hints;
use crate::symbolic::field::alphabet::Symbol;
use crate::symbolic::field::question::Question;
use crate::symbolic::language::class::Region;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};

/// How many languages a witness is guessed from before a search.
const GUESSED: usize = 3;

/// How many words of such a language are tried.
const WORDS: usize = 32;

/// How many of its globs are tried.
const GLOBS: usize = 6;

/// How many places of a witness are made readable.
const POLISHED: usize = 12;

/// A witness that needs no search.
pub(super) fn guess(question: &Question<'_>, hints: &Hints) -> Option<String> {
    let accepted = |text: &String| question.accepts(text);
    if let Some(text) = hints.whole.iter().find(|text| accepted(text)) {
        return Some(text.clone());
    }
    // The fewest globs, and the longest, say the most about the witness; one that is everything says nothing.
    let mut telling: Vec<&Language> =
        question.positive.iter().copied().filter(|language| !language.is_universal()).collect();
    if telling.is_empty() {
        return hints.fills.iter().take(2).find(|text| accepted(text)).cloned();
    }
    telling.sort_by_cached_key(|language| {
        let longest = language.globs().iter().map(|glob| glob.pieces().len()).max();
        (language.globs().len() + language.words().len(), Reverse(longest))
    });
    telling.iter().take(GUESSED).find_map(|language| guess_of(language, hints, accepted))
}

/// A text of the language that is accepted.
fn guess_of(language: &Language, hints: &Hints, accepted: impl Fn(&String) -> bool) -> Option<String> {
    if let Some(word) = language.words().iter().take(WORDS).find(|word| accepted(word)) {
        return Some(word.clone());
    }
    let mut styles = language.globs().iter().take(GLOBS).flat_map(|glob| {
        // The readable form first: fill only what stands between delimiters. A search does the rest better.
        let apart = hints.fills.iter().take(2).map(|fill| instance(glob, |apart| if apart { fill } else { "" }));
        let short = hints.fills.get(1).map(|fill| instance(glob, |_| fill));
        apart.chain([instance(glob, |_| "")]).chain(short)
    });
    styles.find(accepted)
}

/// A text of the glob; `fill` gives the text of a run, told whether it stands between delimiters or ends.
fn instance<'a>(glob: &Glob, fill: impl Fn(bool) -> &'a str) -> String {
    let mut text = String::new();
    let mut pieces = glob.pieces().iter().peekable();
    let mut before = true;
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Literal(character) => {
                text.push(*character);
                before = is_delimiter(*character);
            }
            Piece::One(class) | Piece::Some(class) => {
                text.push(one(*class));
                before = false;
            }
            Piece::Many(class) => {
                let after = match pieces.peek() {
                    Some(Piece::Literal(character)) => is_delimiter(*character),
                    Some(_) => false,
                    None => true,
                };
                let filled = fill(before && after);
                if filled.chars().all(|character| class.contains(character)) {
                    text.push_str(filled);
                }
                before &= filled.is_empty();
            }
        }
    }
    text
}

/// A character of the class.
fn one(class: CharClass) -> char {
    Region::ALL.iter().filter(|region| class.has(**region)).find_map(|region| region.characters().next()).unwrap_or('x')
}

fn is_delimiter(character: char) -> bool {
    matches!(character, ':' | '/' | '-' | '_' | '.' | ' ' | '@' | '=' | ',')
}

/// The text of a search, made readable where the question still accepts it.
pub(super) fn polish(question: &Question<'_>, found: &[Symbol], hints: &Hints) -> String {
    let mut text: String = found.iter().map(|symbol| symbol.character).collect();
    let mut left = POLISHED;
    // From the back, so that what was not yet looked at keeps its place.
    let mut end = found.len();
    while let Some(last) = found.get(..end).unwrap_or_default().iter().rposition(|symbol| symbol.fresh) {
        let before = found.get(..last).unwrap_or_default();
        let first = before.iter().rposition(|symbol| !symbol.fresh).map_or(0, |place| place + 1);
        end = first;
        if left == 0 {
            break;
        }
        left -= 1;
        let length = last + 1 - first;
        let runs = ["a", "x", "1"].map(|letter| letter.repeat(length));
        let tries = hints.fills.iter().filter(|fill| fill.chars().count() >= length).chain(&runs);
        if let Some(better) =
            tries.map(|fill| spliced(&text, first, length, fill)).find(|better| question.accepts(better))
        {
            text = better;
        }
    }
    fill_gaps(question, text, hints)
}

/// Puts a word where delimiters or ends of the text stand side by side.
fn fill_gaps(question: &Question<'_>, mut text: String, hints: &Hints) -> String {
    let characters: Vec<char> = text.chars().collect();
    let last_resort = ["x".to_owned(), "1".to_owned()];
    // Empty values are rare, so more is tried to avoid one.
    let fills: Vec<&String> = match text.is_empty() {
        true => hints.fills.iter().take(2).chain(&last_resort).collect(),
        false => hints.fills.iter().take(1).collect(),
    };
    let mut left = POLISHED;
    for place in (0..=characters.len()).rev() {
        let before = place.checked_sub(1).and_then(|before| characters.get(before));
        let after = characters.get(place);
        let apart = [before, after].into_iter().flatten().all(|character| is_delimiter(*character));
        if !apart || left == 0 {
            continue;
        }
        left -= 1;
        let mut better = fills.iter().map(|fill| spliced(&text, place, 0, fill));
        if let Some(better) = better.find(|better| question.accepts(better)) {
            text = better;
        }
    }
    text
}

fn spliced(text: &str, first: usize, length: usize, fill: &str) -> String {
    text.chars().take(first).chain(fill.chars()).chain(text.chars().skip(first + length)).collect()
}
