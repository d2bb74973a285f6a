//! Lemmas as scripts: a few literals that no request has together, over strings, numbers, instants or addresses.
//!
//! In: a lemma of a run. Out: a script that another solver must find unsatisfiable. An atom is defined there as what it
//! is taken for everywhere: false of a request that lacks its field. What cannot be written out, or leans on more than
//! the file can say, is not exported, with the reason.

use std::collections::BTreeSet;

use crate::certificate::name::Names;
use crate::certificate::script::{Expected, Script};
use crate::certificate::term::{self, Inexpressible, comment};
use crate::query::reach::Lemma;
use crate::symbolic::atom::{Atom, Field, ValueSet};
use crate::symbolic::realise::{Limit, RELATED};
use crate::vocabulary::catalogue::ScalarType;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key;

/// The script of a lemma about fields.
pub(super) fn script(names: &Names<'_>, lemma: &Lemma, limits: &[Limit], file: String) -> Script {
    let literals: Vec<(u32, bool)> =
        lemma.clause.iter().take(lemma.about).map(|(number, truth)| (*number, !truth)).collect();
    let fields: BTreeSet<Field> =
        literals.iter().filter_map(|(number, _)| names.run.atoms.atom(*number)).map(Atom::field).collect();
    let words: Vec<String> = fields.iter().map(|field| comment(&names.field(*field))).collect();
    let about = format!("no request has these {} literals about {}", literals.len(), words.join(" and "));
    let mut writer = Writer { names, literals: &literals, limits, lines: Vec::new() };
    let logic = writer.logic();
    let lines = writer.write(&fields).map(|()| writer.lines);
    Script::new(file, Expected::Unsat, about, logic, lines)
}

/// Which values a script speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Number,
    Instant,
    Address,
}

struct Writer<'a> {
    names: &'a Names<'a>,
    /// What cannot hold together.
    literals: &'a [(u32, bool)],
    limits: &'a [Limit],
    lines: Vec<String>,
}

impl Writer<'_> {
    fn atoms(&self) -> impl Iterator<Item = (Atom, u32, bool)> {
        self.literals.iter().filter_map(|(number, truth)| Some((self.names.run.atoms.atom(*number)?, *number, *truth)))
    }

    fn set(&self, atom: Atom) -> Option<&ValueSet> {
        match atom {
            Atom::In(_, set) | Atom::Some(_, set) | Atom::SomeNot(_, set) => self.names.run.atoms.value_set(set),
            Atom::Present(_) | Atom::Matches(..) | Atom::Blank(_) => None,
        }
    }

    fn sorts(&self) -> Vec<Sort> {
        let mut sorts: Vec<Sort> = Vec::new();
        for (atom, ..) in self.atoms() {
            let sort = match (self.set(atom), atom) {
                (Some(ValueSet::Number(_)), _) => Sort::Number,
                (Some(ValueSet::Instant(_)), _) => Sort::Instant,
                (Some(ValueSet::Address(_)), _) => Sort::Address,
                (Some(ValueSet::Text(_)), _) | (None, Atom::Matches(..) | Atom::Blank(_)) => Sort::Text,
                (None, _) => continue,
            };
            if !sorts.contains(&sort) {
                sorts.push(sort);
            }
        }
        sorts
    }

    /// Dense numbers need reals; nothing else does.
    fn logic(&self) -> &'static str {
        match self.sorts().as_slice() {
            [Sort::Number] => "QF_LRA",
            [Sort::Instant | Sort::Address] => "QF_LIA",
            _ => "QF_SLIA",
        }
    }

    fn write(&mut self, fields: &BTreeSet<Field>) -> Result<(), Inexpressible> {
        self.refuse_what_is_not_said(fields)?;
        let statements: BTreeSet<String> =
            self.literals.iter().filter_map(|(number, _)| self.names.origin(*number)).collect();
        for statement in statements {
            self.line(format!("; in {statement}"));
        }
        if fields.len() > 1 {
            self.line("; the fields have one value: so they are related, see the page about the encodings".to_owned());
        }
        let sorts = self.sorts();
        for (sort, declaration) in [
            (Sort::Text, "(declare-const value String)"),
            (Sort::Number, "(declare-const value Real)"),
            (Sort::Instant, "(declare-const value Int)"),
            (Sort::Address, "(declare-const value Int)\n(declare-const version-4 Bool)"),
        ] {
            if sorts.contains(&sort) {
                self.line(declaration.to_owned());
            }
        }
        if sorts.contains(&Sort::Address) {
            let bounds = term::address_bounds("value", "version-4");
            self.line(format!("(assert {bounds})"));
        }
        for (number, field) in fields.iter().enumerate() {
            self.field(*field, number, &sorts)?;
        }
        for (atom, number, truth) in self.atoms().collect::<Vec<_>>() {
            let place = fields.iter().position(|field| *field == atom.field()).unwrap_or_default();
            let words = self.names.words(number);
            self.line(format!("; {}{words}", if truth { "" } else { "not: " }));
            let asserted = self.literal(atom, number, truth, &present(place))?;
            self.line(format!("(assert {asserted})"));
        }
        Ok(())
    }

    fn line(&mut self, line: String) {
        self.lines.push(line);
    }

    /// What a field is limited to.
    fn field(&mut self, field: Field, number: usize, sorts: &[Sort]) -> Result<(), Inexpressible> {
        let present = present(number);
        self.line(format!("; {}", comment(&self.names.field(field))));
        self.line(format!("(declare-const {present} Bool)"));
        let Some(limit) = self.limits.iter().find(|limit| limit.field == field) else { return Ok(()) };
        if limit.there {
            self.line(format!("(assert {present}) ; every such request has it"));
        }
        if let (Some(texts), true) = (&limit.texts, sorts.contains(&Sort::Text)) {
            let texts = term::language(texts)?;
            self.line(format!("(assert (=> {present} (str.in_re value {texts}))) ; what it can be"));
        }
        if sorts.iter().any(|sort| *sort != Sort::Text) {
            self.line(format!("(declare-const typed-{number} Bool)"));
            if self.is_typed(field, sorts) {
                self.line(format!("(assert (=> {present} typed-{number})) ; by the type of the key"));
            }
        }
        Ok(())
    }

    /// Whether every value of a key is of the one sort that the script speaks of.
    fn is_typed(&self, field: Field, sorts: &[Sort]) -> bool {
        let key = ContextKey::new(self.names.run.atoms.field_name(field));
        let scalar = declared_key::key_type(&key).map(|kind| kind.scalar);
        matches!(
            (scalar, sorts),
            (Some(ScalarType::Number), [Sort::Number])
                | (Some(ScalarType::Date), [Sort::Instant])
                | (Some(ScalarType::Address), [Sort::Address])
        )
    }

    /// A literal as a term.
    fn literal(&self, atom: Atom, number: u32, truth: bool, present: &str) -> Result<String, Inexpressible> {
        let typed = present.replace("present", "typed");
        let member = match (self.set(atom), atom) {
            (Some(ValueSet::Text(texts)), _) => format!("(str.in_re value {})", term::language(texts)?),
            (Some(ValueSet::Number(set)), _) => format!("(and {typed} {})", term::in_numbers("value", set)?),
            (Some(ValueSet::Instant(set)), _) => format!("(and {typed} {})", term::in_instants("value", set)),
            (Some(ValueSet::Address(set)), _) => {
                format!("(and {typed} {})", term::in_addresses("value", "version-4", set))
            }
            (None, Atom::Matches(_, template)) => {
                let widest = self.names.run.atoms.template(template).map(|template| template.widest());
                let widest = widest.ok_or_else(|| Inexpressible(format!("the pattern of atom {number}")))?;
                // Whatever the variables hold, a text that matches is one of these.
                format!("(str.in_re value {})", term::glob(&widest)?)
            }
            (None, Atom::Blank(_)) => "(= value \"\")".to_owned(),
            (None, _) => "true".to_owned(),
        };
        Ok(match (atom, truth) {
            // `value` is the one that some value of the list must be, or any: what holds of every value holds of it.
            (Atom::Some(..), false) => format!("(=> {present} (not {member}))"),
            (Atom::SomeNot(..), true) => format!("(and {present} (not {member}))"),
            (Atom::SomeNot(..), false) => format!("(=> {present} {member})"),
            (_, true) => format!("(and {present} {member})"),
            (_, false) => format!("(not (and {present} {member}))"),
        })
    }

    fn refuse_what_is_not_said(&self, fields: &BTreeSet<Field>) -> Result<(), Inexpressible> {
        let refuse = |reason: &str| Err(Inexpressible(reason.to_owned()));
        let sorts = self.sorts();
        if sorts.len() > 1 {
            return refuse("it is about values of more than one type");
        }
        let wanted = |atom: &Atom| matches!(atom, Atom::Some(..) | Atom::SomeNot(..));
        let some = self.atoms().filter(|(atom, _, truth)| *truth && wanted(atom)).count();
        let is_blank = self.atoms().any(|(atom, _, truth)| truth && matches!(atom, Atom::Blank(_)));
        if some > 1 || (is_blank && self.atoms().any(|(atom, ..)| wanted(&atom))) {
            return refuse("it is about several values of a list");
        }
        if self.atoms().any(|(atom, _, truth)| !truth && matches!(atom, Atom::Matches(..))) {
            return refuse("it is about a pattern with variables that must not match");
        }
        let names: Vec<&str> = fields.iter().map(|field| self.names.run.atoms.field_name(*field)).collect();
        if names.len() > 1 && !RELATED.iter().any(|pair| names.iter().all(|name| pair.contains(name))) {
            return refuse("it is about a relation between fields");
        }
        let declared = |name: &&str| declared_key::key_type(&ContextKey::new(*name)).map(|kind| kind.scalar);
        let typed =
            |name: &&str| matches!(declared(name), Some(ScalarType::Number | ScalarType::Date | ScalarType::Address));
        if sorts == [Sort::Text] && names.iter().any(typed) && self.literals.len() == 1 {
            return refuse("it is about texts that are no values of the key's type");
        }
        for field in fields {
            let there = self.limits.iter().any(|limit| limit.field == *field && limit.there);
            let wanted = self.atoms().any(|(atom, _, truth)| truth && atom.field() == *field);
            if !there && !wanted {
                return refuse("nothing in it says that the field is there");
            }
        }
        Ok(())
    }
}

/// The Boolean that says whether a field is there.
fn present(field: usize) -> String {
    format!("present-{field}")
}
