//! What does a change of a plan or template grant that was not granted before?
//!
//! In: two deployments, what is before and what is after. Out: for each [`Subject`] of either a [`Change`].
//! Soundness: nothing is gained is said only where both sides say the same, or where the wide reading of what is after
//! allows nothing that the narrow reading of what is before does not, for every account that is told apart, under no resource
//! policy and under each one; and, where both have policies that are kept elsewhere, whether these allow everything or
//! nothing. A gain is shown by a request that was replayed with the same values put in on both sides.

use std::collections::BTreeSet;
use std::time::Instant;

use crate::deployment::ask::{AskError, Asks, Elsewhere, Question, narrowed};
use crate::deployment::node::{Sort, UnknownId};
use crate::deployment::parts::{Held, Policy};
use crate::deployment::reading::{Reading, Values};
use crate::deployment::subject::{Of, Subject};
use crate::deployment::Deployment;
use crate::goal::Goal;
use crate::query::compare::Options;
use crate::query::compare::scenarios::Scenarios;
use crate::query::reach::ReachError;
use crate::scenario::Scenario;
use crate::verdict::comparison::{Comparison, Difference};
use crate::verdict::Unknown;
use crate::vocabulary::ruling::Rulings;

/// What a change means for somebody.
#[derive(Debug, Clone)]
pub struct Change {
    /// Who it is; of somebody who is on one side only, by that side.
    pub subject: Subject,
    /// What is gained and what is lost.
    pub compared: Comparison,
    /// The resource policy under which a gain was found, where it was one.
    pub under: Option<String>,
}

/// One side, and the question that is asked of it.
#[derive(Clone, Copy)]
struct Side<'d> {
    deployment: &'d Deployment,
    question: Question<'d>,
}

impl Deployment {
    /// Everybody of either side: those of what is after first.
    pub fn changing<'d>(before: &'d Self, after: &'d Self) -> Vec<Subject> {
        let mut all = after.subjects();
        let of_before = before.subjects();
        let gone: Vec<Subject> = of_before.into_iter().filter(|own| !all.iter().any(|known| known.is_like(own))).collect();
        all.extend(gone);
        all
    }

    /// Compares what somebody may do before and after.
    ///
    /// # Errors
    /// A document is refused, or the engines disagree.
    pub fn change(
        before: &Self,
        after: &Self,
        subject: &Subject,
        options: &Options,
        rulings: Rulings,
    ) -> Result<Change, AskError> {
        let started = Instant::now();
        let (mut gained, mut lost) = (Difference::Nothing, Difference::Nothing);
        let mut under = None;
        for [old, new] in pairs(before, after, subject) {
            if old.means() == new.means() {
                continue;
            }
            let policy = new.question.policy.or(old.question.policy);
            for (difference, [old, new]) in [(&mut gained, [old, new]), (&mut lost, [new, old])] {
                if difference.request().is_some() || std::ptr::eq(old.deployment, after) && options.only_gains {
                    continue;
                }
                match gain(old, new, options, rulings)? {
                    Difference::Nothing | Difference::NotAsked => {}
                    found => {
                        under = under.or_else(|| policy.map(|policy| policy.address.clone()));
                        *difference = found;
                    }
                }
            }
        }
        if options.only_gains {
            lost = Difference::NotAsked;
        }
        let compared = Comparison {
            gained,
            lost,
            assumptions: Vec::new(),
            engine: options.engine,
            formulas: 0,
            elapsed: started.elapsed(),
        };
        Ok(Change { subject: subject.clone(), compared, under })
    }
}

/// The questions about somebody, as they are asked of both sides: about one who is not on a side, without policies.
fn pairs<'d>(before: &'d Deployment, after: &'d Deployment, subject: &Subject) -> Vec<[Side<'d>; 2]> {
    let asked = |deployment: &'d Deployment| -> Vec<Question<'d>> {
        let own = deployment.subjects().into_iter().find(|own| own.is_like(subject));
        own.map(|own| deployment.questions(&own)).unwrap_or_default()
    };
    let [old, new] = [before, after].map(|deployment| (deployment, asked(deployment)));
    let key = |question: &Question<'_>| {
        let word = if let Asks::Word(word) = question.principal { word } else { "" };
        (word, question.policy.map(|policy| policy.address.clone()))
    };
    let keys: BTreeSet<_> = new.1.iter().chain(&old.1).map(key).collect();
    let mut pairs = Vec::new();
    for wanted in keys {
        let of = |(deployment, questions): &(&'d Deployment, Vec<Question<'d>>), other: &[Question<'d>]| {
            let found = questions.iter().find(|question| key(question) == wanted).copied();
            // The same somebody under a resource's policy that this side does not have, or nobody at all.
            let own = || questions.first().map(|own| Question { policy: None, ..*own });
            let nobody = || {
                let policy = |own: &&Question<'d>| key(own) == wanted;
                let like = other.iter().find(policy).or(other.first())?;
                let identity = like.identity.map(|_| &[] as &[Held]);
                let is_holder = matches!(subject.of, Of::Holder(_));
                let policy = deployment.policies.iter().find(|own| Some(&own.address) == wanted.1.as_ref());
                Some(Question { identity, boundary: None, policy: policy.filter(|_| is_holder), ..*like })
            };
            found.or_else(own).or_else(nobody).map(|question| Side { deployment, question })
        };
        if let (Some(old), Some(new)) = (of(&old, &new.1), of(&new, &old.1)) {
            pairs.push([old, new]);
        }
    }
    pairs
}

/// What the new side allows and the old one does not.
fn gain(old: Side<'_>, new: Side<'_>, options: &Options, rulings: Rulings) -> Result<Difference, AskError> {
    let everything = Goal::from_flags(&["*".to_owned()], &[], None, None)?;
    if narrowed(&everything, new.question.policy.or(old.question.policy)).is_none() {
        return Ok(Difference::Nothing);
    }
    if old.elsewhere() != new.elsewhere() {
        let names: Vec<String> = old.elsewhere().symmetric_difference(&new.elsewhere()).cloned().collect();
        return Ok(unknown(&names));
    }
    let variants: &[Elsewhere] = match old.elsewhere().is_empty() {
        true => &[Elsewhere::Nothing],
        false => &[Elsewhere::Nothing, Elsewhere::Everything],
    };
    let mut worst = Difference::Nothing;
    for account in accounts(old.deployment, new.deployment) {
        for elsewhere in variants {
            match gain_in(old, new, account.as_deref(), *elsewhere, options, rulings)? {
                Difference::Nothing | Difference::NotAsked => {}
                found @ Difference::Request(_) => return Ok(found),
                found @ Difference::Unknown(_) => worst = found,
            }
        }
    }
    Ok(worst)
}

/// The same for one account and one kind of policies that are kept elsewhere.
fn gain_in(
    old: Side<'_>,
    new: Side<'_>,
    account: Option<&str>,
    elsewhere: Elsewhere,
    options: &Options,
    rulings: Rulings,
) -> Result<Difference, AskError> {
    let options = Options { only_gains: true, ..*options };
    let [known_old, known_new] = [old, new].map(|side| side.account(account));
    let open: Vec<UnknownId> =
        new.deployment.open(new.question).into_iter().filter(|id| !known_new.contains_key(id)).collect();
    let open_old: Vec<UnknownId> =
        old.deployment.open(old.question).into_iter().filter(|id| !known_old.contains_key(id)).collect();
    let is_open = !open.is_empty() || !open_old.is_empty();
    let names = || {
        let of = |side: Side<'_>, ids: &[UnknownId]| -> Vec<String> {
            side.deployment.named(ids).into_iter().map(|own| own.name.clone()).collect()
        };
        let all: BTreeSet<String> = of(new, &open).into_iter().chain(of(old, &open_old)).collect();
        all.into_iter().collect::<Vec<_>>()
    };
    let narrow = old.scenario(Reading::Narrow(&known_old), elsewhere, rulings)?;
    let wide = new.scenario(Reading::Wide(&known_new), elsewhere, rulings)?;
    let (Some(narrow), Some(wide)) = (narrow, wide) else { return Ok(unknown(&names())) };
    let found = match compare(narrow, wide, &options)? {
        Difference::Request(found) if is_open => found,
        decided => return Ok(decided),
    };
    for values in new.deployment.candidates(new.question, &open, &found, &known_new) {
        let told = old.like(new.deployment, &values, &open_old, &known_old);
        let filled = (
            old.scenario(Reading::With(&told), elsewhere, rulings),
            new.scenario(Reading::With(&values), elsewhere, rulings),
        );
        let (Ok(Some(old)), Ok(Some(new))) = filled else { continue };
        if let found @ Difference::Request(_) = compare(old, new, &options)? {
            return Ok(found);
        }
    }
    Ok(unknown(&names()))
}

/// Compares two scenarios of the same principal: the new one's.
fn compare(old: Scenario, new: Scenario, options: &Options) -> Result<Difference, AskError> {
    let old = Scenario { principal: new.principal.clone(), ..old };
    let scenarios = Scenarios::new(old, new).map_err(|apart| ReachError::Internal(apart.to_string()))?;
    Ok(scenarios.compare(options)?.gained)
}

fn unknown(names: &[String]) -> Difference {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let reason = format!("it depends on what is not known before it is deployed: {}", names.join(", "));
    Difference::Unknown(Unknown::Gave(reason))
}

/// The accounts that either side tells apart.
fn accounts(old: &Deployment, new: &Deployment) -> Vec<Option<String>> {
    let mut all = new.accounts();
    for account in old.accounts() {
        if !all.contains(&account) {
            all.push(account);
        }
    }
    if all.contains(&None) { vec![None] } else { all }
}

impl<'d> Side<'d> {
    fn scenario(&self, reading: Reading<'_>, elsewhere: Elsewhere, rulings: Rulings) -> Result<Option<Scenario>, AskError> {
        Ok(self.deployment.scenario(self.question, reading, elsewhere, rulings)?)
    }

    fn held(&self) -> impl Iterator<Item = &'d Held> + use<'d> {
        self.question.identity.into_iter().flatten().chain(self.question.boundary)
    }

    /// The names of the policies that are kept elsewhere.
    fn elsewhere(&self) -> BTreeSet<String> {
        let ids = self.held().filter_map(|held| if let Held::Unknown(id) = held { Some(*id) } else { None });
        let ids: Vec<UnknownId> = ids.collect();
        self.deployment.named(&ids).into_iter().map(|own| own.name.clone()).collect()
    }

    /// What the side says, however it is laid out: where two sides say the same of the same names, nothing changes.
    fn means(&self) -> BTreeSet<String> {
        let policy = |policy: &Policy| policy.node.written(&self.deployment.unknowns);
        let own = self.held().map(|held| match held {
            Held::Own(number) => self.deployment.policies.get(*number).map(|own| format!("{} {}", own.kind, policy(own))),
            Held::Perhaps(number, whether) => {
                let name = self.deployment.named(&[whether.condition]).into_iter().map(|own| own.name.clone());
                let name: String = name.collect();
                let own = self.deployment.policies.get(*number);
                own.map(|own| format!("{} if {name} is {} {}", own.kind, whether.is, policy(own)))
            }
            Held::Unknown(id) => self.deployment.named(&[*id]).into_iter().map(|own| format!("elsewhere {}", own.name)).next(),
        });
        own.flatten().chain(self.question.policy.map(|own| format!("{} {}", own.kind, policy(own)))).collect()
    }

    fn account(&self, account: Option<&str>) -> Values {
        let unknowns = self.deployment.unknowns.iter().filter(|(_, own)| own.sort == Sort::Account);
        unknowns.filter_map(|(id, _)| Some((id, account?.to_owned()))).collect()
    }

    /// The values that another deployment's unknowns of the same names have.
    fn like(&self, other: &Deployment, values: &Values, open: &[UnknownId], known: &Values) -> Values {
        let mut own = known.clone();
        for (id, unknown) in self.deployment.unknowns.iter() {
            let same = other.unknowns.iter().find(|(_, own)| own.name == unknown.name && own.sort == unknown.sort);
            if let Some(value) = same.and_then(|(id, _)| values.get(&id)) {
                own.insert(id, value.clone());
            }
        }
        for id in open {
            let condition = self.deployment.unknowns.sort(*id) == Sort::Condition;
            own.entry(*id).or_insert_with(|| if condition { "false".to_owned() } else { format!("gone-{}", id.number()) });
        }
        own
    }
}
