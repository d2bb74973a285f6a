//! Answers about plans and templates as entries.

use crate::deployment::{Asked, Change, Deployment, Subject};
use crate::goal::Goal;
use crate::report::changes;
use crate::report::entry::comparison::entry;
use crate::report::entry::verdict::of_verdict;
use crate::report::entry::{Entry, Wanted, spot};
use crate::report::html::article::Row;
use crate::report::verdict::Timing;
use crate::verdict::Answer;

/// An answer about somebody of a plan or template.
pub fn of_subject(
    deployment: &Deployment,
    (subject, asked): (&Subject, &Asked),
    goal: &Goal,
    asserted: Answer,
    timing: Option<Timing>,
) -> Entry {
    let of = format!("{} {}", subject.what.describe(), subject.address);
    let group = deployment.source.name();
    let wanted = Wanted { asserted: Some(asserted), group, of: Some(&of), timing };
    let mut entry = of_verdict(&asked.verdict, goal, &asked.scenario, &wanted);
    entry.article.facts.insert(0, Row::texts("Whom", [of.clone()]));
    if let Some(under) = &asked.under {
        entry.article.facts.insert(1, Row::texts("Resource's policy", [under.clone()]));
    }
    entry.sources = vec![deployment.source.clone()];
    entry
}

/// What a change means for somebody.
pub fn of_change(before: &Deployment, after: &Deployment, change: &Change, timing: Option<Timing>) -> Entry {
    let title = format!("{} {}", change.subject.what.describe(), change.subject.address);
    let spots = change.compared.gained.request().into_iter().flat_map(|own| &own.trace);
    let spots = spots.filter_map(|place| spot(place, &[], "decides")).collect();
    let sources = vec![before.source.clone(), after.source.clone()];
    entry(&change.compared, title, spots, changes::one(change), sources, timing)
}
