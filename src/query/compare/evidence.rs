//! What one direction of a comparison can be checked with again.
//!
//! In: a pair of documents, a direction, the request that was found in it, if one was. Out: [`Evidence`]: where nothing
//! is gained what slicing left and the runs of the engine on it; where a request was found one run on the whole
//! documents about its action, and the request of that run.

use std::time::Instant;

use serde_json::json;

use crate::goal::Goal;
use crate::policy::{Document, Statement};
use crate::query::compare::difference::{Difference as Differing, Late, Read};
use crate::query::compare::{Direction, Options, Pair, scenario};
use crate::query::reach::asker::{Asker, View};
use crate::query::reach::engine::{Found, OVER};
use crate::query::reach::{ReachError, Run, placed};
use crate::query::wanted::Wanted;
use crate::scenario::Scenario;
use crate::solve::session::apart;
use crate::source::{Span, Spanned};
use crate::symbolic::encode::Mode;
use crate::verdict::{Counterexample, Place};
use crate::vocabulary::action::ActionPattern;

/// What slicing left of the documents.
#[derive(Debug)]
pub struct Slice {
    /// The requests that the runs are about; every request that is gained is one of them.
    pub goal: Goal,
    /// What bears on them of the document that is to grant.
    pub granting: Document,
    /// And of the other one.
    pub other: Document,
}

/// What a direction rests on.
#[derive(Debug, Default)]
pub struct Evidence {
    /// None where slicing leaves nothing to ask, and where a request was found.
    pub slice: Option<Slice>,
    /// Callers and layer of the runs.
    pub scenario: Option<Scenario>,
    /// The requests of the runs.
    pub goal: Option<Goal>,
    /// Each with the reading of the law that it is about; none: every one.
    pub runs: Vec<(Option<String>, Run)>,
    /// The request, where one was found.
    pub found: Option<Counterexample>,
}

impl Evidence {
    /// The statements, in the order of the numbers that the runs use.
    pub fn statements(&self) -> Vec<(Place, &Statement)> {
        self.scenario.as_ref().map(placed).unwrap_or_default()
    }
}

/// What a direction rests on.
///
/// # Errors
/// The question cannot be asked, or is answered in another way.
pub fn evidence(
    pair: &Pair,
    direction: Direction,
    options: &Options,
    found: Option<&Counterexample>,
) -> Result<Evidence, ReachError> {
    let deadline = options.timeout.map(|timeout| Instant::now() + timeout);
    let [granting, other] = direction.of(pair);
    let wanted = Wanted::Gained { new: granting, old: other };
    let view = View::whole(options.any_request);
    match found {
        // Its least model is the same each time anyway.
        Some(found) => request(pair, [granting, other], wanted, &view, deadline, found),
        None => apart(|| nothing(pair, [granting, other], wanted, &view, deadline)),
    }
}

fn nothing(
    pair: &Pair,
    [granting, other]: [&Document; 2],
    wanted: Wanted<'_>,
    view: &View,
    deadline: Option<Instant>,
) -> Result<Evidence, ReachError> {
    let left = match Differing::new(&Read::new(granting), &Read::new(other), pair.dialect, deadline) {
        Ok(Some(left)) => left,
        Ok(None) => return Ok(Evidence::default()),
        Err(Late) => return Err(ReachError::Internal(OVER.to_owned())),
    };
    let slice = Slice { goal: left.goal, granting: left.new, other: left.old };
    let scenario = scenario(pair, slice.granting.clone(), slice.other.clone());
    let mut asker = Asker::wanting(wanted, &scenario, &slice.goal, deadline);
    asker.record();
    let mut runs: Vec<(Option<String>, Run)> = Vec::new();
    if let Found::Nothing = asker.ask(view, Mode::Proof)? {
        runs.extend(asker.recorded().into_iter().map(|run| (None, run)));
    } else {
        for rulings in scenario.rulings.choices() {
            let own = Scenario { rulings, ..scenario.clone() };
            let mut asker = Asker::wanting(wanted, &own, &slice.goal, deadline);
            asker.record();
            let Found::Nothing = asker.ask(view, Mode::Proof)? else {
                let reason = "asked again, the comparison is answered in another way";
                return Err(ReachError::Internal(reason.to_owned()));
            };
            runs.extend(asker.recorded().into_iter().map(|run| (Some(rulings.words()), run)));
        }
    }
    let goal = Some(slice.goal.clone());
    Ok(Evidence { slice: Some(slice), goal, scenario: Some(scenario), runs, found: None })
}

fn request(
    pair: &Pair,
    [granting, other]: [&Document; 2],
    wanted: Wanted<'_>,
    view: &View,
    deadline: Option<Instant>,
    found: &Counterexample,
) -> Result<Evidence, ReachError> {
    let action = ActionPattern::parse(found.request.action.as_str());
    let action = action.map_err(|error| ReachError::Internal(error.to_string()))?;
    let goal = Goal {
        written: json!({ "action": [action.as_str()] }),
        actions: vec![Spanned::new(action, Span::default())],
        except: Vec::new(),
        resource: None,
        within: None,
        without: Vec::new(),
        when: Vec::new(),
        source: std::sync::Arc::clone(&granting.source),
    };
    let scenario = scenario(pair, granting.clone(), other.clone());
    let mut asker = Asker::wanting(wanted, &scenario, &goal, deadline);
    asker.record();
    let found = asker.ask(view, Mode::Chosen)?;
    let runs = asker.recorded().pop().into_iter().map(|run| (None, run)).collect();
    let Found::Request(found) = found else {
        // Under the reading that is taken nothing was found; the request is one of another search.
        return Ok(Evidence { goal: Some(goal), scenario: Some(scenario), ..Evidence::default() });
    };
    Ok(Evidence { slice: None, goal: Some(goal), scenario: Some(scenario), runs, found: Some(*found) })
}
