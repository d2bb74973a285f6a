//! The actions a goal can mean, put into profiles: sets of actions that no statement and no key tells apart.
//!
//! In: a goal, the documents, the keys they use. Out: [`Universe`]: candidates, for each action clause the candidates
//! it matches, and [`Profile`]s. Within a profile every action clause is a constant, so that a question about a profile
//! is a question about resource and context alone. Facts: S11.4.10 to S11.4.12, S14.7.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use indexmap::{IndexMap, IndexSet};

use crate::goal::Goal;
use crate::policy::{Clause, Document};
use crate::source::Spanned;
use crate::symbolic::ability::{Abilities, Ability};
use crate::symbolic::account::Account;
use crate::symbolic::field::{FieldAnswer, Hints, Limits, solve};
use crate::symbolic::keys;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::unlisted::{UNLISTED, names};
use crate::vocabulary::action::{Action, ActionPattern, ActionPatternKind};
use crate::vocabulary::catalogue::{Catalogue, CatalogueAction, Service};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::{Dialect, Exception, ExceptionKind};
use crate::vocabulary::resource::ResourcePattern;

/// An action that the goal can mean.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The action, in canonical case.
    pub action: Action,
    /// Its service, if the catalogue has it.
    pub service: Option<&'static Service>,
    /// What the catalogue says of it; none if it is not listed.
    pub listed: Option<&'static CatalogueAction>,
}

/// An action on one of its resource types.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The candidate.
    pub candidate: usize,
    /// The ARNs of the resource type; `*` for actions without one.
    pub resources: Glob,
    /// One of them that reads well.
    pub sample: String,
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
    pub resources: Language,
    /// The same, with every ARN of the service for actions without resource type (S14.7).
    pub widest: Language,
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
    pub fn of_one(action: Action) -> Self {
        let by_prefix = HashMap::from([(action.prefix().to_owned(), vec![0])]);
        let candidates = vec![Candidate { action, service: None, listed: None }];
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
        let Ok(action) = Action::parse(&format!("{prefix}:{name}")) else { return };
        let matches = |pattern: &Spanned<ActionPattern>| matches(&pattern.value, &action);
        if !goal.actions.iter().any(matches) || goal.except.iter().any(matches) {
            return;
        }
        let exact = goal.actions.iter().any(|pattern| matches(pattern) && !pattern.value.as_str().contains(['*', '?']));
        let free = scope.dialect.exceptions().iter().any(|exception| {
            matches!(exception.kind, ExceptionKind::NeedsNoPermission | ExceptionKind::ByAccountSetting)
                && self::matches(&exception.action, &action)
        });
        if free && !exact {
            return;
        }
        let index = self.candidates.len();
        self.by_prefix.entry(action.prefix().to_owned()).or_default().push(index);
        self.candidates.push(Candidate { action, service, listed });
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
    pub fn profiles(&self, asked: &IndexSet<ContextKey>, scope: Scope<'_>) -> Vec<Profile> {
        let carried: Vec<keys::Carried<'_>> = asked.iter().map(|key| keys::Carried::new(scope.dialect, key)).collect();
        let mut groups: IndexMap<Signature, Group> = IndexMap::new();
        let abilities = Abilities::new(asked, scope.dialect);
        for (index, candidate) in self.candidates.iter().enumerate() {
            let clauses: Vec<bool> =
                self.clauses.iter().map(|members| members.get(index).copied().unwrap_or_default()).collect();
            let same = |exception: &Exception| matches(&exception.action, &candidate.action);
            let apart: Vec<bool> = scope.dialect.exceptions().iter().map(same).collect();
            let under_rcps = under_rcps(&candidate.action);
            let ability = abilities.of(candidate);
            for (resource_type, resources, wider) in resource_types(candidate, scope) {
                let carries = |carried: &keys::Carried<'_>| {
                    scope.any_request || carried.by(candidate.service, candidate.listed, resource_type)
                };
                let keys: Vec<bool> = carried.iter().map(carries).collect();
                for (rank, (glob, sample)) in resources.into_iter().enumerate() {
                    let exceptions =
                        scope.dialect.exceptions().iter().zip(&apart).map(|(exception, same)| {
                            if *same { reach(&exception.resource, &glob) } else { Reach::None }
                        });
                    let signature = Signature {
                        clauses: clauses.clone(),
                        exceptions: exceptions.collect(),
                        under_rcps,
                        keys: keys.clone(),
                        ability: ability.clone(),
                    };
                    let group = groups.entry(signature).or_default();
                    group.units.push(Unit { candidate: index, resources: glob, sample, rank });
                    group.wider.extend(wider.iter().cloned());
                }
            }
        }
        let profile = |(signature, group): (Signature, Group)| {
            let mut units = group.units;
            // An unlisted action is shown only where no listed one will do, a short ARN before a long one.
            units.sort_by_key(|unit| {
                let listed = self.candidates.get(unit.candidate).and_then(|candidate| candidate.listed);
                let without_type = listed.is_some_and(|listed| listed.resources.is_empty());
                (listed.is_none(), unit.rank, without_type, unit.sample.len(), unit.candidate)
            });
            let globs: BTreeSet<Glob> = units.iter().map(|unit| unit.resources.clone()).collect();
            let resources = Language::new(globs.iter().cloned());
            let widest = match group.wider.is_empty() {
                true => resources.clone(),
                false => Language::new(globs.into_iter().chain(group.wider)),
            };
            let Signature { clauses, exceptions, under_rcps, keys, ability } = signature;
            Profile { units, clauses, exceptions, under_rcps, keys, ability, resources, widest }
        };
        groups.into_iter().map(profile).collect()
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
    wider: BTreeSet<Glob>,
}

/// Which of some resources an exception is about.
fn reach(pattern: &ResourcePattern, resources: &Glob) -> Reach {
    let glob = match pattern {
        ResourcePattern::Every => return Reach::All,
        ResourcePattern::Arn(pattern) => Glob::from_glyphs(pattern.glyphs()),
    };
    let Some(glob) = glob else { return Reach::Some };
    if glob.covers(resources) {
        return Reach::All;
    }
    let [own, other] = [glob, resources.clone()].map(|glob| Language::new([glob]));
    match solve(&[&own, &other], &[], &Hints::default(), Limits::default()) {
        FieldAnswer::Conflict { .. } => Reach::None,
        FieldAnswer::Witness(_) | FieldAnswer::Undecided => Reach::Some,
    }
}

/// Whether RCPs cover an action: its service is one of theirs (S10.3), and it has a resource (S10.4).
fn under_rcps(action: &Action) -> bool {
    let service = Catalogue::embedded().service(action.prefix()).and_then(Result::ok);
    let has_resource = |listed: &CatalogueAction| !listed.resources.is_empty();
    service.is_some_and(|service| service.rcp && service.action(action.name()).is_none_or(has_resource))
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

type ResourceType = (Option<&'static str>, Vec<(Glob, String)>, Vec<Glob>);

/// The resource types of an action: name, ARNs, and what a proof must hold for besides.
fn resource_types(candidate: &Candidate, scope: Scope<'_>) -> Vec<ResourceType> {
    let every = || vec![(Glob::new([Piece::Many(CharClass::Anything)]), String::from("*"))];
    if scope.any_request {
        return vec![(None, every(), Vec::new())];
    }
    let (Some(service), Some(listed)) = (candidate.service, candidate.listed) else {
        // An unlisted action fits any resource: `*`, or an ARN of the caller's partition.
        let any = format!("arn:{}:", scope.partition);
        let rest = |parts: usize| {
            (0..parts).flat_map(|_| [Piece::Many(CharClass::NotColon), Piece::Literal(':')]).collect::<Vec<_>>()
        };
        let arn = literal(&any).into_iter().chain(rest(3)).chain([Piece::Many(CharClass::Anything)]);
        let sample = format!("{any}{}::{}:example", candidate.action.prefix(), scope.account.text());
        let star = (Glob::literal("*"), String::from("*"));
        return vec![(None, vec![star, (Glob::new(arn), sample)], Vec::new())];
    };
    if listed.resources.is_empty() {
        let form = |form| (template(form, scope, Piece::Literal('*')), sample(form, scope));
        let forms = scope.dialect.forms(&candidate.action).map(form);
        let chosen = std::iter::once((Glob::literal("*"), String::from("*"))).chain(forms).collect();
        let service_arn = literal(&format!("arn:{}:{}:", scope.partition, service.prefix)).into_iter().chain([
            Piece::Many(CharClass::NotColon),
            Piece::Literal(':'),
            Piece::Many(CharClass::NotColon),
            Piece::Literal(':'),
            Piece::Many(CharClass::Anything),
        ]);
        return vec![(None, chosen, vec![Glob::new(service_arn)])];
    }
    let mut types = Vec::with_capacity(listed.resources.len());
    for resource in &listed.resources {
        let arns = service.resource_types.iter().filter(|own| own.name == resource.name);
        let star = Piece::Many(CharClass::Anything);
        let arns = arns.map(|own| own.arn.as_str());
        let arns = arns.chain(scope.dialect.also(&service.prefix, &resource.name));
        let globs: Vec<(Glob, String)> = arns.map(|arn| (template(arn, scope, star), sample(arn, scope))).collect();
        // A type without ARN template in the catalogue can be any resource.
        types.push((Some(resource.name.as_str()), if globs.is_empty() { every() } else { globs }, Vec::new()));
    }
    types
}

fn literal(text: &str) -> Vec<Piece> {
    text.chars().map(Piece::Literal).collect()
}

/// An ARN of a template that reads well.
fn sample(arn: &str, scope: Scope<'_>) -> String {
    let mut text = String::with_capacity(arn.len());
    let mut rest = arn;
    while let Some((plain, behind)) = rest.split_once("${") {
        text.push_str(plain);
        let Some((name, after)) = behind.split_once('}') else { break };
        text.push_str(match name {
            "Partition" => scope.partition,
            "Account" => scope.account.text(),
            "Region" => "us-east-1",
            "BucketName" => "example-bucket",
            _ => "example",
        });
        rest = after;
    }
    text.push_str(rest);
    text
}

/// An ARN template with partition and account put in; other placeholders stand for any text that is not empty.
fn template(arn: &str, scope: Scope<'_>, star: Piece) -> Glob {
    let mut pieces = Vec::new();
    let mut rest = arn;
    let mut colons = 0;
    while let Some((plain, behind)) = rest.split_once("${") {
        colons += plain.matches(':').count();
        pieces.extend(literal(plain));
        let Some((name, after)) = behind.split_once('}') else { break };
        match name {
            "Partition" => pieces.extend(literal(scope.partition)),
            "Account" if colons == 4 => pieces.extend(scope.account.pieces()),
            "Region" => pieces.push(Piece::Some(CharClass::NoSlashNorColon)),
            "BucketName" => pieces.push(Piece::Some(CharClass::NoSlashNorColon)),
            "UserNameWithPath" | "RoleNameWithPath" | "GroupNameWithPath" | "PolicyNameWithPath" => {
                pieces.push(Piece::Some(CharClass::PathCharacters));
            }
            _ if colons < 5 => pieces.push(Piece::Some(CharClass::NotColon)),
            _ => pieces.push(Piece::Some(CharClass::Anything)),
        }
        rest = after;
    }
    pieces.extend(rest.chars().map(|c| if c == '*' { star } else { Piece::Literal(c) }));
    Glob::new(pieces)
}
