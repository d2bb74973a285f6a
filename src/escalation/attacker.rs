//! Whose credentials are held at the start.

use std::time::Duration;

use crate::vocabulary::ruling::Rulings;

/// Who begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attacker {
    /// The ARNs of the users, roles, sessions or root users whose credentials are held: the principal first.
    pub held: Vec<String>,
    /// An account that is all the attacker's.
    pub outside: Option<String>,
    /// Whether a SAML provider that the attacker makes or takes signs for him.
    pub own_provider: bool,
}

/// How far to look.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest trace to look for; it bounds no proof.
    pub max_steps: usize,
    /// Give up after this long.
    pub timeout: Option<Duration>,
    /// Which readings are taken where the sources disagree.
    pub rulings: Rulings,
}
