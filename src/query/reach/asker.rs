//! Questions about one scenario and goal: which callers, accounts and actions there are to look at.
//!
//! In: a scenario seen through a [`View`], a goal. Out: [`Found`], from as many runs of the engine as there are accounts
//! to tell apart. What questions share (documents, keys, profiles of actions) is made once.

use std::cell::OnceCell;
use std::time::Instant;

use indexmap::IndexSet;

use crate::deadline::is_over;
use crate::goal::Goal;
use crate::policy::Document;
use crate::query::layers::{Placed, statements};
use crate::query::reach::ReachError;
use crate::query::reach::engine::{Engine, Found, Keys, OVER, Question};
use crate::query::reach::homes::{Home, Homes, homes};
use crate::query::reach::record::Run;
use crate::query::reach::shapes::shapes;
use crate::query::wanted::Wanted;
use crate::scenario::{Principal, Scenario, Slot};
use crate::symbolic::account::{Account, OpenAccount};
use crate::symbolic::encode::{Mode, keys_of, lists_of};
use crate::symbolic::shape::Shape;
use crate::symbolic::universe::{Class, Profile, Scope, Telling, Universe};
use crate::verdict::EngineName;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::Dialect;

/// How many accounts that no text names are looked at one by one.
const ACCOUNTS: usize = 8;

/// A scenario with parts taken away or granted: what flips and cores ask about.
#[derive(Debug, Clone, Default)]
pub(in crate::query) struct View {
    /// Drop the facts of realism.
    pub(super) any_request: bool,
    /// One unlisted action in every service.
    pub(super) unlisted_everywhere: bool,
    /// Deny statements that are left out: layer, document, statement.
    pub(super) dropped: Vec<(Slot, usize, usize)>,
    /// Layers that are taken to allow everything.
    pub(super) opened: Vec<Slot>,
    /// Ask only whether the goal has a request at all, whatever policies say.
    pub(super) goal_only: bool,
    /// What decides whether fields have values.
    pub(super) engine: EngineName,
    /// Whether a goal that no request meets is as unreachable as any.
    pub(in crate::query) passes_over_vacuity: bool,
}

impl View {
    /// The whole scenario, with or without the facts of realism.
    pub(in crate::query) fn whole(any_request: bool) -> Self {
        Self { any_request, ..Self::default() }
    }

    /// The same, decided by an engine.
    pub(in crate::query) fn by(self, engine: EngineName) -> Self {
        Self { engine, ..self }
    }

    /// Whether nothing is taken away and nothing granted.
    pub(super) fn is_whole(&self) -> bool {
        self.dropped.is_empty() && self.opened.is_empty()
    }
}

/// Asks questions about one scenario and goal, which share what they need.
pub(in crate::query) struct Asker<'a> {
    question: Question<'a>,
    documents: Vec<&'a Document>,
    asked: IndexSet<ContextKey>,
    lists: Vec<ContextKey>,
    homes: Homes,
    statements: Vec<Placed<'a>>,
    prepared: Vec<Prepared<'a>>,
    formulas: usize,
    /// Runs that settled something, where they are wanted.
    recorded: Option<Vec<Run>>,
}

/// The actions in one home, with or without realism.
pub(super) struct Prepared<'a> {
    pub(super) key: (String, Account, bool, bool),
    pub(super) universe: Universe,
    pub(super) classes: Vec<PreparedClass<'a>>,
}

/// Actions that no statement tells apart.
pub(super) struct PreparedClass<'a> {
    pub(super) class: Class,
    /// The statements about them.
    pub(super) about: Vec<Placed<'a>>,
    profiles: OnceCell<Vec<Profile>>,
}

impl Prepared<'_> {
    /// The profiles of a class, made when they are first asked for: most classes are denied before. None if that takes
    /// too long.
    pub(super) fn profiles<'p>(
        &self,
        of: &'p PreparedClass<'_>,
        telling: &Telling<'_>,
        scope: Scope<'_>,
        deadline: Option<Instant>,
    ) -> Option<&'p [Profile]> {
        if of.profiles.get().is_none() {
            // It is empty, so that nothing is lost.
            let _ = of.profiles.set(self.universe.profiles(&of.class, telling, scope, deadline)?);
        }
        of.profiles.get().map(Vec::as_slice)
    }
}

impl<'a> Asker<'a> {
    /// Nothing is asked yet.
    pub(super) fn new(scenario: &'a Scenario, goal: &'a Goal, deadline: Option<Instant>) -> Self {
        Self::wanting(Wanted::Allowed, scenario, goal, deadline)
    }

    /// Nothing is asked yet of what the layers say.
    pub(in crate::query) fn wanting(
        wanted: Wanted<'a>,
        scenario: &'a Scenario,
        goal: &'a Goal,
        deadline: Option<Instant>,
    ) -> Self {
        let documents = scenario.documents();
        let asked = keys_of(&documents, &goal.when);
        let lists = lists_of(&documents, &goal.when);
        let homes = homes(scenario, &documents, goal);
        Self {
            question: Question { scenario, goal, wanted, deadline },
            documents,
            asked,
            lists,
            homes,
            statements: statements(scenario),
            prepared: Vec::new(),
            formulas: 0,
            recorded: None,
        }
    }

    /// Keeps from now on the runs of the engine that find a request, or none.
    pub(in crate::query) fn record(&mut self) {
        self.recorded = Some(Vec::new());
    }

    /// The runs that were kept.
    pub(in crate::query) fn recorded(self) -> Vec<Run> {
        self.recorded.unwrap_or_default()
    }

    /// The same question under other rulings.
    pub(in crate::query) fn under<'b>(&self, scenario: &'b Scenario) -> Asker<'b>
    where
        'a: 'b,
    {
        let Question { goal, wanted, deadline, .. } = self.question;
        Asker::wanting(wanted, scenario, goal, deadline)
    }

    /// The scenario asked about.
    pub(in crate::query) fn scenario(&self) -> &'a Scenario {
        self.question.scenario
    }

    /// The goal asked about.
    pub(super) fn goal(&self) -> &'a Goal {
        self.question.goal
    }

    /// When to give up.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.question.deadline
    }

    /// How many formulas there were to solve so far.
    pub(in crate::query) fn formulas(&self) -> usize {
        self.formulas
    }

    /// Asks one question.
    pub(in crate::query) fn ask(&mut self, view: &View, mode: Mode) -> Result<Found, ReachError> {
        let named: Vec<Account> = self.homes.accounts.iter().cloned().map(Account::Known).collect();
        let found = self.ask_in(&self.homes.of(&named, None), view, mode)?;
        let settled = match found {
            Found::Nothing => false,
            Found::Elsewhere(_) => mode == Mode::Proof || view.goal_only,
            _ => true,
        };
        if settled {
            return Ok(found);
        }
        if !self.homes.complete {
            match self.ask_others(named, view, mode)? {
                Found::Nothing => {}
                other => return Ok(other),
            }
        }
        if self.homes.other_partitions {
            return Ok(Found::Undecided("a pattern may match partitions that no text names".to_owned()));
        }
        Ok(found)
    }

    /// Asks about the accounts that no text names, where texts may tell them apart: about all at once, and where that
    /// gives a model about the accounts in it.
    fn ask_others(&mut self, mut seen: Vec<Account>, view: &View, mode: Mode) -> Result<Found, ReachError> {
        let form = self.question.scenario.dialect.account_form();
        for _ in 0..ACCOUNTS {
            let ids = seen.iter().filter_map(|account| account.known().map(str::to_owned)).collect();
            let open = OpenAccount::new(form, ids);
            let all = Account::Open(open.clone());
            let homes = self.homes.of(&[seen.clone(), vec![all.clone()]].concat(), Some(&[all]));
            let hints = match self.ask_in(&homes, view, mode)? {
                Found::Hint(hints) => hints,
                other => return Ok(other),
            };
            let mut new: Vec<Account> = Vec::new();
            for id in hints.into_iter().filter(|id| open.can_be(id)).chain(open.fresh()) {
                if !new.contains(&Account::Known(id.clone())) {
                    new.push(Account::Known(id));
                }
            }
            seen.extend(new.iter().cloned());
            match self.ask_in(&self.homes.of(&seen, Some(&new)), view, mode)? {
                Found::Nothing => {}
                other => return Ok(other),
            }
        }
        Ok(Found::Undecided("patterns tell apart more accounts than were looked at".to_owned()))
    }

    /// Asks one question about callers at home in some places.
    fn ask_in(&mut self, homes: &[Home], view: &View, mode: Mode) -> Result<Found, ReachError> {
        let shapes = shapes(self.question.scenario, &self.documents, homes);
        for shape in &shapes {
            if self.prepare(shape, view).is_none() {
                return Ok(Found::Undecided(OVER.to_owned()));
            }
        }
        let keys = Keys { asked: &self.asked, lists: &self.lists };
        let mut engine = Engine::new(self.question, view, mode, keys);
        if self.recorded.is_some() {
            engine.record();
        }
        let found = engine.run(&shapes, &self.prepared)?;
        self.formulas += engine.formulas();
        if let Some(recorded) = &mut self.recorded
            && matches!(found, Found::Nothing | Found::Request(_))
        {
            recorded.extend(engine.recorded());
        }
        Ok(found)
    }

    /// Makes the profiles for a shape; none if that takes too long.
    fn prepare(&mut self, shape: &Shape, view: &View) -> Option<()> {
        let (key, deadline) = (key(shape, view), self.question.deadline);
        if self.prepared.iter().any(|prepared| prepared.key == key) {
            return Some(());
        }
        let scope = scope(self.question.scenario.dialect, shape, view);
        let mut universe = Universe::new(self.question.goal, &self.documents, scope, deadline)?;
        for statement in self.documents.iter().flat_map(|document| document.statements.iter()) {
            if is_over(deadline) {
                return None;
            }
            universe.add_clause(&statement.actions);
        }
        let with_statements = |class: Class| {
            if is_over(deadline) {
                return None;
            }
            let is_about = |placed: &&Placed<'_>| universe.is_about(&class.clauses, &placed.statement.actions);
            let about = self.statements.iter().filter(is_about).copied().collect();
            Some(PreparedClass { class, about, profiles: OnceCell::new() })
        };
        let classes = universe.classes(deadline)?.into_iter().map(with_statements).collect::<Option<_>>()?;
        self.prepared.push(Prepared { key, universe, classes });
        Some(())
    }
}

/// What the profiles of a shape are made for.
pub(super) fn scope<'s>(dialect: &'s Dialect, shape: &'s Shape, view: &View) -> Scope<'s> {
    Scope {
        dialect,
        partition: &shape.partition,
        account: &shape.resource_account,
        any_request: view.any_request,
        unlisted_everywhere: view.unlisted_everywhere,
    }
}

/// What a universe is made for.
pub(super) fn key(shape: &Shape, view: &View) -> (String, Account, bool, bool) {
    // Which accounts were looked at already makes no other universe.
    (shape.partition.clone(), shape.resource_account.with_all(), view.any_request, view.unlisted_everywhere)
}

/// The actions that a goal can mean.
pub(in crate::query) fn actions(scenario: &Scenario, goal: &Goal) -> Result<Vec<String>, ReachError> {
    let documents = scenario.documents();
    let account = Account::Known(String::new());
    let scope = Scope {
        dialect: scenario.dialect,
        partition: "",
        account: &account,
        any_request: false,
        unlisted_everywhere: false,
    };
    let universe = Universe::new(goal, &documents, scope, None);
    let candidates = universe.iter().flat_map(Universe::candidates);
    Ok(candidates.map(|candidate| candidate.action.to_string()).collect())
}

/// The path of service-linked roles, where their sessions are left out: nobody else assumes them, their permissions are
/// the service's, and no SCP or RCP binds them (S7.6), so that an unknown identity policy says nothing about them.
pub(super) fn left_out(scenario: &Scenario) -> Option<&'static str> {
    let path = scenario.dialect.service_linked()?;
    let named = match &scenario.principal {
        Principal::Caller(_) | Principal::Root => true,
        Principal::RoleSessions { role, .. } => role.contains(path),
        Principal::Users { .. } => true,
        Principal::Any | Principal::Outside => false,
    };
    let gated = !scenario.scps.is_none() || !scenario.rcps.is_none();
    (gated && !named).then_some(path)
}
