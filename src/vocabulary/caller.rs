//! The kinds of callers (S5.3, S17) under the names that scenarios use.

use std::fmt;

/// What a caller is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CallerKind {
    /// An IAM user with long-term or GetSessionToken credentials.
    User,
    /// A session of a role.
    RoleSession,
    /// A session made by GetFederationToken; for AssumeRoleWith* the identity provider.
    Federated,
    /// The root user of an account.
    Root,
    /// A service principal calling directly.
    Service,
    /// Somebody who did not sign the request.
    Anonymous,
}

impl CallerKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::User, Self::RoleSession, Self::Federated, Self::Root, Self::Service, Self::Anonymous];

    /// The name in scenarios and data files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::RoleSession => "role-session",
            Self::Federated => "federated",
            Self::Root => "root",
            Self::Service => "service",
            Self::Anonymous => "anonymous",
        }
    }

    /// The kind of a name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for CallerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
