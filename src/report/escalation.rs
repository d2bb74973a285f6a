//! What sequences of requests come to, as text for an auditor and as the JSON that programs read.

mod each;
mod fix;
mod invariant;
mod json;
mod text;

pub use each::{Tally, heading, line, summary};
pub use fix::{fix_json, fix_text};
pub(super) use invariant::invariant_of;
pub use json::json;
pub use text::text;
pub(super) use text::{body, limits, meaning};

use crate::escalation::Outcome;
use crate::report::verdict::NOT_MODELLED;

/// What is not modelled of sequences of requests, then of each of them.
fn not_modelled(outcome: &Outcome) -> Vec<&str> {
    let own = outcome.not_modelled.iter().map(String::as_str);
    let more = NOT_MODELLED.into_iter().filter(|text| !outcome.not_modelled.iter().any(|own| own == text));
    own.chain(more).collect()
}
