//! What reports of one request and of all requests share: labelled lines, source lines, context values.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::request::{Context, ContextValue};
use crate::source::{Source, Span};

/// How many lines of a statement are shown.
const STATEMENT_LINES: usize = 16;
/// How wide running text is, and a source line with its number.
pub(super) const TEXT_WIDTH: usize = 100;
/// From this length on a line is shown from the statement's beginning.
const LONG_LINE: usize = 1000;
/// How wide a label is, with the blank behind it.
const LABEL_WIDTH: usize = 11;

/// A line with a label in front; an empty label continues the one before.
pub(super) fn labelled(out: &mut String, label: &str, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{label:<10} {text}");
}

/// Running text with a label in front, broken between words.
pub(super) fn wrapped(out: &mut String, label: &str, text: &str) {
    let mut label = label;
    let mut row = String::new();
    for word in text.split_whitespace() {
        if !row.is_empty() && row.chars().count() + 1 + word.chars().count() > TEXT_WIDTH - LABEL_WIDTH {
            labelled(out, label, &row);
            label = "";
            row.clear();
        }
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(word);
    }
    labelled(out, label, &row);
}

/// The source lines of a statement, numbered, each cut to a width.
pub(super) fn source_lines(out: &mut String, source: &Source, span: Span, width: usize) {
    let (start, end) = (source.line_of(span.start), source.line_of(span.end));
    let shown = end.min(start + STATEMENT_LINES - 1);
    for number in start..=shown {
        let line = source.line(number);
        // A whole account may stand in one line: what is meant begins further on.
        let line = if number == start && line.len() > LONG_LINE { source.slice(span) } else { line };
        let line = line.lines().next().unwrap_or_default();
        let text: String = line.chars().take(width).collect();
        let cut = if line.chars().nth(width).is_some() { "…" } else { "" };
        let _ = writeln!(out, "    {number:>4} | {text}{cut}");
    }
    if end > shown {
        let _ = writeln!(out, "         | … {} more lines", end - shown);
    }
}

/// The context of a request as text, one labelled line a key.
pub(super) fn context_lines(out: &mut String, context: &Context) {
    for (key, value) in context.iter() {
        let value = match value {
            ContextValue::Single(text) => text.clone(),
            ContextValue::List(values) => format!("[{}]", values.join(", ")),
            ContextValue::Ambiguous(values) => format!("one of [{}]", values.join(", ")),
        };
        labelled(out, "", &format!("with {key} = {value}"));
    }
}

/// The context of a request as JSON.
pub(super) fn context_json(context: &Context) -> Value {
    let members = context.iter().map(|(key, value)| {
        let value = match value {
            ContextValue::Single(text) => json!(text),
            ContextValue::List(values) => json!(values),
            ContextValue::Ambiguous(values) => json!({ "oneOf": values }),
        };
        (key.as_str().to_owned(), value)
    });
    Value::Object(members.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_text_is_broken_between_words() {
        let mut out = String::new();
        wrapped(&mut out, "note", &"word ".repeat(40));
        assert_eq!(out.lines().count(), 3);
        assert!(out.lines().all(|line| line.chars().count() <= TEXT_WIDTH));
        assert!(out.starts_with("note       word word") && out.contains("\n           word"));
        let long = "x".repeat(200);
        let mut out = String::new();
        wrapped(&mut out, "note", &format!("a {long} b"));
        assert_eq!(out, format!("note       a\n           {long}\n           b\n"), "a long word is not broken");
    }
}
