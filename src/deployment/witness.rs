//! Values of unknowns under which a request may be allowed.
//!
//! In: a request that a wide reading allows. Out: values to try, read off the request where a text with an unknown in it
//! matched. Nothing is trusted here: the question is asked again with the values put in.

use crate::deployment::node::{Content, Node, Piece, UnknownId};
use crate::deployment::reading::Values;
use crate::request::ContextValue;
use crate::verdict::Counterexample;

/// Adds the values that texts of a document must have to match a request.
pub(super) fn capture(node: &Node, found: &Counterexample, values: &mut Values) {
    let caller = &found.caller;
    let mut texts = vec![
        found.request.action.as_str().to_owned(),
        found.request.resource.clone(),
        caller.arn.clone(),
        found.resource_account.clone(),
    ];
    texts.extend(caller.issuer.clone());
    for (_, value) in found.request.context.iter() {
        match value {
            ContextValue::Single(text) => texts.push(text.clone()),
            ContextValue::List(own) | ContextValue::Ambiguous(own) => texts.extend(own.iter().cloned()),
        }
    }
    walk(node, &texts, values);
}

fn walk(node: &Node, texts: &[String], values: &mut Values) {
    match &node.content {
        Content::Text(pieces) => captured(pieces, texts, values),
        Content::List(items) => items.iter().for_each(|item| walk(item, texts, values)),
        Content::Object(members) => {
            // Sids and the like hold nothing that a request matches.
            let matched =
                members.iter().filter(|(key, _)| !matches!(key.value.as_str(), "Sid" | "Id" | "Version" | "Effect"));
            matched.for_each(|(_, value)| walk(value, texts, values));
        }
        Content::Either(_, one, other) => {
            walk(one, texts, values);
            walk(other, texts, values);
        }
        Content::Null | Content::Bool(_) | Content::Number(_) | Content::Unknown(_) | Content::Nothing => {}
    }
}

/// The values that make pieces match the first text that they can match.
pub(super) fn captured(pieces: &[Piece], texts: &[String], values: &mut Values) {
    if pieces.iter().all(|piece| matches!(piece, Piece::Known(_))) {
        return;
    }
    for text in texts {
        let mut own = values.clone();
        if matches(pieces, text, &mut own) {
            *values = own;
            return;
        }
    }
}

/// Whether pieces match a text, a `*` in what is known any part of it; notes what unknowns are then.
fn matches(pieces: &[Piece], text: &str, values: &mut Values) -> bool {
    match pieces.split_first() {
        None => text.is_empty(),
        Some((Piece::Known(known), rest)) => glob(known, text, &mut |left| matches(rest, left, values)),
        Some((Piece::Unknown(id), rest)) => {
            let id: UnknownId = *id;
            if let Some(value) = values.get(&id).cloned() {
                return text.strip_prefix(value.as_str()).is_some_and(|left| matches(rest, left, values));
            }
            let ends = text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]);
            for end in ends.filter(|end| *end > 0) {
                let (Some(value), Some(left)) = (text.get(..end), text.get(end..)) else { continue };
                let mut own = values.clone();
                own.insert(id, value.to_owned());
                if matches(rest, left, &mut own) {
                    *values = own;
                    return true;
                }
            }
            false
        }
    }
}

/// Whether a pattern matches the beginning of a text so that the rest goes on.
fn glob(pattern: &str, text: &str, rest: &mut dyn FnMut(&str) -> bool) -> bool {
    let Some(first) = pattern.chars().next() else { return rest(text) };
    let behind = pattern.get(first.len_utf8()..).unwrap_or_default();
    match first {
        '*' => {
            let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            starts.into_iter().any(|at| text.get(at..).is_some_and(|left| glob(behind, left, rest)))
        }
        '?' => text
            .chars()
            .next()
            .is_some_and(|own| text.get(own.len_utf8()..).is_some_and(|left| glob(behind, left, rest))),
        _ => text.strip_prefix(first).is_some_and(|left| glob(behind, left, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_off_a_text() {
        let (bucket, key) = (UnknownId(0), UnknownId(1));
        let known = |text: &str| Piece::Known(text.to_owned());
        let pieces = [known("arn:aws:s3:::"), Piece::Unknown(bucket), known("/logs/*/"), Piece::Unknown(key)];
        let mut values = Values::new();
        let texts = ["s3:GetObject", "arn:aws:s3:::b/logs/2026/x"].map(str::to_owned);
        captured(&pieces, &texts, &mut values);
        assert_eq!((values.get(&bucket), values.get(&key)), (Some(&"b".to_owned()), Some(&"x".to_owned())));
    }
}
