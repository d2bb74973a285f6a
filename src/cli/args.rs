//! The arguments of every subcommand.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// What the program is asked to do.
#[derive(Debug, Parser)]
#[command(name = "ringfence", version = version(), about, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Colour diagnostics
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub(crate) color: Color,
}

const EXIT_CODES: &str = "\
Exit codes: 0 answered, and as asserted; 1 an assertion is violated; 2 input, usage or internal error; 3 only unknowns";

/// Both versions: the program's and the solver's.
fn version() -> String {
    let z3 = ringfence::solve::version().unwrap_or("unusable");
    let place = match ringfence::solve::library_directory() {
        "" => String::new(),
        directory => format!(", found in {directory} when built"),
    };
    format!("{} (Z3 {z3}{place})", env!("CARGO_PKG_VERSION"))
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Decide concrete requests and say why
    Evaluate(Evaluate),
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// If standard error is a terminal and NO_COLOR is not set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Which engine decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// The concrete evaluator
    Direct,
    /// The symbolic engine on a pinned request (not supported yet)
    Smt,
    /// Both, a disagreement being an internal error (not supported yet)
    Both,
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// `ringfence evaluate`
///
/// Without --action, requests are read from standard input, one JSON object a line, and answered in the same order.
/// A line holds a scenario's fields and `request`; with --scenario or layers given as flags it holds only the request.
#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// Which engine decides
    #[arg(long, value_enum, default_value_t = Engine::Direct)]
    pub(crate) engine: Engine,
    /// Compare each decision with the line's `expect`; exit 1 on a difference
    #[arg(long, conflicts_with = "action")]
    pub(crate) verify: bool,
    /// Show the warnings about the documents of lines
    #[arg(long, conflicts_with = "action")]
    pub(crate) warnings: bool,
    /// A scenario file: principal and layers as one JSON object
    #[arg(long, value_name = "FILE", conflicts_with = "Layers")]
    pub(crate) scenario: Option<PathBuf>,
    /// Principal and layers as flags.
    #[command(flatten)]
    pub(crate) layers: Layers,
    /// The dialect of scenarios that name none: aws or astran
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Option<String>,
    /// Decide one request: its action, as in s3:GetObject
    #[arg(long, requires = "resource")]
    pub(crate) action: Option<String>,
    /// Its resource: an ARN, or *
    #[arg(long, requires = "action")]
    pub(crate) resource: Option<String>,
    /// A context key of it; given twice, the key has several values
    #[arg(long, value_name = "KEY=VALUE", requires = "action")]
    pub(crate) context: Vec<String>,
    /// How the one request is answered
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Principal and layers; FILE may be `any`, `none`, or `-` for standard input
#[derive(Debug, Args, Default)]
#[group(multiple = true)]
pub(crate) struct Layers {
    /// Who calls: an ARN, a word such as service:NAME, or an object {"arn", "type", "tags", "issuer"}
    #[arg(long, value_name = "PRINCIPAL")]
    pub(crate) principal: Option<String>,
    /// A policy of the user, its groups or the role; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Vec<String>,
    /// The permissions boundary
    #[arg(long, value_name = "FILE")]
    pub(crate) boundary: Vec<String>,
    /// A session policy; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) session_policy: Vec<String>,
    /// The service control policies of one level of the organization; repeatable
    #[arg(long, value_name = "FILE,FILE…")]
    pub(crate) scp_level: Vec<String>,
    /// The resource control policies of one level; repeatable
    #[arg(long, value_name = "FILE,FILE…")]
    pub(crate) rcp_level: Vec<String>,
    /// The resource's policy
    #[arg(long, value_name = "FILE")]
    pub(crate) resource_policy: Vec<String>,
    /// The VPC endpoint's policy
    #[arg(long, value_name = "FILE")]
    pub(crate) endpoint_policy: Vec<String>,
    /// The account that owns the resource: an id, or any
    #[arg(long, value_name = "ID")]
    pub(crate) resource_account: Option<String>,
}
