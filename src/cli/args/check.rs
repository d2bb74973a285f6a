//! The arguments of `ringfence check`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::args::{Deployments, Format};

/// `ringfence check`
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Suites, or directories in which every *.ringfence.toml is one
    #[arg(value_name = "SUITE", required = true)]
    pub(crate) suites: Vec<PathBuf>,
    /// The plan or template that is checked instead of the one that scenarios name.
    #[command(flatten)]
    pub(crate) deployments: Deployments,
    /// Only assertions whose name holds this text; repeatable
    #[arg(long, value_name = "TEXT")]
    pub(crate) filter: Vec<String>,
    /// Stop at the first assertion that does not hold
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// Say what the suites would not notice: change each statement, condition and entry of the documents under test in
    /// turn, and show the changes under which every assertion still holds, each with an assertion that does not
    #[arg(long, conflicts_with_all = ["filter", "fail_fast"])]
    pub(crate) mutants: bool,
    /// How many assertions are looked at at once: by default as many as there are cores
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// How the result is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Leave times out, so that the same input gives the same bytes
    #[arg(long)]
    pub(crate) no_timing: bool,
}
