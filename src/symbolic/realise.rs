//! From truth values of atoms to the values of fields, or to a reason why there are none.
//!
//! In: the literals of a short implicant, a shape, a profile. Out: [`Realised`]. A conflict names literals (and says
//! whether the shape's and profile's own limits are part of it) that no request satisfies together: a theorem, kept as a
//! lemma. Values are checked against every literal before they are handed out.

mod adopt;
mod attempt;
mod question;
mod relation;
mod sample;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;

use crate::symbolic::atom::{Atom, Atoms, Field};
use crate::symbolic::encode::Mode;
use crate::symbolic::field::Limits;
use crate::symbolic::language::Language;
use crate::symbolic::shape::{PRINCIPAL_ARN, SESSION, Shape, USERNAME};
use crate::symbolic::universe::Profile;
use crate::vocabulary::catalogue::ScalarType;
use crate::vocabulary::context_key::ContextKey;

pub use adopt::adopt;
pub use relation::RELATED;

use question::Question;

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// One value.
    One(String),
    /// The values of a multivalued key.
    List(Vec<String>),
}

/// The fields of a request by name, those that it has.
pub type Draft = BTreeMap<String, FieldValue>;

/// For which requests a lemma holds: what is fixed of caller or action may be part of the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holds {
    /// All.
    Always,
    /// Those of the caller's shape.
    Shape,
    /// Those of the shape and the action's profile.
    Profile,
}

/// What became of an implicant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Realised {
    /// Values that satisfy every literal.
    Request(Draft),
    /// These literals exclude each other.
    Conflict {
        /// Atoms with the truth values that cannot hold together.
        literals: Vec<(u32, bool)>,
        /// For which requests they do.
        holds: Holds,
    },
    /// Neither was found.
    Undecided,
    /// Neither was found in all the states that the automata may see.
    Exhausted,
}

/// What fields are limited by besides literals.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The interned atoms.
    pub atoms: &'a Atoms,
    /// The shape of the caller.
    pub shape: &'a Shape,
    /// The profile of the action.
    pub profile: &'a Profile,
    /// The keys asked about, as they were written.
    pub asked: &'a IndexSet<ContextKey>,
    /// Which readings count.
    pub mode: Mode,
    /// Whether the facts of realism count.
    pub realism: bool,
    /// How much work a field may be.
    pub limits: Limits,
}

impl Setting<'_> {
    /// What limits a field's values besides literals.
    pub fn domain(&self, field: Field) -> Option<Language> {
        question::domain(self.atoms.field_name(field), *self)
    }

    /// Whether requests always have the field.
    pub fn is_always_there(&self, field: Field) -> bool {
        let name = self.atoms.field_name(field);
        question::always_asked(name) || Question::default().is_always_there(field, *self)
    }

    /// The type of a field's values, and whether it has several; none if nothing declares it.
    pub fn declared(&self, field: Field) -> Option<(ScalarType, bool)> {
        question::key_type(self.atoms.field_name(field))
    }
}

/// What a field is limited to besides literals, as far as a lemma may lean on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The field.
    pub field: Field,
    /// Whether every such request has it.
    pub there: bool,
    /// The texts that it may have; none for all.
    pub texts: Option<Language>,
}

/// What limits the fields of some literals, in the requests for which a lemma holds.
pub fn limits(literals: &[(u32, bool)], holds: Holds, setting: Setting<'_>) -> Vec<Limit> {
    let atoms = literals.iter().filter_map(|(number, _)| setting.atoms.atom(*number));
    let fields: BTreeSet<Field> = atoms.map(Atom::field).collect();
    fields.into_iter().map(|field| question::limit(field, holds, setting)).collect()
}

/// What literals ask about each field.
fn questions(literals: &[(u32, bool)], setting: Setting<'_>) -> BTreeMap<Field, Question> {
    let mut questions: BTreeMap<Field, Question> = BTreeMap::new();
    for (number, truth) in literals {
        let Some(atom) = setting.atoms.atom(*number) else { continue };
        questions.entry(atom.field()).or_default().add(atom, *truth, *number);
        // The variables of a pattern have fields of their own.
        if let Atom::Matches(_, template) = atom {
            let variables = setting.atoms.template(template).into_iter().flat_map(|template| template.fields());
            for variable in variables {
                // A pattern that must not match ties its variables only where they have a value anyway.
                let question = questions.entry(variable).or_default();
                question.needed |= *truth;
            }
        }
    }
    for (field, question) in &mut questions {
        let name = setting.atoms.field_name(*field);
        question.needed |= question::always_asked(name);
    }
    // The name inside an ARN ties the ARN.
    let named = |name: &str| setting.atoms.find(name).is_some_and(|field| questions.contains_key(&field));
    if setting.shape.exact.is_none()
        && (named(USERNAME) || named(SESSION))
        && let Some(arn) = setting.atoms.find(PRINCIPAL_ARN)
    {
        questions.entry(arn).or_default().needed = true;
    }
    questions
}

/// Finds values for the fields that literals ask about.
pub fn realise(literals: &[(u32, bool)], setting: Setting<'_>) -> Realised {
    let questions = questions(literals, setting);
    let mut exhausted = false;
    for (field, question) in &questions {
        match question.examined(*field, setting) {
            Ok(Some((literals, holds))) => return Realised::Conflict { literals, holds },
            Ok(None) => {}
            Err(_) => exhausted = true,
        }
    }
    if let Some((literals, holds)) = relation::contradiction(&questions, setting) {
        return Realised::Conflict { literals, holds };
    }
    // Only what other fields have may tell more of a field than it was asked.
    let tied = questions.values().any(|question| !question.matches.is_empty());
    match exhausted && !tied {
        true => Realised::Exhausted,
        false => match attempt::solve(&questions, setting) {
            Realised::Undecided if exhausted => Realised::Exhausted,
            found => found,
        },
    }
}
