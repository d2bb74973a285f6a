//! What a suite pins down: which slips in the documents under test make an assertion fail.
//!
//! In: suites whose assertions hold. Out: the [`Mutant`]s of the documents of their scenarios, and the [`Fate`] of each.
//! Trusted for: a mutant is called equivalent only where the scenarios with it and without it were proved to allow the
//! same requests, or the documents to grant the same; a [`Killer`] was asked of both.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::ask::{AskError, Query};
use crate::account::policy::PolicyId;
use crate::account::subject::Subject;
use crate::account::{Accounts, Holder};
use crate::goal::Goal;
use crate::policy::{Document, DocumentKind};
use crate::query::compare::scenarios::Scenarios;
use crate::query::compare::{self, Pair, compare};
use crate::query::reach::{Options, ReachError, reach};
use crate::suite::killer::{Killer, find};
use crate::suite::mutant::{Home, Mutant, mutants};
use crate::suite::setting::{Setting, What};
use crate::suite::{Assertion, Check, Claim, Standing, Suite, SuiteError, ask, changed};
use crate::verdict::comparison::{Comparison, Difference, Relation};
use crate::verdict::{Answer, Counterexample};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::Dialect;

/// The documents under test, with what is asserted of each.
#[derive(Debug)]
pub struct Coverage<'a> {
    tested: IndexMap<Home, Tested<'a>>,
}

#[derive(Debug)]
struct Tested<'a> {
    document: Document,
    /// Assertions that bear on it, cheap ones first.
    asked: Vec<(&'a Assertion, &'a Check)>,
    /// The scenarios that have it.
    settings: Vec<(&'a str, &'a Arc<Setting>)>,
}

/// What became of a mutant.
#[derive(Debug)]
pub enum Fate {
    /// An assertion no longer holds, or is no longer known to.
    Caught,
    /// Nothing is allowed that was not, and nothing denied: no assertion could tell.
    Equivalent,
    /// Every assertion still holds, and nobody has the document as the accounts are: it could matter to sequences only.
    Unheld,
    /// Every assertion still holds.
    Survived(Box<Survivor>),
    /// Every assertion still holds, and whether anything changes is unknown.
    Undecided(String),
}

/// A mutant that no assertion notices.
#[derive(Debug)]
pub struct Survivor {
    /// A scenario in which it makes a difference; none if it makes one to strangers only.
    pub scenario: Option<String>,
    /// The request that it allows, or does not allow any more.
    pub request: Option<Counterexample>,
    /// Whether it allows it.
    pub gained: bool,
    /// The assertion that would notice.
    pub killer: Option<Killer>,
}

impl<'a> Coverage<'a> {
    /// The documents of the suites' scenarios.
    pub fn new(suites: &'a [Suite]) -> Self {
        let mut tested: IndexMap<Home, Tested<'a>> = IndexMap::new();
        let assertions = suites.iter().flat_map(|suite| suite.assertions.iter());
        let checks = assertions.flat_map(|assertion| assertion.checks.iter().map(move |check| (assertion, check)));
        let checks: Vec<(&Assertion, &Check)> = checks.collect();
        let mut homes: HashMap<*const Setting, Vec<Home>> = HashMap::new();
        for (assertion, check) in &checks {
            let (Some(name), Some(setting)) = (&check.scenario, &check.setting) else { continue };
            let first = !homes.contains_key(&Arc::as_ptr(setting));
            let own = homes.entry(Arc::as_ptr(setting)).or_insert_with(|| {
                let documents = changed::documents(setting).into_iter();
                let mut own: Vec<Home> = documents
                    .map(|document| {
                        let home = Home::of(document);
                        let new = || Tested { document: document.clone(), asked: Vec::new(), settings: Vec::new() };
                        tested.entry(home.clone()).or_insert_with(new);
                        home
                    })
                    .collect();
                own.sort();
                own.dedup();
                own
            });
            for home in own.iter() {
                let Some(tested) = tested.get_mut(home) else { continue };
                tested.asked.push((assertion, check));
                if first {
                    tested.settings.push((name, setting));
                }
            }
        }
        for (assertion, check) in checks {
            let Claim::Compare { pair, .. } = &assertion.claim else { continue };
            let mut homes = vec![Home::of(&pair.old), Home::of(&pair.new)];
            homes.dedup();
            for home in homes {
                if let Some(tested) = tested.get_mut(&home) {
                    tested.asked.push((assertion, check));
                }
            }
        }
        tested.values_mut().for_each(|own| own.asked.sort_by_key(|(assertion, check)| cost(assertion, check)));
        Self { tested }
    }

    /// The documents, in the order of the suites.
    pub fn documents(&self) -> impl Iterator<Item = &Document> {
        self.tested.values().map(|own| &own.document)
    }

    /// The document that a mutant is of.
    pub fn document(&self, mutant: &Mutant) -> Option<&Document> {
        self.tested.get(&mutant.home).map(|own| &own.document)
    }

    /// Every mutant of every document.
    pub fn mutants(&self) -> Vec<Mutant> {
        self.documents().flat_map(mutants).collect()
    }

    /// What becomes of a mutant.
    ///
    /// # Errors
    /// The engines disagree.
    pub fn judge(&self, mutant: &Mutant) -> Result<Fate, SuiteError> {
        let Some(tested) = self.tested.get(&mutant.home) else { return Ok(Fate::Equivalent) };
        let mut settings: HashMap<*const Setting, Option<Arc<Setting>>> = HashMap::new();
        let mut with = |own: &Arc<Setting>| {
            let changed = || changed::setting(own, mutant).map(Arc::new);
            settings.entry(Arc::as_ptr(own)).or_insert_with(changed).clone()
        };
        let bearing = tested.asked.iter().filter(|(assertion, _)| mutant.bears_on(&tested.document, &assertion.claim));
        for (assertion, check) in bearing {
            let own = changed::assertion(assertion, mutant);
            let setting = check.setting.as_ref().and_then(&mut with);
            let check = Check { setting, ..Check::clone(check) };
            // Whatever ends a run is noticed, a question that cannot be asked any more, too; what is a bug of ours is not.
            match ask(own.as_ref().unwrap_or(assertion), &check, false) {
                Ok(answered) if answered.stands(&assertion.claim) == Standing::Passed => {}
                Err(error) if error.is_internal() => return Err(error),
                Ok(_) | Err(_) => return Ok(Fate::Caught),
            }
        }
        let (mut unknown, mut seen) = (None, None);
        for (name, own) in &tested.settings {
            let Some(new) = with(own) else { continue };
            match difference(own, &new, mutant)? {
                Told::Nothing => {}
                Told::Unknown(reason) => unknown = Some(reason),
                Told::Request(told) => {
                    let killer = self.killer(name, [own, &new], &told, mutant)?;
                    let is_killed = killer.is_some();
                    let survivor = Survivor {
                        scenario: Some((*name).to_owned()),
                        request: Some(told.request),
                        gained: told.gained,
                        killer,
                    };
                    if is_killed || seen.is_none() {
                        seen = Some(survivor);
                    }
                    if is_killed {
                        break;
                    }
                }
            }
        }
        match (seen, unknown) {
            (Some(survivor), _) => Ok(Fate::Survived(Box::new(survivor))),
            (None, Some(reason)) => Ok(Fate::Undecided(reason)),
            (None, None) => undiffering(tested, mutant),
        }
    }

    /// The assertion that tells the scenario and the changed one apart.
    fn killer(
        &self,
        name: &str,
        [own, new]: [&Setting; 2],
        told: &Request,
        mutant: &Mutant,
    ) -> Result<Option<Killer>, SuiteError> {
        let expected = if told.gained { Answer::Unreachable } else { Answer::Reachable };
        let tells = |goal: &Goal| {
            let other = if told.gained { Answer::Reachable } else { Answer::Unreachable };
            let is = |setting, expected| match answer(setting, told.principal.as_deref(), goal) {
                Ok(answer) => Ok(answer == expected),
                // An action that no service has cannot be asked about by its name.
                Err(SuiteError::Ask(AskError::Reach(ReachError::Goal(_)))) => Ok(false),
                Err(error) => Err(error),
            };
            Ok::<_, SuiteError>(is(own, expected)? && is(new, other)?)
        };
        let keys: Vec<ContextKey> = self.document(mutant).map(|own| mutant.keys(own)).unwrap_or_default();
        let parts = find(&told.request, &keys, tells)?;
        Ok(parts.map(|parts| Killer {
            scenario: name.to_owned(),
            principal: told.principal.clone().filter(|arn| !asks_about(own, arn)),
            assume: own.assume.clone(),
            expected,
            action: told.request.request.action.as_str().to_owned(),
            resource: parts.resource,
            when: parts.when,
        }))
    }
}

/// Whether a scenario asks about a principal, and about no other.
fn asks_about(setting: &Setting, arn: &str) -> bool {
    matches!(&setting.what, What::Account(listed) if listed.principals.iter().all(|own| own == arn))
}

/// How long an assertion takes, by its kind.
fn cost(assertion: &Assertion, check: &Check) -> u8 {
    let of_account = check.setting.as_deref().is_some_and(|own| matches!(own.what, What::Account(_)));
    match (&assertion.claim, of_account) {
        (Claim::Decide { .. }, _) => 0,
        (Claim::Reach { .. }, false) => 1,
        (Claim::Compare { .. }, _) => 2,
        (Claim::Reach { .. }, true) => 3,
        (Claim::Escalate { .. }, _) => 4,
    }
}

/// What a mutant changes in one scenario.
enum Told {
    Nothing,
    Request(Box<Request>),
    Unknown(String),
}

/// A request on which a scenario and the changed one differ.
struct Request {
    request: Counterexample,
    gained: bool,
    /// The principal of an account.
    principal: Option<String>,
}

impl Told {
    fn of(compared: Comparison, principal: Option<&str>) -> Self {
        for (difference, gained) in [(&compared.gained, true), (&compared.lost, false)] {
            if let Difference::Request(request) = difference {
                let principal = principal.map(str::to_owned);
                let request = Counterexample::clone(request);
                return Self::Request(Box::new(Request { request, gained, principal }));
            }
        }
        match compared.relation() {
            Some(Relation::Equivalent) => Self::Nothing,
            _ => Self::Unknown("whether anything changes could not be decided".to_owned()),
        }
    }
}

fn difference(own: &Setting, new: &Setting, mutant: &Mutant) -> Result<Told, SuiteError> {
    let options = options(own);
    let compared = |old, new| {
        let scenarios = Scenarios::new(old, new).map_err(|apart| ReachError::Internal(apart.to_string()))?;
        scenarios.compare(&options)
    };
    match (&own.what, &new.what) {
        (What::Layers(old), What::Layers(new)) => {
            Ok(Told::of(compared(Box::as_ref(old).clone(), Box::as_ref(new).clone())?, None))
        }
        (What::Account(old), What::Account(new)) => {
            let all = Goal::from_flags(&["*".to_owned()], &[], None, None)
                .map_err(|refusal| ReachError::Internal(refusal.to_string()))?;
            let (old, new) = (&old.accounts, &new.accounts);
            let kept = changed::kept(old, &mutant.home);
            let before = Query::new(old, &all, Options::default(), own.rulings, true, false)?;
            let after = Query::new(new, &all, Options::default(), own.rulings, true, false)?;
            let mut unknown = None;
            for holder in &old.holders {
                let subject = Subject::of(holder);
                let Some(changed) = new.holder(&holder.arn).map(Subject::of) else { continue };
                for place in places(old, &kept, holder) {
                    let (old, new) = (before.layers(&subject, place)?, after.layers(&changed, place)?);
                    match Told::of(compared(old, new)?, Some(&holder.arn)) {
                        Told::Nothing => {}
                        Told::Unknown(reason) => unknown = Some(reason),
                        told => return Ok(told),
                    }
                }
            }
            Ok(unknown.map_or(Told::Nothing, Told::Unknown))
        }
        _ => Ok(Told::Nothing),
    }
}

/// Where documents bear on a principal: anywhere, if they are its own; at the places whose policies they are.
fn places(accounts: &Accounts, kept: &[PolicyId], holder: &Holder) -> Vec<Option<usize>> {
    let mut own = holder.identity.iter().chain(&holder.boundary);
    let anywhere = own.any(|id| kept.contains(id)) || accounts.organization.is_some();
    let places = accounts.places.all().iter().enumerate();
    let at = places.filter(|(_, place)| kept.contains(&place.policy)).map(|(number, _)| Some(number));
    anywhere.then_some(None).into_iter().chain(at).collect()
}

/// What becomes of a mutant that changes nothing for any principal of the scenarios.
fn undiffering(tested: &Tested<'_>, mutant: &Mutant) -> Result<Fate, SuiteError> {
    let mut listed = tested.settings.iter().filter_map(|(_, own)| match &own.what {
        What::Account(listed) => Some((own, &listed.accounts)),
        What::Layers(_) | What::Deployed(_) => None,
    });
    let Some((setting, accounts)) = listed.next() else { return Ok(Fate::Equivalent) };
    let kept = changed::kept(accounts, &mutant.home);
    let is_held = |holder: &Holder| holder.identity.iter().chain(&holder.boundary).any(|id| kept.contains(id));
    match tested.document.kind {
        // The policies of resources are read by strangers, too.
        DocumentKind::Resource | DocumentKind::Trust => alone(tested, mutant, setting),
        _ if accounts.organization.is_none() && !accounts.holders.iter().any(is_held) => Ok(Fate::Unheld),
        _ => Ok(Fate::Equivalent),
    }
}

/// What a mutant changes in its document alone, whoever calls.
fn alone(tested: &Tested<'_>, mutant: &Mutant, setting: &Setting) -> Result<Fate, SuiteError> {
    let (old, new) = (tested.document.clone(), mutant.apply(&tested.document));
    let pair = Pair { dialect: dialect(setting), old, new, rulings: setting.rulings };
    let compared = compare(&pair, &options(setting))?;
    match compared.relation() {
        Some(Relation::Equivalent) => Ok(Fate::Equivalent),
        Some(Relation::Unknown) | None => Ok(Fate::Undecided("whether it grants the same is unknown".to_owned())),
        Some(_) => {
            let [gained, lost] = [&compared.gained, &compared.lost].map(|own| own.request().cloned());
            let survivor =
                Survivor { scenario: None, gained: gained.is_some(), request: gained.or(lost), killer: None };
            Ok(Fate::Survived(Box::new(survivor)))
        }
    }
}

fn dialect(setting: &Setting) -> &'static Dialect {
    match &setting.what {
        What::Layers(scenario) => scenario.dialect,
        What::Account(listed) => listed.accounts.dialect,
        What::Deployed(own) => own.deployment.dialect,
    }
}

fn options(setting: &Setting) -> compare::Options {
    compare::Options { any_request: setting.any_request, timeout: Some(setting.timeout), ..compare::Options::default() }
}

/// The answer of a scenario to a goal, for its principal or for one of its account.
fn answer(setting: &Setting, principal: Option<&str>, goal: &Goal) -> Result<Answer, SuiteError> {
    let options = Options { any_request: setting.any_request, timeout: Some(setting.timeout), ..Options::default() };
    match &setting.what {
        What::Layers(scenario) => Ok(reach(scenario, goal, &options)?.answer),
        What::Account(listed) => {
            let subject = Subject::find(&listed.accounts, principal.unwrap_or_default());
            let subject = subject.map_err(SuiteError::Principal)?;
            let query = Query::new(&listed.accounts, goal, options, setting.rulings, false, false)?;
            Ok(query.ask(&subject)?.verdict.answer)
        }
        // Nothing of it is changed.
        What::Deployed(_) => Ok(Answer::Unknown),
    }
}
