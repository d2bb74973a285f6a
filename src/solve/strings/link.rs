//! What the values of several fields say of each other: the parts of a caller, one present moment, one organization.
//!
//! As `symbolic::realise` has it; what is not said here is tried on the values that are found.

use z3::ast::{Bool, Int, String as Text};

use super::Form;
use super::regex::{Side, constant, member, piece};
use super::slot::Slot;
use crate::symbolic::language::{CharClass, Glob, Language, Piece};
use crate::symbolic::shape::{PRINCIPAL_ARN, SESSION, USERNAME};
use crate::symbolic::user_id::USER_ID;
use crate::vocabulary::caller::CallerKind;

impl Form<'_> {
    /// Says what fields say of each other, and what holds of lists and axes anyway.
    pub(super) fn link(&mut self) {
        let mut facts: Vec<Bool> = self.slots.values().flat_map(Slot::facts).collect();
        if self.setting.shape.exact.is_none() {
            self.caller(&mut facts);
        }
        if self.setting.realism {
            self.moments(&mut facts);
            self.organization(&mut facts);
        }
        facts.into_iter().for_each(|fact| self.solver.assert(fact));
    }

    fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.get(&self.setting.atoms.find(name)?)
    }

    fn text(&self, name: &str) -> Option<(&Bool, &Text)> {
        let slot = self.slot(name)?;
        Some((&slot.present, slot.text.as_ref()?))
    }

    /// The name inside an ARN, the role of a session, the name inside a unique id.
    fn caller(&self, facts: &mut Vec<Bool>) {
        let kind = self.setting.shape.kind;
        let arn = self.text(PRINCIPAL_ARN);
        if let (CallerKind::User, Some(arn), Some(own)) = (kind, arn, self.text(USERNAME)) {
            facts.push(both(arn, own).implies(self.ends_in(arn.1, "user/", own.1)));
        }
        let session = if kind == CallerKind::RoleSession { self.text(SESSION) } else { arn };
        if let (CallerKind::RoleSession, Some(arn), Some(session)) = (kind, arn, session) {
            // The session's ARN holds the role's name, but not its path.
            let (front, role) = (Text::fresh_const("front"), Text::fresh_const("role"));
            let own = Text::fresh_const("name");
            let whole = session.1.eq(Text::concat(&[front.clone(), role.clone(), constant("/"), own.clone()]));
            let prefix = Language::new([Glob::new(self.setting.shape.prefix("sts", "assumed-role/"))]);
            let front = member(&front, &prefix, Side::Upper);
            let is = [whole, front, is_name(&role), is_name(&own), self.ends_in(arn.1, "role/", &role)];
            facts.push(both(arn, session).implies(Bool::and(&is)));
        }
        if let (CallerKind::RoleSession | CallerKind::Federated, Some(id), Some(session)) =
            (kind, self.text(USER_ID), session)
        {
            let (name, own, front) = (Text::fresh_const("name"), Text::fresh_const("id"), Text::fresh_const("front"));
            let id_is = id.1.eq(Text::concat(&[own.clone(), constant(":"), name.clone()]));
            let session_is = session.1.eq(Text::concat(&[front, constant("/"), name.clone()]));
            facts.push(both(id, session).implies(Bool::and(&[id_is, session_is, is_name(&own), is_name(&name)])));
        }
    }

    /// That an ARN of the caller's account ends in a name, behind a path or none.
    fn ends_in(&self, arn: &Text, kind: &str, name: &Text) -> Bool {
        let prefix = self.setting.shape.prefix("iam", kind);
        let path = [Piece::Some(CharClass::PathCharacters), Piece::Literal('/')];
        let fronts = [Glob::new(prefix.iter().copied()), Glob::new(prefix.iter().copied().chain(path))];
        let front = Text::fresh_const("front");
        let within = member(&front, &Language::new(fronts), Side::Upper);
        Bool::and(&[arn.eq(Text::concat(&[front, name.clone()])), within])
    }

    /// S11.4.4: one present moment, and tokens issued before it.
    fn moments(&self, facts: &mut Vec<Bool>) {
        let moment = |name: &str| {
            let slot = self.slot(name)?;
            let (on, own) = slot.moment()?;
            Some((Bool::and(&[slot.present.clone(), on.clone()]), own))
        };
        let (now, seconds) = (moment("aws:currenttime"), moment("aws:epochtime"));
        if let (Some((one, now)), Some((other, seconds))) = (&now, &seconds) {
            facts.push(Bool::and(&[one.clone(), other.clone()]).implies(Int::eq(now, *seconds)));
        }
        if let (Some((one, issued)), Some((other, now))) = (moment("aws:tokenissuetime"), now.or(seconds)) {
            facts.push(Bool::and(&[one, other]).implies(issued.le(now)));
        }
    }

    /// S11.4.3: an account is in one organization.
    fn organization(&self, facts: &mut Vec<Bool>) {
        let shape = self.setting.shape;
        let apart = matches!(shape.kind, CallerKind::Service | CallerKind::Anonymous) || shape.cross_account;
        if let (false, Some(caller), Some(resource)) =
            (apart, self.text("aws:principalorgid"), self.text("aws:resourceorgid"))
        {
            facts.push(both(caller, resource).implies(caller.1.eq(resource.1)));
        }
    }
}

fn both(one: (&Bool, &Text), other: (&Bool, &Text)) -> Bool {
    Bool::and(&[one.0.clone(), other.0.clone()])
}

fn is_name(text: &Text) -> Bool {
    text.regex_matches(&piece(Piece::Some(CharClass::NameCharacters), false, Side::Upper))
}
