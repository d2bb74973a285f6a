//! The evaluator's pattern matcher against the regex crate, which knows nothing of policies.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use regex::Regex;
use ringfence::evaluate::glob;
use ringfence::vocabulary::action::{ActionPattern, ActionPatternKind};
use ringfence::vocabulary::pattern::{Glyph, Pattern, Reach, Reading};
use ringfence::vocabulary::resource::{ResourcePattern, ShortArn};

/// The same pattern as a regular expression.
fn regex_of(glyphs: &[Glyph]) -> Regex {
    let text: String = glyphs
        .iter()
        .map(|glyph| match glyph {
            Glyph::Literal(character) => regex::escape(&character.to_string()),
            Glyph::One(Reach::Anything) => ".".to_owned(),
            Glyph::One(Reach::WithinPart) => "[^:]".to_owned(),
            Glyph::Many(Reach::Anything) => ".*".to_owned(),
            Glyph::Many(Reach::WithinPart) => "[^:]*".to_owned(),
            Glyph::Variable(_) => String::new(),
        })
        .collect();
    Regex::new(&format!("(?s)^(?:{text})$")).unwrap()
}

fn agree(glyphs: &[Glyph], value: &str) -> Result<(), TestCaseError> {
    let found = glob::matches(&glob::plain(glyphs), value);
    prop_assert_eq!(found, regex_of(glyphs).is_match(value), "{:?} {:?}", glyphs, value);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn globs_match_as_regular_expressions(pattern in "[ab:*?é]{0,12}", value in "[ab:é]{0,14}") {
        let pattern = Pattern::read(&pattern, Reading { wildcards: true, variables: false }).unwrap();
        agree(pattern.glyphs(), &value)?;
    }

    #[test]
    fn texts_without_wildcards_match_themselves_only(pattern in "[ab*?]{0,4}", value in "[ab*?]{0,4}") {
        let read = Pattern::read(&pattern, Reading { wildcards: false, variables: false }).unwrap();
        prop_assert_eq!(glob::matches(&glob::plain(read.glyphs()), &value), pattern == value);
    }

    #[test]
    fn resources_match_as_regular_expressions(
        pattern in "arn:[a*]{1,2}:[st]:[u*?]{0,3}:[1*]{0,2}:[ab:/*?]{0,6}",
        value in "arn:[a]{1,2}:[st]:[u]{0,2}:[1]{0,2}:[ab1:/]{0,8}",
    ) {
        let (pattern, _) = ResourcePattern::parse(&pattern, false, ShortArn::Refuse).unwrap();
        let ResourcePattern::Arn(pattern) = pattern else { return Err(TestCaseError::fail("an ARN")) };
        agree(pattern.glyphs(), &value)?;
    }

    #[test]
    fn a_pattern_made_from_a_value_matches_it(value in "[a-z:/]{1,20}", holes in proptest::collection::vec(any::<bool>(), 20)) {
        let pattern: String = value.chars().zip(&holes).map(|(c, hole)| if *hole { '?' } else { c }).collect();
        let pattern = Pattern::read(&pattern, Reading { wildcards: true, variables: false }).unwrap();
        prop_assert!(glob::matches(&glob::plain(pattern.glyphs()), &value));
    }

    #[test]
    fn action_names_ignore_case(name in "[A-Za-z]{1,12}") {
        let pattern = ActionPattern::parse(&format!("S3:{}*", name.to_uppercase())).unwrap();
        let ActionPatternKind::Of { prefix, name: glyphs } = pattern.kind() else {
            return Err(TestCaseError::fail("one service"));
        };
        prop_assert_eq!(prefix, "s3");
        prop_assert!(glob::matches(&glob::plain(glyphs.glyphs()), &name.to_lowercase()));
    }
}

#[test]
fn the_longest_texts_end() {
    let pattern = Pattern::read(&"a*".repeat(16_000), Reading { wildcards: true, variables: false }).unwrap();
    let elements = glob::plain(pattern.glyphs());
    assert!(glob::matches(&elements, &"a".repeat(32_000)));
    assert!(!glob::matches(&elements, &format!("{}{}", "a".repeat(15_999), "b".repeat(16_000))));
}
