//! Condition operators (S3.3, S3.4, S3.1).
//!
//! In: a name such as `ForAllValues:StringNotLikeIfExists`. Out: [`Operator`]: set qualifier, comparison, negation and
//! IfExists apart.

use std::fmt;

/// How an operator treats several request values (S3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Qualifier {
    /// `ForAllValues:`
    ForAllValues,
    /// `ForAnyValue:`
    ForAnyValue,
}

/// What two values are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// Equal texts, case-sensitive, no wildcards.
    StringEquals,
    /// Equal texts, case ignored, no wildcards.
    StringEqualsIgnoreCase,
    /// A glob over the whole text, case-sensitive.
    StringLike,
    /// A glob over each part of an ARN; ArnEquals is the same (S3.1).
    ArnLike,
    /// Equal numbers.
    NumericEquals,
    /// The request's number is smaller.
    NumericLessThan,
    /// Smaller or equal.
    NumericLessThanEquals,
    /// Greater.
    NumericGreaterThan,
    /// Greater or equal.
    NumericGreaterThanEquals,
    /// Equal instants.
    DateEquals,
    /// The request's instant is earlier.
    DateLessThan,
    /// Earlier or equal.
    DateLessThanEquals,
    /// Later.
    DateGreaterThan,
    /// Later or equal.
    DateGreaterThanEquals,
    /// Both true or both false.
    Bool,
    /// Equal bytes.
    BinaryEquals,
    /// The request's address lies in the range.
    IpAddress,
}

/// The operator without qualifier and IfExists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    /// Is the key absent? (S3.1.3)
    Null,
    /// A comparison, or its negation: none of the values matches.
    Compare {
        /// The positive comparison.
        comparison: Comparison,
        /// Whether the operator is its negation.
        negated: bool,
    },
}

/// A condition operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operator {
    /// `ForAllValues:` or `ForAnyValue:`.
    pub qualifier: Option<Qualifier>,
    /// The comparison.
    pub base: Base,
    /// Whether an absent key satisfies it (S3.1.2).
    pub if_exists: bool,
}

const fn is(comparison: Comparison) -> Base {
    Base::Compare { comparison, negated: false }
}

const fn is_not(comparison: Comparison) -> Base {
    Base::Compare { comparison, negated: true }
}

/// Every base operator under its canonical name. ArnEquals and ArnLike, and their negations, mean the same.
const BASES: [(&str, Base); 27] = [
    ("StringEquals", is(Comparison::StringEquals)),
    ("StringNotEquals", is_not(Comparison::StringEquals)),
    ("StringEqualsIgnoreCase", is(Comparison::StringEqualsIgnoreCase)),
    ("StringNotEqualsIgnoreCase", is_not(Comparison::StringEqualsIgnoreCase)),
    ("StringLike", is(Comparison::StringLike)),
    ("StringNotLike", is_not(Comparison::StringLike)),
    ("NumericEquals", is(Comparison::NumericEquals)),
    ("NumericNotEquals", is_not(Comparison::NumericEquals)),
    ("NumericLessThan", is(Comparison::NumericLessThan)),
    ("NumericLessThanEquals", is(Comparison::NumericLessThanEquals)),
    ("NumericGreaterThan", is(Comparison::NumericGreaterThan)),
    ("NumericGreaterThanEquals", is(Comparison::NumericGreaterThanEquals)),
    ("DateEquals", is(Comparison::DateEquals)),
    ("DateNotEquals", is_not(Comparison::DateEquals)),
    ("DateLessThan", is(Comparison::DateLessThan)),
    ("DateLessThanEquals", is(Comparison::DateLessThanEquals)),
    ("DateGreaterThan", is(Comparison::DateGreaterThan)),
    ("DateGreaterThanEquals", is(Comparison::DateGreaterThanEquals)),
    ("Bool", is(Comparison::Bool)),
    ("BinaryEquals", is(Comparison::BinaryEquals)),
    ("IpAddress", is(Comparison::IpAddress)),
    ("NotIpAddress", is_not(Comparison::IpAddress)),
    ("ArnEquals", is(Comparison::ArnLike)),
    ("ArnLike", is(Comparison::ArnLike)),
    ("ArnNotEquals", is_not(Comparison::ArnLike)),
    ("ArnNotLike", is_not(Comparison::ArnLike)),
    ("Null", Base::Null),
];

/// What a text says about an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperatorError {
    /// There is no such operator; the nearest name, if one is near.
    Unknown(Option<String>),
    /// Null takes neither a set qualifier nor IfExists (S3.4).
    QualifiedNull,
}

impl Operator {
    /// Reads an operator's name, case ignored (S3.3).
    ///
    /// # Errors
    /// The name is unknown, or qualifies Null.
    pub fn parse(text: &str) -> Result<Self, OperatorError> {
        let (qualifier, rest) = match text.split_once(':') {
            None => (None, text),
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAllValues") => (Some(Qualifier::ForAllValues), rest),
            Some((word, rest)) if word.eq_ignore_ascii_case("ForAnyValue") => (Some(Qualifier::ForAnyValue), rest),
            Some(_) => return Err(OperatorError::Unknown(nearest(text))),
        };
        let lower = rest.to_ascii_lowercase();
        let (name, if_exists) = match lower.strip_suffix("ifexists") {
            Some(name) => (name, true),
            None => (lower.as_str(), false),
        };
        let base = BASES.iter().find(|(canonical, _)| canonical.eq_ignore_ascii_case(name)).map(|(_, base)| *base);
        match base {
            Some(Base::Null) if qualifier.is_some() || if_exists => Err(OperatorError::QualifiedNull),
            Some(base) => Ok(Self { qualifier, base, if_exists }),
            None => Err(OperatorError::Unknown(nearest(text))),
        }
    }

    /// Whether a text is an operator's name in IAM's own case.
    pub fn is_canonical(text: &str) -> bool {
        let rest = text.strip_prefix("ForAllValues:").or_else(|| text.strip_prefix("ForAnyValue:")).unwrap_or(text);
        let rest = rest.strip_suffix("IfExists").unwrap_or(rest);
        BASES.iter().any(|(name, _)| *name == rest)
    }

    /// An operator's name in IAM's own case; ArnEquals and ArnLike stay apart.
    pub fn canonical(text: &str) -> Option<String> {
        // A name that differs by case only is its own nearest.
        nearest(text).filter(|canonical| canonical.eq_ignore_ascii_case(text))
    }

    /// The comparison, if the operator is not Null.
    pub fn comparison(self) -> Option<Comparison> {
        match self.base {
            Base::Null => None,
            Base::Compare { comparison, .. } => Some(comparison),
        }
    }

    /// Whether the operator is a negation.
    pub fn is_negated(self) -> bool {
        matches!(self.base, Base::Compare { negated: true, .. })
    }
}

fn nearest(text: &str) -> Option<String> {
    let (qualifier, rest) = match text.split_once(':') {
        Some((word, rest)) => (crate::vocabulary::nearest::nearest(word, ["ForAllValues", "ForAnyValue"])?, rest),
        None => ("", text),
    };
    let (name, suffix) = match rest.to_ascii_lowercase().strip_suffix("ifexists") {
        Some(name) => (rest.get(..name.len())?, "IfExists"),
        None => (rest, ""),
    };
    let name = crate::vocabulary::nearest::nearest(name, BASES.iter().map(|(name, _)| *name))?;
    Some(if qualifier.is_empty() { format!("{name}{suffix}") } else { format!("{qualifier}:{name}{suffix}") })
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = BASES.iter().find(|(_, base)| *base == self.base).map_or("", |(name, _)| name);
        let qualifier = match self.qualifier {
            None => "",
            Some(Qualifier::ForAllValues) => "ForAllValues:",
            Some(Qualifier::ForAnyValue) => "ForAnyValue:",
        };
        write!(f, "{qualifier}{name}{}", if self.if_exists { "IfExists" } else { "" })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn every_operator_reads_back_as_itself() {
        for (name, base) in BASES {
            for qualifier in ["", "ForAllValues:", "ForAnyValue:"] {
                for suffix in ["", "IfExists"] {
                    let text = format!("{qualifier}{name}{suffix}");
                    if base == Base::Null && text != "Null" {
                        assert_eq!(Operator::parse(&text), Err(OperatorError::QualifiedNull), "{text}");
                        continue;
                    }
                    let operator = Operator::parse(&text).unwrap();
                    assert_eq!(Operator::parse(&operator.to_string()), Ok(operator), "{text}");
                    assert_eq!(Operator::parse(&text.to_uppercase()), Ok(operator), "{text}");
                    assert!(Operator::is_canonical(&text) && !Operator::is_canonical(&text.to_uppercase()), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest() {
        let near = |text: &str| match Operator::parse(text) {
            Err(OperatorError::Unknown(name)) => name,
            other => panic!("{other:?}"),
        };
        assert_eq!(near("StringEqual").as_deref(), Some("StringEquals"));
        assert_eq!(near("ForAllValue:StringLikeIfExists").as_deref(), Some("ForAllValues:StringLikeIfExists"));
        assert_eq!(near("Whatever"), None);
    }
}
