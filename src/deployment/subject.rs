//! Who is asked about in a plan or template.
//!
//! In: its principals and policies. Out: [`Subject`]s: each user and role, each group without known members, each policy
//! that nobody here has, each policy of a resource, each policy of an organization. Trusted for: every policy of the file is one of a
//! subject's.

use crate::deployment::Deployment;
use crate::deployment::node::{Piece, UnknownId};
use crate::deployment::parts::{Held, Holder, HolderKind, Policy};
use crate::policy::DocumentKind;

/// What a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A user.
    User,
    /// Every session of a role.
    Role,
    /// Whoever is in a group.
    Member,
    /// Whoever has a policy that nobody here has.
    Holder,
    /// Whoever has a boundary that nobody here has.
    Bounded,
    /// Whoever a resource's policy grants to by itself, or who is outside the account.
    Granted,
    /// Whoever is under a policy of an organization.
    Governed,
}

impl What {
    /// In words, in front of an address.
    pub fn describe(self) -> &'static str {
        match self {
            Self::User => "the user",
            Self::Role => "every session of the role",
            Self::Member => "whoever is in the group",
            Self::Holder => "whoever has the policy",
            Self::Bounded => "whoever has the boundary",
            Self::Granted => "whomever the policy grants to",
            Self::Governed => "whoever is under the policy",
        }
    }
}

/// Somebody to ask about.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The address of the principal or of the policy.
    pub address: String,
    /// What it is.
    pub what: What,
    pub(super) of: Of,
}

/// What stands behind a subject, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Holder(usize),
    Policy(usize),
}

impl Subject {
    /// Whether it is the same on another side of a change.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.what == other.what && self.address == other.address
    }
}

impl Deployment {
    /// Everybody to ask about, in the order of the file.
    pub fn subjects(&self) -> Vec<Subject> {
        let mut subjects = Vec::new();
        for (index, holder) in self.holders.iter().enumerate() {
            let what = match holder.kind {
                HolderKind::User => What::User,
                HolderKind::Role => What::Role,
                HolderKind::Group if self.has_members(holder) || holder.identity.is_empty() => continue,
                HolderKind::Group => What::Member,
            };
            subjects.push(Subject { address: holder.address.clone(), what, of: Of::Holder(index) });
        }
        for (index, policy) in self.policies.iter().enumerate() {
            let what = match policy.kind {
                DocumentKind::Resource | DocumentKind::Trust => What::Granted,
                DocumentKind::Scp | DocumentKind::Rcp | DocumentKind::Endpoint => What::Governed,
                // AWS's own are not of the file.
                _ if !policy.held_by.is_empty() || policy.address.starts_with("arn:") => continue,
                DocumentKind::Boundary => What::Bounded,
                DocumentKind::Identity | DocumentKind::Session if self.is_held_otherwise(policy) => continue,
                DocumentKind::Identity | DocumentKind::Session => What::Holder,
            };
            subjects.push(Subject { address: policy.address.clone(), what, of: Of::Policy(index) });
        }
        subjects
    }

    /// Whether the same document is somebody's boundary.
    fn is_held_otherwise(&self, policy: &Policy) -> bool {
        self.policies.iter().any(|own| own.address == policy.address && !own.held_by.is_empty())
    }

    fn has_members(&self, group: &Holder) -> bool {
        self.holders.iter().any(|own| own.groups.contains(&group.name))
    }
}

/// What is not known of a principal itself.
pub(super) fn unknowns(holder: &Holder) -> Vec<UnknownId> {
    let named = holder.name.iter().chain(&holder.arn);
    let mut unknowns: Vec<UnknownId> = named
        .filter_map(|piece| match piece {
            Piece::Known(_) => None,
            Piece::Unknown(id) => Some(*id),
        })
        .collect();
    unknowns.extend(holder.identity.iter().chain(&holder.boundary).filter_map(|held| match held {
        Held::Own(_) => None,
        Held::Perhaps(_, whether) => Some(whether.condition),
        Held::Unknown(id) => Some(*id),
    }));
    unknowns
}
