//! `ringfence who-can`: every user and role of accounts that can.

use std::io::{self, Write};

use anyhow::{Result, bail};
use ringfence::account::ask::Answered;
use ringfence::account::subject::Subject;
use ringfence::report::entry::{self, About, Entry, Wanted};
use ringfence::report::who_can::{self as report, Tally};

use crate::accounts;
use crate::args::{Color, Format, WhoCan};
use crate::exit::Exit;
use crate::written;

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
    let mut entries: Vec<Entry> = Vec::new();
    if *format == Format::Text {
        written::text(&report::heading(&goal))?;
    }
    let line = |subject: &Subject<'_>, answered: &Answered| {
        tally.count(&answered.verdict);
        match format {
            Format::Text => Some(written::laid_out(&report::line(subject, &answered.verdict))),
            Format::Json => {
                found.extend(report::entry(subject, &answered.verdict));
                None
            }
            _ => {
                let of = Some(subject.arn.as_str());
                let wanted = Wanted { asserted: None, group: "ringfence who-can", of, timing: None };
                entries.push(entry::of_verdict(&answered.verdict, &goal, &answered.scenario, &wanted));
                None
            }
        }
    };
    if accounts::ask_each(&query, &subjects, asking, color, line)?.is_none() {
        return Ok(Exit::Refused);
    }
    match format {
        Format::Text => written::text(&report::summary(&tally, &accounts))?,
        Format::Json => writeln!(io::stdout(), "{}", report::json(&goal, found, &tally, &accounts))?,
        format => {
            let about = About::new("who-can", "Who can send any of these requests?", accounts.dialect);
            written::write(*format, &entries, &about)?;
        }
    }
    Ok(Exit::Answered)
}
