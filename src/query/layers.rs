//! The inputs of the law: what each layer of a scenario says, as formulas.
//!
//! In: a scenario, and an encoder for one shape and profile. Out: a formula for each input by its name in `encodings/`.

use std::sync::LazyLock;

use crate::policy::{Document, Effect, Statement};
use crate::query::reach::ReachError;
use crate::scenario::{Layer, Principal, Scenario, Slot};
use crate::symbolic::encode::{Encoder, Level};
use crate::symbolic::formula::Formula;
use crate::symbolic::law::{self, Law, LawError};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::dialect::{Dialect, ExceptionKind};
use crate::vocabulary::layer::LayerKind;

static AWS: LazyLock<Result<Law, LawError>> = LazyLock::new(|| Law::embedded("aws"));
static ASTRAN: LazyLock<Result<Law, LawError>> = LazyLock::new(|| Law::embedded("astran"));

static COMPARISON: LazyLock<Result<Law, LawError>> = LazyLock::new(|| Law::read(&[law::comparison()]));

/// What a comparison asks, read once.
pub(super) fn comparison() -> Result<&'static Law, ReachError> {
    COMPARISON.as_ref().map_err(|error| ReachError::Internal(error.to_string()))
}

/// The law of a dialect, read once.
pub(super) fn law(dialect: &Dialect) -> Result<&'static Law, ReachError> {
    let law = if dialect.name() == "astran" { &ASTRAN } else { &AWS };
    law.as_ref().map_err(|error| ReachError::Internal(error.to_string()))
}

/// What is taken from or given to the layers as they stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grants<'a> {
    /// Deny statements left out: layer, document, statement.
    pub(super) dropped: &'a [(Slot, usize, usize)],
    /// Layers taken to allow everything.
    pub(super) opened: &'a [Slot],
    /// Whether an unknown layer is taken for access, or against it.
    pub(super) hopeful: bool,
}

impl Grants<'_> {
    /// Whether a layer of a kind that has no levels is taken to allow everything.
    fn opens(self, kind: LayerKind) -> bool {
        self.opened.contains(&Slot { kind, level: 0 })
    }
}

/// Formulas for the inputs of a law with their names, in an order that is the same for every question.
#[derive(Debug, Clone, Default)]
pub(super) struct Inputs(pub(super) Vec<(&'static str, Formula)>);

impl Inputs {
    /// The formula of an input.
    pub(super) fn get(&self, name: &str) -> Option<Formula> {
        self.0.iter().find(|(own, _)| *own == name).map(|(_, formula)| *formula)
    }
}

/// The inputs of a law that say whether a request is one of the dialect's exceptions.
pub(super) const EXCEPTIONS: [(&str, ExceptionKind); 5] = [
    ("needs-no-permission", ExceptionKind::NeedsNoPermission),
    ("root-recovers", ExceptionKind::RootRecovers),
    ("own-account-only", ExceptionKind::OwnAccountOnly),
    ("key-policy", ExceptionKind::KeyPolicy),
    ("role-trust", ExceptionKind::RoleTrust),
];

/// How many inputs a law has.
const INPUTS: usize = 29;

/// A statement with its place in a scenario.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'s> {
    /// The layer it is in.
    pub(super) slot: Slot,
    /// Its document's place in the layer.
    pub(super) document: usize,
    /// The statement.
    pub(super) statement: &'s Statement,
    /// Its place among the statements of the scenario.
    pub(super) number: usize,
    /// Whether it is about the actions asked about.
    pub(super) applies: Applies,
}

/// Whether a statement is about the actions asked about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Applies {
    /// It is: others are left out.
    Known,
    /// A formula says so, which is proved apart, for certificates.
    Said {
        /// What stands for it.
        formula: Formula,
        /// Whether it holds. What does not apply is taken to apply to every request of its actions.
        holds: bool,
    },
}

/// The statements of a scenario, layer by layer.
pub(super) fn statements(scenario: &Scenario) -> Vec<Placed<'_>> {
    let mut placed = Vec::new();
    for (slot, layer) in scenario.slots() {
        let documents = layer.given().copied().unwrap_or_default();
        for (document, own) in documents.iter().enumerate() {
            for statement in own.statements.iter() {
                let number = placed.len();
                placed.push(Placed { slot, document, statement, number, applies: Applies::Known });
            }
        }
    }
    placed
}

/// The inputs of the law; `about` are the statements about the profile's actions.
pub(super) fn inputs(
    encoder: &mut Encoder<'_>,
    scenario: &Scenario,
    grants: Grants<'_>,
    about: &[Placed<'_>],
) -> Inputs {
    let kind = encoder.shape.kind;
    let federated = kind == CallerKind::Federated;
    let constant = |value: bool| if value { Formula::TRUE } else { Formula::FALSE };
    // What cannot be attached to a caller is none, also where it is not known (S5.5, S5.10).
    let attaches = |layer| scenario.dialect.attaches(layer, kind);
    // An unknown boundary is best absent; an unknown session policy too, but a federated session has none without one.
    let given = |layer: &Layer<Vec<Document>>, kind: LayerKind, best_given: bool| match layer {
        _ if !attaches(kind) => false,
        Layer::Given(_) => !grants.opens(kind) || best_given,
        Layer::None => grants.opens(kind) && best_given,
        Layer::Any => !grants.hopeful || best_given,
    };
    let mut inputs = Vec::with_capacity(INPUTS);
    inputs.extend([
        ("cross-account", constant(encoder.shape.cross_account)),
        ("user-boundary-enforced", constant(encoder.rulings.enforces_user_boundary())),
        ("user", constant(kind == CallerKind::User)),
        ("root", constant(kind == CallerKind::Root)),
        ("role-session", constant(kind == CallerKind::RoleSession)),
        ("federated-session", constant(federated)),
        ("boundary-given", constant(given(&scenario.boundary, LayerKind::Boundary, false))),
        ("session-given", constant(given(&scenario.session, LayerKind::Session, federated))),
    ]);
    for (name, wanted) in EXCEPTIONS {
        inputs.push((name, encoder.exception(scenario.dialect, wanted)));
    }
    let mut add = |kind, layer, names: [&'static str; 2]| {
        let said = match attaches(kind) {
            true => layer_formulas(encoder, grants, kind, layer, about),
            false => LayerFormulas::NOTHING,
        };
        let [denies, allows] = names;
        inputs.extend([(denies, said.denies), (allows, said.allows)]);
        said
    };
    add(LayerKind::Identity, &scenario.identity, ["identity-denies", "identity-allows"]);
    add(LayerKind::Boundary, &scenario.boundary, ["boundary-denies", "boundary-allows"]);
    add(LayerKind::Session, &scenario.session, ["session-denies", "session-allows"]);
    let resource = add(LayerKind::Resource, &scenario.resource, ["resource-denies", "resource-direct"]);
    inputs.extend([("resource-entity", resource.entity), ("resource-account", resource.account)]);
    let slots = scenario.slots();
    for (kind, [denies, allows]) in [
        (LayerKind::Scp, ["scp-denies", "scp-allows"]),
        (LayerKind::Rcp, ["rcp-denies", "rcp-allows"]),
        (LayerKind::Endpoint, ["endpoint-denies", "endpoint-allows"]),
    ] {
        let (denied, allowed) = gate(encoder, scenario, &slots, grants, kind, about);
        inputs.extend([(denies, denied), (allows, allowed)]);
    }
    Inputs(inputs)
}

/// Whether some level of a gate denies, and whether every level allows; a gate that does not bind is open.
fn gate(
    encoder: &mut Encoder<'_>,
    scenario: &Scenario,
    slots: &[(Slot, Layer<&[Document]>)],
    grants: Grants<'_>,
    kind: LayerKind,
    about: &[Placed<'_>],
) -> (Formula, Formula) {
    // SCPs are those of the caller's organization: of callers elsewhere nothing is known (S8.2, S9.3).
    if kind == LayerKind::Scp && scenario.principal == Principal::Outside {
        return (Formula::FALSE, Formula::TRUE);
    }
    let mut denies = Vec::new();
    let mut allows = Vec::new();
    for (slot, layer) in slots {
        if slot.kind != kind || matches!(layer, Layer::None) {
            continue;
        }
        if matches!(layer, Layer::Any) {
            denies.push(if grants.hopeful { Formula::FALSE } else { Formula::TRUE });
            allows.push(if grants.hopeful { Formula::TRUE } else { Formula::FALSE });
        }
        encoder.endpoint = kind == LayerKind::Endpoint;
        let said = statement_formulas(encoder, grants, *slot, about);
        encoder.endpoint = false;
        denies.push(said.denies);
        allows.push(if grants.opened.contains(slot) { Formula::TRUE } else { said.allows });
    }
    if denies.is_empty() {
        return (Formula::FALSE, Formula::TRUE);
    }
    let free = free(encoder, scenario, kind);
    let denied = encoder.formulas.or(denies);
    let allowed = encoder.formulas.and(allows);
    let bound = encoder.formulas.not(free);
    (encoder.formulas.and([bound, denied]), encoder.formulas.or([free, allowed]))
}

/// Whether a gate does not bind the caller or the request (S9.3, S10.3 to S10.5).
fn free(encoder: &mut Encoder<'_>, scenario: &Scenario, kind: LayerKind) -> Formula {
    let dialect = scenario.dialect;
    let callers = dialect.callers_of(kind).unwrap_or_default();
    if !callers.contains(&encoder.shape.kind) {
        return Formula::TRUE;
    }
    let linked = match (kind, dialect.service_linked()) {
        (LayerKind::Scp | LayerKind::Rcp, Some(path)) => encoder.service_linked(path),
        _ => Formula::FALSE,
    };
    if kind != LayerKind::Rcp {
        return linked;
    }
    if encoder.profile.is_some_and(|profile| !profile.under_rcps) {
        return Formula::TRUE;
    }
    let exempt = encoder.exception(dialect, ExceptionKind::NotUnderRcps);
    encoder.formulas.or([linked, exempt])
}

/// The formulas of a layer's Denies and Allows; of a resource policy, the Allows at SELF or ANY, at ENTITY, and at
/// ACCOUNT.
struct LayerFormulas {
    denies: Formula,
    allows: Formula,
    entity: Formula,
    account: Formula,
}

impl LayerFormulas {
    /// What a layer says that is not there.
    const NOTHING: Self =
        Self { denies: Formula::FALSE, allows: Formula::FALSE, entity: Formula::FALSE, account: Formula::FALSE };
}

fn layer_formulas(
    encoder: &mut Encoder<'_>,
    grants: Grants<'_>,
    kind: LayerKind,
    layer: &Layer<Vec<Document>>,
    about: &[Placed<'_>],
) -> LayerFormulas {
    let mut said = statement_formulas(encoder, grants, Slot { kind, level: 0 }, about);
    if grants.opens(kind) || (layer.is_any() && grants.hopeful) {
        (said.allows, said.entity, said.account) = (Formula::TRUE, Formula::TRUE, Formula::TRUE);
    }
    if layer.is_any() && !grants.hopeful {
        said.denies = Formula::TRUE;
    }
    said
}

fn statement_formulas(
    encoder: &mut Encoder<'_>,
    grants: Grants<'_>,
    slot: Slot,
    about: &[Placed<'_>],
) -> LayerFormulas {
    let mut denies = Vec::new();
    let mut allows = Vec::new();
    let mut entity = Vec::new();
    let mut account = Vec::new();
    let open = grants.opened.contains(&slot);
    for placed in about.iter().filter(|placed| placed.slot == slot) {
        let Placed { document, statement, applies, .. } = placed;
        match statement.effect {
            Effect::Deny if grants.dropped.contains(&(slot, *document, statement.index)) => {}
            Effect::Deny => denies.push(applying(encoder, *applies, |encoder| encoder.statement(statement))),
            Effect::Allow if open => {}
            Effect::Allow if slot.kind == LayerKind::Resource => {
                let mut at = |level| applying(encoder, *applies, |encoder| encoder.grants(statement, level));
                allows.push(at(Level::Direct));
                entity.push(at(Level::Entity));
                account.push(at(Level::Account));
            }
            Effect::Allow => allows.push(applying(encoder, *applies, |encoder| encoder.statement(statement))),
        }
    }
    LayerFormulas {
        denies: encoder.formulas.or(denies),
        allows: encoder.formulas.or(allows),
        entity: encoder.formulas.or(entity),
        account: encoder.formulas.or(account),
    }
}

/// What a statement says, if it is about the actions asked about.
pub(super) fn applying(
    encoder: &mut Encoder<'_>,
    applies: Applies,
    says: impl FnOnce(&mut Encoder<'_>) -> Formula,
) -> Formula {
    match applies {
        Applies::Known => says(encoder),
        Applies::Said { formula, holds: false } => formula,
        Applies::Said { formula, holds: true } => {
            let said = says(encoder);
            encoder.formulas.and([formula, said])
        }
    }
}
