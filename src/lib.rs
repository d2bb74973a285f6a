//! Proves what IAM policies, permission boundaries and resource policies can never allow.

pub mod case;
pub mod diagnostic;
pub mod evaluate;
pub mod input;
pub mod json;
pub mod policy;
pub mod report;
pub mod request;
pub mod scenario;
pub mod solve;
pub mod source;
pub mod symbolic;
pub mod vocabulary;
