//! The arguments of `ringfence escalate`.

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::Args;
use ringfence::verdict::Answer;

use super::{AccountFiles, Format, Narrowed, Rulings, answer, seconds};

/// `ringfence escalate`
#[derive(Debug, Args)]
// It is refused: the account must be whole.
#[command(mut_arg("lenient", |argument| argument.hide(true)))]
pub(crate) struct Escalate {
    /// Actions, as in s3:* or iam:CreateUser; several are a union
    #[arg(value_name = "GOAL", required = true)]
    pub(crate) goal: Vec<String>,
    /// The rest of the goal.
    #[command(flatten)]
    pub(crate) narrowed: Narrowed,
    /// The accounts as they are at the start.
    #[command(flatten)]
    pub(crate) accounts: AccountFiles,
    /// Whose credentials are held at the start: the ARN of a listed user or role, of a session of such a role or of a
    /// listed account's root user; or all: each listed user and role on its own, one line each
    #[arg(long, value_name = "ARN|all")]
    pub(crate) principal: Option<String>,
    /// Whose credentials are held as well; repeatable
    #[arg(long, value_name = "ARN")]
    pub(crate) also_held: Vec<String>,
    /// An account besides the listed ones is the attacker's own: this one, or without ID any
    #[arg(long, value_name = "ID", num_args = 0..=1, default_missing_value = "")]
    pub(crate) outside_principal: Option<String>,
    /// Nobody signs for a SAML provider that is made or taken on the way
    #[arg(long)]
    pub(crate) no_own_provider: bool,
    /// The longest sequence to look for, the goal's request included; no proof is bounded by it
    #[arg(long, value_name = "N", value_parser = steps, default_value = "8")]
    pub(crate) max_steps: NonZeroUsize,
    /// The dialect of the accounts: aws or astran
    #[arg(long, value_name = "NAME")]
    pub(crate) dialect: Option<String>,
    /// With --principal all: how many are asked about at once; by default as many as there are cores
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,
    /// If the goal can be reached: the smallest Denies to add to the principal's permissions boundary so that it cannot,
    /// as a JSON patch of that document
    #[arg(long)]
    pub(crate) fix: bool,
    /// With --fix: actions, as in s3:*, of which some must stay in reach; repeatable
    #[arg(long, value_name = "GOAL", requires = "fix")]
    pub(crate) keep: Vec<String>,
    /// Give up on a principal after this long; the verdict is then unknown. With --fix, also the time to look for one,
    /// by default 60
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "10")]
    #[arg(default_value_if("fix", "true", "60"))]
    pub(crate) timeout: Duration,
    /// Which readings are taken.
    #[command(flatten)]
    pub(crate) rulings: Rulings,
    /// The verdict that is asserted
    #[arg(long, value_name = "VERDICT", value_parser = answer(), default_value = Answer::Unreachable.as_str())]
    pub(crate) expect: Answer,
    /// How the answer is written; json with --principal all is one object a line
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// Leave times out, so that the same input gives the same bytes
    #[arg(long)]
    pub(crate) no_timing: bool,
}

fn steps(text: &str) -> Result<NonZeroUsize, &'static str> {
    text.parse().map_err(|_| "write a number from 1, which is the request of the goal itself")
}
