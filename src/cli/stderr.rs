//! Diagnostics on standard error.

use std::io::IsTerminal;

use ringfence::diagnostic::{Diagnostic, Refusal, Severity};
use ringfence::report;

use crate::args::Color;

/// More than a person reads at once; the rest are counted.
const MOST: usize = 50;

/// Puts what was found while something was read with the other findings; none if it was refused.
pub(crate) fn keep<T>(read: Result<(T, Vec<Diagnostic>), Refusal>, findings: &mut Vec<Diagnostic>) -> Option<T> {
    match read {
        Ok((read, warnings)) => {
            findings.extend(warnings);
            Some(read)
        }
        Err(refusal) => {
            findings.extend(refusal.diagnostics);
            None
        }
    }
}

/// Prints diagnostics, then how many there were if there were several.
pub(crate) fn show(diagnostics: &[Diagnostic], color: Color) {
    let color = color.is_on(std::io::stderr().is_terminal());
    for diagnostic in diagnostics.iter().take(MOST) {
        eprintln!("{}\n", report::diagnostic::text(diagnostic, color));
    }
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.code.severity() == Severity::Error).count();
    if diagnostics.len() > MOST {
        eprintln!("{errors} errors; the first {MOST} findings of {} are shown", diagnostics.len());
    } else if errors > 1 {
        eprintln!("{errors} errors");
    }
}
