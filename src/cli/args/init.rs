//! The arguments of `ringfence init`.

use std::path::PathBuf;

use clap::Args;
use ringfence::policy::DocumentKind;

use super::kind;

/// `ringfence init`
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Policy documents
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// What the documents are for; without it each is guessed, with a note
    #[arg(long = "as", value_name = "KIND", value_parser = kind())]
    pub(crate) kind: Option<DocumentKind>,
    /// The permissions boundary of whoever has the documents
    #[arg(long, value_name = "FILE")]
    pub(crate) boundary: Option<PathBuf>,
    /// The dialect of the documents: aws, which is the default, or astran
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Option<String>,
    /// Where to write the suite; its name best ends in .ringfence.toml. Without it, on standard output
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
}
