//! `ringfence reach --batch`: questions as JSON lines, several answered at once, written in the order they came.
//!
//! One thread reads, some answer, the main thread writes. A line and the place of its answer are queued together, and
//! the queue is short: memory stays flat however long the batch or slow a line, and a writer whose reader has gone away
//! just returns. Solver contexts belong to their thread, and no thread is inside the solver when the program ends: its
//! library takes itself apart then.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, RwLock};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use ringfence::input::{self, STDIN};
use ringfence::query::reach::{Options, ReachError, reach};
use ringfence::question::{self, Question};
use ringfence::report;
use ringfence::report::verdict::{Asked, Timing, error_json};
use ringfence::scenario::Scenario;
use ringfence::verdict::Answer;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::{Value, json};

use crate::args::{Format, Reach, Shard};
use crate::exit::Exit;
use crate::lines;

/// How many lines are read ahead for each thread that answers.
const AHEAD: usize = 4;

/// As much as the main thread has, so that a line is answered alike on any thread.
const STACK: usize = 8 << 20;

/// What all lines share.
struct Setting {
    /// The batch, for messages and for the directory of file names.
    name: String,
    path: PathBuf,
    dialect: Option<String>,
    rulings: Rulings,
    options: Options,
    asserted: Answer,
    timing: bool,
    /// Held while a line is answered; taken for good by a writer that gives up early.
    busy: RwLock<()>,
}

/// One line of input, and where its answer goes.
struct Job {
    number: usize,
    bytes: Vec<u8>,
    answer: SyncSender<Answered>,
}

/// One line of output.
struct Answered {
    line: String,
    exit: Exit,
}

pub(super) fn run(arguments: &Reach, batch: &Path) -> Result<Exit> {
    if arguments.format == Some(Format::Text) {
        bail!("a batch is answered in JSON lines: leave --format text out");
    }
    let stdin = batch == Path::new("-");
    let input: Box<dyn BufRead + Send> = match stdin {
        true => Box::new(BufReader::new(io::stdin())),
        false => {
            let file = File::open(batch).with_context(|| format!("cannot read `{}`", batch.display()))?;
            if file.metadata()?.is_dir() {
                bail!("cannot read `{}`: it is a directory", batch.display());
            }
            Box::new(BufReader::new(file))
        }
    };
    let options = Options {
        any_request: arguments.asking.any_request,
        explain: arguments.explain,
        timeout: Some(arguments.asking.timeout),
        engine: arguments.engine,
    };
    let setting = Arc::new(Setting {
        name: if stdin { STDIN.to_owned() } else { batch.display().to_string() },
        path: if stdin { PathBuf::new() } else { batch.to_owned() },
        dialect: arguments.asking.dialect.clone(),
        rulings: arguments.asking.rulings.into(),
        options,
        asserted: arguments.expect.unwrap_or(Answer::Unreachable),
        timing: !arguments.no_timing,
        busy: RwLock::new(()),
    });
    let jobs = arguments.asking.threads();
    let (to_workers, work) = sync_channel(AHEAD * jobs);
    let (to_writer, answers) = sync_channel(AHEAD * jobs);
    let work = Arc::new(Mutex::new(work));
    let mut threads = Vec::with_capacity(jobs);
    for _ in 0..jobs {
        let (work, setting) = (Arc::clone(&work), Arc::clone(&setting));
        threads.push(thread::Builder::new().stack_size(STACK).spawn(move || answer_lines(&work, &setting))?);
    }
    // Only the threads hold it: when all of them are gone, so are the places of the answers, and the writer notices.
    drop(work);
    let shard = arguments.asking.shard;
    thread::Builder::new().spawn(move || read_lines(input, shard, &to_workers, &to_writer))?;
    let written = write_lines(&answers);
    match written {
        // Every line was answered, so none of them can have panicked.
        Ok(_) => threads.into_iter().for_each(|thread| drop(thread.join())),
        // The reading thread may wait for input for ever, and the others for it.
        Err(_) => std::mem::forget(setting.busy.write()),
    }
    written
}

/// Queues the lines; ends early if nobody takes them any more.
fn read_lines(
    mut input: Box<dyn BufRead + Send>,
    shard: Option<Shard>,
    to_workers: &SyncSender<Job>,
    to_writer: &SyncSender<io::Result<Receiver<Answered>>>,
) {
    let mut questions = 0..;
    for number in 1.. {
        let bytes = match lines::next(&mut input) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return,
            Err(error) => {
                // If the writer is gone as well, nobody is left to tell.
                let _ = to_writer.send(Err(error));
                return;
            }
        };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let question: usize = questions.next().unwrap_or_default();
        if shard.is_some_and(|shard| !shard.has(question)) {
            continue;
        }
        let (answer, place) = sync_channel(1);
        if to_writer.send(Ok(place)).is_err() || to_workers.send(Job { number, bytes, answer }).is_err() {
            return;
        }
    }
}

fn answer_lines(work: &Mutex<Receiver<Job>>, setting: &Setting) {
    loop {
        // A thread that panics does so while it answers, not while it waits here.
        let job = work.lock().map(|work| work.recv());
        let _busy = setting.busy.read();
        let Ok(Ok(Job { number, bytes, answer })) = job else { return };
        // The writer may have gone away.
        let _ = answer.send(answer_line(number, bytes, setting));
    }
}

fn write_lines(answers: &Receiver<io::Result<Receiver<Answered>>>) -> Result<Exit> {
    let mut stdout = io::stdout().lock();
    let mut worst = Exit::Answered;
    for place in answers {
        let place = place.context("the batch cannot be read any further")?;
        let Ok(Answered { line, exit }) = place.recv() else {
            bail!("internal error: a thread ended before it answered its line");
        };
        writeln!(stdout, "{line}")?;
        stdout.flush()?;
        worst = worst.or_worse(exit);
    }
    Ok(worst)
}

fn answer_line(number: usize, bytes: Vec<u8>, setting: &Setting) -> Answered {
    let started = Instant::now();
    let source = match input::decode(&setting.name, bytes, number) {
        Ok(source) => source,
        Err(refusal) => return refused(None, refusal.first_error().map(report::diagnostic::json)),
    };
    let reading = question::Reading { path: &setting.path, dialect: setting.dialect.as_deref() };
    let (id, question) = question::read(&source, reading);
    let Question { scenario, goal, expect, .. } = match question {
        Ok(question) => question,
        Err(refusal) => return refused(id, refusal.first_error().map(report::diagnostic::json)),
    };
    let scenario = Scenario { rulings: setting.rulings, ..scenario };
    let parse = started.elapsed();
    let asked = Instant::now();
    let verdict = match reach(&scenario, &goal, &setting.options) {
        Ok(verdict) => verdict,
        Err(error) => return refused(id, Some(error_of(&error, &setting.name, number))),
    };
    let setup = asked.elapsed().saturating_sub(verdict.elapsed);
    let id = id.unwrap_or(Value::Null);
    let line = report::verdict::json(
        &verdict,
        Asked {
            id: Some(&id),
            goal: &goal.written,
            dialect: scenario.dialect,
            line: Some(number),
            timing: setting.timing.then_some(Timing { setup, parse }),
        },
    );
    Answered { line: line.to_string(), exit: super::exit(verdict.answer, expect.unwrap_or(setting.asserted)) }
}

fn refused(id: Option<Value>, error: Option<Value>) -> Answered {
    let line = json!({ "id": id, "error": error }).to_string();
    Answered { line, exit: Exit::Refused }
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
