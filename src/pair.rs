//! Two documents to compare: from files, or one line of a batch.
//!
//! In: two sources, or a line `{"id", "old", "new", "as"?}`. Out: a [`Pair`], both documents read as the same kind.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::json::{self, Json, Member};
use crate::line::{self, Content, REMARKS};
use crate::lint::Guess;
use crate::policy::{self, DocumentKind};
use crate::query::compare::Pair;
use crate::scenario::Loader;
use crate::scenario::load::field;
use crate::source::Source;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::ruling::Rulings;

/// The kinds of documents that can be compared, by their words: statements of SCPs and boundaries say the same as an
/// identity's.
pub const KINDS: [&str; 6] = ["identity", "resource", "boundary", "scp", "session", "trust"];

/// The fields of a line.
const FIELDS: [&str; 3] = ["old", "new", "as"];

/// How pairs are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// The dialect of both documents.
    pub dialect: &'static Dialect,
    /// Which readings are taken.
    pub rulings: Rulings,
    /// What documents are for that do not say it; none: guessed from their elements.
    pub kind: Option<DocumentKind>,
}

/// Reads two documents, each a source of its own.
///
/// # Errors
/// Every finding about both, if one of them is an error.
pub fn from_sources(old: &Arc<Source>, new: &Arc<Source>, reading: Reading) -> Content<Pair> {
    let mut findings = Findings::default();
    let texts = (json::read(old, &mut findings), json::read(new, &mut findings));
    let pair = match &texts {
        (Some(old_json), Some(new_json)) => {
            let kind = reading.kind.unwrap_or_else(|| guessed([old_json, new_json]));
            // Both are read, so that a refusal names all that is wrong.
            let old = policy::parse_json(old_json, old, "", kind, &mut findings);
            let new = policy::parse_json(new_json, new, "", kind, &mut findings);
            old.zip(new)
        }
        _ => None,
    };
    let Reading { dialect, rulings, .. } = reading;
    findings.finish(pair.map(|(old, new)| Pair { dialect, old, new, rulings }))
}

/// Reads one line; the line's `id` comes first, because it is told even of a line that is refused.
pub fn read(source: &Arc<Source>, reading: Reading) -> (Option<serde_json::Value>, Content<Pair>) {
    line::read(source, |json, members, findings| pair(source, json, members, reading, findings))
}

fn pair(
    source: &Arc<Source>,
    json: &Json,
    members: &[Member],
    reading: Reading,
    findings: &mut Findings,
) -> Option<Pair> {
    let mut loader = Loader::new(source, std::path::Path::new(""), findings);
    let known = [&REMARKS[..], &FIELDS].concat();
    loader.known_fields(members, &known);
    let mut document = |name| match field(members, name) {
        Some(member) => Some(&member.value),
        None => {
            let help = "a line holds two policy documents: `{\"old\": { … }, \"new\": { … }}`";
            loader.missing(members, &known, name, json.span, help);
            None
        }
    };
    let (old, new) = (document("old"), document("new"));
    let said = match field(members, "as") {
        Some(member) => Some(kind(&member.value, source, loader.findings)?),
        None => reading.kind,
    };
    let (old, new) = (old?, new?);
    let kind = said.unwrap_or_else(|| guessed([old, new]));
    let old = policy::parse_json(old, source, "/old", kind, findings);
    let new = policy::parse_json(new, source, "/new", kind, findings);
    let Reading { dialect, rulings, .. } = reading;
    old.zip(new).map(|(old, new)| Pair { dialect, old, new, rulings })
}

fn kind(json: &Json, source: &Arc<Source>, findings: &mut Findings) -> Option<DocumentKind> {
    let word = json.as_str().filter(|word| KINDS.contains(word));
    let found = word.and_then(DocumentKind::parse);
    if found.is_none() {
        let help = format!("write one of {}", KINDS.join(", "));
        findings.push(Diagnostic::new(
            Code::BadField,
            source,
            json.span,
            "`as` is no kind of document to compare",
            help,
        ));
    }
    found
}

/// A resource policy if a statement of one of them has a Principal.
fn guessed(documents: [&Json; 2]) -> DocumentKind {
    match documents.into_iter().all(|json| Guess::of(json).kind == DocumentKind::Identity) {
        true => DocumentKind::Identity,
        false => DocumentKind::Resource,
    }
}
