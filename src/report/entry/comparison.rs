//! Comparisons as entries.

use std::sync::Arc;

use crate::query::compare::Pair;
use crate::report::comparison::body;
use crate::report::entry::verdict::request;
use crate::report::entry::{Entry, GAINED, Spot, Standing, UNKNOWN, spot};
use crate::report::html::article::{Article, text_article};
use crate::report::scenarios::{self, Found};
use crate::report::verdict::Timing;
use crate::source::Source;
use crate::verdict::comparison::{Comparison, Difference, Relation};

/// Two documents.
pub fn of_comparison(compared: &Comparison, pair: &Pair, timing: Option<Timing>) -> Entry {
    let documents = [&pair.old, &pair.new];
    let spots = compared.gained.request().into_iter().flat_map(|own| &own.trace);
    let spots = spots.filter_map(|place| spot(place, &documents, "decides")).collect();
    let title = format!("{} to {}", pair.old.source.name(), pair.new.source.name());
    let sources = vec![pair.old.source.clone(), pair.new.source.clone()];
    entry(compared, title, spots, body(compared, pair), sources, timing)
}

/// Two scenarios.
pub fn of_scenarios(found: Found<'_>, timing: Option<Timing>) -> Entry {
    let documents = [found.scenarios.old().documents(), found.scenarios.new_scenario().documents()].concat();
    let spots = found.compared.gained.request().into_iter().flat_map(|own| &own.trace);
    let spots = spots.filter_map(|place| spot(place, &documents, "decides")).collect();
    let title = format!("{} to {}", found.names[0], found.names[1]);
    let sources = documents.iter().map(|own| own.source.clone()).collect();
    entry(found.compared, title, spots, scenarios::text(found, None), sources, timing)
}

pub(super) fn entry(
    compared: &Comparison,
    title: String,
    spots: Vec<Spot>,
    told: String,
    sources: Vec<Arc<Source>>,
    timing: Option<Timing>,
) -> Entry {
    let relation = compared.relation();
    let (standing, rule, message) = match (compared.gained.request(), relation) {
        // Where both directions are asked, a gain is told, and asserted against by nobody.
        (Some(gained), _) => {
            let only_gains = matches!(compared.lost, Difference::NotAsked);
            let standing = if only_gains { Standing::Failed } else { Standing::Warned };
            (standing, GAINED, format!("gained: {}", request(gained)))
        }
        (None, Some(Relation::Unknown)) => (Standing::Unknown, UNKNOWN, format!("{title}: it could not be decided")),
        (None, _) => (Standing::Held, GAINED, format!("{title}: nothing is gained")),
    };
    Entry {
        group: "ringfence compare".to_owned(),
        standing,
        rule,
        message,
        spots,
        time: timing.map(|_| compared.elapsed),
        article: Article { heading: title.clone(), ..text_article(relation.map_or("wider", Relation::as_str), &told) },
        told,
        sources,
        title,
    }
}
