//! The arguments of `ringfence completions` and `ringfence man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// `ringfence completions`
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// `ringfence man`
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Write a page for each subcommand into this directory, instead of the program's own on standard output
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}
