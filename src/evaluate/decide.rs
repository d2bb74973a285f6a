//! From what each layer says about one request to the decision.
//!
//! In: [`Facts`]. Out: a [`Decision`]. Written by hand from the prose of the semantics (S5 to S8, S15), not from the law
//! files, whose independent check it is: only the prose is trusted here.

/// What the layers say about one request, and who the caller is.
///
/// A layer that is not given says nothing: its `_denies` and `_allows` are false; but of SCPs, RCPs and endpoint
/// policies, `_allows` is then true. At most one of `user`, `root`, `role_session` and `federated_session` is true; none
/// is true for a service principal and an anonymous caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// No policy governs the action for this caller (S7.5).
    pub needs_no_permission: bool,
    /// The caller is a root user and the action one of the three of S7.7.
    pub root_recovers: bool,
    /// The resource belongs to another account than the caller (S8.5).
    pub cross_account: bool,
    /// The action has no cross-account form (S8.6).
    pub own_account_only: bool,
    /// The resource is a KMS key (S7.1).
    pub key_policy: bool,
    /// The action is to assume a role (S7.2).
    pub role_trust: bool,
    /// The reading `enforce` of S14.1 is taken.
    pub user_boundary_enforced: bool,
    /// The caller is an IAM user.
    pub user: bool,
    /// The caller is the root user of its account (S5.5).
    pub root: bool,
    /// The caller is a session of a role.
    pub role_session: bool,
    /// The caller is a session from GetFederationToken.
    pub federated_session: bool,
    /// A Deny of an identity policy applies.
    pub identity_denies: bool,
    /// An Allow of an identity policy applies.
    pub identity_allows: bool,
    /// The caller, or the role of the session, has a permissions boundary.
    pub boundary_given: bool,
    /// A Deny of the boundary applies.
    pub boundary_denies: bool,
    /// An Allow of the boundary applies.
    pub boundary_allows: bool,
    /// Session policies were passed.
    pub session_given: bool,
    /// A Deny of a session policy applies.
    pub session_denies: bool,
    /// An Allow of a session policy applies (S5.6: one of them is enough).
    pub session_allows: bool,
    /// A Deny of a service control policy applies, at any level.
    pub scp_denies: bool,
    /// At every level an Allow of a service control policy applies (S9.1).
    pub scp_allows: bool,
    /// A Deny of a resource control policy applies, at any level.
    pub rcp_denies: bool,
    /// At every level an Allow of a resource control policy applies.
    pub rcp_allows: bool,
    /// A Deny of the VPC endpoint's policy applies.
    pub endpoint_denies: bool,
    /// An Allow of it applies.
    pub endpoint_allows: bool,
    /// A Deny of the resource policy applies, at any match level.
    pub resource_denies: bool,
    /// An Allow of the resource policy applies at level SELF or ANY.
    pub resource_direct: bool,
    /// An Allow of the resource policy applies at level ENTITY.
    pub resource_entity: bool,
    /// An Allow of the resource policy applies at level ACCOUNT.
    pub resource_account: bool,
}

/// The answer to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decision {
    /// The request is allowed.
    Allow,
    /// An applicable Deny refuses it.
    ExplicitDeny,
    /// Nothing allows it.
    ImplicitDeny,
}

impl Decision {
    /// The decision's name in reports and vectors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::ExplicitDeny => "explicit-deny",
            Self::ImplicitDeny => "implicit-deny",
        }
    }
}

impl Facts {
    /// S5.3: the boundary does not stand in the way of what it limits.
    pub fn boundary_lets(&self) -> bool {
        !self.boundary_given || self.boundary_allows
    }

    /// S5.3, S5.9: neither do session policies; a federated session has nothing of its user's without one.
    pub fn session_lets(&self) -> bool {
        if self.federated_session {
            return self.session_given && self.session_allows;
        }
        !(self.role_session && self.session_given) || self.session_allows
    }

    /// S5.2: every gate is open.
    pub fn gates_let(&self) -> bool {
        self.scp_allows && self.rcp_allows && self.endpoint_allows
    }
}

/// Decides under the rules of AWS (S5 to S8).
pub fn decide_aws(facts: &Facts) -> Decision {
    // S7.5 comes before the denies: such an action cannot be denied.
    if facts.needs_no_permission {
        return Decision::Allow;
    }

    // S5.1; of all Denies only the resource policy's can be ignored, and only for root at home (S7.7).
    let lifted = facts.root_recovers && !facts.cross_account;
    let on_caller = facts.identity_denies || facts.boundary_denies || facts.session_denies || facts.scp_denies;
    let on_resource = facts.rcp_denies || facts.endpoint_denies || (facts.resource_denies && !lifted);
    if on_caller || on_resource {
        return Decision::ExplicitDeny;
    }
    if facts.gates_let() && grants(facts) { Decision::Allow } else { Decision::ImplicitDeny }
}

/// Whether something grants access that neither boundary nor session policy takes back.
fn grants(facts: &Facts) -> bool {
    let limited = facts.boundary_lets() && facts.session_lets();
    if facts.cross_account {
        // S8.1, S8.3, S8.6: both sides, and no bypass; root's own side is open but for roles.
        let named = facts.resource_direct || facts.resource_entity || facts.resource_account;
        let own = if facts.root { !facts.role_trust } else { facts.identity_allows && limited };
        return named && own && !facts.own_account_only;
    }
    if facts.role_trust && facts.root {
        return false;
    }
    // S6, S14.1, S7.2: naming the caller bypasses every implicit deny, but for users whose boundary is taken to bind.
    let binds = facts.user && (facts.role_trust || facts.user_boundary_enforced);
    if facts.resource_direct && (!binds || facts.boundary_lets()) {
        return true;
    }
    if facts.resource_entity && limited {
        return true;
    }
    // S7.1, S7.2: these two resources must let the account in before identity policies count.
    if facts.role_trust || facts.key_policy {
        return facts.identity_allows && limited && facts.resource_account;
    }
    facts.root || (facts.identity_allows && limited)
}

/// Decides under the rules of Astran (S15).
///
/// The dialect describes identity policies and boundaries only; the loader refuses the rest, so that the facts about
/// other layers and other accounts are not looked at.
pub fn decide_astran(facts: &Facts) -> Decision {
    // S15.11, S7.5.
    if facts.needs_no_permission {
        return Decision::Allow;
    }
    // S15.8: explicit Deny wins. No policy can be attached to root, so that this does not contradict S15.7.
    if facts.identity_denies || facts.boundary_denies {
        return Decision::ExplicitDeny;
    }
    // S15.7.
    if facts.root {
        return Decision::Allow;
    }
    // S15.8: a boundary is evaluated as a policy, silent = not allowed.
    if facts.identity_allows && facts.boundary_lets() { Decision::Allow } else { Decision::ImplicitDeny }
}
