//! Medians and the like.

use std::fmt;
use std::time::Instant;

use ringfence::solve::session::Session;
use ringfence::symbolic::formula::{Formula, Formulas};

use crate::lines::Answered;

/// How often the floor is measured.
const TIMES: usize = 201;

/// The floor F: a fresh solver, 50 clauses, a check.
pub(crate) fn floor() -> f64 {
    let once = || {
        let started = Instant::now();
        let mut session = Session::new().unwrap();
        (0..50).for_each(|number| session.add_clause(&[(number, true), (number + 1, false), (number + 2, true)]));
        session.check(&Formulas::new(), Formula::TRUE, &[]);
        started.elapsed().as_secs_f64() * 1e3
    };
    // The first one makes the context.
    once();
    let mut times: Vec<f64> = (0..TIMES).map(|_| once()).collect();
    times.sort_by(f64::total_cmp);
    quantile(&times, 0.5)
}

/// What some questions took.
pub(crate) struct Figures {
    name: String,
    /// Ascending, in milliseconds.
    times: Vec<f64>,
    unknown: usize,
    depends: usize,
    floor: f64,
}

impl Figures {
    /// The head of the columns.
    pub(crate) const HEAD: &str =
        "                count   median       p99       max       sum  unknown depends  median/F    p99/F";
}

/// One row of the table.
pub(crate) fn row<'a>(name: &str, answers: impl Iterator<Item = &'a Answered>, floor: f64) -> Figures {
    let mut figures = Figures { name: name.to_owned(), times: Vec::new(), unknown: 0, depends: 0, floor };
    for answered in answers {
        figures.times.push(answered.milliseconds);
        figures.unknown += usize::from(answered.reason.is_some());
        figures.depends += usize::from(answered.depends);
    }
    figures.times.sort_by(f64::total_cmp);
    figures
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (median, high) = (quantile(&self.times, 0.5), quantile(&self.times, 0.99));
        let (most, sum) = (self.times.last().copied().unwrap_or_default(), self.times.iter().sum::<f64>());
        write!(
            f,
            "{:<15}{:>6}{median:>9.3}{high:>10.2}{most:>10.1}{sum:>10.0}{:>9}{:>8}{:>10.2}{:>9.1}",
            self.name,
            self.times.len(),
            self.unknown,
            self.depends,
            median / self.floor,
            high / self.floor,
        )
    }
}

/// The value below which a share of the times lies.
fn quantile(times: &[f64], share: f64) -> f64 {
    let place = (times.len() as f64 * share) as usize;
    times.get(place.min(times.len().saturating_sub(1))).copied().unwrap_or_default()
}
