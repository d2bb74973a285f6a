//! What layers may say that two scenarios leave unknown, and that are the same in both.
//!
//! In: two scenarios of one principal. Out: every [`Stance`] that could bear on a request being allowed in one and not in
//! the other. A layer that is `any` in both is one and the same unknown policy; left out is that it denies, because a
//! Deny of it decides both scenarios alike (S5.1).

use serde_json::{Value, json};

use crate::policy::{self, Document, DocumentKind};
use crate::query::reach::ReachError;
use crate::scenario::{Caller, Layer, Scenario};
use crate::source::Source;
use crate::symbolic::encode::Level;
use crate::symbolic::formula::Formula;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::layer::LayerKind;

/// The layers that limit or grant; gates that are unknown in both count as open.
const KINDS: [LayerKind; 4] = [LayerKind::Identity, LayerKind::Boundary, LayerKind::Session, LayerKind::Resource];

/// What an unknown layer says of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Nothing,
    Allows,
    /// Of a resource policy: allows, naming the caller no more closely than this.
    Names(Level),
}

/// What each layer says that is unknown in both scenarios.
#[derive(Debug, Clone)]
pub(super) struct Stance(Vec<(LayerKind, Says)>);

/// Every stance; a single empty one where no layer is unknown in both.
pub(super) fn stances(one: &Scenario, other: &Scenario) -> Vec<Stance> {
    let is_any = |scenario: &Scenario, kind| scenario.layer(kind).is_some_and(Layer::is_any);
    let mut all = vec![Stance(Vec::new())];
    for kind in KINDS.into_iter().filter(|kind| is_any(one, *kind) && is_any(other, *kind)) {
        let choices: &[Says] = match kind {
            LayerKind::Resource => {
                &[Says::Nothing, Says::Names(Level::Direct), Says::Names(Level::Entity), Says::Names(Level::Account)]
            }
            // What grants comes silent first, what limits open first: the least that must be assumed.
            LayerKind::Identity => &[Says::Nothing, Says::Allows],
            _ => &[Says::Allows, Says::Nothing],
        };
        let with = |stance: &Stance| {
            let stance = stance.clone();
            choices.iter().map(move |says| Stance([&stance.0[..], &[(kind, *says)]].concat()))
        };
        all = all.iter().flat_map(with).collect();
    }
    all
}

impl Stance {
    /// An input of the law about a kind of caller, where the stance says what it is.
    pub(super) fn input(&self, dialect: &Dialect, kind: CallerKind, name: &str) -> Option<Formula> {
        let truth = |value: bool| if value { Formula::TRUE } else { Formula::FALSE };
        let says = |layer: LayerKind| {
            let own = self.0.iter().find(|(own, _)| *own == layer && dialect.attaches(*own, kind));
            own.map(|(_, says)| *says)
        };
        let limit = |layer| says(layer).map(|says| says == Says::Nothing);
        let level = |levels: &[Level]| {
            says(LayerKind::Resource).map(|says| levels.iter().any(|level| says == Says::Names(*level)))
        };
        let found = match name {
            "identity-denies" => says(LayerKind::Identity).map(|_| false),
            "identity-allows" => says(LayerKind::Identity).map(|says| says == Says::Allows),
            "boundary-denies" | "boundary-allows" => says(LayerKind::Boundary).map(|_| false),
            "boundary-given" => limit(LayerKind::Boundary),
            "session-denies" => says(LayerKind::Session).map(|_| false),
            // A federated session has the permissions of its session policy alone.
            "session-given" if kind == CallerKind::Federated => says(LayerKind::Session).map(|_| true),
            "session-given" => limit(LayerKind::Session),
            "session-allows" => says(LayerKind::Session).map(|says| says == Says::Allows),
            "resource-denies" => says(LayerKind::Resource).map(|_| false),
            "resource-direct" => level(&[Level::Direct]),
            "resource-entity" => level(&[Level::Direct, Level::Entity]),
            "resource-account" => level(&[Level::Direct, Level::Entity, Level::Account]),
            _ => None,
        };
        found.map(truth)
    }

    /// The layers that are taken to hold something.
    pub(super) fn assumed(&self) -> Vec<LayerKind> {
        let limits = |kind: LayerKind| matches!(kind, LayerKind::Boundary | LayerKind::Session);
        let holds = |(kind, says): &&(LayerKind, Says)| limits(*kind) == (*says == Says::Nothing);
        self.0.iter().filter(holds).map(|(kind, _)| *kind).collect()
    }

    /// A scenario with documents that say so.
    ///
    /// # Errors
    /// The documents cannot be made.
    pub(super) fn of(&self, scenario: &Scenario, caller: &Caller) -> Result<Scenario, ReachError> {
        let mut own = scenario.clone();
        for (kind, says) in &self.0 {
            let federated = *kind == LayerKind::Session && caller.kind == CallerKind::Federated;
            let layer = match (kind, says) {
                (LayerKind::Boundary | LayerKind::Session, Says::Allows) if !federated => Layer::None,
                (LayerKind::Boundary | LayerKind::Session, Says::Nothing) => {
                    Layer::Given(vec![document(*kind, "Allow", "ringfence:Nothing", json!("*"))?])
                }
                (_, Says::Nothing) => Layer::None,
                (_, Says::Allows) => Layer::Given(vec![document(*kind, "Allow", "*", json!("*"))?]),
                (_, Says::Names(level)) => Layer::Given(vec![document(*kind, "Allow", "*", named(caller, *level))?]),
            };
            match kind {
                LayerKind::Identity => own.identity = layer,
                LayerKind::Boundary => own.boundary = layer,
                LayerKind::Session => own.session = layer,
                _ => own.resource = layer,
            }
        }
        Ok(own)
    }
}

/// Whom a resource policy names to reach a caller at a level (S2.3). A service, or whoever gives no name, has one level.
fn named(caller: &Caller, level: Level) -> Value {
    let account = caller.account().map(str::to_owned);
    let entity = caller.issuer.clone().or_else(|| Some(caller.arn.clone()));
    let names = match level {
        Level::Direct => [Some(caller.arn.clone()), entity, account],
        Level::Entity => [None, entity, account],
        Level::Account => [None, None, account],
    };
    match caller.kind {
        CallerKind::Anonymous => json!("*"),
        CallerKind::Service => json!({ "Service": caller.arn }),
        _ => json!({ "AWS": names.into_iter().flatten().collect::<Vec<_>>() }),
    }
}

/// A layer that one scenario alone does not know, taken for access or against it.
///
/// # Errors
/// The document cannot be made.
pub(super) fn unknown(kind: LayerKind, caller: &Caller, hopeful: bool) -> Result<Layer<Vec<Document>>, ReachError> {
    let federated = kind == LayerKind::Session && caller.kind == CallerKind::Federated;
    let grants = matches!(kind, LayerKind::Identity | LayerKind::Resource) || federated;
    match (hopeful, grants) {
        (true, false) => Ok(Layer::None),
        (true, true) => Ok(Layer::Given(vec![document(kind, "Allow", "*", named(caller, Level::Direct))?])),
        (false, _) => Ok(Layer::Given(vec![document(kind, "Deny", "*", json!("*"))?])),
    }
}

/// The document that an unknown layer is taken to hold.
fn document(kind: LayerKind, effect: &str, action: &str, named: Value) -> Result<Document, ReachError> {
    let kind = match kind {
        LayerKind::Identity => DocumentKind::Identity,
        LayerKind::Boundary => DocumentKind::Boundary,
        LayerKind::Session => DocumentKind::Session,
        LayerKind::Scp => DocumentKind::Scp,
        LayerKind::Rcp => DocumentKind::Rcp,
        LayerKind::Resource => DocumentKind::Resource,
        LayerKind::Endpoint => DocumentKind::Endpoint,
    };
    let mut statement = json!({ "Effect": effect, "Action": action, "Resource": "*" });
    if let (DocumentKind::Resource | DocumentKind::Rcp | DocumentKind::Endpoint, Some(object)) =
        (kind, statement.as_object_mut())
    {
        object.insert("Principal".to_owned(), named);
    }
    let text = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    let parsed = policy::parse(&Source::new(format!("<assumed {} policy>", kind.word()), text), kind);
    parsed.map(|(document, _)| document).map_err(|refusal| ReachError::Internal(refusal.to_string()))
}
