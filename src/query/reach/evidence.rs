//! What a verdict can be checked with again.
//!
//! In: a scenario, a goal and the answer to it. Out: the runs of the engine that the answer rests on. The question is
//! asked once more, so that answers that nobody wants a certificate of cost nothing.

use crate::goal::Goal;
use crate::policy::Statement;
use crate::query::layers::{Placed, statements};
use crate::query::reach::asker::{Asker, View};
use crate::query::reach::engine::Found;
use crate::query::reach::{Options, ReachError, Run};
use crate::scenario::Scenario;
use crate::solve::session::apart;
use crate::symbolic::encode::Mode;
use crate::verdict::{Answer, Place};

/// The runs that an answer rests on, the same each time; none for unknown, and where a request was found under another
/// reading only.
///
/// # Errors
/// The question cannot be asked, or is answered in another way.
pub fn evidence(scenario: &Scenario, goal: &Goal, options: &Options, answer: Answer) -> Result<Vec<Run>, ReachError> {
    match answer {
        // Its least model is the same each time anyway.
        Answer::Reachable | Answer::Unknown => runs(scenario, goal, options, answer),
        Answer::Unreachable | Answer::Vacuous => apart(|| runs(scenario, goal, options, answer)),
    }
}

fn runs(scenario: &Scenario, goal: &Goal, options: &Options, answer: Answer) -> Result<Vec<Run>, ReachError> {
    let (mode, goal_only) = match answer {
        Answer::Unreachable => (Mode::Proof, false),
        Answer::Vacuous => (Mode::Proof, true),
        Answer::Reachable => (Mode::Chosen, false),
        Answer::Unknown => return Ok(Vec::new()),
    };
    let view = View { any_request: options.any_request, goal_only, ..View::default() };
    let deadline = options.timeout.map(|timeout| std::time::Instant::now() + timeout);
    let mut asker = Asker::new(scenario, goal, deadline);
    asker.record();
    match (asker.ask(&view, mode)?, answer) {
        (Found::Nothing, Answer::Unreachable | Answer::Vacuous) => Ok(asker.recorded()),
        (Found::Request(_), Answer::Reachable) => Ok(asker.recorded().pop().into_iter().collect()),
        (_, Answer::Reachable) => Ok(Vec::new()),
        (other, _) => {
            Err(ReachError::Internal(format!("asked again, the question is answered in another way: {other:?}")))
        }
    }
}

/// The statements of a scenario, in the order of the numbers that runs use.
pub fn placed(scenario: &Scenario) -> Vec<(Place, &Statement)> {
    let slots = scenario.slots();
    let document = |placed: &Placed<'_>| {
        let (_, layer) = slots.iter().find(|(slot, _)| *slot == placed.slot)?;
        layer.given()?.get(placed.document)
    };
    let place = |placed: Placed<'_>| {
        let kind = placed.slot.kind;
        document(&placed).map(|document| Place::of(kind, document, placed.statement))
    };
    statements(scenario).into_iter().filter_map(|placed| Some((place(placed)?, placed.statement))).collect()
}
