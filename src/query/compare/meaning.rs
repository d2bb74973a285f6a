//! What a statement says, without what changes nothing: Sid, order, repetition, layout.
//!
//! In: a statement. Out: [`Meaning`]. Trusted for: two statements with equal meanings apply to the same requests under
//! every reading of the law, and where [`Rest::follows_from`] and [`Rest::reaches`] say so, one's rest holds wherever
//! another's does.

use std::collections::BTreeSet;

use crate::policy::{ArnPattern, BoolValue, Condition, Effect, PrincipalClause, PrincipalEntry, Statement, Values};
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::pattern::Pattern;
use crate::vocabulary::resource::ResourcePattern;

/// A statement as sets.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Meaning {
    effect: Effect,
    not_action: bool,
    actions: BTreeSet<String>,
    /// The rest of it.
    pub(super) rest: Rest,
}

/// A statement without its effect and actions.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Rest {
    principal: Option<Listed>,
    resources: Option<Listed>,
    conditions: BTreeSet<String>,
}

/// Principal, Resource, or their Not… forms.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Listed {
    negated: bool,
    /// The entry that means everything is among them.
    everything: bool,
    entries: BTreeSet<String>,
}

impl Listed {
    /// Whether it matches wherever another does.
    fn follows_from(&self, other: &Self) -> bool {
        match (self.negated, other.negated) {
            (false, _) if self.everything => true,
            (false, false) => other.entries.is_subset(&self.entries),
            (true, true) => self.entries.is_subset(&other.entries),
            _ => false,
        }
    }
}

impl Meaning {
    /// The meaning of a statement.
    pub(super) fn of(statement: &Statement) -> Self {
        Self {
            effect: statement.effect,
            not_action: statement.actions.negated,
            actions: statement.actions.entries.iter().map(|entry| action(&entry.value)).collect(),
            rest: Rest::of(statement),
        }
    }
}

impl Rest {
    fn of(statement: &Statement) -> Self {
        let principal = statement.principal.as_ref().map(|clause| Listed {
            negated: clause.negated,
            everything: clause.entries.iter().any(|entry| entry.value == PrincipalEntry::Everybody),
            entries: principals(clause),
        });
        let resources = statement.resources.as_ref().map(|clause| Listed {
            negated: clause.negated,
            everything: clause.entries.iter().any(|entry| entry.value == ResourcePattern::Every),
            entries: clause.entries.iter().map(|entry| resource(&entry.value)).collect(),
        });
        Self { principal, resources, conditions: statement.conditions.iter().map(condition).collect() }
    }

    /// Whether it holds, resources apart, wherever another does.
    pub(super) fn follows_from(&self, other: &Self) -> bool {
        let principal = match (&self.principal, &other.principal) {
            (None, None) => true,
            (Some(own), Some(other)) => own.follows_from(other),
            _ => false,
        };
        principal && self.conditions.is_subset(&other.conditions)
    }

    /// Whether its resources are all of another's, or all that one entry of the other's list names.
    pub(super) fn reaches(&self, other: &Self, entry: Option<&str>) -> bool {
        match (&self.resources, &other.resources, entry) {
            (None, _, _) => true,
            (Some(own), _, Some(entry)) => !own.negated && (own.everything || own.entries.contains(entry)),
            (Some(own), None, None) => own.everything && !own.negated,
            (Some(own), Some(other), None) => own.follows_from(other),
        }
    }

    /// The entries of Resource, each of which can be looked at alone.
    pub(super) fn entries(&self) -> Option<&BTreeSet<String>> {
        self.resources.as_ref().filter(|listed| !listed.negated).map(|listed| &listed.entries)
    }
}

/// The entries of Principal or NotPrincipal, each as it was read.
pub fn principals(clause: &PrincipalClause) -> BTreeSet<String> {
    clause.entries.iter().map(|entry| format!("{:?}", entry.value)).collect()
}

fn action(pattern: &ActionPattern) -> String {
    match pattern.kind() {
        ActionPatternKind::Every => "*".to_owned(),
        ActionPatternKind::Of { prefix, name } => format!("{prefix}:{name}"),
    }
}

/// An entry of Resource: equal texts match the same resources.
pub fn resource(pattern: &ResourcePattern) -> String {
    match pattern {
        ResourcePattern::Every => "*".to_owned(),
        ResourcePattern::Arn(pattern) => written(pattern),
    }
}

/// A pattern's text; where that may hold a variable, what it was read as.
fn written(pattern: &Pattern) -> String {
    match pattern.as_str().contains("${") {
        true => format!("{:?}", pattern.glyphs()),
        false => pattern.as_str().to_owned(),
    }
}

/// A condition: equal texts hold of the same requests.
pub fn condition(condition: &Condition) -> String {
    let values: BTreeSet<String> = match &condition.values {
        Values::Text(patterns) => patterns.iter().map(|pattern| written(&pattern.value)).collect(),
        Values::Arn(patterns) => patterns.iter().map(|pattern| arn(&pattern.value)).collect(),
        Values::Number(numbers) => numbers.iter().map(|number| number.value.to_string()).collect(),
        Values::Instant(instants) => instants.iter().map(|instant| instant.value.to_string()).collect(),
        Values::Bool(values) => values.iter().map(|value| truth(&value.value)).collect(),
        Values::Binary(values) => values.iter().map(|bytes| format!("{:?}", bytes.value)).collect(),
        Values::Address(ranges) => ranges.iter().map(|range| range.value.net().to_string()).collect(),
        Values::Absent(wanted) => wanted.iter().map(|wanted| wanted.value.to_string()).collect(),
    };
    format!("{} {} {values:?}", condition.operator.value, condition.key.value.folded())
}

fn arn(pattern: &ArnPattern) -> String {
    match pattern {
        ArnPattern::Parts(parts) => parts.iter().map(written).collect::<Vec<_>>().join("\u{0}"),
        ArnPattern::Short(text) => text.clone(),
    }
}

fn truth(value: &BoolValue) -> String {
    match value {
        BoolValue::Literal(value) => value.to_string(),
        BoolValue::Variable(pattern) => written(pattern),
    }
}
