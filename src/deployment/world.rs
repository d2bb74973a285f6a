//! The account and partition that are deployed to, as far as they matter.
//!
//! In: a deployment. Out: [`World`]s. Documents tell accounts and partitions apart only by those that they name, so one that
//! nobody names stands for all others: with each that is named, these are all there are.

use std::collections::BTreeSet;

use crate::deployment::Deployment;
use crate::deployment::node::{Piece, Sort, UnknownId};
use crate::deployment::reading::Values;
use crate::vocabulary::arn::Arn;

/// Accounts of which one is not named.
const ACCOUNTS: [&str; 3] = ["111122223333", "222233334444", "333344445555"];
/// As many worlds as are told apart; a deployment with more is read with account and partition unknown.
const MOST: usize = 12;

/// Where it is deployed; none of either where that is not known, or makes no difference.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct World {
    pub(super) account: Option<String>,
    partition: Option<String>,
}

impl Deployment {
    /// Every world that makes a difference; those of `other` as well, if two are compared.
    pub(super) fn worlds(&self, other: Option<&Self>) -> Vec<World> {
        let (mut accounts, mut partitions) = (BTreeSet::new(), BTreeSet::new());
        let both = || [Some(self), other].into_iter().flatten();
        for policy in both().flat_map(|own| &own.policies) {
            let text = policy.source.slice(policy.node.span);
            let digits = text.split(|own: char| !own.is_ascii_digit());
            accounts.extend(digits.filter(|digits| digits.len() == 12).map(str::to_owned));
            partitions.extend(text.split("arn:").skip(1).filter_map(|rest| Some(rest.split_once(':')?.0.to_owned())));
        }
        if let Some(account) = self.account().or(other.and_then(Self::account)) {
            accounts = BTreeSet::from([account.clone()]);
        }
        let is_told = self.account().is_some() || other.and_then(Self::account).is_some();
        let asks = |sort| both().any(|own| own.unknowns.iter().any(|(_, unknown)| unknown.sort == sort));
        let told = |sort| {
            both().any(|own| own.policies.iter().flat_map(|own| own.unknowns()).any(|id| own.unknowns.sort(id) == sort))
        };
        let accounts = match (is_told, asks(Sort::Account)) {
            (true, _) => accounts.into_iter().map(Some).collect(),
            (false, true) => named(&ACCOUNTS, accounts),
            (false, false) => vec![None],
        };
        let all: Vec<&str> = self.dialect.partitions().unwrap_or_default().iter().map(String::as_str).collect();
        // A pattern may match some partitions and not others.
        let patterned = partitions.iter().any(|own| own.len() > 1 && own.contains(['*', '?']));
        partitions.retain(|own| all.contains(&own.as_str()));
        let mut partitions = match (told(Sort::Partition), patterned) {
            (false, _) => vec![None],
            (true, true) => all.iter().map(|own| Some((*own).to_owned())).collect(),
            (true, false) => named(&all, partitions),
        };
        // What people expect is shown first.
        partitions.sort_by_key(|own| all.iter().position(|known| own.as_deref() == Some(known)));
        let worlds: Vec<World> = accounts
            .iter()
            .flat_map(|account| {
                partitions.iter().map(|partition| World { account: account.clone(), partition: partition.clone() })
            })
            .collect();
        if worlds.len() > MOST { vec![World::default()] } else { worlds }
    }

    /// The account that it is deployed to, where an ARN of one of its principals says it.
    fn account(&self) -> Option<String> {
        let known = self.holders.iter().find_map(|holder| match &holder.arn[..] {
            [Piece::Known(arn)] => Arn::parse(arn).map(|arn| arn.account.to_owned()),
            _ => None,
        });
        known.or_else(|| self.told_account.clone())
    }

    /// What a world says of the deployment's unknowns.
    pub(super) fn in_world(&self, world: &World) -> Values {
        let value = |id: UnknownId, sort| match sort {
            Sort::Account => Some((id, world.account.clone()?)),
            Sort::Partition => Some((id, world.partition.clone()?)),
            Sort::Any | Sort::Word | Sort::Condition => None,
        };
        self.unknowns.iter().filter_map(|(id, own)| value(id, own.sort)).collect()
    }
}

/// One that is not named, then those that are.
fn named(known: &[&str], named: BTreeSet<String>) -> Vec<Option<String>> {
    let fresh = known.iter().find(|own| !named.contains(**own)).map(|own| Some((*own).to_owned()));
    fresh.into_iter().chain(named.into_iter().map(Some)).collect()
}
