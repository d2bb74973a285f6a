//! The two engines agree: decisions of random requests, laws over them, proofs against random requests, counterexamples.
//!
//! Random scenarios are JSON lines, read as users' lines are; a failure prints the line, made smaller while it fails.
//! `cargo test --test agreement -- --ignored` is the long run; RINGFENCE_SEED chooses other scenarios.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what the random scenarios came to is shown with --nocapture")]

#[path = "agreement/caller.rs"]
mod caller;
#[path = "agreement/change.rs"]
mod change;
#[path = "agreement/condition.rs"]
mod condition;
#[path = "agreement/coverage.rs"]
mod coverage;
#[path = "agreement/dice.rs"]
mod dice;
#[path = "agreement/document.rs"]
mod document;
#[path = "agreement/metamorphic.rs"]
mod metamorphic;
#[path = "agreement/minimal.rs"]
mod minimal;
#[path = "agreement/mutation.rs"]
mod mutation;
#[path = "agreement/pair.rs"]
mod pair;
#[path = "agreement/proof.rs"]
mod proof;
#[path = "agreement/question.rs"]
mod question;
#[path = "agreement/request.rs"]
mod request;
#[path = "agreement/sample.rs"]
mod sample;
#[path = "agreement/scenario.rs"]
mod scenario;
#[path = "agreement/scenarios.rs"]
mod scenarios;
#[path = "agreement/world.rs"]
mod world;
