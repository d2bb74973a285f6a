//! What may become true along any sequence of requests, as an argument that an auditor can follow.

use std::fmt::Write as _;

use crate::escalation::{Fact, Reached};
use crate::report::escalation::text::count;
use crate::report::excerpt::wrapped;

/// How many subjects are shown, and how many values of one sort of each.
const SUBJECTS: usize = 40;
const VALUES: usize = 8;
/// Kinds of facts in the order in which they are told, each in words.
const KINDS: [(&str, &str); 12] = [
    ("held", "is held"),
    ("new", "may be made"),
    ("name", "may be called"),
    ("keeps-boundary", "keeps the boundary"),
    ("boundary", "its boundary may be"),
    ("attached", "may have attached"),
    ("document", "may have inline"),
    ("group", "may be in"),
    ("deny-removable", "may lose Denies of"),
    ("trust", "may trust"),
    ("tags", "may have tags"),
    ("content", "its text may be"),
];

fn rank(fact: &Fact) -> usize {
    KINDS.iter().position(|(kind, _)| *kind == fact.kind).unwrap_or(KINDS.len())
}

/// The words for a kind of fact.
fn words(kind: &'static str) -> &'static str {
    KINDS.iter().find(|(own, _)| *own == kind).map_or(kind, |(_, words)| words)
}

/// A fact in one line.
pub(super) fn line(fact: &Fact) -> String {
    format!("{}: {} {}", fact.subject, words(fact.kind), fact.value).trim_end().to_owned()
}

/// Everything that may become so, subject by subject: those whose credentials are held first.
pub(super) fn invariant(out: &mut String, facts: &[Fact], reached: Reached) {
    out.push('\n');
    let claim = "Whatever sequence of requests is made, however long, at most the following becomes true; nothing else \
                 changes, but for rights that are taken away. As long as no more than this is true, none of those who are \
                 held is allowed a request of the goal, and none of their requests makes more of it true. The attacker \
                 chooses what stands for `*`, and calls what he writes `ringfence`.";
    wrapped(out, "invariant", claim);
    let mut facts: Vec<&Fact> = facts.iter().collect();
    facts.sort_by_key(|fact| (&fact.subject, rank(fact), &fact.value));
    let mut subjects: Vec<&[&Fact]> = facts.chunk_by(|a, b| a.subject == b.subject).collect();
    // Sorting is stable: each half stays in the order of its subjects.
    subjects.sort_by_key(|own| own.first().is_none_or(|fact| rank(fact) > 0));
    let width = facts.iter().map(|fact| words(fact.kind).chars().count()).max().unwrap_or(0);
    for own in subjects.iter().take(SUBJECTS) {
        let _ = writeln!(out, "\n  {}", own.first().map_or("", |fact| fact.subject.as_str()));
        for facts in own.chunk_by(|a, b| a.kind == b.kind) {
            values(out, facts, width);
        }
    }
    if subjects.len() > SUBJECTS {
        let _ = writeln!(out, "\n  and {} more, all in --format json", subjects.len() - SUBJECTS);
    }
    out.push('\n');
    let checked = format!(
        "found in {} of saturation, {}; then each guard of the invariant was asked again from scratch: none leads further",
        count(reached.rounds, "round"),
        count(reached.guards, "guard"),
    );
    wrapped(out, "checked", &checked);
}

/// The same as data: subjects, each with what may become so.
pub(in crate::report) fn invariant_of(facts: &[Fact]) -> Vec<(String, Vec<String>)> {
    let mut facts: Vec<&Fact> = facts.iter().collect();
    facts.sort_by_key(|fact| (&fact.subject, rank(fact), &fact.value));
    let said = |fact: &&Fact| format!("{} {}", words(fact.kind), fact.value).trim_end().to_owned();
    let subject = |own: &[&Fact]| {
        (own.first().map(|fact| fact.subject.clone()).unwrap_or_default(), own.iter().map(said).collect())
    };
    facts.chunk_by(|a, b| a.subject == b.subject).map(subject).collect()
}

/// The values of one sort, without those that a pattern beside them covers.
fn values(out: &mut String, facts: &[&Fact], width: usize) {
    let covers = |pattern: &str, value: &str| {
        pattern != value && pattern.strip_suffix('*').is_some_and(|front| value.starts_with(front))
    };
    let covered = |fact: &Fact| facts.iter().any(|other| covers(&other.value, &fact.value));
    let values: Vec<&str> = facts.iter().filter(|fact| !covered(fact)).map(|fact| fact.value.as_str()).collect();
    for (index, value) in values.iter().take(VALUES).enumerate() {
        let words = facts.first().filter(|_| index == 0).map_or("", |fact| words(fact.kind));
        let _ = writeln!(out, "{}", format!("    {words:<width$}  {value}").trim_end());
    }
    if values.len() > VALUES {
        let _ = writeln!(out, "    {:<width$}  and {} more", "", values.len() - VALUES);
    }
}
