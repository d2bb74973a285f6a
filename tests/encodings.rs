//! The law files, read in three ways that share no code: by our reader, by Z3's own parser, and as the concrete
//! evaluator's hand-written Rust. All inputs are Booleans, so that every statement here is about every combination.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use ringfence::evaluate::decide::{Decision, Facts, decide_astran, decide_aws};
use ringfence::solve::script::{Answer, check_script};
use ringfence::symbolic::formula::{Formula, Formulas};
use ringfence::symbolic::law::{Law, lemmas};

/// The inputs; bit i of a combination is the value of input i.
const INPUTS: [&str; 16] = [
    "needs-no-permission",
    "root-recovers",
    "root",
    "role-session",
    "federated-session",
    "identity-denies",
    "identity-allows",
    "boundary-given",
    "boundary-denies",
    "boundary-allows",
    "session-given",
    "session-denies",
    "session-allows",
    "resource-denies",
    "resource-direct",
    "resource-entity",
];

const COMBINATIONS: u32 = 1 << 16;

type Files = Vec<(&'static str, String)>;
type Decide = fn(&Facts) -> Decision;

/// A dialect, its twin in Rust, and the inputs that its loader keeps false.
const DIALECTS: [(&str, Decide, &[&str]); 2] = [
    ("aws", decide_aws, &[]),
    (
        "astran",
        decide_astran,
        // role-session is left free: S15.5 knows roles, and the law holds for their sessions too.
        &[
            "root-recovers",
            "federated-session",
            "session-given",
            "session-denies",
            "session-allows",
            "resource-denies",
            "resource-direct",
            "resource-entity",
        ],
    ),
];

#[test]
fn our_reading_z3s_reading_and_the_rust_twin_agree() {
    for (dialect, decide, refused) in DIALECTS {
        agree_with_twin(&files(dialect), decide, refused).unwrap();
    }
}

#[test]
fn our_reading_of_every_function_is_z3s() {
    for (dialect, ..) in DIALECTS {
        let files = files(dialect);
        for function in read(&files).unwrap().functions() {
            let ours = our_table(&files, function).unwrap();
            z3_reads_as(&files, function, &ours, &[]).unwrap();
        }
    }
}

#[test]
fn every_lemma_holds() {
    for (dialect, ..) in DIALECTS {
        let failures = failing_lemmas(&files(dialect));
        assert!(failures.is_empty(), "{dialect}: {failures:?}");
    }
}

#[test]
fn the_dialects_share_one_interface() {
    let [aws, astran] = ["aws", "astran"].map(|dialect| Law::embedded(dialect).unwrap());
    for function in ["allowed", "explicit-deny"] {
        assert_eq!(aws.inputs(function), astran.inputs(function));
    }
    assert_eq!(aws.inputs("allowed").unwrap(), INPUTS);
}

#[test]
fn every_file_is_embedded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (folder, embedded) in [
        ("encodings/aws/law", Law::embedded_files("aws").unwrap()),
        ("encodings/astran/law", Law::embedded_files("astran").unwrap()),
        ("encodings/lemmas", lemmas()),
    ] {
        let files = fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().file_name());
        let files: BTreeSet<String> = files.map(|name| format!("{folder}/{}", name.into_string().unwrap())).collect();
        assert_eq!(files, embedded.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
}

/// Broken laws: dialect, what is replaced, by what. Each must be found by the comparison and by a lemma.
const BROKEN: [(&str, &str, &str); 14] = [
    ("aws", "(boundary-ok boundary-given boundary-allows)", "true"),
    ("aws", "(=> boundary-given boundary-allows)", "boundary-allows"),
    ("aws", "(session-ok role-session federated-session session-given session-allows)", "true"),
    ("aws", "(=> federated-session session-given)", "true"),
    ("aws", "(and (or role-session federated-session) session-given)", "role-session"),
    ("aws", "(and resource-denies (not root-recovers))", "false"),
    ("aws", "      identity-denies\n", "      false\n"),
    ("aws", "    needs-no-permission\n", "    false\n"),
    ("aws", "        session-allows resource-direct resource-entity", "session-allows resource-direct session-allows"),
    ("aws", "    root))", "    false))"),
    ("aws", "(and\n      (not (explicit-deny", "(or\n      (not (explicit-deny"),
    ("astran", "(boundary-ok boundary-given boundary-allows)", "true"),
    ("astran", "(or identity-denies boundary-denies", "(or identity-denies"),
    ("astran", "    root))", "    (and root identity-allows)))"),
];

#[test]
fn broken_laws_are_found() {
    for (dialect, original, broken) in BROKEN {
        let mut mutant = files(dialect);
        let before = mutant.clone();
        for (_, text) in &mut mutant {
            *text = text.replace(original, broken);
        }
        assert_ne!(before, mutant, "nothing replaced: {original}");
        let (_, decide, refused) = DIALECTS.into_iter().find(|(name, ..)| *name == dialect).unwrap();
        assert!(agree_with_twin(&mutant, decide, refused).is_err(), "comparison missed {original} -> {broken}");
        assert!(z3_agrees_with_twin(&mutant, decide, refused).is_err(), "Z3 missed {original} -> {broken}");
        assert!(!failing_lemmas(&mutant).is_empty(), "lemmas missed {original} -> {broken}");
    }
}

fn files(dialect: &str) -> Files {
    Law::embedded_files(dialect).unwrap().iter().map(|(name, text)| (*name, (*text).to_owned())).collect()
}

fn read(files: &Files) -> Result<Law, String> {
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    Law::read(&files).map_err(|error| error.to_string())
}

fn value(combination: u32, input: &str) -> bool {
    combination >> INPUTS.iter().position(|name| *name == input).unwrap() & 1 == 1
}

fn facts(combination: u32) -> Facts {
    let value = |input| value(combination, input);
    Facts {
        needs_no_permission: value("needs-no-permission"),
        root_recovers: value("root-recovers"),
        root: value("root"),
        role_session: value("role-session"),
        federated_session: value("federated-session"),
        identity_denies: value("identity-denies"),
        identity_allows: value("identity-allows"),
        boundary_given: value("boundary-given"),
        boundary_denies: value("boundary-denies"),
        boundary_allows: value("boundary-allows"),
        session_given: value("session-given"),
        session_denies: value("session-denies"),
        session_allows: value("session-allows"),
        resource_denies: value("resource-denies"),
        resource_direct: value("resource-direct"),
        resource_entity: value("resource-entity"),
    }
}

/// The formula of a function over atoms numbered as INPUTS.
fn formula(law: &Law, function: &str) -> Result<(Formulas, Formula), String> {
    let mut formulas = Formulas::new();
    let atoms: HashMap<&str, Formula> = INPUTS.into_iter().zip((0..).map(|number| formulas.atom(number))).collect();
    let formula = law.apply(&mut formulas, function, |input| atoms.get(input).copied());
    Ok((formulas, formula.map_err(|error| error.to_string())?))
}

/// What our reading of a function says for each combination.
fn our_table(files: &Files, function: &str) -> Result<Vec<bool>, String> {
    let (formulas, formula) = formula(&read(files)?, function)?;
    Ok((0..COMBINATIONS).map(|combination| formulas.evaluate(formula, |atom| combination >> atom & 1 == 1)).collect())
}

/// The law against the twin: our reading by trying every combination, Z3's by proof.
fn agree_with_twin(files: &Files, decide: Decide, refused: &[&str]) -> Result<(), String> {
    let allowed = our_table(files, "allowed")?;
    let denied = our_table(files, "explicit-deny")?;
    for combination in 0..COMBINATIONS {
        if refused.iter().any(|input| value(combination, input)) {
            continue;
        }
        let facts = facts(combination);
        let law = match (allowed[combination as usize], denied[combination as usize]) {
            (true, _) => Decision::Allow,
            (false, true) => Decision::ExplicitDeny,
            (false, false) => Decision::ImplicitDeny,
        };
        if law != decide(&facts) {
            return Err(format!("the law says {}, the twin {}: {facts:?}", law.as_str(), decide(&facts).as_str()));
        }
    }
    z3_agrees_with_twin(files, decide, refused)
}

fn z3_agrees_with_twin(files: &Files, decide: Decide, refused: &[&str]) -> Result<(), String> {
    for (function, decision) in [("allowed", Decision::Allow), ("explicit-deny", Decision::ExplicitDeny)] {
        let table: Vec<bool> = (0..COMBINATIONS).map(|combination| decide(&facts(combination)) == decision).collect();
        z3_reads_as(files, function, &table, refused)?;
    }
    Ok(())
}

/// Z3 proves that its own reading of a function has this table: it covers every combination in which the refused
/// inputs are false, as no model exists in which the function and the table's decision tree differ.
fn z3_reads_as(files: &Files, function: &str, table: &[bool], refused: &[&str]) -> Result<(), String> {
    let law = read(files)?;
    let mut script = script_of(&law);
    let root = write_tree(&mut script, table);
    let call = call(&law, function);
    writeln!(script, "(assert (distinct {root} {call}))").unwrap();
    for input in refused {
        writeln!(script, "(assert (not {input}))").unwrap();
    }
    expect_unsatisfiable(&script, function)
}

/// The law's own text, and the inputs.
fn script_of(law: &Law) -> String {
    INPUTS.iter().fold(law.text().to_owned(), |script, input| script + &format!("(declare-const {input} Bool)\n"))
}

fn call(law: &Law, function: &str) -> String {
    format!("({function} {})", law.inputs(function).unwrap().join(" "))
}

/// Writes a table as a decision tree with equal branches shared, deciding the last input first; gives its name.
fn write_tree(script: &mut String, table: &[bool]) -> String {
    let mut level: Vec<String> = table.iter().map(bool::to_string).collect();
    let mut known: HashMap<(String, String, usize), String> = HashMap::new();
    for (depth, input) in INPUTS.iter().enumerate() {
        let halves = level.chunks_exact(2).map(|pair| {
            let (zero, one) = (pair[0].clone(), pair[1].clone());
            if zero == one {
                return zero;
            }
            let count = known.len();
            let named = known.entry((zero.clone(), one.clone(), depth)).or_insert_with(|| {
                writeln!(script, "(define-fun tree-{count} () Bool (ite {input} {one} {zero}))").unwrap();
                format!("tree-{count}")
            });
            named.clone()
        });
        level = halves.collect();
    }
    assert_eq!(level.len(), 1);
    level.remove(0)
}

fn expect_unsatisfiable(script: &str, about: &str) -> Result<(), String> {
    match check_script(script, "QF_FD") {
        Ok(Answer::Unsatisfiable) => Ok(()),
        Ok(other) => Err(format!("{about}: {other:?}")),
        Err(error) => Err(format!("{about}: {error}")),
    }
}

/// Each lemma of each file in three ways: our reading for every combination, Z3's reading, and our reading as printed
/// for Z3. A lemma that fails in one way only is as bad as any.
fn failing_lemmas(files: &Files) -> Vec<String> {
    let law = read(files).unwrap();
    let mut failures = Vec::new();
    for file in lemmas() {
        let extended = law.extended(&[*file]).unwrap();
        let new: Vec<&str> = extended.functions().skip(law.functions().count()).collect();
        assert!(!new.is_empty(), "{} holds no lemma", file.0);
        for lemma in new {
            let (formulas, formula) = formula(&extended, lemma).unwrap();
            let holds = |combination: u32| formulas.evaluate(formula, |atom| combination >> atom & 1 == 1);
            let ours = (0..COMBINATIONS).all(holds);
            let script = script_of(&extended);
            let negated = format!("{script}(assert (not {}))", call(&extended, lemma));
            let z3 = expect_unsatisfiable(&negated, lemma).is_ok();
            let printed = formulas.to_smt(formula, |atom| INPUTS[atom as usize].to_owned());
            let printed = expect_unsatisfiable(&format!("{script}(assert (not {printed}))"), lemma).is_ok();
            assert_eq!((ours, ours), (z3, printed), "{lemma}: the readings differ");
            if !ours {
                failures.push(lemma.to_owned());
            }
        }
    }
    failures
}
