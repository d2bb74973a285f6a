//! What is asserted about: layers, or an account.
//!
//! In: `[scenario.NAME]`, whose keys are the flags of `ringfence reach` and `ringfence escalate`. Out: [`Setting`]s with
//! their files read, each set of an account's files once.

mod deployed;
mod layers;
mod listed;
mod value;

use std::sync::Arc;
use std::time::Duration;

use indexmap::IndexMap;

use crate::account::Accounts;
use crate::diagnostic::Code;
use crate::json::{Member, Value};
use crate::scenario::load::field;
use crate::scenario::{Loader, Scenario};
use crate::source::Span;
use crate::vocabulary::nearest::nearest;
use crate::vocabulary::ruling::Rulings;

pub use deployed::{Deployed, Instead};
pub(super) use layers::assumed;
pub(super) use value::{items, path, steps};

use layers::LAYERS;

/// The keys of accounts, besides `principal`.
const ACCOUNT: [&str; 11] = [
    "account",
    "resource-policies",
    "organization",
    "credentials",
    "compute",
    "managed",
    "principals",
    "also-held",
    "outside-principal",
    "no-own-provider",
    "max-steps",
];
/// The keys of plans and templates.
const DEPLOYED: [&str; 5] = ["terraform-plan", "cloudformation", "parameters", "managed", "principals"];
/// The keys of all.
const BOTH: [&str; 9] = [
    "about",
    "dialect",
    "like",
    "scenario",
    "timeout",
    "any-request",
    "user-boundary",
    "not-principal",
    "resource-star",
];
/// A scenario of a suite.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What it is.
    pub what: What,
    /// Whether the facts of realism are dropped (S11.4).
    pub any_request: bool,
    /// How long a question may take.
    pub timeout: Duration,
    /// Which readings are taken (S14).
    pub rulings: Rulings,
    /// What an assertion assumes instead of a layer, as it is written.
    pub assume: Option<String>,
}

impl Setting {
    /// How long a question may take that says nothing of it.
    pub const TIMEOUT: Duration = Duration::from_secs(10);
}

/// Layers, an account, or a plan or template.
#[derive(Debug, Clone)]
pub enum What {
    /// A principal with its layers.
    Layers(Box<Scenario>),
    /// Principals of an account.
    Account(Box<Listed>),
    /// Those of a plan or template.
    Deployed(Box<Deployed>),
}

/// Principals of an account.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The account, with what is known of it.
    pub accounts: Arc<Accounts>,
    /// The principals that are asked about, each on its own.
    pub principals: Vec<String>,
    /// Whose credentials are held as well, in sequences.
    pub also_held: Vec<String>,
    /// An account that is all the attacker's.
    pub outside: Option<String>,
    /// Whether a SAML provider that the attacker makes signs for him.
    pub own_provider: bool,
    /// How long traces may be.
    pub max_steps: usize,
}

/// The scenarios of a suite.
pub(super) struct Tables {
    settings: IndexMap<String, (Span, Option<Arc<Setting>>)>,
}

impl Tables {
    /// Reads every `[scenario.NAME]`.
    pub(super) fn read(loader: &mut Loader<'_>, suite: &[Member], instead: &Instead) -> Self {
        let mut tables = Self { settings: IndexMap::new() };
        let Some(member) = field(suite, "scenario") else { return tables };
        let Value::Object(named) = &member.value.value else {
            let message = format!("`scenario` is a table of scenarios, not {}", member.value.describe());
            loader.error(Code::WrongType, member.key.span, message, "write `[scenario.NAME]`");
            return tables;
        };
        let mut accounts = IndexMap::new();
        for own in named {
            let setting = merged(loader, named, own)
                .and_then(|members| setting(loader, suite, &members, own.key.span, (&mut accounts, instead)));
            tables.settings.insert(own.key.value.clone(), (own.key.span, setting.map(Arc::new)));
        }
        tables
    }

    /// The names, each with its place.
    pub(super) fn names(&self) -> impl Iterator<Item = (&String, Span)> {
        self.settings.iter().map(|(name, (span, _))| (name, *span))
    }

    /// A scenario by its name; none if it is refused, or does not exist.
    pub(super) fn get(&self, loader: &mut Loader<'_>, name: &str, span: Span) -> Option<Arc<Setting>> {
        match self.settings.get(name) {
            Some((_, setting)) => setting.clone(),
            None => {
                let help = match nearest(name, self.settings.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add `[scenario.{name}]`"),
                };
                loader.error(Code::BadField, span, format!("there is no scenario `{name}`"), help);
                None
            }
        }
    }
}

/// The keys of a scenario, with those of the scenario that it is like.
fn merged(loader: &mut Loader<'_>, named: &[Member], own: &Member) -> Option<Vec<Member>> {
    let mut members: Vec<Member> = Vec::new();
    let (mut next, mut seen) = (own, vec![own.key.value.as_str()]);
    loop {
        let Value::Object(table) = &next.value.value else {
            let message = format!("a scenario is a table, not {}", next.value.describe());
            loader.error(Code::WrongType, next.value.span, message, "write `[scenario.NAME]`");
            return None;
        };
        for member in table {
            if !members.iter().any(|known| known.key.value == member.key.value) {
                members.push(member.clone());
            }
        }
        let Some(like) = field(table, "like") else { return Some(members) };
        let name = loader.text(&like.value, "like")?;
        if seen.contains(&name.as_str()) {
            let message = format!("the scenario `{}` is like itself, by way of `{}`", own.key.value, seen.join("`, `"));
            loader.error(Code::BadField, like.value.span, message, "take `like` out of one of them");
            return None;
        }
        let Some(found) = named.iter().find(|other| other.key.value == name) else {
            let help = match nearest(&name, named.iter().map(|other| other.key.value.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("add `[scenario.{name}]`"),
            };
            loader.error(Code::BadField, like.value.span, format!("there is no scenario `{name}`"), help);
            return None;
        };
        seen.push(&found.key.value);
        next = found;
    }
}

fn setting(
    loader: &mut Loader<'_>,
    suite: &[Member],
    members: &[Member],
    span: Span,
    (accounts, instead): (&mut IndexMap<String, Option<Arc<Accounts>>>, &Instead),
) -> Option<Setting> {
    let before = loader.findings.errors();
    let is_deployed = field(members, "terraform-plan").or_else(|| field(members, "cloudformation")).is_some();
    let of_account = !is_deployed && ACCOUNT.iter().any(|name| field(members, name).is_some());
    let mut known: Vec<&str> = BOTH.to_vec();
    if is_deployed {
        known.retain(|name| !matches!(*name, "dialect" | "scenario"));
    } else {
        known.extend(LAYERS.iter().map(|(name, _)| *name).filter(|name| !of_account || *name == "principal"));
        known.extend(ACCOUNT);
    }
    known.extend(DEPLOYED);
    loader.known_fields(members, &known);
    let timeout = field(members, "timeout").or_else(|| field(suite, "timeout"));
    let timeout = timeout.map_or(Some(Setting::TIMEOUT), |member| value::seconds(loader, &member.value));
    let any_request = field(members, "any-request").map_or(Some(false), |member| value::truth(loader, member));
    let rulings = value::rulings(loader, members);
    let dialect = field(members, "dialect").or_else(|| field(suite, "dialect"));
    let what = match of_account {
        _ if is_deployed => deployed::read(loader, members, instead).map(|own| What::Deployed(Box::new(own))),
        true => listed::read(loader, members, dialect, span, accounts).map(|listed| What::Account(Box::new(listed))),
        false => {
            layers::read(loader, members, dialect, span).map(|own| What::Layers(Box::new(Scenario { rulings, ..own })))
        }
    };
    if loader.findings.errors() > before {
        return None;
    }
    Some(Setting { what: what?, any_request: any_request?, timeout: timeout?, rulings, assume: None })
}
