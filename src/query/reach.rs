//! Can any request of the goal be allowed?
//!
//! In: a scenario and a goal. Out: a [`Verdict`].
//! Soundness: the formula of a shape of caller and a profile of actions is unsatisfiable only if no request of that
//! shape and profile meets the goal and is allowed, under every reading of the law.

pub(super) mod asker;
pub(super) mod decode;
pub(super) mod engine;
mod evidence;
pub(super) mod explain;
mod homes;
mod record;
mod shapes;
mod silent;
mod vacuity;

use std::time::{Duration, Instant};

pub use decode::replay;
pub use evidence::{evidence, placed};
pub use record::{Ground, Lemma, Place, Run};

use crate::diagnostic::{Code, Diagnostic};
use crate::goal::Goal;
use crate::policy::{Document, PrincipalEntry};
use crate::query::ordered::in_order;
use crate::query::reach::asker::{Asker, View, left_out};
use crate::query::reach::engine::Found;
use crate::query::slice::is_within;
use crate::scenario::{Principal, ResourceAccount, Scenario};
use crate::source::{Span, Spanned};
use crate::symbolic::encode::Mode;
use crate::symbolic::universe;
use crate::verdict::{Answer, Counterexample, EngineName, Unknown, Verdict};
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};
use crate::vocabulary::catalogue::Catalogue;
use crate::vocabulary::dialect::{Dialect, Exception, ExceptionKind};
use crate::vocabulary::nearest::nearest;

/// How a question is asked. By default: facts of realism hold, nothing is explained, and the time has no limit.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Drop the facts of realism: what is known of real requests, such as which resources and keys an action has (S11.4,
    /// S12 and the catalogue). *Unreachable* then says more, *reachable* less.
    pub any_request: bool,
    /// Compute the core and whether each assumption flips the verdict: several further questions.
    pub explain: bool,
    /// Give up after this long, with *unknown*; none: never.
    pub timeout: Option<Duration>,
    /// What decides; atoms is the one to use.
    pub engine: EngineName,
    /// Say unreachable also where no request meets the goal, whatever policies say: for those to whom it is the same.
    pub passes_over_vacuity: bool,
}

/// Why a question has no verdict.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// The dialect does not describe such requests; in words.
    #[error("{0}")]
    NotDescribed(String),
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

/// Answers one question: can any request of the goal be allowed? *Unreachable* holds under every reading of the law that
/// the scenario leaves open (S14), *reachable* under the chosen one.
///
/// # Errors
/// The question cannot be asked, or the two engines disagree.
pub fn reach(scenario: &Scenario, goal: &Goal, options: &Options) -> Result<Verdict, ReachError> {
    goal_is_meant(&scenario.documents(), goal)?;
    answer(scenario, goal, options)
}

/// Answers one question whose goal is known to be meant.
///
/// # Errors
/// As [`reach`], but for the goal.
pub fn answer(scenario: &Scenario, goal: &Goal, options: &Options) -> Result<Verdict, ReachError> {
    let start = Instant::now();
    described(scenario)?;
    let deadline = options.timeout.map(|timeout| start + timeout);
    let passes_over_vacuity = options.passes_over_vacuity;
    let view = View { passes_over_vacuity, ..View::whole(options.any_request).by(options.engine) };
    let mut asker = Asker::new(scenario, goal, deadline);
    let mut verdict = decide(&mut asker, &view)?;
    (verdict.engine, verdict.formulas) = (options.engine, asker.formulas());
    verdict.notes = notes(scenario, goal);
    verdict
        .notes
        .extend(verdict.counterexample.iter().flat_map(|found| further(scenario.dialect, &found.request.action)));
    verdict.elapsed = start.elapsed();
    if options.explain {
        explain::explain(&mut asker, &view, deadline, &mut verdict)?;
    } else {
        verdict.assumptions = explain::assumptions(scenario, options.any_request);
    }
    Ok(verdict)
}

/// Answers the question once for each action that the goal can mean, with `jobs` threads, which also do with an answer
/// what `write` says; `show` gets what it made in the order of the catalogue, each as soon as those before it are there.
///
/// # Errors
/// As [`reach`], at the first action that cannot be asked about, or the first of `show`.
pub fn reach_each<A: Send, E: From<ReachError>>(
    scenario: &Scenario,
    goal: &Goal,
    options: &Options,
    jobs: usize,
    write: impl Fn(&str, Verdict) -> A + Sync,
    mut show: impl FnMut(&str, A) -> Result<(), E>,
) -> Result<(), E> {
    described(scenario)?;
    goal_is_meant(&scenario.documents(), goal)?;
    let actions = asker::actions(scenario, goal)?;
    let ask = |action: &String| {
        let pattern = ActionPattern::parse(action).map_err(|error| ReachError::Internal(error.to_string()))?;
        let actions = vec![Spanned::new(pattern, Span::default())];
        let verdict = answer(scenario, &Goal { actions, except: Vec::new(), ..goal.clone() }, options)?;
        Ok::<_, ReachError>(write(action, verdict))
    };
    in_order(&actions, jobs, ask, |action, written| show(action, written?), E::from)
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
    if let Some(path) = left_out(scenario) {
        notes.push(format!(
            "sessions of service-linked roles ({path}) are left out: SCPs and RCPs do not bind them, and their \
             permissions are the service's own (S7.6)"
        ));
    }
    if scenario.principal == Principal::Outside && !scenario.scps.is_none() {
        notes.push("the service control policies bind no caller outside the organization (S9.3)".to_owned());
    }
    let keys = matching(&[ExceptionKind::KeyPolicy], true).len() + matching(&[ExceptionKind::KeyPolicy], false).len();
    if !scenario.rcps.is_none() && keys > 0 {
        notes.push("keys are taken to be customer managed: RCPs do not bind AWS managed keys (S10.5)".to_owned());
    }
    let everybody =
        scenario.resource.given().into_iter().flatten().flat_map(|document| document.statements.iter()).any(|s| {
            let entries = s.principal.iter().flat_map(|clause| &clause.entries);
            entries.map(|entry| &entry.value).any(|entry| *entry == PrincipalEntry::Everybody)
        });
    let assumes = !matching(&[ExceptionKind::RoleTrust], true).is_empty()
        || !matching(&[ExceptionKind::RoleTrust], false).is_empty();
    if everybody && assumes && !scenario.boundary.is_none() {
        notes.push("a user's boundary is taken to bind also where a trust policy says `*` (S7.2)".to_owned());
    }
    notes
}

/// What a call needs besides the one request that was found.
fn further(dialect: &Dialect, action: &Action) -> Vec<String> {
    let service = Catalogue::embedded().service(action.prefix()).and_then(Result::ok);
    let Some(listed) = service.and_then(|service| service.action(action.name())) else { return Vec::new() };
    let mut notes = Vec::new();
    let required: Vec<&str> = listed.resources.iter().filter(|own| own.required).map(|own| own.name.as_str()).collect();
    if required.len() > 1 {
        notes.push(format!(
            "a call of {action} is authorized on each of its resources ({}); this is one of them (S2.2.10)",
            required.join(", ")
        ));
    }
    if !listed.dependent.is_empty() {
        let dependent = listed.dependent.join(", ");
        notes.push(format!("a call of {action} may need further actions: {dependent} (the catalogue, S7.3)"));
    }
    let beside = |exception: &&Exception| {
        exception.kind == ExceptionKind::BesideACall && universe::matches(&exception.action, action)
    };
    notes.extend(dialect.exceptions().iter().filter(beside).map(|exception| {
        format!("{action} is no call of its own: the call that it belongs to must be allowed too ({})", exception.rule)
    }));
    notes
}

/// The verdict without what explains it.
fn decide(asker: &mut Asker<'_>, view: &View) -> Result<Verdict, ReachError> {
    let verdict = Verdict::new;
    let unknown = |why| Verdict { unknown: Some(why), ..verdict(Answer::Unknown) };
    if silent::denies(asker, view)? && setting(asker.scenario(), asker.goal()).is_none() {
        return Ok(verdict(Answer::Unreachable));
    }
    match search(asker, view)? {
        Searched::Request(found) => Ok(Verdict { counterexample: Some(*found), ..verdict(Answer::Reachable) }),
        Searched::Depends => Ok(unknown(depends(asker, view)?)),
        Searched::Gave(reason) => Ok(unknown(Unknown::Gave(reason))),
        Searched::Nothing => {
            if !view.passes_over_vacuity && vacuity::is_vacuous(asker, view)? {
                return Ok(verdict(Answer::Vacuous));
            }
            match setting(asker.scenario(), asker.goal()) {
                Some(reason) => Ok(unknown(Unknown::Gave(reason))),
                None => Ok(verdict(Answer::Unreachable)),
            }
        }
    }
}

/// What a search under the chosen reading, and then under every reading, comes to.
pub(super) enum Searched {
    /// A replayed request.
    Request(Box<Counterexample>),
    /// A request under another reading only.
    Depends,
    /// A cap was hit; in words.
    Gave(String),
    /// No request under any reading.
    Nothing,
}

/// Looks for a request under the chosen reading, and where there is none for a proof under every reading.
pub(super) fn search(asker: &mut Asker<'_>, view: &View) -> Result<Searched, ReachError> {
    let chosen = asker.ask(view, Mode::Chosen)?;
    if let Found::Request(found) = chosen {
        return Ok(Searched::Request(found));
    }
    Ok(match asker.ask(view, Mode::Proof)? {
        // The proof's own reading may hold a request that the chosen one's search missed.
        Found::Request(found) if !matches!(chosen, Found::Nothing) => Searched::Request(found),
        Found::Request(_) | Found::Elsewhere(_) | Found::Hint(_) => Searched::Depends,
        Found::Undecided(reason) => Searched::Gave(reason),
        Found::Nothing => Searched::Nothing,
    })
}

/// A setting of the account that may allow what the goal names exactly, whatever policies say (S7.5).
fn setting(scenario: &Scenario, goal: &Goal) -> Option<String> {
    let exception = scenario.dialect.exceptions().iter().find(|exception| {
        exception.kind == ExceptionKind::ByAccountSetting
            && goal.actions.iter().any(|pattern| pattern.value.as_str().eq_ignore_ascii_case(exception.action.as_str()))
    })?;
    Some(format!("a setting of the account may allow {} without any policy ({})", exception.action, exception.rule))
}

/// The readings between which an answer hangs: rulings that by themselves make the goal reachable, or else the widest
/// reading of everything that the sources leave open.
pub(super) fn depends(asker: &Asker<'_>, view: &View) -> Result<Unknown, ReachError> {
    let mut readings = Vec::new();
    for alternative in asker.scenario().rulings.alternatives() {
        let other = Scenario { rulings: alternative.rulings, ..asker.scenario().clone() };
        if let Found::Request(_) = asker.under(&other).ask(view, Mode::Chosen)? {
            readings.push((alternative.chosen.to_owned(), Answer::Unreachable));
            readings.push((alternative.other.to_owned(), Answer::Reachable));
        }
    }
    if readings.is_empty() {
        readings = vec![("chosen".to_owned(), Answer::Unreachable), ("widest".to_owned(), Answer::Reachable)];
    }
    Ok(Unknown::Depends(readings))
}

/// Refuses what the dialect does not describe.
pub(super) fn described(scenario: &Scenario) -> Result<(), ReachError> {
    let own = match &scenario.principal {
        Principal::Caller(caller) => caller.account(),
        _ => None,
    };
    let across = match &scenario.resource_account {
        ResourceAccount::SameAsCaller => scenario.principal == Principal::Outside,
        ResourceAccount::Id(id) => own.is_some_and(|own| own != id),
        ResourceAccount::Any => true,
    };
    if across && scenario.dialect.name() == "astran" {
        let reason = "the dialect `astran` does not describe resources of other accounts (S15)";
        return Err(ReachError::NotDescribed(reason.to_owned()));
    }
    Ok(())
}

/// Refuses services that neither the catalogue nor one of the documents knows.
///
/// # Errors
/// The first such service, with the nearest name.
pub fn goal_is_meant(documents: &[&Document], goal: &Goal) -> Result<(), ReachError> {
    let catalogue = Catalogue::embedded();
    let named = |wanted: &str| {
        documents.iter().flat_map(|document| document.statements.iter()).any(|s| {
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
    Ok(())
}
