//! Accounts from files, and questions about many of their principals.

use std::io::{self, Write};

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ringfence::account::ask::{Answered, AskError, Query};
use ringfence::account::subject::{Subject, UnknownSubject};
use ringfence::account::who_can::who_can;
use ringfence::account::{Accounts, Files};
use ringfence::diagnostic::{Code, Diagnostic};
use ringfence::goal::Goal;
use ringfence::query::reach::Options;
use ringfence::source::Source;
use ringfence::vocabulary::dialect::Dialect;

use crate::args::{AccountFiles, Asking, Color, Narrowed};
use crate::exit::Exit;
use crate::stop::Stop;
use crate::{goal, layers, reach, stderr};

/// Progress is shown for at least this many principals.
const LONG: usize = 200;

/// Reads accounts and goal; none if either is refused, and then everything wrong with both was shown.
pub(crate) fn read(
    files: &AccountFiles,
    actions: &[String],
    narrowed: &Narrowed,
    dialect: Option<&str>,
    color: Color,
) -> Result<Option<(Accounts, Goal)>> {
    layers::check_dialect(dialect)?;
    let beside = [&files.resource_policies, &files.organization, &files.credentials, &files.compute, &files.managed];
    let named = files.account.iter().chain(beside.into_iter().flatten());
    if named.filter(|path| path.as_os_str() == "-").count() + usize::from(goal::is_on_stdin(narrowed)) > 1 {
        bail!("standard input can be read once: as one file or the condition");
    }
    let dialect = match Dialect::embedded(dialect.unwrap_or("aws")) {
        Some(dialect) => dialect?,
        None => bail!("there is no such dialect"),
    };
    let mut findings: Vec<Diagnostic> = Vec::new();
    let read = goal::read(actions, narrowed).map(|goal| (goal, Vec::new()));
    let goal = stderr::keep(read, &mut findings);
    let loaded = Files {
        accounts: files.account.clone(),
        resource_policies: files.resource_policies.clone(),
        organization: files.organization.clone(),
        credentials: files.credentials.clone(),
        compute: files.compute.clone(),
        managed: files.managed.clone(),
        lenient: files.lenient,
    }
    .load(dialect);
    let accounts = stderr::keep(loaded, &mut findings);
    stderr::show(&findings, color);
    Ok(accounts.zip(goal))
}

/// The options of questions without explanations.
pub(crate) fn options(asking: &Asking) -> Options {
    Options { any_request: asking.any_request, timeout: Some(asking.timeout), ..Options::default() }
}

/// Whether every document can be read; what is wrong or worth a look was shown.
pub(crate) fn is_whole(accounts: &Accounts, color: Color) -> bool {
    let findings = accounts.read_all();
    let whole = findings.errors() == 0;
    stderr::show(&findings.into_diagnostics().collect::<Vec<_>>(), color);
    whole
}

/// The principal of an ARN that was given on the command line.
pub(crate) fn subject<'a>(accounts: &'a Accounts, arn: &str) -> Result<Subject<'a>, Box<Diagnostic>> {
    Subject::find(accounts, arn).map_err(|unknown| Box::new(unlisted(arn, unknown)))
}

/// What is wrong with an ARN that was given on the command line.
pub(crate) fn unlisted(arn: &str, unknown: UnknownSubject) -> Diagnostic {
    let source = Source::new(layers::COMMAND_LINE, arn);
    Diagnostic::whole(Code::UnknownPrincipal, &source, unknown.message, unknown.help)
}

/// Prepares a question about many principals; none if documents cannot be read, and then they were shown.
pub(crate) fn query<'a>(
    accounts: &'a Accounts,
    goal: &'a Goal,
    asking: &Asking,
    lenient: bool,
    color: Color,
) -> Option<Query<'a>> {
    if !is_whole(accounts, color) && !lenient {
        return None;
    }
    let query = Query::new(accounts, goal, options(asking), asking.rulings.into(), lenient, true);
    query.map_err(|error| refuse(error, color)).ok()
}

/// The users and roles that are this process's to ask about.
pub(crate) fn subjects<'a>(accounts: &'a Accounts, asking: &Asking) -> Vec<Subject<'a>> {
    let own = |number: &usize| asking.shard.is_none_or(|shard| shard.has(*number));
    let numbered = accounts.holders.iter().enumerate();
    numbered.filter(|(number, _)| own(number)).map(|(_, holder)| Subject::of(holder)).collect()
}

/// Asks about every subject and writes what `line` makes of each answer, if anything, with a bar for long runs; none if
/// a question was refused, and then that was shown.
pub(crate) fn ask_each(
    query: &Query<'_>,
    subjects: &[Subject<'_>],
    asking: &Asking,
    color: Color,
    mut line: impl FnMut(&Subject<'_>, &Answered) -> Option<String>,
) -> Result<Option<()>> {
    let bar = progress(subjects.len(), LONG);
    let mut stdout = io::stdout().lock();
    let show = |subject: &Subject<'_>, answered: Answered| {
        bar.inc(1);
        let Some(line) = line(subject, &answered) else { return Ok(()) };
        bar.suspend(|| write!(stdout, "{line}").and_then(|()| stdout.flush())).map_err(Stop::Writing)
    };
    let answered = who_can(query, subjects, asking.threads(), show);
    bar.finish_and_clear();
    match answered {
        Ok(()) => Ok(Some(())),
        Err(Stop::Writing(error)) => Err(error.into()),
        Err(Stop::Asking(error)) => {
            refuse(error, color);
            Ok(None)
        }
    }
}

/// How far a run is, on a terminal and if it is as long as `long`.
pub(crate) fn progress(length: usize, long: usize) -> ProgressBar {
    let target = if length < long { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style = ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} principals, {eta} to go");
    let bar = ProgressBar::with_draw_target(Some(length as u64), target);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Says why there is no answer.
pub(crate) fn refuse(error: AskError, color: Color) -> Exit {
    match error {
        AskError::Documents(diagnostics) => {
            stderr::show(&diagnostics, color);
            Exit::Refused
        }
        AskError::Reach(error) => reach::refuse(error, color),
    }
}
