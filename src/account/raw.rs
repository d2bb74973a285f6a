//! JSON that is looked at without being read to its end: an account of 10,000 principals is mostly documents, and most
//! questions need few of them.
//!
//! In: a place of a source that holds a JSON value. Out: its members or items, each a place of its own; nothing below
//! them is converted. Trusted for: dropping nothing (a key that occurs twice is a finding).

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::diagnostic::{Code, Diagnostic, Findings, quoted};
use crate::source::{Source, Span};
use crate::vocabulary::nearest::nearest;

/// A JSON value, by its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw<'a> {
    pub(super) source: &'a Arc<Source>,
    text: &'a str,
}

/// The members of an object, in the order of the text.
pub(super) type Members<'a> = Vec<(String, Raw<'a>)>;

impl<'a> Raw<'a> {
    /// The values of a source, one behind the other.
    ///
    /// # Errors
    /// What is no JSON.
    pub(super) fn values(source: &'a Arc<Source>) -> Result<Vec<Self>, serde_json::Error> {
        let stream = serde_json::Deserializer::from_str(source.text()).into_iter::<&RawValue>();
        stream.map(|value| value.map(|value| Self { source, text: value.get() })).collect()
    }

    /// Where the value stands.
    pub(super) fn span(self) -> Span {
        // The value is a part of the text: serde_json borrows it.
        let start = (self.text.as_ptr() as usize).saturating_sub(self.source.text().as_ptr() as usize);
        Span::new(start, start + self.text.len())
    }

    /// The value as it is written.
    pub(super) fn text(self) -> &'a str {
        self.text
    }

    /// What the value is, for messages.
    fn describe(self) -> &'static str {
        match self.text.as_bytes().first() {
            Some(b'{') => "an object",
            Some(b'[') => "a list",
            Some(b'"') => "a string",
            Some(b't' | b'f') => "a Boolean",
            Some(b'n') => "null",
            _ => "a number",
        }
    }

    /// Whether the value is an object.
    pub(super) fn is_object(self) -> bool {
        self.text.starts_with('{')
    }

    /// Whether the value is a list.
    pub(super) fn is_list(self) -> bool {
        self.text.starts_with('[')
    }

    /// A finding about the value.
    pub(super) fn finding(self, code: Code, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.source, self.span(), message, help)
    }

    fn wrong_type(self, what: &str, wanted: &str, findings: &mut Findings) {
        let message = format!("{what} is {wanted}, not {}", self.describe());
        findings.push(self.finding(Code::WrongType, message, format!("write {wanted} here")));
    }

    /// The members of an object; `what` names it in messages.
    pub(super) fn members(self, what: &str, findings: &mut Findings) -> Option<Members<'a>> {
        let Ok(Object(members)) = serde_json::from_str::<Object<'a>>(self.text) else {
            self.wrong_type(what, "an object", findings);
            return None;
        };
        let members: Members<'a> =
            members.into_iter().map(|(key, value)| (key, Self { source: self.source, text: value.get() })).collect();
        let twice = members
            .iter()
            .enumerate()
            .find(|(index, (key, _))| members.iter().take(*index).any(|(other, _)| other == key));
        if let Some((_, (key, value))) = twice {
            let message = format!("key {} occurs twice in one object", quoted(key));
            let help = "keep one of the two; most readers would silently take the last";
            findings.push(value.finding(Code::DuplicateKey, message, help));
            return None;
        }
        Some(members)
    }

    /// The items of a list; null is an empty one.
    pub(super) fn items(self, what: &str, findings: &mut Findings) -> Option<Vec<Self>> {
        match serde_json::from_str::<Option<Vec<&'a RawValue>>>(self.text) {
            Ok(items) => Some(
                items
                    .unwrap_or_default()
                    .into_iter()
                    .map(|item| Self { source: self.source, text: item.get() })
                    .collect(),
            ),
            Err(_) => {
                self.wrong_type(what, "a list", findings);
                None
            }
        }
    }

    /// The text of a string.
    pub(super) fn string(self, what: &str, findings: &mut Findings) -> Option<String> {
        let text = serde_json::from_str(self.text).ok();
        if text.is_none() {
            self.wrong_type(what, "a text", findings);
        }
        text
    }

    /// A value of another simple type.
    pub(super) fn simple<T: Deserialize<'a>>(self, what: &str, wanted: &str, findings: &mut Findings) -> Option<T> {
        let value = serde_json::from_str(self.text).ok();
        if value.is_none() {
            self.wrong_type(what, wanted, findings);
        }
        value
    }
}

/// What is no JSON, at the place where it stops to be.
pub(super) fn syntax(source: &Arc<Source>, error: &serde_json::Error) -> Diagnostic {
    let lines = source.text().split_inclusive('\n');
    let start: usize = lines.take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut offset = usize::min(start + error.column().saturating_sub(1), source.text().len());
    while !source.text().is_char_boundary(offset) {
        offset -= 1;
    }
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    let (message, help) = match error.is_eof() {
        true => ("the file ends before its JSON does".to_owned(), "the file is cut off: fetch it again"),
        false => (reason.to_owned(), "give the file as it was fetched; it is JSON up to here"),
    };
    Diagnostic::new(Code::Syntax, source, Span::new(offset, offset), message, help)
}

/// The one value of a source.
pub(super) fn whole<'a>(source: &'a Arc<Source>, findings: &mut Findings) -> Option<Raw<'a>> {
    match Raw::values(source).as_deref() {
        Ok([only]) => return Some(*only),
        Ok([]) => {
            findings.push(Diagnostic::whole(Code::BlankInput, source, "the input is blank", "give one JSON value"))
        }
        Ok([_, second, ..]) => {
            let help = "keep one value; what starts here lies behind the end of the first";
            findings.push(second.finding(Code::Syntax, "text behind the first JSON value", help));
        }
        Err(error) => findings.push(syntax(source, error)),
    }
    None
}

/// Reports members that a file of our own has no use for.
pub(super) fn known_fields(members: &Members<'_>, known: &[&str], findings: &mut Findings) {
    for (name, value) in members {
        if !known.contains(&name.as_str()) {
            let help = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the fields are {}", known.join(", ")),
            };
            findings.push(value.finding(Code::UnknownField, format!("there is no field {}", quoted(name)), help));
        }
    }
}

/// A member that must be there.
pub(super) fn required<'a>(
    members: &Members<'a>,
    whole: Raw<'a>,
    name: &str,
    findings: &mut Findings,
) -> Option<Raw<'a>> {
    let found = member(members, name);
    if found.is_none() {
        findings.push(whole.finding(
            Code::MissingField,
            format!("field `{name}` is missing"),
            format!("add `\"{name}\": …`"),
        ));
    }
    found
}

/// The member of a name.
pub(super) fn member<'a>(members: &Members<'a>, name: &str) -> Option<Raw<'a>> {
    members.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
}

struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visit;
        impl<'de> Visitor<'de> for Visit {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    members.push(entry);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Visit)
    }
}
