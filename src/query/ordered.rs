//! Many questions on several threads, their answers in order.
//!
//! In: questions, a way to answer one. Out: the answers, each as soon as those before it are there. All threads have
//! ended when it returns: none is inside the solver when the program ends.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::query::reach::ReachError;

/// As much as a main thread has, so that a question is answered alike on any thread.
const STACK: usize = 8 << 20;

/// How many answers may wait for each thread.
const AHEAD: usize = 64;

/// Answers every question with `jobs` threads; `show` gets the answers in order and says whether to go on,
/// `broken` makes an error of its kind.
///
/// # Errors
/// The first error of `show`, or that threads failed.
pub fn in_order<Q: Sync, A: Send, E>(
    questions: &[Q],
    jobs: usize,
    answer: impl Fn(&Q) -> A + Sync,
    mut show: impl FnMut(&Q, A) -> Result<(), E>,
    broken: impl Fn(ReachError) -> E,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let (send, answers) = sync_channel(AHEAD * jobs.max(1));
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            let (send, next, answer) = (send.clone(), &next, &answer);
            let work = move || {
                while let number = next.fetch_add(1, Ordering::Relaxed)
                    && let Some(question) = questions.get(number)
                {
                    // Nobody listens any more after an error.
                    if send.send((number, answer(question))).is_err() {
                        return;
                    }
                }
            };
            let spawned = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
            spawned.map_err(|error| broken(ReachError::Internal(error.to_string())))?;
        }
        drop(send);
        let mut waiting = BTreeMap::new();
        let mut shown = 0;
        for (number, answer) in answers {
            waiting.insert(number, answer);
            while let Some(answer) = waiting.remove(&shown) {
                if let Some(question) = questions.get(shown) {
                    show(question, answer)?;
                }
                shown += 1;
            }
        }
        match shown == questions.len() {
            true => Ok(()),
            false => Err(broken(ReachError::Internal("a thread ended before it answered".to_owned()))),
        }
    })
}
