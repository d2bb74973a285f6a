//! Questions about accounts: random ones against requests that are tried one by one, large ones with known answers,
//! and those of the corpus.
//!
//! `cargo test --test accounts -- --ignored` is the long run; RINGFENCE_SEED chooses other accounts.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what the random accounts came to is shown with --nocapture")]

#[path = "accounts/agreement.rs"]
mod agreement;
#[path = "agreement/dice.rs"]
mod dice;
#[path = "accounts/files.rs"]
mod files;
#[path = "agreement/minimal.rs"]
mod minimal;
#[path = "accounts/oracle.rs"]
mod oracle;
#[path = "accounts/world.rs"]
mod world;
