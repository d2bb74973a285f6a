//! When requests carry a global key: the presence classes of the catalogue as facts (S11.2, S11.3, S11.4.3 to S11.4.7).

use crate::symbolic::atom::{Atom, ValueSet};
use crate::symbolic::encode::Encoder;
use crate::symbolic::encode::fact::{MFA_PRESENT, State};
use crate::symbolic::formula::Formula;
use crate::symbolic::interval::{Comparison, NumberSet};
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::declared_key;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::number::Number;

/// The key that says whether a service calls with the caller's credentials.
const VIA_SERVICE: &str = "aws:viaawsservice";
/// The key that says whether a service principal calls directly.
const IS_SERVICE: &str = "aws:principalisawsservice";
/// The one key that all temporary credentials have.
const TOKEN_ISSUE_TIME: &str = "aws:tokenissuetime";

impl Encoder<'_> {
    /// Adds what is known of a key's presence.
    pub(super) fn presence(&mut self, key: &ContextKey, dialect: &Dialect, facts: &mut Vec<Formula>) {
        let Some(global) = declared_key::global(key) else { return };
        let kind = self.shape.kind;
        let present = self.present(key);
        let absent = self.formulas.not(present);
        let carried = dialect.carried_by(key).is_none_or(|callers| callers.contains(&kind));
        // Who did not sign has no session.
        if !carried || (global.category == "session" && kind == CallerKind::Anonymous) {
            facts.push(absent);
            return;
        }
        match global.presence.as_str() {
            // What a service's own keys are, nobody says (S11.1).
            "always" if global.category != "principal" => {
                facts.push(present);
                if key.folded() == VIA_SERVICE {
                    let forwarded = self.state(State::Forwarded);
                    let said = self.holds(key, "true");
                    facts.push(self.formulas.iff(forwarded, said));
                }
            }
            "temporary" => self.token(key, present, facts),
            "mfa" => {
                self.only_if(present, State::Mfa, facts);
                self.mfa(facts);
                let zero = || NumberSet::new([(Comparison::GreaterOrEqual, Number::zero())]);
                let set = self.atoms.set("at-least-zero".to_owned(), || ValueSet::Number(zero()));
                let field = self.atoms.field(key.folded());
                let not_negative = self.atom(Atom::In(field, set));
                facts.push(self.formulas.implies(present, not_negative));
            }
            "web-identity" => {
                let told = self.state(State::MfaTold);
                let untold = self.formulas.not(told);
                facts.push(self.formulas.implies(present, untold));
            }
            "service-principal" if kind == CallerKind::Service => facts.push(present),
            "signed" if kind == CallerKind::Anonymous => facts.push(absent),
            "signed" if key.folded() == IS_SERVICE && self.is_signed() => {
                facts.push(self.holds(key, if kind == CallerKind::Service { "true" } else { "false" }));
            }
            "on-behalf-org" => self.organization(key, present, State::SourceOrganization, facts),
            "vpce" => self.exactly_if(present, State::Endpoint, facts),
            "vpce-some" => self.only_if(present, State::Endpoint, facts),
            "vpce-org" => {
                self.organization(key, present, State::EndpointOrganization, facts);
                let told = self.state(State::EndpointOrganization);
                self.only_if(told, State::Endpoint, facts);
            }
            "not-vpce" => {
                let endpoint = self.state(State::Endpoint);
                let outside = self.formulas.not(endpoint);
                facts.push(self.formulas.implies(present, outside));
                if kind != CallerKind::Service {
                    let forwarded = self.state(State::Forwarded);
                    facts.push(self.formulas.or([present, endpoint, forwarded]));
                }
            }
            "forwarded" => {
                self.exactly_if(present, State::ForwardersNamed, facts);
                let named = self.state(State::ForwardersNamed);
                self.only_if(named, State::Forwarded, facts);
            }
            "org-principal" if matches!(kind, CallerKind::Service | CallerKind::Anonymous) => facts.push(absent),
            "org-principal" => self.organization(key, present, State::CallerOrganization, facts),
            "org-resource" => {
                self.organization(key, present, State::ResourceOrganization, facts);
                if !matches!(kind, CallerKind::Service | CallerKind::Anonymous) && !self.shape.cross_account {
                    // One account, one organization. The other way round does not hold: some actions lack the key.
                    let told = self.state(State::ResourceOrganization);
                    self.only_if(told, State::CallerOrganization, facts);
                }
            }
            _ => {}
        }
    }

    /// S11.4.5: credentials that expire say when they were issued; only they say whether MFA was used.
    fn token(&mut self, key: &ContextKey, present: Formula, facts: &mut Vec<Formula>) {
        let temporary = self.temporary();
        if key.folded() == TOKEN_ISSUE_TIME {
            facts.push(self.formulas.iff(present, temporary));
            return;
        }
        if key.folded() == MFA_PRESENT {
            self.exactly_if(present, State::MfaTold, facts);
            let used = self.state(State::Mfa);
            let said = self.holds(key, "true");
            facts.push(self.formulas.implies(used, said));
        }
        self.mfa(facts);
    }

    /// S11.4.4, S11.4.5: who used MFA is told so, and only temporary credentials tell.
    fn mfa(&mut self, facts: &mut Vec<Formula>) {
        let used = self.state(State::Mfa);
        self.only_if(used, State::MfaTold, facts);
        let told = self.state(State::MfaTold);
        let temporary = self.temporary();
        facts.push(self.formulas.implies(told, temporary));
    }

    /// S11.4.3: id and paths come together, and every path is one of an organization.
    fn organization(&mut self, key: &ContextKey, present: Formula, state: State, facts: &mut Vec<Formula>) {
        self.exactly_if(present, state, facts);
        if declared_key::key_type(key).is_some_and(|kind| kind.multivalued) {
            let id = [Piece::Some(CharClass::Anything), Piece::Literal('/'), Piece::Many(CharClass::Anything)];
            let set =
                self.atoms.set("organization-paths".to_owned(), || ValueSet::Text(Language::new([Glob::new(id)])));
            let field = self.atoms.field(key.folded());
            let other = self.atom(Atom::SomeNot(field, set));
            facts.push(self.formulas.not(other));
        }
    }

    fn only_if(&mut self, formula: Formula, state: State, facts: &mut Vec<Formula>) {
        let state = self.state(state);
        facts.push(self.formulas.implies(formula, state));
    }

    fn exactly_if(&mut self, formula: Formula, state: State, facts: &mut Vec<Formula>) {
        let state = self.state(state);
        facts.push(self.formulas.iff(formula, state));
    }
}
