//! The concrete evaluator: decides one request of one caller and says why.
//!
//! In: a [`Scenario`] with one caller and a [`Request`], taken as given. Out: [`Outcome`]: a decision with its trace, or
//! the reason why the law that it needs is not there yet. Independent of the symbolic side: it shares neither matching
//! code nor the law files, and that is what a replay is worth.
//!
//! What is not known (a layer `any`, open tags, a value that no rule reads) is carried as [`Truth::Unknown`]. The
//! decision is made twice, once with every unknown as favourable to access as it can be and once as unfavourable; where
//! the two differ the decision is unknown. The law is monotone (more Allows never remove access, more Denies never add
//! it; see `encodings/lemmas`), so no reading in between decides otherwise.

pub mod condition;
pub mod context;
pub mod decide;
pub mod glob;
pub mod principal;
pub mod statement;
pub mod trace;
pub mod truth;

use crate::diagnostic::Code;
use crate::policy::{Document, Effect};
use crate::request::Request;
use crate::scenario::{Caller, Layer, ResourceAccount, Scenario};
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::dialect::{Exception, ExceptionKind};
use crate::vocabulary::layer::LayerKind;

use context::Effective;
use decide::{Decision, Facts};
use principal::Level;
use statement::Evaluator;
use trace::{Attachment, LayerTrace, StatementTrace, Trace};
use truth::Truth;

/// What became of a request.
#[derive(Debug)]
pub enum Outcome<'a> {
    /// Decided; none: it depends on what is not known.
    Decided(Option<Decision>, Box<Trace<'a>>),
    /// The law that the request needs is not supported yet.
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
    if let Some(reason) = not_supported(scenario, caller, request) {
        return Ok(Outcome::Skipped(reason));
    }
    let evaluator = Evaluator { caller, boundary: attachment(&scenario.boundary), request, context: &context };
    let layers: Vec<_> = [LayerKind::Identity, LayerKind::Boundary, LayerKind::Session, LayerKind::Resource]
        .into_iter()
        .filter_map(|kind| Some(evaluator.layer(kind, scenario.layer(kind)?)))
        .collect();
    let exceptions: Vec<_> =
        scenario.dialect.exceptions().iter().filter(|exception| applies(exception, caller, &request.action)).collect();
    let (hopeful, fearful) = (facts(caller, &layers, &exceptions, true), facts(caller, &layers, &exceptions, false));
    let decide = if scenario.dialect.name() == "astran" { decide::decide_astran } else { decide::decide_aws };
    let (best, worst) = (decide(&hopeful), decide(&fearful));
    let decision = (best == worst).then_some(best);
    let trace = Trace::new((best, worst), layers, &hopeful, &fearful, &exceptions);
    Ok(Outcome::Decided(decision, Box::new(trace)))
}

/// The law that is still missing for a request, in words.
fn not_supported(scenario: &Scenario, caller: &Caller, request: &Request) -> Option<String> {
    let special = |kind| {
        scenario.dialect.exceptions().iter().any(|exception| {
            exception.kind == kind
                && action_matches(&exception.action, &request.action)
                && statement::resource_matches_plainly(&exception.resource, &request.resource)
        })
    };
    let reason = if let Some(layer) = scenario.unsupported_layer() {
        layer
    } else if special(ExceptionKind::RoleTrust) {
        "role trust policies (S7.2)"
    } else if special(ExceptionKind::KeyPolicy) {
        "key policies (S7.1)"
    } else {
        match (&scenario.resource_account, caller.account()) {
            (ResourceAccount::Any, _) => "a resource of any account (S8)",
            (ResourceAccount::Id(id), Some(own)) if id != own => "cross-account requests (S8)",
            _ => return None,
        }
    };
    Some(format!("not supported yet: {reason}"))
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

/// The inputs of the law, every unknown taken for access (`favourable`) or against it.
fn facts(caller: &Caller, layers: &[LayerTrace<'_>], exceptions: &[&Exception], favourable: bool) -> Facts {
    let layer = |kind| layers.iter().find(|layer| layer.kind == kind);
    let allows = |kind| layer(kind).is_some_and(|layer| layer.allows().or_unknown(favourable));
    let denies = |kind| layer(kind).is_some_and(|layer| layer.denies().or_unknown(!favourable));
    let grants = |level| layer(LayerKind::Resource).is_some_and(|layer| layer.grants_at(level).or_unknown(favourable));
    let given = |kind| layer(kind).is_some_and(|layer| layer.attachment == Attachment::Given);
    let any = |kind| layer(kind).is_some_and(|layer| layer.attachment == Attachment::Any);
    let federated = caller.kind == CallerKind::Federated;
    let has = |kind| exceptions.iter().any(|exception| exception.kind == kind);
    Facts {
        needs_no_permission: has(ExceptionKind::NeedsNoPermission),
        root_recovers: has(ExceptionKind::RootRecovers),
        root: caller.kind == CallerKind::Root,
        role_session: caller.kind == CallerKind::RoleSession,
        federated_session: federated,
        identity_denies: denies(LayerKind::Identity),
        identity_allows: allows(LayerKind::Identity),
        boundary_given: given(LayerKind::Boundary) || (any(LayerKind::Boundary) && !favourable),
        boundary_denies: denies(LayerKind::Boundary),
        boundary_allows: allows(LayerKind::Boundary),
        // An unknown session policy helps a federated session and hinders a role session (S5.3).
        session_given: given(LayerKind::Session) || (any(LayerKind::Session) && (federated || !favourable)),
        session_denies: denies(LayerKind::Session),
        session_allows: allows(LayerKind::Session),
        resource_denies: denies(LayerKind::Resource),
        resource_direct: grants(Level::Own) || grants(Level::Any),
        resource_entity: grants(Level::Entity),
    }
}

impl Evaluator<'_> {
    fn layer<'d>(&self, kind: LayerKind, layer: &'d Layer<Vec<Document>>) -> LayerTrace<'d> {
        let attachment = match layer {
            Layer::Given(_) => Attachment::Given,
            Layer::None => Attachment::None,
            Layer::Any => Attachment::Any,
        };
        let documents = layer.given().map(Vec::as_slice).unwrap_or_default();
        let statements = documents
            .iter()
            .flat_map(|document| document.statements.iter().map(move |statement| self.statement(document, statement)))
            .collect();
        LayerTrace { kind, attachment, statements }
    }
}

impl LayerTrace<'_> {
    /// Whether an Allow of the layer applies.
    pub fn allows(&self) -> Truth {
        self.any(Effect::Allow, |statement| statement.applies)
    }

    /// Whether a Deny of the layer applies.
    pub fn denies(&self) -> Truth {
        self.any(Effect::Deny, |statement| statement.applies)
    }

    /// Whether an Allow that matches the caller at a level applies.
    pub fn grants_at(&self, level: Level) -> Truth {
        self.any(Effect::Allow, |statement| statement.applies_at(level))
    }

    fn any(&self, effect: Effect, applies: impl Fn(&StatementTrace<'_>) -> Truth) -> Truth {
        if self.attachment == Attachment::Any {
            return Truth::Unknown;
        }
        Truth::any(self.statements.iter().filter(|trace| trace.statement.effect == effect).map(applies))
    }
}
