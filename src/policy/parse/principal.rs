//! Principal and NotPrincipal (S1.11, S1.13, S2.3, S13.1).

use crate::diagnostic::{Code, quoted};
use crate::json::{Json, Member, Value};
use crate::policy::document::{Clause, Effect, PrincipalClause};
use crate::policy::kind::{DocumentKind, Presence};
use crate::policy::parse::Parser;
use crate::policy::parse::statement::{ELEMENTS, clause_span};
use crate::policy::principal::{KINDS, PrincipalEntry};
use crate::source::{Span, Spanned};
use crate::vocabulary::nearest::nearest;
use crate::vocabulary::variable::{VariableErrorKind, segments};

impl Parser<'_> {
    pub(super) fn principal_element(
        &mut self,
        members: &[Member],
        statement: Span,
        effect: Option<Effect>,
    ) -> Option<PrincipalClause> {
        let element = members.iter().find(|member| matches!(member.key.value.as_str(), "Principal" | "NotPrincipal"));
        let Some(element) = element else {
            if self.kind.principal() == Presence::Required {
                let message = format!("a statement of {} has no `Principal`", self.kind);
                let help = "say who is meant: `\"Principal\": \"*\"` or `\"Principal\": {\"AWS\": \"arn:…\"}`";
                self.missing(members, &ELEMENTS, "Principal", statement, message, help);
            }
            return None;
        };
        let name = &element.key.value;
        if self.kind.principal() == Presence::Forbidden || (name == "NotPrincipal" && !self.kind.not_principal()) {
            let message = format!("{} has no `{name}`", self.kind);
            let help = match self.kind {
                DocumentKind::Rcp => "write `\"Principal\": \"*\"`",
                DocumentKind::Trust => "say who may assume the role in `Principal` (S13.1)",
                _ => "delete it: the document is about the principals it is attached to",
            };
            self.error(Code::ElementNotAllowed, element.key.span, message, help);
            return None;
        }
        let (element, negated) = self.one_of(members, ["Principal", "NotPrincipal"])?;
        if negated && effect == Some(Effect::Allow) {
            let message = "`NotPrincipal` with `Allow` is not supported: it would allow everybody not listed";
            let help = "write a Deny, or list who is allowed in `Principal` (S13.1)";
            self.error(Code::NotPrincipalAllow, element.key.span, message, help);
        }
        let entries = self.principal_entries(element);
        if self.kind == DocumentKind::Rcp && entries.iter().any(|entry| entry.value != PrincipalEntry::Everybody) {
            let message = "the principal of a resource control policy is `*`";
            let help = "write `\"Principal\": \"*\"` and narrow it by conditions on `aws:Principal…` keys";
            self.error(Code::ElementNotAllowed, element.value.span, message, help);
        }
        Some(Clause { negated, span: clause_span(element), entries })
    }

    fn principal_entries(&mut self, element: &Member) -> Vec<Spanned<PrincipalEntry>> {
        let mut entries = Vec::new();
        match &element.value.value {
            Value::String(text) if text == "*" => {
                entries.push(Spanned::new(PrincipalEntry::Everybody, element.value.span));
            }
            Value::String(text) => {
                let message = format!("a bare {} is read as `{{\"AWS\": \"{text}\"}}`", quoted(text));
                let help = "write the object; IAM's grammar knows no bare principal but `*` (S2.3.5)";
                self.error(Code::BarePrincipal, element.value.span, message, help);
                entries.extend(self.principal_entry("AWS", &element.value));
            }
            Value::Object(kinds) => {
                if kinds.is_empty() {
                    let message = format!("`{}` names nobody", element.key.value);
                    let help = "write `\"*\"` for everybody, or who is meant: `{\"AWS\": \"arn:…\"}`";
                    self.error(Code::BadPrincipal, element.value.span, message, help);
                }
                for kind in kinds {
                    let name = kind.key.value.as_str();
                    if !KINDS.contains(&name) {
                        let help = match nearest(name, KINDS) {
                            Some(near) => format!("did you mean `{near}`?"),
                            None => format!("the kinds are {}", KINDS.join(", ")),
                        };
                        let message = format!("there is no kind of principal {}", quoted(name));
                        self.error(Code::BadPrincipal, kind.key.span, message, help);
                        continue;
                    }
                    for json in self.list(kind) {
                        entries.extend(self.principal_entry(name, json));
                    }
                }
            }
            _ => {
                let message =
                    format!("`{}` is `\"*\"` or an object, not {}", element.key.value, element.value.describe());
                let help = "write `\"*\"` or `{\"AWS\": [ … ]}`";
                self.error(Code::WrongType, element.value.span, message, help);
            }
        }
        entries
    }

    fn principal_entry(&mut self, kind: &str, json: &Json) -> Option<Spanned<PrincipalEntry>> {
        let text = self.text(json, kind)?;
        // Principals have no variables (S4.1), but template text is an error wherever it stands (S4.8).
        if let Err(error) = segments(&text.value)
            && error.kind == VariableErrorKind::Template
        {
            self.variable_error(&text, &error);
            return None;
        }
        let entry = match kind {
            "AWS" => PrincipalEntry::parse_aws(&text.value),
            _ => PrincipalEntry::parse_other(kind, &text.value),
        };
        let Some(entry) = entry else {
            let message = format!("{} is no principal of kind `{kind}`", quoted(&text.value));
            let help = "write an account id, an ARN of a user, role or session, or `*`";
            self.error(Code::BadPrincipal, text.span, message, help);
            return None;
        };
        if let PrincipalEntry::Nobody { reason, .. } = &entry {
            let message = format!("{} matches nobody: {reason}", quoted(&text.value));
            let help = "name users, roles or sessions in full; patterns belong in a condition on `aws:PrincipalArn`";
            self.error(Code::PrincipalMatchesNobody, text.span, message, help);
        }
        Some(Spanned::new(entry, text.span))
    }
}
