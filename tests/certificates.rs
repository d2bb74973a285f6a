//! Certificates: the published questions' evidence is checked by another solver, and what was changed is refused.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ringfence::solve::script::{Answer, check_script};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A question of the examples.
struct Row {
    name: String,
    verdict: String,
    scenario: PathBuf,
    goal: Vec<String>,
}

/// Names of files made absolute: the scenario is written elsewhere.
fn absolute(value: &mut Value, folder: &Path) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(file) if name == "file" => *file = folder.join(&*file).display().to_string(),
                    other => absolute(other, folder),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| absolute(item, folder)),
        _ => {}
    }
}

/// The rows of `examples/<example>/goals.jsonl`, their scenarios written to a folder.
fn rows(example: &str, scratch: &Path) -> Vec<Row> {
    let folder = Path::new(ROOT).join("examples").join(example);
    let text = fs::read_to_string(folder.join("goals.jsonl")).unwrap();
    let row = |(number, line): (usize, &str)| {
        let mut row: serde_json::Map<String, Value> = serde_json::from_str(line).unwrap();
        row.shift_remove("id");
        let verdict = row.shift_remove("expect").unwrap().as_str().unwrap().to_owned();
        let mut goal = row.shift_remove("goal").unwrap();
        if !goal.is_object() {
            goal = json!({ "action": goal });
        }
        let mut scenario = Value::Object(row);
        absolute(&mut scenario, &folder);
        let path = scratch.join(format!("{example}-{number}.json"));
        fs::write(&path, scenario.to_string()).unwrap();
        Row { name: format!("{example}-{number}"), verdict, scenario: path, goal: flags(&goal) }
    };
    text.lines().enumerate().map(row).collect()
}

/// A goal as arguments.
fn flags(goal: &Value) -> Vec<String> {
    let list = |name: &str| match goal.get(name) {
        Some(Value::Array(items)) => items.iter().map(|item| item.as_str().unwrap().to_owned()).collect(),
        Some(Value::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    };
    let mut flags: Vec<String> = list("action");
    for name in ["except", "resource"] {
        flags.extend(list(name).into_iter().flat_map(|text| [format!("--{name}"), text]));
    }
    flags.extend(goal.get("when").into_iter().flat_map(|when| ["--when".to_owned(), when.to_string()]));
    flags
}

fn ringfence(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ringfence")).args(arguments).current_dir(ROOT).output().unwrap()
}

fn certify(row: &Row, directory: &Path) -> Output {
    let goal = row.goal.iter().map(String::as_str);
    let scenario = row.scenario.display().to_string();
    let directory = directory.display().to_string();
    let options = ["--scenario", &scenario, "--certificate", &directory, "--no-timing", "--timeout", "60"];
    let arguments: Vec<&str> = ["reach"].into_iter().chain(goal).chain(options).collect();
    ringfence(&arguments)
}

fn recheck(directory: &Path, solver: Option<&str>) -> Output {
    let directory = directory.display().to_string();
    let mut arguments = vec!["recheck", &directory];
    arguments.extend(solver.into_iter().flat_map(|solver| ["--solver", solver]));
    ringfence(&arguments)
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The files of a folder and of the folders in it, by name.
fn contents(directory: &Path, prefix: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            files.extend(contents(&path, &format!("{name}/")));
        } else {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    files
}

/// cvc5 as a program or as a Python package.
fn cvc5() -> Option<&'static str> {
    let runs = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if runs("cvc5", &["--version"]) {
        return Some("cvc5 --strings-exp");
    }
    runs("python3", &["-c", "import cvc5"]).then_some("python3 encodings/check-with-cvc5.py")
}

/// A certificate of each example's questions, checked again.
fn all_are_confirmed(examples: &[&str]) {
    let Some(solver) = cvc5() else {
        println!("skipped: cvc5 is not there; `python3 -m pip install cvc5` makes it so");
        return;
    };
    let scratch = tempfile::tempdir().unwrap();
    for row in examples.iter().flat_map(|example| rows(example, scratch.path())) {
        let directory = scratch.path().join(&row.name);
        certify(&row, &directory);
        if row.verdict == "unknown" {
            assert!(!directory.exists(), "{}", row.name);
            continue;
        }
        let output = recheck(&directory, Some(solver));
        assert_eq!(output.status.code(), Some(0), "{}\n{}", row.name, said(&output));
        assert!(said(&output).contains(&format!("verdict    {}: confirmed", row.verdict)), "{}", said(&output));
    }
}

#[test]
fn cvc5_confirms_one_account() {
    all_are_confirmed(&["boundaries-page", "caveat"]);
}

#[test]
fn cvc5_confirms_several_accounts() {
    all_are_confirmed(&["levels"]);
}

#[test]
fn cvc5_confirms_guardrails() {
    all_are_confirmed(&["data-perimeter"]);
}

/// Without any other solver, Z3 reads every script as it must.
#[test]
fn z3_answers_every_script_as_expected() {
    let scratch = tempfile::tempdir().unwrap();
    let mut scripts = 0;
    for row in rows("caveat", scratch.path()) {
        let directory = scratch.path().join(&row.name);
        certify(&row, &directory);
        if row.verdict == "unknown" {
            continue;
        }
        for (name, text) in contents(&directory, "").iter().filter(|(name, _)| name.ends_with(".smt2")) {
            let expected = match text.lines().find(|line| line.starts_with("; expected: ")) {
                Some("; expected: sat") => Answer::Satisfiable,
                _ => Answer::Unsatisfiable,
            };
            let logic = text.lines().find_map(|line| line.strip_prefix("(set-logic ")?.strip_suffix(')')).unwrap();
            assert_eq!(check_script(text, logic), Ok(expected), "{} {name}", row.name);
            assert_eq!(text.matches("(check-sat)").count(), 1);
            scripts += 1;
        }
    }
    assert!(scripts > 30);
}

/// A certificate of an unreachable question with a lemma, in its own folder.
fn unreachable() -> (tempfile::TempDir, PathBuf, Row) {
    let scratch = tempfile::tempdir().unwrap();
    let row = rows("caveat", scratch.path()).into_iter().find(|row| row.verdict == "unreachable").unwrap();
    let directory = scratch.path().join("certificate");
    assert_eq!(certify(&row, &directory).status.code(), Some(0));
    (scratch, directory, row)
}

/// Sets the digest of a file in the manifest right again, as somebody would who changes files on purpose.
fn with_digest(directory: &Path, file: &str) {
    let path = directory.join("manifest.json");
    let mut manifest: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let digest = Sha256::digest(fs::read(directory.join(file)).unwrap());
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    for list in ["inputs", "scripts"] {
        for entry in manifest[list].as_array_mut().unwrap() {
            if entry["file"] == file {
                entry["sha256"] = json!(digest);
            }
        }
    }
    fs::write(path, manifest.to_string()).unwrap();
}

/// Changes a text in a file; the certificate is then refused, and the answer names a file.
fn is_refused(file: &str, old: &str, new: &str, digest: bool, named: &str) {
    let (_scratch, directory, _) = unreachable();
    let path = directory.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{text}");
    fs::write(&path, text.replacen(old, new, 1)).unwrap();
    if digest {
        with_digest(&directory, file);
    }
    let output = recheck(&directory, None);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).starts_with(&format!("error: {named}: ")), "{}", said(&output));
}

#[test]
fn a_changed_lemma_is_refused() {
    for digest in [false, true] {
        is_refused("lemma-001.smt2", "(assert ", "(assert (and false ", digest, "lemma-001.smt2");
    }
}

#[test]
fn a_changed_law_is_refused() {
    for digest in [false, true] {
        is_refused("skeleton.smt2", "(define-fun boundary-ok", "(define-fun boundary-Ok", digest, "skeleton.smt2");
    }
    is_refused(
        "manifest.json",
        "encodings/aws/law/layers.smt2\",\n      \"sha256\": \"",
        "encodings/aws/law/layers.smt2\",\n      \"sha256\": \"0",
        false,
        "encodings/aws/law/layers.smt2",
    );
}

#[test]
fn a_changed_document_is_refused() {
    let document = "inputs/01-boundary-silent-on-s3.json";
    is_refused(document, "sqs:*", "sns:*", false, document);
    // The verdict stays, but no longer for this reason.
    is_refused(document, "sqs:*", "sns:*", true, "lemma-001.smt2");
    is_refused(document, "sqs:*", "s3:*", true, "manifest.json");
}

#[test]
fn a_missing_or_unknown_file_is_refused() {
    let (_scratch, directory, _) = unreachable();
    fs::write(directory.join("lemma-999.smt2"), "(check-sat)").unwrap();
    let output = recheck(&directory, None);
    assert!(said(&output).starts_with("error: lemma-999.smt2: "), "{}", said(&output));
    fs::remove_file(directory.join("lemma-999.smt2")).unwrap();
    fs::remove_file(directory.join("lemma-001.smt2")).unwrap();
    let output = recheck(&directory, None);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("lemma-001.smt2"), "{}", said(&output));
}

/// A program that gives one answer to everything.
fn solver(scratch: &Path, answer: &str) -> String {
    let path = scratch.join("solver.sh");
    fs::write(&path, format!("echo '{answer}'\n")).unwrap();
    format!("sh {}", path.display())
}

#[test]
fn what_solvers_say_decides() {
    let (scratch, directory, _) = unreachable();
    let with = |answer: &str| {
        let output = recheck(&directory, Some(&solver(scratch.path(), answer)));
        (output.status.code(), said(&output))
    };
    let (code, text) = with("unsat");
    assert!(code == Some(0) && text.contains("unreachable: confirmed"), "{text}");
    let (code, text) = with("sat");
    assert!(code == Some(2) && text.contains("WITHDRAWN") && text.starts_with("refuted "), "{text}");
    for answer in ["unknown", "(error \"x\")\nunsat", ""] {
        let (code, text) = with(answer);
        assert!(code == Some(3) && text.contains("unfinished, 0 of"), "{text}");
    }
    let output = recheck(&directory, Some("no-such-program"));
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn without_a_solver_nothing_is_confirmed() {
    let (_scratch, directory, _) = unreachable();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    let output = command.arg("recheck").arg(&directory).env("PATH", "").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(said(&output).contains("no solver found"), "{}", said(&output));
}

#[test]
fn the_same_question_has_the_same_certificate() {
    let (scratch, directory, row) = unreachable();
    let other = scratch.path().join("other");
    certify(&row, &other);
    assert_eq!(contents(&directory, ""), contents(&other, ""));
    let output = certify(&row, &other);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("new or empty"), "{}", said(&output));
}

/// Comments hold texts of policies: none of them ends the comment.
#[test]
fn texts_of_policies_stay_in_comments() {
    let scratch = tempfile::tempdir().unwrap();
    let policy = json!({ "Statement": {
        "Sid": "a",
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": "*",
        "Condition": { "StringEquals": { "s3:prefix": "x\n(assert false)\n\"; é" } },
    } });
    let path = scratch.path().join("scenario.json");
    fs::write(&path, json!({ "principal": "any", "identityPolicies": policy }).to_string()).unwrap();
    let goal = flags(&json!({ "action": "s3:ListBucket", "when": { "StringEquals": { "s3:prefix": "y" } } }));
    let row = Row { name: String::new(), verdict: "unreachable".to_owned(), scenario: path, goal };
    let directory = scratch.path().join("certificate");
    certify(&row, &directory);
    for (name, text) in contents(&directory, "").iter().filter(|(name, _)| name.ends_with(".smt2")) {
        let logic = text.lines().find_map(|line| line.strip_prefix("(set-logic ")?.strip_suffix(')')).unwrap();
        assert_eq!(check_script(text, logic), Ok(Answer::Unsatisfiable), "{name}");
        assert!(!text.lines().any(|line| line == "(assert false)"), "{name}");
    }
}
