//! Facts of realism between context keys (S11.4.7, S11.4.9), for the keys that are asked about.

use crate::symbolic::atom::{Atom, ValueSet};
use crate::symbolic::encode::{Encoder, RESOURCE};
use crate::symbolic::formula::Formula;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::shape::{Known, PRINCIPAL_ARN};
use crate::vocabulary::context_key::ContextKey;

impl Encoder<'_> {
    /// What holds of every request that somebody can send; nothing where realism is dropped.
    pub fn facts(&mut self, any_request: bool) -> Formula {
        if any_request {
            return Formula::TRUE;
        }
        let keys: Vec<ContextKey> = self.asked.iter().cloned().collect();
        let mut facts = Vec::new();
        let via = keys.iter().find(|key| key.folded() == "aws:viaawsservice");
        let tag_keys = keys.iter().find(|key| key.folded() == "aws:tagkeys");
        for key in &keys {
            if self.known(key) != Known::Open {
                continue;
            }
            if let (true, Some(via)) = (key.folded().starts_with("aws:calledvia"), via)
                && key.folded() != "aws:calledviaawsmcp"
            {
                // A forwarded request says so.
                let forwarded = self.present(key);
                let said = self.holds(via, "true");
                facts.push(self.formulas.implies(forwarded, said));
            }
            if let (Some(tag), Some(tag_keys)) = (key.member_of("aws:requesttag/"), tag_keys)
                && self.known(tag_keys) == Known::Open
            {
                // The other way round does not hold: actions that remove tags name keys and pass no tags.
                let tag = tag.to_owned();
                let passed = self.present(key);
                let written = format!("fold\u{0}{tag}");
                let set = self.atoms.set(written, || ValueSet::Text(Language::new([Glob::ignoring_case(&tag)])));
                let field = self.atoms.field(tag_keys.folded());
                let listed = self.atom(Atom::Some(field, set));
                facts.push(self.formulas.implies(passed, listed));
            }
        }
        self.formulas.and(facts)
    }

    /// That an open account is none of those that were looked at already, wherever a request holds it.
    pub fn other_accounts(&mut self) -> Formula {
        let own: Vec<String> = self.shape.account.except().map(str::to_owned).collect();
        let owner: Vec<String> = self.shape.resource_account.except().map(str::to_owned).collect();
        if own.is_empty() && owner.is_empty() {
            return Formula::TRUE;
        }
        let partition = self.shape.partition.clone();
        let literal = |text: &str| text.chars().map(Piece::Literal).collect::<Vec<_>>();
        let part = [Piece::Many(CharClass::NotColon), Piece::Literal(':')];
        let of_account = |id: &String| {
            let front = literal(&format!("arn:{partition}:")).into_iter().chain(part).chain(part);
            let glob = Glob::new(front.chain(literal(&format!("{id}:"))).chain([Piece::Many(CharClass::Anything)]));
            (id.clone(), glob)
        };
        let whole = |id: &String| (id.clone(), Glob::literal(id));
        let among = [
            self.text_atom(RESOURCE, "of-account", owner.iter().map(of_account).collect()),
            self.text_atom(PRINCIPAL_ARN, "of-account", own.iter().map(of_account).collect()),
            self.text_atom("aws:principalaccount", "account", own.iter().map(whole).collect()),
            self.text_atom("aws:resourceaccount", "account", owner.iter().map(whole).collect()),
        ];
        let other = among.map(|formula| self.formulas.not(formula));
        self.formulas.and(other)
    }

    fn holds(&mut self, key: &ContextKey, value: &str) -> Formula {
        let present = self.present(key);
        let set =
            self.atoms.set(format!("bool\u{0}{value}"), || ValueSet::Text(Language::new([Glob::ignoring_case(value)])));
        let field = self.atoms.field(key.folded());
        let inside = self.atom(Atom::In(field, set));
        self.formulas.and([present, inside])
    }
}
