//! `ringfence who-can`: every user and role of accounts that can.

use std::io::{self, Write};

use anyhow::{Result, bail};
use ringfence::account::ask::Answered;
use ringfence::account::subject::Subject;
use ringfence::report::who_can::{self as report, Tally};

use crate::accounts;
use crate::args::{Color, Format, WhoCan};
use crate::exit::Exit;

pub(crate) fn run(arguments: &WhoCan, color: Color) -> Result<Exit> {
    let WhoCan { goal, narrowed, accounts: files, asking, format } = arguments;
    if files.account.is_empty() {
        bail!("say whose users and roles to ask about: --account FILE");
    }
    let Some((accounts, goal)) = accounts::read(files, goal, narrowed, asking.dialect.as_deref(), color)? else {
        return Ok(Exit::Refused);
    };
    let Some(query) = accounts::query(&accounts, &goal, asking, files.lenient, color) else {
        return Ok(Exit::Refused);
    };
    let subjects = accounts::subjects(&accounts, asking);
    let mut tally = Tally::default();
    let mut found = Vec::new();
    if *format == Format::Text {
        write!(io::stdout(), "{}", report::heading(&goal))?;
    }
    let line = |subject: &Subject<'_>, answered: &Answered| {
        tally.count(&answered.verdict);
        match format {
            Format::Text => Some(report::line(subject, &answered.verdict)),
            Format::Json => {
                found.extend(report::entry(subject, &answered.verdict));
                None
            }
        }
    };
    if accounts::ask_each(&query, &subjects, asking, color, line)?.is_none() {
        return Ok(Exit::Refused);
    }
    match format {
        Format::Text => write!(io::stdout(), "{}", report::summary(&tally, &accounts))?,
        Format::Json => writeln!(io::stdout(), "{}", report::json(&goal, found, &tally, &accounts))?,
    }
    Ok(Exit::Answered)
}
