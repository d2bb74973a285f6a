//! Proves what IAM policies, permission boundaries and resource policies can never allow.
//!
//! Data flows one way, each module using only those before it:
//!
//! - [`source`], [`diagnostic`], [`input`], [`json`]: texts with places, findings as data, strict JSON with spans
//! - [`vocabulary`]: actions, ARNs, patterns, typed values, the service catalogue, a dialect's own rules
//! - [`policy`]: documents, read exactly
//! - [`lint`](mod@lint): what a person should look at in one document
//! - [`scenario`], [`request`]: who calls, under which layers, for what
//! - [`goal`]: the set of requests that a question is about
//! - [`evaluate`]: the concrete evaluator: one request, one decision, and why
//! - [`symbolic`], [`solve`]: the law as formulas, read from `encodings/`; Z3
//! - [`verdict`], [`query`]: what a question comes to; questions about one scenario, or about two documents
//! - [`account`]: accounts as their listings tell them; questions about their principals
//! - [`escalation`]: sequences of requests that change an account: a trace, or a proof for every length
//! - [`finding`]: what one document means that its author may not have meant
//! - [`line`](mod@line), [`case`](mod@case), [`question`], [`pair`]: lines of a batch, with a request, with a goal, with
//!   two documents
//! - [`suite`]: assertions in files, checked on every commit
//! - [`report`]: results as text and JSON
//! - [`certificate`]: what a verdict rests on, as files for other solvers
//!
//! The concrete and the symbolic side never use each other.
//!
//! # Example
//!
//! Whoever has a boundary that is silent on s3 cannot reach it, whatever their identity policies allow (S5.3); but a
//! resource policy that names the session gets past it, which a Deny would not let happen:
//!
//! ```
//! use ringfence::{Answer, Options, Query, Scenario, verify};
//!
//! let boundary = r#"{"Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}}"#;
//! let query = Query::reach(["s3:*"])?;
//!
//! let alone: Scenario = format!(r#"{{"permissionsBoundary": {boundary}}}"#).parse()?;
//! let verdict = verify(&alone, &query, &Options::default())?;
//! assert_eq!(verdict.answer, Answer::Unreachable);
//!
//! let shared: Scenario = format!(r#"{{"permissionsBoundary": {boundary}, "resourcePolicy": "any"}}"#).parse()?;
//! let verdict = verify(&shared, &query, &Options::default())?;
//! assert_eq!(verdict.answer, Answer::Reachable);
//! // The request was replayed by the evaluator.
//! let found = verdict.counterexample.ok_or("a reachable answer has a request")?;
//! assert_eq!(found.request.action.prefix(), "s3");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/regression.rs` keeps such answers as tests of a project. One concrete request is decided by
//! [`evaluate::evaluate`], two versions of a document are compared by [`query::compare::compare`], and sequences of
//! requests in an account are asked of [`escalation::Model`].

pub mod account;
pub mod case;
pub mod certificate;
mod deadline;
pub mod deployment;
pub mod diagnostic;
pub mod escalation;
pub mod evaluate;
pub mod finding;
pub mod goal;
pub mod input;
pub mod json;
pub mod line;
pub mod lint;
pub mod normal;
pub mod pair;
pub mod policy;
pub mod query;
pub mod question;
pub mod report;
pub mod request;
pub mod scenario;
pub mod solve;
pub mod source;
pub mod suite;
pub mod symbolic;
pub mod verdict;
mod verify;
pub mod vocabulary;
mod yaml;

pub use query::reach::{Options, ReachError};
pub use scenario::Scenario;
pub use verdict::{Answer, Verdict};
pub use verify::{Query, verify};
