//! Scenarios and assertions in which one document is changed.
//!
//! In: where the document is kept, and what it is changed to. Out: the same with that document changed wherever it
//! bears, also where it is two layers at once; none where it does not bear.

use std::sync::Arc;

use crate::account::Accounts;
use crate::account::policy::PolicyId;
use crate::policy::Document;
use crate::scenario::{Layer, Scenario};
use crate::suite::mutant::{Home, Mutant};
use crate::suite::setting::{Listed, Setting, What};
use crate::suite::{Assertion, Claim};
use crate::vocabulary::arn::Arn;

/// The documents of a scenario that its authors can change: not those that AWS keeps.
pub(super) fn documents(setting: &Setting) -> Vec<&Document> {
    match &setting.what {
        What::Layers(scenario) => scenario.documents(),
        What::Account(listed) => {
            let policies = &listed.accounts.policies;
            own(&listed.accounts).into_iter().filter_map(|id| policies.document(id).ok()).collect()
        }
        // They are made by what is not under test here.
        What::Deployed(_) => Vec::new(),
    }
}

/// The documents of accounts that decide something now and are kept there.
fn own(accounts: &Accounts) -> Vec<PolicyId> {
    let managed = accounts.inventory.managed.iter();
    let of_aws = |arn: &str| Arn::parse(arn).is_some_and(|arn| arn.account == "aws");
    let theirs: Vec<PolicyId> = managed
        .filter(|(arn, _)| of_aws(arn))
        .flat_map(|(_, versions)| versions.all.iter().map(|(_, id)| *id).chain([versions.default]))
        .collect();
    accounts.policies.ids().filter(|id| accounts.policies.decides(*id) && !theirs.contains(id)).collect()
}

/// The documents of accounts that are kept at a place: one file may be given twice.
pub(super) fn kept(accounts: &Accounts, home: &Home) -> Vec<PolicyId> {
    let is_at = |id: &PolicyId| accounts.policies.document(*id).is_ok_and(|document| Home::of(document) == *home);
    own(accounts).into_iter().filter(is_at).collect()
}

/// A scenario with a mutant.
pub(super) fn setting(own: &Setting, mutant: &Mutant) -> Option<Setting> {
    let what = match &own.what {
        What::Layers(scenario) => What::Layers(Box::new(changed(scenario, mutant)?)),
        What::Account(listed) => {
            let kept = kept(&listed.accounts, &mutant.home);
            let mut accounts = Accounts::clone(&listed.accounts);
            for id in &kept {
                let document = listed.accounts.policies.document(*id).ok()?;
                accounts.policies.replace(*id, mutant.apply(document));
            }
            let accounts = Some(Arc::new(accounts)).filter(|_| !kept.is_empty())?;
            What::Account(Box::new(Listed { accounts, ..Listed::clone(listed) }))
        }
        What::Deployed(_) => return None,
    };
    Some(Setting { what, ..own.clone() })
}

fn changed(scenario: &Scenario, mutant: &Mutant) -> Option<Scenario> {
    let mut own = scenario.clone();
    let mut found = false;
    let mut change = |documents: &mut Vec<Document>| {
        for document in documents.iter_mut().filter(|document| Home::of(document) == mutant.home) {
            *document = mutant.apply(document);
            found = true;
        }
    };
    for layer in [&mut own.identity, &mut own.boundary, &mut own.session, &mut own.resource, &mut own.endpoint] {
        if let Layer::Given(documents) = layer {
            change(documents);
        }
    }
    for layer in [&mut own.scps, &mut own.rcps] {
        if let Layer::Given(levels) = layer {
            levels.iter_mut().for_each(&mut change);
        }
    }
    found.then_some(own)
}

/// A comparison with a mutant.
pub(super) fn assertion(own: &Assertion, mutant: &Mutant) -> Option<Assertion> {
    let Claim::Compare { expected, pair } = &own.claim else { return None };
    let mut pair = pair.clone();
    let mut found = false;
    for document in [&mut pair.old, &mut pair.new] {
        if Home::of(document) == mutant.home {
            *document = mutant.apply(document);
            found = true;
        }
    }
    found.then(|| Assertion { claim: Claim::Compare { expected: expected.clone(), pair }, ..own.clone() })
}
