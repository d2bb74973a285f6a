//! The kinds of policy layers that bear on a request (S5).

use std::fmt;

/// One policy type bearing on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LayerKind {
    /// Policies of the user, its groups, or the role.
    Identity,
    /// The permissions boundary of the user or role.
    Boundary,
    /// Policies passed when the session was made.
    Session,
    /// Service control policies of one level of the organization.
    Scp,
    /// Resource control policies of one level of the organization.
    Rcp,
    /// The policy of the resource.
    Resource,
    /// The policy of the VPC endpoint the request comes through.
    Endpoint,
}

impl LayerKind {
    /// Every kind, in the order in which reports show them.
    pub const ALL: [Self; 7] =
        [Self::Identity, Self::Boundary, Self::Session, Self::Scp, Self::Rcp, Self::Resource, Self::Endpoint];

    /// The word for the layer in reports and data files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Boundary => "boundary",
            Self::Session => "session",
            Self::Scp => "scp",
            Self::Rcp => "rcp",
            Self::Resource => "resource",
            Self::Endpoint => "endpoint",
        }
    }

    /// The kind that [`as_str`](Self::as_str) writes so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for LayerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
