//! Entries of Principal and NotPrincipal (S2.3).
//!
//! In: kind and text of an entry. Out: [`PrincipalEntry`]. Who is matched, and at which level, is decided by the
//! engines.

use crate::vocabulary::arn::Arn;

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrincipalEntry {
    /// `"*"`, `{"AWS": "*"}`: everybody, anonymous included.
    Everybody,
    /// An account, by its id or by its root ARN; the partition only in the latter form.
    Account {
        /// The partition of a root ARN.
        partition: Option<String>,
        /// The account's id.
        account: String,
    },
    /// A user's ARN.
    User(String),
    /// A role's ARN.
    Role(String),
    /// The ARN of a role session.
    RoleSession(String),
    /// The ARN of a GetFederationToken session.
    FederatedUser(String),
    /// A service principal.
    Service(String),
    /// An identity provider.
    Federated(String),
    /// The canonical id of an account.
    CanonicalUser(String),
    /// A text that names nobody (S2.3.2, S2.3.4, S2.3.6).
    Nobody {
        /// The entry as written.
        text: String,
        /// Why it matches nobody.
        reason: &'static str,
    },
}

const WILDCARD: &str = "a principal has no partial wildcards (S2.3.2)";

/// The kinds of entries a Principal object may have.
pub const KINDS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

impl PrincipalEntry {
    /// Reads an entry of the kind `AWS`; none if the text has no form that the kind knows.
    pub fn parse_aws(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::Everybody);
        }
        let nobody = |reason| Some(Self::Nobody { text: text.to_owned(), reason });
        if let Some(arn) = Arn::parse(text) {
            if text.contains(['*', '?']) {
                return nobody(WILDCARD);
            }
            let own = || text.to_owned();
            return match (arn.service, arn.resource) {
                ("iam", "root") => {
                    Some(Self::Account { partition: Some(arn.partition.to_owned()), account: arn.account.to_owned() })
                }
                ("iam", _) if arn.resource_of("user").is_some() => Some(Self::User(own())),
                ("iam", _) if arn.resource_of("role").is_some() => Some(Self::Role(own())),
                ("iam", _) if arn.resource_of("group").is_some() => nobody("a group is no principal (S2.3.4)"),
                ("sts", _) if arn.resource_of("assumed-role").is_some() => Some(Self::RoleSession(own())),
                ("sts", _) if arn.resource_of("federated-user").is_some() => Some(Self::FederatedUser(own())),
                ("iam" | "sts", _) => nobody("no caller has an ARN of this form"),
                _ => None,
            };
        }
        if text.contains(['*', '?']) {
            return nobody(WILDCARD);
        }
        if is_unique_id(text) {
            return nobody("a unique id is left when the principal was deleted (S2.3.6)");
        }
        let is_id = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        // Account ids are opaque, but they hold a digit: a bare word is a slip.
        (is_id && text.contains(|c: char| c.is_ascii_digit()))
            .then(|| Self::Account { partition: None, account: text.to_owned() })
    }

    /// Reads an entry of another kind than `AWS`.
    pub fn parse_other(kind: &str, text: &str) -> Option<Self> {
        let text = text.to_owned();
        if text.contains(['*', '?']) {
            return Some(Self::Nobody { text, reason: WILDCARD });
        }
        match kind {
            "Service" => Some(Self::Service(text)),
            "Federated" => Some(Self::Federated(text)),
            "CanonicalUser" => Some(Self::CanonicalUser(text)),
            _ => None,
        }
    }
}

/// `AIDA…`, `AROA…` and the like: a prefix of four letters, then capital letters and digits.
fn is_unique_id(text: &str) -> bool {
    let prefixes = ["AIDA", "AROA", "AGPA", "ANPA", "ANVA", "AIPA", "ASIA", "AKIA"];
    text.len() >= 16
        && prefixes.iter().any(|prefix| text.starts_with(prefix))
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}
