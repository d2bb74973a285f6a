//! Which principals share an answer.
//!
//! In: a principal's documents as the goal sees them. Out: a [`Key`]; a verdict of another principal with the same key,
//! with its request replayed for this one. Trusted for: documents with the same key say the same of both.

use crate::account::ask::{AskError, Query, Where};
use crate::account::policy::PolicyId;
use crate::account::subject::Subject;
use crate::policy::{Document, PrincipalEntry};
use crate::query::reach::replay;
use crate::scenario::{Caller, Principal, Scenario, Stored, Tags};
use crate::symbolic::encode::keys_of;
use crate::verdict::Verdict;
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;

/// What fixes the answer to a question: principals with the same key share it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    kind: CallerKind,
    account: String,
    service_linked: bool,
    identity: Vec<PolicyId>,
    boundary: Option<PolicyId>,
    session: Option<PolicyId>,
    place: Where,
    without: Vec<usize>,
    /// The principal, where a document looks at who it is.
    own: Option<(String, Stored)>,
}

impl Query<'_> {
    /// What fixes the answer; none where answers are not shared.
    pub(super) fn key(&self, subject: &Subject<'_>, place: Where, without: &[usize]) -> Result<Option<Key>, AskError> {
        let Some(holder) = subject.holder.filter(|_| self.sliced) else { return Ok(None) };
        let mut observed = self.goal_observes();
        let mut identity = Vec::with_capacity(holder.identity.len());
        for id in &holder.identity {
            let slice = self.slice(*id)?;
            observed |= slice.observes;
            if !slice.document.statements.is_empty() {
                identity.push(self.accounts.policies.alike(*id));
            }
        }
        let binding = self.binding(subject, place);
        let levels = [binding.scps, binding.rcps].into_iter().flatten().flatten().flatten();
        let at = match place {
            Where::At(number) => self.accounts.places.get(number).map(|place| place.policy),
            Where::Anywhere | Where::Delegating | Where::Abroad => None,
        };
        for id in holder.boundary.into_iter().chain(levels).chain(at) {
            observed |= self.slice(id)?.observes;
        }
        let service_linked = self.accounts.dialect.service_linked();
        let service_linked =
            service_linked.is_some_and(|path| format!("/{}", holder.path_and_name()).starts_with(path));
        Ok(Some(Key {
            kind: subject.kind,
            account: subject.account.clone(),
            service_linked,
            identity,
            boundary: holder.boundary.map(|id| self.accounts.policies.alike(id)),
            session: subject.session,
            place,
            without: without.to_vec(),
            own: observed.then(|| (format!("{:?}", subject.principal), subject.stored.clone())),
        }))
    }

    fn goal_observes(&self) -> bool {
        keys_of(&[], &self.goal.when).iter().any(is_callers_own)
    }
}

/// The verdict of another principal with the same layers, for this one: its request is replayed.
pub(super) fn adapted(verdict: &Verdict, subject: &Subject<'_>, scenario: &Scenario) -> Option<Verdict> {
    let Some(found) = &verdict.counterexample else { return Some(verdict.clone()) };
    let caller = match &subject.principal {
        Principal::RoleSessions { role, tags, .. } => {
            let arn = Arn::parse(role)?;
            let session = Arn::parse(&found.caller.arn)?.resource.rsplit('/').next()?;
            let name = friendly_name(arn.resource);
            let (partition, account) = (arn.partition, arn.account);
            Caller {
                arn: format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}"),
                kind: CallerKind::RoleSession,
                tags: Tags::Exact(tags.clone()),
                issuer: Some(role.clone()),
            }
        }
        Principal::Caller(caller) => caller.clone(),
        _ => return None,
    };
    let replayed = replay(scenario, caller, found.request.clone(), found.listed, &found.resource_account).ok()?;
    Some(Verdict { counterexample: Some(replayed), ..verdict.clone() })
}

/// Whether a key tells principals of one kind and account apart (S11.1).
fn is_callers_own(key: &ContextKey) -> bool {
    matches!(key.folded(), "aws:principalarn" | "aws:username" | "aws:userid")
        || key.member_of("aws:principaltag/").is_some()
}

/// Whether a document tells principals of one kind and account apart.
pub(super) fn observes(document: &Document) -> bool {
    let names_one =
        |entry: &PrincipalEntry| !matches!(entry, PrincipalEntry::Everybody | PrincipalEntry::Account { .. });
    let mut clauses = document.statements.iter().filter_map(|statement| statement.principal.as_ref());
    clauses.any(|clause| clause.negated || clause.entries.iter().any(|entry| names_one(&entry.value)))
        || keys_of(&[document], &[]).iter().any(is_callers_own)
}
