//! Results and findings as text and JSON.
//!
//! In: data of the other modules. Out: strings. Nothing is decided or printed here; same input, same bytes.

/// The JSON Schema (2020-12) of everything that is written as JSON, each kind of object under its name in `$defs`.
pub const SCHEMA: &str = include_str!("report/ringfence.schema.json");

pub mod changes;
pub mod comparison;
pub mod deployment;
pub mod diagnostic;
pub mod entry;
pub mod escalation;
mod excerpt;
pub mod findings;
pub mod html;
pub mod junit;
pub mod layout;
pub mod mutants;
pub mod sarif;
pub mod scenarios;
pub mod suite;
pub mod trace;
pub mod verdict;
pub mod versions;
pub mod who_can;
