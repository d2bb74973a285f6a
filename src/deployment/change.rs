//! What does a change of a plan or template grant that was not granted before?
//!
//! In: two deployments, what is before and what is after. Out: for each [`Subject`] of either a [`Change`].
//! Soundness: nothing is gained is said only where both sides say the same, or where the wide reading of what is after
//! allows nothing that the narrow reading of what is before does not, in every world that is told apart, under no resource
//! policy and under each one of which something is known. Statements and policies with something unknown that both sides have in a layer say
//! the same of a request on both: those that deny are left out, and it is asked with those that allow applying to every
//! request they may, and to none. A gain is shown by a request that was replayed with the same values on both sides.

use std::collections::{BTreeSet, HashSet};
use std::time::Instant;

use crate::deployment::Deployment;
use crate::deployment::ask::{AskError, Asks, Lens, Question, SharedLayers, narrowed};
use crate::deployment::node::{Content, Node, Sort, UnknownId};
use crate::deployment::parts::{Held, Policy, perhaps};
use crate::deployment::reading::{Reading, Shared, Values, has_unknown};
use crate::deployment::subject::{Of, Subject, What};
use crate::deployment::world::World;
use crate::goal::Goal;
use crate::query::compare::Options;
use crate::query::compare::scenarios::Scenarios;
use crate::query::reach::ReachError;
use crate::scenario::{ResourceAccount, Scenario};
use crate::verdict::Unknown;
use crate::verdict::comparison::{Comparison, Difference};
use crate::vocabulary::ruling::Rulings;

/// What a change means for somebody.
#[derive(Debug, Clone)]
pub struct Change {
    /// Who it is; of somebody who is on one side only, by that side.
    pub subject: Subject,
    /// What is gained and what is lost.
    pub compared: Comparison,
    /// The resource policies under which the gain and the loss were found, where it was one.
    pub under: [Option<String>; 2],
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
        let gone: Vec<Subject> =
            of_before.into_iter().filter(|own| !all.iter().any(|known| known.is_like(own))).collect();
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
        let is_in = |deployment: &Self| deployment.subjects().iter().any(|own| own.is_like(subject));
        // Whoever is not there does nothing; what limited and is gone lets pass.
        let limits = matches!(subject.what, What::Bounded | What::Governed);
        let asked = [limits || is_in(after), !options.only_gains && (limits || is_in(before))];
        let mut under = [None, None];
        for [old, new] in pairs(before, after, subject) {
            if old.means() == new.means() {
                continue;
            }
            let policy = new.question.policy.or(old.question.policy);
            let directions = [(&mut gained, [old, new]), (&mut lost, [new, old])];
            for (((difference, [old, new]), under), asked) in directions.into_iter().zip(&mut under).zip(asked) {
                if difference.request().is_some() || !asked {
                    continue;
                }
                match gain(old, new, options, rulings)? {
                    Difference::Nothing | Difference::NotAsked => {}
                    found => {
                        *under = policy.map(|policy| policy.address.clone());
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
        let (Some(old), Some(new)) = (of(&old, &new.1), of(&new, &old.1)) else { continue };
        // What a policy grants of which nothing is known is asked of that policy.
        let is_unknown = |side: &Side<'_>| side.question.policy.is_some_and(Policy::is_unknown);
        if subject.what == What::Granted || !is_unknown(&old) && !is_unknown(&new) {
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
    let unread = [old, new].into_iter().filter_map(|side| side.question.policy).filter(|policy| policy.is_unknown());
    if let Some(policy) = unread.into_iter().next() {
        return Ok(unknown(std::slice::from_ref(&policy.address)));
    }
    if old.elsewhere() != new.elsewhere() {
        let names: Vec<String> = old.elsewhere().symmetric_difference(&new.elsewhere()).cloned().collect();
        return Ok(unknown(&names));
    }
    let options = Options { only_gains: true, ..*options };
    let mut worst = Difference::Nothing;
    for world in new.deployment.worlds(Some(old.deployment)) {
        match gain_in(old, new, &world, &options, rulings)? {
            Difference::Nothing | Difference::NotAsked => {}
            found @ Difference::Request(_) => return Ok(found),
            found @ Difference::Unknown(_) => worst = found,
        }
    }
    Ok(worst)
}

/// The same in one world.
fn gain_in(
    old: Side<'_>,
    new: Side<'_>,
    world: &World,
    options: &Options,
    rulings: Rulings,
) -> Result<Difference, AskError> {
    let [known_old, known_new] = [old, new].map(|side| side.deployment.in_world(world));
    let open = new.open(&known_new);
    let open_old = old.open(&known_old);
    let with = |values: &Values| -> Result<Option<Difference>, AskError> {
        let told = old.like(new.deployment, values, &open_old, &known_old);
        // Policies that are kept elsewhere grant nothing here, on both sides.
        let shared = SharedLayers::default();
        let filled = (
            old.scenario(Reading::With(&told), &shared, world, rulings),
            new.scenario(Reading::With(values), &shared, world, rulings),
        );
        match filled {
            (Ok(Some(old)), Ok(Some(new))) => compare(old, new, options).map(Some),
            // A name that a document cannot have at that place.
            _ => Ok(None),
        }
    };
    let is_open = !open.is_empty() || !open_old.is_empty() || !new.elsewhere().is_empty();
    // What is gained whatever the names are is found with any.
    if is_open {
        let names: Values = new.deployment.placeholders(&open, &known_new);
        if let Some(found @ Difference::Request(_)) = with(&names)? {
            return Ok(found);
        }
    }
    let mut undecided = None;
    for shared in variants(old, new) {
        let narrow = old.scenario(Reading::Narrow(&known_old), &shared, world, rulings)?;
        let wide = new.scenario(Reading::Wide(&known_new), &shared, world, rulings)?;
        let (Some(narrow), Some(wide)) = (narrow, wide) else { return Ok(unknown(&names(old, new, &open_old, &open))) };
        match compare(narrow, wide, options)? {
            Difference::Nothing | Difference::NotAsked => {}
            found @ Difference::Request(_) if !is_open => return Ok(found),
            Difference::Request(found) => {
                for values in new.deployment.candidates(new.question, &open, &found, &known_new) {
                    if let Some(found @ Difference::Request(_)) = with(&values)? {
                        return Ok(found);
                    }
                }
                undecided = Some(unknown(&names(old, new, &open_old, &open)));
            }
            Difference::Unknown(why) => undecided = Some(Difference::Unknown(why)),
        }
    }
    Ok(undecided.unwrap_or(Difference::Nothing))
}

/// Which of the statements that both sides have apply: of each layer all or none.
fn variants(old: Side<'_>, new: Side<'_>) -> Vec<SharedLayers> {
    let both = |of: fn(Side<'_>) -> HashSet<String>| -> HashSet<String> {
        let old = of(old);
        of(new).into_iter().filter(|text| old.contains(text)).collect()
    };
    let identity = both(|side| side.texts(side.question.identity.unwrap_or_default()));
    let boundary = both(|side| side.texts(side.question.boundary.map(std::slice::from_ref).unwrap_or_default()));
    let policy = both(|side| {
        let mut texts = HashSet::new();
        if let Some(policy) = side.question.policy {
            side.add(&policy.node, &mut texts);
        }
        texts
    });
    let choices = |is_any: bool| if is_any { vec![false, true] } else { vec![false] };
    let elsewhere = !new.elsewhere().is_empty();
    let mut variants = Vec::new();
    for of_identity in choices(!identity.is_empty() || elsewhere) {
        for of_boundary in choices(!boundary.is_empty()) {
            for of_policy in choices(!policy.is_empty()) {
                let shared = |texts: &HashSet<String>, applies| Shared { texts: texts.clone(), applies };
                variants.push(SharedLayers {
                    identity: shared(&identity, of_identity),
                    boundary: shared(&boundary, of_boundary),
                    policy: shared(&policy, of_policy),
                });
            }
        }
    }
    variants
}

/// What the answer depends on.
fn names(old: Side<'_>, new: Side<'_>, open_old: &[UnknownId], open: &[UnknownId]) -> Vec<String> {
    let of = |side: Side<'_>, ids: &[UnknownId]| -> Vec<String> {
        side.deployment.named(ids).into_iter().map(|own| own.name.clone()).collect()
    };
    let mut all: BTreeSet<String> = of(new, open).into_iter().chain(of(old, open_old)).collect();
    all.extend(new.elsewhere());
    all.into_iter().collect()
}

/// Compares two scenarios of the same principal: the new one's.
fn compare(old: Scenario, new: Scenario, options: &Options) -> Result<Difference, AskError> {
    // A side that does not have the resource's policy is asked about the same resource.
    let is_said = |own: &Scenario| own.resource_account != ResourceAccount::SameAsCaller;
    let resource_account = if is_said(&new) { &new } else { &old }.resource_account.clone();
    let old = Scenario { principal: new.principal.clone(), resource_account: resource_account.clone(), ..old };
    let new = Scenario { resource_account, ..new };
    let scenarios = Scenarios::new(old, new).map_err(|apart| ReachError::Internal(apart.to_string()))?;
    Ok(scenarios.compare(options)?.gained)
}

fn unknown(names: &[String]) -> Difference {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let reason = format!("it depends on what is not known before it is deployed: {}", names.join(", "));
    Difference::Unknown(Unknown::Gave(reason))
}

impl<'d> Side<'d> {
    fn scenario(
        &self,
        reading: Reading<'_>,
        shared: &SharedLayers,
        world: &World,
        rulings: Rulings,
    ) -> Result<Option<Scenario>, AskError> {
        Ok(self.deployment.scenario(
            self.question,
            Lens { reading, account: world.account.as_deref(), shared: Some(shared) },
            rulings,
        )?)
    }

    /// What is not known of its documents.
    fn open(&self, known: &Values) -> Vec<UnknownId> {
        self.deployment.open(self.question).into_iter().filter(|id| !known.contains_key(id)).collect()
    }

    /// The documents that are not known whole, and the statements that have something unknown.
    fn texts(&self, held: &[Held]) -> HashSet<String> {
        let mut texts = HashSet::new();
        for held in held {
            match held {
                Held::Own(number) => {
                    if let Some(policy) = self.deployment.policies.get(*number) {
                        self.add(&policy.node, &mut texts);
                    }
                }
                Held::Perhaps(number, whether) => {
                    if let Some(policy) = self.deployment.policies.get(*number) {
                        self.add(&perhaps(&policy.node, *whether), &mut texts);
                    }
                }
                Held::Unknown(_) => {}
            }
        }
        texts
    }

    fn add(&self, node: &Node, texts: &mut HashSet<String>) {
        let unknowns = &self.deployment.unknowns;
        match &node.content {
            Content::Unknown(_) | Content::Either(..) => {
                texts.insert(node.written(unknowns));
            }
            _ => {
                let statements = node.member("Statement").map(Node::items).unwrap_or_default();
                let unknown = statements.iter().filter(|own| has_unknown(own));
                texts.extend(unknown.map(|own| own.written(unknowns)));
            }
        }
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
            Held::Own(number) => {
                self.deployment.policies.get(*number).map(|own| format!("{} {}", own.kind, policy(own)))
            }
            Held::Perhaps(number, whether) => {
                let name = self.deployment.named(&[whether.condition]).into_iter().map(|own| own.name.clone());
                let name: String = name.collect();
                let own = self.deployment.policies.get(*number);
                own.map(|own| format!("{} if {name} is {} {}", own.kind, whether.is, policy(own)))
            }
            Held::Unknown(id) => {
                self.deployment.named(&[*id]).into_iter().map(|own| format!("elsewhere {}", own.name)).next()
            }
        });
        own.flatten().chain(self.question.policy.map(|own| format!("{} {}", own.kind, policy(own)))).collect()
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
            own.entry(*id)
                .or_insert_with(|| if condition { "false".to_owned() } else { format!("gone-{}", id.number()) });
        }
        own
    }
}
