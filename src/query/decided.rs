//! One concrete request, decided by both engines.
//!
//! In: a scenario with one caller and a request. Out: the evaluator's outcome, if the formulas say the same of it; what one
//! of them cannot say is not known. A disagreement is an error of this program, never an answer.

use crate::evaluate::{EvaluateError, Outcome, evaluate};
use crate::query::pinned;
use crate::request::Request;
use crate::scenario::Scenario;

/// Why a request is not decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// It cannot be.
    #[error("{0}")]
    Evaluate(#[from] EvaluateError),
    /// The engines disagree, or one of them failed.
    #[error("{0}")]
    Internal(String),
}

/// Decides a request.
///
/// # Errors
/// It cannot be decided, or the engines disagree.
pub fn decide<'a>(scenario: &'a Scenario, request: &'a Request) -> Result<Outcome<'a>, DecideError> {
    let (direct, trace) = match evaluate(scenario, request)? {
        Outcome::Decided(direct, trace) => (direct, trace),
        skipped @ Outcome::Skipped(_) => return Ok(skipped),
    };
    let symbolic = pinned::decide(scenario, request).map_err(|error| DecideError::Internal(error.to_string()))?;
    match (direct, symbolic) {
        (Some(direct), Some(symbolic)) if direct != symbolic => Err(DecideError::Internal(format!(
            "internal error: the engines disagree: direct says {}, smt says {}; please report the scenario",
            direct.as_str(),
            symbolic.as_str()
        ))),
        (direct, symbolic) => Ok(Outcome::Decided(direct.and(symbolic), trace)),
    }
}
