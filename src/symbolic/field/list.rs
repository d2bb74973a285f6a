//! Lists of texts: the values of a multivalued key.
//!
//! In: what some element is to be, and what every element is to be. Out: a short list, or a minimal conflict. A list
//! may be as long as it needs to be, so each wish for an element is a question of its own.

use std::collections::BTreeSet;

use crate::symbolic::conflict::{Literal, Literals, shrink};
use crate::symbolic::field::question::Question;
use crate::symbolic::field::{FieldAnswer, Hints, Limits, solve};
use crate::symbolic::language::Language;

/// What a list of texts is to be.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes<'a> {
    /// For each, some element is in it.
    pub any: &'a [&'a Language],
    /// For each, some element is not in it.
    pub any_not: &'a [&'a Language],
    /// Every element is in each.
    pub all_in: &'a [&'a Language],
    /// No element is in any.
    pub all_not_in: &'a [&'a Language],
}

/// Whether there is such a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListAnswer {
    /// A list: empty where nothing is wished of some element.
    Witness(Vec<String>),
    /// There is none, and leaving out one of these wishes would not show it. One of `any` and `any_not` has one
    /// number, the other none.
    Conflict {
        /// Places in `any`.
        any: Vec<usize>,
        /// Places in `any_not`.
        any_not: Vec<usize>,
        /// Places in `all_in`.
        all_in: Vec<usize>,
        /// Places in `all_not_in`.
        all_not_in: Vec<usize>,
    },
    /// The limits were reached first.
    Undecided,
}

/// Looks for a list of texts.
pub fn any_of_set(wishes: Wishes<'_>, hints: &Hints, limits: Limits) -> ListAnswer {
    let mut list: Vec<String> = Vec::new();
    let mut undecided = false;
    let any = (0..).zip(wishes.any).map(|(index, language)| (index, *language, true));
    let any_not = (0..).zip(wishes.any_not).map(|(index, language)| (index, *language, false));
    for (index, language, inside) in any.chain(any_not) {
        // Every element is as all elements are to be, so one that is there may serve again.
        if list.iter().any(|text| language.contains(text) == inside) {
            continue;
        }
        let wish = [language];
        let (some, none): (&[_], &[_]) = if inside { (&wish, &[]) } else { (&[], &wish) };
        let question = Question {
            positive: some.iter().chain(wishes.all_in).copied().collect(),
            negative: none.iter().chain(wishes.all_not_in).copied().collect(),
            unsplit: limits.unsplit,
            deadline: limits.deadline,
        };
        match solve(&question.positive, &question.negative, hints, limits) {
            FieldAnswer::Witness(text) => list.push(text),
            FieldAnswer::Undecided => undecided = true,
            FieldAnswer::Conflict { positive, negative } => {
                let core =
                    Literals { positive: positive.into_iter().collect(), negative: negative.into_iter().collect() };
                return conflict(&question, core, index, inside, limits);
            }
        }
    }
    if undecided {
        return ListAnswer::Undecided;
    }
    drop_needless(&wishes, &mut list);
    ListAnswer::Witness(list)
}

/// The conflict of a wish for an element, which is the first literal of its side. The wish is part of every conflict:
/// without it, the empty list would do.
fn conflict(question: &Question<'_>, mut core: Literals, index: usize, inside: bool, limits: Limits) -> ListAnswer {
    let wish = if inside { Literal::Positive(0) } else { Literal::Negative(0) };
    if !core.contains(wish) {
        // With the wish, fewer of the others may be enough.
        core = shrink(core, |some| {
            let wished = some.iter().chain([wish]).collect();
            let smaller = question.refute(&wished, limits.nodes)?;
            Some(smaller.iter().filter(|literal| *literal != wish).collect())
        });
    }
    let others = |places: BTreeSet<usize>, wished: bool| -> Vec<usize> {
        places.into_iter().filter_map(|place| place.checked_sub(usize::from(wished))).collect()
    };
    ListAnswer::Conflict {
        any: inside.then_some(index).into_iter().collect(),
        any_not: (!inside).then_some(index).into_iter().collect(),
        all_in: others(core.positive, inside),
        all_not_in: others(core.negative, !inside),
    }
}

/// Drops elements whose wishes others meet too.
fn drop_needless(wishes: &Wishes<'_>, list: &mut Vec<String>) {
    let mut index = 0;
    while index < list.len() {
        let mut others = list.clone();
        others.remove(index);
        let met = wishes.any.iter().all(|language| others.iter().any(|text| language.contains(text)))
            && wishes.any_not.iter().all(|language| others.iter().any(|text| !language.contains(text)));
        if met {
            *list = others;
        } else {
            index += 1;
        }
    }
}
