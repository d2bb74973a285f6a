//! Documents with one thing taken out or made wider: slips of an author that a suite should notice.
//!
//! In: a document. Out: its [`Mutant`]s, each with its place in the text; the document as each leaves it. A statement, a
//! condition, an entry of a list is dropped; what an Allow grants, or a Deny spares, is widened: an action to its
//! service's, then to all; a resource or a principal to everybody's.

use std::sync::Arc;

use crate::diagnostic::quoted;
use crate::policy::{Clause, Condition, Document, DocumentKind, Effect, PrincipalEntry, Statement};
use crate::query::slice;
use crate::source::{Source, Span, Spanned};
use crate::suite::Claim;
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::resource::ResourcePattern;

/// Where a document is kept: the name of its source, and its place inside.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Home {
    /// The name of the source.
    pub file: String,
    /// JSON pointer to the document; empty where the source is the document.
    pub pointer: String,
}

impl Home {
    /// Where a document is kept.
    pub fn of(document: &Document) -> Self {
        Self { file: document.source.name().to_owned(), pointer: document.pointer.clone() }
    }
}

/// One change of one document.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// Where the document is kept.
    pub home: Home,
    /// The text that the span is of.
    pub source: Arc<Source>,
    /// What is changed.
    pub span: Span,
    statement: usize,
    change: Change,
}

/// What is done to a statement; entries by their number.
#[derive(Debug, Clone)]
enum Change {
    DropStatement,
    DropCondition(usize),
    DropValue(usize, usize),
    DropAction(usize),
    DropResource(usize),
    DropPrincipal(usize),
    WidenAction(usize, ActionPattern),
    WidenResource(usize),
    WidenPrincipal(usize),
}

/// The mutants of a document, in the order of its text.
pub fn mutants(document: &Document) -> Vec<Mutant> {
    let mut found = Vec::new();
    for (number, statement) in document.statements.iter().enumerate() {
        let mut add = |span: Span, change: Change| {
            let (home, source) = (Home::of(document), Arc::clone(&document.source));
            found.push(Mutant { home, source, span, statement: number, change });
        };
        add(statement.span, Change::DropStatement);
        if let Some(clause) = &statement.principal {
            drops(clause, Change::DropPrincipal).for_each(|(span, change)| add(span, change));
            let is_granted = statement.effect == Effect::Allow && !clause.negated;
            if is_granted && let Some((own, entry)) = first(&clause.entries, &PrincipalEntry::Everybody) {
                add(entry.span, Change::WidenPrincipal(own));
            }
        }
        drops(&statement.actions, Change::DropAction).for_each(|(span, change)| add(span, change));
        if is_widened(statement, statement.actions.negated) {
            let mut seen = Vec::new();
            for (own, entry) in statement.actions.entries.iter().enumerate() {
                if let Some(wider) = wider(&entry.value).filter(|wider| !seen.contains(wider)) {
                    seen.push(wider.clone());
                    add(entry.span, Change::WidenAction(own, wider));
                }
            }
        }
        if let Some(clause) = &statement.resources {
            drops(clause, Change::DropResource).for_each(|(span, change)| add(span, change));
            // A resource policy bears on its own resource, whatever it says of others.
            let is_narrow = is_widened(statement, clause.negated) && document.kind != DocumentKind::Resource;
            if is_narrow && let Some((own, entry)) = first(&clause.entries, &ResourcePattern::Every) {
                add(entry.span, Change::WidenResource(own));
            }
        }
        for (own, condition) in statement.conditions.iter().enumerate() {
            add(condition.span, Change::DropCondition(own));
            let spans = condition.values.spans();
            if spans.len() > 1 {
                let values = spans.into_iter().enumerate();
                values.for_each(|(value, span)| add(span, Change::DropValue(own, value)));
            }
        }
    }
    found
}

/// Whether a wider entry lets more through: in what an Allow names, and in what a Deny spares.
fn is_widened(statement: &Statement, negated: bool) -> bool {
    (statement.effect == Effect::Deny) == negated
}

/// Each entry of a clause, taken out. Without its only entry a clause matches nothing, which is as if the statement were
/// not there, or, negated, everything.
fn drops<T>(clause: &Clause<T>, change: impl Fn(usize) -> Change) -> impl Iterator<Item = (Span, Change)> {
    let worthwhile = clause.entries.len() > 1 || clause.negated;
    let entries = clause.entries.iter().enumerate().filter(move |_| worthwhile);
    entries.map(move |(number, entry)| (entry.span, change(number)))
}

/// The first entry, where none is everything already: whichever is widened, the list means the same.
fn first<'e, T: PartialEq>(entries: &'e [Spanned<T>], everything: &T) -> Option<(usize, &'e Spanned<T>)> {
    let narrow = entries.iter().all(|entry| entry.value != *everything);
    entries.iter().enumerate().next().filter(|_| narrow)
}

/// An action's service, or after that every action.
fn wider(pattern: &ActionPattern) -> Option<ActionPattern> {
    let service = match pattern.kind() {
        ActionPatternKind::Every => return None,
        ActionPatternKind::Of { .. } => pattern.as_str().split(':').next()?,
    };
    let all = format!("{service}:*");
    ActionPattern::parse(if pattern.as_str() == all { "*" } else { &all }).ok()
}

impl Mutant {
    /// The document as the change leaves it.
    pub fn apply(&self, document: &Document) -> Document {
        let mut statements = document.statements.to_vec();
        if matches!(self.change, Change::DropStatement) {
            if self.statement < statements.len() {
                statements.remove(self.statement);
            }
        } else if let Some(statement) = statements.get_mut(self.statement) {
            self.change(statement);
        }
        Document { statements: statements.into(), ..document.clone() }
    }

    fn change(&self, statement: &mut Statement) {
        match &self.change {
            Change::DropStatement => {}
            Change::DropCondition(own) => drop_at(&mut statement.conditions, *own),
            Change::DropValue(own, value) => {
                if let Some(condition) = statement.conditions.get_mut(*own) {
                    condition.values.remove(*value);
                }
            }
            Change::DropAction(own) => {
                let every = ActionPattern::parse("*").ok();
                every.iter().for_each(|every| drop_entry(&mut statement.actions, *own, every));
            }
            Change::DropResource(own) => {
                let clause = statement.resources.iter_mut();
                clause.for_each(|clause| drop_entry(clause, *own, &ResourcePattern::Every));
            }
            Change::DropPrincipal(own) => {
                let clause = statement.principal.iter_mut();
                clause.for_each(|clause| drop_entry(clause, *own, &PrincipalEntry::Everybody));
            }
            Change::WidenAction(own, wider) => replace(&mut statement.actions.entries, *own, wider),
            Change::WidenResource(own) => {
                let clause = statement.resources.iter_mut();
                clause.for_each(|clause| replace(&mut clause.entries, *own, &ResourcePattern::Every));
            }
            Change::WidenPrincipal(own) => {
                let clause = statement.principal.iter_mut();
                clause.for_each(|clause| replace(&mut clause.entries, *own, &PrincipalEntry::Everybody));
            }
        }
    }

    /// Whether a claim may come out otherwise: one about requests of which the statement says nothing, neither as it was
    /// nor as it is, cannot.
    pub(super) fn bears_on(&self, document: &Document, claim: &Claim) -> bool {
        let Claim::Reach { goal, .. } = claim else { return true };
        let Some(before) = document.statements.get(self.statement) else { return true };
        let mut after = before.clone();
        self.change(&mut after);
        slice::meets(goal, &before.actions) || slice::meets(goal, &after.actions)
    }

    /// The keys that the changed statement has conditions on.
    pub(super) fn keys(&self, document: &Document) -> Vec<ContextKey> {
        let statement = document.statements.get(self.statement);
        let conditions = statement.map(|own| own.conditions.as_slice()).unwrap_or_default();
        conditions.iter().map(|own| own.key.value.clone()).collect()
    }

    /// What the change does, in words.
    pub fn words(&self, document: &Document) -> String {
        let own = quoted(self.source.slice(self.span).trim_matches('"'));
        match &self.change {
            Change::DropStatement => "without the statement".to_owned(),
            Change::DropCondition(number) => {
                let conditions = document.statements.get(self.statement).map(|statement| &statement.conditions);
                let name = |own: &Condition| format!("{} of {}", own.operator.value, quoted(own.key.value.as_str()));
                let name = conditions.and_then(|own| own.get(*number)).map(name).unwrap_or_default();
                format!("without the condition {name}")
            }
            Change::DropValue(..) => format!("without the value {own}"),
            Change::DropAction(_) => format!("without the action {own}"),
            Change::DropResource(_) => format!("without the resource {own}"),
            Change::DropPrincipal(_) => format!("without the principal {own}"),
            Change::WidenAction(_, wider) => format!("with {} instead of {own}", quoted(wider.as_str())),
            Change::WidenResource(_) | Change::WidenPrincipal(_) => format!("with `*` instead of {own}"),
        }
    }
}

fn drop_at<T>(entries: &mut Vec<T>, place: usize) {
    if place < entries.len() {
        entries.remove(place);
    }
}

/// A clause without an entry; one that then excludes nothing means everything.
fn drop_entry<T: Clone>(clause: &mut Clause<T>, place: usize, everything: &T) {
    drop_at(&mut clause.entries, place);
    if clause.entries.is_empty() {
        (clause.negated, clause.entries) = (false, vec![Spanned::new(everything.clone(), clause.span)]);
    }
}

fn replace<T: Clone>(entries: &mut [Spanned<T>], place: usize, value: &T) {
    if let Some(entry) = entries.get_mut(place) {
        entry.value = value.clone();
    }
}
