//! A document that Terraform makes at apply time, as far as its data source is known at plan time.
//!
//! In: `aws_iam_policy_document` with values that are known after apply. Out: the document as Terraform will write it, the
//! unknown values as [`Unknown`](crate::deployment::Unknown)s under their addresses.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::deployment::node::{Content, Node, Piece, Sort, UnknownId, Unknowns};
use crate::deployment::plan::Resource;
use crate::diagnostic::Findings;
use crate::json;
use crate::source::Source;

/// The document; none where it takes in others that are not known here.
pub(super) fn document(
    plan: &Arc<Source>,
    address: &str,
    own: &Resource<'_>,
    unknowns: &mut Unknowns,
) -> Option<(Arc<Source>, Node)> {
    let others = ["source_policy_documents", "override_policy_documents", "source_json", "override_json"];
    let takes_in = |name: &&str| {
        let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        own.unknown.get(*name).is_some_and(|unknown| *unknown != Value::Bool(false) && !empty(unknown))
            || own.values.get(*name).is_some_and(|value| !empty(value))
    };
    let listed = own.values.get("statement").and_then(Value::as_array);
    let listed = listed.filter(|_| !others.iter().any(takes_in))?;
    let mut maker = Maker { address: own.address, unknowns, marks: HashMap::new() };
    let later = own.unknown.get("statement");
    let statements: Option<Vec<Value>> = listed
        .iter()
        .enumerate()
        .map(|(index, statement)| maker.statement(statement, later.and_then(|all| all.get(index)), index))
        .collect();
    let version = own.values.get("version").and_then(Value::as_str).unwrap_or("2012-10-17");
    let written = serde_json::to_string_pretty(&json!({ "Version": version, "Statement": statements? })).ok()?;
    let source = Source::new(format!("{}#{address}", plan.name()), written);
    let json = json::read(&source, &mut Findings::default())?;
    let mut node = Node::from(&json);
    maker.mark(&mut node);
    Some((source, node))
}

struct Maker<'a> {
    address: &'a str,
    unknowns: &'a mut Unknowns,
    /// The texts that stand for unknowns.
    marks: HashMap<String, UnknownId>,
}

impl Maker<'_> {
    fn statement(&mut self, own: &Value, later: Option<&Value>, index: usize) -> Option<Value> {
        if later == Some(&Value::Bool(true)) {
            return Some(self.later(&format!("statement[{index}]")));
        }
        let mut written = Map::new();
        let at = |name: &str| format!("statement[{index}].{name}");
        if let Some(sid) = own.get("sid").and_then(Value::as_str).filter(|sid| !sid.is_empty()) {
            written.insert("Sid".to_owned(), json!(sid));
        }
        let effect = self.one(own.get("effect"), later.and_then(|own| own.get("effect")), &at("effect"));
        written.insert("Effect".to_owned(), effect.unwrap_or_else(|| json!("Allow")));
        let lists = [
            ("actions", "Action"),
            ("not_actions", "NotAction"),
            ("resources", "Resource"),
            ("not_resources", "NotResource"),
        ];
        for (name, element) in lists {
            let values = self.list(own.get(name), later.and_then(|own| own.get(name)), &at(name));
            if !values.is_empty() {
                written.insert(element.to_owned(), json!(values));
            }
        }
        for (name, element) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
            let blocks = own.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            let later = later.and_then(|own| own.get(name));
            if later == Some(&Value::Bool(true)) {
                written.insert(element.to_owned(), self.later(&at(name)));
                continue;
            }
            let mut kinds = Map::new();
            for (number, block) in blocks.iter().enumerate() {
                let own = later.and_then(|all| all.get(number));
                let kind = block.get("type").and_then(Value::as_str)?;
                let (values, later) = (block.get("identifiers"), own.and_then(|own| own.get("identifiers")));
                let values = self.list(values, later, &at(&format!("{name}[{number}].identifiers")));
                kinds.insert(if kind == "*" { "AWS" } else { kind }.to_owned(), json!(values));
            }
            if !kinds.is_empty() {
                written.insert(element.to_owned(), Value::Object(kinds));
            }
        }
        let blocks = own.get("condition").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let later = later.and_then(|own| own.get("condition"));
        if later == Some(&Value::Bool(true)) {
            written.insert("Condition".to_owned(), self.later(&at("condition")));
        }
        let mut conditions: Map<String, Value> = Map::new();
        for (number, block) in blocks.iter().enumerate() {
            let own = later.and_then(|all| all.get(number));
            let (test, key) = (block.get("test")?.as_str()?, block.get("variable")?.as_str()?);
            let (values, later) = (block.get("values"), own.and_then(|own| own.get("values")));
            let values = self.list(values, later, &at(&format!("condition[{number}].values")));
            let keys = conditions.entry(test.to_owned()).or_insert_with(|| json!({}));
            keys.as_object_mut()?.insert(key.to_owned(), json!(values));
        }
        if !conditions.is_empty() {
            written.insert("Condition".to_owned(), Value::Object(conditions));
        }
        Some(Value::Object(written))
    }

    /// One text, or what stands for it.
    fn one(&mut self, own: Option<&Value>, later: Option<&Value>, at: &str) -> Option<Value> {
        match own.and_then(Value::as_str) {
            Some(text) => Some(json!(text)),
            None => (later == Some(&Value::Bool(true))).then(|| self.later(at)),
        }
    }

    /// The texts of a list, and what stands for those that are known later.
    fn list(&mut self, own: Option<&Value>, later: Option<&Value>, at: &str) -> Vec<Value> {
        if later == Some(&Value::Bool(true)) {
            return vec![self.later(at)];
        }
        let items = own.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let flags = later.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut values: Vec<Value> = Vec::new();
        for index in 0..items.len().max(flags.len()) {
            match items.get(index).filter(|item| item.is_string()) {
                Some(text) => values.push(text.clone()),
                None if flags.get(index) == Some(&Value::Bool(true)) => {
                    values.push(self.later(&format!("{at}[{index}]")))
                }
                None => {}
            }
        }
        values
    }

    fn later(&mut self, at: &str) -> Value {
        let name = format!("{}.{at}", self.address);
        let text = format!("(known after apply: {name})");
        self.marks.insert(text.clone(), self.unknowns.get(&name, "known after apply", Sort::Any));
        json!(text)
    }

    /// Puts the unknowns where their marks are.
    fn mark(&self, node: &mut Node) {
        match &mut node.content {
            Content::Text(pieces) => {
                if let [Piece::Known(text)] = &pieces[..]
                    && let Some(id) = self.marks.get(text)
                {
                    node.content = Content::Unknown(*id);
                }
            }
            Content::List(items) => items.iter_mut().for_each(|item| self.mark(item)),
            Content::Object(members) => members.iter_mut().for_each(|(_, value)| self.mark(value)),
            _ => {}
        }
    }
}
