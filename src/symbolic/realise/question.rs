//! What is asked about one field.

use std::mem::discriminant;

use crate::symbolic::atom::{Atom, Field, SetId, TemplateId, ValueSet};
use crate::symbolic::encode::{Mode, RESOURCE, arns, set_contains};
use crate::symbolic::field::{FieldAnswer, ListAnswer, Wishes, any_of_set, solve};
use crate::symbolic::interval::{AddressSet, InstantSet, NumberSet, solve_addresses, solve_instants, solve_numbers};
use crate::symbolic::language::{Glob, Language};
use crate::symbolic::realise::sample::{begun, hints, is_of_declared_type, near};
use crate::symbolic::realise::{FieldValue, Holds, Limit, Setting, template};
use crate::symbolic::shape::{ISSUER, Known, SESSION};
use crate::vocabulary::catalogue::ScalarType;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key;

/// The literals about one field, each with its atom's number.
#[derive(Debug, Default, Clone)]
pub(super) struct Question {
    /// Whether the field must have a value although no literal says so.
    pub(super) needed: bool,
    pub(super) present: Option<(bool, u32)>,
    pub(super) inside: Vec<(SetId, bool, u32)>,
    pub(super) matches: Vec<(TemplateId, bool, u32)>,
    some: Vec<(SetId, bool, u32)>,
    some_not: Vec<(SetId, bool, u32)>,
    blank: Option<(bool, u32)>,
}

/// Literals that cannot hold together, and for which requests.
pub(super) type Contradiction = (Vec<(u32, bool)>, Holds);

/// The answer to a question.
pub(super) enum Answer {
    Value(FieldValue),
    Contradiction(Contradiction),
    Undecided,
    /// All the states that the automata may see were seen.
    Exhausted,
}

/// All the states that the automata may see were seen.
pub(super) struct Exhausted;

impl Question {
    pub(super) fn add(&mut self, atom: Atom, truth: bool, number: u32) {
        match atom {
            Atom::Present(_) => self.present = Some((truth, number)),
            Atom::In(_, set) => self.inside.push((set, truth, number)),
            Atom::Matches(_, template) => self.matches.push((template, truth, number)),
            Atom::Some(_, set) => self.some.push((set, truth, number)),
            Atom::SomeNot(_, set) => self.some_not.push((set, truth, number)),
            Atom::Blank(_) => self.blank = Some((truth, number)),
        }
    }

    /// Whether the field has a value. Without a literal that wants one, it has none.
    pub(super) fn is_valued(&self, field: Field, setting: Setting<'_>) -> bool {
        let wanted = |list: &[(SetId, bool, u32)]| list.iter().any(|(_, truth, _)| *truth);
        self.needed
            || matches!(self.present, Some((true, _)))
            || matches!(self.blank, Some((true, _)))
            || wanted(&self.inside)
            || wanted(&self.some)
            || wanted(&self.some_not)
            || self.matches.iter().any(|(_, truth, _)| *truth)
            || self.is_always_there(field, setting)
    }

    /// A literal because of which the field has a value.
    pub(super) fn reason(&self) -> Option<(u32, bool)> {
        let wanting =
            |list: &[(SetId, bool, u32)]| list.iter().find(|(_, truth, _)| *truth).map(|(_, _, n)| (*n, true));
        let present = self.present.filter(|(truth, _)| *truth).map(|(_, number)| (number, true));
        let blank = self.blank.filter(|(truth, _)| *truth).map(|(_, number)| (number, true));
        let matched = self.matches.iter().find(|(_, truth, _)| *truth).map(|(_, _, number)| (*number, true));
        let listed = wanting(&self.some).or_else(|| wanting(&self.some_not));
        present.or(blank).or_else(|| wanting(&self.inside)).or(matched).or(listed)
    }

    pub(super) fn is_always_there(&self, field: Field, setting: Setting<'_>) -> bool {
        matches!(known(setting.atoms.field_name(field), setting), Known::Within(_) | Known::Value(_))
    }

    fn is_list(&self, name: &str) -> bool {
        !self.some.is_empty() || !self.some_not.is_empty() || key_type(name).is_some_and(|kind| kind.1)
    }

    /// A contradiction among the literals about the field, patterns with variables taken for all they can match.
    pub(super) fn contradiction(&self, field: Field, setting: Setting<'_>) -> Option<Contradiction> {
        self.examined(field, setting).ok().flatten()
    }

    /// The same, or that the automata saw too many states to tell.
    pub(super) fn examined(&self, field: Field, setting: Setting<'_>) -> Result<Option<Contradiction>, Exhausted> {
        if let (Some((false, absent)), true) = (self.present, self.is_valued(field, setting)) {
            // Present is false, and something wants a value.
            let wanting = self.inside.iter().map(|(_, truth, number)| (*truth, *number));
            let wanting =
                wanting.chain(self.some.iter().chain(&self.some_not).map(|(_, truth, number)| (*truth, *number)));
            let wanting = wanting.chain(self.matches.iter().map(|(_, truth, number)| (*truth, *number)));
            let wanting = wanting.chain(self.blank);
            if let Some((_, number)) = { wanting }.find(|(truth, _)| *truth) {
                return Ok(Some((vec![(absent, false), (number, true)], Holds::Always)));
            }
            return Ok(None);
        }
        if !self.is_valued(field, setting) {
            return Ok(None);
        }
        if let Known::Value(text) = known(setting.atoms.field_name(field), setting) {
            // A text that is known is as number, instant or address what it is.
            let wrong = self.inside.iter().find(|(set, truth, _)| {
                let set = setting.atoms.value_set(*set).filter(|set| !matches!(set, ValueSet::Text(_)));
                set.is_some_and(|set| set_contains(set, &text) != *truth)
            });
            if let Some((_, truth, number)) = wrong {
                return Ok(Some((vec![(*number, *truth)], Holds::Shape)));
            }
        }
        match self.answer(field, setting, &[], None) {
            Answer::Contradiction((mut literals, holds)) => {
                // What a value cannot be is no contradiction where there need be none.
                let holds = match self.reason() {
                    _ if literals.iter().any(|(_, truth)| *truth) => holds,
                    Some(reason) => {
                        literals.push(reason);
                        holds
                    }
                    None if always_asked(setting.atoms.field_name(field)) => holds,
                    None if self.is_always_there(field, setting) => holds.max(Holds::Shape),
                    None => return Ok(None),
                };
                Ok(Some((literals, holds)))
            }
            Answer::Exhausted => Err(Exhausted),
            // Of a list no value matches by itself.
            _ if self.is_list(setting.atoms.field_name(field)) => Ok(None),
            Answer::Value(_) | Answer::Undecided => Ok(template::contradiction(field, self, setting)),
        }
    }

    /// Literals because of which no value that satisfies them is in a language.
    pub(super) fn excludes(&self, field: Field, setting: Setting<'_>, language: &Language) -> Option<Contradiction> {
        let inside: Vec<(&ValueSet, bool, u32)> = self
            .inside
            .iter()
            .filter_map(|(set, truth, number)| Some((setting.atoms.value_set(*set)?, *truth, *number)))
            .collect();
        let name = setting.atoms.field_name(field);
        match self.text(name, setting, &inside, std::slice::from_ref(language), Some(&[])) {
            Answer::Contradiction(contradiction) => Some(contradiction),
            Answer::Value(_) | Answer::Undecided | Answer::Exhausted => None,
        }
    }

    /// What holds of every value of the list, each as the set it is in or not in, with the number of a false literal.
    pub(super) fn of_every_value(&self) -> Vec<(SetId, bool, u32)> {
        let inside = self.some_not.iter().filter(|(_, truth, _)| !truth).map(|(set, _, number)| (*set, true, *number));
        let outside = self.some.iter().filter(|(_, truth, _)| !truth).map(|(set, _, number)| (*set, false, *number));
        inside.chain(outside).collect()
    }

    /// Whether a value satisfies the literals, but for those of patterns with variables.
    pub(super) fn accepts(&self, name: &str, value: &FieldValue, setting: Setting<'_>) -> bool {
        let contains = |set: SetId, text: &str| setting.atoms.value_set(set).is_some_and(|set| set_contains(set, text));
        let domain = domain(name, setting);
        let in_domain = |text: &str| domain.as_ref().is_none_or(|domain| domain.contains(text));
        match value {
            FieldValue::One(text) => {
                in_domain(text)
                    && self.inside.iter().all(|(set, truth, _)| contains(*set, text) == *truth)
                    && self.blank.is_none_or(|(blank, _)| text.is_empty() == blank)
            }
            FieldValue::List(values) => {
                let any = |holds: &dyn Fn(&str) -> bool| values.iter().any(|value| holds(value));
                values.iter().all(|value| in_domain(value))
                    && self.some.iter().all(|(set, truth, _)| any(&|text| contains(*set, text)) == *truth)
                    && self.some_not.iter().all(|(set, truth, _)| any(&|text| !contains(*set, text)) == *truth)
                    && self.blank.is_none_or(|(blank, _)| (values.as_slice() == [""]) == blank)
            }
        }
    }

    /// A value for the field that is also in `extra` and, where given, not in the languages of filled patterns.
    pub(super) fn answer(
        &self,
        field: Field,
        setting: Setting<'_>,
        extra: &[Language],
        filled: Option<&[(Language, bool)]>,
    ) -> Answer {
        let name = setting.atoms.field_name(field);
        if self.is_list(name) {
            return self.list(setting, name);
        }
        let sets: Vec<(&ValueSet, bool, u32)> = self
            .inside
            .iter()
            .filter_map(|(set, truth, number)| Some((setting.atoms.value_set(*set)?, *truth, *number)))
            .collect();
        let is_text = |set: &&(&ValueSet, bool, u32)| matches!(set.0, ValueSet::Text(_));
        let typed: Vec<_> = sets.iter().filter(|set| !is_text(set)).copied().collect();
        if typed.is_empty() {
            let answer = self.text(name, setting, &sets, extra, filled);
            return self.of_type(name, setting, &sets, answer);
        }
        let plain = typed.len() == sets.len() && extra.is_empty() && self.matches.is_empty() && self.blank.is_none();
        let forced = typed.iter().find(|(_, truth, _)| *truth).map(|(_, truth, number)| (*number, *truth));
        let one_axis = typed
            .windows(2)
            .all(|two| matches!(two, [(one, ..), (other, ..)] if discriminant(*one) == discriminant(*other)));
        if plain && one_axis && (forced.is_some() || self.fits(name, &typed)) {
            return match on_axis(&typed) {
                // Only a value that is in a typed set lies on its axis, unless the key's type says so.
                Answer::Contradiction((mut literals, holds)) if !self.fits(name, &typed) => {
                    literals.extend(forced.filter(|forced| !literals.contains(forced)));
                    Answer::Contradiction((literals, holds))
                }
                other => other,
            };
        }
        if forced.is_none() {
            // A value off every axis is in none of the typed sets.
            let texts: Vec<_> = sets.iter().filter(is_text).copied().collect();
            match self.text(name, setting, &texts, extra, filled) {
                Answer::Value(FieldValue::One(value))
                    if typed.iter().any(|(set, ..)| set_contains(set, &value))
                        || (setting.realism && !is_of_declared_type(name, &value)) => {}
                settled => return settled,
            }
        }
        self.mixed(name, setting, &sets, &typed)
    }

    /// The answer, if its value is of the key's type (S11.4.16); otherwise another, or none.
    fn of_type(&self, name: &str, setting: Setting<'_>, sets: &[(&ValueSet, bool, u32)], answer: Answer) -> Answer {
        let wrong = |text: &String| setting.realism && !is_of_declared_type(name, text);
        if !matches!(&answer, Answer::Value(FieldValue::One(text)) if wrong(text)) {
            return answer;
        }
        for (set, truth, number) in sets {
            if let (ValueSet::Text(language), true) = (set, *truth)
                && language.finite().is_some_and(|words| !words.iter().any(|word| is_of_declared_type(name, word)))
            {
                return Answer::Contradiction((vec![(*number, true)], Holds::Always));
            }
        }
        let languages = sets.iter().filter_map(|(set, truth, _)| match set {
            ValueSet::Text(language) if *truth => Some(language),
            _ => None,
        });
        let fits = |value: &String| {
            is_of_declared_type(name, value)
                && self.matches.is_empty()
                && self.accepts(name, &FieldValue::One(value.clone()), setting)
        };
        match begun(languages).into_iter().find(fits) {
            Some(value) => Answer::Value(FieldValue::One(value)),
            None => self.mixed(name, setting, sets, &[]),
        }
    }

    /// Whether every value of the key lies on the axis of these sets.
    fn fits(&self, name: &str, typed: &[(&ValueSet, bool, u32)]) -> bool {
        let axis = |set: &ValueSet| match set {
            ValueSet::Text(_) => ScalarType::String,
            ValueSet::Number(_) => ScalarType::Number,
            ValueSet::Instant(_) => ScalarType::Date,
            ValueSet::Address(_) => ScalarType::Address,
        };
        key_type(name).is_some_and(|(own, _)| typed.iter().all(|(set, ..)| axis(set) == own))
    }

    fn text(
        &self,
        name: &str,
        setting: Setting<'_>,
        sets: &[(&ValueSet, bool, u32)],
        extra: &[Language],
        filled: Option<&[(Language, bool)]>,
    ) -> Answer {
        // Each language with the literal it stands for; none for what limits the field anyway.
        let mut positive: Vec<(&Language, Option<(u32, bool)>)> = Vec::new();
        let mut negative: Vec<(&Language, Option<(u32, bool)>)> = Vec::new();
        let domain = domain(name, setting);
        positive.extend(domain.iter().map(|language| (language, None)));
        positive.extend(extra.iter().map(|language| (language, None)));
        for (set, truth, number) in sets {
            if let ValueSet::Text(language) = set {
                let list = if *truth { &mut positive } else { &mut negative };
                list.push((language, Some((*number, *truth))));
            }
        }
        let widest: Vec<(Language, u32)> = match filled {
            Some(_) => Vec::new(),
            None => self
                .matches
                .iter()
                .filter(|(_, truth, _)| *truth)
                .filter_map(|(template, _, number)| {
                    Some((Language::new([setting.atoms.template(*template)?.widest()]), *number))
                })
                .collect(),
        };
        positive.extend(widest.iter().map(|(language, number)| (language, Some((*number, true)))));
        for (language, truth) in filled.unwrap_or_default() {
            let list = if *truth { &mut positive } else { &mut negative };
            list.push((language, None));
        }
        let empty = Language::new([Glob::literal("")]);
        if let Some((truth, number)) = self.blank {
            let list = if truth { &mut positive } else { &mut negative };
            list.push((&empty, Some((number, truth))));
        }
        let languages =
            |list: &[(&'_ Language, Option<(u32, bool)>)]| list.iter().map(|(l, _)| (*l).clone()).collect::<Vec<_>>();
        let (inside, outside) = (languages(&positive), languages(&negative));
        let (inside, outside): (Vec<&Language>, Vec<&Language>) = (inside.iter().collect(), outside.iter().collect());
        match solve(&inside, &outside, &hints(name, setting), setting.limits) {
            FieldAnswer::Witness(value) => Answer::Value(FieldValue::One(value)),
            FieldAnswer::Undecided => Answer::Exhausted,
            FieldAnswer::Conflict { positive: inside, negative: outside } => {
                let of = |list: &[(&Language, Option<(u32, bool)>)], places: &[usize]| -> Vec<Option<(u32, bool)>> {
                    places.iter().filter_map(|place| list.get(*place)).map(|(_, literal)| *literal).collect()
                };
                let named = of(&positive, &inside).into_iter().chain(of(&negative, &outside));
                let mut literals = Vec::new();
                let mut holds = Holds::Always;
                for literal in named {
                    match literal {
                        Some(literal) => literals.push(literal),
                        None => holds = limits(name, setting),
                    }
                }
                Answer::Contradiction((literals, holds))
            }
        }
    }

    /// Sets of more than one type: texts that one of them suggests are tried on all.
    fn mixed(
        &self,
        name: &str,
        setting: Setting<'_>,
        sets: &[(&ValueSet, bool, u32)],
        typed: &[(&ValueSet, bool, u32)],
    ) -> Answer {
        let mut candidates: Vec<String> = Vec::new();
        for (set, truth, _) in sets {
            if let (ValueSet::Text(language), true) = (set, *truth) {
                candidates.extend(language.words().iter().cloned());
                candidates.extend(begun([language]));
            }
        }
        for axis in typed.chunk_by(|(one, ..), (other, ..)| discriminant(*one) == discriminant(*other)) {
            if let Answer::Value(FieldValue::One(value)) = on_axis(axis) {
                candidates.extend(near(&value));
                candidates.push(value);
            }
        }
        candidates.extend(hints(name, setting).whole);
        let fits = |value: &&String| {
            sets.iter().all(|(set, truth, _)| set_contains(set, value) == *truth)
                && domain(name, setting).is_none_or(|domain| domain.contains(value))
                && self.blank.is_none_or(|(blank, _)| value.is_empty() == blank)
                && (!setting.realism || is_of_declared_type(name, value))
        };
        match candidates.iter().find(fits) {
            Some(value) if self.matches.is_empty() => Answer::Value(FieldValue::One(value.clone())),
            _ => Answer::Undecided,
        }
    }

    fn list(&self, setting: Setting<'_>, name: &str) -> Answer {
        let language = |set: SetId| match setting.atoms.value_set(set) {
            Some(ValueSet::Text(language)) => Some(language),
            _ => None,
        };
        let pick = |list: &[(SetId, bool, u32)], wanted: bool| -> Option<Vec<(Language, u32)>> {
            let chosen = list.iter().filter(|(_, truth, _)| *truth == wanted);
            chosen.map(|(set, _, number)| Some((language(*set)?.clone(), *number))).collect()
        };
        let picked =
            (pick(&self.some, true), pick(&self.some_not, true), pick(&self.some_not, false), pick(&self.some, false));
        let (Some(any), Some(any_not), Some(all_in), Some(all_not_in)) = picked else { return Answer::Undecided };
        if let Some((true, number)) = self.blank {
            return match any.first().or(any_not.first()) {
                Some((_, other)) => Answer::Contradiction((vec![(number, true), (*other, true)], Holds::Always)),
                None => Answer::Value(FieldValue::List(vec![String::new()])),
            };
        }
        let universal = Language::universal();
        let refs = |list: &'_ [(Language, u32)]| list.iter().map(|(language, _)| language.clone()).collect::<Vec<_>>();
        let (a, b, c, d) = (refs(&any), refs(&any_not), refs(&all_in), refs(&all_not_in));
        let mut wishes: Vec<&Language> = a.iter().collect();
        // A list that is there has a value.
        let lone = any.is_empty() && any_not.is_empty();
        if lone {
            wishes.push(&universal);
        }
        let (b, mut c, d): (Vec<&Language>, Vec<&Language>, Vec<&Language>) =
            (b.iter().collect(), c.iter().collect(), d.iter().collect());
        let domain = domain(name, setting);
        let own = c.len();
        c.extend(domain.iter());
        let wishes = Wishes { any: &wishes, any_not: &b, all_in: &c, all_not_in: &d };
        match any_of_set(wishes, &hints(name, setting), setting.limits) {
            ListAnswer::Witness(values) if values == [""] => Answer::Undecided,
            ListAnswer::Witness(values) => Answer::Value(FieldValue::List(values)),
            ListAnswer::Undecided => Answer::Exhausted,
            ListAnswer::Conflict { any: i, any_not: j, all_in: k, all_not_in: l } => {
                let numbers = |list: &[(Language, u32)], places: &[usize], truth: bool| {
                    places
                        .iter()
                        .filter_map(|place| list.get(*place))
                        .map(|(_, number)| (*number, truth))
                        .collect::<Vec<_>>()
                };
                let mut literals = numbers(&any, &i, true);
                literals.extend(numbers(&any_not, &j, true));
                literals.extend(numbers(&all_in, &k, false));
                literals.extend(numbers(&all_not_in, &l, false));
                if lone {
                    literals.extend(self.present.map(|(truth, number)| (number, truth)));
                }
                let limited = k.iter().any(|place| *place >= own);
                Answer::Contradiction((literals, if limited { limits(name, setting) } else { Holds::Always }))
            }
        }
    }
}

/// Sets of one axis; of several, nothing is known.
fn on_axis(sets: &[(&ValueSet, bool, u32)]) -> Answer {
    fn split<'s, T>(
        sets: &[(&'s ValueSet, bool, u32)],
        pick: impl Fn(&'s ValueSet) -> Option<&'s T>,
    ) -> Option<[Vec<(&'s T, u32)>; 2]> {
        let mut parts = [Vec::new(), Vec::new()];
        for (set, truth, number) in sets {
            let [negative, positive] = &mut parts;
            if *truth { positive } else { negative }.push((pick(set)?, *number));
        }
        Some(parts)
    }
    fn answer<T>(parts: [Vec<(&T, u32)>; 2], solve: impl Fn(&[&T], &[&T]) -> FieldAnswer) -> Answer {
        let [negative, positive] = parts;
        let of = |list: &[(&'_ T, u32)], places: &[usize], truth: bool| {
            places.iter().filter_map(|place| list.get(*place)).map(|(_, number)| (*number, truth)).collect::<Vec<_>>()
        };
        let inside: Vec<&T> = positive.iter().map(|(set, _)| *set).collect();
        let outside: Vec<&T> = negative.iter().map(|(set, _)| *set).collect();
        match solve(&inside, &outside) {
            FieldAnswer::Witness(value) => Answer::Value(FieldValue::One(value)),
            FieldAnswer::Undecided => Answer::Exhausted,
            FieldAnswer::Conflict { positive: inside, negative: outside } => {
                let mut literals = of(&positive, &inside, true);
                literals.extend(of(&negative, &outside, false));
                Answer::Contradiction((literals, Holds::Always))
            }
        }
    }
    fn numbers(set: &ValueSet) -> Option<&NumberSet> {
        if let ValueSet::Number(set) = set { Some(set) } else { None }
    }
    fn instants(set: &ValueSet) -> Option<&InstantSet> {
        if let ValueSet::Instant(set) = set { Some(set) } else { None }
    }
    fn addresses(set: &ValueSet) -> Option<&AddressSet> {
        if let ValueSet::Address(set) = set { Some(set) } else { None }
    }
    if let Some(parts) = split::<NumberSet>(sets, numbers) {
        return answer(parts, solve_numbers);
    }
    if let Some(parts) = split::<InstantSet>(sets, instants) {
        return answer(parts, solve_instants);
    }
    match split::<AddressSet>(sets, addresses) {
        Some(parts) => answer(parts, solve_addresses),
        None => Answer::Undecided,
    }
}

fn known(name: &str, setting: Setting<'_>) -> Known {
    match name {
        SESSION | ISSUER => setting.shape.pseudo_field(name),
        RESOURCE => Known::Open,
        _ => setting.shape.known(&ContextKey::new(name)).unwrap_or(Known::Open),
    }
}

/// Whether a field is there whatever is asked, for callers of every shape.
pub(super) fn always_asked(name: &str) -> bool {
    name == RESOURCE || name.starts_with('=')
}

/// The type of a key, and whether it is multivalued.
pub(super) fn key_type(name: &str) -> Option<(ScalarType, bool)> {
    declared_key::key_type(&ContextKey::new(name)).map(|kind| (kind.scalar, kind.multivalued))
}

/// For which requests the limits of a field are what they are.
fn limits(name: &str, setting: Setting<'_>) -> Holds {
    match name {
        RESOURCE => Holds::Profile,
        "aws:resourceaccount" => Holds::Shape,
        _ => match known(name, setting) {
            Known::Within(_) | Known::Value(_) => Holds::Shape,
            // The key's type.
            Known::Absent | Known::Open => Holds::Always,
        },
    }
}

/// What a field is limited to in the requests for which a lemma holds.
pub(super) fn limit(field: Field, holds: Holds, setting: Setting<'_>) -> Limit {
    let name = setting.atoms.field_name(field);
    let follows = matches!(known(name, setting), Known::Within(_) | Known::Value(_));
    let texts = if limits(name, setting) <= holds { domain(name, setting) } else { None };
    Limit { field, there: always_asked(name) || (follows && holds != Holds::Always), texts }
}

/// What limits a field's values besides literals.
pub(super) fn domain(name: &str, setting: Setting<'_>) -> Option<Language> {
    if let Some(text) = name.strip_prefix('=') {
        return Some(Language::new([Glob::literal(text)]));
    }
    match name {
        RESOURCE => {
            let profile = setting.profile;
            return Some(match setting.mode {
                Mode::Proof | Mode::Certain => Language::clone(&profile.widest),
                Mode::Chosen | Mode::Hopeful => Language::clone(&profile.resources),
            });
        }
        "aws:resourceaccount" => return Some(setting.shape.resource_account.language()),
        _ => {}
    }
    match known(name, setting) {
        Known::Within(language) => return Some(language),
        Known::Value(value) => return Some(Language::new([Glob::literal(&value)])),
        Known::Absent | Known::Open => {}
    }
    match key_type(name)?.0 {
        ScalarType::Bool => Some(Language::new([Glob::literal("true"), Glob::literal("false")])),
        ScalarType::Arn => Some(arns()),
        ScalarType::String | ScalarType::Number | ScalarType::Date | ScalarType::Address => None,
    }
}
