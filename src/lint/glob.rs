//! Which action names a pattern matches.
//!
//! In: the name part of an action pattern, which has no variables. Out: whether a catalogue name, in any case, matches.

use crate::vocabulary::pattern::Glyph;

/// Whether the whole name matches; the pattern is in lower case already.
pub(super) fn matches(glyphs: &[Glyph], name: &str) -> bool {
    let name = name.as_bytes();
    let (mut at, mut next) = (0, 0);
    // Where to try again with one more byte under the last `*`; earlier ones never need to change.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let byte = name.get(next).map(u8::to_ascii_lowercase);
        let fits = match (glyphs.get(at), byte) {
            (Some(Glyph::Many(_)), _) => {
                at += 1;
                retry = Some((at, next));
                continue;
            }
            (None, None) => return true,
            (Some(Glyph::Literal(character)), Some(byte)) => *character == char::from(byte),
            (Some(Glyph::One(_)), Some(_)) => true,
            _ => false,
        };
        if fits {
            (at, next) = (at + 1, next + 1);
            continue;
        }
        match retry {
            Some((behind, from)) if from < name.len() => {
                retry = Some((behind, from + 1));
                (at, next) = (behind, from + 1);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::vocabulary::pattern::{Pattern, Reading};

    #[test]
    fn names_match_as_a_whole() {
        let reading = Reading { wildcards: true, variables: false };
        let holds = |pattern: &str, name: &str| matches(Pattern::read(pattern, reading).unwrap().glyphs(), name);
        for pattern in ["getobject", "*", "get*", "*object", "g?tobject", "*o*t", "get*object*", "**"] {
            assert!(holds(pattern, "GetObject"), "{pattern}");
        }
        for pattern in ["getobjec", "etobject", "get?object", "*x*", "get*objects", "getobject?", ""] {
            assert!(!holds(pattern, "GetObject"), "{pattern}");
        }
    }
}
