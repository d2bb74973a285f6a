//! Values of unknowns under which a request may be allowed.
//!
//! In: a request that a wide reading allows. Out: values to try, read off the request where a text with an unknown in it
//! matched. Nothing is trusted here: the question is asked again with the values put in.

use crate::deployment::node::{Content, Node, Piece, UnknownId};
use crate::deployment::reading::Values;
use crate::request::ContextValue;
use crate::verdict::Counterexample;

/// As many steps as a text is matched in: patterns with many `*` have very many ways to match.
const STEPS: usize = 20_000;

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
        let mut left = STEPS;
        if matches(pieces, text, &mut own, &mut left) {
            *values = own;
            return;
        }
    }
}

/// Whether pieces match a text, a `*` in what is known any part of it; notes what unknowns are then. After `left` steps it
/// is given up: then there is one value less to try.
fn matches(pieces: &[Piece], text: &str, values: &mut Values, left: &mut usize) -> bool {
    if *left == 0 {
        return false;
    }
    *left -= 1;
    match pieces.split_first() {
        None => text.is_empty(),
        Some((Piece::Known(known), rest)) => {
            let mut tries = *left;
            let found = glob(known, text, &mut tries, &mut |behind| matches(rest, behind, values, left));
            *left = (*left).min(tries);
            found
        }
        Some((Piece::Unknown(id), rest)) => {
            let id: UnknownId = *id;
            if let Some(value) = values.get(&id).cloned() {
                return text.strip_prefix(value.as_str()).is_some_and(|behind| matches(rest, behind, values, left));
            }
            let ends = text.char_indices().map(|(at, _)| at).skip(1).chain([text.len()]);
            for end in ends.filter(|end| *end > 0) {
                let (Some(value), Some(behind)) = (text.get(..end), text.get(end..)) else { continue };
                let mut own = values.clone();
                own.insert(id, value.to_owned());
                if matches(rest, behind, &mut own, left) {
                    *values = own;
                    return true;
                }
            }
            false
        }
    }
}

/// Whether a pattern matches the beginning of a text so that the rest goes on.
fn glob(pattern: &str, text: &str, tries: &mut usize, rest: &mut dyn FnMut(&str) -> bool) -> bool {
    if *tries == 0 {
        return false;
    }
    *tries -= 1;
    let Some(first) = pattern.chars().next() else { return rest(text) };
    let behind = pattern.get(first.len_utf8()..).unwrap_or_default();
    match first {
        '*' => {
            let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            starts.into_iter().any(|at| text.get(at..).is_some_and(|left| glob(behind, left, tries, rest)))
        }
        '?' => text
            .chars()
            .next()
            .is_some_and(|own| text.get(own.len_utf8()..).is_some_and(|left| glob(behind, left, tries, rest))),
        _ => text.strip_prefix(first).is_some_and(|left| glob(behind, left, tries, rest)),
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

    #[test]
    fn a_pattern_with_very_many_ways_to_match_is_given_up() {
        let pieces = [Piece::Known("*a".repeat(30)), Piece::Unknown(UnknownId(0)), Piece::Known("b".to_owned())];
        let mut values = Values::new();
        captured(&pieces, &["a".repeat(200)], &mut values);
        assert!(values.is_empty());
    }
}
