//! Why a request was decided as it was: which statement of which document, layer by layer.

use crate::evaluate::decide::{Decision, Facts};
use crate::evaluate::principal::Level;
use crate::evaluate::truth::Truth;
use crate::policy::{Document, Effect, Statement};
use crate::scenario::Slot;
use crate::source::{Position, Span};
use crate::vocabulary::dialect::{Exception, ExceptionKind};
use crate::vocabulary::layer::LayerKind;

/// Whether a layer is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attachment {
    /// Documents are attached.
    Given,
    /// Nothing is attached.
    None,
    /// Not known.
    Any,
}

/// Why a statement does not apply, or may not: the first part that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The caller is not meant.
    Principal,
    /// The action is not.
    Action,
    /// The resource is not.
    Resource,
    /// A condition does not hold.
    Condition {
        /// Where it stands.
        span: Span,
        /// What it found, in words.
        reason: String,
    },
}

/// One statement against one request.
#[derive(Debug, Clone)]
pub struct StatementTrace<'a> {
    /// The document it is in.
    pub document: &'a Document,
    /// The statement.
    pub statement: &'a Statement,
    /// Whether it applies.
    pub applies: Truth,
    /// Whether all parts but the principal match.
    pub rest: Truth,
    /// In resource policies, the levels at which the caller is named.
    pub levels: Vec<(Level, Truth)>,
    /// Why it does not apply, or is not known to.
    pub failure: Option<Failure>,
    /// Remarks on how it was read, each with its rule.
    pub remarks: Vec<String>,
}

impl StatementTrace<'_> {
    /// Whether the statement applies and names the caller at a level.
    pub fn applies_at(&self, level: Level) -> Truth {
        Truth::any(self.levels.iter().filter(|(own, _)| *own == level).map(|(_, matched)| matched.and(self.rest)))
    }

    /// The line on which the statement starts.
    pub fn line(&self) -> usize {
        self.document.source.line_of(self.statement.span.start)
    }

    /// Where the statement starts.
    pub fn position(&self) -> Position {
        self.document.source.position(self.statement.span.start)
    }
}

/// One layer against one request.
#[derive(Debug, Clone)]
pub struct LayerTrace<'a> {
    /// Which layer, and which level of it.
    pub slot: Slot,
    /// Whether it is there.
    pub attachment: Attachment,
    /// Every statement of its documents, in order.
    pub statements: Vec<StatementTrace<'a>>,
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

impl<'a> LayerTrace<'a> {
    /// The statements of an effect that apply or may apply.
    pub fn applying(&self, effect: Effect) -> impl Iterator<Item = &StatementTrace<'a>> {
        self.statements.iter().filter(move |trace| trace.statement.effect == effect && trace.applies != Truth::No)
    }
}

/// What a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// No policy governs the action for this caller (S7.5); the rule.
    NeedsNoPermission(String),
    /// A Deny applies in these layers (S5.1).
    Denied(Vec<LayerKind>),
    /// The caller is root of the account (S5.5).
    Root,
    /// The resource policy names the caller itself, or everybody (S5.3 direct).
    Direct,
    /// The resource policy names the caller's role or user, within boundary and session policy (S5.3 entity).
    Entity,
    /// The identity policies allow, within boundary and session policy (S5.3 identity).
    Identity,
    /// The same, and the key or trust policy allows the account (S7.1, S7.2).
    Delegated,
    /// The caller's side and the resource policy of the other account allow (S8.1).
    BothSides,
    /// Neither identity nor resource policies allow.
    NothingAllows,
    /// The resource's own policy does not allow, and must (S7.1, S7.2, S8.4).
    ResourcePolicySilent,
    /// The identity policies do not allow, and must: the resource is another account's (S8.1), or its policy allows the
    /// account only (S7.1, S7.2).
    IdentitySilent,
    /// The action cannot be asked of another account's resource (S8.6).
    OwnAccountOnly,
    /// Root cannot assume roles (S5.5).
    RootCannotAssume,
    /// The boundary does not allow (S5.3).
    BoundarySilent,
    /// The session policies do not allow (S5.3).
    SessionSilent,
    /// A federated session without session policy has nothing of its user's (S5.9).
    FederatedWithoutSessionPolicy,
    /// These gates do not allow (S5.2).
    GatesSilent(Vec<LayerKind>),
    /// Denied in every case; whether by a Deny depends on what is not known.
    DeniedEitherWay,
    /// It depends on what is not known.
    Depends,
}

/// The trace of one request.
#[derive(Debug, Clone)]
pub struct Trace<'a> {
    /// Layer by layer, in the order of reports.
    pub layers: Vec<LayerTrace<'a>>,
    /// What the decision rests on.
    pub reasons: Vec<Reason>,
    /// What a reader should know besides.
    pub notes: Vec<String>,
}

impl<'a> Trace<'a> {
    /// From the decisions with every unknown taken for access and against it, and the facts behind them.
    pub(super) fn new(
        (at_best, at_worst): (Decision, Decision),
        layers: Vec<LayerTrace<'a>>,
        best: &Facts,
        worst: &Facts,
        exceptions: &[&Exception],
        notes: &mut Vec<String>,
    ) -> Self {
        let reasons = match (at_best, at_worst) {
            (Decision::ImplicitDeny, Decision::ExplicitDeny) => vec![Reason::DeniedEitherWay],
            (Decision::ExplicitDeny, _) => {
                let denying = layers.iter().filter(|layer| layer.denies() == Truth::Yes);
                let mut kinds: Vec<LayerKind> = denying.map(|layer| layer.slot.kind).collect();
                kinds.dedup();
                vec![Reason::Denied(kinds)]
            }
            (_, Decision::Allow) => vec![grant(worst, exceptions)],
            (Decision::ImplicitDeny, _) => missing(best),
            (Decision::Allow, _) => vec![Reason::Depends],
        };
        let setting = exceptions.iter().filter(|exception| exception.kind == ExceptionKind::ByAccountSetting);
        notes.extend(setting.map(|exception| {
            let action = &exception.action;
            format!("a setting of the account may allow {action} without any policy ({})", exception.rule)
        }));
        for statement in layers.iter().flat_map(|layer| &layer.statements) {
            for remark in &statement.remarks {
                let (name, line) = (statement.document.source.name(), statement.line());
                notes.push(format!("{name}:{line}: {remark}"));
            }
        }
        Self { layers, reasons, notes: std::mem::take(notes) }
    }
}

/// The grant that holds even when every unknown is taken against access.
fn grant(facts: &Facts, exceptions: &[&Exception]) -> Reason {
    let free = exceptions.iter().find(|exception| exception.kind == ExceptionKind::NeedsNoPermission);
    let delegated = facts.key_policy || facts.role_trust;
    let limited = facts.boundary_lets() && facts.session_lets();
    match free {
        Some(exception) => Reason::NeedsNoPermission(exception.rule.clone()),
        None if facts.cross_account => Reason::BothSides,
        None if facts.root && !delegated => Reason::Root,
        None if facts.resource_direct && (!facts.role_trust || limited) => Reason::Direct,
        None if facts.resource_entity && limited => Reason::Entity,
        None if delegated => Reason::Delegated,
        None if facts.identity_allows => Reason::Identity,
        None => Reason::Entity,
    }
}

/// What stands in the way even when every unknown is taken for access.
fn missing(facts: &Facts) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let named = facts.resource_direct || facts.resource_entity || facts.resource_account;
    let own_policy = facts.cross_account || facts.key_policy || facts.role_trust;
    if facts.root && facts.role_trust {
        reasons.push(Reason::RootCannotAssume);
    }
    if facts.cross_account && facts.own_account_only {
        reasons.push(Reason::OwnAccountOnly);
    }
    if own_policy && !named {
        reasons.push(Reason::ResourcePolicySilent);
    } else if own_policy && !facts.identity_allows && !facts.root {
        reasons.push(Reason::IdentitySilent);
    } else if !own_policy && !facts.root && !facts.identity_allows && !facts.resource_entity && !facts.resource_direct {
        reasons.push(Reason::NothingAllows);
    }
    if !facts.boundary_lets() {
        reasons.push(Reason::BoundarySilent);
    }
    if facts.federated_session && !facts.session_given {
        reasons.push(Reason::FederatedWithoutSessionPolicy);
    } else if !facts.session_lets() {
        reasons.push(Reason::SessionSilent);
    }
    let gates = [
        (LayerKind::Scp, facts.scp_allows),
        (LayerKind::Rcp, facts.rcp_allows),
        (LayerKind::Endpoint, facts.endpoint_allows),
    ];
    let silent: Vec<LayerKind> = gates.into_iter().filter(|(_, allows)| !allows).map(|(kind, _)| kind).collect();
    if !silent.is_empty() {
        reasons.push(Reason::GatesSilent(silent));
    }
    reasons
}
