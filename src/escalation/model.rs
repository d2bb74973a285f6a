//! A goal in an account as a transition system.

use crate::account::Accounts;
use crate::account::ask::{AskError, is_meant};
use crate::account::subject::UnknownSubject;
use crate::escalation::attacker::{Attacker, Limits};
use crate::escalation::outcome::{Outcome, Reached};
use crate::goal::Goal;
use crate::verdict::Answer;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum EscalateError {
    /// A principal is none of the accounts'.
    #[error("{0}")]
    Principal(#[from] UnknownSubject),
    /// A question cannot be asked.
    #[error("{0}")]
    Ask(#[from] AskError),
}

/// Accounts and a goal, ready for questions about attackers.
#[derive(Debug)]
pub struct Model {
    accounts: Accounts,
    goal: Goal,
    limits: Limits,
}

impl Model {
    /// Reads every document.
    ///
    /// # Errors
    /// Documents that cannot be read; a goal that cannot be meant.
    pub fn new(accounts: Accounts, goal: Goal, limits: Limits) -> Result<Self, AskError> {
        is_meant(&accounts, &goal)?;
        Ok(Self { accounts, goal, limits })
    }

    /// The accounts as they are at the start.
    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// The goal.
    pub fn goal(&self) -> &Goal {
        &self.goal
    }

    /// Whether the goal can be reached by an attacker, and how.
    ///
    /// # Errors
    /// A principal that is not listed; a question that cannot be asked.
    pub fn escalate(&self, attacker: &Attacker) -> Result<Outcome, EscalateError> {
        let reason = format!("not built: {} steps, {} held", self.limits.max_steps, attacker.held.len());
        Ok(Outcome {
            answer: Answer::Unknown,
            unknown: Some(reason),
            trace: None,
            invariant: None,
            clashes: Vec::new(),
            assumptions: Vec::new(),
            not_modelled: Vec::new(),
            reached: Reached::default(),
            elapsed: std::time::Duration::ZERO,
        })
    }
}
