//! Which credentials the users have: no part of a listing, and what a sequence of requests begins with.
//!
//! In: `{user ARN: {"access_keys", "login_profile", "mfa"}}`; an absent user or field means none. Out: [`Credentials`].

use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::raw::{known_fields, member, whole};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::Source;

/// The credentials of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Credentials {
    /// How many access keys.
    pub access_keys: u8,
    /// Whether the user has a console password.
    pub login_profile: bool,
    /// Whether the user has an MFA device.
    pub mfa: bool,
}

/// Reads a file; every user must be among `users`.
pub(super) fn read(
    source: &Arc<Source>,
    users: &dyn Fn(&str) -> bool,
    findings: &mut Findings,
) -> IndexMap<String, Credentials> {
    let mut credentials = IndexMap::new();
    let members = whole(source, findings).and_then(|raw| raw.members("a file of credentials", findings));
    for (arn, raw) in members.unwrap_or_default() {
        if !users(&arn) {
            let message = format!("{} is no user of the accounts that are given", quoted(&arn));
            findings.push(raw.finding(Code::DanglingReference, message, "name users by the ARNs of the listing"));
        }
        let Some(own) = raw.members("the credentials of a user", findings) else { continue };
        known_fields(&own, &["access_keys", "login_profile", "mfa"], findings);
        let keys =
            member(&own, "access_keys").and_then(|raw| raw.simple("`access_keys`", "a number of keys", findings));
        let mut flag =
            |name: &str| member(&own, name).and_then(|raw| raw.simple(&format!("`{name}`"), "true or false", findings));
        let (login_profile, mfa) = (flag("login_profile").unwrap_or(false), flag("mfa").unwrap_or(false));
        credentials.insert(arn, Credentials { access_keys: keys.unwrap_or(0), login_profile, mfa });
    }
    credentials
}
