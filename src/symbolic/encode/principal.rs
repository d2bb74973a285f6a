//! Who a statement means: Principal and NotPrincipal as formulas (S2.3, S13).

use crate::policy::{PrincipalClause, PrincipalEntry, Statement};
use crate::symbolic::encode::{Bound, Encoder, Level};
use crate::symbolic::formula::Formula;
use crate::symbolic::language::{CharClass, Glob, Piece};
use crate::symbolic::shape::{ISSUER, Known, PRINCIPAL_ARN, SESSION};
use crate::symbolic::universe::Reach;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::{Dialect, ExceptionKind};
use crate::vocabulary::resource::ResourcePattern;
use crate::vocabulary::ruling::NotPrincipal;

impl Encoder<'_> {
    /// Whether Principal or NotPrincipal means the caller.
    pub(super) fn named(&mut self, statement: &Statement, bound: Bound) -> Formula {
        match &statement.principal {
            None => Formula::TRUE,
            Some(clause) if clause.negated => self.not_principal(clause, bound),
            Some(clause) => {
                let levels = [Level::Direct, Level::Entity, Level::Account];
                let named: Vec<Formula> = clause
                    .entries
                    .iter()
                    .flat_map(|entry| levels.map(|level| (entry, level)))
                    .map(|(entry, level)| self.entry(&entry.value, level, bound))
                    .collect();
                self.formulas.or(named)
            }
        }
    }

    /// S13: strictly a caller is exempt only if its whole chain is listed, leniently if a part of it is (S14.2).
    fn not_principal(&mut self, clause: &PrincipalClause, bound: Bound) -> Formula {
        if self.boundary {
            return Formula::TRUE;
        }
        if clause.entries.iter().any(|entry| entry.value == PrincipalEntry::Everybody) {
            return Formula::FALSE;
        }
        let chain: &[Level] = match self.shape.kind {
            CallerKind::User => &[Level::Account, Level::Direct],
            CallerKind::RoleSession | CallerKind::Federated => &[Level::Account, Level::Entity, Level::Direct],
            CallerKind::Root => &[Level::Account],
            CallerKind::Service => &[Level::Direct],
            CallerKind::Anonymous => &[],
        };
        let opposite = bound.opposite();
        let mut listed = Vec::with_capacity(chain.len());
        for link in chain {
            let entries: Vec<Formula> =
                clause.entries.iter().map(|entry| self.entry(&entry.value, *link, opposite)).collect();
            listed.push(self.formulas.or(entries));
        }
        let lenient = match self.rulings.not_principal {
            Some(ruling) => ruling == NotPrincipal::Lenient,
            None => self.mode.is_every_reading() && bound == Bound::Lower,
        };
        let exempt = match (lenient, chain.is_empty()) {
            (_, true) => Formula::FALSE,
            (true, false) => self.formulas.or(listed),
            (false, false) => self.formulas.and(listed),
        };
        self.formulas.not(exempt)
    }

    /// Whether the caller is a session of a service-linked role, told by the role's path (S9.3, S10.5).
    pub fn service_linked(&mut self, path: &str) -> Formula {
        if self.shape.kind != CallerKind::RoleSession {
            return Formula::FALSE;
        }
        let inside = |arn: &str| {
            let resource = Arn::parse(arn).map(|arn| arn.resource);
            resource.and_then(|resource| resource.strip_prefix("role")).is_some_and(|rest| rest.starts_with(path))
        };
        match self.known(&ContextKey::new(PRINCIPAL_ARN)) {
            Known::Value(arn) => self.formulas.constant(inside(&arn)),
            Known::Absent | Known::Within(_) | Known::Open => {
                let front = self.shape.prefix("iam", &format!("role{path}"));
                let glob = Glob::new(front.into_iter().chain([Piece::Many(CharClass::Anything)]));
                self.text_atom(PRINCIPAL_ARN, "path", vec![(path.to_owned(), glob)])
            }
        }
    }

    /// Whether the law treats the request apart in a way.
    pub fn exception(&mut self, dialect: &Dialect, wanted: ExceptionKind) -> Formula {
        let about: Vec<Reach> = self.profile.map(|profile| profile.exceptions.clone()).unwrap_or_default();
        let mut any = Vec::new();
        for (own, about) in dialect.exceptions().iter().zip(about) {
            if own.kind != wanted || !own.callers.contains(&self.shape.kind) {
                continue;
            }
            any.push(match (about, &own.resource) {
                (Reach::None, _) => Formula::FALSE,
                (Reach::All, _) | (Reach::Some, ResourcePattern::Every) => Formula::TRUE,
                (Reach::Some, pattern) => self.goal_resource(pattern),
            });
        }
        self.formulas.or(any)
    }

    /// Whether an entry names the caller at a level (S2.3).
    pub(super) fn entry(&mut self, entry: &PrincipalEntry, level: Level, bound: Bound) -> Formula {
        let kind = self.shape.kind;
        match (entry, level) {
            (PrincipalEntry::Everybody, Level::Direct) => Formula::TRUE,
            (PrincipalEntry::Account { partition, account }, _) => {
                let own = self.shape.has_account()
                    && self.shape.account.can_be(account)
                    && partition.as_ref().is_none_or(|partition| *partition == self.shape.partition);
                let level_fits = match level {
                    Level::Account => true,
                    Level::Direct => kind == CallerKind::Root,
                    Level::Entity => false,
                };
                // At a gateway endpoint an account means its root user only; which kind it is, nobody says (S2.3.7).
                let means_all = !self.endpoint || kind == CallerKind::Root || bound == Bound::Upper;
                self.formulas.constant(own && level_fits && means_all)
            }
            (PrincipalEntry::User(arn), Level::Direct) if kind == CallerKind::User => {
                self.is_stored(arn, |encoder| encoder.is(PRINCIPAL_ARN, arn))
            }
            (PrincipalEntry::User(arn), Level::Entity) if kind == CallerKind::Federated => {
                self.is_stored(arn, |encoder| encoder.is_issuer(arn, bound))
            }
            (PrincipalEntry::Role(arn), Level::Entity) if kind == CallerKind::RoleSession => {
                self.is_stored(arn, |encoder| encoder.is(PRINCIPAL_ARN, arn))
            }
            (PrincipalEntry::RoleSession(arn), Level::Direct) if kind == CallerKind::RoleSession => {
                self.is_session(arn)
            }
            (PrincipalEntry::FederatedUser(arn), Level::Direct) if kind == CallerKind::Federated => {
                self.is(PRINCIPAL_ARN, arn)
            }
            (PrincipalEntry::Service(name), Level::Direct) if kind == CallerKind::Service => {
                let own = self.shape.exact.as_ref().is_some_and(|caller| caller.arn == *name);
                self.formulas.constant(own)
            }
            (PrincipalEntry::Federated(name), Level::Direct) if kind == CallerKind::Federated => {
                let own = self.shape.exact.as_ref().is_some_and(|caller| caller.arn == *name);
                self.formulas.constant(own)
            }
            // Whose canonical id it is, is not an input.
            (PrincipalEntry::CanonicalUser(_), Level::Account) => {
                let possible = self.shape.has_account() && bound == Bound::Upper;
                self.formulas.constant(possible)
            }
            _ => Formula::FALSE,
        }
    }

    /// Whether the caller is a session of this ARN; its role then has the name that the ARN gives.
    fn is_session(&mut self, arn: &str) -> Formula {
        let own = self.is(SESSION, arn);
        if self.shape.exact.is_some() || own == Formula::FALSE {
            return own;
        }
        let Some(arn) = Arn::parse(arn) else { return Formula::FALSE };
        let Some(name) = arn.resource_of("assumed-role").and_then(|rest| rest.split('/').next()) else {
            return Formula::FALSE;
        };
        let prefix = format!("arn:{}:iam::{}:role/", arn.partition, arn.account);
        let ends = |lead: Vec<Piece>| Glob::new(lead.into_iter().chain(name.chars().map(Piece::Literal)));
        let pathless: Vec<Piece> = prefix.chars().map(Piece::Literal).collect();
        let mut path = pathless.clone();
        path.extend([Piece::Some(CharClass::PathCharacters), Piece::Literal('/')]);
        let role = vec![
            (format!("role-named:{prefix}{name}"), ends(pathless)),
            (format!("role-named:{prefix}/{name}"), ends(path)),
        ];
        let named = self.text_atom(PRINCIPAL_ARN, "r", role);
        self.formulas.and([own, named])
    }

    /// Whether an ARN in a policy means the caller: as it is called, unless policies have stored another.
    fn is_stored(&mut self, arn: &str, called: impl FnOnce(&mut Self) -> Formula) -> Formula {
        match self.shape.stored.is(arn) {
            Some(is) => self.formulas.constant(is),
            None => called(self),
        }
    }

    /// Whether the user behind a federated session has this ARN; of an exact caller without issuer nobody knows.
    fn is_issuer(&mut self, arn: &str, bound: Bound) -> Formula {
        if let Some(caller) = self.shape.exact.as_ref().filter(|caller| caller.issuer.is_none()) {
            let fits = Arn::parse(arn)
                .is_some_and(|arn| caller.account() == Some(arn.account) && caller.partition() == Some(arn.partition));
            return self.formulas.constant(fits && bound == Bound::Upper);
        }
        self.is(ISSUER, arn)
    }

    /// Whether a field that follows from the caller has a value.
    fn is(&mut self, name: &str, value: &str) -> Formula {
        let known = match name {
            SESSION | ISSUER => self.shape.pseudo_field(name),
            _ => self.shape.known(&ContextKey::new(name)).unwrap_or(Known::Open),
        };
        match known {
            Known::Absent => Formula::FALSE,
            Known::Value(own) if !self.spelled => self.formulas.constant(own == value),
            Known::Within(language) if !self.spelled && !language.contains(value) => Formula::FALSE,
            Known::Value(_) | Known::Within(_) | Known::Open => {
                self.text_atom(name, "l", vec![(value.to_owned(), Glob::literal(value))])
            }
        }
    }
}
