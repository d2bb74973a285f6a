//! The atoms of formulas: questions about one field of a symbolic request.
//!
//! In: fields by name, sets by their written values. Out: numbers for [`Formulas`](super::formula::Formulas). Equal
//! lists share a set and equal questions an atom, so that a list of a thousand values is one Boolean.

use indexmap::{IndexMap, IndexSet};

use crate::symbolic::interval::{AddressSet, InstantSet, NumberSet};
use crate::symbolic::language::{CharClass, Glob, Language, Piece};

/// A part of the request that has a value: the resource, or a context key in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field(u32);

/// An interned set of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SetId(u32);

/// An interned pattern with variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateId(u32);

/// A set of values of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueSet {
    /// Texts.
    Text(Language),
    /// Numbers.
    Number(NumberSet),
    /// Instants.
    Instant(InstantSet),
    /// Addresses.
    Address(AddressSet),
}

/// An element of a pattern with variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TemplatePiece {
    /// As in a glob.
    Piece(Piece),
    /// The value of a field, each character literal (S4.6).
    Field(Field),
}

/// A pattern whose variables take their values from other fields of the same request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    /// Its elements.
    pub pieces: Vec<TemplatePiece>,
    /// Whether case is ignored.
    pub folded: bool,
}

impl Template {
    /// The fields whose values are put in.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.pieces.iter().filter_map(|piece| match piece {
            TemplatePiece::Field(field) => Some(*field),
            TemplatePiece::Piece(_) => None,
        })
    }

    /// The pattern with the values put in; none if one is missing.
    pub fn filled<'v>(&self, value_of: impl Fn(Field) -> Option<&'v str>) -> Option<Glob> {
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            match piece {
                TemplatePiece::Piece(piece) => pieces.push(*piece),
                TemplatePiece::Field(field) => pieces.extend(value_of(*field)?.chars().map(Piece::Literal)),
            }
        }
        Some(self.fold(Glob::new(pieces)))
    }

    /// Every text that some values of the variables make it match.
    pub fn widest(&self) -> Glob {
        let piece = |piece: &TemplatePiece| match piece {
            TemplatePiece::Piece(piece) => *piece,
            TemplatePiece::Field(_) => Piece::Many(CharClass::Anything),
        };
        self.fold(Glob::new(self.pieces.iter().map(piece)))
    }

    fn fold(&self, glob: Glob) -> Glob {
        if self.folded { glob.folded() } else { glob }
    }
}

/// A question about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Atom {
    /// The field is there.
    Present(Field),
    /// Its value is in the set; asked only where it is there.
    In(Field, SetId),
    /// Its value matches the pattern; asked only where it and the pattern's variables are there.
    Matches(Field, TemplateId),
    /// Some value of the list is in the set.
    Some(Field, SetId),
    /// Some value of the list is not in the set.
    SomeNot(Field, SetId),
    /// The value, or the list's only value, is the empty text.
    Blank(Field),
}

impl Atom {
    /// The field it asks about.
    pub fn field(self) -> Field {
        match self {
            Self::Present(field)
            | Self::In(field, _)
            | Self::Matches(field, _)
            | Self::Some(field, _)
            | Self::SomeNot(field, _)
            | Self::Blank(field) => field,
        }
    }
}

/// The interned fields, sets, templates and atoms of one engine.
#[derive(Debug, Default)]
pub struct Atoms {
    fields: IndexSet<String>,
    sets: IndexMap<String, ValueSet>,
    templates: IndexSet<Template>,
    atoms: IndexSet<Atom>,
}

impl Atoms {
    /// The field of a name: `resource`, or a context key in lower case.
    pub fn field(&mut self, name: &str) -> Field {
        if let Some(index) = self.fields.get_index_of(name) {
            return Field(index as u32);
        }
        Field(self.fields.insert_full(name.to_owned()).0 as u32)
    }

    /// The field of a name, if it is interned.
    pub fn find(&self, name: &str) -> Option<Field> {
        self.fields.get_index_of(name).map(|index| Field(index as u32))
    }

    /// The name of a field.
    pub fn field_name(&self, field: Field) -> &str {
        self.fields.get_index(field.0 as usize).map_or("", String::as_str)
    }

    /// The set that was written so; `make` makes it at the first time.
    pub fn set(&mut self, written: String, make: impl FnOnce() -> ValueSet) -> SetId {
        if let Some(index) = self.sets.get_index_of(&written) {
            return SetId(index as u32);
        }
        SetId(self.sets.insert_full(written, make()).0 as u32)
    }

    /// A set.
    pub fn value_set(&self, set: SetId) -> Option<&ValueSet> {
        self.sets.get_index(set.0 as usize).map(|(_, set)| set)
    }

    /// How a set was written.
    pub fn set_text(&self, set: SetId) -> &str {
        self.sets.get_index(set.0 as usize).map_or("", |(text, _)| text.as_str())
    }

    /// The number of a template.
    pub fn template_id(&mut self, template: Template) -> TemplateId {
        TemplateId(self.templates.insert_full(template).0 as u32)
    }

    /// A template.
    pub fn template(&self, template: TemplateId) -> Option<&Template> {
        self.templates.get_index(template.0 as usize)
    }

    /// The number of an atom.
    pub fn number(&mut self, atom: Atom) -> u32 {
        self.atoms.insert_full(atom).0 as u32
    }

    /// The number of an atom, if it is interned.
    pub fn number_of(&self, atom: Atom) -> Option<u32> {
        self.atoms.get_index_of(&atom).map(|index| index as u32)
    }

    /// The atom of a number.
    pub fn atom(&self, number: u32) -> Option<Atom> {
        self.atoms.get_index(number as usize).copied()
    }
}
