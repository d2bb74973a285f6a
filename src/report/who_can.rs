//! Who can, as text and as the JSON object that programs read.

use serde_json::{Map, Value, json};

use crate::account::Accounts;
use crate::account::subject::Subject;
use crate::goal::Goal;
use crate::report::excerpt::{context_lines, labelled, wrapped};
use crate::report::verdict::{NOT_MODELLED, counterexample_json, goal_lines};
use crate::report::versions;
use crate::verdict::{Answer, EngineName, Unknown, Verdict};

/// How many answers there were of each kind.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    reachable: usize,
    unknown: usize,
    others: usize,
}

impl Tally {
    /// Counts the verdict on one principal.
    pub fn count(&mut self, verdict: &Verdict) {
        *match verdict.answer {
            Answer::Reachable => &mut self.reachable,
            Answer::Unknown => &mut self.unknown,
            Answer::Unreachable | Answer::Vacuous => &mut self.others,
        } += 1;
    }

    fn asked(self) -> usize {
        self.reachable + self.unknown + self.others
    }
}

/// The lines above the principals: the question and its goal.
pub fn heading(goal: &Goal) -> String {
    let mut out = String::new();
    labelled(&mut out, "question", "who can have one of these requests allowed?");
    goal_lines(&mut out, goal);
    out.push('\n');
    out
}

/// A principal that can, with its request, or of which it is not known; nothing of others.
pub fn line(subject: &Subject<'_>, verdict: &Verdict) -> String {
    let mut out = String::new();
    if !is_told(verdict) {
        return out;
    }
    labelled(&mut out, verdict.answer.as_str(), &subject.arn);
    match &verdict.unknown {
        Some(Unknown::Gave(reason)) => wrapped(&mut out, "", reason),
        Some(Unknown::Depends(readings)) => {
            for (reading, answer) in readings {
                labelled(&mut out, "", &format!("under {reading}: {}", answer.as_str()));
            }
        }
        None => {}
    }
    if let Some(found) = &verdict.counterexample {
        labelled(&mut out, "", &format!("{} on {}", found.request.action, found.request.resource));
        context_lines(&mut out, &found.request.context);
        if found.caller.arn != subject.arn {
            labelled(&mut out, "", &format!("by {}", found.caller.arn));
        }
        if !found.resource_account.is_empty() && found.resource_account != subject.account {
            labelled(&mut out, "", &format!("owned by {}", found.resource_account));
        }
        for place in &found.trace {
            let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
            let policy = place.policy.as_ref().map(|policy| format!(", {policy}")).unwrap_or_default();
            labelled(&mut out, "", &format!("allowed by {}{line}{policy}", place.file));
        }
    }
    out
}

/// The same as an element of the object.
pub fn entry(subject: &Subject<'_>, verdict: &Verdict) -> Option<Value> {
    let mut object = Map::new();
    object.insert("principal".to_owned(), json!(subject.arn));
    object.insert("account".to_owned(), json!(subject.account));
    object.insert("verdict".to_owned(), json!(verdict.answer.as_str()));
    match &verdict.unknown {
        Some(Unknown::Gave(reason)) => object.insert("reason".to_owned(), json!(reason)),
        Some(Unknown::Depends(_)) => object.insert("reason".to_owned(), json!("depends")),
        None => None,
    };
    let found = verdict.counterexample.as_ref().map_or(Value::Null, |found| counterexample_json(found, None));
    object.insert("counterexample".to_owned(), found);
    is_told(verdict).then_some(Value::Object(object))
}

/// How many can, and what the answers were made with.
pub fn summary(tally: &Tally, accounts: &Accounts) -> String {
    let mut out = String::new();
    if tally.reachable + tally.unknown > 0 {
        out.push('\n');
    }
    let Tally { reachable, unknown, others } = *tally;
    let of = format!("{reachable} of {} users and roles can, {unknown} unknown, {others} cannot", tally.asked());
    labelled(&mut out, "answer", &of);
    labelled(&mut out, "accounts", &accounts.names.join(", "));
    wrapped(&mut out, "limits", &format!("not modelled: {}", NOT_MODELLED.join("; ")));
    wrapped(&mut out, "versions", &versions::text(accounts.dialect, EngineName::Atoms));
    out
}

/// The object of the contract: the goal, each principal that can or is unknown, and how many were asked about.
pub fn json(goal: &Goal, principals: Vec<Value>, tally: &Tally, accounts: &Accounts) -> Value {
    let mut object = Map::new();
    let mut add = |name: &str, value: Value| object.insert(name.to_owned(), value);
    add("schema", json!(1));
    add("goal", goal.written.clone());
    add("accounts", json!(accounts.names));
    add("principals", Value::Array(principals));
    add("asked", json!(tally.asked()));
    add("notModelled", json!(NOT_MODELLED));
    for (name, value) in versions::json(accounts.dialect) {
        add(name, value);
    }
    Value::Object(object)
}

/// Whether a verdict is told: of who cannot there is nothing to say.
fn is_told(verdict: &Verdict) -> bool {
    matches!(verdict.answer, Answer::Reachable | Answer::Unknown)
}
