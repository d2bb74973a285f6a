//! Questions about one scenario, and about two documents.

pub mod compare;
pub mod decided;
mod layers;
pub mod ordered;
pub mod pinned;
pub mod reach;
mod silence;
pub mod slice;
mod stance;
mod wanted;
