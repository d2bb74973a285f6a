//! Sets on an ordered axis, given by comparisons with the values of a policy.
//!
//! In: comparisons. Out: [`OrderedSet`], their union. Numbers are dense: between any two is another. Instants are
//! whole nanoseconds.

use std::collections::BTreeSet;

use crate::symbolic::interval::Set;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;

/// How a value compares with one of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Less.
    Less,
    /// Less, or the same.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater, or the same.
    GreaterOrEqual,
}

/// A union of comparisons.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrderedSet<T> {
    /// The values that are in as such.
    equal: BTreeSet<T>,
    /// All below are in, and the value itself if so said.
    below: Option<(T, bool)>,
    /// All above are in, and the value itself if so said.
    above: Option<(T, bool)>,
}

/// A set of numbers.
pub type NumberSet = OrderedSet<Number>;

/// A set of instants.
pub type InstantSet = OrderedSet<Instant>;

impl<T: Ord + Clone> OrderedSet<T> {
    /// The values for which one of the comparisons holds.
    pub fn new(comparisons: impl IntoIterator<Item = (Comparison, T)>) -> Self {
        let mut set = Self { equal: BTreeSet::new(), below: None, above: None };
        for (comparison, value) in comparisons {
            match comparison {
                Comparison::Equal => {
                    set.equal.insert(value);
                }
                Comparison::Less | Comparison::LessOrEqual => {
                    // Of two half-axes the greater is their union; at one value, the one that has it.
                    let half = (value, comparison == Comparison::LessOrEqual);
                    if set.below.as_ref().is_none_or(|known| *known < half) {
                        set.below = Some(half);
                    }
                }
                Comparison::Greater | Comparison::GreaterOrEqual => {
                    let with = comparison == Comparison::GreaterOrEqual;
                    let greater = |known: &(T, bool)| value < known.0 || (value == known.0 && with && !known.1);
                    if set.above.as_ref().is_none_or(greater) {
                        set.above = Some((value, with));
                    }
                }
            }
        }
        set.drop_covered();
        set
    }

    /// Whether the value is in the set.
    pub fn contains(&self, value: &T) -> bool {
        self.equal.contains(value) || self.in_halves(value)
    }

    fn in_halves(&self, value: &T) -> bool {
        let below = self.below.as_ref().is_some_and(|(bound, with)| value < bound || (*with && value == bound));
        let above = self.above.as_ref().is_some_and(|(bound, with)| value > bound || (*with && value == bound));
        below || above
    }

    /// Comparisons of which it is the union.
    pub fn comparisons(&self) -> impl Iterator<Item = (Comparison, &T)> {
        let half = |half: &'_ Option<(T, bool)>, [without, with]: [Comparison; 2]| {
            half.as_ref().map(|(_, inclusive)| if *inclusive { with } else { without })
        };
        let below = half(&self.below, [Comparison::Less, Comparison::LessOrEqual]);
        let above = half(&self.above, [Comparison::Greater, Comparison::GreaterOrEqual]);
        let equal = self.equal.iter().map(|value| (Comparison::Equal, value));
        let below = below.zip(self.below.as_ref().map(|(bound, _)| bound));
        let above = above.zip(self.above.as_ref().map(|(bound, _)| bound));
        equal.chain(below).chain(above)
    }

    fn drop_covered(&mut self) {
        let equal = std::mem::take(&mut self.equal);
        self.equal = equal.into_iter().filter(|value| !self.in_halves(value)).collect();
    }

    /// The values where membership may change.
    pub(super) fn bounds(&self) -> impl Iterator<Item = &T> {
        let halves = self.below.iter().chain(&self.above).map(|(bound, _)| bound);
        self.equal.iter().chain(halves)
    }
}

impl<T: Ord + Clone> Set<T> for OrderedSet<T> {
    fn contains(&self, point: &T) -> bool {
        OrderedSet::contains(self, point)
    }
}

/// An axis that values lie on.
pub(super) trait Axis: Ord + Clone {
    /// A value without any bound.
    fn any() -> Self;
    /// A value below this one, if there is one.
    fn before(&self) -> Option<Self>;
    /// A value above this one, if there is one.
    fn after(&self) -> Option<Self>;
    /// A value strictly between two, if there is one.
    fn amid(low: &Self, high: &Self) -> Option<Self>;
    /// How little a value is wanted in a witness.
    fn ugliness(&self) -> u32;

    /// One point of each cell: the bounds, what lies between two, below the first and above the last.
    fn cells(bounds: &BTreeSet<Self>) -> Vec<Self> {
        let (Some(first), Some(last)) = (bounds.first(), bounds.last()) else { return vec![Self::any()] };
        let mut cells: Vec<Self> = bounds.iter().cloned().collect();
        cells.extend(bounds.iter().zip(bounds.iter().skip(1)).filter_map(|(low, high)| Self::amid(low, high)));
        cells.extend(last.after());
        cells.extend(first.before());
        cells
    }
}

impl Axis for Number {
    fn any() -> Self {
        Self::zero().above()
    }

    fn before(&self) -> Option<Self> {
        Some(self.below())
    }

    fn after(&self) -> Option<Self> {
        Some(self.above())
    }

    fn amid(low: &Self, high: &Self) -> Option<Self> {
        Self::between(low, high)
    }

    fn ugliness(&self) -> u32 {
        u32::from(!self.is_whole()) + 2 * u32::from(self.is_negative())
    }
}

impl Axis for Instant {
    fn any() -> Self {
        Self::parse("2026-01-01T00:00:00Z").unwrap_or(Self::from_nanoseconds(0))
    }

    fn before(&self) -> Option<Self> {
        let here = self.nanoseconds();
        let second = here.div_euclid(SECOND) * SECOND;
        Some(Self::from_nanoseconds(if second < here { second } else { second - SECOND }))
    }

    fn after(&self) -> Option<Self> {
        Some(Self::from_nanoseconds((self.nanoseconds().div_euclid(SECOND) + 1) * SECOND))
    }

    fn amid(low: &Self, high: &Self) -> Option<Self> {
        let nanosecond = Self::from_nanoseconds(low.nanoseconds() + 1);
        [low.after(), Some(nanosecond)].into_iter().flatten().find(|between| between < high)
    }

    fn ugliness(&self) -> u32 {
        u32::from(self.nanoseconds().rem_euclid(SECOND) != 0) + 2 * u32::from(self.nanoseconds() < 0)
    }
}

/// Nanoseconds.
const SECOND: i128 = 1_000_000_000;
