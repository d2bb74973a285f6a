//! The parsed policy document.

use std::sync::Arc;

use crate::policy::condition::Condition;
use crate::policy::kind::DocumentKind;
use crate::policy::principal::PrincipalEntry;
use crate::source::{Source, Span, Spanned};
use crate::vocabulary::action::ActionPattern;
use crate::vocabulary::resource::ResourcePattern;

/// The language version (S1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// `2008-10-17`, or no Version: `${…}` is plain text.
    V2008,
    /// `2012-10-17`: `${…}` is a policy variable.
    V2012,
}

/// Allow or Deny.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// The statement grants.
    Allow,
    /// The statement forbids.
    Deny,
}

impl Effect {
    /// `Allow` or `Deny`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// Action or NotAction, Resource or NotResource.
#[derive(Debug, Clone)]
pub struct Clause<T> {
    /// Whether the element is the Not… form: it matches iff no entry does.
    pub negated: bool,
    /// Element name and entries.
    pub span: Span,
    /// The entries; one of them must match.
    pub entries: Vec<Spanned<T>>,
}

/// Principal or NotPrincipal.
pub type PrincipalClause = Clause<PrincipalEntry>;

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its place in the document, from 0.
    pub index: usize,
    /// The whole statement.
    pub span: Span,
    /// Its Sid.
    pub sid: Option<String>,
    /// Allow or Deny.
    pub effect: Effect,
    /// Who is meant; none in documents that are attached to the caller.
    pub principal: Option<PrincipalClause>,
    /// Which actions.
    pub actions: Clause<ActionPattern>,
    /// Which resources; none: the one the document is attached to (S1.12).
    pub resources: Option<Clause<ResourcePattern>>,
    /// What must hold besides.
    pub conditions: Vec<Condition>,
}

/// A policy document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Where it was read from.
    pub source: Arc<Source>,
    /// The whole document.
    pub span: Span,
    /// JSON pointer to the document inside its source; empty where the source is the document.
    pub pointer: String,
    /// What it is called where it is kept, such as ``inline policy `p` of …``; none for a file of its own.
    pub title: Option<Arc<str>>,
    /// What it is for.
    pub kind: DocumentKind,
    /// The language version.
    pub version: Version,
    /// Its statements; one that applies is enough (S1.15). Shared: an account attaches one document to many callers.
    pub statements: Arc<[Statement]>,
}
