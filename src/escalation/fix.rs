//! The smallest Denies that close every way to a goal: statements for the principal's permissions boundary.
//!
//! In: accounts, a goal that an attacker reaches, goals that must stay in reach. Out: a [`Fix`], the patch of the boundary
//! document, for which the proof was run again; or why there is none. Sets of statements are tried by how many they are,
//! then by how much they deny. Each trace that gets past a set says which statements may be missing, and no set that lets
//! a known trace pass is asked about, so that few proofs are run.

mod document;
mod search;
mod statement;

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::account::Accounts;
use crate::account::subject::Subject;
use crate::escalation::attacker::{Attacker, Limits};
use crate::escalation::fix::document::Base;
use crate::escalation::fix::search::Search;
use crate::escalation::model::{EscalateError, Model};
use crate::escalation::outcome::{Outcome, Reached, Step};
use crate::goal::Goal;
use crate::verdict::Answer;

/// How many proofs are run at most.
const TRIES: usize = 200;

/// What a fix is wanted of.
#[derive(Debug)]
pub struct Task<'a> {
    /// The accounts as they were read.
    pub accounts: &'a Accounts,
    /// What shall be out of reach.
    pub goal: &'a Goal,
    /// For whom: it is the boundary of the first whose credentials are held that is changed.
    pub attacker: &'a Attacker,
    /// How far to look, each time; the time is that of all of it.
    pub limits: Limits,
    /// What must stay in reach.
    pub keep: &'a [Goal],
}

/// A goal that stays in reach, as it was written, with the requests that lead there.
pub type Kept = (Value, Vec<Step>);

/// Statements that close every way.
#[derive(Debug, Clone)]
pub struct Fix {
    /// The ARN of the boundary.
    pub boundary: String,
    /// A JSON patch (RFC 6902) of its document.
    pub patch: Value,
    /// How many statements are added.
    pub statements: usize,
    /// Each goal that stays in reach.
    pub kept: Vec<Kept>,
    /// How many proofs were run.
    pub tried: usize,
    /// How far the proof of the fix went.
    pub reached: Reached,
}

/// Why there is no fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoFix {
    /// The reason.
    pub reason: String,
    /// The way out.
    pub help: String,
}

impl NoFix {
    fn new(reason: impl Into<String>, help: impl Into<String>) -> Self {
        Self { reason: reason.into(), help: help.into() }
    }
}

/// A goal that is not there to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotThere {
    /// The goal, as it was written.
    pub goal: Value,
    /// Unreachable, vacuous or unknown.
    pub answer: Answer,
}

impl Task<'_> {
    /// The first goal to keep that cannot be reached, or not for certain, as the accounts are.
    ///
    /// # Errors
    /// As of [`Model::escalate`].
    pub fn not_there(&self) -> Result<Option<NotThere>, EscalateError> {
        for goal in self.keep {
            let answer = self.ask(self.accounts.clone(), goal, self.limits.timeout)?.answer;
            if answer != Answer::Reachable {
                return Ok(Some(NotThere { goal: goal.written.clone(), answer }));
            }
        }
        Ok(None)
    }

    /// Statements that close every way, given what is known without them.
    ///
    /// # Errors
    /// As of [`Model::escalate`].
    pub fn fix(&self, outcome: &Outcome) -> Result<Result<Fix, NoFix>, EscalateError> {
        let begun = Instant::now();
        let Some(trace) = &outcome.trace else {
            let (reason, help) = match outcome.answer {
                Answer::Unknown => ("it is not known whether the goal can be reached", "give it more time: --timeout"),
                _ => ("the goal cannot be reached as it is", "leave --fix out"),
            };
            return Ok(Err(NoFix::new(reason, help)));
        };
        let principal = self.attacker.held.first().map_or("", String::as_str);
        let subject = Subject::find(self.accounts, principal)?;
        let Some((id, holder)) = subject.holder.and_then(|holder| Some((holder.boundary?, holder))) else {
            return Ok(Err(NoFix::new(
                format!("{principal} has no permissions boundary, so there is nothing to patch"),
                "give the principal one in the listing, such as a policy that allows * on *, and ask again; or take \
                 away what the requests above are allowed by",
            )));
        };
        let part = self.accounts.inventory.parts.iter().find(|part| part.arn == holder.arn);
        let boundary = part.and_then(|part| part.boundary.clone()).unwrap_or_default();
        if boundary.contains(":iam::aws:") {
            return Ok(Err(NoFix::new(
                format!("the boundary {boundary} is a policy of AWS, which nobody can change"),
                "set a copy of it as the boundary, and ask again",
            )));
        }
        let Some(base) = Base::new(self.accounts, id) else {
            return Ok(Err(NoFix::new(
                format!("the document of the boundary {boundary} cannot be patched"),
                "give it as an object, as `aws iam get-policy-version` writes it",
            )));
        };
        let mut search = Search::new(self, &base, &boundary, &holder.arn, begun)?;
        search.run(trace)
    }

    /// Whether a goal can be reached in accounts.
    fn ask(&self, accounts: Accounts, goal: &Goal, timeout: Option<Duration>) -> Result<Outcome, EscalateError> {
        let limits = Limits { timeout, ..self.limits };
        Model::new(accounts, goal.clone(), limits)?.escalate(self.attacker)
    }
}
