//! Scenarios: a principal with its layers.
//!
//! In: scenario JSON (design: an object with `principal`, `identityPolicies`, …) or the same from flags. Out:
//! [`Scenario`]. Trusted for: a layer is given, none or any as it was said, and a contradiction is refused.

pub mod layer;
pub mod load;
pub mod principal;

pub use layer::Layer;
pub use load::{Loader, SCENARIO_FIELDS};
pub use principal::{Caller, Principal, Tags};

use crate::policy::Document;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::layer::LayerKind;

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
}

impl Scenario {
    /// The first attached layer whose law is not supported yet, in words.
    pub fn unsupported_layer(&self) -> Option<&'static str> {
        if !self.scps.is_none() {
            Some("service control policies (S9)")
        } else if !self.rcps.is_none() {
            Some("resource control policies (S10)")
        } else if !self.endpoint.is_none() {
            Some("VPC endpoint policies (S5.2)")
        } else {
            None
        }
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
