//! Other solvers, as programs.
//!
//! In: a script's file. Out: what a solver prints. Trusted: an answer counts only if nothing else is printed, so that a
//! solver which passes over a command it does not know says nothing.

use std::env;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Hands a script to cvc5's Python package.
const DRIVER: &str = include_str!("../../encodings/check-with-cvc5.py");

/// How often a running solver is looked at.
const PAUSE: Duration = Duration::from_millis(5);

/// A program that answers scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solver {
    name: String,
    program: String,
    arguments: Vec<String>,
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
        Some(Self { name: command.trim().to_owned(), program, arguments: words.collect() })
    }

    /// The solvers that are installed: cvc5 and z3, and where cvc5 is no program, its Python package.
    pub fn installed() -> Vec<Self> {
        let there =
            |name: &str| env::split_paths(&env::var_os("PATH").unwrap_or_default()).any(|own| own.join(name).is_file());
        let own = |name: &str, program: &str, arguments: &[&str]| Self {
            name: name.to_owned(),
            program: program.to_owned(),
            arguments: arguments.iter().map(|own| (*own).to_owned()).collect(),
        };
        let mut solvers = Vec::new();
        if there("cvc5") {
            solvers.push(own("cvc5", "cvc5", &["--strings-exp"]));
        } else if there("python3") {
            let mut import = Command::new("python3");
            import.args(["-c", "import cvc5"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            if import.status().is_ok_and(|status| status.success()) {
                solvers.push(own("cvc5 (python3)", "python3", &["-c", DRIVER]));
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

    /// What it says of a script within some time.
    pub(super) fn ask(&self, script: &Path, time: Duration) -> Said {
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
        match text.trim() {
            _ if late => Said::Nothing(format!("no answer within {} s", time.as_secs_f64())),
            "sat" => Said::Sat,
            "unsat" => Said::Unsat,
            "" => Said::Nothing("no answer".to_owned()),
            other => Said::Nothing(other.lines().next().unwrap_or_default().chars().take(100).collect()),
        }
    }
}
