//! The shapes of callers that a scenario's principal stands for.
//!
//! A question about "any" caller is asked for each kind that can carry the scenario's layers, in each account that the
//! documents name and in one that they do not: whoever the caller is, its account is one of these to every literal and
//! to every `*` of the documents (S11.4.1).

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::goal::Goal;
use crate::policy::{ArnPattern, Condition, Document, PrincipalEntry, Values};
use crate::query::reach::ReachError;
use crate::scenario::{Caller, Layer, Principal, ResourceAccount, Scenario, Tags};
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::shape::Shape;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::layer::LayerKind;
use crate::vocabulary::resource::ResourcePattern;

/// Accounts that stand for one nobody names.
const FRESH: [&str; 3] = ["111122223333", "444455556666", "777788889999"];

/// The shapes of a scenario's callers.
///
/// # Errors
/// The principal is of a kind whose law is not supported yet.
pub(super) fn shapes(scenario: &Scenario, documents: &[&Document], goal: &Goal) -> Result<Vec<Shape>, ReachError> {
    let exact = |caller: &Caller| {
        // A service or an anonymous caller has no home: the resource's is taken.
        let home = homes(scenario, documents, goal).into_iter().next().unwrap_or_default();
        let own = |part: Option<&str>, other: String| part.map_or(other, str::to_owned);
        Shape {
            kind: caller.kind,
            partition: own(caller.partition(), home.0),
            account: own(caller.account(), home.1),
            exact: Some(caller.clone()),
            pattern: None,
        }
    };
    match &scenario.principal {
        Principal::Caller(caller) => Ok(vec![exact(caller)]),
        Principal::Users(pattern) => Ok(of_pattern(scenario, documents, goal, pattern, CallerKind::User)),
        Principal::RoleSessions(pattern) => Ok(of_pattern(scenario, documents, goal, pattern, CallerKind::RoleSession)),
        Principal::Root => Ok(of_kinds(scenario, documents, goal, &[CallerKind::Root])),
        Principal::Any => Ok(of_kinds(scenario, documents, goal, &kinds(scenario))),
        Principal::Outside => Err(ReachError::NotSupported("callers of other accounts (S8)".to_owned())),
    }
}

/// The kinds of callers that can carry every layer that is attached (design section 2).
fn kinds(scenario: &Scenario) -> Vec<CallerKind> {
    let attached = |layer: &Layer<_>| !layer.is_none();
    let carries = |kind: CallerKind, layer: LayerKind| {
        scenario.dialect.callers_of(layer).is_some_and(|callers| callers.contains(&kind))
    };
    let fits = |kind: &CallerKind| {
        scenario.dialect.callers().contains(kind)
            && (scenario.identity.given().is_none() || carries(*kind, LayerKind::Identity))
            && (scenario.boundary.given().is_none() || carries(*kind, LayerKind::Boundary))
            && (scenario.session.given().is_none() || carries(*kind, LayerKind::Session))
    };
    let mut kinds: Vec<CallerKind> =
        [CallerKind::User, CallerKind::RoleSession, CallerKind::Federated].into_iter().filter(|k| fits(k)).collect();
    let bare = !attached(&scenario.identity) && !attached(&scenario.boundary) && !attached(&scenario.session);
    if bare {
        let mut others = vec![CallerKind::Root];
        if attached(&scenario.resource) {
            others.extend([CallerKind::Service, CallerKind::Anonymous]);
        }
        kinds.extend(others.into_iter().filter(|kind| fits(kind)));
    }
    kinds
}

fn of_kinds(scenario: &Scenario, documents: &[&Document], goal: &Goal, kinds: &[CallerKind]) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (partition, account) in homes(scenario, documents, goal) {
        for kind in kinds {
            let shape = |exact| Shape {
                kind: *kind,
                partition: partition.clone(),
                account: account.clone(),
                exact,
                pattern: None,
            };
            match kind {
                CallerKind::Anonymous => shapes.push(shape(Some(nameless(*kind, "anonymous")))),
                CallerKind::Service => {
                    shapes.extend(services(documents).iter().map(|name| shape(Some(nameless(*kind, name)))));
                }
                _ => shapes.push(shape(None)),
            }
        }
    }
    shapes
}

/// A caller without ARN.
fn nameless(kind: CallerKind, name: &str) -> Caller {
    Caller { arn: name.to_owned(), kind, tags: Tags::Exact(IndexMap::new()), issuer: None }
}

/// The services that the documents name, and one that they do not.
fn services(documents: &[&Document]) -> BTreeSet<String> {
    let statements = documents.iter().flat_map(|document| &document.statements);
    let entries = statements.flat_map(|statement| &statement.principal).flat_map(|clause| &clause.entries);
    let named = entries.filter_map(|entry| match &entry.value {
        PrincipalEntry::Service(name) => Some(name.clone()),
        _ => None,
    });
    named.chain(["example.amazonaws.com".to_owned()]).collect()
}

fn of_pattern(
    scenario: &Scenario,
    documents: &[&Document],
    goal: &Goal,
    pattern: &str,
    kind: CallerKind,
) -> Vec<Shape> {
    let Some(arn) = Arn::parse(pattern) else { return Vec::new() };
    let wild = |part: &str| part.contains(['*', '?']);
    let homes: Vec<(String, String)> = if wild(arn.partition) || wild(arn.account) {
        homes(scenario, documents, goal)
    } else {
        vec![(arn.partition.to_owned(), arn.account.to_owned())]
    };
    let piece = |character: char| match character {
        '*' => Piece::Many(CharClass::PathCharacters),
        '?' => Piece::One(CharClass::PathCharacters),
        other => Piece::Literal(other),
    };
    homes
        .into_iter()
        .map(|(partition, account)| {
            let prefix = format!("arn:{partition}:iam::{account}:");
            let pieces = prefix.chars().map(Piece::Literal).chain(arn.resource.chars().map(piece));
            Shape { kind, partition, account, exact: None, pattern: Some(Language::new([Glob::new(pieces)])) }
        })
        .collect()
}

/// Partitions and accounts that the scenario names, and ones that it does not.
fn homes(scenario: &Scenario, documents: &[&Document], goal: &Goal) -> Vec<(String, String)> {
    let mut named = Named::default();
    goal.resource.iter().for_each(|resource| named.resource(&resource.value));
    goal.when.iter().for_each(|condition| named.condition(condition));
    for statement in documents.iter().flat_map(|document| &document.statements) {
        statement.resources.iter().flat_map(|clause| &clause.entries).for_each(|entry| named.resource(&entry.value));
        statement.conditions.iter().for_each(|condition| named.condition(condition));
        for entry in statement.principal.iter().flat_map(|clause| &clause.entries) {
            match &entry.value {
                PrincipalEntry::Account { account, .. } => {
                    named.accounts.insert(account.clone());
                }
                PrincipalEntry::User(text)
                | PrincipalEntry::Role(text)
                | PrincipalEntry::RoleSession(text)
                | PrincipalEntry::FederatedUser(text) => named.arn(text),
                _ => {}
            }
        }
    }
    if let ResourceAccount::Id(id) = &scenario.resource_account {
        named.accounts = BTreeSet::from([id.clone()]);
    } else {
        // Where nothing is named, the account that readers know from documentation comes first.
        let fresh = FRESH.iter().find(|fresh| !named.accounts.contains(**fresh));
        named.fresh = fresh.map(|fresh| (*fresh).to_owned());
    }
    // The dialect's own partition, too, if the documents speak of another.
    let own = scenario.dialect.name().to_owned();
    let mut partitions: Vec<String> = named.partitions.into_iter().filter(|partition| *partition != own).collect();
    partitions.push(own);
    let accounts: Vec<String> = named.accounts.into_iter().chain(named.fresh).collect();
    partitions
        .iter()
        .flat_map(|partition| accounts.iter().map(|account| (partition.clone(), account.clone())))
        .collect()
}

/// Partitions and accounts found in documents.
#[derive(Default)]
struct Named {
    partitions: BTreeSet<String>,
    accounts: BTreeSet<String>,
    fresh: Option<String>,
}

impl Named {
    fn resource(&mut self, pattern: &ResourcePattern) {
        if let ResourcePattern::Arn(pattern) = pattern {
            self.arn(pattern.as_str());
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match &condition.values {
            Values::Text(texts) => texts.iter().for_each(|text| self.text(text.value.as_str())),
            Values::Arn(patterns) => patterns.iter().for_each(|pattern| {
                if let ArnPattern::Parts(parts) = &pattern.value {
                    let texts: Vec<&str> = parts.iter().map(|part| part.as_str()).collect();
                    self.arn(&texts.join(":"));
                }
            }),
            _ => {}
        }
    }

    fn arn(&mut self, text: &str) {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let &["arn", partition, _, _, account, ..] = parts.as_slice() else { return };
        if !partition.is_empty() && !partition.contains(['*', '?', '$']) {
            self.partitions.insert(partition.to_owned());
        }
        // AWS's own managed policies belong to no customer.
        if account != "aws" {
            self.account(account);
        }
    }

    /// A text of a condition: an ARN, or an account by itself.
    fn text(&mut self, text: &str) {
        self.arn(text);
        if text.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '?')) {
            self.account(text);
        }
    }

    /// An account, or one that a pattern of accounts matches.
    fn account(&mut self, text: &str) {
        const DIGITS: usize = 12;
        if text.is_empty() || text.contains('$') || !text.contains(|c: char| c.is_ascii_alphanumeric()) {
            return;
        }
        let missing = DIGITS.saturating_sub(text.chars().filter(|c| *c != '*').count());
        let padded = text.replacen('*', &"0".repeat(missing), 1);
        let filled = padded.replace('*', "").replace('?', "0");
        if !text.contains(['*', '?']) || filled.len() == DIGITS {
            self.accounts.insert(filled);
        }
    }
}
