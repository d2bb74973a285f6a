//! What atoms are called in scripts, and what they say in words.
//!
//! In: a run and the scenario's statements. Out: a symbol for each atom, and comments that name field, values and
//! statements (file, line, Sid), for a reader who has the policies beside the script.

use std::collections::{BTreeMap, BTreeSet};

use crate::certificate::term::comment;
use crate::policy::Statement;
use crate::query::reach::{self, Run};
use crate::symbolic::atom::{Atom, Field, SetId, Template, TemplatePiece, ValueSet};
use crate::symbolic::formula::Formula;
use crate::symbolic::language::{Glob, Piece};
use crate::verdict::Place;

/// How many values, actions or statements a comment lists.
const LISTED: usize = 8;

/// Names for one run.
pub(super) struct Names<'r> {
    pub(super) run: &'r Run,
    /// The statements of the scenario, by their number.
    pub(super) statements: &'r [(Place, &'r Statement)],
    /// In which statements an atom occurs.
    uses: BTreeMap<u32, BTreeSet<usize>>,
    /// The statements that a formula is.
    formulas: BTreeMap<Formula, BTreeSet<usize>>,
    /// The places, by the names that the engine gives them.
    places: BTreeMap<&'r str, usize>,
}

/// What a Boolean stands for that is no question about a field.
pub(super) enum Apart<'r> {
    /// The shape of a caller.
    Shape(&'r str),
    /// A place, by its number in the run.
    Place(usize),
    /// A statement is about the actions of a place: both by their numbers.
    Applies(usize, usize),
    /// What is true or false of a request as a whole.
    Free(&'r str),
}

impl<'r> Names<'r> {
    pub(super) fn new(run: &'r Run, statements: &'r [(Place, &'r Statement)]) -> Self {
        let mut uses: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
        let mut formulas: BTreeMap<Formula, BTreeSet<usize>> = BTreeMap::new();
        let said: BTreeSet<(usize, Formula)> = run.places.iter().flat_map(|place| place.statements.clone()).collect();
        for (number, formula) in said {
            formulas.entry(formula).or_default().insert(number);
            for atom in run.formulas.atoms_of(formula) {
                uses.entry(atom).or_default().insert(number);
            }
        }
        let name_of = |atom| run.atoms.atom(atom).map(|atom| run.atoms.field_name(atom.field()));
        let named =
            |(number, place): (usize, &'r reach::Place)| Some((name_of(place.place_atom)?.strip_prefix('\0')?, number));
        let places = run.places.iter().enumerate().filter_map(named).collect();
        Self { run, statements, uses, formulas, places }
    }

    /// What an atom stands for, if it is no question about a field.
    pub(super) fn apart(&self, number: u32) -> Option<Apart<'r>> {
        let Some(Atom::Present(field)) = self.run.atoms.atom(number) else { return None };
        let name = self.run.atoms.field_name(field);
        if let Some(shape) = name.strip_prefix("\0shape ") {
            return Some(Apart::Shape(shape));
        }
        if let Some(place) = name.strip_prefix('\0') {
            return self.places.get(place).copied().map(Apart::Place);
        }
        let free = name.strip_prefix('=')?;
        let Some((statement, place)) = free.strip_prefix("\0applies ").and_then(|which| which.split_once(' ')) else {
            return Some(Apart::Free(free.trim_start_matches('\0')));
        };
        Some(Apart::Applies(statement.parse().ok()?, self.places.get(place).copied()?))
    }

    /// The symbol of an atom.
    pub(super) fn symbol(&self, number: u32) -> String {
        match self.apart(number) {
            Some(Apart::Shape(shape)) => return format!("shape-{shape}"),
            Some(Apart::Place(place)) => return place_symbol(place),
            Some(Apart::Applies(..)) => return format!("applies-{number}"),
            Some(Apart::Free(_)) => return format!("free-{number}"),
            None => {}
        }
        let kind = match self.run.atoms.atom(number) {
            Some(Atom::In(..)) => "in",
            Some(Atom::Matches(..)) => "matches",
            Some(Atom::Some(..)) => "some",
            Some(Atom::SomeNot(..)) => "some-not",
            Some(Atom::Blank(_)) => "blank",
            Some(Atom::Present(_)) | None => "present",
        };
        format!("{kind}-{number}")
    }

    /// A literal.
    pub(super) fn literal(&self, (number, truth): (u32, bool)) -> String {
        let symbol = self.symbol(number);
        if truth { symbol } else { format!("(not {symbol})") }
    }

    /// What an atom says, in words, as one line.
    pub(super) fn words(&self, number: u32) -> String {
        let atoms = &self.run.atoms;
        let Some(atom) = atoms.atom(number) else { return String::new() };
        let field = self.field(atom.field());
        comment(&match (self.apart(number), atom) {
            (Some(Apart::Shape(shape)), _) => format!("the caller is of shape {shape}"),
            (Some(Apart::Place(place)), _) => format!("the request is of {}", place_symbol(place)),
            (Some(Apart::Applies(statement, place)), _) => {
                format!("{} is about the actions of {}", self.statement(statement), place_symbol(place))
            }
            (Some(Apart::Free(what)), _) => format!("of the request as a whole: {what}"),
            (None, Atom::Present(_)) => format!("the request has {field}"),
            (None, Atom::In(_, set)) => format!("{field} is there, and one of: {}", self.set(set)),
            (None, Atom::Matches(_, template)) => {
                let pattern = atoms.template(template).map(|template| self.template(template)).unwrap_or_default();
                format!("{field} matches {pattern}, filled with the values of the same request")
            }
            (None, Atom::Some(_, set)) => format!("some value of {field} is one of: {}", self.set(set)),
            (None, Atom::SomeNot(_, set)) => format!("some value of {field} is none of: {}", self.set(set)),
            (None, Atom::Blank(_)) => format!("{field} is the empty text"),
        })
    }

    /// Says as comments what an atom is about.
    pub(super) fn explain(&self, number: u32, lines: &mut Vec<String>) {
        lines.push(format!("; {}", self.words(number)));
        lines.extend(self.origin(number).map(|statements| format!(";   in {statements}")));
    }

    /// The statements in which an atom occurs, in words; none if it occurs in none.
    pub(super) fn origin(&self, number: u32) -> Option<String> {
        let used = self.uses.get(&number).filter(|_| self.apart(number).is_none())?;
        Some(self.listed_statements(used))
    }

    /// The statements that a formula is, in words.
    pub(super) fn statements_of(&self, formula: Formula) -> Option<String> {
        self.formulas.get(&formula).map(|numbers| self.listed_statements(numbers))
    }

    fn listed_statements(&self, numbers: &BTreeSet<usize>) -> String {
        listed(numbers.iter().map(|number| self.statement(*number)), "; ")
    }

    /// A statement by layer, file, line and Sid.
    pub(super) fn statement(&self, number: usize) -> String {
        let Some((place, statement)) = self.statements.get(number) else { return "a statement".to_owned() };
        let line = place.line.map_or_else(String::new, |line| format!(":{line}"));
        let at = place.at.as_ref().map_or_else(String::new, |at| format!(" {at}"));
        let sid = place.sid.as_ref().map_or_else(String::new, |sid| format!(" \"{sid}\""));
        let file = std::path::Path::new(&place.file).file_name().unwrap_or_default().to_string_lossy();
        comment(&format!("{} {} at {file}{line}{at}{sid}", place.layer.as_str(), statement.effect.as_str()))
    }

    /// Who calls in a place, and what is asked for.
    pub(super) fn place(&self, number: usize) -> String {
        let Some(place) = self.run.places.get(number) else { return String::new() };
        let shape = &place.shape;
        let who = match &shape.exact {
            Some(caller) => caller.arn.clone(),
            None => {
                let of =
                    shape.account.known().map_or_else(|| "any other account".to_owned(), |id| format!("account {id}"));
                format!("{} of {of} ({})", shape.kind, shape.partition)
            }
        };
        let owner = match (shape.cross_account, shape.resource_account.known()) {
            (false, _) => String::new(),
            (true, Some(id)) => format!(" on resources of account {id}"),
            (true, None) => " on resources of any other account".to_owned(),
        };
        comment(&format!(
            "{who}{owner}: {}",
            listed(place.actions.iter().map(|action| action.as_str().to_owned()), ", ")
        ))
    }

    /// A field's name, in words.
    pub(super) fn field(&self, field: Field) -> String {
        let name = self.run.atoms.field_name(field);
        match name.strip_prefix('=') {
            Some(text) => format!("the fixed text \"{text}\""),
            None => name.to_owned(),
        }
    }

    fn set(&self, set: SetId) -> String {
        match self.run.atoms.value_set(set) {
            None => String::new(),
            Some(ValueSet::Text(language)) => {
                let words = language.words().iter().cloned();
                let folded = language.folded_words().iter().map(|word| format!("{word} in any case"));
                listed(words.chain(folded).chain(language.globs().iter().map(glob)), ", ")
            }
            Some(ValueSet::Number(set)) => {
                listed(set.comparisons().map(|(how, bound)| format!("{how:?} {bound}")), ", ")
            }
            Some(ValueSet::Instant(set)) => {
                listed(set.comparisons().map(|(how, bound)| format!("{how:?} {bound}")), ", ")
            }
            Some(ValueSet::Address(set)) => {
                listed(set.ranges().iter().map(|(first, last)| format!("{first} to {last}")), ", ")
            }
        }
    }

    fn template(&self, template: &Template) -> String {
        let piece = |piece: &TemplatePiece| match piece {
            TemplatePiece::Piece(piece) => piece_text(piece),
            TemplatePiece::Field(field) => format!("${{{}}}", self.run.atoms.field_name(*field)),
        };
        template.pieces.iter().map(piece).collect()
    }
}

/// The symbol of a place.
pub(super) fn place_symbol(place: usize) -> String {
    format!("place-{}", place + 1)
}

fn glob(glob: &Glob) -> String {
    let text: String = glob.pieces().iter().map(piece_text).collect();
    if glob.is_folded() { format!("{text} in any case") } else { text }
}

fn piece_text(piece: &Piece) -> String {
    match piece {
        Piece::Literal(character) => character.to_string(),
        Piece::One(_) => "?".to_owned(),
        Piece::Many(_) | Piece::Some(_) => "*".to_owned(),
    }
}

/// The first of some texts, and how many more there are.
fn listed(texts: impl Iterator<Item = String>, between: &str) -> String {
    let all: Vec<String> = texts.collect();
    let shown: Vec<&str> = all.iter().take(LISTED).map(String::as_str).collect();
    match all.len().saturating_sub(LISTED) {
        0 => shown.join(between),
        more => format!("{}{between}and {more} more", shown.join(between)),
    }
}
