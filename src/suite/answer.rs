//! What a check comes to.
//!
//! In: an assertion and one of its checks. Out: an [`Answered`], which [`stands`](Answered::stands) as asserted, does not,
//! or is unknown; never anything in between.

use crate::account::ask::{AskError, Query};
use crate::account::subject::{Subject, UnknownSubject};
use crate::deployment::{self, Asked};
use crate::escalation::{Attacker, EscalateError, Limits, Model, Outcome};
use crate::evaluate;
use crate::evaluate::decide::Decision;
use crate::goal::Goal;
use crate::query::compare::{self, compare};
use crate::query::decided::{DecideError, decide};
use crate::query::reach::{Options, ReachError, reach};
use crate::scenario::Scenario;
use crate::suite::assertion::by_requests;
use crate::suite::setting::{Deployed, Listed, Setting, What};
use crate::suite::{Assertion, Check, Claim};
use crate::verdict::comparison::{Comparison, Relation};
use crate::verdict::{Answer, Verdict};
use crate::vocabulary::ruling::Rulings;

/// What was found.
#[derive(Debug)]
pub enum Answered<'a> {
    /// A verdict on a goal, and the scenario that it is of.
    Reach(Box<Verdict>, Box<Scenario>),
    /// A decision of one request.
    Decide(evaluate::Outcome<'a>),
    /// A trace, or a proof for every length.
    Escalate(Box<Outcome>, Box<Attacker>),
    /// A relation of two documents.
    Compare(Box<Comparison>),
}

/// What became of an assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// It could not be decided.
    Unknown,
}

/// Why a check has no answer.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// The question cannot be asked.
    #[error("{0}")]
    Ask(#[from] AskError),
    /// A principal is none of the account's.
    #[error("{}", .0.message)]
    Principal(UnknownSubject),
    /// The request cannot be decided.
    #[error("{0}")]
    Decide(#[from] DecideError),
}

impl SuiteError {
    /// Whether it is a bug of ours: the engines disagree, or something that cannot be.
    pub(super) fn is_internal(&self) -> bool {
        matches!(
            self,
            Self::Ask(AskError::Reach(ReachError::Internal(_) | ReachError::Disagreement { .. }))
                | Self::Decide(DecideError::Internal(_))
        )
    }
}

impl From<ReachError> for SuiteError {
    fn from(error: ReachError) -> Self {
        Self::Ask(AskError::from(error))
    }
}

impl From<EscalateError> for SuiteError {
    fn from(error: EscalateError) -> Self {
        match error {
            EscalateError::Principal(unknown) => Self::Principal(unknown),
            EscalateError::Ask(error) => Self::Ask(error),
        }
    }
}

/// Answers one check; `explain`: also what an answer rests on.
///
/// # Errors
/// The question cannot be asked, or the engines disagree.
pub fn ask<'a>(assertion: &'a Assertion, check: &'a Check, explain: bool) -> Result<Answered<'a>, SuiteError> {
    match (&assertion.claim, check.setting.as_deref()) {
        (Claim::Compare { pair, .. }, _) => {
            let options = compare::Options { timeout: Some(Setting::TIMEOUT), ..compare::Options::default() };
            Ok(Answered::Compare(Box::new(compare(pair, &options)?)))
        }
        (_, None) => Err(ReachError::Internal("an assertion is about nothing".to_owned()).into()),
        (Claim::Reach { goal, .. }, Some(setting)) => {
            let options = Options {
                any_request: setting.any_request,
                timeout: Some(setting.timeout),
                explain,
                ..Options::default()
            };
            match &setting.what {
                What::Layers(scenario) => {
                    let verdict = reach(scenario, goal, &options)?;
                    Ok(Answered::Reach(Box::new(verdict), scenario.clone()))
                }
                What::Account(listed) => {
                    let subject = subject(listed, check)?;
                    let query = Query::new(&listed.accounts, goal, options, setting.rulings, false, false)?;
                    let answered = query.ask(&subject)?;
                    Ok(Answered::Reach(Box::new(answered.verdict), Box::new(answered.scenario)))
                }
                What::Deployed(own) => {
                    let asked = deployed(own, check, goal, &options, setting.rulings)?;
                    Ok(Answered::Reach(Box::new(asked.verdict), Box::new(asked.scenario)))
                }
            }
        }
        (Claim::Decide { request, .. }, Some(setting)) => match &setting.what {
            What::Layers(scenario) => Ok(Answered::Decide(decide(scenario, request)?)),
            What::Account(_) | What::Deployed(_) => {
                Err(ReachError::Internal("only layers decide a request".to_owned()).into())
            }
        },
        (Claim::Escalate { goal, .. }, Some(setting)) => match &setting.what {
            What::Layers(_) | What::Deployed(_) => {
                Err(ReachError::Internal("only an account is changed".to_owned()).into())
            }
            What::Account(listed) => {
                let limits =
                    Limits { max_steps: listed.max_steps, timeout: Some(setting.timeout), rulings: setting.rulings };
                let model = Model::new(listed.accounts.as_ref().clone(), goal.as_ref().clone(), limits)?;
                let mut held: Vec<String> = check.principal.iter().cloned().collect();
                held.extend(listed.also_held.iter().filter(|arn| check.principal.as_ref() != Some(*arn)).cloned());
                let (outside, own_provider) = (listed.outside.clone(), listed.own_provider);
                let attacker = Attacker { held, outside, own_provider };
                let outcome = model.escalate(&attacker)?;
                Ok(Answered::Escalate(Box::new(outcome), Box::new(attacker)))
            }
        },
    }
}

/// The answer about one of a plan or template.
pub(super) fn deployed(
    own: &Deployed,
    check: &Check,
    goal: &Goal,
    options: &Options,
    rulings: Rulings,
) -> Result<Asked, SuiteError> {
    let address = check.principal.as_deref().unwrap_or_default();
    let subject = own.subjects.iter().find(|own| own.address == address);
    let subject = subject.ok_or_else(|| ReachError::Internal(format!("nobody has the address `{address}`")))?;
    own.deployment.ask(subject, goal, options, rulings).map_err(|error| match error {
        deployment::AskError::Documents(refusal) => AskError::Documents(refusal.diagnostics).into(),
        deployment::AskError::Reach(error) => error.into(),
    })
}

fn subject<'a>(listed: &'a Listed, check: &Check) -> Result<Subject<'a>, SuiteError> {
    let arn = check.principal.as_deref().unwrap_or_default();
    Subject::find(&listed.accounts, arn).map_err(SuiteError::Principal)
}

impl Answered<'_> {
    /// The answer, in a few words.
    pub fn words(&self) -> String {
        match self {
            Self::Escalate(outcome, _) => match &outcome.trace {
                Some(trace) => by_requests(trace.len()),
                None => self.word().to_owned(),
            },
            _ => self.word().to_owned(),
        }
    }

    /// The answer, in a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Reach(verdict, _) => verdict.answer.as_str(),
            Self::Decide(evaluate::Outcome::Decided(Some(decision), _)) => decision.as_str(),
            Self::Decide(_) => Answer::Unknown.as_str(),
            Self::Escalate(outcome, _) => outcome.answer.as_str(),
            Self::Compare(compared) => compared.relation().unwrap_or(Relation::Unknown).as_str(),
        }
    }

    /// Whether it is what a claim says. A vacuous answer is never: an assertion about nothing must not pass.
    pub fn stands(&self, claim: &Claim) -> Standing {
        let of = |unknown: bool, holds: bool| match (unknown, holds) {
            (true, _) => Standing::Unknown,
            (false, true) => Standing::Passed,
            (false, false) => Standing::Failed,
        };
        match (self, claim) {
            (Self::Reach(verdict, _), Claim::Reach { expected, .. }) => {
                of(verdict.answer == Answer::Unknown, verdict.answer == *expected)
            }
            (Self::Decide(evaluate::Outcome::Decided(Some(decision), _)), Claim::Decide { allowed, .. }) => {
                of(false, (*decision == Decision::Allow) == *allowed)
            }
            (Self::Escalate(outcome, _), Claim::Escalate { expected, length, .. }) => {
                let found = outcome.trace.as_ref().map(Vec::len);
                let as_long = length.is_none_or(|length| found == Some(length));
                of(outcome.answer == Answer::Unknown, outcome.answer == *expected && as_long)
            }
            (Self::Compare(compared), Claim::Compare { expected, .. }) => match compared.relation() {
                None | Some(Relation::Unknown) => Standing::Unknown,
                Some(relation) => of(false, expected.contains(&relation)),
            },
            _ => Standing::Unknown,
        }
    }

    /// Whether no request is asked about at all.
    pub fn is_vacuous(&self) -> bool {
        match self {
            Self::Reach(verdict, _) => verdict.answer == Answer::Vacuous,
            Self::Escalate(outcome, _) => outcome.answer == Answer::Vacuous,
            Self::Decide(_) | Self::Compare(_) => false,
        }
    }
}
