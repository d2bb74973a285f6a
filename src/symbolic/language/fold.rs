//! Case folding of single characters.
//!
//! In: a character. Out: its folded form, and all characters with the same one. Two characters are equal ignoring
//! case when their lower-case mappings are; a character whose mapping has several characters stands for itself.

use std::collections::HashMap;
use std::sync::OnceLock;

/// The form that all case variants of a character share.
pub(crate) fn fold(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) => only,
        _ => character,
    }
}

/// Every character that folds to this folded form, itself among them.
pub(crate) fn variants(folded: char) -> Vec<char> {
    // The only character outside ASCII that folds into it is the Kelvin sign.
    match folded {
        'k' => vec!['k', 'K', '\u{212a}'],
        'a'..='z' => vec![folded, folded.to_ascii_uppercase()],
        _ if folded.is_ascii() => vec![folded],
        _ => {
            let mut all = vec![folded];
            all.extend(upper_forms().get(&folded).into_iter().flatten());
            all
        }
    }
}

/// The characters that fold to another one, by that one. Computed when a pattern first asks for it.
fn upper_forms() -> &'static HashMap<char, Vec<char>> {
    static FORMS: OnceLock<HashMap<char, Vec<char>>> = OnceLock::new();
    FORMS.get_or_init(|| {
        let mut forms: HashMap<char, Vec<char>> = HashMap::new();
        // Planes above the second have no cased characters.
        for character in '\u{80}'..='\u{1ffff}' {
            let folded = fold(character);
            if folded != character {
                forms.entry(folded).or_default().push(character);
            }
        }
        forms
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_all_and_only_the_characters_of_one_form() {
        for character in '\0'..=char::MAX {
            let folded = fold(character);
            assert_eq!(fold(folded), folded, "{character:?}");
            // Without case, the only variant is the character itself.
            if folded != character {
                assert!(variants(folded).contains(&character), "{character:?}");
                assert!(variants(folded).iter().all(|variant| fold(*variant) == folded), "{character:?}");
            }
        }
        assert_eq!(variants('ω'), ['ω', 'Ω', '\u{2126}']);
        assert_eq!(variants('-'), ['-']);
    }
}
