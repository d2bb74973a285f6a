//! What a comparison of two documents comes to.
//!
//! Data only, like the rest of `verdict`.

use std::time::Duration;

use crate::verdict::{Assumption, Counterexample, EngineName, Unknown};

/// What the new document is to the old one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// They grant the same requests.
    Equivalent,
    /// The new one grants some of the old one's requests, and no other.
    Narrower,
    /// The new one grants the old one's requests, and others.
    Wider,
    /// Each grants requests that the other does not.
    Incomparable,
    /// A direction could not be decided, or depends on the reading.
    Unknown,
}

impl Relation {
    /// The word of the contract, such as `narrower`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Equivalent => "equivalent",
            Self::Narrower => "narrower",
            Self::Wider => "wider",
            Self::Incomparable => "incomparable",
            Self::Unknown => "unknown",
        }
    }
}

/// What one document grants and the other does not.
#[derive(Debug, Clone)]
pub enum Difference {
    /// Nothing, under every reading.
    Nothing,
    /// This request, and perhaps others; it was replayed on both documents.
    Request(Box<Counterexample>),
    /// It could not be decided.
    Unknown(Unknown),
    /// Nobody asked.
    NotAsked,
}

impl Difference {
    /// The request that shows it.
    pub fn request(&self) -> Option<&Counterexample> {
        match self {
            Self::Request(found) => Some(found),
            Self::Nothing | Self::Unknown(_) | Self::NotAsked => None,
        }
    }

    /// Why it is unknown, where it is.
    pub fn unknown(&self) -> Option<&Unknown> {
        match self {
            Self::Unknown(why) => Some(why),
            Self::Nothing | Self::Request(_) | Self::NotAsked => None,
        }
    }
}

/// Both directions.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What the new document grants and the old one does not.
    pub gained: Difference,
    /// What the old document grants and the new one does not.
    pub lost: Difference,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// What decided.
    pub engine: EngineName,
    /// How many formulas there were to solve.
    pub formulas: usize,
    /// Time for slicing, encoding, solving, decoding and replay.
    pub elapsed: Duration,
}

impl Comparison {
    /// What the new document is to the old one; none where only one direction was asked, and answered.
    pub fn relation(&self) -> Option<Relation> {
        use Difference::{NotAsked, Nothing, Request, Unknown};
        match (&self.gained, &self.lost) {
            (Unknown(_), _) | (_, Unknown(_)) => Some(Relation::Unknown),
            (NotAsked, _) | (_, NotAsked) => None,
            (Nothing, Nothing) => Some(Relation::Equivalent),
            (Nothing, Request(_)) => Some(Relation::Narrower),
            (Request(_), Nothing) => Some(Relation::Wider),
            (Request(_), Request(_)) => Some(Relation::Incomparable),
        }
    }
}
