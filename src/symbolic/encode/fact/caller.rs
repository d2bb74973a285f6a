//! Keys whose values have the caller's form: its unique id and its tags (S11.1, S11.4.14).

use crate::symbolic::encode::Encoder;
use crate::symbolic::formula::Formula;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::shape::PRINCIPAL_TAG;
use crate::symbolic::user_id::USER_ID;
use crate::vocabulary::context_key::ContextKey;

impl Encoder<'_> {
    /// Adds what the caller says of a key's value.
    pub(super) fn follows_from_caller(&mut self, key: &ContextKey, facts: &mut Vec<Formula>) {
        if let Some(tag) = key.member_of(PRINCIPAL_TAG) {
            // A value that the question gives is taken as given.
            let given = self.shape.tags.get(&ContextKey::new(tag));
            let written = given.map_or("tag-values".to_owned(), |given| format!("tag-values\u{0}{given}"));
            let own = Glob::new([Piece::Many(CharClass::TagCharacters)]);
            let values = Language::new([own].into_iter().chain(given.map(|given| Glob::literal(given))));
            let fact = self.value_within(key, written, values);
            facts.push(fact);
        }
        if key.folded() == USER_ID
            && let Some(ids) = self.shape.user_ids()
        {
            let present = self.present(key);
            facts.push(present);
            let fact = self.value_within(key, format!("user-ids\u{0}{ids:?}"), ids);
            facts.push(fact);
        }
    }
}
