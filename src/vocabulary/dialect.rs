//! A dialect's own facts: which layers it describes and which actions its law treats apart.
//!
//! In: `encodings/<dialect>/rules.txt`. Out: [`Dialect`]. The code knows no service name and no exception: they are
//! lines of that file, each with its rule.

use std::sync::LazyLock;

use crate::vocabulary::account::AccountForm;
use crate::vocabulary::action::{Action, ActionPattern};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::layer::LayerKind;
use crate::vocabulary::limit::{Limit, LimitKind};
use crate::vocabulary::resource::{ResourcePattern, ShortArn};

/// Why an action is treated apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExceptionKind {
    /// No policy governs it (S7.5).
    NeedsNoPermission,
    /// A setting of the account may allow it without any policy (S7.5).
    ByAccountSetting,
    /// A Deny in the resource policy does not bind the owner's root user (S7.7).
    RootRecovers,
    /// The resource policy is a role's trust policy (S7.2).
    RoleTrust,
    /// The resource policy is a key policy (S7.1).
    KeyPolicy,
    /// The action has no cross-account form (S8.6).
    OwnAccountOnly,
    /// Resource control policies do not apply to it, although they cover its service (S10.5).
    NotUnderRcps,
    /// It is authorized beside a call, and is none itself (S7.3).
    BesideACall,
}

/// An action that the law treats apart.
#[derive(Debug, Clone)]
pub struct Exception {
    /// In what way.
    pub kind: ExceptionKind,
    /// Which actions.
    pub action: ActionPattern,
    /// For which callers.
    pub callers: Vec<CallerKind>,
    /// On which resources.
    pub resource: ResourcePattern,
    /// The rule that says so, such as `S7.5`.
    pub rule: String,
}

/// One dialect of the policy language.
#[derive(Debug, Clone, Default)]
pub struct Dialect {
    name: String,
    callers: Vec<CallerKind>,
    layers: Vec<(LayerKind, Vec<CallerKind>)>,
    exceptions: Vec<Exception>,
    carriers: Vec<(ContextKey, Vec<String>)>,
    forms: Vec<(Action, String)>,
    also: Vec<(String, String, String)>,
    carried_by: Vec<(ContextKey, Vec<CallerKind>)>,
    limits: Vec<Limit>,
    adds_tags: Vec<String>,
    accounts: AccountForm,
    partitions: Option<Vec<String>>,
    service_linked: Option<String>,
    text: String,
}

/// A line of a rules file that cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct DialectError {
    /// The file.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

static AWS: LazyLock<Result<Dialect, DialectError>> =
    LazyLock::new(|| Dialect::read("aws", include_str!("../../encodings/aws/rules.txt")));
static ASTRAN: LazyLock<Result<Dialect, DialectError>> =
    LazyLock::new(|| Dialect::read("astran", include_str!("../../encodings/astran/rules.txt")));

impl Dialect {
    /// The names of the built-in dialects.
    pub const NAMES: [&'static str; 2] = ["aws", "astran"];

    /// A built-in dialect; none if there is none of that name.
    ///
    /// # Errors
    /// The first unusable line of its rules file.
    pub fn embedded(name: &str) -> Option<Result<&'static Self, DialectError>> {
        match name {
            "aws" => Some(AWS.as_ref().map_err(Clone::clone)),
            "astran" => Some(ASTRAN.as_ref().map_err(Clone::clone)),
            _ => None,
        }
    }

    /// Reads a rules file.
    ///
    /// # Errors
    /// The first unusable line.
    pub fn read(name: &str, text: &str) -> Result<Self, DialectError> {
        let mut dialect = Self { name: name.to_owned(), text: text.to_owned(), ..Self::default() };
        for (index, line) in text.lines().enumerate() {
            if !line.starts_with('#') && !line.trim().is_empty() {
                dialect.read_line(line).map_err(|message| DialectError {
                    file: format!("{name}/rules.txt"),
                    line: index + 1,
                    message,
                })?;
            }
        }
        Ok(dialect)
    }

    fn read_line(&mut self, line: &str) -> Result<(), String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[kind, subject, object, rule] = fields.as_slice() else {
            return Err(format!("{} fields instead of 4", fields.len()));
        };
        if kind == "callers" {
            self.callers = callers(subject)?;
            return Ok(());
        }
        if kind == "key" {
            let actions = object.split(',').map(str::to_lowercase).collect();
            self.carriers.push((ContextKey::new(subject), actions));
            return Ok(());
        }
        if kind == "form" {
            let action = Action::parse(subject).map_err(|error| format!("`{subject}` {error}"))?;
            self.forms.push((action, object.to_owned()));
            return Ok(());
        }
        if kind == "also" {
            let (service, resource_type) =
                subject.split_once(':').ok_or_else(|| format!("`{subject}` is no service and resource type"))?;
            self.also.push((service.to_owned(), resource_type.to_owned(), object.to_owned()));
            return Ok(());
        }
        if kind == "carried-by" {
            self.carried_by.push((ContextKey::new(subject), callers(object)?));
            return Ok(());
        }
        if kind == "adds-tags" {
            self.adds_tags = subject.split(',').map(str::to_lowercase).collect();
            return Ok(());
        }
        if let Some(kind) = LimitKind::parse(kind) {
            let action = ActionPattern::parse(subject).map_err(|error| format!("`{subject}` {error}"))?;
            self.limits.push(Limit { kind, action, callers: callers(object)? });
            return Ok(());
        }
        if kind == "accounts" {
            self.accounts =
                AccountForm::parse(subject).ok_or_else(|| format!("no form of accounts is called `{subject}`"))?;
            return Ok(());
        }
        if kind == "partitions" {
            self.partitions = (subject != "opaque").then(|| subject.split(',').map(str::to_owned).collect());
            return Ok(());
        }
        if kind == "service-linked" {
            self.service_linked = Some(subject.to_owned());
            return Ok(());
        }
        if kind == "layer" {
            let layer = LayerKind::parse(subject).ok_or_else(|| format!("no layer is called `{subject}`"))?;
            self.layers.push((layer, callers(object)?));
            return Ok(());
        }
        let kind = match kind {
            "needs-no-permission" => ExceptionKind::NeedsNoPermission,
            "by-account-setting" => ExceptionKind::ByAccountSetting,
            "root-recovers" => ExceptionKind::RootRecovers,
            "role-trust" => ExceptionKind::RoleTrust,
            "key-policy" => ExceptionKind::KeyPolicy,
            "own-account-only" => ExceptionKind::OwnAccountOnly,
            "not-under-rcps" => ExceptionKind::NotUnderRcps,
            "beside-a-call" => ExceptionKind::BesideACall,
            other => return Err(format!("no fact is called `{other}`")),
        };
        let action = ActionPattern::parse(subject).map_err(|error| format!("`{subject}` {error}"))?;
        let on_resource = !matches!(
            kind,
            ExceptionKind::NeedsNoPermission | ExceptionKind::ByAccountSetting | ExceptionKind::RootRecovers
        );
        let pattern = if on_resource { object } else { "*" };
        let (resource, _) =
            ResourcePattern::parse(pattern, false, ShortArn::Refuse).map_err(|error| format!("`{pattern}` {error}"))?;
        let callers = if on_resource { CallerKind::ALL.to_vec() } else { callers(object)? };
        self.exceptions.push(Exception { kind, action, callers, resource, rule: rule.to_owned() });
        Ok(())
    }

    /// The dialect's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole rules file, for digests.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The kinds of callers that the dialect describes.
    pub fn callers(&self) -> &[CallerKind] {
        &self.callers
    }

    /// The callers that can have a layer attached; none if the dialect does not describe such layers.
    pub fn callers_of(&self, layer: LayerKind) -> Option<&[CallerKind]> {
        self.layers.iter().find(|(kind, _)| *kind == layer).map(|(_, callers)| callers.as_slice())
    }

    /// Whether policies of a layer can be attached to a caller or passed for it; those of a resource, an endpoint or an
    /// organization are not its own (S5.5, S5.10).
    pub fn attaches(&self, layer: LayerKind, caller: CallerKind) -> bool {
        let own = matches!(layer, LayerKind::Identity | LayerKind::Boundary | LayerKind::Session);
        !own || self.callers_of(layer).is_some_and(|callers| callers.contains(&caller))
    }

    /// The actions, in lower case, that alone carry a key; none if the dialect has no rule of its own for it.
    pub fn carriers(&self, key: &ContextKey) -> Option<&[String]> {
        self.carriers.iter().find(|(own, _)| own == key).map(|(_, actions)| actions.as_slice())
    }

    /// The forms of ARN that a service hands over for an action without resource type (S14.7), with
    /// `${Partition}` and `${Account}` unresolved.
    pub fn forms<'a>(&'a self, action: &'a Action) -> impl Iterator<Item = &'a str> {
        let same = move |own: &Action| own.prefix() == action.prefix() && own.name() == action.name();
        self.forms.iter().filter(move |(own, _)| same(own)).map(|(_, form)| form.as_str())
    }

    /// Further ARN forms of a resource type, with `${Partition}` unresolved (S11.4.10).
    pub fn also<'a>(&'a self, service: &'a str, resource_type: &'a str) -> impl Iterator<Item = &'a str> {
        let own = move |(own, kind, _): &&(String, String, String)| own == service && kind == resource_type;
        self.also.iter().filter(own).map(|(_, _, form)| form.as_str())
    }

    /// The callers whose credentials alone carry a session key (S11.2); none if the dialect does not say.
    pub fn carried_by(&self, key: &ContextKey) -> Option<&[CallerKind]> {
        self.carried_by.iter().find(|(own, _)| own == key).map(|(_, callers)| callers.as_slice())
    }

    /// What callers cannot call, whatever policies say (S11.4.13).
    pub fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// Whether an action of this name that takes tags adds them and does nothing else with them (S11.4.9).
    pub fn adds_tags(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        self.adds_tags.iter().any(|verb| name.starts_with(verb))
    }

    /// The form of account ids (S15.1).
    pub fn account_form(&self) -> AccountForm {
        self.accounts
    }

    /// Every partition there is, the dialect's own first; none if any name can be one (S15.1).
    pub fn partitions(&self) -> Option<&[String]> {
        self.partitions.as_deref()
    }

    /// The path of service-linked roles, which no SCP and RCP binds (S9.3, S10.5).
    pub fn service_linked(&self) -> Option<&str> {
        self.service_linked.as_deref()
    }

    /// The actions treated apart.
    pub fn exceptions(&self) -> &[Exception] {
        &self.exceptions
    }
}

fn callers(text: &str) -> Result<Vec<CallerKind>, String> {
    text.split(',').map(|word| CallerKind::parse(word).ok_or_else(|| format!("no caller is called `{word}`"))).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_dialects_are_readable() {
        let aws = Dialect::embedded("aws").unwrap().unwrap();
        assert!(LayerKind::ALL.into_iter().all(|layer| aws.callers_of(layer).is_some()));
        assert_eq!(aws.exceptions().len(), 16);
        assert_eq!(aws.limits().len(), 7);
        assert_eq!(aws.carried_by(&ContextKey::new("AWS:AssumedRoot")).unwrap().len(), 3);
        assert!(aws.adds_tags("CreateUser") && !aws.adds_tags("UntagUser"));
        let astran = Dialect::embedded("astran").unwrap().unwrap();
        assert_eq!(astran.callers_of(LayerKind::Boundary), Some(&[CallerKind::User][..]));
        assert_eq!(astran.callers_of(LayerKind::Scp), None);
        assert!(!astran.callers().contains(&CallerKind::Federated) && aws.callers() == CallerKind::ALL);
        assert!(Dialect::embedded("gcp").is_none());
    }

    #[test]
    fn an_unusable_line_is_named() {
        let error = Dialect::read("x", "# fine\nlayer\tidentity\tuser,robot\tS5\n").unwrap_err();
        assert_eq!(error.to_string(), "x/rules.txt:2: no caller is called `robot`");
        assert!(Dialect::read("x", "layer\tidentity\tuser").is_err());
        assert!(Dialect::read("x", "shrug\ta:b\tuser\tS1").is_err());
        assert!(Dialect::read("x", "needs-no-permission\tab\tuser\tS1").is_err());
    }
}
