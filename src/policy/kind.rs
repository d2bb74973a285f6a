//! Kinds of policy documents and which elements each may contain (S1.11).

use std::fmt;

use crate::vocabulary::layer::LayerKind;
use crate::vocabulary::resource::ShortArn;

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// Attached to a user, group or role.
    Identity,
    /// A permissions boundary.
    Boundary,
    /// Passed when a session is made.
    Session,
    /// Attached to a resource: a bucket, a key, a role whose kind is not told.
    Resource,
    /// A role trust policy, told to be one.
    Trust,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// A VPC endpoint policy.
    Endpoint,
}

/// Whether an element may or must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// An error if missing.
    Required,
    /// May be left out.
    Optional,
    /// An error if given.
    Forbidden,
}

impl DocumentKind {
    /// Every kind under the word that commands take.
    pub const WORDS: [(&'static str, Self); 8] = [
        ("identity", Self::Identity),
        ("boundary", Self::Boundary),
        ("resource", Self::Resource),
        ("scp", Self::Scp),
        ("rcp", Self::Rcp),
        ("trust", Self::Trust),
        ("session", Self::Session),
        ("endpoint", Self::Endpoint),
    ];

    /// The kind that `--as` takes under a word; the words are [`WORDS`](Self::WORDS).
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(name, _)| *name == word).map(|(_, kind)| kind)
    }

    /// The word under which `--as` takes the kind.
    pub fn word(self) -> &'static str {
        Self::WORDS.into_iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }

    /// The kind of the documents of a layer.
    pub fn of(layer: LayerKind) -> Self {
        match layer {
            LayerKind::Identity => Self::Identity,
            LayerKind::Boundary => Self::Boundary,
            LayerKind::Session => Self::Session,
            LayerKind::Scp => Self::Scp,
            LayerKind::Rcp => Self::Rcp,
            LayerKind::Resource => Self::Resource,
            LayerKind::Endpoint => Self::Endpoint,
        }
    }

    /// What messages call it.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Identity => "an identity policy",
            Self::Boundary => "a permissions boundary",
            Self::Session => "a session policy",
            Self::Resource => "a resource policy",
            Self::Trust => "a role trust policy",
            Self::Scp => "a service control policy",
            Self::Rcp => "a resource control policy",
            Self::Endpoint => "an endpoint policy",
        }
    }

    /// Whether statements have a Principal or NotPrincipal.
    pub fn principal(self) -> Presence {
        match self {
            Self::Identity | Self::Boundary | Self::Session | Self::Scp => Presence::Forbidden,
            Self::Resource | Self::Trust | Self::Rcp | Self::Endpoint => Presence::Required,
        }
    }

    /// Whether NotPrincipal may stand for Principal.
    pub fn not_principal(self) -> bool {
        matches!(self, Self::Resource | Self::Endpoint)
    }

    /// Whether statements have a Resource or NotResource; without one a statement is about the resource it is
    /// attached to (S1.12).
    pub fn resource(self) -> Presence {
        match self {
            Self::Resource => Presence::Optional,
            Self::Trust => Presence::Forbidden,
            _ => Presence::Required,
        }
    }

    /// What becomes of a resource ARN with fewer than six parts (S2.2.6).
    pub fn short_arn(self) -> ShortArn {
        match self {
            Self::Identity | Self::Boundary => ShortArn::Pad,
            Self::Session => ShortArn::Refuse,
            Self::Resource | Self::Trust | Self::Scp | Self::Rcp | Self::Endpoint => ShortArn::TrailingStar,
        }
    }

    /// Whether Sids are restricted to letters and digits (S1.6).
    pub fn plain_sids(self) -> bool {
        matches!(self, Self::Identity | Self::Boundary | Self::Session | Self::Trust)
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.describe())
    }
}
