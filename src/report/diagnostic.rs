//! Diagnostics as text for a terminal, and as the JSON of a line.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Source, Span};

/// As much of a line as is underlined at most.
const LONGEST_MARK: usize = 100;

/// One diagnostic, its source line underlined, its code in brackets and its way out behind `help:`.
pub fn text(diagnostic: &Diagnostic, color: bool) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.as_str());
    let source = &diagnostic.source;
    let help = Level::HELP.message(diagnostic.help.as_str());
    let group: Group<'_> = match diagnostic.span {
        Some(span) => {
            let related = diagnostic.related.as_ref();
            let excerpt = Excerpt::new(source, span, related.map(|(second, _)| *second));
            let mut snippet = Snippet::source(excerpt.text)
                .line_start(excerpt.line)
                .path(source.name())
                .annotation(AnnotationKind::Primary.span(excerpt.mark(span)));
            if let Some((second, label)) = related {
                snippet = snippet.annotation(AnnotationKind::Context.span(excerpt.mark(*second)).label(label.as_str()));
            }
            title.element(snippet).element(help)
        }
        None => {
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

/// The whole lines that a diagnostic is about; the renderer shortens long ones.
struct Excerpt<'a> {
    text: &'a str,
    /// Offset of the first line in the source.
    start: usize,
    /// Number of the first line.
    line: usize,
}

impl<'a> Excerpt<'a> {
    fn new(source: &'a Source, first: Span, second: Option<Span>) -> Self {
        let text = source.text();
        let second = second.unwrap_or(first);
        let (from, to) = (first.start.min(second.start).min(text.len()), first.end.max(second.end).min(text.len()));
        let start = text.get(..from).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let end = text.get(to..).and_then(|behind| behind.find('\n')).map_or(text.len(), |length| to + length);
        Self {
            text: text.get(start..end).unwrap_or_default().trim_end_matches('\r'),
            start,
            line: source.position(from).line,
        }
    }

    /// A span in the excerpt: a line end has nothing to underline, and the rest of a very long value says nothing.
    fn mark(&self, span: Span) -> Range<usize> {
        let start = usize::min(span.start.saturating_sub(self.start), self.text.len());
        let end = usize::min(span.end.saturating_sub(self.start), self.text.len());
        let marked = self.text.get(start..end).unwrap_or_default();
        let first_line = marked.split(['\r', '\n']).next().unwrap_or_default();
        if first_line.is_empty() {
            return start..start;
        }
        match first_line.char_indices().nth(LONGEST_MARK) {
            Some((length, _)) => start..start + length,
            None => start..end,
        }
    }
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
