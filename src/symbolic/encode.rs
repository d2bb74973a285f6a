//! Statements, layers and goals as formulas over the atoms of one shape and one profile.
//!
//! In: documents, a shape of caller, a profile of actions. Out: formulas. Soundness: under [`Mode::Proof`] the formula
//! of a request being allowed is implied by the request being allowed under any reading of the law; under
//! [`Mode::Chosen`] it implies that the request is allowed under the chosen reading. [`Mode::Certain`] and
//! [`Mode::Hopeful`] are the same two from the other side, for formulas that stand under a negation.

use std::borrow::Cow;

use indexmap::IndexSet;

use crate::normal::{self, Kind, Test};
use crate::policy::{Clause, Condition, Document, Effect, Statement};
use crate::source::Spanned;
use crate::symbolic::atom::{Atom, Atoms, Template, TemplatePiece, ValueSet};
use crate::symbolic::formula::{Formula, Formulas};
use crate::symbolic::language::{Glob, Language, Piece};
use crate::symbolic::shape::{Known, Shape};
use crate::symbolic::universe::{Profile, Universe};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key;
use crate::vocabulary::pattern::{Glyph, Reach};
use crate::vocabulary::resource::ResourcePattern;
use crate::vocabulary::ruling::{ResourceStar, Rulings};
use crate::vocabulary::variable::Variable;

mod cache;
mod fact;
mod pin;
mod principal;
mod value;

pub use cache::Cache;
pub use pin::{Pin, Pinned};

pub(crate) use value::{arns, is_of_type, set_contains};

/// Which readings of the law count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Every reading: what may grant grants, what may not deny does not.
    Proof,
    /// The chosen reading, and where none is chosen the one against access.
    Chosen,
    /// The chosen reading, and where none is chosen the one for access.
    Hopeful,
    /// Every reading, from the other side: what may not grant does not, what may deny denies.
    Certain,
}

impl Mode {
    /// The mode of what is negated in a formula of this mode.
    pub fn opposite(self) -> Self {
        match self {
            Self::Proof => Self::Certain,
            Self::Certain => Self::Proof,
            Self::Chosen => Self::Hopeful,
            Self::Hopeful => Self::Chosen,
        }
    }

    /// Whether no reading is taken for the chosen one.
    fn is_every_reading(self) -> bool {
        matches!(self, Self::Proof | Self::Certain)
    }
}

/// From which side an unspecified part is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// It does not hold.
    Lower,
    /// It holds.
    Upper,
}

impl Bound {
    fn opposite(self) -> Self {
        match self {
            Self::Lower => Self::Upper,
            Self::Upper => Self::Lower,
        }
    }
}

/// The name of the field that holds the resource.
pub const RESOURCE: &str = "resource";

/// At which level a resource policy's Allow names the caller (S2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// SELF or ANY.
    Direct,
    /// ENTITY.
    Entity,
    /// ACCOUNT.
    Account,
}

/// Makes formulas for one shape, profile and mode.
pub struct Encoder<'a> {
    /// The interned atoms.
    pub atoms: &'a mut Atoms,
    /// The interned formulas.
    pub formulas: &'a mut Formulas,
    /// The candidates, for the numbers of action clauses.
    pub universe: &'a Universe,
    /// The shape of the caller.
    pub shape: &'a Shape,
    /// The profile of the action; none where no action clause is encoded.
    pub profile: Option<&'a Profile>,
    /// The keys asked about, in the order of the profile's.
    pub asked: &'a IndexSet<ContextKey>,
    /// Keys that nobody declares, asked about with a set operator.
    pub lists: &'a [ContextKey],
    /// Whether the caller has a boundary (S13.2).
    pub boundary: bool,
    /// Which readings count.
    pub mode: Mode,
    /// Which readings are pinned.
    pub rulings: Rulings,
    /// Whether what is encoded stands in the policy of a VPC endpoint (S2.3.7).
    pub endpoint: bool,
    /// Whether texts that are known of a caller are asked about all the same, so that a certificate can show them.
    pub spelled: bool,
    /// The one request that is asked about, if there is one.
    pub pin: Option<&'a Pin>,
    /// Tells the shape from others that share the cache.
    pub shape_number: u32,
    /// What was encoded already.
    pub cache: &'a mut Cache,
}

impl Encoder<'_> {
    /// Whether a statement about the profile's actions applies.
    pub fn statement(&mut self, statement: &Statement) -> Formula {
        let bound = self.bound(statement.effect);
        let rest = self.rest(statement, bound);
        let named = self.named(statement, bound);
        self.formulas.and([rest, named])
    }

    /// Whether an Allow about the profile's actions applies and names the caller at a level.
    pub fn grants(&mut self, statement: &Statement, level: Level) -> Formula {
        let Some(clause) = statement.principal.as_ref().filter(|clause| !clause.negated) else {
            return Formula::FALSE;
        };
        let bound = self.bound(statement.effect);
        let at_level: Vec<Formula> =
            clause.entries.iter().map(|entry| self.entry(&entry.value, level, bound)).collect();
        let named = self.formulas.or(at_level);
        if named == Formula::FALSE {
            return named;
        }
        let rest = self.rest(statement, bound);
        self.formulas.and([rest, named])
    }

    /// Whether all conditions of a goal hold.
    pub fn goal_conditions(&mut self, conditions: &[Condition]) -> Formula {
        let bound = self.bound(Effect::Allow);
        self.conditions(conditions, bound)
    }

    /// Whether the resource is one of a pattern's.
    pub fn goal_resource(&mut self, pattern: &ResourcePattern) -> Formula {
        self.resource_entry(pattern, false).0
    }

    /// Whether the resource is one of the places that a goal asks about, and none of those that it leaves out.
    pub fn goal_places(&mut self, within: Option<&[ResourcePattern]>, without: &[ResourcePattern]) -> Formula {
        let asked = within.map_or(Formula::TRUE, |within| self.listed(within.iter(), false).0);
        let left_out = self.listed(without.iter(), false).0;
        let kept = self.formulas.not(left_out);
        self.formulas.and([asked, kept])
    }

    fn bound(&self, effect: Effect) -> Bound {
        match (self.mode, effect) {
            (Mode::Proof | Mode::Hopeful, Effect::Allow) | (Mode::Chosen | Mode::Certain, Effect::Deny) => Bound::Upper,
            (Mode::Proof | Mode::Hopeful, Effect::Deny) | (Mode::Chosen | Mode::Certain, Effect::Allow) => Bound::Lower,
        }
    }

    fn rest(&mut self, statement: &Statement, bound: Bound) -> Formula {
        let carried = self.profile.map_or(&[][..], |profile| profile.keys.as_slice());
        let entry = self.cache.entry(statement, bound, self.shape_number, self.asked, carried);
        if let Some(known) = self.cache.get(&entry) {
            return known;
        }
        let formula = self.resource_and_conditions(statement, bound);
        self.cache.insert(entry, formula);
        formula
    }

    fn resource_and_conditions(&mut self, statement: &Statement, bound: Bound) -> Formula {
        let resource = match &statement.resources {
            None => Formula::TRUE,
            Some(clause) => self.resources(clause, bound),
        };
        if resource == Formula::FALSE {
            return resource;
        }
        let conditions = self.conditions(&statement.conditions, bound);
        self.formulas.and([resource, conditions])
    }

    fn resources(&mut self, clause: &Clause<ResourcePattern>, bound: Bound) -> Formula {
        // Under every reading, what must not match too much is read so that no wildcard before the last part runs over
        // colons (S14.3).
        let segmented = match self.rulings.resource_star {
            Some(ruling) => ruling == ResourceStar::Segmented,
            None => self.mode.is_every_reading() && (bound == Bound::Lower) != clause.negated,
        };
        let (listed, valued) = self.listed(clause.entries.iter().map(|entry| &entry.value), segmented);
        if !clause.negated {
            return listed;
        }
        let outside = self.formulas.not(listed);
        // An entry whose variable has no value excludes nothing by the letter; others read it the other way (S14.6).
        match (self.mode.is_every_reading(), bound) {
            (true, Bound::Lower) => {
                let all = self.formulas.and(valued);
                self.formulas.and([outside, all])
            }
            _ => outside,
        }
    }

    /// Whether the resource matches one of these entries, and for each with variables whether they have values. All
    /// others together are one set.
    fn listed<'p>(
        &mut self,
        entries: impl Iterator<Item = &'p ResourcePattern>,
        segmented: bool,
    ) -> (Formula, Vec<Formula>) {
        let mut plain: Vec<(&str, Glob)> = Vec::new();
        let mut parts = Vec::new();
        let mut valued = Vec::new();
        for entry in entries {
            match entry {
                ResourcePattern::Arn(pattern) if pattern.variables().next().is_none() => {
                    if let Some(glob) = Glob::from_glyphs(&glyphs(pattern.glyphs(), segmented)) {
                        plain.push((pattern.as_str(), glob));
                    }
                }
                other => {
                    let (matched, has_value) = self.resource_entry(other, segmented);
                    parts.push(matched);
                    valued.push(has_value);
                }
            }
        }
        if !plain.is_empty() {
            parts.push(self.text_atom(RESOURCE, if segmented { "s" } else { "g" }, plain));
        }
        (self.formulas.or(parts), valued)
    }

    /// Whether the resource matches an entry, and whether the entry's variables have values.
    fn resource_entry(&mut self, pattern: &ResourcePattern, segmented: bool) -> (Formula, Formula) {
        let ResourcePattern::Arn(pattern) = pattern else { return (Formula::TRUE, Formula::TRUE) };
        self.pattern(RESOURCE, &glyphs(pattern.glyphs(), segmented), false, &mut Vec::new())
    }

    fn conditions(&mut self, conditions: &[Condition], bound: Bound) -> Formula {
        let mut all = Vec::with_capacity(conditions.len());
        for condition in conditions {
            let formula = self.condition(condition, bound);
            if formula == Formula::FALSE {
                return formula;
            }
            all.push(formula);
        }
        self.formulas.and(all)
    }

    fn condition(&mut self, condition: &Condition, bound: Bound) -> Formula {
        if let Some(pin) = self.pin {
            // What a request carries decides, whatever the catalogue says.
            let key = &condition.key.value;
            let operator = condition.operator.value;
            if let (Some(values), Some(_)) = (pin.list(key), operator.qualifier) {
                return self.known_list(condition, values, bound);
            }
            let test = match operator.qualifier.is_none() && operator.comparison().is_some() && pin.is_empty_list(key) {
                // A list without values, and no set operator: read as no match (S3.2.3).
                true => Test::Unspecified(Some(false)),
                false => normal::test(condition, Kind { multivalued: pin.is_list(key), fits: false }),
            };
            return self.test(condition, &test, bound);
        }
        let key = &condition.key.value;
        let fits = declared_key::key_type(key).is_some_and(|kind| value::compares(&condition.values, kind.scalar));
        let test = normal::test(condition, Kind { multivalued: self.is_multivalued(key), fits });
        self.test(condition, &test, bound)
    }

    fn test(&mut self, condition: &Condition, test: &Test, bound: Bound) -> Formula {
        let key = &condition.key.value;
        match test {
            Test::Present => self.present(key),
            Test::Value => self.value(condition, bound),
            Test::Some => self.some(condition, true, side(bound)),
            Test::SomeNot => self.some(condition, false, side(bound)),
            Test::Odd => self.odd(condition),
            Test::Blank => self.blank(key),
            Test::Unspecified(chosen) => match (self.mode.is_every_reading(), chosen) {
                (false, Some(value)) => self.formulas.constant(*value),
                _ => side(bound),
            },
            Test::Not(inner) => {
                let inner = self.test(condition, inner, bound.opposite());
                self.formulas.not(inner)
            }
            Test::All(parts) => {
                let mut all = Vec::with_capacity(parts.len());
                for part in parts {
                    let part = self.test(condition, part, bound);
                    if part == Formula::FALSE {
                        return part;
                    }
                    all.push(part);
                }
                self.formulas.and(all)
            }
            Test::Any(parts) => {
                let any: Vec<Formula> = parts.iter().map(|part| self.test(condition, part, bound)).collect();
                self.formulas.or(any)
            }
        }
    }

    /// What is known of a key in this shape and profile.
    pub fn known(&self, key: &ContextKey) -> Known {
        if let Some(pin) = self.pin {
            return pin.known(key, self.shape);
        }
        if let Some(known) = self.shape.known(key) {
            return known;
        }
        if key.folded() == "aws:resourceaccount" {
            return Known::Open;
        }
        let place = self.asked.get_index_of(key);
        let carried = match (place, self.profile) {
            (Some(place), Some(profile)) => profile.keys.get(place).copied().unwrap_or(true),
            _ => true,
        };
        if carried { Known::Open } else { Known::Absent }
    }

    fn present(&mut self, key: &ContextKey) -> Formula {
        match self.known(key) {
            Known::Absent => Formula::FALSE,
            Known::Value(_) | Known::Within(_) => Formula::TRUE,
            Known::Open => {
                let field = self.atoms.field(key.folded());
                self.atom(Atom::Present(field))
            }
        }
    }

    fn blank(&mut self, key: &ContextKey) -> Formula {
        match self.known(key) {
            Known::Absent => Formula::FALSE,
            Known::Value(value) if !self.spelled => self.formulas.constant(value.is_empty()),
            Known::Value(_) | Known::Within(_) | Known::Open => {
                let field = self.atoms.field(key.folded());
                self.atom(Atom::Blank(field))
            }
        }
    }

    fn atom(&mut self, atom: Atom) -> Formula {
        let number = self.atoms.number(atom);
        self.formulas.atom(number)
    }

    /// The atom that a field's value is in the union of globs, each under its written form.
    fn text_atom(&mut self, name: &str, how: &str, mut globs: Vec<(impl AsRef<str> + Ord, Glob)>) -> Formula {
        globs.sort();
        globs.dedup();
        let written: Vec<&str> = globs.iter().map(|(text, _)| text.as_ref()).collect();
        let key = format!("{how}\u{0}{}", written.join("\u{0}"));
        let set = self.atoms.set(key, || ValueSet::Text(Language::new(globs.into_iter().map(|(_, glob)| glob))));
        let field = self.atoms.field(name);
        self.atom(Atom::In(field, set))
    }

    /// Whether a field's value matches a pattern, and whether the pattern's variables have values. A variable whose
    /// value is known is put in, one without value takes its default (S4.3) or makes the pattern match nothing (S4.5);
    /// where it is open whether there is a value, both. `valued` are the keys that have one on this branch.
    fn pattern(
        &mut self,
        name: &str,
        glyphs: &[Glyph],
        folded: bool,
        valued: &mut Vec<ContextKey>,
    ) -> (Formula, Formula) {
        if self.mode.is_every_reading()
            && glyphs
                .iter()
                .any(|glyph| matches!(glyph, Glyph::Variable(variable) if self.lists.contains(&variable.key)))
        {
            // Whether the key has one value or a list, nobody says: the pattern may match or not, its variables too.
            let mut free = |what| {
                let field = self.atoms.field(&format!("={what}\u{0}{name}{glyphs:?}"));
                self.atom(Atom::Present(field))
            };
            return (free("matches"), free("valued"));
        }
        let open = glyphs.iter().find_map(|glyph| match glyph {
            Glyph::Variable(variable) if self.is_choice(variable, valued) => Some(variable.key.clone()),
            _ => None,
        });
        let Some(key) = open else { return self.settled(name, glyphs, folded, valued) };
        let present = self.present(&key);
        let absent = self.formulas.not(present);
        valued.push(key.clone());
        let (with, with_valued) = self.pattern(name, glyphs, folded, valued);
        valued.pop();
        let mut defaults = Vec::with_capacity(glyphs.len());
        for glyph in glyphs {
            match glyph {
                Glyph::Variable(variable) if variable.key == key => match &variable.default {
                    Some(text) => defaults.extend(text.chars().map(Glyph::Literal)),
                    None => {
                        return (self.formulas.and([present, with]), self.formulas.and([present, with_valued]));
                    }
                },
                other => defaults.push(other.clone()),
            }
        }
        let (without, without_valued) = self.pattern(name, &defaults, folded, valued);
        let mut either = |with: Formula, without: Formula| {
            let (with, without) = (self.formulas.and([present, with]), self.formulas.and([absent, without]));
            self.formulas.or([with, without])
        };
        (either(with, without), either(with_valued, without_valued))
    }

    /// Whether it is open that a variable has a value.
    fn is_choice(&self, variable: &Variable, valued: &[ContextKey]) -> bool {
        !self.is_multivalued(&variable.key)
            && !valued.contains(&variable.key)
            && self.known(&variable.key) == Known::Open
    }

    /// A pattern whose variables have a value or never have one.
    fn settled(&mut self, name: &str, glyphs: &[Glyph], folded: bool, valued: &[ContextKey]) -> (Formula, Formula) {
        let mut pieces = Vec::with_capacity(glyphs.len());
        for glyph in glyphs {
            match glyph {
                Glyph::Literal(character) => pieces.push(TemplatePiece::Piece(Piece::Literal(*character))),
                Glyph::One(reach) => pieces.push(TemplatePiece::Piece(Piece::One((*reach).into()))),
                Glyph::Many(reach) => pieces.push(TemplatePiece::Piece(Piece::Many((*reach).into()))),
                Glyph::Variable(variable) => {
                    let multivalued = self.is_multivalued(&variable.key);
                    let known = if multivalued { Known::Absent } else { self.known(&variable.key) };
                    match (known, &variable.default) {
                        (Known::Value(text), _) => {
                            pieces.extend(text.chars().map(|c| TemplatePiece::Piece(Piece::Literal(c))));
                        }
                        (Known::Absent, Some(text)) if !valued.contains(&variable.key) => {
                            pieces.extend(text.chars().map(|c| TemplatePiece::Piece(Piece::Literal(c))));
                        }
                        (Known::Absent, _) => return (Formula::FALSE, Formula::FALSE),
                        (Known::Within(_) | Known::Open, _) => {
                            pieces.push(TemplatePiece::Field(self.atoms.field(variable.key.folded())));
                        }
                    }
                }
            }
        }
        let template = Template { pieces, folded };
        let matched = match template.filled(|_| None) {
            Some(glob) => self.text_atom(name, "p", vec![(format!("{:?}{folded}", template.pieces), glob)]),
            None => {
                let field = self.atoms.field(name);
                let id = self.atoms.template_id(template);
                self.atom(Atom::Matches(field, id))
            }
        };
        (matched, Formula::TRUE)
    }
}

/// What an unspecified part is taken for.
fn side(bound: Bound) -> Formula {
    match bound {
        Bound::Lower => Formula::FALSE,
        Bound::Upper => Formula::TRUE,
    }
}

impl Encoder<'_> {
    fn is_multivalued(&self, key: &ContextKey) -> bool {
        match self.pin {
            Some(pin) => pin.is_list(key),
            None => match declared_key::key_type(key) {
                Some(kind) => kind.multivalued,
                // Of a key that nobody declares, a set operator says that it may hold a list.
                None => self.lists.contains(key),
            },
        }
    }
}

/// The glyphs of a resource pattern, where asked with every wildcard of the front parts kept within its part.
fn glyphs(glyphs: &[Glyph], segmented: bool) -> Cow<'_, [Glyph]> {
    const COLONS: usize = 5;
    let is_short = || glyphs.iter().filter(|glyph| **glyph == Glyph::Literal(':')).count() < COLONS;
    // A pattern with fewer parts than an ARN still stands for the parts that it lacks.
    if !segmented || is_short() {
        return Cow::Borrowed(glyphs);
    }
    let mut colons = 0;
    glyphs
        .iter()
        .map(|glyph| {
            colons += usize::from(*glyph == Glyph::Literal(':'));
            match glyph {
                Glyph::Many(_) if colons < COLONS => Glyph::Many(Reach::WithinPart),
                other => other.clone(),
            }
        })
        .collect()
}

/// Every condition key, and every key of a variable, in some documents.
pub fn keys_of<'a>(documents: &[&'a Document], conditions: &'a [Condition]) -> IndexSet<ContextKey> {
    let mut keys: IndexSet<ContextKey> = IndexSet::new();
    let mut add = |key: &ContextKey| {
        // The first way of writing it stays.
        if !keys.contains(key) {
            keys.insert(key.clone());
        }
    };
    let statements = documents.iter().flat_map(|document| document.statements.iter());
    for statement in statements.clone() {
        for entry in statement.resources.iter().flat_map(|clause: &Clause<ResourcePattern>| &clause.entries) {
            let entry: &Spanned<ResourcePattern> = entry;
            if let ResourcePattern::Arn(pattern) = &entry.value {
                pattern.variables().for_each(|variable| add(&variable.key));
            }
        }
    }
    for condition in statements.flat_map(|statement| &statement.conditions).chain(conditions) {
        add(&condition.key.value);
        value::variables(condition).into_iter().for_each(|key| add(&key));
    }
    keys
}

/// Keys that nobody declares and that some condition asks about with a set operator.
pub fn lists_of(documents: &[&Document], conditions: &[Condition]) -> Vec<ContextKey> {
    let own =
        documents.iter().flat_map(|document| document.statements.iter()).flat_map(|statement| &statement.conditions);
    let telling = own.chain(conditions).filter(|condition| tells_a_list(condition));
    telling.map(|condition| condition.key.value.clone()).collect()
}

/// Whether a condition asks about a key that nobody declares with a set operator.
pub fn tells_a_list(condition: &Condition) -> bool {
    condition.operator.value.qualifier.is_some() && declared_key::key_type(&condition.key.value).is_none()
}
