//! Questions about one scenario.

mod layers;
pub mod pinned;
pub mod reach;
pub mod slice;
