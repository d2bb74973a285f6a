//! The whole question as one script: law, policies and facts over strings, without any lemma.
//!
//! In: a run, the statements, the goal. Out: a script for solvers that manage it; no verdict rests on it, and none is
//! confirmed by it alone. It leans on no automaton and on no search for lemmas. Where a form has no exact term here
//! there is no such script, with the reason: as a proof, it must not be wider than the lemmas are.

use std::collections::{BTreeMap, BTreeSet};

use crate::certificate::clause;
use crate::certificate::lemma::Sort;
use crate::certificate::name::{Apart, Names, place_symbol};
use crate::certificate::reading;
use crate::certificate::script::{Expected, Script};
use crate::certificate::skeleton;
use crate::certificate::term::{self, Inexpressible, any, comment};
use crate::goal::Goal;
use crate::policy::Statement;
use crate::query::reach::{Ground, Run};
use crate::symbolic::atom::{Atom, Field, SetId, Template, TemplatePiece, ValueSet};
use crate::symbolic::language::Piece;
use crate::symbolic::realise::Limit;
use crate::verdict::Place;
use crate::vocabulary::catalogue::ScalarType;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key;

/// Texts longer than this are left to the lemmas.
const LONGEST: usize = 4 << 20;

/// The whole question of a run.
pub(super) fn script(
    run: &Run,
    statements: &[(Place, &Statement)],
    goal: &Goal,
    expected: Expected,
    file: String,
) -> Script {
    let about = match expected {
        Expected::Unsat => "the whole question over strings has no request",
        Expected::Sat => "the whole question over strings has a request",
    };
    let names = Names::new(run, statements);
    let form = Form { names: &names, fields: BTreeMap::new(), lines: Vec::new() };
    // Reals beside strings have no logic of their own.
    let script = Script::new(file, expected, about.to_owned(), "ALL", form.write(goal, expected));
    let too_long = script.text.as_ref().is_ok_and(|text| text.len() > LONGEST);
    let text = if too_long { Err(format!("it is longer than {LONGEST} bytes")) } else { script.text };
    Script { optional: true, text, ..script }
}

/// What is asked about a field.
struct Asked {
    number: usize,
    /// The atoms about its values.
    atoms: Vec<Atom>,
}

struct Form<'a> {
    names: &'a Names<'a>,
    fields: BTreeMap<Field, Asked>,
    lines: Vec<String>,
}

impl Form<'_> {
    fn write(mut self, goal: &Goal, expected: Expected) -> Result<Vec<String>, Inexpressible> {
        let run = self.names.run;
        let related = |lemma: &crate::query::reach::Lemma| match lemma.ground {
            Ground::Fields(_) => {
                let atoms = lemma.clause.iter().take(lemma.about).filter_map(|(number, _)| run.atoms.atom(*number));
                atoms.map(Atom::field).collect::<BTreeSet<_>>().len() > 1
            }
            Ground::Actions { .. } => false,
        };
        if run.lemmas.iter().any(related) {
            return Err(Inexpressible("a relation between fields".to_owned()));
        }
        let numbers: Vec<usize> = match expected {
            Expected::Unsat => (0..run.places.len()).collect(),
            Expected::Sat => run.places.iter().position(|place| place.draft.is_some()).into_iter().collect(),
        };
        let places: Vec<_> = numbers.iter().filter_map(|number| Some((*number, run.places.get(*number)?))).collect();
        let mut atoms: BTreeSet<u32> = BTreeSet::new();
        for (_, place) in &places {
            atoms.extend([place.shape_atom, place.place_atom]);
            atoms.extend(place.parts().flat_map(|(_, formula)| run.formulas.atoms_of(formula)));
        }
        self.lines.push(run.law.text().to_owned());
        self.actions(goal, &atoms)?;
        self.fields(&atoms)?;
        for number in &atoms {
            self.names.explain(*number, &mut self.lines);
            let symbol = self.names.symbol(*number);
            let line = match self.atom(*number)? {
                Some(term) => format!("(define-fun {symbol} () Bool {term})"),
                None => format!("(declare-const {symbol} Bool)"),
            };
            self.lines.push(line);
        }
        for (number, place) in &places {
            let actions =
                place.actions.iter().map(|own| Ok(format!("(= action {})", term::string(&clause::folded(own))?)));
            let actions = any(actions.collect::<Result<_, _>>()?);
            self.lines.push(format!("(assert (=> {} {actions}))", place_symbol(*number)));
        }
        self.limits(&numbers)?;
        let requests = skeleton::definitions(self.names, &numbers, &mut self.lines);
        self.lines.push(format!("(assert {})", any(requests)));
        Ok(self.lines)
    }

    /// The action, that it is one of the goal's, and which statements are about it.
    fn actions(&mut self, goal: &Goal, atoms: &BTreeSet<u32>) -> Result<(), Inexpressible> {
        self.lines.push("; the names of actions ignore case and are written in lower case".to_owned());
        self.lines.push("(declare-const action String)".to_owned());
        self.lines.push(format!("(assert {})", clause::patterns(&goal.actions)?));
        if !goal.except.is_empty() {
            self.lines.push(format!("(assert (not {}))", clause::patterns(&goal.except)?));
        }
        let asked = atoms.iter().filter_map(|number| match self.names.apart(*number) {
            Some(Apart::Applies(statement, _)) => Some(statement),
            _ => None,
        });
        for number in asked.collect::<BTreeSet<_>>() {
            let Some((_, statement)) = self.names.statements.get(number) else { continue };
            self.lines.push(format!("; {}", self.names.statement(number)));
            self.lines.push(clause::definition(&format!("about-{number}"), &statement.actions)?);
        }
        Ok(())
    }

    /// Constants for the fields that atoms ask about.
    fn fields(&mut self, atoms: &BTreeSet<u32>) -> Result<(), Inexpressible> {
        for number in atoms.iter().filter(|number| self.names.apart(**number).is_none()) {
            let Some(atom) = self.names.run.atoms.atom(*number) else { continue };
            let variables = match atom {
                Atom::Matches(_, template) => self.template(template)?.fields().collect(),
                _ => Vec::new(),
            };
            for (field, own) in [(atom.field(), Some(atom))].into_iter().chain(variables.into_iter().map(|v| (v, None)))
            {
                let number = self.fields.len();
                let asked = self.fields.entry(field).or_insert_with(|| Asked { number, atoms: Vec::new() });
                asked.atoms.extend(own);
            }
        }
        for (field, asked) in &self.fields {
            let number = asked.number;
            self.lines.push(format!("; {}", comment(&self.names.field(*field))));
            self.lines.push(format!("(declare-const has-{number} Bool)"));
            let sorts = self.sorts(asked);
            if sorts.len() > 1 {
                return Err(Inexpressible(
                    "a field about which texts and numbers, dates or addresses are asked".to_owned(),
                ));
            }
            if self.is_list(*field, asked) {
                if sorts.first().is_some_and(|sort| *sort != Sort::Text) {
                    return Err(Inexpressible("a list of numbers, dates or addresses".to_owned()));
                }
                self.lines.push(format!("(declare-const empty-{number} Bool) ; its only value is the empty text"));
                let places = self.elements(asked);
                for place in &places {
                    self.lines.push(format!("(declare-const {} Bool)", place.replace("value", "there")));
                    self.lines.push(format!("(declare-const {place} String)"));
                }
                let there: Vec<String> = places.iter().map(|place| place.replace("value", "there")).collect();
                let some = any(there);
                self.lines.push(format!("(assert (= has-{number} (or empty-{number} {some})))"));
                self.lines.push(format!("(assert (not (and empty-{number} {some})))"));
                continue;
            }
            match sorts.first() {
                Some(Sort::Number) => self.lines.push(format!("(declare-const value-{number} Real)")),
                Some(Sort::Instant) => self.lines.push(format!("(declare-const value-{number} Int)")),
                Some(Sort::Address) => {
                    self.lines.push(format!("(declare-const value-{number} Int)"));
                    self.lines.push(format!("(declare-const version-4-{number} Bool)"));
                    let bounds = term::address_bounds(&format!("value-{number}"), &format!("version-4-{number}"));
                    self.lines.push(format!("(assert {bounds})"));
                }
                Some(Sort::Text) | None => self.lines.push(format!("(declare-const value-{number} String)")),
            }
            if sorts.first().is_some_and(|sort| *sort != Sort::Text) {
                self.lines.push(format!("(declare-const typed-{number} Bool)"));
                if self.scalar(*field).is_some_and(|scalar| sorts.first().is_some_and(|sort| sort.is_of(scalar))) {
                    self.lines.push(format!("(assert (=> has-{number} typed-{number})) ; by the type of the key"));
                }
            } else if let Some(read) = self.scalar(*field).and_then(reading::texts) {
                let read = term::language(&read)?;
                self.lines.push(format!("(assert (=> has-{number} (str.in_re value-{number} {read})))"));
            }
        }
        Ok(())
    }

    /// What fields are limited to, for the places where they are limited alike.
    fn limits(&mut self, numbers: &[usize]) -> Result<(), Inexpressible> {
        let mut lines: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for number in numbers {
            let Some(place) = self.names.run.places.get(*number) else { continue };
            for Limit { field, there, texts } in &place.limits {
                let Some(asked) = self.fields.get(field) else { continue };
                let present = format!("has-{}", asked.number);
                let mut facts = Vec::new();
                if *there {
                    facts.push(present.clone());
                }
                let sort = self.sorts(asked).first().copied().unwrap_or(Sort::Text);
                match texts {
                    Some(texts) if sort == Sort::Text => {
                        let term = term::language(texts)?;
                        let values = match self.is_list(*field, asked) {
                            true => self.elements(asked),
                            false => vec![format!("value-{}", asked.number)],
                        };
                        let inside =
                            values.into_iter().map(|value| format!("(=> {present} (str.in_re {value} {term}))"));
                        facts.extend(inside);
                    }
                    Some(texts) => {
                        let only = texts.finite().filter(|words| words.len() == 1).and_then(|words| words.first());
                        if let Some(text) = only {
                            let constant = format!("value-{}", asked.number);
                            let read = reading::value(text, sort, &constant, &format!("version-4-{}", asked.number))?;
                            facts.push(match read {
                                Some(read) => format!("(and typed-{} {read})", asked.number),
                                None => format!("(not typed-{})", asked.number),
                            });
                        }
                    }
                    None => {}
                }
                for fact in facts {
                    lines.entry(fact).or_default().push(place_symbol(*number));
                }
            }
        }
        self.lines.push("; what fields can be".to_owned());
        for (fact, places) in lines {
            self.lines.push(format!("(assert (=> {} {fact}))", any(places)));
        }
        Ok(())
    }

    /// What an atom comes to; none where nothing else fixes it.
    fn atom(&self, number: u32) -> Result<Option<String>, Inexpressible> {
        match self.names.apart(number) {
            Some(Apart::Applies(statement, _)) => return Ok(Some(format!("(about-{statement} action)"))),
            Some(_) => return Ok(None),
            None => {}
        }
        let Some(atom) = self.names.run.atoms.atom(number) else { return Ok(None) };
        let Some(asked) = self.fields.get(&atom.field()) else { return Ok(None) };
        let own = asked.number;
        let value = format!("value-{own}");
        let held = match atom {
            Atom::Present(_) => return Ok(Some(format!("has-{own}"))),
            Atom::Blank(field) if self.is_list(field, asked) => format!("empty-{own}"),
            Atom::Blank(_) => format!("(= {value} \"\")"),
            Atom::In(_, set) => self.member(set, own, &value)?,
            Atom::Some(_, set) | Atom::SomeNot(_, set) => {
                let inside = matches!(atom, Atom::Some(..));
                let of_each = self.elements(asked).into_iter().map(|value| {
                    let member = self.member(set, own, &value)?;
                    let member = if inside { member } else { format!("(not {member})") };
                    Ok(format!("(and {} {member})", value.replace("value", "there")))
                });
                any(of_each.collect::<Result<_, _>>()?)
            }
            Atom::Matches(_, template) => self.matches(self.template(template)?, &value)?,
        };
        Ok(Some(format!("(and has-{own} {held})")))
    }

    fn member(&self, set: SetId, number: usize, value: &str) -> Result<String, Inexpressible> {
        Ok(match self.names.run.atoms.value_set(set) {
            None => "false".to_owned(),
            Some(ValueSet::Text(texts)) => format!("(str.in_re {value} {})", term::language(texts)?),
            Some(ValueSet::Number(set)) => format!("(and typed-{number} {})", term::in_numbers(value, set)?),
            Some(ValueSet::Instant(set)) => format!("(and typed-{number} {})", term::in_instants(value, set)),
            Some(ValueSet::Address(set)) => {
                format!("(and typed-{number} {})", term::in_addresses(value, &format!("version-4-{number}"), set))
            }
        })
    }

    /// That a value matches a pattern with the values of other fields in it, each character of them literal (S4.6).
    fn matches(&self, template: &Template, value: &str) -> Result<String, Inexpressible> {
        if template.folded {
            return Err(Inexpressible("a pattern with variables that ignores case".to_owned()));
        }
        let mut all = Vec::new();
        let mut parts = Vec::with_capacity(template.pieces.len());
        for piece in &template.pieces {
            parts.push(match piece {
                TemplatePiece::Field(field) => {
                    let own = self.fields.get(field).map_or(0, |asked| asked.number);
                    all.push(format!("has-{own}"));
                    format!("(str.to_re value-{own})")
                }
                TemplatePiece::Piece(Piece::Literal(character)) => {
                    format!("(str.to_re {})", term::string(&character.to_string())?)
                }
                TemplatePiece::Piece(piece) => term::glob(&crate::symbolic::language::Glob::new([*piece]))?,
            });
        }
        let whole = match parts.as_slice() {
            [only] => only.clone(),
            _ => format!("(re.++ {})", parts.join(" ")),
        };
        all.push(format!("(str.in_re {value} {whole})"));
        Ok(format!("(and {})", all.join(" ")))
    }

    fn template(&self, template: crate::symbolic::atom::TemplateId) -> Result<&Template, Inexpressible> {
        self.names.run.atoms.template(template).ok_or_else(|| Inexpressible("a pattern".to_owned()))
    }

    fn sorts(&self, asked: &Asked) -> Vec<Sort> {
        let mut sorts = Vec::new();
        for atom in &asked.atoms {
            let sort = match atom {
                Atom::Present(_) => continue,
                Atom::Matches(..) | Atom::Blank(_) => Sort::Text,
                Atom::In(_, set) | Atom::Some(_, set) | Atom::SomeNot(_, set) => {
                    match self.names.run.atoms.value_set(*set) {
                        Some(ValueSet::Number(_)) => Sort::Number,
                        Some(ValueSet::Instant(_)) => Sort::Instant,
                        Some(ValueSet::Address(_)) => Sort::Address,
                        Some(ValueSet::Text(_)) | None => Sort::Text,
                    }
                }
            };
            if !sorts.contains(&sort) {
                sorts.push(sort);
            }
        }
        sorts
    }

    fn scalar(&self, field: Field) -> Option<ScalarType> {
        let key = ContextKey::new(self.names.run.atoms.field_name(field));
        declared_key::key_type(&key).map(|kind| kind.scalar)
    }

    fn is_list(&self, field: Field, asked: &Asked) -> bool {
        let key = ContextKey::new(self.names.run.atoms.field_name(field));
        declared_key::key_type(&key).is_some_and(|kind| kind.multivalued)
            || asked.atoms.iter().any(|atom| matches!(atom, Atom::Some(..) | Atom::SomeNot(..)))
    }

    /// The values of a list: one for each question that may want a value of its own, and one more.
    fn elements(&self, asked: &Asked) -> Vec<String> {
        let wishes = asked.atoms.iter().filter(|atom| matches!(atom, Atom::Some(..) | Atom::SomeNot(..))).count();
        (0..=wishes).map(|place| format!("value-{}.{place}", asked.number)).collect()
    }
}
