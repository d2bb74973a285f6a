//! Conditions: operators, keys and values of the operator's type (S3, S4.1, S1.10).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::diagnostic::{Code, quoted};
use crate::json::{Json, Member, Value};
use crate::policy::condition::{ArnPattern, BoolValue, Condition, Values};
use crate::policy::operator::{Comparison, Operator, OperatorError};
use crate::policy::parse::Parser;
use crate::policy::parse::statement::clause_span;
use crate::source::Spanned;
use crate::vocabulary::cidr::Cidr;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;
use crate::vocabulary::pattern::{Pattern, Reading};
use crate::vocabulary::resource::{placeholder, split_parts};
use crate::vocabulary::variable::{VariableError, VariableErrorKind, segments};

impl Parser<'_> {
    pub(super) fn condition_block(&mut self, block: &Json) -> Vec<Condition> {
        let Some(operators) = self.object(block, "`Condition`") else { return Vec::new() };
        let mut conditions = Vec::new();
        for member in operators {
            let Some(operator) = self.operator(member) else { continue };
            let what = format!("the operator `{}`", member.key.value);
            let Some(keys) = self.object(&member.value, &what) else { continue };
            for key in keys {
                let values = self.values(operator.value, key);
                let name = self.condition_key(key);
                conditions.push(Condition { operator: operator.clone(), key: name, values, span: clause_span(key) });
            }
        }
        conditions
    }

    fn operator(&mut self, member: &Member) -> Option<Spanned<Operator>> {
        let written = &member.key.value;
        match Operator::parse(written) {
            Ok(operator) => {
                if !Operator::is_canonical(written)
                    && let Some(canonical) = Operator::canonical(written)
                {
                    let message = format!("operator `{written}` is not in IAM's own case");
                    self.error(Code::OperatorCase, member.key.span, message, format!("write `{canonical}` (S3.3)"));
                }
                Some(Spanned::new(operator, member.key.span))
            }
            Err(error) => {
                let help = match error {
                    OperatorError::Unknown(Some(near)) => format!("did you mean `{near}`?"),
                    OperatorError::Unknown(None)
                        if written.contains(':') && !matches!(member.value.value, Value::Object(_)) =>
                    {
                        format!("put an operator around the key: `\"StringEquals\": {{\"{written}\": …}}`")
                    }
                    OperatorError::Unknown(None) => {
                        "write an operator such as `StringEquals`, `ArnLike` or `NumericLessThan` (S3.1)".to_owned()
                    }
                    OperatorError::QualifiedNull => "write `Null`: it takes no prefix and no suffix (S3.4)".to_owned(),
                };
                let message = format!("there is no condition operator {}", quoted(written));
                self.error(Code::UnknownOperator, member.key.span, message, help);
                None
            }
        }
    }

    fn condition_key(&mut self, member: &Member) -> Spanned<ContextKey> {
        let written = Spanned::new(member.key.value.clone(), member.key.span);
        let key = ContextKey::new(member.key.value.as_str());
        if self.variables()
            && let Err(error) = segments(&written.value)
        {
            self.variable_error(&written, &error);
        } else if !key.has_prefix() {
            let message =
                format!("condition key {} has no service prefix: no request carries it", quoted(key.as_str()));
            self.error(Code::BadConditionKey, member.key.span, message, "write a key such as `aws:SourceIp`");
        }
        Spanned::new(key, member.key.span)
    }

    fn values(&mut self, operator: Operator, member: &Member) -> Values {
        let texts: Vec<_> = self.list(member).into_iter().filter_map(|json| self.condition_text(json)).collect();
        match operator.comparison() {
            None => Values::Absent(self.typed(&texts, operator, "`true` or `false`", parse_bool)),
            Some(Comparison::StringEquals | Comparison::StringEqualsIgnoreCase) => {
                Values::Text(texts.iter().filter_map(|text| self.pattern(text, false)).collect())
            }
            Some(Comparison::StringLike) => {
                Values::Text(texts.iter().filter_map(|text| self.pattern(text, true)).collect())
            }
            Some(Comparison::ArnLike) => Values::Arn(texts.iter().filter_map(|text| self.arn(text)).collect()),
            Some(
                Comparison::NumericEquals
                | Comparison::NumericLessThan
                | Comparison::NumericLessThanEquals
                | Comparison::NumericGreaterThan
                | Comparison::NumericGreaterThanEquals,
            ) => Values::Number(self.typed(&texts, operator, "a decimal number", Number::parse)),
            Some(
                Comparison::DateEquals
                | Comparison::DateLessThan
                | Comparison::DateLessThanEquals
                | Comparison::DateGreaterThan
                | Comparison::DateGreaterThanEquals,
            ) => {
                let wanted = "a date such as `2026-01-31T00:00:00Z`, or epoch seconds";
                Values::Instant(self.typed(&texts, operator, wanted, Instant::parse))
            }
            Some(Comparison::Bool) => {
                Values::Bool(texts.iter().filter_map(|text| self.bool_value(text, operator)).collect())
            }
            Some(Comparison::BinaryEquals) => {
                Values::Binary(self.typed(&texts, operator, "base64", |text| STANDARD.decode(text).ok()))
            }
            Some(Comparison::IpAddress) => {
                Values::Address(self.typed(&texts, operator, "an address or CIDR range", Cidr::parse))
            }
        }
    }

    /// A value as text; quotation marks are optional for numbers and truth values (S1.10).
    fn condition_text(&mut self, json: &Json) -> Option<Spanned<String>> {
        let text = match &json.value {
            Value::String(text) | Value::Number(text) => text.clone(),
            Value::Bool(value) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => {
                let message =
                    format!("a condition value is a text, a number or a truth value, not {}", json.describe());
                let help = "to ask whether a key is absent, write `\"Null\": {\"KEY\": \"true\"}`";
                self.error(Code::BadValue, json.span, message, help);
                return None;
            }
        };
        self.short_enough(Spanned::new(text, json.span))
    }

    fn typed<T>(
        &mut self,
        texts: &[Spanned<String>],
        operator: Operator,
        wanted: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<Spanned<T>> {
        let mut values = Vec::with_capacity(texts.len());
        for text in texts {
            match parse(&text.value) {
                Some(value) => values.push(Spanned::new(value, text.span)),
                None => self.bad_value(text, operator, wanted),
            }
        }
        values
    }

    fn bad_value(&mut self, text: &Spanned<String>, operator: Operator, wanted: &str) {
        if self.variables()
            && let Err(error) = segments(&text.value)
        {
            self.variable_error(text, &error);
            return;
        }
        let message = format!("{} is no value for `{operator}`", quoted(&text.value));
        let help = match text.value.contains("${") {
            true => format!("write {wanted}; this operator has no policy variables (S4.1)"),
            false => format!("write {wanted}"),
        };
        self.error(Code::BadValue, text.span, message, help);
    }

    fn pattern(&mut self, text: &Spanned<String>, wildcards: bool) -> Option<Spanned<Pattern>> {
        self.no_placeholder(text)?;
        match Pattern::read(&text.value, Reading { wildcards, variables: self.variables() }) {
            Ok(pattern) => Some(Spanned::new(pattern, text.span)),
            Err(error) => {
                self.variable_error(text, &error);
                None
            }
        }
    }

    fn arn(&mut self, text: &Spanned<String>) -> Option<Spanned<ArnPattern>> {
        self.no_placeholder(text)?;
        let mut offset = 0;
        let mut parts = Vec::with_capacity(6);
        for part in split_parts(&text.value) {
            // Variables are text before the fifth colon (S4.1), but malformed ones are errors wherever they stand.
            let reading = Reading { wildcards: true, variables: self.variables() && parts.len() == 5 };
            let malformed = if self.variables() { segments(part).err() } else { None };
            match (malformed, Pattern::read(part, reading)) {
                (None, Ok(pattern)) => parts.push(pattern),
                (Some(error), _) | (None, Err(error)) => {
                    let range = error.range.start + offset..error.range.end + offset;
                    self.variable_error(text, &VariableError { kind: error.kind, range });
                    return None;
                }
            }
            offset += part.len() + 1;
        }
        if self.variables() && parts.iter().take(5).any(|part: &Pattern| part.as_str().contains("${")) {
            let message = format!(
                "the variable in {} stands before the fifth colon, where it is plain text",
                quoted(&text.value)
            );
            let help =
                "put the value in, or `*`: variables work in the last part only, so this matches nothing real (S4.1)";
            self.error(Code::VariableIgnored, text.span, message, help);
        }
        let value = match <[Pattern; 6]>::try_from(parts) {
            Ok(parts) => ArnPattern::Parts(Box::new(parts)),
            Err(_) => {
                let message =
                    format!("ARN pattern {} has fewer than six parts: it matches nothing", quoted(&text.value));
                self.error(Code::ShortArn, text.span, message, "write all six parts, or use StringLike (S3.1.4)");
                ArnPattern::Short(text.value.clone())
            }
        };
        Some(Spanned::new(value, text.span))
    }

    fn bool_value(&mut self, text: &Spanned<String>, operator: Operator) -> Option<Spanned<BoolValue>> {
        if let Some(value) = parse_bool(&text.value) {
            return Some(Spanned::new(BoolValue::Literal(value), text.span));
        }
        if self.variables() && text.value.contains("${") {
            let pattern = self.pattern(text, false)?;
            return Some(Spanned::new(BoolValue::Variable(pattern.value), text.span));
        }
        self.bad_value(text, operator, "`true` or `false`");
        None
    }

    /// Left-over template text in the front parts of a value that is an ARN (S4.8).
    fn no_placeholder(&mut self, text: &Spanned<String>) -> Option<()> {
        if !text.value.starts_with("arn:") {
            return Some(());
        }
        let Some(range) = placeholder(&text.value, split_parts(&text.value).into_iter().take(5)) else {
            return Some(());
        };
        self.variable_error(text, &VariableError { kind: VariableErrorKind::Template, range });
        None
    }
}

/// `true` and `false`, case ignored (S3.1.8).
fn parse_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}
