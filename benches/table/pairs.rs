//! The pairs of a workload, compared in one direction.

use std::fs;
use std::path::Path;
use std::time::Duration;

use ringfence::pair::{self, Reading};
use ringfence::query::compare::{Options, compare};
use ringfence::source::Source;
use ringfence::verdict::comparison::Difference;
use ringfence::verdict::{Answer, EngineName, Unknown};
use ringfence::vocabulary::dialect::Dialect;
use ringfence::vocabulary::ruling::Rulings;

use crate::lines::Answered;

/// The lines of a file.
pub(crate) fn read(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// What the new document of a pair grants and the old one does not.
pub(crate) fn gains(line: &str, engine: EngineName, timeout: Duration) -> Answered {
    let dialect = Dialect::embedded("aws").unwrap().unwrap();
    let reading = Reading { dialect, rulings: Rulings::default(), kind: None };
    let (pair, _) = pair::read(&Source::new("<bench>", line), reading).1.unwrap();
    let options = Options { engine, only_gains: true, timeout: Some(timeout), ..Options::default() };
    let compared = compare(&pair, &options).unwrap();
    let (answer, reason, depends) = match compared.gained {
        Difference::Request(_) => (Answer::Reachable, None, false),
        Difference::Unknown(Unknown::Gave(reason)) => (Answer::Unknown, Some(reason), false),
        Difference::Unknown(Unknown::Depends(_)) => (Answer::Unknown, None, true),
        Difference::Nothing | Difference::NotAsked => (Answer::Unreachable, None, false),
    };
    let milliseconds = compared.elapsed.as_secs_f64() * 1e3;
    Answered { milliseconds, answer, formulas: compared.formulas, reason, depends }
}
