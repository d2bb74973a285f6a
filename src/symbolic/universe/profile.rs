//! Profiles: the actions of a class that no exception of the law and no key tells apart, with their resources.
//!
//! In: a class, the keys asked about. Out: [`Profile`]s. Facts: S11.4.10 to S11.4.12, S14.7.

use std::sync::Arc;
use std::time::Instant;

use indexmap::{IndexMap, IndexSet};

use crate::deadline::is_over;
use crate::symbolic::ability::{Abilities, Ability};
use crate::symbolic::keys;
use crate::symbolic::language::Language;
use crate::symbolic::universe::forms::{Form, Forms, ResourceType, with_forms};
use crate::symbolic::universe::{Class, Scope, Universe};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::Dialect;

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

/// What tells the actions of a class apart.
#[derive(Debug)]
pub struct Telling<'a> {
    carried: Vec<keys::Carried<'a>>,
    abilities: Abilities<'a>,
}

impl<'a> Telling<'a> {
    /// What the keys asked about tell.
    pub fn new(asked: &'a IndexSet<ContextKey>, dialect: &'a Dialect) -> Self {
        let carried = asked.iter().map(|key| keys::Carried::new(dialect, key)).collect();
        Self { carried, abilities: Abilities::new(asked, dialect) }
    }
}

/// What makes actions alike.
#[derive(PartialEq, Eq, Hash)]
struct Signature {
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

impl Universe {
    /// The profiles of a class. None if that takes too long.
    pub fn profiles(
        &self,
        class: &Class,
        telling: &Telling<'_>,
        scope: Scope<'_>,
        deadline: Option<Instant>,
    ) -> Option<Vec<Profile>> {
        with_forms(scope, |forms| self.grouped(class, telling, scope, deadline, forms))
    }

    fn grouped(
        &self,
        class: &Class,
        telling: &Telling<'_>,
        scope: Scope<'_>,
        deadline: Option<Instant>,
        forms: &mut Forms,
    ) -> Option<Vec<Profile>> {
        let mut groups: IndexMap<Signature, Group> = IndexMap::new();
        for index in class.candidates.iter().copied() {
            if is_over(deadline) {
                return None;
            }
            let Some(candidate) = self.candidates.get(index) else { continue };
            let ability = telling.abilities.of(candidate);
            for ResourceType { keys, forms: own, wider } in forms.of(candidate, scope).iter() {
                let carries =
                    |carried: &keys::Carried<'_>| scope.any_request || carried.by(&candidate.action, keys.as_deref());
                let keys: Vec<bool> = telling.carried.iter().map(carries).collect();
                for (rank, form) in own.iter().enumerate() {
                    let signature = Signature {
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
        let made = |(signature, group)| (!is_over(deadline)).then(|| self.profile(class, signature, group, forms));
        groups.into_iter().map(made).collect()
    }

    fn profile(&self, class: &Class, signature: Signature, group: Group, forms: &mut Forms) -> Profile {
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
        let Signature { exceptions, under_rcps, keys, ability } = signature;
        Profile { units, clauses: class.clauses.clone(), exceptions, under_rcps, keys, ability, resources, widest }
    }
}
