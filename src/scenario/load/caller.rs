//! The `principal` of a scenario: a word, an ARN, or an object that is exact.

use indexmap::IndexMap;

use crate::diagnostic::{Code, quoted};
use crate::json::{Json, Member, Value};
use crate::scenario::load::{Loader, field};
use crate::scenario::principal::{Caller, Principal, Tags, WORDS};
use crate::source::Span;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;

const CALLER_FIELDS: [&str; 4] = ["arn", "type", "tags", "issuer"];

impl Loader<'_> {
    pub(super) fn principal(&mut self, json: &Json) -> Option<Principal> {
        match &json.value {
            Value::String(text) => match Principal::parse(text) {
                Ok(principal) => Some(principal),
                Err(reason) => {
                    let help = format!("write an ARN, an object with `arn` and `type`, or one of {}", WORDS.join(", "));
                    self.error(Code::BadCaller, json.span, format!("principal `{text}` {reason}"), help);
                    None
                }
            },
            Value::Object(members) => self.caller(members, json.span).map(Principal::Caller),
            _ => {
                let message = format!("`principal` is a text or an object, not {}", json.describe());
                self.error(Code::WrongType, json.span, message, "write `{\"arn\": \"arn:…\", \"type\": \"user\"}`");
                None
            }
        }
    }

    fn caller(&mut self, members: &[Member], whole: Span) -> Option<Caller> {
        let before = self.findings.errors();
        self.known_fields(members, &CALLER_FIELDS);
        let arn = self.required_text(members, &CALLER_FIELDS, "arn", whole);
        let kind = self.required_text(members, &CALLER_FIELDS, "type", whole).and_then(|(text, span)| {
            let kind = CallerKind::parse(&text);
            if kind.is_none() {
                let kinds = CallerKind::ALL.map(CallerKind::as_str).join(", ");
                self.error(
                    Code::BadCaller,
                    span,
                    format!("no caller is of type `{text}`"),
                    format!("the types are {kinds}"),
                );
            }
            kind
        });
        let issuer = field(members, "issuer").filter(|member| !matches!(member.value.value, Value::Null));
        let issuer_span = issuer.map(|member| member.value.span);
        let issuer = issuer.and_then(|member| self.text(&member.value, "issuer"));
        let tags = field(members, "tags").map(|member| self.tags(&member.value)).unwrap_or_default();
        let ((arn, span), kind) = (arn?, kind?);
        let caller = Caller { arn, kind, tags: Tags::Exact(tags), issuer };
        if self.findings.errors() > before {
            return None;
        }
        if let Err(reason) = caller.check() {
            // Without its issuer the caller is fine: then it is the issuer that does not fit.
            let alone = Caller { issuer: None, ..caller };
            let span = issuer_span.filter(|_| alone.check().is_ok()).unwrap_or(span);
            self.error(Code::BadCaller, span, reason, "make `arn`, `type` and `issuer` fit together (S2.3, S17)");
            return None;
        }
        Some(caller)
    }

    fn tags(&mut self, json: &Json) -> IndexMap<ContextKey, String> {
        if matches!(json.value, Value::Null) {
            return IndexMap::new();
        }
        let Value::Object(members) = &json.value else {
            let message = format!("`tags` is an object, not {}", json.describe());
            self.error(Code::WrongType, json.span, message, "write `{\"team\": \"blue\"}`");
            return IndexMap::new();
        };
        let mut tags = IndexMap::new();
        for Member { key, value } in members {
            // Tag keys of principals ignore case (S3.2, S11.4.17).
            let Some(text) = self.text(value, &key.value) else { continue };
            if tags.insert(ContextKey::new(key.value.as_str()), text).is_some() {
                let message = format!("tag {} is given twice, in different case", quoted(&key.value));
                self.error(Code::BadField, key.span, message, "keep one: tag keys of principals ignore case");
            }
        }
        tags
    }
}
