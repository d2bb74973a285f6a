//! YAML templates as the values of [`json`](crate::json), with spans.
//!
//! In: a [`Source`] that holds one YAML document. Out: the same tree that JSON gives, a tag such as `!Sub x` read as the
//! object `{"Fn::Sub": x}` that it is short for, and findings. Numbers stay texts, as they were written: an account id may
//! begin with a zero. Trusted for: dropping nothing (duplicate keys are findings; aliases, which templates do not have, are refused).

use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Range, Tag};

use crate::diagnostic::{Code, Diagnostic, Findings, quoted};
use crate::json::{DEPTH_LIMIT, Json, Member, Value};
use crate::source::{Source, Span, Spanned};

/// Reads a source as one YAML document. None where nothing usable was found; findings say why.
pub(crate) fn read(source: &Arc<Source>, findings: &mut Findings) -> Option<Json> {
    let mut offsets: Vec<usize> = source.text().char_indices().map(|(offset, _)| offset).collect();
    offsets.push(source.text().len());
    let mut events = Vec::new();
    for event in Parser::new_from_str(source.text()) {
        match event {
            Ok(event) => events.push(event),
            Err(error) => {
                let at = offsets.get(error.marker().index()).copied().unwrap_or(source.text().len());
                let help =
                    "write YAML 1.2; a text with `: ` or `#` in it, or with a `{` in front, goes into quotation marks";
                findings.push(Diagnostic::new(Code::Syntax, source, Span::new(at, at), error.info().to_owned(), help));
                return None;
            }
        }
    }
    let mut documents = events.iter().filter(|(event, _)| matches!(event, Event::DocumentStart(_)));
    if let (Some(_), Some((_, second))) = (documents.next(), documents.next()) {
        let at = offsets.get(second.start.index()).copied().unwrap_or_default();
        let help = "keep one document in a file";
        findings.push(Diagnostic::new(Code::Syntax, source, Span::new(at, at), "a second YAML document", help));
        return None;
    }
    let content: Vec<_> = events
        .into_iter()
        .filter(|(event, _)| {
            !matches!(
                event,
                Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd
            )
        })
        .collect();
    if content.is_empty() {
        let help = "write a template, or check that it is the right file";
        findings.push(Diagnostic::whole(Code::BlankInput, source, "the input is blank", help));
        return None;
    }
    let mut reader = Reader { source, offsets, events: content.into_iter(), findings };
    reader.value(1)
}

struct Reader<'a, I> {
    source: &'a Arc<Source>,
    /// The byte at which each character starts: the parser counts characters.
    offsets: Vec<usize>,
    events: I,
    findings: &'a mut Findings,
}

impl<'a, I: Iterator<Item = (Event<'a>, Range)>> Reader<'_, I> {
    fn value(&mut self, depth: usize) -> Option<Json> {
        let (event, range) = self.events.next()?;
        self.value_of(event, range, depth)
    }

    fn value_of(&mut self, event: Event<'a>, range: Range, depth: usize) -> Option<Json> {
        let span = self.span(range);
        if depth > DEPTH_LIMIT {
            let message = format!("values are nested deeper than {DEPTH_LIMIT} levels");
            self.error(Code::TooDeep, span, message, "no template needs as many");
            return None;
        }
        let (json, tag) = match event {
            Event::Scalar(text, style, _, tag) => {
                let value = if style == ScalarStyle::Plain && tag.is_none() { plain(&text) } else { None };
                (Json { span, value: value.unwrap_or_else(|| Value::String(text.into_owned())) }, tag)
            }
            Event::SequenceStart(_, tag) => (self.list(span, depth)?, tag),
            Event::MappingStart(_, tag) => (self.object(span, depth)?, tag),
            _ => {
                let help = "write the value out: CloudFormation has no aliases";
                self.error(Code::Syntax, span, "an alias stands for a value", help);
                return None;
            }
        };
        match tag.as_deref() {
            Some(tag) => self.tagged(tag, json),
            None => Some(json),
        }
    }

    fn list(&mut self, start: Span, depth: usize) -> Option<Json> {
        let mut items: Vec<Json> = Vec::new();
        loop {
            let (event, range) = self.events.next()?;
            if event == Event::SequenceEnd {
                let span = self.closed(start, range, items.last().map(|item| item.span.end));
                return Some(Json { span, value: Value::Array(items) });
            }
            items.push(self.value_of(event, range, depth + 1)?);
        }
    }

    fn object(&mut self, start: Span, depth: usize) -> Option<Json> {
        let mut members: Vec<Member> = Vec::new();
        loop {
            let (event, range) = self.events.next()?;
            if event == Event::MappingEnd {
                let span = self.closed(start, range, members.last().map(|member| member.value.span.end));
                return Some(Json { span, value: Value::Object(members) });
            }
            let span = self.span(range);
            let Event::Scalar(key, ..) = event else {
                self.error(Code::WrongType, span, "a key is no text", "write a name in front of the colon");
                return None;
            };
            let key = key.into_owned();
            if let Some(first) = members.iter().find(|member| member.key.value == key) {
                let message = format!("key {} occurs twice in one object", quoted(&key));
                let help = "keep one of the two; most readers would silently take the last";
                let finding = Diagnostic::new(Code::DuplicateKey, self.source, span, message, help);
                self.findings.push(finding.with_related(first.key.span, "first here"));
            }
            let value = self.value(depth + 1)?;
            members.push(Member { key: Spanned::new(key, span), value });
        }
    }

    /// `!Ref x` as `{"Ref": x}`, `!GetAtt a.b` as `{"Fn::GetAtt": "a.b"}`.
    fn tagged(&mut self, tag: &Tag, json: Json) -> Option<Json> {
        if tag.is_yaml_core_schema() {
            return Some(json);
        }
        if tag.handle != "!" {
            let help = "write a function of CloudFormation, as in `!Sub`";
            self.error(Code::Syntax, json.span, format!("there is no tag {}", quoted(&tag.suffix)), help);
            return None;
        }
        let name = match tag.suffix.as_str() {
            plain @ ("Ref" | "Condition") => plain.to_owned(),
            function => format!("Fn::{function}"),
        };
        let key = Spanned::new(name, json.span);
        Some(Json { span: json.span, value: Value::Object(vec![Member { key, value: json }]) })
    }

    fn span(&self, range: Range) -> Span {
        let at = |index: usize| self.offsets.get(index).copied().unwrap_or(self.source.text().len());
        let (start, end) = (at(range.start.index()), at(range.end.index()));
        let text = self.source.text().get(start..end).unwrap_or_default();
        Span::new(start, start + text.trim_end().len())
    }

    /// From its first byte to its last: a block has no closing bracket.
    fn closed(&self, start: Span, end: Range, last: Option<usize>) -> Span {
        let end = self.span(end);
        Span::new(start.start, if end.is_empty() { last.unwrap_or(start.end) } else { end.end })
    }

    fn error(&mut self, code: Code, span: Span, message: impl Into<String>, help: &str) {
        self.findings.push(Diagnostic::new(code, self.source, span, message, help));
    }
}

/// What a text without quotation marks stands for, where it is no text.
fn plain(text: &str) -> Option<Value> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn json(text: &str) -> (Option<serde_json::Value>, Vec<&'static str>) {
        let mut findings = Findings::default();
        let read = read(&Source::new("t.yaml", text), &mut findings);
        (read.map(|json| json.to_serde()), findings.into_diagnostics().map(|own| own.code.as_str()).collect())
    }

    #[test]
    fn yaml_is_the_json_that_it_stands_for() {
        let (read, findings) =
            json("a: !Sub 'x${B}'\nb:\n- 2012-10-17\n- 012345678901\n- yes\n- true\nc: {d: !GetAtt r.Arn}\n");
        assert!(findings.is_empty());
        let expected = serde_json::json!({
            "a": { "Fn::Sub": "x${B}" },
            "b": ["2012-10-17", "012345678901", "yes", true],
            "c": { "d": { "Fn::GetAtt": "r.Arn" } },
        });
        assert_eq!(read.unwrap(), expected);
    }

    #[test]
    fn places_are_bytes_of_the_text() {
        let text = "ä: x\nb:\n  - 'é'\n  - c: d\n";
        let source = Source::new("t.yaml", text);
        let json = read(&source, &mut Findings::default()).unwrap();
        assert_eq!(source.slice(json.span), text.trim_end());
        let Value::Object(members) = json.value else { panic!("no object") };
        let [first, second] = &members[..] else { panic!("two members") };
        assert_eq!((source.slice(first.key.span), source.slice(first.value.span)), ("ä", "x"));
        assert_eq!(source.slice(second.value.span), "- 'é'\n  - c: d");
    }

    #[test]
    fn what_templates_do_not_have_is_refused() {
        assert_eq!(json("a: &x 1\nb: *x\n").1, ["syntax"]);
        assert_eq!(json("a: 1\na: 2\n").1, ["duplicate-key"]);
        assert_eq!(json("a: [1\n").1, ["syntax"]);
        assert_eq!(json("a: 1\n---\nb: 2\n").1, ["syntax"]);
        assert_eq!(json("# nothing\n").1, ["blank-input"]);
        assert_eq!(json(&format!("{}1{}", "[".repeat(40), "]".repeat(40))).1, ["too-deep"]);
    }
}
