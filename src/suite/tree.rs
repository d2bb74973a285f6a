//! TOML as the tree that readers of fields take.
//!
//! In: a text. Out: its values, each with its place, or everything that is no TOML in it. The grammar is the `toml` crate's.

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::json::{Json, Member, Value};
use crate::source::{Source, Span, Spanned};

pub(super) fn read(source: &Arc<Source>, findings: &mut Findings) -> Option<Json> {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let mut last = None;
    for error in &errors {
        let span = error.span().map_or_else(|| Span::new(0, 0), |span| Span::new(span.start, span.end));
        // What follows on a line is a consequence of its first error.
        let line = source.line_of(span.start);
        if last.replace(line) == Some(line) {
            continue;
        }
        let message = format!("this is no TOML: {}", error.message().to_lowercase());
        let help = "write `[scenario.NAME]` and `[[assert]]` tables of lines `key = \"text\"`: a text stands in quotes";
        findings.push(Diagnostic::new(Code::Syntax, source, span, message, help));
    }
    let whole = Span::new(table.span().start, table.span().end);
    errors.is_empty().then(|| Json { span: whole, value: object(table.get_ref()) })
}

fn object(table: &DeTable<'_>) -> Value {
    let member = |(key, value): (&toml::Spanned<toml::de::DeString<'_>>, &toml::Spanned<DeValue<'_>>)| Member {
        key: Spanned::new(key.get_ref().to_string(), Span::new(key.span().start, key.span().end)),
        value: json(value),
    };
    Value::Object(table.iter().map(member).collect())
}

fn json(value: &toml::Spanned<DeValue<'_>>) -> Json {
    let span = Span::new(value.span().start, value.span().end);
    let value = match value.get_ref() {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Number(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Value::Bool(*truth),
        DeValue::Datetime(moment) => Value::String(moment.to_string()),
        DeValue::Array(items) => Value::Array(items.iter().map(json).collect()),
        DeValue::Table(table) => object(table),
    };
    Json { span, value }
}
