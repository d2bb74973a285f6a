//! Questions as JSON lines, several answered at once, written in the order they came.
//!
//! Some threads read a line each and answer it, the main thread writes. The place of an answer is queued while its line is
//! read, and the queue is short: memory stays flat however long the batch or slow a line, and a writer whose reader has
//! gone away just returns. Solver contexts belong to their thread, and no thread is inside the solver when the program
//! ends: its library takes itself apart then.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread;

use anyhow::{Context as _, Result, bail};
use ringfence::certificate::CertificateError;
use ringfence::diagnostic::Refusal;
use ringfence::input::STDIN;
use ringfence::query::reach::ReachError;
use ringfence::report;
use ringfence::report::verdict::error_json;
use serde_json::{Value, json};

use crate::args::{Asking, Format, Shard};
use crate::exit::Exit;
use crate::lines;

/// How many lines are read ahead for each thread that answers.
const AHEAD: usize = 4;

/// As much as the main thread has, so that a line is answered alike on any thread.
const STACK: usize = 8 << 20;

/// Where a batch comes from.
pub(crate) struct Batch {
    /// Its name in messages.
    pub(crate) name: String,
    /// The file whose directory file names are relative to.
    pub(crate) path: PathBuf,
    stdin: bool,
}

/// One line of input.
pub(crate) struct Line {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// Its text.
    pub(crate) bytes: Vec<u8>,
}

/// One line of output.
pub(crate) struct Answered {
    /// Its text.
    pub(crate) line: String,
    /// What it is worth.
    pub(crate) exit: Exit,
}

impl Answered {
    /// A line that cannot be used.
    pub(crate) fn refused(id: Option<Value>, refusal: &Refusal) -> Self {
        Self::without_answer(id, refusal.first_error().map(report::diagnostic::json))
    }

    /// A line whose question has no answer.
    pub(crate) fn failed(id: Option<Value>, error: &ReachError, file: &str, line: usize) -> Self {
        Self::without_answer(id, Some(error_of(error, file, line)))
    }

    /// A line whose certificate cannot be written.
    pub(crate) fn uncertified(id: Option<Value>, error: &CertificateError, file: &str, line: usize) -> Self {
        let help = "name a folder that is new or empty, with room, by --certificate";
        Self::without_answer(id, Some(error_json("certificate", &error.to_string(), help, file, line)))
    }

    fn without_answer(id: Option<Value>, error: Option<Value>) -> Self {
        let line = json!({ "id": id, "error": error }).to_string();
        Self { line, exit: Exit::Refused }
    }
}

fn error_of(error: &ReachError, file: &str, line: usize) -> Value {
    let (code, help) = match error {
        ReachError::Goal(diagnostic) => return report::diagnostic::json(diagnostic),
        ReachError::NotDescribed(_) => ("not-described", "leave that part of the scenario out, or ask under `aws`"),
        ReachError::Disagreement { .. } | ReachError::Internal(_) => {
            ("internal-error", "this is an error of ringfence: report it with the line")
        }
    };
    error_json(code, &error.to_string(), help, file, line)
}

/// What is left of a batch.
struct Rest {
    input: Box<dyn BufRead + Send>,
    /// The number of the last line.
    number: usize,
    /// How many of the lines were questions.
    questions: usize,
    shard: Option<Shard>,
    to_writer: SyncSender<io::Result<Receiver<Answered>>>,
}

impl Batch {
    /// A batch of JSON lines.
    pub(crate) fn new(path: &Path, format: Option<Format>) -> Result<Self> {
        if format == Some(Format::Text) {
            bail!("a batch is answered in JSON lines: leave --format text out");
        }
        let stdin = path == Path::new("-");
        Ok(Self {
            name: if stdin { STDIN.to_owned() } else { path.display().to_string() },
            path: if stdin { PathBuf::new() } else { path.to_owned() },
            stdin,
        })
    }

    fn open(&self) -> Result<Box<dyn BufRead + Send>> {
        if self.stdin {
            return Ok(Box::new(BufReader::new(io::stdin())));
        }
        let file = File::open(&self.path).with_context(|| format!("cannot read `{}`", self.name))?;
        if file.metadata()?.is_dir() {
            bail!("cannot read `{}`: it is a directory", self.name);
        }
        Ok(Box::new(BufReader::new(file)))
    }

    /// Answers the lines.
    pub(crate) fn run(
        &self,
        asking: &Asking,
        answer: impl Fn(Line) -> Answered + Send + Sync + 'static,
    ) -> Result<Exit> {
        let input = self.open()?;
        let jobs = asking.threads();
        let (to_writer, answers) = sync_channel(AHEAD * jobs);
        let rest = Rest { input, number: 0, questions: 0, shard: asking.shard, to_writer };
        // Only the threads hold it: when all of them are gone, so is the queue, and the writer notices.
        let rest = Arc::new(Mutex::new(rest));
        let answer = Arc::new(answer);
        // Held while a line is answered; taken for good by a writer that gives up early.
        let busy = Arc::new(RwLock::new(()));
        let mut threads = Vec::with_capacity(jobs);
        for _ in 0..jobs {
            let (rest, answer, busy) = (Arc::clone(&rest), Arc::clone(&answer), Arc::clone(&busy));
            let answering = move || answer_lines(&rest, &busy, answer.as_ref());
            threads.push(thread::Builder::new().stack_size(STACK).spawn(answering)?);
        }
        drop(rest);
        let written = write_lines(&answers);
        match written {
            // Every line was answered, so none of them can have panicked.
            Ok(_) => threads.into_iter().for_each(|thread| drop(thread.join())),
            // A thread may wait for input for ever, and the others for it.
            Err(_) => std::mem::forget(busy.write()),
        }
        written
    }
}

impl Rest {
    /// The next question, and where its answer goes; none at the end, or if nobody waits for answers any more.
    fn next(&mut self) -> Option<(Line, SyncSender<Answered>)> {
        loop {
            let bytes = match lines::next(&mut self.input) {
                Ok(bytes) => bytes?,
                Err(error) => {
                    // If the writer is gone as well, nobody is left to tell.
                    let _ = self.to_writer.send(Err(error));
                    return None;
                }
            };
            self.number += 1;
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.questions += 1;
            if self.shard.is_some_and(|shard| !shard.has(self.questions - 1)) {
                continue;
            }
            let (answer, place) = sync_channel(1);
            self.to_writer.send(Ok(place)).ok()?;
            return Some((Line { number: self.number, bytes }, answer));
        }
    }
}

fn answer_lines(rest: &Mutex<Rest>, busy: &RwLock<()>, answering: &impl Fn(Line) -> Answered) {
    loop {
        // A thread that panics does so while it answers, not while it reads.
        let next = rest.lock().map(|mut rest| rest.next());
        let _busy = busy.read();
        let Ok(Some((line, answer))) = next else { return };
        // The writer may have gone away.
        let _ = answer.send(answering(line));
    }
}

fn write_lines(answers: &Receiver<io::Result<Receiver<Answered>>>) -> Result<Exit> {
    let mut stdout = io::stdout().lock();
    let mut worst = Exit::Answered;
    for place in answers {
        let place = place.context("the batch cannot be read any further")?;
        let Ok(Answered { mut line, exit }) = place.recv() else {
            bail!("internal error: a thread ended before it answered its line");
        };
        line.push('\n');
        stdout.write_all(line.as_bytes())?;
        stdout.flush()?;
        worst = worst.or_worse(exit);
    }
    Ok(worst)
}
