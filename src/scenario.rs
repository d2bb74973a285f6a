//! Scenarios: a principal with its layers.
//!
//! In: scenario JSON (design: an object with `principal`, `identityPolicies`, …) or the same from flags. Out:
//! [`Scenario`]. Trusted for: a layer is given, none or any as it was said, and a contradiction is refused.

mod file;
pub mod layer;
pub mod load;
pub mod principal;

pub use file::read;
pub use layer::{Layer, Slot};
pub use load::{Loader, SCENARIO_FIELDS};
pub use principal::{Caller, Principal, Stored, Tags};

use crate::policy::Document;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::layer::LayerKind;
use crate::vocabulary::ruling::Rulings;

/// Who owns the resource (S8.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceAccount {
    /// The caller's account.
    SameAsCaller,
    /// This account.
    Id(String),
    /// The caller's or another one.
    Any,
}

/// A principal, or a set of them, with the layers that bear on its requests.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// The dialect whose law decides.
    pub dialect: &'static Dialect,
    /// Who calls.
    pub principal: Principal,
    /// Under which ARN policies have stored the principal.
    pub stored: Stored,
    /// Policies of the user, its groups, or the role.
    pub identity: Layer<Vec<Document>>,
    /// The permissions boundary.
    pub boundary: Layer<Vec<Document>>,
    /// Policies passed when the session was made.
    pub session: Layer<Vec<Document>>,
    /// Service control policies, level by level.
    pub scps: Layer<Vec<Vec<Document>>>,
    /// Resource control policies, level by level.
    pub rcps: Layer<Vec<Vec<Document>>>,
    /// The resource's own policy.
    pub resource: Layer<Vec<Document>>,
    /// The VPC endpoint's policy.
    pub endpoint: Layer<Vec<Document>>,
    /// Who owns the resource.
    pub resource_account: ResourceAccount,
    /// Which readings are taken where the sources disagree.
    pub rulings: Rulings,
}

impl Scenario {
    /// Every layer, each level of an organization by itself, in the order of reports.
    pub fn slots(&self) -> Vec<(Slot, Layer<&[Document]>)> {
        fn levels(kind: LayerKind, layer: &Layer<Vec<Vec<Document>>>) -> Vec<(Slot, Layer<&[Document]>)> {
            let slot = |level| Slot { kind, level };
            match layer {
                Layer::Given(levels) => {
                    levels.iter().enumerate().map(|(level, own)| (slot(level), Layer::Given(own.as_slice()))).collect()
                }
                Layer::None => vec![(slot(0), Layer::None)],
                Layer::Any => vec![(slot(0), Layer::Any)],
            }
        }
        let of = |kind| match kind {
            LayerKind::Scp => levels(kind, &self.scps),
            LayerKind::Rcp => levels(kind, &self.rcps),
            _ => self.layer(kind).map(|layer| (Slot { kind, level: 0 }, layer.as_slices())).into_iter().collect(),
        };
        LayerKind::ALL.into_iter().flat_map(of).collect()
    }

    /// The documents of all layers.
    pub fn documents(&self) -> Vec<&Document> {
        let mut documents = Vec::new();
        for (_, layer) in self.slots() {
            if let Layer::Given(given) = layer {
                documents.extend(given);
            }
        }
        documents
    }

    /// A layer that is one set of documents; none for the levels of an organization.
    pub fn layer(&self, kind: LayerKind) -> Option<&Layer<Vec<Document>>> {
        match kind {
            LayerKind::Identity => Some(&self.identity),
            LayerKind::Boundary => Some(&self.boundary),
            LayerKind::Session => Some(&self.session),
            LayerKind::Resource => Some(&self.resource),
            LayerKind::Endpoint => Some(&self.endpoint),
            LayerKind::Scp | LayerKind::Rcp => None,
        }
    }
}
