//! Answers in the formats that are written when all are there.

use std::io::{self, Write};

use anyhow::{Result, bail};
use ringfence::report::entry::{About, Entry};
use ringfence::report::{html, junit, sarif};

use crate::args::Format;

/// Whether a format is written when all answers are there.
pub(crate) fn is_whole(format: Format) -> bool {
    matches!(format, Format::Sarif | Format::Junit | Format::Html)
}

/// Writes answers; text and JSON are written by the commands themselves.
pub(crate) fn write(format: Format, entries: &[Entry], about: &About) -> Result<()> {
    let text = match format {
        Format::Sarif => sarif::log(entries, about)?,
        Format::Junit => junit::report(entries, about)?,
        Format::Html => html::page(entries, about)?,
        Format::Text | Format::Json => bail!("internal error: text and JSON are written as they are answered"),
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(())
}
