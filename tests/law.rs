//! What the reader of law files accepts and what it refuses, and in which words.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;

use ringfence::symbolic::formula::{Formula, Formulas};
use ringfence::symbolic::law::Law;

const REFUSED: &[(&str, &str)] = &[
    ("(assert true)", "line 1: found `(assert …)`; a law consists of"),
    ("\n(declare-const x Bool)", "line 2: found `(declare-const …)`; a law consists of"),
    ("(define-fun f () Bool)", "line 1: found `(define-fun …)`; a law consists of"),
    ("(define-fun-rec f () Bool true)", "line 1: found `(define-fun-rec …)`; a law consists of"),
    ("x", "line 1: found `x`; a law consists of"),
    ("()", "line 1: found `()`; a law consists of"),
    ("(define-fun f (x) Bool true)", "line 1: found `x`; a law consists of"),
    ("(define-fun (f) () Bool true)", "line 1: found `(f …)`; a law consists of"),
    ("(define-fun f () Int 1)", "line 1: found `Int`; inputs and results of a law are Bool"),
    ("(define-fun f ((x (_ BitVec 8))) Bool true)", "line 1: found `(_ …)`; inputs and results of a law are Bool"),
    ("(define-fun and () Bool true)", "line 1: `and` cannot be a name"),
    ("(define-fun f (($x Bool)) Bool true)", "line 1: `$x` cannot be a name"),
    ("(define-fun f () Bool true)\n(define-fun f () Bool false)", "line 2: `f` is defined twice"),
    ("(define-fun f ((x Bool) (x Bool)) Bool x)", "line 1: `x` is defined twice"),
    ("(define-fun f ((f Bool)) Bool f)", "line 1: `f` is defined twice"),
    ("(define-fun f () Bool true)(define-fun g ((f Bool)) Bool f)", "line 1: `f` is defined twice"),
    ("(define-fun f ((x Bool)) Bool\n (f x))", "line 2: `f` is used in its own definition"),
    ("(define-fun f () Bool g)\n(define-fun g () Bool true)", "line 1: `g` is neither an input nor defined before"),
    ("(define-fun f () Bool (let ((x true)) x))", "line 1: `let` is neither an input nor defined before"),
    ("(define-fun f ((x Bool)) Bool x)(define-fun g () Bool f)", "line 1: `f` wants 1 argument, found 0"),
    ("(define-fun f ((x Bool)) Bool (not x x))", "line 1: `not` wants 1 argument, found 2"),
    ("(define-fun f ((x Bool)) Bool (and x))", "line 1: `and` wants 2 or more arguments, found 1"),
    ("(define-fun f ((x Bool)) Bool (ite x x))", "line 1: `ite` wants 3 arguments, found 2"),
    ("(define-fun f ((x Bool)) Bool (x x))", "line 1: `x` wants 0 arguments, found 1"),
    ("(define-fun f ((x Bool)) Bool (x))", "line 1: found `(x …)`; a term is"),
    ("(define-fun f () Bool 1)", "line 1: found `1`; a term is"),
    ("(define-fun f () Bool \"a\")", "line 1: found `\"a\"`; a term is"),
    ("(define-fun f () Bool ((not) true))", "line 1: found `((…) …)`; a term is"),
    ("(define-fun f () Bool true", "line 1: `(` is never closed"),
    ("(define-fun f () Bool true))", "line 1: `)` closes nothing"),
    ("; comment\n(define-fun |f| () Bool true)", "line 2: unexpected character '|'"),
    ("(define-fun é () Bool true)", "line 1: unexpected character 'é'"),
    ("\"a", "line 1: a string is never closed"),
];

#[test]
fn refuses_what_a_law_must_not_contain() {
    for (text, message) in REFUSED {
        let error = Law::read(&[("a.smt2", text)]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("a.smt2: {message}")), "{text}\n{error}");
    }
}

#[test]
fn bounds_what_a_file_can_make_it_do() {
    let deep = format!("(define-fun f () Bool {}true{})", "(not ".repeat(100_000), ")".repeat(100_000));
    let error = Law::read(&[("deep", &deep)]).unwrap_err().to_string();
    assert_eq!(error, "deep: line 1: lists nested more than 256 deep");

    let mut doubling = "(define-fun f0 ((x Bool)) Bool (not x))\n".to_owned();
    let mut chain = doubling.clone();
    for i in 1..10_000 {
        doubling += &format!("(define-fun f{i} ((x Bool)) Bool (and (f{0} x) (not (f{0} x))))\n", i - 1);
        chain += &format!("(define-fun f{i} ((x Bool)) Bool (f{} x))\n", i - 1);
    }
    for text in [doubling, chain] {
        let error = Law::read(&[("large", &text)]).unwrap_err().to_string();
        assert!(error.ends_with("unfolds to too much"), "{error}");
    }
}

#[test]
fn applies_by_input_name() {
    let text = "(define-fun yes () Bool true)
        (define-fun f ((a-b Bool) (c Bool)) Bool ; both
          (ite yes (and a-b c) (xor a-b c yes)))
        (define-fun g ((c Bool) (d Bool)) Bool (=> (f d c) c d))";
    let law = Law::read(&[("one", text)]).unwrap();
    assert_eq!(law.functions().collect::<Vec<_>>(), ["yes", "f", "g"]);
    assert_eq!(law.inputs("f").unwrap(), ["a-b", "c"]);
    assert!(law.text().starts_with(text));

    let mut formulas = Formulas::new();
    let (a, c) = (formulas.atom(0), formulas.atom(1));
    let both = formulas.and([a, c]);
    let f = law.apply(&mut formulas, "f", |input| Some(if input == "a-b" { a } else { c })).unwrap();
    assert_eq!(f, both);
    assert_eq!(law.apply(&mut formulas, "g", |_| Some(a)).unwrap(), Formula::TRUE);

    // By value: `=` chains, `xor` groups to the left and `=>` to the right.
    let text = "(define-fun f ((x Bool) (y Bool) (z Bool)) Bool (= x y z))
        (define-fun g ((x Bool) (y Bool) (z Bool)) Bool (xor x y z))
        (define-fun h ((x Bool) (y Bool) (z Bool)) Bool (=> x y z))";
    let grouping = Law::read(&[("two", text)]).unwrap();
    for combination in 0..8_u32 {
        let [x, y, z] = [0, 1, 2].map(|bit| combination >> bit & 1 == 1);
        for (function, expected) in [("f", x == y && y == z), ("g", x ^ y ^ z), ("h", !x || !y || z)] {
            let value = |input: &str| {
                Some(formulas.constant(match input {
                    "x" => x,
                    "y" => y,
                    _ => z,
                }))
            };
            let values = ["x", "y", "z"].map(value);
            let result = grouping.apply(&mut formulas, function, |input| match input {
                "x" => values[0],
                "y" => values[1],
                _ => values[2],
            });
            assert_eq!(result.unwrap(), formulas.constant(expected), "{function} {combination}");
        }
    }

    let error = law.apply(&mut formulas, "h", |_| None).unwrap_err();
    assert_eq!(error.to_string(), "the law defines no function `h`");
    let error = law.apply(&mut formulas, "f", |_| None).unwrap_err();
    assert_eq!(error.to_string(), "`f` of the law has an input `a-b` that nothing is known about");
}

#[test]
fn reads_a_folder_in_load_order() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Law::read_dir(folder.path()).unwrap_err().to_string().contains("decision.smt2"));
    for (name, text) in Law::embedded_files("aws").unwrap() {
        fs::write(folder.path().join(name.rsplit('/').next().unwrap()), text).unwrap();
    }
    let law = Law::read_dir(folder.path()).unwrap();
    assert_eq!(law.text(), Law::embedded("aws").unwrap().text());

    fs::write(folder.path().join("mine.smt2"), "").unwrap();
    let error = Law::read_dir(folder.path()).unwrap_err().to_string();
    assert!(error.contains("in load order they are layers.smt2, same-account.smt2, key-policy.smt2"), "{error}");
    assert!(Law::read_dir(&folder.path().join("none")).is_err());
    assert_eq!(Law::embedded("gcp").unwrap_err().to_string(), "there is no dialect `gcp`; known are aws, astran");
}
