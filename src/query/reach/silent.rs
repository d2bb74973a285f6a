//! Questions that end before they begin: no Allow speaks of the goal.
//!
//! In: a scenario, a goal. Out: whether the law allows nothing where the layers without an Allow about the goal's
//! actions allow nothing, whatever else holds. Soundness: that of [`Silence`].

use crate::goal::Goal;
use crate::policy::{Document, Effect};
use crate::query::layers::EXCEPTIONS;
use crate::query::reach::ReachError;
use crate::query::reach::asker::{Asker, View};
use crate::query::reach::vacuity;
use crate::query::silence::{Silence, Voice};
use crate::query::slice;
use crate::scenario::{Layer, Principal, Scenario};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::dialect::ExceptionKind;

/// Whether nothing of the goal is allowed, and the goal has a request at all.
pub(super) fn denies(asker: &Asker<'_>, view: &View) -> Result<bool, ReachError> {
    let (scenario, goal) = (asker.scenario(), asker.goal());
    let silent = view.opened.is_empty() && says_nothing(scenario, goal)?;
    Ok(silent && (view.passes_over_vacuity || vacuity::has_request(asker, view)?))
}

/// Whether the layers that are silent about the goal leave the law nothing to allow.
fn says_nothing(scenario: &Scenario, goal: &Goal) -> Result<bool, ReachError> {
    let limits = [&scenario.identity, &scenario.boundary, &scenario.session];
    let limited = match &scenario.principal {
        Principal::Caller(caller) => matches!(caller.kind, CallerKind::User | CallerKind::RoleSession),
        Principal::Users { .. } | Principal::RoleSessions { .. } => true,
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
