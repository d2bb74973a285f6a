//! The statements of a caller that are about an action, and what they look at.
//!
//! In: a face, an action. Out: the context keys that make a difference, and for a guard the same guard on the first of the
//! names that the statements do not tell apart: what is answered of one holds of all.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use crate::escalation::apart::Apart;
use crate::escalation::face::Face;
use crate::escalation::guard::Ask;
use crate::escalation::pin::Is;
use crate::escalation::quick::about;
use crate::escalation::state::Name;
use crate::policy::Document;
use crate::symbolic::encode::keys_of;
use crate::vocabulary::action::ActionPattern;

/// A name that no policy has.
const NOBODY: &str = "ringfence/nobody/has/this/name";

/// What the statements about an action look at.
#[derive(Debug)]
pub(super) struct Slice {
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

impl Slice {
    pub(super) fn of(face: &Face, action: &str) -> Self {
        let documents = face.scenario.documents().into_iter();
        let documents: Vec<Document> = match ActionPattern::parse(action) {
            Ok(action) => documents.map(|document| about(document, &action)).collect(),
            Err(_) => documents.cloned().collect(),
        };
        let documents: Vec<&Document> = documents.iter().collect();
        let keys = keys_of(&documents, &[]).iter().map(|key| key.folded().to_owned()).collect();
        Self { keys, apart: Apart::of(&documents), names: Mutex::default() }
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
