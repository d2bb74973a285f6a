//! The string form of a question: fields are constants of Z3's theory of strings, not sets that automata know.
//!
//! In: a formula, what limits its fields. Out: truth values and values of fields, or that there are none, or that Z3
//! gave up. It is the cross-check of the atoms' engine and the baseline of figures of speed. What the form cannot say
//! is left open from above: "nothing" is a proof, and values have to be tried.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use z3::ast::{Bool, Int, String as Text};
use z3::{SatResult, Solver};

use super::SolveError;
use super::terms::{Model, Terms, limit};
use crate::symbolic::atom::{Atom, Field, SetId, Template, TemplatePiece, ValueSet};
use crate::symbolic::formula::{Formula, Formulas};
use crate::symbolic::realise::{FieldValue, Setting};
use crate::symbolic::shape::{PRINCIPAL_ARN, SESSION, USERNAME};

mod axis;
mod link;
mod regex;
mod slot;

use regex::Side;
use slot::Slot;

/// What became of a check.
#[derive(Debug, Clone)]
pub enum Checked {
    /// These truth values and values make it true, as far as the form says it.
    Satisfiable {
        /// The truth values of its atoms.
        model: Model,
        /// The values of fields; those that Z3 wrote in no readable way are missing.
        values: BTreeMap<Field, FieldValue>,
        /// What the form leaves open, in words.
        open: Vec<&'static str>,
    },
    /// Nothing makes it true.
    Unsatisfiable,
    /// Z3 gave up, with its reason.
    Unknown(String),
}

/// Whether some values of the fields make a formula true.
///
/// # Errors
/// Z3 lacks the theory.
pub fn check(
    formulas: &Formulas,
    formula: Formula,
    setting: Setting<'_>,
    time: Option<Duration>,
) -> Result<Checked, SolveError> {
    let solver = Solver::new_for_logic("ALL").ok_or_else(|| SolveError::Logic("ALL".to_owned()))?;
    let mut form = Form {
        solver,
        setting,
        terms: Terms::default(),
        slots: BTreeMap::new(),
        atoms: formulas.atoms_of(formula),
        open: BTreeSet::new(),
    };
    let asserted = form.terms.build(formulas, formula);
    form.solver.assert(asserted);
    form.declare();
    form.define();
    form.link();
    if let Some(time) = time {
        limit(&form.solver, time);
    }
    Ok(match form.solver.check() {
        SatResult::Unsat => Checked::Unsatisfiable,
        SatResult::Unknown => {
            let reason = form.solver.get_reason_unknown().unwrap_or_else(|| "no reason given".to_owned());
            Checked::Unknown(reason)
        }
        SatResult::Sat => match form.solver.get_model() {
            Some(model) => Checked::Satisfiable {
                values: form.slots.iter().filter_map(|(field, slot)| Some((*field, slot.value(&model)?))).collect(),
                model: form.terms.read(&model, &form.atoms),
                open: form.open.into_iter().collect(),
            },
            None => Checked::Unknown("the solver gives no model".to_owned()),
        },
    })
}

/// A form that is being written.
struct Form<'a> {
    solver: Solver,
    setting: Setting<'a>,
    terms: Terms,
    slots: BTreeMap<Field, Slot>,
    /// The atoms of the formula.
    atoms: Vec<u32>,
    /// What the form leaves open.
    open: BTreeSet<&'static str>,
}

impl Form<'_> {
    /// The atoms with their numbers.
    fn asked(&self) -> Vec<(u32, Atom)> {
        self.atoms.iter().filter_map(|number| Some((*number, self.setting.atoms.atom(*number)?))).collect()
    }

    /// Makes constants for the fields that the atoms ask about, and says what limits them.
    fn declare(&mut self) {
        let asked = self.asked();
        let mut fields: BTreeSet<Field> = asked.iter().map(|(_, atom)| atom.field()).collect();
        for (_, atom) in &asked {
            if let Atom::Matches(_, template) = atom {
                fields.extend(self.setting.atoms.template(*template).into_iter().flat_map(Template::fields));
            }
        }
        let named = |name: &str| self.setting.atoms.find(name).is_some_and(|field| fields.contains(&field));
        // The name inside an ARN ties the ARN.
        if self.setting.shape.exact.is_none() && (named(USERNAME) || named(SESSION)) {
            fields.extend(self.setting.atoms.find(PRINCIPAL_ARN));
        }
        for field in fields {
            let own: Vec<Atom> = asked.iter().map(|(_, atom)| *atom).filter(|atom| atom.field() == field).collect();
            let present = match self.setting.is_always_there(field) {
                true => Bool::from_bool(true),
                false => match self.setting.atoms.number_of(Atom::Present(field)) {
                    Some(number) => self.terms.atom(number),
                    None => Bool::fresh_const("present"),
                },
            };
            let slot = Slot::new(field, present, &own, self.setting);
            let domain = self.setting.domain(field);
            if slot.declared_only() {
                self.open.insert("the type of a key");
            }
            for text in slot.texts() {
                let Some(domain) = &domain else { break };
                let within = regex::member(text.value, domain, Side::Upper);
                self.solver.assert(text.there.implies(&within));
            }
            self.slots.insert(field, slot);
        }
    }

    /// Says what each atom means.
    fn define(&mut self) {
        let mut open = std::mem::take(&mut self.open);
        for (number, atom) in self.asked() {
            let truth = self.terms.atom(number);
            let Some(slot) = self.slots.get(&atom.field()) else { continue };
            let facts = match atom {
                Atom::Present(_) => continue,
                Atom::In(_, set) => self.inside(&truth, slot, set),
                Atom::Matches(_, template) => match self.setting.atoms.template(template) {
                    Some(template) => self.matches(&truth, slot, template, &mut open),
                    None => Err("a pattern"),
                },
                Atom::Some(_, set) => self.some(&truth, slot, atom, set, true),
                Atom::SomeNot(_, set) => self.some(&truth, slot, atom, set, false),
                Atom::Blank(_) => Ok(slot.blank(&truth)),
            };
            match facts {
                Ok(facts) => facts.into_iter().for_each(|fact| self.solver.assert(fact)),
                Err(kind) => {
                    open.insert(kind);
                }
            }
        }
        self.open = open;
    }

    /// A value of a field that has one is in the set, or not.
    fn inside(&self, truth: &Bool, slot: &Slot, set: SetId) -> Result<Vec<Bool>, &'static str> {
        let (within, without) = match self.setting.atoms.value_set(set) {
            Some(ValueSet::Text(language)) => {
                let text = slot.text.as_ref().ok_or("a key with several values asked about as one")?;
                (regex::member(text, language, Side::Upper), regex::member(text, language, Side::Lower))
            }
            Some(typed) => {
                let member = slot.on_axis(typed).ok_or("a number, date or address")?;
                (member.clone(), member)
            }
            None => return Err("a set"),
        };
        let there = Bool::and(&[slot.present.clone(), within]);
        let not = Bool::and(&[slot.present.clone(), without]).not();
        Ok(vec![truth.implies(&there), truth.not().implies(&not)])
    }

    /// A value matches a pattern with the values of other fields in it, or not.
    fn matches(
        &self,
        truth: &Bool,
        slot: &Slot,
        template: &Template,
        open: &mut BTreeSet<&'static str>,
    ) -> Result<Vec<Bool>, &'static str> {
        if template.folded {
            return Err("patterns with variables that ignore case");
        }
        let text = slot.text.as_ref().ok_or("a pattern with variables for a key with several values")?;
        let mut there = vec![slot.present.clone()];
        let mut parts: Vec<Text> = Vec::new();
        let mut limits = Vec::new();
        for piece in &template.pieces {
            match piece {
                TemplatePiece::Field(field) => {
                    let other = self.slots.get(field).ok_or("a variable")?;
                    parts.push(other.text.clone().ok_or("a variable of several values")?);
                    there.push(other.present.clone());
                }
                TemplatePiece::Piece(piece) => match regex::literal(*piece) {
                    Some(literal) => parts.push(literal),
                    None => {
                        let free = Text::fresh_const("rest");
                        limits.push(free.regex_matches(&regex::piece(*piece, false, Side::Upper)));
                        parts.push(free);
                    }
                },
            }
        }
        let whole = text.eq(regex::joined(&parts));
        there.push(whole.clone());
        let positive = truth.implies(Bool::and(&[there.clone(), limits.clone()].concat()));
        let negative = match template_ends(template) {
            // Without wildcards, or with one that takes everything at the end, it is said from both sides.
            Some(Ending::Plain) => Bool::and(&there).not(),
            Some(Ending::Open) => {
                let front = parts.split_last().map_or_else(Vec::new, |(_, front)| front.to_vec());
                there.pop();
                there.push(regex::joined(&front).prefix(text));
                Bool::and(&there).not()
            }
            None => {
                // Some way of filling the wildcards is excluded, not every one.
                open.insert("patterns with wildcards and variables that must not match");
                return Ok(vec![positive]);
            }
        };
        Ok(vec![positive, truth.not().implies(&negative)])
    }

    /// Some value of a list is in the set (`inside`) or outside of it, or none is.
    fn some(&self, truth: &Bool, slot: &Slot, atom: Atom, set: SetId, inside: bool) -> Result<Vec<Bool>, &'static str> {
        let Some(ValueSet::Text(language)) = self.setting.atoms.value_set(set) else {
            return Err("lists of numbers, dates or addresses");
        };
        // As wide as it can be where it is wished for, as narrow where it is excluded.
        let holds = |text: &Text, wished: bool| match inside {
            true => regex::member(text, language, if wished { Side::Upper } else { Side::Lower }),
            false => regex::member(text, language, if wished { Side::Lower } else { Side::Upper }).not(),
        };
        let own = slot.element(atom).ok_or("a list")?;
        let wished = Bool::and(&[own.there.clone(), slot.present.clone(), holds(own.value, true)]);
        let none = slot.texts().map(|text| Bool::and(&[text.there.clone(), holds(text.value, false)]).not());
        let none: Vec<Bool> = none.collect();
        Ok(vec![truth.implies(&wished), truth.not().implies(Bool::and(&none))])
    }
}

/// How a pattern with variables ends.
enum Ending {
    /// It has no wildcard.
    Plain,
    /// Its only wildcard is the last piece and takes everything.
    Open,
}

fn template_ends(template: &Template) -> Option<Ending> {
    let wild =
        |piece: &&TemplatePiece| matches!(piece, TemplatePiece::Piece(piece) if regex::literal(*piece).is_none());
    let last = template.pieces.last();
    match template.pieces.iter().filter(wild).count() {
        0 => Some(Ending::Plain),
        1 if matches!(last, Some(TemplatePiece::Piece(piece)) if regex::takes_everything(*piece)) => Some(Ending::Open),
        _ => None,
    }
}

/// The whole number of a constant in a model.
fn whole(model: &z3::Model, constant: &Int) -> Option<i128> {
    model.eval(constant, true)?.to_string().replace(['(', ')', ' '], "").parse().ok()
}
