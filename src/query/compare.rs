//! What does one document grant that another does not?
//!
//! In: an old and a new document. Out: a [`Comparison`]. A document grants a request if an Allow of it applies (of a
//! resource policy: naming the caller at any level) and no Deny of it does; the law is left out, because it is the same
//! for both. Asked about are requests of any principal to resources of its own or another account.
//! Soundness: nothing is gained is said only where no statement differs, or where the formula of the new document
//! granting and the old one not is unsatisfiable for each shape of caller and profile of the actions that the differing
//! statements name; it is unsatisfiable only if there is no reading of the law under which a request is gained.

mod difference;
mod evidence;
mod meaning;
mod names;
pub mod scenarios;

use std::time::{Duration, Instant};

pub use evidence::{Evidence, Slice, evidence};
pub use meaning::{condition, principals, resource};

use crate::deadline::is_over;
use crate::policy::{Document, DocumentKind};
use crate::query::compare::difference::{Difference as Differing, Late, Read};
use crate::query::reach::asker::{Asker, View};
use crate::query::reach::engine::{Found, OVER};
use crate::query::reach::explain::of_requests;
use crate::query::reach::{ReachError, Searched, depends, search};
use crate::query::wanted::Wanted;
use crate::scenario::{Layer, Principal, ResourceAccount, Scenario, Stored};
use crate::symbolic::encode::{Mode, keys_of};
use crate::verdict::comparison::{Comparison, Difference};
use crate::verdict::{EngineName, Unknown};
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::layer::LayerKind;
use crate::vocabulary::ruling::Rulings;

/// Keys whose value follows from the account of the caller or of the resource. Where none is asked about, a request to
/// another account is granted exactly where the same request by its like at home is.
const ACCOUNT_KEYS: [&str; 8] = [
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
    "aws:userid",
];

/// Two documents to compare, read as the same kind.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The dialect of both.
    pub dialect: &'static Dialect,
    /// The old document.
    pub old: Document,
    /// The new document.
    pub new: Document,
    /// Which readings are taken.
    pub rulings: Rulings,
}

/// How a comparison is made.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Drop the facts of realism (S11.4).
    pub any_request: bool,
    /// Ask only what is gained.
    pub only_gains: bool,
    /// Give up after this long.
    pub timeout: Option<Duration>,
    /// What decides.
    pub engine: EngineName,
}

/// Which document is to grant what the other does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The new one.
    Gained,
    /// The old one.
    Lost,
}

impl Direction {
    /// Both directions, in the order of reports.
    pub const ALL: [Self; 2] = [Self::Gained, Self::Lost];

    /// `gained` or `lost`, the name of the direction in reports and certificates.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
        }
    }

    /// The document that is to grant, and the other one.
    pub fn of(self, pair: &Pair) -> [&Document; 2] {
        match self {
            Self::Gained => [&pair.new, &pair.old],
            Self::Lost => [&pair.old, &pair.new],
        }
    }
}

/// Says what one document grants that the other does not, in one direction only: half the work of [`compare`].
///
/// # Errors
/// As [`compare`].
pub fn difference(pair: &Pair, direction: Direction, options: &Options) -> Result<Difference, ReachError> {
    let swapped = |pair: &Pair| Pair { old: pair.new.clone(), new: pair.old.clone(), ..*pair };
    let own = Options { only_gains: true, ..*options };
    Ok(match direction {
        Direction::Gained => compare(pair, &own)?.gained,
        Direction::Lost => compare(&swapped(pair), &own)?.gained,
    })
}

/// Says what each of two documents grants that the other does not: equivalent, narrower, wider or incomparable, each
/// difference shown by a request that was replayed on both. A document grants a request if one of its Allow statements
/// applies and none of its Deny statements (S5.1).
///
/// # Errors
/// The dialect does not describe such documents, or the two engines disagree.
pub fn compare(pair: &Pair, options: &Options) -> Result<Comparison, ReachError> {
    let start = Instant::now();
    let layer = layer_of(pair.old.kind);
    if pair.dialect.callers_of(layer).is_none() {
        let reason = format!("the dialect `{}` does not describe {layer} policies", pair.dialect.name());
        return Err(ReachError::NotDescribed(reason));
    }
    let deadline = options.timeout.map(|timeout| start + timeout);
    let (old, new) = (Read::new(&pair.old), Read::new(&pair.new));
    let gain = |new: &Read<'_>, old: &Read<'_>, wanted| match Differing::new(new, old, pair.dialect, deadline) {
        Ok(None) => Ok((Difference::Nothing, 0)),
        // What is left may be large, and one direction may have taken all the time.
        Ok(Some(differing)) if !is_over(deadline) => gained(pair, differing, wanted, options, deadline),
        Ok(Some(_)) | Err(Late) => Ok((Difference::Unknown(Unknown::Gave(OVER.to_owned())), 0)),
    };
    let (gained, first) = gain(&new, &old, Wanted::Gained { new: &pair.new, old: &pair.old })?;
    let (lost, second) = match options.only_gains {
        true => (Difference::NotAsked, 0),
        false => gain(&old, &new, Wanted::Gained { new: &pair.old, old: &pair.new })?,
    };
    let assumptions = of_requests(options.any_request).into();
    let (engine, formulas, elapsed) = (options.engine, first + second, start.elapsed());
    Ok(Comparison { gained, lost, assumptions, engine, formulas, elapsed })
}

/// The layer in which documents of a kind are compared: who carries them decides who is asked about.
fn layer_of(kind: DocumentKind) -> LayerKind {
    match kind {
        DocumentKind::Resource | DocumentKind::Trust | DocumentKind::Rcp | DocumentKind::Endpoint => {
            LayerKind::Resource
        }
        // They bind root users, too (S8.2), who carry none of the others.
        DocumentKind::Scp => LayerKind::Scp,
        DocumentKind::Identity | DocumentKind::Boundary | DocumentKind::Session => LayerKind::Identity,
    }
}

/// What one document grants and another does not, where the two differ, and how many formulas there were to solve.
fn gained(
    pair: &Pair,
    differing: Differing,
    wanted: Wanted<'_>,
    options: &Options,
    deadline: Option<Instant>,
) -> Result<(Difference, usize), ReachError> {
    let Differing { goal, new, old } = differing;
    let [new, old] = match (options.engine, wanted) {
        // The cross-check shares the actions with what it checks, and not what was left out of the documents.
        (EngineName::Strings, Wanted::Gained { new, old }) => [new.clone(), old.clone()],
        _ => [new, old],
    };
    let scenario = scenario(pair, new, old);
    let view = View::whole(options.any_request).by(options.engine);
    let mut asker = Asker::wanting(wanted, &scenario, &goal, deadline);
    let difference = match search(&mut asker, &view)? {
        Searched::Request(found) => Difference::Request(found),
        Searched::Gave(reason) => Difference::Unknown(Unknown::Gave(reason)),
        Searched::Nothing => Difference::Nothing,
        Searched::Depends if each_reading_proves(&asker, &view)? => Difference::Nothing,
        Searched::Depends => Difference::Unknown(depends(&asker, &view)?),
    };
    Ok((difference, asker.formulas()))
}

/// The callers that are asked about, and what is to grant and not to grant in their one layer.
fn scenario(pair: &Pair, new: Document, old: Document) -> Scenario {
    let layer = layer_of(new.kind);
    let resource = layer == LayerKind::Resource;
    let asked = keys_of(&[&new, &old], &[]);
    let account = ACCOUNT_KEYS.into_iter().any(|key| asked.contains(&ContextKey::new(key)));
    let apart = (resource || account) && pair.dialect.name() != "astran";
    let given = |own| if own == layer { Layer::Given(vec![new.clone(), old.clone()]) } else { Layer::None };
    let scps = if layer == LayerKind::Scp { Layer::Given(vec![vec![new.clone(), old.clone()]]) } else { Layer::None };
    Scenario {
        dialect: pair.dialect,
        principal: Principal::Any,
        stored: Stored::AsCalled,
        identity: given(LayerKind::Identity),
        boundary: Layer::None,
        session: Layer::None,
        scps,
        rcps: Layer::None,
        resource: given(LayerKind::Resource),
        endpoint: Layer::None,
        resource_account: if apart { ResourceAccount::Any } else { ResourceAccount::SameAsCaller },
        rulings: pair.rulings,
    }
}

/// Whether nothing is gained under any choice of the rulings by itself: both documents are read by the same one, which
/// a single proof under all of them does not know.
fn each_reading_proves(asker: &Asker<'_>, view: &View) -> Result<bool, ReachError> {
    for rulings in asker.scenario().rulings.choices() {
        let scenario = Scenario { rulings, ..asker.scenario().clone() };
        if !matches!(asker.under(&scenario).ask(view, Mode::Proof)?, Found::Nothing) {
            return Ok(false);
        }
    }
    Ok(true)
}
