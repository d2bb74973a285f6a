//! What is asked of the layers: that the law allows a request, or that one document grants it and another does not.
//!
//! In: an encoder, a scenario. Out: the formula of what is asked, and the replay of a request that was found for it.
//! Soundness: under `Mode::Proof` the formula of a gain is unsatisfiable only if there is no reading under which a
//! request is granted by the new document and not by the old one: the old one stands under a negation, so that it is
//! encoded from the other side ([`Mode::opposite`](crate::symbolic::encode::Mode::opposite)).

use crate::evaluate::decide::Decision;
use crate::evaluate::trace::{LayerTrace, StatementTrace, Trace};
use crate::evaluate::truth::Truth;
use crate::evaluate::{Outcome, evaluate};
use crate::policy::{Document, Effect};
use crate::query::layers::{EXCEPTIONS, Grants, Inputs, Placed, applying, comparison, inputs, law};
use crate::query::reach::ReachError;
use crate::query::reach::decode::{Drawn, replay};
use crate::query::silence::{Silence, Voice};
use crate::query::stance::{stances, unknown};
use crate::scenario::{Layer, Principal, ResourceAccount, Scenario, Slot};
use crate::symbolic::encode::{Encoder, Mode};
use crate::symbolic::formula::Formula;
use crate::symbolic::law::Law;
use crate::symbolic::shape::Shape;
use crate::verdict::{Counterexample, Place};
use crate::vocabulary::dialect::{Dialect, ExceptionKind};
use crate::vocabulary::layer::LayerKind;
use crate::vocabulary::ruling::Rulings;

/// The place of the new document in the one layer of a scenario that asks for a gain.
const NEW: usize = 0;
/// The place of the old one.
const OLD: usize = 1;

/// What the layers are to say of a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'a> {
    /// The law allows it.
    Allowed,
    /// The new document grants it and the old one does not. The scenario's one layer holds what matters of the new
    /// document, then what matters of the old one; these are the whole documents.
    Gained {
        /// The new document.
        new: &'a Document,
        /// The old document.
        old: &'a Document,
    },
    /// The law allows it in the new scenario and not in the old one. The documents of the scenario asked about are, layer
    /// by layer, those of the new scenario and then those of the old one.
    AllowedBy {
        /// The new scenario.
        new: &'a Scenario,
        /// The old scenario.
        old: &'a Scenario,
    },
}

impl Wanted<'_> {
    /// The text that says what is asked of the layers, and its function that does.
    pub(super) fn law(self, dialect: &Dialect) -> Result<(&'static Law, &'static str), ReachError> {
        Ok(match self {
            Self::Allowed | Self::AllowedBy { .. } => (law(dialect)?, "allowed"),
            Self::Gained { .. } => (comparison()?, "gained"),
        })
    }

    /// Whether a statement that is not about the actions asked about makes only less of what is asked, so that a proof
    /// without it holds.
    pub(super) fn only_takes(self, placed: &Placed<'_>) -> bool {
        match self {
            Self::Gained { .. } if placed.document == OLD => placed.statement.effect == Effect::Allow,
            Self::AllowedBy { .. } => false,
            Self::Allowed | Self::Gained { .. } => placed.statement.effect == Effect::Deny,
        }
    }

    /// From which side a statement is encoded.
    pub(super) fn mode_of(self, placed: &Placed<'_>, mode: Mode) -> Mode {
        match self {
            Self::Gained { .. } if placed.document == OLD => mode.opposite(),
            Self::Allowed | Self::Gained { .. } | Self::AllowedBy { .. } => mode,
        }
    }

    /// What is asked, as a formula; `about` are the statements about the profile's actions.
    pub(super) fn formula(
        self,
        encoder: &mut Encoder<'_>,
        scenario: &Scenario,
        grants: Grants<'_>,
        about: &[Placed<'_>],
    ) -> Result<(Inputs, Formula), ReachError> {
        match self {
            Self::Allowed => {
                let own = inputs(encoder, scenario, grants, about);
                let (law, formulas) = (law(scenario.dialect)?, &mut *encoder.formulas);
                let values = own.0.iter().map(|(_, formula)| *formula).collect();
                let allowed = encoder.cache.decision(values, || {
                    let allowed = law.apply(formulas, "allowed", |name| own.get(name));
                    allowed.map_err(|error| ReachError::Internal(error.to_string()))
                })?;
                Ok((own, allowed))
            }
            Self::Gained { .. } => gained(encoder, scenario, about),
            Self::AllowedBy { new, old } => allowed_by(encoder, [new, old], grants, about),
        }
    }

    /// Whether it holds of no request, whatever statements say besides whom and what actions they are about; `apart`
    /// tells whether some of the actions may be those of an exception of the law.
    ///
    /// # Errors
    /// The law cannot be read.
    pub(super) fn is_silent(
        self,
        scenario: &Scenario,
        shape: &Shape,
        opened: &[Slot],
        about: &[Placed<'_>],
        apart: impl Fn(ExceptionKind) -> bool,
    ) -> Result<bool, ReachError> {
        let allows = |placed: &Placed<'_>| placed.statement.effect == Effect::Allow;
        match self {
            Self::Allowed => {
                let speaks = |kind| about.iter().any(|placed| placed.slot.kind == kind && allows(placed));
                let voice = |kind, layer| match scenario.dialect.attaches(kind, shape.kind) {
                    _ if opened.iter().any(|slot| slot.kind == kind) => Voice::Open,
                    true => Voice::of(layer, || speaks(kind)),
                    false => Voice::Absent,
                };
                Silence {
                    caller: Some((shape.kind, shape.cross_account)),
                    identity: voice(LayerKind::Identity, &scenario.identity),
                    boundary: voice(LayerKind::Boundary, &scenario.boundary),
                    session: voice(LayerKind::Session, &scenario.session),
                    resource: voice(LayerKind::Resource, &scenario.resource),
                    apart: EXCEPTIONS.map(|(_, kind)| apart(kind)),
                }
                .denies(scenario.dialect)
            }
            Self::Gained { .. } => Ok(!about.iter().any(|placed| placed.document == NEW && allows(placed))),
            Self::AllowedBy { new, .. } => {
                let [own, _] = split(new, about);
                Wanted::Allowed.is_silent(new, shape, opened, &own, apart)
            }
        }
    }

    /// The request, if the evaluator says of it what is asked.
    ///
    /// # Errors
    /// The evaluator says something else.
    pub(super) fn replay(self, scenario: &Scenario, drawn: Drawn) -> Result<Counterexample, ReachError> {
        match self {
            Self::Allowed => {
                let Drawn { caller, request, listed, resource_account } = drawn;
                replay(scenario, caller, request, listed, &resource_account)
            }
            Self::Gained { new, old } => replay_gain(scenario, [new, old], drawn),
            Self::AllowedBy { new, old } => replay_allowed_by([new, old], scenario.rulings, drawn),
        }
    }
}

/// Granted by the new document and not by the old one.
fn gained(
    encoder: &mut Encoder<'_>,
    scenario: &Scenario,
    about: &[Placed<'_>],
) -> Result<(Inputs, Formula), ReachError> {
    let [allows, denies] = said(encoder, about, NEW);
    // Whatever the other one says, nothing is gained then.
    let hopeless = allows == Formula::FALSE || denies == Formula::TRUE;
    let mode = encoder.mode;
    encoder.mode = mode.opposite();
    let [other_allows, other_denies] = if hopeless { [Formula::FALSE; 2] } else { said(encoder, about, OLD) };
    encoder.mode = mode;
    // What has no form across accounts is no request there (S8.6).
    let impossible = match encoder.shape.cross_account {
        true => encoder.exception(scenario.dialect, ExceptionKind::OwnAccountOnly),
        false => Formula::FALSE,
    };
    let inputs = Inputs(vec![
        ("granting-allows", allows),
        ("granting-denies", denies),
        ("other-allows", other_allows),
        ("other-denies", other_denies),
        ("own-account-only", impossible),
    ]);
    let gained = comparison()?.apply(encoder.formulas, "gained", |name| inputs.get(name));
    Ok((inputs, gained.map_err(|error| ReachError::Internal(error.to_string()))?))
}

/// Allowed in the new scenario and not in the old one, for some policy that each layer has which neither knows.
fn allowed_by(
    encoder: &mut Encoder<'_>,
    [new, old]: [&Scenario; 2],
    grants: Grants<'_>,
    about: &[Placed<'_>],
) -> Result<(Inputs, Formula), ReachError> {
    let [own, others] = split(new, about);
    let (mode, boundary, law) = (encoder.mode, encoder.boundary, law(new.dialect)?);
    encoder.boundary = new.boundary.given().is_some();
    let granting = inputs(encoder, new, grants, &own);
    encoder.boundary = old.boundary.given().is_some();
    encoder.mode = mode.opposite();
    let other = inputs(encoder, old, Grants { hopeful: !grants.hopeful, ..grants }, &others);
    (encoder.mode, encoder.boundary) = (mode, boundary);
    let kind = encoder.shape.kind;
    let mut either = Vec::new();
    for stance in stances(new, old) {
        let mut decided = |inputs: &Inputs| {
            let value = |name: &str| stance.input(new.dialect, kind, name).or_else(|| inputs.get(name));
            let allowed = law.apply(encoder.formulas, "allowed", value);
            allowed.map_err(|error| ReachError::Internal(error.to_string()))
        };
        let (allowed, before) = (decided(&granting)?, decided(&other)?);
        let denied = encoder.formulas.not(before);
        either.push(encoder.formulas.and([allowed, denied]));
    }
    let either = encoder.formulas.or(either);
    Ok((granting, either))
}

/// The statements of the new scenario and those of the old one, each with its place in its own.
fn split<'s>(new: &Scenario, about: &[Placed<'s>]) -> [Vec<Placed<'s>>; 2] {
    let levels = |layer: &Layer<Vec<Vec<Document>>>| layer.given().map_or(0, Vec::len);
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for placed in about {
        let mut moved = *placed;
        let (place, before) = match placed.slot.kind {
            LayerKind::Scp => (&mut moved.slot.level, levels(&new.scps)),
            LayerKind::Rcp => (&mut moved.slot.level, levels(&new.rcps)),
            kind => (&mut moved.document, new.layer(kind).and_then(Layer::given).map_or(0, Vec::len)),
        };
        match place.checked_sub(before) {
            None => own.push(*placed),
            Some(place_of_old) => {
                *place = place_of_old;
                others.push(moved);
            }
        }
    }
    [own, others]
}

/// Whether an Allow of a document applies, and whether a Deny does.
fn said(encoder: &mut Encoder<'_>, about: &[Placed<'_>], document: usize) -> [Formula; 2] {
    [Effect::Allow, Effect::Deny].map(|effect| {
        let own = about.iter().filter(|placed| placed.document == document && placed.statement.effect == effect);
        let says: Vec<Formula> =
            own.map(|own| applying(encoder, own.applies, |encoder| encoder.statement(own.statement))).collect();
        encoder.formulas.or(says)
    })
}

/// Evaluates a request under each document alone.
fn replay_gain(scenario: &Scenario, [new, old]: [&Document; 2], drawn: Drawn) -> Result<Counterexample, ReachError> {
    let layer = match (scenario.scps.is_none(), scenario.identity.is_none()) {
        (false, _) => LayerKind::Scp,
        (true, false) => LayerKind::Identity,
        (true, true) => LayerKind::Resource,
    };
    let mut places = Vec::new();
    let mut said = Vec::new();
    for (document, deciding) in [(new, Effect::Allow), (old, Effect::Deny)] {
        let mut alone = scenario.clone();
        alone.principal = Principal::Caller(drawn.caller.clone());
        alone.resource_account = ResourceAccount::Id(drawn.resource_account.clone());
        match layer {
            LayerKind::Scp => alone.scps = Layer::Given(vec![vec![document.clone()]]),
            LayerKind::Identity => alone.identity = Layer::Given(vec![document.clone()]),
            _ => alone.resource = Layer::Given(vec![document.clone()]),
        }
        let outcome = evaluate(&alone, &drawn.request).map_err(|error| ReachError::Internal(error.to_string()))?;
        let Outcome::Decided(_, trace) = outcome else {
            return Err(ReachError::Internal("the evaluator skips the request".to_owned()));
        };
        let own = trace.layers.iter().find(|own| own.slot.kind == layer);
        let own = own.ok_or_else(|| ReachError::Internal("the evaluator has no such layer".to_owned()))?;
        said.push(grants(own));
        let applying = own.applying(deciding);
        places.extend(applying.map(|statement| Place::of(layer, statement.document, statement.statement)));
    }
    if said == [Truth::Yes, Truth::No] {
        return Ok(Counterexample { trace: places, ..drawn.unreplayed() });
    }
    let decision = format!("{said:?} for the new and the old document");
    Err(ReachError::Disagreement { decision, request: format!("{:?}\n{:?}", drawn.caller, drawn.request) })
}

/// Whether an Allow of the one document applies and no Deny does.
fn grants(layer: &LayerTrace<'_>) -> Truth {
    layer.allows().and(layer.denies().negate())
}

/// Evaluates a request in both scenarios, with every stance of what neither knows: that of the least that must be assumed
/// first.
fn replay_allowed_by([new, old]: [&Scenario; 2], rulings: Rulings, drawn: Drawn) -> Result<Counterexample, ReachError> {
    let [new, old] = [new, old].map(|own| Scenario { rulings, ..own.clone() });
    let (new, old) = (&new, &old);
    let mut seen = Vec::new();
    for stance in stances(new, old) {
        let (granting, other) = (stance.of(new, &drawn.caller)?, stance.of(old, &drawn.caller)?);
        let (granting, other) = (settled(&granting, &drawn, true)?, settled(&other, &drawn, false)?);
        let evaluated = |scenario| {
            let outcome =
                evaluate(scenario, &drawn.request).map_err(|error| ReachError::Internal(error.to_string()))?;
            match outcome {
                Outcome::Decided(decision, trace) => Ok((decision, trace)),
                Outcome::Skipped(_) => Err(ReachError::Internal("the evaluator skips the request".to_owned())),
            }
        };
        let ((now, granted), (before, denied)) = (evaluated(&granting)?, evaluated(&other)?);
        if now == Some(Decision::Allow) && matches!(before, Some(Decision::ExplicitDeny | Decision::ImplicitDeny)) {
            let places = |trace: &Trace<'_>, effect| -> Vec<Place> {
                let of_layer = |layer: &LayerTrace<'_>| {
                    let applying = layer.applying(effect);
                    let place = |own: &StatementTrace<'_>| Place::of(layer.slot.kind, own.document, own.statement);
                    applying.map(place).collect::<Vec<_>>()
                };
                trace.layers.iter().flat_map(of_layer).collect()
            };
            let trace = [places(&granted, Effect::Allow), places(&denied, Effect::Deny)].concat();
            let lone = [LayerKind::Identity, LayerKind::Resource].into_iter().filter(|kind| {
                let is_any = |scenario: &Scenario| scenario.layer(*kind).is_some_and(Layer::is_any);
                is_any(new) && !is_any(old)
            });
            let assumed = stance.assumed().into_iter().chain(lone).collect();
            return Ok(Counterexample { trace, assumed, ..drawn.unreplayed() });
        }
        seen.push(format!("{now:?} and {before:?}"));
    }
    let decision = format!("{} in the new and the old scenario", seen.join(", "));
    Err(ReachError::Disagreement { decision, request: format!("{:?}\n{:?}", drawn.caller, drawn.request) })
}

/// A scenario of the one caller, whose unknown layers are taken for access or against it.
fn settled(scenario: &Scenario, drawn: &Drawn, hopeful: bool) -> Result<Scenario, ReachError> {
    let mut own = scenario.clone();
    own.principal = Principal::Caller(drawn.caller.clone());
    own.resource_account = ResourceAccount::Id(drawn.resource_account.clone());
    let settle = |layer: &mut Layer<Vec<Document>>, kind| {
        if layer.is_any() {
            *layer = unknown(kind, &drawn.caller, hopeful)?;
        }
        Ok::<_, ReachError>(())
    };
    settle(&mut own.identity, LayerKind::Identity)?;
    settle(&mut own.boundary, LayerKind::Boundary)?;
    settle(&mut own.session, LayerKind::Session)?;
    settle(&mut own.resource, LayerKind::Resource)?;
    settle(&mut own.endpoint, LayerKind::Endpoint)?;
    for (layer, kind) in [(&mut own.scps, LayerKind::Scp), (&mut own.rcps, LayerKind::Rcp)] {
        if layer.is_any() {
            *layer = match unknown(kind, &drawn.caller, hopeful)? {
                Layer::Given(documents) => Layer::Given(vec![documents]),
                Layer::None | Layer::Any => Layer::None,
            };
        }
    }
    Ok(own)
}
