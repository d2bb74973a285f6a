//! The inputs of the law: what each layer of a scenario says, as formulas.
//!
//! In: a scenario, and an encoder for one shape and profile. Out: a formula for each input by its name in `encodings/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::policy::{Document, Effect};
use crate::query::reach::ReachError;
use crate::scenario::{Layer, Scenario};
use crate::symbolic::encode::{Encoder, Level};
use crate::symbolic::formula::Formula;
use crate::symbolic::law::{Law, LawError};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::dialect::{Dialect, ExceptionKind};
use crate::vocabulary::layer::LayerKind;

static AWS: LazyLock<Result<Law, LawError>> = LazyLock::new(|| Law::embedded("aws"));
static ASTRAN: LazyLock<Result<Law, LawError>> = LazyLock::new(|| Law::embedded("astran"));

/// The law of a dialect, read once.
pub(super) fn law(dialect: &Dialect) -> Result<&'static Law, ReachError> {
    let law = if dialect.name() == "astran" { &ASTRAN } else { &AWS };
    law.as_ref().map_err(|error| ReachError::Internal(error.to_string()))
}

/// What is taken from or given to the layers as they stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grants<'a> {
    /// Deny statements left out: layer, document, statement.
    pub(super) dropped: &'a [(LayerKind, usize, usize)],
    /// Layers taken to allow everything.
    pub(super) opened: &'a [LayerKind],
    /// Whether an unknown layer is taken for access, or against it.
    pub(super) hopeful: bool,
}

/// The inputs of the law.
pub(super) fn inputs(
    encoder: &mut Encoder<'_>,
    scenario: &Scenario,
    grants: Grants<'_>,
) -> HashMap<&'static str, Formula> {
    let kind = encoder.shape.kind;
    let federated = kind == CallerKind::Federated;
    let constant = |value: bool| if value { Formula::TRUE } else { Formula::FALSE };
    let opened = |layer| grants.opened.contains(&layer);
    // An unknown boundary is best absent; an unknown session policy too, but a federated session has none without one.
    let given = |layer: &Layer<Vec<Document>>, kind: LayerKind, best_given: bool| match layer {
        Layer::Given(_) => !opened(kind) || best_given,
        Layer::None => opened(kind) && best_given,
        Layer::Any => !grants.hopeful || best_given,
    };
    let exception = |encoder: &Encoder<'_>, wanted| constant(exception_applies(encoder, scenario.dialect, wanted));
    let mut inputs = HashMap::from([
        ("needs-no-permission", exception(encoder, ExceptionKind::NeedsNoPermission)),
        ("root-recovers", exception(encoder, ExceptionKind::RootRecovers)),
        ("root", constant(kind == CallerKind::Root)),
        ("role-session", constant(kind == CallerKind::RoleSession)),
        ("federated-session", constant(federated)),
        ("boundary-given", constant(given(&scenario.boundary, LayerKind::Boundary, false))),
        ("session-given", constant(given(&scenario.session, LayerKind::Session, federated))),
    ]);
    let mut add = |kind, layer, names: [&'static str; 2]| {
        let said = layer_formulas(encoder, grants, kind, layer);
        let [denies, allows] = names;
        inputs.insert(denies, said.denies);
        inputs.insert(allows, said.allows);
        said
    };
    add(LayerKind::Identity, &scenario.identity, ["identity-denies", "identity-allows"]);
    add(LayerKind::Boundary, &scenario.boundary, ["boundary-denies", "boundary-allows"]);
    add(LayerKind::Session, &scenario.session, ["session-denies", "session-allows"]);
    let resource = add(LayerKind::Resource, &scenario.resource, ["resource-denies", "resource-direct"]);
    inputs.insert("resource-entity", resource.entity);
    inputs
}

/// The formulas of a layer's Denies and Allows; of a resource policy, the Allows at SELF or ANY, and at ENTITY.
struct LayerFormulas {
    denies: Formula,
    allows: Formula,
    entity: Formula,
}

fn layer_formulas(
    encoder: &mut Encoder<'_>,
    grants: Grants<'_>,
    kind: LayerKind,
    layer: &Layer<Vec<Document>>,
) -> LayerFormulas {
    let open = grants.opened.contains(&kind) || (layer.is_any() && grants.hopeful);
    let mut denies = Vec::new();
    let mut allows = Vec::new();
    let mut entity = Vec::new();
    for (place, document) in layer.given().into_iter().flatten().enumerate() {
        for statement in &document.statements {
            match statement.effect {
                Effect::Deny if grants.dropped.contains(&(kind, place, statement.index)) => {}
                Effect::Deny => denies.push(encoder.statement(statement)),
                Effect::Allow if open => {}
                Effect::Allow if kind == LayerKind::Resource => {
                    allows.push(encoder.grants(statement, Level::Direct));
                    entity.push(encoder.grants(statement, Level::Entity));
                }
                Effect::Allow => allows.push(encoder.statement(statement)),
            }
        }
    }
    if open {
        allows.push(Formula::TRUE);
    }
    if layer.is_any() && !grants.hopeful {
        denies.push(Formula::TRUE);
    }
    LayerFormulas {
        denies: encoder.formulas.or(denies),
        allows: encoder.formulas.or(allows),
        entity: encoder.formulas.or(entity),
    }
}

/// Whether the law treats the profile's actions apart in this way for this caller.
fn exception_applies(encoder: &Encoder<'_>, dialect: &Dialect, kind: ExceptionKind) -> bool {
    let caller = encoder.shape.kind;
    let about = encoder.profile.map(|profile| profile.exceptions.as_slice()).unwrap_or_default();
    let exceptions = dialect.exceptions().iter().zip(about);
    exceptions.into_iter().any(|(own, about)| *about && own.kind == kind && own.callers.contains(&caller))
}
