//! Text for a narrower screen, or for one without Unicode.
//!
//! In: the text of a report. Out: the same text in lines of a width, broken between words, and in ASCII. Nothing is left
//! out: a word that is longer than a line stays whole, and other characters are written as their numbers.

/// How wide a label is, with the blank behind it.
const LABEL: usize = 11;
/// No line is narrower.
pub const NARROWEST: usize = 40;

/// How text is laid out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Layout {
    /// How long a line may be, in characters; none: as it is.
    pub width: Option<usize>,
    /// Whether characters outside ASCII are written otherwise.
    pub ascii: bool,
}

impl Layout {
    /// The text as it is to be shown.
    pub fn of(self, text: &str) -> String {
        let plain = if self.ascii { ascii(text) } else { text.to_owned() };
        match self.width {
            Some(width) => plain.split_inclusive('\n').map(|line| broken(line, width.max(NARROWEST))).collect(),
            None => plain,
        }
    }
}

fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '…' => plain.push_str("..."),
            '–' | '—' => plain.push('-'),
            ascii if ascii.is_ascii() => plain.push(ascii),
            other => plain.extend(other.escape_unicode()),
        }
    }
    plain
}

/// A line in several, the others as far in as its text begins.
fn broken(line: &str, width: usize) -> String {
    let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
    // A source line is shown as it is.
    if text.chars().count() <= width || text.contains(" | ") {
        return line.to_owned();
    }
    let blank = text.len() - text.trim_start_matches(' ').len();
    let labelled = blank == 0 && text.chars().nth(LABEL - 1) == Some(' ');
    let hang = if labelled { LABEL } else { blank.min(width / 2) };
    let mut out = String::new();
    let mut row: usize = 0;
    for word in text.split_inclusive(' ') {
        let length = word.trim_end().chars().count();
        if row + length > width && row > hang {
            out.truncate(out.trim_end().len());
            out.push('\n');
            out.push_str(&" ".repeat(hang));
            row = hang;
        }
        // Blanks that lined something up say nothing at the beginning of a line.
        if row == hang && word.trim().is_empty() && out.contains('\n') {
            continue;
        }
        out.push_str(word);
        row += word.chars().count();
    }
    out.truncate(out.trim_end().len());
    out + end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_and_nothing_is_lost() {
        let text = "note       left out, because they may need no permission (S7.5): sts:GetCallerIdentity\n  12 | a source line that is longer than the width of forty\n";
        let narrow = Layout { width: Some(40), ascii: false }.of(text);
        assert!(narrow.starts_with("note       left out, because they may\n           need no permission (S7.5):\n"));
        assert!(narrow.lines().all(|line| line.chars().count() <= 40 || line.contains(" | ")));
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&narrow), words(text));
        assert_eq!(Layout::default().of(text), text);
    }

    #[test]
    fn other_characters_are_written_as_their_numbers() {
        let plain = Layout { width: None, ascii: true }.of("a… — é\n");
        assert_eq!(plain, "a... - \\u{e9}\n");
    }
}
