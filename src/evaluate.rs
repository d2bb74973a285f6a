//! The concrete evaluator: decides one request of one caller and says why.
//!
//! In: a [`Scenario`] with one caller and a [`Request`], taken as given. Out: [`Outcome`]: a decision with its trace, or
//! why the dialect has no law for it. Independent of the symbolic side: it shares neither matching
//! code nor the law files, and that is what a replay is worth.
//!
//! What is not known (a layer `any`, open tags, a value that no rule reads) is carried as [`Truth::Unknown`]. The
//! decision is made twice, once with every unknown as favourable to access as it can be and once as unfavourable; where
//! the two differ the decision is unknown. The law is monotone (more Allows never remove access, more Denies never add
//! it; see `encodings/lemmas`), so no reading in between decides otherwise.

pub mod condition;
pub mod context;
pub mod decide;
mod facts;
pub mod glob;
pub mod principal;
pub mod statement;
pub mod trace;
pub mod truth;

use crate::diagnostic::Code;
use crate::policy::Document;
use crate::request::Request;
use crate::scenario::{Caller, Layer, ResourceAccount, Scenario, Slot};
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};
use crate::vocabulary::dialect::Exception;
use crate::vocabulary::layer::LayerKind;

use context::Effective;
use decide::Decision;
use facts::Situation;
use statement::Evaluator;
use trace::{Attachment, LayerTrace, Trace};
use truth::Truth;

/// What became of a request.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// Decided; none: it depends on what is not known.
    Decided(Option<Decision>, Box<Trace<'a>>),
    /// The dialect does not describe such requests; in words.
    Skipped(String),
}

/// Why a request cannot be decided at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvaluateError {
    /// The scenario's principal stands for more than one caller.
    #[error("a request comes from one caller, but {0}")]
    NotOneCaller(String),
    /// The context gives a key another value than follows from the caller.
    #[error("{0}")]
    Contradiction(String),
}

impl EvaluateError {
    /// The code under which it is reported.
    pub fn code(&self) -> Code {
        match self {
            Self::NotOneCaller(_) => Code::BadCaller,
            Self::Contradiction(_) => Code::ContextContradiction,
        }
    }

    /// The way out.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NotOneCaller(_) => {
                "name one: the ARN of a user or of a role session, or an object with `arn` and `type`"
            }
            Self::Contradiction(_) => "leave the key out of the context; it follows from the principal (S17)",
        }
    }
}

/// Decides a request.
///
/// # Errors
/// The scenario's principal is not one caller, or the context contradicts it.
pub fn evaluate<'a>(scenario: &'a Scenario, request: &'a Request) -> Result<Outcome<'a>, EvaluateError> {
    let caller = scenario.principal.caller().map_err(EvaluateError::NotOneCaller)?;
    let context = Effective::new(caller, &request.context).map_err(EvaluateError::Contradiction)?;
    let cross_account = match (&scenario.resource_account, caller.account()) {
        (ResourceAccount::Any, Some(_)) => Truth::Unknown,
        (ResourceAccount::Id(id), Some(own)) => Truth::from(id != own),
        (ResourceAccount::SameAsCaller, _) | (_, None) => Truth::No,
    };
    let astran = scenario.dialect.name() == "astran";
    if astran && cross_account != Truth::No {
        return Ok(Outcome::Skipped("the dialect `astran` does not describe resources of other accounts (S15)".into()));
    }
    let evaluator = Evaluator {
        stored: &scenario.stored,
        caller,
        boundary: match scenario.dialect.attaches(LayerKind::Boundary, caller.kind) {
            true => attachment(&scenario.boundary),
            false => Truth::No,
        },
        request,
        context: &context,
        rulings: scenario.rulings,
    };
    // What cannot be attached to a caller is none, also where it is not known (S5.5, S5.10).
    let own = |slot: Slot, layer| if scenario.dialect.attaches(slot.kind, caller.kind) { layer } else { Layer::None };
    let slots = scenario.slots().into_iter();
    let layers: Vec<_> = slots.map(|(slot, layer)| evaluator.layer(slot, own(slot, layer))).collect();
    let exceptions: Vec<_> = scenario
        .dialect
        .exceptions()
        .iter()
        .filter(|exception| {
            applies(exception, caller, &request.action)
                && statement::resource_matches_plainly(&exception.resource, &request.resource)
        })
        .collect();
    let situation = Situation { scenario, caller, request, layers: &layers, exceptions: &exceptions, cross_account };
    let (hopeful, fearful) = (situation.facts(true), situation.facts(false));
    let decide = if astran { decide::decide_astran } else { decide::decide_aws };
    let (best, worst) = (decide(&hopeful), decide(&fearful));
    let decision = (best == worst).then_some(best);
    let mut notes = situation.notes();
    let trace = Trace::new((best, worst), layers, &hopeful, &fearful, &exceptions, &mut notes);
    Ok(Outcome::Decided(decision, Box::new(trace)))
}

fn applies(exception: &Exception, caller: &Caller, action: &Action) -> bool {
    exception.callers.contains(&caller.kind) && action_matches(&exception.action, action)
}

/// Whether an entry of Action matches (S2.1); both sides are in lower case already.
fn action_matches(pattern: &ActionPattern, action: &Action) -> bool {
    match pattern.kind() {
        ActionPatternKind::Every => true,
        ActionPatternKind::Of { prefix, name } => {
            prefix == action.prefix() && glob::matches(&glob::plain(name.glyphs()), action.name())
        }
    }
}

fn attachment<T>(layer: &Layer<T>) -> Truth {
    match layer {
        Layer::Given(_) => Truth::Yes,
        Layer::None => Truth::No,
        Layer::Any => Truth::Unknown,
    }
}

impl Evaluator<'_> {
    fn layer<'d>(&self, slot: Slot, layer: Layer<&'d [Document]>) -> LayerTrace<'d> {
        let (attachment, documents) = match layer {
            Layer::Given(documents) => (Attachment::Given, documents),
            Layer::None => (Attachment::None, &[][..]),
            Layer::Any => (Attachment::Any, &[][..]),
        };
        let statements = documents
            .iter()
            .flat_map(|document| document.statements.iter().map(move |statement| self.statement(document, statement)))
            .collect();
        LayerTrace { slot, attachment, statements }
    }
}
