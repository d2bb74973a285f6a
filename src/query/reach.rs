//! Can any request of the goal be allowed?
//!
//! In: a scenario and a goal. Out: a [`Verdict`].
//! Soundness: the formula of a shape of caller and a profile of actions is unsatisfiable only if no request of that
//! shape and profile meets the goal and is allowed, under every reading of the law.

mod decode;
mod engine;
mod explain;
mod homes;
mod shapes;

use std::time::{Duration, Instant};

use crate::diagnostic::{Code, Diagnostic};
use crate::goal::Goal;
use crate::query::reach::engine::{Asker, Found, View};
use crate::scenario::{Principal, ResourceAccount, Scenario};
use crate::source::{Span, Spanned};
use crate::symbolic::encode::Mode;
use crate::symbolic::language::Glob;
use crate::verdict::{Answer, Unknown, Verdict};
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::catalogue::Catalogue;
use crate::vocabulary::dialect::{Exception, ExceptionKind};
use crate::vocabulary::nearest::nearest;

/// How a question is asked.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Drop the facts of realism (S11.4).
    pub any_request: bool,
    /// Compute the core and whether each assumption flips the verdict.
    pub explain: bool,
    /// Give up after this long.
    pub timeout: Option<Duration>,
}

/// Why a question has no verdict.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// The law that it needs is not supported yet.
    #[error("not supported yet: {0}")]
    NotSupported(String),
    /// The goal cannot be meant.
    #[error("{}", .0.message)]
    Goal(Box<Diagnostic>),
    /// The evaluator does not allow a decoded request: an error of this program.
    #[error("internal error: the evaluator answers {decision} to the request that the solver found\n{request}")]
    Disagreement {
        /// What the evaluator says.
        decision: String,
        /// The request and the formula, for a report.
        request: String,
    },
    /// The solver or the law's files failed.
    #[error("internal error: {0}")]
    Internal(String),
}

/// Answers one question.
///
/// # Errors
/// The question cannot be asked, or the two engines disagree.
pub fn reach(scenario: &Scenario, goal: &Goal, options: &Options) -> Result<Verdict, ReachError> {
    let start = Instant::now();
    supported(scenario)?;
    goal_is_meant(scenario, goal)?;
    let deadline = options.timeout.map(|timeout| start + timeout);
    let view = View { any_request: options.any_request, ..View::default() };
    let mut asker = Asker::new(scenario, goal, deadline);
    let mut verdict = decide(&mut asker, &view)?;
    verdict.notes = notes(scenario, goal);
    verdict.elapsed = start.elapsed();
    if options.explain {
        explain::explain(&mut asker, &view, deadline, &mut verdict)?;
    } else {
        verdict.assumptions = explain::assumptions(scenario, options.any_request);
    }
    Ok(verdict)
}

/// Answers the question once for each action that the goal can mean, in the order of the catalogue.
///
/// # Errors
/// As [`reach`], at the first action that cannot be asked about.
pub fn reach_each(scenario: &Scenario, goal: &Goal, options: &Options) -> Result<Vec<(String, Verdict)>, ReachError> {
    supported(scenario)?;
    goal_is_meant(scenario, goal)?;
    let mut verdicts = Vec::new();
    for action in engine::actions(scenario, goal)? {
        let pattern = ActionPattern::parse(&action).map_err(|error| ReachError::Internal(error.to_string()))?;
        let one = Goal { actions: vec![Spanned::new(pattern, Span::default())], except: Vec::new(), ..goal.clone() };
        match reach(scenario, &one, options) {
            Ok(verdict) => verdicts.push((action, verdict)),
            // An action whose law is missing is told as such, not passed over.
            Err(ReachError::NotSupported(reason)) => {
                let why = Unknown::Gave(format!("not supported yet: {reason}"));
                verdicts.push((action, Verdict { unknown: Some(why), ..Verdict::new(Answer::Unknown) }));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(verdicts)
}

/// What a reader should know of the goal.
fn notes(scenario: &Scenario, goal: &Goal) -> Vec<String> {
    let matching = |wanted: &[ExceptionKind], exact: bool| -> Vec<String> {
        let exceptions = scenario.dialect.exceptions().iter().filter(|exception| wanted.contains(&exception.kind));
        let asked = |exception: &&Exception| {
            goal.actions.iter().any(|pattern| {
                let is_exact = pattern.value.as_str().eq_ignore_ascii_case(exception.action.as_str());
                is_exact == exact && (is_exact || is_within(&exception.action, &pattern.value))
            })
        };
        exceptions.filter(asked).map(|exception| exception.action.to_string()).collect()
    };
    let mut notes = Vec::new();
    let free = matching(&[ExceptionKind::NeedsNoPermission, ExceptionKind::ByAccountSetting], false);
    if !free.is_empty() {
        notes.push(format!("left out, because they may need no permission (S7.5): {}", free.join(", ")));
    }
    let missing = matching(&[ExceptionKind::RoleTrust, ExceptionKind::KeyPolicy], false);
    if !missing.is_empty() {
        let missing = missing.join(", ");
        notes.push(format!("no counterexample is given for {missing}: their law (S7.1, S7.2) is not supported yet"));
    }
    notes
}

/// The verdict without what explains it.
fn decide(asker: &mut Asker<'_>, view: &View) -> Result<Verdict, ReachError> {
    let verdict = Verdict::new;
    let unknown = |why| Verdict { unknown: Some(why), ..verdict(Answer::Unknown) };
    let chosen = asker.ask(view, Mode::Chosen)?;
    if let Found::Request(found) = chosen {
        return Ok(Verdict { counterexample: Some(*found), ..verdict(Answer::Reachable) });
    }
    match asker.ask(view, Mode::Proof)? {
        // The proof's own reading may hold a request that the chosen one's search missed.
        Found::Request(found) => match chosen {
            Found::Nothing => Ok(unknown(depends())),
            _ => Ok(Verdict { counterexample: Some(*found), ..verdict(Answer::Reachable) }),
        },
        Found::Elsewhere(reason) if reason.contains("not supported yet") => Ok(unknown(Unknown::Gave(reason))),
        Found::Elsewhere(_) | Found::Hint(_) => Ok(unknown(depends())),
        Found::Undecided(reason) => Ok(unknown(Unknown::Gave(reason))),
        Found::Nothing => {
            let goal_only = View { goal_only: true, ..view.clone() };
            match asker.ask(&goal_only, Mode::Proof)? {
                Found::Nothing => Ok(verdict(Answer::Vacuous)),
                _ => match setting(asker.scenario(), asker.goal()) {
                    Some(reason) => Ok(unknown(Unknown::Gave(reason))),
                    None => Ok(verdict(Answer::Unreachable)),
                },
            }
        }
    }
}

/// A setting of the account that may allow what the goal names exactly, whatever policies say (S7.5).
fn setting(scenario: &Scenario, goal: &Goal) -> Option<String> {
    let exception = scenario.dialect.exceptions().iter().find(|exception| {
        exception.kind == ExceptionKind::ByAccountSetting
            && goal.actions.iter().any(|pattern| pattern.value.as_str().eq_ignore_ascii_case(exception.action.as_str()))
    })?;
    Some(format!("a setting of the account may allow {} without any policy ({})", exception.action, exception.rule))
}

fn depends() -> Unknown {
    let readings = [("chosen", Answer::Unreachable), ("widest", Answer::Reachable)];
    Unknown::Depends(readings.map(|(name, answer)| (name.to_owned(), answer)).into())
}

/// Refuses what needs a law that is not there yet.
fn supported(scenario: &Scenario) -> Result<(), ReachError> {
    let missing = if let Some(layer) = scenario.unsupported_layer() {
        layer
    } else {
        let own = match &scenario.principal {
            Principal::Caller(caller) => caller.account(),
            _ => None,
        };
        match &scenario.resource_account {
            ResourceAccount::Any => "resources of any account (S8)",
            ResourceAccount::Id(id) if own.is_some_and(|own| own != id) => "cross-account requests (S8)",
            _ => return Ok(()),
        }
    };
    Err(ReachError::NotSupported(missing.to_owned()))
}

/// Refuses services that neither the catalogue nor a document of the scenario knows, and actions whose law is missing.
fn goal_is_meant(scenario: &Scenario, goal: &Goal) -> Result<(), ReachError> {
    let catalogue = Catalogue::embedded();
    let layers = [&scenario.identity, &scenario.boundary, &scenario.session, &scenario.resource];
    let named = |wanted: &str| {
        layers.iter().filter_map(|layer| layer.given()).flatten().flat_map(|document| &document.statements).any(|s| {
            s.actions
                .entries
                .iter()
                .any(|entry| matches!(entry.value.kind(), ActionPatternKind::Of { prefix, .. } if prefix == wanted))
        })
    };
    for pattern in goal.actions.iter().chain(&goal.except) {
        let ActionPatternKind::Of { prefix, .. } = pattern.value.kind() else { continue };
        if catalogue.service(prefix).is_none() && !named(prefix) {
            let help = match nearest(prefix, catalogue.prefixes().iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write the prefix of a service's actions, as in `s3:GetObject`".to_owned(),
            };
            let message = format!("no service has the prefix `{prefix}`");
            return Err(ReachError::Goal(Box::new(goal.finding(Code::BadAction, pattern.span, message, help))));
        }
    }
    let missing = |pattern: &ActionPattern| {
        let exception =
            scenario.dialect.exceptions().iter().find(|exception| {
                exception.kind == ExceptionKind::RoleTrust && is_within(pattern, &exception.action)
            })?;
        Some(format!("role trust policies ({})", exception.rule))
    };
    match goal.actions.iter().find_map(|pattern| missing(&pattern.value)) {
        Some(reason) if goal.actions.len() == 1 => Err(ReachError::NotSupported(reason)),
        _ => Ok(()),
    }
}

/// Whether a pattern names only actions of another.
fn is_within(pattern: &ActionPattern, other: &ActionPattern) -> bool {
    match (pattern.kind(), other.kind()) {
        (_, ActionPatternKind::Every) => true,
        (ActionPatternKind::Of { prefix, name }, ActionPatternKind::Of { prefix: other_prefix, name: other_name }) => {
            let globs = (Glob::from_glyphs(name.glyphs()), Glob::from_glyphs(other_name.glyphs()));
            prefix == other_prefix && matches!(globs, (Some(own), Some(other)) if other.covers(&own))
        }
        _ => false,
    }
}
