//! What one policy document means that its author may not have meant.
//!
//! In: a document and its dialect. Out: [`Semantic`]: findings, each with the request that shows it or with the word that
//! it was proved, and what could not be decided. Trusted for: a finding that names a request was replayed by the
//! evaluator; one that says that no request does something was proved for every request, also for those that the
//! catalogue does not know. Silence proves nothing: ask `ringfence reach`.

mod absent;
mod bypass;
mod empty;
mod fence;
mod protection;
mod statement;

use std::time::{Duration, Instant};

use crate::deadline::is_over;
use crate::diagnostic::{Code, Diagnostic};
use crate::policy::{Document, DocumentKind, Effect, Statement};
use crate::query::compare::{Options, Pair, compare};
use crate::query::reach::ReachError;
use crate::source::Span;
use crate::verdict::Counterexample;
use crate::verdict::comparison::Difference;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::ruling::Rulings;

/// The codes that nothing but this module reports.
pub const CODES: [Code; 8] = [
    Code::StatementNeverApplies,
    Code::AllowShadowed,
    Code::StatementRedundant,
    Code::NothingAllowed,
    Code::OpenWithoutKey,
    Code::SetOperatorOpen,
    Code::BoundaryUnprotected,
    Code::ResourcePolicyBypass,
];

/// What was found in one document.
#[derive(Debug, Clone, Default)]
pub struct Semantic {
    /// The findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// Questions that have no answer, in words.
    pub unknown: Vec<String>,
}

/// Looks at what a document means, for `timeout` at most.
///
/// # Errors
/// The two engines disagree.
pub fn find(document: &Document, dialect: &'static Dialect, timeout: Option<Duration>) -> Result<Semantic, ReachError> {
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let mut examiner = Examiner { document, dialect, deadline, found: Semantic::default() };
    match examiner.examine() {
        // Documents of a kind that the dialect has no law for have no meaning to look at.
        Err(ReachError::NotDescribed(_)) => return Ok(Semantic::default()),
        examined => examined?,
    }
    let mut found = examiner.found;
    found.diagnostics.sort_by_key(|diagnostic| diagnostic.span.map_or(0, |span| span.start));
    Ok(found)
}

/// What the files of this module share.
struct Examiner<'a> {
    document: &'a Document,
    dialect: &'static Dialect,
    deadline: Option<Instant>,
    found: Semantic,
}

/// Which requests are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Requests {
    /// Those that there may be (S11.4).
    Real,
    /// All.
    Any,
}

impl Examiner<'_> {
    fn examine(&mut self) -> Result<(), ReachError> {
        let effective = self.statements()?;
        self.absent(&effective)?;
        if self.document.kind == DocumentKind::Boundary && !effective.is_empty() {
            self.bypass()?;
            self.protection()?;
        }
        Ok(())
    }

    /// A request that some statements grant and others do not.
    fn gained(
        &mut self,
        new: Vec<Statement>,
        old: Vec<Statement>,
        requests: Requests,
    ) -> Result<Option<Difference>, ReachError> {
        let Some(left) = self.left() else { return Ok(None) };
        let document = |statements: Vec<Statement>| Document { statements: statements.into(), ..self.document.clone() };
        let (old, new) = (document(old), document(new));
        let pair = Pair { dialect: self.dialect, old, new, rulings: Rulings::default() };
        let any_request = requests == Requests::Any;
        let options = Options { any_request, only_gains: true, timeout: left, ..Options::default() };
        Ok(Some(compare(&pair, &options)?.gained))
    }

    /// Whether statements grant nothing that others do not; none where that is unknown.
    fn is_nothing(&mut self, new: Vec<Statement>, old: Vec<Statement>, what: &str) -> Result<bool, ReachError> {
        match self.gained(new, old, Requests::Any)? {
            Some(Difference::Nothing) => Ok(true),
            Some(Difference::Request(_)) => Ok(false),
            Some(Difference::Unknown(_) | Difference::NotAsked) | None => {
                self.found.unknown.push(what.to_owned());
                Ok(false)
            }
        }
    }

    /// What is left of the time; none if nothing is.
    fn left(&self) -> Option<Option<Duration>> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        (!is_over(self.deadline)).then_some(left)
    }

    fn warn(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.found.diagnostics.push(Diagnostic::new(code, &self.document.source, span, message, help));
    }

    fn warn_of_all(&mut self, code: Code, message: impl Into<String>, help: impl Into<String>) {
        self.found.diagnostics.push(Diagnostic::whole(code, &self.document.source, message, help));
    }

    fn line(&self, statement: &Statement) -> usize {
        self.document.source.line_of(statement.span.start)
    }

    /// The statements of an effect.
    fn of(&self, effect: Effect) -> Vec<Statement> {
        self.document.statements.iter().filter(|statement| statement.effect == effect).cloned().collect()
    }
}

/// A request, in a line.
fn words(found: &Counterexample) -> String {
    format!("`{}` on `{}` by `{}`", found.request.action.as_str(), found.request.resource, found.caller.arn)
}
