//! Principals of a scenario (design section 2, S2.3, S17).
//!
//! In: the word, ARN or object that names who calls. Out: [`Principal`]. An object is exact; a text leaves tags open.

use indexmap::IndexMap;

use crate::vocabulary::arn::{Arn, friendly_name};
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::context_key::ContextKey;

/// The tags of a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags {
    /// These and no others.
    Exact(IndexMap<ContextKey, String>),
    /// Of a session: these of its role, with their values or its own, and perhaps more (S11.4.17).
    AtLeast(IndexMap<ContextKey, String>),
    /// Unknown.
    Open,
}

/// Under which ARN policies that name the user or role as a principal have stored it (S2.3.6). Who is called otherwise
/// since then is still meant, and who has got its name since then is not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Stored {
    /// The one that it has.
    #[default]
    AsCalled,
    /// This one.
    As(String),
    /// None: it came to be after the policies.
    Nowhere,
}

impl Stored {
    /// Whether an ARN in a policy means the user or role; none: as its own ARN says.
    pub fn is(&self, arn: &str) -> Option<bool> {
        match self {
            Self::AsCalled => None,
            Self::As(own) => Some(own == arn),
            Self::Nowhere => Some(false),
        }
    }
}

/// One caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Its ARN; the service's name, or `anonymous`.
    pub arn: String,
    /// What it is.
    pub kind: CallerKind,
    /// Tags of the user, or of role and session.
    pub tags: Tags,
    /// The role of a role session, the user of a federated session (S2.3.9); none where it is not known.
    pub issuer: Option<String>,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// One caller.
    Caller(Caller),
    /// Users whose ARN matches a pattern.
    Users {
        /// The pattern.
        pattern: String,
        /// Their tags; none: unknown.
        tags: Option<IndexMap<ContextKey, String>>,
    },
    /// Every session of the roles whose ARN matches.
    RoleSessions {
        /// The role's ARN, or a pattern.
        role: String,
        /// The tags that the role is known to carry: every session has them, with the role's value or one of its own
        /// (S11.4.17). Others are open.
        tags: IndexMap<ContextKey, String>,
        /// Whether the sessions have these tags and values and no others: none were passed.
        closed: bool,
    },
    /// Users, role sessions and federated sessions; others where nothing is attached that they cannot carry.
    Any,
    /// The root user of the account.
    Root,
    /// Anyone of another account, services, anonymous.
    Outside,
}

/// The words that stand for a principal.
pub const WORDS: [&str; 5] = ["any", "root", "anonymous", "outside", "service:NAME"];

impl Principal {
    /// Reads a word, an ARN or an ARN pattern.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let caller = |kind| Ok(Self::Caller(Caller { arn: text.to_owned(), kind, tags: Tags::Open, issuer: None }));
        let untagged = |arn: &str, kind| {
            let tags = Tags::Exact(IndexMap::new());
            Ok(Self::Caller(Caller { arn: arn.to_owned(), kind, tags, issuer: None }))
        };
        match text {
            "any" => return Ok(Self::Any),
            "root" => return Ok(Self::Root),
            "outside" => return Ok(Self::Outside),
            "anonymous" => return untagged(text, CallerKind::Anonymous),
            _ => {}
        }
        if let Some(name) = text.strip_prefix("service:") {
            return match name.is_empty() {
                true => Err("names no service; write `service:ec2.amazonaws.com`".to_owned()),
                false => untagged(name, CallerKind::Service),
            };
        }
        let arn = Arn::parse(text).ok_or("is neither an ARN of six parts nor a word such as `any`")?;
        let pattern = text.contains(['*', '?']);
        let service = match arn.resource.split('/').next() {
            Some("root" | "user" | "role") => "iam",
            _ => "sts",
        };
        if arn.service != service {
            return Err("is no ARN of a user, role, session or root user".to_owned());
        }
        if arn.resource == "root" && !pattern {
            return untagged(text, CallerKind::Root);
        }
        if arn.resource_of("user").is_some() {
            return if pattern {
                Ok(Self::Users { pattern: text.to_owned(), tags: None })
            } else {
                caller(CallerKind::User)
            };
        }
        if arn.resource_of("role").is_some() {
            return Ok(Self::RoleSessions { role: text.to_owned(), tags: IndexMap::new(), closed: false });
        }
        if pattern {
            return Err("is a pattern; only ARNs of users and roles may have wildcards".to_owned());
        }
        if arn.resource_of("assumed-role").is_some_and(|rest| rest.contains('/')) {
            return caller(CallerKind::RoleSession);
        }
        if arn.resource_of("federated-user").is_some() {
            return caller(CallerKind::Federated);
        }
        Err("is no ARN of a user, role, session or root user".to_owned())
    }

    /// The one caller that a concrete request comes from.
    ///
    /// # Errors
    /// Why there is not exactly one.
    pub fn caller(&self) -> Result<&Caller, String> {
        match self {
            Self::Caller(caller) => Ok(caller),
            Self::Users { pattern, .. } => Err(format!("`{pattern}` is a pattern of users")),
            Self::RoleSessions { role, .. } => Err(format!("`{role}` stands for every session of a role")),
            Self::Any => Err("`any` is no single caller".to_owned()),
            Self::Root => Err("`root` does not say of which account".to_owned()),
            Self::Outside => Err("`outside` is no single caller".to_owned()),
        }
    }
}

impl Caller {
    /// Checks that ARN, kind and issuer fit together.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check(&self) -> Result<(), String> {
        let arn = Arn::parse(&self.arn);
        let of_service =
            |service, kind: &str| arn.is_some_and(|arn| arn.service == service && arn.resource_of(kind).is_some());
        let of = |kind| of_service("iam", kind);
        let fits = match self.kind {
            CallerKind::User => of("user"),
            CallerKind::RoleSession => self.session_role_name().is_some(),
            CallerKind::Federated => {
                of_service("sts", "federated-user") || of("saml-provider") || of("oidc-provider") || arn.is_none()
            }
            CallerKind::Root => arn.is_some_and(|arn| arn.service == "iam" && arn.resource == "root"),
            CallerKind::Service => arn.is_none() && self.arn.contains('.'),
            CallerKind::Anonymous => self.arn == "anonymous",
        };
        if !fits {
            return Err(format!("`{}` is no {} ARN", self.arn, self.kind));
        }
        let Some(issuer) = &self.issuer else { return Ok(()) };
        let parsed = Arn::parse(issuer).ok_or_else(|| format!("issuer `{issuer}` is no ARN"))?;
        let fits = match self.kind {
            CallerKind::RoleSession => {
                let role = parsed.resource_of("role").map(friendly_name);
                role.is_some() && role == self.session_role_name()
            }
            CallerKind::Federated => parsed.resource_of("user").is_some(),
            _ => false,
        };
        let same_account = arn.is_none_or(|arn| arn.account == parsed.account && arn.partition == parsed.partition);
        if fits && same_account {
            return Ok(());
        }
        Err(format!("issuer `{issuer}` cannot have issued `{}`", self.arn))
    }

    /// The account the caller belongs to; none for services and anonymous callers.
    pub fn account(&self) -> Option<&str> {
        Arn::parse(&self.arn).map(|arn| arn.account)
    }

    /// The partition of the caller; none for services and anonymous callers.
    pub fn partition(&self) -> Option<&str> {
        Arn::parse(&self.arn).map(|arn| arn.partition)
    }

    /// The name of the role of a role session, from the session's ARN.
    pub fn session_role_name(&self) -> Option<&str> {
        let arn = Arn::parse(&self.arn).filter(|arn| arn.service == "sts")?;
        let (role, session) = arn.resource_of("assumed-role")?.split_once('/')?;
        (!role.is_empty() && !session.is_empty()).then_some(role)
    }
}
