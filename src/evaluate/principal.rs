//! Who a Principal or NotPrincipal element means (S2.3, S13).

use crate::evaluate::truth::Truth;
use crate::policy::{PrincipalClause, PrincipalEntry};
use crate::scenario::{Caller, Stored};
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::ruling::Rulings;

/// At which level an entry names the caller; the level decides what an Allow overrides (S6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// ANY: everybody.
    Any,
    /// ACCOUNT: the caller's account, which only delegates.
    Account,
    /// ENTITY: the role of a session, the user of a federated session.
    Entity,
    /// SELF: the caller itself.
    Own,
}

impl Level {
    /// The level's name in S2.3.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "ANY",
            Self::Account => "ACCOUNT",
            Self::Entity => "ENTITY",
            Self::Own => "SELF",
        }
    }
}

/// A caller held against Principal and NotPrincipal elements.
#[derive(Debug, Clone, Copy)]
pub struct Naming<'a> {
    /// Who calls.
    pub caller: &'a Caller,
    /// Under which ARN policies have stored it (S2.3.6).
    pub stored: &'a Stored,
    /// Whether the caller's user or role has a boundary (S13.2).
    pub boundary: Truth,
    /// Whether the element is in the policy of a VPC endpoint (S2.3.7).
    pub endpoint: bool,
    /// Which readings are taken.
    pub rulings: Rulings,
}

impl Naming<'_> {
    /// Whether the element means the caller, and for a positive one at which levels.
    pub fn matches(self, clause: &PrincipalClause) -> (Truth, Vec<(Level, Truth)>) {
        if clause.negated {
            return (self.not_principal(clause), Vec::new());
        }
        let mut levels: Vec<(Level, Truth)> =
            clause.entries.iter().flat_map(|entry| self.levels(&entry.value)).collect();
        levels.retain(|(_, matched)| *matched != Truth::No);
        (Truth::any(levels.iter().map(|(_, matched)| *matched)), levels)
    }

    fn levels(self, entry: &PrincipalEntry) -> Vec<(Level, Truth)> {
        let mut levels = entry_levels(entry, self.caller, self.stored);
        if self.endpoint && matches!(entry, PrincipalEntry::Account { .. }) && self.caller.kind != CallerKind::Root {
            // At a gateway endpoint an account means its root user only (S2.3.7); which kind it is, nobody says.
            levels.iter_mut().for_each(|(_, matched)| *matched = matched.and(Truth::Unknown));
        }
        levels
    }

    /// Strictly a caller is exempt only if its whole chain is listed, leniently if a link of it is (S13.3, S14.2).
    fn not_principal(self, clause: &PrincipalClause) -> Truth {
        let listed = |link: Level| {
            Truth::any(
                clause
                    .entries
                    .iter()
                    .flat_map(|entry| self.levels(&entry.value))
                    .map(|(level, matched)| if level == link || level == Level::Any { matched } else { Truth::No }),
            )
        };
        let chain: &[Level] = match self.caller.kind {
            CallerKind::User => &[Level::Account, Level::Own],
            CallerKind::RoleSession | CallerKind::Federated => &[Level::Account, Level::Entity, Level::Own],
            CallerKind::Root => &[Level::Account],
            CallerKind::Service => &[Level::Own],
            // Only `*` lists somebody without a name.
            CallerKind::Anonymous => &[Level::Any],
        };
        let links = chain.iter().map(|link| listed(*link));
        let exempt = if self.rulings.is_lenient() { Truth::any(links) } else { Truth::all(links) };
        // S13.2: with a boundary the Deny always means the caller, whatever is listed.
        Truth::any([exempt.negate(), self.boundary])
    }
}

fn entry_levels(entry: &PrincipalEntry, caller: &Caller, stored: &Stored) -> Vec<(Level, Truth)> {
    let own = |arn: &str| Truth::from(caller.arn == arn);
    let is_stored = |arn: &str| stored.is(arn).map(Truth::from);
    match entry {
        PrincipalEntry::Everybody => vec![(Level::Any, Truth::Yes)],
        PrincipalEntry::Account { partition, account } => {
            let matched = caller.account() == Some(account)
                && partition.as_deref().is_none_or(|partition| caller.partition() == Some(partition));
            let matched = Truth::from(matched);
            match caller.kind {
                CallerKind::Root => vec![(Level::Account, matched), (Level::Own, matched)],
                _ => vec![(Level::Account, matched)],
            }
        }
        PrincipalEntry::User(arn) => match caller.kind {
            CallerKind::User => vec![(Level::Own, is_stored(arn).unwrap_or_else(|| own(arn)))],
            CallerKind::Federated => {
                vec![(Level::Entity, is_stored(arn).unwrap_or_else(|| issued_by(caller, arn, None)))]
            }
            _ => Vec::new(),
        },
        PrincipalEntry::Role(arn) => match caller.kind {
            CallerKind::RoleSession => {
                let issued = || issued_by(caller, arn, caller.session_role_name());
                vec![(Level::Entity, is_stored(arn).unwrap_or_else(issued))]
            }
            _ => Vec::new(),
        },
        PrincipalEntry::RoleSession(arn) if caller.kind == CallerKind::RoleSession => vec![(Level::Own, own(arn))],
        PrincipalEntry::FederatedUser(arn) if caller.kind == CallerKind::Federated => vec![(Level::Own, own(arn))],
        PrincipalEntry::Service(name) if caller.kind == CallerKind::Service => vec![(Level::Own, own(name))],
        PrincipalEntry::Federated(name) if caller.kind == CallerKind::Federated => vec![(Level::Own, own(name))],
        // Which account a canonical id belongs to is not an input yet.
        PrincipalEntry::CanonicalUser(_) if caller.account().is_some() => vec![(Level::Account, Truth::Unknown)],
        PrincipalEntry::RoleSession(_)
        | PrincipalEntry::FederatedUser(_)
        | PrincipalEntry::Service(_)
        | PrincipalEntry::Federated(_)
        | PrincipalEntry::CanonicalUser(_)
        | PrincipalEntry::Nobody { .. } => Vec::new(),
    }
}

/// Whether a session comes from a role or user; without issuer its path is not known, so a fitting name may be it.
fn issued_by(caller: &Caller, arn: &str, name: Option<&str>) -> Truth {
    if let Some(issuer) = &caller.issuer {
        return Truth::from(issuer == arn);
    }
    let Some(parsed) = Arn::parse(arn) else { return Truth::No };
    let same_account = caller.account() == Some(parsed.account) && caller.partition() == Some(parsed.partition);
    let same_name = name.is_none_or(|name| name == friendly_name(parsed.resource));
    if same_account && same_name { Truth::Unknown } else { Truth::No }
}
