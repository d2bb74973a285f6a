//! Diagnostics on standard error.

use std::io::IsTerminal;

use ringfence::diagnostic::{Diagnostic, Severity};
use ringfence::report;

use crate::args::Color;

/// Prints diagnostics, then how many there were if there were several.
pub(crate) fn show(diagnostics: &[Diagnostic], color: Color) {
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    for diagnostic in diagnostics {
        eprintln!("{}\n", report::diagnostic::text(diagnostic, color));
    }
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.code.severity() == Severity::Error).count();
    if errors > 1 {
        eprintln!("{errors} errors");
    }
}
