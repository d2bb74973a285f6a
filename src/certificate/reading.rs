//! Which texts are read as numbers, instants or addresses.
//!
//! In: the type of a key, or a text that is known. Out: patterns for every text that is read as a value of the type, and
//! for some that are not: what a lemma says of these texts it says of the values; what the known text is read as.
//! Trusted: that no other text is read, and how the known one is.

use std::net::IpAddr;

use crate::certificate::lemma::Sort;
use crate::certificate::term::{self, Inexpressible};
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::vocabulary::catalogue::ScalarType;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;

/// The texts that a type reads, as far as patterns say it; none for types that read every text.
pub(super) fn texts(scalar: ScalarType) -> Option<Language> {
    match scalar {
        ScalarType::Number | ScalarType::Date => Some(with_a_digit()),
        ScalarType::Address => Some(with_a_separator()),
        ScalarType::String | ScalarType::Arn | ScalarType::Bool => None,
    }
}

/// What constants are for a text that is known; none if it is read as no value of the sort.
pub(super) fn value(text: &str, sort: Sort, value: &str, version_4: &str) -> Result<Option<String>, Inexpressible> {
    Ok(match sort {
        Sort::Text => None,
        Sort::Number => match Number::parse(text) {
            Some(number) => Some(format!("(= {value} {})", term::real(&number)?)),
            None => None,
        },
        Sort::Instant => Instant::parse(text).map(|instant| format!("(= {value} {})", term::nanoseconds(instant))),
        Sort::Address => text.parse::<IpAddr>().ok().map(|address| {
            let (is_version_4, number) = term::address(address);
            format!("(and (= {value} {number}) (= {version_4} {is_version_4}))")
        }),
    })
}

/// No number and no instant is written without a digit.
fn with_a_digit() -> Language {
    let any = Piece::Many(CharClass::Anything);
    Language::new([Glob::new([any, Piece::One(CharClass::Digits), any])])
}

/// No address is written without a dot or a colon.
fn with_a_separator() -> Language {
    let any = Piece::Many(CharClass::Anything);
    Language::new(['.', ':'].map(|separator| Glob::new([any, Piece::Literal(separator), any])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_has_the_form() {
        for text in ["1", "-0.5", " +3e7 ", "2026-01-01", "2026-01-01T00:00:00Z", "1700000000", "none", "all", "x1"] {
            let has = |scalar| texts(scalar).is_some_and(|texts| texts.contains(text));
            assert!(has(ScalarType::Number) || Number::parse(text).is_none(), "{text}");
            assert!(has(ScalarType::Date) || Instant::parse(text).is_none(), "{text}");
        }
        for text in ["10.0.0.1", "::1", "2001:db8::", "::ffff:10.0.0.1", "host", ""] {
            let has = texts(ScalarType::Address).is_some_and(|texts| texts.contains(text));
            assert!(has || text.parse::<IpAddr>().is_err(), "{text}");
        }
    }
}
