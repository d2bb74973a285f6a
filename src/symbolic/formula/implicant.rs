//! Short implicants: the few literals of a model that make a formula true.

use std::collections::BTreeMap;

use super::{Formula, Formulas, Node};

impl Formulas {
    /// Literals, true in the model, that alone make the formula true; `None` if the model does not satisfy it.
    /// Of a disjunction one true part is kept: the one that asks for the fewest true atoms.
    pub fn implicant(&self, formula: Formula, atom: impl Fn(u32) -> bool) -> Option<Vec<(u32, bool)>> {
        let mut values: BTreeMap<Formula, bool> = BTreeMap::new();
        if !self.value_of(formula, &atom, &mut values) {
            return None;
        }
        let mut literals = BTreeMap::new();
        let mut pending = vec![(formula, true)];
        let mut seen = std::collections::BTreeSet::new();
        while let Some((formula, wanted)) = pending.pop() {
            if !seen.insert((formula, wanted)) {
                continue;
            }
            match (self.node(formula), wanted) {
                (Node::Constant(_), _) => {}
                (Node::Atom(number), wanted) => {
                    literals.insert(*number, wanted);
                }
                (Node::Not(inner), wanted) => pending.push((*inner, !wanted)),
                // All parts are needed to make a conjunction true, or a disjunction false.
                (Node::And(parts), true) | (Node::Or(parts), false) => {
                    pending.extend(parts.iter().map(|part| (*part, wanted)));
                }
                // One part is enough.
                (Node::And(parts), false) | (Node::Or(parts), true) => {
                    let fits = |part: &&Formula| values.get(*part).copied() == Some(wanted);
                    let cost = |part: &&Formula| (!seen.contains(&(**part, wanted)), self.cost(**part, wanted));
                    pending.extend(parts.iter().filter(fits).min_by_key(cost).map(|part| (*part, wanted)));
                }
            }
        }
        Some(literals.into_iter().collect())
    }

    /// The atoms of a formula, ascending.
    pub fn atoms_of(&self, formula: Formula) -> Vec<u32> {
        let mut atoms = std::collections::BTreeSet::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut pending = vec![formula];
        while let Some(formula) = pending.pop() {
            if seen.insert(formula) {
                match self.node(formula) {
                    Node::Atom(number) => {
                        atoms.insert(*number);
                    }
                    node => pending.extend_from_slice(node.parts()),
                }
            }
        }
        atoms.into_iter().collect()
    }

    /// How much a part asks for: negative literals ask for nothing to be there.
    fn cost(&self, formula: Formula, wanted: bool) -> usize {
        match (self.node(formula), wanted) {
            (Node::Constant(_), _) => 0,
            (Node::Atom(_), true) => 2,
            (Node::Atom(_), false) => 1,
            (Node::Not(inner), wanted) => match self.node(*inner) {
                Node::Atom(_) => 1 + usize::from(!wanted),
                inner => 3 + inner.parts().len(),
            },
            (Node::And(parts) | Node::Or(parts), _) => 3 + parts.len(),
        }
    }

    fn value_of(&self, formula: Formula, atom: &impl Fn(u32) -> bool, values: &mut BTreeMap<Formula, bool>) -> bool {
        let mut pending = vec![(formula, false)];
        while let Some((formula, parts_done)) = pending.pop() {
            if values.contains_key(&formula) {
                continue;
            }
            let node = self.node(formula);
            if !parts_done {
                pending.push((formula, true));
                pending.extend(node.parts().iter().map(|part| (*part, false)));
                continue;
            }
            let of = |part: &Formula| values.get(part).copied().unwrap_or_default();
            let value = match node {
                Node::Constant(value) => *value,
                Node::Atom(number) => atom(*number),
                Node::Not(inner) => !of(inner),
                Node::And(parts) => parts.iter().all(of),
                Node::Or(parts) => parts.iter().any(of),
            };
            values.insert(formula, value);
        }
        values.get(&formula).copied().unwrap_or_default()
    }
}
