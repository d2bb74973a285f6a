//! Conditions with typed values (S3).

use crate::policy::operator::Operator;
use crate::source::{Span, Spanned};
use crate::vocabulary::cidr::Cidr;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;
use crate::vocabulary::pattern::Pattern;

/// One operator applied to one key; the conditions of a statement must all hold (S3.1).
#[derive(Debug, Clone)]
pub struct Condition {
    /// The operator; its span is the name's.
    pub operator: Spanned<Operator>,
    /// The key; its span is the name's.
    pub key: Spanned<ContextKey>,
    /// The values, of the operator's type.
    pub values: Values,
    /// The whole of key and values.
    pub span: Span,
}

/// The values of a condition: one of them must match (none, under a negated operator).
#[derive(Debug, Clone)]
pub enum Values {
    /// Texts: for StringLike with wildcards, for the other string operators without.
    Text(Vec<Spanned<Pattern>>),
    /// ARN patterns.
    Arn(Vec<Spanned<ArnPattern>>),
    /// Numbers.
    Number(Vec<Spanned<Number>>),
    /// Instants.
    Instant(Vec<Spanned<Instant>>),
    /// Truth values.
    Bool(Vec<Spanned<BoolValue>>),
    /// Bytes.
    Binary(Vec<Spanned<Vec<u8>>>),
    /// Address ranges.
    Address(Vec<Spanned<Cidr>>),
    /// For Null: whether the key must be absent.
    Absent(Vec<Spanned<bool>>),
}

/// Does the same to the values of any type.
macro_rules! each_type {
    ($values:expr, $own:ident => $done:expr) => {
        match $values {
            Self::Text($own) => $done,
            Self::Arn($own) => $done,
            Self::Number($own) => $done,
            Self::Instant($own) => $done,
            Self::Bool($own) => $done,
            Self::Binary($own) => $done,
            Self::Address($own) => $done,
            Self::Absent($own) => $done,
        }
    };
}

impl Values {
    /// The place of each value.
    pub fn spans(&self) -> Vec<Span> {
        each_type!(self, own => own.iter().map(|value| value.span).collect())
    }

    /// Takes one value out; nothing where there is none of that number.
    pub fn remove(&mut self, number: usize) {
        each_type!(self, own => if number < own.len() {
            own.remove(number);
        });
    }
}

/// A value of an ARN operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArnPattern {
    /// Six parts, each matched on its own (S3.1.4).
    Parts(Box<[Pattern; 6]>),
    /// Fewer than six parts: matches nothing.
    Short(String),
}

/// A value of Bool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoolValue {
    /// `true` or `false`.
    Literal(bool),
    /// A text with variables, by the reading of S14.8.
    Variable(Pattern),
}
