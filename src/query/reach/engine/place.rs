//! The formulas of one place: one kind of caller and the actions of one profile.
//!
//! In: a place. Out: the formula of the goal, the decision and the facts; and what a certificate keeps of it.
//! Soundness: that of [`Encoder`].

use std::collections::BTreeSet;

use crate::query::layers::{Applies, Grants, Inputs, Placed, applying, statements};
use crate::query::reach::ReachError;
use crate::query::reach::asker::left_out;
use crate::query::reach::engine::Engine;
use crate::query::reach::engine::lemma::Guard;
use crate::query::reach::record::{self, Ground, Parts};
use crate::symbolic::atom::Atom;
use crate::symbolic::encode::Encoder;
use crate::symbolic::formula::Formula;
use crate::symbolic::realise::{Holds, limits};
use crate::symbolic::shape::Shape;
use crate::symbolic::universe::{Profile, Universe};
use crate::vocabulary::layer::LayerKind;

/// Where a question stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) shape: &'a Shape,
    pub(super) universe: &'a Universe,
    pub(super) profile: &'a Profile,
    /// The statements about the profile's actions.
    pub(super) about: &'a [Placed<'a>],
    /// Tells it from every other place of its shape.
    pub(super) number: usize,
    /// Tells its shape from every other of the question.
    pub(super) shape_number: usize,
}

impl<'a> Engine<'a> {
    /// Goal and decision as one formula.
    pub(super) fn formula(&mut self, place: Place<'_>) -> Result<Parts, ReachError> {
        let (scenario, goal, view, wanted) = (self.scenario, self.goal, self.view, self.wanted);
        let places = self.places(place);
        let mut encoder = self.encoder(place);
        let when = encoder.goal_conditions(&goal.when);
        let on = match &goal.resource {
            None => Formula::TRUE,
            Some(pattern) => encoder.goal_resource(&pattern.value),
        };
        let others = encoder.other_accounts();
        let bound = match left_out(scenario) {
            Some(path) if place.shape.exact.is_none() => {
                let linked = encoder.service_linked(path);
                encoder.formulas.not(linked)
            }
            _ => Formula::TRUE,
        };
        let goal = encoder.formulas.and([when, on, places, others, bound]);
        if goal == Formula::FALSE {
            return Ok(Parts { goal, inputs: Inputs::default(), facts: Formula::TRUE, whole: goal });
        }
        if view.goal_only {
            return Ok(self.with_facts(place, goal, Inputs::default(), goal));
        }
        let grants = Grants { dropped: &view.dropped, opened: &view.opened, hopeful: true };
        let (inputs, said) = wanted.formula(&mut encoder, scenario, grants, place.about)?;
        let asking = self.formulas.and([goal, said]);
        Ok(self.with_facts(place, goal, inputs, asking))
    }

    /// Whether the resource is at one of the goal's places.
    fn places(&mut self, place: Place<'_>) -> Formula {
        if let Some(known) = self.places {
            return known;
        }
        let goal = self.goal;
        let places = self.encoder(place).goal_places(goal.within.as_deref(), &goal.without);
        *self.places.insert(places)
    }

    /// A formula together with what holds of every request that can be sent (S11.4).
    fn with_facts(&mut self, place: Place<'_>, goal: Formula, inputs: Inputs, asking: Formula) -> Parts {
        if self.view.any_request || asking == Formula::FALSE {
            return Parts { goal, inputs, facts: Formula::TRUE, whole: asking };
        }
        let dialect = self.scenario.dialect;
        let facts = self.encoder(place).facts(asking, dialect);
        Parts { goal, inputs, facts, whole: self.formulas.and([asking, facts]) }
    }

    /// The statements that bear on a place, each with an atom that says whether it is about the actions, and that as a
    /// lemma. A statement about others that only takes away cannot make a proof wrong, so it is left out.
    pub(super) fn said(&mut self, place: Place<'_>) -> Vec<Placed<'a>> {
        let guard = self.guard(place);
        let mut said = Vec::new();
        for placed in statements(self.scenario) {
            let holds = place.universe.is_about(&place.profile.clauses, &placed.statement.actions);
            if self.view.goal_only || (!holds && self.wanted.only_takes(&placed)) {
                continue;
            }
            // Named as a free Boolean is: no part of a request.
            let field =
                self.atoms.field(&format!("=\u{0}applies {} {} {}", placed.number, place.shape_number, place.number));
            let atom = self.atoms.number(Atom::Present(field));
            let formula = self.formulas.atom(atom);
            said.push(Placed { applies: Applies::Said { formula, holds }, ..placed });
            self.learn(&[(atom, !holds)], guard, Holds::Profile);
            if let Some(recorder) = &mut self.recorder {
                let ground = Ground::Actions { place: recorder.places.len(), statement: placed.number, holds };
                recorder.lemmas.push(record::Lemma { clause: vec![(atom, holds)], about: 1, ground });
            }
        }
        said
    }

    /// Keeps what a place came to.
    pub(super) fn keep(&mut self, place: Place<'_>, parts: Parts) {
        let Guard { shape, profile } = self.guard(place);
        let (wanted, mode) = (self.wanted, self.mode);
        let mut encoder = self.encoder(place);
        let mut said = Vec::with_capacity(place.about.len());
        for placed in place.about {
            encoder.mode = wanted.mode_of(placed, mode);
            encoder.endpoint = placed.slot.kind == LayerKind::Endpoint;
            let formula = applying(&mut encoder, placed.applies, |encoder| encoder.statement(placed.statement));
            said.push((placed.number, formula));
        }
        let formulas = [parts.goal, parts.facts].into_iter().chain(parts.inputs.0.iter().map(|(_, formula)| *formula));
        let asked: BTreeSet<u32> = formulas.flat_map(|formula| self.formulas.atoms_of(formula)).collect();
        let asked: Vec<(u32, bool)> = asked.into_iter().map(|atom| (atom, true)).collect();
        let limited = limits(&asked, Holds::Profile, self.setting(place));
        let mut kept = record::Place::new(place.shape, place.universe, place.profile, [shape, profile], parts, said);
        kept.limits = limited;
        self.recorder.iter_mut().for_each(|recorder| recorder.places.push(kept.clone()));
    }

    fn encoder<'e>(&'e mut self, place: Place<'e>) -> Encoder<'e> {
        let spelled = self.is_proving();
        Encoder {
            atoms: &mut self.atoms,
            formulas: &mut self.formulas,
            universe: place.universe,
            shape: place.shape,
            profile: Some(place.profile),
            asked: self.keys.asked,
            lists: self.keys.lists,
            boundary: self.scenario.boundary.given().is_some(),
            mode: self.mode,
            rulings: self.scenario.rulings,
            endpoint: false,
            spelled,
            pin: None,
            shape_number: place.shape_number as u32,
            cache: &mut self.cache,
        }
    }
}
