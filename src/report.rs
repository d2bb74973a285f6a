//! Results and findings as text and JSON.
//!
//! In: data of the other modules. Out: strings. Nothing is decided or printed here; same input, same bytes.

pub mod diagnostic;
pub mod trace;
