//! Who can, among all users and roles of the accounts?
//!
//! In: a [`Query`], principals. Out: an answer for each, in their order, as soon as those before it are answered.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::account::ask::{Answered, AskError, Query};
use crate::account::subject::Subject;
use crate::query::reach::ReachError;

/// As much as a main thread has, so that a question is answered alike on any thread.
const STACK: usize = 8 << 20;

/// How many answers may wait for each thread.
const AHEAD: usize = 64;

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
    let next = AtomicUsize::new(0);
    let (send, answers) = sync_channel(AHEAD * jobs.max(1));
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (send, next) = (send.clone(), &next);
            let work = move || {
                while let number = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(subject) = subjects.get(number)
                {
                    // Nobody listens any more after an error.
                    if send.send((number, query.ask(subject))).is_err() {
                        return;
                    }
                }
            };
            let spawned = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            spawned.map_err(|error| AskError::Reach(ReachError::Internal(error.to_string())))?;
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut shown = 0;
        for (number, answer) in answers {
            waiting.insert(number, answer);
            while let Some(answer) = waiting.remove(&shown) {
                if let Some(subject) = subjects.get(shown) {
                    show(subject, answer?)?;
                }
                shown += 1;
            }
        }
        match shown == subjects.len() {
            true => Ok(()),
            false => {
                let reason = "a thread ended before it answered".to_owned();
                Err(AskError::Reach(ReachError::Internal(reason)).into())
            }
        }
    })
}
