//! The context that conditions and variables see: what the request carries, and what follows from the caller (S11.1,
//! S17).
//!
//! In: a caller and the request's context. Out: [`Effective`], which answers for each key whether it is absent, has one
//! value, several, or one that is not known. A context that contradicts its caller is refused.

use indexmap::IndexMap;

use crate::request::{Context, ContextValue};
use crate::scenario::{Caller, Tags};
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;

/// The family of keys that hold the caller's tags, in lower case.
const PRINCIPAL_TAG: &str = "aws:principaltag/";

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<'a> {
    /// The request lacks the key.
    Absent,
    /// One value.
    Single(&'a str),
    /// The values of a multivalued key.
    List(&'a [String]),
    /// One of these values, and nobody can say which (S3.2).
    OneOf(&'a [String]),
    /// The key may be absent or have any value.
    Unknown,
}

/// A key that follows from the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Derived {
    Absent,
    Value(String),
    Unknown,
}

/// The context of one request of one caller.
#[derive(Debug)]
pub struct Effective<'a> {
    caller: &'a Caller,
    given: &'a Context,
    derived: IndexMap<&'static str, Derived>,
}

impl<'a> Effective<'a> {
    /// Puts a request's context and its caller together.
    ///
    /// # Errors
    /// The context gives a key that follows from the caller another value.
    pub fn new(caller: &'a Caller, given: &'a Context) -> Result<Self, String> {
        let effective = Self { caller, given, derived: derived(caller) };
        for (key, value) in given.iter() {
            let follows = match effective.follows(key) {
                None | Some(Derived::Unknown) => continue,
                Some(follows) => follows,
            };
            let fits = matches!((&follows, value), (Derived::Value(own), ContextValue::Single(text)) if own == text);
            if !fits {
                let own = match follows {
                    Derived::Value(own) => format!("is `{own}`"),
                    Derived::Absent | Derived::Unknown => "is absent".to_owned(),
                };
                return Err(format!("context key `{key}` follows from the principal: for `{}` it {own}", caller.arn));
            }
        }
        Ok(effective)
    }

    /// What is known of a key.
    pub fn get(&self, key: &ContextKey) -> Found<'_> {
        match self.given.get(key) {
            Some(ContextValue::Single(value)) => return Found::Single(value),
            Some(ContextValue::List(values)) => return Found::List(values),
            Some(ContextValue::Ambiguous(values)) => return Found::OneOf(values),
            None => {}
        }
        if let Some(tag) = key.member_of(PRINCIPAL_TAG) {
            return match self.tag(tag) {
                Ok(Some(value)) => Found::Single(value),
                Ok(None) => Found::Absent,
                Err(()) => Found::Unknown,
            };
        }
        match self.derived.get(key.folded()) {
            Some(Derived::Value(value)) => Found::Single(value),
            Some(Derived::Unknown) => Found::Unknown,
            Some(Derived::Absent) | None => Found::Absent,
        }
    }

    /// The value of the caller's tag; an error where tags are open.
    fn tag(&self, folded: &str) -> Result<Option<&str>, ()> {
        match &self.caller.tags {
            Tags::Open | Tags::AtLeast(_) => Err(()),
            Tags::Exact(tags) => Ok(tags.get(&ContextKey::new(folded)).map(String::as_str)),
        }
    }

    /// What follows for a key; none if the key does not follow from the caller.
    fn follows(&self, key: &ContextKey) -> Option<Derived> {
        // Which of these keys a service principal has is not documented (S11.1): the request says.
        if self.caller.kind == CallerKind::Service {
            return None;
        }
        if let Some(tag) = key.member_of(PRINCIPAL_TAG) {
            return Some(match self.tag(tag) {
                Ok(Some(value)) => Derived::Value(value.to_owned()),
                Ok(None) => Derived::Absent,
                Err(()) => Derived::Unknown,
            });
        }
        self.derived.get(key.folded()).cloned()
    }
}

/// The columns of S11.1 that the caller fixes.
fn derived(caller: &Caller) -> IndexMap<&'static str, Derived> {
    let value = |text: &str| Derived::Value(text.to_owned());
    let account = caller.account().map_or(Derived::Absent, value);
    let (arn, account, kind) = match caller.kind {
        CallerKind::User => (value(&caller.arn), account, value("User")),
        CallerKind::RoleSession => {
            // The session's ARN lacks the role's path (S2.3.9).
            let role = caller.issuer.as_deref().map_or(Derived::Unknown, value);
            (role, account, value("AssumedRole"))
        }
        // A caller of AssumeRoleWith* has signed nothing and is no session yet.
        CallerKind::Federated if !is_federated_session(caller) => (Derived::Absent, Derived::Absent, Derived::Absent),
        CallerKind::Federated => (value(&caller.arn), account, value("FederatedUser")),
        CallerKind::Root => (value(&caller.arn), account, value("Account")),
        CallerKind::Anonymous => (Derived::Absent, value("anonymous"), value("Anonymous")),
        CallerKind::Service => return IndexMap::new(),
    };
    let username = match caller.kind {
        CallerKind::User => Arn::parse(&caller.arn).map_or(Derived::Absent, |arn| value(friendly_name(arn.resource))),
        _ => Derived::Absent,
    };
    IndexMap::from([
        ("aws:principalarn", arn),
        ("aws:principalaccount", account),
        ("aws:principaltype", kind),
        ("aws:username", username),
    ])
}

fn is_federated_session(caller: &Caller) -> bool {
    Arn::parse(&caller.arn).is_some_and(|arn| arn.resource_of("federated-user").is_some())
}
