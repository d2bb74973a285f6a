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
//! A user may do anything, but the boundary is silent on s3, so the request is implicitly denied (S5.3):
//!
//! ```
//! use std::path::Path;
//!
//! use ringfence::case::{self, Reading};
//! use ringfence::evaluate::{Outcome, decide::Decision, evaluate};
//! use ringfence::source::Source;
//!
//! let line = r#"{
//!     "principal": {"arn": "arn:aws:iam::111122223333:user/alice", "type": "user", "tags": {}},
//!     "identityPolicies": [{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}],
//!     "permissionsBoundary": {"Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}},
//!     "request": {"action": "s3:GetObject", "resource": "arn:aws:s3:::example-bucket/key"}
//! }"#;
//! let source = Source::new("example", line);
//! let (_, case) = case::read(&source, Reading { path: Path::new(""), bare: false, dialect: None });
//! let case = case?;
//! let scenario = case.scenario.ok_or("no scenario")?;
//! let Outcome::Decided(decision, _) = evaluate(&scenario, &case.request)? else { unreachable!() };
//! assert_eq!(decision, Some(Decision::ImplicitDeny));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod account;
pub mod case;
pub mod certificate;
mod deadline;
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
pub mod vocabulary;
