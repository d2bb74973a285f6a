//! Formulas of one arena as terms of Z3.
//!
//! In: formulas. Out: a term for each node, made once, and the values of atoms in a model.

use std::collections::HashMap;
use std::time::Duration;

use indexmap::IndexMap;
use z3::ast::Bool;
use z3::{Params, Solver};

use crate::symbolic::formula::{Formula, Formulas, Node};

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

/// The terms made so far. They are given back in the order in which they were made: Z3 gives their numbers to later terms,
/// and what it finds first hangs on numbers.
#[derive(Debug, Default)]
pub(super) struct Terms {
    nodes: IndexMap<Formula, Bool>,
    atoms: IndexMap<u32, Bool>,
}

impl Terms {
    /// The constant that stands for an atom.
    pub(super) fn atom(&mut self, number: u32) -> Bool {
        self.atoms.entry(number).or_insert_with(|| Bool::new_const(number)).clone()
    }

    /// The term of a formula.
    pub(super) fn build(&mut self, formulas: &Formulas, formula: Formula) -> Bool {
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
        self.nodes.get(&formula).cloned().unwrap_or_else(|| Bool::from_bool(false))
    }

    /// The values of some atoms in a model.
    pub(super) fn read(&self, model: &z3::Model, atoms: &[u32]) -> Model {
        let value = |own: &Bool| model.eval(own, false).and_then(|value| value.as_bool()).unwrap_or_default();
        Model { atoms: atoms.iter().filter_map(|number| Some((*number, value(self.atoms.get(number)?)))).collect() }
    }
}

/// Bounds each later check of a solver.
pub(super) fn limit(solver: &Solver, time: Duration) {
    let mut params = Params::new();
    params.set_u32("timeout", u32::try_from(time.as_millis()).unwrap_or(u32::MAX));
    solver.set_params(&params);
}
