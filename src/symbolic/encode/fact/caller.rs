//! Keys whose values have the caller's form: its unique id and its tags (S11.1, S11.4.14).

use crate::symbolic::encode::Encoder;
use crate::symbolic::formula::Formula;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::user_id::USER_ID;
use crate::vocabulary::context_key::ContextKey;

impl Encoder<'_> {
    /// Adds what the caller says of a key's value.
    pub(super) fn follows_from_caller(&mut self, key: &ContextKey, facts: &mut Vec<Formula>) {
        if key.member_of("aws:principaltag/").is_some() {
            let values = Language::new([Glob::new([Piece::Many(CharClass::TagCharacters)])]);
            let fact = self.value_within(key, "tag-values".to_owned(), values);
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
