//! The theory of fields whose values lie on an axis: numbers, instants, addresses.
//!
//! In: sets that a value is in and sets that it is not in. Out: a [`FieldAnswer`], never undecided. The bounds that
//! occur cut the axis into cells that no set parts, so one point of each cell stands for all of it.
//! Trusted: conflicts rest on the cells (`Axis::cells`) and on membership; witnesses are tried.

pub use crate::symbolic::interval::address::{AddressSet, solve_addresses};
pub use crate::symbolic::interval::ordered::{Comparison, InstantSet, NumberSet, OrderedSet};

use std::collections::BTreeSet;

use crate::symbolic::conflict::{Literal, Literals, minimal};
use crate::symbolic::field::FieldAnswer;
use crate::symbolic::interval::ordered::Axis;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;

mod address;
mod ordered;

/// Looks for a number in all positive and no negative sets.
pub fn solve_numbers(positive: &[&NumberSet], negative: &[&NumberSet]) -> FieldAnswer {
    let bounds: BTreeSet<Number> = positive.iter().chain(negative).flat_map(|set| set.bounds()).cloned().collect();
    solve(&Number::cells(&bounds), positive, negative, Number::ugliness)
}

/// Looks for an instant in all positive and no negative sets.
pub fn solve_instants(positive: &[&InstantSet], negative: &[&InstantSet]) -> FieldAnswer {
    let bounds: BTreeSet<Instant> = positive.iter().chain(negative).flat_map(|set| set.bounds()).copied().collect();
    solve(&Instant::cells(&bounds), positive, negative, Instant::ugliness)
}

/// A set of points.
trait Set<T> {
    fn contains(&self, point: &T) -> bool;
}

/// Looks at one point of each cell; `ugliness` says how little a point is wanted.
fn solve<T: ToString, S: Set<T>>(
    cells: &[T],
    positive: &[&S],
    negative: &[&S],
    ugliness: impl Fn(&T) -> u32,
) -> FieldAnswer {
    let holds =
        |point: &&T| positive.iter().all(|set| set.contains(point)) && !negative.iter().any(|set| set.contains(point));
    if let Some(point) = cells.iter().filter(holds).min_by_key(|point| ugliness(point)) {
        return FieldAnswer::Witness(point.to_string());
    }
    // For each cell, the literals that its points fail; equal ones once.
    let fails = |point: &T, literal: &Literal| match *literal {
        Literal::Positive(index) => positive.get(index).is_some_and(|set| !set.contains(point)),
        Literal::Negative(index) => negative.get(index).is_some_and(|set| set.contains(point)),
    };
    let all = Literals::all(positive.len(), negative.len());
    let mut failed: Vec<Vec<Literal>> = Vec::new();
    for point in cells {
        let literals: Vec<Literal> = all.iter().filter(|literal| fails(point, literal)).collect();
        if !failed.contains(&literals) {
            failed.push(literals);
        }
    }
    let refute = |some: &Literals| {
        let each = failed.iter().all(|literals| literals.iter().any(|literal| some.contains(*literal)));
        each.then(|| some.clone())
    };
    minimal(&all, all.clone(), refute).into()
}
