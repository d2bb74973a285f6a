//! What is wrong with an input, as data.
//!
//! In: findings of the readers. Out: [`Diagnostic`]s with a [`Code`] of a closed list, a place and a way out; `report`
//! turns them into text or JSON. Nothing here decides what is wrong.

use std::fmt;
use std::sync::Arc;

use crate::source::{Source, Span};

/// Whether the input can be used all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The input is refused.
    Error,
    /// The input is used; a person should look.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $severity:ident;)+) => {
        /// The closed list of what can be said of an input. The text of a code never changes once released.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as reports and suites write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Whether the code refuses the input.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// What the code means, in one paragraph.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }
        }
    };
}

codes! {
    /// The file cannot be read: it does not exist, is a directory, or may not be opened.
    UnreadableFile = "unreadable-file", Error;
    /// The bytes are not UTF-8.
    NotUtf8 = "not-utf8", Error;
    /// The text starts with a byte order mark, which is not JSON.
    ByteOrderMark = "byte-order-mark", Error;
    /// The input is empty or only white space.
    BlankInput = "blank-input", Error;
    /// The input is larger than the limit: 4 MiB a document, 32 KiB a pattern or value,
    /// 256 values of a context key.
    TooLarge = "too-large", Error;
    /// Values are nested deeper than 32 levels.
    TooDeep = "too-deep", Error;
    /// The text is not JSON.
    Syntax = "syntax", Error;
    /// A comma stands before a closing bracket or brace (S1.8).
    TrailingComma = "trailing-comma", Error;
    /// JSON has no comments (S1.8).
    Comment = "comment", Error;
    /// A raw control character stands inside a string (S1.14).
    ControlCharacter = "control-character", Error;
    /// A key occurs twice in one object (S1.7).
    DuplicateKey = "duplicate-key", Error;
    /// A value has another JSON type than its place asks for.
    WrongType = "wrong-type", Error;
    /// A document or statement has an element that policies do not know (S1.1, S1.4).
    UnknownElement = "unknown-element", Error;
    /// A required element is missing (S1.1, S1.4).
    MissingElement = "missing-element", Error;
    /// Both members of a pair such as Action and NotAction are given (S1.4).
    ElementConflict = "element-conflict", Error;
    /// An element does not belong into a document of this kind (S1.11, S1.13).
    ElementNotAllowed = "element-not-allowed", Error;
    /// The list of statements is empty (S1.3).
    NoStatement = "no-statement", Error;
    /// A list of patterns or values is empty: it matches nothing, and its negation everything.
    EmptyList = "empty-list", Warning;
    /// Version is not `2012-10-17` or `2008-10-17` (S1.2).
    BadVersion = "bad-version", Error;
    /// Effect is not exactly `Allow` or `Deny` (S1.5).
    BadEffect = "bad-effect", Error;
    /// A Sid has characters other than A-Z a-z 0-9 in an IAM policy (S1.6).
    SidCharacters = "sid-characters", Warning;
    /// Two statements of a document have the same Sid (S1.6).
    DuplicateSid = "duplicate-sid", Warning;
    /// An action is not `prefix:Name`, or has a wildcard in its prefix (S2.1).
    BadAction = "bad-action", Error;
    /// A resource is neither `*` nor an ARN pattern that this kind of document may have (S2.2).
    BadResource = "bad-resource", Error;
    /// A resource ARN has fewer than six parts; the missing ones are read as `*` (S2.2.6).
    ShortResource = "short-resource", Warning;
    /// A principal has an unknown kind or a form that names nothing (S2.3).
    BadPrincipal = "bad-principal", Error;
    /// A principal entry is valid text but matches nobody: a partial wildcard, a group, or the unique id that is left
    /// when a principal was deleted (S2.3.2, S2.3.4, S2.3.6).
    PrincipalMatchesNobody = "principal-matches-nobody", Warning;
    /// Principal is a bare string other than `*`; it is read as `{"AWS": …}` (S2.3.5).
    BarePrincipal = "bare-principal", Warning;
    /// NotPrincipal stands in a statement with Effect Allow (S13.1).
    NotPrincipalAllow = "not-principal-allow", Error;
    /// A condition operator does not exist, or Null has a prefix or suffix (S3.3, S3.4).
    UnknownOperator = "unknown-operator", Error;
    /// A condition operator is written in another case than IAM's (S3.3).
    OperatorCase = "operator-case", Warning;
    /// A condition key has no service prefix, so no request carries it.
    BadConditionKey = "bad-condition-key", Warning;
    /// A condition value is not of its operator's type (S3.1.9), or is null (S1.10).
    BadValue = "bad-value", Error;
    /// An ARN operator has a value with fewer than six parts, which matches nothing (S3.1.4).
    ShortArn = "short-arn", Warning;
    /// A policy variable is empty, nested, unclosed, or its default has no closing quote (S4.9).
    BadVariable = "bad-variable", Error;
    /// Template text such as `${NAME}` was left where a value belongs (S4.8).
    TemplateText = "template-text", Error;
    /// A policy variable stands before the fifth colon of an ARN, where it is plain text (S2.2.8, S4.1).
    VariableIgnored = "variable-ignored", Warning;
    /// A text looks like a policy variable, but the document's version does not know them (S1.2).
    VariableInOldVersion = "variable-in-old-version", Warning;
    /// A character lies outside those that IAM accepts in a policy document (S1.14).
    UnusualCharacter = "unusual-character", Warning;
    /// The catalogue has no service of an action's prefix, so the entry matches no action (S11.4.12).
    UnknownService = "unknown-service", Warning;
    /// The catalogue's service has no action that the entry matches (S11.4.12).
    UnknownAction = "unknown-action", Warning;
    /// Documents of this kind do not bear on the service's actions: a trust policy is about `sts` only (S7.2), and
    /// resource control policies reach listed services only (S10.3).
    ActionOutOfReach = "action-out-of-reach", Warning;
    /// No service declares the context key, so no request carries it (S11.4.11).
    UnknownKey = "unknown-key", Warning;
    /// None of the statement's actions carries the key (S11.4.9, S11.4.11): a positive condition on it never holds, a
    /// negated one always.
    KeyNotCarried = "key-not-carried", Warning;
    /// Two keys of one operator differ by case only: they are one key, and both tests must hold (S1.7, S3.2).
    DuplicateConditionKey = "duplicate-condition-key", Warning;
    /// The operator compares values of another type than the key's: what it compares is the text (S3.1.10).
    OperatorType = "operator-type", Warning;
    /// `ForAllValues` or `ForAnyValue` on a key that has one value: the former also holds where the key is absent
    /// (S3.2.2).
    SetOperatorMisplaced = "set-operator-misplaced", Warning;
    /// A key with several values is tested without `ForAllValues` or `ForAnyValue`; the result is not specified
    /// (S3.2.3).
    SetOperatorMissing = "set-operator-missing", Warning;
    /// A policy variable names a key with several values, which has no value in a variable (S4.2).
    MultivaluedVariable = "multivalued-variable", Warning;
    /// A `*` stands in a value of an operator without wildcards, where it is the character itself (S3.1).
    LiteralWildcard = "literal-wildcard", Warning;
    /// A private address or range for a key that holds the caller's public address (S11.3).
    PrivateAddress = "private-address", Warning;
    /// No action of the statement can be on such a resource: it is another service's or another type's, or the actions
    /// have no resource type (S2.2.9, S11.4.12).
    ResourceMismatch = "resource-mismatch", Warning;
    /// The partition of an ARN is none of the dialect's (S11.4.10).
    UnknownPartition = "unknown-partition", Warning;
    /// The account of an ARN or principal does not have the form of the dialect's account ids (S2.3, S15.1).
    AccountForm = "account-form", Warning;
    /// No request meets all conditions of a statement.
    StatementNeverApplies = "statement-never-applies", Warning;
    /// Denies of the same document deny all that an Allow allows (S5.1).
    AllowShadowed = "allow-shadowed", Warning;
    /// Other statements of the same effect say all that a statement says.
    StatementRedundant = "statement-redundant", Warning;
    /// A policy that limits leaves nothing: no request is allowed under it (S5.3, S8.1).
    NothingAllowed = "nothing-allowed", Warning;
    /// A negated operator in an Allow holds where the key is absent, and a request without it is allowed (S3.1.2).
    OpenWithoutKey = "open-without-key", Warning;
    /// ForAllValues in an Allow holds where the key is absent, and a request without it is allowed (S3.2).
    SetOperatorOpen = "set-operator-open", Warning;
    /// Whoever has a permissions boundary, and may otherwise do anything, can get rid of it by some sequence of requests.
    BoundaryUnprotected = "boundary-unprotected", Warning;
    /// A permissions boundary does not allow a request, but a resource policy that names the session does (S5.3).
    ResourcePolicyBypass = "resource-policy-bypass", Warning;
    /// A scenario, a request or a line has a field that does not exist.
    UnknownField = "unknown-field", Error;
    /// A scenario, a request or a line lacks a field.
    MissingField = "missing-field", Error;
    /// A field's value cannot be used.
    BadField = "bad-field", Error;
    /// The caller is no principal, or one that a single request cannot come from (S2.3, design section 2).
    BadCaller = "bad-caller", Error;
    /// The request's context contradicts what follows from its principal (S11.1, S17).
    ContextContradiction = "context-contradiction", Error;
    /// The dialect does not describe layers of this kind (S15).
    LayerNotDescribed = "layer-not-described", Error;
    /// A policy is attached to a caller that cannot carry one of its kind (S5.5, S5.10, S15.5).
    LayerNotCarried = "layer-not-carried", Error;
    /// A file is no listing of `get-account-authorization-details`, or holds nobody.
    NotAListing = "not-a-listing", Error;
    /// A listing says that further pages follow, and they are not given.
    TruncatedListing = "truncated-listing", Error;
    /// A field of a listing or side file is not read.
    IgnoredField = "ignored-field", Warning;
    /// A user, group, role, policy or resource is listed twice.
    DuplicateEntry = "duplicate-entry", Error;
    /// Something is referenced that is not there: a managed policy, a group, a user, a role, an account.
    DanglingReference = "dangling-reference", Error;
    /// No account that is given has the principal.
    UnknownPrincipal = "unknown-principal", Error;
    /// A policy document in URL encoding cannot be decoded.
    BadEncoding = "bad-encoding", Error;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One finding: what, where, and the way out.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Which finding of the closed list.
    pub code: Code,
    /// What is wrong: lower case, user text in backticks.
    pub message: String,
    /// The input it is about.
    pub source: Arc<Source>,
    /// The place, where there is one smaller than the whole input.
    pub span: Option<Span>,
    /// A second place that belongs to it (the first of two equal keys), with a word on why.
    pub related: Option<(Span, String)>,
    /// What to do.
    pub help: String,
}

impl Diagnostic {
    /// A finding about a place in a source.
    pub fn new(
        code: Code,
        source: &Arc<Source>,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            source: Arc::clone(source),
            span: Some(span),
            related: None,
            help: help.into(),
        }
    }

    /// A finding about a whole input.
    pub fn whole(code: Code, source: &Arc<Source>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), source: Arc::clone(source), span: None, related: None, help: help.into() }
    }

    /// Adds the second place.
    #[must_use]
    pub fn with_related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related = Some((span, label.into()));
        self
    }

    /// The same finding about a part of a larger input that starts at an offset.
    #[must_use]
    pub fn moved(mut self, source: &Arc<Source>, by: usize) -> Self {
        self.source = Arc::clone(source);
        self.span = Some(self.span.unwrap_or_default().shifted(by));
        self.related = self.related.map(|(span, label)| (span.shifted(by), label));
        self
    }

    /// Line and column, both from 1; the start of the input where the finding is about all of it.
    pub fn position(&self) -> crate::source::Position {
        self.source.position(self.span.map_or(0, |span| span.start))
    }
}

/// An input that is refused: every finding of one run, errors and warnings, in the order of the text.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The findings; at least one is an error.
    pub diagnostics: Vec<Diagnostic>,
}

impl Refusal {
    /// The first error.
    pub fn first_error(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().find(|diagnostic| diagnostic.code.severity() == Severity::Error)
    }
}

impl From<Diagnostic> for Refusal {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic] }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.diagnostics.iter().enumerate() {
            let position = diagnostic.position();
            let end = if index == 0 { "" } else { "\n" };
            let name = diagnostic.source.name();
            write!(f, "{end}{name}:{}:{}: {}", position.line, position.column, diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

/// Where readers put what they find.
#[derive(Debug, Default)]
pub struct Findings {
    diagnostics: Vec<Diagnostic>,
    errors: usize,
}

impl Findings {
    /// Adds one finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.code.severity() == Severity::Error);
        self.diagnostics.push(diagnostic);
    }

    /// Adds findings of another reader.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// All findings, in the order they were made.
    pub fn into_diagnostics(self) -> impl Iterator<Item = Diagnostic> {
        self.diagnostics.into_iter()
    }

    /// How many errors there are so far.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// What the first error says.
    pub fn first_error(&self) -> Option<String> {
        first_error(&self.diagnostics)
    }

    /// The value with the warnings, or the refusal if there was an error or no value.
    ///
    /// # Errors
    /// All findings, in the order of their places, if one of them is an error.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<(T, Vec<Diagnostic>), Refusal> {
        // Several files may lie behind one scenario: each keeps its findings together, in the order they were read.
        let mut sources: Vec<*const Source> = Vec::new();
        for diagnostic in &self.diagnostics {
            let source = Arc::as_ptr(&diagnostic.source);
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        self.diagnostics.sort_by_key(|diagnostic| {
            let source = Arc::as_ptr(&diagnostic.source);
            let order = sources.iter().position(|other| *other == source);
            (order, diagnostic.span.map_or(0, |span| span.start))
        });
        match value {
            Some(value) if self.errors == 0 => Ok((value, self.diagnostics)),
            _ => Err(Refusal { diagnostics: self.diagnostics }),
        }
    }
}

/// User text in backticks, on one line, shortened where it would fill the screen.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 80;
    let escape = |character: char| match character.is_control() {
        true => character.escape_default().to_string(),
        false => character.to_string(),
    };
    let text: String = text.chars().take(LONGEST + 1).map(escape).collect();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or(&text)),
        None => format!("`{text}`"),
    }
}

/// What the first error of a list says.
pub fn first_error(diagnostics: &[Diagnostic]) -> Option<String> {
    let error = diagnostics.iter().find(|found| found.code.severity() == Severity::Error);
    error.map(|found| found.message.clone())
}
