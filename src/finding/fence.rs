//! What lies outside a boundary.
//!
//! In: a boundary. Out: a goal that it keeps its principals from, as long as no resource policy grants it (S5.3); and
//! principals under it.

use crate::finding::Examiner;
use crate::goal::Goal;
use crate::policy::Document;
use crate::query::reach::{Options, ReachError, reach};
use crate::scenario::{Layer, Principal, ResourceAccount, Scenario, Stored};
use crate::verdict::{Answer, Verdict};
use crate::vocabulary::ruling::Rulings;

/// Actions of services whose resources have policies of their own, the first of which that a boundary does not allow
/// stands for all that it does not. Keys are none of these resources: without a policy nobody has them (S7.1).
const OUTSIDE: [&str; 7] = [
    "s3:GetObject",
    "sqs:SendMessage",
    "sns:Publish",
    "secretsmanager:GetSecretValue",
    "lambda:InvokeFunction",
    "dynamodb:GetItem",
    "ecr:BatchGetImage",
];

impl Examiner<'_> {
    /// The first goal that the boundary does not allow at all; none if it allows each.
    pub(super) fn outside(&mut self) -> Result<Option<Goal>, ReachError> {
        for action in OUTSIDE {
            let goal = Goal::from_flags(&[action.to_owned()], &[], None, None)
                .map_err(|refusal| ReachError::Internal(refusal.to_string()))?;
            let Some(verdict) = self.under(self.document, Layer::None, &goal)? else { return Ok(None) };
            if verdict.answer == Answer::Unreachable {
                return Ok(Some(goal));
            }
        }
        Ok(None)
    }

    /// Whether anybody under a boundary gets to a goal, whatever identity policies say; none where the time is over.
    pub(super) fn under(
        &self,
        boundary: &Document,
        resource: Layer<Vec<Document>>,
        goal: &Goal,
    ) -> Result<Option<Verdict>, ReachError> {
        let Some(left) = self.left() else { return Ok(None) };
        let scenario = Scenario {
            dialect: self.dialect,
            principal: Principal::Any,
            stored: Stored::AsCalled,
            identity: Layer::Any,
            boundary: Layer::Given(vec![boundary.clone()]),
            session: Layer::None,
            scps: Layer::None,
            rcps: Layer::None,
            resource,
            endpoint: Layer::None,
            resource_account: ResourceAccount::SameAsCaller,
            rulings: Rulings::default(),
        };
        reach(&scenario, goal, &Options { timeout: left, ..Options::default() }).map(Some)
    }
}
