//! What is known of actions and resource types whatever is asked: made once, kept for the questions that follow.
//!
//! In: a dialect, a partition, an account. Out: the forms of resources, languages of many of them, what the dialect's
//! exceptions say of an action. Of 22,000 actions most share their forms, and many questions share all of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::symbolic::account::Account;
use crate::symbolic::field::{FieldAnswer, Hints, Limits, solve};
use crate::symbolic::keys;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::universe::{Candidate, Reach, Scope, matches};
use crate::vocabulary::action::Action;
use crate::vocabulary::catalogue::{Catalogue, CatalogueAction, Service};
use crate::vocabulary::dialect::{Dialect, Exception, ExceptionKind};
use crate::vocabulary::resource::ResourcePattern;

/// How many homes a thread keeps the forms of, the last ones.
const KEPT: usize = 3;

/// How many languages are kept for a home before they are forgotten.
const LANGUAGES: usize = 8192;

/// The ARNs of a resource type, in one of its forms; `*` for actions without one.
#[derive(Debug, PartialEq, Eq)]
pub struct Form {
    /// The ARNs.
    pub resources: Glob,
    /// One of them that reads well.
    pub sample: String,
    /// Tells it from the others that are kept; none if it is not kept.
    number: Option<u32>,
}

/// A resource type of an action.
#[derive(Debug, Clone)]
pub(super) struct ResourceType {
    /// The keys listed for the action on it; none where nothing is listed.
    pub(super) keys: Option<Vec<&'static str>>,
    /// Its forms, the usual one first.
    pub(super) forms: Arc<[Arc<Form>]>,
    /// What a proof must hold for besides.
    pub(super) wider: Option<Arc<Form>>,
}

/// What the dialect says of an action.
#[derive(Debug)]
pub(super) struct Traits {
    /// For each exception, whether it is about the action.
    pub(super) apart: Vec<bool>,
    /// Whether it may need no permission.
    pub(super) free: bool,
    /// Whether resource control policies cover it.
    pub(super) under_rcps: bool,
}

/// The forms of resources in one partition and account.
#[derive(Debug)]
pub(super) struct Forms {
    /// For whom; none if they are not to be kept.
    home: Option<(String, String, Account, bool)>,
    /// By the address of the action, which lives as long as the program.
    types: HashMap<usize, Arc<[ResourceType]>>,
    /// By the address of the service, and the name.
    arns: HashMap<(usize, &'static str), Arc<[Arc<Form>]>>,
    services: HashMap<usize, Arc<Form>>,
    languages: HashMap<Vec<u32>, Arc<Language>>,
    reaches: HashMap<(usize, u32), Reach>,
    count: u32,
}

thread_local! {
    static FORMS: RefCell<Vec<Forms>> = const { RefCell::new(Vec::new()) };
    static CANDIDATES: RefCell<HashMap<ServiceOf, Arc<[Candidate]>>> = RefCell::default();
}

/// A service by its address, and the name of a dialect.
type ServiceOf = (usize, String);

/// An action that is part of the program lives for ever, as its dialect does: its address is a name.
fn address<T>(of: &'static T) -> usize {
    std::ptr::from_ref(of) as usize
}

/// Whether a dialect is part of the program: others may be at the same address one after the other.
fn is_embedded(dialect: &Dialect) -> bool {
    matches!(Dialect::embedded(dialect.name()), Some(Ok(own)) if std::ptr::eq(own, dialect))
}

/// Does something with the forms of a scope.
pub(super) fn with_forms<T>(scope: Scope<'_>, run: impl FnOnce(&mut Forms) -> T) -> T {
    let name = scope.dialect.name().to_owned();
    let home = (name, scope.partition.to_owned(), scope.account.with_all(), scope.any_request);
    let home = is_embedded(scope.dialect).then_some(home);
    let kept = FORMS.with_borrow_mut(|all| {
        let place = all.iter().position(|forms| home.is_some() && forms.home == home)?;
        Some(all.remove(place))
    });
    let mut forms = kept.unwrap_or_else(|| Forms::new(home));
    let done = run(&mut forms);
    if forms.home.is_some() {
        FORMS.with_borrow_mut(|all| {
            all.truncate(KEPT - 1);
            all.insert(0, forms);
        });
    }
    done
}

/// The actions of a service.
pub(super) fn of_service(dialect: &Dialect, service: &'static Service) -> Arc<[Candidate]> {
    let key = is_embedded(dialect).then(|| (address(service), dialect.name().to_owned()));
    if let Some(known) = key.as_ref().and_then(|key| CANDIDATES.with_borrow(|all| all.get(key).cloned())) {
        return known;
    }
    let candidate = |listed: &'static CatalogueAction| {
        let action = Action::parse(&format!("{}:{}", service.prefix, listed.name)).ok()?;
        let traits = Arc::new(Traits::of(dialect, &action));
        Some(Candidate { action: Arc::new(action), service: Some(service), listed: Some(listed), traits })
    };
    let made: Arc<[Candidate]> = service.actions.iter().filter_map(candidate).collect();
    if let Some(key) = key {
        CANDIDATES.with_borrow_mut(|all| all.insert(key, Arc::clone(&made)));
    }
    made
}

impl Traits {
    /// Those of an action.
    pub(super) fn of(dialect: &Dialect, action: &Action) -> Self {
        let same = |exception: &Exception| matches(&exception.action, action);
        let apart: Vec<bool> = dialect.exceptions().iter().map(same).collect();
        let free = dialect.exceptions().iter().zip(&apart).any(|(exception, same)| {
            *same && matches!(exception.kind, ExceptionKind::NeedsNoPermission | ExceptionKind::ByAccountSetting)
        });
        Self { apart, free, under_rcps: under_rcps(action) }
    }
}

impl Forms {
    fn new(home: Option<(String, String, Account, bool)>) -> Self {
        Self {
            home,
            types: HashMap::new(),
            arns: HashMap::new(),
            services: HashMap::new(),
            languages: HashMap::new(),
            reaches: HashMap::new(),
            count: 0,
        }
    }

    fn form(&mut self, (resources, sample): (Glob, String)) -> Arc<Form> {
        self.count += 1;
        Arc::new(Form { resources, sample, number: Some(self.count) })
    }

    /// The union of some forms.
    pub(super) fn language<'f>(&mut self, forms: impl Iterator<Item = &'f Arc<Form>> + Clone) -> Arc<Language> {
        let make = || Arc::new(Language::new(forms.clone().map(|form| form.resources.clone())));
        let numbers: Option<Vec<u32>> = forms.clone().map(|form| form.number).collect();
        let Some(mut numbers) = numbers else { return make() };
        numbers.sort_unstable();
        numbers.dedup();
        if self.languages.len() >= LANGUAGES {
            self.languages.clear();
        }
        Arc::clone(self.languages.entry(numbers).or_insert_with(make))
    }

    /// For each exception, which of a form's resources it is about.
    pub(super) fn exceptions(&mut self, dialect: &Dialect, apart: &[bool], form: &Form) -> Vec<Reach> {
        let exceptions = dialect.exceptions().iter().zip(apart).enumerate();
        let reach = |(place, (exception, same)): (usize, (&Exception, &bool))| match (same, form.number) {
            (false, _) => Reach::None,
            (true, None) => reach(&exception.resource, &form.resources),
            (true, Some(number)) => {
                *self.reaches.entry((place, number)).or_insert_with(|| reach(&exception.resource, &form.resources))
            }
        };
        exceptions.map(reach).collect()
    }

    /// The resource types of an action.
    pub(super) fn of(&mut self, candidate: &Candidate, scope: Scope<'_>) -> Arc<[ResourceType]> {
        if scope.any_request {
            return Arc::new([ResourceType { keys: None, forms: self.every(), wider: None }]);
        }
        let (Some(service), Some(listed)) = (candidate.service, candidate.listed) else {
            return Arc::new([unlisted(candidate, scope)]);
        };
        if let Some(known) = self.types.get(&address(listed)) {
            return Arc::clone(known);
        }
        let types: Arc<[ResourceType]> = match listed.resources.is_empty() {
            true => {
                let (forms, wider) = self.without_type(candidate, service, scope);
                Arc::new([ResourceType { keys: Some(keys::listed(service, listed, None)), forms, wider: Some(wider) }])
            }
            false => {
                let names = listed.resources.iter().map(|resource| resource.name.as_str());
                let of_type = |name: &'static str| ResourceType {
                    keys: Some(keys::listed(service, listed, Some(name))),
                    forms: self.of_type(service, name, scope),
                    wider: None,
                };
                names.map(of_type).collect()
            }
        };
        self.types.insert(address(listed), Arc::clone(&types));
        types
    }

    /// Every resource.
    fn every(&mut self) -> Arc<[Arc<Form>]> {
        let every = (Glob::new([Piece::Many(CharClass::Anything)]), String::from("*"));
        if let Some(known) = self.arns.get(&(0, "*")) {
            return Arc::clone(known);
        }
        let forms: Arc<[Arc<Form>]> = Arc::new([self.form(every)]);
        self.arns.insert((0, "*"), Arc::clone(&forms));
        forms
    }

    fn of_type(&mut self, service: &'static Service, name: &'static str, scope: Scope<'_>) -> Arc<[Arc<Form>]> {
        let place = (address(service), name);
        if let Some(known) = self.arns.get(&place) {
            return Arc::clone(known);
        }
        let arns = service.resource_types.iter().filter(|own| own.name == name).map(|own| own.arn.as_str());
        let arns = arns.chain(scope.dialect.also(&service.prefix, name));
        let star = Piece::Many(CharClass::Anything);
        let made: Vec<Arc<Form>> =
            arns.map(|arn| self.form((template(arn, scope, star), sample(arn, scope)))).collect();
        // A type without ARN template in the catalogue can be any resource.
        let forms = if made.is_empty() { self.every() } else { made.into() };
        self.arns.insert(place, Arc::clone(&forms));
        forms
    }

    /// `*` and what else the dialect has for an action without resource type, and every ARN of its service.
    fn without_type(
        &mut self,
        candidate: &Candidate,
        service: &'static Service,
        scope: Scope<'_>,
    ) -> (Arc<[Arc<Form>]>, Arc<Form>) {
        let mut forms = vec![self.star()];
        for form in scope.dialect.forms(&candidate.action) {
            forms.push(self.form((template(form, scope, Piece::Literal('*')), sample(form, scope))));
        }
        let wider = match self.services.get(&address(service)) {
            Some(known) => Arc::clone(known),
            None => {
                let part = [Piece::Many(CharClass::NotColon), Piece::Literal(':')];
                let front = literal(&format!("arn:{}:{}:", scope.partition, service.prefix));
                let rest = part.into_iter().chain(part).chain([Piece::Many(CharClass::Anything)]);
                let made = self.form((Glob::new(front.into_iter().chain(rest)), String::new()));
                self.services.insert(address(service), Arc::clone(&made));
                made
            }
        };
        (forms.into(), wider)
    }

    /// `*` itself.
    fn star(&mut self) -> Arc<Form> {
        if let Some(known) = self.services.get(&0) {
            return Arc::clone(known);
        }
        let made = self.form((Glob::literal("*"), String::from("*")));
        self.services.insert(0, Arc::clone(&made));
        made
    }
}

/// An unlisted action fits any resource: `*`, or an ARN of the caller's partition.
fn unlisted(candidate: &Candidate, scope: Scope<'_>) -> ResourceType {
    let any = format!("arn:{}:", scope.partition);
    let rest = |parts: usize| {
        (0..parts).flat_map(|_| [Piece::Many(CharClass::NotColon), Piece::Literal(':')]).collect::<Vec<_>>()
    };
    let arn = literal(&any).into_iter().chain(rest(3)).chain([Piece::Many(CharClass::Anything)]);
    let sample = format!("{any}{}::{}:example", candidate.action.prefix(), scope.account.text());
    let form = |resources, sample| Arc::new(Form { resources, sample, number: None });
    let forms = Arc::new([form(Glob::literal("*"), String::from("*")), form(Glob::new(arn), sample)]);
    ResourceType { keys: None, forms, wider: None }
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
