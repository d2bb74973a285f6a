//! What a run of the engine leaves for a certificate.
//!
//! In: the formulas and lemmas of a run. Out: a [`Run`]: for each kind of caller and profile of actions its formulas, and
//! the lemmas, each with what it is about. Nothing is decided here.

use std::collections::BTreeMap;

use crate::query::layers::Inputs;
use crate::symbolic::atom::Atoms;
use crate::symbolic::formula::{Formula, Formulas};
use crate::symbolic::law::Law;
use crate::symbolic::realise::{Draft, Limit};
use crate::symbolic::shape::Shape;
use crate::symbolic::universe::{Profile, Universe};
use crate::vocabulary::action::Action;

/// One run of the engine: every place that it looked at.
#[derive(Debug)]
pub struct Run {
    /// The atoms of its formulas.
    pub atoms: Atoms,
    /// The formulas.
    pub formulas: Formulas,
    /// The law, or what a comparison asks.
    pub law: &'static Law,
    /// Its function that is asked.
    pub function: &'static str,
    /// How many shapes of callers it looked at.
    pub shapes: usize,
    /// The places, in the order of the run.
    pub places: Vec<Place>,
    /// What was learnt, in the order of the run.
    pub lemmas: Vec<Lemma>,
}

/// One kind of caller and the actions of one profile.
#[derive(Debug, Clone)]
pub struct Place {
    /// Who calls.
    pub shape: Shape,
    /// The actions.
    pub actions: Vec<Action>,
    /// The atom that stands for the shape.
    pub shape_atom: u32,
    /// The atom that stands for the place.
    pub place_atom: u32,
    /// The goal.
    pub goal: Formula,
    /// The inputs of the law by name; empty where only the goal is asked about.
    pub inputs: BTreeMap<&'static str, Formula>,
    /// What holds of every request that can be sent.
    pub facts: Formula,
    /// Goal, decision and facts together.
    pub whole: Formula,
    /// The statements that bear on it, by their number in the scenario, each with its formula.
    pub statements: Vec<(usize, Formula)>,
    /// What limits the fields that the formulas ask about.
    pub limits: Vec<Limit>,
    /// The values found, where there are some.
    pub draft: Option<Draft>,
}

/// A clause that holds of every request.
#[derive(Debug)]
pub struct Lemma {
    /// Atoms with truth values of which one holds.
    pub clause: Vec<(u32, bool)>,
    /// How many of them, from the front, it is about; the others say where it holds.
    pub about: usize,
    /// Why.
    pub ground: Ground,
}

/// Why a lemma holds.
#[derive(Debug)]
pub enum Ground {
    /// No values of fields satisfy the opposite, as the fields are limited.
    Fields(Vec<Limit>),
    /// A statement is about all actions of a place, or about none.
    Actions {
        /// The place.
        place: usize,
        /// The statement's number in the scenario.
        statement: usize,
        /// Whether it is about them.
        holds: bool,
    },
}

/// The formula of a place and what it is made of.
#[derive(Clone)]
pub(super) struct Parts {
    pub(super) goal: Formula,
    pub(super) inputs: Inputs,
    pub(super) facts: Formula,
    pub(super) whole: Formula,
}

/// What is kept while an engine runs.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub(super) places: Vec<Place>,
    pub(super) lemmas: Vec<Lemma>,
    pub(super) shapes: usize,
}

impl Recorder {
    /// Keeps the values that were found for the last place.
    pub(super) fn found(&mut self, draft: &Draft) {
        if let Some(place) = self.places.last_mut() {
            place.draft = Some(draft.clone());
        }
    }

    pub(super) fn finish(self, atoms: Atoms, formulas: Formulas, (law, function): (&'static Law, &'static str)) -> Run {
        Run { atoms, formulas, law, function, shapes: self.shapes, places: self.places, lemmas: self.lemmas }
    }
}

impl Place {
    /// What it is made of, by name: goal, facts, the inputs of the law.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, Formula)> {
        let inputs = self.inputs.iter().map(|(name, formula)| (*name, *formula));
        [("goal", self.goal), ("facts", self.facts)].into_iter().chain(inputs)
    }

    pub(super) fn new(
        shape: &Shape,
        universe: &Universe,
        profile: &Profile,
        [shape_atom, place_atom]: [u32; 2],
        parts: Parts,
        statements: Vec<(usize, Formula)>,
    ) -> Self {
        let mut actions: Vec<Action> = Vec::new();
        for unit in &profile.units {
            let candidate = universe.candidates().get(unit.candidate);
            actions.extend(
                candidate.map(|candidate| candidate.action.as_ref().clone()).filter(|own| !actions.contains(own)),
            );
        }
        let Parts { goal, inputs, facts, whole } = parts;
        let inputs = inputs.0.into_iter().collect();
        Self {
            shape: shape.clone(),
            actions,
            shape_atom,
            place_atom,
            goal,
            inputs,
            facts,
            whole,
            statements,
            limits: Vec::new(),
            draft: None,
        }
    }
}
