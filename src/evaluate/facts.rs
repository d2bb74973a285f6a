//! From the traces of the layers to the inputs of the law, and which layers bind this caller and request at all.
//!
//! In: a caller, a request, what each layer's statements came to. Out: [`Facts`], every unknown taken for access or
//! against it.

use crate::evaluate::decide::Facts;
use crate::evaluate::principal::Level;
use crate::evaluate::trace::{Attachment, LayerTrace};
use crate::evaluate::truth::Truth;
use crate::request::Request;
use crate::scenario::{Caller, Scenario};
use crate::vocabulary::arn::Arn;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::catalogue::Catalogue;
use crate::vocabulary::dialect::{Exception, ExceptionKind};
use crate::vocabulary::layer::LayerKind;

/// A request with everything that is known about it.
pub(super) struct Situation<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) caller: &'s Caller,
    pub(super) request: &'s Request,
    pub(super) layers: &'s [LayerTrace<'s>],
    /// The exceptions that apply to caller, action and resource.
    pub(super) exceptions: &'s [&'s Exception],
    pub(super) cross_account: Truth,
}

impl Situation<'_> {
    /// The inputs of the law, every unknown taken for access (`favourable`) or against it.
    pub(super) fn facts(&self, favourable: bool) -> Facts {
        let caller = self.caller.kind;
        let federated = caller == CallerKind::Federated;
        let (scp_denies, scp_allows) = self.gate(LayerKind::Scp, self.binds_caller(), favourable);
        let (rcp_denies, rcp_allows) = self.gate(LayerKind::Rcp, self.binds_resource(), favourable);
        let (endpoint_denies, endpoint_allows) = self.gate(LayerKind::Endpoint, Truth::Yes, favourable);
        let allows = |kind| self.any(kind, |layer| layer.allows()).or_unknown(favourable);
        let denies = |kind| self.any(kind, |layer| layer.denies()).or_unknown(!favourable);
        let grants = |level| self.any(LayerKind::Resource, |layer| layer.grants_at(level)).or_unknown(favourable);
        let is = |kind, attachment| self.of(kind).any(|layer| layer.attachment == attachment);
        Facts {
            needs_no_permission: self.has(ExceptionKind::NeedsNoPermission),
            root_recovers: self.has(ExceptionKind::RootRecovers),
            cross_account: self.cross_account.or_unknown(!favourable),
            own_account_only: self.has(ExceptionKind::OwnAccountOnly),
            key_policy: self.has(ExceptionKind::KeyPolicy),
            role_trust: self.has(ExceptionKind::RoleTrust),
            user_boundary_enforced: self.scenario.rulings.enforces_user_boundary(),
            user: caller == CallerKind::User,
            root: caller == CallerKind::Root,
            role_session: caller == CallerKind::RoleSession,
            federated_session: federated,
            identity_denies: denies(LayerKind::Identity),
            identity_allows: allows(LayerKind::Identity),
            boundary_given: is(LayerKind::Boundary, Attachment::Given)
                || (is(LayerKind::Boundary, Attachment::Any) && !favourable),
            boundary_denies: denies(LayerKind::Boundary),
            boundary_allows: allows(LayerKind::Boundary),
            // An unknown session policy helps a federated session and hinders a role session (S5.3).
            session_given: is(LayerKind::Session, Attachment::Given)
                || (is(LayerKind::Session, Attachment::Any) && (federated || !favourable)),
            session_denies: denies(LayerKind::Session),
            session_allows: allows(LayerKind::Session),
            scp_denies,
            scp_allows,
            rcp_denies,
            rcp_allows,
            endpoint_denies,
            endpoint_allows,
            resource_denies: denies(LayerKind::Resource),
            resource_direct: grants(Level::Own) || grants(Level::Any),
            resource_entity: grants(Level::Entity),
            resource_account: grants(Level::Account),
        }
    }

    /// What a reader should know besides: layers that are given and do not bind.
    pub(super) fn notes(&self) -> Vec<String> {
        let given = |kind| self.of(kind).any(|layer| layer.attachment == Attachment::Given);
        let mut notes = Vec::new();
        if given(LayerKind::Scp) && self.binds_caller() == Truth::No {
            notes.push("service control policies do not bind this caller (S9.3)".to_owned());
        }
        if given(LayerKind::Rcp) && self.binds_resource() == Truth::No {
            notes.push("resource control policies do not apply to this request (S10.3 to S10.5)".to_owned());
        }
        notes
    }

    fn of(&self, kind: LayerKind) -> impl Iterator<Item = &LayerTrace<'_>> {
        self.layers.iter().filter(move |layer| layer.slot.kind == kind)
    }

    fn any(&self, kind: LayerKind, says: impl Fn(&LayerTrace<'_>) -> Truth) -> Truth {
        Truth::any(self.of(kind).map(says))
    }

    fn has(&self, kind: ExceptionKind) -> bool {
        self.exceptions.iter().any(|exception| exception.kind == kind)
    }

    /// Whether some level of a gate denies, and whether every level allows; a gate that does not bind is open.
    fn gate(&self, kind: LayerKind, binds: Truth, favourable: bool) -> (bool, bool) {
        if !binds.or_unknown(!favourable) {
            return (false, true);
        }
        let allows = |layer: &LayerTrace<'_>| match layer.attachment {
            Attachment::None => true,
            Attachment::Given | Attachment::Any => layer.allows().or_unknown(favourable),
        };
        (self.any(kind, |layer| layer.denies()).or_unknown(!favourable), self.of(kind).all(allows))
    }

    /// Whether SCPs bind the caller: not service-linked roles, services and anonymous callers (S9.3, S5.10).
    fn binds_caller(&self) -> Truth {
        let callers = self.scenario.dialect.callers_of(LayerKind::Scp).unwrap_or_default();
        Truth::from(callers.contains(&self.caller.kind)).and(self.service_linked().negate())
    }

    /// Whether RCPs apply: to actions of the services they cover that have a resource (S10.3 to S10.5).
    fn binds_resource(&self) -> Truth {
        let action = &self.request.action;
        let service = Catalogue::embedded().service(action.prefix()).and_then(Result::ok);
        let covered = service.is_some_and(|service| {
            service.rcp && service.action(action.name()).is_none_or(|action| !action.resources.is_empty())
        });
        let exempt = self.has(ExceptionKind::NotUnderRcps);
        Truth::from(covered && !exempt).and(self.service_linked().negate())
    }

    /// Whether the caller is a session of a service-linked role, told by the role's path.
    fn service_linked(&self) -> Truth {
        let Some(path) = self.scenario.dialect.service_linked() else { return Truth::No };
        match (self.caller.kind, &self.caller.issuer) {
            (CallerKind::RoleSession, Some(role)) => {
                let inside =
                    |arn: Arn<'_>| arn.resource.strip_prefix("role").is_some_and(|rest| rest.starts_with(path));
                Truth::from(Arn::parse(role).is_some_and(inside))
            }
            (CallerKind::RoleSession, None) => Truth::Unknown,
            _ => Truth::No,
        }
    }
}
