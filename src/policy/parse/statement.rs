//! Statements: effect, actions, resources, and which elements a document's kind permits (S1.4 to S1.6, S1.11, S2.1,
//! S2.2).

use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::json::{Json, Member, Value};
use crate::policy::document::{Clause, Effect, Statement};
use crate::policy::kind::{DocumentKind, Presence};
use crate::policy::parse::{Parser, member};
use crate::source::{Span, Spanned};
use crate::vocabulary::action::{ActionError, ActionPattern, ActionPatternKind};
use crate::vocabulary::resource::{ResourceError, ResourceNote, ResourcePattern};

pub(super) const ELEMENTS: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];

impl Parser<'_> {
    pub(super) fn statement(&mut self, index: usize, json: &Json) -> Option<Statement> {
        let members = self.object(json, "a statement")?;
        let before = self.findings.errors();
        self.known_elements(members, &ELEMENTS, "a statement");
        let sid = self.sid(members);
        let effect = self.effect(members, json.span);
        let actions = self.actions(members, json.span);
        let resources = self.resources(members, json.span);
        let principal = self.principal_element(members, json.span, effect);
        let conditions =
            member(members, "Condition").map(|condition| self.condition_block(&condition.value)).unwrap_or_default();
        if self.kind == DocumentKind::Rcp {
            self.customer_rcp(members, json.span, effect, actions.as_ref());
        }
        if self.findings.errors() > before {
            return None;
        }
        let (effect, actions) = (effect?, actions?);
        Some(Statement { index, span: json.span, sid, effect, principal, actions, resources, conditions })
    }

    /// One of the two members of a pair, with its negation.
    pub(super) fn one_of<'j>(&mut self, members: &'j [Member], pair: [&str; 2]) -> Option<(&'j Member, bool)> {
        let [positive, negative] = pair;
        match (member(members, positive), member(members, negative)) {
            (Some(first), Some(second)) => {
                let message = format!("`{positive}` and `{negative}` exclude each other");
                let help = "keep one of the two, or split the statement (S1.4)";
                let finding = Diagnostic::new(Code::ElementConflict, self.source, second.key.span, message, help);
                self.findings.push(finding.with_related(first.key.span, "and the other"));
                None
            }
            (Some(found), None) => Some((found, false)),
            (None, Some(found)) => Some((found, true)),
            (None, None) => None,
        }
    }

    fn sid(&mut self, members: &[Member]) -> Option<String> {
        let sid = self.text(&member(members, "Sid")?.value, "Sid")?;
        if self.kind.plain_sids() && !self.is_raw(&sid) && !sid.value.chars().all(|c| c.is_ascii_alphanumeric()) {
            let message = format!("Sid {} has characters other than letters and digits", quoted(&sid.value));
            let help = "use A-Z, a-z and 0-9 only, or IAM refuses the document (S1.6); it does not change a decision";
            self.error(Code::SidCharacters, sid.span, message, help);
        }
        Some(sid.value)
    }

    fn effect(&mut self, members: &[Member], statement: Span) -> Option<Effect> {
        let Some(effect) = member(members, "Effect") else {
            let help = "add `\"Effect\": \"Allow\"` or `\"Effect\": \"Deny\"`";
            self.missing(members, &ELEMENTS, "Effect", statement, "a statement has no `Effect`", help);
            return None;
        };
        match effect.value.as_str() {
            Some("Allow") => Some(Effect::Allow),
            Some("Deny") => Some(Effect::Deny),
            _ => {
                let written = self.source.slice(effect.value.span).to_owned();
                let message = format!("`Effect` is `Allow` or `Deny`, not {}", quoted(&written));
                let help = "write `\"Allow\"` or `\"Deny\"`, capital letter and all (S1.5)";
                self.error(Code::BadEffect, effect.value.span, message, help);
                None
            }
        }
    }

    fn actions(&mut self, members: &[Member], statement: Span) -> Option<Clause<ActionPattern>> {
        let given = members.iter().any(|member| matches!(member.key.value.as_str(), "Action" | "NotAction"));
        if !given {
            let help = "add `\"Action\": \"service:Name\"`, or `\"Action\": \"*\"` for every action";
            self.missing(members, &ELEMENTS, "Action", statement, "a statement has no `Action`", help);
        }
        let (element, negated) = self.one_of(members, ["Action", "NotAction"])?;
        let mut entries = Vec::new();
        for json in self.list(element) {
            let Some(text) = self.text(json, &element.key.value) else { continue };
            match ActionPattern::parse(&text.value) {
                Ok(pattern) => entries.push(Spanned::new(pattern, text.span)),
                Err(error) => self.action_error(&text, error),
            }
        }
        Some(Clause { negated, span: clause_span(element), entries })
    }

    fn action_error(&mut self, text: &Spanned<String>, error: ActionError) {
        if self.is_raw(text) {
            return;
        }
        let is_template = text.value.contains("${") || text.value.contains(['<', '{']);
        if error == ActionError::Character && is_template {
            let message = format!("template text was left in action {}", quoted(&text.value));
            self.error(Code::TemplateText, text.span, message, "put the value in; actions have no variables (S4.1)");
            return;
        }
        let help = match error {
            ActionError::NoPrefix => "write `service:Name` as in `s3:GetObject`, or `*` for every action",
            ActionError::PrefixWildcard => "write the service's prefix, or `*` alone for every action",
            ActionError::Empty | ActionError::Wildcard | ActionError::Character => {
                "write `service:Name` as in `s3:Get*`"
            }
        };
        self.error(Code::BadAction, text.span, format!("action {} {error}", quoted(&text.value)), help);
    }

    fn resources(&mut self, members: &[Member], statement: Span) -> Option<Clause<ResourcePattern>> {
        let given = members.iter().find(|member| matches!(member.key.value.as_str(), "Resource" | "NotResource"));
        if let Some(given) = given
            && self.kind.resource() == Presence::Forbidden
        {
            let message = format!("{} has no `{}`", self.kind, given.key.value);
            let help = "delete it: the statement is about the role itself (S1.12)";
            self.error(Code::ElementNotAllowed, given.key.span, message, help);
            return None;
        }
        if given.is_none() {
            if self.kind.resource() == Presence::Required {
                let message = format!("a statement of {} has no `Resource`", self.kind);
                let help = "add `\"Resource\": \"*\"`, or the ARNs that are meant";
                self.missing(members, &ELEMENTS, "Resource", statement, message, help);
            }
            return None;
        }
        let (element, negated) = self.one_of(members, ["Resource", "NotResource"])?;
        let mut entries = Vec::new();
        for json in self.list(element) {
            let Some(text) = self.text(json, &element.key.value) else { continue };
            match ResourcePattern::parse(&text.value, self.variables(), self.kind.short_arn()) {
                Ok((pattern, notes)) => {
                    notes.into_iter().for_each(|note| self.resource_note(&text, note));
                    entries.push(Spanned::new(pattern, text.span));
                }
                Err(ResourceError::Variable(error)) => self.variable_error(&text, &error),
                Err(error) => {
                    let help = match error {
                        ResourceError::Short => "write all six parts: `arn:aws:s3:::bucket/key`",
                        ResourceError::ServiceWildcard => "name the service, or write `*` alone (S2.2.5)",
                        _ => "write an ARN such as `arn:aws:s3:::bucket/*`, or `*` for every resource",
                    };
                    let message = format!("resource {} {error}", quoted(&text.value));
                    self.error(Code::BadResource, text.span, message, help);
                }
            }
        }
        Some(Clause { negated, span: clause_span(element), entries })
    }

    fn resource_note(&mut self, text: &Spanned<String>, note: ResourceNote) {
        let shown = quoted(&text.value);
        match note {
            ResourceNote::Padded => {
                let message = format!("resource {shown} has fewer than six parts: the missing ones are read as `*`");
                self.error(Code::ShortResource, text.span, message, "write all six parts (S2.2.6)");
            }
            ResourceNote::VariableIgnored => {
                let message = format!("the variable in {shown} stands before the fifth colon, where it is plain text");
                let help = "put the value in, or `*`: variables work in the last part only, so this matches nothing real (S2.2.8)";
                self.error(Code::VariableIgnored, text.span, message, help);
            }
        }
    }

    /// Customers' RCPs only deny, and name services; the one that allows is RCPFullAWSAccess (S1.11, S10.2).
    fn customer_rcp(
        &mut self,
        members: &[Member],
        statement: Span,
        effect: Option<Effect>,
        actions: Option<&Clause<ActionPattern>>,
    ) {
        let Some(actions) = actions else { return };
        let every = |entry: &Spanned<ActionPattern>| *entry.value.kind() == ActionPatternKind::Every;
        let allows_all = effect == Some(Effect::Allow)
            && !actions.negated
            && actions.entries.iter().all(every)
            && member(members, "Resource").is_some_and(|member| is_star(&member.value))
            && member(members, "Condition").is_none();
        if allows_all {
            return;
        }
        if effect == Some(Effect::Allow) {
            let help = "only RCPFullAWSAccess allows (`Allow * on *`); write a Deny";
            let message = "a resource control policy cannot allow";
            self.error(Code::ElementNotAllowed, start_of(statement), message, help);
        }
        if actions.negated {
            let message = "a resource control policy has no `NotAction`";
            self.error(Code::ElementNotAllowed, actions.span, message, "list the actions in `Action`");
        } else if let Some(entry) = actions.entries.iter().find(|entry| every(entry)) {
            let message = "a resource control policy denies actions of named services, not `*`";
            self.error(Code::BadAction, entry.span, message, "write `service:*` for each service");
        }
    }
}

fn is_star(json: &Json) -> bool {
    match &json.value {
        Value::Array(items) => matches!(&items[..], [only] if only.as_str() == Some("*")),
        _ => json.as_str() == Some("*"),
    }
}

/// The opening brace: where something is missing, nothing else can be underlined.
fn start_of(span: Span) -> Span {
    Span::new(span.start, span.start + 1)
}

pub(super) fn clause_span(member: &Member) -> Span {
    Span::new(member.key.span.start, member.value.span.end)
}
