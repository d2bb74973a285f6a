//! What a person should look at in the policies of a plan or template.
//!
//! In: a policy. Out: the findings of [`lint`](crate::lint), but those that lie in something unknown: what stands there is a
//! placeholder. Trusted for: no finding is about a text that nobody wrote.

use crate::deployment::Deployment;
use crate::deployment::node::{Content, Node, Piece};
use crate::deployment::parts::Policy;
use crate::deployment::reading::{Read, Reader, Reading};
use crate::diagnostic::{Diagnostic, Findings, Severity};
use crate::json::Json;
use crate::lint::lint_json;
use crate::policy::{self, Document};
use crate::source::Span;

impl Deployment {
    /// The policies of the file itself, each once for each kind it is read as.
    pub fn own_policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.iter().filter(|policy| !policy.address.starts_with("arn:"))
    }

    /// The findings about a policy's names and syntax.
    pub fn lint(&self, policy: &Policy) -> Vec<Diagnostic> {
        let Some(json) = self.filled(policy) else { return Vec::new() };
        let mut open = Vec::new();
        holes(&policy.node, &mut open);
        let mut found = lint_json(&json, &policy.source, policy.kind, self.dialect);
        found.retain(|finding| match finding.span {
            Some(span) => !open.iter().any(|hole| hole.start < span.end && span.start < hole.end),
            None => open.is_empty(),
        });
        found
    }

    /// The document of a policy of which everything is known; none of another, or of one that is refused.
    pub fn known_document(&self, policy: &Policy) -> Option<Document> {
        let json = self.filled(policy).filter(|_| policy.unknowns().is_empty())?;
        let mut findings = Findings::default();
        let document = policy::parse_json(&json, &policy.source, "", policy.kind, &mut findings)?;
        let refused = findings.into_diagnostics().any(|finding| finding.code.severity() == Severity::Error);
        (!refused).then_some(document)
    }

    /// The document with placeholders for what is not known; none where nothing of it is known.
    fn filled(&self, policy: &Policy) -> Option<Json> {
        let world = self.worlds(None).into_iter().next().unwrap_or_default();
        let values = self.placeholders(&policy.unknowns(), &self.in_world(&world));
        let reader = Reader { unknowns: &self.unknowns, reading: Reading::With(&values), shared: None };
        match (&policy.node.content, reader.document(&policy.node, false)) {
            (Content::Unknown(_), _) => None,
            (_, Read::Document(json)) => Some(json),
            _ => None,
        }
    }
}

/// The places of values that are not known whole.
fn holes(node: &Node, into: &mut Vec<Span>) {
    match &node.content {
        Content::Unknown(_) => into.push(node.span),
        Content::Text(pieces) if pieces.iter().any(|piece| matches!(piece, Piece::Unknown(_))) => into.push(node.span),
        Content::List(items) => items.iter().for_each(|item| holes(item, into)),
        Content::Object(members) => members.iter().for_each(|(_, value)| holes(value, into)),
        Content::Either(_, one, other) => {
            holes(one, into);
            holes(other, into);
        }
        Content::Text(_) | Content::Null | Content::Bool(_) | Content::Number(_) | Content::Nothing => {}
    }
}
