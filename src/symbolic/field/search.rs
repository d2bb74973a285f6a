//! The search for a text that a machine accepts.
//!
//! In: a [`Machine`] and how many states it may see. Out: a text, or the literals that were enough to rule out every
//! text, or neither when the states are used up. States nearest to acceptance are looked at first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use indexmap::IndexSet;

use crate::deadline::is_over;
use crate::symbolic::conflict::Literals;
use crate::symbolic::field::alphabet::Symbol;
use crate::symbolic::field::machine::{Machine, Status};

/// How many numbers all states together may have: 128 MiB.
const ROOM: usize = 1 << 24;

/// What a search found.
#[derive(Debug)]
pub(super) enum Found {
    /// An accepted text.
    Text(Vec<Symbol>),
    /// No text is accepted; these literals alone see to it.
    Nothing(Literals),
    /// The states are used up, or the time.
    Exhausted,
}

/// How a state was first reached.
#[derive(Debug, Clone, Copy)]
struct Origin {
    parent: usize,
    letter: usize,
    cost: u32,
}

/// What a state of the search keeps of the positive languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// All positions that the text may have led to: fewest states for most questions.
    All,
    /// One position of each, and a state for each choice: fewer states where a run leaves many positions open.
    One,
}

/// Searches; takes the states it sees from the budget.
pub(super) fn search(machine: &Machine, keeping: Keeping, limit: usize, budget: &mut Budget) -> Found {
    let limit = limit.min(budget.states).min(ROOM / machine.width().max(1));
    let mut seen = Seen::default();
    let found = explore(machine, keeping, limit, budget.deadline, &mut seen);
    budget.states = budget.states.saturating_sub(seen.states.len());
    if is_over(budget.deadline) {
        budget.states = 0;
    }
    found
}

/// What is left for the searches of a question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    /// How many states they may see.
    pub(super) states: usize,
    /// When they give up.
    pub(super) deadline: Option<Instant>,
}

/// After how many states a search looks at the time.
const UNTIMED: usize = 64;

/// The states seen, and those to be looked at.
#[derive(Default)]
struct Seen {
    states: IndexSet<Box<[u64]>>,
    origins: Vec<Origin>,
    queue: BinaryHeap<Reverse<(u32, usize)>>,
}

impl Seen {
    /// Takes in a state that is not known yet, from which at least so many characters are missing.
    fn insert(&mut self, state: &[u64], missing: u32, origin: Origin) {
        if !self.states.contains(state) {
            let (place, _) = self.states.insert_full(state.into());
            self.origins.push(origin);
            // What is missing weighs more than what was spent: the search goes for an answer, not for the shortest.
            self.queue.push(Reverse((origin.cost.saturating_add(missing.saturating_mul(4)), place)));
        }
    }
}

fn explore(machine: &Machine, keeping: Keeping, limit: usize, deadline: Option<Instant>, seen: &mut Seen) -> Found {
    let mut core = Literals::default();
    let mut state = machine.start();
    let mut next = Vec::with_capacity(machine.width());
    let start = Origin { parent: usize::MAX, letter: usize::MAX, cost: 0 };
    match machine.judge(&mut state, &mut core) {
        Status::Accepted => return Found::Text(Vec::new()),
        Status::Dead => return Found::Nothing(core),
        Status::Open(missing) => seen.insert(&state, missing, start),
    }
    let mut looked = 0;
    while let Some(Reverse((_, index))) = seen.queue.pop() {
        if looked % UNTIMED == 0 && is_over(deadline) {
            return Found::Exhausted;
        }
        looked += 1;
        let Some(known) = seen.states.get_index(index) else { continue };
        state.clear();
        state.extend_from_slice(known);
        let cost = seen.origins.get(index).map_or(0, |origin| origin.cost);
        for (number, letter) in machine.letters.iter().enumerate() {
            if !machine.tries(&state, letter) {
                continue;
            }
            machine.step(&state, letter, &mut next);
            let origin = Origin { parent: index, letter: number, cost: cost.saturating_add(letter.symbol.cost()) };
            match (machine.judge(&mut next, &mut core), keeping) {
                (Status::Dead, _) => {}
                (Status::Accepted, _) => return Found::Text(text(machine, &seen.origins, origin)),
                (Status::Open(missing), Keeping::All) => seen.insert(&next, missing, origin),
                (Status::Open(_), Keeping::One) => {
                    for mut one in machine.alternatives(&next) {
                        // None is accepted where all together are not, but each has its own reason.
                        if let Status::Open(missing) = machine.judge(&mut one, &mut core) {
                            seen.insert(&one, missing, origin);
                        }
                    }
                }
            }
            if seen.states.len() > limit {
                return Found::Exhausted;
            }
        }
    }
    Found::Nothing(core)
}

fn text(machine: &Machine, origins: &[Origin], last: Origin) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    let mut origin = Some(&last);
    while let Some(Origin { parent, letter, .. }) = origin {
        symbols.extend(machine.letters.get(*letter).map(|letter| letter.symbol));
        origin = origins.get(*parent);
    }
    symbols.reverse();
    symbols
}
