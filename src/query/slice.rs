//! Which statements can bear on a goal.
//!
//! In: a goal, the actions of a statement. Out: whether some action of the goal may be among them. Trusted for: a
//! statement that is left out applies to no request of the goal.

use crate::goal::Goal;
use crate::policy::{Clause, Document, Statement};
use crate::symbolic::field::{FieldAnswer, solve};
use crate::symbolic::language::{Glob, Language};
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::pattern::{Glyph, Pattern};

/// The document without the statements that apply to no request of the goal.
pub fn sliced(document: &Document, goal: &Goal) -> Document {
    let kept: Vec<Statement> = document.statements.iter().filter(|own| meets(goal, &own.actions)).cloned().collect();
    if kept.len() == document.statements.len() {
        return document.clone();
    }
    Document { statements: kept.into(), ..document.clone() }
}

/// Whether an action of the goal may be among those of a clause.
pub fn meets(goal: &Goal, clause: &Clause<ActionPattern>) -> bool {
    let mut entries = clause.entries.iter().map(|entry| &entry.value);
    let mut asked = goal.actions.iter().map(|pattern| &pattern.value);
    match clause.negated {
        false => entries.any(|entry| asked.clone().any(|pattern| overlap(entry, pattern))),
        true => asked.any(|pattern| !entries.clone().any(|entry| is_within(pattern, entry))),
    }
}

/// Whether a goal may be about the service of an action.
pub fn meets_service(goal: &Goal, action: &ActionPattern) -> bool {
    goal.actions.iter().any(|pattern| match (pattern.value.kind(), action.kind()) {
        (ActionPatternKind::Of { prefix, .. }, ActionPatternKind::Of { prefix: own, .. }) => prefix == own,
        _ => true,
    })
}

/// Whether some action matches both patterns; true where that is not certain.
pub fn overlap(one: &ActionPattern, other: &ActionPattern) -> bool {
    let (ActionPatternKind::Of { prefix, name }, ActionPatternKind::Of { prefix: other_prefix, name: other_name }) =
        (one.kind(), other.kind())
    else {
        return true;
    };
    if prefix != other_prefix || differ(name, other_name) {
        return false;
    }
    let (Some(one), Some(other)) = (Glob::from_glyphs(name.glyphs()), Glob::from_glyphs(other_name.glyphs())) else {
        return true;
    };
    match (one.text(), other.text()) {
        (Some(text), _) => other.contains(&text),
        (_, Some(text)) => one.contains(&text),
        _ => {
            let languages = [one, other].map(|glob| Language::new([glob]));
            let [one, other] = &languages;
            !matches!(solve(&[one, other], &[], &Default::default(), Default::default()), FieldAnswer::Conflict { .. })
        }
    }
}

/// Whether two patterns name nothing that both mean, as the characters say with which both begin.
fn differ(one: &Pattern, other: &Pattern) -> bool {
    let both = one.glyphs().iter().zip(other.glyphs());
    let mut literals = both.map_while(|pair| match pair {
        (Glyph::Literal(one), Glyph::Literal(other)) => Some(one != other),
        _ => None,
    });
    literals.any(|different| different)
}

/// Whether a pattern names only actions of another; false where that is not certain.
pub fn is_within(pattern: &ActionPattern, other: &ActionPattern) -> bool {
    match (pattern.kind(), other.kind()) {
        (_, ActionPatternKind::Every) => true,
        (ActionPatternKind::Of { prefix, name }, ActionPatternKind::Of { prefix: other_prefix, name: other_name }) => {
            if prefix != other_prefix || differ(name, other_name) {
                return false;
            }
            let globs = (Glob::from_glyphs(name.glyphs()), Glob::from_glyphs(other_name.glyphs()));
            matches!(globs, (Some(own), Some(other)) if other.covers(&own))
        }
        _ => false,
    }
}
