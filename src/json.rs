//! Strict JSON with spans and every recoverable error.
//!
//! In: a [`Source`]. Out: a tree whose values, keys and members know their place, and findings. The grammar is
//! jsonc-parser's with everything beyond JSON switched off; what that crate lets through all the same (raw control
//! characters, U+00A0 as blank) is caught here, and serde_json has the last word. Trusted for: accepting exactly the
//! JSON texts, dropping nothing (duplicate keys are findings, numbers keep their text).

use std::sync::Arc;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseErrorKind;
use jsonc_parser::tokens::{Token, TokenAndRange};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};
use serde::de::IgnoredAny;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::source::{Source, Span, Spanned};

/// How deep values may be nested.
pub const DEPTH_LIMIT: usize = 32;

/// A JSON value and its place.
#[derive(Debug, Clone)]
pub struct Json {
    /// Where the value stands, quotes and brackets included.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// A JSON value.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A string, escapes resolved.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// An object: its members in the order of the text.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Debug, Clone)]
pub struct Member {
    /// The key; its span includes the quotes.
    pub key: Spanned<String>,
    /// The value.
    pub value: Json,
}

impl Json {
    /// What the value is, for messages: "a string".
    pub fn describe(&self) -> &'static str {
        match &self.value {
            Value::Null => "null",
            Value::Bool(_) => "a Boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// The text of a string value.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value as a compact JSON text.
    pub fn to_serde(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => serde_json::Value::Bool(*value),
            Value::Number(text) => serde_json::from_str(text).unwrap_or_else(|_| text.clone().into()),
            Value::String(text) => text.clone().into(),
            Value::Array(items) => items.iter().map(Self::to_serde).collect(),
            Value::Object(members) => {
                members.iter().map(|member| (member.key.value.clone(), member.value.to_serde())).collect()
            }
        }
    }
}

/// Reads a source as one JSON value. None where nothing usable was found; findings say why. After trailing commas and
/// comments reading goes on, so that one run reports them all and what lies behind them.
pub fn read(source: &Arc<Source>, findings: &mut Findings) -> Option<Json> {
    let text = source.text();
    if text.trim_matches([' ', '\t', '\n', '\r']).is_empty() {
        let what = if text.is_empty() { "empty" } else { "blank" };
        let help = "write a JSON object, or check that it is the right file";
        findings.push(Diagnostic::whole(Code::BlankInput, source, format!("the input is {what}"), help));
        return None;
    }
    let before = findings.errors();
    let strict = parse_to_ast(text, &CollectOptions::default(), &options(false));
    let json = match strict.ok().and_then(|result| result.value) {
        Some(value) => convert(source, &value, 1, findings),
        None => recover(source, findings),
    };
    if findings.errors() == before {
        confirm(source, findings);
    }
    json
}

/// Reads a part of a source as one JSON value: places are those in the whole source.
pub fn read_part(source: &Arc<Source>, part: Span, findings: &mut Findings) -> Option<Json> {
    let copy = Source::new(source.name(), source.slice(part));
    let mut own = Findings::default();
    let mut json = read(&copy, &mut own);
    if let Some(json) = &mut json {
        shift(json, part.start);
    }
    findings.extend(own.into_diagnostics().map(|diagnostic| diagnostic.moved(source, part.start)));
    json
}

fn shift(json: &mut Json, by: usize) {
    json.span = json.span.shifted(by);
    match &mut json.value {
        Value::Array(items) => items.iter_mut().for_each(|item| shift(item, by)),
        Value::Object(members) => members.iter_mut().for_each(|member| {
            member.key.span = member.key.span.shifted(by);
            shift(&mut member.value, by);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What jsonc-parser lets through, serde_json finds.
fn confirm(source: &Arc<Source>, findings: &mut Findings) {
    let Err(error) = serde_json::from_str::<IgnoredAny>(source.text()) else { return };
    let before = findings.errors();
    stray_characters(source, findings);
    if findings.errors() == before {
        let lines = source.text().split_inclusive('\n');
        let line_start: usize = lines.take(error.line().saturating_sub(1)).map(str::len).sum();
        let start = usize::min(line_start + error.column().saturating_sub(1), source.text().len());
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        let span = character_at(source, start);
        findings.push(Diagnostic::new(Code::Syntax, source, span, message, "write strict JSON (RFC 8259)"));
    }
}

/// Reports every trailing comma and comment, then what is wrong besides.
fn recover(source: &Arc<Source>, findings: &mut Findings) -> Option<Json> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::AsTokens, tokens: true };
    match parse_to_ast(source.text(), &collect, &options(true)) {
        Ok(result) => {
            recoverable(source, result.tokens.as_deref().unwrap_or_default(), findings);
            stray_characters(source, findings);
            result.value.and_then(|value| convert(source, &value, 1, findings))
        }
        Err(error) => {
            let range = error.range();
            // The tokens before the error still tell of their own errors.
            let head = source.text().get(..range.start).unwrap_or_default();
            recoverable_in_broken(source, head, findings);
            if matches!(error.kind(), ParseErrorKind::NestingDepthExceeded) {
                too_deep(source, first_too_deep(head).unwrap_or(range.start), findings);
            } else if let Some(string) = unclosed_string(source.text(), range.start) {
                // Everything behind it is read inside out, so what the parser says is of no help.
                let message = "a string is not closed on its line";
                let help = "add the closing quotation mark; a line end inside a string is written `\\n`";
                findings.push(Diagnostic::new(Code::Syntax, source, string, message, help));
            } else {
                let span = character_at(source, range.start);
                let (message, help) = explain(error.kind(), head, source.slice(span).chars().next());
                findings.push(Diagnostic::new(Code::Syntax, source, span, message, help));
            }
            None
        }
    }
}

const ELSE: &str = "JSON has objects, lists, texts in double quotation marks, numbers, `true`, `false` and `null`";

/// What the parser says, and the way out where it is known.
fn explain(kind: &ParseErrorKind, before: &str, at: Option<char>) -> (String, &'static str) {
    let message = match (kind, at) {
        (ParseErrorKind::MultipleRootJsonValues, Some(bracket @ (']' | '}'))) => {
            return (format!("`{bracket}` closes nothing"), "delete it, or add what it closes");
        }
        (ParseErrorKind::ExpectedComma, Some('0'..='9')) if before.ends_with('0') => {
            return ("a number starts with a zero".to_owned(), "delete the zero");
        }
        (ParseErrorKind::String(_), _) if kind.to_string().contains("surrogate") => {
            return ("a `\\u` escape is half of a character".to_owned(), "write both halves, or the character itself");
        }
        (ParseErrorKind::UnexpectedToken | ParseErrorKind::UnexpectedTokenInObject, Some(character)) => {
            format!("unexpected `{character}`")
        }
        _ => lower_first(&kind.to_string()),
    };
    let help = match kind {
        ParseErrorKind::UnexpectedToken | ParseErrorKind::UnexpectedTokenInObject => match at {
            Some('#') => "delete the comment: JSON has none",
            Some('\u{2018}'..='\u{201f}') => "write plain quotation marks, as in `\"Allow\"`",
            Some(',') => "delete the comma, or add the value before it",
            Some(letter) if letter.is_alphabetic() => "write a text in double quotation marks",
            _ => ELSE,
        },
        ParseErrorKind::ExpectedComma => "put a comma between the two",
        ParseErrorKind::ExpectedColonAfterObjectKey => "write `\"key\": value`",
        ParseErrorKind::SingleQuotedStringsNotAllowed => "write double quotation marks",
        ParseErrorKind::ExpectedStringObjectProperty => "write the key in double quotation marks",
        ParseErrorKind::UnterminatedObject => "add the closing `}` of what opens here",
        ParseErrorKind::UnterminatedArray => "add the closing `]` of what opens here",
        ParseErrorKind::String(_) => {
            "the escapes are `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\uXXXX`; write a backslash twice"
        }
        ParseErrorKind::MultipleRootJsonValues => "keep one value; what starts here lies behind the end of the first",
        ParseErrorKind::ExpectedObjectValue => "write a value behind the colon",
        ParseErrorKind::UnexpectedComma => "delete the comma, or add the value before it",
        ParseErrorKind::UnexpectedCloseBrace | ParseErrorKind::UnexpectedCloseBracket => {
            "delete it, or add what it closes"
        }
        ParseErrorKind::UnexpectedWord => {
            "write a text in double quotation marks; the words are `true`, `false` and `null`"
        }
        _ => ELSE,
    };
    (message, help)
}

/// The first string before `end` that holds a line end, from its quotation mark to the end of that line.
fn unclosed_string(text: &str, end: usize) -> Option<Span> {
    let mut opening = None;
    let mut escaped = false;
    for (index, character) in text.char_indices() {
        match opening {
            Some(start) if matches!(character, '\r' | '\n') => return Some(Span::new(start, index)),
            Some(_) if escaped || character != '"' => escaped = !escaped && character == '\\',
            Some(_) => opening = None,
            None if index > end => return None,
            None if character == '"' => (opening, escaped) = (Some(index), false),
            None => {}
        }
    }
    None
}

/// The first bracket below the deepest level that is read.
fn first_too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (index, character) in text.char_indices() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '"' => in_string = true,
            '[' | '{' if depth == DEPTH_LIMIT => return Some(index),
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn too_deep(source: &Arc<Source>, start: usize, findings: &mut Findings) {
    let message = format!("values are nested deeper than {DEPTH_LIMIT} levels");
    let help = "check the brackets before it: a policy document needs fewer than ten levels";
    findings.push(Diagnostic::new(Code::TooDeep, source, character_at(source, start), message, help));
}

fn options(recovering: bool) -> ParseOptions {
    ParseOptions {
        allow_comments: recovering,
        allow_trailing_commas: recovering,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

fn recoverable(source: &Arc<Source>, tokens: &[TokenAndRange<'_>], findings: &mut Findings) {
    let mut comma: Option<Span> = None;
    for token in tokens {
        let span = Span::new(token.range().start, token.range().end);
        match &token.token {
            Token::CommentLine(_) | Token::CommentBlock(_) => {
                let help = "delete it; a `Sid` may name what a statement is for";
                findings.push(Diagnostic::new(Code::Comment, source, span, "JSON has no comments", help));
                continue;
            }
            closing @ (Token::CloseBrace | Token::CloseBracket) => {
                if let Some(comma) = comma {
                    let message = format!("trailing comma before `{}`", closing.as_str());
                    let help = "delete the comma";
                    findings.push(Diagnostic::new(Code::TrailingComma, source, comma, message, help));
                }
            }
            _ => {}
        }
        comma = matches!(token.token, Token::Comma).then_some(span);
    }
}

/// Commas of a text that does not parse: those that a closing bracket follows, outside strings.
fn recoverable_in_broken(source: &Arc<Source>, head: &str, findings: &mut Findings) {
    let mut comma = None;
    let mut in_string = false;
    let mut escaped = false;
    for (index, character) in head.char_indices() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        match character {
            '"' => (in_string, comma) = (true, None),
            ',' => comma = Some(index),
            ' ' | '\t' | '\n' | '\r' => {}
            '}' | ']' => {
                if let Some(start) = comma.take() {
                    let message = format!("trailing comma before `{character}`");
                    let span = Span::new(start, start + 1);
                    findings.push(Diagnostic::new(Code::TrailingComma, source, span, message, "delete the comma"));
                }
            }
            _ => comma = None,
        }
    }
}

/// Raw control characters inside strings, and blanks that JSON does not know outside.
fn stray_characters(source: &Arc<Source>, findings: &mut Findings) {
    let mut in_string = false;
    let mut escaped = false;
    for (index, character) in source.text().char_indices() {
        let span = Span::new(index, index + character.len_utf8());
        if in_string {
            if character < ' ' {
                let message = format!("raw control character U+{:04X} inside a string", u32::from(character));
                let help = format!("write it as `\\u{:04x}`, or close the string before it", u32::from(character));
                findings.push(Diagnostic::new(Code::ControlCharacter, source, span, message, help));
            }
            in_string = escaped || character != '"';
            escaped = !escaped && character == '\\';
        } else if character == '"' {
            in_string = true;
        } else if character.is_whitespace() && !matches!(character, ' ' | '\t' | '\n' | '\r') {
            let message = format!("U+{:04X} is not white space in JSON", u32::from(character));
            findings.push(Diagnostic::new(Code::Syntax, source, span, message, "replace it with a plain space"));
        }
    }
}

fn convert(source: &Arc<Source>, value: &ast::Value<'_>, depth: usize, findings: &mut Findings) -> Option<Json> {
    let range = value.range();
    let span = Span::new(range.start, range.end);
    if depth > DEPTH_LIMIT && matches!(value, ast::Value::Array(_) | ast::Value::Object(_)) {
        too_deep(source, span.start, findings);
        return None;
    }
    let value = match value {
        ast::Value::NullKeyword(_) => Value::Null,
        ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
        ast::Value::NumberLit(literal) => Value::Number(literal.value.to_owned()),
        ast::Value::StringLit(literal) => Value::String(literal.value.to_string()),
        ast::Value::Array(array) => {
            let items = array.elements.iter().map(|element| convert(source, element, depth + 1, findings));
            Value::Array(items.collect::<Option<_>>()?)
        }
        ast::Value::Object(object) => Value::Object(members(source, object, depth, findings)?),
    };
    Some(Json { span, value })
}

fn members(
    source: &Arc<Source>,
    object: &ast::Object<'_>,
    depth: usize,
    findings: &mut Findings,
) -> Option<Vec<Member>> {
    let mut members: Vec<Member> = Vec::with_capacity(object.properties.len());
    let mut seen = std::collections::HashMap::with_capacity(object.properties.len());
    for property in &object.properties {
        let range = property.name.range();
        let key = Spanned::new(property.name.as_str().to_owned(), Span::new(range.start, range.end));
        let value = convert(source, &property.value, depth + 1, findings)?;
        if let Some(first) = seen.insert(key.value.clone(), key.span) {
            let message = format!("key `{}` occurs twice in one object", key.value);
            let help = "keep one of the two; most readers would silently take the last";
            findings.push(
                Diagnostic::new(Code::DuplicateKey, source, key.span, message, help)
                    .with_related(first, "first given here"),
            );
        }
        members.push(Member { key, value });
    }
    Some(members)
}

/// The one character at an offset, so that an underline has something to underline.
fn character_at(source: &Source, offset: usize) -> Span {
    let mut start = offset.min(source.text().len());
    while !source.text().is_char_boundary(start) {
        start -= 1;
    }
    let length = source.text().get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::new(start, start + length)
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + characters.as_str())
}
