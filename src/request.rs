//! Requests: action, resource and context.
//!
//! In: the request object of a vector, or flags. Out: [`Request`], taken as given: no fact of realism is added.

use std::collections::BTreeMap;

use crate::vocabulary::action::Action;
use crate::vocabulary::context_key::ContextKey;

/// The value of a context key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContextValue {
    /// One value.
    Single(String),
    /// A multivalued key's values; may be empty.
    List(Vec<String>),
    /// The values of tags whose keys differ only by case: which one is read is unspecified (S3.2).
    Ambiguous(Vec<String>),
}

/// The context of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<ContextKey, ContextValue>,
}

/// A key that is given twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("context key `{0}` is given twice, in different case")]
pub struct KeyTwice(pub ContextKey);

impl Context {
    /// Adds a key.
    ///
    /// # Errors
    /// The key is there already, unless both are resource tags that differ by case: then their value is ambiguous.
    pub fn insert(&mut self, key: ContextKey, value: ContextValue) -> Result<(), KeyTwice> {
        let is_tag = key.folded().contains(":resourcetag/");
        match (self.values.get_mut(&key), value) {
            (None, value) => {
                self.values.insert(key, value);
                Ok(())
            }
            (Some(ContextValue::Ambiguous(values)), ContextValue::Single(value)) => {
                values.push(value);
                Ok(())
            }
            (Some(old @ ContextValue::Single(_)), ContextValue::Single(value)) if is_tag => {
                if let ContextValue::Single(first) = std::mem::replace(old, ContextValue::List(Vec::new())) {
                    *old = ContextValue::Ambiguous(vec![first, value]);
                }
                Ok(())
            }
            _ => Err(KeyTwice(key)),
        }
    }

    /// The value of a key; none if the request lacks it.
    pub fn get(&self, key: &ContextKey) -> Option<&ContextValue> {
        self.values.get(key)
    }

    /// Every key with its value, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&ContextKey, &ContextValue)> {
        self.values.iter()
    }
}

/// One request; who sends it is the scenario's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is asked for.
    pub action: Action,
    /// On what: an ARN, or `*`.
    pub resource: String,
    /// The context keys the request carries, but for those that follow from its principal.
    pub context: Context,
}

/// Whether a text can be the resource of a request: `*`, or an ARN of six parts.
pub fn is_resource(text: &str) -> bool {
    text == "*" || crate::vocabulary::arn::Arn::parse(text).is_some()
}
