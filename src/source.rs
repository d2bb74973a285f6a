//! Text with a name, and places in it.
//!
//! In: the text of one input (a file, standard input, one line of a batch). Out: [`Source`], shared by everything read
//! from it, and [`Span`]s into it. Trusted for: turning a span into the line and column that a person sees.

use std::sync::{Arc, OnceLock};

/// A half-open range of bytes of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The same range, further on by some bytes.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start + by, self.end + by)
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// Where it stands in its source.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value and its place together.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One named input text.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: Arc<str>,
    first_line: usize,
    line_starts: OnceLock<Vec<usize>>,
}

impl Source {
    /// A whole file (or standard input) under the name that messages use.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Arc<Self> {
        Self::at_line(name, text, 1)
    }

    /// One line of a larger input; positions in it carry the line's own number.
    pub fn at_line(name: impl Into<String>, text: impl Into<Arc<str>>, first_line: usize) -> Arc<Self> {
        Arc::new(Self { name: name.into(), text: text.into(), first_line, line_starts: OnceLock::new() })
    }

    /// The same text, where a part of it is what messages are about: `FILE#PART`.
    #[must_use]
    pub fn part(&self, part: &str) -> Arc<Self> {
        Self::at_line(format!("{}#{part}", self.name), Arc::clone(&self.text), self.first_line)
    }

    /// The name that messages use: a path as given, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number of the text's first line: 1, or the line's number in a batch.
    pub fn first_line(&self) -> usize {
        self.first_line
    }

    /// The text of a span; empty if the span does not fit this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The line of a byte offset: cheaper than its position, whose column is counted.
    pub fn line_of(&self, offset: usize) -> usize {
        self.first_line + self.line_starts().partition_point(|&start| start <= offset).max(1) - 1
    }

    /// Line and column of a byte offset (of the end of the text, for a larger one).
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_of(offset);
        let start = self.line_starts().get(line - self.first_line).copied().unwrap_or_default();
        let before = self.text.get(start..offset.min(self.text.len())).unwrap_or_default();
        Position { line, column: before.chars().count() + 1 }
    }

    /// The line that holds a position's line number, without its line end.
    pub fn line(&self, number: usize) -> &str {
        let starts = self.line_starts();
        let Some(index) = number.checked_sub(self.first_line) else { return "" };
        let Some(&start) = starts.get(index) else { return "" };
        let end = starts.get(index + 1).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(ends.map(|(index, _)| index + 1)).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_lines() {
        let source = Source::at_line("a.json", "{\n  \"ä\": 1\n}", 7);
        assert_eq!(source.position(0), Position { line: 7, column: 1 });
        assert_eq!(source.position(8), Position { line: 8, column: 6 }, "ä is one column");
        assert_eq!(source.position(999), Position { line: 9, column: 2 });
        assert_eq!(source.line(8), "  \"ä\": 1");
        assert_eq!(source.line(6), "");
    }
}
