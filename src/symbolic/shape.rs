//! Shapes of callers: what is fixed of a symbolic caller once its kind, account and partition are chosen.
//!
//! In: a principal. Out: for each key that follows from the caller (S11.1), whether it is absent, one text, or open
//! within a language. A question about "any" caller is asked once for each shape.

use indexmap::IndexMap;

use crate::scenario::{Caller, Stored, Tags};
use crate::symbolic::account::Account;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;

/// The name of the field that holds a role session's own ARN.
pub const SESSION: &str = "session-arn";
/// The name of the field that holds the ARN of the user behind a federated session.
pub const ISSUER: &str = "issuer-arn";
/// The key that holds the caller's ARN; of a role session, the role's.
pub const PRINCIPAL_ARN: &str = "aws:principalarn";
/// The key that holds a user's friendly name.
pub const USERNAME: &str = "aws:username";
/// The family of keys that hold the caller's tags, in lower case.
pub const PRINCIPAL_TAG: &str = "aws:principaltag/";

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// No request of the shape has it.
    Absent,
    /// Every request of the shape has this value.
    Value(String),
    /// It has a value, and one of these.
    Within(Language),
    /// It may be absent, or have any value of its type.
    Open,
}

/// What is fixed of a caller.
#[derive(Debug, Clone)]
pub struct Shape {
    /// What the caller is.
    pub kind: CallerKind,
    /// The caller's partition; of services and anonymous callers, the resource's.
    pub partition: String,
    /// The caller's account; of services and anonymous callers, the resource's.
    pub account: Account,
    /// The account of the resource.
    pub resource_account: Account,
    /// Whether that is another account than the caller's (S8.5).
    pub cross_account: bool,
    /// The caller itself, where it is one.
    pub exact: Option<Caller>,
    /// Patterns of the ARN of the user, or of the role, where they are restricted.
    pub pattern: Option<Language>,
    /// Tags that every such caller has, with these values or others (S11.4.17).
    pub tags: IndexMap<ContextKey, String>,
    /// Whether it has these values and no other tags.
    pub closed: bool,
    /// Under which ARN policies have stored the user or role.
    pub stored: Stored,
}

impl Shape {
    /// What is known of a key; `None` if it does not follow from the caller.
    pub fn known(&self, key: &ContextKey) -> Option<Known> {
        let fixed = |text: &str| Some(Known::Value(text.to_owned()));
        let no_service = self.kind != CallerKind::Service;
        if !self.signs() && [PRINCIPAL_ARN, "aws:principalaccount", "aws:principaltype"].contains(&key.folded()) {
            return Some(Known::Absent);
        }
        if let Some(tag) = key.member_of(PRINCIPAL_TAG) {
            return Some(self.tag(tag));
        }
        match key.folded() {
            PRINCIPAL_ARN => Some(self.principal_arn()),
            "aws:principalaccount" => match self.kind {
                CallerKind::Anonymous => fixed("anonymous"),
                CallerKind::Service => None,
                _ => Some(match &self.account {
                    Account::Known(id) => Known::Value(id.clone()),
                    open => Known::Within(open.language()),
                }),
            },
            "aws:principaltype" => match self.kind {
                CallerKind::User => fixed("User"),
                CallerKind::RoleSession => fixed("AssumedRole"),
                CallerKind::Federated => fixed("FederatedUser"),
                CallerKind::Root => fixed("Account"),
                CallerKind::Anonymous => fixed("Anonymous"),
                CallerKind::Service => None,
            },
            USERNAME => Some(match (self.kind, &self.exact) {
                (CallerKind::User, Some(caller)) => {
                    let name = Arn::parse(&caller.arn).map(|arn| friendly_name(arn.resource).to_owned());
                    name.map_or(Known::Absent, Known::Value)
                }
                (CallerKind::User, None) => {
                    Known::Within(Language::new([Glob::new([Piece::Some(CharClass::NameCharacters)])]))
                }
                _ => Known::Absent,
            }),
            "aws:principalservicename" | "aws:principalservicenameslist" if no_service => Some(Known::Absent),
            // S11.4.8: only service principals act on behalf of a resource.
            "aws:sourcearn" | "aws:sourceaccount" | "aws:sourceorgid" | "aws:sourceorgpaths" if no_service => {
                Some(Known::Absent)
            }
            _ => None,
        }
    }

    /// Whether the caller is somebody yet: a caller of AssumeRoleWith* has a provider's token and signs nothing (S7.2).
    pub fn signs(&self) -> bool {
        let session =
            |caller: &Caller| Arn::parse(&caller.arn).is_some_and(|arn| arn.resource_of("federated-user").is_some());
        self.kind != CallerKind::Federated || self.exact.as_ref().is_none_or(session)
    }

    /// Whether the caller belongs to an account: not services, anonymous callers and who comes with the token of a
    /// provider that is none's.
    pub fn has_account(&self) -> bool {
        !matches!(self.kind, CallerKind::Service | CallerKind::Anonymous)
            && self.exact.as_ref().is_none_or(|caller| caller.account().is_some())
    }

    /// What is known of the fields that are no context keys: the ARNs of a session and of its issuer.
    pub fn pseudo_field(&self, name: &str) -> Known {
        match (name, self.kind, &self.exact) {
            (SESSION, CallerKind::RoleSession, Some(caller)) => Known::Value(caller.arn.clone()),
            (SESSION, CallerKind::RoleSession, None) => Known::Within(Language::new([behind(
                &self.prefix("sts", "assumed-role/"),
                [
                    Piece::Some(CharClass::NameCharacters),
                    Piece::Literal('/'),
                    Piece::One(CharClass::NameCharacters),
                    Piece::Some(CharClass::NameCharacters),
                ],
            )])),
            (ISSUER, CallerKind::Federated, Some(Caller { issuer: Some(issuer), .. })) => Known::Value(issuer.clone()),
            (ISSUER, CallerKind::Federated, _) => Known::Within(self.of_account("user/")),
            _ => Known::Absent,
        }
    }

    fn principal_arn(&self) -> Known {
        match (self.kind, &self.exact) {
            (CallerKind::RoleSession, Some(Caller { issuer: Some(role), .. })) => Known::Value(role.clone()),
            (CallerKind::RoleSession, Some(caller)) => {
                // The session's ARN lacks the role's path (S2.3.9).
                let name = caller.session_role_name().unwrap_or_default();
                Known::Within(self.named("role/", name))
            }
            (CallerKind::User | CallerKind::Federated | CallerKind::Root, Some(caller)) => {
                Known::Value(caller.arn.clone())
            }
            (CallerKind::User, None) => Known::Within(self.pattern.clone().unwrap_or_else(|| self.of_account("user/"))),
            (CallerKind::RoleSession, None) => {
                Known::Within(self.pattern.clone().unwrap_or_else(|| self.of_account("role/")))
            }
            (CallerKind::Federated, None) => {
                let prefix = self.prefix("sts", "federated-user/");
                // A name has two characters or more (S11.4.14).
                let name = [Piece::One(CharClass::NameCharacters), Piece::Some(CharClass::NameCharacters)];
                Known::Within(Language::new([behind(&prefix, name)]))
            }
            (CallerKind::Root, None) => match self.account.known() {
                Some(account) => Known::Value(format!("arn:{}:iam::{account}:root", self.partition)),
                None => Known::Within(Language::new([Glob::new(self.prefix("iam", "root"))])),
            },
            (CallerKind::Anonymous, _) => Known::Absent,
            (CallerKind::Service, _) => Known::Open,
        }
    }

    fn tag(&self, folded: &str) -> Known {
        let key = ContextKey::new(folded);
        match (self.kind, &self.exact) {
            (CallerKind::Root | CallerKind::Service | CallerKind::Anonymous, _) => Known::Absent,
            (_, Some(Caller { tags: Tags::Exact(tags), .. })) => {
                tags.get(&key).map_or(Known::Absent, |value| Known::Value(value.clone()))
            }
            _ if self.closed => self.tags.get(&key).map_or(Known::Absent, |value| Known::Value(value.clone())),
            _ if self.tags.contains_key(&key) => Known::Within(Language::universal()),
            _ => Known::Open,
        }
    }

    /// ARNs `…:user/` or `…:role/` with a path and name of the shape's account.
    pub fn of_account(&self, kind: &str) -> Language {
        let prefix = self.prefix("iam", kind);
        let path = [Piece::Some(CharClass::PathCharacters), Piece::Literal('/')];
        let name = Piece::Some(CharClass::NameCharacters);
        Language::new([behind(&prefix, [name]), behind(&prefix, path.into_iter().chain([name]))])
    }

    /// ARNs `…:user/` or `…:role/` of the shape's account with any path and this name.
    pub fn named(&self, kind: &str, name: &str) -> Language {
        let prefix = self.prefix("iam", kind);
        let path = [Piece::Some(CharClass::PathCharacters), Piece::Literal('/')];
        let name: Vec<Piece> = name.chars().map(Piece::Literal).collect();
        Language::new([behind(&prefix, name.clone()), behind(&prefix, path.into_iter().chain(name))])
    }

    /// The start of ARNs of the shape's account.
    pub fn prefix(&self, service: &str, kind: &str) -> Vec<Piece> {
        let front = format!("arn:{}:{service}::", self.partition);
        let literal = |text: &str| text.chars().map(Piece::Literal).collect::<Vec<_>>();
        [literal(&front), self.account.pieces(), vec![Piece::Literal(':')], literal(kind)].concat()
    }
}

fn behind(prefix: &[Piece], rest: impl IntoIterator<Item = Piece>) -> Glob {
    Glob::new(prefix.iter().copied().chain(rest))
}
