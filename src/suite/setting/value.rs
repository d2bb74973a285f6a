//! Values of keys.
//!
//! In: the value of a key. Out: what it means, or an error at its place.

use std::path::PathBuf;
use std::time::Duration;

use crate::diagnostic::Code;
use crate::json::{Json, Member, Value};
use crate::scenario::Loader;
use crate::scenario::load::field;
use crate::vocabulary::ruling::{NotPrincipal, ResourceStar, Rulings, UserBoundary};

/// A value that may be one or a list.
pub(in crate::suite) fn items(json: &Json) -> Vec<&Json> {
    match &json.value {
        Value::Array(items) => items.iter().collect(),
        _ => vec![json],
    }
}

/// A file that exists, relative to the suite.
pub(in crate::suite) fn path(loader: &mut Loader<'_>, json: &Json) -> Option<PathBuf> {
    let text = loader.text(json, "file")?;
    let path = loader.directory.join(&text);
    if !path.is_file() {
        let help = "name a file relative to the suite";
        loader.error(Code::UnreadableFile, json.span, format!("there is no file `{}`", path.display()), help);
        return None;
    }
    Some(path)
}

pub(super) fn truth(loader: &mut Loader<'_>, member: &Member) -> Option<bool> {
    if let Value::Bool(truth) = member.value.value {
        return Some(truth);
    }
    let message = format!("`{}` is true or false, not {}", member.key.value, member.value.describe());
    loader.error(Code::WrongType, member.value.span, message, "write `true`, or leave it out");
    None
}

/// A number of requests.
pub(in crate::suite) fn steps(loader: &mut Loader<'_>, name: &str, json: &Json) -> Option<usize> {
    let number = match &json.value {
        Value::Number(text) => text.parse().ok().filter(|number| *number > 0),
        _ => None,
    };
    if number.is_none() {
        let message = format!("`{name}` is a number from 1");
        loader.error(Code::BadField, json.span, message, "1 is the request of the goal itself");
    }
    number
}

pub(super) fn seconds(loader: &mut Loader<'_>, json: &Json) -> Option<Duration> {
    let seconds = match &json.value {
        Value::Number(text) => text.parse().ok().filter(|seconds: &f64| *seconds > 0.0 && *seconds <= 86_400.0),
        _ => None,
    };
    if seconds.is_none() {
        loader.error(Code::BadField, json.span, "`timeout` is a number of seconds", "write `timeout = 10`");
    }
    seconds.map(Duration::from_secs_f64)
}

pub(super) fn rulings(loader: &mut Loader<'_>, members: &[Member]) -> Rulings {
    fn word<T: Copy>(loader: &mut Loader<'_>, members: &[Member], name: &str, words: [(&str, T); 2]) -> Option<T> {
        let json = &field(members, name)?.value;
        let found = words.iter().find(|(word, _)| json.as_str() == Some(word)).map(|(_, value)| *value);
        if found.is_none() {
            let help = format!("write `{}` or `{}`", words[0].0, words[1].0);
            loader.error(Code::BadField, json.span, format!("`{name}` is no reading (S14)"), help);
        }
        found
    }
    let boundary = [("bypass", UserBoundary::Bypass), ("enforce", UserBoundary::Enforce)];
    let principal = [("strict", NotPrincipal::Strict), ("lenient", NotPrincipal::Lenient)];
    let star = [("documented", ResourceStar::Documented), ("segmented", ResourceStar::Segmented)];
    Rulings {
        user_boundary: word(loader, members, "user-boundary", boundary),
        not_principal: word(loader, members, "not-principal", principal),
        resource_star: word(loader, members, "resource-star", star),
    }
}
