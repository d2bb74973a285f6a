//! Classes of characters that a wildcard may stand for.
//!
//! In: a character. Out: whether a [`CharClass`] has it. Every class is a union of [`Region`]s, and the regions part
//! all characters, so that comparing classes is comparing sets of regions.

use crate::vocabulary::pattern::Reach;

/// A set of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CharClass {
    /// Every character.
    Anything,
    /// Every character but a colon: inside one part of an ARN.
    NotColon,
    /// Every character but a slash and a colon: inside one segment of a path.
    NoSlashNorColon,
    /// `0` to `9`.
    Digits,
    /// What IAM names are made of: ASCII letters, digits and `+ = , . @ _ -`.
    NameCharacters,
    /// Name characters and the slash.
    PathCharacters,
    /// What tag values are made of: letters and digits of any script, space and `_ . : / = + - @`.
    TagCharacters,
    /// U+0020 to U+007E.
    Printable,
}

/// A part of all characters that no class splits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Region {
    Letter,
    Digit,
    /// What both names and tags may have.
    Symbol,
    /// What names may have and tags not.
    Comma,
    Space,
    Slash,
    Colon,
    /// The rest of printable ASCII.
    Mark,
    /// Letters and digits outside ASCII.
    Foreign,
    Other,
}

impl Region {
    /// All regions, those whose characters read best first.
    pub(crate) const ALL: [Self; 10] = [
        Self::Letter,
        Self::Digit,
        Self::Symbol,
        Self::Mark,
        Self::Comma,
        Self::Space,
        Self::Slash,
        Self::Colon,
        Self::Foreign,
        Self::Other,
    ];

    /// The region of a character.
    pub(crate) fn of(character: char) -> Self {
        match character {
            'a'..='z' | 'A'..='Z' => Self::Letter,
            '0'..='9' => Self::Digit,
            '+' | '=' | '.' | '@' | '_' | '-' => Self::Symbol,
            ',' => Self::Comma,
            ' ' => Self::Space,
            '/' => Self::Slash,
            ':' => Self::Colon,
            '!'..='~' => Self::Mark,
            _ if !character.is_ascii() && character.is_alphanumeric() => Self::Foreign,
            _ => Self::Other,
        }
    }

    /// The characters of the region, those that read best first.
    pub(crate) fn characters(self) -> Box<dyn Iterator<Item = char>> {
        match self {
            Self::Letter => Box::new("xabcdefghijklmnopqrstuvwyzXABCDEFGHIJKLMNOPQRSTUVWYZ".chars()),
            Self::Digit => Box::new("1234567890".chars()),
            Self::Symbol => Box::new("-_.=+@".chars()),
            Self::Mark => Box::new("~!$&'();<>[]^`{|}#%\"\\*?".chars()),
            Self::Comma => Box::new(",".chars()),
            Self::Space => Box::new(" ".chars()),
            Self::Slash => Box::new("/".chars()),
            Self::Colon => Box::new(":".chars()),
            // Visible characters before control characters, which come last.
            Self::Foreign | Self::Other => Box::new(
                ('\u{a1}'..=char::MAX).chain('\0'..='\u{a0}').filter(move |character| Self::of(*character) == self),
            ),
        }
    }

    /// The region as a set of one.
    fn bit(self) -> u16 {
        1 << (self as u16)
    }
}

impl CharClass {
    /// All classes.
    pub const ALL: [Self; 8] = [
        Self::Anything,
        Self::NotColon,
        Self::NoSlashNorColon,
        Self::Digits,
        Self::NameCharacters,
        Self::PathCharacters,
        Self::TagCharacters,
        Self::Printable,
    ];

    /// Whether the character is in the class.
    pub fn contains(self, character: char) -> bool {
        self == Self::Anything || self.has(Region::of(character))
    }

    /// Whether every character of this class is in the other.
    pub fn is_subset(self, other: Self) -> bool {
        self.regions() & !other.regions() == 0
    }

    /// Whether the class has this region.
    pub(crate) fn has(self, region: Region) -> bool {
        self.regions() & region.bit() != 0
    }

    fn regions(self) -> u16 {
        let all = Region::ALL.iter().fold(0, |set, region| set | region.bit());
        let name = Region::Letter.bit() | Region::Digit.bit() | Region::Symbol.bit() | Region::Comma.bit();
        match self {
            Self::Anything => all,
            Self::NotColon => all & !Region::Colon.bit(),
            Self::NoSlashNorColon => all & !Region::Colon.bit() & !Region::Slash.bit(),
            Self::Digits => Region::Digit.bit(),
            Self::NameCharacters => name,
            Self::PathCharacters => name | Region::Slash.bit(),
            Self::TagCharacters => all & !Region::Comma.bit() & !Region::Mark.bit() & !Region::Other.bit(),
            Self::Printable => all & !Region::Foreign.bit() & !Region::Other.bit(),
        }
    }
}

impl From<Reach> for CharClass {
    fn from(reach: Reach) -> Self {
        match reach {
            Reach::Anything => Self::Anything,
            Reach::WithinPart => Self::NotColon,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_have_the_characters_they_say() {
        let printable: String = (' '..='~').collect();
        let of = |class: CharClass| -> String { printable.chars().filter(|c| class.contains(*c)).collect() };
        assert_eq!(of(CharClass::Digits), "0123456789");
        let symbols =
            |class: CharClass| -> String { of(class).chars().filter(|c| !c.is_ascii_alphanumeric()).collect() };
        assert_eq!(symbols(CharClass::NameCharacters), "+,-.=@_");
        assert_eq!(symbols(CharClass::PathCharacters), "+,-./=@_");
        assert_eq!(symbols(CharClass::TagCharacters), " +-./:=@_");
        assert_eq!(of(CharClass::Printable), printable);
        assert!(!CharClass::NotColon.contains(':') && CharClass::NotColon.contains('/'));
        assert!(!CharClass::NoSlashNorColon.contains('/') && CharClass::NoSlashNorColon.contains('é'));
        assert!(CharClass::TagCharacters.contains('é') && !CharClass::TagCharacters.contains('\n'));
        for class in CharClass::ALL {
            assert!(class.is_subset(CharClass::Anything) && class.is_subset(class));
        }
        assert!(CharClass::Digits.is_subset(CharClass::NameCharacters));
        assert!(!CharClass::NameCharacters.is_subset(CharClass::TagCharacters));
    }

    #[test]
    fn regions_list_their_own_characters() {
        for region in Region::ALL {
            assert!(region.characters().take(100).all(|character| Region::of(character) == region), "{region:?}");
        }
        let listed: usize = Region::ALL
            .iter()
            .filter(|region| !matches!(region, Region::Foreign | Region::Other))
            .map(|region| region.characters().count())
            .sum();
        assert_eq!(listed, 95);
    }
}
