//! The actions a goal can mean, put into profiles: sets of actions that no statement and no key tells apart.
//!
//! In: a goal, the documents, the keys they use. Out: [`Universe`]: candidates, for each action clause the candidates
//! it matches, and [`Profile`]s. Within a profile every action clause is a constant, so that a question about a profile
//! is a question about resource and context alone. Facts: S11.4.10 to S11.4.12, S14.7.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use indexmap::{IndexMap, IndexSet};

use crate::deadline::is_over;
use crate::goal::Goal;
use crate::policy::{Clause, Document};
use crate::source::Spanned;
use crate::symbolic::ability::{Abilities, Ability};
use crate::symbolic::account::Account;
use crate::symbolic::keys;
use crate::symbolic::language::{Glob, Language};
use crate::symbolic::unlisted::{UNLISTED, names};
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};
use crate::vocabulary::catalogue::{Catalogue, CatalogueAction, Service};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::Dialect;

mod forms;

pub use forms::Form;
use forms::{Forms, ResourceType, Traits, traits, with_forms};

/// An action that the goal can mean.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The action, in canonical case.
    pub action: Arc<Action>,
    /// Its service, if the catalogue has it.
    pub service: Option<&'static Service>,
    /// What the catalogue says of it; none if it is not listed.
    pub listed: Option<&'static CatalogueAction>,
    traits: Arc<Traits>,
}

/// An action on one of its resource types.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The candidate.
    pub candidate: usize,
    /// The ARNs of the resource type.
    pub form: Arc<Form>,
    /// Its place among the forms of the type's ARNs, the usual one first.
    rank: usize,
}

/// Whether an exception is about some actions and resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// About none.
    None,
    /// About the resources that its pattern matches.
    Some,
    /// About all.
    All,
}

/// Actions that no statement and no key tells apart.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The actions, each on one resource type; the readable ones first.
    pub units: Vec<Unit>,
    /// For each clause, whether it matches.
    pub clauses: Vec<bool>,
    /// For each exception of the dialect, whether it is about these actions and resources.
    pub exceptions: Vec<Reach>,
    /// Whether resource control policies cover the actions (S10.3, S10.4).
    pub under_rcps: bool,
    /// For each key asked about, whether requests can carry it.
    pub keys: Vec<bool>,
    /// What else the facts of realism say of the actions.
    pub ability: Ability,
    /// The resources of all units together.
    pub resources: Arc<Language>,
    /// The same, with every ARN of the service for actions without resource type (S14.7).
    pub widest: Arc<Language>,
}

/// What profiles are made for.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The dialect.
    pub dialect: &'a Dialect,
    /// The partition of resources.
    pub partition: &'a str,
    /// The account of resources.
    pub account: &'a Account,
    /// Without realism every resource and key fits every action.
    pub any_request: bool,
    /// One unlisted action for every service asked about.
    pub unlisted_everywhere: bool,
}

/// The candidates of a goal.
#[derive(Debug)]
pub struct Universe {
    candidates: Vec<Candidate>,
    by_prefix: HashMap<String, Vec<usize>>,
    unnamed: Option<String>,
    /// Which candidates the clauses match, each list once.
    clauses: IndexSet<Vec<bool>>,
    /// The number of each clause that was seen, by its address: documents outlive the universe.
    numbers: HashMap<usize, usize>,
}

impl Universe {
    /// The candidates of a goal among the catalogue's actions, those named in the documents, and unlisted ones.
    pub fn new(goal: &Goal, documents: &[&Document], scope: Scope<'_>) -> Self {
        let catalogue = Catalogue::embedded();
        let mut named: BTreeMap<(String, String), Action> = BTreeMap::new();
        let mut unknown: BTreeMap<&str, BTreeSet<Glob>> = BTreeMap::new();
        let asked = |prefix: &str| goal.actions.iter().any(|pattern| could_be(&pattern.value, prefix));
        let patterns =
            documents.iter().flat_map(|document| document.statements.iter()).flat_map(|s| &s.actions.entries);
        // Lists name the actions of a service one after the other.
        let mut passed = "";
        for pattern in patterns.chain(&goal.actions).chain(&goal.except) {
            let ActionPatternKind::Of { prefix, name } = pattern.value.kind() else { continue };
            if prefix == passed || (!asked(prefix) && catalogue.lists(prefix)) {
                passed = prefix;
                continue;
            }
            let service = catalogue.service(prefix).and_then(Result::ok);
            if service.is_none() {
                let globs = unknown.entry(prefix).or_default();
                globs.extend(Glob::from_glyphs(name.glyphs()).filter(|_| name.plain().is_none()));
            }
            if name.plain().is_some_and(|name| service.is_none_or(|service| service.action(name).is_none()))
                && let Ok(action) = Action::parse(pattern.value.as_str())
            {
                named.insert((action.prefix().to_owned(), action.name().to_owned()), action);
            }
        }
        let mut universe = Self {
            candidates: Vec::new(),
            by_prefix: HashMap::new(),
            unnamed: None,
            clauses: IndexSet::new(),
            numbers: HashMap::new(),
        };
        for prefix in catalogue.prefixes().iter().filter(|prefix| asked(prefix)) {
            let Some(Ok(service)) = catalogue.service(prefix) else { continue };
            for action in &service.actions {
                universe.add(goal, scope, (prefix, &action.name), Some(service), Some(action));
            }
            if scope.unlisted_everywhere {
                universe.add(goal, scope, (prefix, UNLISTED), Some(service), None);
            }
        }
        for action in named.values() {
            let service = catalogue.service(action.prefix()).and_then(Result::ok);
            let (prefix, name) = action.as_str().split_once(':').unwrap_or_default();
            universe.add(goal, scope, (prefix, name), service, None);
        }
        for (prefix, globs) in unknown {
            let plain: Vec<&str> =
                named.keys().filter(|(own, _)| own == prefix).map(|(_, name)| name.as_str()).collect();
            let globs: Vec<Glob> = globs.into_iter().collect();
            match names(&globs, &plain) {
                Some(names) => names.iter().for_each(|name| universe.add(goal, scope, (prefix, name), None, None)),
                None => universe.unnamed = Some(prefix.to_owned()),
            }
        }
        universe
    }

    /// The universe of one action, as a concrete request names it.
    pub fn of_one(action: Action, dialect: &Dialect) -> Self {
        let by_prefix = HashMap::from([(action.prefix().to_owned(), vec![0])]);
        let traits = Arc::new(Traits::of(dialect, &action));
        let candidates = vec![Candidate { action: Arc::new(action), service: None, listed: None, traits }];
        Self { candidates, by_prefix, unnamed: None, clauses: IndexSet::new(), numbers: HashMap::new() }
    }

    fn add(
        &mut self,
        goal: &Goal,
        scope: Scope<'_>,
        (prefix, name): (&str, &str),
        service: Option<&'static Service>,
        listed: Option<&'static CatalogueAction>,
    ) {
        if !goal.actions.iter().any(|pattern| could_name(&pattern.value, prefix, name)) {
            return;
        }
        let Ok((action, traits)) = traits(scope.dialect, (prefix, name), listed) else { return };
        let matches = |pattern: &Spanned<ActionPattern>| matches(&pattern.value, &action);
        if !goal.actions.iter().any(matches) || goal.except.iter().any(matches) {
            return;
        }
        let exact = goal.actions.iter().any(|pattern| matches(pattern) && !pattern.value.as_str().contains(['*', '?']));
        if traits.free && !exact {
            return;
        }
        let index = self.candidates.len();
        self.by_prefix.entry(action.prefix().to_owned()).or_default().push(index);
        self.candidates.push(Candidate { action, service, listed, traits });
    }

    /// The candidates.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Whether a clause is about the actions of a profile.
    pub fn is_about(&self, profile: &Profile, clause: &Clause<ActionPattern>) -> bool {
        let listed = self.number(clause).and_then(|number| profile.clauses.get(number).copied());
        listed.unwrap_or_default() != clause.negated
    }

    /// A service whose actions are not all among the candidates: too many patterns speak of it.
    pub fn unnamed(&self) -> Option<&str> {
        self.unnamed.as_deref()
    }

    /// The number of a clause that was added.
    pub fn number(&self, clause: &Clause<ActionPattern>) -> Option<usize> {
        self.numbers.get(&(std::ptr::from_ref(clause) as usize)).copied()
    }

    /// Adds a clause; clauses that match the same candidates are one.
    pub fn add_clause(&mut self, clause: &Clause<ActionPattern>) {
        let mut members = vec![false; self.candidates.len()];
        for entry in &clause.entries {
            self.mark(&entry.value, &mut members);
        }
        let (number, _) = self.clauses.insert_full(members);
        self.numbers.insert(std::ptr::from_ref(clause) as usize, number);
    }

    fn mark(&self, pattern: &ActionPattern, members: &mut [bool]) {
        let ActionPatternKind::Of { prefix, name } = pattern.kind() else {
            members.fill(true);
            return;
        };
        let Some(of_prefix) = self.by_prefix.get(prefix) else { return };
        let glob = if name.plain().is_none() { Glob::from_glyphs(name.glyphs()) } else { None };
        for index in of_prefix {
            let Some(candidate) = self.candidates.get(*index) else { continue };
            let matched = match (name.plain(), &glob) {
                (Some(plain), _) => plain == candidate.action.name(),
                (None, Some(glob)) => glob.contains(candidate.action.name()),
                (None, None) => false,
            };
            if matched && let Some(member) = members.get_mut(*index) {
                *member = true;
            }
        }
    }

    /// The profiles: actions that no clause, no exception of the law and none of `asked` keys tells apart.
    ///
    /// None if that takes too long.
    pub fn profiles(
        &self,
        asked: &IndexSet<ContextKey>,
        scope: Scope<'_>,
        deadline: Option<Instant>,
    ) -> Option<Vec<Profile>> {
        with_forms(scope, |forms| self.grouped(asked, scope, deadline, forms))
    }

    fn grouped(
        &self,
        asked: &IndexSet<ContextKey>,
        scope: Scope<'_>,
        deadline: Option<Instant>,
        forms: &mut Forms,
    ) -> Option<Vec<Profile>> {
        let carried: Vec<keys::Carried<'_>> = asked.iter().map(|key| keys::Carried::new(scope.dialect, key)).collect();
        let mut groups: IndexMap<Signature, Group> = IndexMap::new();
        let abilities = Abilities::new(asked, scope.dialect);
        for (index, candidate) in self.candidates.iter().enumerate() {
            if is_over(deadline) {
                return None;
            }
            let clauses: Vec<bool> =
                self.clauses.iter().map(|members| members.get(index).copied().unwrap_or_default()).collect();
            let ability = abilities.of(candidate);
            for ResourceType { keys, forms: own, wider } in forms.of(candidate, scope).iter() {
                let carries =
                    |carried: &keys::Carried<'_>| scope.any_request || carried.by(&candidate.action, keys.as_deref());
                let keys: Vec<bool> = carried.iter().map(carries).collect();
                for (rank, form) in own.iter().enumerate() {
                    let signature = Signature {
                        clauses: clauses.clone(),
                        exceptions: forms.exceptions(scope.dialect, &candidate.traits.apart, form),
                        under_rcps: candidate.traits.under_rcps,
                        keys: keys.clone(),
                        ability: ability.clone(),
                    };
                    let group = groups.entry(signature).or_default();
                    group.units.push(Unit { candidate: index, form: Arc::clone(form), rank });
                    if let Some(wider) = wider
                        && !group.wider.iter().any(|own| Arc::ptr_eq(own, wider))
                    {
                        group.wider.push(Arc::clone(wider));
                    }
                }
            }
        }
        let mut profile = |(signature, group): (Signature, Group)| {
            let mut units = group.units;
            // An unlisted action is shown only where no listed one will do, a short ARN before a long one.
            units.sort_by_key(|unit| {
                let listed = self.candidates.get(unit.candidate).and_then(|candidate| candidate.listed);
                let without_type = listed.is_some_and(|listed| listed.resources.is_empty());
                (listed.is_none(), unit.rank, without_type, unit.form.sample.len(), unit.candidate)
            });
            let own = units.iter().map(|unit| &unit.form);
            let resources = forms.language(own.clone());
            let widest = match group.wider.is_empty() {
                true => Arc::clone(&resources),
                false => forms.language(own.chain(&group.wider)),
            };
            let Signature { clauses, exceptions, under_rcps, keys, ability } = signature;
            Profile { units, clauses, exceptions, under_rcps, keys, ability, resources, widest }
        };
        groups.into_iter().map(|group| (!is_over(deadline)).then(|| profile(group))).collect()
    }
}

/// What makes actions alike.
#[derive(PartialEq, Eq, Hash)]
struct Signature {
    clauses: Vec<bool>,
    exceptions: Vec<Reach>,
    under_rcps: bool,
    keys: Vec<bool>,
    ability: Ability,
}

/// Actions that are alike, and what a proof must hold for besides their resources.
#[derive(Default)]
struct Group {
    units: Vec<Unit>,
    wider: Vec<Arc<Form>>,
}

/// Whether a pattern can match an action of a service.
fn could_be(pattern: &ActionPattern, prefix: &str) -> bool {
    match pattern.kind() {
        ActionPatternKind::Every => true,
        ActionPatternKind::Of { prefix: own, .. } => own == prefix,
    }
}

/// Whether a pattern can match an action of this name, as its plain text shows.
fn could_name(pattern: &ActionPattern, prefix: &str, name: &str) -> bool {
    match pattern.kind() {
        ActionPatternKind::Every => true,
        ActionPatternKind::Of { prefix: own, name: pattern } => {
            own.eq_ignore_ascii_case(prefix) && pattern.plain().is_none_or(|plain| plain.eq_ignore_ascii_case(name))
        }
    }
}

/// Whether a pattern matches an action.
pub fn matches(pattern: &ActionPattern, action: &Action) -> bool {
    match pattern.kind() {
        ActionPatternKind::Every => true,
        ActionPatternKind::Of { prefix, name } => {
            prefix == action.prefix()
                && match name.plain() {
                    Some(plain) => plain == action.name(),
                    None => Glob::from_glyphs(name.glyphs()).is_some_and(|glob| glob.contains(action.name())),
                }
        }
    }
}
