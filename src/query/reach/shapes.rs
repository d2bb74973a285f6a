//! The shapes of callers that a scenario's principal stands for.
//!
//! In: a scenario, the partitions and accounts to look at. Out: a [`Shape`] for each kind of caller that can carry the
//! scenario's layers in each of them (S11.4.1).

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::policy::{Document, PrincipalEntry};
use crate::query::reach::homes::{Home, matches_part};
use crate::scenario::{Caller, Principal, Scenario, Stored, Tags};
use crate::symbolic::account::Account;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::shape::Shape;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::layer::LayerKind;

/// The shapes of a scenario's callers in these homes.
pub(super) fn shapes(scenario: &Scenario, documents: &[&Document], homes: &[Home]) -> Vec<Shape> {
    let shapes = of_principal(scenario, documents, homes).into_iter();
    shapes.map(|shape| Shape { stored: scenario.stored.clone(), ..shape }).collect()
}

fn of_principal(scenario: &Scenario, documents: &[&Document], homes: &[Home]) -> Vec<Shape> {
    match &scenario.principal {
        Principal::Caller(caller) => {
            let tags = match &caller.tags {
                Tags::AtLeast(tags) => tags.clone(),
                Tags::Exact(_) | Tags::Open => IndexMap::new(),
            };
            let shape =
                |home: &Home| Shape { exact: Some(caller.clone()), tags: tags.clone(), ..shape(caller.kind, home) };
            let nameless = caller.account().is_none();
            homes.iter().filter(|home| !nameless || !home.cross_account).map(shape).collect()
        }
        Principal::Users { pattern, tags } => {
            let users = of_pattern(homes, pattern, CallerKind::User).into_iter();
            let (closed, tags) = (tags.is_some(), tags.clone().unwrap_or_default());
            users.map(|shape| Shape { tags: tags.clone(), closed, ..shape }).collect()
        }
        Principal::RoleSessions { role, tags, closed } => {
            let sessions = of_pattern(homes, role, CallerKind::RoleSession).into_iter();
            sessions.map(|shape| Shape { tags: tags.clone(), closed: *closed, ..shape }).collect()
        }
        Principal::Root => of_kinds(documents, homes, &[CallerKind::Root]),
        Principal::Any | Principal::Outside => of_kinds(documents, homes, &kinds(scenario)),
    }
}

/// A caller of a kind at home somewhere. Services and anonymous callers have no account: the resource's is taken.
fn shape(kind: CallerKind, home: &Home) -> Shape {
    let nameless = matches!(kind, CallerKind::Service | CallerKind::Anonymous);
    Shape {
        kind,
        partition: home.partition.clone(),
        account: if nameless { home.owner.clone() } else { home.account.clone() },
        resource_account: home.owner.clone(),
        cross_account: home.cross_account && !nameless,
        exact: None,
        pattern: None,
        tags: IndexMap::new(),
        closed: false,
        stored: Stored::AsCalled,
    }
}

/// The kinds of callers that can carry every layer that is attached (design section 2).
fn kinds(scenario: &Scenario) -> Vec<CallerKind> {
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
    // These join where nothing is attached that they cannot carry; an unknown layer may be none.
    let bare = scenario.identity.given().is_none() && scenario.boundary.is_none() && scenario.session.is_none();
    if bare {
        let mut others = vec![CallerKind::Root];
        if !scenario.resource.is_none() {
            others.extend([CallerKind::Service, CallerKind::Anonymous]);
        }
        kinds.extend(others.into_iter().filter(|kind| fits(kind)));
    }
    kinds
}

fn of_kinds(documents: &[&Document], homes: &[Home], kinds: &[CallerKind]) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let mut owners: Vec<(&str, &Account)> = Vec::new();
    for home in homes {
        // Callers without account are asked about once for each owner of the resource.
        let first = !owners.contains(&(home.partition.as_str(), &home.owner));
        owners.push((&home.partition, &home.owner));
        for kind in kinds {
            let with = |exact| Shape { exact, ..shape(*kind, home) };
            match kind {
                CallerKind::Anonymous if first => shapes.push(with(Some(nameless(*kind, "anonymous")))),
                CallerKind::Service if first => {
                    shapes.extend(services(documents).iter().map(|name| with(Some(nameless(*kind, name)))));
                }
                CallerKind::Anonymous | CallerKind::Service => {}
                _ => shapes.push(with(None)),
            }
        }
        if first && kinds.contains(&CallerKind::Federated) {
            shapes.extend(providers(documents, home));
        }
    }
    shapes
}

/// Callers with a token of an identity provider that a trust policy names (S7.2): the provider is one of the resource's
/// account, or the world's, and its users may be anybody.
fn providers(documents: &[&Document], home: &Home) -> Vec<Shape> {
    let own = |name: &String| match Arn::parse(name) {
        Some(arn) => arn.partition == home.partition && home.owner.can_be(arn.account),
        None => true,
    };
    let shape = |name: String| {
        let at_home = Home { account: home.owner.clone(), cross_account: false, ..home.clone() };
        let exact = Some(nameless(CallerKind::Federated, &name));
        Shape { exact, ..shape(CallerKind::Federated, &at_home) }
    };
    let named = entries(documents).filter_map(|entry| match entry {
        PrincipalEntry::Federated(name) => Some(name.clone()),
        _ => None,
    });
    named.filter(own).collect::<BTreeSet<_>>().into_iter().map(shape).collect()
}

/// Everybody whom the documents name.
fn entries<'d>(documents: &[&'d Document]) -> impl Iterator<Item = &'d PrincipalEntry> {
    let statements = documents.iter().flat_map(|document| document.statements.iter());
    statements.flat_map(|statement| &statement.principal).flat_map(|clause| &clause.entries).map(|entry| &entry.value)
}

/// A caller without ARN.
fn nameless(kind: CallerKind, name: &str) -> Caller {
    Caller { arn: name.to_owned(), kind, tags: Tags::Exact(IndexMap::new()), issuer: None }
}

/// The services that the documents name, and one that they do not.
fn services(documents: &[&Document]) -> BTreeSet<String> {
    let named = entries(documents).filter_map(|entry| match entry {
        PrincipalEntry::Service(name) => Some(name.clone()),
        _ => None,
    });
    named.chain(["example.amazonaws.com".to_owned()]).collect()
}

/// The callers whose ARN a pattern matches.
fn of_pattern(homes: &[Home], pattern: &str, kind: CallerKind) -> Vec<Shape> {
    let Some(arn) = Arn::parse(pattern) else { return Vec::new() };
    let fits = |home: &&Home| {
        matches_part(arn.partition, &home.partition)
            && home.account.known().is_none_or(|id| matches_part(arn.account, id))
    };
    let piece = |character: char| match character {
        '*' => Piece::Many(CharClass::PathCharacters),
        '?' => Piece::One(CharClass::PathCharacters),
        other => Piece::Literal(other),
    };
    let shape = |home: &Home| {
        let mut shape = shape(kind, home);
        if let Account::Open(open) = &home.account {
            shape.account = Account::Open(open.within(arn.account));
            if !shape.cross_account {
                shape.resource_account = shape.account.clone();
            }
        }
        let rest = arn.resource.chars().map(piece);
        shape.pattern = Some(Language::new([Glob::new(shape.prefix("iam", "").into_iter().chain(rest))]));
        shape
    };
    homes.iter().filter(fits).map(shape).collect()
}
