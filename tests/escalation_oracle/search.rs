//! Explicit states, one after the other.
//!
//! [`shortest`] goes breadth first, every request counted. [`close`] asks only whether the goal is ever reached: where a
//! request makes the state at least as good as it was (the order of `transitions`), it is sent at once and nothing else
//! is tried, so that all states have soon been seen.

use std::collections::{HashMap, HashSet};

use crate::judge::Judge;
use crate::state::{Model, State};
use crate::transitions::{Move, Turn};

/// Whether the goal is ever reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    Never,
    /// There is not even a request that could be sent.
    Stuck,
    Somehow,
    /// Too many states.
    GaveUp,
}

impl Closed {
    /// Whether the goal is never reached.
    pub(crate) fn is_never(self) -> bool {
        matches!(self, Self::Never | Self::Stuck)
    }
}

/// The fewest requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shortest {
    /// So many, the goal's included, after these.
    Found(usize, Vec<Move>),
    /// Not with so few; whether all states have been seen.
    Excluded { requests: usize, closed: bool },
}

/// Whether the goal can be reached, by any sequence; how many states that took.
pub(crate) fn close<'m>(model: &'m Model, judge: &mut Judge<'m>, most: usize) -> (Closed, usize) {
    let first = model.first.clone().normal(model);
    if Turn::new(model, judge, &first).moves(true).is_empty() && !Turn::new(model, judge, &first).meets() {
        return (Closed::Stuck, 1);
    }
    let first = improved(model, judge, first);
    let (mut seen, mut open) = (HashSet::from([first.clone()]), vec![first]);
    while let Some(state) = open.pop() {
        let mut turn = Turn::new(model, judge, &state);
        if turn.meets() {
            return (Closed::Somehow, seen.len());
        }
        for own in turn.moves(true) {
            let next = improved(model, judge, state.after(model, own).normal(model));
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
        if seen.len() > most {
            return (Closed::GaveUp, seen.len());
        }
    }
    (Closed::Never, seen.len())
}

/// Sends whatever improves, until nothing does.
fn improved<'m>(model: &'m Model, judge: &mut Judge<'m>, mut state: State) -> State {
    loop {
        let mut turn = Turn::new(model, judge, &state);
        let better: Vec<Move> = turn.moves(true).into_iter().filter(|own| turn.improves(*own)).collect();
        let next = better.into_iter().map(|own| state.after(model, own).normal(model)).find(|next| *next != state);
        match next {
            Some(next) => state = next,
            None => return state,
        }
    }
}

/// The fewest requests, up to so many, with so many states kept at most.
pub(crate) fn shortest<'m>(
    model: &'m Model,
    judge: &mut Judge<'m>,
    requests: usize,
    most: usize,
    reduced: bool,
) -> Shortest {
    let normal = |state: State| if reduced { state.normal(model) } else { state };
    let mut states = vec![normal(model.first.clone())];
    let mut from: Vec<Option<(usize, Move)>> = vec![None];
    let mut seen: HashMap<State, usize> = HashMap::from([(states[0].clone(), 0)]);
    // States by the number of requests that lead to them.
    let mut levels: Vec<Vec<usize>> = vec![Vec::new(); requests + 2];
    levels[0].push(0);
    let trace = |from: &[Option<(usize, Move)>], mut at: usize, last: Option<Move>| {
        let mut moves: Vec<Move> = last.into_iter().collect();
        while let Some((before, own)) = from[at] {
            moves.push(own);
            at = before;
        }
        moves.reverse();
        moves
    };
    for level in 0..requests {
        let here = std::mem::take(&mut levels[level]);
        for at in &here {
            if Turn::new(model, judge, &states[*at]).meets() {
                return Shortest::Found(level + 1, trace(&from, *at, None));
            }
        }
        if level + 1 == requests {
            let closed = here.is_empty() && levels.iter().all(Vec::is_empty);
            return Shortest::Excluded { requests, closed };
        }
        let last = level + 2 == requests;
        for at in here {
            let state = states[at].clone();
            if seen.get(&state).is_some_and(|depth| *depth < level) {
                continue;
            }
            for own in Turn::new(model, judge, &state).moves(reduced) {
                let (next, depth) = (normal(state.after(model, own)), level + own.cost());
                if seen.get(&next).is_some_and(|known| *known <= depth) {
                    continue;
                }
                // Sooner is impossible: no state of this level meets the goal.
                if own.cost() == 1 && Turn::new(model, judge, &next).meets() {
                    return Shortest::Found(depth + 1, trace(&from, at, Some(own)));
                }
                seen.insert(next.clone(), depth);
                if last {
                    // Only whether there is more matters.
                    levels[requests].push(0);
                    continue;
                }
                if let Some(level) = levels.get_mut(depth) {
                    states.push(next);
                    from.push(Some((at, own)));
                    level.push(states.len() - 1);
                }
                if seen.len() > most {
                    return Shortest::Excluded { requests: level + 1, closed: false };
                }
            }
        }
    }
    Shortest::Excluded { requests, closed: false }
}

/// The requests of a trace, in words.
pub(crate) fn told(model: &Model, moves: &[Move]) -> Vec<String> {
    let mut state = model.first.clone().normal(model);
    let mut told = Vec::new();
    for own in moves {
        told.push(state.told(model, *own));
        state = state.after(model, *own).normal(model);
    }
    told.push(format!("{} on {}", model.goal.0, model.arns[usize::from(model.goal.1)]));
    told
}
