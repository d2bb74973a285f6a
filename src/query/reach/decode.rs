//! From the values of fields to a request, and its replay by the concrete evaluator.
//!
//! In: a draft, the shape and the profile it was found for. Out: who asks for what, as [`Drawn`]; and of that a
//! [`Counterexample`], only if the evaluator allows the request in the scenario with its unknown layers granting as
//! little as they must.

use indexmap::{IndexMap, IndexSet};

use crate::evaluate::decide::Decision;
use crate::evaluate::{Outcome, evaluate};
use crate::policy::{self, Document, DocumentKind, Effect};
use crate::query::reach::ReachError;
use crate::request::{Context, ContextValue, Request};
use crate::scenario::{Caller, Layer, Principal, ResourceAccount, Scenario, Tags};
use crate::source::Source;
use crate::symbolic::encode::RESOURCE;
use crate::symbolic::realise::{Draft, FieldValue};
use crate::symbolic::shape::{ISSUER, Known, PRINCIPAL_ARN, PRINCIPAL_TAG, SESSION, Shape, USERNAME};
use crate::symbolic::universe::{Profile, Universe};
use crate::symbolic::user_id::{USER_ID, session_of};
use crate::verdict::{Counterexample, Place};
use crate::vocabulary::action::Action;
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::layer::LayerKind;

/// A request with its caller, not replayed yet.
pub(in crate::query) struct Drawn {
    pub(in crate::query) caller: Caller,
    pub(in crate::query) request: Request,
    pub(in crate::query) listed: bool,
    pub(in crate::query) resource_account: String,
}

impl Drawn {
    /// What is shown of it without a replay.
    pub(in crate::query) fn unreplayed(self) -> Counterexample {
        let Self { caller, request, listed, resource_account } = self;
        Counterexample { caller, request, listed, resource_account, trace: Vec::new(), assumed: Vec::new() }
    }
}

/// Turns a draft into a request.
pub(super) fn decode(
    shape: &Shape,
    universe: &Universe,
    profile: &Profile,
    asked: &IndexSet<ContextKey>,
    draft: &Draft,
) -> Result<Drawn, ReachError> {
    let internal = |reason: &str| ReachError::Internal(reason.to_owned());
    let text_of = |name: &str| match draft.get(name) {
        Some(FieldValue::One(text)) => Some(text.as_str()),
        _ => None,
    };
    let resource = text_of(RESOURCE).ok_or_else(|| internal("the draft has no resource"))?;
    let unit = profile.units.iter().find(|unit| unit.form.resources.contains(resource)).or(profile.units.first());
    let candidate = unit.and_then(|unit| universe.candidates().get(unit.candidate));
    let candidate = candidate.ok_or_else(|| internal("the profile has no action"))?;
    let mut context = Context::default();
    // What the draft says of a tag is the session's own value.
    let mut tags = shape.tags.clone();
    for (name, value) in draft {
        let pseudo = [RESOURCE, SESSION, ISSUER].contains(&name.as_str()) || name.starts_with('=');
        // What a service's own keys are, only the request says (S11.1).
        let follows = shape.known(&ContextKey::new(name.as_str())).is_some_and(|known| known != Known::Open);
        if pseudo || follows && !name.starts_with(PRINCIPAL_TAG) {
            continue;
        }
        let key =
            asked.iter().find(|key| key.folded() == name).cloned().unwrap_or_else(|| ContextKey::new(name.as_str()));
        if let (Some(_), FieldValue::One(text)) = (key.member_of(PRINCIPAL_TAG), value) {
            let (_, tag) = key.as_str().split_once('/').unwrap_or_default();
            tags.insert(ContextKey::new(tag), text.clone());
            continue;
        }
        let value = match value {
            FieldValue::One(text) => ContextValue::Single(text.clone()),
            FieldValue::List(values) => ContextValue::List(values.clone()),
        };
        context.insert(key, value).map_err(|error| internal(&error.to_string()))?;
    }
    let caller = caller(shape, draft, tags);
    let request = Request { action: Action::clone(&candidate.action), resource: resource.to_owned(), context };
    let resource_account = shape.resource_account.text().to_owned();
    Ok(Drawn { caller, request, listed: candidate.listed.is_some(), resource_account })
}

/// The caller that the draft describes.
fn caller(shape: &Shape, draft: &Draft, tags: IndexMap<ContextKey, String>) -> Caller {
    let text_of = |name: &str| match draft.get(name) {
        Some(FieldValue::One(text)) => Some(text.clone()),
        _ => None,
    };
    let (partition, account) = (&shape.partition, shape.account.text());
    if let Some(exact) = &shape.exact {
        let mut caller = exact.clone();
        if !matches!(caller.tags, Tags::Exact(_)) {
            caller.tags = Tags::Exact(tags);
        }
        if caller.kind == CallerKind::RoleSession && caller.issuer.is_none() {
            let name = caller.session_role_name().unwrap_or_default();
            let role = format!("arn:{partition}:iam::{account}:role/{name}");
            caller.issuer = Some(text_of(PRINCIPAL_ARN).unwrap_or(role));
        }
        if caller.kind == CallerKind::Federated && caller.issuer.is_none() {
            caller.issuer = text_of(ISSUER);
        }
        return caller;
    }
    let tags = Tags::Exact(tags);
    let name = text_of(USERNAME).unwrap_or_else(|| "example".to_owned());
    let own = |kind: &str| {
        // A pattern of callers may not fit the default name.
        let plain = format!("arn:{partition}:iam::{account}:{kind}/{name}");
        text_of(PRINCIPAL_ARN).unwrap_or_else(|| match &shape.pattern {
            Some(pattern) if !pattern.contains(&plain) => {
                let pick = crate::symbolic::field::solve(&[pattern], &[], &Default::default(), Default::default());
                match pick {
                    crate::symbolic::field::FieldAnswer::Witness(arn) => arn,
                    _ => plain,
                }
            }
            _ => plain,
        })
    };
    let user_id = text_of(USER_ID);
    match shape.kind {
        CallerKind::RoleSession => {
            let session = text_of(SESSION);
            let from_session =
                session.as_deref().and_then(|arn| Arn::parse(arn)?.resource_of("assumed-role")?.split('/').next());
            let role = match (text_of(PRINCIPAL_ARN), from_session) {
                (None, Some(role)) => format!("arn:{partition}:iam::{account}:role/{role}"),
                _ => own("role"),
            };
            let role_name = Arn::parse(&role).map_or("example", |arn| friendly_name(arn.resource)).to_owned();
            let name = user_id.as_deref().and_then(session_of).unwrap_or("example-session");
            let arn =
                session.unwrap_or_else(|| format!("arn:{partition}:sts::{account}:assumed-role/{role_name}/{name}"));
            Caller { arn, kind: shape.kind, tags, issuer: Some(role) }
        }
        CallerKind::Federated => {
            let arn = text_of(PRINCIPAL_ARN);
            let name = user_id.as_deref().and_then(session_of).unwrap_or("example");
            let arn = arn.unwrap_or_else(|| format!("arn:{partition}:sts::{account}:federated-user/{name}"));
            let issuer = text_of(ISSUER).unwrap_or_else(|| format!("arn:{partition}:iam::{account}:user/example"));
            Caller { arn, kind: shape.kind, tags, issuer: Some(issuer) }
        }
        CallerKind::Root => {
            Caller { arn: format!("arn:{partition}:iam::{account}:root"), kind: shape.kind, tags, issuer: None }
        }
        _ => Caller { arn: own("user"), kind: shape.kind, tags, issuer: None },
    }
}

/// Evaluates a request with unknown layers granting, and keeps what decided.
///
/// # Errors
/// The evaluator does not allow it.
pub fn replay(
    scenario: &Scenario,
    caller: Caller,
    request: Request,
    listed: bool,
    account: &str,
) -> Result<Counterexample, ReachError> {
    let mut granting = scenario.clone();
    granting.principal = Principal::Caller(caller.clone());
    let mut assumed = Vec::new();
    let federated = caller.kind == CallerKind::Federated;
    let allow = |kind: DocumentKind| assumed_document(kind, &caller).map(|document| Layer::Given(vec![document]));
    granting.resource_account = ResourceAccount::Id(account.to_owned());
    if scenario.boundary.is_any() {
        granting.boundary = Layer::None;
    }
    if scenario.scps.is_any() || scenario.principal == Principal::Outside {
        granting.scps = Layer::None;
    }
    if scenario.rcps.is_any() {
        granting.rcps = Layer::None;
    }
    if scenario.endpoint.is_any() {
        granting.endpoint = Layer::None;
    }
    if scenario.session.is_any() {
        granting.session = if federated { allow(DocumentKind::Session)? } else { Layer::None };
    }
    // The least that must grant: identity policies alone, resource policies alone, then both.
    let mut attempts: Vec<(bool, bool)> = vec![(false, false)];
    if scenario.identity.is_any() {
        attempts.push((true, false));
    }
    if scenario.resource.is_any() {
        attempts.push((false, true));
    }
    attempts.push((true, true));
    let mut last = String::from("nothing");
    for (identity, resource) in attempts {
        granting.identity = match &scenario.identity {
            Layer::Any if identity => allow(DocumentKind::Identity)?,
            Layer::Any => Layer::None,
            other => other.clone(),
        };
        granting.resource = match &scenario.resource {
            Layer::Any if resource => allow(DocumentKind::Resource)?,
            Layer::Any => Layer::None,
            other => other.clone(),
        };
        let outcome = evaluate(&granting, &request).map_err(|error| ReachError::Internal(error.to_string()))?;
        let Outcome::Decided(decision, trace) = outcome else {
            return Err(ReachError::Internal("the evaluator skips the request".to_owned()));
        };
        if decision != Some(Decision::Allow) {
            last = decision.map_or("unknown", Decision::as_str).to_owned();
            continue;
        }
        if identity && scenario.identity.is_any() {
            assumed.push(LayerKind::Identity);
        }
        if resource && scenario.resource.is_any() {
            assumed.push(LayerKind::Resource);
        }
        let places = trace.layers.iter().flat_map(|layer| {
            layer
                .applying(Effect::Allow)
                .map(|statement| Place::of(layer.slot.kind, statement.document, statement.statement))
                .collect::<Vec<_>>()
        });
        let trace = places.collect();
        let resource_account = account.to_owned();
        return Ok(Counterexample { caller, request, listed, resource_account, trace, assumed });
    }
    let written = format!("{caller:?}\n{request:?}");
    Err(ReachError::Disagreement { decision: last, request: written })
}

/// The document that an unknown layer is assumed to hold: it allows everything, to the caller itself.
fn assumed_document(kind: DocumentKind, caller: &Caller) -> Result<Document, ReachError> {
    let mut statement = serde_json::json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    if kind == DocumentKind::Resource
        && let Some(object) = statement.as_object_mut()
    {
        let who = match caller.kind {
            CallerKind::Anonymous => serde_json::json!("*"),
            CallerKind::Service => serde_json::json!({ "Service": caller.arn }),
            _ => serde_json::json!({ "AWS": caller.arn }),
        };
        object.insert("Principal".to_owned(), who);
    }
    let text = serde_json::json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    let source = Source::new(
        format!("<assumed {} policy>", if kind == DocumentKind::Resource { "resource" } else { "identity" }),
        text,
    );
    let parsed = policy::parse(&source, kind).map(|(document, _)| document);
    parsed.map_err(|refusal| ReachError::Internal(refusal.to_string()))
}
