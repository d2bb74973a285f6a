//! The constants that stand for one field.

use z3::ast::{Bool, Int, String as Text};

use super::axis::Axes;
use super::regex;
use crate::symbolic::atom::{Atom, Field, ValueSet};
use crate::symbolic::realise::{FieldValue, Setting};

/// A value of a field that nothing is asked about.
const UNASKED: &str = "example";

/// A field in a form.
pub(super) struct Slot {
    /// Whether it has a value.
    pub(super) present: Bool,
    /// Its value as a text; none of a list.
    pub(super) text: Option<Text>,
    /// The values of a list, each for the atom that wishes for it; the first is nobody's.
    elements: Vec<(Option<Atom>, Bool, Text)>,
    axes: Axes,
    /// Whether anything is asked about the text.
    asked: bool,
    blank: Option<Bool>,
}

/// A text, and when it is there.
pub(super) struct Place<'a> {
    pub(super) there: &'a Bool,
    pub(super) value: &'a Text,
}

impl Slot {
    /// The constants for a field that these atoms ask about.
    pub(super) fn new(field: Field, present: Bool, atoms: &[Atom], setting: Setting<'_>) -> Self {
        let wishes = || atoms.iter().filter(|atom| matches!(atom, Atom::Some(..) | Atom::SomeNot(..)));
        let is_list = wishes().next().is_some() || setting.declared(field).is_some_and(|(_, several)| several);
        let element = |atom: Option<Atom>| (atom, Bool::fresh_const("there"), Text::fresh_const("element"));
        let wished = || [None].into_iter().chain(wishes().copied().map(Some));
        let sets = atoms.iter().filter_map(|atom| match atom {
            Atom::In(_, set) => setting.atoms.value_set(*set),
            _ => None,
        });
        let is_text = |atom: &Atom| match atom {
            Atom::In(_, set) => matches!(setting.atoms.value_set(*set), Some(ValueSet::Text(_))),
            Atom::Matches(..) | Atom::Blank(_) => true,
            Atom::Present(_) | Atom::Some(..) | Atom::SomeNot(..) => false,
        };
        let asked = atoms.iter().any(is_text) || setting.domain(field).is_some();
        let declared = setting.declared(field).map(|(scalar, _)| scalar);
        Self {
            present,
            text: (!is_list).then(|| Text::fresh_const("value")),
            elements: if is_list { wished().map(element).collect() } else { Vec::new() },
            axes: Axes::new(sets, declared, asked || is_list),
            asked,
            blank: atoms.iter().any(|atom| matches!(atom, Atom::Blank(_))).then(|| Bool::fresh_const("blank")),
        }
    }

    /// Its texts: the value, or those of the list.
    pub(super) fn texts(&self) -> impl Iterator<Item = Place<'_>> {
        let own = self.text.iter().map(|value| Place { there: &self.present, value });
        own.chain(self.elements.iter().map(|(_, there, value)| Place { there, value }))
    }

    /// The element that an atom wishes for.
    pub(super) fn element(&self, atom: Atom) -> Option<Place<'_>> {
        let (_, there, value) = self.elements.iter().find(|(own, ..)| *own == Some(atom))?;
        Some(Place { there, value })
    }

    /// Whether its value is on the axis of a set and in it; none for texts.
    pub(super) fn on_axis(&self, set: &ValueSet) -> Option<Bool> {
        self.axes.member(set)
    }

    /// The constant of its instant, and whether the value is one.
    pub(super) fn moment(&self) -> Option<(&Bool, &Int)> {
        self.axes.moment()
    }

    /// Whether a text is asked about that has to be a number, a date or an address.
    pub(super) fn declared_only(&self) -> bool {
        self.asked && self.axes.is_declared()
    }

    /// What follows from its value, or the only value of its list, being the empty text.
    pub(super) fn blank(&self, truth: &Bool) -> Vec<Bool> {
        let Some(text) = &self.text else {
            let unused: Vec<Bool> = self.elements.iter().map(|(_, there, _)| there.not()).collect();
            let alone = Bool::and(&[vec![self.present.clone()], unused].concat());
            let same = self.blank.iter().map(|blank| blank.eq(truth));
            return same.chain([truth.implies(&alone)]).collect();
        };
        let empty = Bool::and(&[self.present.clone(), text.eq(regex::constant(""))]);
        vec![truth.eq(&empty)]
    }

    /// What holds of it anyway. A list that is there has a value, and values are only of lists that are there.
    pub(super) fn facts(&self) -> Vec<Bool> {
        if self.text.is_some() {
            return self.axes.limits().into_iter().collect();
        }
        let there: Vec<Bool> = self.elements.iter().map(|(_, there, _)| there.clone()).collect();
        let mut facts: Vec<Bool> = there.iter().map(|there| there.implies(&self.present)).collect();
        facts.push(self.present.implies(Bool::or(&there.into_iter().chain(self.blank.clone()).collect::<Vec<_>>())));
        facts
    }

    /// The value in a model.
    pub(super) fn value(&self, model: &z3::Model) -> Option<FieldValue> {
        let holds = |own: &Bool| model.eval(own, true).and_then(|value| value.as_bool()).unwrap_or_default();
        let text = |own: &Text| regex::read(&model.eval(own, true)?.as_string()?);
        if let Some(own) = &self.text {
            return match self.axes.value(model) {
                Some(value) => Some(FieldValue::One(value)),
                None if self.asked => text(own).map(FieldValue::One),
                None => Some(FieldValue::One(UNASKED.to_owned())),
            };
        }
        if self.blank.as_ref().is_some_and(holds) {
            return Some(FieldValue::List(vec![String::new()]));
        }
        let mut values: Vec<String> = Vec::new();
        for (_, _, value) in self.elements.iter().filter(|(_, there, _)| holds(there)) {
            let value = text(value)?;
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Some(FieldValue::List(values))
    }
}
