//! The words of policies: actions, ARNs, patterns, context keys, typed values, and the dialect's own lists.
//!
//! In: texts. Out: parsed values that both the concrete evaluator and the symbolic side read. Nothing here matches a
//! pattern against a value: each side does that with code of its own.

pub mod account;
pub mod action;
pub mod arn;
pub mod caller;
pub mod catalogue;
pub mod cidr;
pub mod context_key;
pub mod declared_key;
pub mod dialect;
pub mod digest;
pub mod instant;
pub mod layer;
pub mod limit;
pub mod nearest;
pub mod number;
pub mod pattern;
pub mod resource;
pub mod ruling;
pub(crate) mod sha256;
pub mod variable;
