//! Reads a file of transitions.
//!
//! In: the JSON text. Out: [`Transition`]s, or the first entry and field that cannot be used. The format is in
//! `encodings/README.md`.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::escalation::transition::{BoundaryKey, Credential, Effect, Kind, Transition};
use crate::vocabulary::action::Action;
use crate::vocabulary::dialect::Dialect;

/// An embedded file: its name and its text.
type File = (&'static str, &'static str);

const AWS: File = ("encodings/aws/transitions.json", include_str!("../../../encodings/aws/transitions.json"));
const ASTRAN: File = ("encodings/astran/transitions.json", include_str!("../../../encodings/astran/transitions.json"));

static OF_AWS: LazyLock<Result<Vec<Transition>, TransitionError>> = LazyLock::new(|| read(AWS.0, AWS.1));
static OF_ASTRAN: LazyLock<Result<Vec<Transition>, TransitionError>> = LazyLock::new(|| read(ASTRAN.0, ASTRAN.1));

/// Why a file of transitions cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}{}: {message}", behind(entry.as_ref()), behind(field.as_ref()))]
pub struct TransitionError {
    /// The file.
    pub file: String,
    /// The `id` of the entry, or its number from 1 where it has none; none if the file as a whole is refused.
    pub entry: Option<String>,
    /// The field; none if the entry as a whole is refused.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
}

fn behind(place: Option<&String>) -> String {
    place.map(|place| format!(", `{place}`")).unwrap_or_default()
}

/// The transitions of a dialect, in the order of its file, which is read once.
///
/// # Errors
/// The first entry that cannot be used.
pub fn transitions(dialect: &Dialect) -> Result<&'static [Transition], TransitionError> {
    let read = if dialect.name() == "astran" { &OF_ASTRAN } else { &OF_AWS };
    read.as_deref().map_err(Clone::clone)
}

/// The whole file of a dialect, for digests.
pub fn text(dialect: &Dialect) -> &'static str {
    if dialect.name() == "astran" { ASTRAN.1 } else { AWS.1 }
}

/// The file as a whole.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    #[serde(rename = "about")]
    _about: Vec<String>,
    transitions: Vec<Map<String, Value>>,
}

/// A field, and what is wrong with it.
type Wrong = (Option<&'static str>, String);

/// Reads a file of transitions.
///
/// # Errors
/// The first entry that cannot be used, and its field.
pub fn read(file: &str, text: &str) -> Result<Vec<Transition>, TransitionError> {
    let refuse = |entry: Option<String>, field: Option<String>, message: String| TransitionError {
        file: file.to_owned(),
        entry,
        field,
        message,
    };
    let whole: Whole = serde_json::from_str(text).map_err(|error| refuse(None, None, error.to_string()))?;
    let mut transitions = Vec::with_capacity(whole.transitions.len());
    let mut known = HashSet::new();
    for (index, entry) in whole.transitions.into_iter().enumerate() {
        let name = entry.get("id").and_then(Value::as_str).map_or_else(|| (index + 1).to_string(), str::to_owned);
        let repeated = !known.insert(name.clone());
        let wrong =
            |(field, message): (Option<&str>, String)| refuse(Some(name.clone()), field.map(str::to_owned), message);
        if repeated {
            return Err(wrong((Some("id"), "another entry has it already".to_owned())));
        }
        transitions.push(transition(entry).map_err(wrong)?);
    }
    Ok(transitions)
}

fn transition(mut entry: Map<String, Value>) -> Result<Transition, Wrong> {
    let id = required::<String>(&mut entry, "id")?;
    let title = required::<String>(&mut entry, "title")?;
    let requests = required::<Vec<String>>(&mut entry, "requests")?;
    let effect = required::<Effect>(&mut entry, "effect")?;
    let boundary = optional::<BoundaryKey>(&mut entry, "boundary")?.unwrap_or_default();
    let passes_role = optional::<bool>(&mut entry, "passes-role")?.unwrap_or_default();
    let note = optional::<String>(&mut entry, "note")?;
    if let Some(field) = entry.keys().next() {
        return Err((None, format!("no field is called `{field}`")));
    }
    for (name, text) in [("id", Some(&id)), ("title", Some(&title)), ("note", note.as_ref())] {
        if text.is_some_and(|text| text.trim().is_empty()) {
            return Err((Some(name), "is empty".to_owned()));
        }
    }
    if requests.is_empty() {
        return Err((Some("requests"), "is empty".to_owned()));
    }
    let action = |text: &String| Action::parse(text).map_err(|error| (Some("requests"), format!("`{text}` {error}")));
    let requests = requests.iter().map(action).collect::<Result<Vec<_>, _>>()?;
    if let Some(message) = senseless(&effect) {
        return Err((Some("effect"), message.to_owned()));
    }
    if effect == Effect::Nothing && note.is_none() {
        return Err((Some("note"), "is missing: what does nothing says why".to_owned()));
    }
    Ok(Transition { id, title, requests, passes_role, effect, boundary, note })
}

fn optional<T: DeserializeOwned>(entry: &mut Map<String, Value>, name: &'static str) -> Result<Option<T>, Wrong> {
    let value = entry.shift_remove(name).map(serde_json::from_value).transpose();
    value.map_err(|error| (Some(name), error.to_string()))
}

fn required<T: DeserializeOwned>(entry: &mut Map<String, Value>, name: &'static str) -> Result<T, Wrong> {
    optional(entry, name)?.ok_or_else(|| (Some(name), "is missing".to_owned()))
}

/// Why an effect is none that a request can have.
fn senseless(effect: &Effect) -> Option<&'static str> {
    let empty = |texts: &[String]| texts.is_empty() || texts.iter().any(String::is_empty);
    match effect {
        Effect::SetBoundary(Kind::Group) | Effect::RemoveBoundary(Kind::Group) => Some("groups have no boundary"),
        Effect::Tag(Kind::Group) | Effect::Untag(Kind::Group) => Some("groups have no tags"),
        Effect::Rename(Kind::Role) => Some("roles keep their names"),
        Effect::Create { kind: Kind::Group | Kind::Role, credentials: true } => Some("only users have credentials"),
        Effect::GainCredential(Credential::Services(services))
        | Effect::WriteResourcePolicy { services }
        | Effect::DeleteResourcePolicy { services }
        | Effect::PassRole { services, .. }
            if empty(services) =>
        {
            Some("names no service")
        }
        Effect::Drive { compute } if compute.is_empty() => Some("names no compute"),
        _ => None,
    }
}
