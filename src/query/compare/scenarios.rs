//! What is allowed in one scenario that is not in another?
//!
//! In: an old and a new scenario of the same principal. Out: a [`Comparison`], and the differences by action.
//! A layer that is unknown in both is the same policy in both; one that is unknown in one of them only may be any policy.
//! Soundness: nothing is gained is said only where the scenarios have the same layers, or where the formula of the new
//! one allowing and the old one not is unsatisfiable for each shape of caller that can carry the layers of both and each
//! profile of actions; it is unsatisfiable only if there is no reading of the law under which a request is gained.

use std::time::Instant;

use crate::deadline::is_over;
use crate::goal::Goal;
use crate::policy::{Document, DocumentKind, Statement};
use crate::query::compare::Options;
use crate::query::compare::meaning::Meaning;
use crate::query::ordered::in_order;
use crate::query::reach::asker::{self, Asker, View};
use crate::query::reach::engine::OVER;
use crate::query::reach::explain::of_requests;
use crate::query::reach::{ReachError, Searched, depends, described, search};
use crate::query::wanted::Wanted;
use crate::scenario::{Layer, Scenario};
use crate::source::{Span, Spanned};
use crate::verdict::comparison::{Comparison, Difference};
use crate::verdict::{Counterexample, Place, Unknown};
use crate::vocabulary::action::ActionPattern;

/// Two scenarios of one principal.
#[derive(Debug, Clone)]
pub struct Scenarios {
    old: Scenario,
    new: Scenario,
}

/// Why two scenarios cannot be compared, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Apart {
    /// They are about different principals.
    #[error("the scenarios are about different principals")]
    Principal,
    /// They are read by different dialects.
    #[error("the scenarios have different dialects")]
    Dialect,
    /// Their resources belong to different accounts.
    #[error("the scenarios are about resources of different accounts")]
    ResourceAccount,
}

impl Apart {
    /// What whoever compares them should write instead.
    pub fn help(self) -> &'static str {
        match self {
            Self::Principal => "give both the same `principal`, or leave it out of both",
            Self::Dialect => "give both the same `dialect`",
            Self::ResourceAccount => "give both the same `resourceAccount`, or leave it out of both",
        }
    }
}

/// Actions that one scenario allows by the same statements, where the other one does not by the same statements.
#[derive(Debug, Clone)]
pub struct Group {
    /// The actions, in the order of the catalogue.
    pub actions: Vec<String>,
    /// A request of the first of them, replayed in both scenarios.
    pub request: Counterexample,
}

/// Differences in one direction.
#[derive(Debug, Clone, Default)]
pub struct Differences {
    /// The groups, those of the fewest actions first.
    pub groups: Vec<Group>,
    /// Actions of which it is unknown whether they differ.
    pub undecided: Vec<String>,
}

impl Scenarios {
    /// Two scenarios that can be compared.
    ///
    /// # Errors
    /// They cannot: different callers or resources would be asked about.
    pub fn new(old: Scenario, new: Scenario) -> Result<Self, Apart> {
        if old.dialect.name() != new.dialect.name() {
            return Err(Apart::Dialect);
        }
        if old.principal != new.principal || old.stored != new.stored {
            return Err(Apart::Principal);
        }
        if old.resource_account != new.resource_account {
            return Err(Apart::ResourceAccount);
        }
        Ok(Self { old: Scenario { rulings: new.rulings, ..old }, new })
    }

    /// A scenario with one document, or another, as the layer of their kind.
    pub fn of_layer(scenario: &Scenario, old: Document, new: Document) -> Self {
        let with = |document: Document| {
            let (mut own, kind) = (scenario.clone(), document.kind);
            match kind {
                DocumentKind::Identity => own.identity = Layer::Given(vec![document]),
                DocumentKind::Boundary => own.boundary = Layer::Given(vec![document]),
                DocumentKind::Session => own.session = Layer::Given(vec![document]),
                DocumentKind::Scp => own.scps = Layer::Given(vec![vec![document]]),
                DocumentKind::Rcp => own.rcps = Layer::Given(vec![vec![document]]),
                DocumentKind::Resource | DocumentKind::Trust => own.resource = Layer::Given(vec![document]),
                DocumentKind::Endpoint => own.endpoint = Layer::Given(vec![document]),
            }
            own
        };
        Self { old: with(old), new: with(new) }
    }

    /// The scenario that is compared to: what it allows and the new one does not is lost.
    pub fn old(&self) -> &Scenario {
        &self.old
    }

    /// The new scenario, whose readings of the law both have.
    pub fn new_scenario(&self) -> &Scenario {
        &self.new
    }

    /// Compares.
    ///
    /// # Errors
    /// The dialect does not describe such requests, or the two engines disagree.
    pub fn compare(&self, options: &Options) -> Result<Comparison, ReachError> {
        described(&self.new)?;
        let start = Instant::now();
        let deadline = options.timeout.map(|timeout| start + timeout);
        let (gained, first) = gain(&self.old, &self.new, options, deadline)?;
        let (lost, second) = match options.only_gains {
            true => (Difference::NotAsked, 0),
            false => gain(&self.new, &self.old, options, deadline)?,
        };
        Ok(Comparison {
            gained,
            lost,
            assumptions: of_requests(options.any_request).into(),
            engine: options.engine,
            formulas: first + second,
            elapsed: start.elapsed(),
        })
    }

    /// What the new scenario allows and the old one does not, action by action, with `jobs` threads.
    ///
    /// # Errors
    /// As [`Scenarios::compare`].
    pub fn gains(&self, options: &Options, jobs: usize) -> Result<Differences, ReachError> {
        by_action(&self.old, &self.new, options, jobs)
    }

    /// What the old scenario allows and the new one does not.
    ///
    /// # Errors
    /// As [`Scenarios::compare`].
    pub fn losses(&self, options: &Options, jobs: usize) -> Result<Differences, ReachError> {
        by_action(&self.new, &self.old, options, jobs)
    }
}

/// What a scenario allows that another does not, and how many formulas there were to solve.
fn gain(
    old: &Scenario,
    new: &Scenario,
    options: &Options,
    deadline: Option<Instant>,
) -> Result<(Difference, usize), ReachError> {
    let Some(goal) = goal(old, new)? else { return Ok((Difference::Nothing, 0)) };
    difference(old, new, &goal, options, deadline)
}

fn difference(
    old: &Scenario,
    new: &Scenario,
    goal: &Goal,
    options: &Options,
    deadline: Option<Instant>,
) -> Result<(Difference, usize), ReachError> {
    let joint = joint(old, new);
    let view = View::whole(options.any_request).by(options.engine);
    let mut asker = Asker::wanting(Wanted::AllowedBy { new, old }, &joint, goal, deadline);
    let found = match search(&mut asker, &view)? {
        Searched::Request(found) => Difference::Request(found),
        Searched::Gave(reason) => Difference::Unknown(Unknown::Gave(reason)),
        Searched::Nothing => Difference::Nothing,
        Searched::Depends => Difference::Unknown(depends(&asker, &view)?),
    };
    Ok((found, asker.formulas()))
}

/// The requests that may be allowed in one scenario and not in the other: those about which a statement speaks that only
/// one of them has. None where both have the same statements in the same places.
fn goal(old: &Scenario, new: &Scenario) -> Result<Option<Goal>, ReachError> {
    let (mine, theirs) = (new.slots(), old.slots());
    let shape = |slots: &[(_, Layer<&[Document]>)]| -> Vec<_> {
        slots.iter().map(|(slot, layer)| (*slot, layer.given().is_some(), layer.is_any())).collect::<Vec<_>>()
    };
    let all = || Goal::from_flags(&["*".to_owned()], &[], None, None).map_err(|_| internal());
    if shape(&mine) != shape(&theirs) {
        return all().map(Some);
    }
    let mut patterns: Vec<Spanned<ActionPattern>> = Vec::new();
    for ((_, mine), (_, theirs)) in mine.iter().zip(&theirs) {
        let (mine, theirs) = (said(mine), said(theirs));
        let only = |own: &Said<'_>, others: &[Said<'_>]| !others.iter().any(|other| own.means == other.means);
        let differing =
            mine.iter().filter(|own| only(own, &theirs)).chain(theirs.iter().filter(|own| only(own, &mine)));
        for Said { statement, .. } in differing {
            if statement.actions.negated {
                return all().map(Some);
            }
            patterns.extend(statement.actions.entries.iter().cloned());
        }
    }
    if patterns.is_empty() {
        return Ok(None);
    }
    let mut goal = all()?;
    goal.actions = patterns;
    Ok(Some(goal))
}

/// A statement with what it says, however it is written.
struct Said<'a> {
    statement: &'a Statement,
    means: Meaning,
}

fn said<'a>(layer: &Layer<&'a [Document]>) -> Vec<Said<'a>> {
    let statements = layer.given().copied().unwrap_or_default().iter().flat_map(|document| document.statements.iter());
    statements.map(|statement| Said { statement, means: Meaning::of(statement) }).collect()
}

fn internal() -> ReachError {
    ReachError::Internal("the goal `*` cannot be read".to_owned())
}

/// Who is asked about, and every document of both: callers who can carry what either has.
fn joint(old: &Scenario, new: &Scenario) -> Scenario {
    fn both<T: Clone>(new: &Layer<Vec<T>>, old: &Layer<Vec<T>>) -> Layer<Vec<T>> {
        match (new, old) {
            (Layer::Given(new), Layer::Given(old)) => Layer::Given([&new[..], old].concat()),
            (Layer::Given(own), _) | (_, Layer::Given(own)) => Layer::Given(own.clone()),
            (Layer::None, Layer::None) => Layer::None,
            _ => Layer::Any,
        }
    }
    Scenario {
        identity: both(&new.identity, &old.identity),
        boundary: both(&new.boundary, &old.boundary),
        session: both(&new.session, &old.session),
        scps: both(&new.scps, &old.scps),
        rcps: both(&new.rcps, &old.rcps),
        resource: both(&new.resource, &old.resource),
        endpoint: both(&new.endpoint, &old.endpoint),
        ..new.clone()
    }
}

fn by_action(old: &Scenario, new: &Scenario, options: &Options, jobs: usize) -> Result<Differences, ReachError> {
    let mut found = Differences::default();
    let Some(goal) = goal(old, new)? else { return Ok(found) };
    let deadline = options.timeout.map(|timeout| Instant::now() + timeout);
    let actions = asker::actions(&joint(old, new), &goal)?;
    let ask = |action: &String| {
        if is_over(deadline) {
            return Ok(Difference::Unknown(Unknown::Gave(OVER.to_owned())));
        }
        let pattern = ActionPattern::parse(action).map_err(|error| ReachError::Internal(error.to_string()))?;
        let goal = Goal { actions: vec![Spanned::new(pattern, Span::default())], ..goal.clone() };
        difference(old, new, &goal, options, deadline).map(|(difference, _)| difference)
    };
    let mut add = |action: &String, difference: Result<Difference, ReachError>| {
        match difference? {
            Difference::Request(request) => {
                let known = found.groups.iter_mut().find(|group| is_like(&group.request.trace, &request.trace));
                match known {
                    Some(group) => group.actions.push(action.clone()),
                    None => found.groups.push(Group { actions: vec![action.clone()], request: *request }),
                }
            }
            Difference::Unknown(_) => found.undecided.push(action.clone()),
            Difference::Nothing | Difference::NotAsked => {}
        }
        Ok::<_, ReachError>(())
    };
    in_order(&actions, jobs, ask, |action, answered| add(action, answered), |error| error)?;
    found.groups.sort_by_key(|group| group.actions.len());
    Ok(found)
}

/// Whether the same statements decide.
fn is_like(one: &[Place], other: &[Place]) -> bool {
    let key = |place: &Place| (place.layer, place.file.clone(), place.line, place.at.clone(), place.effect);
    one.iter().map(key).eq(other.iter().map(key))
}
