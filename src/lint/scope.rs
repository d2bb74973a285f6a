//! Which actions of the catalogue a statement is about.
//!
//! In: its Action or NotAction. Out: [`Scope`]. Where an entry names something that the catalogue lacks, nothing is
//! known of the statement's requests, and nothing may be found against them.

use std::collections::BTreeMap;

use crate::lint::glob;
use crate::policy::Clause;
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::catalogue::{Catalogue, CatalogueAction, Service};

/// The actions of a statement.
pub(super) enum Scope {
    /// Every action, nearly every one, none, or some that the catalogue lacks.
    Open,
    /// These, by service prefix.
    Known(BTreeMap<&'static str, Matched>),
}

/// The actions of one service that a statement is about.
pub(super) struct Matched {
    /// The service.
    pub(super) service: &'static Service,
    /// For each of its actions, whether the statement is about it.
    pub(super) holds: Vec<bool>,
}

impl Matched {
    /// The actions with their places among the service's.
    pub(super) fn actions(&self) -> impl Iterator<Item = (usize, &'static CatalogueAction)> {
        self.service.actions.iter().enumerate().filter(|(index, _)| self.holds.get(*index).copied().unwrap_or_default())
    }
}

impl Scope {
    /// Looks the entries up.
    pub(super) fn of(clause: &Clause<ActionPattern>, catalogue: &'static Catalogue) -> Self {
        if clause.negated || clause.entries.is_empty() {
            return Self::Open;
        }
        let mut known: BTreeMap<&'static str, Matched> = BTreeMap::new();
        for entry in &clause.entries {
            let ActionPatternKind::Of { prefix, name } = entry.value.kind() else { return Self::Open };
            let Some(Ok(service)) = catalogue.service(prefix) else { return Self::Open };
            let matched = known
                .entry(service.prefix.as_str())
                .or_insert_with(|| Matched { service, holds: vec![false; service.actions.len()] });
            let mut any = false;
            for (action, holds) in service.actions.iter().zip(&mut matched.holds) {
                if glob::matches(name.glyphs(), &action.name) {
                    (any, *holds) = (true, true);
                }
            }
            if !any {
                return Self::Open;
            }
        }
        Self::Known(known)
    }
}
