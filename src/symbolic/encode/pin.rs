//! One concrete request as the symbolic side sees it: every key has its value or is absent.

use std::collections::HashMap;

use crate::symbolic::shape::{Known, PRINCIPAL_ARN, PRINCIPAL_TAG, Shape, USERNAME};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;

/// The value of a key of a concrete request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pinned {
    /// One value.
    Value(String),
    /// The values of a multivalued key.
    List(Vec<String>),
}

/// The context of a concrete request, by key in lower case.
#[derive(Debug, Clone, Default)]
pub struct Pin {
    /// What the request carries; keys that follow from the caller may be left out.
    pub values: HashMap<String, Pinned>,
}

impl Pin {
    /// What is known of a key: no fact of realism counts, only the caller and the request.
    pub(super) fn known(&self, key: &ContextKey, shape: &Shape) -> Known {
        match self.values.get(key.folded()) {
            Some(Pinned::Value(value)) => return Known::Value(value.clone()),
            Some(Pinned::List(_)) => return Known::Open,
            None => {}
        }
        let follows = [PRINCIPAL_ARN, USERNAME, "aws:principalaccount", "aws:principaltype"].contains(&key.folded())
            || key.member_of(PRINCIPAL_TAG).is_some();
        // What a service principal's keys are, only the request says (S11.1).
        let follows = follows && shape.kind != CallerKind::Service;
        if follows { shape.known(key).unwrap_or(Known::Absent) } else { Known::Absent }
    }

    /// The list of values that the request carries for the key.
    pub(super) fn list(&self, key: &ContextKey) -> Option<&[String]> {
        match self.values.get(key.folded())? {
            Pinned::List(values) => Some(values),
            Pinned::Value(_) => None,
        }
    }

    /// Whether the request carries the key with a list without values.
    pub(super) fn is_empty_list(&self, key: &ContextKey) -> bool {
        self.list(key).is_some_and(<[String]>::is_empty)
    }

    /// Whether the request carries the key with a list of values.
    pub fn is_list(&self, key: &ContextKey) -> bool {
        matches!(self.values.get(key.folded()), Some(Pinned::List(_)))
    }
}
