//! One question: the loop between the solver and the theory of fields.
//!
//! In: a scenario seen through a [`View`], a goal. Out: [`Found`]. The formula of a shape and profile is solved; a model's
//! short implicant is realised, or refuted by a lemma that is kept, until there is a request or none.

use std::collections::HashSet;
use std::time::Instant;

use indexmap::IndexSet;

use crate::deadline::is_over;
use crate::goal::Goal;
use crate::query::reach::asker::{Prepared, PreparedClass, View, key, scope};
use crate::query::reach::engine::lemma::{Guard, Implicant, Lemma};
use crate::query::reach::engine::place::Place;
use crate::query::reach::record::{self, Ground, Recorder, Run};
use crate::query::reach::{ReachError, decode};
use crate::query::wanted::Wanted;
use crate::scenario::Scenario;
use crate::solve::session::Session;
use crate::symbolic::atom::Atoms;
use crate::symbolic::encode::{Cache, Mode, RESOURCE};
use crate::symbolic::field::Limits;
use crate::symbolic::formula::{Formula, Formulas};
use crate::symbolic::realise::{Draft, FieldValue, Holds, Realised, Setting, limits, realise};
use crate::symbolic::shape::{PRINCIPAL_ARN, Shape};
use crate::symbolic::universe::{Profile, Telling};
use crate::verdict::{Counterexample, EngineName};
use crate::vocabulary::arn::Arn;
use crate::vocabulary::context_key::ContextKey;

mod lemma;
mod place;
mod strings;

/// How many profiles of a shape are looked at before those of the next.
const FIRST: usize = 16;

/// How many places a solver is asked about.
const RECYCLED: usize = 64;

/// How many nodes a least model may be looked for in before the solver is asked.
const UNSOLVED: usize = 1 << 15;

/// How many models a formula may have refuted.
const ROUNDS: usize = 400;

/// For how many models the automata may see all the states that they may see: about a third of a second each.
const EXHAUSTED: usize = 3;

/// Why a question that took too long has no answer.
pub(in crate::query) const OVER: &str = "the time given by --timeout is over";

/// What a question came to.
#[derive(Debug)]
pub(in crate::query) enum Found {
    /// A replayed request.
    Request(Box<Counterexample>),
    /// A request under a reading that the evaluator does not take, or one that is not replayed.
    Elsewhere(String),
    /// A model of an open account: these accounts may have a request.
    Hint(Vec<String>),
    /// No request.
    Nothing,
    /// A cap was hit or the solver gave up.
    Undecided(String),
}

/// The solver and what it knows, for one question about some callers.
pub(super) struct Engine<'a> {
    scenario: &'a Scenario,
    goal: &'a Goal,
    wanted: Wanted<'a>,
    view: &'a View,
    mode: Mode,
    deadline: Option<Instant>,
    atoms: Atoms,
    formulas: Formulas,
    session: Option<Session>,
    cache: Cache,
    /// What was learnt so far, for solvers that come later.
    lemmas: Vec<Lemma>,
    /// Shapes with formulas that no request of theirs satisfies, whatever the profile.
    refuted: HashSet<(u32, Formula)>,
    keys: Keys<'a>,
    /// Whether the resource is at the goal's places: the same for every shape and profile.
    places: Option<Formula>,
    /// How many formulas there were to solve.
    asked: usize,
    /// How many models took all the states that the automata may see.
    exhausted: usize,
    /// What a certificate is made of, where one is wanted.
    recorder: Option<Recorder>,
}

/// What is asked about whom.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    /// Caller and layers.
    pub(super) scenario: &'a Scenario,
    /// The requests.
    pub(super) goal: &'a Goal,
    /// What the layers are to say of them.
    pub(super) wanted: Wanted<'a>,
    /// When to give up.
    pub(super) deadline: Option<Instant>,
}

/// The keys that a question asks about.
#[derive(Clone, Copy)]
pub(super) struct Keys<'a> {
    /// All of them.
    pub(super) asked: &'a IndexSet<ContextKey>,
    /// Those that nobody declares, asked about with a set operator.
    pub(super) lists: &'a [ContextKey],
}

/// What a search came to.
enum Search {
    /// Values, and whether they are those of the least model that has some.
    Draft(Draft, bool),
    Nothing,
    Undecided(String),
}

impl<'a> Engine<'a> {
    /// An engine that knows nothing yet.
    pub(super) fn new(question: Question<'a>, view: &'a View, mode: Mode, keys: Keys<'a>) -> Self {
        let Question { scenario, goal, wanted, deadline } = question;
        let mut atoms = Atoms::default();
        // The field of the caller's ARN is there, whether a policy asks about it or not.
        atoms.field(PRINCIPAL_ARN);
        Self {
            scenario,
            goal,
            wanted,
            view,
            mode,
            deadline,
            atoms,
            formulas: Formulas::new(),
            session: None,
            lemmas: Vec::new(),
            cache: Cache::default(),
            refuted: HashSet::new(),
            keys,
            places: None,
            asked: 0,
            exhausted: 0,
            recorder: None,
        }
    }

    /// How many formulas there were to solve.
    pub(super) fn formulas(&self) -> usize {
        self.asked
    }

    /// Keeps from now on what a certificate needs. Which statements are about which actions is then said by atoms of
    /// their own.
    pub(super) fn record(&mut self) {
        self.recorder = Some(Recorder::default());
    }

    /// Whether a proof is recorded: of it every place is kept, and what statements are about is said.
    fn is_proving(&self) -> bool {
        self.recorder.is_some() && self.mode == Mode::Proof
    }

    /// What was kept.
    pub(super) fn recorded(self) -> Option<Run> {
        let (recorder, law) = (self.recorder?, self.wanted.law(self.scenario.dialect).ok()?);
        Some(recorder.finish(self.atoms, self.formulas, law))
    }

    /// Looks for a request of some callers.
    pub(super) fn run(&mut self, shapes: &[Shape], prepared: &[Prepared<'_>]) -> Result<Found, ReachError> {
        self.recorder.iter_mut().for_each(|recorder| recorder.shapes = shapes.len());
        let mut undecided: Option<String> = None;
        let mut elsewhere: Option<String> = None;
        let mut solved = 0;
        let telling = Telling::new(self.keys.asked, self.scenario.dialect);
        for (shape_number, shape, first) in order(shapes) {
            let key = key(shape, self.view);
            let Some(prepared) = prepared.iter().find(|prepared| prepared.key == key) else {
                return Err(ReachError::Internal("a shape was not prepared".to_owned()));
            };
            let scope = scope(self.scenario.dialect, shape, self.view);
            // How many profiles of the shape there were so far.
            let mut number = 0;
            for class in &prepared.classes {
                if first && number >= FIRST {
                    break;
                }
                if self.is_denied(shape, prepared, class)? {
                    continue;
                }
                let Some(profiles) = prepared.profiles(class, &telling, scope, self.deadline) else {
                    return Ok(Found::Undecided(OVER.to_owned()));
                };
                for profile in profiles {
                    number += 1;
                    if (number <= FIRST) != first {
                        continue;
                    }
                    if is_over(self.deadline) {
                        return Ok(Found::Undecided(OVER.to_owned()));
                    }
                    if self.exhausted >= EXHAUSTED {
                        return Ok(Found::Undecided(exhausted()));
                    }
                    // A solver that was asked often is slower than a new one.
                    solved += 1;
                    if solved % RECYCLED == 0 {
                        self.session = None;
                    }
                    let (universe, about) = (&prepared.universe, class.about.as_slice());
                    match self.profile(Place { shape, universe, profile, about, number, shape_number })? {
                        found @ (Found::Request(_) | Found::Hint(_)) => return Ok(found),
                        Found::Elsewhere(reason) => elsewhere = Some(reason),
                        Found::Undecided(reason) => undecided = Some(reason),
                        Found::Nothing => {}
                    }
                }
            }
        }
        if let Some(service) = prepared.iter().find_map(|prepared| prepared.universe.unnamed()) {
            undecided.get_or_insert(format!("too many patterns speak of actions of the unknown service {service}"));
        }
        Ok(match (undecided, elsewhere) {
            (Some(reason), _) => Found::Undecided(reason),
            (None, Some(reason)) => Found::Elsewhere(reason),
            (None, None) => Found::Nothing,
        })
    }

    /// Whether a class of actions is denied whatever else is said of it. A certificate shows every place.
    fn is_denied(&self, shape: &Shape, prepared: &Prepared<'_>, of: &PreparedClass<'_>) -> Result<bool, ReachError> {
        if self.view.goal_only || self.is_proving() {
            return Ok(false);
        }
        let apart = |kind| prepared.universe.may_be_apart(&of.class, self.scenario.dialect, kind);
        self.wanted.is_silent(self.scenario, shape, &self.view.opened, &of.about, apart)
    }

    fn profile(&mut self, place: Place<'_>) -> Result<Found, ReachError> {
        let proving = self.is_proving();
        let said = if proving { self.said(place) } else { Vec::new() };
        let place = if proving { Place { about: &said, ..place } } else { place };
        let parts = self.formula(place)?;
        let formula = parts.whole;
        if proving {
            self.keep(place, parts.clone());
        }
        if formula == Formula::FALSE {
            return Ok(Found::Nothing);
        }
        self.asked += usize::from(!self.view.goal_only);
        let guard = self.guard(place);
        let (first, is_least) = match self.search(place, formula, guard, false)? {
            Search::Draft(draft, is_least) => (draft, is_least),
            Search::Nothing => return Ok(Found::Nothing),
            Search::Undecided(reason) => return Ok(Found::Undecided(reason)),
        };
        if place.shape.account.known().is_none() || place.shape.resource_account.known().is_none() {
            return Ok(Found::Hint(accounts(&first)));
        }
        if self.view.goal_only {
            return Ok(Found::Elsewhere("a request that is not replayed".to_owned()));
        }
        // Which model a solver finds depends on what it was asked before; the least one does not. It is looked for by a
        // solver that knows nothing yet, so that the same question has the same answer to the byte.
        let mut draft = first;
        if !is_least {
            self.session = None;
            if let Search::Draft(least, _) = self.search(place, formula, guard, true)? {
                draft = least;
            }
        }
        self.complete(&mut draft, place.profile);
        if self.recorder.is_some() && !proving {
            self.keep(place, parts);
            self.recorder.iter_mut().for_each(|recorder| recorder.found(&draft));
        }
        let Place { shape, universe, profile, .. } = place;
        let drawn = decode::decode(shape, universe, profile, self.keys.asked, &draft)?;
        // A question about less than the scenario is answered by the solver alone.
        let replayed = match self.view.is_whole() {
            true => self.wanted.replay(self.scenario, drawn),
            false => Ok(drawn.unreplayed()),
        };
        match (replayed, self.mode) {
            (Ok(found), _) => Ok(Found::Request(Box::new(found))),
            (Err(ReachError::Disagreement { .. }), Mode::Proof) => {
                Ok(Found::Elsewhere("a reading of the law that is not the chosen one".to_owned()))
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Values for the fields of a request that satisfies the formula.
    fn search(&mut self, place: Place<'_>, formula: Formula, guard: Guard, least: bool) -> Result<Search, ReachError> {
        if self.refuted.contains(&(guard.shape, formula)) {
            return Ok(Search::Nothing);
        }
        if self.view.engine == EngineName::Strings {
            return self.search_strings(place, formula);
        }
        let mut blocked = false;
        // Whether the profile's own limits were part of a reason.
        let mut local = false;
        for _ in 0..ROUNDS {
            if is_over(self.deadline) {
                return Ok(Search::Undecided(OVER.to_owned()));
            }
            let (literals, is_least) = match self.implicant(formula, guard, least)? {
                Implicant::Literals(literals, is_least) => (literals, is_least),
                Implicant::GaveUp(reason) => return Ok(Search::Undecided(format!("the solver gave up: {reason}"))),
                Implicant::Nothing if blocked => {
                    let unsettled = "values of a context key that could be neither found nor excluded".to_owned();
                    return Ok(Search::Undecided(if self.exhausted > 0 { exhausted() } else { unsettled }));
                }
                Implicant::Nothing => {
                    if !local {
                        self.refuted.insert((guard.shape, formula));
                    }
                    return Ok(Search::Nothing);
                }
            };
            let setting = self.setting(place);
            match realise(&literals, setting) {
                Realised::Request(draft) => return Ok(Search::Draft(draft, is_least)),
                Realised::Conflict { literals, holds } => {
                    let limits = self.recorder.as_ref().map(|_| limits(&literals, holds, setting));
                    local |= holds == Holds::Profile;
                    self.learn(&literals, guard, holds);
                    if let (Some(recorder), Some(limits), Some(lemma)) =
                        (&mut self.recorder, limits, self.lemmas.last())
                    {
                        recorder.lemmas.push(record::Lemma {
                            clause: lemma.guarded(),
                            about: lemma.clause.len(),
                            ground: Ground::Fields(limits),
                        });
                    }
                }
                // Blocked, not refuted: what is left may still hold a request.
                undecided @ (Realised::Undecided | Realised::Exhausted) => {
                    if is_over(self.deadline) {
                        return Ok(Search::Undecided(OVER.to_owned()));
                    }
                    self.exhausted += usize::from(undecided == Realised::Exhausted);
                    if self.exhausted >= EXHAUSTED {
                        return Ok(Search::Undecided(exhausted()));
                    }
                    blocked = true;
                    self.learn(&literals, guard, Holds::Profile);
                }
            }
        }
        Ok(Search::Undecided(format!("no end after {ROUNDS} refuted models")))
    }

    fn setting<'s>(&'s self, place: Place<'s>) -> Setting<'s> {
        Setting {
            atoms: &self.atoms,
            shape: place.shape,
            profile: place.profile,
            asked: self.keys.asked,
            mode: self.mode,
            realism: !self.view.any_request,
            limits: Limits { deadline: self.deadline, ..Limits::default() },
        }
    }

    /// A resource for the request, where no literal asks about it.
    fn complete(&self, draft: &mut Draft, profile: &Profile) {
        let sample = profile.units.first().map(|unit| unit.form.sample.clone());
        draft.entry(RESOURCE.to_owned()).or_insert_with(|| FieldValue::One(sample.unwrap_or_else(|| "*".to_owned())));
    }
}

/// Why a question is open when the automata saw all the states that they may see.
fn exhausted() -> String {
    let states = Limits::default().nodes;
    format!("values of a key or resource that automata of {states} states could neither find nor exclude")
}

/// The first profiles of every shape, then the others: what only one kind of caller may do is found without looking at
/// every action of all others.
fn order(shapes: &[Shape]) -> impl Iterator<Item = (usize, &Shape, bool)> {
    let numbered = || shapes.iter().enumerate();
    numbered()
        .map(|(number, shape)| (number, shape, true))
        .chain(numbered().map(|(number, shape)| (number, shape, false)))
}

/// The accounts that the values of a request hold.
fn accounts(draft: &Draft) -> Vec<String> {
    let text_of = |name: &str| match draft.get(name) {
        Some(FieldValue::One(text)) => Some(text.as_str()),
        _ => None,
    };
    let whole = ["aws:principalaccount", "aws:resourceaccount"].into_iter().filter_map(text_of);
    let parts = [PRINCIPAL_ARN, RESOURCE].into_iter().filter_map(text_of);
    let parts = parts.filter_map(|text| Arn::parse(text).map(|arn| arn.account));
    whole.chain(parts).map(str::to_owned).collect()
}
