//! Asking Z3 a question written as SMT-LIB text, read by Z3's own parser.
//!
//! In: a script and a logic. Out: an [`Answer`]. Z3 drops a whole text in which it finds an error and then calls the
//! empty question satisfiable; so the assertions that arrive are counted against those written.

use z3::{SatResult, Solver};

use super::SolveError;
use crate::symbolic::sexpr;

/// What Z3 says of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// No values make all assertions true.
    Unsatisfiable,
    /// Some values do.
    Satisfiable,
    /// Z3 gave up, with its reason.
    Unknown(String),
}

/// Commands that neither take assertions away nor read other files. `check-sat` may stand there for other solvers;
/// the question is always the whole script.
const COMMANDS: [&str; 13] = [
    "set-logic",
    "set-info",
    "set-option",
    "declare-const",
    "declare-fun",
    "declare-sort",
    "declare-datatypes",
    "define-const",
    "define-fun",
    "define-sort",
    "assert",
    "check-sat",
    "exit",
];

/// Whether the assertions of a script can all be true.
pub fn check_script(text: &str, logic: &str) -> Result<Answer, SolveError> {
    if text.contains('\0') {
        return Err(SolveError::Nul);
    }
    let written = count_assertions(text)?;
    if written == 0 {
        return Err(SolveError::NoAssertion);
    }
    // Other names, with a NUL for one, must not reach the bindings.
    let plain = !logic.is_empty() && logic.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let solver = plain.then(|| Solver::new_for_logic(logic)).flatten();
    let solver = solver.ok_or_else(|| SolveError::Logic(logic.to_owned()))?;
    // Counted in a solver of the general kind: that of QF_FD never lists its assertions.
    let reader = Solver::new();
    reader.from_string(text);
    let taken = reader.get_assertions().len();
    if taken != written {
        return Err(SolveError::NotTaken { written, taken });
    }
    solver.from_string(text);
    Ok(match solver.check() {
        SatResult::Unsat => Answer::Unsatisfiable,
        SatResult::Sat => Answer::Satisfiable,
        SatResult::Unknown => {
            Answer::Unknown(solver.get_reason_unknown().unwrap_or_else(|| "no reason given".to_owned()))
        }
    })
}

fn count_assertions(text: &str) -> Result<usize, SolveError> {
    let mut count = 0;
    for expression in &sexpr::read(text)? {
        let command = expression.list().and_then(|members| members.first()).and_then(|head| head.symbol());
        match command {
            Some("assert") => count += 1,
            Some(command) if COMMANDS.contains(&command) => {}
            _ => return Err(SolveError::Command { line: expression.line, command: expression.excerpt() }),
        }
    }
    Ok(count)
}
