//! The table of speed: whole workloads, with ratios to what was measured in the same run.
//!
//! `cargo bench --bench table -- DIR`; DIR, or `RINGFENCE_WORKLOADS`, holds what the generator of
//! workloads wrote. Times are of this machine and this hour: only the ratios mean something elsewhere.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench fails by panicking, and prints its table")]

mod child;
mod figures;
mod lines;
mod pairs;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use figures::{Figures, floor, row};
use lines::Line;
use ringfence::symbolic::formula::{Formula, Formulas};
use ringfence::verdict::EngineName;

/// How many questions are asked of the strings as well, unless `RINGFENCE_STRINGS` says otherwise.
const STRINGS: usize = 100;

/// How long the strings may take for one.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() {
    if let Ok(word) = std::env::var(child::PART) {
        return part(&word);
    }
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
            sampled = asked.into_iter().filter(|(_, answered)| answered.formulas > 0).take(wanted()).collect();
        }
    }
    let compared = comparisons(&folder.join("w3.compare.jsonl"), floor);
    let patient = |line: &Line| line.ask(EngineName::Strings, Some(PATIENCE));
    strings("W2", &sampled, floor, patient);
    strings("W3", &compared, floor, |line: &String| pairs::gains(line, EngineName::Strings, PATIENCE));
    for (name, file) in [("W2", "w2.reach.jsonl"), ("W4", "w4.reach.jsonl")] {
        batches(name, &folder.join(file));
    }
    each();
    one_shot(&folder.join("w2.reach.jsonl"));
}

/// W3 in one direction; what of it is not sliced, as many as are asked of the strings, evenly from the file.
fn comparisons(path: &Path, floor: f64) -> Vec<(String, lines::Answered)> {
    if !path.is_file() {
        println!("W3: skipped, there is no {}", path.display());
        return Vec::new();
    }
    let patience = Duration::from_secs(10);
    let ask = |line: String| {
        pairs::gains(&line, EngineName::Atoms, patience);
        let answered = pairs::gains(&line, EngineName::Atoms, patience);
        (line, answered)
    };
    let asked: Vec<(String, lines::Answered)> = pairs::read(path).into_iter().map(ask).collect();
    println!("{}", row("W3 all", asked.iter().map(|(_, answered)| answered), floor));
    let hard: Vec<(String, lines::Answered)> =
        asked.into_iter().filter(|(_, answered)| answered.formulas > 0).collect();
    println!("{}", row("W3 not sliced", hard.iter().map(|(_, answered)| answered), floor));
    let wanted = wanted();
    let step = (hard.len() / wanted.max(1)).max(1);
    hard.into_iter().step_by(step).take(wanted).collect()
}

/// How many questions are asked of the strings.
fn wanted() -> usize {
    std::env::var("RINGFENCE_STRINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(STRINGS)
}

/// Every action on its own, under a boundary of the workloads that denies some.
fn each() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let identity = folder.join("examples/notanadmin/administrator-access.json").display().to_string();
    let boundary = folder.join("benches/table/denylist.json").display().to_string();
    let seconds = child::run(&["reach", "*", "--each", "--identity", &identity, "--boundary", &boundary]);
    println!("\n--each, AdministratorAccess under the boundary denylist.json: {:.0}", seconds * 1e3);
}

/// Processes that answer one line, beside one that makes a context and checks `true`, and one that prints a line.
fn one_shot(path: &Path) {
    if !path.is_file() {
        return;
    }
    let (mut sliced, mut solved) = (None, None);
    for line in lines::read(path) {
        let answered = line.ask(EngineName::Atoms, None);
        let place = if answered.formulas == 0 { &mut sliced } else { &mut solved };
        place.get_or_insert(line);
        if sliced.is_some() && solved.is_some() {
            break;
        }
    }
    println!("\none process, one line (median of {})", child::TIMES);
    let own = std::env::current_exe().unwrap();
    for (name, word) in [("prints a line", "print"), ("Z3 context, checks true", "context")] {
        println!("{name}: {:.1}", child::median(|| child::own(&own, word)));
    }
    for (name, line) in [("decided by slicing", sliced), ("solved", solved)] {
        let Some(line) = line else { continue };
        println!("{name}: {:.1}", child::median(|| child::line(line.text())));
    }
}

/// What a process does that others are measured by.
fn part(word: &str) {
    if word == "context" {
        let mut session = ringfence::solve::session::Session::new().unwrap();
        session.check(&Formulas::new(), Formula::TRUE, &[]);
    }
    println!("{word}");
}

/// The same questions asked of Z3's theory of strings.
fn strings<L>(name: &str, sampled: &[(L, lines::Answered)], floor: f64, ask: impl Fn(&L) -> lines::Answered) {
    if sampled.is_empty() {
        return;
    }
    println!(
        "\nagainst --engine strings, {} s each, on {name} not sliced, in the order of the file",
        PATIENCE.as_secs()
    );
    println!("{}", Figures::HEAD);
    println!("{}", row("atoms", sampled.iter().map(|(_, answered)| answered), floor));
    let answered: Vec<lines::Answered> = sampled.iter().map(|(line, _)| ask(line)).collect();
    println!("{}", row("strings", answered.iter(), floor));
    let sum = |all: &mut dyn Iterator<Item = &lines::Answered>| all.map(|one| one.milliseconds).sum::<f64>();
    let (own, other) = (sum(&mut sampled.iter().map(|(_, own)| own)), sum(&mut answered.iter()));
    println!("strings / atoms: sum {:.0}x", other / own);
    let differ = |((_, own), other): &(&(L, lines::Answered), &lines::Answered)| {
        own.answer != other.answer && other.reason.is_none() && own.reason.is_none()
    };
    println!("verdicts that differ where both end: {}", sampled.iter().zip(&answered).filter(differ).count());
}

/// A whole workload as one batch, on one thread and on two, beside what reading it takes anyway.
fn batches(name: &str, path: &Path) {
    if !path.is_file() {
        return;
    }
    println!("\n{name} as one batch");
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
