//! The symbolic side: formulas over sets of values, the law read into them, and the theory of fields.
//!
//! In: normalised documents and the text of `encodings/`. Out: Boolean formulas over atoms, and for a choice of truth
//! values a request or a reason why there is none. It never imports the concrete evaluator.

pub mod ability;
pub mod account;
pub mod atom;
mod conflict;
pub mod encode;
pub mod field;
pub mod formula;
pub mod interval;
pub mod keys;
pub mod language;
pub mod law;
pub mod realise;
pub mod sexpr;
pub mod shape;
pub mod universe;
pub mod unlisted;
pub mod user_id;
