//! Lemmas as scripts: a few literals that no request has together, over strings, numbers, instants or addresses.
//!
//! In: a lemma of a run. Out: a script that another solver must find unsatisfiable. An atom is defined there as what it
//! is taken for everywhere: false of a request that lacks its field. What cannot be written out, or leans on more than
//! the file can say, is not exported, with the reason.

use std::collections::BTreeSet;

use crate::certificate::name::Names;
use crate::certificate::parts;
use crate::certificate::reading;
use crate::certificate::script::{Expected, Script};
use crate::certificate::term::{self, Inexpressible, comment};
use crate::query::reach::Lemma;
use crate::symbolic::atom::{Atom, Field, ValueSet};
use crate::symbolic::language::Language;
use crate::symbolic::realise::{Limit, RELATED};
use crate::vocabulary::catalogue::ScalarType;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key;

/// The script of a lemma about fields.
pub(super) fn script(names: &Names<'_>, lemma: &Lemma, limits: &[Limit], file: String) -> Script {
    let literals: Vec<(u32, bool)> =
        lemma.clause.iter().take(lemma.about).map(|(number, truth)| (*number, !truth)).collect();
    let fields = fields_of(&literals, names);
    let words: Vec<String> = fields.iter().map(|field| comment(&names.field(*field))).collect();
    let about = format!("no request has these {} literals about {}", literals.len(), words.join(" and "));
    let mut writer =
        Writer { names, literals: &literals, limits, in_parts: false, elements: Vec::new(), lines: Vec::new() };
    let logic = writer.logic();
    let lines = writer.write(&fields).map(|()| writer.lines);
    Script::new(file, Expected::Unsat, about, logic, lines)
}

/// Which values a script speaks of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Text,
    Number,
    Instant,
    Address,
}

impl Sort {
    /// Whether every value of a type is of it.
    pub(super) fn is_of(self, scalar: ScalarType) -> bool {
        match scalar {
            ScalarType::Number => self == Self::Number,
            ScalarType::Date => self == Self::Instant,
            ScalarType::Address => self == Self::Address,
            ScalarType::String | ScalarType::Arn | ScalarType::Bool => self == Self::Text,
        }
    }
}

struct Writer<'a> {
    names: &'a Names<'a>,
    /// What cannot hold together.
    literals: &'a [(u32, bool)],
    limits: &'a [Limit],
    /// Whether patterns are written part by part.
    in_parts: bool,
    /// The values of lists that positive literals speak of, where these have constants of their own: each with its
    /// field and literal.
    elements: Vec<(Field, u32, String)>,
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
        self.separate(fields);
        for (number, field) in fields.iter().enumerate() {
            self.field(*field, number, &sorts)?;
        }
        for (atom, number, truth) in self.atoms().collect::<Vec<_>>() {
            let place = fields.iter().position(|field| *field == atom.field()).unwrap_or_default();
            let words = self.names.words(number);
            self.line(format!("; {}{words}", if truth { "" } else { "not: " }));
            let asserted = self.literal(atom, number, truth, place)?;
            for asserted in asserted {
                self.line(format!("(assert {asserted})"));
            }
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
        if self.is_list(field) && self.has_blank(field) {
            self.line(format!("(declare-const blank-{number} Bool) ; the list's only value is the empty text"));
        }
        let limit = self.limits.iter().find(|limit| limit.field == field);
        if self.has_parts(limit.and_then(|limit| limit.texts.as_ref())) {
            self.in_parts = true;
            self.lines.extend(parts::declarations(&present));
        }
        let Some(limit) = limit else { return Ok(()) };
        if limit.there {
            self.line(format!("(assert {present}) ; every such request has it"));
        }
        if let (Some(texts), true) = (&limit.texts, sorts.contains(&Sort::Text)) {
            if self.in_parts {
                let term = parts::member(texts)?;
                self.line(format!("(assert (=> {present} {term})) ; what it can be"));
            } else {
                let term = term::language(texts)?;
                for value in self.values(field) {
                    self.line(format!("(assert (=> {present} (str.in_re {value} {term}))) ; what it can be"));
                }
            }
        }
        if let (Some(read), [Sort::Text]) = (self.read_as(field), sorts) {
            let term = term::language(&read)?;
            let note = "every text that the type of the key reads is one of these";
            self.line(format!("(assert (=> {present} (str.in_re value {term}))) ; {note}"));
        }
        if sorts.iter().any(|sort| *sort != Sort::Text) {
            self.line(format!("(declare-const typed-{number} Bool)"));
            if self.is_typed(field, sorts) {
                self.line(format!("(assert (=> {present} typed-{number})) ; by the type of the key"));
            }
            if let (Some(text), [sort]) = (limit.texts.as_ref().and_then(only), sorts) {
                let read = match reading::value(text, *sort, "value", "version-4")? {
                    Some(read) => format!("(and typed-{number} {read})"),
                    None => format!("(not typed-{number})"),
                };
                self.line(format!("(assert (=> {present} {read})) ; as \"{}\" is read", comment(text)));
            }
        }
        Ok(())
    }

    /// Whether every value of a key is of the one sort that the script speaks of.
    fn is_typed(&self, field: Field, sorts: &[Sort]) -> bool {
        let key = ContextKey::new(self.names.run.atoms.field_name(field));
        let scalar = declared_key::key_type(&key).map(|kind| kind.scalar);
        matches!((scalar, sorts), (Some(scalar), [sort]) if *sort != Sort::Text && sort.is_of(scalar))
    }

    /// Gives the values of lists that positive literals speak of constants of their own, where one is not enough for
    /// them and for what is shared.
    fn separate(&mut self, fields: &BTreeSet<Field>) {
        let wishes = self.atoms().filter(|(atom, _, truth)| *truth && is_about_a_list(*atom));
        let wishes: Vec<(Field, u32)> = wishes.map(|(atom, number, _)| (atom.field(), number)).collect();
        if wishes.len() + fields.len() <= 2 {
            return;
        }
        for (place, (field, number)) in wishes.into_iter().enumerate() {
            let symbol = format!("element-{}", place + 1);
            self.line(format!("(declare-const {symbol} String)"));
            self.elements.push((field, number, symbol));
        }
    }

    /// The constants that stand for values of a field: what holds of every value of it holds of all of them.
    fn values(&self, field: Field) -> Vec<String> {
        let own = self.elements.iter().filter(|(own, ..)| *own == field).map(|(_, _, symbol)| symbol.clone());
        std::iter::once("value".to_owned()).chain(own).collect()
    }

    /// Whether patterns are to be written part by part: some stop at colons, and the one field's texts have parts.
    fn has_parts(&self, limit: Option<&Language>) -> bool {
        let texts = |(atom, _, truth): (Atom, u32, bool)| match self.set(atom) {
            Some(ValueSet::Text(texts)) => Some((texts, truth)),
            _ => None,
        };
        let sets: Vec<(&Language, bool)> = self.atoms().filter_map(texts).collect();
        let of_positive = || sets.iter().filter(|(_, truth)| *truth).map(|(texts, _)| *texts);
        fields_of(self.literals, self.names).len() == 1
            && !self.atoms().any(|(atom, ..)| is_about_a_list(atom))
            && sets.iter().any(|(texts, _)| parts::has_stops(texts))
            && of_positive().chain(limit).any(parts::are_there)
    }

    /// Every text that the type of a key reads, as far as patterns say it, where the lemma leans on the type.
    fn read_as(&self, field: Field) -> Option<Language> {
        if self.literals.len() > 1 {
            return None;
        }
        let key = ContextKey::new(self.names.run.atoms.field_name(field));
        reading::texts(declared_key::key_type(&key)?.scalar)
    }

    /// A literal as terms that hold together.
    fn literal(&self, atom: Atom, number: u32, truth: bool, place: usize) -> Result<Vec<String>, Inexpressible> {
        let present = &present(place);
        let blank = format!("blank-{place}");
        if matches!(atom, Atom::Blank(_)) && self.is_list(atom.field()) {
            return Ok(vec![if truth { format!("(and {present} {blank})") } else { format!("(not {blank})") }]);
        }
        let own = self.elements.iter().find(|(_, own, _)| *own == number).map(|(_, _, symbol)| symbol.as_str());
        // A lone empty text counts as no value (S3.2.5).
        let there = match self.has_blank(atom.field()) {
            true => format!("(and {present} (not {blank}))"),
            false => present.clone(),
        };
        match (atom, truth) {
            // What holds of every value of the list holds of each that is spoken of.
            (Atom::Some(..) | Atom::SomeNot(..), _) => {
                let every = !truth;
                let values = match (every, own) {
                    (true, _) => self.values(atom.field()),
                    (false, Some(own)) => vec![own.to_owned()],
                    (false, None) => vec!["value".to_owned()],
                };
                let inside = matches!(atom, Atom::Some(..)) == truth;
                let term = |value: String| {
                    let member = self.member(atom, number, place, &value)?;
                    let member = if inside { member } else { format!("(not {member})") };
                    Ok(match every {
                        true => format!("(=> {there} {member})"),
                        false => format!("(and {there} {member})"),
                    })
                };
                values.into_iter().map(term).collect()
            }
            (_, truth) => {
                let member = format!("(and {present} {})", self.member(atom, number, place, "value")?);
                Ok(vec![if truth { member } else { format!("(not {member})") }])
            }
        }
    }

    /// Whether the values of a field are those of a list.
    fn is_list(&self, field: Field) -> bool {
        let key = ContextKey::new(self.names.run.atoms.field_name(field));
        declared_key::key_type(&key).is_some_and(|kind| kind.multivalued)
            || self.atoms().any(|(atom, ..)| atom.field() == field && is_about_a_list(atom))
    }

    fn has_blank(&self, field: Field) -> bool {
        self.atoms().any(|(atom, ..)| matches!(atom, Atom::Blank(own) if own == field))
    }

    /// That a value is as an atom says.
    fn member(&self, atom: Atom, number: u32, place: usize, value: &str) -> Result<String, Inexpressible> {
        let typed = format!("typed-{place}");
        Ok(match (self.set(atom), atom) {
            (Some(ValueSet::Text(texts)), _) if self.in_parts => parts::member(texts)?,
            (Some(ValueSet::Text(texts)), _) => format!("(str.in_re {value} {})", term::language(texts)?),
            (Some(ValueSet::Number(set)), _) => format!("(and {typed} {})", term::in_numbers("value", set)?),
            (Some(ValueSet::Instant(set)), _) => format!("(and {typed} {})", term::in_instants("value", set)),
            (Some(ValueSet::Address(set)), _) => {
                format!("(and {typed} {})", term::in_addresses("value", "version-4", set))
            }
            (None, Atom::Matches(_, template)) => {
                let widest = self.names.run.atoms.template(template).map(|template| template.widest());
                let widest = widest.ok_or_else(|| Inexpressible(format!("the pattern of atom {number}")))?;
                // Whatever the variables hold, a text that matches is one of these.
                format!("(str.in_re {value} {})", term::glob(&widest)?)
            }
            (None, Atom::Blank(_)) => format!("(= {value} \"\")"),
            (None, _) => "true".to_owned(),
        })
    }

    fn refuse_what_is_not_said(&self, fields: &BTreeSet<Field>) -> Result<(), Inexpressible> {
        let refuse = |reason: &str| Err(Inexpressible(reason.to_owned()));
        let sorts = self.sorts();
        if sorts.len() > 1 {
            return refuse("it is about values of more than one type");
        }
        if self.atoms().any(|(atom, _, truth)| !truth && matches!(atom, Atom::Matches(..))) {
            return refuse("it is about a pattern with variables that must not match");
        }
        let names: Vec<&str> = fields.iter().map(|field| self.names.run.atoms.field_name(*field)).collect();
        if names.len() > 1 && !RELATED.iter().any(|pair| names.iter().all(|name| pair.contains(name))) {
            return refuse("it is about a relation between fields");
        }
        // Of the texts that have the form of a type, which are of it is not said.
        let readable = |field: &Field| {
            let Some(read) = self.read_as(*field) else { return false };
            let sets = self.atoms().filter_map(|(atom, ..)| self.set(atom));
            sets.filter_map(|set| if let ValueSet::Text(texts) = set { texts.finite() } else { None })
                .flatten()
                .any(|word| read.contains(word))
        };
        if sorts == [Sort::Text] && fields.iter().any(readable) {
            return refuse("it is about texts that have the form of the key's type and are no values of it");
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

fn fields_of(literals: &[(u32, bool)], names: &Names<'_>) -> BTreeSet<Field> {
    literals.iter().filter_map(|(number, _)| names.run.atoms.atom(*number)).map(Atom::field).collect()
}

/// The only text of a set.
fn only(texts: &Language) -> Option<&str> {
    let words = texts.finite()?;
    words.first().filter(|_| words.len() == 1).map(String::as_str)
}

fn is_about_a_list(atom: Atom) -> bool {
    matches!(atom, Atom::Some(..) | Atom::SomeNot(..))
}

/// The Boolean that says whether a field is there.
fn present(field: usize) -> String {
    format!("present-{field}")
}
