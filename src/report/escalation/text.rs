//! The answer for people: question, verdict, numbered requests or what stays so, assumptions, limits, versions.

use std::fmt::Write as _;

use crate::escalation::{Attacker, Fact, Outcome, Reached, Step};
use crate::goal::Goal;
use crate::report::excerpt::{context_lines, labelled, wrapped};
use crate::report::verdict::{
    NOT_MODELLED, Timing, assumption_lines, goal_lines, place_text, request_lines, time_line,
};
use crate::report::versions;
use crate::verdict::{Answer, EngineName, Place};
use crate::vocabulary::dialect::Dialect;

/// How many subjects of an invariant are shown, and how many values of one sort of each.
const SUBJECTS: usize = 40;
const VALUES: usize = 8;
/// The fact that somebody's credentials are held.
const HELD: &str = "held";

/// The whole report.
pub fn text(outcome: &Outcome, goal: &Goal, attacker: &Attacker, dialect: &Dialect, timing: Option<Timing>) -> String {
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
        request(&mut out, index + 1, step);
    }
    if let Some(facts) = &outcome.invariant {
        invariant(&mut out, facts, outcome.reached);
    }
    assumption_lines(&mut out, &outcome.assumptions);
    out.push('\n');
    limits(&mut out, &outcome.not_modelled);
    wrapped(&mut out, "versions", &versions::text(dialect, EngineName::Atoms));
    if let Some(timing) = timing {
        time_line(&mut out, outcome.elapsed, timing);
    }
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
pub(super) fn limits(out: &mut String, sequences: &[String]) {
    let mut label = "limits";
    if !sequences.is_empty() {
        wrapped(out, label, &format!("not modelled of sequences: {}", sequences.join("; ")));
        label = "";
    }
    wrapped(out, label, &format!("not modelled: {}", NOT_MODELLED.join("; ")));
}

fn meaning(outcome: &Outcome) -> String {
    let length = outcome.trace.as_ref().map_or(0, Vec::len);
    match outcome.answer {
        Answer::Unreachable => "No sequence of requests leads there, however long.".to_owned(),
        Answer::Reachable if length == 1 => {
            "The request below is allowed before anything is changed; the evaluator replayed it.".to_owned()
        }
        Answer::Reachable => {
            let shorter = if outcome.reached.excluded + 1 == length { " No fewer do." } else { "" };
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
    for (index, Fact { subject, kind, value }) in clashes.iter().enumerate() {
        labelled(out, if index == 0 { "needed" } else { "" }, format!("{subject}: {kind} {value}").trim_end());
    }
}

/// One request of the trace: who, what, how, and why it is allowed.
fn request(out: &mut String, number: usize, step: &Step) {
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
    labelled(out, "", &format!("would have been stopped by: {}", step.stopped_by()));
}

fn allowed_by(out: &mut String, places: &[Place]) {
    for (index, place) in places.iter().enumerate() {
        let place = format!("{}: {}", place.layer, place_text(place));
        labelled(out, if index == 0 { "allowed by" } else { "" }, &place);
    }
}

/// Everything that may become so, subject by subject: those whose credentials are held first.
fn invariant(out: &mut String, facts: &[Fact], reached: Reached) {
    out.push('\n');
    labelled(out, "invariant", "whatever requests are made, no more than this becomes so:");
    let mut facts: Vec<&Fact> = facts.iter().collect();
    facts.sort();
    let mut subjects: Vec<&[&Fact]> = facts.chunk_by(|a, b| a.subject == b.subject).collect();
    // Sorting is stable: each part stays in the order of its subjects.
    subjects.sort_by_key(|own| !own.iter().any(|fact| fact.kind == HELD));
    let width = facts.iter().map(|fact| fact.kind.chars().count()).max().unwrap_or(0);
    for own in subjects.iter().take(SUBJECTS) {
        let _ = writeln!(out, "\n  {}", own.first().map_or("", |fact| fact.subject.as_str()));
        let mut kinds: Vec<&[&Fact]> = own.chunk_by(|a, b| a.kind == b.kind).collect();
        kinds.sort_by_key(|facts| !facts.iter().any(|fact| fact.kind == HELD));
        for facts in kinds {
            for (index, fact) in facts.iter().take(VALUES).enumerate() {
                let kind = if index == 0 { fact.kind } else { "" };
                let _ = writeln!(out, "{}", format!("    {kind:<width$}  {}", fact.value).trim_end());
            }
            if facts.len() > VALUES {
                let _ = writeln!(out, "    {:<width$}  and {} more", "", facts.len() - VALUES);
            }
        }
    }
    if subjects.len() > SUBJECTS {
        let _ = writeln!(out, "\n  and {} more, all in --format json", subjects.len() - SUBJECTS);
    }
    out.push('\n');
    let checked = format!(
        "{} asked again from scratch, after {} of saturation: none leads further",
        count(reached.guards, "guard"),
        count(reached.rounds, "round"),
    );
    wrapped(out, "checked", &checked);
}

fn count(number: usize, of: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {of}{plural}")
}
