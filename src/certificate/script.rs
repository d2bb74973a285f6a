//! Scripts for solvers.
//!
//! In: lines. Out: [`Script`]: a file with what is expected of it and what it is about, in words.

use crate::certificate::term::{Inexpressible, comment};

/// What a solver must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// There are such values.
    Sat,
    /// There are none.
    Unsat,
}

impl Expected {
    /// The word that solvers print.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sat => "sat",
            Self::Unsat => "unsat",
        }
    }

    /// The expectation of a word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Sat, Self::Unsat].into_iter().find(|expected| expected.as_str() == text)
    }
}

/// One question to a solver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The name of its file.
    pub file: String,
    /// What a solver must say.
    pub expected: Expected,
    /// What it is about.
    pub about: String,
    /// Whether the verdict rests on others.
    pub optional: bool,
    /// Its text, or why there is none.
    pub text: Result<String, String>,
}

impl Script {
    /// A script of some lines behind its head, with the question at its end.
    pub(super) fn new(
        file: String,
        expected: Expected,
        about: String,
        logic: &str,
        lines: Result<Vec<String>, Inexpressible>,
    ) -> Self {
        let text = lines.map_err(|Inexpressible(reason)| reason).map(|lines| {
            let mut text = format!("; {}\n; expected: {}\n(set-logic {logic})\n", comment(&about), expected.as_str());
            for line in lines {
                text.push_str(&line);
                text.push('\n');
            }
            text.push_str("(check-sat)\n");
            text
        });
        Self { file, expected, about, optional: false, text }
    }
}
