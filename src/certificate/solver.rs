//! Other solvers, as programs.
//!
//! In: a script's file. Out: what a solver prints. Trusted: an answer counts only if nothing else is printed, so that a
//! solver which passes over a command it does not know says nothing.

use std::env;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Hands scripts to cvc5's Python package, and prints one line for each.
const DRIVER: &str = include_str!("../../encodings/check-with-cvc5.py");

/// How often a running solver is looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// How many scripts one process is given.
const AT_ONCE: usize = 400;

/// How much longer than it was told to take a process may take that answers several scripts: to begin, to read, to end.
const GRACE: Duration = Duration::from_secs(10);

/// A program that answers scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solver {
    name: String,
    program: String,
    arguments: Vec<String>,
    /// Whether it takes several scripts, and limits, as the driver does.
    many: bool,
}

/// What a solver says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// There are such values.
    Sat,
    /// There are none.
    Unsat,
    /// Neither, with what it printed or why it did not.
    Nothing(String),
}

impl Said {
    /// What was printed of one script; an answer counts only alone.
    fn read(text: &str, time: Duration) -> Self {
        match text.trim() {
            "sat" => Self::Sat,
            "unsat" => Self::Unsat,
            "" => Self::Nothing("no answer".to_owned()),
            "unknown" => Self::Nothing(format!("unknown within {} s", time.as_secs_f64())),
            other => Self::Nothing(other.lines().next().unwrap_or_default().chars().take(100).collect()),
        }
    }

    fn late(time: Duration) -> Self {
        Self::Nothing(format!("no answer within {} s", time.as_secs_f64()))
    }

    /// The word for it.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Sat => "sat",
            Self::Unsat => "unsat",
            Self::Nothing(reason) => reason,
        }
    }
}

impl Solver {
    /// A solver from a command line, its words apart by blanks; none if there is no word.
    pub fn parse(command: &str) -> Option<Self> {
        let mut words = command.split_whitespace().map(str::to_owned);
        let program = words.next()?;
        Some(Self { name: command.trim().to_owned(), program, arguments: words.collect(), many: false })
    }

    /// The solvers that are installed: cvc5 and z3, and where cvc5 is no program, its Python package.
    pub fn installed() -> Vec<Self> {
        let there =
            |name: &str| env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|own| own.join(name).is_file());
        let own = |name: &str, program: &str, arguments: &[&str]| Self {
            name: name.to_owned(),
            program: program.to_owned(),
            arguments: arguments.iter().map(|own| (*own).to_owned()).collect(),
            many: false,
        };
        let mut solvers = Vec::new();
        if there("cvc5") {
            solvers.push(own("cvc5", "cvc5", &["--strings-exp"]));
        } else if there("python3") {
            let mut import = Command::new("python3");
            import.args(["-c", "import cvc5"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            if import.status().is_ok_and(|status| status.success()) {
                solvers.push(Self { many: true, ..own("cvc5 (python3)", "python3", &["-c", DRIVER]) });
            }
        }
        if there("z3") {
            solvers.push(own("z3", "z3", &[]));
        }
        solvers
    }

    /// What to call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it says of some scripts, each within its time.
    pub(super) fn ask(&self, scripts: &[(PathBuf, Duration)]) -> Vec<Said> {
        if !self.many {
            return scripts.iter().map(|(script, time)| self.ask_one(script, *time)).collect();
        }
        let mut said: Vec<Said> = Vec::with_capacity(scripts.len());
        // Whoever gave up on a script is started again for those behind it.
        while let Some(left) = scripts.get(said.len()..).filter(|left| !left.is_empty()) {
            said.extend(self.ask_some(left.get(..AT_ONCE).unwrap_or(left)));
        }
        said
    }

    /// What it says of the first of some scripts, which are given to one process: of all of them, or of those up to one
    /// without an answer.
    fn ask_some(&self, scripts: &[(PathBuf, Duration)]) -> Vec<Said> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        for (script, time) in scripts {
            command.arg(format!("--limit={}", time.as_millis())).arg(script);
        }
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => return vec![Said::Nothing(format!("cannot be run: {error}")); scripts.len()],
        };
        let (to_reader, lines) = channel();
        let stdout = child.stdout.take();
        // Ends with the program.
        std::thread::spawn(move || {
            let lines = stdout.into_iter().flat_map(|stdout| BufReader::new(stdout).lines());
            for line in lines.map_while(Result::ok) {
                // Nobody may wait for it any more.
                if to_reader.send(line).is_err() {
                    return;
                }
            }
        });
        let mut said = Vec::with_capacity(scripts.len());
        for (_, time) in scripts {
            let line = lines.recv_timeout(*time + GRACE);
            let gone = line.is_err();
            said.push(match line {
                Ok(line) => Said::read(&line, *time),
                Err(RecvTimeoutError::Timeout) => Said::late(*time),
                Err(RecvTimeoutError::Disconnected) => Said::Nothing("no answer".to_owned()),
            });
            if gone {
                break;
            }
        }
        // It may have ended meanwhile.
        let _ = child.kill();
        let _ = child.wait();
        said
    }

    fn ask_one(&self, script: &Path, time: Duration) -> Said {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).arg(script).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => return Said::Nothing(format!("cannot be run: {error}")),
        };
        let stdout = child.stdout.take();
        // Read beside it: a full pipe would hold it up.
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.map(|mut stdout| stdout.read_to_string(&mut text));
            text
        });
        let end = Instant::now() + time;
        let mut late = false;
        loop {
            match child.try_wait() {
                Ok(Some(_)) => break,
                Ok(None) if Instant::now() < end => std::thread::sleep(PAUSE),
                _ => {
                    late = true;
                    // It may have ended meanwhile.
                    let _ = child.kill();
                    let _ = child.wait();
                    break;
                }
            }
        }
        let text = reader.join().unwrap_or_default();
        if late { Said::late(time) } else { Said::read(&text, time) }
    }
}
