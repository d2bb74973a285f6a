//! Least models of small formulas, found without a solver.
//!
//! In: a formula, clauses, how much work it may be. Out: the atoms that are true in the least model, or nothing: the
//! search never says that there is none. Nothing rests on it: a model is checked where it is used.

use std::collections::{BTreeSet, HashMap};

use super::{Formula, Formulas, Node};

/// A node whose parts are named by their places in the search.
enum Step {
    Constant(bool),
    /// The variable of this place in the order of the search.
    Variable(usize),
    Not(usize),
    All(Vec<usize>),
    Any(Vec<usize>),
}

impl Formulas {
    /// The true atoms of the least model of a formula and some clauses: of the formula's atoms in the order of their
    /// numbers, each is false if it can be, given those before. Atoms of clauses alone come last. None: there is no
    /// model, or it takes more work to find.
    pub fn least_model(&self, formula: Formula, clauses: &[&[(u32, bool)]], mut work: usize) -> Option<BTreeSet<u32>> {
        let mut variables = self.atoms_of(formula);
        let mut places: HashMap<u32, usize> = (0..).zip(&variables).map(|(place, atom)| (*atom, place)).collect();
        for (atom, _) in clauses.iter().copied().flatten() {
            places.entry(*atom).or_insert_with(|| {
                variables.push(*atom);
                variables.len() - 1
            });
        }
        let steps = self.steps(formula, clauses, &places);
        // Variables are decided in order, so that those decided are always the first.
        let mut decided: Vec<bool> = Vec::with_capacity(variables.len());
        let mut values = Vec::with_capacity(steps.len());
        loop {
            work = work.checked_sub(steps.len())?;
            match judge(&steps, &decided, &mut values) {
                Some(true) => break,
                None => decided.push(false),
                Some(false) => {
                    while decided.pop()? {}
                    decided.push(true);
                }
            }
        }
        Some(variables.into_iter().zip(decided).filter(|(_, truth)| *truth).map(|(atom, _)| atom).collect())
    }

    /// The nodes of a formula and of clauses, each behind its parts, the conjunction of all last.
    fn steps(&self, formula: Formula, clauses: &[&[(u32, bool)]], places: &HashMap<u32, usize>) -> Vec<Step> {
        let variable = |atom: &u32| Step::Variable(places.get(atom).copied().unwrap_or_default());
        let mut steps: Vec<Step> = Vec::new();
        let mut known: HashMap<Formula, usize> = HashMap::new();
        let wanted = self.reachable(formula);
        for ((own, node), _) in self.nodes().zip(wanted).filter(|(_, wanted)| *wanted) {
            let of = |part: &Formula| known.get(part).copied().unwrap_or_default();
            let step = match node {
                Node::Constant(value) => Step::Constant(*value),
                Node::Atom(number) => variable(number),
                Node::Not(inner) => Step::Not(of(inner)),
                Node::And(parts) => Step::All(parts.iter().map(of).collect()),
                Node::Or(parts) => Step::Any(parts.iter().map(of).collect()),
            };
            known.insert(own, steps.len());
            steps.push(step);
        }
        let mut all = vec![steps.len().saturating_sub(1)];
        for clause in clauses {
            let mut parts = Vec::with_capacity(clause.len());
            for (atom, truth) in *clause {
                steps.push(variable(atom));
                if !truth {
                    steps.push(Step::Not(steps.len() - 1));
                }
                parts.push(steps.len() - 1);
            }
            all.push(steps.len());
            steps.push(Step::Any(parts));
        }
        steps.push(Step::All(all));
        steps
    }
}

/// The truth value of the last step, if it follows from the first variables.
fn judge(steps: &[Step], decided: &[bool], values: &mut Vec<Option<bool>>) -> Option<bool> {
    values.clear();
    for step in steps {
        let of = |part: &usize| values.get(*part).copied().flatten();
        // One part that has the value decides; otherwise all must be known.
        let fold = |parts: &[usize], deciding: bool| {
            let mut open = false;
            for part in parts {
                match of(part) {
                    Some(value) if value == deciding => return Some(deciding),
                    Some(_) => {}
                    None => open = true,
                }
            }
            (!open).then_some(!deciding)
        };
        let value = match step {
            Step::Constant(value) => Some(*value),
            Step::Variable(place) => decided.get(*place).copied(),
            Step::Not(inner) => of(inner).map(|value| !value),
            Step::All(parts) => fold(parts, false),
            Step::Any(parts) => fold(parts, true),
        };
        values.push(value);
    }
    values.last().copied().flatten()
}
