//! Why a run of many questions ends before the last one is answered.

use std::io;

/// What stopped it.
pub(crate) enum Stop<E> {
    /// A question could not be asked.
    Asking(E),
    /// An answer could not be written.
    Writing(io::Error),
}

impl<E> From<E> for Stop<E> {
    fn from(error: E) -> Self {
        Self::Asking(error)
    }
}
