//! Goals: the set of requests that a question is about.
//!
//! In: `"goal"` of a line (a text, or an object with `action`, `except`, `resource`, `when`), or the same from flags. Out:
//! [`Goal`]. A goal is met by a request whose action is one of `actions` and none of `except`, whose resource matches and
//! lies in the places asked about, and for which every condition of `when` holds.

use std::sync::Arc;

use serde_json::{Value as Plain, json};

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::json::{Json, Value};
use crate::policy::{self, Condition};
use crate::scenario::Loader;
use crate::scenario::load::field;
use crate::source::{Source, Span, Spanned};
use crate::vocabulary::action::ActionPattern;
use crate::vocabulary::resource::{ResourcePattern, ShortArn};

/// The fields of a goal.
const FIELDS: [&str; 4] = ["action", "except", "resource", "when"];

/// The set of requests asked about.
#[derive(Debug, Clone)]
pub struct Goal {
    /// Actions, as a union.
    pub actions: Vec<Spanned<ActionPattern>>,
    /// Actions left out.
    pub except: Vec<Spanned<ActionPattern>>,
    /// The resource; none: every resource.
    pub resource: Option<Spanned<ResourcePattern>>,
    /// The places asked about: the resource also matches one of these; none: every place.
    pub within: Option<Vec<ResourcePattern>>,
    /// The places left out: the resource matches none of these. Other questions are asked about them.
    pub without: Vec<ResourcePattern>,
    /// What must hold besides.
    pub when: Vec<Condition>,
    /// The goal as JSON, for reports.
    pub written: Plain,
    /// Where it was read from.
    pub source: Arc<Source>,
}

impl Goal {
    /// Reads a goal from its JSON.
    pub fn read(json: &Json, source: &Arc<Source>, findings: &mut Findings) -> Option<Self> {
        let before = findings.errors();
        let mut loader = Loader::new(source, std::path::Path::new(""), findings);
        let (action, members) = match &json.value {
            Value::Object(members) => {
                loader.known_fields(members, &FIELDS);
                (field(members, "action").map(|member| &member.value), members.as_slice())
            }
            _ => (Some(json), &[][..]),
        };
        let Some(action) = action else {
            let start = Span::new(json.span.start, json.span.start + 1);
            let help = "add `\"action\": \"s3:*\"`";
            loader.error(Code::MissingField, start, "a goal has no `action`", help);
            return None;
        };
        let actions = patterns(&mut loader, action);
        if actions.is_empty() && loader.findings.errors() == before {
            loader.error(Code::BadField, action.span, "a goal names no action", "write one or more, as in `s3:*`");
        }
        let except = field(members, "except").map(|member| patterns(&mut loader, &member.value)).unwrap_or_default();
        let resource = field(members, "resource").and_then(|member| {
            let text = loader.text(&member.value, "resource")?;
            match ResourcePattern::parse(&text, false, ShortArn::TrailingStar) {
                Ok((pattern, _)) => Some(Spanned::new(pattern, member.value.span)),
                Err(error) => {
                    let message = format!("resource `{text}` {error}");
                    let help = "write an ARN pattern such as `arn:aws:s3:::bucket/*`, or leave `resource` out";
                    loader.error(Code::BadResource, member.value.span, message, help);
                    None
                }
            }
        });
        let when = match field(members, "when") {
            None => Vec::new(),
            Some(member) => policy::parse_conditions(&member.value, source, loader.findings),
        };
        if findings.errors() > before {
            return None;
        }
        let (within, without) = (None, Vec::new());
        let (written, source) = (json.to_serde(), Arc::clone(source));
        Some(Self { actions, except, resource, within, without, when, written, source })
    }

    /// Reads a goal from flags; `when` is a Condition block.
    ///
    /// # Errors
    /// Every finding, placed in the JSON that says the same as the flags.
    pub fn from_flags(
        actions: &[String],
        except: &[String],
        resource: Option<&str>,
        when: Option<&Plain>,
    ) -> Result<Self, crate::diagnostic::Refusal> {
        let mut goal = serde_json::Map::new();
        goal.insert("action".to_owned(), if let [only] = actions { json!(only) } else { json!(actions) });
        if !except.is_empty() {
            goal.insert("except".to_owned(), json!(except));
        }
        if let Some(resource) = resource {
            goal.insert("resource".to_owned(), json!(resource));
        }
        if let Some(when) = when {
            goal.insert("when".to_owned(), when.clone());
        }
        let source = Source::new("<goal>", Plain::Object(goal).to_string());
        let mut findings = Findings::default();
        let goal = crate::json::read(&source, &mut findings).and_then(|json| Self::read(&json, &source, &mut findings));
        findings.finish(goal).map(|(goal, _)| goal)
    }

    /// The same goal, asked about some places only.
    #[must_use]
    pub fn at(&self, within: Option<Vec<ResourcePattern>>, without: Vec<ResourcePattern>) -> Self {
        Self { within, without, ..self.clone() }
    }

    /// A finding about a place of the goal.
    pub fn finding(&self, code: Code, span: Span, message: String, help: String) -> Diagnostic {
        Diagnostic::new(code, &self.source, span, message, help)
    }
}

fn patterns(loader: &mut Loader<'_>, json: &Json) -> Vec<Spanned<ActionPattern>> {
    let items = match &json.value {
        Value::Array(items) => items.iter().collect(),
        _ => vec![json],
    };
    let mut patterns = Vec::with_capacity(items.len());
    for item in items {
        let Some(text) = loader.text(item, "action") else { continue };
        match ActionPattern::parse(&text) {
            Ok(pattern) => patterns.push(Spanned::new(pattern, item.span)),
            Err(error) => {
                let help = "write `service:Name` with wildcards in the name, as in `s3:Get*`, or `*`";
                loader.error(Code::BadAction, item.span, format!("action `{text}` {error}"), help);
            }
        }
    }
    patterns
}
