//! Values of which parts are not known before they are deployed.
//!
//! In: what a plan or template says. Out: [`Node`]s, the shape of JSON with [`Unknown`]s in it, each with a name. Trusted
//! for: what is not known is in the tree under its name, never left out and never guessed.

use crate::json::{Json, Value};
use crate::source::{Span, Spanned};

/// The number of an unknown among those of its plan or template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownId(pub(super) usize);

impl UnknownId {
    /// Its number.
    pub(super) fn number(self) -> usize {
        self.0
    }
}

/// What kind of value is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Any text, or any list of texts.
    Any,
    /// A text without colons, such as a region.
    Word,
    /// The partition that is deployed to.
    Partition,
    /// The id of the account that is deployed to.
    Account,
    /// Whether a condition holds.
    Condition,
}

/// Something that is not known before it is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What the plan or template calls it: `Bucket`, `AWS::Region`, `aws_iam_role.ci.name`.
    pub name: String,
    /// Why it is not known, in words.
    pub why: String,
    /// What it can be.
    pub sort: Sort,
}

/// Every unknown of a plan or template, each once.
#[derive(Debug, Clone, Default)]
pub(super) struct Unknowns {
    all: Vec<Unknown>,
}

impl Unknowns {
    /// The unknown of a name, noted when it is first asked for.
    pub(super) fn get(&mut self, name: &str, why: &str, sort: Sort) -> UnknownId {
        let known = self.all.iter().position(|own| own.name == name && own.sort == sort);
        UnknownId(known.unwrap_or_else(|| {
            self.all.push(Unknown { name: name.to_owned(), why: why.to_owned(), sort });
            self.all.len() - 1
        }))
    }

    /// All with their numbers, in the order in which they were met.
    pub(super) fn iter(&self) -> impl Iterator<Item = (UnknownId, &Unknown)> {
        self.all.iter().enumerate().map(|(number, own)| (UnknownId(number), own))
    }

    /// What kind of value one is.
    pub(super) fn sort(&self, id: UnknownId) -> Sort {
        self.all.get(id.0).map_or(Sort::Any, |own| own.sort)
    }
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// As written.
    Known(String),
    /// Not known.
    Unknown(UnknownId),
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub content: Content,
}

/// A value, as far as it is known.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it is written.
    Number(String),
    /// A text.
    Text(Vec<Piece>),
    /// A list.
    List(Vec<Node>),
    /// An object.
    Object(Vec<(Spanned<String>, Node)>),
    /// Any text or list of texts; of a document, any document.
    Unknown(UnknownId),
    /// The first where a condition holds, otherwise the second.
    Either(UnknownId, Box<Node>, Box<Node>),
    /// As if it were not written: `AWS::NoValue`.
    Nothing,
}

impl Node {
    /// A value at a place.
    pub(super) fn new(span: Span, content: Content) -> Self {
        Self { span, content }
    }

    /// A text that is known.
    pub(super) fn text(span: Span, text: impl Into<String>) -> Self {
        Self::new(span, Content::Text(vec![Piece::Known(text.into())]))
    }

    /// The value of a member of an object; none where it is not given, or no value.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        let Content::Object(members) = &self.content else { return None };
        let (_, value) = members.iter().find(|(key, _)| key.value == name)?;
        (!matches!(value.content, Content::Nothing | Content::Null)).then_some(value)
    }

    /// The items of a list, a value alone as a list of one.
    pub(super) fn items(&self) -> &[Self] {
        match &self.content {
            Content::List(items) => items,
            Content::Nothing | Content::Null => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The text, where all of it is known.
    pub(super) fn known(&self) -> Option<String> {
        let Content::Text(pieces) = &self.content else { return None };
        pieces.iter().map(|piece| if let Piece::Known(text) = piece { Some(text.as_str()) } else { None }).collect()
    }

    /// The parts of a text; a text that is not known at all is one part.
    pub(super) fn pieces(&self) -> Option<Vec<Piece>> {
        match &self.content {
            Content::Text(pieces) => Some(pieces.clone()),
            Content::Unknown(id) => Some(vec![Piece::Unknown(*id)]),
            Content::Number(text) => Some(vec![Piece::Known(text.clone())]),
            Content::Bool(value) => Some(vec![Piece::Known(value.to_string())]),
            _ => None,
        }
    }

    /// The value as a text that is the same for the same value, however it is laid out; what is not known by its name.
    pub(super) fn written(&self, unknowns: &Unknowns) -> String {
        let name = |id: UnknownId| unknowns.all.get(id.0).map_or("", |own| own.name.as_str());
        match &self.content {
            Content::Null => "null".to_owned(),
            Content::Bool(value) => value.to_string(),
            Content::Number(text) => text.clone(),
            Content::Text(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Known(text) => format!("{text:?}"),
                    Piece::Unknown(id) => format!("${:?}", name(*id)),
                })
                .collect::<Vec<_>>()
                .join("+"),
            Content::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.written(unknowns)).collect();
                format!("[{}]", items.join(","))
            }
            Content::Object(members) => {
                let mut members: Vec<String> =
                    members.iter().map(|(key, value)| format!("{:?}:{}", key.value, value.written(unknowns))).collect();
                members.sort();
                format!("{{{}}}", members.join(","))
            }
            Content::Unknown(id) => format!("${:?}", name(*id)),
            Content::Either(id, one, other) => {
                format!("({:?}?{}:{})", name(*id), one.written(unknowns), other.written(unknowns))
            }
            Content::Nothing => "nothing".to_owned(),
        }
    }

    /// Everything in it that is not known, in the order of the text, some more than once.
    pub(super) fn unknowns(&self, into: &mut Vec<UnknownId>) {
        match &self.content {
            Content::Text(pieces) => into.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Known(_) => None,
                Piece::Unknown(id) => Some(*id),
            })),
            Content::Unknown(id) => into.push(*id),
            Content::List(items) => items.iter().for_each(|item| item.unknowns(into)),
            Content::Object(members) => members.iter().for_each(|(_, value)| value.unknowns(into)),
            Content::Either(id, one, other) => {
                into.push(*id);
                one.unknowns(into);
                other.unknowns(into);
            }
            Content::Null | Content::Bool(_) | Content::Number(_) | Content::Nothing => {}
        }
    }
}

impl From<&Json> for Node {
    /// A value of which everything is known.
    fn from(json: &Json) -> Self {
        let content = match &json.value {
            Value::Null => Content::Null,
            Value::Bool(value) => Content::Bool(*value),
            Value::Number(text) => Content::Number(text.clone()),
            Value::String(text) => Content::Text(vec![Piece::Known(text.clone())]),
            Value::Array(items) => Content::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                Content::Object(members.iter().map(|own| (own.key.clone(), Self::from(&own.value))).collect())
            }
        };
        Self::new(json.span, content)
    }
}

/// Pieces with neighbouring known parts put together.
pub(super) fn joined(pieces: impl IntoIterator<Item = Piece>) -> Vec<Piece> {
    let mut joined: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Piece::Known(text)), Piece::Known(more)) => text.push_str(&more),
            (_, piece) => joined.push(piece),
        }
    }
    joined
}
