//! Many attackers, a line for each, and how many there were.

use crate::account::Accounts;
use crate::escalation::{Attacker, Outcome};
use crate::goal::Goal;
use crate::report::escalation::text::{also, conditions, limits};
use crate::report::excerpt::{labelled, wrapped};
use crate::report::verdict::{assumption_lines, goal_lines};
use crate::report::versions;
use crate::verdict::{Answer, Assumption, EngineName};

/// How many answers there were of each kind, and what they have in common.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    reachable: usize,
    unknown: usize,
    others: usize,
    /// The most requests of a trace.
    longest: usize,
    assumptions: Vec<Assumption>,
    not_modelled: Vec<String>,
}

impl Tally {
    /// Counts one.
    pub fn count(&mut self, outcome: &Outcome) {
        *match outcome.answer {
            Answer::Reachable => &mut self.reachable,
            Answer::Unknown => &mut self.unknown,
            Answer::Unreachable | Answer::Vacuous => &mut self.others,
        } += 1;
        self.longest = self.longest.max(outcome.trace.as_ref().map_or(0, Vec::len));
        for Assumption { name, value, .. } in &outcome.assumptions {
            // Whose verdict another value would flip is each one's own.
            let own = Assumption { name: name.clone(), value: value.clone(), flips: None };
            if !self.assumptions.contains(&own) {
                self.assumptions.push(own);
            }
        }
        for text in &outcome.not_modelled {
            if !self.not_modelled.contains(text) {
                self.not_modelled.push(text.clone());
            }
        }
    }
}

/// What is asked; `attacker` is one of them.
pub fn heading(goal: &Goal, attacker: Option<&Attacker>) -> String {
    let mut out = String::new();
    labelled(&mut out, "question", "from whom does a sequence of requests lead to one of these?");
    goal_lines(&mut out, goal);
    labelled(&mut out, "by", "each listed user and role on its own");
    if let Some(attacker) = attacker {
        also(&mut out, attacker.held.iter().skip(1));
        conditions(&mut out, attacker);
    }
    out.push('\n');
    out
}

/// The answer of one: the word, of a trace its length, and who starts.
pub fn line(attacker: &Attacker, outcome: &Outcome) -> String {
    let length = outcome.trace.as_ref().map(|steps| format!(" {}", steps.len())).unwrap_or_default();
    let answer = format!("{}{length}", outcome.answer.as_str());
    format!("{answer:<12}  {}\n", attacker.held.first().map_or("", String::as_str))
}

/// How many there were of each kind, and what the answers were made with.
pub fn summary(tally: &Tally, accounts: &Accounts) -> String {
    let mut out = String::from("\n");
    let Tally { reachable, unknown, others, longest, .. } = tally;
    let longest = match longest {
        0 => String::new(),
        1 => "; the longest trace has 1 request".to_owned(),
        length => format!("; the longest trace has {length} requests"),
    };
    let asked = reachable + unknown + others;
    let of = format!("{reachable} of {asked} users and roles can, {unknown} unknown, {others} cannot{longest}");
    labelled(&mut out, "answer", &of);
    labelled(&mut out, "accounts", &accounts.names.join(", "));
    assumption_lines(&mut out, &tally.assumptions);
    out.push('\n');
    limits(&mut out, &tally.not_modelled);
    wrapped(&mut out, "versions", &versions::text(accounts.dialect, EngineName::Atoms));
    out
}
