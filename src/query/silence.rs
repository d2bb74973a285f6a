//! Which layers have nothing to say for a request, and whether the law denies it for that alone.
//!
//! In: of each layer its [`Voice`], what is known of the caller. Out: whether nothing is allowed. Soundness: true only
//! if the law, with what is known put in and every other input free, folds to false: then nothing is allowed under any
//! reading, for no reading makes a statement be about actions that it does not match.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::policy::Document;
use crate::query::layers::{EXCEPTIONS, law};
use crate::query::reach::ReachError;
use crate::scenario::Layer;
use crate::symbolic::formula::{Formula, Formulas};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::dialect::Dialect;

/// What a layer without levels may say for the actions asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Voice {
    /// It is not there.
    Absent,
    /// It is there, and no Allow of it is about the actions.
    Silent,
    /// It is there, and may allow.
    Speaking,
    /// Anything.
    Open,
}

impl Voice {
    /// That of a layer, where `speaks` tells whether an Allow of it may be about the actions.
    pub(super) fn of(layer: &Layer<Vec<Document>>, speaks: impl FnOnce() -> bool) -> Self {
        match layer {
            Layer::None => Self::Absent,
            Layer::Given(_) if speaks() => Self::Speaking,
            Layer::Given(_) => Self::Silent,
            Layer::Any => Self::Open,
        }
    }

    /// Whether it allows, where that is known.
    fn allows(self) -> Option<bool> {
        matches!(self, Self::Absent | Self::Silent).then_some(false)
    }

    /// Whether it is there, where that is known.
    fn given(self) -> Option<bool> {
        (self != Self::Open).then_some(self != Self::Absent)
    }
}

/// What is known before anything but actions is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Silence {
    /// The kind of the caller and whether the resource is another account's; none of callers that are not root.
    pub(super) caller: Option<(CallerKind, bool)>,
    /// What identity policies say.
    pub(super) identity: Voice,
    /// What the boundary says.
    pub(super) boundary: Voice,
    /// What session policies say.
    pub(super) session: Voice,
    /// What the resource policy says.
    pub(super) resource: Voice,
    /// For each of [`EXCEPTIONS`], whether it may be about the request.
    pub(super) apart: [bool; EXCEPTIONS.len()],
}

thread_local! {
    /// By the address of the law, which lives as long as the program: there are few, and each is asked for often.
    static KNOWN: RefCell<HashMap<(usize, Silence), bool>> = RefCell::default();
}

impl Silence {
    /// Whether the law allows nothing.
    ///
    /// # Errors
    /// The law cannot be read.
    pub(super) fn denies(self, dialect: &Dialect) -> Result<bool, ReachError> {
        let law = law(dialect)?;
        let key = (std::ptr::from_ref(law) as usize, self);
        if let Some(known) = KNOWN.with_borrow(|all| all.get(&key).copied()) {
            return Ok(known);
        }
        let mut formulas = Formulas::new();
        let names = law.inputs("allowed").unwrap_or_default();
        let free: HashMap<&str, Formula> =
            names.iter().zip(0..).map(|(name, number)| (name.as_str(), formulas.atom(number))).collect();
        let input = |name: &str| match key.1.known(name) {
            Some(value) => Some(if value { Formula::TRUE } else { Formula::FALSE }),
            None => free.get(name).copied(),
        };
        let allowed = law.apply(&mut formulas, "allowed", input);
        let denies = allowed.map_err(|error| ReachError::Internal(error.to_string()))? == Formula::FALSE;
        KNOWN.with_borrow_mut(|all| all.insert(key, denies));
        Ok(denies)
    }

    /// What is known of an input of the law.
    fn known(&self, name: &str) -> Option<bool> {
        let caller = |kind| self.caller.map(|(own, _)| own == kind);
        if let Some((place, _)) = EXCEPTIONS.iter().enumerate().find(|(_, (own, _))| *own == name) {
            return (self.apart.get(place) == Some(&false)).then_some(false);
        }
        match name {
            "root" => Some(self.caller.is_some_and(|(kind, _)| kind == CallerKind::Root)),
            "user" => caller(CallerKind::User),
            "role-session" => caller(CallerKind::RoleSession),
            "federated-session" => caller(CallerKind::Federated),
            "cross-account" => self.caller.map(|(_, across)| across),
            "identity-allows" => self.identity.allows(),
            "boundary-given" => self.boundary.given(),
            "boundary-allows" => self.boundary.allows(),
            "session-given" => self.session.given(),
            "session-allows" => self.session.allows(),
            "resource-direct" | "resource-entity" | "resource-account" => self.resource.allows(),
            _ => None,
        }
    }
}
