//! Principals of an account, as a scenario of a suite tells them.
//!
//! In: the keys that are flags of `ringfence escalate`. Out: the account, read once for all scenarios of its files, with the
//! principals that are asked about, each of which it lists.

use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::subject::Subject;
use crate::account::{Accounts, Files};
use crate::diagnostic::Code;
use crate::json::{Json, Member};
use crate::scenario::Loader;
use crate::scenario::load::field;
use crate::source::Span;
use crate::suite::setting::Listed;
use crate::suite::setting::value::{items, path, steps, truth};
use crate::symbolic::language::Glob;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::nearest::nearest;
use crate::vocabulary::pattern::{Pattern, Reading};

/// How long traces may be.
const MAX_STEPS: usize = 8;

/// Principals of an account.
pub(super) fn read(
    loader: &mut Loader<'_>,
    members: &[Member],
    dialect: Option<&Member>,
    span: Span,
    known: &mut IndexMap<String, Option<Arc<Accounts>>>,
) -> Option<Listed> {
    let name = dialect.and_then(|member| member.value.as_str()).unwrap_or("aws");
    let dialect = match Dialect::embedded(name) {
        Some(Ok(dialect)) => dialect,
        _ => {
            let place = dialect.map_or(span, |member| member.value.span);
            let help = format!("write one of {}", Dialect::NAMES.join(", "));
            loader.error(Code::BadField, place, format!("there is no dialect `{name}`"), help);
            return None;
        }
    };
    let Some(account) = field(members, "account") else {
        loader.error(Code::MissingField, span, "the scenario names no account", "add `account = \"FILE\"`");
        return None;
    };
    let mut one = |name: &str| match field(members, name) {
        None => Some(None),
        Some(member) => path(loader, &member.value).map(Some),
    };
    let beside = ["resource-policies", "organization", "credentials", "compute", "managed"].map(&mut one);
    let accounts: Option<Vec<PathBuf>> = items(&account.value).into_iter().map(|item| path(loader, item)).collect();
    let [resource_policies, organization, credentials, compute, managed] = beside;
    let files = Files {
        accounts: accounts?,
        resource_policies: resource_policies?,
        organization: organization?,
        credentials: credentials?,
        compute: compute?,
        managed: managed?,
        lenient: false,
    };
    let key = format!("{name} {files:?}");
    let accounts = match known.get(&key) {
        Some(known) => known.clone()?,
        None => {
            let read = load(loader, &files, dialect);
            known.insert(key, read.clone());
            read?
        }
    };
    let steps = field(members, "max-steps").map_or(Some(MAX_STEPS), |member| steps(loader, "max-steps", &member.value));
    let alone = field(members, "no-own-provider").map_or(Some(false), |member| truth(loader, member));
    let outside = match field(members, "outside-principal") {
        None => Some(None),
        Some(member) => loader.text(&member.value, "outside-principal").map(Some),
    };
    let principals = principals(loader, members, &accounts, span);
    let also = field(members, "also-held").map(|member| items(&member.value)).unwrap_or_default();
    let also: Option<Vec<String>> = also.into_iter().map(|item| principal(loader, &accounts, item)).collect();
    Some(Listed {
        accounts,
        principals: principals?,
        also_held: also?,
        outside: outside?,
        own_provider: !alone?,
        max_steps: steps?,
    })
}

fn load(loader: &mut Loader<'_>, files: &Files, dialect: &'static Dialect) -> Option<Arc<Accounts>> {
    match files.load(dialect) {
        Ok((accounts, warnings)) => {
            loader.findings.extend(warnings);
            let findings = accounts.read_all();
            let whole = findings.errors() == 0;
            loader.findings.extend(findings.into_diagnostics());
            whole.then(|| Arc::new(accounts))
        }
        Err(refusal) => {
            loader.findings.extend(refusal.diagnostics);
            None
        }
    }
}

/// Who is asked about: `principal`, or those whom the patterns of `principals` name.
fn principals(loader: &mut Loader<'_>, members: &[Member], accounts: &Accounts, span: Span) -> Option<Vec<String>> {
    match (field(members, "principal"), field(members, "principals")) {
        (Some(one), None) => Some(vec![principal(loader, accounts, &one.value)?]),
        (None, Some(many)) => {
            let mut found: Vec<String> = Vec::new();
            for item in items(&many.value) {
                let text = loader.text(item, "principals")?;
                let pattern = Pattern::read(&text, Reading { wildcards: true, variables: false }).ok();
                let glob = pattern.and_then(|pattern| Glob::from_glyphs(pattern.glyphs()))?;
                let own: Vec<&String> =
                    accounts.holders.iter().map(|holder| &holder.arn).filter(|arn| glob.contains(arn)).collect();
                if own.is_empty() {
                    let help = match nearest(&text, accounts.holders.iter().map(|holder| holder.arn.as_str())) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "write a pattern of ARNs, as in `arn:aws:iam::*:role/ci-*`".to_owned(),
                    };
                    loader.error(
                        Code::UnknownPrincipal,
                        item.span,
                        format!("`{text}` names no listed principal"),
                        help,
                    );
                    return None;
                }
                for arn in own {
                    if !found.contains(arn) {
                        found.push(arn.clone());
                    }
                }
            }
            Some(found)
        }
        (None, None) => {
            let help = "add `principal = \"ARN\"`, or `principals = [\"arn:aws:iam::*:role/ci-*\"]`";
            loader.error(Code::MissingField, span, "the scenario names no principal", help);
            None
        }
        (Some(_), Some(many)) => {
            let help = "keep one of them";
            loader.error(Code::BadField, many.key.span, "both `principal` and `principals` are given", help);
            None
        }
    }
}

fn principal(loader: &mut Loader<'_>, accounts: &Accounts, json: &Json) -> Option<String> {
    let text = loader.text(json, "principal")?;
    match Subject::find(accounts, &text) {
        Ok(subject) => Some(subject.arn),
        Err(unknown) => {
            loader.error(Code::UnknownPrincipal, json.span, unknown.message, unknown.help);
            None
        }
    }
}
