//! Questions about one scenario.

mod layers;
pub mod ordered;
pub mod pinned;
pub mod reach;
pub mod slice;
