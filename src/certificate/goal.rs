//! Which actions a proof is about, as a script: the goal means no action of the catalogue that is in none of its places.

use std::collections::BTreeSet;

use crate::certificate::clause::{folded, patterns};
use crate::certificate::script::{Expected, Script};
use crate::certificate::term::{self, Inexpressible, comment};
use crate::goal::Goal;
use crate::query::reach::Run;
use crate::scenario::Scenario;
use crate::symbolic::universe;
use crate::vocabulary::action::{Action, ActionPatternKind};
use crate::vocabulary::catalogue::Catalogue;
use crate::vocabulary::dialect::ExceptionKind;

/// The script about the actions of a run's places.
pub(super) fn script(run: &Run, scenario: &Scenario, goal: &Goal, file: String) -> Script {
    let about = "the goal means no other action of the catalogue than those of the places".to_owned();
    Script::new(file, Expected::Unsat, about, "QF_SLIA", lines(run, scenario, goal))
}

fn lines(run: &Run, scenario: &Scenario, goal: &Goal) -> Result<Vec<String>, Inexpressible> {
    let mut lines = vec![
        "; the names of actions ignore case and are written in lower case".to_owned(),
        format!("; {}", comment(&goal.written.to_string())),
    ];
    let inside = patterns(&goal.actions)?;
    let body = match goal.except.is_empty() {
        true => inside,
        false => format!("(and {inside} (not {}))", patterns(&goal.except)?),
    };
    lines.push(format!("(define-fun goal ((action String)) Bool {body})"));
    let placed: BTreeSet<String> = run.places.iter().flat_map(|place| &place.actions).map(folded).collect();
    let prefixes: Option<BTreeSet<&str>> = goal
        .actions
        .iter()
        .map(|pattern| match pattern.value.kind() {
            ActionPatternKind::Every => None,
            ActionPatternKind::Of { prefix, .. } => Some(prefix.as_str()),
        })
        .collect();
    let mut others = Vec::new();
    if let Some(prefixes) = &prefixes {
        let mut own = Vec::new();
        for prefix in prefixes {
            own.push(format!("(re.++ (str.to_re {}) re.all)", term::string(&format!("{prefix}:"))?));
        }
        lines.push("; any action of another service".to_owned());
        lines.push("(declare-const other String)".to_owned());
        others.push(format!("(and (goal other) (not (str.in_re other {})))", term::union(own)));
    }
    let catalogue = Catalogue::embedded();
    let mut left_out = Vec::new();
    for prefix in catalogue.prefixes().iter().filter(|own| prefixes.as_ref().is_none_or(|all| all.contains(*own))) {
        let Some(Ok(service)) = catalogue.service(prefix) else { continue };
        for listed in &service.actions {
            let Ok(action) = Action::parse(&format!("{prefix}:{}", listed.name)) else { continue };
            if placed.contains(&folded(&action)) {
                continue;
            }
            if needs_no_permission(scenario, &action) {
                left_out.push(action.as_str().to_owned());
                continue;
            }
            others.push(format!("(goal {})", term::string(&folded(&action))?));
        }
    }
    if !left_out.is_empty() {
        lines
            .push(format!("; left out, because they may need no permission (S7.5): {}", comment(&left_out.join(", "))));
    }
    lines.push("; the actions of the services asked about that are in no place".to_owned());
    lines.push(format!("(assert {})", term::any(others)));
    Ok(lines)
}

/// Whether patterns leave an action out (S7.5).
fn needs_no_permission(scenario: &Scenario, action: &Action) -> bool {
    scenario.dialect.exceptions().iter().any(|exception| {
        matches!(exception.kind, ExceptionKind::NeedsNoPermission | ExceptionKind::ByAccountSetting)
            && universe::matches(&exception.action, action)
    })
}
