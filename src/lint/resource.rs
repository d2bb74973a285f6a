//! Resources that no action of their statement can be on (S2.2.9, S11.4.12).

use std::collections::HashMap;
use std::rc::Rc;

use crate::diagnostic::{Code, quoted};
use crate::lint::Checker;
use crate::lint::scope::{Matched, Scope};
use crate::lint::template::Template;
use crate::policy::Statement;
use crate::source::{Span, Spanned};
use crate::vocabulary::action::Action;
use crate::vocabulary::catalogue::{CatalogueAction, ResourceType, Service};
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::pattern::Pattern;
use crate::vocabulary::resource::{ResourcePattern, split_parts};

/// How many forms of ARN a message shows.
const SHOWN: usize = 3;

/// The resource types of a service, ready to compare.
pub(super) struct Types {
    service: &'static Service,
    /// For each action its types, by their place in the service; none if it names one that is not described.
    of_action: Vec<Option<Vec<usize>>>,
    /// For each type the ARNs it can have.
    templates: Vec<Vec<Template>>,
    /// The actions without type by their place, with the ARNs that the service is known to ask on (S14.7).
    without_type: HashMap<usize, (Action, Vec<Template>)>,
}

impl Types {
    fn of(service: &'static Service, dialect: &Dialect) -> Self {
        let place = |name: &str| service.resource_types.iter().position(|own| own.name == name);
        let of_action = |action: &CatalogueAction| action.resources.iter().map(|own| place(&own.name)).collect();
        let templates = |own: &ResourceType| {
            let also = dialect.also(&service.prefix, &own.name);
            std::iter::once(own.arn.as_str()).chain(also).flat_map(Template::read).collect()
        };
        let bare = service.actions.iter().enumerate().filter(|(_, action)| action.resources.is_empty());
        let without_type = bare.filter_map(|(index, action)| {
            let action = Action::parse(&format!("{}:{}", service.prefix, action.name)).ok()?;
            let forms = dialect.forms(&action).flat_map(Template::read).collect();
            Some((index, (action, forms)))
        });
        Self {
            service,
            of_action: service.actions.iter().map(of_action).collect(),
            templates: service.resource_types.iter().map(templates).collect(),
            without_type: without_type.collect(),
        }
    }
}

/// The resources that the actions of a statement can be on.
#[derive(Default)]
struct Possible {
    services: Vec<Held>,
}

/// Those of one service: which of its types, and which of its actions without type.
struct Held {
    all: Rc<Types>,
    types: Vec<usize>,
    without_type: Vec<usize>,
}

impl Possible {
    fn forms(&self) -> impl Iterator<Item = &str> {
        let of = |held: &Held, place: &usize| held.all.service.resource_types.get(*place).map(|own| own.arn.as_str());
        self.services.iter().flat_map(move |held| held.types.iter().filter_map(move |place| of(held, place)))
    }

    fn without_type(&self) -> impl Iterator<Item = &(Action, Vec<Template>)> {
        self.services
            .iter()
            .flat_map(|held| held.without_type.iter().filter_map(|index| held.all.without_type.get(index)))
    }

    fn meets(&self, pattern: &Pattern) -> bool {
        let typed =
            self.services.iter().flat_map(|held| held.types.iter().filter_map(|at| held.all.templates.get(*at)));
        typed.chain(self.without_type().map(|(_, forms)| forms)).flatten().any(|template| template.meets(pattern))
    }
}

impl Checker<'_> {
    pub(super) fn resources(&mut self, statement: &Statement, scope: &Scope) {
        let Some(clause) = &statement.resources else { return };
        let patterns: Vec<_> = clause.entries.iter().filter_map(arn).collect();
        for (pattern, span) in &patterns {
            self.arn_names(pattern.as_str(), *span);
        }
        let Scope::Known(known) = scope else { return };
        // Before the fifth colon a variable is plain text, which has a finding of its own.
        let patterns: Vec<_> = patterns.into_iter().filter(|(pattern, _)| !front(pattern).contains("${")).collect();
        if patterns.is_empty() {
            return;
        }
        let Some(possible) = self.possible(known.values()) else { return };
        for (pattern, span) in patterns {
            if !possible.meets(pattern) {
                let (message, help) = mismatch(pattern, &possible);
                self.warn(Code::ResourceMismatch, span, message, help);
            }
        }
    }

    /// None if the catalogue names a type that it does not describe: then nothing is known of its ARNs.
    fn possible<'m>(&mut self, known: impl Iterator<Item = &'m Matched>) -> Option<Possible> {
        let mut possible = Possible::default();
        for matched in known {
            let service = matched.service;
            let types = self.types.entry(&service.prefix).or_insert_with(|| Rc::new(Types::of(service, self.dialect)));
            let all = Rc::clone(types);
            let mut holds = vec![false; service.resource_types.len()];
            let mut without_type = Vec::new();
            for (index, action) in matched.actions() {
                for place in all.of_action.get(index)?.as_ref()? {
                    *holds.get_mut(*place)? = true;
                }
                if action.resources.is_empty() {
                    without_type.push(index);
                }
            }
            let types = holds.iter().enumerate().filter(|(_, holds)| **holds).map(|(place, _)| place).collect();
            possible.services.push(Held { all, types, without_type });
        }
        Some(possible)
    }
}

fn arn(entry: &Spanned<ResourcePattern>) -> Option<(&Pattern, Span)> {
    match &entry.value {
        ResourcePattern::Every => None,
        ResourcePattern::Arn(pattern) => Some((pattern, entry.span)),
    }
}

/// The first five parts of a pattern's text.
fn front(pattern: &Pattern) -> String {
    split_parts(pattern.as_str()).into_iter().take(5).collect::<Vec<_>>().join(":")
}

/// The words for a resource that fits none of the forms that the actions' ARNs have.
fn mismatch(pattern: &Pattern, possible: &Possible) -> (String, String) {
    let text = quoted(pattern.as_str());
    let count = possible.forms().count();
    if count == 0 {
        let mut actions = possible.without_type().map(|(action, _)| action);
        let whose = match (actions.next(), actions.next()) {
            (Some(only), None) => format!("`{only}` has no resource type: it is asked on `*`"),
            _ => "the statement's actions have no resource type: they are asked on `*`".to_owned(),
        };
        let help = "write `\"Resource\": \"*\"`, unless the service is known to ask on such an ARN (S14.7)".to_owned();
        return (format!("{whose}, not on {text}"), help);
    }
    let wanted = service_of(pattern.as_str());
    // Forms of the same service first: they show what is wrong with the rest of the ARN.
    let same = possible.forms().filter(|form| service_of(form) == wanted);
    let other = possible.forms().filter(|form| service_of(form) != wanted);
    let shown: Vec<String> = same.chain(other).take(SHOWN).map(|form| format!("`{form}`")).collect();
    let more = if count > SHOWN { " and others" } else { "" };
    let message = match possible.forms().any(|form| service_of(form) == wanted) {
        true => format!("no action of the statement can be on {text}"),
        false => format!("no action of the statement is on resources of `{wanted}`: {text}"),
    };
    (message, format!("their resources are {}{more}", shown.join(", ")))
}

fn service_of(arn: &str) -> &str {
    arn.split(':').nth(2).unwrap_or_default()
}
