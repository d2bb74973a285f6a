//! The shapes of callers that a scenario's principal stands for.
//!
//! In: a scenario, the partitions and accounts to look at. Out: a [`Shape`] for each kind of caller that can carry the
//! scenario's layers in each of them (S11.4.1).

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::policy::{Document, PrincipalEntry};
use crate::query::reach::ReachError;
use crate::query::reach::homes::matches_part;
use crate::scenario::{Caller, Layer, Principal, Scenario, Tags};
use crate::symbolic::account::Account;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::shape::Shape;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::layer::LayerKind;

/// A partition and an account.
pub(super) type Home = (String, Account);

/// The shapes of a scenario's callers in these homes. A caller with an account of its own is at home nowhere else.
///
/// # Errors
/// The principal is of a kind whose law is not supported yet.
pub(super) fn shapes(scenario: &Scenario, documents: &[&Document], homes: &[Home]) -> Result<Vec<Shape>, ReachError> {
    match &scenario.principal {
        Principal::Caller(caller) => {
            let own = caller.partition().zip(caller.account());
            let own = own.map(|(partition, account)| (partition.to_owned(), Account::Known(account.to_owned())));
            // A service or an anonymous caller has no home: the resource's is taken.
            let homes = own.map_or_else(|| homes.to_vec(), |own| vec![own]);
            let shape = |(partition, account): Home| Shape {
                kind: caller.kind,
                partition,
                account,
                exact: Some(caller.clone()),
                pattern: None,
            };
            Ok(homes.into_iter().map(shape).collect())
        }
        Principal::Users(pattern) => Ok(of_pattern(homes, pattern, CallerKind::User)),
        Principal::RoleSessions(pattern) => Ok(of_pattern(homes, pattern, CallerKind::RoleSession)),
        Principal::Root => Ok(of_kinds(documents, homes, &[CallerKind::Root])),
        Principal::Any => Ok(of_kinds(documents, homes, &kinds(scenario))),
        Principal::Outside => Err(ReachError::NotSupported("callers of other accounts (S8)".to_owned())),
    }
}

/// Whether the principal's own ARN says where it is at home.
pub(super) fn has_home(principal: &Principal) -> bool {
    let plain = |pattern: &str| {
        Arn::parse(pattern)
            .is_some_and(|arn| ![arn.partition, arn.account].iter().any(|part| part.contains(['*', '?'])))
    };
    match principal {
        Principal::Caller(caller) => caller.partition().is_some() && caller.account().is_some(),
        Principal::Users(pattern) | Principal::RoleSessions(pattern) => plain(pattern),
        Principal::Root | Principal::Any | Principal::Outside => false,
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

fn of_kinds(documents: &[&Document], homes: &[Home], kinds: &[CallerKind]) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for (partition, account) in homes {
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

/// The callers whose ARN a pattern matches.
fn of_pattern(homes: &[Home], pattern: &str, kind: CallerKind) -> Vec<Shape> {
    let Some(arn) = Arn::parse(pattern) else { return Vec::new() };
    let wild = |part: &str| part.contains(['*', '?']);
    let homes: Vec<Home> = if wild(arn.partition) || wild(arn.account) {
        let fits = |(partition, account): &&Home| {
            matches_part(arn.partition, partition) && account.known().is_none_or(|id| matches_part(arn.account, id))
        };
        let narrowed = |(partition, account): &Home| match account {
            Account::Open(open) => (partition.clone(), Account::Open(open.within(arn.account))),
            known => (partition.clone(), known.clone()),
        };
        homes.iter().filter(fits).map(narrowed).collect()
    } else {
        vec![(arn.partition.to_owned(), Account::Known(arn.account.to_owned()))]
    };
    let piece = |character: char| match character {
        '*' => Piece::Many(CharClass::PathCharacters),
        '?' => Piece::One(CharClass::PathCharacters),
        other => Piece::Literal(other),
    };
    homes
        .into_iter()
        .map(|(partition, account)| {
            let mut shape = Shape { kind, partition, account, exact: None, pattern: None };
            let rest = arn.resource.chars().map(piece);
            shape.pattern = Some(Language::new([Glob::new(shape.prefix("iam", "").into_iter().chain(rest))]));
            shape
        })
        .collect()
}
