//! Names for the actions of a service that the catalogue lacks (S11.4.12).
//!
//! In: the patterns that speak of the service. Out: one name for each set of them that some name matches and that no
//! plain name is. Whatever the service's actions are called, each is matched by the same patterns as one of these.

use crate::symbolic::field::{FieldAnswer, Hints, Limits, solve};
use crate::symbolic::language::{CharClass, Glob, Language, Piece};

/// The name of the action that stands for all that a service has and the catalogue lacks.
pub const UNLISTED: &str = "UnlistedAction";

/// How many names are made.
const NAMES: usize = 64;

/// Names for every way in which patterns, in lower case, match; none if there are too many, or if one was not decided.
pub fn names(patterns: &[Glob], plain: &[&str]) -> Option<Vec<String>> {
    let every = Language::new([Glob::new([Piece::Some(CharClass::NameCharacters)])]);
    let known = Language::new(plain.iter().map(|name| Glob::literal(name)));
    let patterns: Vec<Language> = patterns.iter().map(|glob| Language::new([glob.clone()])).collect();
    let folded = UNLISTED.to_lowercase();
    let hints = Hints { whole: vec![folded.clone()], fills: vec![folded.clone(), "x".to_owned()] };
    // Each way so far: the patterns that match and those that do not, with a name that shows it.
    let mut ways: Vec<(Vec<&Language>, Vec<&Language>)> = vec![(vec![&every], vec![&known])];
    for pattern in &patterns {
        let mut next = Vec::with_capacity(ways.len() + 1);
        for (inside, outside) in ways {
            let with = ([inside.clone(), vec![pattern]].concat(), outside.clone());
            let without = (inside, [outside, vec![pattern]].concat());
            for way in [without, with] {
                match solve(&way.0, &way.1, &hints, Limits::default()) {
                    FieldAnswer::Witness(_) => next.push(way),
                    FieldAnswer::Conflict { .. } => {}
                    FieldAnswer::Undecided => return None,
                }
            }
        }
        ways = next;
        if ways.len() > NAMES {
            return None;
        }
    }
    let mut names = Vec::with_capacity(ways.len());
    for (inside, outside) in &ways {
        match solve(inside, outside, &hints, Limits::default()) {
            FieldAnswer::Witness(name) => names.push(name.replace(&folded, UNLISTED)),
            FieldAnswer::Conflict { .. } => {}
            FieldAnswer::Undecided => return None,
        }
    }
    Some(names)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::vocabulary::pattern::{Pattern, Reading};

    #[test]
    fn overlapping_patterns_have_a_name_for_each_overlap() {
        let reading = Reading { wildcards: true, variables: false };
        let globs: Vec<Glob> = ["a*", "*b", "*c*"]
            .iter()
            .map(|text| Glob::from_glyphs(Pattern::read(text, reading).unwrap().glyphs()).unwrap())
            .collect();
        let names = names(&globs, &["ab"]).unwrap();
        assert_eq!(names.len(), 8, "{names:?}");
        for wanted in 0..8_u32 {
            let set = |name: &String| {
                (0..3)
                    .zip(&globs)
                    .filter(|(_, glob)| glob.contains(&name.to_lowercase()))
                    .map(|(bit, _)| 1 << bit)
                    .sum::<u32>()
            };
            assert!(names.iter().any(|name| set(name) == wanted), "{wanted} {names:?}");
        }
        assert!(names.contains(&UNLISTED.to_owned()) && !names.contains(&"ab".to_owned()));
    }
}
