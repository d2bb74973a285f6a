//! Texts, sets of texts and intervals as SMT-LIB terms.
//!
//! In: the sets of atoms. Out: terms, or the reason why there is none. Trusted: that a term says what the set is; the
//! solvers that read it share no code with the automata that found the lemma.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::LazyLock;

use crate::symbolic::interval::{AddressSet, Comparison, InstantSet, NumberSet};
use crate::symbolic::language::fold::variants;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;

/// Why something has no SMT-LIB term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Inexpressible(pub(super) String);

/// The last character that the strings of SMT-LIB 2.6 have.
const LAST: char = '\u{2ffff}';

/// The text as one line of a comment: nothing in it can end the line.
pub(super) fn comment(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, character| {
        match character {
            ' '..='~' => line.push(character),
            other => write_to(&mut line, format_args!("\\u{{{:x}}}", u32::from(other))),
        }
        line
    })
}

/// A text as a string literal.
pub(super) fn string(text: &str) -> Result<String, Inexpressible> {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for character in text.chars() {
        match character {
            '"' => literal.push_str("\"\""),
            // A backslash could begin an escape.
            '\\' => literal.push_str("\\u{5c}"),
            ' '..='~' => literal.push(character),
            '\0'..=LAST => write_to(&mut literal, format_args!("\\u{{{:x}}}", u32::from(character))),
            _ => return Err(Inexpressible("a character above U+2FFFF, which SMT-LIB strings do not have".to_owned())),
        }
    }
    literal.push('"');
    Ok(literal)
}

/// A set of texts as a regular expression.
pub(super) fn language(language: &Language) -> Result<String, Inexpressible> {
    let mut parts = Vec::new();
    for word in language.words() {
        parts.push(format!("(str.to_re {})", string(word)?));
    }
    for word in language.folded_words() {
        parts.push(glob(&Glob::ignoring_case(word))?);
    }
    for own in language.globs() {
        parts.push(glob(own)?);
    }
    Ok(union(parts))
}

/// The union of regular expressions.
pub(super) fn union(mut parts: Vec<String>) -> String {
    match parts.len() {
        0 => "re.none".to_owned(),
        1 => parts.remove(0),
        _ => format!("(re.union {})", parts.join(" ")),
    }
}

/// A pattern as a regular expression.
pub(super) fn glob(glob: &Glob) -> Result<String, Inexpressible> {
    let mut parts = Vec::new();
    let mut run = String::new();
    for piece in glob.pieces() {
        let part = match piece {
            Piece::Literal(character) => {
                let forms = if glob.is_folded() { variants(*character) } else { vec![*character] };
                if let [only] = forms.as_slice() {
                    run.push(*only);
                    continue;
                }
                let forms = forms.iter().map(|form| Ok(format!("(str.to_re {})", string(&form.to_string())?)));
                union(forms.collect::<Result<_, _>>()?)
            }
            Piece::One(class) => one(*class).to_owned(),
            Piece::Many(class) => many(*class),
            // A glob keeps it as the two before.
            Piece::Some(class) => format!("(re.++ {} {})", one(*class), many(*class)),
        };
        if !run.is_empty() {
            parts.push(format!("(str.to_re {})", string(&std::mem::take(&mut run))?));
        }
        parts.push(part);
    }
    if !run.is_empty() || parts.is_empty() {
        parts.push(format!("(str.to_re {})", string(&run)?));
    }
    Ok(if let [only] = parts.as_slice() { only.clone() } else { format!("(re.++ {})", parts.join(" ")) })
}

/// One character of a class.
fn one(class: CharClass) -> &'static str {
    // Looking through all characters is done once.
    static CLASSES: LazyLock<Vec<(CharClass, String)>> =
        LazyLock::new(|| CharClass::ALL.into_iter().map(|class| (class, class_term(class))).collect());
    CLASSES.iter().find(|(own, _)| *own == class).map_or("re.none", |(_, term)| term)
}

fn class_term(class: CharClass) -> String {
    if class == CharClass::Anything {
        return "re.allchar".to_owned();
    }
    let range = |(first, last): (char, char)| {
        // Neither end is above the last character, so both have a literal.
        let literal = |end: char| string(&end.to_string()).unwrap_or_default();
        format!("(re.range {} {})", literal(first), literal(last))
    };
    union(ranges(class).into_iter().map(range).collect())
}

fn many(class: CharClass) -> String {
    if class == CharClass::Anything { "re.all".to_owned() } else { format!("(re.* {})", one(class)) }
}

/// The characters of a class, as ranges.
fn ranges(class: CharClass) -> Vec<(char, char)> {
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut open = None;
    let mut last = '\0';
    for character in '\0'..=LAST {
        match (class.contains(character), open) {
            (true, None) => open = Some(character),
            (false, Some(first)) => {
                ranges.push((first, last));
                open = None;
            }
            _ => {}
        }
        last = character;
    }
    ranges.extend(open.map(|first| (first, LAST)));
    ranges
}

/// That a number is in a set, as a formula over a real constant.
pub(super) fn in_numbers(value: &str, set: &NumberSet) -> Result<String, Inexpressible> {
    let comparisons = set.comparisons().map(|(comparison, bound)| Ok(compare(value, comparison, &real(bound)?)));
    Ok(any(comparisons.collect::<Result<_, _>>()?))
}

/// That an instant is in a set, as a formula over an integer constant: nanoseconds since 1970.
pub(super) fn in_instants(value: &str, set: &InstantSet) -> String {
    any(set.comparisons().map(|(comparison, bound)| compare(value, comparison, &nanoseconds(*bound))).collect())
}

/// That an address is in a set, as a formula over an integer constant and one that says whether it is of version 4.
pub(super) fn in_addresses(value: &str, version_4: &str, set: &AddressSet) -> String {
    let range = |(first, last): &(IpAddr, IpAddr)| {
        let (family, first) = address(*first);
        let (_, last) = address(*last);
        let family = if family { version_4.to_owned() } else { format!("(not {version_4})") };
        format!("(and {family} (<= {first} {value} {last}))")
    };
    any(set.ranges().iter().map(range).collect())
}

/// The bounds of an address.
pub(super) fn address_bounds(value: &str, version_4: &str) -> String {
    format!("(and (<= 0 {value}) (<= {value} (ite {version_4} {} {})))", u32::MAX, u128::MAX)
}

/// Whether an address is of version 4, and its number.
pub(super) fn address(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(own) => (true, own.to_bits().into()),
        IpAddr::V6(own) => (false, own.to_bits()),
    }
}

/// An instant as an integer.
pub(super) fn nanoseconds(instant: Instant) -> String {
    match instant.nanoseconds() {
        negative @ ..0 => format!("(- {})", negative.unsigned_abs()),
        other => other.to_string(),
    }
}

/// A number as a real.
pub(super) fn real(number: &Number) -> Result<String, Inexpressible> {
    const LONGEST: i64 = 60;
    let (negative, digits, power) = number.scientific();
    if power.abs() > LONGEST {
        return Err(Inexpressible(format!("the number {number}, which is too large or too small to write out")));
    }
    let zeros = "0".repeat(usize::try_from(power.abs()).unwrap_or(0));
    let absolute = if power < 0 { format!("(/ {digits}.0 1{zeros}.0)") } else { format!("{digits}{zeros}.0") };
    Ok(if negative { format!("(- {absolute})") } else { absolute })
}

fn compare(value: &str, comparison: Comparison, bound: &str) -> String {
    let operator = match comparison {
        Comparison::Equal => "=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    };
    format!("({operator} {value} {bound})")
}

/// The disjunction.
pub(super) fn any(mut parts: Vec<String>) -> String {
    match parts.len() {
        0 => "false".to_owned(),
        1 => parts.remove(0),
        _ => format!("(or {})", parts.join(" ")),
    }
}

fn write_to(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        assert_eq!(string("a\"b\\u{41}\n\u{e9}"), Ok("\"a\"\"b\\u{5c}u{41}\\u{a}\\u{e9}\"".to_owned()));
        assert!(string("\u{30000}").is_err());
        assert_eq!(comment("sid\n(assert false)"), "sid\\u{a}(assert false)");
    }

    #[test]
    fn patterns_become_regular_expressions() {
        let glob_of = |pieces: &[Piece]| glob(&Glob::new(pieces.iter().copied()));
        let pieces = [Piece::Literal('a'), Piece::Many(CharClass::Anything), Piece::One(CharClass::Digits)];
        let wanted = "(re.++ (str.to_re \"a\") re.all (re.range \"0\" \"9\"))";
        assert_eq!(glob_of(&pieces), Ok(wanted.to_owned()));
        let folded = glob(&Glob::ignoring_case("k1"));
        let wanted =
            "(re.++ (re.union (str.to_re \"k\") (str.to_re \"K\") (str.to_re \"\\u{212a}\")) (str.to_re \"1\"))";
        assert_eq!(folded, Ok(wanted.to_owned()));
        assert_eq!(ranges(CharClass::NotColon), [('\0', '9'), (';', LAST)]);
    }

    #[test]
    fn numbers_are_exact() {
        let of = |text: &str| Number::parse(text).map(|number| real(&number));
        assert_eq!(of("-0.25"), Some(Ok("(- (/ 25.0 100.0))".to_owned())));
        assert_eq!(of("1200"), Some(Ok("1200.0".to_owned())));
        assert_eq!(of("0"), Some(Ok("0.0".to_owned())));
        assert!(of("1e999").is_some_and(|number| number.is_err()));
    }
}
