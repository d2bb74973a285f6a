//! Answers as they are written: text in the layout that is asked for, and the formats that wait for all answers.

use std::io::{self, Write};
use std::sync::OnceLock;

use anyhow::{Result, bail};
use ringfence::report::entry::{About, Entry};
use ringfence::report::layout::Layout;
use ringfence::report::{html, junit, sarif};

use crate::args::Format;

static LAYOUT: OnceLock<Layout> = OnceLock::new();

/// Says how text is laid out, once.
pub(crate) fn lay_out(layout: Layout) {
    // Nobody else says it.
    let _ = LAYOUT.set(layout);
}

/// Text as it is laid out.
pub(crate) fn laid_out(text: &str) -> String {
    LAYOUT.get().copied().unwrap_or_default().of(text)
}

/// Writes text.
pub(crate) fn text(text: &str) -> io::Result<()> {
    io::stdout().write_all(laid_out(text).as_bytes())
}

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
