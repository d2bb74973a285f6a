//! State-changing requests, as data: `encodings/<dialect>/transitions.json`.
//!
//! In: the file of a dialect. Out: [`Transition`]s, each with an effect of a closed set. To add a service's transition is
//! to add an entry.

mod read;

use serde::Deserialize;

use crate::vocabulary::action::Action;

pub use read::{TransitionError, read, text, transitions};

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A user.
    User,
    /// A group.
    Group,
    /// A role.
    Role,
}

/// What `iam:PermissionsBoundary` is in a request (S12.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoundaryKey {
    /// Not there.
    #[default]
    #[serde(skip)]
    Absent,
    /// The boundary that the request names; absent if it names none.
    Requested,
    /// The boundary that the target has; absent if it has none.
    Current,
}

/// Which credentials a request yields.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// An access key: at most two a user.
    AccessKey,
    /// A new console password: only where there is none, and of use only without an MFA device.
    NewPassword,
    /// Another console password: only where there is one, and of use only without an MFA device.
    OtherPassword,
    /// Credentials for some services only, by their prefixes.
    Services(Vec<String>),
}

/// The two kinds of identity providers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// Its metadata is a document with a key that anybody can make.
    Saml,
    /// It needs a public issuer.
    Oidc,
}

/// What a request does to the account: a closed set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Effect {
    /// An inline document becomes the attacker's: a new one, or one that is replaced.
    WriteDocument(Kind),
    /// An inline document goes.
    DeleteDocument(Kind),
    /// The default version of a managed policy becomes the attacker's; five versions at most.
    WriteVersion,
    /// A stored version becomes the default.
    ChooseVersion,
    /// A stored version goes.
    DeleteVersion,
    /// A managed policy with the attacker's document comes to be.
    CreatePolicy,
    /// A managed policy that nobody uses goes.
    DeletePolicy,
    /// A managed policy is attached.
    Attach(Kind),
    /// A managed policy is detached.
    Detach(Kind),
    /// A boundary is set.
    SetBoundary(Kind),
    /// A boundary is removed.
    RemoveBoundary(Kind),
    /// A user joins a group.
    Join,
    /// A user leaves a group.
    Leave,
    /// A user's credentials are gained.
    GainCredential(Credential),
    /// A user has an access key less.
    DeleteKey,
    /// A user has no console password any more.
    DeletePassword,
    /// A user has no MFA device any more.
    DeleteMfa,
    /// A role's trust policy becomes the attacker's.
    WriteTrust,
    /// A session of a role that trusts the caller.
    AssumeRole,
    /// A session of a role that trusts a provider of the attacker's; the call is unsigned.
    AssumeRoleWith(Provider),
    /// A federated session of the calling user.
    Federate,
    /// A provider of the attacker's comes to be.
    CreateProvider(Provider),
    /// A provider becomes the attacker's.
    TakeProvider(Provider),
    /// A user, group or role comes to be; of a role, the trust policy is the attacker's.
    Create {
        /// What.
        kind: Kind,
        /// Whether its credentials are the creator's.
        credentials: bool,
    },
    /// A user, group or role goes.
    Delete(Kind),
    /// Name or path of a user or group change.
    Rename(Kind),
    /// A tag of a user or role is set.
    Tag(Kind),
    /// A tag of a user or role goes.
    Untag(Kind),
    /// The policy of a resource becomes the attacker's.
    WriteResourcePolicy {
        /// The prefixes of the actions that the policy is about.
        services: Vec<String>,
    },
    /// The policy of a resource goes.
    DeleteResourcePolicy {
        /// The prefixes of the actions that the policy is about.
        services: Vec<String>,
    },
    /// The attacker's code runs as a role that is passed to a service.
    PassRole {
        /// The service principals that the role may trust, one of them.
        services: Vec<String>,
        /// Whether the role must be in an instance profile.
        #[serde(default)]
        profile: bool,
    },
    /// The attacker's code runs as the role of what runs already.
    Drive {
        /// What it is in a file of compute: `lambda`, `ec2`, …
        compute: String,
    },
    /// A role comes into an instance profile.
    JoinProfile,
    /// Nothing that bears on a goal: the entry says why.
    Nothing,
}

/// A state-changing request, or several that only together change something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transition {
    /// Its name, such as `iam-attach-user-policy`.
    pub id: String,
    /// What it is, in words.
    pub title: String,
    /// The requests, in order; each counts.
    pub requests: Vec<Action>,
    /// Checked inside the requests, on the role (`iam:PassRole`); no request of its own.
    pub passes_role: bool,
    /// What it does.
    pub effect: Effect,
    /// What `iam:PermissionsBoundary` is in the requests.
    pub boundary: BoundaryKey,
    /// Why it does nothing, or what it leaves out.
    pub note: Option<String>,
}
