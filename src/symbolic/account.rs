//! The account of a symbolic request: one, or any but those that were looked at already.
//!
//! In: an account's id, or the form of ids in a dialect. Out: [`Account`]. A question about an open account takes each
//! place where an account stands for itself, so that it holds of more than one account's requests: a proof about it is
//! a proof about every account, a model of it is only a hint which account to look at.

use std::collections::BTreeSet;

use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::vocabulary::account::AccountForm;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// This one.
    Known(String),
    /// Any of a form.
    Open(OpenAccount),
}

/// Any account of a form that fits a pattern, but none of some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAccount {
    form: AccountForm,
    pieces: Vec<Piece>,
    except: BTreeSet<String>,
}

impl OpenAccount {
    /// Any account of a dialect but these.
    pub fn new(form: AccountForm, except: BTreeSet<String>) -> Self {
        let pieces = match form {
            AccountForm::Digits(length) => vec![Piece::One(CharClass::Digits); length],
            AccountForm::Opaque => vec![Piece::Some(CharClass::NameCharacters)],
        };
        Self { form, pieces, except }
    }

    /// Those of them that a pattern matches.
    pub fn within(&self, pattern: &str) -> Self {
        let stars = pattern.chars().filter(|c| *c == '*').count();
        if stars == pattern.chars().count() {
            return self.clone();
        }
        let class = match self.form {
            AccountForm::Digits(_) => CharClass::Digits,
            AccountForm::Opaque => CharClass::NameCharacters,
        };
        let rest = match (self.form, stars) {
            (AccountForm::Digits(length), 1) => vec![Piece::One(class); (length + 1).saturating_sub(pattern.len())],
            _ => vec![Piece::Many(class)],
        };
        let piece = |character: char| match character {
            '*' => rest.clone(),
            '?' => vec![Piece::One(class)],
            other => vec![Piece::Literal(other)],
        };
        Self { pieces: pattern.chars().flat_map(piece).collect(), ..self.clone() }
    }

    /// Whether it can be this account.
    pub fn can_be(&self, id: &str) -> bool {
        self.form.fits(id) && !self.except.contains(id) && Glob::new(self.pieces.iter().copied()).contains(id)
    }

    /// One that it can be.
    pub fn fresh(&self) -> Option<String> {
        let numbered = |number: usize| match self.form {
            AccountForm::Digits(length) => format!("{number:0>length$}"),
            AccountForm::Opaque => format!("account-{number}"),
        };
        (1..=self.except.len() + 1).map(numbered).find(|id| self.can_be(id))
    }
}

impl Account {
    /// The id, if it is known.
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(id) => Some(id),
            Self::Open(_) => None,
        }
    }

    /// The id, or what stands for it where a text is wanted that nobody compares.
    pub fn text(&self) -> &str {
        self.known().unwrap_or("000000000000")
    }

    /// Whether it can be this account.
    pub fn can_be(&self, id: &str) -> bool {
        match self {
            Self::Known(own) => own == id,
            Self::Open(open) => open.can_be(id),
        }
    }

    /// The texts that an account's place in an ARN can hold.
    pub fn pieces(&self) -> Vec<Piece> {
        match self {
            Self::Known(id) => id.chars().map(Piece::Literal).collect(),
            Self::Open(open) => open.pieces.clone(),
        }
    }

    /// The ids it can have, those looked at already among them.
    pub fn language(&self) -> Language {
        Language::new([Glob::new(self.pieces())])
    }

    /// The accounts that it is not although they may have its form.
    pub fn except(&self) -> impl Iterator<Item = &str> {
        let except = match self {
            Self::Known(_) => None,
            Self::Open(open) => Some(&open.except),
        };
        except.into_iter().flatten().map(String::as_str)
    }

    /// The same, whatever was looked at already.
    pub fn with_all(&self) -> Self {
        match self {
            Self::Known(_) => self.clone(),
            Self::Open(open) => Self::Open(OpenAccount { except: BTreeSet::new(), ..open.clone() }),
        }
    }
}
