//! Pages of `aws iam get-account-authorization-details`: users, groups, roles and managed policies as they are listed.
//!
//! In: the sources of pages, in any order, of one account or of several. Out: [`Listing`]; who holds which document is
//! resolved by `resolve`. Trusted for: an entry that cannot be read whole is a finding, and is never taken for less.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::policy::{Policies, PolicyId};
use crate::account::raw::{Members, Raw, member, required, syntax};
use crate::account::version::Versions;
use crate::diagnostic::{Code, Diagnostic, Findings, quoted};
use crate::policy::DocumentKind;
use crate::source::{Source, Span};
use crate::vocabulary::account::AccountForm;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::context_key::ContextKey;

/// The lists of a page.
const LISTS: [(&str, Kind); 4] = [
    ("UserDetailList", Kind::User),
    ("GroupDetailList", Kind::Group),
    ("RoleDetailList", Kind::Role),
    ("Policies", Kind::Policy),
];

/// Fields that bear on no question.
const PASSED_OVER: [&str; 13] = [
    "CreateDate",
    "UpdateDate",
    "Path",
    "UserId",
    "GroupId",
    "RoleId",
    "PolicyId",
    "PolicyName",
    "RoleLastUsed",
    "AttachmentCount",
    "PermissionsBoundaryUsageCount",
    "IsAttachable",
    "Description",
];

/// What an entry of a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    User,
    Group,
    Role,
    Policy,
}

impl Kind {
    /// The field that names an entry.
    fn name_field(self) -> &'static str {
        match self {
            Self::User => "UserName",
            Self::Group => "GroupName",
            Self::Role => "RoleName",
            Self::Policy => "PolicyName",
        }
    }

    /// The field of the documents that stand in the entry.
    fn inline_field(self) -> &'static str {
        match self {
            Self::User => "UserPolicyList",
            Self::Group => "GroupPolicyList",
            Self::Role => "RolePolicyList",
            Self::Policy => "PolicyVersionList",
        }
    }

    /// How ARNs of the kind begin behind the account.
    fn resource(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::Policy => "policy",
        }
    }

    /// The fields that are read besides.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::User => &["Arn", "AttachedManagedPolicies", "GroupList", "PermissionsBoundary", "Tags"],
            Self::Group => &["Arn", "AttachedManagedPolicies"],
            Self::Role => &[
                "Arn",
                "AttachedManagedPolicies",
                "AssumeRolePolicyDocument",
                "InstanceProfileList",
                "PermissionsBoundary",
                "Tags",
            ],
            Self::Policy => &["Arn", "DefaultVersionId"],
        }
    }
}

/// A name of something that is listed elsewhere, and where it is named.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    pub(super) name: String,
    pub(super) source: Arc<Source>,
    pub(super) span: Span,
}

/// A user, group or role.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) arn: String,
    pub(super) tags: IndexMap<ContextKey, String>,
    /// Inline documents by name.
    pub(super) inline: Vec<(String, PolicyId)>,
    pub(super) attached: Vec<Reference>,
    pub(super) boundary: Option<Reference>,
    pub(super) groups: Vec<Reference>,
    pub(super) trust: Option<PolicyId>,
    /// Whether it is in an instance profile.
    pub(super) profiled: bool,
    /// What is wrong with it: it cannot be asked about.
    pub(super) problems: Vec<Diagnostic>,
}

/// What the pages list.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Users, groups and roles by ARN.
    pub(super) entries: IndexMap<String, Entry>,
    /// Managed policies by ARN: their versions, or what is wrong with the policy.
    pub(super) managed: IndexMap<String, Result<Versions, Vec<Diagnostic>>>,
    /// What is wrong with parts that are nobody's.
    pub(super) problems: Vec<Diagnostic>,
    /// What a reader should know.
    pub(super) warnings: Vec<Diagnostic>,
    /// The form of account ids.
    form: AccountForm,
    /// Accounts whose ids do not have it.
    odd: Vec<String>,
    /// The last page of each account that says that more follow.
    open: IndexMap<String, Diagnostic>,
    /// The accounts whose last page was read.
    closed: Vec<String>,
}

impl Listing {
    /// Nothing is read yet.
    pub(super) fn new(form: AccountForm) -> Self {
        Self { form, ..Self::default() }
    }

    /// Reads a source: a page, pages one behind the other, or a list of pages.
    pub(super) fn add(&mut self, source: &Arc<Source>, policies: &mut Policies) {
        let values = match Raw::values(source) {
            Ok(values) => values,
            Err(error) => {
                self.problems.push(syntax(source, &error));
                return;
            }
        };
        if values.is_empty() {
            let help = "give the output of `aws iam get-account-authorization-details`";
            self.problems.push(Diagnostic::whole(Code::BlankInput, source, "the input is blank", help));
        }
        for (number, value) in values.into_iter().enumerate() {
            let base = if number == 0 { String::new() } else { format!("/{number}") };
            let mut findings = Findings::default();
            match value.is_list() {
                false => self.page(value, &base, policies, &mut findings),
                true => {
                    for (index, page) in value.items("a list of pages", &mut findings).into_iter().flatten().enumerate()
                    {
                        self.page(page, &format!("{base}/{index}"), policies, &mut findings);
                    }
                }
            }
            self.problems.extend(findings.into_diagnostics());
        }
    }

    /// Ends the reading: what is still missing is a problem.
    pub(super) fn finish(&mut self) {
        let closed = std::mem::take(&mut self.closed);
        let open = std::mem::take(&mut self.open);
        self.problems.extend(open.into_iter().filter(|(account, _)| !closed.contains(account)).map(|(_, open)| open));
    }

    fn page(&mut self, raw: Raw<'_>, pointer: &str, policies: &mut Policies, findings: &mut Findings) {
        let Some(members) = raw.members("a page of a listing", findings) else { return };
        if !LISTS.iter().any(|(name, _)| member(&members, name).is_some()) {
            let message = "this is no listing of an account: it has none of UserDetailList, GroupDetailList, \
                           RoleDetailList and Policies";
            let help = "give the output of `aws iam get-account-authorization-details`";
            let start = Span::new(raw.span().start, raw.span().start + 1);
            findings.push(Diagnostic::new(Code::NotAListing, raw.source, start, message, help));
            return;
        }
        let mut account = None;
        for (name, value) in &members {
            match LISTS.iter().find(|(list, _)| list == name) {
                Some((_, kind)) => {
                    for (index, item) in value.items(&format!("`{name}`"), findings).into_iter().flatten().enumerate() {
                        let own = self.item(*kind, item, &format!("{pointer}/{name}/{index}"), policies);
                        account = account.or(own);
                    }
                }
                None if matches!(name.as_str(), "IsTruncated" | "Marker" | "ResponseMetadata") => {}
                None => self.warnings.push(ignored(name, *value)),
            }
        }
        let Some(truncated) = member(&members, "IsTruncated") else { return };
        match truncated.simple::<bool>("`IsTruncated`", "true or false", findings) {
            Some(true) => {
                let message = "the listing goes on behind this page, and no last page of the account is given";
                let help = "give the pages up to the one with `\"IsTruncated\": false`, as files or in one file";
                let open = truncated.finding(Code::TruncatedListing, message, help);
                self.open.insert(account.unwrap_or_default(), open);
            }
            Some(false) => self.closed.extend(account),
            None => {}
        }
    }

    /// Reads one entry; the account it belongs to.
    fn item(&mut self, kind: Kind, raw: Raw<'_>, pointer: &str, policies: &mut Policies) -> Option<String> {
        let mut findings = Findings::default();
        let arn = self.read_item(kind, raw, pointer, policies, &mut findings);
        // What belongs to nobody who could be named.
        self.problems.extend(findings.into_diagnostics());
        let arn = arn?;
        let account = Arn::parse(&arn)?.account;
        (account != "aws").then(|| account.to_owned())
    }

    fn read_item(
        &mut self,
        kind: Kind,
        raw: Raw<'_>,
        pointer: &str,
        policies: &mut Policies,
        findings: &mut Findings,
    ) -> Option<String> {
        let what = format!("a {}", kind.resource());
        let members = raw.members(&what, findings)?;
        let Some(arn_raw) = member(&members, "Arn") else {
            let help = "give the listing as IAM returns it";
            findings.push(raw.finding(Code::MissingField, format!("{what} has no `Arn`"), help));
            return None;
        };
        let arn = arn_raw.string("`Arn`", findings)?;
        let of_kind =
            Arn::parse(&arn).is_some_and(|own| own.service == "iam" && own.resource_of(kind.resource()).is_some());
        if !of_kind {
            let message = format!("{} is no ARN of a {}", quoted(&arn), kind.resource());
            findings.push(arn_raw.finding(Code::BadField, message, "give the listing as IAM returns it"));
            return None;
        }
        if self.entries.contains_key(&arn) || self.managed.contains_key(&arn) {
            let message = format!("{} is listed twice", quoted(&arn));
            let twice = arn_raw.finding(Code::DuplicateEntry, message, "give each page once");
            // Which of the two it is, nobody can say.
            if let Some(entry) = self.entries.get_mut(&arn) {
                entry.problems.push(twice.clone());
            }
            if let Some(policy) = self.managed.get_mut(&arn) {
                *policy = Err(vec![twice.clone()]);
            }
            findings.push(twice);
            return None;
        }
        self.account_form(kind, &arn, arn_raw);
        let read = [kind.name_field(), kind.inline_field()];
        for (name, value) in &members {
            let known = |list: &[&str]| list.contains(&name.as_str());
            if !known(&read) && !known(kind.fields()) && !known(&PASSED_OVER) {
                self.warnings.push(ignored(name, *value));
            }
        }
        let mut own = Findings::default();
        if kind == Kind::Policy {
            let versions = Versions::read(&arn, &members, pointer, policies, &mut own);
            let problems: Vec<Diagnostic> = own.into_diagnostics().collect();
            let policy = match versions {
                Some(versions) if problems.is_empty() => Ok(versions),
                _ => Err(problems),
            };
            self.managed.insert(arn.clone(), policy);
            return Some(arn);
        }
        let entry = entry(kind, &arn, &members, pointer, policies, &mut own);
        let entry = Entry { problems: own.into_diagnostics().collect(), ..entry };
        self.entries.insert(arn.clone(), entry);
        Some(arn)
    }
}

impl Listing {
    /// Warns of an account id that is none, once.
    fn account_form(&mut self, kind: Kind, arn: &str, raw: Raw<'_>) {
        let account = Arn::parse(arn).map_or("", |arn| arn.account);
        if kind != Kind::Policy && !self.form.fits(account) && !self.odd.iter().any(|odd| odd == account) {
            self.odd.push(account.to_owned());
            let message = format!("{} is no account id", quoted(account));
            let help = "give the listing as IAM returns it; it is taken for an account of its own";
            self.warnings.push(raw.finding(Code::AccountForm, message, help));
        }
    }
}

fn ignored(name: &str, value: Raw<'_>) -> Diagnostic {
    let help = "nothing: no question depends on it as far as ringfence knows";
    value.finding(Code::IgnoredField, format!("field {} is not read", quoted(name)), help)
}

fn entry(
    kind: Kind,
    arn: &str,
    members: &Members<'_>,
    pointer: &str,
    policies: &mut Policies,
    findings: &mut Findings,
) -> Entry {
    let owner = Arn::parse(arn).map_or(arn, |own| own.resource);
    let list = |name: &str, findings: &mut Findings| {
        member(members, name).and_then(|raw| raw.items(&format!("`{name}`"), findings)).unwrap_or_default()
    };
    let mut inline = Vec::new();
    let field = kind.inline_field();
    for (index, raw) in list(field, findings).into_iter().enumerate() {
        let Some(own) = raw.members("an inline policy", findings) else { continue };
        let name = member(&own, "PolicyName").and_then(|name| name.string("`PolicyName`", findings));
        let Some(document) = required(&own, raw, "PolicyDocument", findings) else { continue };
        let name = name.unwrap_or_default();
        let title = format!("inline policy {} of {owner}", quoted(&name));
        let pointer = format!("{pointer}/{field}/{index}/PolicyDocument");
        let document = policies.add(document, pointer, title, DocumentKind::Identity, findings);
        inline.extend(document.map(|id| (name, id)));
    }
    let mut attached = Vec::new();
    for raw in list("AttachedManagedPolicies", findings) {
        let Some(own) = raw.members("an attached policy", findings) else { continue };
        attached
            .extend(required(&own, raw, "PolicyArn", findings).and_then(|arn| reference(arn, "`PolicyArn`", findings)));
    }
    let boundary = member(members, "PermissionsBoundary").filter(|raw| raw.text() != "null").and_then(|raw| {
        let own = raw.members("`PermissionsBoundary`", findings)?;
        let arn = required(&own, raw, "PermissionsBoundaryArn", findings)?;
        reference(arn, "`PermissionsBoundaryArn`", findings)
    });
    let groups = list("GroupList", findings);
    let groups = groups.into_iter().filter_map(|raw| reference(raw, "a group's name", findings)).collect();
    let trust = match (kind, member(members, "AssumeRolePolicyDocument")) {
        (Kind::Role, Some(raw)) => {
            let (title, pointer) = (format!("trust policy of {owner}"), format!("{pointer}/AssumeRolePolicyDocument"));
            policies.add(raw, pointer, title, DocumentKind::Trust, findings)
        }
        (Kind::Role, None) => {
            let help = "give the listing as IAM returns it";
            if let Some(arn) = member(members, "Arn") {
                findings.push(arn.finding(
                    Code::MissingField,
                    format!("{owner} has no AssumeRolePolicyDocument"),
                    help,
                ));
            }
            None
        }
        _ => None,
    };
    let profiled = !list("InstanceProfileList", findings).is_empty();
    let mut tags = IndexMap::new();
    for raw in list("Tags", findings) {
        let Some(own) = raw.members("a tag", findings) else { continue };
        let key = required(&own, raw, "Key", findings).and_then(|key| key.string("`Key`", findings));
        let value = required(&own, raw, "Value", findings).and_then(|value| value.string("`Value`", findings));
        if let (Some(key), Some(value)) = (key, value)
            && tags.insert(ContextKey::new(key.as_str()), value).is_some()
        {
            let message = format!("{owner} has the tag {} twice", quoted(&key));
            let help = "IAM keeps tag names unique, whatever their case; give the listing as IAM returns it";
            findings.push(raw.finding(Code::DuplicateEntry, message, help));
        }
    }
    Entry { kind, arn: arn.to_owned(), tags, inline, attached, boundary, groups, trust, profiled, problems: Vec::new() }
}

fn reference(raw: Raw<'_>, what: &str, findings: &mut Findings) -> Option<Reference> {
    Some(Reference { name: raw.string(what, findings)?, source: Arc::clone(raw.source), span: raw.span() })
}
