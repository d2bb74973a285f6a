//! From what each layer says about one request to the decision, within one account.
//!
//! In: [`Facts`]. Out: a [`Decision`]. Written by hand from the prose of the semantics (S5, S6, S7.5, S7.7, S15), not
//! from the law files, whose independent check it is: only the prose is trusted here.

/// What the layers say about one request, and who the caller is.
///
/// A layer that is not given says nothing: its `_denies` and `_allows` are false. At most one of `root`,
/// `role_session` and `federated_session` is true; none is true for a user, a service principal and an anonymous
/// caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// No policy governs the action for this caller (S7.5).
    pub needs_no_permission: bool,
    /// The caller is root of the bucket owner's account and the action one of the three of S7.7.
    pub root_recovers: bool,
    /// The caller is the root user of the account (S5.5).
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
    /// A Deny of the resource policy applies, at any match level.
    pub resource_denies: bool,
    /// An Allow of the resource policy applies at level SELF or ANY.
    pub resource_direct: bool,
    /// An Allow of the resource policy applies at level ENTITY.
    pub resource_entity: bool,
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

/// Decides under the rules of AWS (S5).
pub fn decide_aws(facts: &Facts) -> Decision {
    // S7.5 comes before the denies: such an action cannot be denied.
    if facts.needs_no_permission {
        return Decision::Allow;
    }

    // S5.1; of all Denies only the resource policy's can be ignored, and only under S7.7.
    let resource_denies = facts.resource_denies && !facts.root_recovers;
    if resource_denies || facts.identity_denies || facts.boundary_denies || facts.session_denies {
        return Decision::ExplicitDeny;
    }

    // S5.5, and S6: naming the caller itself bypasses the implicit denies of the other layers.
    if facts.root || facts.resource_direct {
        return Decision::Allow;
    }

    // S5.3: the other two grants are limited by the boundary and by the session policy.
    if facts.boundary_given && !facts.boundary_allows {
        return Decision::ImplicitDeny;
    }
    let session_limits = if facts.federated_session {
        // S5.9: without a session policy a federated session has none of its user's permissions.
        !facts.session_given || !facts.session_allows
    } else {
        facts.role_session && facts.session_given && !facts.session_allows
    };
    if session_limits {
        return Decision::ImplicitDeny;
    }
    if facts.identity_allows || facts.resource_entity { Decision::Allow } else { Decision::ImplicitDeny }
}

/// Decides under the rules of Astran (S15).
///
/// The dialect describes identity policies and boundaries only; the loader refuses the rest, so that the facts about
/// session policies, resource policies and `root_recovers` are false and are not looked at.
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
    let boundary_silent = facts.boundary_given && !facts.boundary_allows;
    if facts.identity_allows && !boundary_silent { Decision::Allow } else { Decision::ImplicitDeny }
}
