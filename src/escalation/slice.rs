//! The statements of a caller that are about an action, and what they look at.
//!
//! In: a face, an action. Out: the context keys that make a difference, and for a guard the same guard on the first of the
//! names that the statements do not tell apart: what is answered of one holds of all.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use crate::account::policy::PolicyId;
use crate::escalation::apart::Apart;
use crate::escalation::face::{Face, Layers, is_callers_own};
use crate::escalation::guard::Ask;
use crate::escalation::pin::Is;
use crate::escalation::quick::{about, allows_all};
use crate::escalation::state::Name;
use crate::policy::{Document, Effect, Statement};
use crate::scenario::Layer;
use crate::symbolic::encode::keys_of;
use crate::vocabulary::action::ActionPattern;

/// A name that no policy has.
const NOBODY: &str = "ringfence/nobody/has/this/name";

/// What the statements about an action look at.
#[derive(Debug)]
pub(super) struct Slice {
    /// The number of the first face with these statements.
    pub(super) number: usize,
    /// Context keys, in lower case.
    keys: HashSet<String>,
    apart: Apart,
    names: Mutex<Names>,
}

/// Names that were seen.
#[derive(Debug, Default)]
struct Names {
    /// The mark of each; none if it is told from every other.
    marks: HashMap<(Use, Arc<str>), Option<Arc<str>>>,
    /// The first of each mark.
    first: HashMap<(Use, Arc<str>), Arc<str>>,
}

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Use {
    Resource,
    Policy,
}

/// The statements of a caller about an action.
pub(super) struct Statements {
    documents: Vec<Document>,
    /// What makes them the same as those of another caller, if they tell no callers of one kind and account apart.
    pub(super) layers: Option<Layers>,
}

impl Statements {
    /// `everything`: the policy that stands for those that allow the action whatever is asked.
    pub(super) fn of(face: &Face, action: &str, everything: PolicyId) -> Self {
        let scenario = &face.scenario;
        let all = scenario.documents().into_iter();
        let (Ok(action), Layer::Given(identity), Some(ids)) =
            (ActionPattern::parse(action), &scenario.identity, &face.key.identity)
        else {
            return Self { documents: all.cloned().collect(), layers: None };
        };
        let mut documents: Vec<Document> = all.skip(identity.len()).map(|own| about(own, &action)).collect();
        let own: Vec<(PolicyId, Document)> =
            ids.iter().zip(identity).map(|(id, document)| (*id, about(document, &action))).collect();
        // Where one allows it whatever is asked, what else is allowed makes no difference.
        let is_open = own.iter().flat_map(|(_, own)| own.statements.iter()).any(|own| allows_all(own, &action));
        let mut ids: Vec<PolicyId> = is_open.then_some(everything).into_iter().collect();
        for (id, document) in own {
            let counts = |own: &&Statement| !is_open || own.effect == Effect::Deny;
            let statements: Arc<[Statement]> = document.statements.iter().filter(counts).cloned().collect();
            if !statements.is_empty() && !ids.contains(&id) {
                ids.push(id);
                documents.push(Document { statements, ..document });
            }
        }
        ids.sort_unstable();
        let apart = face.linked
            || keys_of(&documents.iter().collect::<Vec<_>>(), &[]).iter().any(|key| is_callers_own(key.folded()));
        let layers = (!apart).then(|| (face.kind(), Arc::clone(&face.key.account), Some(ids), face.key.boundary));
        Self { documents, layers }
    }
}

impl Slice {
    pub(super) fn of(statements: &Statements, number: usize) -> Self {
        let documents: Vec<&Document> = statements.documents.iter().collect();
        let keys = keys_of(&documents, &[]).iter().map(|key| key.folded().to_owned()).collect();
        Self { number, keys, apart: Apart::of(&documents), names: Mutex::default() }
    }

    /// Whether a key, in lower case, makes a difference.
    pub(super) fn looks_at(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// Puts for each name the first that is not told from it.
    pub(super) fn put_first_names(&self, ask: &mut Ask) {
        let Ok(mut names) = self.names.lock() else { return };
        if let Some(name) = ask.resource.as_mut().filter(|name| !name.pattern)
            && let Some(first) = names.first(Use::Resource, &name.text, |text| self.apart.resource(text))
        {
            *name = Name::exact(&first);
        }
        for pin in &mut ask.pins {
            let mark = |text: &str| self.apart.policy(pin.key.folded(), text);
            match &mut pin.is {
                Is::Value(value) if Apart::is_of_policies(pin.key.folded()) => {
                    if let Some(first) = names.first(Use::Policy, &value.as_str().into(), mark) {
                        *value = first.to_string();
                    }
                }
                // To leave out what is as good as some name that nobody has leaves nothing out.
                Is::Like(pattern, others) => {
                    let nobody = mark(&pattern.replace('*', NOBODY));
                    let told = |other: &String| {
                        nobody.is_none()
                            || names.mark(Use::Policy, &other.as_str().into(), mark).as_deref() != nobody.as_deref()
                    };
                    others.retain(told);
                }
                _ => {}
            }
        }
    }
}

impl Names {
    fn mark(&mut self, of: Use, name: &Arc<str>, mark: impl Fn(&str) -> Option<String>) -> Option<Arc<str>> {
        let known = self.marks.entry((of, Arc::clone(name)));
        known.or_insert_with(|| mark(name).map(Into::into)).clone()
    }

    fn first(&mut self, of: Use, name: &Arc<str>, mark: impl Fn(&str) -> Option<String>) -> Option<Arc<str>> {
        let mark = self.mark(of, name, mark)?;
        Some(Arc::clone(self.first.entry((of, mark)).or_insert_with(|| Arc::clone(name))))
    }
}
