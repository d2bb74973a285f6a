//! Whether a statement applies to a request (S2): principal, action, resource, conditions.

use crate::evaluate::context::{Effective, Found};
use crate::evaluate::glob::{self, Unfilled};
use crate::evaluate::principal;
use crate::evaluate::trace::{Failure, StatementTrace};
use crate::evaluate::truth::Truth;
use crate::evaluate::{action_matches, condition};
use crate::policy::{Clause, Document, DocumentKind, Statement};
use crate::request::Request;
use crate::scenario::{Caller, Stored};
use crate::vocabulary::resource::ResourcePattern;
use crate::vocabulary::ruling::Rulings;
use crate::vocabulary::variable::Variable;

/// One request of one caller, ready to be held against statements.
#[derive(Debug)]
pub struct Evaluator<'a> {
    /// Who calls.
    pub caller: &'a Caller,
    /// Under which ARN policies have stored it (S2.3.6).
    pub stored: &'a Stored,
    /// Whether the caller's user or role has a boundary (S13.2).
    pub boundary: Truth,
    /// What is asked.
    pub request: &'a Request,
    /// The keys that conditions and variables see.
    pub context: &'a Effective<'a>,
    /// Which readings are taken.
    pub rulings: Rulings,
}

impl Evaluator<'_> {
    /// Holds one statement against the request.
    pub fn statement<'d>(&self, document: &'d Document, statement: &'d Statement) -> StatementTrace<'d> {
        let mut remarks = Vec::new();
        let (named, levels) = match &statement.principal {
            None => (Truth::Yes, Vec::new()),
            Some(clause) => {
                let endpoint = document.kind == DocumentKind::Endpoint;
                let (caller, stored) = (self.caller, self.stored);
                principal::Naming { caller, stored, boundary: self.boundary, endpoint, rulings: self.rulings }
                    .matches(clause)
            }
        };
        let action = self.action(statement);
        let resource = self.resource(statement.resources.as_ref(), &mut remarks);
        let mut first: Option<(Truth, Failure)> = None;
        for (truth, failure) in [(action, Failure::Action), (resource, Failure::Resource), (named, Failure::Principal)]
        {
            note(&mut first, truth, failure);
        }
        let mut conditions = Truth::Yes;
        // Where another part fails for certain, conditions cannot change the outcome.
        if first.as_ref().is_none_or(|(truth, _)| *truth != Truth::No) {
            for condition in &statement.conditions {
                let verdict = condition::holds(condition, self.context);
                remarks.extend(verdict.remark);
                conditions = conditions.and(verdict.truth);
                note(&mut first, verdict.truth, Failure::Condition { span: condition.span, reason: verdict.reason });
            }
        }
        let rest = Truth::all([action, resource, conditions]);
        let failure = first.map(|(_, failure)| failure);
        StatementTrace { document, statement, applies: rest.and(named), rest, levels, failure, remarks }
    }

    fn action(&self, statement: &Statement) -> Truth {
        let listed = statement.actions.entries.iter().any(|entry| action_matches(&entry.value, &self.request.action));
        Truth::from(listed != statement.actions.negated)
    }

    /// No element: the resource the document is attached to (S1.12), which is the request's.
    fn resource(&self, clause: Option<&Clause<ResourcePattern>>, remarks: &mut Vec<String>) -> Truth {
        let Some(clause) = clause else { return Truth::Yes };
        let mut listed = Truth::No;
        for entry in &clause.entries {
            let matched = match &entry.value {
                ResourcePattern::Every => Truth::Yes,
                ResourcePattern::Arn(pattern) => {
                    let resource = &self.request.resource;
                    let glyphs = match self.rulings.is_segmented() {
                        true => glob::segmented(pattern.glyphs()),
                        false => pattern.glyphs().to_vec(),
                    };
                    match glob::fill(&glyphs, resource, |variable| value_of(variable, self.context)) {
                        Ok(elements) => Truth::from(glob::matches(&elements, resource)),
                        Err(Unfilled::Unknown) => Truth::Unknown,
                        Err(Unfilled::TooLong) => Truth::No,
                        Err(Unfilled::Valueless) => {
                            if clause.negated {
                                remarks.push(format!(
                                    "`{pattern}` under NotResource has a variable without value: it excludes nothing \
                                     by the letter of the documentation (S14.6)"
                                ));
                            }
                            Truth::No
                        }
                    }
                }
            };
            listed = listed.max(matched);
        }
        if clause.negated { listed.negate() } else { listed }
    }
}

/// Keeps the part that stands most firmly in the way, the earliest among equals.
fn note(first: &mut Option<(Truth, Failure)>, truth: Truth, failure: Failure) {
    let weaker = first.as_ref().is_none_or(|(known, _)| truth < *known);
    if truth != Truth::Yes && weaker {
        *first = Some((truth, failure));
    }
}

/// The text that a variable stands for (S4.1 to S4.3, S4.5).
pub(super) fn value_of(variable: &Variable, context: &Effective<'_>) -> Result<String, Unfilled> {
    match context.get(&variable.key) {
        Found::Single(value) => Ok(value.to_owned()),
        Found::Unknown | Found::OneOf(_) => Err(Unfilled::Unknown),
        // A multivalued key has no value here (S4.2).
        Found::Absent | Found::List(_) => variable.default.clone().ok_or(Unfilled::Valueless),
    }
}

/// Whether a pattern without variables matches a resource.
pub(super) fn resource_matches_plainly(pattern: &ResourcePattern, resource: &str) -> bool {
    match pattern {
        ResourcePattern::Every => true,
        ResourcePattern::Arn(pattern) => glob::matches(&glob::plain(pattern.glyphs()), resource),
    }
}
