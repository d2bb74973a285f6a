//! The actions a goal can mean, put into profiles: sets of actions that no statement and no key tells apart.
//!
//! In: a goal, the documents, the keys they use. Out: [`Universe`]: candidates, for each action clause the candidates
//! it matches, [`Class`]es that no clause tells apart, and of these [`Profile`]s. Within a profile every action clause is a constant, so that a question about a profile
//! is a question about resource and context alone. Facts: S11.4.10 to S11.4.12, S14.7.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Instant;

use indexmap::{IndexMap, IndexSet};

use crate::deadline::is_over;
use crate::goal::Goal;
use crate::policy::{Clause, Document};
use crate::symbolic::account::Account;
use crate::symbolic::language::Glob;
use crate::symbolic::unlisted::{UNLISTED, names};
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};
use crate::vocabulary::catalogue::{Catalogue, CatalogueAction, Service};
use crate::vocabulary::dialect::{Dialect, ExceptionKind};

mod forms;
mod profile;
mod ready;

pub use forms::Form;
use forms::{Traits, of_service};
pub use profile::{Profile, Reach, Telling, Unit};
use ready::ReadyPattern;

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

/// Candidates that no clause tells apart.
#[derive(Debug)]
pub struct Class {
    /// For each clause, whether it matches.
    pub clauses: Vec<bool>,
    candidates: Vec<usize>,
}

/// The patterns of a goal, made ready.
struct Wanted<'g> {
    actions: Vec<ReadyPattern<'g>>,
    except: Vec<ReadyPattern<'g>>,
}

impl<'g> Wanted<'g> {
    fn of(goal: &'g Goal) -> Self {
        let [actions, except] = [&goal.actions, &goal.except]
            .map(|patterns| patterns.iter().map(|pattern| ReadyPattern::new(&pattern.value)).collect());
        Self { actions, except }
    }
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
    ///
    /// None if that takes too long.
    pub fn new(goal: &Goal, documents: &[&Document], scope: Scope<'_>, deadline: Option<Instant>) -> Option<Self> {
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
        let wanted = Wanted::of(goal);
        for prefix in catalogue.prefixes().iter().filter(|prefix| asked(prefix)) {
            if is_over(deadline) {
                return None;
            }
            let Some(Ok(service)) = catalogue.service(prefix) else { continue };
            of_service(scope.dialect, service).iter().for_each(|candidate| universe.add(&wanted, candidate));
            if scope.unlisted_everywhere {
                universe.add_unlisted(&wanted, scope, (prefix, UNLISTED), Some(service));
            }
        }
        for action in named.values() {
            let service = catalogue.service(action.prefix()).and_then(Result::ok);
            let (prefix, name) = action.as_str().split_once(':').unwrap_or_default();
            universe.add_unlisted(&wanted, scope, (prefix, name), service);
        }
        for (prefix, globs) in unknown {
            let plain: Vec<&str> =
                named.keys().filter(|(own, _)| own == prefix).map(|(_, name)| name.as_str()).collect();
            let globs: Vec<Glob> = globs.into_iter().collect();
            match names(&globs, &plain) {
                Some(names) => {
                    names.iter().for_each(|name| universe.add_unlisted(&wanted, scope, (prefix, name), None));
                }
                None => universe.unnamed = Some(prefix.to_owned()),
            }
        }
        Some(universe)
    }

    /// The universe of one action, as a concrete request names it.
    pub fn of_one(action: Action, dialect: &Dialect) -> Self {
        let by_prefix = HashMap::from([(action.prefix().to_owned(), vec![0])]);
        let traits = Arc::new(Traits::of(dialect, &action));
        let candidates = vec![Candidate { action: Arc::new(action), service: None, listed: None, traits }];
        Self { candidates, by_prefix, unnamed: None, clauses: IndexSet::new(), numbers: HashMap::new() }
    }

    fn add_unlisted(
        &mut self,
        wanted: &Wanted<'_>,
        scope: Scope<'_>,
        (prefix, name): (&str, &str),
        service: Option<&'static Service>,
    ) {
        if let Ok(action) = Action::parse(&format!("{prefix}:{name}")) {
            let traits = Arc::new(Traits::of(scope.dialect, &action));
            self.add(wanted, &Candidate { action: Arc::new(action), service, listed: None, traits });
        }
    }

    /// Adds a candidate if the goal means it. What may need no permission is meant only where it is named.
    fn add(&mut self, wanted: &Wanted<'_>, candidate: &Candidate) {
        let action = &candidate.action;
        if !wanted.actions.iter().any(|pattern| pattern.matches(action))
            || wanted.except.iter().any(|pattern| pattern.matches(action))
            || (candidate.traits.free && !wanted.actions.iter().any(|pattern| pattern.names(action)))
        {
            return;
        }
        match self.by_prefix.get_mut(action.prefix()) {
            Some(indices) => indices.push(self.candidates.len()),
            None => {
                self.by_prefix.insert(action.prefix().to_owned(), vec![self.candidates.len()]);
            }
        }
        self.candidates.push(candidate.clone());
    }

    /// The candidates.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// Whether a clause is about the actions of a class or profile, by what it says of each clause.
    pub fn is_about(&self, clauses: &[bool], clause: &Clause<ActionPattern>) -> bool {
        let listed = self.number(clause).and_then(|number| clauses.get(number).copied());
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
        let ActionPatternKind::Of { prefix, .. } = pattern.kind() else {
            members.fill(true);
            return;
        };
        let Some(of_prefix) = self.by_prefix.get(prefix) else { return };
        let ready = ReadyPattern::new(pattern);
        for index in of_prefix {
            if let (Some(candidate), Some(member)) = (self.candidates.get(*index), members.get_mut(*index)) {
                *member |= ready.matches_name(candidate.action.name());
            }
        }
    }

    /// The classes: candidates that no clause tells apart, each class at the place of its first one. None if that takes
    /// too long.
    pub fn classes(&self, deadline: Option<Instant>) -> Option<Vec<Class>> {
        let mut classes: IndexMap<Vec<bool>, Vec<usize>> = IndexMap::new();
        for index in 0..self.candidates.len() {
            if is_over(deadline) {
                return None;
            }
            let clauses = self.clauses.iter().map(|members| members.get(index).copied().unwrap_or_default());
            classes.entry(clauses.collect()).or_default().push(index);
        }
        Some(classes.into_iter().map(|(clauses, candidates)| Class { clauses, candidates }).collect())
    }

    /// Whether some candidate of a class is an action that one of the dialect's exceptions of a kind is about.
    pub fn may_be_apart(&self, class: &Class, dialect: &Dialect, kind: ExceptionKind) -> bool {
        let of_class = || class.candidates.iter().filter_map(|index| self.candidates.get(*index));
        let exceptions = dialect.exceptions().iter().enumerate();
        let mut of_kind = exceptions.filter(|(_, exception)| exception.kind == kind);
        of_kind.any(|(place, _)| of_class().any(|candidate| candidate.traits.apart.get(place) == Some(&true)))
    }
}

/// Whether a pattern can match an action of a service.
fn could_be(pattern: &ActionPattern, prefix: &str) -> bool {
    match pattern.kind() {
        ActionPatternKind::Every => true,
        ActionPatternKind::Of { prefix: own, .. } => own == prefix,
    }
}

/// Whether a pattern matches an action.
pub fn matches(pattern: &ActionPattern, action: &Action) -> bool {
    ReadyPattern::new(pattern).matches(action)
}
