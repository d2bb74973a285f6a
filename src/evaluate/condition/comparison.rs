//! Comparison of one request value with the values of a condition (S3.1).

use std::cmp::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::evaluate::context::Effective;
use crate::evaluate::glob::{self, Unfilled};
use crate::evaluate::statement::value_of;
use crate::evaluate::truth::Truth;
use crate::policy::{ArnPattern, BoolValue, Comparison, Values};
use crate::source::Spanned;
use crate::vocabulary::cidr::Cidr;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;
use crate::vocabulary::pattern::Pattern;

/// Whether one of the policy's values matches the request's under the positive comparison; none if the request's
/// value is not of the comparison's type.
pub(super) fn compare(comparison: Comparison, values: &Values, found: &str, context: &Effective<'_>) -> Option<Truth> {
    let any = |truths: &mut dyn Iterator<Item = Truth>| Some(Truth::any(truths));
    match values {
        Values::Text(patterns) => {
            let fold = comparison == Comparison::StringEqualsIgnoreCase;
            any(&mut patterns.iter().map(|pattern| text(&pattern.value, found, fold, context)))
        }
        Values::Arn(patterns) => any(&mut patterns.iter().map(|pattern| arn(&pattern.value, found, context))),
        Values::Number(numbers) => ordered(comparison, numbers, &Number::parse(found)?),
        Values::Instant(instants) => ordered(comparison, instants, &Instant::parse(found)?),
        Values::Bool(values) => {
            let found = truth_value(found)?;
            any(&mut values.iter().map(|value| bool_value(&value.value, found, context)))
        }
        Values::Binary(values) => {
            let found = STANDARD.decode(found).ok()?;
            any(&mut values.iter().map(|value| Truth::from(value.value == found)))
        }
        Values::Address(ranges) => {
            let found = Cidr::parse_address(found)?;
            any(&mut ranges.iter().map(|range| Truth::from(range.value.net().contains(&found.net()))))
        }
        // Null is not a comparison.
        Values::Absent(_) => None,
    }
}

fn text(pattern: &Pattern, found: &str, fold: bool, context: &Effective<'_>) -> Truth {
    // Most values are plain texts, and a document can hold very many of them.
    if let (Some(plain), false) = (pattern.plain(), fold) {
        return Truth::from(plain == found);
    }
    if fold {
        return filled(pattern, found, context, |wanted, character| {
            wanted == character || wanted.to_lowercase().eq(character.to_lowercase())
        });
    }
    filled(pattern, found, context, |wanted, character| wanted == character)
}

/// Part by part (S3.1.4): no wildcard crosses one of the first five colons.
fn arn(pattern: &ArnPattern, found: &str, context: &Effective<'_>) -> Truth {
    let ArnPattern::Parts(patterns) = pattern else { return Truth::No };
    let parts: Vec<&str> = found.splitn(6, ':').collect();
    if parts.len() < 6 {
        return Truth::No;
    }
    let same = |wanted, character| wanted == character;
    Truth::all(patterns.iter().zip(parts).map(|(pattern, part)| filled(pattern, part, context, same)))
}

/// A value with a variable that has no value matches nothing (S4.5).
fn filled(pattern: &Pattern, found: &str, context: &Effective<'_>, same: impl Fn(char, char) -> bool) -> Truth {
    match glob::fill(pattern.glyphs(), found, |variable| value_of(variable, context)) {
        Ok(elements) => Truth::from(glob::matches_by(&elements, found, same)),
        Err(Unfilled::Valueless | Unfilled::TooLong) => Truth::No,
        Err(Unfilled::Unknown) => Truth::Unknown,
    }
}

fn ordered<T: Ord>(comparison: Comparison, values: &[Spanned<T>], found: &T) -> Option<Truth> {
    let fits = |order: Ordering| match comparison {
        Comparison::NumericEquals | Comparison::DateEquals => order.is_eq(),
        Comparison::NumericLessThan | Comparison::DateLessThan => order.is_lt(),
        Comparison::NumericLessThanEquals | Comparison::DateLessThanEquals => order.is_le(),
        Comparison::NumericGreaterThan | Comparison::DateGreaterThan => order.is_gt(),
        Comparison::NumericGreaterThanEquals | Comparison::DateGreaterThanEquals => order.is_ge(),
        _ => false,
    };
    Some(Truth::any(values.iter().map(|value| Truth::from(fits(found.cmp(&value.value))))))
}

fn bool_value(value: &BoolValue, found: bool, context: &Effective<'_>) -> Truth {
    match value {
        BoolValue::Literal(wanted) => Truth::from(*wanted == found),
        // By the reading of S14.8, Bool has variables.
        BoolValue::Variable(pattern) => {
            let text = if found { "true" } else { "false" };
            filled(pattern, text, context, |wanted, character| wanted.eq_ignore_ascii_case(&character))
        }
    }
}

/// Case ignored (S3.1.8).
fn truth_value(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
