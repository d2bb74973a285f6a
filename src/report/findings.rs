//! The findings of documents as a report: text for people, one JSON array for programs.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::diagnostic;
use crate::source::Position;

/// More of one document than a person reads at once; the rest are counted, and `json` has them all.
const MOST: usize = 100;

/// The findings of one document, each with its place, a blank line behind each.
pub fn text(diagnostics: &[Diagnostic], color: bool) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(MOST) {
        text.push_str(&diagnostic::text(diagnostic, color));
        text.push_str("\n\n");
    }
    if diagnostics.len() > MOST {
        let _ = writeln!(text, "the first {MOST} of {} findings are shown\n", diagnostics.len());
    }
    text
}

/// How many findings there were, on one line.
pub fn summary(diagnostics: &[Diagnostic], documents: usize) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.code.severity() == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    let of_documents = match documents {
        1 => String::new(),
        _ => format!(" in {documents} documents"),
    };
    let counted = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        _ => Some(format!("{count} {what}s")),
    };
    let counts: Vec<_> = counted(errors, "error").into_iter().chain(counted(warnings, "warning")).collect();
    match counts.is_empty() {
        true => format!("no findings{of_documents}\n"),
        false => format!("{}{of_documents}\n", counts.join(", ")),
    }
}

/// The findings as an array, one a line.
pub fn json(diagnostics: &[Diagnostic]) -> String {
    let mut text = String::from("[");
    for (index, (diagnostic, position)) in diagnostics.iter().zip(positions(diagnostics)).enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        let line = serde_json::json!({
            "code": diagnostic.code.as_str(),
            "severity": diagnostic.code.severity().as_str(),
            "message": diagnostic.message,
            "file": diagnostic.source.name(),
            "line": position.line,
            "column": position.column,
        });
        text.push_str(&line.to_string());
    }
    text.push_str(if diagnostics.is_empty() { "]\n" } else { "\n]\n" });
    text
}

/// The position of each finding. A document may be one line of megabytes, so columns are counted on from the last
/// finding and not from the start of the line.
fn positions(diagnostics: &[Diagnostic]) -> Vec<Position> {
    let mut last: Option<(&Diagnostic, usize, Position)> = None;
    let mut positions = Vec::with_capacity(diagnostics.len());
    for diagnostic in diagnostics {
        let source = &diagnostic.source;
        let offset = diagnostic.span.map_or(0, |span| span.start);
        let between = last.and_then(|(other, from, position)| {
            let same_line = Arc::ptr_eq(&other.source, source) && source.line_of(offset) == position.line;
            let text = source.text().get(from..offset).filter(|_| same_line)?;
            Some(Position { column: position.column + text.chars().count(), ..position })
        });
        let position = between.unwrap_or_else(|| diagnostic.position());
        positions.push(position);
        last = Some((diagnostic, offset, position));
    }
    positions
}
