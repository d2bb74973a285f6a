//! What lenient reading left out that may bear on anybody.
//!
//! In: which file could not be read whole. Out: [`Lost`], which takes back what cannot be said without it. Trusted for:
//! an answer that the missing part could turn round is unknown.

use crate::verdict::{Answer, Unknown, Verdict};

/// What could not be read; each with what was wrong first.
#[derive(Debug, Clone, Default)]
pub struct Lost {
    /// Of the listings, something that may be a role: whom it trusts, nobody knows.
    pub roles: Option<String>,
    /// Resource policies: they may allow and deny.
    pub places: Option<String>,
    /// Of the organization: its policies only take away.
    pub organization: Option<String>,
}

impl Lost {
    /// The verdict, if the missing part cannot turn it round; `trust` says whether the goal may be to assume a role.
    pub(super) fn weigh(&self, verdict: Verdict, trust: bool) -> Verdict {
        let reason = match verdict.answer {
            Answer::Reachable => self.places.as_ref().or(self.organization.as_ref()),
            Answer::Unreachable => self.places.as_ref().or(self.roles.as_ref().filter(|_| trust)),
            Answer::Unknown | Answer::Vacuous => None,
        };
        match reason {
            None => verdict,
            Some(reason) => {
                let unknown = Some(Unknown::Gave(format!("left out: {reason}")));
                Verdict { answer: Answer::Unknown, unknown, counterexample: None, core: None, ..verdict }
            }
        }
    }
}
