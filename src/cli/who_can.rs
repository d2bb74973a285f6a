//! `ringfence who-can`: every user and role of accounts that can.

use std::io::{self, Write};

use anyhow::{Result, bail};
use ringfence::account::ask::{Answered, AskError};
use ringfence::account::subject::Subject;
use ringfence::account::who_can::who_can;
use ringfence::report::who_can::{self as report, Tally};

use crate::accounts;
use crate::args::{Color, Format, WhoCan};
use crate::exit::Exit;

/// Why a run ends early.
enum Stop {
    Asking(AskError),
    Writing(io::Error),
}

impl From<AskError> for Stop {
    fn from(error: AskError) -> Self {
        Self::Asking(error)
    }
}

pub(crate) fn run(arguments: &WhoCan, color: Color) -> Result<Exit> {
    let WhoCan { goal, narrowed, accounts: files, asking, format } = arguments;
    if files.account.is_empty() {
        bail!("say whose users and roles to ask about: --account FILE");
    }
    let Some((accounts, goal)) = accounts::read(files, goal, narrowed, asking, color)? else {
        return Ok(Exit::Refused);
    };
    let Some(query) = accounts::query(&accounts, &goal, asking, files.lenient, color) else {
        return Ok(Exit::Refused);
    };
    let subjects = accounts::subjects(&accounts, asking);
    let bar = accounts::progress(subjects.len());
    let mut tally = Tally::default();
    let mut found = Vec::new();
    let mut stdout = io::stdout().lock();
    if *format == Format::Text {
        write!(stdout, "{}", report::heading(&goal))?;
    }
    let show = |subject: &Subject<'_>, answered: Answered| {
        bar.inc(1);
        tally.count(&answered.verdict);
        match format {
            Format::Text => {
                let text = report::line(subject, &answered.verdict);
                bar.suspend(|| write!(stdout, "{text}").and_then(|()| stdout.flush())).map_err(Stop::Writing)
            }
            Format::Json => {
                found.extend(report::entry(subject, &answered.verdict));
                Ok(())
            }
        }
    };
    let answered = who_can(&query, &subjects, asking.threads(), show);
    bar.finish_and_clear();
    match answered {
        Ok(()) => {}
        Err(Stop::Writing(error)) => return Err(error.into()),
        Err(Stop::Asking(error)) => return Ok(accounts::refuse(error, color)),
    }
    match format {
        Format::Text => write!(stdout, "{}", report::summary(&tally, &accounts))?,
        Format::Json => writeln!(stdout, "{}", report::json(&goal, found, &tally, &accounts))?,
    }
    Ok(Exit::Answered)
}
