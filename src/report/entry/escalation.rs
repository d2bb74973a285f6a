//! Outcomes of questions about sequences of requests as entries.

use crate::escalation::{Attacker, Outcome};
use crate::goal::Goal;
use crate::report::entry::verdict::rule;
use crate::report::entry::{ESCALATES, Entry, Spot, Standing, spot};
use crate::report::escalation::body;
use crate::report::html::article::{Article, outcome_article};
use crate::report::verdict::{Timing, goal_title};
use crate::verdict::Answer;

/// What becomes of a goal from an attacker.
pub fn of_outcome(
    outcome: &Outcome,
    goal: &Goal,
    attacker: &Attacker,
    expect: Answer,
    timing: Option<Timing>,
) -> Entry {
    let standing = match outcome.answer {
        Answer::Unknown => Standing::Unknown,
        answer if answer == expect => Standing::Held,
        _ => Standing::Failed,
    };
    let title = format!("{} from {}", goal_title(goal), attacker.held.join(" and "));
    let message = said(outcome).unwrap_or_else(|| match outcome.answer {
        Answer::Unreachable => format!("no sequence of requests leads to `{title}`"),
        answer => format!("`{title}` is {}", answer.as_str()),
    });
    Entry {
        group: "ringfence escalate".to_owned(),
        standing,
        rule: if outcome.answer == Answer::Reachable { ESCALATES } else { rule(outcome.answer) },
        message,
        spots: spots(outcome),
        told: body(outcome, goal, attacker),
        time: timing.map(|_| outcome.elapsed),
        article: Article { heading: title.clone(), ..outcome_article(outcome, goal, attacker) },
        sources: Vec::new(),
        title,
    }
}

/// The sequence, in a sentence.
pub(super) fn said(outcome: &Outcome) -> Option<String> {
    let steps = outcome.trace.as_ref()?;
    let names: Vec<String> = steps.iter().map(|step| format!("`{}`", step.request.action.as_str())).collect();
    Some(format!("{} lead there: {}", count(steps.len()), names.join(", ")))
}

fn count(requests: usize) -> String {
    if requests == 1 { "1 request".to_owned() } else { format!("{requests} requests") }
}

/// The statements that allow the requests, those of the goal first.
pub(super) fn spots(outcome: &Outcome) -> Vec<Spot> {
    let steps = outcome.trace.iter().flatten().rev();
    let mut spots: Vec<Spot> = Vec::new();
    for spot in steps.flat_map(|step| step.trace.iter().filter_map(|place| spot(place, &[], "allows"))) {
        if !spots.contains(&spot) {
            spots.push(spot);
        }
    }
    spots
}
