//! What was encoded of a statement already: it is the same for all profiles whose requests carry the same of its keys.

use std::collections::HashMap;

use indexmap::IndexSet;

use crate::policy::Statement;
use crate::symbolic::encode::{Bound, value};
use crate::symbolic::formula::Formula;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::resource::ResourcePattern;

/// The formulas of statements without their actions and principals, of one engine and mode.
#[derive(Debug, Default)]
pub struct Cache {
    keys: HashMap<usize, Vec<usize>>,
    formulas: HashMap<Entry, Formula>,
    /// The law's answers by its inputs, which always come in the same order: most profiles share them.
    decisions: HashMap<Vec<Formula>, Formula>,
}

/// A statement by its address, how it is taken, for which shape, and which of its keys requests carry.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    statement: usize,
    upper: bool,
    shape: u32,
    carried: Vec<bool>,
}

impl Cache {
    /// What the law says of its inputs, made where it is not known yet.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn decision<E>(
        &mut self,
        inputs: Vec<Formula>,
        make: impl FnOnce() -> Result<Formula, E>,
    ) -> Result<Formula, E> {
        if let Some(known) = self.decisions.get(&inputs) {
            return Ok(*known);
        }
        let made = make()?;
        self.decisions.insert(inputs, made);
        Ok(made)
    }

    pub(super) fn entry(
        &mut self,
        statement: &Statement,
        bound: Bound,
        shape: u32,
        asked: &IndexSet<ContextKey>,
        carried: &[bool],
    ) -> Entry {
        let address = std::ptr::from_ref(statement) as usize;
        let places = self.keys.entry(address).or_insert_with(|| keys(statement, asked));
        let carried = places.iter().map(|place| carried.get(*place).copied().unwrap_or(true)).collect();
        Entry { statement: address, upper: bound == Bound::Upper, shape, carried }
    }

    pub(super) fn get(&self, entry: &Entry) -> Option<Formula> {
        self.formulas.get(entry).copied()
    }

    pub(super) fn insert(&mut self, entry: Entry, formula: Formula) {
        self.formulas.insert(entry, formula);
    }
}

/// The places of a statement's keys among those asked about, those of its variables too.
fn keys(statement: &Statement, asked: &IndexSet<ContextKey>) -> Vec<usize> {
    let mut keys: Vec<ContextKey> = Vec::new();
    for entry in statement.resources.iter().flat_map(|clause| &clause.entries) {
        if let ResourcePattern::Arn(pattern) = &entry.value {
            keys.extend(pattern.variables().map(|variable| variable.key.clone()));
        }
    }
    for condition in &statement.conditions {
        keys.push(condition.key.value.clone());
        keys.extend(value::variables(condition));
    }
    let mut places: Vec<usize> = keys.iter().filter_map(|key| asked.get_index_of(key)).collect();
    places.sort_unstable();
    places.dedup();
    places
}
