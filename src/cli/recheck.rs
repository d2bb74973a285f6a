//! `ringfence recheck`: a certificate looked at again.

use std::io::{self, Write};

use anyhow::{Context as _, Result};
use ringfence::certificate::{self, Solver, Times};
use ringfence::query::reach::Options;

use crate::args::{Color, Format, Recheck};
use crate::exit::Exit;
use crate::reach::refuse_certificate;

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
    let text = match arguments.format {
        Format::Text => rechecked.text(),
        Format::Json => format!("{}\n", rechecked.json()),
    };
    write!(io::stdout(), "{text}")?;
    Ok(if rechecked.is_refuted() {
        Exit::Refused
    } else if rechecked.is_confirmed() {
        Exit::Answered
    } else {
        Exit::Unknown
    })
}
