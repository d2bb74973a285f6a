//! One answer of a command, as build servers, code scanning and pages show it.
//!
//! In: verdicts, comparisons, outcomes and findings. Out: [`Entry`]s, which `sarif`, `junit` and `html` write: all commands
//! by the same three writers.

mod comparison;
mod deployment;
mod escalation;
mod finding;
mod suite;
mod verdict;

use std::sync::Arc;
use std::time::Duration;

use crate::policy::Document;
use crate::report::html::article::{Article, text_article};
use crate::report::verdict::statement_of;
use crate::source::{Position, Source};
use crate::verdict::Place;
use crate::vocabulary::dialect::Dialect;

pub use comparison::{of_comparison, of_scenarios};
pub use deployment::{of_change, of_subject};
pub use escalation::of_outcome;
pub use finding::of_findings;
pub use suite::{of_check, of_refused};
pub use verdict::{Wanted, of_verdict};

/// What became of what was asserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Held,
    /// It does not hold.
    Failed,
    /// It does not hold, and only warns.
    Warned,
    /// It could not be decided.
    Unknown,
    /// It could not be asked.
    Refused,
}

/// What kind of finding an entry is, where it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// Its name, which never changes.
    pub id: &'static str,
    /// What it means, in a sentence.
    pub means: &'static str,
}

/// Something that was not to be possible is.
pub const REACHABLE: Rule = Rule {
    id: "reachable",
    means: "A request that was to be unreachable is allowed; the evaluator replayed the one that is shown.",
};
/// Something that was to be possible is not.
pub const UNREACHABLE: Rule =
    Rule { id: "unreachable", means: "No request of the goal is allowed, where one was to be." };
/// No request meets the goal.
pub const VACUOUS: Rule = Rule {
    id: "vacuous",
    means: "No request of this caller meets the goal at all, whatever the policies say: the assertion is about nothing.",
};
/// It could not be decided.
pub const UNKNOWN: Rule = Rule { id: "unknown", means: "It could not be decided, for the reason that is given." };
/// A sequence of requests leads to the goal.
pub const ESCALATES: Rule =
    Rule { id: "escalates", means: "A sequence of requests leads to the goal; each was replayed by the evaluator." };
/// A change grants something new.
pub const GAINED: Rule =
    Rule { id: "gained", means: "The new policies allow a request that the old ones do not; it was replayed on both." };
/// Two documents are not related as expected.
pub const RELATION: Rule = Rule { id: "relation", means: "Two documents are not related as was asserted." };
/// A request is not decided as asserted.
pub const DECISION: Rule = Rule { id: "decision", means: "A request is not decided as was asserted." };
/// It could not be asked.
pub const REFUSED: Rule = Rule { id: "refused", means: "An input is refused, so the question could not be asked." };

/// A place that an entry is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The file.
    pub file: String,
    /// The part of the file: the address of a resource, a pointer.
    pub part: Option<String>,
    /// Where it begins.
    pub start: Position,
    /// Where it ends, where that is known.
    pub end: Option<Position>,
    /// What it does: `identity allows`.
    pub says: String,
}

/// One answer.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it belongs to: a suite, a file, the command.
    pub group: String,
    /// What it is about.
    pub title: String,
    /// What became of it.
    pub standing: Standing,
    /// What kind of finding it is.
    pub rule: Rule,
    /// What was found, in a sentence.
    pub message: String,
    /// Where: what decided first.
    pub spots: Vec<Spot>,
    /// The whole answer as text.
    pub told: String,
    /// How long it took; none where reports shall be the same bytes each time.
    pub time: Option<Duration>,
    /// The answer as a part of a page.
    pub article: Article,
    /// The texts that it rests on.
    pub sources: Vec<Arc<Source>>,
}

impl Entry {
    /// An answer that is a text.
    pub fn of_text(group: &str, title: &str, word: &str, standing: Standing, told: String) -> Self {
        Self {
            group: group.to_owned(),
            title: title.to_owned(),
            standing,
            rule: if standing == Standing::Unknown { UNKNOWN } else { DECISION },
            message: format!("{title}: {word}"),
            spots: Vec::new(),
            time: None,
            article: Article { heading: title.to_owned(), ..text_article(word, &told) },
            told,
            sources: Vec::new(),
        }
    }
}

/// What a whole report says besides its entries.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What was run: `ringfence reach`.
    pub command: String,
    /// What was asked, as a question.
    pub question: String,
    /// Whose law decided.
    pub dialects: Vec<&'static Dialect>,
    /// What no answer takes into account.
    pub not_modelled: Vec<String>,
    /// What a reader must know, each a sentence.
    pub notes: Vec<String>,
}

impl About {
    /// What is said of answers of one dialect.
    pub fn new(command: &str, question: &str, dialect: &'static Dialect) -> Self {
        let not_modelled = crate::report::verdict::NOT_MODELLED.map(str::to_owned).into();
        let (command, question) = (format!("ringfence {command}"), question.to_owned());
        Self { command, question, dialects: vec![dialect], not_modelled, notes: Vec::new() }
    }
}

/// The place of a statement, with its whole range where its document is at hand; none of what stands in no file.
pub(super) fn spot(place: &Place, documents: &[&Document], says: &str) -> Option<Spot> {
    if place.file.is_empty() || place.file.starts_with('<') {
        return None;
    }
    let (start, end) = match statement_of(place, documents) {
        Some((source, span)) => (source.position(span.start), Some(source.position(span.end))),
        None => (Position { line: place.line.unwrap_or(1), column: 1 }, None),
    };
    let (file, part) = parted(&place.file);
    let part = part.or_else(|| place.at.clone());
    Some(Spot { file, part, start, end, says: format!("{} {says}", place.layer.as_str()) })
}

/// The file and the part of it that a name says.
pub(super) fn parted(name: &str) -> (String, Option<String>) {
    match name.split_once('#') {
        Some((file, part)) => (file.to_owned(), Some(part.to_owned())),
        None => (name.to_owned(), None),
    }
}
