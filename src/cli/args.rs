//! The arguments of every subcommand.

mod check;
mod completions;
mod deployment;
mod escalate;
mod init;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use ringfence::policy::DocumentKind;
use ringfence::verdict::{Answer, EngineName};
use ringfence::vocabulary::ruling::{NotPrincipal, ResourceStar, UserBoundary};

pub(crate) use check::Check;
pub(crate) use completions::{Completions, Man};
pub(crate) use deployment::{Changed, Deployments};
pub(crate) use escalate::Escalate;
pub(crate) use init::Init;

/// What the program is asked to do.
#[derive(Debug, Parser)]
#[command(name = "ringfence", version = version(), about, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Colour diagnostics
    // Behind the options of the subcommand, however many subcommands there are.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, display_order = 900)]
    pub(crate) color: Color,
    /// With --format text: break lines that are longer, between words
    #[arg(long, global = true, value_name = "COLUMNS", display_order = 901)]
    pub(crate) width: Option<NonZeroUsize>,
    /// With --format text: nothing but ASCII
    #[arg(long, global = true, display_order = 902)]
    pub(crate) ascii: bool,
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
    /// Prove that no request of a goal is allowed, or show one that is
    ///
    /// The goal is the set of requests asked about: those of the given actions, and as --resource and --when say.
    /// Without --scenario or layers the caller is any principal and nothing is attached. Exit code 0: unreachable, or
    /// what --expect says; unknown asserts nothing and is 3.
    ///
    /// With --account the principal's policies are those of the account's listing, and a resource's those of
    /// --resource-policies. --principal is then the ARN of a listed user, of a listed role (every session of it), of
    /// one of its sessions, or of the root user of a listed account.
    Reach(Box<Reach>),
    /// Say which users and roles of accounts can, each with one request
    ///
    /// Asked about are the listed users and every session of the listed roles, in the order of their ARNs: not
    /// federated sessions of users, nor root users. Exit code 0: answered, whoever can or is unknown.
    WhoCan(WhoCan),
    /// Prove that no sequence of requests leads to a goal, or show one that does
    ///
    /// Whoever starts may change the account on the way: write and attach policies, take boundaries off, make keys, users
    /// and roles. A sequence is shown request by request, the goal last, each replayed in the account as those before it
    /// leave it; a proof holds for sequences of every length. Exit code 0: unreachable, or what --expect says; unknown
    /// asserts nothing and is 3.
    Escalate(Box<Escalate>),
    /// Say what one document grants that another does not
    ///
    /// A document grants a request if one of its Allow statements applies and none of its Deny statements. Asked about
    /// is every request of any principal. Exit code 0: answered; 1: with --only-gains, something is gained; 3: unknown.
    Compare(Compare),
    /// Decide concrete requests and say why
    Evaluate(Evaluate),
    /// Check the certificate of a verdict with other solvers
    ///
    /// The digests of all files are compared, verdict and scripts are made again from the certificate's copies of the
    /// inputs, and each script is given to each solver. Exit code 0: every script is confirmed; 2: one is refuted, and the
    /// verdict withdrawn, or a file is not what it must be; 3: a script is unfinished, or there is no solver.
    Recheck(Recheck),
    /// Check assertions that are kept in files
    ///
    /// A suite is a TOML file of scenarios and of assertions about them: unreachable, reachable, only, denied, allowed,
    /// never_escalates, compare. Exit code 0: all hold; 1: one does not; 2: a suite is refused; 3: one is unknown.
    Check(Check),
    /// Write a first suite for policy files
    ///
    /// A scenario for each document, with assertions that hold today and comments on what they are; what is usually
    /// asserted and does not hold is commented out. Exit code 0: written; 2: a document is refused.
    Init(Init),
    /// Say what to look at in policy documents
    ///
    /// Everything that refuses a document, and what the service catalogue says against its names: actions, keys,
    /// resources and operators; and what the statements mean together, asked of the engines. Exit code 0: no finding; 1: findings; 2: a document is refused.
    Lint(Lint),
    /// Write a completion script for a shell
    Completions(Completions),
    /// Write man pages
    Man(Man),
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// If they go to a terminal and NO_COLOR is not set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether to colour what goes to a terminal, or to something else.
    pub(crate) fn is_on(self, terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
        }
    }
}

/// Which engine decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    /// The concrete evaluator
    Direct,
    /// The law's formulas, Z3 and the symbolic matchers
    Smt,
    /// Both; a disagreement is an internal error
    Both,
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning: what is not as asserted
    Sarif,
    /// JUnit's XML, for build servers: a test case for each answer
    Junit,
    /// A page for auditors: one file, for screens and paper
    Html,
}

/// What a goal says besides its actions
#[derive(Debug, Args, Default)]
#[group(multiple = true)]
pub(crate) struct Narrowed {
    /// Actions to leave out of the goal; repeatable
    #[arg(long, value_name = "PATTERN")]
    pub(crate) except: Vec<String>,
    /// Only requests on these resources: an ARN pattern
    #[arg(long, value_name = "PATTERN")]
    pub(crate) resource: Option<String>,
    /// Only requests for which this holds: a Condition block as in policies, as JSON or @FILE
    #[arg(long, value_name = "CONDITION")]
    pub(crate) when: Option<String>,
}

/// How questions are asked
#[derive(Debug, Args)]
pub(crate) struct Asking {
    /// The dialect of accounts, and of scenarios that name none: aws or astran
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Option<String>,
    /// Drop what is known of real requests: resource types, key types, which keys an action has
    #[arg(long)]
    pub(crate) any_request: bool,
    /// How many questions are answered at once: by default as many as there are cores
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// Give up on a question after this long; the verdict is then unknown
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "10")]
    pub(crate) timeout: Duration,
    /// Answer every Nth question only, beginning with the Ith: for several processes that share the work
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// Which readings are taken.
    #[command(flatten)]
    pub(crate) rulings: Rulings,
}

impl Asking {
    /// What is left of the time for a question when it was read.
    pub(crate) fn left(timeout: Option<Duration>, parse: Duration) -> Option<Duration> {
        timeout.map(|timeout| timeout.saturating_sub(parse))
    }

    /// How many threads answer.
    pub(crate) fn threads(&self) -> usize {
        threads(self.jobs)
    }
}

/// As many threads as are given, or as there are cores.
pub(crate) fn threads(given: Option<NonZeroUsize>) -> usize {
    given.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from)
}

/// `ringfence reach`
#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// Actions, as in s3:* or iam:CreateUser; several are a union
    #[arg(value_name = "GOAL", required_unless_present = "batch")]
    pub(crate) goal: Vec<String>,
    /// The rest of the goal.
    #[command(flatten)]
    pub(crate) narrowed: Narrowed,
    /// A scenario file: principal and layers as one JSON object
    #[arg(long, value_name = "FILE", conflicts_with_all = ["Layers", "batch"])]
    pub(crate) scenario: Option<PathBuf>,
    /// Principal and layers as flags.
    #[command(flatten)]
    pub(crate) layers: Layers,
    /// Accounts, of whose principals one or each is asked about.
    #[command(flatten)]
    pub(crate) accounts: AccountFiles,
    /// A plan or template, of whose principals and policies each is asked about.
    #[command(flatten)]
    pub(crate) deployments: Deployments,
    /// With --account: one question for each user and role, one line each
    #[arg(long, requires = "account", conflicts_with = "Layers")]
    pub(crate) each_principal: bool,
    /// How questions are asked.
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// What decides: atoms, or strings, which gives the fields to Z3's theory of strings: slow, for a second opinion
    #[arg(long, value_name = "ENGINE", value_parser = engine(), default_value = "atoms", conflicts_with = "account")]
    pub(crate) engine: EngineName,
    /// One question for each action that the goal matches, one line each
    #[arg(long, conflicts_with_all = ["batch", "account", "shard"])]
    pub(crate) each: bool,
    /// Questions as JSON lines, answered in the same order: a scenario's fields, `id`, `goal` and `expect`; - is
    /// standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["Layers", "Narrowed", "goal", "AccountFiles"])]
    pub(crate) batch: Option<PathBuf>,
    /// The verdict that is asserted, of lines without `expect` too
    #[arg(long, value_name = "VERDICT", value_parser = answer())]
    pub(crate) expect: Option<Answer>,
    /// With --each and --batch: also what verdicts rest on, and which assumptions would flip them
    #[arg(long)]
    pub(crate) explain: bool,
    /// How answers are written: text, but for --each, --each-principal and --batch json
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Leave times out, so that the same input gives the same bytes
    #[arg(long)]
    pub(crate) no_timing: bool,
    /// Write what the verdict rests on to a new folder, for `recheck` and other solvers; with --batch a folder in it for
    /// each line
    #[arg(long, value_name = "DIR")]
    pub(crate) certificate: Option<PathBuf>,
}

/// `ringfence recheck`
#[derive(Debug, Args)]
pub(crate) struct Recheck {
    /// The folder that --certificate wrote, or one in it
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// A solver to ask, as in "cvc5 --strings-exp"; repeatable. By default cvc5 and z3, where they are installed, and
    /// python3's package cvc5 where cvc5 is not
    #[arg(long, value_name = "COMMAND")]
    pub(crate) solver: Vec<String>,
    /// Give up on a script after this long; it is then unfinished
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "60")]
    pub(crate) timeout: Duration,
    /// Give up on a full.smt2 after this long: no verdict rests on it alone. With 0 it is not asked
    #[arg(long, value_name = "SECONDS", value_parser = seconds_or_none, default_value = "5")]
    pub(crate) full_timeout: Duration,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// `ringfence compare`
#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// The old document; - is standard input
    #[arg(value_name = "OLD", required_unless_present_any = ["batch", "old_scenario", "terraform_plan", "cloudformation"])]
    pub(crate) old: Option<PathBuf>,
    /// The new document; - is standard input
    #[arg(value_name = "NEW", required_unless_present_any = ["batch", "old_scenario", "terraform_plan", "cloudformation"])]
    pub(crate) new: Option<PathBuf>,
    /// A whole scenario instead of a document: what is allowed in it, by every layer together
    #[arg(long, value_name = "FILE", requires = "new_scenario", conflicts_with_all = ["old", "new", "batch", "kind"])]
    pub(crate) old_scenario: Option<PathBuf>,
    /// The scenario that is compared to it; differences are shown by action, those that the fewest share first
    #[arg(long, value_name = "FILE", requires = "old_scenario")]
    pub(crate) new_scenario: Option<PathBuf>,
    /// Compare the documents as a layer of this scenario, which --as names, instead of that layer's own documents
    #[arg(long, value_name = "FILE", conflicts_with_all = ["old_scenario", "batch"])]
    pub(crate) scenario: Option<PathBuf>,
    /// A plan of Terraform or two templates, of which everybody is asked about.
    #[command(flatten)]
    pub(crate) changed: Changed,
    /// What the documents are for; without it a resource if a statement has a Principal, otherwise identities
    #[arg(long = "as", value_name = "KIND", value_parser = compared())]
    pub(crate) kind: Option<DocumentKind>,
    /// Ask only what the new document grants and the old one does not; exit 1 if it does
    #[arg(long)]
    pub(crate) only_gains: bool,
    /// How the question is asked.
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// What decides: atoms, or strings, which gives the fields to Z3's theory of strings: slow, for a second opinion
    #[arg(long, value_name = "ENGINE", value_parser = engine(), default_value = "atoms")]
    pub(crate) engine: EngineName,
    /// Pairs as JSON lines, answered in the same order: `id`, `old`, `new` and `as`; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["old", "new"])]
    pub(crate) batch: Option<PathBuf>,
    /// How the answer is written: text, but for --batch json
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Leave times out, so that the same input gives the same bytes
    #[arg(long)]
    pub(crate) no_timing: bool,
    /// Write what each direction rests on to the folders `gained` and `lost` of a new folder, for `recheck` and other
    /// solvers; with --batch to such folders for each line
    #[arg(long, value_name = "DIR")]
    pub(crate) certificate: Option<PathBuf>,
}

/// `ringfence who-can`
#[derive(Debug, Args)]
pub(crate) struct WhoCan {
    /// Actions, as in s3:GetObject or iam:*; several are a union
    #[arg(value_name = "GOAL", required = true)]
    pub(crate) goal: Vec<String>,
    /// The rest of the goal.
    #[command(flatten)]
    pub(crate) narrowed: Narrowed,
    /// The accounts.
    #[command(flatten)]
    pub(crate) accounts: AccountFiles,
    /// How questions are asked.
    #[command(flatten)]
    pub(crate) asking: Asking,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Accounts from files; - is standard input
#[derive(Debug, Args, Default)]
#[group(multiple = true)]
pub(crate) struct AccountFiles {
    /// A listing of `aws iam get-account-authorization-details`; repeatable, for pages and for several accounts
    #[arg(long, value_name = "FILE")]
    pub(crate) account: Vec<PathBuf>,
    /// Resource policies: [{"Resource": ARN, "Account": ID, "Policy": document}, …]
    #[arg(long, value_name = "FILE", requires = "account")]
    pub(crate) resource_policies: Option<PathBuf>,
    /// The organization's SCPs and RCPs, level by level: {"managementAccount", "accounts"} or a nested tree
    #[arg(long, value_name = "FILE", requires = "account")]
    pub(crate) organization: Option<PathBuf>,
    /// The users' credentials: {user ARN: {"access_keys", "login_profile", "mfa"}}
    #[arg(long, value_name = "FILE", requires = "account")]
    pub(crate) credentials: Option<PathBuf>,
    /// What runs with a role: [{"arn", "type", "role"}, …]
    #[arg(long, value_name = "FILE", requires = "account")]
    pub(crate) compute: Option<PathBuf>,
    /// AWS managed policies that no listing, plan or template holds: {name: document, …}
    #[arg(long, value_name = "FILE")]
    pub(crate) managed: Option<PathBuf>,
    /// Go on with what is whole: who is affected by the rest is unknown
    #[arg(long, requires = "account")]
    pub(crate) lenient: bool,
}

/// One of several processes that share the questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    /// From 0.
    index: usize,
    count: usize,
}

impl Shard {
    /// Whether a question is this process's, by its number from 0.
    pub(crate) fn has(self, number: usize) -> bool {
        number % self.count == self.index
    }
}

impl std::str::FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parsed = text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        match parsed {
            Some((index, count)) if (1..=count).contains(&index) => Ok(Self { index: index - 1, count }),
            _ => Err("write I/N with I from 1 to N, as in 1/4"),
        }
    }
}

fn answer() -> impl TypedValueParser<Value = Answer> {
    let words = PossibleValuesParser::new(Answer::ALL.map(Answer::as_str));
    words.try_map(|word| Answer::parse(&word).ok_or("is no verdict"))
}

fn engine() -> impl TypedValueParser<Value = EngineName> {
    let words = PossibleValuesParser::new(EngineName::ALL.map(EngineName::as_str));
    words.try_map(|word| EngineName::parse(&word).ok_or("is no engine"))
}

fn seconds_or_none(text: &str) -> Result<Duration, String> {
    if text == "0" { Ok(Duration::ZERO) } else { seconds(text) }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds
        .filter(|time| !time.is_zero())
        .ok_or_else(|| "write a number of seconds above 0, as in 10 or 0.5".to_owned())
}

/// `ringfence evaluate`
///
/// Without --action, requests are read from standard input, one JSON object a line, and answered in the same order.
/// A line holds a scenario's fields and `request`; with --scenario or layers given as flags it holds only the request.
#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// Which engine decides
    #[arg(long, value_enum, default_value_t = Engine::Both)]
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
    /// Which readings are taken.
    #[command(flatten)]
    pub(crate) rulings: Rulings,
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

/// `ringfence lint`
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Policy documents; - is standard input
    #[arg(value_name = "FILE", required_unless_present_any = ["terraform_plan", "cloudformation"])]
    pub(crate) files: Vec<PathBuf>,
    /// A plan or template, whose policies are looked at as well.
    #[command(flatten)]
    pub(crate) deployments: Deployments,
    /// What the documents are for; without it each is guessed, with a note
    #[arg(long = "as", value_name = "KIND", value_parser = kind())]
    pub(crate) kind: Option<DocumentKind>,
    /// The dialect of the documents: aws, which is the default, or astran
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Option<String>,
    /// Look at names and syntax only, not at what the statements mean together
    #[arg(long)]
    pub(crate) shallow: bool,
    /// Give up on what a document means after this long; what is then not known is said on standard error
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(crate) timeout: Duration,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

fn kind() -> impl TypedValueParser<Value = DocumentKind> {
    kind_of(DocumentKind::WORDS.map(|(word, _)| word))
}

fn compared() -> impl TypedValueParser<Value = DocumentKind> {
    kind_of(ringfence::pair::KINDS)
}

fn kind_of<const N: usize>(words: [&'static str; N]) -> impl TypedValueParser<Value = DocumentKind> {
    let words = PossibleValuesParser::new(words);
    words.try_map(|word| DocumentKind::parse(&word).ok_or("is no kind of document"))
}

/// Which readings are taken where the sources of the law disagree; one that is given is not asked the other way
#[derive(Debug, Clone, Copy, Args, Default)]
pub(crate) struct Rulings {
    /// Whether a user's boundary limits what a resource policy grants to that user: by default bypass
    #[arg(long, value_name = "bypass|enforce", value_parser = ruling([("bypass", UserBoundary::Bypass), ("enforce", UserBoundary::Enforce)]))]
    pub(crate) user_boundary: Option<UserBoundary>,
    /// Whom a Deny with NotPrincipal exempts: by default strict, a caller whose account, role and session are listed
    #[arg(long = "notprincipal", value_name = "strict|lenient", value_parser = ruling([("strict", NotPrincipal::Strict), ("lenient", NotPrincipal::Lenient)]))]
    pub(crate) not_principal: Option<NotPrincipal>,
    /// Whether a * that ends a front part of a resource's ARN runs over colons: by default documented, it does
    #[arg(long, value_name = "documented|segmented", value_parser = ruling([("documented", ResourceStar::Documented), ("segmented", ResourceStar::Segmented)]))]
    pub(crate) resource_star: Option<ResourceStar>,
}

impl From<Rulings> for ringfence::vocabulary::ruling::Rulings {
    fn from(given: Rulings) -> Self {
        let Rulings { user_boundary, not_principal, resource_star } = given;
        Self { user_boundary, not_principal, resource_star }
    }
}

/// Reads one of two words.
fn ruling<T: Copy + Send + Sync + 'static>(words: [(&'static str, T); 2]) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(words.map(|(word, _)| word)).try_map(move |given| {
        words.iter().find(|(word, _)| *word == given).map(|(_, ruling)| *ruling).ok_or("is no reading")
    })
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
