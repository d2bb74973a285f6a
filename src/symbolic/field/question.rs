//! One question about a field, decided.
//!
//! In: languages a text is to be in, languages it is not to be in. Out: [`Found`]. Words are tried one by one; the
//! rest is a search over globs, and where that runs out of states, one search for each glob of a positive language.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Instant;

use crate::deadline::is_over;
use crate::symbolic::conflict::{Literal, Literals};
use crate::symbolic::field::alphabet::Symbol;
use crate::symbolic::field::machine::Machine;
use crate::symbolic::field::search::{Budget, Found, Keeping, search};
use crate::symbolic::language::{Glob, Language};

/// How many states the comparison of two globs may see.
const PAIR: usize = 512;

/// A question about a field.
#[derive(Debug, Clone)]
pub(super) struct Question<'a> {
    pub(super) positive: Vec<&'a Language>,
    pub(super) negative: Vec<&'a Language>,
    /// How many states a search may see before its question is split.
    pub(super) unsplit: usize,
    /// When searches give up.
    pub(super) deadline: Option<Instant>,
}

impl<'a> Question<'a> {
    /// Whether the text is an answer.
    pub(super) fn accepts(&self, text: &str) -> bool {
        self.positive.iter().all(|language| language.contains(text))
            && !self.negative.iter().any(|language| language.contains(text))
    }

    /// Some literal that the text fails, one of these if it can be.
    fn refuses(&self, text: &str, preferred: &Literals) -> Option<Literal> {
        let fails = |literal: &Literal| match *literal {
            Literal::Positive(index) => self.positive.get(index).is_some_and(|language| !language.contains(text)),
            Literal::Negative(index) => self.negative.get(index).is_some_and(|language| language.contains(text)),
        };
        let all = Literals::all(self.positive.len(), self.negative.len());
        preferred.iter().find(fails).or_else(|| all.iter().find(fails))
    }

    /// The question of some of the literals.
    fn restricted(&self, literals: &Literals) -> (Self, Vec<usize>, Vec<usize>) {
        let positive: Vec<usize> = literals.positive.iter().copied().collect();
        let negative: Vec<usize> = literals.negative.iter().copied().collect();
        let pick = |from: &[&'a Language], which: &[usize]| -> Vec<&'a Language> {
            which.iter().filter_map(|index| from.get(*index).copied()).collect()
        };
        let part = Self {
            positive: pick(&self.positive, &positive),
            negative: pick(&self.negative, &negative),
            unsplit: self.unsplit,
            deadline: self.deadline,
        };
        (part, positive, negative)
    }

    /// Those of the literals that are in conflict, if they are and so many states suffice to see it.
    pub(super) fn refute(&self, literals: &Literals, nodes: usize) -> Option<Literals> {
        if is_over(self.deadline) {
            return None;
        }
        let (part, positive, negative) = self.restricted(literals);
        let Found::Nothing(core) = part.decide(&mut Budget { states: nodes, deadline: self.deadline }) else {
            return None;
        };
        Some(Literals {
            positive: core.positive.iter().filter_map(|index| positive.get(*index).copied()).collect(),
            negative: core.negative.iter().filter_map(|index| negative.get(*index).copied()).collect(),
        })
    }

    /// Decides the question; takes the states it sees from the budget.
    pub(super) fn decide(&self, budget: &mut Budget) -> Found {
        let mut core = Literals::default();
        // A finite language needs no search; the shortest has the fewest words to try.
        let finite = self.positive.iter().enumerate();
        let finite = finite.filter_map(|(index, language)| Some((index, language.finite()?)));
        if let Some((index, words)) = finite.min_by_key(|(_, words)| words.len()) {
            core.insert(Literal::Positive(index));
            return match self.first_word(words, &mut core) {
                Some(text) => text,
                None => Found::Nothing(core),
            };
        }
        // Words are tried one by one, so that the search is about globs alone.
        for language in &self.positive {
            if let Some(text) = self.first_word(language.words(), &mut core) {
                return text;
            }
        }
        let folded: Vec<Vec<Glob>> = self
            .positive
            .iter()
            .map(|language| language.folded_words().iter().map(|word| Glob::ignoring_case(word)).collect())
            .collect();
        let globs = self.positive.iter().zip(&folded);
        let mut globs: Vec<Vec<&Glob>> =
            globs.map(|(language, folded)| language.globs().iter().chain(folded).collect()).collect();
        self.drop_apart(&mut globs, &mut core);
        let near = self.near(&globs);
        let near =
            Question { positive: self.positive.clone(), negative: near.iter().map(Cow::as_ref).collect(), ..*self };
        match near.decide_globs(globs, &mut core, budget) {
            Found::Nothing(more) => {
                core.extend(more);
                Found::Nothing(core)
            }
            other => other,
        }
    }

    /// Decides what is left when no word is an answer.
    fn decide_globs(&self, mut globs: Vec<Vec<&Glob>>, core: &mut Literals, budget: &mut Budget) -> Found {
        self.drop_equal(&mut globs, core);
        match search(&Machine::new(&globs, &self.negative), Keeping::All, self.unsplit, budget) {
            // Comparing globs costs more than most searches do.
            Found::Exhausted if budget.states > 0 => {
                self.drop_covered(&mut globs, core);
                self.split(globs, &mut HashMap::new(), budget)
            }
            other => other,
        }
    }

    /// Of long positive languages, drops the globs that begin otherwise than all of a short one.
    fn drop_apart(&self, globs: &mut [Vec<&Glob>], core: &mut Literals) {
        let shortest = globs.iter().enumerate().min_by_key(|(_, globs)| globs.len());
        let Some((chosen, short)) = shortest.map(|(chosen, globs)| (chosen, globs.clone())) else { return };
        let long = self.positive.iter().zip(globs).filter(|(language, _)| language.is_long());
        for (_, globs) in long {
            let before = globs.len();
            globs.retain(|glob| short.iter().any(|other| !other.begins_apart(glob)));
            if globs.len() < before {
                core.insert(Literal::Positive(chosen));
            }
        }
    }

    /// The negative languages, the long ones without what begins otherwise than all globs of a positive one: nothing of
    /// it keeps a text of these globs from being an answer.
    fn near(&self, globs: &[Vec<&Glob>]) -> Vec<Cow<'a, Language>> {
        let shortest = globs.iter().min_by_key(|globs| globs.len());
        let near = |language: &&'a Language| match shortest {
            Some(globs) if language.is_long() => Cow::Owned(language.near(globs)),
            _ => Cow::Borrowed(*language),
        };
        self.negative.iter().map(near).collect()
    }

    /// Drops positive globs that are negative ones too.
    fn drop_equal(&self, globs: &mut [Vec<&Glob>], core: &mut Literals) {
        let mut forbidden: HashMap<&Glob, usize> = HashMap::new();
        for (index, language) in self.negative.iter().enumerate() {
            for glob in language.globs() {
                forbidden.entry(glob).or_insert(index);
            }
        }
        for language in globs {
            language.retain(|glob| match forbidden.get(glob) {
                Some(index) => {
                    core.insert(Literal::Negative(*index));
                    false
                }
                None => true,
            });
        }
    }

    /// Drops positive globs that a negative one covers.
    fn drop_covered(&self, globs: &mut [Vec<&Glob>], core: &mut Literals) {
        for language in globs {
            language.retain(|glob| {
                let covers = |other: &'_ &Language| other.globs().iter().any(|other| other.covers(glob));
                match self.negative.iter().position(covers) {
                    Some(index) => {
                        core.insert(Literal::Negative(index));
                        false
                    }
                    None => true,
                }
            });
        }
    }

    fn first_word<'w>(&self, words: impl IntoIterator<Item = &'w String>, core: &mut Literals) -> Option<Found> {
        for word in words {
            match self.refuses(word, core) {
                None => return Some(Found::Text(word.chars().map(Symbol::literal).collect())),
                Some(literal) => core.insert(literal),
            }
        }
        None
    }

    /// One search for each glob of a positive language, split again where that is too much.
    fn split<'g>(&self, globs: Vec<Vec<&'g Glob>>, known: &mut Disjoint<'g>, budget: &mut Budget) -> Found {
        let splittable = globs.iter().enumerate().filter(|(_, globs)| globs.len() > 1);
        let Some((chosen, choices)) = splittable.min_by_key(|(_, globs)| globs.len()) else {
            // One of many such searches must not take all that is left.
            let limit = if known.is_empty() { budget.states } else { self.unsplit.max(budget.states / 4) };
            let machine = Machine::new(&globs, &self.negative);
            // Each choice doubles the states of a step at worst.
            let one = if globs.len() <= 12 { limit } else { 0 };
            return match search(&machine, Keeping::One, one, budget) {
                Found::Exhausted => search(&machine, Keeping::All, limit, budget),
                other => other,
            };
        };
        let mut core = Literals::from_iter([Literal::Positive(chosen)]);
        let mut undecided = false;
        for choice in choices {
            if budget.states == 0 {
                return Found::Exhausted;
            }
            let mut part = globs.clone();
            for (language, part) in part.iter_mut().enumerate() {
                match language == chosen {
                    true => *part = vec![choice],
                    // What the choice rules out is gone; as the language of the choice is in the core, this needs no
                    // other reason.
                    false => part.retain(|glob| !disjoint(choice, glob, known, budget)),
                }
            }
            let found = match search(&Machine::new(&part, &self.negative), Keeping::All, self.unsplit, budget) {
                Found::Exhausted if budget.states > 0 => self.split(part, known, budget),
                other => other,
            };
            match found {
                Found::Nothing(more) => core.extend(more),
                Found::Exhausted => undecided = true,
                text => return text,
            }
        }
        if undecided { Found::Exhausted } else { Found::Nothing(core) }
    }
}

/// Pairs of globs, and whether no text is in both.
type Disjoint<'a> = HashMap<(&'a Glob, &'a Glob), bool>;

/// Whether no text is in both globs, as far as few states show it.
fn disjoint<'a>(left: &'a Glob, right: &'a Glob, known: &mut Disjoint<'a>, budget: &mut Budget) -> bool {
    *known.entry((left.min(right), left.max(right))).or_insert_with(|| {
        let machine = Machine::new(&[vec![left], vec![right]], &[]);
        matches!(search(&machine, Keeping::All, PAIR, budget), Found::Nothing(_))
    })
}
