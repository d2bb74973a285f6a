//! Which texts are read as numbers, instants or addresses.
//!
//! In: the type of a key. Out: patterns for every text that is read as a value of it, and for some that are not: what a
//! lemma says of these texts it says of the values. Trusted: that no other text is read.

use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::vocabulary::catalogue::ScalarType;

/// The texts that a type reads, as far as patterns say it; none for types that read every text.
pub(super) fn texts(scalar: ScalarType) -> Option<Language> {
    match scalar {
        ScalarType::Number | ScalarType::Date => Some(with_a_digit()),
        ScalarType::Address => Some(with_a_separator()),
        ScalarType::String | ScalarType::Arn | ScalarType::Bool => None,
    }
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
    use crate::vocabulary::instant::Instant;
    use crate::vocabulary::number::Number;

    #[test]
    fn what_is_read_has_the_form() {
        for text in ["1", "-0.5", " +3e7 ", "2026-01-01", "2026-01-01T00:00:00Z", "1700000000", "none", "all", "x1"] {
            let has = |scalar| texts(scalar).is_some_and(|texts| texts.contains(text));
            assert!(has(ScalarType::Number) || Number::parse(text).is_none(), "{text}");
            assert!(has(ScalarType::Date) || Instant::parse(text).is_none(), "{text}");
        }
        for text in ["10.0.0.1", "::1", "2001:db8::", "::ffff:10.0.0.1", "host", ""] {
            let has = texts(ScalarType::Address).is_some_and(|texts| texts.contains(text));
            assert!(has || text.parse::<std::net::IpAddr>().is_err(), "{text}");
        }
    }
}
