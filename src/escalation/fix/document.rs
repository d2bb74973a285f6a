//! A boundary document with more statements, as a patch and as it is then read.
//!
//! In: the document as it is kept, statements. Out: a JSON patch (RFC 6902), and the accounts in which everybody who has
//! the document has the changed one.

use serde_json::{Value, json};

use crate::account::Accounts;
use crate::account::policy::PolicyId;
use crate::policy::{self, Document, DocumentKind};
use crate::query::reach::ReachError;
use crate::source::Source;

/// How many characters, without blanks, IAM takes of a managed policy.
const LIMIT: usize = 6144;

/// A document that statements are added to.
#[derive(Debug)]
pub(super) struct Base {
    id: PolicyId,
    document: Document,
    json: Value,
}

impl Base {
    /// The document of accounts; none if it cannot be read.
    pub(super) fn new(accounts: &Accounts, id: PolicyId) -> Option<Self> {
        let document = accounts.policies.document(id).ok()?.clone();
        let json = serde_json::from_str(document.source.slice(document.span)).ok()?;
        Some(Self { id, document, json })
    }

    /// The operations that add statements.
    pub(super) fn patch(&self, statements: &[Value]) -> Value {
        match self.json.get("Statement") {
            Some(Value::Array(_)) => {
                let add = |statement: &Value| json!({ "op": "add", "path": "/Statement/-", "value": statement });
                statements.iter().map(add).collect()
            }
            old => {
                let all: Vec<&Value> = old.into_iter().chain(statements).collect();
                json!([{ "op": "replace", "path": "/Statement", "value": all }])
            }
        }
    }

    /// The document with more statements.
    fn with(&self, statements: &[Value]) -> Value {
        let mut changed = self.json.clone();
        if let Some(place) = changed.get_mut("Statement") {
            let mut all = match place.take() {
                Value::Array(all) => all,
                only => vec![only],
            };
            all.extend(statements.iter().cloned());
            *place = Value::Array(all);
        }
        changed
    }

    /// Whether IAM takes the document with more statements, if it takes it as it is.
    pub(super) fn has_room(&self, statements: &[Value]) -> bool {
        let length = |json: &Value| json.to_string().chars().filter(|letter| !letter.is_whitespace()).count();
        length(&self.with(statements)) <= LIMIT || length(&self.json) > LIMIT
    }

    /// The accounts in which everybody has the changed document.
    pub(super) fn changed(&self, accounts: &Accounts, statements: &[Value]) -> Result<Accounts, ReachError> {
        let text = serde_json::to_string_pretty(&self.with(statements)).unwrap_or_default();
        let source = Source::new("<the boundary with what is added>", text);
        let parsed = policy::parse(&source, DocumentKind::Identity);
        let (parsed, _) = parsed.map_err(|refusal| ReachError::Internal(refusal.to_string()))?;
        let mut changed = accounts.clone();
        changed.policies.replace(self.id, Document { title: self.document.title.clone(), ..parsed });
        Ok(changed)
    }
}
