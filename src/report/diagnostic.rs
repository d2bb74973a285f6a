//! Diagnostics as text for a terminal, and as the JSON of a line.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};

/// A line longer than this is shown around the place only.
const LONGEST_LINE: usize = 160;

/// One diagnostic, its source line underlined, its code in brackets and its way out behind `help:`.
pub fn text(diagnostic: &Diagnostic, color: bool) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let source = &diagnostic.source;
    let window = window(diagnostic);
    let help = Level::HELP.message(diagnostic.help.as_str());
    let group: Group<'_> = match (diagnostic.span, &window) {
        (Some(span), None) => {
            let mut snippet = Snippet::source(source.text())
                .line_start(source.first_line())
                .path(source.name())
                .annotation(AnnotationKind::Primary.span(span.start..span.end));
            if let Some((second, label)) = &diagnostic.related {
                snippet =
                    snippet.annotation(AnnotationKind::Context.span(second.start..second.end).label(label.as_str()));
            }
            title.element(snippet).element(help)
        }
        (Some(_), Some(window)) => {
            let snippet = Snippet::source(window.text.as_str())
                .line_start(window.line)
                .annotation(AnnotationKind::Primary.span(window.start..window.end));
            let origin = annotate_snippets::Origin::path(source.name()).line(window.line).char_column(window.column);
            title.element(origin).element(snippet).element(help)
        }
        (None, _) => {
            let mut origin = annotate_snippets::Origin::path(source.name());
            if source.first_line() > 1 {
                origin = origin.line(source.first_line());
            }
            title.element(origin).element(help)
        }
    };
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group]).to_string()
}

/// An excerpt of a very long line.
struct Window {
    text: String,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
}

fn window(diagnostic: &Diagnostic) -> Option<Window> {
    const AROUND: usize = 60;
    let span = diagnostic.span?;
    let position = diagnostic.position();
    let line = diagnostic.source.line(position.line);
    if line.chars().count() <= LONGEST_LINE {
        return None;
    }
    let marked = diagnostic.source.slice(span).lines().next().unwrap_or_default();
    let marked: String = marked.chars().take(AROUND).collect();
    let before: Vec<char> = line.chars().take(position.column - 1).collect();
    let skipped = before.len().saturating_sub(AROUND);
    let lead = if skipped > 0 { "… " } else { "" };
    let before: String = before.into_iter().skip(skipped).collect();
    let after: String = line.chars().skip(position.column - 1 + marked.chars().count()).take(AROUND).collect();
    let start = lead.len() + before.len();
    let end = start + marked.len();
    let text = format!("{lead}{before}{marked}{after}");
    Some(Window { text, line: position.line, column: position.column, start, end })
}

/// The object that stands in a batch for a line that is refused.
pub fn json(diagnostic: &Diagnostic) -> serde_json::Value {
    let position = diagnostic.position();
    serde_json::json!({
        "code": diagnostic.code.as_str(),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": diagnostic.source.name(),
        "line": position.line,
        "column": position.column,
    })
}
