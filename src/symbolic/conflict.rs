//! Making a conflict minimal.
//!
//! In: literals that cannot hold together, and a way to ask that of fewer. Out: [`Literals`] of which none can be left
//! out. Trusted: nothing; every step is a question to the caller's decision procedure.

use std::collections::BTreeSet;

/// In conflicts of more literals than this, only those that the proof used are tried in pairs.
pub(crate) const PAIRED: usize = 24;

/// A choice among numbered positive and negative literals of one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Literals {
    /// Numbers of the sets that the value is in.
    pub(crate) positive: BTreeSet<usize>,
    /// Numbers of the sets that it is not in.
    pub(crate) negative: BTreeSet<usize>,
}

/// The number of one literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Literal {
    Positive(usize),
    Negative(usize),
}

impl Literals {
    /// All of so many literals.
    pub(crate) fn all(positive: usize, negative: usize) -> Self {
        Self { positive: (0..positive).collect(), negative: (0..negative).collect() }
    }

    pub(crate) fn len(&self) -> usize {
        self.positive.len() + self.negative.len()
    }

    pub(crate) fn contains(&self, literal: Literal) -> bool {
        match literal {
            Literal::Positive(index) => self.positive.contains(&index),
            Literal::Negative(index) => self.negative.contains(&index),
        }
    }

    pub(crate) fn insert(&mut self, literal: Literal) {
        match literal {
            Literal::Positive(index) => self.positive.insert(index),
            Literal::Negative(index) => self.negative.insert(index),
        };
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.positive.extend(other.positive);
        self.negative.extend(other.negative);
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Literal> {
        let negative = self.negative.iter().copied().map(Literal::Negative);
        self.positive.iter().copied().map(Literal::Positive).chain(negative)
    }

    fn without(&self, literal: Literal) -> Self {
        self.iter().filter(|other| *other != literal).collect()
    }
}

impl FromIterator<Literal> for Literals {
    fn from_iter<T: IntoIterator<Item = Literal>>(literals: T) -> Self {
        let mut chosen = Self::default();
        literals.into_iter().for_each(|literal| chosen.insert(literal));
        chosen
    }
}

/// A smallest pair in conflict if there is one, else what is left after leaving out one literal after another.
///
/// `refute` says of some literals which of them are in conflict, or `None` if they are not, or if it cannot tell.
pub(crate) fn minimal(
    all: &Literals,
    core: Literals,
    mut refute: impl FnMut(&Literals) -> Option<Literals>,
) -> Literals {
    if core.len() > 2 {
        // Two literals make the strongest lemma, so pairs outside the core are worth asking too.
        let pair = first_pair(&core, &mut refute)
            .or_else(|| (all.len() <= PAIRED && all != &core).then(|| first_pair(all, &mut refute))?);
        return shrink(pair.unwrap_or(core), &mut refute);
    }
    shrink(core, &mut refute)
}

/// Every conflict of one or two of the literals.
pub(crate) fn pairs(all: &Literals, mut refute: impl FnMut(&Literals) -> Option<Literals>) -> Vec<Literals> {
    let mut found = Vec::new();
    let mut left: Vec<Literal> = Vec::new();
    for literal in all.iter() {
        let alone = Literals::from_iter([literal]);
        match refute(&alone) {
            Some(_) => found.push(alone),
            None => left.push(literal),
        }
    }
    for (index, first) in left.iter().enumerate() {
        for second in left.iter().skip(index + 1) {
            let pair = Literals::from_iter([*first, *second]);
            if refute(&pair).is_some() {
                found.push(pair);
            }
        }
    }
    found
}

/// A conflict of two of the literals, or of one.
pub(crate) fn first_pair(among: &Literals, mut refute: impl FnMut(&Literals) -> Option<Literals>) -> Option<Literals> {
    let literals: Vec<Literal> = among.iter().collect();
    for (index, first) in literals.iter().enumerate() {
        for second in literals.iter().skip(index + 1) {
            if let Some(core) = refute(&Literals::from_iter([*first, *second])) {
                return Some(core);
            }
        }
    }
    None
}

/// What is left of a conflict after leaving out one literal after another.
pub(crate) fn shrink(mut core: Literals, mut refute: impl FnMut(&Literals) -> Option<Literals>) -> Literals {
    let order: Vec<Literal> = core.iter().collect();
    for literal in order {
        // An earlier step may have dropped it already.
        if core.contains(literal)
            && let Some(smaller) = refute(&core.without(literal))
        {
            core = smaller;
        }
    }
    core
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_come_before_larger_conflicts() {
        // Literals 0, 1, 2 together, and 3 with the negative 0, are in conflict.
        let refute = |some: &Literals| {
            let pair = Literals::from_iter([Literal::Positive(3), Literal::Negative(0)]);
            let three = Literals::from_iter([0, 1, 2].map(Literal::Positive));
            [three, pair].into_iter().find(|conflict| conflict.iter().all(|literal| some.contains(literal)))
        };
        let all = Literals::all(5, 2);
        let found = minimal(&all, all.clone(), refute);
        assert_eq!(found, Literals::from_iter([Literal::Positive(3), Literal::Negative(0)]));
        let three = Literals::all(3, 0);
        assert_eq!(minimal(&three, three.clone(), refute), three);
        assert_eq!(pairs(&all, refute).len(), 1);
    }
}
