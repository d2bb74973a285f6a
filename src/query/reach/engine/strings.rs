//! The search with Z3's theory of strings in place of lemmas and automata: one check for each formula.

use std::time::Instant;

use crate::query::reach::ReachError;
use crate::query::reach::engine::place::Place;
use crate::query::reach::engine::{Engine, Search};
use crate::solve::strings::{Checked, check};
use crate::symbolic::formula::Formula;
use crate::symbolic::realise::adopt;

impl Engine<'_> {
    /// Values for the fields of a request that satisfies the formula, as Z3's strings.
    pub(super) fn search_strings(&self, place: Place<'_>, formula: Formula) -> Result<Search, ReachError> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(Search::Undecided("the time given by --timeout is over".to_owned()));
        }
        let setting = self.setting(place);
        let checked = check(&self.formulas, formula, setting, left);
        match checked.map_err(|error| ReachError::Internal(error.to_string()))? {
            Checked::Unsatisfiable => Ok(Search::Nothing),
            Checked::Unknown(reason) => Ok(Search::Undecided(format!("Z3's strings gave up: {reason}"))),
            Checked::Satisfiable { model, values, open } => {
                let literals = self.formulas.implicant(formula, |atom| model.value(atom));
                let broken = || ReachError::Internal("the solver's model does not satisfy the formula".to_owned());
                Ok(match adopt(&literals.ok_or_else(broken)?, &values, setting) {
                    Some(draft) => Search::Draft(draft, true),
                    None if open.is_empty() => {
                        Search::Undecided("the string form does not say how values of several keys fit".to_owned())
                    }
                    None => Search::Undecided(format!("the string form leaves open: {}", open.join("; "))),
                })
            }
        }
    }
}
