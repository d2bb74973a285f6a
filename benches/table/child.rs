//! The program itself, run on a batch.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What a run took.
pub(crate) struct Run {
    pub(crate) seconds: f64,
    /// The most memory seen while it answered; 0 where the system does not say.
    pub(crate) megabytes: f64,
}

/// Answers a batch on so many threads.
pub(crate) fn batch(path: &Path, jobs: usize) -> Run {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .args(["reach", "--jobs", &jobs.to_string(), "--batch"])
        .arg(path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut megabytes = 0.0;
    let answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for (number, line) in answers.enumerate() {
        line.unwrap();
        if number % 64 == 0 {
            megabytes = f64::max(megabytes, peak(&status).unwrap_or_default());
        }
    }
    child.wait().unwrap();
    Run { seconds: started.elapsed().as_secs_f64(), megabytes }
}

/// The most memory that a process had so far.
fn peak(status: &str) -> Option<f64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<f64>().ok()? / 1024.0)
}

/// Which part of the table a process of its own is for.
pub(crate) const PART: &str = "RINGFENCE_TABLE_PART";

/// How often a process is started.
pub(crate) const TIMES: usize = 21;

/// Runs the program to its end, in seconds.
pub(crate) fn run(arguments: &[&str]) -> f64 {
    let started = Instant::now();
    Command::new(env!("CARGO_BIN_EXE_ringfence")).args(arguments).stdout(Stdio::null()).status().unwrap();
    started.elapsed().as_secs_f64()
}

/// A part of the table as a process of its own.
pub(crate) fn own(program: &Path, word: &str) {
    Command::new(program).env(PART, word).stdout(Stdio::null()).status().unwrap();
}

/// The program asked one line.
pub(crate) fn line(text: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .args(["reach", "--batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait().unwrap();
}

/// What something takes, in milliseconds.
pub(crate) fn median(mut run: impl FnMut()) -> f64 {
    let mut once = || {
        let started = Instant::now();
        run();
        started.elapsed().as_secs_f64() * 1e3
    };
    let mut times: Vec<f64> = (0..TIMES).map(|_| once()).collect();
    times.sort_by(f64::total_cmp);
    times.get(TIMES / 2).copied().unwrap_or_default()
}
