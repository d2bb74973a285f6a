//! `ringfence escalate --fix`: what is to be added to the principal's boundary.

use anyhow::{Result, bail};
use ringfence::account::Accounts;
use ringfence::diagnostic::Diagnostic;
use ringfence::escalation::fix::{Fix, NoFix, Task};
use ringfence::escalation::{Attacker, EscalateError, Outcome};
use ringfence::goal::Goal;
use ringfence::verdict::Answer;

use crate::args::{Color, Escalate, Narrowed};
use crate::{goal, stderr};

/// What a fix begins with: the accounts as they were read, and what is to be kept.
pub(super) struct Wanted {
    accounts: Accounts,
    keep: Vec<Goal>,
}

/// What is wanted; none if a goal to keep is refused, and then that was shown.
pub(super) fn wanted(arguments: &Escalate, accounts: &Accounts, color: Color) -> Option<Wanted> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut keep = Vec::new();
    for action in &arguments.keep {
        let anywhere = Narrowed { except: Vec::new(), resource: None, when: None };
        let read = goal::read(std::slice::from_ref(action), &anywhere).map(|goal| (goal, Vec::new()));
        keep.extend(stderr::keep(read, &mut findings));
    }
    stderr::show(&findings, color);
    findings.is_empty().then(|| Wanted { accounts: accounts.clone(), keep })
}

impl Wanted {
    /// Refuses a goal to keep that is out of reach as it is.
    pub(super) fn check(
        &self,
        arguments: &Escalate,
        goal: &Goal,
        attacker: &Attacker,
    ) -> Result<Result<(), EscalateError>> {
        let not_there = match self.task(arguments, goal, attacker).not_there() {
            Ok(not_there) => not_there,
            Err(error) => return Ok(Err(error)),
        };
        let Some(not_there) = not_there else { return Ok(Ok(())) };
        let action = not_there.goal.get("action").and_then(|action| action.as_str()).unwrap_or_default();
        let why = match not_there.answer {
            Answer::Unknown => "whether it can be reached is not known",
            _ => "it cannot be reached as it is",
        };
        bail!("--keep `{action}` keeps nothing: {why}\nhelp: leave it out, or name what the principal can reach today");
    }

    /// Looks for a fix.
    pub(super) fn fix(
        &self,
        arguments: &Escalate,
        goal: &Goal,
        attacker: &Attacker,
        outcome: &Outcome,
    ) -> Result<Result<Fix, NoFix>, EscalateError> {
        let fixed = self.task(arguments, goal, attacker).fix(outcome)?;
        if let Err(NoFix { reason, help }) = &fixed {
            eprintln!("warning: no fix: {reason}\nhelp: {help}");
        }
        Ok(fixed)
    }

    fn task<'a>(&'a self, arguments: &Escalate, goal: &'a Goal, attacker: &'a Attacker) -> Task<'a> {
        Task { accounts: &self.accounts, goal, attacker, limits: super::limits(arguments), keep: &self.keep }
    }
}
