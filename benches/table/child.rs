//! The program itself, run on a batch.

use std::io::{BufRead, BufReader};
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
