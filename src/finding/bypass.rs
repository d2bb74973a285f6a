//! Boundaries that a resource policy gets past.
//!
//! In: a boundary. Out: a finding with a request that it does not allow, and that is allowed all the same where a
//! resource policy names the caller (S5.3); and, where it can be written down, the `Deny NotAction` that stops it.
//! Soundness: the request was replayed. The rewrite is printed only after two proofs: with it the goal is unreachable
//! under any resource policy, and it denies nothing that the boundary allowed.

use serde_json::json;

use crate::diagnostic::{Code, quoted};
use crate::finding::{Examiner, words};
use crate::goal::Goal;
use crate::policy::{self, Document, DocumentKind, Effect};
use crate::query::compare::{Options, Pair, compare};
use crate::query::reach::ReachError;
use crate::scenario::Layer;
use crate::source::Source;
use crate::verdict::Answer;
use crate::verdict::comparison::Relation;
use crate::vocabulary::layer::LayerKind;
use crate::vocabulary::ruling::Rulings;

impl Examiner<'_> {
    /// Looks for a way past the boundary.
    pub(super) fn bypass(&mut self) -> Result<(), ReachError> {
        if self.dialect.callers_of(LayerKind::Resource).is_none() {
            return Ok(());
        }
        let Some(goal) = self.outside()? else { return Ok(()) };
        let Some(verdict) = self.under(self.document, Layer::Any, &goal)? else { return Ok(()) };
        let Some(found) = verdict.counterexample.filter(|_| verdict.answer == Answer::Reachable) else { return Ok(()) };
        let message = format!(
            "a resource policy gets past this boundary, which denies only by silence (S5.3): {} is allowed where the \
             resource's policy names its caller",
            words(&found)
        );
        let help = match self.rewrite(&goal)? {
            Some(statement) => {
                format!("add this Deny, proved to stop it and to deny nothing that the boundary allows: {statement}")
            }
            None => "deny what must never be done: an explicit Deny binds whatever resource policies say".to_owned(),
        };
        self.warn_of_all(Code::ResourcePolicyBypass, message, help);
        Ok(())
    }

    /// The Deny of everything that the boundary does not allow by action.
    fn rewrite(&mut self, goal: &Goal) -> Result<Option<String>, ReachError> {
        let allows = self.of(Effect::Allow);
        let mut named: Vec<&str> = Vec::new();
        for statement in &allows {
            for entry in &statement.actions.entries {
                if !named.contains(&entry.value.as_str()) {
                    named.push(entry.value.as_str());
                }
            }
        }
        let element = match (allows.as_slice(), allows.iter().any(|own| own.actions.negated)) {
            (_, false) => "NotAction",
            // All but some actions: those are what is left.
            ([_], true) => "Action",
            (_, true) => return Ok(None),
        };
        let statement = json!({ "Effect": "Deny", element: named, "Resource": "*" });
        let text = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
        let Ok((parsed, _)) = policy::parse(&Source::new("<rewrite>", text), DocumentKind::Boundary) else {
            return Ok(None);
        };
        let statements = self.document.statements.iter().chain(parsed.statements.iter()).cloned().collect();
        let rewritten = Document { statements, ..self.document.clone() };
        let stopped = self.under(&rewritten, Layer::Any, goal)?;
        let Some(left) = self.left().filter(|_| stopped.is_some_and(|own| own.answer == Answer::Unreachable)) else {
            return Ok(None);
        };
        let pair =
            Pair { dialect: self.dialect, old: self.document.clone(), new: rewritten, rulings: Rulings::default() };
        let compared = compare(&pair, &Options { any_request: true, timeout: left, ..Options::default() })?;
        let is_same = compared.relation() == Some(Relation::Equivalent);
        Ok(is_same.then(|| quoted_whole(&statement.to_string())))
    }
}

/// A statement is pasted, so that it is shown whole.
fn quoted_whole(text: &str) -> String {
    if text.len() < 80 { quoted(text) } else { format!("`{text}`") }
}
