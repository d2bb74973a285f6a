//! Who can, among all users and roles of the accounts?
//!
//! In: a [`Query`], principals. Out: an answer for each, in their order, as soon as those before it are answered.

use crate::account::ask::{Answered, AskError, Query};
use crate::account::subject::Subject;
use crate::query::ordered::in_order;
use crate::query::reach::ReachError;

/// Asks about every subject with `jobs` threads; `show` gets the answers in order and says whether to go on.
///
/// # Errors
/// The first error in the order of the subjects, or of `show`.
pub fn who_can<E: From<AskError>>(
    query: &Query<'_>,
    subjects: &[Subject<'_>],
    jobs: usize,
    mut show: impl FnMut(&Subject<'_>, Answered) -> Result<(), E>,
) -> Result<(), E> {
    let broken = |error: ReachError| AskError::Reach(error).into();
    in_order(subjects, jobs, |subject| query.ask(subject), |subject, answer| show(subject, answer?), broken)
}
