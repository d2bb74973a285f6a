//! Terraform's plans, as `terraform show -json` writes them.
//!
//! In: the JSON of a plan, and whether what is before or after it is meant. Out: [`Parts`]. A value that is known after apply is an unknown under its
//! address, or under that of the attribute it refers to. Trusted for: an attribute that holds policies is read or noted.

mod attribute;
mod data;

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use crate::deployment::node::{Content, Node, Piece, Sort, UnknownId, joined};
use crate::deployment::parts::{Attached, Attachment, Held, Holder, HolderKind, Managed, Parts};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::json;
use crate::policy::DocumentKind;
use crate::source::{Source, Span};

use attribute::{RESOURCE_POLICIES, holds_policies};

/// Which state of a plan is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As things are.
    Before,
    /// As they will be.
    After,
}

/// A resource in one state.
struct Resource<'p> {
    address: &'p str,
    kind: &'p str,
    /// Its attributes.
    values: &'p Value,
    /// Which of them are known after apply only.
    unknown: &'p Value,
    /// Whether it is only looked at, and not the plan's own.
    is_data: bool,
    /// The expressions of its configuration; none where the plan has no configuration of it.
    written: Option<&'p Value>,
}

/// Reads a plan.
pub(super) fn read(source: &Arc<Source>, state: State, findings: &mut Findings) -> Option<Parts> {
    let plan: Value = match serde_json::from_str(source.text()) {
        Ok(plan) => plan,
        Err(error) => {
            let lines = source.text().split_inclusive('\n').take(error.line().saturating_sub(1));
            let at = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
            let help = "give the output of `terraform show -json PLAN`";
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_owned();
            findings.push(Diagnostic::new(Code::Syntax, source, Span::new(at, at), message, help));
            return None;
        }
    };
    let Some(resources) = resources(&plan, state) else {
        let help =
            "give the output of `terraform show -json PLAN`, where PLAN is what `terraform plan -out PLAN` wrote";
        let message = "this is no plan: it has no `resource_changes`";
        findings.push(Diagnostic::whole(Code::NotAListing, source, message, help));
        return None;
    };
    let mut reader = Reader { source, resources: &resources, parts: Parts::default(), findings };
    // Managed policies first: others mean them by their ARNs.
    for own in resources.values().filter(|own| own.kind == "aws_iam_policy") {
        reader.resource(own);
    }
    for own in resources.values().filter(|own| own.kind != "aws_iam_policy" && !own.is_data) {
        reader.resource(own);
    }
    Some(reader.parts)
}

/// The resources of one state, by address; none where the JSON is no plan.
fn resources(plan: &Value, state: State) -> Option<IndexMap<&str, Resource<'_>>> {
    static NULL: Value = Value::Null;
    let mut resources = IndexMap::new();
    for change in plan.get("resource_changes")?.as_array()? {
        let (Some(address), Some(kind)) = (text(change, "address"), text(change, "type")) else { continue };
        let Some(own) = change.get("change") else { continue };
        let (values, unknown) = match state {
            State::Before => (own.get("before"), None),
            State::After => (own.get("after"), own.get("after_unknown")),
        };
        let Some(values) = values.filter(|values| values.is_object()) else { continue };
        let unknown = unknown.unwrap_or(&NULL);
        let written = configuration(plan, address);
        // A deposed object is on its way out, beside the one that takes its place.
        if change.get("deposed").is_none() {
            let is_data = text(change, "mode") == Some("data");
            resources.insert(address, Resource { address, kind, values, unknown, is_data, written });
        }
    }
    Some(resources)
}

/// The expressions of a resource in the plan's configuration.
fn configuration<'p>(plan: &'p Value, address: &str) -> Option<&'p Value> {
    let mut module = plan.get("configuration")?.get("root_module")?;
    let parts = steps(address);
    let mut parts = parts.iter().map(|part| part.split('[').next().unwrap_or_default());
    let mut own = Vec::new();
    while let Some(part) = parts.next() {
        if part == "module" && own.is_empty() {
            module = module.get("module_calls")?.get(parts.next()?)?.get("module")?;
        } else {
            own.push(part);
        }
    }
    let name = own.join(".");
    let resources = module.get("resources")?.as_array()?;
    resources.iter().find(|resource| text(resource, "address") == Some(&name))?.get("expressions")
}

/// The parts of an address between its dots; a key in brackets may have dots of its own.
fn steps(address: &str) -> Vec<&str> {
    let (mut parts, mut start, mut inside) = (Vec::new(), 0, false);
    for (at, character) in address.char_indices() {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            '.' if !inside => {
                parts.extend(address.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(address.get(start..));
    parts
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

struct Reader<'p, 'f> {
    source: &'p Arc<Source>,
    resources: &'p IndexMap<&'p str, Resource<'p>>,
    parts: Parts,
    findings: &'f mut Findings,
}

impl Reader<'_, '_> {
    fn resource(&mut self, own: &Resource<'_>) {
        match own.kind {
            "aws_iam_policy" => {
                let policy = self.document(own, "policy", DocumentKind::Identity);
                if let Some(policy) = policy {
                    let arn = self.arn(own, "policy");
                    self.parts.managed.push(Managed { arn, policy });
                }
            }
            "aws_iam_role" => self.holder(own, HolderKind::Role),
            "aws_iam_user" => self.holder(own, HolderKind::User),
            "aws_iam_group" => self.holder(own, HolderKind::Group),
            "aws_iam_role_policy" => self.inline(own, HolderKind::Role),
            "aws_iam_user_policy" => self.inline(own, HolderKind::User),
            "aws_iam_group_policy" => self.inline(own, HolderKind::Group),
            "aws_iam_role_policy_attachment" => self.attachment(own, &[("role", HolderKind::Role)]),
            "aws_iam_user_policy_attachment" => self.attachment(own, &[("user", HolderKind::User)]),
            "aws_iam_group_policy_attachment" => self.attachment(own, &[("group", HolderKind::Group)]),
            "aws_iam_policy_attachment" => {
                let kinds = [("roles", HolderKind::Role), ("users", HolderKind::User), ("groups", HolderKind::Group)];
                self.attachment(own, &kinds);
            }
            "aws_iam_user_group_membership" | "aws_iam_group_membership" => self.membership(own),
            "aws_organizations_policy" => {
                let kind = match text(own.values, "type") {
                    None | Some("SERVICE_CONTROL_POLICY") => Some(DocumentKind::Scp),
                    Some("RESOURCE_CONTROL_POLICY") => Some(DocumentKind::Rcp),
                    Some(other) => {
                        self.parts.notes.push(format!("`{}` is a {other}, which decides no request", own.address));
                        None
                    }
                };
                if let Some(kind) = kind {
                    self.document(own, "content", kind);
                }
            }
            _ => self.others(own),
        }
    }

    /// Resource policies, and what may hold policies and is not read.
    fn others(&mut self, own: &Resource<'_>) {
        if let Some((_, attribute, service)) = RESOURCE_POLICIES.iter().find(|(kind, ..)| *kind == own.kind) {
            let kind = if *service == "endpoint" { DocumentKind::Endpoint } else { DocumentKind::Resource };
            if let Some(policy) = self.document(own, attribute, kind)
                && let Some(policy) = self.parts.policies.get_mut(policy)
            {
                policy.service = Some(service);
            }
            return;
        }
        let Some(values) = own.values.as_object() else { return };
        let names = values.iter().filter(|(_, value)| holds_policies(value)).map(|(name, _)| name.as_str());
        for name in names {
            self.parts.notes.push(format!("not read: `{}.{name}`", own.address));
        }
        if own.kind == "aws_lambda_permission" {
            self.parts.notes.push(format!("not read: `{}`, a statement of a function's policy", own.address));
        }
    }

    /// A document in an attribute; none where there is none.
    fn document(&mut self, own: &Resource<'_>, attribute: &str, kind: DocumentKind) -> Option<usize> {
        let address = format!("{}.{attribute}", own.address);
        match own.values.get(attribute).and_then(Value::as_str).filter(|text| !text.trim().is_empty()) {
            Some(text) => self.written(&address, text, kind),
            None if self.is_unknown(own, attribute) => Some(self.unwritten(own, attribute, &address, kind)),
            None => None,
        }
    }

    /// A document as a text.
    fn written(&mut self, address: &str, text: &str, kind: DocumentKind) -> Option<usize> {
        let source = Source::new(format!("{}#{address}", self.source.name()), text);
        let json = json::read(&source, self.findings)?;
        Some(self.parts.policy(address.to_owned(), kind, &source, Node::from(&json)))
    }

    /// A document that is known after apply: by the data source that makes it, as far as that is known.
    fn unwritten(&mut self, own: &Resource<'_>, attribute: &str, address: &str, kind: DocumentKind) -> usize {
        let references = self.references(own, attribute);
        // The attribute and the data source itself: of a text that is put together there are more.
        let made_by = references.iter().filter(|_| references.len() <= 2).find_map(|reference| {
            let found = self.resources.get(reference.strip_suffix(".json")?)?;
            let found = Some(found).filter(|found| found.kind == "aws_iam_policy_document")?;
            Some((found.address, data::document(self.source, address, found, &mut self.parts.unknowns)?))
        });
        if let Some((from, (source, node))) = made_by {
            self.parts.notes.push(format!("`{address}` is known after apply; it is read as `{from}` will write it"));
            return self.parts.policy(address.to_owned(), kind, &source, node);
        }
        let source = Source::new(format!("{}#{address}", self.source.name()), "");
        let node = Node::new(Span::default(), Content::Unknown(self.unknown(address)));
        self.parts.policy(address.to_owned(), kind, &source, node)
    }

    fn unknown(&mut self, address: &str) -> UnknownId {
        self.parts.unknowns.get(address, "known after apply", Sort::Any)
    }

    /// Whether an attribute is known after apply and says something of its own: what the configuration does not write, the
    /// provider computes from other resources.
    fn is_unknown(&self, own: &Resource<'_>, attribute: &str) -> bool {
        let later = own.unknown.get(attribute).is_some_and(|unknown| *unknown == Value::Bool(true));
        later && own.written.is_none_or(|written| written.get(attribute).is_some())
    }

    /// What an attribute refers to, by whole addresses, the longest first.
    fn references(&self, own: &Resource<'_>, attribute: &str) -> Vec<String> {
        let named = own.written.and_then(|written| written.get(attribute)).and_then(|own| own.get("references"));
        let named = named.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let parts = steps(own.address);
        let modules = parts.chunks(2).take_while(|pair| pair.first() == Some(&"module")).count() * 2;
        let prefix: String = parts.iter().take(modules).map(|part| format!("{part}.")).collect();
        named.map(|name| format!("{prefix}{name}")).collect()
    }

    /// The attribute of a resource as pieces of a text; of one that is known later, the one that it refers to.
    fn pieces(&mut self, own: &Resource<'_>, attribute: &str) -> Vec<Vec<Piece>> {
        match own.values.get(attribute) {
            Some(Value::String(text)) => vec![vec![Piece::Known(text.clone())]],
            Some(Value::Array(items)) => {
                let known = items.iter().filter_map(Value::as_str).map(|text| vec![Piece::Known(text.to_owned())]);
                let mut pieces: Vec<Vec<Piece>> = known.collect();
                // Of a list, items may be known later: they are among what the attribute refers to.
                let later = own.unknown.get(attribute).and_then(Value::as_array);
                if later.is_some_and(|later| later.contains(&Value::Bool(true))) {
                    pieces.extend(self.later(own, attribute));
                }
                pieces
            }
            _ if self.is_unknown(own, attribute) => self.later(own, attribute),
            _ => Vec::new(),
        }
    }

    /// What an attribute that is known later can be: a list is made of everything that it refers to, a text of the one
    /// thing.
    fn later(&mut self, own: &Resource<'_>, attribute: &str) -> Vec<Vec<Piece>> {
        let all = self.references(own, attribute);
        // A reference to an attribute is followed by one to its resource.
        let is_leaf = |name: &&String| {
            let inside =
                |other: &String| other.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']));
            !all.iter().any(inside)
        };
        let leaves: Vec<&String> = all.iter().filter(is_leaf).collect();
        let is_list = ["managed_policy_arns", "roles", "users", "groups"].contains(&attribute);
        if leaves.is_empty() || !is_list && leaves.len() > 1 {
            let name = format!("{}.{attribute}", own.address);
            return vec![vec![Piece::Unknown(self.unknown(&name))]];
        }
        let mut found = Vec::new();
        for leaf in leaves {
            let pieces: Vec<Vec<Piece>> = self.referred(leaf, own.address);
            match pieces.is_empty() || pieces.iter().any(Vec::is_empty) {
                true => found.push(vec![Piece::Unknown(self.unknown(leaf))]),
                false => found.extend(pieces),
            }
        }
        found
    }

    /// The names or ARNs that a reference can mean: of a resource with a count, those of all its instances, unless one
    /// has the number of whoever refers to it.
    fn referred(&mut self, reference: &str, from: &str) -> Vec<Vec<Piece>> {
        let resources = self.resources;
        let Some((address, attribute)) = reference.rsplit_once('.') else { return Vec::new() };
        let index = from.rfind('[').and_then(|at| from.get(at..)).unwrap_or_default();
        let mut all: Vec<&Resource<'_>> = resources
            .values()
            .filter(|own| {
                own.address.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
            })
            .collect();
        if let Some(same) = all.iter().find(|own| own.address.strip_prefix(address) == Some(index)) {
            all = vec![same];
        }
        let mut found = Vec::new();
        for own in all {
            found.push(match (own.kind, attribute) {
                ("aws_iam_policy", "arn" | "id") => self.arn(own, "policy"),
                ("aws_iam_role" | "aws_iam_user" | "aws_iam_group", "id" | "name") => self.name(own),
                _ => Vec::new(),
            });
        }
        found
    }

    /// The name of a principal or policy.
    fn name(&mut self, own: &Resource<'_>) -> Vec<Piece> {
        match text(own.values, "name") {
            Some(name) => vec![Piece::Known(name.to_owned())],
            None => vec![Piece::Unknown(self.unknown(&format!("{}.name", own.address)))],
        }
    }

    /// The ARN of something in IAM; as long as it has none, what it will look like.
    fn arn(&mut self, own: &Resource<'_>, word: &str) -> Vec<Piece> {
        if let Some(arn) = text(own.values, "arn") {
            return vec![Piece::Known(arn.to_owned())];
        }
        let unknowns = &mut self.parts.unknowns;
        let partition = unknowns.get("the partition", "a plan does not say it", Sort::Partition);
        let account = unknowns.get("the account", "a plan does not say it", Sort::Account);
        let path = text(own.values, "path").unwrap_or("/");
        let mut pieces = vec![
            Piece::Known("arn:".to_owned()),
            Piece::Unknown(partition),
            Piece::Known(":iam::".to_owned()),
            Piece::Unknown(account),
            Piece::Known(format!(":{word}{path}")),
        ];
        pieces.extend(self.name(own));
        joined(pieces)
    }

    fn holder(&mut self, own: &Resource<'_>, kind: HolderKind) {
        let (name, arn) = (self.name(own), self.arn(own, kind.as_str()));
        let mut identity = Vec::new();
        if kind == HolderKind::Role {
            if let Some(trust) = self.document(own, "assume_role_policy", DocumentKind::Trust)
                && let Some(policy) = self.parts.policies.get_mut(trust)
            {
                policy.held_by.push(own.address.to_owned());
            }
            identity = self.inline_blocks(own);
        }
        let attached = self.pieces(own, "managed_policy_arns").into_iter().map(|arn| (arn, None)).collect();
        let bounded_by = self.pieces(own, "permissions_boundary").into_iter().next();
        let address = own.address.to_owned();
        let (boundary, groups) = (None, Vec::new());
        self.parts.holders.push(Holder { address, kind, name, arn, identity, boundary, attached, bounded_by, groups });
    }

    /// The `inline_policy` blocks of a role.
    fn inline_blocks(&mut self, own: &Resource<'_>) -> Vec<Held> {
        let blocks = own.values.get("inline_policy").and_then(Value::as_array);
        let mut held = Vec::new();
        for (index, block) in blocks.into_iter().flatten().enumerate() {
            let address = format!("{}.inline_policy[{index}].policy", own.address);
            match text(block, "policy").filter(|text| !text.is_empty()) {
                Some(text) => held.extend(self.written(&address, text, DocumentKind::Identity).map(Held::Own)),
                None => {
                    let unknown = own.unknown.get("inline_policy").and_then(|all| all.get(index));
                    if unknown.and_then(|block| block.get("policy")) == Some(&Value::Bool(true)) {
                        held.push(Held::Unknown(self.unknown(&address)));
                    }
                }
            }
        }
        if self.is_unknown(own, "inline_policy") {
            held.push(Held::Unknown(self.unknown(&format!("{}.inline_policy", own.address))));
        }
        held
    }

    fn inline(&mut self, own: &Resource<'_>, kind: HolderKind) {
        let Some(policy) = self.document(own, "policy", DocumentKind::Identity) else { return };
        for name in self.pieces(own, kind.as_str()) {
            let (what, address) = (Attached::Policy(policy), own.address.to_owned());
            self.parts.attachments.push(Attachment { kind, name, what, address });
        }
    }

    fn attachment(&mut self, own: &Resource<'_>, kinds: &[(&str, HolderKind)]) {
        for arn in self.pieces(own, "policy_arn") {
            for (attribute, kind) in kinds {
                for name in self.pieces(own, attribute) {
                    let (what, address) = (Attached::Arn(arn.clone()), own.address.to_owned());
                    self.parts.attachments.push(Attachment { kind: *kind, name, what, address });
                }
            }
        }
    }

    fn membership(&mut self, own: &Resource<'_>) {
        let [users, groups] = match own.kind {
            "aws_iam_group_membership" => ["users", "group"],
            _ => ["user", "groups"],
        }
        .map(|attribute| self.pieces(own, attribute));
        for name in users {
            for group in &groups {
                let (what, address) = (Attached::Group(group.clone()), own.address.to_owned());
                self.parts.attachments.push(Attachment { kind: HolderKind::User, name: name.clone(), what, address });
            }
        }
    }
}
