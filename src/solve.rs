//! Z3, and nothing else in the crate names it.
//!
//! In: SMT-LIB text. Out: answers, and the version of the library that gives them. Trusted: Z3 itself; its
//! unsatisfiable answers can be checked again from the exported scripts by another solver.

use thiserror::Error;

use crate::symbolic::sexpr::SexprError;

pub mod script;
pub mod session;
pub mod strings;
mod terms;

/// The oldest Z3 that the bindings support.
const OLDEST: [u32; 3] = [4, 13, 3];

/// As in `src/build.rs`, which refuses the same versions when the library is found at build time.
const WAYS_OUT: &str = "\
ways out, any one of them, then build again:
  - python3 -m pip install --target .z3 z3-solver==5.4.0.0   (in the directory of Cargo.toml; found from then on)
  - set Z3_LIBRARY_PATH_OVERRIDE to the directory that holds libz3.so of Z3 4.13.3 or later
  - install Z3 4.13.3 or later so that `pkg-config --modversion z3` names it
  - cargo build --features vendored   (compiles Z3: GCC 13 or later, CMake 3.26 or later, many minutes)";

/// Why there is no answer of Z3.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SolveError {
    /// The library that was loaded is not one to rely on.
    #[error("Z3 {0} was loaded; ringfence needs Z3 4.13.3 or later.\n{WAYS_OUT}")]
    Version(String),
    /// Text with a NUL cannot be handed over.
    #[error("the script contains a NUL character")]
    Nul,
    /// The script is not a list of commands.
    #[error("the script is not SMT-LIB: {0}")]
    Text(#[from] SexprError),
    /// A command that a script may not use.
    #[error("line {line}: `{command}` has no place in a script")]
    Command {
        /// The line, from 1.
        line: usize,
        /// The command found.
        command: String,
    },
    /// Nothing is asserted, so that there is no question.
    #[error("the script asserts nothing")]
    NoAssertion,
    /// Z3 refused the script or a part of it.
    #[error("the script asserts {written} formulas, of which Z3 accepted {taken}; it does not accept the text")]
    NotTaken {
        /// Assertions in the text.
        written: usize,
        /// Assertions that arrived.
        taken: usize,
    },
    /// Z3 has no solver for the logic.
    #[error("Z3 knows no logic `{0}`")]
    Logic(String),
}

/// The version of the Z3 that is loaded, refused if it is too old: old libraries link, run and answer.
pub fn version() -> Result<&'static str, SolveError> {
    let found = z3::full_version();
    check_version(found)?;
    Ok(found)
}

/// Refuses a version that is older than 4.13.3 or cannot be read.
pub fn check_version(found: &str) -> Result<(), SolveError> {
    let mut parts = found.split(['.', ' ']).map(|part| part.parse::<u32>().ok());
    let mut part = || parts.next().flatten();
    match (part(), part(), part()) {
        (Some(major), Some(minor), Some(patch)) if [major, minor, patch] >= OLDEST => Ok(()),
        _ => Err(SolveError::Version(found.to_owned())),
    }
}

/// The directory in which the build found the library; empty if Z3 was compiled in.
pub fn library_directory() -> &'static str {
    env!("RINGFENCE_Z3_DIRECTORY")
}
