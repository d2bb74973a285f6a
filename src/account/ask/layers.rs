//! The layers of a principal at a place.
//!
//! In: a principal, a place. Out: the [`Scenario`] whose requests a question is about, its documents as the goal sees
//! them. Trusted for: no layer of the principal, the place or the organization is left out.

use crate::account::ask::key::observes;
use crate::account::ask::{AskError, Query, Slice, Where};
use crate::account::organization::{Binding, Levels};
use crate::account::place::Place;
use crate::account::policy::PolicyId;
use crate::account::subject::Subject;
use crate::goal::Goal;
use crate::policy::{self, Document, DocumentKind};
use crate::query::reach::ReachError;
use crate::query::slice;
use crate::scenario::{Layer, ResourceAccount, Scenario};
use crate::source::Source;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::dialect::{Dialect, Exception, ExceptionKind};

impl Query<'_> {
    /// The principal's scenario without any policy.
    pub(super) fn bare(&self, subject: &Subject<'_>) -> Scenario {
        Scenario {
            dialect: self.accounts.dialect,
            principal: subject.principal.clone(),
            stored: subject.stored.clone(),
            identity: Layer::None,
            boundary: Layer::None,
            session: Layer::None,
            scps: Layer::None,
            rcps: Layer::None,
            resource: Layer::None,
            endpoint: Layer::None,
            resource_account: ResourceAccount::SameAsCaller,
            rulings: self.rulings,
        }
    }

    /// The principal's layers at a place of the accounts; none: where no resource has a policy of its own.
    ///
    /// # Errors
    /// A document that cannot be read.
    pub fn layers(&self, subject: &Subject<'_>, place: Option<usize>) -> Result<Scenario, AskError> {
        self.scenario(subject, place.map_or(Where::Anywhere, Where::At))
    }

    /// The principal's scenario at a place.
    pub(super) fn scenario(&self, subject: &Subject<'_>, place: Where) -> Result<Scenario, AskError> {
        let at = self.place(place);
        let owner = self.owner(subject, place);
        let delegation = self.delegations.get(&subject.account);
        let resource = match place {
            Where::At(_) => at.map(|place| self.documents(&[place.policy])).transpose()?.unwrap_or_default(),
            Where::Abroad => Vec::new(),
            Where::Anywhere => delegation.and_then(|own| own.keys.clone()).into_iter().collect(),
            Where::Delegating => delegation.and_then(|own| own.roles.clone()).into_iter().collect(),
        };
        let Binding { scps, rcps } = self.binding(subject, place);
        let holder = subject.holder;
        let identity = holder.map(|holder| self.documents(&holder.identity)).transpose()?.unwrap_or_default();
        let boundary = holder.and_then(|holder| holder.boundary).map(|id| self.whole_layer(&[id])).transpose()?;
        let session = subject.session.map(|id| self.whole_layer(&[id])).transpose()?;
        Ok(Scenario {
            // A listing tells what is attached: nothing is no assumption.
            identity: if holder.is_some() { Layer::Given(identity) } else { Layer::None },
            boundary: boundary.map_or(Layer::None, Layer::Given),
            session: session.map_or(Layer::None, Layer::Given),
            scps: self.levels(scps)?,
            rcps: self.levels(rcps)?,
            resource: given(resource),
            resource_account: match place {
                Where::Abroad => ResourceAccount::Any,
                _ if owner == subject.account => ResourceAccount::SameAsCaller,
                _ => ResourceAccount::Id(owner.to_owned()),
            },
            ..self.bare(subject)
        })
    }

    fn place(&self, place: Where) -> Option<&Place> {
        match place {
            Where::At(number) => self.accounts.places.get(number),
            Where::Anywhere | Where::Delegating | Where::Abroad => None,
        }
    }

    /// Who owns the resources of a place.
    fn owner<'s>(&'s self, subject: &'s Subject<'_>, place: Where) -> &'s str {
        self.place(place).map_or(subject.account.as_str(), |place| place.account.as_str())
    }

    /// The SCPs that bind the principal, the RCPs that bind the place (S8.2).
    pub(super) fn binding(&self, subject: &Subject<'_>, place: Where) -> Binding {
        let of = |account: &str| -> Binding {
            let organization = self.accounts.organization.as_ref();
            organization.and_then(|organization| organization.binding(account)).unwrap_or_default()
        };
        Binding { scps: of(&subject.account).scps, rcps: of(self.owner(subject, place)).rcps }
    }

    fn levels(&self, levels: Levels) -> Result<Layer<Vec<Vec<Document>>>, AskError> {
        let Some(levels) = levels else { return Ok(Layer::None) };
        let levels = levels.iter().map(|level| self.whole_layer(level)).collect::<Result<Vec<_>, _>>()?;
        Ok(Layer::Given(levels))
    }

    /// Documents of a layer that limits by being there: also those that say nothing about the goal.
    fn whole_layer(&self, ids: &[PolicyId]) -> Result<Vec<Document>, AskError> {
        ids.iter().map(|id| Ok(self.slice(*id)?.document.clone())).collect()
    }

    /// Documents that only matter by what they say.
    fn documents(&self, ids: &[PolicyId]) -> Result<Vec<Document>, AskError> {
        let mut documents = self.whole_layer(ids)?;
        documents.retain(|document| !document.statements.is_empty());
        Ok(documents)
    }

    pub(super) fn slice(&self, id: PolicyId) -> Result<&Slice, AskError> {
        let make = || {
            let document = self.accounts.policies.document(id).ok()?;
            let document = if self.sliced { slice::sliced(document, self.goal) } else { document.clone() };
            Some(Slice { observes: observes(&document), document })
        };
        let slice = self.slices.get(id.index()).map(|slice| slice.get_or_init(make));
        slice.and_then(Option::as_ref).ok_or_else(|| {
            let findings = self.accounts.policies.document(id).err().unwrap_or_default();
            AskError::Documents(findings.to_vec())
        })
    }
}

fn given(documents: Vec<Document>) -> Layer<Vec<Document>> {
    if documents.is_empty() { Layer::None } else { Layer::Given(documents) }
}

/// Policies that leave it to the account who may use a resource.
pub(super) struct Delegation {
    /// Of a key; none where the goal is about no key.
    pub(super) keys: Option<Document>,
    /// Of a role; none where the goal is not to assume one.
    roles: Option<Document>,
}

impl Delegation {
    /// Those of the account of an ARN, for the actions that a goal may mean.
    pub(super) fn of(arn: &str, dialect: &Dialect, goal: &Goal) -> Result<Self, AskError> {
        let root = Arn::parse(arn).map(|arn| format!("arn:{}:iam::{}:root", arn.partition, arn.account));
        let policy = |kind: ExceptionKind| {
            let asked = |own: &&Exception| {
                own.kind == kind && goal.actions.iter().any(|asked| slice::overlap(&asked.value, &own.action))
            };
            let of_kind = dialect.exceptions().iter().filter(asked);
            let actions: Vec<&str> = of_kind.map(|exception| exception.action.as_str()).collect();
            if actions.is_empty() {
                return Ok(None);
            }
            let statement = serde_json::json!({ "Effect": "Allow", "Principal": { "AWS": root }, "Action": actions });
            let text = serde_json::json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
            let source = Source::new("<policy that leaves it to the account>", text);
            let parsed = policy::parse(&source, DocumentKind::Resource).map(|(document, _)| Some(document));
            parsed.map_err(|refusal| AskError::from(ReachError::Internal(refusal.to_string())))
        };
        Ok(Self { keys: policy(ExceptionKind::KeyPolicy)?, roles: policy(ExceptionKind::RoleTrust)? })
    }
}
