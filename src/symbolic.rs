//! The symbolic side: formulas, and the law of a dialect read into them.
//!
//! In: the text of `encodings/`. Out: Boolean formulas over atoms. It never imports the concrete evaluator.

pub mod formula;
pub mod law;
pub mod sexpr;
