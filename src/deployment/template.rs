//! CloudFormation templates, in JSON or YAML.
//!
//! In: the text of a template, and values of parameters that are told. Out: [`Parts`]. Trusted for: a property that holds
//! policies is read or noted, and what its functions do not determine is an unknown.

mod function;
mod property;

use std::sync::Arc;

use indexmap::IndexMap;

use crate::deployment::node::{Content, Node, Piece, Sort, UnknownId, Unknowns, joined};
use crate::deployment::parts::{Attached, Attachment, Held, Holder, HolderKind, Managed, Parts, Whether, perhaps};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::json::{self, Json, Member, Value};
use crate::policy::DocumentKind;
use crate::source::Source;
use crate::yaml;

use function::Functions;
use property::{RESOURCE_POLICIES, holds_policies};

/// A resource of a template.
struct Resource<'t> {
    id: &'t str,
    kind: String,
    properties: Node,
    /// The condition under which it is there, where that is not known.
    condition: Option<String>,
}

/// Reads a template; `parameters` are the values of parameters and pseudo parameters that are told.
pub(super) fn read(
    source: &Arc<Source>,
    parameters: &IndexMap<String, String>,
    findings: &mut Findings,
) -> Option<Parts> {
    let is_json = source.text().trim_start().starts_with('{');
    let template = if is_json { json::read(source, findings) } else { yaml::read(source, findings) }?;
    let Some(Value::Object(resources)) = member(&template, "Resources").map(|json| &json.value) else {
        let help = "give a CloudFormation template, which has `Resources`";
        findings.push(Diagnostic::whole(Code::NotAListing, source, "this is no template: it has no `Resources`", help));
        return None;
    };
    for name in parameters.keys().filter(|name| !name.contains("::")) {
        let known = member(&template, "Parameters").and_then(|own| member(own, name)).is_some();
        if !known {
            let help = "leave --parameter out, or name one that the template has";
            let message = format!("the template has no parameter `{name}`");
            findings.push(Diagnostic::whole(Code::UnknownField, source, message, help));
        }
    }
    let mut parts = Parts::default();
    let mut functions = Functions::new(&template, parameters, &mut parts.unknowns);
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    for Member { key, value } in resources {
        let kind = member(value, "Type").and_then(Json::as_str).unwrap_or_default().to_owned();
        if kind.is_empty() || kind == "AWS::CloudFormation::Stack" {
            let what = if kind.is_empty() { "which has no `Type`" } else { "the template of another stack" };
            let line = source.line_of(key.span.start);
            unread.push(format!("not read: `{}`, {what}, line {line}", key.value));
        }
        let condition = member(value, "Condition").and_then(Json::as_str);
        let holds = condition.map_or(Some(true), |name| functions.holds(name));
        if holds == Some(false) {
            continue;
        }
        let properties = match member(value, "Properties") {
            Some(own) => functions.node(own),
            None => Node::new(value.span, Content::Object(Vec::new())),
        };
        let condition = condition.filter(|_| holds.is_none()).map(str::to_owned);
        read.push(Resource { id: &key.value, kind, properties, condition });
    }
    functions.set_resources(&read);
    // What refers to names and ARNs of others is read once these are known.
    for own in &mut read {
        let json = resources.iter().find(|known| known.key.value == own.id).map(|known| &known.value);
        if let Some(json) = json.and_then(|json| member(json, "Properties")) {
            own.properties = functions.node(json);
        }
    }
    let macros = member(&template, "Transform");
    let names = functions.into_names();
    parts.notes.append(&mut unread);
    let mut reader = Reader { source, names, parts, findings };
    if macros.is_some() {
        reader.parts.notes.push("macros are not run: what `Transform` makes of the template is not read".to_owned());
    }
    for own in &read {
        reader.resource(own);
    }
    Some(reader.parts)
}

fn member<'j>(json: &'j Json, name: &str) -> Option<&'j Json> {
    let Value::Object(members) = &json.value else { return None };
    members.iter().find(|own| own.key.value == name).map(|own| &own.value)
}

/// The names and ARNs of principals and managed policies, by logical id.
type Names = IndexMap<String, (Vec<Piece>, Vec<Piece>)>;

struct Reader<'t, 'f> {
    source: &'t Arc<Source>,
    names: Names,
    parts: Parts,
    findings: &'f mut Findings,
}

impl Reader<'_, '_> {
    fn resource(&mut self, own: &Resource<'_>) {
        match own.kind.as_str() {
            "AWS::IAM::Role" => self.holder(own, HolderKind::Role),
            "AWS::IAM::User" => self.holder(own, HolderKind::User),
            "AWS::IAM::Group" => self.holder(own, HolderKind::Group),
            "AWS::IAM::ManagedPolicy" => {
                if let Some(policy) = self.document(own, "PolicyDocument", DocumentKind::Identity) {
                    let arn = self.names.get(own.id).map(|(_, arn)| arn.clone()).unwrap_or_default();
                    self.attached(own, &Attached::Arn(arn.clone()));
                    self.parts.managed.push(Managed { arn, policy });
                }
            }
            "AWS::IAM::Policy" | "AWS::IAM::RolePolicy" | "AWS::IAM::UserPolicy" | "AWS::IAM::GroupPolicy" => {
                if let Some(policy) = self.document(own, "PolicyDocument", DocumentKind::Identity) {
                    self.attached(own, &Attached::Policy(policy));
                }
            }
            "AWS::IAM::UserToGroupAddition" => {
                let group = own.properties.member("GroupName").and_then(Node::pieces).unwrap_or_default();
                self.attached(own, &Attached::Group(group));
            }
            "AWS::Organizations::Policy" => {
                let kind = match own.properties.member("Type").and_then(Node::known).as_deref() {
                    Some("SERVICE_CONTROL_POLICY") | None => Some(DocumentKind::Scp),
                    Some("RESOURCE_CONTROL_POLICY") => Some(DocumentKind::Rcp),
                    Some(other) => {
                        self.parts.notes.push(format!("`{}` is a {other}, which decides no request", own.id));
                        None
                    }
                };
                if let Some(kind) = kind {
                    self.document(own, "Content", kind);
                }
            }
            _ => self.others(own),
        }
    }

    /// Resource policies, and what may hold policies and is not read.
    fn others(&mut self, own: &Resource<'_>) {
        if let Some((_, property, service)) = RESOURCE_POLICIES.iter().find(|(kind, ..)| *kind == own.kind) {
            let kind = if *service == "endpoint" { DocumentKind::Endpoint } else { DocumentKind::Resource };
            if let Some(policy) = self.document(own, property, kind)
                && let Some(policy) = self.parts.policies.get_mut(policy)
            {
                policy.service = Some(service);
            }
            return;
        }
        let Content::Object(members) = &own.properties.content else { return };
        for (key, value) in members.iter().filter(|(key, value)| holds_policies(&key.value, value)) {
            let line = self.source.line_of(value.span.start);
            self.parts.notes.push(format!("not read: `{}.{}`, line {line}", own.id, key.value));
        }
        if own.kind == "AWS::Lambda::Permission" {
            self.parts.notes.push(format!("not read: `{}`, a statement of a function's policy", own.id));
        }
    }

    fn document(&mut self, own: &Resource<'_>, property: &str, kind: DocumentKind) -> Option<usize> {
        let node = own.properties.member(property)?.clone();
        Some(self.keep(own, format!("{}.{property}", own.id), kind, node))
    }

    /// Keeps a document: a text holds its JSON; of a resource that may not be there, one that may not be there.
    fn keep(&mut self, own: &Resource<'_>, address: String, kind: DocumentKind, node: Node) -> usize {
        let (source, node) = match node.known() {
            Some(text) => {
                let source = Source::new(format!("{}#{address}", self.source.name()), text);
                let json = json::read(&source, self.findings);
                let span = crate::source::Span::default();
                let node = json.map_or_else(|| Node::new(span, Content::Nothing), |json| Node::from(&json));
                (source, node)
            }
            None => (self.source.part(&address), node),
        };
        let node = match &own.condition {
            Some(name) => perhaps(&node, Whether { condition: self.condition(name), is: true }),
            None => node,
        };
        self.parts.policy(address, kind, &source, node)
    }

    fn condition(&mut self, name: &str) -> UnknownId {
        self.parts.unknowns.get(name, function::CONDITION, Sort::Condition)
    }

    /// Attaches something to the principals that a resource names.
    fn attached(&mut self, own: &Resource<'_>, what: &Attached) {
        let lists = [
            ("Roles", HolderKind::Role),
            ("RoleName", HolderKind::Role),
            ("Users", HolderKind::User),
            ("UserName", HolderKind::User),
            ("Groups", HolderKind::Group),
        ];
        let group = own.kind == "AWS::IAM::GroupPolicy";
        let lists = lists.into_iter().chain(group.then_some(("GroupName", HolderKind::Group)));
        for (property, kind) in lists {
            for name in own.properties.member(property).map(Node::items).unwrap_or_default() {
                let (what, address) = (what.clone(), own.id.to_owned());
                match name.pieces() {
                    Some(name) => self.parts.attachments.push(Attachment { kind, name, what, address }),
                    None => {
                        let line = self.source.line_of(name.span.start);
                        let text = format!("{}.{property}, line {line}", own.id);
                        let id = self.parts.unknowns.get(&text, "which principal it is, is not known", Sort::Any);
                        let name = vec![Piece::Unknown(id)];
                        self.parts.attachments.push(Attachment { kind, name, what, address });
                    }
                }
            }
        }
    }

    fn holder(&mut self, own: &Resource<'_>, kind: HolderKind) {
        let (name, arn) = self.names.get(own.id).cloned().unwrap_or_default();
        if kind == HolderKind::Role
            && let Some(trust) = self.document(own, "AssumeRolePolicyDocument", DocumentKind::Trust)
            && let Some(policy) = self.parts.policies.get_mut(trust)
        {
            policy.held_by.push(own.id.to_owned());
        }
        let mut identity = Vec::new();
        for (index, item) in own.properties.member("Policies").map(Node::items).unwrap_or_default().iter().enumerate() {
            let address = format!("{}.Policies[{index}]", own.id);
            self.inline(own, item, address, &mut identity);
        }
        let mut attached = Vec::new();
        for item in own.properties.member("ManagedPolicyArns").map(Node::items).unwrap_or_default() {
            arns(item, None, &mut attached);
        }
        let bounded_by = own.properties.member("PermissionsBoundary").map(|node| {
            // Of one that may be another, or none, nothing is relied upon.
            node.pieces()
                .unwrap_or_else(|| vec![Piece::Unknown(self.named(&format!("{}.PermissionsBoundary", own.id)))])
        });
        let groups = own.properties.member("Groups").map(Node::items).unwrap_or_default();
        let groups = groups.iter().filter_map(Node::pieces).collect();
        let address = own.id.to_owned();
        let boundary = None;
        self.parts.holders.push(Holder { address, kind, name, arn, identity, boundary, attached, bounded_by, groups });
    }

    /// One of the `Policies` of a principal, on the principal perhaps by a condition.
    fn inline(&mut self, own: &Resource<'_>, item: &Node, address: String, held: &mut Vec<Held>) {
        match &item.content {
            Content::Object(_) => {
                let Some(node) = item.member("PolicyDocument").cloned() else { return };
                held.push(Held::Own(self.keep(own, address, DocumentKind::Identity, node)));
            }
            Content::Either(id, one, other) => {
                for (node, is) in [(one, true), (other, false)] {
                    if let Some(document) = node.member("PolicyDocument") {
                        let address = format!("{address}.{}", if is { "then" } else { "else" });
                        let policy = self.keep(own, address, DocumentKind::Identity, document.clone());
                        held.push(Held::Perhaps(policy, Whether { condition: *id, is }));
                    }
                }
            }
            Content::Nothing => {}
            _ => held.push(Held::Unknown(self.named(&address))),
        }
    }

    fn named(&mut self, name: &str) -> UnknownId {
        self.parts.unknowns.get(name, "the template does not determine it", Sort::Any)
    }
}

/// A resource's own name and ARN, as far as they are known before it is made.
fn names(
    own: &Resource<'_>,
    parameters: &IndexMap<String, String>,
    unknowns: &mut Unknowns,
) -> Option<(Vec<Piece>, Vec<Piece>)> {
    let (word, property) = match own.kind.as_str() {
        "AWS::IAM::Role" => ("role", "RoleName"),
        "AWS::IAM::User" => ("user", "UserName"),
        "AWS::IAM::Group" => ("group", "GroupName"),
        "AWS::IAM::ManagedPolicy" => ("policy", "ManagedPolicyName"),
        _ => return None,
    };
    let mut unknown = |name: &str, why: &str, sort| match parameters.get(name).filter(|_| sort != Sort::Any) {
        Some(told) => Piece::Known(told.clone()),
        None => Piece::Unknown(unknowns.get(name, why, sort)),
    };
    let told = own.properties.member(property).and_then(Node::pieces);
    let name = told.unwrap_or_else(|| vec![unknown(own.id, "its name is made when it is deployed", Sort::Any)]);
    let path = own.properties.member("Path").and_then(Node::pieces);
    let path = path.unwrap_or_else(|| vec![Piece::Known("/".to_owned())]);
    let mut arn = vec![
        Piece::Known("arn:".to_owned()),
        unknown("AWS::Partition", function::PSEUDO, Sort::Partition),
        Piece::Known(":iam::".to_owned()),
        unknown("AWS::AccountId", function::PSEUDO, Sort::Account),
        Piece::Known(format!(":{word}")),
    ];
    arn.extend(path);
    arn.extend(name.iter().cloned());
    Some((name, joined(arn)))
}

/// The ARNs in a value, each with the condition that it depends on; of two, the inner.
fn arns(node: &Node, whether: Option<Whether>, into: &mut Vec<(Vec<Piece>, Option<Whether>)>) {
    match &node.content {
        Content::Either(condition, one, other) => {
            arns(one, Some(Whether { condition: *condition, is: true }), into);
            arns(other, Some(Whether { condition: *condition, is: false }), into);
        }
        Content::List(items) => items.iter().for_each(|item| arns(item, whether, into)),
        Content::Nothing | Content::Null => {}
        _ => into.extend(node.pieces().map(|pieces| (joined(pieces), whether))),
    }
}
