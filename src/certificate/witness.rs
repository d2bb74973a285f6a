//! The witness of a reachable verdict as a script: the question over strings, every value of the request given.
//!
//! In: the run that found the request, the request. Out: a script that another solver must find satisfiable.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::certificate::clause;
use crate::certificate::name::Names;
use crate::certificate::script::{Expected, Script};
use crate::certificate::skeleton;
use crate::certificate::term::{self, Inexpressible, comment};
use crate::goal::Goal;
use crate::policy::Statement;
use crate::query::reach::{self, Run};
use crate::symbolic::atom::{Atom, Field, ValueSet};
use crate::symbolic::realise::{Draft, FieldValue};
use crate::symbolic::shape::{ISSUER, Known, SESSION};
use crate::verdict::{Counterexample, Place};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;

const FILE: &str = "witness.smt2";

/// The script of a request.
pub(super) fn script(
    run: Option<&Run>,
    statements: &[(Place, &Statement)],
    goal: &Goal,
    found: &Counterexample,
) -> Script {
    let function = run.map_or("allowed", |run| run.function);
    let about = format!("{} on {} is {function}", found.request.action, found.request.resource);
    let place = run.and_then(|run| run.places.iter().position(|place| place.draft.is_some()).map(|place| (run, place)));
    let lines = match place {
        None => {
            Err(Inexpressible("the request was found under every reading only, not under the chosen one".to_owned()))
        }
        Some((run, number)) => lines(run, number, statements, goal, found),
    };
    // Reals beside strings have no logic of their own.
    Script::new(FILE.to_owned(), Expected::Sat, about, "ALL", lines)
}

fn lines(
    run: &Run,
    number: usize,
    statements: &[(Place, &Statement)],
    goal: &Goal,
    found: &Counterexample,
) -> Result<Vec<String>, Inexpressible> {
    let names = Names::new(run, statements);
    let nothing = || Inexpressible("no values were found".to_owned());
    let place = run.places.get(number).ok_or_else(nothing)?;
    let draft = place.draft.as_ref().ok_or_else(nothing)?;
    let mut lines = vec![run.law.text().to_owned()];
    actions(place, statements, &names, goal, found, &mut lines)?;
    let mut atoms: BTreeSet<u32> = place.parts().flat_map(|(_, formula)| run.formulas.atoms_of(formula)).collect();
    let values = Values { names: &names, place, draft, fields: fields(run, &atoms) };
    values.declare(&mut lines)?;
    atoms.extend([place.shape_atom, place.place_atom]);
    for atom in atoms {
        names.explain(atom, &mut lines);
        lines.push(match values.atom(atom)? {
            Some(term) => format!("(define-fun {} () Bool {term})", names.symbol(atom)),
            None => format!("(declare-const {} Bool)", names.symbol(atom)),
        });
    }
    for request in skeleton::definitions(&names, &[number], &mut lines) {
        lines.push(format!("(assert {request})"));
    }
    Ok(lines)
}

/// The action, that it is one of the goal's, and which statements are about it.
fn actions(
    place: &reach::Place,
    statements: &[(Place, &Statement)],
    names: &Names<'_>,
    goal: &Goal,
    found: &Counterexample,
    lines: &mut Vec<String>,
) -> Result<(), Inexpressible> {
    lines.push("; the names of actions ignore case and are written in lower case".to_owned());
    let action = term::string(&clause::folded(&found.request.action))?;
    lines.push(format!("(define-fun action () String {action})"));
    lines.push("; the goal".to_owned());
    lines.push(format!("(assert {})", clause::patterns(&goal.actions)?));
    if !goal.except.is_empty() {
        lines.push(format!("(assert (not {}))", clause::patterns(&goal.except)?));
    }
    for (number, (_, statement)) in statements.iter().enumerate() {
        let about = format!("about-{number}");
        lines.push(format!("; {}", names.statement(number)));
        lines.push(clause::definition(&about, &statement.actions)?);
        let is_about = place.statements.iter().any(|(own, _)| *own == number);
        lines.push(match is_about {
            true => format!("(assert ({about} action))"),
            false => format!("(assert (not ({about} action)))"),
        });
    }
    Ok(())
}

/// The fields that some atoms ask about, each under a number.
fn fields(run: &Run, atoms: &BTreeSet<u32>) -> BTreeMap<Field, usize> {
    let mut fields = BTreeSet::new();
    for atom in atoms.iter().filter_map(|atom| run.atoms.atom(*atom)) {
        fields.insert(atom.field());
        if let Atom::Matches(_, template) = atom {
            fields.extend(run.atoms.template(template).into_iter().flat_map(|template| template.fields()));
        }
    }
    fields.into_iter().enumerate().map(|(number, field)| (field, number)).collect()
}

/// The values of the request's fields.
struct Values<'a> {
    names: &'a Names<'a>,
    place: &'a reach::Place,
    draft: &'a Draft,
    fields: BTreeMap<Field, usize>,
}

impl Values<'_> {
    fn name(&self, field: Field) -> &str {
        self.names.run.atoms.field_name(field)
    }

    /// A field's values, none if the request lacks it.
    fn of(&self, field: Field) -> &[String] {
        match self.draft.get(self.name(field)) {
            Some(FieldValue::One(text)) => std::slice::from_ref(text),
            Some(FieldValue::List(values)) => values,
            None => &[],
        }
    }

    fn is_list(&self, field: Field) -> bool {
        matches!(self.draft.get(self.name(field)), Some(FieldValue::List(_)))
    }

    /// Whether nobody looked at the field's value although the caller has one: then it may be any.
    fn is_open(&self, field: Field) -> bool {
        let name = self.name(field);
        let known = match name {
            SESSION | ISSUER => self.place.shape.pseudo_field(name),
            _ => self.place.shape.known(&ContextKey::new(name)).unwrap_or(Known::Open),
        };
        self.of(field).is_empty() && (name.starts_with('=') || matches!(known, Known::Within(_) | Known::Value(_)))
    }

    /// One constant for each value.
    fn declare(&self, lines: &mut Vec<String>) -> Result<(), Inexpressible> {
        lines.push("; the values of the request".to_owned());
        for (field, number) in &self.fields {
            for (place, value) in self.of(*field).iter().enumerate() {
                let constant = format!("value-{number}.{place}");
                lines.push(format!("; {}", comment(&self.names.field(*field))));
                lines.push(format!("(define-fun {constant} () String {})", term::string(value)?));
            }
        }
        Ok(())
    }

    /// What an atom comes to; none where it is open.
    fn atom(&self, number: u32) -> Result<Option<String>, Inexpressible> {
        let atoms = &self.names.run.atoms;
        if self.names.apart(number).is_some() {
            return Ok(None);
        }
        let Some(atom) = atoms.atom(number) else { return Ok(None) };
        let field = atom.field();
        if self.is_open(field) {
            return Ok(None);
        }
        let values = self.of(field);
        let number = self.fields.get(&field).copied().unwrap_or_default();
        let of_each = |set: Option<&ValueSet>, inside: bool| -> Result<String, Inexpressible> {
            let mut parts = Vec::with_capacity(values.len());
            for (place, text) in values.iter().enumerate() {
                let member = match set {
                    Some(set) => member(set, &format!("value-{number}.{place}"), text)?,
                    None => "false".to_owned(),
                };
                parts.push(if inside { member } else { format!("(not {member})") });
            }
            Ok(term::any(parts))
        };
        Ok(Some(match atom {
            Atom::Present(_) => (!values.is_empty()).to_string(),
            Atom::In(_, set) | Atom::Some(_, set) => of_each(atoms.value_set(set), true)?,
            Atom::SomeNot(_, set) => of_each(atoms.value_set(set), false)?,
            Atom::Blank(_) => match (values, self.is_list(field)) {
                ([_], _) => format!("(= value-{number}.0 \"\")"),
                _ => "false".to_owned(),
            },
            Atom::Matches(_, template) => {
                let filled = atoms
                    .template(template)
                    .and_then(|template| template.filled(|variable| self.of(variable).first().map(String::as_str)));
                match (filled, values.is_empty()) {
                    (Some(glob), false) => format!("(str.in_re value-{number}.0 {})", term::glob(&glob)?),
                    _ => "false".to_owned(),
                }
            }
        }))
    }
}

/// That a value is in a set. What a text is as a number, an instant or an address, SMT-LIB does not say: it is put in.
fn member(set: &ValueSet, constant: &str, text: &str) -> Result<String, Inexpressible> {
    let none = || Ok("false".to_owned());
    match set {
        ValueSet::Text(texts) => Ok(format!("(str.in_re {constant} {})", term::language(texts)?)),
        ValueSet::Number(set) => match Number::parse(text) {
            Some(number) => term::in_numbers(&term::real(&number)?, set),
            None => none(),
        },
        ValueSet::Instant(set) => match Instant::parse(text) {
            Some(instant) => Ok(term::in_instants(&term::nanoseconds(instant), set)),
            None => none(),
        },
        ValueSet::Address(set) => match text.parse::<IpAddr>() {
            Ok(own) => {
                let (version_4, own) = term::address(own);
                Ok(term::in_addresses(&own.to_string(), &version_4.to_string(), set))
            }
            Err(_) => none(),
        },
    }
}
