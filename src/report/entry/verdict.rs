//! Verdicts as entries.

use crate::goal::Goal;
use crate::report::entry::{Entry, REACHABLE, Rule, Spot, Standing, UNKNOWN, UNREACHABLE, VACUOUS, spot};
use crate::report::html::article::{Article, verdict_article};
use crate::report::verdict::{Timing, body, goal_title};
use crate::scenario::Scenario;
use crate::verdict::{Answer, Counterexample, Role, Verdict};

/// What was wanted of a verdict, and how it is called.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The verdict that was asserted; none where nothing was.
    pub asserted: Option<Answer>,
    /// What it belongs to.
    pub group: &'a str,
    /// Who is asked about, where the goal alone does not say it.
    pub of: Option<&'a str>,
    /// Left out where reports shall be the same bytes each time.
    pub timing: Option<Timing>,
}

/// A verdict on a goal.
pub fn of_verdict(verdict: &Verdict, goal: &Goal, scenario: &Scenario, wanted: &Wanted<'_>) -> Entry {
    let standing = match (verdict.answer, wanted.asserted) {
        (Answer::Unknown, _) => Standing::Unknown,
        (answer, Some(asserted)) if answer != asserted => Standing::Failed,
        _ => Standing::Held,
    };
    let title = match wanted.of {
        Some(of) => format!("{} by {of}", goal_title(goal)),
        None => goal_title(goal),
    };
    Entry {
        group: wanted.group.to_owned(),
        standing,
        rule: rule(verdict.answer),
        message: message(verdict, &title),
        spots: spots(verdict, scenario),
        told: body(verdict, goal, scenario, &verdict.assumptions),
        time: wanted.timing.map(|_| verdict.elapsed),
        article: Article { heading: title.clone(), ..verdict_article(verdict, goal, scenario) },
        sources: scenario.documents().into_iter().map(|own| own.source.clone()).collect(),
        title,
    }
}

pub(super) fn rule(answer: Answer) -> Rule {
    match answer {
        Answer::Reachable => REACHABLE,
        Answer::Unreachable => UNREACHABLE,
        Answer::Vacuous => VACUOUS,
        Answer::Unknown => UNKNOWN,
    }
}

/// What was found, in a sentence.
pub(super) fn message(verdict: &Verdict, title: &str) -> String {
    match (&verdict.counterexample, verdict.answer) {
        (Some(found), _) => request(found),
        (None, Answer::Vacuous) => format!("no request meets the goal `{title}` at all"),
        (None, Answer::Unknown) => format!("whether `{title}` is reachable is unknown"),
        (None, _) => format!("no request of `{title}` is allowed"),
    }
}

/// A request that is allowed, in a sentence.
pub(super) fn request(found: &Counterexample) -> String {
    let (action, resource) = (found.request.action.as_str(), &found.request.resource);
    format!("`{action}` on `{resource}` by `{}` is allowed", found.caller.arn)
}

/// The statements that allow the request, or that stand against all of them.
pub(super) fn spots(verdict: &Verdict, scenario: &Scenario) -> Vec<Spot> {
    let documents = scenario.documents();
    if let Some(found) = &verdict.counterexample {
        let mut spots: Vec<Spot> = found.trace.iter().filter_map(|place| spot(place, &documents, "allows")).collect();
        // What lets pass is no reason; what grants is.
        spots.sort_by_key(|own| !(own.says.starts_with("identity") || own.says.starts_with("resource")));
        return spots;
    }
    let core = verdict.core.iter().flatten();
    core.filter_map(|entry| {
        let says = if entry.role == Role::Denies { "denies" } else { "does not allow" };
        spot(&entry.place, &documents, says)
    })
    .collect()
}
