//! The partitions and accounts that a question must look at.
//!
//! In: a scenario, its documents, a goal. Out: [`Homes`]: each account that a text names and some that none does, and
//! which of them caller and resource can belong to together. Where every text takes an account whole or not at all, all
//! accounts that no text names are alike, so that these are enough; `complete` says whether it is so. Otherwise the
//! engine asks about the other accounts as well.

use std::collections::BTreeSet;

use crate::goal::Goal;
use crate::policy::{ArnPattern, Comparison, Condition, Document, PrincipalEntry, Values};
use crate::scenario::{Principal, ResourceAccount, Scenario};
use crate::symbolic::account::Account;
use crate::symbolic::language::Glob;
use crate::symbolic::shape::PRINCIPAL_ARN;
use crate::vocabulary::account::AccountForm;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::pattern::{Pattern, Reading};
use crate::vocabulary::resource::ResourcePattern;

/// Accounts that stand for ones nobody names.
const FRESH: [&str; 4] = ["111122223333", "444455556666", "777788889999", "222233334444"];

/// Keys whose value is an account.
const ACCOUNT_KEYS: [&str; 2] = ["aws:principalaccount", "aws:resourceaccount"];

/// Partitions and accounts found in the texts of a scenario.
#[derive(Debug, Clone)]
pub(super) struct Homes {
    /// Partitions: the principal's own, or those named, the dialect's own last.
    pub(super) partitions: Vec<String>,
    /// Accounts: those named, then one or two that are not.
    pub(super) accounts: Vec<String>,
    /// Whether no text tells apart two accounts that are not named.
    pub(super) complete: bool,
    /// Whether a text may tell apart partitions that are not among them.
    pub(super) other_partitions: bool,
    /// The account that the principal's own ARN says.
    own_account: Option<String>,
    /// Who owns the resource.
    owner: ResourceAccount,
    /// Whether the principal is a word for callers of the resource's account.
    words: bool,
    /// Whether callers are of another account than the resource.
    outside: bool,
}

/// Looks through a scenario and a goal.
pub(super) fn homes(scenario: &Scenario, documents: &[&Document], goal: &Goal) -> Homes {
    let mut named = Named { form: scenario.dialect.account_form(), ..Named::default() };
    if let Principal::Users { pattern, .. } | Principal::RoleSessions { role: pattern, .. } = &scenario.principal {
        named.arn(pattern, true);
    }
    goal.resource.iter().for_each(|resource| named.resource(&resource.value));
    // What is left out tells accounts apart as well as what is asked about.
    goal.within.iter().flatten().chain(&goal.without).for_each(|place| named.resource(place));
    goal.when.iter().for_each(|condition| named.condition(condition));
    for statement in documents.iter().flat_map(|document| document.statements.iter()) {
        statement.resources.iter().flat_map(|clause| &clause.entries).for_each(|entry| named.resource(&entry.value));
        statement.conditions.iter().for_each(|condition| named.condition(condition));
        for entry in statement.principal.iter().flat_map(|clause| &clause.entries) {
            match &entry.value {
                PrincipalEntry::Account { account, .. } => named.account(account),
                PrincipalEntry::User(text)
                | PrincipalEntry::Role(text)
                | PrincipalEntry::RoleSession(text)
                | PrincipalEntry::FederatedUser(text)
                | PrincipalEntry::Federated(text) => named.arn(text, false),
                _ => {}
            }
        }
    }
    if let ResourceAccount::Id(id) = &scenario.resource_account {
        named.accounts.insert(id.clone());
    }
    // Where nothing is named, the account that readers know from documentation comes first. Caller and resource may
    // both belong to accounts that nobody names, and to different ones.
    let two = scenario.principal == Principal::Outside || scenario.resource_account == ResourceAccount::Any;
    let fresh = FRESH.iter().filter(|fresh| !named.accounts.contains(**fresh)).take(1 + usize::from(two));
    let fresh: Vec<String> = fresh.map(|fresh| (*fresh).to_owned()).collect();
    // The dialect's own partition, too, if the documents speak of another.
    let own = scenario.dialect.name();
    let mut partitions = named.partitions;
    if named.partial_partition {
        partitions.extend(scenario.dialect.partitions().unwrap_or_default().iter().cloned());
    }
    let mut partitions: Vec<String> = partitions.into_iter().filter(|partition| partition != own).collect();
    partitions.push(own.to_owned());
    let (own_partition, own_account) = own_home(&scenario.principal);
    if let Some(partition) = &own_partition {
        partitions = vec![partition.clone()];
    }
    Homes {
        partitions,
        accounts: named.accounts.into_iter().chain(fresh).collect(),
        complete: !named.partial,
        other_partitions: named.partial_partition && scenario.dialect.partitions().is_none() && own_partition.is_none(),
        own_account,
        owner: scenario.resource_account.clone(),
        words: matches!(scenario.principal, Principal::Any | Principal::Root),
        outside: scenario.principal == Principal::Outside,
    }
}

/// The partition and the account that the principal's own ARN says.
fn own_home(principal: &Principal) -> (Option<String>, Option<String>) {
    let plain = |part: &str| (!part.contains(['*', '?'])).then(|| part.to_owned());
    match principal {
        Principal::Caller(caller) => (caller.partition().map(str::to_owned), caller.account().map(str::to_owned)),
        Principal::Users { pattern, .. } | Principal::RoleSessions { role: pattern, .. } => match Arn::parse(pattern) {
            Some(arn) => (plain(arn.partition), plain(arn.account)),
            None => (None, None),
        },
        Principal::Root | Principal::Any | Principal::Outside => (None, None),
    }
}

/// Where a caller and a resource belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    /// The partition of both.
    pub(super) partition: String,
    /// The caller's account.
    pub(super) account: Account,
    /// The resource's account.
    pub(super) owner: Account,
    /// Whether these are two.
    pub(super) cross_account: bool,
}

impl Homes {
    /// Every home with these accounts; with `new`, those that one of them is part of.
    pub(super) fn of(&self, accounts: &[Account], new: Option<&[Account]>) -> Vec<Home> {
        let known = |id: &String| vec![Account::Known(id.clone())];
        let callers = match (&self.own_account, &self.owner) {
            (Some(own), _) => known(own),
            // Callers share the resource's account unless said otherwise.
            (None, ResourceAccount::Id(id)) if self.words => known(id),
            _ => accounts.to_vec(),
        };
        let mut pairs: Vec<(Account, Account, bool)> = Vec::new();
        for caller in callers {
            let owners = match &self.owner {
                ResourceAccount::Id(id) => known(id),
                ResourceAccount::SameAsCaller if !self.outside => vec![caller.clone()],
                ResourceAccount::SameAsCaller | ResourceAccount::Any => accounts.to_vec(),
            };
            if self.owner == ResourceAccount::Any && !self.outside && !owners.contains(&caller) {
                pairs.push((caller.clone(), caller.clone(), false));
            }
            for owner in owners {
                let same = caller == owner;
                if same && !self.outside {
                    pairs.push((caller.clone(), owner.clone(), false));
                }
                // Two open accounts can be one or two.
                let apart = !same || (caller.known().is_none() && self.owner == ResourceAccount::Any);
                if apart || (same && self.outside && caller.known().is_none()) {
                    pairs.push((caller.clone(), owner, true));
                }
            }
        }
        let is_new = |account: &Account| new.is_none_or(|new| new.contains(account));
        pairs.retain(|(caller, owner, _)| is_new(caller) || is_new(owner));
        let in_partition = |partition: &String| {
            let home = |(account, owner, cross_account): &(Account, Account, bool)| Home {
                partition: partition.clone(),
                account: account.clone(),
                owner: owner.clone(),
                cross_account: *cross_account,
            };
            pairs.iter().map(home).collect::<Vec<_>>()
        };
        self.partitions.iter().flat_map(in_partition).collect()
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
