//! Questions that end before they begin: no Allow speaks of the goal.
//!
//! In: a scenario, a goal. Out: whether the law allows nothing where the layers without an Allow about the goal's
//! actions allow nothing, whatever else holds. Soundness: that of [`Silence`].

use crate::goal::Goal;
use crate::policy::{Document, Effect};
use crate::query::layers::EXCEPTIONS;
use crate::query::reach::ReachError;
use crate::query::reach::asker::{Asker, View};
use crate::query::reach::engine::Found;
use crate::query::silence::{Silence, Voice};
use crate::query::slice;
use crate::scenario::{Layer, Principal, Scenario};
use crate::source::{Span, Spanned};
use crate::symbolic::encode::Mode;
use crate::symbolic::universe;
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::catalogue::Catalogue;
use crate::vocabulary::dialect::ExceptionKind;

/// Whether nothing of the goal is allowed, and the goal has a request at all.
pub(super) fn denies(asker: &Asker<'_>, view: &View) -> Result<bool, ReachError> {
    let (scenario, goal) = (asker.scenario(), asker.goal());
    Ok(view.opened.is_empty() && says_nothing(scenario, goal)? && has_request(asker, view)?)
}

/// Whether the layers that are silent about the goal leave the law nothing to allow.
fn says_nothing(scenario: &Scenario, goal: &Goal) -> Result<bool, ReachError> {
    let limits = [&scenario.identity, &scenario.boundary, &scenario.session];
    let limited = match &scenario.principal {
        Principal::Caller(caller) => matches!(caller.kind, CallerKind::User | CallerKind::RoleSession),
        Principal::Users(_) | Principal::RoleSessions { .. } => true,
        // Nobody else can carry what is attached.
        Principal::Any => limits.iter().any(|layer| layer.given().is_some()),
        Principal::Root | Principal::Outside => false,
    };
    let free = scenario.dialect.exceptions().iter().any(|own| {
        own.kind == ExceptionKind::NeedsNoPermission
            && goal.actions.iter().any(|asked| asked.value.as_str().eq_ignore_ascii_case(own.action.as_str()))
    });
    if !limited || free {
        return Ok(false);
    }
    let voice = |layer: &Layer<Vec<Document>>| {
        let statements = layer.given().into_iter().flatten().flat_map(|document| document.statements.iter());
        Voice::of(layer, || {
            let mut allows = statements.filter(|own| own.effect == Effect::Allow);
            allows.any(|own| slice::meets(goal, &own.actions))
        })
    };
    Silence {
        caller: None,
        identity: voice(&scenario.identity),
        boundary: voice(&scenario.boundary),
        session: voice(&scenario.session),
        resource: voice(&scenario.resource),
        apart: EXCEPTIONS.map(|(_, kind)| kind != ExceptionKind::NeedsNoPermission),
    }
    .denies(scenario.dialect)
}

/// Whether the goal's first action has a request, whatever policies say; false where that is not certain.
fn has_request(asker: &Asker<'_>, view: &View) -> Result<bool, ReachError> {
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
