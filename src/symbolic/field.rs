//! The theory of one text-valued field.
//!
//! In: languages that a value is in and languages that it is not in. Out: a [`FieldAnswer`]: a readable value, or a
//! minimal conflict, which is a theorem, or neither when the limits were reached.
//! Trusted: conflicts rest on the automata (`machine.rs`) and on the choice of characters (`alphabet.rs`). Witnesses
//! are checked text by text.

pub use crate::symbolic::field::list::{ListAnswer, Wishes, any_of_set};

use std::time::Instant;

use crate::symbolic::conflict::{Literals, PAIRED, first_pair, minimal, pairs as conflicting_pairs};
use crate::symbolic::field::question::Question;
use crate::symbolic::field::search::{Budget, Found};
use crate::symbolic::language::Language;

mod alphabet;
mod list;
mod machine;
mod question;
mod search;
mod witness;
mod words;

/// How many states a step of making a conflict minimal may see at least.
const MINIMIZED: usize = 2_000;

/// Texts that witnesses are made of where they fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hints {
    /// Whole values to try first.
    pub whole: Vec<String>,
    /// Texts for wildcards, the best first.
    pub fills: Vec<String>,
}

impl Default for Hints {
    fn default() -> Self {
        Self { whole: Vec::new(), fills: ["example", "a", "111122223333"].map(String::from).into() }
    }
}

/// How much work a question may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many states a search may see.
    pub nodes: usize,
    /// How many of them it may see before its question is split into one for each glob of a language.
    pub unsplit: usize,
    /// When it gives up.
    pub deadline: Option<Instant>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { nodes: 200_000, unsplit: 4_096, deadline: None }
    }
}

/// Whether a field has a value as wished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldAnswer {
    /// A value.
    Witness(String),
    /// There is none, even for these languages alone; leaving out one of them would not show it.
    Conflict {
        /// Places in the list of positive languages, ascending.
        positive: Vec<usize>,
        /// Places in the list of negative ones, ascending.
        negative: Vec<usize>,
    },
    /// The limits were reached first.
    Undecided,
}

impl From<Literals> for FieldAnswer {
    fn from(literals: Literals) -> Self {
        Self::Conflict {
            positive: literals.positive.into_iter().collect(),
            negative: literals.negative.into_iter().collect(),
        }
    }
}

/// Looks for a text in all positive and no negative languages.
pub fn solve(positive: &[&Language], negative: &[&Language], hints: &Hints, limits: Limits) -> FieldAnswer {
    let question = Question {
        positive: positive.to_vec(),
        negative: negative.to_vec(),
        unsplit: limits.unsplit,
        deadline: limits.deadline,
    };
    if let Some(text) = witness::guess(&question, hints) {
        return FieldAnswer::Witness(text);
    }
    let all = Literals::all(positive.len(), negative.len());
    let easy = limits.nodes.min(limits.unsplit);
    let mut budget = Budget { states: easy, deadline: limits.deadline };
    let mut found = question.decide(&mut budget);
    // What a step of making a conflict minimal may cost: about as much as it cost to find.
    let mut nodes = easy.saturating_sub(budget.states).saturating_mul(2).max(MINIMIZED);
    if matches!(found, Found::Exhausted) {
        found = decide_hard(&question, &all, limits);
        nodes = nodes.max(limits.nodes / 4);
    }
    match found {
        Found::Text(symbols) => FieldAnswer::Witness(witness::polish(&question, &symbols, hints)),
        Found::Exhausted => FieldAnswer::Undecided,
        Found::Nothing(core) => minimal(&all, core, |some| question.refute(some, nodes)).into(),
    }
}

/// Decides a question that few states do not decide.
fn decide_hard(question: &Question<'_>, all: &Literals, limits: Limits) -> Found {
    // A conflict of two literals is often easy to see where all of them together are not.
    if all.len() <= PAIRED
        && let Some(core) = first_pair(all, |some| question.refute(some, limits.nodes.min(MINIMIZED)))
    {
        return Found::Nothing(core);
    }
    // So is one of the positive languages alone: those that are forbidden make the most states.
    if question.positive.len() > 2 && !question.negative.is_empty() {
        let some = Literals::all(question.positive.len(), 0);
        if let Some(core) = question.refute(&some, limits.nodes) {
            return Found::Nothing(core);
        }
    }
    let mut budget = Budget { states: limits.nodes, deadline: limits.deadline };
    question.decide(&mut budget)
}

/// Every conflict of one or two of the languages that so many states show, each as [`FieldAnswer::Conflict`]. For
/// solvers that want all lemmas of a field at once.
pub fn pairs(positive: &[&Language], negative: &[&Language], limits: Limits) -> Vec<FieldAnswer> {
    let question = Question {
        positive: positive.to_vec(),
        negative: negative.to_vec(),
        unsplit: limits.unsplit,
        deadline: limits.deadline,
    };
    let all = Literals::all(positive.len(), negative.len());
    let found = conflicting_pairs(&all, |some| question.refute(some, limits.nodes));
    found.into_iter().map(FieldAnswer::from).collect()
}
