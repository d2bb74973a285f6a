//! Facts of realism: what holds of every request that somebody can send (S11.4).
//!
//! In: a formula, an encoder. Out: a formula about the keys that occur in it. Each fact narrows the requests, so that
//! one too many makes a false "unreachable": only what S11 and S12 say is asserted. Keys that nobody asks about are
//! left out: whatever the others are, they can be chosen. For this each class of keys hangs on one free Boolean, a
//! [`State`] of the request, and not on other keys.

use std::collections::BTreeSet;

use crate::symbolic::atom::{Atom, ValueSet};
use crate::symbolic::encode::Encoder;
use crate::symbolic::formula::Formula;
use crate::symbolic::language::{Glob, Language};
use crate::symbolic::shape::{Known, PRINCIPAL_TAG};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::limit::LimitKind;

mod account;
mod caller;
mod presence;
mod tag;

/// The key that says whether a session was authenticated with MFA.
const MFA_PRESENT: &str = "aws:multifactorauthpresent";

/// What is true or false of a request as a whole, and keys depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is signed with temporary credentials.
    Temporary,
    /// It says whether MFA was used.
    MfaTold,
    /// MFA was used.
    Mfa,
    /// It comes through a VPC endpoint.
    Endpoint,
    /// It comes through an endpoint of a service and an account that tell their organization.
    EndpointOrganization,
    /// A service sends it with the caller's credentials.
    Forwarded,
    /// The services that forwarded it are named.
    ForwardersNamed,
    /// The caller's account is in an organization.
    CallerOrganization,
    /// The resource's account is in an organization.
    ResourceOrganization,
    /// The account that a service acts for is in an organization, and named.
    SourceOrganization,
}

impl State {
    /// The name of its Boolean's field.
    fn name(self) -> String {
        // Fields that start so are no part of a request; no text of a policy holds the second character.
        format!("=\u{0}{self:?}")
    }
}

impl Encoder<'_> {
    /// What holds of every request that somebody can send, for the keys that a formula asks about.
    pub fn facts(&mut self, asking: Formula, dialect: &Dialect) -> Formula {
        let keys = self.keys_in(asking);
        let mut facts = vec![self.limits(&keys, dialect)];
        for key in &keys {
            self.presence(key, dialect, &mut facts);
            self.follows_from_caller(key, &mut facts);
        }
        self.tags(&keys, &mut facts);
        self.formulas.and(facts)
    }

    /// The keys, among those asked about, that occur in a formula and whose values do not follow from the caller and
    /// the action.
    fn keys_in(&self, formula: Formula) -> Vec<ContextKey> {
        let mut fields: BTreeSet<&str> = BTreeSet::new();
        for number in self.formulas.atoms_of(formula) {
            let Some(atom) = self.atoms.atom(number) else { continue };
            fields.insert(self.atoms.field_name(atom.field()));
            if let Atom::Matches(_, template) = atom {
                let variables = self.atoms.template(template).into_iter().flat_map(|template| template.fields());
                fields.extend(variables.map(|field| self.atoms.field_name(field)));
            }
        }
        let is_open = |key: &ContextKey| match self.known(key) {
            Known::Open => true,
            // That a tag is there says nothing of its value.
            Known::Within(_) => key.member_of(PRINCIPAL_TAG).is_some(),
            Known::Absent | Known::Value(_) => false,
        };
        let occurs = |key: &&ContextKey| fields.contains(key.folded()) && is_open(key);
        self.asked.iter().filter(occurs).cloned().collect()
    }

    /// S11.4.13. That a token of GetSessionToken calls little without MFA is no fact of proofs: a user's keys do not tell
    /// it from a console session, for which this does not hold. A counterexample respects it all the same.
    fn limits(&mut self, keys: &[ContextKey], dialect: &Dialect) -> Formula {
        let Some(profile) = self.profile else { return Formula::TRUE };
        let about = |wanted: LimitKind| {
            dialect
                .limits()
                .iter()
                .zip(&profile.ability.limits)
                .any(|(limit, about)| *about && limit.kind == wanted && limit.callers.contains(&self.shape.kind))
        };
        if about(LimitKind::NeverCalls) {
            return Formula::FALSE;
        }
        let refused = about(LimitKind::TokenRefused) && !about(LimitKind::TokenAllowed);
        let needs_mfa = about(LimitKind::TokenNeedsMfa);
        if self.mode.is_every_reading() || keys.is_empty() {
            return Formula::TRUE;
        }
        let token = self.temporary();
        let with = match (refused, needs_mfa) {
            (true, _) => Formula::FALSE,
            (false, true) => self.state(State::Mfa),
            (false, false) => Formula::TRUE,
        };
        self.formulas.implies(token, with)
    }

    /// The Boolean of a state.
    fn state(&mut self, state: State) -> Formula {
        let field = self.atoms.field(&state.name());
        self.atom(Atom::Present(field))
    }

    /// Whether temporary credentials are used: sessions always have them, users and root may (S11.4.5).
    fn temporary(&mut self) -> Formula {
        match self.shape.kind {
            CallerKind::RoleSession => Formula::TRUE,
            CallerKind::Federated if self.is_signed() => Formula::TRUE,
            CallerKind::Anonymous => Formula::FALSE,
            CallerKind::Federated | CallerKind::User | CallerKind::Root | CallerKind::Service => {
                self.state(State::Temporary)
            }
        }
    }

    /// Whether the caller signs its requests: who is on the way to a role session with a provider's token does not.
    fn is_signed(&self) -> bool {
        match self.shape.kind {
            CallerKind::Anonymous => false,
            CallerKind::Federated => self.shape.signs(),
            _ => true,
        }
    }

    /// That a key has a value of a language, if it has one.
    fn value_within(&mut self, key: &ContextKey, written: String, language: Language) -> Formula {
        let present = self.present(key);
        let set = self.atoms.set(written, || ValueSet::Text(language));
        let field = self.atoms.field(key.folded());
        let inside = self.atom(Atom::In(field, set));
        self.formulas.implies(present, inside)
    }

    /// Whether a key is there and has this value, in any case.
    fn holds(&mut self, key: &ContextKey, value: &str) -> Formula {
        let present = self.present(key);
        let set =
            self.atoms.set(format!("bool\u{0}{value}"), || ValueSet::Text(Language::new([Glob::ignoring_case(value)])));
        let field = self.atoms.field(key.folded());
        let inside = self.atom(Atom::In(field, set));
        self.formulas.and([present, inside])
    }
}
