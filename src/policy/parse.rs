//! JSON into [`Document`]s: every error of a document in one run.
//!
//! In: a source, or the JSON of a document inside one, and the kind of document. Out: the document and its warnings,
//! or the refusal with all findings. One file an element: this one the document, `statement` its statements,
//! `condition` their conditions, `principal` their principals.

mod condition;
mod principal;
mod statement;

use std::collections::HashMap;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Findings, Refusal, quoted};
use crate::input::TEXT_LIMIT;
use crate::json::{self, Json, Member, Value};
use crate::policy::condition::Condition;
use crate::policy::document::{Document, Version};
use crate::policy::kind::DocumentKind;
use crate::source::{Source, Span, Spanned};
use crate::vocabulary::nearest::{is_misspelt, nearest};
use crate::vocabulary::variable::{VariableError, VariableErrorKind, segments};

const ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];

/// Reads a source that holds one policy document.
///
/// # Errors
/// Every finding, if one of them is an error.
pub fn parse(source: &Arc<Source>, kind: DocumentKind) -> Result<(Document, Vec<Diagnostic>), Refusal> {
    let mut findings = Findings::default();
    let document =
        json::read(source, &mut findings).and_then(|json| parse_json(&json, source, "", kind, &mut findings));
    findings.finish(document)
}

/// Reads a document that stands inside a larger input, at a JSON pointer.
pub fn parse_json(
    json: &Json,
    source: &Arc<Source>,
    pointer: &str,
    kind: DocumentKind,
    findings: &mut Findings,
) -> Option<Document> {
    let mut parser = Parser { source, kind, version: Version::V2008, findings };
    let before = parser.findings.errors();
    let members = parser.object(json, "a policy document")?;
    parser.known_elements(members, &ELEMENTS, "a policy document");
    parser.version = parser.read_version(member(members, "Version"));
    if let Some(id) = member(members, "Id") {
        parser.text(&id.value, "Id");
    }
    parser.characters(json);
    parser.old_variables(json);
    let Some(statements) = member(members, "Statement") else {
        let help = "add `\"Statement\": [ … ]`";
        parser.missing(members, &ELEMENTS, "Statement", json.span, "a policy document has no `Statement`", help);
        return None;
    };
    let statements = match &statements.value.value {
        Value::Array(items) if items.is_empty() => {
            let help = "add a statement, or leave the document out";
            parser.error(Code::NoStatement, statements.value.span, "`Statement` is an empty list", help);
            return None;
        }
        Value::Array(items) => items.iter().collect(),
        _ => vec![&statements.value],
    };
    let parsed = statements.iter().enumerate().filter_map(|(index, json)| parser.statement(index, json)).collect();
    parser.unique_sids(&statements);
    let version = parser.version;
    let document = Document {
        source: Arc::clone(source),
        span: json.span,
        pointer: pointer.to_owned(),
        title: None,
        kind,
        version,
        statements: parsed,
    };
    (findings.errors() == before).then_some(document)
}

/// Reads a Condition block that stands alone, in the current version of the language.
pub fn parse_conditions(json: &Json, source: &Arc<Source>, findings: &mut Findings) -> Vec<Condition> {
    let mut parser = Parser { source, kind: DocumentKind::Identity, version: Version::V2012, findings };
    parser.condition_block(json)
}

fn member<'a>(members: &'a [Member], name: &str) -> Option<&'a Member> {
    members.iter().find(|member| member.key.value == name)
}

/// What the files of this module share: the place where findings go, and the document's kind and version.
struct Parser<'a> {
    source: &'a Arc<Source>,
    kind: DocumentKind,
    version: Version,
    findings: &'a mut Findings,
}

impl Parser<'_> {
    fn error(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.findings.push(Diagnostic::new(code, self.source, span, message, help));
    }

    fn variables(&self) -> bool {
        self.version == Version::V2012
    }

    fn object<'j>(&mut self, json: &'j Json, what: &str) -> Option<&'j [Member]> {
        if let Value::Object(members) = &json.value {
            return Some(members);
        }
        let help = "write `{ … }`";
        self.error(Code::WrongType, json.span, format!("{what} is an object, not {}", json.describe()), help);
        None
    }

    /// The text of a string.
    fn text(&mut self, json: &Json, element: &str) -> Option<Spanned<String>> {
        if let Value::String(text) = &json.value {
            return self.short_enough(Spanned::new(text.clone(), json.span));
        }
        let message = format!("`{element}` takes a string here, not {}", json.describe());
        self.error(Code::WrongType, json.span, message, "write a text in double quotation marks");
        None
    }

    fn short_enough(&mut self, text: Spanned<String>) -> Option<Spanned<String>> {
        if text.value.len() <= TEXT_LIMIT {
            return Some(text);
        }
        let message = format!("a text of {} bytes is longer than the limit of 32 KiB", text.value.len());
        self.error(Code::TooLarge, text.span, message, "no IAM document is that long; split the text");
        None
    }

    /// One value or a list of them (S1.9); an empty list is a warning.
    fn list<'j>(&mut self, member: &'j Member) -> Vec<&'j Json> {
        match &member.value.value {
            Value::Array(items) => {
                if items.is_empty() {
                    let says =
                        if member.key.value.starts_with("Not") { "it excludes nothing" } else { "it matches nothing" };
                    let message = format!("`{}` is an empty list: {says}", member.key.value);
                    let help = "name what is meant, or leave the statement out";
                    self.error(Code::EmptyList, member.value.span, message, help);
                }
                items.iter().collect()
            }
            _ => vec![&member.value],
        }
    }

    fn known_elements(&mut self, members: &[Member], known: &[&str], whose: &str) {
        for Member { key, .. } in members {
            if !known.contains(&key.value.as_str()) {
                let help = match nearest(&key.value, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the elements are {}", known.join(", ")),
                };
                self.error(
                    Code::UnknownElement,
                    key.span,
                    format!("{whose} has no element {}", quoted(&key.value)),
                    help,
                );
            }
        }
    }

    /// Reports a missing element at the opening brace, unless it is there under a misspelt name and reported as such.
    fn missing(
        &mut self,
        members: &[Member],
        known: &[&str],
        name: &str,
        whole: Span,
        message: impl Into<String>,
        help: &str,
    ) {
        let names = || members.iter().map(|member| member.key.value.as_str());
        let negation = format!("Not{name}");
        if !is_misspelt(names(), known, name) && !is_misspelt(names(), known, &negation) {
            self.error(Code::MissingElement, Span::new(whole.start, whole.start + 1), message, help);
        }
    }

    fn read_version(&mut self, version: Option<&Member>) -> Version {
        let Some(version) = version else { return Version::V2008 };
        match version.value.as_str() {
            Some("2012-10-17") => Version::V2012,
            Some("2008-10-17") => Version::V2008,
            _ => {
                let written = self.source.slice(version.value.span).to_owned();
                let message = format!("there is no policy language version {}", quoted(&written));
                let help = "write `\"2012-10-17\"`; without `Version` policy variables are plain text";
                self.error(Code::BadVersion, version.value.span, message, help);
                // What follows is most likely meant in the current version.
                Version::V2012
            }
        }
    }

    /// Characters that IAM does not take in a document (S1.14): one finding for the first of them. Control characters
    /// are errors of the JSON already.
    fn characters(&mut self, json: &Json) {
        let text = self.source.slice(json.span);
        let unusual = |c: &(usize, char)| c.1 > '\u{ff}';
        if let Some((index, character)) = text.char_indices().find(unusual) {
            let count = text.char_indices().filter(unusual).count();
            let start = json.span.start + index;
            let code = u32::from(character);
            // What cannot be seen, or turns the direction of writing, is told by its number.
            let shown = match character.escape_debug().count() {
                1 => format!("`{character}` (U+{code:04X})"),
                _ => format!("U+{code:04X}"),
            };
            let message = match count - 1 {
                0 => format!("IAM does not take the character {shown}"),
                1 => format!("IAM does not take the character {shown}, nor one more further on"),
                more => format!("IAM does not take the character {shown}, nor {more} more further on"),
            };
            let help = "replace it: IAM takes tab, line ends and U+0020 to U+00FF (S1.14)";
            self.error(Code::UnusualCharacter, Span::new(start, start + character.len_utf8()), message, help);
        }
    }

    /// What looks like a policy variable and is plain text in the older language (S1.2): one finding for the first.
    fn old_variables(&mut self, json: &Json) {
        if self.variables() {
            return;
        }
        if let Some(index) = self.source.slice(json.span).find("${") {
            let start = json.span.start + index;
            let message = "`${` is plain text in a document without `\"Version\": \"2012-10-17\"`";
            let help = "write the version if a policy variable is meant (S1.2)";
            self.error(Code::VariableInOldVersion, Span::new(start, start + 2), message, help);
        }
    }

    fn unique_sids(&mut self, statements: &[&Json]) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for json in statements {
            let Value::Object(members) = &json.value else { continue };
            let Some(sid) = member(members, "Sid") else { continue };
            let Some(text) = sid.value.as_str().filter(|text| !text.is_empty()) else { continue };
            if let Some(first) = seen.insert(text, sid.value.span) {
                let message = format!("Sid {} is given to two statements", quoted(text));
                let help = "give each statement a Sid of its own (S1.6); it does not change a decision";
                let finding = Diagnostic::new(Code::DuplicateSid, self.source, sid.value.span, message, help);
                self.findings.push(finding.with_related(first, "first given here"));
            }
        }
    }

    /// The place of a range of a decoded text: exact where the source has no escapes, else the whole string.
    fn within(&self, text: &Spanned<String>, range: &std::ops::Range<usize>) -> Span {
        let quoted = self.source.slice(text.span).starts_with('"');
        if quoted && text.span.len() == text.value.len() + 2 {
            let start = text.span.start + 1;
            return Span::new(start + range.start, start + range.end);
        }
        text.span
    }

    /// Whether a text was written with raw control characters: the JSON reader has refused it already.
    fn is_raw(&self, text: &Spanned<String>) -> bool {
        self.source.slice(text.span).contains(|character: char| character < ' ')
    }

    /// Reports a malformed variable or left-over template text.
    fn variable_error(&mut self, text: &Spanned<String>, error: &VariableError) {
        let span = self.within(text, &error.range);
        let written = text.value.get(error.range.clone()).unwrap_or(&text.value).to_owned();
        if error.kind == VariableErrorKind::Template {
            let message = format!("template text {} was left in the document", quoted(&written));
            let help = "put the value in; policy variables have a prefix, as in `${aws:username}`";
            self.error(Code::TemplateText, span, message, help);
            // The next one in the same text, so that one run reports them all.
            let rest = text.value.get(error.range.end..).filter(|_| written.starts_with("${")).unwrap_or_default();
            if let Err(VariableError { kind: VariableErrorKind::Template, range }) = segments(rest) {
                let range = range.start + error.range.end..range.end + error.range.end;
                self.variable_error(text, &VariableError { kind: VariableErrorKind::Template, range });
            }
        } else {
            let help = "write `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, or `${$}` for a dollar sign (S4)";
            self.error(Code::BadVariable, span, format!("{}: {}", error.kind, quoted(&written)), help);
        }
    }
}
