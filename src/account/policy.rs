//! Policy documents as accounts keep them: found, and read when a question needs them.
//!
//! In: the place of a document in a listing, as an object or as URL-encoded text. Out: [`Policies`], which hands out a
//! document under its [`PolicyId`], read once for all principals that have it. Trusted for: every document keeps its
//! place and its owner's name.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use percent_encoding::percent_decode_str;

use crate::account::raw::Raw;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::input::DOCUMENT_LIMIT;
use crate::json;
use crate::policy::{self, Document, DocumentKind};
use crate::source::{Source, Span};

/// A document among those of all accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PolicyId(usize);

impl PolicyId {
    /// Its number among all documents.
    pub(super) fn index(self) -> usize {
        self.0
    }
}

/// What became of a document: it with its warnings, or every finding.
type Read = Result<(Document, Vec<Diagnostic>), Vec<Diagnostic>>;

/// A document that was found.
#[derive(Debug, Clone)]
struct Stored {
    source: Arc<Source>,
    span: Span,
    pointer: String,
    title: Arc<str>,
    kind: DocumentKind,
    /// The first document of the same kind with the same text.
    alike: PolicyId,
    read: OnceLock<Read>,
}

/// Every document of the accounts.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    stored: Vec<Stored>,
    texts: HashMap<(DocumentKind, u64, usize), Vec<PolicyId>>,
    /// Documents that decide nothing as the accounts are.
    spare: HashSet<PolicyId>,
}

impl Policies {
    /// Keeps the document at a place; `title` is what its owner calls it.
    pub(super) fn add(
        &mut self,
        raw: Raw<'_>,
        pointer: String,
        title: String,
        kind: DocumentKind,
        findings: &mut Findings,
    ) -> Option<PolicyId> {
        if raw.is_object() {
            return Some(self.keep(Arc::clone(raw.source), raw.span(), pointer, title, kind));
        }
        let wanted = "an object, or URL-encoded text";
        let encoded: String = raw.simple("a policy document", wanted, findings)?;
        // Some tools write the document as a text without encoding it.
        let plain = encoded.trim_start().starts_with('{');
        let decoded = if plain { Ok(encoded.as_str().into()) } else { percent_decode_str(&encoded).decode_utf8() };
        let Ok(text) = decoded else {
            let help = "give the document as IAM returns it: an object, or URL-encoded UTF-8";
            findings.push(raw.finding(Code::BadEncoding, format!("{title} is not URL-encoded text"), help));
            return None;
        };
        let source = Source::new(format!("{}#{pointer}", raw.source.name()), text);
        let span = Span::new(0, source.text().len());
        Some(self.keep(source, span, String::new(), title, kind))
    }

    /// Keeps a document that decides nothing yet; none if it is no text that could be one.
    pub(super) fn add_spare(
        &mut self,
        raw: Raw<'_>,
        pointer: String,
        title: String,
        kind: DocumentKind,
    ) -> Option<PolicyId> {
        let id = self.add(raw, pointer, title, kind, &mut Findings::default())?;
        self.spare.insert(id);
        Some(id)
    }

    /// Whether a document decides something as the accounts are.
    pub fn decides(&self, id: PolicyId) -> bool {
        !self.spare.contains(&id)
    }

    /// Keeps a document that was made, not read.
    pub fn make(&mut self, document: Document) -> PolicyId {
        let id = PolicyId(self.stored.len());
        let title = document.title.clone().unwrap_or_default();
        self.stored.push(Stored {
            source: Arc::clone(&document.source),
            span: document.span,
            pointer: document.pointer.clone(),
            title,
            kind: document.kind,
            alike: id,
            read: OnceLock::from(Ok((document, Vec::new()))),
        });
        id
    }

    /// Another document takes the place of one: whoever has that has this.
    pub fn replace(&mut self, id: PolicyId, document: Document) {
        // Others with the old text are no longer like it, but like the first of themselves.
        let mut first = None;
        for (number, stored) in self.stored.iter_mut().enumerate() {
            if stored.alike == id && number != id.0 {
                stored.alike = *first.get_or_insert(PolicyId(number));
            }
        }
        for same in self.texts.values_mut() {
            same.retain(|own| *own != id);
        }
        if let Some(stored) = self.stored.get_mut(id.0) {
            stored.source = Arc::clone(&document.source);
            stored.span = document.span;
            stored.pointer = document.pointer.clone();
            stored.alike = id;
            stored.read = OnceLock::from(Ok((document, Vec::new())));
        }
    }

    /// Keeps a document that stands in a source of its own.
    pub(super) fn keep(
        &mut self,
        source: Arc<Source>,
        span: Span,
        pointer: String,
        title: String,
        kind: DocumentKind,
    ) -> PolicyId {
        let id = PolicyId(self.stored.len());
        let text = source.slice(span);
        let key = (kind, fingerprint(text), text.len());
        let same = self.texts.entry(key).or_default();
        let stored = &self.stored;
        let text_of = |id: &PolicyId| stored.get(id.0).map(|own: &Stored| own.source.slice(own.span));
        let alike = same.iter().copied().find(|other| text_of(other) == Some(text)).unwrap_or(id);
        if alike == id {
            same.push(id);
        }
        self.stored.push(Stored { source, span, pointer, title: title.into(), kind, alike, read: OnceLock::new() });
        id
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.stored.len()
    }

    /// Whether there is no document.
    pub fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }

    /// Every document's id.
    pub fn ids(&self) -> impl Iterator<Item = PolicyId> + use<> {
        (0..self.stored.len()).map(PolicyId)
    }

    /// The first document with the same text: documents that are alike say the same.
    pub(super) fn alike(&self, id: PolicyId) -> PolicyId {
        self.stored.get(id.0).map_or(id, |stored| stored.alike)
    }

    /// The document and its warnings.
    ///
    /// # Errors
    /// Why it is no policy document.
    pub fn document(&self, id: PolicyId) -> Result<&Document, &[Diagnostic]> {
        match self.read(id) {
            Some(Ok((document, _))) => Ok(document),
            Some(Err(diagnostics)) => Err(diagnostics),
            None => Err(&[]),
        }
    }

    /// What a reader should look at in a document that was read.
    pub fn warnings(&self, id: PolicyId) -> &[Diagnostic] {
        match self.read(id) {
            Some(Ok((_, warnings))) => warnings,
            _ => &[],
        }
    }

    fn read(&self, id: PolicyId) -> Option<&Read> {
        self.stored.get(id.0).map(|stored| stored.read.get_or_init(|| stored.parse()))
    }
}

impl Stored {
    fn parse(&self) -> Read {
        let mut findings = Findings::default();
        if self.span.len() > DOCUMENT_LIMIT {
            let message = format!("{} is larger than the limit of 4 MiB", self.title);
            let help = "IAM accepts documents of a few kilobytes; check that it is the right file";
            return Err(vec![Diagnostic::new(Code::TooLarge, &self.source, self.span, message, help)]);
        }
        let document = json::read_part(&self.source, self.span, &mut findings)
            .and_then(|json| policy::parse_json(&json, &self.source, &self.pointer, self.kind, &mut findings))
            .map(|document| Document { title: Some(Arc::clone(&self.title)), ..document });
        findings.finish(document).map_err(|refusal| refusal.diagnostics)
    }
}

/// A hash that is the same in every run.
fn fingerprint(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
