//! Whether a goal has a request at all, whatever policies say: of one that has none, every verdict would be empty.
//!
//! In: what a question was asked with. Out: whether a request meets the goal. Soundness: a goal is vacuous only if the
//! formula of the goal and the facts of realism alone is unsatisfiable for every shape and profile.

use crate::goal::Goal;
use crate::policy::Document;
use crate::query::reach::ReachError;
use crate::query::reach::asker::{Asker, View};
use crate::query::reach::engine::Found;
use crate::scenario::{Layer, Scenario};
use crate::source::{Span, Spanned};
use crate::symbolic::encode::Mode;
use crate::symbolic::universe;
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};
use crate::vocabulary::catalogue::Catalogue;
use crate::vocabulary::dialect::ExceptionKind;

/// Whether no request meets the goal. Most goals have one with their first action, which is looked for before all
/// others.
pub(super) fn is_vacuous(asker: &mut Asker<'_>, view: &View) -> Result<bool, ReachError> {
    if has_request(asker, view)? {
        return Ok(false);
    }
    let goal_only = View { goal_only: true, ..view.clone() };
    Ok(matches!(asker.ask(&goal_only, Mode::Proof)?, Found::Nothing))
}

/// Whether the goal's first action has a request, whatever policies say; false where that is not certain.
pub(super) fn has_request(asker: &Asker<'_>, view: &View) -> Result<bool, ReachError> {
    let (scenario, goal) = (asker.scenario(), asker.goal());
    let Some(action) = first_action(scenario, goal) else { return Ok(false) };
    let goal = Goal { actions: vec![Spanned::new(action, Span::default())], except: Vec::new(), ..goal.clone() };
    // Which layers are there says who calls; what they say is not asked.
    let emptied = |layer: &Layer<Vec<Document>>| match layer {
        Layer::Given(_) => Layer::Given(Vec::new()),
        other => other.clone(),
    };
    let bare = Scenario {
        identity: emptied(&scenario.identity),
        boundary: emptied(&scenario.boundary),
        session: emptied(&scenario.session),
        resource: emptied(&scenario.resource),
        endpoint: emptied(&scenario.endpoint),
        ..scenario.clone()
    };
    let view = View { goal_only: true, ..view.clone() };
    let found = Asker::new(&bare, &goal, asker.deadline()).ask(&view, Mode::Proof)?;
    Ok(matches!(found, Found::Request(_) | Found::Elsewhere(_)))
}

/// The first listed action of a goal that needs a permission.
fn first_action(scenario: &Scenario, goal: &Goal) -> Option<ActionPattern> {
    let catalogue = Catalogue::embedded();
    let fits = |action: &Action| {
        !goal.except.iter().any(|except| universe::matches(&except.value, action))
            && !scenario.dialect.exceptions().iter().any(|own| {
                matches!(own.kind, ExceptionKind::NeedsNoPermission | ExceptionKind::ByAccountSetting)
                    && universe::matches(&own.action, action)
            })
    };
    goal.actions.iter().find_map(|pattern| {
        let ActionPatternKind::Of { prefix, .. } = pattern.value.kind() else { return None };
        let service = catalogue.service(prefix)?.ok()?;
        let actions = service.actions.iter().filter_map(|own| Action::parse(&format!("{prefix}:{}", own.name)).ok());
        let first = actions.filter(|action| universe::matches(&pattern.value, action)).find(fits)?;
        ActionPattern::parse(first.as_str()).ok()
    })
}
