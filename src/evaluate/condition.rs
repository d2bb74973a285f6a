//! Whether a condition holds (S3).
//!
//! In: a condition and the context. Out: [`Verdict`]: yes, no or not known, with the reason in words. The comparisons
//! of single values are in `comparison`.

mod comparison;

use crate::diagnostic::quoted;
use crate::evaluate::context::{Effective, Found};
use crate::evaluate::truth::Truth;
use crate::policy::{Base, Condition, Qualifier, Values};

use comparison::compare;

/// What became of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub truth: Truth,
    /// What was found, for a reader who asks why not.
    pub reason: String,
    /// A remark on a reading that somebody may doubt.
    pub remark: Option<String>,
}

/// Holds one condition against the context.
pub fn holds(condition: &Condition, context: &Effective<'_>) -> Verdict {
    let found = context.get(&condition.key.value);
    let operator = condition.operator.value;
    let mut remark = None;
    let truth = match (operator.base, &condition.values) {
        (Base::Null, Values::Absent(wanted)) => null(wanted.iter().map(|wanted| wanted.value), &found),
        _ => match operator.qualifier {
            None => plain(condition, &found, context, &mut remark),
            Some(Qualifier::ForAllValues) => for_all(condition, &found, context),
            Some(Qualifier::ForAnyValue) => for_any(condition, &found, context, &mut remark),
        },
    };
    let reason = match truth {
        Truth::Unknown => format!("{operator}: {}, and whether it holds is not known", describe(condition, &found)),
        Truth::No | Truth::Yes => format!("{operator}: {}", describe(condition, &found)),
    };
    Verdict { truth, reason, remark }
}

/// What the key holds, in a few words.
fn describe(condition: &Condition, found: &Found<'_>) -> String {
    const SHOWN: usize = 3;
    let key = &condition.key.value;
    let list = |values: &[String]| {
        let shown: Vec<_> = values.iter().take(SHOWN).map(|value| quoted(value)).collect();
        let more = if values.len() > SHOWN { ", …" } else { "" };
        format!("{}{more}", shown.join(", "))
    };
    match found {
        Found::Absent => format!("`{key}` is absent"),
        Found::Single(value) => format!("`{key}` is {}", quoted(value)),
        Found::List([]) => format!("`{key}` has no value"),
        Found::List(values) => format!("`{key}` is {}", list(values)),
        Found::OneOf(values) => format!("`{key}` is one of {}", list(values)),
        Found::Unknown => format!("`{key}` is not known"),
    }
}

/// S3.1.3: an empty list counts as absent.
fn null(wanted: impl Iterator<Item = bool>, found: &Found<'_>) -> Truth {
    let absent = match found {
        Found::Unknown => return Truth::Unknown,
        Found::Absent => true,
        Found::List(values) => values.is_empty(),
        Found::Single(_) | Found::OneOf(_) => false,
    };
    Truth::any(wanted.map(|wanted| Truth::from(wanted == absent)))
}

/// An operator without set qualifier (S3.1).
fn plain(condition: &Condition, found: &Found<'_>, context: &Effective<'_>, remark: &mut Option<String>) -> Truth {
    let operator = condition.operator.value;
    match found {
        Found::Unknown => Truth::Unknown,
        Found::Absent => Truth::from(operator.if_exists || operator.is_negated()),
        Found::Single(value) => one(condition, value, context),
        Found::OneOf(values) => whichever(values, |value| one(condition, value, context)),
        Found::List(_) => {
            let key = &condition.key.value;
            *remark = Some(format!(
                "`{key}` has several values, and `{operator}` has no ForAllValues or ForAnyValue: read as no match (S3.2.3)"
            ));
            Truth::No
        }
    }
}

/// S3.2: true for no values at all.
fn for_all(condition: &Condition, found: &Found<'_>, context: &Effective<'_>) -> Truth {
    if let Found::OneOf(values) = found {
        return whichever(values, |value| for_all(condition, &Found::Single(value), context));
    }
    match values(found) {
        None => Truth::Unknown,
        Some(values) => Truth::all(values.into_iter().map(|value| one(condition, value, context))),
    }
}

/// S3.2: false for no values at all; with IfExists the sources disagree (S14.5).
fn for_any(condition: &Condition, found: &Found<'_>, context: &Effective<'_>, remark: &mut Option<String>) -> Truth {
    if let Found::OneOf(values) = found {
        return whichever(values, |value| for_any(condition, &Found::Single(value), context, &mut None));
    }
    let Some(values) = values(found) else { return Truth::Unknown };
    if values.is_empty() && condition.operator.value.if_exists {
        let key = &condition.key.value;
        *remark = Some(format!("`{key}` has no value, and the sources disagree on ForAnyValue with IfExists (S14.5)"));
        return Truth::Unknown;
    }
    Truth::any(values.into_iter().map(|value| one(condition, value, context)))
}

/// What holds whichever of the values is read.
fn whichever(values: &[String], holds: impl Fn(&str) -> Truth) -> Truth {
    let mut truths = values.iter().map(|value| holds(value));
    let first = truths.next().unwrap_or(Truth::Unknown);
    if truths.all(|truth| truth == first) { first } else { Truth::Unknown }
}

/// The set of request values; a lone empty text counts as none (S3.2.5). None: not known.
fn values<'a>(found: &'a Found<'a>) -> Option<Vec<&'a str>> {
    let values: Vec<&str> = match found {
        Found::Unknown | Found::OneOf(_) => return None,
        Found::Absent => Vec::new(),
        Found::Single(value) => vec![value],
        Found::List(values) => values.iter().map(String::as_str).collect(),
    };
    Some(if values == [""] { Vec::new() } else { values })
}

/// One request value against the policy's values: one must match, or none under a negated operator.
fn one(condition: &Condition, value: &str, context: &Effective<'_>) -> Truth {
    let operator = condition.operator.value;
    let Some(comparison) = operator.comparison() else { return Truth::Unknown };
    let matched = compare(comparison, &condition.values, value, context);
    match (matched, operator.is_negated()) {
        (Some(matched), false) => matched,
        (Some(matched), true) => matched.negate(),
        // S3.1.9: a value that is not of the operator's type matches nothing, and what its negation does is not known.
        (None, false) => Truth::No,
        (None, true) => Truth::Unknown,
    }
}
