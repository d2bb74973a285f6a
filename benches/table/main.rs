//! The table of speed: whole workloads, with ratios to what was measured in the same run.
//!
//! `cargo bench --profile dev --bench table -- DIR`; DIR, or `RINGFENCE_WORKLOADS`, holds what the generator of
//! workloads wrote. Times are of this machine and this hour: only the ratios mean something elsewhere.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench fails by panicking, and prints its table")]

mod child;
mod figures;
mod lines;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use figures::{Figures, floor, row};
use lines::Line;
use ringfence::verdict::EngineName;

/// How many questions are asked of the strings as well, unless `RINGFENCE_STRINGS` says otherwise.
const STRINGS: usize = 100;

/// How long the strings may take for one.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() {
    let argument = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).map(PathBuf::from);
    let folder = argument.or_else(|| std::env::var_os("RINGFENCE_WORKLOADS").map(PathBuf::from));
    let Some(folder) = folder.filter(|folder| folder.is_dir()) else {
        println!("skipped: name the folder of the workloads, as argument or in RINGFENCE_WORKLOADS");
        return;
    };
    let optimized = if cfg!(debug_assertions) { "dev (opt-level 1, checks on)" } else { "release or bench" };
    let floor = floor();
    println!("profile {optimized}; Z3 {}; times in milliseconds", ringfence::solve::version().unwrap());
    println!("F = {floor:.3}: a fresh QF_FD solver, 50 clauses, a check (median)\n");
    println!("{}", Figures::HEAD);
    let mut sampled = Vec::new();
    for (name, file) in [("W1", "w1.reach.jsonl"), ("W2", "w2.reach.jsonl"), ("W4", "w4.reach.jsonl")] {
        let path = folder.join(file);
        if !path.is_file() {
            println!("{name}: skipped, there is no {file}");
            continue;
        }
        let asked: Vec<(Line, lines::Answered)> =
            lines::read(&path).map(|line| line.ask_twice(EngineName::Atoms)).collect();
        println!("{}", row(&format!("{name} all"), asked.iter().map(|(_, answered)| answered), floor));
        let hard = || asked.iter().filter(|(_, answered)| answered.formulas > 0);
        println!("{}", row(&format!("{name} not sliced"), hard().map(|(_, answered)| answered), floor));
        for (line, answered) in asked.iter().filter(|(_, answered)| answered.reason.is_some()) {
            println!("   unknown: {} ({})", line.id, answered.reason.as_deref().unwrap_or_default());
        }
        if name == "W2" {
            let wanted = std::env::var("RINGFENCE_STRINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(STRINGS);
            sampled = asked.into_iter().filter(|(_, answered)| answered.formulas > 0).take(wanted).collect();
        }
    }
    // W3, w3.compare.jsonl, belongs here: its lines are pairs of documents, for `compare`.
    println!("W3: skipped, `compare` is not measured yet");
    strings(&sampled, floor);
    batches(&folder.join("w2.reach.jsonl"));
}

/// The same questions asked of Z3's theory of strings.
fn strings(sampled: &[(Line, lines::Answered)], floor: f64) {
    println!("\nagainst --engine strings, {} s each, on W2 not sliced, in the order of the file", PATIENCE.as_secs());
    println!("{}", Figures::HEAD);
    println!("{}", row("atoms", sampled.iter().map(|(_, answered)| answered), floor));
    let answered: Vec<lines::Answered> =
        sampled.iter().map(|(line, _)| line.ask(EngineName::Strings, Some(PATIENCE))).collect();
    println!("{}", row("strings", answered.iter(), floor));
    let sum = |all: &mut dyn Iterator<Item = &lines::Answered>| all.map(|one| one.milliseconds).sum::<f64>();
    let (own, other) = (sum(&mut sampled.iter().map(|(_, own)| own)), sum(&mut answered.iter()));
    println!("strings / atoms: sum {:.0}x", other / own);
    let differ = |((_, own), other): &(&(Line, lines::Answered), &lines::Answered)| {
        own.answer != other.answer && other.reason.is_none() && own.reason.is_none()
    };
    println!("verdicts that differ where both end: {}", sampled.iter().zip(&answered).filter(differ).count());
}

/// Whole W2 as one batch, on one thread and on two, beside what reading it takes anyway.
fn batches(path: &Path) {
    if !path.is_file() {
        return;
    }
    println!("\nW2 as one batch");
    let started = Instant::now();
    let count = lines::parse_typed(path);
    let parse = started.elapsed().as_secs_f64();
    println!("serde_json, {count} lines into typed documents: {:.1}", parse * 1e3);
    let mut one = None;
    for jobs in [1, 2] {
        let run = child::batch(path, jobs);
        let ratio = one.map_or(String::new(), |one: f64| format!(", {:.2}x as fast as one", one / run.seconds));
        one.get_or_insert(run.seconds);
        println!(
            "{jobs} thread(s): {:.0}, {:.1}x serde_json, peak {:.0} MB{ratio}",
            run.seconds * 1e3,
            run.seconds / parse,
            run.megabytes,
        );
    }
}
