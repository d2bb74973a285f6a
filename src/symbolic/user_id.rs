//! The unique ids of callers: what aws:userid holds (S11.1).
//!
//! In: a shape. Out: the ids that its callers can have, and how they hang together with a session's name. Of the id of a
//! user or a role only the characters are taken for granted.

use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::shape::Shape;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::caller::CallerKind;

/// The key that holds the caller's unique id.
pub const USER_ID: &str = "aws:userid";

/// The characters of a unique id: none is a colon.
const ID: Piece = Piece::Some(CharClass::NameCharacters);

impl Shape {
    /// The unique ids that its callers can have; none if nothing is known of them.
    pub fn user_ids(&self) -> Option<Language> {
        let exact = self.exact.as_ref().map(|caller| caller.arn.as_str());
        let session = || exact.and_then(session_name).map_or_else(open_name, literal);
        Some(match self.kind {
            CallerKind::User => Language::new([Glob::new([ID])]),
            CallerKind::RoleSession => of([ID], session()),
            CallerKind::Federated if exact.is_some_and(|arn| session_name(arn).is_none()) => return None,
            CallerKind::Federated => of(self.account.pieces(), session()),
            CallerKind::Root => self.account.language(),
            CallerKind::Anonymous => Language::new([Glob::literal("anonymous")]),
            CallerKind::Service => return None,
        })
    }

    /// The unique ids of a session with this ARN.
    pub fn user_ids_of(&self, session: &str) -> Option<Language> {
        let name = literal(session_name(session)?);
        match self.kind {
            CallerKind::RoleSession => Some(of([ID], name)),
            CallerKind::Federated => Some(of(self.account.pieces(), name)),
            _ => None,
        }
    }
}

/// The name of the session that a unique id tells.
pub fn session_of(user_id: &str) -> Option<&str> {
    user_id.split_once(':').map(|(_, name)| name)
}

fn session_name(arn: &str) -> Option<&str> {
    let arn = Arn::parse(arn)?;
    let name = arn.resource_of("assumed-role").and_then(|rest| rest.split_once('/')).map(|(_, name)| name);
    name.or_else(|| arn.resource_of("federated-user"))
}

fn of(front: impl IntoIterator<Item = Piece>, name: Vec<Piece>) -> Language {
    Language::new([Glob::new(front.into_iter().chain([Piece::Literal(':')]).chain(name))])
}

fn literal(text: &str) -> Vec<Piece> {
    text.chars().map(Piece::Literal).collect()
}

/// A name of two characters or more (S11.4.14).
fn open_name() -> Vec<Piece> {
    vec![Piece::One(CharClass::NameCharacters), ID]
}
