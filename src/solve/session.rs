//! A warm solver for formulas of one arena.
//!
//! In: formulas, and lemmas as clauses. Out: truth values of atoms, or that there are none. `QF_FD` and assumptions: a
//! fresh solver of this logic costs a third of a general one, and does not degrade with push and pop.

use std::collections::HashMap;
use std::time::Duration;

use z3::ast::Bool;
use z3::{Params, SatResult, Solver};

use super::SolveError;
use crate::symbolic::formula::{Formula, Formulas, Node};

/// Cores of more clauses than this are not made smaller one by one.
const SHRUNK: usize = 300;

/// Truth values of the atoms of a formula.
#[derive(Debug, Clone, Default)]
pub struct Model {
    atoms: HashMap<u32, bool>,
}

impl Model {
    /// The value of an atom; false where the solver did not care.
    pub fn value(&self, atom: u32) -> bool {
        self.atoms.get(&atom).copied().unwrap_or_default()
    }
}

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
    nodes: HashMap<Formula, Bool>,
    atoms: HashMap<u32, Bool>,
}

impl Session {
    /// A solver that knows nothing.
    ///
    /// # Errors
    /// Z3 lacks the logic.
    pub fn new() -> Result<Self, SolveError> {
        let solver = Solver::new_for_logic("QF_FD").ok_or_else(|| SolveError::Logic("QF_FD".to_owned()))?;
        Ok(Self { solver, nodes: HashMap::new(), atoms: HashMap::new() })
    }

    /// Bounds each later check.
    pub fn limit(&self, time: Duration) {
        let mut params = Params::new();
        params.set_u32("timeout", u32::try_from(time.as_millis()).unwrap_or(u32::MAX));
        self.solver.set_params(&params);
    }

    /// Adds a clause that holds for ever.
    pub fn add_clause(&mut self, literals: &[(u32, bool)]) {
        let parts = self.parts(literals);
        self.solver.assert(Bool::or(&parts));
    }

    fn parts(&mut self, literals: &[(u32, bool)]) -> Vec<Bool> {
        let part = |(atom, truth): &(u32, bool)| {
            let own = self.atom(*atom);
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
            let absent = self.atom(number).not();
            if model.value(number) {
                fixed.push(absent);
                if self.solver.check_assumptions(&fixed) == SatResult::Sat
                    && let Some(found) = self.model(&atoms)
                {
                    model = found;
                } else {
                    fixed.pop();
                    fixed.push(self.atom(number));
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
        std::iter::once(goal).chain(assumed.iter().map(|number| self.atom(*number))).collect()
    }

    /// The values of some atoms.
    fn model(&self, atoms: &[u32]) -> Option<Model> {
        let model = self.solver.get_model()?;
        let value = |own: &Bool| model.eval(own, false).and_then(|value| value.as_bool()).unwrap_or_default();
        let known = atoms.iter().filter_map(|number| Some((*number, value(self.atoms.get(number)?))));
        Some(Model { atoms: known.collect() })
    }

    fn atom(&mut self, number: u32) -> Bool {
        self.atoms.entry(number).or_insert_with(|| Bool::new_const(number)).clone()
    }

    /// A name for the formula, defined by clauses: each node of the arena is said once.
    fn build(&mut self, formulas: &Formulas, formula: Formula) -> Bool {
        let mut pending = vec![(formula, false)];
        while let Some((formula, parts_done)) = pending.pop() {
            if self.nodes.contains_key(&formula) {
                continue;
            }
            let node = formulas.node(formula);
            if !parts_done {
                pending.push((formula, true));
                pending.extend(node.parts().iter().map(|part| (*part, false)));
                continue;
            }
            let parts: Vec<Bool> = node.parts().iter().filter_map(|part| self.nodes.get(part).cloned()).collect();
            let built = match node {
                Node::Constant(value) => Bool::from_bool(*value),
                Node::Atom(number) => self.atom(*number),
                Node::Not(_) => parts.first().map_or_else(|| Bool::from_bool(false), Bool::not),
                Node::And(_) => Bool::and(&parts),
                Node::Or(_) => Bool::or(&parts),
            };
            self.nodes.insert(formula, built);
        }
        // An assumption has to be a name: the solver of finite domains takes no other.
        let built = self.nodes.get(&formula).cloned().unwrap_or_else(|| Bool::from_bool(false));
        let name = Bool::new_const(format!("f{}", formula.index()));
        self.solver.assert(name.implies(&built));
        name
    }
}
