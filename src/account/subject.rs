//! Who a question about accounts is asked of.
//!
//! In: an ARN. Out: [`Subject`]: a listed user, the sessions of a listed role, one of these sessions, or the root user
//! of a listed account.

use crate::account::policy::PolicyId;
use crate::account::{Accounts, Holder};
use crate::scenario::{Caller, Principal, Stored, Tags};
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::nearest::nearest;

/// A principal of the accounts.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// Its ARN.
    pub arn: String,
    /// Who calls.
    pub principal: Principal,
    /// What kind of caller that is.
    pub kind: CallerKind,
    /// The caller's account.
    pub account: String,
    /// The user or role whose policies bear on it; none for the root user.
    pub holder: Option<&'a Holder>,
    /// The policy that was passed when the session was made; none where none was.
    pub session: Option<PolicyId>,
    /// Under which ARN policies have stored it.
    pub stored: Stored,
}

/// Why nobody can be asked about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct UnknownSubject {
    /// What is wrong.
    pub message: String,
    /// The way out.
    pub help: String,
}

impl<'a> Subject<'a> {
    /// A listed user or role.
    pub fn of(holder: &'a Holder) -> Self {
        Self {
            arn: holder.arn.clone(),
            principal: holder.principal(),
            kind: holder.kind,
            account: holder.account.clone(),
            holder: Some(holder),
            session: None,
            stored: Stored::AsCalled,
        }
    }

    /// The principal of an ARN.
    ///
    /// # Errors
    /// No listed account has it; the nearest names are offered.
    pub fn find(accounts: &'a Accounts, arn: &str) -> Result<Self, UnknownSubject> {
        if let Some(holder) = accounts.holder(arn) {
            return Ok(Self::of(holder));
        }
        let unknown = |message: String, help: String| Err(UnknownSubject { message, help });
        let Some(parsed) = Arn::parse(arn) else {
            let help = "write the ARN of a user or role of the account".to_owned();
            return unknown(format!("`{arn}` is no ARN"), help);
        };
        let account = parsed.account.to_owned();
        if !accounts.names.contains(&account) {
            let help = format!("the listed accounts are {}", accounts.names.join(", "));
            return unknown(format!("`{arn}` belongs to no account that is given"), help);
        }
        if parsed.service == "iam" && parsed.resource == "root" {
            let (kind, tags) = (CallerKind::Root, Tags::Exact(Default::default()));
            let principal = Principal::Caller(Caller { arn: arn.to_owned(), kind, tags, issuer: None });
            return Ok(Self {
                arn: arn.to_owned(),
                principal,
                kind,
                account,
                holder: None,
                session: None,
                stored: Stored::AsCalled,
            });
        }
        let session = parsed.resource_of("assumed-role").and_then(|rest| rest.split_once('/'));
        if let (Some((role, _)), "sts") = (session, parsed.service) {
            let of_role = |holder: &&Holder| {
                holder.kind == CallerKind::RoleSession
                    && holder.account == account
                    && friendly_name(holder.path_and_name()) == role
            };
            if let Some(holder) = accounts.holders.iter().find(of_role) {
                let kind = CallerKind::RoleSession;
                let issuer = Some(holder.arn.clone());
                let tags = Tags::AtLeast(holder.tags.clone());
                let principal = Principal::Caller(Caller { arn: arn.to_owned(), kind, tags, issuer });
                return Ok(Self {
                    arn: arn.to_owned(),
                    principal,
                    kind,
                    account,
                    holder: Some(holder),
                    session: None,
                    stored: Stored::AsCalled,
                });
            }
        }
        // Names are what people slip in, not the front of ARNs.
        let wanted = parsed.resource.split_once('/').map_or(parsed.resource, |(_, name)| name);
        let own = accounts.holders.iter().filter(|holder| holder.account == account);
        let near = nearest(wanted, own.clone().map(Holder::path_and_name));
        let near =
            near.or_else(|| nearest(friendly_name(wanted), own.clone().map(|own| friendly_name(own.path_and_name()))));
        let found = near.and_then(|near| {
            own.clone().find(|own| own.path_and_name() == near || friendly_name(own.path_and_name()) == near)
        });
        let help = match found {
            Some(holder) => format!("did you mean `{}`?", holder.arn),
            None => "name a user or role of the listing, or a session of one of its roles".to_owned(),
        };
        unknown(format!("the account {account} lists no `{arn}`"), help)
    }
}
