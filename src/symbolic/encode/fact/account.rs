//! That an open account is none of those that were looked at already (S11.4.1).

use crate::symbolic::encode::{Encoder, RESOURCE};
use crate::symbolic::formula::Formula;
use crate::symbolic::language::{CharClass, Glob, Piece};
use crate::symbolic::shape::PRINCIPAL_ARN;

impl Encoder<'_> {
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
}
