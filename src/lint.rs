//! What a person should look at in one policy document.
//!
//! In: a source, the kind of document if it is told, and a dialect. Out: everything the readers of S1 to S4 and S13
//! find, and what the catalogue and the dialect say against the document's names. Trusted for: no finding where a
//! request could be as the document says, as far as the catalogue goes; silence proves nothing. The codes are on a page
//! of their own, `CODES.md`. Nothing here uses the engines: patterns are compared by code of this module.

mod action;
mod address;
mod arn;
mod glob;
mod key;
mod kind;
mod operator;
mod resource;
mod scope;
mod template;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::json::{self, Json};
use crate::policy::{self, Document, DocumentKind, Statement};
use crate::source::{Source, Span};
use crate::vocabulary::catalogue::{Catalogue, Service};
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::nearest::nearest;

use key::Carriers;
use resource::Types;
use scope::Scope;

pub use kind::Guess;

/// How many names are looked up among thousands for the nearest: a document with more slips is of another making.
const SUGGESTIONS: usize = 100;

/// The codes that nothing but lint reports: what the catalogue and the dialect say against a document's names.
pub const CODES: [Code; 15] = [
    Code::UnknownService,
    Code::UnknownAction,
    Code::ActionOutOfReach,
    Code::UnknownKey,
    Code::KeyNotCarried,
    Code::DuplicateConditionKey,
    Code::OperatorType,
    Code::SetOperatorMisplaced,
    Code::SetOperatorMissing,
    Code::MultivaluedVariable,
    Code::LiteralWildcard,
    Code::PrivateAddress,
    Code::ResourceMismatch,
    Code::UnknownPartition,
    Code::AccountForm,
];

/// What was found in one document.
#[derive(Debug, Clone)]
pub struct Linted {
    /// The kind of document it was read as.
    pub kind: DocumentKind,
    /// Why that kind, where none was told.
    pub guess: Option<Guess>,
    /// The findings in the order of the text; the document is refused if one of them is an error.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads one document and looks at it; without a kind, at the kind that its elements suggest.
pub fn lint(source: &Arc<Source>, kind: Option<DocumentKind>, dialect: &Dialect) -> Linted {
    let mut findings = Findings::default();
    let json = json::read(source, &mut findings);
    let guess = json.as_ref().filter(|_| kind.is_none()).map(Guess::of);
    let kind = kind.or(guess.map(|guess| guess.kind)).unwrap_or(DocumentKind::Identity);
    let diagnostics = match json {
        Some(json) => looked_at(&json, source, kind, dialect, findings),
        None => findings.finish::<()>(None).err().map(|refusal| refusal.diagnostics).unwrap_or_default(),
    };
    Linted { kind, guess, diagnostics }
}

/// Looks at a document that stands inside a larger input.
pub fn lint_json(json: &Json, source: &Arc<Source>, kind: DocumentKind, dialect: &Dialect) -> Vec<Diagnostic> {
    looked_at(json, source, kind, dialect, Findings::default())
}

fn looked_at(
    json: &Json,
    source: &Arc<Source>,
    kind: DocumentKind,
    dialect: &Dialect,
    mut findings: Findings,
) -> Vec<Diagnostic> {
    let document = policy::parse_json(json, source, "", kind, &mut findings);
    // Where something was refused, an entry may be missing that a finding would rest on.
    if let Some(document) = document.as_ref().filter(|_| findings.errors() == 0) {
        Checker::new(document, dialect, &mut findings).document();
    }
    match findings.finish(document) {
        Ok((_, warnings)) => warnings,
        Err(refusal) => refusal.diagnostics,
    }
}

/// What the files of this module share.
struct Checker<'a> {
    document: &'a Document,
    dialect: &'a Dialect,
    catalogue: &'static Catalogue,
    findings: &'a mut Findings,
    suggestions: usize,
    carriers: HashMap<&'static str, Carriers>,
    types: HashMap<&'static str, Rc<Types>>,
}

impl<'a> Checker<'a> {
    fn new(document: &'a Document, dialect: &'a Dialect, findings: &'a mut Findings) -> Self {
        let catalogue = Catalogue::embedded();
        let (carriers, types) = (HashMap::new(), HashMap::new());
        Self { document, dialect, catalogue, findings, suggestions: SUGGESTIONS, carriers, types }
    }

    fn document(&mut self) {
        for statement in self.document.statements.iter() {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let scope = Scope::of(&statement.actions, self.catalogue);
        self.actions(&statement.actions);
        self.principals(statement);
        self.resources(statement, &scope);
        self.conditions(statement, &scope);
    }

    fn warn(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.findings.push(Diagnostic::new(code, &self.document.source, span, message, help));
    }

    fn service(&self, prefix: &str) -> Option<&'static Service> {
        self.catalogue.service(prefix)?.ok()
    }

    /// The nearest of many names, as long as there are not too many to look up.
    fn nearest<'n>(&mut self, text: &str, candidates: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        self.suggestions = self.suggestions.checked_sub(1)?;
        nearest(text, candidates)
    }

    /// The place of a part of a value: exact where the part stands there as it is, else the whole value.
    fn part(&self, value: Span, part: &str) -> Span {
        match self.document.source.slice(value).find(part) {
            Some(at) => Span::new(value.start + at, value.start + at + part.len()),
            None => value,
        }
    }
}
