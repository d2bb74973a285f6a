//! The tags that a request passes and their keys (S11.4.9).

use crate::symbolic::atom::{Atom, ValueSet};
use crate::symbolic::encode::Encoder;
use crate::symbolic::formula::Formula;
use crate::symbolic::language::{Glob, Language};
use crate::vocabulary::context_key::ContextKey;

impl Encoder<'_> {
    /// Adds that the key of a tag that is passed is among aws:TagKeys, and of actions that add tags that no other is.
    pub(super) fn tags(&mut self, keys: &[ContextKey], facts: &mut Vec<Formula>) {
        let Some(tag_keys) = keys.iter().find(|key| key.folded() == "aws:tagkeys") else { return };
        // Actions that remove tags name keys and pass no tags.
        let adds = self.profile.is_some_and(|profile| profile.ability.adds_tags);
        for key in keys {
            let Some(tag) = key.member_of("aws:requesttag/") else { continue };
            let passed = self.present(key);
            let written = format!("fold\u{0}{tag}");
            let set = self.atoms.set(written, || ValueSet::Text(Language::new([Glob::ignoring_case(tag)])));
            let field = self.atoms.field(tag_keys.folded());
            let listed = self.atom(Atom::Some(field, set));
            facts.push(self.formulas.implies(passed, listed));
            if adds {
                facts.push(self.formulas.implies(listed, passed));
            }
        }
    }
}
