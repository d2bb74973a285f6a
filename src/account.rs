//! Accounts: users and roles where their policies really live.
//!
//! In: listings of `aws iam get-account-authorization-details`, resource policies, the organization, credentials,
//! compute. Out: [`Accounts`], which makes a [`Scenario`](crate::scenario::Scenario) for any principal, and questions
//! about one of them ([`ask`]) or all of them ([`who_can`]). Trusted for: a policy that bears on a principal is in its
//! scenario, or the principal is not asked about.

pub mod ask;
pub mod compute;
pub mod credentials;
mod holder;
pub mod inventory;
mod listing;
mod load;
pub mod lost;
pub(crate) mod managed;
mod named;
pub mod organization;
pub mod place;
pub mod policy;
mod raw;
pub mod subject;
pub mod version;
pub mod who_can;

pub use holder::Holder;
pub use load::{Files, of_listing};

use indexmap::IndexMap;

use crate::diagnostic::Findings;
use crate::vocabulary::dialect::Dialect;

use compute::Compute;
use credentials::Credentials;
use inventory::Inventory;
use lost::Lost;
use organization::Organization;
use place::Places;
use policy::Policies;

/// One account or several, with what is known of them.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// The dialect whose law decides.
    pub dialect: &'static Dialect,
    /// The ids of the listed accounts, sorted.
    pub names: Vec<String>,
    /// Users and roles, in the order of their ARNs.
    pub holders: Vec<Holder>,
    /// Users, groups, roles and managed policies as parts that requests change.
    pub inventory: Inventory,
    /// Their documents, and those of places and levels.
    pub policies: Policies,
    /// The organization's levels; none if it is not given.
    pub organization: Option<Organization>,
    /// Resources with policies of their own.
    pub places: Places,
    /// The users' credentials, by ARN.
    pub credentials: IndexMap<String, Credentials>,
    /// What runs with a role.
    pub compute: Vec<Compute>,
    /// What could not be read and may bear on anybody; nothing unless reading was lenient.
    pub lost: Lost,
}

impl Accounts {
    /// The user or role of an ARN.
    pub fn holder(&self, arn: &str) -> Option<&Holder> {
        let place = self.holders.binary_search_by(|holder| holder.arn.as_str().cmp(arn)).ok()?;
        self.holders.get(place)
    }

    /// Reads every document; warnings about documents that are alike are given once.
    pub fn read_all(&self) -> Findings {
        let mut findings = Findings::default();
        for id in self.policies.ids().filter(|id| self.policies.decides(*id)) {
            match self.policies.document(id) {
                Ok(_) if self.policies.alike(id) == id => findings.extend(self.policies.warnings(id).iter().cloned()),
                Ok(_) => {}
                Err(errors) => findings.extend(errors.iter().cloned()),
            }
        }
        findings
    }
}
