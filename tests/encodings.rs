//! The law files, read in three ways that share no code: by our reader, by Z3's own parser, and as the concrete
//! evaluator's hand-written Rust. All inputs are Booleans, so that every statement here is about every combination.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use ringfence::evaluate::decide::{Decision, Facts, decide_astran, decide_aws};
use ringfence::solve::script::{Answer, check_script};
use ringfence::symbolic::formula::{Formula, Formulas};
use ringfence::symbolic::law::{Law, comparison, lemmas};

/// A fact by the name of its input.
type Input = (&'static str, fn(&mut Facts) -> &mut bool);

macro_rules! inputs {
    ($($name:literal $field:ident),* $(,)?) => { [$(($name, |facts| &mut facts.$field)),*] };
}

/// The inputs, in the order of the law.
const INPUTS: [Input; 29] = inputs![
    "needs-no-permission" needs_no_permission,
    "root-recovers" root_recovers,
    "cross-account" cross_account,
    "own-account-only" own_account_only,
    "key-policy" key_policy,
    "role-trust" role_trust,
    "user-boundary-enforced" user_boundary_enforced,
    "user" user,
    "root" root,
    "role-session" role_session,
    "federated-session" federated_session,
    "identity-denies" identity_denies,
    "identity-allows" identity_allows,
    "boundary-given" boundary_given,
    "boundary-denies" boundary_denies,
    "boundary-allows" boundary_allows,
    "session-given" session_given,
    "session-denies" session_denies,
    "session-allows" session_allows,
    "scp-denies" scp_denies,
    "scp-allows" scp_allows,
    "rcp-denies" rcp_denies,
    "rcp-allows" rcp_allows,
    "endpoint-denies" endpoint_denies,
    "endpoint-allows" endpoint_allows,
    "resource-denies" resource_denies,
    "resource-direct" resource_direct,
    "resource-entity" resource_entity,
    "resource-account" resource_account,
];

/// The inputs that say what a caller is: at most one of them is true.
const KINDS: [&str; 4] = ["user", "root", "role-session", "federated-session"];

/// Bit j of word i is bit i of j: the first six inputs of 64 combinations.
const WORDS: [u64; 6] = [
    0xaaaa_aaaa_aaaa_aaaa,
    0xcccc_cccc_cccc_cccc,
    0xf0f0_f0f0_f0f0_f0f0,
    0xff00_ff00_ff00_ff00,
    0xffff_0000_ffff_0000,
    0xffff_ffff_0000_0000,
];

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
            "cross-account",
            "own-account-only",
            "key-policy",
            "role-trust",
            "user-boundary-enforced",
            "federated-session",
            "session-given",
            "session-denies",
            "session-allows",
            "scp-denies",
            "rcp-denies",
            "endpoint-denies",
            "resource-denies",
            "resource-direct",
            "resource-entity",
            "resource-account",
        ],
    ),
];

/// The gates of a dialect that has none: they are open.
const OPEN: [&str; 3] = ["scp-allows", "rcp-allows", "endpoint-allows"];

#[test]
fn our_reading_z3s_reading_and_the_rust_twin_agree() {
    for (dialect, decide, refused) in DIALECTS {
        agree_with_twin(&files(dialect), decide, refused).unwrap();
    }
}

/// For every combination at once: Z3 proves that no input tells its reading of the text from ours as we print it.
#[test]
fn our_reading_of_every_function_is_z3s() {
    for (dialect, ..) in DIALECTS {
        let files = files(dialect);
        for function in read(&files).unwrap().functions() {
            z3_reads_as_we_do(&files, function).unwrap();
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
    let inputs: Vec<&str> = INPUTS.iter().map(|(name, _)| *name).collect();
    assert_eq!(aws.inputs("allowed").unwrap(), inputs);
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
const BROKEN: &[(&str, &str, &str)] = &[
    ("aws", "(boundary-ok boundary-given boundary-allows)\n", "true\n"),
    ("aws", "(=> boundary-given boundary-allows)", "boundary-allows"),
    ("aws", "(session-ok role-session federated-session session-given session-allows)", "true"),
    ("aws", "(=> federated-session session-given)", "true"),
    ("aws", "(and (or role-session federated-session) session-given)", "role-session"),
    ("aws", "(and resource-denies (not (and root-recovers (not cross-account))))", "false"),
    ("aws", "(and root-recovers (not cross-account))", "root-recovers"),
    ("aws", "      identity-denies\n", "      false\n"),
    ("aws", "      scp-denies\n", "      false\n"),
    ("aws", "      rcp-denies\n", "      false\n"),
    ("aws", "      endpoint-denies\n", "      false\n"),
    ("aws", "(and scp-allows rcp-allows endpoint-allows)", "(and rcp-allows endpoint-allows)"),
    ("aws", "(and scp-allows rcp-allows endpoint-allows)", "(and scp-allows endpoint-allows)"),
    ("aws", "(and scp-allows rcp-allows endpoint-allows)", "(and scp-allows rcp-allows)"),
    ("aws", "    needs-no-permission\n", "    false\n"),
    ("aws", "(or resource-entity identity-allows)", "(or session-allows identity-allows)"),
    ("aws", "    root))", "    false))"),
    ("aws", "(and user user-boundary-enforced)", "false"),
    ("aws", "        user\n", "        false\n"),
    ("aws", "(or resource-entity (and identity-allows resource-account))", "(or resource-entity identity-allows)"),
    ("aws", "    (not root)\n", "    true\n"),
    ("aws", "(ite root\n", "(ite false\n"),
    ("aws", "    (not role-trust)\n", "    true\n"),
    ("aws", "(or resource-direct resource-entity resource-account)", "true"),
    ("aws", "    (not own-account-only)\n", "    true\n"),
    ("aws", "(ite cross-account\n", "(ite false\n"),
    ("aws", "(ite role-trust\n", "(ite false\n"),
    ("aws", "(ite key-policy\n", "(ite false\n"),
    ("aws", "(and\n      (not\n        (explicit-deny", "(or\n      (not\n        (explicit-deny"),
    ("astran", "(limits-ok", "(or true (limits-ok"),
    ("astran", "      boundary-denies\n", "      false\n"),
    ("astran", "      root\n", "      (and root identity-allows)\n"),
];

#[test]
fn broken_laws_are_found() {
    for (dialect, original, broken) in BROKEN {
        let mut mutant = files(dialect);
        let before = mutant.clone();
        for (_, text) in &mut mutant {
            *text = text.replace(original, broken);
            let open = text.matches('(').count() - text.matches(')').count();
            assert!(open <= 1, "{original}");
            // A replacement may open one more list; it ends with the definition.
            if open == 1 {
                text.truncate(text.trim_end().len());
                text.push_str(")\n");
            }
        }
        assert_ne!(before, mutant, "nothing replaced: {original}");
        let (_, decide, refused) = DIALECTS.into_iter().find(|(name, ..)| name == dialect).unwrap();
        assert!(agree_with_twin(&mutant, decide, refused).is_err(), "comparison missed {original} -> {broken}");
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

/// The formula of a function over atoms numbered as INPUTS.
fn formula(law: &Law, function: &str) -> Result<(Formulas, Formula), String> {
    let mut formulas = Formulas::new();
    let names = INPUTS.iter().map(|(name, _)| *name);
    let atoms: HashMap<&str, Formula> = names.zip((0..).map(|number| formulas.atom(number))).collect();
    let formula = law.apply(&mut formulas, function, |input| atoms.get(input).copied());
    Ok((formulas, formula.map_err(|error| error.to_string())?))
}

/// The law in our reading against the twin: every combination of one kind of caller and all other inputs.
fn agree_with_twin(files: &Files, decide: Decide, refused: &[&str]) -> Result<(), String> {
    let law = read(files)?;
    let allowed = formula(&law, "allowed")?;
    let denied = formula(&law, "explicit-deny")?;
    let fixed =
        |name: &str| KINDS.contains(&name) || refused.contains(&name) || (refused.len() > 1 && OPEN.contains(&name));
    let free: Vec<usize> = (0..INPUTS.len()).filter(|input| !fixed(INPUTS[*input].0)).collect();
    let set = |facts: &mut Facts, input: usize, value: bool| *(INPUTS[input].1)(facts) = value;
    let kinds = KINDS.into_iter().filter(|kind| !refused.contains(kind)).map(Some).chain([None]);
    for kind in kinds {
        let mut base = Facts::default();
        let mut words = [0_u64; INPUTS.len()];
        for (input, (name, _)) in INPUTS.iter().enumerate() {
            let value = kind == Some(*name) || (refused.len() > 1 && OPEN.contains(name));
            set(&mut base, input, value);
            words[input] = if value { u64::MAX } else { 0 };
        }
        let (low, high) = free.split_at(WORDS.len());
        low.iter().zip(WORDS).for_each(|(input, word)| words[*input] = word);
        for combination in 0..1_u64 << high.len() {
            for (bit, input) in high.iter().enumerate() {
                let value = combination >> bit & 1 == 1;
                set(&mut base, *input, value);
                words[*input] = if value { u64::MAX } else { 0 };
            }
            let evaluate = |(formulas, formula): &(Formulas, Formula)| {
                formulas.evaluate_words(*formula, |atom| words[atom as usize])
            };
            let (allowed, denied) = (evaluate(&allowed), evaluate(&denied));
            for bit in 0..64 {
                for (place, input) in low.iter().enumerate() {
                    set(&mut base, *input, bit >> place & 1 == 1);
                }
                let law = match (allowed >> bit & 1, denied >> bit & 1) {
                    (1, _) => Decision::Allow,
                    (_, 1) => Decision::ExplicitDeny,
                    _ => Decision::ImplicitDeny,
                };
                if law != decide(&base) {
                    return Err(format!(
                        "the law says {}, the twin {}: {base:?}",
                        law.as_str(),
                        decide(&base).as_str()
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Z3 proves that its reading of a function and ours, as printed for it, are equal for every combination.
fn z3_reads_as_we_do(files: &Files, function: &str) -> Result<(), String> {
    let law = read(files)?;
    let (formulas, formula) = formula(&law, function)?;
    let printed = formulas.to_smt(formula, |atom| INPUTS[atom as usize].0.to_owned());
    let script = format!("{}(assert (distinct {} {printed}))", script_of(&law), call(&law, function));
    expect_unsatisfiable(&script, function)
}

/// The law's own text, and the inputs.
fn script_of(law: &Law) -> String {
    INPUTS.iter().fold(law.text().to_owned(), |script, (input, _)| script + &format!("(declare-const {input} Bool)\n"))
}

fn call(law: &Law, function: &str) -> String {
    format!("({function} {})", law.inputs(function).unwrap().join(" "))
}

fn expect_unsatisfiable(script: &str, about: &str) -> Result<(), String> {
    match check_script(script, "QF_FD") {
        Ok(Answer::Unsatisfiable) => Ok(()),
        Ok(other) => Err(format!("{about}: {other:?}")),
        Err(error) => Err(format!("{about}: {error}")),
    }
}

/// Each lemma of each file in three ways: Z3's reading and our reading as printed for Z3, both for every combination, and
/// our reading for a sample of them. A lemma that fails in one way only is as bad as any.
fn failing_lemmas(files: &Files) -> Vec<String> {
    let law = read(files).unwrap();
    let mut failures = Vec::new();
    for file in lemmas() {
        let extended = law.extended(&[*file]).unwrap();
        let new: Vec<&str> = extended.functions().skip(law.functions().count()).collect();
        assert!(!new.is_empty(), "{} holds no lemma", file.0);
        for lemma in new {
            let (formulas, formula) = formula(&extended, lemma).unwrap();
            let script = script_of(&extended);
            let negated = format!("{script}(assert (not {}))", call(&extended, lemma));
            let z3 = expect_unsatisfiable(&negated, lemma).is_ok();
            let printed = formulas.to_smt(formula, |atom| INPUTS[atom as usize].0.to_owned());
            let printed = expect_unsatisfiable(&format!("{script}(assert (not {printed}))"), lemma).is_ok();
            assert_eq!(z3, printed, "{lemma}: the readings differ");
            assert!(!z3 || sampled(&formulas, formula), "{lemma}: our reading differs");
            if !z3 {
                failures.push(lemma.to_owned());
            }
        }
    }
    failures
}

/// Whether a formula holds for a sample of combinations, the same every time.
fn sampled(formulas: &Formulas, formula: Formula) -> bool {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..2_000).all(|_| {
        let words: Vec<u64> = INPUTS.iter().map(|_| next()).collect();
        formulas.evaluate_words(formula, |atom| words[atom as usize]) == u64::MAX
    })
}

/// What a comparison asks, read by ringfence and by Z3, is what its words say.
#[test]
fn a_comparison_asks_what_it_says() {
    let law = Law::read(&[comparison()]).unwrap();
    let names = ["granting-allows", "granting-denies", "other-allows", "other-denies", "own-account-only"];
    assert_eq!(law.inputs("gained").unwrap(), names);
    for case in 0..1_u32 << names.len() {
        let value = |name: &str| case >> names.iter().position(|own| *own == name).unwrap() & 1 == 1;
        let other = value("other-allows") && !value("other-denies");
        let wanted = value("granting-allows") && !value("granting-denies") && !other && !value("own-account-only");
        let mut formulas = Formulas::new();
        let input = |name: &str| Some(if value(name) { Formula::TRUE } else { Formula::FALSE });
        let gained = law.apply(&mut formulas, "gained", input).unwrap();
        assert_eq!(gained == Formula::TRUE, wanted, "{case:b}");
        let inputs: Vec<String> = names.iter().map(|name| value(name).to_string()).collect();
        let script = format!("{}(assert (not (= {wanted} (gained {}))))", law.text(), inputs.join(" "));
        assert_eq!(check_script(&script, "QF_UF"), Ok(Answer::Unsatisfiable), "{case:b}");
    }
}
