//! What a question about sequences of requests came to.

use std::time::Duration;

use crate::policy::Effect;
use crate::request::Request;
use crate::scenario::Caller;
use crate::verdict::{Answer, Assumption, Counterexample, Place};

/// A request of a trace, replayed by the evaluator in the account as the requests before it left it.
#[derive(Debug, Clone)]
pub struct Step {
    /// The transition it is a request of; none of the goal.
    pub transition: Option<&'static str>,
    /// Who sends it; none where the call is unsigned.
    pub caller: Caller,
    /// What is sent.
    pub request: Request,
    /// Whether the catalogue lists the action.
    pub listed: bool,
    /// Who owns the resource.
    pub resource_account: String,
    /// What is checked inside it, as `iam:PassRole`, with what allowed that.
    pub checks: Vec<(Request, Vec<Place>)>,
    /// What it changes, in words; of the goal, nothing.
    pub effect: String,
    /// The AWS CLI command, of IAM and STS requests.
    pub command: Option<String>,
    /// The statements that allowed it.
    pub trace: Vec<Place>,
}

/// Something that may become true of the account along some sequence of requests.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fact {
    /// What it is about: an ARN.
    pub subject: String,
    /// What may be so, such as `held` or `documents`.
    pub kind: &'static str,
    /// With what, such as the policy's ARN; empty where nothing is to be said.
    pub value: String,
}

/// How far a search came.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    /// Rounds of saturation.
    pub rounds: usize,
    /// Whether the last of them added nothing.
    pub saturated: bool,
    /// Guards that were asked about.
    pub guards: usize,
    /// States of the account that were looked at.
    pub states: usize,
    /// No trace has so few requests.
    pub excluded: usize,
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Reachable by a trace, unreachable by any; unknown; or vacuous: no request meets the goal.
    pub answer: Answer,
    /// Why it is unknown, where it is.
    pub unknown: Option<String>,
    /// The requests, the goal last.
    pub trace: Option<Vec<Step>>,
    /// Everything that may become true, where the goal stays unreachable.
    pub invariant: Option<Vec<Fact>>,
    /// Facts that the goal would need, and that no trace brings about.
    pub clashes: Vec<Fact>,
    /// What was taken for granted.
    pub assumptions: Vec<Assumption>,
    /// What sequences of requests may do that is not modelled.
    pub not_modelled: Vec<String>,
    /// How far the search came.
    pub reached: Reached,
    /// The time it took.
    pub elapsed: Duration,
}

impl Step {
    /// As a request that shows a reachable answer.
    pub fn counterexample(&self) -> Counterexample {
        Counterexample {
            caller: self.caller.clone(),
            request: self.request.clone(),
            listed: self.listed,
            resource_account: self.resource_account.clone(),
            trace: self.trace.clone(),
            assumed: Vec::new(),
        }
    }

    /// The smallest statement that would have stopped it: its action on its resource.
    pub fn stopped_by(&self) -> serde_json::Value {
        let (action, resource) = (self.request.action.as_str(), &self.request.resource);
        serde_json::json!({ "Effect": Effect::Deny.as_str(), "Action": action, "Resource": resource })
    }
}
