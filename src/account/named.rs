//! Whom the policies of places name in an Allow.
//!
//! In: the places' documents. Out: for a principal, the places that may grant something which its own policies do not.
//! Trusted for: a place that is not among them grants the principal nothing directly.

use std::collections::HashMap;

use crate::account::place::Place;
use crate::account::subject::Subject;
use crate::policy::{Document, Effect, PrincipalEntry};
use crate::scenario::Stored;
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;

/// Places by whom they name.
#[derive(Debug, Default)]
pub(super) struct Named {
    arns: HashMap<String, Vec<usize>>,
    /// Sessions of a role, by account and the role's name.
    sessions: HashMap<(String, String), Vec<usize>>,
    accounts: HashMap<String, Vec<usize>>,
    everybody: Vec<usize>,
    /// Roles, listed or not, whose policy names their own account, by account.
    delegating: HashMap<String, Vec<usize>>,
}

impl Named {
    /// Adds a place; of the same account, to name the account grants nothing but to assume a role (S5.4, S7.2).
    pub(super) fn add(&mut self, number: usize, place: &Place, document: &Document) {
        let allows = document.statements.iter().filter(|statement| statement.effect == Effect::Allow);
        let entries = allows.filter_map(|statement| statement.principal.as_ref()).flat_map(|clause| &clause.entries);
        let put = |list: &mut Vec<usize>| {
            if list.last() != Some(&number) {
                list.push(number);
            }
        };
        for entry in entries {
            match &entry.value {
                PrincipalEntry::Everybody => put(&mut self.everybody),
                PrincipalEntry::Account { account, .. } => {
                    put(self.accounts.entry(account.clone()).or_default());
                    if *account == place.account && is_role(place) {
                        put(self.delegating.entry(account.clone()).or_default());
                    }
                }
                PrincipalEntry::User(arn) | PrincipalEntry::Role(arn) => put(self.arns.entry(arn.clone()).or_default()),
                PrincipalEntry::RoleSession(arn) => {
                    let parsed = Arn::parse(arn);
                    let role = parsed.and_then(|arn| arn.resource_of("assumed-role")?.split('/').next());
                    let account = parsed.map_or("", |arn| arn.account);
                    let key = (account.to_owned(), role.unwrap_or_default().to_owned());
                    put(self.sessions.entry(key).or_default());
                }
                PrincipalEntry::FederatedUser(arn) | PrincipalEntry::Federated(arn) => {
                    put(self.arns.entry(arn.clone()).or_default());
                }
                // Nobody who is asked about.
                PrincipalEntry::Service(_) | PrincipalEntry::Nobody { .. } => {}
                // Whose canonical id it is, nobody says: it may be any account's.
                PrincipalEntry::CanonicalUser(_) => put(&mut self.everybody),
            }
        }
    }

    /// The places that may grant something to a principal directly, ascending.
    pub(super) fn of(&self, subject: &Subject<'_>, places: &[Place]) -> Vec<usize> {
        let mut found = self.everybody.clone();
        let own = subject.holder.map_or(subject.arn.as_str(), |holder| holder.arn.as_str());
        if let Stored::As(stored) = &subject.stored {
            found.extend(self.arns.get(stored).into_iter().flatten());
        }
        found.extend([own, &subject.arn].into_iter().filter_map(|arn| self.arns.get(arn)).flatten());
        if let Some((front, _)) = own.split_once('*') {
            // Whoever has a name of the pattern.
            found.extend(self.arns.iter().filter(|(arn, _)| arn.starts_with(front)).flat_map(|(_, places)| places));
            found.extend(
                self.sessions.iter().filter(|((account, _), _)| *account == subject.account).flat_map(|(_, own)| own),
            );
        }
        if subject.kind == CallerKind::RoleSession {
            let name = Arn::parse(own).map_or("", |arn| friendly_name(arn.resource)).to_owned();
            found.extend(self.sessions.get(&(subject.account.clone(), name)).into_iter().flatten());
        }
        let across = |number: &&usize| places.get(**number).is_some_and(|place| place.account != subject.account);
        let root = subject.kind == CallerKind::Root;
        let accounts = self.accounts.get(&subject.account);
        found.extend(accounts.into_iter().flatten().filter(|number| root || across(number)));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The roles of an account whose trust policy leaves it to the account who assumes them, ascending.
    pub(super) fn delegating(&self, account: &str) -> &[usize] {
        self.delegating.get(account).map_or(&[], Vec::as_slice)
    }
}

/// Whether a place is a role, of a listing or of the file of resource policies.
fn is_role(place: &Place) -> bool {
    let role =
        || Arn::parse(&place.resource).is_some_and(|arn| arn.service == "iam" && arn.resource_of("role").is_some());
    place.trust || role()
}
