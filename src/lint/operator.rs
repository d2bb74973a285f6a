//! Operators against the keys and values they compare (S1.7, S3.1, S3.2).

use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::lint::Checker;
use crate::lint::scope::Scope;
use crate::policy::{ArnPattern, BoolValue, Comparison, Condition, Qualifier, Statement, Values, Version};
use crate::source::{Span, Spanned};
use crate::vocabulary::catalogue::{KeyType, ScalarType};
use crate::vocabulary::declared_key::declared_type;
use crate::vocabulary::pattern::Pattern;
use crate::vocabulary::resource::ResourcePattern;
use crate::vocabulary::variable::{Segment, segments};

impl Checker<'_> {
    pub(super) fn conditions(&mut self, statement: &Statement, scope: &Scope) {
        for entry in statement.resources.iter().flat_map(|clause| &clause.entries) {
            if let ResourcePattern::Arn(pattern) = &entry.value {
                self.variables(pattern, entry.span);
            }
        }
        self.same_keys(&statement.conditions);
        for condition in &statement.conditions {
            self.condition_key(condition, scope);
            if let Some(kind) = declared_type(&condition.key.value) {
                self.operator_type(condition, kind);
                self.set_operator(condition, kind);
            }
            self.values(condition);
        }
    }

    /// Keys of one operator that differ by case only.
    fn same_keys(&mut self, conditions: &[Condition]) {
        let mut seen = std::collections::HashMap::new();
        for condition in conditions {
            let Spanned { value: key, span } = &condition.key;
            let first = *seen.entry((condition.operator.span, key.clone())).or_insert(*span);
            if first != *span {
                let message = format!("{} is the same key as one above: case does not count", quoted(key.as_str()));
                let help = "write the key once, with all its values; two tests must both hold (S1.7)";
                let finding = Diagnostic::new(Code::DuplicateConditionKey, &self.document.source, *span, message, help);
                self.findings.push(finding.with_related(first, "first given here"));
            }
        }
    }

    fn operator_type(&mut self, condition: &Condition, kind: KeyType) {
        let operator = condition.operator.value;
        let Some(comparison) = operator.comparison().filter(|comparison| !compares(*comparison, kind.scalar)) else {
            return;
        };
        let key = quoted(condition.key.value.as_str());
        let written = self.operator_name(condition);
        let message = format!(
            "{written} compares {}, but the values of {key} are {}",
            words(family(comparison)),
            words(kind.scalar)
        );
        let help = match kind.scalar {
            ScalarType::String => "use `StringEquals` or `StringLike`",
            ScalarType::Arn => "use `ArnLike`",
            ScalarType::Bool => "use `Bool`",
            ScalarType::Number => "use an operator such as `NumericLessThan`",
            ScalarType::Date => "use an operator such as `DateLessThan`",
            ScalarType::Address => "use `IpAddress` or `NotIpAddress`",
        };
        self.warn(Code::OperatorType, condition.operator.span, message, help);
    }

    fn set_operator(&mut self, condition: &Condition, kind: KeyType) {
        let operator = condition.operator.value;
        let key = quoted(condition.key.value.as_str());
        match operator.qualifier {
            Some(qualifier) if !kind.multivalued => {
                let (word, so) = match qualifier {
                    Qualifier::ForAllValues => ("ForAllValues", ", and it holds where the key is absent"),
                    Qualifier::ForAnyValue => ("ForAnyValue", ""),
                };
                let message = format!("{key} has one value, but `{word}` is for keys with several{so}");
                let help = format!("write the operator without `{word}:` (S3.2.2)");
                self.warn(Code::SetOperatorMisplaced, condition.operator.span, message, help);
            }
            None if kind.multivalued && operator.comparison().is_some() => {
                let message =
                    format!("{key} can have several values, but {} compares one", self.operator_name(condition));
                let help = "write `ForAnyValue:` or `ForAllValues:` in front of the operator (S3.2.3)";
                self.warn(Code::SetOperatorMissing, condition.operator.span, message, help);
            }
            _ => {}
        }
    }

    fn values(&mut self, condition: &Condition) {
        match &condition.values {
            Values::Text(texts) => {
                let no_wildcards = condition.operator.value.comparison() != Some(Comparison::StringLike);
                for text in texts {
                    self.variables(&text.value, text.span);
                    if no_wildcards && self.has_star(&text.value) {
                        self.literal_wildcard(condition, &text.value, text.span);
                    }
                }
            }
            Values::Arn(arns) => {
                for arn in arns {
                    if let ArnPattern::Parts(parts) = &arn.value {
                        let text = parts.each_ref().map(Pattern::as_str).join(":");
                        self.arn_names(&text, arn.span);
                        parts.iter().for_each(|part| self.variables(part, arn.span));
                    }
                }
            }
            Values::Bool(values) => {
                for value in values {
                    if let BoolValue::Variable(pattern) = &value.value {
                        self.variables(pattern, value.span);
                    }
                }
            }
            Values::Address(ranges) => self.addresses(condition, ranges),
            Values::Number(_) | Values::Instant(_) | Values::Binary(_) | Values::Absent(_) => {}
        }
    }

    /// Whether a text has a `*` that was not written as `${*}` (S4.4).
    fn has_star(&self, pattern: &Pattern) -> bool {
        let text = pattern.as_str();
        match self.document.version {
            Version::V2008 => text.contains('*'),
            Version::V2012 => segments(text)
                .is_ok_and(|parts| parts.iter().any(|part| matches!(part, Segment::Text(text) if text.contains('*')))),
        }
    }

    fn literal_wildcard(&mut self, condition: &Condition, pattern: &Pattern, span: Span) {
        let text = quoted(pattern.as_str());
        let message = format!("{} has no wildcards: the `*` in {text} is the character", self.operator_name(condition));
        let like = if condition.operator.value.is_negated() { "StringNotLike" } else { "StringLike" };
        let help = match self.document.version {
            Version::V2012 => format!("use `{like}`, or write `${{*}}` if the character is meant (S4.4)"),
            Version::V2008 => format!("use `{like}`"),
        };
        self.warn(Code::LiteralWildcard, span, message, help);
    }

    /// The operator as it was written.
    fn operator_name(&self, condition: &Condition) -> String {
        quoted(self.document.source.slice(condition.operator.span).trim_matches('"'))
    }
}

/// Whether an operator and a key are of one type: dates may be numbers of seconds (S3.1.6), ARNs are texts (S3.1.10,
/// S12.4), and a text such as a tag's value may be an ARN.
fn compares(comparison: Comparison, scalar: ScalarType) -> bool {
    match family(comparison) {
        ScalarType::String => matches!(scalar, ScalarType::String | ScalarType::Arn),
        ScalarType::Arn => matches!(scalar, ScalarType::String | ScalarType::Arn),
        ScalarType::Number => matches!(scalar, ScalarType::Number | ScalarType::Date),
        other => other == scalar,
    }
}

fn family(comparison: Comparison) -> ScalarType {
    match comparison {
        Comparison::StringEquals
        | Comparison::StringEqualsIgnoreCase
        | Comparison::StringLike
        | Comparison::BinaryEquals => ScalarType::String,
        Comparison::ArnLike => ScalarType::Arn,
        Comparison::NumericEquals
        | Comparison::NumericLessThan
        | Comparison::NumericLessThanEquals
        | Comparison::NumericGreaterThan
        | Comparison::NumericGreaterThanEquals => ScalarType::Number,
        Comparison::DateEquals
        | Comparison::DateLessThan
        | Comparison::DateLessThanEquals
        | Comparison::DateGreaterThan
        | Comparison::DateGreaterThanEquals => ScalarType::Date,
        Comparison::Bool => ScalarType::Bool,
        Comparison::IpAddress => ScalarType::Address,
    }
}

fn words(scalar: ScalarType) -> &'static str {
    match scalar {
        ScalarType::String => "texts",
        ScalarType::Arn => "ARNs",
        ScalarType::Bool => "truth values",
        ScalarType::Number => "numbers",
        ScalarType::Date => "dates",
        ScalarType::Address => "addresses",
    }
}
