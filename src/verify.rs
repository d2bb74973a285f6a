//! The main question in one call.
//!
//! In: a [`Scenario`], a [`Query`], [`Options`]. Out: a [`Verdict`]. Soundness is that of [`reach`]: unreachable is said
//! only where no request of the query is allowed under any reading of the law; reachable only with a request that the
//! evaluator has allowed.

use crate::diagnostic::Refusal;
use crate::goal::Goal;
use crate::query::reach::{Options, ReachError, reach};
use crate::scenario::Scenario;
use crate::verdict::Verdict;

/// A question about one scenario: whether any of these requests can be allowed.
#[derive(Debug, Clone)]
pub struct Query {
    goal: Goal,
}

impl Query {
    /// Whether a request for any of these actions can be allowed: `["s3:*"]`, `["iam:Create*", "iam:PassRole"]` (S2.1).
    ///
    /// # Errors
    /// A text is no action pattern.
    pub fn reach<A: AsRef<str>>(actions: impl IntoIterator<Item = A>) -> Result<Self, Refusal> {
        Ok(Self { goal: Goal::from_flags(&owned(actions), &[], None, None)? })
    }

    /// Whether a request for any other action can be allowed: what these actions are all that is left of.
    ///
    /// # Errors
    /// A text is no action pattern.
    pub fn beyond<A: AsRef<str>>(actions: impl IntoIterator<Item = A>) -> Result<Self, Refusal> {
        Ok(Self { goal: Goal::from_flags(&["*".to_owned()], &owned(actions), None, None)? })
    }

    /// The requests that are asked about.
    pub fn goal(&self) -> &Goal {
        &self.goal
    }
}

impl From<Goal> for Query {
    fn from(goal: Goal) -> Self {
        Self { goal }
    }
}

fn owned<A: AsRef<str>>(texts: impl IntoIterator<Item = A>) -> Vec<String> {
    texts.into_iter().map(|text| text.as_ref().to_owned()).collect()
}

/// Answers a query about a scenario.
///
/// # Errors
/// The dialect does not describe such requests, no service has a prefix of the query, or the two engines disagree, which
/// is a bug of ours. That the time is over is no error: the verdict is unknown.
pub fn verify(scenario: &Scenario, query: &Query, options: &Options) -> Result<Verdict, ReachError> {
    reach(scenario, &query.goal, options)
}
