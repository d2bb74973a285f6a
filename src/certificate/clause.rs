//! Action clauses as scripts: a statement is about all actions of some places, or about none.
//!
//! In: a statement, the actions. Out: a script whose every term is closed: names of actions against patterns.

use std::collections::BTreeSet;

use crate::certificate::name::{Names, place_symbol};
use crate::certificate::script::{Expected, Script};
use crate::certificate::term::{self, Inexpressible, comment};
use crate::policy::Clause;
use crate::source::Spanned;
use crate::symbolic::language::{Glob, Piece};
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};

/// The script that a statement is about all actions of some places (`holds`), or about none of them.
pub(super) fn script(names: &Names<'_>, statement: usize, holds: bool, places: &[usize], file: String) -> Script {
    let about = match holds {
        true => format!("{}: applies to all actions of its places", names.statement(statement)),
        false => format!("{}: applies to no action of its places", names.statement(statement)),
    };
    let lines = lines(names, statement, holds, places);
    Script::new(file, Expected::Unsat, about, "QF_SLIA", lines)
}

fn lines(names: &Names<'_>, statement: usize, holds: bool, places: &[usize]) -> Result<Vec<String>, Inexpressible> {
    let unknown = || Inexpressible("its statement is not known".to_owned());
    let (_, own) = names.statements.get(statement).ok_or_else(unknown)?;
    let places: Vec<_> = places.iter().filter_map(|place| Some((*place, names.run.places.get(*place)?))).collect();
    let symbols: Vec<String> = places.iter().map(|(number, _)| place_symbol(*number)).collect();
    let mut lines = vec![
        format!("; {}", symbols.join(", ")),
        "; the names of actions ignore case and are written in lower case".to_owned(),
        definition("about", &own.actions)?,
    ];
    let actions: BTreeSet<String> = places.iter().flat_map(|(_, place)| &place.actions).map(folded).collect();
    let refuted = actions.iter().map(|action| {
        let literal = term::string(action)?;
        Ok(if holds { format!("(not (about {literal}))") } else { format!("(about {literal})") })
    });
    let refuted = term::any(refuted.collect::<Result<_, _>>()?);
    lines.push(format!("(assert {refuted})"));
    Ok(lines)
}

/// The function that says whether an action is one of a clause's.
pub(super) fn definition(name: &str, clause: &Clause<ActionPattern>) -> Result<String, Inexpressible> {
    let inside = patterns(&clause.entries)?;
    let (element, body) = match clause.negated {
        false => ("Action", inside),
        true => ("NotAction", format!("(not {inside})")),
    };
    let written: Vec<&str> = clause.entries.iter().map(|entry| entry.value.as_str()).collect();
    let comment = comment(&format!("{element} {}", written.join(", ")));
    Ok(format!("; {comment}\n(define-fun {name} ((action String)) Bool {body})"))
}

/// That `action` is one that some pattern matches. One by one: solvers take long over a union of many.
pub(super) fn patterns(patterns: &[Spanned<ActionPattern>]) -> Result<String, Inexpressible> {
    let pattern = |pattern: &Spanned<ActionPattern>| match pattern.value.kind() {
        ActionPatternKind::Every => Ok("true".to_owned()),
        ActionPatternKind::Of { prefix, name } => {
            let variable = || Inexpressible("an action with a variable".to_owned());
            let name = Glob::from_glyphs(name.glyphs()).ok_or_else(variable)?;
            let front = prefix.chars().chain([':']).map(Piece::Literal);
            let glob = Glob::new(front.chain(name.pieces().iter().copied()));
            Ok(match glob.text() {
                Some(text) => format!("(= action {})", term::string(&text)?),
                None => format!("(str.in_re action {})", term::glob(&glob)?),
            })
        }
    };
    Ok(term::any(patterns.iter().map(pattern).collect::<Result<_, _>>()?))
}

/// That `name` is one of those that a pattern of one service matches.
pub(super) fn name_pattern(pattern: &ActionPattern) -> Result<String, Inexpressible> {
    let ActionPatternKind::Of { name, .. } = pattern.kind() else { return Ok("true".to_owned()) };
    let name = Glob::from_glyphs(name.glyphs()).ok_or_else(|| Inexpressible("an action with a variable".to_owned()))?;
    Ok(match name.text() {
        Some(text) => format!("(= name {})", term::string(&text)?),
        None => format!("(str.in_re name {})", term::glob(&name)?),
    })
}

/// An action in lower case.
pub(super) fn folded(action: &Action) -> String {
    format!("{}:{}", action.prefix(), action.name())
}
