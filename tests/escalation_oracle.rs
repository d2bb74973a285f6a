//! Sequences of requests in tiny random accounts, tried one state after the other: a second opinion on what
//! `ringfence::escalation` says of them.
//!
//! `cargo test --test escalation_oracle -- --ignored` is the long run; RINGFENCE_SEED chooses other accounts.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::string_slice, reason = "patterns are ASCII")]
#![expect(clippy::print_stdout, reason = "what the random accounts came to is shown with --nocapture")]

#[path = "escalation_oracle/agreement.rs"]
mod agreement;
#[path = "agreement/dice.rs"]
#[expect(dead_code, reason = "other tests throw other dice")]
mod dice;
#[path = "escalation_oracle/judge.rs"]
mod judge;
#[path = "escalation_oracle/known.rs"]
mod known;
#[path = "agreement/minimal.rs"]
mod minimal;
#[path = "escalation_oracle/search.rs"]
mod search;
#[path = "escalation_oracle/state.rs"]
mod state;
#[path = "escalation_oracle/transitions.rs"]
mod transitions;
#[path = "escalation_oracle/world.rs"]
mod world;
