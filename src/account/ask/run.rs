//! One principal's questions, one after the other.
//!
//! In: a [`Query`], a principal. Out: the answer over all places; [`ask`](super) says why it is one.

use std::time::{Duration, Instant};

use crate::account::ask::{Answered, AskError, Query, Where};
use crate::account::subject::Subject;
use crate::query::reach::{Options, ReachError};
use crate::scenario::Layer;
use crate::verdict::{Answer, Assumption, Unknown, Verdict};

/// How many places a report explains.
const EXPLAINED: usize = 8;

/// One principal's questions.
pub(super) struct Run<'q, 'a> {
    query: &'q Query<'a>,
    subject: &'q Subject<'q>,
    timeout: Option<Duration>,
    started: Instant,
    /// Places that were asked about on their own, and grant nothing or are not decided.
    refuted: Vec<usize>,
    /// What was answered, and where.
    verdicts: Vec<(Where, Vec<usize>, Verdict)>,
}

impl<'q, 'a> Run<'q, 'a> {
    /// Nothing is asked yet.
    pub(super) fn new(query: &'q Query<'a>, subject: &'q Subject<'q>, timeout: Option<Duration>) -> Self {
        Self { query, subject, timeout, started: Instant::now(), refuted: Vec::new(), verdicts: Vec::new() }
    }

    /// The time that is left of the question's.
    fn options(&self) -> Option<Options> {
        let timeout = match self.timeout {
            None => None,
            Some(timeout) => Some(timeout.checked_sub(self.started.elapsed()).filter(|left| *left > Duration::ZERO)?),
        };
        Some(Options { timeout, explain: false, ..self.query.options.clone() })
    }

    fn ask(&self, place: Where, without: &[usize]) -> Result<Verdict, AskError> {
        match self.options() {
            Some(options) => self.query.question(self.subject, place, without, &options),
            None => {
                let unknown = Some(Unknown::Gave("the time is over".to_owned()));
                Ok(Verdict { unknown, ..Verdict::new(Answer::Unknown) })
            }
        }
    }

    /// Asks until no request is left, or one is found that its place's policy allows.
    pub(super) fn exhaust(&mut self, place: Where) -> Result<Option<Answered>, AskError> {
        loop {
            let without = self.refuted.clone();
            let verdict = self.ask(place, &without)?;
            let resource = verdict.counterexample.as_ref().map(|found| found.request.resource.as_str());
            let places = &self.query.accounts.places;
            let governed = resource.and_then(|resource| places.of(resource));
            let governed = governed.filter(|number| places.get(*number).is_some_and(|place| self.query.matters(place)));
            match governed {
                None if verdict.answer == Answer::Reachable => return self.found(place, without, verdict).map(Some),
                None => {
                    self.verdicts.push((place, without, verdict));
                    return Ok(None);
                }
                Some(number) if self.refuted.contains(&number) => {
                    return Err(ReachError::Internal("a place that was left out was found".to_owned()).into());
                }
                Some(number) => {
                    // To leave a place out leaves out the places below it as well.
                    for number in self.query.accounts.places.below(number).chain([number]) {
                        if let Some(found) = self.at(number)? {
                            return Ok(Some(found));
                        }
                    }
                }
            }
        }
    }

    /// Asks about one place, once.
    pub(super) fn at(&mut self, number: usize) -> Result<Option<Answered>, AskError> {
        if self.refuted.contains(&number) {
            return Ok(None);
        }
        let place = Where::At(number);
        let verdict = match self.query.broken.contains(&number) {
            false => self.ask(place, &[])?,
            true => {
                let resource = self.query.accounts.places.get(number).map_or("", |place| place.resource.as_str());
                let unknown = Some(Unknown::Gave(format!("left out: the policy of {resource} cannot be read")));
                Verdict { unknown, ..Verdict::new(Answer::Unknown) }
            }
        };
        self.refuted.push(number);
        if verdict.answer == Answer::Reachable {
            return self.found(place, Vec::new(), verdict).map(Some);
        }
        self.verdicts.push((place, Vec::new(), verdict));
        Ok(None)
    }

    /// A reachable verdict, explained where that is asked for.
    fn found(&self, place: Where, without: Vec<usize>, verdict: Verdict) -> Result<Answered, AskError> {
        let scenario = self.query.scenario(self.subject, place)?;
        let verdict = self.explained(place, &without, verdict)?;
        let verdict = self.query.with_assumptions(verdict, place);
        Ok(Answered { verdict, scenario })
    }

    fn explained(&self, place: Where, without: &[usize], verdict: Verdict) -> Result<Verdict, AskError> {
        if !self.query.options.explain || verdict.answer == Answer::Unknown {
            return Ok(verdict);
        }
        let Some(options) = self.options() else { return Ok(verdict) };
        self.query.question(self.subject, place, without, &Options { explain: true, ..options })
    }

    /// No place has a request: the verdicts as one.
    pub(super) fn finish(mut self) -> Result<Answered, AskError> {
        let mut scenario = self.query.scenario(self.subject, Where::Anywhere)?;
        if self.verdicts.iter().all(|(.., verdict)| verdict.answer == Answer::Vacuous) {
            // Another account's resources have requests, too; without a policy there is no access (S8.4).
            let abroad = self.ask(Where::Abroad, &[])?;
            self.verdicts.push((Where::Abroad, Vec::new(), abroad));
        }
        let mut whole: Option<Verdict> = None;
        let mut asked = Vec::new();
        for (place, without, verdict) in &self.verdicts {
            let explained = match place {
                Where::At(_) if asked.len() >= EXPLAINED => verdict.clone(),
                _ => self.explained(*place, without, verdict.clone())?,
            };
            if let Where::At(number) = place
                && asked.len() < EXPLAINED
                && !self.query.broken.contains(number)
            {
                let own = self.query.scenario(self.subject, *place)?;
                asked.extend(own.resource.given().into_iter().flatten().cloned());
            }
            whole = Some(match whole {
                None => explained,
                Some(first) => together(first, explained),
            });
        }
        if !asked.is_empty() {
            asked.extend(scenario.resource.given().into_iter().flatten().cloned());
            scenario.resource = Layer::Given(asked);
        }
        let mut verdict = whole.unwrap_or_else(|| Verdict::new(Answer::Unknown));
        let place = |number: &usize| self.query.accounts.places.get(*number);
        let bears = |number: &&usize| {
            !self.refuted.contains(number) && place(number).is_some_and(|place| self.query.matters(place))
        };
        if let Some(place) = self.query.broken.iter().find(bears).and_then(place)
            && matches!(verdict.answer, Answer::Unreachable | Answer::Vacuous)
        {
            let reason =
                format!("left out: the policy of {} cannot be read, and may name the principal", place.resource);
            verdict = Verdict { answer: Answer::Unknown, unknown: Some(Unknown::Gave(reason)), core: None, ..verdict };
        }
        let verdict = self.query.with_assumptions(verdict, Where::Anywhere);
        Ok(Answered { verdict, scenario })
    }
}

/// Two verdicts without a request as one: unknown if one is, vacuous if both are.
fn together(first: Verdict, second: Verdict) -> Verdict {
    let answer = match (first.answer, second.answer) {
        (Answer::Unknown, _) | (_, Answer::Unknown) => Answer::Unknown,
        (Answer::Vacuous, Answer::Vacuous) => Answer::Vacuous,
        _ => Answer::Unreachable,
    };
    let mut core = first.core;
    if let (Some(core), Some(more)) = (&mut core, second.core) {
        core.extend(more.into_iter().filter(|entry| !core.contains(entry)).collect::<Vec<_>>());
    }
    let mut notes = first.notes;
    notes.extend(second.notes.into_iter().filter(|note| !notes.contains(note)).collect::<Vec<_>>());
    Verdict {
        answer,
        unknown: first.unknown.or(second.unknown),
        counterexample: None,
        core: core.filter(|_| answer == Answer::Unreachable),
        assumptions: first.assumptions,
        engine: first.engine,
        formulas: first.formulas + second.formulas,
        notes,
        elapsed: first.elapsed + second.elapsed,
    }
}

impl Query<'_> {
    /// What an answer about an account takes for granted besides.
    fn with_assumptions(&self, mut verdict: Verdict, place: Where) -> Verdict {
        const RESOURCE: &str = "resource-policies";
        let own = verdict.assumptions.iter().position(|assumption| assumption.name == RESOURCE);
        let flips = own.map(|own| verdict.assumptions.remove(own)).and_then(|assumption| assumption.flips);
        let add = |verdict: &mut Verdict, name: &str, value: &str, flips| {
            verdict.assumptions.insert(0, Assumption { name: name.to_owned(), value: value.to_owned(), flips });
        };
        // What the listing and the organization tell is not assumed.
        verdict.assumptions.retain(|assumption| match assumption.name.as_str() {
            "boundary" | "resource-account" => false,
            "service-control-policies" | "resource-control-policies" => self.accounts.organization.is_none(),
            _ => true,
        });
        let keys = self.delegations.values().any(|own| own.keys.is_some());
        if keys && place == Where::Anywhere {
            add(&mut verdict, "key-policies", "where none is given, the account decides", None);
        }
        let files = self.accounts.places.all().iter().any(|place| !place.trust);
        let value = if files { "none but those given" } else { "none" };
        if !matches!(place, Where::At(_)) {
            add(&mut verdict, RESOURCE, value, flips);
        }
        verdict
    }
}
