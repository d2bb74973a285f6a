//! CloudFormation's functions: Ref, Sub, Join, Select, Split, FindInMap, If, GetAtt and the rest.
//!
//! In: a value of a template. Out: the [`Node`] that it is, as far as the template and the parameters that are told
//! determine it; what a function takes from elsewhere is an unknown named after it.

use indexmap::IndexMap;

use crate::deployment::node::{Content, Node, Piece, Sort, Unknowns, joined};
use crate::deployment::template::{Names, Resource, member, names};
use crate::json::{Json, Member, Value};
use crate::source::Span;

/// Why a pseudo parameter is not known.
pub(super) const PSEUDO: &str = "where it is deployed, a template does not say";
/// Why a condition is not known.
pub(super) const CONDITION: &str = "a condition of the template that depends on its parameters";

pub(super) struct Functions<'t> {
    template: &'t Json,
    parameters: &'t IndexMap<String, String>,
    unknowns: &'t mut Unknowns,
    names: Names,
    /// Conditions being looked at: one that refers to itself is not known.
    open: Vec<String>,
}

impl<'t> Functions<'t> {
    pub(super) fn new(
        template: &'t Json,
        parameters: &'t IndexMap<String, String>,
        unknowns: &'t mut Unknowns,
    ) -> Self {
        Self { template, parameters, unknowns, names: Names::new(), open: Vec::new() }
    }

    /// Learns the names of the template's own principals and managed policies.
    pub(super) fn set_resources(&mut self, resources: &[Resource<'_>]) {
        for own in resources {
            if let Some(named) = names(own, self.parameters, self.unknowns) {
                self.names.insert(own.id.to_owned(), named);
            }
        }
    }

    pub(super) fn into_names(self) -> Names {
        self.names
    }

    /// A value as far as it is determined.
    pub(super) fn node(&mut self, json: &Json) -> Node {
        let content = match &json.value {
            Value::Array(items) => Content::List(items.iter().map(|item| self.node(item)).collect()),
            Value::Object(members) => match &members[..] {
                [Member { key, value }] if key.value == "Ref" || key.value.starts_with("Fn::") => {
                    self.call(&key.value, value)
                }
                _ => Content::Object(members.iter().map(|own| (own.key.clone(), self.node(&own.value))).collect()),
            },
            Value::String(text) if text.contains("{{resolve:") => self.unknown(text, "it is resolved when deployed"),
            _ => return Node::from(json),
        };
        Node::new(json.span, content)
    }

    fn unknown(&mut self, name: &str, why: &str) -> Content {
        Content::Unknown(self.unknowns.get(name, why, Sort::Any))
    }

    fn call(&mut self, function: &str, argument: &Json) -> Content {
        let items = match &argument.value {
            Value::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(argument),
        };
        let known = match (function, items) {
            ("Ref", [name]) => name.as_str().map(|name| self.reference(name)),
            ("Fn::If", [name, then, otherwise]) => {
                let name = name.as_str().unwrap_or_default().to_owned();
                Some(match self.holds(&name) {
                    Some(true) => self.node(then).content,
                    Some(false) => self.node(otherwise).content,
                    None => {
                        let id = self.unknowns.get(&name, CONDITION, Sort::Condition);
                        Content::Either(id, Box::new(self.node(then)), Box::new(self.node(otherwise)))
                    }
                })
            }
            ("Fn::Sub", [text]) => text.as_str().map(|text| self.substituted(text, &[])),
            ("Fn::Sub", [text, Json { value: Value::Object(own), .. }]) => {
                text.as_str().map(|text| self.substituted(text, own))
            }
            ("Fn::GetAtt", _) => {
                let parts: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
                parts.map(|parts| self.attribute(&parts.join(".")))
            }
            ("Fn::Join", [delimiter, list]) => self.join(delimiter, list),
            ("Fn::Select", [index, list]) => self.select(index, list),
            ("Fn::Split", [delimiter, text]) => self.split(delimiter, text),
            ("Fn::FindInMap", [map, first, second]) => self.mapped([map, first, second]),
            _ => None,
        };
        known.unwrap_or_else(|| {
            let text: String = format!("{function} {}", argument.to_serde()).chars().take(80).collect();
            self.unknown(&text, "the template does not determine it")
        })
    }

    /// A parameter, a pseudo parameter, or the name of a resource.
    fn reference(&mut self, name: &str) -> Content {
        if let Some(value) = self.parameters.get(name) {
            let list = self.parameter(name).and_then(|own| member(own, "Type")).and_then(Json::as_str);
            let list = list.is_some_and(|kind| kind.starts_with("List<") || kind == "CommaDelimitedList");
            let text = |text: &str| Node::text(Span::default(), text.trim());
            return match list {
                true => Content::List(value.split(',').map(text).collect()),
                false => Content::Text(vec![Piece::Known(value.clone())]),
            };
        }
        match name {
            "AWS::NoValue" => return Content::Nothing,
            "AWS::Region" | "AWS::Partition" | "AWS::URLSuffix" | "AWS::AccountId" => {
                let sort = match name {
                    "AWS::AccountId" => Sort::Account,
                    "AWS::Partition" => Sort::Partition,
                    _ => Sort::Word,
                };
                return Content::Text(vec![Piece::Unknown(self.unknowns.get(name, PSEUDO, sort))]);
            }
            _ => {}
        }
        if let Some(own) = self.parameter(name) {
            let why = match member(own, "Default").and_then(Json::as_str) {
                Some(default) => format!("a parameter; --parameter '{name}={default}' takes its default"),
                None => "a parameter; --parameter tells its value".to_owned(),
            };
            return self.unknown(name, &why);
        }
        if let Some((own, arn)) = self.names.get(name) {
            // A reference to a managed policy is its ARN, to anything else its name.
            let is_policy = member(self.template, "Resources").and_then(|all| member(all, name));
            let is_policy = is_policy.and_then(|own| member(own, "Type")).and_then(Json::as_str);
            return Content::Text(if is_policy == Some("AWS::IAM::ManagedPolicy") { arn } else { own }.clone());
        }
        if name.starts_with("AWS::") {
            return self.unknown(name, PSEUDO);
        }
        self.unknown(name, "its name is made when it is deployed")
    }

    fn parameter(&self, name: &str) -> Option<&'t Json> {
        member(member(self.template, "Parameters")?, name)
    }

    fn attribute(&mut self, name: &str) -> Content {
        let known = name.strip_suffix(".Arn").and_then(|id| self.names.get(id));
        match known {
            Some((_, arn)) => Content::Text(arn.clone()),
            None => self.unknown(name, "it is made when its resource is deployed"),
        }
    }

    /// `${Name}` and `${Name.Attribute}` in a text; `${!x}` stays `${x}`.
    fn substituted(&mut self, text: &str, own: &[Member]) -> Content {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            pieces.push(Piece::Known(before.to_owned()));
            let Some((name, behind)) = behind.split_once('}') else {
                pieces.push(Piece::Known(format!("${{{behind}")));
                rest = "";
                break;
            };
            rest = behind;
            if let Some(literal) = name.strip_prefix('!') {
                pieces.push(Piece::Known(format!("${{{literal}}}")));
                continue;
            }
            let name = name.trim();
            let node = match own.iter().find(|member| member.key.value == name) {
                Some(member) => self.node(&member.value),
                None => {
                    let content = if name.contains('.') { self.attribute(name) } else { self.reference(name) };
                    Node::new(Span::default(), content)
                }
            };
            pieces.extend(self.inside(&node, name));
        }
        pieces.push(Piece::Known(rest.to_owned()));
        Content::Text(joined(pieces.into_iter().filter(|piece| *piece != Piece::Known(String::new()))))
    }

    /// A value inside a text; what is no text there is an unknown.
    fn inside(&mut self, node: &Node, name: &str) -> Vec<Piece> {
        node.pieces().unwrap_or_else(|| {
            let id = self.unknowns.get(name, "the template does not determine it", Sort::Any);
            vec![Piece::Unknown(id)]
        })
    }

    fn join(&mut self, delimiter: &Json, list: &Json) -> Option<Content> {
        let delimiter = delimiter.as_str()?.to_owned();
        let list = self.node(list);
        let Content::List(items) = &list.content else { return None };
        let mut pieces = Vec::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                pieces.push(Piece::Known(delimiter.clone()));
            }
            pieces.extend(item.pieces()?);
        }
        Some(Content::Text(joined(pieces.into_iter().filter(|piece| *piece != Piece::Known(String::new())))))
    }

    fn select(&mut self, index: &Json, list: &Json) -> Option<Content> {
        let index: usize = match &index.value {
            Value::Number(text) | Value::String(text) => text.parse().ok()?,
            _ => return None,
        };
        let list = self.node(list);
        let Content::List(items) = list.content else { return None };
        items.into_iter().nth(index).map(|node| node.content)
    }

    fn split(&mut self, delimiter: &Json, text: &Json) -> Option<Content> {
        let delimiter = delimiter.as_str().filter(|own| !own.is_empty())?.to_owned();
        let node = self.node(text);
        match node.known() {
            Some(text) => Some(Content::List(text.split(&delimiter).map(|part| Node::text(node.span, part)).collect())),
            // Of what is not known, any list: it keeps the name.
            None => matches!(node.content, Content::Unknown(_)).then_some(node.content),
        }
    }

    fn mapped(&mut self, path: [&Json; 3]) -> Option<Content> {
        let mut own = member(self.template, "Mappings")?;
        for step in path {
            own = member(own, &self.node(step).known()?)?;
        }
        Some(self.node(own).content)
    }

    /// Whether a condition holds; none where its parameters leave it open.
    pub(super) fn holds(&mut self, name: &str) -> Option<bool> {
        let own = member(member(self.template, "Conditions")?, name)?;
        if self.open.iter().any(|open| open == name) {
            return None;
        }
        self.open.push(name.to_owned());
        let holds = self.test(own);
        self.open.pop();
        holds
    }

    fn test(&mut self, json: &Json) -> Option<bool> {
        let Value::Object(members) = &json.value else { return None };
        let [Member { key, value }] = &members[..] else { return None };
        let items = match &value.value {
            Value::Array(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        match (key.value.as_str(), items) {
            ("Condition", [name]) => self.holds(name.as_str()?),
            ("Fn::Not", [one]) => self.test(one).map(|holds| !holds),
            ("Fn::Equals", [one, other]) => {
                let (one, other) = (self.node(one), self.node(other));
                Some(one.known()? == other.known()?)
            }
            ("Fn::And", all) => {
                let all: Vec<_> = all.iter().map(|own| self.test(own)).collect();
                if all.contains(&Some(false)) {
                    Some(false)
                } else {
                    all.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
                }
            }
            ("Fn::Or", all) => {
                let all: Vec<_> = all.iter().map(|own| self.test(own)).collect();
                if all.contains(&Some(true)) {
                    Some(true)
                } else {
                    all.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
                }
            }
            _ => None,
        }
    }
}
