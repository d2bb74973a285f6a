//! A warm solver for formulas of one arena.
//!
//! In: formulas, and lemmas as clauses. Out: truth values of atoms, or that there are none. `QF_FD` and assumptions: a
//! fresh solver of this logic costs a third of a general one, and does not degrade with push and pop.

use std::time::Duration;

use z3::ast::Bool;
use z3::{Config, SatResult, Solver, with_z3_config};

use super::SolveError;
pub use super::terms::Model;
use super::terms::{Terms, limit};
use crate::symbolic::formula::{Formula, Formulas};

/// Cores of more clauses than this are not made smaller one by one.
const SHRUNK: usize = 300;

/// What became of a check.
#[derive(Debug, Clone)]
pub enum Checked {
    /// These values make it true.
    Satisfiable(Model),
    /// Nothing makes it true together with the lemmas.
    Unsatisfiable,
    /// The solver gave up, with its reason.
    Unknown(String),
}

/// A solver with what it knows.
#[derive(Debug)]
pub struct Session {
    solver: Solver,
    terms: Terms,
}

/// Runs something with solvers that know nothing of what this thread asked before, so that it comes to the same each time.
pub fn apart<R: Send + Sync>(run: impl FnOnce() -> R + Send + Sync) -> R {
    with_z3_config(&Config::new(), run)
}

impl Session {
    /// A solver that knows nothing.
    ///
    /// # Errors
    /// Z3 lacks the logic.
    pub fn new() -> Result<Self, SolveError> {
        let solver = Solver::new_for_logic("QF_FD").ok_or_else(|| SolveError::Logic("QF_FD".to_owned()))?;
        Ok(Self { solver, terms: Terms::default() })
    }

    /// Bounds each later check.
    pub fn limit(&self, time: Duration) {
        limit(&self.solver, time);
    }

    /// Adds a clause that holds for ever.
    pub fn add_clause(&mut self, literals: &[(u32, bool)]) {
        let parts = self.parts(literals);
        self.solver.assert(Bool::or(&parts));
    }

    fn parts(&mut self, literals: &[(u32, bool)]) -> Vec<Bool> {
        let part = |(atom, truth): &(u32, bool)| {
            let own = self.terms.atom(*atom);
            if *truth { own } else { own.not() }
        };
        literals.iter().map(part).collect()
    }

    /// Whether a formula can be true together with the clauses, some atoms being true.
    pub fn check(&mut self, formulas: &Formulas, formula: Formula, assumed: &[u32]) -> Checked {
        let goal = self.build(formulas, formula);
        let fixed = self.fixed(goal, assumed);
        match self.solver.check_assumptions(&fixed) {
            SatResult::Unsat => Checked::Unsatisfiable,
            SatResult::Unknown => {
                let reason = self.solver.get_reason_unknown().unwrap_or_else(|| "no reason given".to_owned());
                Checked::Unknown(reason)
            }
            SatResult::Sat => match self.model(&formulas.atoms_of(formula)) {
                Some(model) => Checked::Satisfiable(model),
                None => Checked::Unknown("the solver gives no model".to_owned()),
            },
        }
    }

    /// As [`check`](Self::check), with the least model: of the formula's atoms in the order of their numbers, each is
    /// false if it can be, given those before. It does not depend on what the solver was asked before, and asks for as
    /// little as a request must have.
    pub fn check_least(&mut self, formulas: &Formulas, formula: Formula, assumed: &[u32]) -> Checked {
        let mut model = match self.check(formulas, formula, assumed) {
            Checked::Satisfiable(model) => model,
            other => return other,
        };
        let goal = self.build(formulas, formula);
        let mut fixed = self.fixed(goal, assumed);
        let atoms = formulas.atoms_of(formula);
        for number in atoms.iter().copied() {
            let absent = self.terms.atom(number).not();
            if model.value(number) {
                fixed.push(absent);
                if self.solver.check_assumptions(&fixed) == SatResult::Sat
                    && let Some(found) = self.model(&atoms)
                {
                    model = found;
                } else {
                    fixed.pop();
                    fixed.push(self.terms.atom(number));
                }
            } else {
                fixed.push(absent);
            }
        }
        Checked::Satisfiable(model)
    }

    /// Clauses that are enough to make a formula impossible, by their places; none if it is possible with all of them, or
    /// nobody knows. Of few clauses, none can be left out.
    pub fn core(&mut self, formulas: &Formulas, formula: Formula, clauses: &[Vec<(u32, bool)>]) -> Option<Vec<usize>> {
        let goal = self.build(formulas, formula);
        let mut selectors = Vec::with_capacity(clauses.len());
        for (place, clause) in clauses.iter().enumerate() {
            let selector = Bool::new_const(format!("c{place}"));
            let parts = self.parts(clause);
            self.solver.assert(selector.implies(Bool::or(&parts)));
            selectors.push(selector);
        }
        let refute = |places: &[usize]| {
            let chosen = places.iter().filter_map(|place| selectors.get(*place)).cloned();
            let fixed: Vec<Bool> = std::iter::once(goal.clone()).chain(chosen).collect();
            (self.solver.check_assumptions(&fixed) == SatResult::Unsat).then(|| {
                let used = self.solver.get_unsat_core();
                let is_used = |place: &&usize| selectors.get(**place).is_some_and(|own| used.contains(own));
                places.iter().filter(is_used).copied().collect::<Vec<_>>()
            })
        };
        let mut core = refute(&(0..clauses.len()).collect::<Vec<_>>())?;
        if core.len() <= SHRUNK {
            for place in core.clone() {
                let without: Vec<usize> = core.iter().copied().filter(|other| *other != place).collect();
                // An earlier step may have dropped it already.
                if without.len() < core.len()
                    && let Some(smaller) = refute(&without)
                {
                    core = smaller;
                }
            }
        }
        Some(core)
    }

    /// A formula's name and the atoms that are assumed with it.
    fn fixed(&mut self, goal: Bool, assumed: &[u32]) -> Vec<Bool> {
        std::iter::once(goal).chain(assumed.iter().map(|number| self.terms.atom(*number))).collect()
    }

    /// The values of some atoms.
    fn model(&self, atoms: &[u32]) -> Option<Model> {
        Some(self.terms.read(&self.solver.get_model()?, atoms))
    }

    /// A name for the formula, defined by clauses: each node of the arena is said once.
    fn build(&mut self, formulas: &Formulas, formula: Formula) -> Bool {
        // An assumption has to be a name: the solver of finite domains takes no other.
        let built = self.terms.build(formulas, formula);
        let name = Bool::new_const(format!("f{}", formula.index()));
        self.solver.assert(name.implies(&built));
        name
    }
}
