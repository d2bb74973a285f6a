//! Boolean formulas over numbered atoms, each distinct formula stored once.
//!
//! In: atoms and connectives. Out: [`Formula`] handles into a [`Formulas`] arena; equal handles are equal formulas.
//! Trusted: that the constructors keep the meaning while they simplify. Proofs rest on it, and the tests compare it
//! with Z3's reading of the same law.

use indexmap::IndexSet;

mod implicant;
mod least;
mod print;

/// A formula of one [`Formulas`] arena. A handle means nothing in another arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Formula(u32);

impl Formula {
    /// The contradiction, in every arena.
    pub const FALSE: Self = Self(0);
    /// The tautology, in every arena.
    pub const TRUE: Self = Self(1);

    /// The position of the formula in its arena; the parts of a formula come before it.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// How a formula is built.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// True or false.
    Constant(bool),
    /// A Boolean unknown, by its number.
    Atom(u32),
    /// A negation; never of a constant or of a negation.
    Not(Formula),
    /// A conjunction of two or more formulas: sorted, distinct, none of them a constant or a conjunction.
    And(Box<[Formula]>),
    /// A disjunction, with the same care.
    Or(Box<[Formula]>),
}

impl Node {
    /// The formulas that this one is directly built of.
    pub fn parts(&self) -> &[Formula] {
        match self {
            Self::Constant(_) | Self::Atom(_) => &[],
            Self::Not(inner) => std::slice::from_ref(inner),
            Self::And(parts) | Self::Or(parts) => parts,
        }
    }
}

const CONTRADICTION: Node = Node::Constant(false);

/// An arena of formulas.
#[derive(Debug, Clone)]
pub struct Formulas {
    nodes: IndexSet<Node>,
}

impl Default for Formulas {
    fn default() -> Self {
        // In the order of Formula::FALSE and Formula::TRUE.
        Self { nodes: IndexSet::from([Node::Constant(false), Node::Constant(true)]) }
    }
}

impl Formulas {
    /// An arena with the two constants in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// The node of a formula of this arena.
    pub fn node(&self, formula: Formula) -> &Node {
        self.nodes.get_index(formula.index()).unwrap_or(&CONTRADICTION)
    }

    /// All nodes made so far, each after its parts.
    pub fn nodes(&self) -> impl Iterator<Item = (Formula, &Node)> {
        (0..).map(Formula).zip(&self.nodes)
    }

    /// True or false.
    pub fn constant(&self, value: bool) -> Formula {
        if value { Formula::TRUE } else { Formula::FALSE }
    }

    /// The unknown of this number.
    pub fn atom(&mut self, number: u32) -> Formula {
        self.intern(Node::Atom(number))
    }

    /// The negation.
    pub fn not(&mut self, formula: Formula) -> Formula {
        match *self.node(formula) {
            Node::Constant(value) => self.constant(!value),
            Node::Not(inner) => inner,
            _ => self.intern(Node::Not(formula)),
        }
    }

    /// The conjunction; of nothing, true.
    pub fn and(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        let mut parts = Vec::new();
        for formula in formulas {
            match self.node(formula) {
                Node::And(inner) => parts.extend_from_slice(inner),
                _ => parts.push(formula),
            }
        }
        match self.distinct(parts, Formula::TRUE) {
            None => Formula::FALSE,
            Some(parts) => match parts.as_slice() {
                [] => Formula::TRUE,
                [only] => *only,
                _ => self.intern(Node::And(parts.into())),
            },
        }
    }

    /// The disjunction; of nothing, false.
    pub fn or(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        let mut parts = Vec::new();
        for formula in formulas {
            match self.node(formula) {
                Node::Or(inner) => parts.extend_from_slice(inner),
                _ => parts.push(formula),
            }
        }
        match self.distinct(parts, Formula::FALSE) {
            None => Formula::TRUE,
            Some(parts) => match parts.as_slice() {
                [] => Formula::FALSE,
                [only] => *only,
                _ => self.intern(Node::Or(parts.into())),
            },
        }
    }

    /// If the first holds, so does the second.
    pub fn implies(&mut self, premise: Formula, conclusion: Formula) -> Formula {
        let without = self.not(premise);
        self.or([without, conclusion])
    }

    /// Both or neither.
    pub fn iff(&mut self, left: Formula, right: Formula) -> Formula {
        let differ = self.xor(left, right);
        self.not(differ)
    }

    /// One and not the other.
    pub fn xor(&mut self, left: Formula, right: Formula) -> Formula {
        let not_right = self.not(right);
        self.ite(left, not_right, right)
    }

    /// If the first holds the second, else the third.
    pub fn ite(&mut self, condition: Formula, then: Formula, otherwise: Formula) -> Formula {
        let unless = self.not(condition);
        let taken = self.and([condition, then]);
        let passed = self.and([unless, otherwise]);
        self.or([taken, passed])
    }

    /// The truth value of a formula; asks only for atoms that occur in it, each once.
    pub fn evaluate(&self, formula: Formula, mut atom: impl FnMut(u32) -> bool) -> bool {
        self.evaluate_words(formula, |number| if atom(number) { 1 } else { 0 }) & 1 == 1
    }

    /// The same for 64 combinations of truth values at once, one a bit.
    pub fn evaluate_words(&self, formula: Formula, mut atom: impl FnMut(u32) -> u64) -> u64 {
        let wanted = self.reachable(formula);
        let mut values = vec![0; wanted.len()];
        for ((index, node), wanted) in self.nodes.iter().enumerate().zip(wanted) {
            if !wanted {
                continue;
            }
            let of = |part: &Formula| values.get(part.index()).copied().unwrap_or(0);
            let value = match node {
                Node::Constant(value) => {
                    if *value {
                        u64::MAX
                    } else {
                        0
                    }
                }
                Node::Atom(number) => atom(*number),
                Node::Not(inner) => !of(inner),
                Node::And(parts) => parts.iter().fold(u64::MAX, |all, part| all & of(part)),
                Node::Or(parts) => parts.iter().fold(0, |any, part| any | of(part)),
            };
            if let Some(place) = values.get_mut(index) {
                *place = value;
            }
        }
        values.last().copied().unwrap_or(0)
    }

    /// For every node up to the formula, whether the formula is built of it.
    fn reachable(&self, formula: Formula) -> Vec<bool> {
        let mut wanted = vec![false; formula.index() + 1];
        if let Some(last) = wanted.last_mut() {
            *last = true;
        }
        for index in (0..wanted.len()).rev() {
            if wanted.get(index) != Some(&true) {
                continue;
            }
            let parts = self.nodes.get_index(index).map_or(&[][..], Node::parts);
            for part in parts {
                if let Some(place) = wanted.get_mut(part.index()) {
                    *place = true;
                }
            }
        }
        wanted
    }

    /// Sorts and dedupes the parts of a conjunction or disjunction and drops its neutral constant. `None`: the other
    /// constant is among them, or a formula together with its negation, and decides the whole.
    fn distinct(&self, mut parts: Vec<Formula>, neutral: Formula) -> Option<Vec<Formula>> {
        parts.retain(|part| *part != neutral);
        parts.sort_unstable();
        parts.dedup();
        let decided = parts.iter().any(|part| match self.node(*part) {
            Node::Constant(_) => true,
            Node::Not(inner) => parts.binary_search(inner).is_ok(),
            _ => false,
        });
        (!decided).then_some(parts)
    }

    fn intern(&mut self, node: Node) -> Formula {
        let (index, _) = self.nodes.insert_full(node);
        // No wrap-around: 2^32 nodes are more than 100 GiB.
        Formula(index as u32)
    }
}
