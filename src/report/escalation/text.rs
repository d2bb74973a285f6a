//! The answer for people: question, verdict, numbered requests or what stays so, assumptions, limits, versions.

use std::fmt::Write as _;

use crate::escalation::{Attacker, Fact, Outcome, Reached, Step};
use crate::goal::Goal;
use crate::report::escalation::invariant::{invariant, line};
use crate::report::excerpt::{context_lines, labelled, wrapped};
use crate::report::verdict::{
    NOT_MODELLED, Timing, assumption_lines, goal_lines, place_text, request_lines, time_line,
};
use crate::report::versions;
use crate::verdict::{Answer, Assumption, EngineName, Place};
use crate::vocabulary::dialect::Dialect;

/// The assumption that says whose credentials are held.
const HELD: &str = "held";

/// The report of `ringfence escalate`: the trace request by request, or what keeps every sequence from the goal.
pub fn text(outcome: &Outcome, goal: &Goal, attacker: &Attacker, dialect: &Dialect, timing: Option<Timing>) -> String {
    let mut out = body(outcome, goal, attacker);
    out.push('\n');
    limits(&mut out, &outcome.not_modelled);
    wrapped(&mut out, "versions", &versions::text(dialect, EngineName::Atoms));
    if let Some(timing) = timing {
        time_line(&mut out, outcome.elapsed, timing);
    }
    out
}

/// The report without what is the same in each.
pub(in crate::report) fn body(outcome: &Outcome, goal: &Goal, attacker: &Attacker) -> String {
    let mut out = String::new();
    labelled(&mut out, "question", "can any sequence of requests lead to one of these?");
    goal_lines(&mut out, goal);
    start(&mut out, attacker);
    out.push('\n');
    labelled(&mut out, "verdict", outcome.answer.as_str());
    wrapped(&mut out, "", &meaning(outcome));
    if let Some(reason) = &outcome.unknown {
        wrapped(&mut out, "reason", reason);
        searched(&mut out, outcome.reached);
        clashes(&mut out, &outcome.clashes);
    }
    for (index, step) in outcome.trace.iter().flatten().enumerate() {
        request(&mut out, index + 1, step, attacker);
    }
    if let Some(facts) = &outcome.invariant {
        invariant(&mut out, facts, outcome.reached);
    }
    // Whose credentials are held is said at the top.
    let assumptions: Vec<Assumption> = outcome.assumptions.iter().filter(|own| own.name != HELD).cloned().collect();
    assumption_lines(&mut out, &assumptions);
    out
}

/// What is held at the start.
fn start(out: &mut String, attacker: &Attacker) {
    let mut held = attacker.held.iter();
    labelled(out, "by", held.next().map_or("nobody", String::as_str));
    also(out, held);
    conditions(out, attacker);
}

/// What is held besides the principal.
pub(super) fn also<'a>(out: &mut String, held: impl Iterator<Item = &'a String>) {
    held.for_each(|arn| labelled(out, "", &format!("with the credentials of {arn}")));
}

/// What the attacker has besides credentials of the accounts.
pub(super) fn conditions(out: &mut String, attacker: &Attacker) {
    if let Some(account) = &attacker.outside {
        labelled(out, "", &format!("with the account {account}, which is not listed"));
    }
    if !attacker.own_provider {
        labelled(out, "", "without a SAML provider of its own");
    }
}

/// What is not modelled.
pub(in crate::report) fn limits(out: &mut String, sequences: &[String]) {
    let mut label = "limits";
    if !sequences.is_empty() {
        labelled(out, label, "not modelled of sequences:");
        sequences.iter().for_each(|text| listed(out, text));
        label = "";
    }
    wrapped(out, label, &format!("not modelled of a single request: {}", NOT_MODELLED.join("; ")));
}

/// An entry of a list.
fn listed(out: &mut String, text: &str) {
    let mut lines = String::new();
    wrapped(&mut lines, "", text);
    for (index, line) in lines.lines().enumerate() {
        labelled(out, "", &format!("{} {}", if index == 0 { '-' } else { ' ' }, line.trim_start()));
    }
}

/// What the answer means, in a sentence.
pub(in crate::report) fn meaning(outcome: &Outcome) -> String {
    let length = outcome.trace.as_ref().map_or(0, Vec::len);
    match outcome.answer {
        Answer::Unreachable => "No sequence of requests leads there, however long.".to_owned(),
        Answer::Reachable if length == 1 => {
            "The request below is allowed before anything is changed; the evaluator replayed it.".to_owned()
        }
        Answer::Reachable => {
            let shorter = if outcome.reached.excluded + 1 == length { " No shorter sequence does." } else { "" };
            format!(
                "The {length} requests below lead there; the evaluator replayed each in the account as those before it \
                 leave it.{shorter}"
            )
        }
        Answer::Vacuous => "No such request can be made at all, whatever the policies say.".to_owned(),
        Answer::Unknown => "It could not be decided.".to_owned(),
    }
}

/// How far an undecided search came.
fn searched(out: &mut String, reached: Reached) {
    let Reached { rounds, saturated, guards, states, excluded } = reached;
    let ended = if saturated { "" } else { ", not to the end" };
    let mut text = format!("{} of saturation{ended}; {} asked about", count(rounds, "round"), count(guards, "guard"));
    if states > 0 {
        let _ = write!(text, "; {} of the account looked at", count(states, "state"));
    }
    if excluded > 0 {
        let _ = write!(text, "; no trace has {} or fewer", count(excluded, "request"));
    }
    wrapped(out, "searched", &text);
}

/// What the goal needs and no trace brings about.
fn clashes(out: &mut String, clashes: &[Fact]) {
    for (index, fact) in clashes.iter().enumerate() {
        labelled(out, if index == 0 { "needed" } else { "" }, &line(fact));
    }
}

/// One request of the trace: who, what, how, and why it is allowed.
fn request(out: &mut String, number: usize, step: &Step, attacker: &Attacker) {
    request_lines(out, &format!("request {number}"), &step.counterexample());
    if let Some(command) = &step.command {
        labelled(out, "command", command);
    }
    if step.transition.is_some() {
        wrapped(out, "change", &step.effect);
    }
    allowed_by(out, &step.trace);
    for (checked, places) in &step.checks {
        labelled(out, "checked", &format!("{} on {}", checked.action, checked.resource));
        context_lines(out, &checked.context);
        allowed_by(out, places);
    }
    labelled(out, "stop with", &step.stopped_by().to_string());
    if let Some(reason) = beyond(step, attacker) {
        wrapped(out, "", &format!("in a resource control policy: {reason}, so no policy of a caller's counts"));
    }
}

/// Why a Deny among the caller's policies cannot stop a request.
fn beyond(step: &Step, attacker: &Attacker) -> Option<&'static str> {
    let unsigned = |name: &str| ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"].contains(&name);
    if step.request.action.as_str().strip_prefix("sts:").is_some_and(unsigned) {
        return Some("the call is unsigned");
    }
    let own = step.caller.account().filter(|account| attacker.outside.as_deref() == Some(account));
    own.map(|_| "the caller is of the attacker's own account")
}

fn allowed_by(out: &mut String, places: &[Place]) {
    for (index, place) in places.iter().enumerate() {
        // What the attacker wrote or attached has no file.
        let text = match &place.policy {
            Some(title) if place.file.starts_with('<') => title.clone(),
            _ => place_text(place),
        };
        let place = format!("{}: {text}", place.layer);
        labelled(out, if index == 0 { "allowed by" } else { "" }, &place);
    }
}

/// A number of things.
pub(super) fn count(number: usize, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}
