//! Files into [`Accounts`].
//!
//! In: listings of one or several accounts and the files beside them. Out: the accounts, or every finding. With
//! `lenient` what is whole is used, and whoever is affected by the rest is remembered with the reason.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::credentials;
use crate::account::holder::holders;
use crate::account::listing::Listing;
use crate::account::lost::Lost;
use crate::account::managed::Managed;
use crate::account::organization::Organization;
use crate::account::place::Places;
use crate::account::policy::Policies;
use crate::account::{Accounts, compute};
use crate::diagnostic::{Code, Diagnostic, Findings, Refusal, Severity, first_error};
use crate::input;
use crate::source::Source;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::layer::LayerKind;

/// The files of an account.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// Listings: pages, of one account or of several.
    pub accounts: Vec<PathBuf>,
    /// Resource policies.
    pub resource_policies: Option<PathBuf>,
    /// The organization's levels.
    pub organization: Option<PathBuf>,
    /// The users' credentials.
    pub credentials: Option<PathBuf>,
    /// What runs with a role.
    pub compute: Option<PathBuf>,
    /// AWS managed policies.
    pub managed: Option<PathBuf>,
    /// Go on with what is whole.
    pub lenient: bool,
}

impl Files {
    /// Reads them all.
    ///
    /// # Errors
    /// Every finding, if one of them is an error; with `lenient`, if nobody is left to ask about.
    pub fn load(&self, dialect: &'static Dialect) -> Result<(Accounts, Vec<Diagnostic>), Refusal> {
        let mut problems: Vec<Diagnostic> = Vec::new();
        let mut listing = Listing::new(dialect.account_form());
        let mut policies = Policies::default();
        for path in &self.accounts {
            match input::read_account_file(path) {
                Ok(source) => listing.add(&source, &mut policies),
                Err(refusal) => problems.extend(refusal.diagnostics),
            }
        }
        let mut beside = |path: &Option<PathBuf>| match path.as_deref().map(input::read_account_file) {
            Some(Ok(source)) => Some(source),
            Some(Err(refusal)) => {
                problems.extend(refusal.diagnostics);
                None
            }
            None => None,
        };
        let others = [&self.managed, &self.organization, &self.resource_policies, &self.credentials, &self.compute]
            .map(&mut beside);
        self.made(dialect, (listing, policies), others, problems)
    }

    /// The accounts of listings and of the other files, what is wrong with any of them beside.
    fn made(
        &self,
        dialect: &'static Dialect,
        (mut listing, mut policies): (Listing, Policies),
        [managed, organization, resources, keys, runs]: [Option<Arc<Source>>; 5],
        mut problems: Vec<Diagnostic>,
    ) -> Result<(Accounts, Vec<Diagnostic>), Refusal> {
        listing.finish();
        problems.append(&mut listing.problems);
        let mut lost = Lost { roles: first_error(&problems), ..Lost::default() };
        let warnings = std::mem::take(&mut listing.warnings);
        let mut managed = Managed::new(managed.as_ref(), &mut problems);
        let (holders, inventory, resolved) = holders(listing, dialect, &mut managed, &mut policies, problems);
        problems = resolved;
        let untrusted = holders.iter().find(|own| own.kind == CallerKind::RoleSession && own.trust.is_none());
        lost.roles = lost.roles.or_else(|| untrusted.and_then(|role| first_error(&role.problems)));
        let mut names: Vec<String> = holders.iter().map(|holder| holder.account.clone()).collect();
        names.sort();
        names.dedup();
        self.described(dialect, &mut problems);
        let mut places = Places::default();
        // Where a dialect knows no resource policies, a trust policy says nothing of its own.
        if dialect.callers_of(LayerKind::Resource).is_some() {
            // Roles first: what a file says of a role besides its trust policy is refused.
            places.add_roles(&holders);
        }
        let mut findings = Findings::default();
        match &resources {
            Some(source) => places.read(source, &names, &mut policies, &mut findings),
            None => lost.places = self.resource_policies.as_deref().map(unread),
        }
        lost.places = lost.places.or_else(|| findings.first_error());
        problems.extend(findings.into_diagnostics());
        let mut findings = Findings::default();
        if organization.is_none() {
            lost.organization = self.organization.as_deref().map(unread);
        }
        let organization = organization.as_ref().map(|source| {
            let read = Organization::read(source, &mut policies, &mut findings);
            bound(read.as_ref(), &names, source, &mut findings);
            read.unwrap_or_default()
        });
        lost.organization = lost.organization.or_else(|| findings.first_error());
        problems.extend(findings.into_diagnostics());
        let mut findings = Findings::default();
        let kinds: HashMap<&str, CallerKind> = holders.iter().map(|own| (own.arn.as_str(), own.kind)).collect();
        let of_kind = |arn: &str, kind| kinds.get(arn) == Some(&kind);
        let credentials = keys.as_ref().map_or_else(IndexMap::new, |source| {
            credentials::read(source, &|arn| of_kind(arn, CallerKind::User), &mut findings)
        });
        let compute = runs.as_ref().map_or_else(Vec::new, |source| {
            compute::read(source, &|arn| of_kind(arn, CallerKind::RoleSession), &mut findings)
        });
        problems.extend(findings.into_diagnostics());
        if holders.is_empty() && problems.is_empty() {
            let name = self.accounts.first().map(|path| path.display().to_string()).unwrap_or_default();
            let help = "give the output of `aws iam get-account-authorization-details`, users and roles included";
            problems.push(Diagnostic::whole(
                Code::NotAListing,
                &Source::new(name, ""),
                "the listing holds no user and no role",
                help,
            ));
        }
        let accounts =
            Accounts { dialect, names, holders, inventory, policies, organization, places, credentials, compute, lost };
        let refused = problems.iter().any(|problem| problem.code.severity() == Severity::Error);
        problems.extend(warnings);
        if refused && (!self.lenient || accounts.holders.is_empty()) {
            return Err(Refusal { diagnostics: problems });
        }
        Ok((accounts, problems))
    }
}

/// An account of one listing, of which nothing else is known.
///
/// # Errors
/// Every finding, if one of them is an error.
pub fn of_listing(source: &Arc<Source>, dialect: &'static Dialect) -> Result<Accounts, Refusal> {
    let (mut listing, mut policies) = (Listing::new(dialect.account_form()), Policies::default());
    listing.add(source, &mut policies);
    let others = [const { None }; 5];
    Files::default().made(dialect, (listing, policies), others, Vec::new()).map(|(accounts, _)| accounts)
}

fn unread(path: &Path) -> String {
    format!("`{}` cannot be read", path.display())
}

impl Files {
    /// Refuses files of layers that the dialect does not describe (S15).
    fn described(&self, dialect: &Dialect, problems: &mut Vec<Diagnostic>) {
        let files = [(&self.resource_policies, LayerKind::Resource), (&self.organization, LayerKind::Scp)];
        for (path, kind) in files {
            if let Some(path) = path
                && dialect.callers_of(kind).is_none()
            {
                let message = format!("the dialect `{}` does not describe {kind} policies", dialect.name());
                let source = Source::new(path.display().to_string(), "");
                let help = "leave the file out, or ask under `aws`";
                problems.push(Diagnostic::whole(Code::LayerNotDescribed, &source, message, help));
            }
        }
    }
}

/// Every account of a listing is told by the organization.
fn bound(organization: Option<&Organization>, names: &[String], source: &Arc<Source>, findings: &mut Findings) {
    let Some(organization) = organization else { return };
    for name in names.iter().filter(|name| organization.binding(name).is_none()) {
        let known: Vec<&str> = organization.accounts().collect();
        let help = format!("give the organization that the account belongs to; this one has {}", known.join(", "));
        let message = format!("the organization has no account `{name}`");
        findings.push(Diagnostic::whole(Code::DanglingReference, source, message, help));
    }
}
