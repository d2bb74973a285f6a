//! Account ids: their form is a dialect's own.
//!
//! In: a line of a rules file, a text. Out: [`AccountForm`], and whether a text has it.

/// What the accounts of a dialect are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AccountForm {
    /// This many digits.
    Digits(usize),
    /// Any name (S15.1).
    #[default]
    Opaque,
}

impl AccountForm {
    /// Reads the word of a rules file: `opaque`, or a number of digits.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "opaque" => Some(Self::Opaque),
            _ => Some(Self::Digits(word.strip_prefix("digits:")?.parse().ok()?)),
        }
    }

    /// Whether a text has the form.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Digits(length) => text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Opaque => {
                !text.is_empty()
                    && text
                        .chars()
                        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | '.' | '@' | '_' | '-' | ','))
            }
        }
    }
}
