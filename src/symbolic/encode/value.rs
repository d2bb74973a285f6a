//! Values of conditions as sets and patterns (S3.1).

use crate::policy::{ArnPattern, BoolValue, Comparison, Condition, Qualifier, Values};
use crate::symbolic::atom::{Atom, ValueSet};
use crate::symbolic::encode::{Bound, Encoder, side};
use crate::symbolic::formula::Formula;
use crate::symbolic::interval::{AddressSet, Comparison as Order, InstantSet, NumberSet};
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::shape::Known;
use crate::vocabulary::catalogue::ScalarType;
use crate::vocabulary::cidr::Cidr;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;
use crate::vocabulary::pattern::{Glyph, Pattern, Reach};

/// The colons between the six parts of an ARN.
const COLONS: usize = 5;

/// The keys of the variables in a condition's values.
pub(super) fn variables(condition: &Condition) -> Vec<ContextKey> {
    let of = |pattern: &Pattern| pattern.variables().map(|variable| variable.key.clone()).collect::<Vec<_>>();
    match &condition.values {
        Values::Text(patterns) => patterns.iter().flat_map(|pattern| of(&pattern.value)).collect(),
        Values::Arn(patterns) => patterns
            .iter()
            .flat_map(|pattern| match &pattern.value {
                ArnPattern::Parts(parts) => parts.iter().flat_map(of).collect(),
                ArnPattern::Short(_) => Vec::new(),
            })
            .collect(),
        Values::Bool(values) => values
            .iter()
            .flat_map(|value| match &value.value {
                BoolValue::Variable(pattern) => of(pattern),
                BoolValue::Literal(_) => Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A condition's values apart: one set, and patterns with variables.
struct Parts {
    /// The set, under its written form.
    set: Option<(String, ValueSet)>,
    /// Patterns with variables, and whether they ignore case.
    patterns: Vec<(Vec<Glyph>, bool)>,
}

impl Parts {
    /// Whether they are one set, of a type that a text has.
    fn is_plain(&self, text: &str) -> bool {
        self.patterns.is_empty() && self.set.as_ref().is_some_and(|(_, set)| is_of_type(set, text))
    }
}

impl Encoder<'_> {
    /// Whether the one value of the key matches one of the condition's values.
    pub(super) fn value(&mut self, condition: &Condition, bound: Bound) -> Formula {
        let key = &condition.key.value;
        let known = self.known(key);
        let parts = parts(condition);
        if let Known::Value(text) = &known
            && !(self.spelled && parts.is_plain(text))
        {
            return self.text_matches(condition, text, bound);
        }
        let name = key.folded().to_owned();
        let mut any = Vec::new();
        if let Some((written, set)) = parts.set {
            let set = self.atoms.set(written, || set);
            let field = self.atoms.field(&name);
            any.push(self.atom(Atom::In(field, set)));
        }
        for (glyphs, folded) in &parts.patterns {
            any.push(self.pattern(&name, glyphs, *folded, &mut Vec::new()).0);
        }
        let matched = self.formulas.or(any);
        if !matches!(condition.values, Values::Bool(_)) || parts.patterns.is_empty() {
            return matched;
        }
        // Whatever the variables hold, what is compared is a truth value.
        let words = || Language::new([Glob::ignoring_case("true"), Glob::ignoring_case("false")]);
        let set = self.atoms.set("bool\u{0}either".to_owned(), || ValueSet::Text(words()));
        let field = self.atoms.field(&name);
        let is_truth_value = self.atom(Atom::In(field, set));
        self.formulas.and([matched, is_truth_value])
    }

    /// Whether a fixed text matches one of the condition's values.
    fn text_matches(&mut self, condition: &Condition, text: &str, bound: Bound) -> Formula {
        let parts = parts(condition);
        if matches!(condition.values, Values::Bool(_)) && !["true", "false"].contains(&text.to_lowercase().as_str()) {
            return Formula::FALSE;
        }
        let own = match &parts.set {
            Some((_, set)) if is_of_type(set, text) => self.formulas.constant(set_contains(set, text)),
            // A value of another type matches nothing, and what the negation does is not known (S3.1.9).
            Some(_) if condition.operator.value.is_negated() => side(bound),
            _ => Formula::FALSE,
        };
        let mut any = vec![own];
        for (glyphs, folded) in &parts.patterns {
            any.push(self.constant_matches(text, glyphs, *folded));
        }
        self.formulas.or(any)
    }

    /// A condition with a set operator on a list that is known (S3.2).
    pub(super) fn known_list(&mut self, condition: &Condition, values: &[String], bound: Bound) -> Formula {
        let operator = condition.operator.value;
        let all = operator.qualifier == Some(Qualifier::ForAllValues);
        // A lone empty text counts as none (S3.2.5).
        if values.is_empty() || values == [""] {
            return match (all, operator.if_exists) {
                (true, _) => Formula::TRUE,
                (false, false) => Formula::FALSE,
                (false, true) => side(bound),
            };
        }
        let mut satisfied = Vec::with_capacity(values.len());
        for value in values {
            satisfied.push(match operator.is_negated() {
                true => {
                    let matched = self.text_matches(condition, value, bound.opposite());
                    self.formulas.not(matched)
                }
                false => self.text_matches(condition, value, bound),
            });
        }
        if all { self.formulas.and(satisfied) } else { self.formulas.or(satisfied) }
    }

    /// A fixed text against a pattern with variables: asked of a field that has this one value.
    fn constant_matches(&mut self, text: &str, glyphs: &[Glyph], folded: bool) -> Formula {
        self.pattern(&format!("={text}"), glyphs, folded, &mut Vec::new()).0
    }

    /// Whether some value of the list matches one of the condition's values, or matches none of them. A pattern whose
    /// variables are open may match or not: `open` is what is taken then.
    pub(super) fn some(&mut self, condition: &Condition, inside: bool, open: Formula) -> Formula {
        let key = &condition.key.value;
        if self.known(key) == Known::Absent {
            return Formula::FALSE;
        }
        let parts = parts(condition);
        let (mut written, mut set) =
            parts.set.unwrap_or_else(|| (String::from("none"), ValueSet::Text(Language::new([]))));
        if let (ValueSet::Text(language), false) = (&set, parts.patterns.is_empty()) {
            let words = language.words().iter().map(|word| Glob::literal(word));
            let folded = language.folded_words().iter().map(|word| Glob::ignoring_case(word));
            let mut globs: Vec<Glob> = words.chain(folded).chain(language.globs().iter().cloned()).collect();
            for (glyphs, folded) in &parts.patterns {
                match self.fixed(glyphs, *folded) {
                    Fixed::Glob(glob) => {
                        written.push_str(&format!("\u{0}{glob:?}"));
                        globs.push(glob);
                    }
                    Fixed::Nothing => {}
                    Fixed::Open => {
                        let present = self.present(key);
                        return self.formulas.and([present, open]);
                    }
                }
            }
            set = ValueSet::Text(Language::new(globs));
        }
        let set = self.atoms.set(written, || set);
        let field = self.atoms.field(key.folded());
        self.atom(if inside { Atom::Some(field, set) } else { Atom::SomeNot(field, set) })
    }

    /// Whether the key's value, or some value of its list, is of no form that the operator compares.
    pub(super) fn odd(&mut self, condition: &Condition) -> Formula {
        let key = &condition.key.value;
        let Some((written, even)) = comparable(&condition.values) else { return Formula::FALSE };
        if let (Known::Value(text), false) = (self.known(key), self.spelled) {
            return self.formulas.constant(!set_contains(&even, &text));
        }
        let set = self.atoms.set(written.to_owned(), || even);
        let field = self.atoms.field(key.folded());
        if self.is_multivalued(key) {
            return self.atom(Atom::SomeNot(field, set));
        }
        let inside = self.atom(Atom::In(field, set));
        self.formulas.not(inside)
    }

    /// A pattern whose variables are all fixed, as a glob.
    fn fixed(&self, glyphs: &[Glyph], folded: bool) -> Fixed {
        let mut filled = Vec::with_capacity(glyphs.len());
        for glyph in glyphs {
            let Glyph::Variable(variable) = glyph else {
                filled.push(glyph.clone());
                continue;
            };
            let known = if self.is_multivalued(&variable.key) { Known::Absent } else { self.known(&variable.key) };
            let text = match (known, &variable.default) {
                (Known::Value(text), _) => text,
                (Known::Absent, Some(text)) => text.clone(),
                (Known::Absent, None) => return Fixed::Nothing,
                (Known::Within(_) | Known::Open, _) => return Fixed::Open,
            };
            filled.extend(text.chars().map(Glyph::Literal));
        }
        match Glob::from_glyphs(&filled) {
            Some(glob) if folded => Fixed::Glob(glob.folded()),
            Some(glob) => Fixed::Glob(glob),
            None => Fixed::Open,
        }
    }
}

/// What a pattern with variables comes to.
enum Fixed {
    /// All variables have known values.
    Glob(Glob),
    /// One never has a value: it matches nothing (S4.5).
    Nothing,
    /// The value of one is open.
    Open,
}

/// Whether all values of a key of this type are of the form that the values of a condition are compared with.
pub(super) fn compares(values: &Values, scalar: ScalarType) -> bool {
    match values {
        Values::Arn(_) => scalar == ScalarType::Arn,
        Values::Number(_) => scalar == ScalarType::Number,
        Values::Instant(_) => scalar == ScalarType::Date,
        Values::Address(_) => scalar == ScalarType::Address,
        Values::Text(_) | Values::Bool(_) | Values::Binary(_) | Values::Absent(_) => true,
    }
}

/// Every value that the values of a condition can be compared with; none if that is every text.
fn comparable(values: &Values) -> Option<(&'static str, ValueSet)> {
    let part = [Piece::Many(CharClass::NotColon), Piece::Literal(':')];
    Some(match values {
        Values::Arn(_) => {
            let arn = part.repeat(COLONS).into_iter().chain([Piece::Many(CharClass::Anything)]);
            ("six-parts", ValueSet::Text(Language::new([Glob::new(arn)])))
        }
        Values::Number(_) => {
            let all = [Order::LessOrEqual, Order::Greater].map(|order| (order, Number::zero()));
            ("numbers", ValueSet::Number(NumberSet::new(all)))
        }
        Values::Instant(_) => {
            let all = [Order::LessOrEqual, Order::Greater].map(|order| (order, Instant::from_nanoseconds(0)));
            ("instants", ValueSet::Instant(InstantSet::new(all)))
        }
        Values::Address(_) => ("addresses", ValueSet::Address(AddressSet::new(Cidr::every()))),
        _ => return None,
    })
}

/// Whether a fixed text is in a set; a text that is not of the set's type is not.
pub(crate) fn set_contains(set: &ValueSet, text: &str) -> bool {
    match set {
        ValueSet::Text(language) => language.contains(text),
        ValueSet::Number(set) => Number::parse(text).is_some_and(|number| set.contains(&number)),
        ValueSet::Instant(set) => Instant::parse(text).is_some_and(|instant| set.contains(&instant)),
        ValueSet::Address(set) => text.parse().is_ok_and(|address| set.contains(&address)),
    }
}

/// Whether a text can be compared with the set at all.
pub(crate) fn is_of_type(set: &ValueSet, text: &str) -> bool {
    match set {
        ValueSet::Text(_) => true,
        ValueSet::Number(_) => Number::parse(text).is_some(),
        ValueSet::Instant(_) => Instant::parse(text).is_some(),
        ValueSet::Address(_) => text.parse::<std::net::IpAddr>().is_ok(),
    }
}

fn parts(condition: &Condition) -> Parts {
    let comparison = condition.operator.value.comparison();
    let folded = comparison == Some(Comparison::StringEqualsIgnoreCase);
    match &condition.values {
        Values::Text(patterns) => {
            let all =
                patterns.iter().map(|pattern| (pattern.value.as_str().to_owned(), pattern.value.glyphs().to_vec()));
            let how = match comparison {
                Some(Comparison::StringLike) => "like",
                _ if folded => "fold",
                _ => "equal",
            };
            text_parts(how, all, folded)
        }
        Values::Arn(patterns) => {
            let all = patterns.iter().filter_map(|pattern| match &pattern.value {
                ArnPattern::Parts(parts) => {
                    let text: Vec<&str> = parts.iter().map(Pattern::as_str).collect();
                    Some((text.join(":"), arn_glyphs(parts)))
                }
                ArnPattern::Short(_) => None,
            });
            text_parts("arn", all, false)
        }
        Values::Bool(values) => {
            let mut globs = Vec::new();
            let mut patterns = Vec::new();
            let mut written = String::from("bool");
            for value in values {
                match &value.value {
                    BoolValue::Literal(value) => {
                        written.push_str(&format!("\u{0}{value}"));
                        globs.push(Glob::ignoring_case(if *value { "true" } else { "false" }));
                    }
                    BoolValue::Variable(pattern) => patterns.push((pattern.glyphs().to_vec(), true)),
                }
            }
            Parts { set: Some((written, ValueSet::Text(Language::new(globs)))), patterns }
        }
        Values::Number(numbers) => {
            let order = order(comparison);
            let set = NumberSet::new(numbers.iter().map(|number| (order, number.value.clone())));
            whole(format!("number{order:?}"), numbers.iter().map(|n| n.value.to_string()), ValueSet::Number(set))
        }
        Values::Instant(instants) => {
            let order = order(comparison);
            let set = InstantSet::new(instants.iter().map(|instant| (order, instant.value)));
            whole(format!("instant{order:?}"), instants.iter().map(|i| i.value.to_string()), ValueSet::Instant(set))
        }
        Values::Address(ranges) => {
            let set = AddressSet::new(ranges.iter().map(|range| range.value));
            let texts = ranges.iter().map(|range: &crate::source::Spanned<Cidr>| range.value.net().to_string());
            whole("address".to_owned(), texts, ValueSet::Address(set))
        }
        Values::Binary(values) => {
            // Requests carry base64 too; the canonical text stands for its bytes.
            use base64::Engine;
            let texts: Vec<String> =
                values.iter().map(|value| base64::engine::general_purpose::STANDARD.encode(&value.value)).collect();
            let language = Language::new(texts.iter().map(|text| Glob::literal(text)));
            whole("binary".to_owned(), texts.into_iter(), ValueSet::Text(language))
        }
        Values::Absent(_) => Parts { set: None, patterns: Vec::new() },
    }
}

fn text_parts(how: &str, all: impl Iterator<Item = (String, Vec<Glyph>)>, folded: bool) -> Parts {
    let mut plain: Vec<(String, Glob)> = Vec::new();
    let mut patterns = Vec::new();
    for (text, glyphs) in all {
        match Glob::from_glyphs(&glyphs) {
            Some(glob) => plain.push((text, if folded { glob.folded() } else { glob })),
            None => patterns.push((glyphs, folded)),
        }
    }
    if plain.is_empty() && !patterns.is_empty() {
        return Parts { set: None, patterns };
    }
    plain.sort();
    plain.dedup();
    let written = plain.iter().fold(how.to_owned(), |written, (text, _)| format!("{written}\u{0}{text}"));
    let language = Language::new(plain.into_iter().map(|(_, glob)| glob));
    Parts { set: Some((written, ValueSet::Text(language))), patterns }
}

fn whole(how: String, texts: impl Iterator<Item = String>, set: ValueSet) -> Parts {
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts.dedup();
    Parts { set: Some((format!("{how}\u{0}{}", texts.join("\u{0}")), set)), patterns: Vec::new() }
}

/// Part by part: no wildcard of the first five crosses a colon (S3.1.4).
fn arn_glyphs(parts: &[Pattern; 6]) -> Vec<Glyph> {
    let mut glyphs = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            glyphs.push(Glyph::Literal(':'));
        }
        glyphs.extend(part.glyphs().iter().map(|glyph| match glyph {
            Glyph::One(_) if index < 5 => Glyph::One(Reach::WithinPart),
            Glyph::Many(_) if index < 5 => Glyph::Many(Reach::WithinPart),
            other => other.clone(),
        }));
    }
    glyphs
}

fn order(comparison: Option<Comparison>) -> Order {
    match comparison {
        Some(Comparison::NumericLessThan | Comparison::DateLessThan) => Order::Less,
        Some(Comparison::NumericLessThanEquals | Comparison::DateLessThanEquals) => Order::LessOrEqual,
        Some(Comparison::NumericGreaterThan | Comparison::DateGreaterThan) => Order::Greater,
        Some(Comparison::NumericGreaterThanEquals | Comparison::DateGreaterThanEquals) => Order::GreaterOrEqual,
        _ => Order::Equal,
    }
}

/// ARNs of six parts: what keys of the ARN type hold (S11.4.16).
pub(crate) fn arns() -> Language {
    let mut pieces: Vec<Piece> = "arn:".chars().map(Piece::Literal).collect();
    pieces.extend([Piece::Some(CharClass::NotColon), Piece::Literal(':'), Piece::Some(CharClass::NotColon)]);
    for _ in 0..3 {
        pieces.extend([Piece::Literal(':'), Piece::Many(CharClass::NotColon)]);
    }
    // Region and account may be empty, the last part may not.
    pieces.pop();
    pieces.push(Piece::Some(CharClass::Anything));
    Language::new([Glob::new(pieces)])
}
