//! Exit codes.

use std::io;
use std::process::ExitCode;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: answered, and as asserted.
    Answered,
    /// 1: an assertion is violated.
    Violated,
    /// 2: input, usage or internal error.
    Refused,
    /// 3: only unknowns.
    Unknown,
}

impl Exit {
    /// How a run of several answers ends: an error counts most, then a violated assertion, then an unknown.
    pub(crate) fn or_worse(self, other: Self) -> Self {
        let weight = |exit| match exit {
            Self::Answered => 0,
            Self::Unknown => 1,
            Self::Violated => 2,
            Self::Refused => 3,
        };
        if weight(other) > weight(self) { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Answered => 0,
            Exit::Violated => 1,
            Exit::Refused => 2,
            Exit::Unknown => 3,
        })
    }
}

/// Whether whoever reads the output has gone away, which is no error.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
