//! Questions about one scenario, and about two documents.

pub mod compare;
mod layers;
pub mod ordered;
pub mod pinned;
pub mod reach;
mod silence;
pub mod slice;
mod wanted;
