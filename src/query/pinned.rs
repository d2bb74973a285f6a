//! The symbolic side's decision of one concrete request.
//!
//! In: a scenario with one caller and a request, taken as given. Out: the decision by the law's formulas, Z3 and the
//! symbolic matchers, without any code of the concrete evaluator: `ringfence evaluate --engine both` compares the two.
//! None: it depends on what is not known.

use indexmap::{IndexMap, IndexSet};

use crate::evaluate::decide::Decision;
use crate::query::layers::{Grants, inputs, law, statements};
use crate::query::reach::ReachError;
use crate::request::{ContextValue, Request};
use crate::scenario::{Caller, ResourceAccount, Scenario};
use crate::solve::session::{Checked, Session};
use crate::symbolic::account::Account;
use crate::symbolic::atom::{Atom, Atoms};
use crate::symbolic::encode::{Cache, Encoder, Mode, Pin, Pinned, RESOURCE, is_of_type, set_contains};
use crate::symbolic::formula::{Formula, Formulas};
use crate::symbolic::shape::Shape;
use crate::symbolic::universe::{Profile, Scope, Telling, Universe};
use crate::vocabulary::layer::LayerKind;

/// Decides a request that the evaluator does not skip.
///
/// # Errors
/// The scenario's principal is not one caller, or the solver failed.
pub fn decide(scenario: &Scenario, request: &Request) -> Result<Option<Decision>, ReachError> {
    let caller = scenario.principal.caller().map_err(ReachError::Internal)?;
    let mut decisions =
        pins(request).iter().map(|pin| one(scenario, caller, request, pin)).collect::<Result<Vec<_>, _>>()?;
    decisions.dedup();
    match decisions[..] {
        [only] => Ok(only),
        _ => Ok(None),
    }
}

/// The contexts that the request may have: more than one where two tags differ only by case (S3.2).
fn pins(request: &Request) -> Vec<Pin> {
    let mut pins = vec![Pin::default()];
    for (key, value) in request.context.iter() {
        let values: Vec<Pinned> = match value {
            ContextValue::Single(text) => vec![Pinned::Value(text.clone())],
            ContextValue::List(texts) => vec![Pinned::List(texts.clone())],
            ContextValue::Ambiguous(texts) => texts.iter().cloned().map(Pinned::Value).collect(),
        };
        let with = |pin: &Pin, value: &Pinned| {
            let mut pin = pin.clone();
            pin.values.insert(key.folded().to_owned(), value.clone());
            pin
        };
        pins = pins.iter().flat_map(|pin| values.iter().map(|value| with(pin, value)).collect::<Vec<_>>()).collect();
    }
    pins
}

fn one(scenario: &Scenario, caller: &Caller, request: &Request, pin: &Pin) -> Result<Option<Decision>, ReachError> {
    let best = under(scenario, caller, request, pin, Mode::Hopeful)?;
    let worst = under(scenario, caller, request, pin, Mode::Chosen)?;
    Ok(if best == worst { best } else { None })
}

/// Whether a request is allowed, by the formulas alone; with `every_reading`, whether it is under some reading of the law
/// (S14). None: the formulas leave it to a solver.
///
/// # Errors
/// The scenario's principal is not one caller, or the law's files failed.
pub fn allows(scenario: &Scenario, request: &Request, every_reading: bool) -> Result<Option<bool>, ReachError> {
    let caller = scenario.principal.caller().map_err(ReachError::Internal)?;
    let mode = if every_reading { Mode::Proof } else { Mode::Chosen };
    let pins = pins(request);
    let [pin] = pins.as_slice() else { return Ok(None) };
    let Said { atoms, formulas, allowed, .. } = said(scenario, caller, request, pin, mode)?;
    let value = |number: &u32| value_of(&atoms, atoms.atom(*number)?, request, pin).map(|value| (*number, value));
    let values: Option<IndexMap<u32, bool>> = formulas.atoms_of(allowed).iter().map(value).collect();
    Ok(values.map(|values| formulas.evaluate(allowed, |number| values.get(&number).copied().unwrap_or_default())))
}

/// What the law says of a request.
struct Said {
    atoms: Atoms,
    formulas: Formulas,
    allowed: Formula,
    denied: Formula,
}

/// The decision with everything unspecified taken for access, or against it.
fn under(
    scenario: &Scenario,
    caller: &Caller,
    request: &Request,
    pin: &Pin,
    mode: Mode,
) -> Result<Option<Decision>, ReachError> {
    let Said { atoms, mut formulas, allowed, denied } = said(scenario, caller, request, pin, mode)?;
    let allowed = truth(&atoms, &mut formulas, allowed, request, pin)?;
    let denied = truth(&atoms, &mut formulas, denied, request, pin)?;
    Ok(match (allowed, denied) {
        (Some(true), _) => Some(Decision::Allow),
        (Some(false), Some(true)) => Some(Decision::ExplicitDeny),
        (Some(false), Some(false)) => Some(Decision::ImplicitDeny),
        _ => None,
    })
}

/// The law applied to what the layers say of a request.
fn said(scenario: &Scenario, caller: &Caller, request: &Request, pin: &Pin, mode: Mode) -> Result<Said, ReachError> {
    let own = |part: Option<&str>| part.unwrap_or_default().to_owned();
    let shape = Shape {
        kind: caller.kind,
        partition: own(caller.partition()),
        account: Account::Known(own(caller.account())),
        resource_account: Account::Known(match &scenario.resource_account {
            ResourceAccount::Id(id) => id.clone(),
            ResourceAccount::SameAsCaller | ResourceAccount::Any => own(caller.account()),
        }),
        cross_account: match (&scenario.resource_account, caller.account()) {
            (ResourceAccount::Id(id), Some(own)) => id != own,
            // Another account only takes access away.
            (ResourceAccount::Any, Some(_)) => mode == Mode::Chosen,
            (ResourceAccount::SameAsCaller, _) | (_, None) => false,
        },
        exact: Some(caller.clone()),
        pattern: None,
        tags: IndexMap::new(),
        closed: false,
        stored: scenario.stored.clone(),
    };
    let documents = scenario.documents();
    let scope = Scope {
        dialect: scenario.dialect,
        partition: &shape.partition,
        account: &shape.resource_account,
        any_request: true,
        unlisted_everywhere: false,
    };
    let asked = IndexSet::new();
    let mut universe = Universe::of_one(request.action.clone(), scenario.dialect);
    for statement in documents.iter().flat_map(|document| document.statements.iter()) {
        universe.add_clause(&statement.actions);
    }
    let telling = Telling::new(&asked, scenario.dialect);
    let class = universe.classes(None).and_then(|classes| classes.into_iter().next());
    let profiles = class.and_then(|class| universe.profiles(&class, &telling, scope, None));
    let profile: Profile =
        profiles.into_iter().flatten().next().ok_or_else(|| ReachError::Internal("no profile".to_owned()))?;
    let (mut atoms, mut formulas, mut cache) = (Atoms::default(), Formulas::new(), Cache::default());
    let mut encoder = Encoder {
        atoms: &mut atoms,
        formulas: &mut formulas,
        universe: &universe,
        shape: &shape,
        profile: Some(&profile),
        asked: &asked,
        lists: &[],
        boundary: scenario.dialect.attaches(LayerKind::Boundary, caller.kind)
            && (scenario.boundary.given().is_some() || (scenario.boundary.is_any() && mode == Mode::Chosen)),
        mode,
        rulings: scenario.rulings,
        endpoint: false,
        spelled: false,
        pin: Some(pin),
        shape_number: 0,
        cache: &mut cache,
    };
    let about: Vec<_> = statements(scenario)
        .into_iter()
        .filter(|placed| universe.is_about(&profile.clauses, &placed.statement.actions))
        .collect();
    let grants = Grants { dropped: &[], opened: &[], hopeful: mode == Mode::Hopeful };
    let inputs = inputs(&mut encoder, scenario, grants, &about);
    let law = law(scenario.dialect)?;
    let mut apply = |name: &str| {
        let formula = law.apply(&mut formulas, name, |input| inputs.get(input));
        formula.map_err(|error| ReachError::Internal(error.to_string()))
    };
    let (allowed, denied) = (apply("allowed")?, apply("explicit-deny")?);
    Ok(Said { atoms, formulas, allowed, denied })
}

/// The truth of a formula of which the request fixes the atoms; none if it also depends on atoms that it does not fix.
fn truth(
    atoms: &Atoms,
    formulas: &mut Formulas,
    formula: Formula,
    request: &Request,
    pin: &Pin,
) -> Result<Option<bool>, ReachError> {
    if formula == Formula::TRUE || formula == Formula::FALSE {
        return Ok(Some(formula == Formula::TRUE));
    }
    let internal = |error: crate::solve::SolveError| ReachError::Internal(error.to_string());
    let mut session = Session::new().map_err(internal)?;
    for number in 0.. {
        let Some(atom) = atoms.atom(number) else { break };
        if let Some(value) = value_of(atoms, atom, request, pin) {
            session.add_clause(&[(number, value)]);
        }
    }
    let opposite = formulas.not(formula);
    let mut possible = |formula| match session.check(formulas, formula, &[]) {
        Checked::Satisfiable(_) => Ok(true),
        Checked::Unsatisfiable => Ok(false),
        Checked::Unknown(reason) => Err(ReachError::Internal(reason)),
    };
    match (possible(formula)?, possible(opposite)?) {
        (true, true) => Ok(None),
        (can_hold, _) => Ok(Some(can_hold)),
    }
}

/// Whether an atom holds of the request; none if the request does not say.
fn value_of(atoms: &Atoms, atom: Atom, request: &Request, pin: &Pin) -> Option<bool> {
    let name = atoms.field_name(atom.field());
    let text = match name.strip_prefix('=') {
        Some(fixed) => Some(fixed.to_owned()),
        None if name == RESOURCE => Some(request.resource.clone()),
        None => None,
    };
    match atom {
        Atom::In(_, set) => {
            let (set, text) = (atoms.value_set(set)?, text?);
            is_of_type(set, &text).then(|| set_contains(set, &text))
        }
        Atom::Present(_) => list(pin, name).map(|values| !values.is_empty()),
        // Lists are settled when the condition is encoded, and patterns when their variables are known.
        Atom::Blank(_) | Atom::Some(..) | Atom::SomeNot(..) | Atom::Matches(..) => None,
    }
}

fn list<'p>(pin: &'p Pin, name: &str) -> Option<&'p [String]> {
    match pin.values.get(name)? {
        Pinned::List(values) => Some(values),
        Pinned::Value(_) => None,
    }
}
