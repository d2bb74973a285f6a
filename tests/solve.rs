//! Z3 behind its module: versions, answers, and the scripts that Z3 would silently drop.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use ringfence::solve::script::{Answer, check_script};
use ringfence::solve::{SolveError, check_version, version};

#[test]
fn refuses_old_versions() {
    for found in ["4.8.12.0", "4.13.2.9", "4.13", "", "3.99.99.0", "Z3 5.0.0", "4.x.9.0"] {
        let message = check_version(found).unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("Z3 {found} was loaded; ringfence needs Z3 4.13.3 or later.\n")),
            "{message}"
        );
        assert!(message.contains("pip install --target .z3"), "{message}");
    }
    for found in ["4.13.3.0", "4.14.0.0", "5.4.0.0", "10.0.0", "4.13.3.0 abcdef"] {
        assert_eq!(check_version(found), Ok(()));
    }
    version().unwrap();
}

#[test]
fn answers() {
    let answer = |text: &str| check_script(text, "QF_FD").unwrap();
    assert_eq!(answer("(declare-const x Bool)(assert x)(assert x)(assert true)"), Answer::Satisfiable);
    assert_eq!(answer("(declare-const x Bool)(assert x)(assert (not x))(check-sat)"), Answer::Unsatisfiable);
    assert_eq!(answer("(set-logic QF_UF)(assert true)(assert false)(check-sat)"), Answer::Unsatisfiable);
    assert_eq!(
        answer("(declare-const x Bool)(declare-const y Bool)(assert (and x y))(assert (! x :named n))"),
        Answer::Satisfiable
    );
    let named = "(declare-const x Bool)(assert (! x :named n))(assert (! (not x) :named m))";
    assert_eq!(answer(named), Answer::Unsatisfiable);
    let strings =
        "(declare-const s String) ; \"(assert\n(assert (= s \"a\"\"(assert false)\"))(assert (= (str.len s) 2))";
    assert_eq!(check_script(strings, "QF_SLIA").unwrap(), Answer::Unsatisfiable);
}

#[test]
fn a_script_that_z3_drops_is_an_error() {
    let error = |text: &str| check_script(text, "QF_FD").unwrap_err();
    let dropped = SolveError::NotTaken { written: 2, taken: 0 };
    assert_eq!(error("(declare-const x Bool)(assert x)(assert (not y))"), dropped);
    assert_eq!(
        error("(assert false)(assert (and x"),
        SolveError::Text(ringfence::symbolic::sexpr::read("(assert (and x").unwrap_err())
    );
    assert_eq!(error("(assert false) (assert 1)"), dropped);
    assert_eq!(
        error("(declare-const x Bool)(declare-const x Bool)(assert x)"),
        SolveError::NotTaken { written: 1, taken: 0 }
    );
    assert!(matches!(error("(assert false)(exit)(assert true)"), SolveError::NotTaken { .. }));
    assert_eq!(error("(check-sat)"), SolveError::NoAssertion);
    assert_eq!(error(""), SolveError::NoAssertion);
    assert_eq!(error("(assert true)\0"), SolveError::Nul);
    for command in ["push", "pop", "reset", "reset-assertions", "include", "check-sat-assuming"] {
        let text = format!("(assert false)\n({command} 1)");
        assert_eq!(error(&text), SolveError::Command { line: 2, command: format!("({command} …)") });
    }
    for logic in ["", "NO_SUCH", "QF\0FD"] {
        assert_eq!(check_script("(assert true)", logic), Err(SolveError::Logic(logic.to_owned())));
    }
}
