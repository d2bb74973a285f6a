//! What a question learnt, and what the solver says with it.
//!
//! In: formulas of one place, clauses that were learnt. Out: literals of a model, or that there is none. Trusted: the
//! solver's word that there is none, which certificates give to others.

use std::time::Instant;

use crate::query::reach::ReachError;
use crate::query::reach::engine::place::Place;
use crate::query::reach::engine::{Engine, UNSOLVED};
use crate::solve::session::{Checked, Session};
use crate::symbolic::atom::Atom;
use crate::symbolic::formula::Formula;
use crate::symbolic::realise::Holds;

/// Atoms that stand for a question's shape and profile: lemmas that hold only there name them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Guard {
    pub(super) shape: u32,
    pub(super) profile: u32,
}

/// What was learnt of a model that no request has.
pub(super) struct Lemma {
    pub(super) clause: Vec<(u32, bool)>,
    holds: Holds,
    found: Guard,
}

impl Lemma {
    /// Whether it says something of a shape and profile.
    fn applies(&self, guard: Guard) -> bool {
        match self.holds {
            Holds::Always => true,
            Holds::Shape => self.found.shape == guard.shape,
            Holds::Profile => self.found == guard,
        }
    }

    /// The clause, with where it holds.
    pub(super) fn guarded(&self) -> Vec<(u32, bool)> {
        let guard = match self.holds {
            Holds::Always => None,
            Holds::Shape => Some(self.found.shape),
            Holds::Profile => Some(self.found.profile),
        };
        self.clause.iter().copied().chain(guard.map(|guard| (guard, false))).collect()
    }
}

/// What the solver says of a formula.
pub(super) enum Implicant {
    /// Literals of a model, and whether it is the least.
    Literals(Vec<(u32, bool)>, bool),
    Nothing,
    GaveUp(String),
}

impl Engine<'_> {
    /// Literals of a model that make the formula true.
    pub(super) fn implicant(&mut self, formula: Formula, guard: Guard, least: bool) -> Result<Implicant, ReachError> {
        if formula == Formula::TRUE {
            return Ok(Implicant::Literals(Vec::new(), true));
        }
        let broken = || ReachError::Internal("the solver's model does not satisfy the formula".to_owned());
        let known: Vec<&[(u32, bool)]> =
            self.lemmas.iter().filter(|lemma| lemma.applies(guard)).map(|lemma| lemma.clause.as_slice()).collect();
        if let Some(model) = self.formulas.least_model(formula, &known, UNSOLVED) {
            let literals = self.formulas.implicant(formula, |atom| model.contains(&atom));
            return literals.map(|literals| Implicant::Literals(literals, true)).ok_or_else(broken);
        }
        let deadline = self.deadline;
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.fresh(guard)?,
        };
        if let Some(deadline) = deadline {
            session.limit(deadline.saturating_duration_since(Instant::now()));
        }
        let checked = match least {
            true => session.check_least(&self.formulas, formula, &[guard.shape, guard.profile]),
            false => session.check(&self.formulas, formula, &[guard.shape, guard.profile]),
        };
        self.session = Some(session);
        match checked {
            Checked::Unsatisfiable => Ok(Implicant::Nothing),
            Checked::Unknown(reason) => Ok(Implicant::GaveUp(reason)),
            Checked::Satisfiable(model) => {
                let literals = self.formulas.implicant(formula, |atom| model.value(atom));
                literals.map(|literals| Implicant::Literals(literals, least)).ok_or_else(broken)
            }
        }
    }

    /// A solver that knows the lemmas which hold for a shape.
    fn fresh(&mut self, guard: Guard) -> Result<Session, ReachError> {
        let mut session = Session::new().map_err(|error| ReachError::Internal(error.to_string()))?;
        for lemma in self.lemmas.iter().filter(|lemma| lemma.applies(guard)) {
            session.add_clause(&lemma.guarded());
        }
        Ok(session)
    }

    pub(super) fn learn(&mut self, literals: &[(u32, bool)], guard: Guard, holds: Holds) {
        let clause = literals.iter().map(|(atom, truth)| (*atom, !truth)).collect();
        let lemma = Lemma { clause, holds, found: guard };
        if let Some(session) = &mut self.session {
            session.add_clause(&lemma.guarded());
        }
        self.lemmas.push(lemma);
    }

    /// The atoms of a place.
    pub(super) fn guard(&mut self, place: Place<'_>) -> Guard {
        let mut atom = |name: String| {
            let field = self.atoms.field(&name);
            self.atoms.number(Atom::Present(field))
        };
        Guard {
            shape: atom(format!("\u{0}shape {}", place.shape_number)),
            profile: atom(format!("\u{0}{} {}", place.shape_number, place.number)),
        }
    }
}
