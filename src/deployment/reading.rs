//! Documents in which something is not known, as documents that are.
//!
//! In: the [`Node`] of a document. Out: the JSON of a document by one of three [`Reading`]s. `Wide` says as much as the document
//! can whatever the unknowns are: in what grants, an unknown matches every text; in what takes away, none. `Narrow` is the
//! other way round. `With` puts values in. Soundness: a request that the document allows with some values is allowed by
//! its wide reading, and one that the narrow reading allows is allowed with all values.

use std::collections::{HashMap, HashSet};

use crate::deployment::node::{Content, Node, Piece, Sort, UnknownId, Unknowns};
use crate::json::{Json, Member, Value};
use crate::source::{Span, Spanned};

/// Values of unknowns; of a condition `true` or `false`.
pub(super) type Values = HashMap<UnknownId, String>;

/// How unknowns are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reading<'a> {
    /// As whatever grants most; those that have a value here as that.
    Wide(&'a Values),
    /// As whatever grants least; those that have a value here as that.
    Narrow(&'a Values),
    /// With these values; an unknown without one is the text of its name.
    With(&'a Values),
}

/// Statements with something unknown in them that both sides of a comparison have in a layer, and whether they apply. About one
/// request they say the same on both sides: those that deny it, deny it on both, and are left out; those that allow may
/// apply or not.
#[derive(Debug, Clone, Default)]
pub(super) struct Shared {
    /// Documents and statements as [`Node::written`] writes them.
    pub(super) texts: HashSet<String>,
    /// Whether those that allow apply to the request.
    pub(super) applies: bool,
}

/// What a reading of a document is.
#[derive(Debug, Clone)]
pub(super) enum Read<T = Json> {
    /// A document.
    Document(T),
    /// Any document.
    Any,
    /// No document: it is not there.
    Nothing,
    /// One that has no statement left.
    Empty,
    /// Perhaps one that grants nothing and denies everything.
    Unsure,
}

/// Reads documents of one plan or template.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) unknowns: &'a Unknowns,
    pub(super) reading: Reading<'a>,
    pub(super) shared: Option<&'a Shared>,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Action,
    Resource,
    /// A value of a condition, or who is meant.
    Value,
}

/// A list of entries or values by its wide reading.
enum Entries {
    /// These.
    Listed(Vec<Json>),
    /// Every text: one of them can be any.
    Every,
}

impl<'a> Reading<'a> {
    /// The values that are given.
    pub(super) fn values(self) -> &'a Values {
        match self {
            Self::Wide(values) | Self::Narrow(values) | Self::With(values) => values,
        }
    }
}

impl Reader<'_> {
    /// Whether an unknown in a statement of this effect matches nothing.
    fn shrinks(&self, denies: bool) -> bool {
        denies != matches!(self.reading, Reading::Narrow(_))
    }

    /// Whether both sides of a comparison have it, and something in it is not known.
    fn is_shared(&self, node: &Node) -> bool {
        self.shared.is_some_and(|shared| has_unknown(node) && shared.texts.contains(&node.written(self.unknowns)))
    }

    fn applies(&self) -> bool {
        self.shared.is_some_and(|shared| shared.applies)
    }

    /// The document that a node is by the reading; a `fence` is most open where there is none.
    pub(super) fn document(&self, node: &Node, fence: bool) -> Read {
        let open = match self.reading {
            // No value is a document.
            Reading::With(_) if matches!(node.content, Content::Unknown(_)) => return Read::Any,
            Reading::With(_) => return self.value(node).map_or(Read::Nothing, Read::Document),
            Reading::Wide(_) => true,
            Reading::Narrow(_) => false,
        };
        match &node.content {
            Content::Unknown(_) | Content::Either(..) if self.is_shared(node) => match self.applies() {
                // Where the fence does not let a request pass, neither side allows it.
                _ if fence => Read::Nothing,
                false => Read::Nothing,
                true => Read::Any,
            },
            Content::Unknown(_) => {
                if open {
                    Read::Any
                } else {
                    Read::Unsure
                }
            }
            Content::Nothing | Content::Null => Read::Nothing,
            Content::Either(id, one, other) => match self.given(*id).as_deref() {
                Some("true") => self.document(one, fence),
                Some(_) => self.document(other, fence),
                None if !open => Read::Unsure,
                None if fence => Read::Any,
                // Of one that may not be there, what it denies may not be denied.
                None => match (self.document(one, fence), self.document(other, fence)) {
                    (Read::Document(own), Read::Nothing | Read::Empty)
                    | (Read::Nothing | Read::Empty, Read::Document(own)) => allows(own),
                    (Read::Nothing | Read::Empty, Read::Nothing | Read::Empty) => Read::Nothing,
                    _ => Read::Any,
                },
            },
            Content::Object(members) => self.object(node.span, members),
            // A text is no document: the reader of documents says so.
            _ => self.value(node).map_or(Read::Nothing, Read::Document),
        }
    }

    fn object(&self, span: Span, members: &[(Spanned<String>, Node)]) -> Read {
        let mut read = Vec::new();
        for (key, value) in members {
            let json = match key.value.as_str() {
                "Statement" => match self.statements(value) {
                    Some(statements) => statements,
                    None => return self.any(),
                },
                // The name of a document decides nothing.
                "Id" if has_unknown(value) => continue,
                // It says whether `${…}` is a variable.
                "Version" if has_unknown(value) => return self.any(),
                _ => match self.value(value) {
                    Some(json) => json,
                    None => continue,
                },
            };
            read.push(Member { key: key.clone(), value: json });
        }
        // A document whose only statements deny, each of something unknown, denies nothing for sure.
        let empty = |own: &Member| {
            own.key.value == "Statement" && matches!(&own.value.value, Value::Array(all) if all.is_empty())
        };
        if read.iter().any(empty) {
            return Read::Empty;
        }
        Read::Document(Json { span, value: Value::Object(read) })
    }

    /// What a document is that can be any.
    fn any<T>(&self) -> Read<T> {
        if matches!(self.reading, Reading::Narrow(_)) { Read::Unsure } else { Read::Any }
    }

    /// The statements; none where one of them can be any.
    fn statements(&self, node: &Node) -> Option<Json> {
        let mut statements = Vec::new();
        let mut open: Vec<(&Node, bool)> = node.items().iter().rev().map(|item| (item, true)).collect();
        while let Some((item, sure)) = open.pop() {
            match &item.content {
                Content::Unknown(_) => return None,
                Content::Nothing => {}
                Content::List(items) => open.extend(items.iter().rev().map(|item| (item, sure))),
                Content::Either(id, one, other) => match self.given(*id).as_deref() {
                    Some("true") => open.push((one, sure)),
                    Some(_) => open.push((other, sure)),
                    None => open.extend([(&**other, false), (&**one, false)]),
                },
                Content::Object(members) if self.is_shared(item) => {
                    let denies = item.member("Effect").and_then(Node::known).as_deref() == Some("Deny");
                    if !denies && self.applies() {
                        let wide = Self { reading: Reading::Wide(self.reading.values()), ..*self };
                        statements.extend(wide.statement(item.span, members, sure));
                    }
                }
                Content::Object(members) => statements.extend(self.statement(item.span, members, sure)),
                _ => statements.extend(self.value(item)),
            }
        }
        Some(Json { span: node.span, value: Value::Array(statements) })
    }

    /// A statement; none where it need not match anything, and matching nothing is what the reading looks for.
    fn statement(&self, span: Span, members: &[(Spanned<String>, Node)], sure: bool) -> Option<Json> {
        // Of an effect that is not known, the one that the reading looks for.
        let least = if self.shrinks(true) { "Allow" } else { "Deny" };
        let effect = members.iter().find(|(key, _)| key.value == "Effect");
        let effect = effect.map(|(_, effect)| effect.known().unwrap_or_else(|| least.to_owned()));
        let shrink = self.shrinks(effect.as_deref() == Some("Deny"));
        if shrink && !sure {
            return None;
        }
        let mut read = Vec::new();
        for (key, value) in members {
            let own = |value: Json| Member { key: key.clone(), value };
            match key.value.as_str() {
                "Sid" if has_unknown(value) => {}
                "Effect" if has_unknown(value) => {
                    read.push(own(Json { span: value.span, value: Value::String(least.to_owned()) }));
                }
                name @ ("Action" | "Resource" | "NotAction" | "NotResource") if has_unknown(value) => {
                    let negated = name.starts_with("Not");
                    let of = if name.ends_with("Resource") { Of::Resource } else { Of::Action };
                    match self.entries(value, shrink == negated, of) {
                        Entries::Every if negated && shrink => return None,
                        Entries::Listed(none) if none.is_empty() && !negated => return None,
                        // Whatever is not excluded is meant, and nothing is excluded for sure.
                        Entries::Listed(none) if none.is_empty() => {
                            let key = Spanned::new(name.trim_start_matches("Not").to_owned(), key.span);
                            read.push(Member { key, value: star(value.span) });
                        }
                        Entries::Every => read.push(own(star(value.span))),
                        Entries::Listed(listed) => {
                            read.push(own(Json { span: value.span, value: Value::Array(listed) }));
                        }
                    }
                }
                "Principal" if has_unknown(value) => match self.principals(value, shrink) {
                    Some(principals) => read.push(own(principals)),
                    None => return None,
                },
                "NotPrincipal" if shrink && has_unknown(value) => return None,
                "Condition" if has_unknown(value) => match self.conditions(value, shrink) {
                    Some(conditions) => read.push(own(conditions)),
                    None => return None,
                },
                _ => read.extend(self.value(value).map(own)),
            }
        }
        Some(Json { span, value: Value::Object(read) })
    }

    /// Entries, or values of a condition: `widen` where more of them are more allowed.
    fn entries(&self, node: &Node, widen: bool, of: Of) -> Entries {
        let mut listed = Vec::new();
        let mut open: Vec<(&Node, bool)> = node.items().iter().rev().map(|item| (item, true)).collect();
        while let Some((item, sure)) = open.pop() {
            match &item.content {
                Content::List(items) => open.extend(items.iter().rev().map(|item| (item, sure))),
                Content::Either(id, one, other) => match self.given(*id).as_deref() {
                    Some("true") => open.push((one, sure)),
                    Some(_) => open.push((other, sure)),
                    None => open.extend([(&**other, false), (&**one, false)]),
                },
                Content::Nothing => {}
                _ if !sure && !widen => {}
                Content::Text(pieces) => match (self.pattern(pieces, of), widen) {
                    (Pattern::Exact(text), _) | (Pattern::Wide(text), true) => {
                        listed.push(Json { span: item.span, value: Value::String(text) });
                    }
                    (Pattern::Every, true) => return Entries::Every,
                    (Pattern::Wide(_) | Pattern::Every, false) => {}
                },
                Content::Unknown(id) => match self.given(*id) {
                    Some(text) => listed.push(Json { span: item.span, value: Value::String(text) }),
                    None if widen => return Entries::Every,
                    None => {}
                },
                _ => listed.extend(self.value(item)),
            }
        }
        Entries::Listed(listed)
    }

    /// Who is meant; none of a Deny that need not mean anybody.
    fn principals(&self, node: &Node, shrink: bool) -> Option<Json> {
        let everybody = || Some(star(node.span));
        let Content::Object(kinds) = &node.content else {
            return if shrink { None } else { everybody() };
        };
        let mut read = Vec::new();
        for (kind, value) in kinds {
            let Entries::Listed(listed) = self.entries(value, !shrink, Of::Value) else { return everybody() };
            // No partial wildcard names a principal (S2.3.2): with something unknown in it, it can be anybody.
            let partial =
                listed.iter().any(|own| own.as_str().is_some_and(|text| text.len() > 1 && text.contains('*')));
            if partial && !shrink {
                return everybody();
            }
            if !listed.is_empty() {
                let value = Json { span: value.span, value: Value::Array(listed) };
                read.push(Member { key: kind.clone(), value });
            }
        }
        (!read.is_empty()).then_some(Json { span: node.span, value: Value::Object(read) })
    }

    /// The conditions; none where the statement is a Deny and they need not hold.
    fn conditions(&self, node: &Node, shrink: bool) -> Option<Json> {
        let nothing = Json { span: node.span, value: Value::Object(Vec::new()) };
        let Content::Object(operators) = &node.content else { return (!shrink).then_some(nothing) };
        let mut read = Vec::new();
        for (operator, keys) in operators {
            let Content::Object(members) = &keys.content else {
                if has_unknown(keys) && shrink {
                    return None;
                }
                read.extend(
                    self.value(keys)
                        .filter(|_| !has_unknown(keys))
                        .map(|value| Member { key: operator.clone(), value }),
                );
                continue;
            };
            for (key, values) in members {
                let one = match has_unknown(values) {
                    false => self.value(values).map(|json| (operator.value.clone(), json)),
                    true => self.condition(&operator.value, values, shrink)?,
                };
                let Some((name, value)) = one else { continue };
                add(&mut read, Spanned::new(name, operator.span), Member { key: key.clone(), value });
            }
        }
        Some(Json { span: node.span, value: Value::Object(read) })
    }

    /// One key of an operator with something unknown among its values: the operator and values that say it, nothing where
    /// it always holds; none where it never need to, in a Deny.
    #[expect(clippy::option_option, reason = "holding always and never needing to hold are different")]
    fn condition(&self, operator: &str, values: &Node, shrink: bool) -> Option<Option<(String, Json)>> {
        let negated = operator.contains("Not");
        // A list that more texts in it make hold more often.
        let widen = shrink == negated;
        let listed = |values: Vec<Json>, span| Json { span, value: Value::Array(values) };
        if shrink {
            if negated {
                return None;
            }
            return match self.entries(values, widen, Of::Value) {
                Entries::Listed(own) if !own.is_empty() => Some(Some((operator.to_owned(), listed(own, values.span)))),
                _ => None,
            };
        }
        if negated {
            return match self.entries(values, false, Of::Value) {
                Entries::Listed(own) if !own.is_empty() => Some(Some((operator.to_owned(), listed(own, values.span)))),
                _ => Some(None),
            };
        }
        if !operator.contains("StringEquals") && !operator.contains("StringLike") || operator.contains("IgnoreCase") {
            return Some(None);
        }
        let like = operator.replace("StringEquals", "StringLike");
        Some(Some(match self.entries(values, true, Of::Value) {
            // What StringEquals matches, StringLike matches with the same text.
            Entries::Listed(own) => (like, listed(own, values.span)),
            Entries::Every => (like, star(values.span)),
        }))
    }

    /// A text as a pattern that matches it whatever is unknown.
    fn pattern(&self, pieces: &[Piece], of: Of) -> Pattern {
        let mut text = String::new();
        let mut wide = false;
        for piece in pieces {
            match piece {
                Piece::Known(own) => text.push_str(own),
                Piece::Unknown(id) => match self.given(*id) {
                    Some(own) => text.push_str(&own),
                    // In front of the fifth colon a text may hold further parts of the ARN.
                    None if of == Of::Resource
                        && text.matches(':').count() < 5
                        && self.unknowns.sort(*id) == Sort::Any =>
                    {
                        return Pattern::Every;
                    }
                    // No pattern of actions has a wildcard in front of its colon.
                    None if of == Of::Action && !text.contains(':') => return Pattern::Every,
                    None => {
                        wide = true;
                        text.push('*');
                    }
                },
            }
        }
        match wide {
            false => Pattern::Exact(text),
            true if text == "*" => Pattern::Every,
            true => Pattern::Wide(text),
        }
    }

    /// A value that the reading knows.
    fn given(&self, id: UnknownId) -> Option<String> {
        let values = self.reading.values();
        values.get(&id).cloned()
    }

    /// A value with the unknowns filled in; nothing for no value.
    fn value(&self, node: &Node) -> Option<Json> {
        let value = match &node.content {
            Content::Null => Value::Null,
            Content::Bool(value) => Value::Bool(*value),
            Content::Number(text) => Value::Number(text.clone()),
            Content::Text(pieces) => Value::String(self.filled(pieces)),
            Content::Unknown(id) => Value::String(self.filled(&[Piece::Unknown(*id)])),
            Content::List(items) => Value::Array(self.items(items)),
            Content::Object(members) => Value::Object(
                members
                    .iter()
                    .filter_map(|(key, value)| Some(Member { key: key.clone(), value: self.value(value)? }))
                    .collect(),
            ),
            Content::Either(id, one, other) => {
                return self.value(if self.given(*id).as_deref() == Some("true") { one } else { other });
            }
            Content::Nothing => return None,
        };
        Some(Json { span: node.span, value })
    }

    /// The items of a list, those of a list that a condition chose among them.
    fn items(&self, items: &[Node]) -> Vec<Json> {
        let mut read = Vec::new();
        for item in items {
            match (&item.content, self.value(item)) {
                (Content::Either(..), Some(Json { value: Value::Array(chosen), .. })) => read.extend(chosen),
                (_, value) => read.extend(value),
            }
        }
        read
    }

    /// The text of pieces.
    pub(super) fn filled(&self, pieces: &[Piece]) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Known(text) => text.clone(),
            Piece::Unknown(id) => self.given(*id).unwrap_or_else(|| format!("unknown-{}", id.0)),
        };
        pieces.iter().map(text).collect()
    }
}

/// A text with something unknown in it.
enum Pattern {
    /// All of it is known.
    Exact(String),
    /// A `*` stands for what is not.
    Wide(String),
    /// Every text.
    Every,
}

fn star(span: Span) -> Json {
    Json { span, value: Value::String("*".to_owned()) }
}

/// The document without its Denies.
fn allows(document: Json) -> Read {
    let Value::Object(mut members) = document.value else { return Read::Any };
    for member in members.iter_mut().filter(|own| own.key.value == "Statement") {
        let is_deny = |own: &Json| match &own.value {
            Value::Object(members) => {
                members.iter().any(|own| own.key.value == "Effect" && own.value.as_str() == Some("Deny"))
            }
            _ => false,
        };
        let alone = is_deny(&member.value);
        match &mut member.value.value {
            Value::Array(statements) => {
                statements.retain(|own| !is_deny(own));
                if statements.is_empty() {
                    return Read::Nothing;
                }
            }
            _ if alone => return Read::Nothing,
            _ => {}
        }
    }
    Read::Document(Json { span: document.span, value: Value::Object(members) })
}

/// Adds a key under an operator.
fn add(operators: &mut Vec<Member>, name: Spanned<String>, own: Member) {
    let known = operators.iter_mut().find(|operator| operator.key.value == name.value);
    match known.map(|operator| &mut operator.value.value) {
        Some(Value::Object(keys)) => match keys.iter_mut().find(|key| key.key.value == own.key.value) {
            // Two operators became one: a value of either is wide enough for both only if one says everything.
            Some(key) => key.value = star(own.value.span),
            None => keys.push(own),
        },
        _ => {
            operators.push(Member { value: Json { span: own.value.span, value: Value::Object(vec![own]) }, key: name })
        }
    }
}

/// Whether something in a value is not known.
pub(super) fn has_unknown(node: &Node) -> bool {
    let mut unknowns = Vec::new();
    node.unknowns(&mut unknowns);
    !unknowns.is_empty()
}
