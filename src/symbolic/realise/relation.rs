//! Relations between the values of several keys that no atom expresses (S11.4.3, S11.4.4, S11.4.7, S11.4.8, S11.4.14).
//!
//! In: questions about fields, values that answer them. Out: literals of two keys that exclude each other, or values
//! changed so that the relations hold. Where neither is found nothing is said: a proof is then wider than it need be,
//! and a counterexample is not shown.

use std::collections::BTreeMap;

use crate::symbolic::atom::{Field, ValueSet};
use crate::symbolic::realise::question::{Contradiction, Question};
use crate::symbolic::realise::{FieldValue, Holds, Setting};
use crate::symbolic::shape::{PRINCIPAL_ARN, SESSION};
use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::instant::Instant;

const NOW: &str = "aws:currenttime";
const SECONDS: &str = "aws:epochtime";
const ISSUED: &str = "aws:tokenissuetime";
const CALLED_VIA: &str = "aws:calledvia";
const FIRST: &str = "aws:calledviafirst";
const LAST: &str = "aws:calledvialast";
const SOURCE_ARN: &str = "aws:sourcearn";
const SOURCE_ACCOUNT: &str = "aws:sourceaccount";
const CALLER_ORGANIZATION: &str = "aws:principalorgid";
const RESOURCE_ORGANIZATION: &str = "aws:resourceorgid";

/// Fields of which the values are the same where both are there, in the requests for which a lemma about both holds; of
/// a list, one of its values is.
pub const RELATED: [[&str; 2]; 4] =
    [[NOW, SECONDS], [CALLER_ORGANIZATION, RESOURCE_ORGANIZATION], [CALLED_VIA, FIRST], [CALLED_VIA, LAST]];

/// Keys of an organization's id and of its paths.
const ORGANIZATIONS: [(&str, &str); 4] = [
    (CALLER_ORGANIZATION, "aws:principalorgpaths"),
    (RESOURCE_ORGANIZATION, "aws:resourceorgpaths"),
    ("aws:sourceorgid", "aws:sourceorgpaths"),
    ("aws:vpceorgid", "aws:vpceorgpaths"),
];

/// The longest name of a role session, and of a session of GetFederationToken (S11.4.14).
const SESSION_NAME: usize = 64;
const FEDERATED_NAME: usize = 32;

type Questions = BTreeMap<Field, Question>;
type Values = BTreeMap<Field, FieldValue>;

/// Whether caller and resource belong to one account: neither does a service's or an anonymous caller's.
fn one_account(setting: Setting<'_>) -> bool {
    !matches!(setting.shape.kind, CallerKind::Service | CallerKind::Anonymous) && !setting.shape.cross_account
}

/// Literals about two keys that no related values satisfy.
pub(super) fn contradiction(questions: &Questions, setting: Setting<'_>) -> Option<Contradiction> {
    if !setting.realism {
        return None;
    }
    let question_of = |name: &str| {
        let field = setting.atoms.find(name)?;
        let question = questions.get(&field)?;
        question.is_valued(field, setting).then_some((field, question))
    };
    // The relation holds only where both keys are there: what makes them so is part of the reason.
    let both = |mut literals: Vec<(u32, bool)>, one: &Question, other: &Question| {
        for reason in [one.reason()?, other.reason()?] {
            if !literals.contains(&reason) {
                literals.push(reason);
            }
        }
        Some((literals, Holds::Shape))
    };
    let instants = |question: &Question| {
        let mut only = question.clone();
        only.inside.retain(|(set, ..)| matches!(setting.atoms.value_set(*set), Some(ValueSet::Instant(_))));
        only
    };
    if let (Some((field, now)), Some((_, seconds))) = (question_of(NOW), question_of(SECONDS)) {
        let mut joined = instants(now);
        joined.matches.clear();
        joined.inside.extend(instants(seconds).inside);
        if let Some((literals, _)) = joined.contradiction(field, setting) {
            return both(literals, now, seconds);
        }
    }
    let organizations = (question_of(CALLER_ORGANIZATION), question_of(RESOURCE_ORGANIZATION));
    if let (Some((field, caller)), Some((_, resource)), true) = (organizations.0, organizations.1, one_account(setting))
    {
        let mut joined = caller.clone();
        joined.inside.extend(resource.inside.iter().copied());
        if let Some((literals, _)) = joined.contradiction(field, setting) {
            return both(literals, caller, resource);
        }
    }
    let (_, list) = question_of(CALLED_VIA)?;
    for end in [FIRST, LAST] {
        let Some((field, question)) = question_of(end) else { continue };
        // What every value of the list is, its ends are.
        let every = list.of_every_value();
        let mut joined = question.clone();
        joined.inside.extend(every.iter().copied());
        if let Some((literals, _)) = joined.contradiction(field, setting) {
            let own = |(number, truth): (u32, bool)| match every.iter().any(|(_, _, other)| *other == number) {
                true => (number, false),
                false => (number, truth),
            };
            return both(literals.into_iter().map(own).collect(), question, list);
        }
    }
    None
}

/// Changes values so that the relations hold; false if they do not.
pub(super) fn settle(values: &mut Values, questions: &Questions, setting: Setting<'_>) -> bool {
    if !setting.realism {
        return true;
    }
    let mut settling = Settling { values, questions, setting };
    settling.instants()
        && settling.ends()
        && settling.organizations()
        && settling.source_account()
        && settling.names_are_short()
}

struct Settling<'a> {
    values: &'a mut Values,
    questions: &'a Questions,
    setting: Setting<'a>,
}

impl Settling<'_> {
    fn one(&self, name: &str) -> Option<String> {
        match self.values.get(&self.setting.atoms.find(name)?)? {
            FieldValue::One(text) => Some(text.clone()),
            FieldValue::List(_) => None,
        }
    }

    fn list(&self, name: &str) -> Option<Vec<String>> {
        match self.values.get(&self.setting.atoms.find(name)?)? {
            FieldValue::List(values) => Some(values.clone()),
            FieldValue::One(_) => None,
        }
    }

    /// Gives a field another value if its literals allow it.
    fn change(&mut self, name: &str, value: FieldValue) -> bool {
        let Some(field) = self.setting.atoms.find(name) else { return false };
        let fits = self.questions.get(&field).is_some_and(|question| question.accepts(name, &value, self.setting));
        if fits {
            self.values.insert(field, value);
        }
        fits
    }

    fn change_one(&mut self, name: &str, text: &str) -> bool {
        self.change(name, FieldValue::One(text.to_owned()))
    }

    fn instant(&self, name: &str) -> Option<Instant> {
        Instant::parse(&self.one(name)?)
    }

    /// S11.4.4: one present moment, and tokens issued before it.
    fn instants(&mut self) -> bool {
        if let (Some(now), Some(seconds)) = (self.instant(NOW), self.instant(SECONDS))
            && now != seconds
            && !in_seconds(now).is_some_and(|text| self.change_one(SECONDS, &text))
            && !self.change_one(NOW, &seconds.to_string())
        {
            return false;
        }
        let Some(issued) = self.instant(ISSUED) else { return true };
        let moments: Vec<&str> = [NOW, SECONDS].into_iter().filter(|name| self.one(name).is_some()).collect();
        let Some(now) = moments.first().and_then(|name| self.instant(name)) else { return true };
        if issued <= now || self.change_one(ISSUED, &now.to_string()) {
            return true;
        }
        moments.into_iter().all(|name| match name {
            SECONDS => in_seconds(issued).is_some_and(|text| self.change_one(SECONDS, &text)),
            _ => self.change_one(name, &issued.to_string()),
        })
    }

    /// S11.4.7: the first and the last of the services that forwarded the request.
    fn ends(&mut self) -> bool {
        let Some(list) = self.list(CALLED_VIA) else { return true };
        let (first, last) = (self.one(FIRST), self.one(LAST));
        if first.is_none() && last.is_none() {
            return true;
        }
        let between = list.iter().filter(|value| Some(*value) != first.as_ref() && Some(*value) != last.as_ref());
        let whole: Vec<String> = first.iter().chain(between).chain(&last).cloned().collect();
        let alone: Vec<String> = first.iter().chain(&last).cloned().collect();
        if self.change(CALLED_VIA, FieldValue::List(whole)) || self.change(CALLED_VIA, FieldValue::List(alone)) {
            return true;
        }
        // The list stays, and its ends are put in.
        let end = |own: Option<&String>, wanted: Option<&String>| own.is_none() || own == wanted;
        (end(first.as_ref(), list.first()) || list.first().is_some_and(|value| self.change_one(FIRST, value)))
            && (end(last.as_ref(), list.last()) || list.last().is_some_and(|value| self.change_one(LAST, value)))
    }

    /// S11.4.3: every path starts with the organization's id, and an account is in one organization.
    fn organizations(&mut self) -> bool {
        if one_account(self.setting)
            && let (Some(caller), Some(resource)) = (self.one(CALLER_ORGANIZATION), self.one(RESOURCE_ORGANIZATION))
            && caller != resource
            && !self.change_one(RESOURCE_ORGANIZATION, &caller)
            && !self.change_one(CALLER_ORGANIZATION, &resource)
        {
            return false;
        }
        for (id, paths) in ORGANIZATIONS {
            let Some(list) = self.list(paths) else { continue };
            let Some(own) = self.one(id).or_else(|| front(list.first()?).map(str::to_owned)) else { return false };
            if list.iter().all(|path| front(path) == Some(&own)) {
                continue;
            }
            let moved = list.iter().map(|path| match path.split_once('/') {
                Some((_, rest)) => format!("{own}/{rest}"),
                None => format!("{own}/"),
            });
            let moved = moved.collect();
            if self.change(paths, FieldValue::List(moved)) {
                continue;
            }
            let other = list.first().and_then(|path| front(path)).unwrap_or_default().to_owned();
            let same = list.iter().all(|path| front(path) == Some(&other));
            if !same || !self.change_one(id, &other) {
                return false;
            }
        }
        if !one_account(self.setting) {
            return true;
        }
        // Whichever of the four are there, they tell one organization.
        let ids = [CALLER_ORGANIZATION, RESOURCE_ORGANIZATION].into_iter().filter_map(|name| self.one(name));
        let paths = ORGANIZATIONS.iter().take(2).filter_map(|(_, paths)| self.list(paths)).flatten();
        let told: Vec<String> = ids.chain(paths.filter_map(|path| front(&path).map(str::to_owned))).collect();
        told.windows(2).all(|two| matches!(two, [one, other] if one == other))
    }

    /// S11.4.8: the account in the ARN that a service acts for.
    fn source_account(&mut self) -> bool {
        let (Some(arn), Some(account)) = (self.one(SOURCE_ARN), self.one(SOURCE_ACCOUNT)) else { return true };
        let Some(parts) = Arn::parse(&arn) else { return false };
        if parts.account.is_empty() || parts.account == account || self.change_one(SOURCE_ACCOUNT, parts.account) {
            return true;
        }
        let fields: Vec<&str> = arn.splitn(6, ':').collect();
        let [start, partition, service, region, _, resource] = fields.as_slice() else { return false };
        let owned = format!("{start}:{partition}:{service}:{region}:{account}:{resource}");
        let nobodys = format!("{start}:{partition}:{service}:{region}::{resource}");
        self.change_one(SOURCE_ARN, &owned) || self.change_one(SOURCE_ARN, &nobodys)
    }

    /// S11.4.14: the names of sessions have an end.
    fn names_are_short(&self) -> bool {
        let short = |name: &str, most: usize| match self.one(name) {
            Some(arn) => friendly_name(&arn).chars().count() <= most,
            None => true,
        };
        match self.setting.shape.kind {
            CallerKind::RoleSession => short(SESSION, SESSION_NAME),
            CallerKind::Federated => short(PRINCIPAL_ARN, FEDERATED_NAME),
            _ => true,
        }
    }
}

/// The organization that a path starts with.
fn front(path: &str) -> Option<&str> {
    path.split_once('/').map(|(organization, _)| organization)
}

/// The seconds of an instant, if they are whole.
fn in_seconds(instant: Instant) -> Option<String> {
    const SECOND: i128 = 1_000_000_000;
    let whole = instant.nanoseconds().rem_euclid(SECOND) == 0;
    whole.then(|| instant.nanoseconds().div_euclid(SECOND).to_string())
}
