//! Conditions with presence, negation and set operators made explicit.
//!
//! In: a condition, and whether its key is multivalued. Out: a [`Test`] over five questions about the key, with the
//! places where the rules do not say kept apart. Trusted: that the tree says what S3.1 and S3.2 say.

use crate::policy::{ArnPattern, Base, Condition, Qualifier, Values};

/// What must hold of the key of one condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The request has the key; of a multivalued key, with a value.
    Present,
    /// The key's one value matches one of the condition's values.
    Value,
    /// Some value of the list matches one of the condition's values.
    Some,
    /// Some value of the list matches none of them.
    SomeNot,
    /// The key's only value is the empty text, which set operators take for no value (S3.2.5).
    Blank,
    /// The key's value, or some value of the list, is of no form that the operator compares: no number under a numeric
    /// operator, fewer than six parts under an ARN operator.
    Odd,
    /// The rules do not say; what the concrete evaluator takes, if it takes one.
    Unspecified(Option<bool>),
    /// The opposite.
    Not(Box<Self>),
    /// All of them.
    All(Vec<Self>),
    /// One of them.
    Any(Vec<Self>),
}

impl Test {
    fn not(self) -> Self {
        Self::Not(Box::new(self))
    }
}

/// What is known of a condition's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Whether it holds a list.
    pub multivalued: bool,
    /// Whether all its values are of the form that the operator compares (S11.4.16).
    pub fits: bool,
}

/// What a condition asks of its key.
pub fn test(condition: &Condition, kind: Kind) -> Test {
    let operator = condition.operator.value;
    match (operator.base, &condition.values) {
        (Base::Null, Values::Absent(wanted)) => {
            let one = |absent: bool| if absent { Test::Present.not() } else { Test::Present };
            Test::Any(wanted.iter().map(|wanted| one(wanted.value)).collect())
        }
        _ => match operator.qualifier {
            None => plain(condition, kind),
            Some(qualifier) => with_set(condition, qualifier, kind),
        },
    }
}

/// S3.1.1, S3.1.2; a multivalued key without set operator is unspecified, read as no match (S3.2.3).
fn plain(condition: &Condition, kind: Kind) -> Test {
    let operator = condition.operator.value;
    if kind.multivalued {
        let when_present = Test::All(vec![Test::Present, Test::Unspecified(Some(false))]);
        return match operator.if_exists || operator.is_negated() {
            true => Test::Any(vec![Test::Present.not(), when_present]),
            false => when_present,
        };
    }
    let matches = Test::All(vec![Test::Present, value(condition, kind)]);
    if operator.is_negated() {
        matches.not()
    } else if operator.if_exists {
        Test::Any(vec![Test::Present.not(), matches])
    } else {
        matches
    }
}

fn value(condition: &Condition, kind: Kind) -> Test {
    widened(Test::Value, condition, kind)
}

/// A pattern or a value with fewer than six parts matches nothing, but the sources do not say so (S3.1.4).
fn widened(test: Test, condition: &Condition, kind: Kind) -> Test {
    let unsaid = || Test::Unspecified(Some(false));
    match &condition.values {
        Values::Arn(patterns) if patterns.iter().any(|pattern| matches!(pattern.value, ArnPattern::Short(_))) => {
            Test::Any(vec![test, unsaid()])
        }
        Values::Arn(_) if !kind.fits => Test::Any(vec![test, Test::All(vec![Test::Odd, unsaid()])]),
        // Under a negated operator nobody knows what such a value does (S3.1.9); a plain one it does not match.
        Values::Number(_) | Values::Instant(_) | Values::Address(_)
            if !kind.fits && condition.operator.value.is_negated() =>
        {
            Test::Any(vec![test, Test::All(vec![Test::Odd, Test::Unspecified(None)])])
        }
        _ => test,
    }
}

/// S3.2: a single-valued key is a list of one.
fn with_set(condition: &Condition, qualifier: Qualifier, kind: Kind) -> Test {
    let operator = condition.operator.value;
    let some = || match kind.multivalued {
        // A list with a value always has one that could match, where short texts could.
        true => match widened(Test::Some, condition, kind) {
            Test::Some => Test::Some,
            wider => Test::All(vec![Test::Present, wider]),
        },
        false => Test::All(vec![Test::Present, Test::Blank.not(), value(condition, kind)]),
    };
    // Every value matches one of the condition's values, or the request has none.
    let every = || match kind.multivalued {
        true => widened(Test::SomeNot.not(), condition, kind),
        false => Test::Any(vec![Test::Present.not(), Test::Blank, value(condition, kind)]),
    };
    match (qualifier, operator.is_negated()) {
        (Qualifier::ForAllValues, false) => every(),
        (Qualifier::ForAllValues, true) => some().not(),
        (Qualifier::ForAnyValue, negated) => {
            let any = if negated { every().not() } else { some() };
            if !operator.if_exists {
                return any;
            }
            // Whether IfExists counts under ForAnyValue is unresolved (S14.5).
            let empty = Test::Any(vec![Test::Present.not(), Test::Blank]);
            Test::Any(vec![any, Test::All(vec![empty, Test::Unspecified(None)])])
        }
    }
}
