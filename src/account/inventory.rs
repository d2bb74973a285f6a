//! Accounts as parts that requests change: who carries which document under which name.
//!
//! In: a listing whose references are followed. Out: [`Inventory`].

use indexmap::IndexMap;

use crate::account::policy::PolicyId;
use crate::account::version::Versions;
use crate::vocabulary::context_key::ContextKey;

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartKind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A role.
    Role,
}

/// A user, group or role.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its ARN.
    pub arn: String,
    /// Its tags; groups have none.
    pub tags: IndexMap<ContextKey, String>,
    /// Inline documents by name.
    pub inline: Vec<(String, PolicyId)>,
    /// The ARNs of attached policies.
    pub attached: Vec<String>,
    /// The ARN of the permissions boundary.
    pub boundary: Option<String>,
    /// Of a user, the ARNs of its groups.
    pub groups: Vec<String>,
    /// Of a role, its trust policy.
    pub trust: Option<PolicyId>,
    /// Of a role, whether it is in an instance profile.
    pub profiled: bool,
}

/// The parts of accounts.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// Users, groups and roles, in the order of their ARNs.
    pub parts: Vec<Part>,
    /// Managed policies by ARN: those of the listings, and those that are used.
    pub managed: IndexMap<String, Versions>,
}
