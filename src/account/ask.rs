//! Can a principal of an account ever do it?
//!
//! In: accounts, a goal, a principal. Out: a verdict over every resource, each under the policy of its place.
//! Soundness: unreachable is said only if
//! (1) the question without resource policies is unsatisfiable outside the places that were asked about on their own.
//!     Within the account that is an upper bound for every place whose policy does not name the principal: such a policy
//!     only takes away (S5.4), but for keys and roles, whose policy must open them to the account (S7.1, S7.2); there
//!     the bound is the question under a policy that does; and
//!     Where the goal lies in one place, (2) alone is asked.
//! (2) the question under its policy is unsatisfiable for each place that names the principal, or everybody, in an
//!     Allow, and for each that a request of (1) lay in.

mod key;
mod layers;
mod run;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use key::{Key, adapted};
use layers::Delegation;
use run::Run;

use crate::account::Accounts;
use crate::account::named::Named;
use crate::account::place::{Place, patterns};
use crate::account::subject::Subject;
use crate::diagnostic::Diagnostic;
use crate::goal::Goal;
use crate::policy::Document;
use crate::query::reach::{Options, ReachError, answer, goal_is_meant};
use crate::query::slice;
use crate::scenario::Scenario;
use crate::verdict::{Answer, Unknown, Verdict};
use crate::vocabulary::dialect::{Dialect, ExceptionKind};
use crate::vocabulary::ruling::Rulings;

/// What a question about a principal came to.
#[derive(Debug)]
pub struct Answered {
    /// The verdict.
    pub verdict: Verdict,
    /// The principal with every layer that was looked at: of resource policies, those of the places asked about.
    pub scenario: Scenario,
}

/// Why a principal has no verdict.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Documents cannot be read.
    #[error("{} documents cannot be read", .0.len())]
    Documents(Vec<Diagnostic>),
    /// The question cannot be asked, or the engines disagree.
    #[error("{0}")]
    Reach(#[from] ReachError),
}

/// Which resources a question is about, and under which resource policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Where {
    /// All, under none; keys under one that leaves it to the account. So nobody assumes a role that is not listed.
    Anywhere,
    /// The roles of the account that leave it to the account who assumes them, under a policy that does.
    Delegating,
    /// A place, under its own.
    At(usize),
    /// Those of other accounts as well, under none: whether a request of the goal exists at all.
    Abroad,
}

/// A document without what cannot bear on the goal.
pub(super) struct Slice {
    document: Document,
    /// Whether it tells principals of one kind and account apart.
    observes: bool,
}

/// An answer, once it is there.
type Shared = Arc<OnceLock<Option<Verdict>>>;

/// Checks that a goal asks about services that there are: one policy that knows a service is enough to ask everybody
/// about it.
///
/// # Errors
/// Neither the catalogue nor a document knows it.
pub fn is_meant(accounts: &Accounts, goal: &Goal) -> Result<(), ReachError> {
    if goal_is_meant(&[], goal).is_ok() {
        return Ok(());
    }
    let documents = accounts.policies.ids().filter_map(|id| accounts.policies.document(id).ok());
    goal_is_meant(&documents.collect::<Vec<_>>(), goal)
}

/// One goal, asked of one principal or of many, which share what they can.
pub struct Query<'a> {
    accounts: &'a Accounts,
    goal: &'a Goal,
    options: Options,
    rulings: Rulings,
    lenient: bool,
    /// The documents as the question sees them; whole ones where one principal is asked about.
    slices: Vec<OnceLock<Option<Slice>>>,
    sliced: bool,
    named: Named,
    /// Places whose policy cannot be read.
    broken: Vec<usize>,
    answers: Mutex<HashMap<Key, Shared>>,
    /// Whether the goal may be about what trust policies speak of.
    assumes: bool,
    /// What stands for the policies that leave it to the account, by account.
    delegations: HashMap<String, Delegation>,
}

impl<'a> Query<'a> {
    /// Reads the policies of the places; with `many`, prepares for more than one principal.
    ///
    /// # Errors
    /// Documents that cannot be read, unless `lenient`.
    pub fn new(
        accounts: &'a Accounts,
        goal: &'a Goal,
        options: Options,
        rulings: Rulings,
        lenient: bool,
        many: bool,
    ) -> Result<Self, AskError> {
        let mut query = Self {
            accounts,
            goal,
            options,
            rulings,
            lenient,
            slices: (0..accounts.policies.len()).map(|_| OnceLock::new()).collect(),
            sliced: many,
            named: Named::default(),
            broken: Vec::new(),
            answers: Mutex::default(),
            assumes: accounts
                .dialect
                .exceptions()
                .iter()
                .any(|own| own.kind == ExceptionKind::RoleTrust && slice::meets_service(goal, &own.action)),
            delegations: HashMap::new(),
        };
        is_meant(accounts, goal)?;
        let mut named = Named::default();
        let (mut errors, mut broken) = (Vec::new(), Vec::new());
        for (number, place) in accounts.places.all().iter().enumerate().filter(|(_, place)| query.matters(place)) {
            match accounts.policies.document(place.policy) {
                Ok(document) => named.add(number, place, &slice::sliced(document, goal)),
                Err(findings) => {
                    errors.extend(findings.iter().cloned());
                    broken.push(number);
                }
            }
        }
        if !errors.is_empty() && !lenient {
            return Err(AskError::Documents(errors));
        }
        (query.named, query.broken) = (named, broken);
        for holder in &accounts.holders {
            if !query.delegations.contains_key(&holder.account) {
                query.delegations.insert(holder.account.clone(), Delegation::of(&holder.arn, accounts.dialect, goal)?);
            }
        }
        Ok(query)
    }

    /// Whether the policy of a place can say anything about the goal: a trust policy is about the service that hands out
    /// roles only (S7.2).
    fn matters(&self, place: &Place) -> bool {
        !place.trust || self.assumes
    }

    /// The dialect whose law decides.
    pub fn dialect(&self) -> &'static Dialect {
        self.accounts.dialect
    }

    /// The goal that is asked.
    pub fn goal(&self) -> &'a Goal {
        self.goal
    }

    /// The accounts that are asked about.
    pub fn accounts(&self) -> &'a Accounts {
        self.accounts
    }

    /// What a reader should look at in the documents that bear on a principal.
    pub fn warnings(&self, subject: &Subject<'_>) -> Vec<Diagnostic> {
        let holder = subject.holder.into_iter().flat_map(|holder| holder.identity.iter().chain(&holder.boundary));
        let places = self.accounts.places.all().iter().filter(|place| !place.trust).map(|place| &place.policy);
        holder.chain(places).flat_map(|id| self.accounts.policies.warnings(*id)).cloned().collect()
    }

    /// Answers for one principal.
    ///
    /// # Errors
    /// A document of the principal cannot be read, and reading is not lenient; or the question cannot be asked.
    pub fn ask(&self, subject: &Subject<'_>) -> Result<Answered, AskError> {
        self.ask_within(subject, self.options.timeout)
    }

    /// The same in a time of its own.
    ///
    /// # Errors
    /// As of [`ask`](Self::ask).
    pub fn ask_within(&self, subject: &Subject<'_>, timeout: Option<Duration>) -> Result<Answered, AskError> {
        let asked = match self.unusable(subject) {
            Some(problem) => Err(problem),
            None => self.asked(subject, timeout),
        };
        match asked {
            Err(AskError::Documents(problems)) if self.lenient => Ok(self.left_out(subject, &problems)),
            Ok(answered) => {
                let verdict = self.accounts.lost.weigh(answered.verdict, self.assumes);
                Ok(Answered { verdict, ..answered })
            }
            Err(error) => Err(error),
        }
    }

    /// What is wrong with the principal itself.
    fn unusable(&self, subject: &Subject<'_>) -> Option<AskError> {
        let problems = subject.holder.map(|holder| holder.problems.as_slice()).unwrap_or_default();
        (!problems.is_empty()).then(|| AskError::Documents(problems.to_vec()))
    }

    fn left_out(&self, subject: &Subject<'_>, problems: &[Diagnostic]) -> Answered {
        let reason = problems.first().map_or("", |problem| problem.message.as_str());
        let unknown = Some(Unknown::Gave(format!("left out: {reason}")));
        let verdict = Verdict { unknown, ..Verdict::new(Answer::Unknown) };
        Answered { verdict, scenario: self.bare(subject) }
    }

    fn asked(&self, subject: &Subject<'_>, timeout: Option<Duration>) -> Result<Answered, AskError> {
        let mut run = Run::new(self, subject, timeout);
        // Where the goal lies in one place, no other question bears on it.
        let only = self.goal.resource.as_ref().and_then(|resource| self.accounts.places.whole(&resource.value));
        let only = only.filter(|number| self.accounts.places.get(*number).is_some_and(|place| self.matters(place)));
        if let Some(number) = only {
            return match run.at(number)? {
                Some(found) => Ok(found),
                None => run.finish(),
            };
        }
        let delegates = !self.named.delegating(&subject.account).is_empty();
        for place in [Some(Where::Anywhere), delegates.then_some(Where::Delegating)].into_iter().flatten() {
            if let Some(found) = run.exhaust(place)? {
                return Ok(found);
            }
        }
        for number in self.named.of(subject, self.accounts.places.all()) {
            if let Some(found) = run.at(number)? {
                return Ok(found);
            }
        }
        run.finish()
    }

    /// The goal at a place, without places that were asked about.
    fn goal_at(&self, subject: &Subject<'_>, place: Where, without: &[usize]) -> Goal {
        let places = &self.accounts.places;
        let all =
            |numbers: &[usize]| numbers.iter().filter_map(|number| places.get(*number)).flat_map(patterns).collect();
        match place {
            Where::Abroad => self.goal.clone(),
            Where::Anywhere if without.is_empty() => self.goal.clone(),
            Where::Anywhere => self.goal.at(None, all(without)),
            Where::Delegating => self.goal.at(Some(all(self.named.delegating(&subject.account))), all(without)),
            Where::At(number) => {
                let (within, below) = places.extent(number);
                self.goal.at(Some(within), below)
            }
        }
    }

    /// Answers at a place, by what another principal with the same layers came to where there is one.
    fn question(
        &self,
        subject: &Subject<'_>,
        place: Where,
        without: &[usize],
        options: &Options,
    ) -> Result<Verdict, AskError> {
        let goal = self.goal_at(subject, place, without);
        let scenario = self.scenario(subject, place)?;
        let Some(key) = self.key(subject, place, without)?.filter(|_| !options.explain) else {
            return Ok(answer(&scenario, &goal, options)?);
        };
        let shared = match self.answers.lock() {
            Ok(mut answers) => Arc::clone(answers.entry(key).or_default()),
            // Another thread failed; this one answers for itself.
            Err(_) => Shared::default(),
        };
        let mut own = None;
        let first = shared.get_or_init(|| {
            let answer = own.insert(answer(&scenario, &goal, options));
            answer.as_ref().ok().cloned()
        });
        match (own, first.as_ref().and_then(|verdict| adapted(verdict, subject, &scenario))) {
            (Some(answer), _) => Ok(answer?),
            (None, Some(verdict)) => Ok(verdict),
            (None, None) => Ok(answer(&scenario, &goal, options)?),
        }
    }
}
