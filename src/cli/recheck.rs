//! `ringfence recheck`: a certificate looked at again.

use std::io::{self, Write};

use anyhow::{Context as _, Result};
use ringfence::certificate::{self, Solver, Times};
use ringfence::query::reach::Options;
use ringfence::report::entry::{About, Entry, Standing};

use crate::args::{Color, Format, Recheck};
use crate::exit::Exit;
use crate::reach::refuse_certificate;
use crate::written;

pub(crate) fn run(arguments: &Recheck, color: Color) -> Result<Exit> {
    let named = arguments.solver.iter().map(|command| Solver::parse(command).context("--solver names no program"));
    let solvers = match arguments.solver.is_empty() {
        true => Solver::installed(),
        false => named.collect::<Result<_>>()?,
    };
    let options = Options { timeout: Some(arguments.timeout), ..Options::default() };
    let optional = Some(arguments.full_timeout).filter(|time| !time.is_zero());
    let times = Times { needed: arguments.timeout, optional };
    let rechecked = match certificate::recheck(&arguments.directory, &solvers, &options, times) {
        Ok(rechecked) => rechecked,
        Err(error) => return Ok(refuse_certificate(error, color)),
    };
    match arguments.format {
        Format::Text => written::text(&rechecked.text())?,
        Format::Json => writeln!(io::stdout(), "{}", rechecked.json())?,
        format => {
            let (standing, word) = match (rechecked.is_refuted(), rechecked.is_confirmed()) {
                (true, _) => (Standing::Failed, "refuted"),
                (false, true) => (Standing::Held, "confirmed"),
                (false, false) => (Standing::Unknown, "unfinished"),
            };
            let title = arguments.directory.display().to_string();
            let entry = Entry::of_text("ringfence recheck", &title, word, standing, rechecked.text());
            let question = "Do other solvers confirm the certificate?".to_owned();
            let about = About { command: "ringfence recheck".to_owned(), question, ..About::default() };
            written::write(format, &[entry], &about)?;
        }
    }
    Ok(if rechecked.is_refuted() {
        Exit::Refused
    } else if rechecked.is_confirmed() {
        Exit::Answered
    } else {
        Exit::Unknown
    })
}
