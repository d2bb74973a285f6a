//! The partitions and accounts that a question must look at.
//!
//! In: a scenario, its documents, a goal. Out: [`Homes`]: each account that a text names and one that none does. Where
//! every text takes an account whole or not at all, all accounts that no text names are alike, so that these are
//! enough; `complete` says whether it is so. Otherwise the engine asks about the other accounts as well.

use std::collections::BTreeSet;

use crate::goal::Goal;
use crate::policy::{ArnPattern, Comparison, Condition, Document, PrincipalEntry, Values};
use crate::scenario::{Principal, ResourceAccount, Scenario};
use crate::symbolic::language::Glob;
use crate::symbolic::shape::PRINCIPAL_ARN;
use crate::vocabulary::account::AccountForm;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::pattern::{Pattern, Reading};
use crate::vocabulary::resource::ResourcePattern;

/// Accounts that stand for one nobody names.
const FRESH: [&str; 3] = ["111122223333", "444455556666", "777788889999"];

/// Keys whose value is an account.
const ACCOUNT_KEYS: [&str; 2] = ["aws:principalaccount", "aws:resourceaccount"];

/// Partitions and accounts found in the texts of a scenario.
#[derive(Debug, Clone, Default)]
pub(super) struct Homes {
    /// Partitions, the dialect's own last.
    pub(super) partitions: Vec<String>,
    /// Accounts: those named, then one that is not.
    pub(super) accounts: Vec<String>,
    /// Whether no text tells apart two accounts that are not named.
    pub(super) complete: bool,
    /// Whether a text may tell apart partitions that are not among them.
    pub(super) other_partitions: bool,
}

/// Looks through a scenario and a goal.
pub(super) fn homes(scenario: &Scenario, documents: &[&Document], goal: &Goal) -> Homes {
    let mut named = Named { form: scenario.dialect.account_form(), ..Named::default() };
    if let Principal::Users(pattern) | Principal::RoleSessions(pattern) = &scenario.principal {
        named.arn(pattern, true);
    }
    goal.resource.iter().for_each(|resource| named.resource(&resource.value));
    goal.when.iter().for_each(|condition| named.condition(condition));
    for statement in documents.iter().flat_map(|document| &document.statements) {
        statement.resources.iter().flat_map(|clause| &clause.entries).for_each(|entry| named.resource(&entry.value));
        statement.conditions.iter().for_each(|condition| named.condition(condition));
        for entry in statement.principal.iter().flat_map(|clause| &clause.entries) {
            match &entry.value {
                PrincipalEntry::Account { account, .. } => named.account(account),
                PrincipalEntry::User(text)
                | PrincipalEntry::Role(text)
                | PrincipalEntry::RoleSession(text)
                | PrincipalEntry::FederatedUser(text) => named.arn(text, false),
                _ => {}
            }
        }
    }
    let (accounts, complete) = match &scenario.resource_account {
        ResourceAccount::Id(id) => (vec![id.clone()], true),
        ResourceAccount::SameAsCaller | ResourceAccount::Any => {
            // Where nothing is named, the account that readers know from documentation comes first.
            let fresh = FRESH.iter().find(|fresh| !named.accounts.contains(**fresh)).map(|fresh| (*fresh).to_owned());
            (named.accounts.into_iter().chain(fresh).collect(), !named.partial)
        }
    };
    // The dialect's own partition, too, if the documents speak of another.
    let own = scenario.dialect.name();
    let mut partitions = named.partitions;
    if named.partial_partition {
        partitions.extend(scenario.dialect.partitions().unwrap_or_default().iter().cloned());
    }
    let mut partitions: Vec<String> = partitions.into_iter().filter(|partition| partition != own).collect();
    partitions.push(own.to_owned());
    let other_partitions = named.partial_partition && scenario.dialect.partitions().is_none();
    Homes { partitions, accounts, complete, other_partitions }
}

impl Homes {
    /// Every account in every partition.
    pub(super) fn all(&self) -> impl Iterator<Item = (&String, &String)> {
        self.partitions.iter().flat_map(|partition| self.accounts.iter().map(move |account| (partition, account)))
    }
}

/// What the texts name.
#[derive(Default)]
struct Named {
    form: AccountForm,
    partitions: BTreeSet<String>,
    accounts: BTreeSet<String>,
    /// A pattern may match a part of an account.
    partial: bool,
    /// A pattern may match a part of a partition.
    partial_partition: bool,
}

impl Named {
    fn resource(&mut self, pattern: &ResourcePattern) {
        if let ResourcePattern::Arn(pattern) = pattern {
            self.arn(pattern.as_str(), true);
            self.variables(pattern, false);
        }
    }

    fn condition(&mut self, condition: &Condition) {
        let key = &condition.key.value;
        let holds_account = ACCOUNT_KEYS.contains(&key.folded());
        match &condition.values {
            Values::Text(patterns) => {
                let comparison = condition.operator.value.comparison();
                let like = comparison == Some(Comparison::StringLike);
                let folded = comparison == Some(Comparison::StringEqualsIgnoreCase);
                for pattern in patterns {
                    self.variables(&pattern.value, holds_account);
                    let text = pattern.value.as_str();
                    if holds_account && like && text.contains(['*', '?']) {
                        self.partial |= !text.chars().all(|c| c == '*');
                        self.ids(text);
                    } else if holds_account {
                        self.account(text);
                    } else if folded {
                        // The front of an ARN is in lower case, whatever the text is.
                        self.arn(&text.to_lowercase(), false);
                        self.partial |= self.form == AccountForm::Opaque && key.folded() == PRINCIPAL_ARN;
                    } else {
                        self.arn(text, like && key.folded() == PRINCIPAL_ARN);
                    }
                }
            }
            Values::Arn(patterns) => patterns.iter().for_each(|pattern| {
                if let ArnPattern::Parts(parts) = &pattern.value {
                    let texts: Vec<&str> = parts.iter().map(Pattern::as_str).collect();
                    self.arn(&texts.join(":"), key.folded() == PRINCIPAL_ARN);
                    parts.iter().for_each(|part| self.variables(part, false));
                }
            }),
            _ => {}
        }
    }

    /// A variable that holds an account ties fields in ways that these lists do not follow; alone it is a value of a key
    /// that holds the same account.
    fn variables(&mut self, pattern: &Pattern, holds_account: bool) {
        let holds = |key: &ContextKey| ACCOUNT_KEYS.contains(&key.folded()) || key.folded() == PRINCIPAL_ARN;
        let alone = pattern.glyphs().len() == 1 && holds_account;
        self.partial |= !alone && pattern.variables().any(|variable| holds(&variable.key));
    }

    /// An ARN, or a pattern of ARNs whose wildcards may meet an account.
    fn arn(&mut self, text: &str, compared: bool) {
        let parts: Vec<&str> = text.split(':').collect();
        let wild = |part: &str| part.contains(['*', '?']);
        let whole = |part: &&str| !wild(part) || part.chars().all(|c| c == '*');
        // The first five colons of a pattern match no earlier ones of a text: a wildcard behind them meets no account.
        let plain = match parts.first() {
            Some(&"arn") => parts.iter().take(5).all(whole),
            _ => parts.len() == 1 && parts.iter().all(whole),
        };
        if let &["arn", partition, _, _, account, _, ..] = parts.as_slice() {
            if !partition.is_empty() && !wild(partition) && !partition.contains('$') {
                self.partitions.insert(partition.to_owned());
            }
            if !wild(account) && !account.contains('$') {
                self.account(account);
            }
        }
        if compared && !plain && (wild(text) || parts.first() == Some(&"arn")) {
            self.partial = true;
            self.partial_partition |=
                parts.get(1).is_none_or(|partition| !whole(partition) || parts.first() != Some(&"arn"));
            self.ids(text);
        }
        if compared {
            // A wildcard before it may take the place of a part, so that another part meets the account.
            let behind = parts.iter().take(5).skip_while(|part| !wild(part));
            behind.filter(|part| !wild(part)).for_each(|part| self.account(part));
        }
    }

    /// Accounts that a text holds somewhere.
    fn ids(&mut self, text: &str) {
        if self.form != AccountForm::Opaque {
            text.split(|c: char| !c.is_ascii_digit()).for_each(|run| self.account(run));
        }
    }

    fn account(&mut self, text: &str) {
        if self.form.fits(text) {
            self.accounts.insert(text.to_owned());
        }
    }
}

/// Whether a part of a caller's pattern matches a text.
pub(super) fn matches_part(pattern: &str, text: &str) -> bool {
    let reading = Reading { wildcards: true, variables: false };
    let glob = Pattern::read(pattern, reading).ok().and_then(|pattern| Glob::from_glyphs(pattern.glyphs()));
    glob.is_some_and(|glob| glob.contains(text))
}
