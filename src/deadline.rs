//! When an answer comes too late.
//!
//! In: the moment until which work may go on; none: for ever. Out: whether it has passed.

use std::time::Instant;

/// Whether the moment has passed.
pub(crate) fn is_over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}
