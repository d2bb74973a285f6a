//! Names of actions: service, action, and whether the kind of document bears on them (S7.2, S10.3, S11.4.12).

use crate::diagnostic::{Code, quoted};
use crate::lint::{Checker, glob};
use crate::policy::{Clause, DocumentKind};
use crate::source::Spanned;
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::catalogue::Service;
use crate::vocabulary::pattern::Pattern;

impl Checker<'_> {
    pub(super) fn actions(&mut self, clause: &Clause<ActionPattern>) {
        for entry in &clause.entries {
            let ActionPatternKind::Of { prefix, name } = entry.value.kind() else { continue };
            match self.service(prefix) {
                None => self.unknown_service(entry, prefix),
                Some(service) => {
                    self.unknown_action(entry, service, name);
                    self.out_of_reach(entry, service);
                }
            }
        }
    }

    fn unknown_service(&mut self, entry: &Spanned<ActionPattern>, prefix: &str) {
        // A dialect with partitions of its own has services of its own (S15.1, S15.4).
        if self.dialect.partitions().is_none() {
            return;
        }
        let text = entry.value.as_str();
        let prefixes = self.catalogue.prefixes();
        let help = match self.nearest(prefix, prefixes.iter().copied()) {
            Some(near) => {
                let name = text.split_once(':').map_or("*", |(_, name)| name);
                format!("did you mean `{near}:{name}`?")
            }
            None => "write a service's prefix as in `s3:GetObject`; only a service newer than the catalogue is missing"
                .to_owned(),
        };
        let message =
            format!("action {} is of no service: the catalogue has no prefix {}", quoted(text), quoted(prefix));
        self.warn(Code::UnknownService, entry.span, message, help);
    }

    fn unknown_action(&mut self, entry: &Spanned<ActionPattern>, service: &'static Service, name: &Pattern) {
        if service.actions.iter().any(|action| glob::matches(name.glyphs(), &action.name)) {
            return;
        }
        let text = entry.value.as_str();
        let written = text.split_once(':').map_or(text, |(_, name)| name);
        let near = self.nearest(written, service.actions.iter().map(|action| action.name.as_str()));
        let help = match near {
            Some(near) => format!("did you mean `{}:{near}`?", service.prefix),
            None => "check the name; only an action newer than the catalogue is missing".to_owned(),
        };
        let message = match name.plain() {
            Some(_) => format!("service `{}` has no action {}", service.prefix, quoted(text)),
            None => format!("no action of service `{}` matches {}", service.prefix, quoted(text)),
        };
        self.warn(Code::UnknownAction, entry.span, message, help);
    }

    fn out_of_reach(&mut self, entry: &Spanned<ActionPattern>, service: &Service) {
        let text = quoted(entry.value.as_str());
        match self.document.kind {
            DocumentKind::Trust if service.prefix != "sts" => {
                let message = format!("action {text} is not what a role trust policy is about");
                let help =
                    "write actions such as `sts:AssumeRole`; what the role may do stands in its own policies (S7.2)";
                self.warn(Code::ActionOutOfReach, entry.span, message, help);
            }
            DocumentKind::Rcp if !service.rcp => {
                let message = format!("resource control policies do not reach service `{}`: {text}", service.prefix);
                let help = "delete it: it denies nothing; a service control policy can (S10.3)";
                self.warn(Code::ActionOutOfReach, entry.span, message, help);
            }
            _ => {}
        }
    }
}
