//! What callers of a kind cannot call, whatever policies say (S11.4.13).
//!
//! In: a line of a dialect's rules. Out: [`Limit`].

use crate::vocabulary::action::ActionPattern;
use crate::vocabulary::caller::CallerKind;

/// In what way calls are limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// No request of these callers is for the action.
    NeverCalls,
    /// Credentials of GetSessionToken do not call the action, unless it is excepted.
    TokenRefused,
    /// The exceptions.
    TokenAllowed,
    /// Credentials of GetSessionToken call the action only with MFA.
    TokenNeedsMfa,
}

impl LimitKind {
    /// The kind of a name in rules files.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "never-calls" => Some(Self::NeverCalls),
            "token-refused" => Some(Self::TokenRefused),
            "token-allowed" => Some(Self::TokenAllowed),
            "token-needs-mfa" => Some(Self::TokenNeedsMfa),
            _ => None,
        }
    }
}

/// Actions that callers of some kinds cannot call.
#[derive(Debug, Clone)]
pub struct Limit {
    /// In what way.
    pub kind: LimitKind,
    /// Which actions.
    pub action: ActionPattern,
    /// Which callers.
    pub callers: Vec<CallerKind>,
}
