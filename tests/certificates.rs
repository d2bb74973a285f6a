//! Certificates: the published questions' evidence is checked by another solver, and what was changed is refused.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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

/// Checks all certificates of a folder again; none where no solver is installed.
fn recheck_all(directory: &Path) -> Option<Value> {
    let directory = directory.display().to_string();
    let output = ringfence(&["recheck", &directory, "--format", "json", "--full-timeout", "1"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    if found["solvers"].as_array().unwrap().is_empty() {
        println!("skipped: no solver is there; `python3 -m pip install cvc5` makes one so");
        return None;
    }
    Some(found)
}

/// Checks all certificates of a folder again: all are confirmed, of so many; the scripts by kind and status are printed.
fn all_of_a_folder_are_confirmed(directory: &Path, certificates: usize) {
    let Some(found) = recheck_all(directory) else { return };
    let parts = found["certificates"].as_array().unwrap();
    assert_eq!(parts.len(), certificates);
    let mut kinds: BTreeMap<(String, String), usize> = BTreeMap::new();
    for part in parts {
        let scripts = part["scripts"].as_array().unwrap();
        for script in scripts {
            let [file, status] = ["file", "status"].map(|name| script[name].as_str().unwrap().to_owned());
            let kind = file.split(['-', '.']).next().unwrap().to_owned();
            *kinds.entry((kind, status)).or_default() += 1;
        }
        let not: Vec<&Value> = scripts.iter().filter(|script| script["status"] != "confirmed").collect();
        assert!(part["confirmed"] == true && part["withdrawn"] == false, "{} {not:#?}", part["folder"]);
    }
    println!("{certificates} certificates confirmed; scripts: {kinds:?}");
}

/// A certificate of each example's questions, checked again.
fn all_are_confirmed(examples: &[&str]) {
    let scratch = tempfile::tempdir().unwrap();
    let mut certificates = 0;
    for row in examples.iter().flat_map(|example| rows(example, scratch.path())) {
        let directory = scratch.path().join(&row.name);
        certify(&row, &directory);
        assert_eq!(directory.exists(), row.verdict != "unknown", "{}", row.name);
        certificates += usize::from(row.verdict != "unknown");
    }
    all_of_a_folder_are_confirmed(scratch.path(), certificates);
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
        // The second form may take any solver any time.
        let needed = |name: &str| name.ends_with(".smt2") && !name.starts_with("full");
        for (name, text) in contents(&directory, "").iter().filter(|(name, _)| needed(name)) {
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
        assert_eq!(text.matches("(set-logic ").count(), 1);
        assert_eq!(check_script(text, logic), Ok(Answer::Unsatisfiable), "{name}");
        assert!(!text.lines().any(|line| line == "(assert false)"), "{name}");
    }
}

/// Two documents in a folder: the new one allows less, of fewer resources, and denies what comes from elsewhere.
fn pair(scratch: &Path) -> [String; 2] {
    let old = json!({ "Statement": { "Effect": "Allow", "Action": ["s3:Get*"], "Resource": "arn:aws:s3:::b/*" } });
    let new = json!({ "Statement": [
        { "Sid": "Reads", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/x/*" },
        { "Sid": "Local", "Effect": "Deny", "Action": "s3:*", "Resource": "*",
          "Condition": { "NotIpAddress": { "aws:SourceIp": "10.0.0.0/8" } } },
    ] });
    [("old", old), ("new", new)].map(|(name, document)| {
        let path = scratch.join(format!("{name}.json"));
        fs::write(&path, format!("{document:#}")).unwrap();
        path.display().to_string()
    })
}

/// The certificates of a comparison of which one direction is a difference and the other is not.
fn compared() -> (tempfile::TempDir, PathBuf) {
    let scratch = tempfile::tempdir().unwrap();
    let [old, new] = pair(scratch.path());
    let directory = scratch.path().join("certificate");
    let output = ringfence(&["compare", &old, &new, "--certificate", &directory.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    (scratch, directory)
}

#[test]
fn both_directions_of_a_comparison_are_confirmed() {
    let (_scratch, directory) = compared();
    let files = contents(&directory, "");
    for file in ["gained/slice.smt2", "gained/skeleton.smt2", "lost/witness.smt2", "lost/request.json"] {
        assert!(files.contains_key(file), "{:?}", files.keys());
    }
    assert!(files["gained/slice.smt2"].contains("; Deny at 02-new.json:9 \"Local\""), "{}", files["gained/slice.smt2"]);
    all_of_a_folder_are_confirmed(&directory, 2);
    // A part by itself is a certificate too.
    all_of_a_folder_are_confirmed(&directory.join("gained"), 1);
}

#[test]
fn a_changed_part_of_a_comparison_is_refused() {
    for (file, old, new, named) in [
        ("gained/slice.smt2", "(assert (not (and goal", "(assert (and (and goal", "gained/slice.smt2"),
        ("lost/witness.smt2", "(define-fun granted", "(define-fun grante", "lost/witness.smt2"),
        ("gained/inputs/02-new.json", "s3:GetObject", "s3:PutObject", "gained/manifest.json"),
        ("lost/inputs/question.json", "\"lost\"", "\"gained\"", "lost/manifest.json"),
    ] {
        let (_scratch, directory) = compared();
        let path = directory.join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(old), "{text}");
        fs::write(&path, text.replacen(old, new, 1)).unwrap();
        let (part, inner) = file.split_once('/').unwrap();
        with_digest(&directory.join(part), inner);
        let output = recheck(&directory, None);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).starts_with(&format!("error: {named}: ")), "{}", said(&output));
    }
}

/// Lines of a batch as a file.
fn batch(scratch: &Path, lines: &[Value]) -> String {
    let path = scratch.join("batch.jsonl");
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    fs::write(&path, lines.join("\n")).unwrap();
    path.display().to_string()
}

/// Lemmas of every kind: what is known of a caller, several values of a list, texts of a type, relations, unlisted actions.
#[test]
fn each_line_of_a_batch_has_its_certificate() {
    let scratch = tempfile::tempdir().unwrap();
    let user = |tag: &str| json!({ "arn": "arn:aws:iam::111122223333:user/a", "type": "user", "tags": { "t": tag } });
    let any = || json!("any");
    let asked = [
        (user("10"), json!({ "NumericLessThan": { "aws:PrincipalTag/t": "5" } })),
        (user("10"), json!({ "NumericNotEquals": { "aws:PrincipalTag/t": "1e1" } })),
        (user("2026-01-01"), json!({ "DateGreaterThan": { "aws:PrincipalTag/t": "2027-01-01" } })),
        (user("10.0.0.1"), json!({ "IpAddress": { "aws:PrincipalTag/t": "192.168.0.0/16" } })),
        (user("true"), json!({ "Bool": { "aws:PrincipalTag/t": "false" } })),
        (any(), json!({ "StringEquals": { "s3:max-keys": ["all", "none"] } })),
        (any(), json!({ "Bool": { "aws:PrincipalIsAWSService": "true" } })),
        (
            any(),
            json!({
                "ForAnyValue:StringEquals": { "aws:CalledVia": "athena.amazonaws.com" },
                "ForAllValues:StringEquals": { "aws:CalledVia": "glue.amazonaws.com" },
            }),
        ),
        (
            any(),
            json!({
                "StringEquals": { "aws:CalledViaFirst": "athena.amazonaws.com" },
                "ForAllValues:StringEquals": { "aws:CalledVia": "glue.amazonaws.com" },
                "ForAnyValue:StringLike": { "aws:CalledVia": "g*" },
            }),
        ),
        (
            any(),
            json!({
                "DateGreaterThan": { "aws:CurrentTime": "2030-01-01" },
                "DateLessThan": { "aws:EpochTime": "2029-01-01" },
            }),
        ),
        (
            any(),
            json!({
                "ArnLike": { "aws:SourceArn": "arn:aws:s3:::b" },
                "ArnNotLike": { "aws:SourceArn": "arn:aws:s3:*:*:b" },
            }),
        ),
    ];
    let line = |(number, (principal, condition)): (usize, &(Value, Value))| {
        let statement = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": condition });
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
        let id = format!("../{number}|");
        json!({ "id": id, "principal": principal, "identityPolicies": policy, "goal": "s3:ListBucket" })
    };
    let lines: Vec<Value> = asked.iter().enumerate().map(line).collect();
    let file = batch(scratch.path(), &lines);
    let directory = scratch.path().join("certificates");
    let folder = directory.display().to_string();
    let output = ringfence(&["reach", "--batch", &file, "--certificate", &folder]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(directory.join("000001-.._0_").join("manifest.json").exists());
    assert!(!said(&output).contains("error"), "{}", said(&output));
    for (name, text) in contents(&directory, "").iter().filter(|(name, _)| name.ends_with("manifest.json")) {
        let manifest: Value = serde_json::from_str(text).unwrap();
        let missing = |script: &&Value| script["unexported"].is_string() && script["optional"] != true;
        assert_eq!(manifest["scripts"].as_array().unwrap().iter().find(missing), None, "{name}");
    }
    all_of_a_folder_are_confirmed(&directory, lines.len());
    // A line whose folder is in use says so, and the others go on.
    let output = ringfence(&["reach", "--batch", &file, "--certificate", &folder]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(said(&output).matches("\"code\":\"certificate\"").count(), lines.len(), "{}", said(&output));
}

#[test]
fn what_has_no_certificate_says_what_to_do() {
    let scratch = tempfile::tempdir().unwrap();
    let directory = scratch.path().join("certificate").display().to_string();
    let account = ["--account", "examples/account/shop.json", "--principal", "any"];
    for (options, help) in [(&["--each"][..], "--batch"), (&account[..], "--scenario")] {
        let output = ringfence(&[&["reach", "s3:GetObject", "--certificate", &directory][..], options].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("--certificate takes no ") && said(&output).contains(help), "{}", said(&output));
    }
}

/// The folder with the lines of the generator of workloads, made where it and its data are beside the checkout.
fn workloads(scratch: &Path) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("RINGFENCE_WORKLOADS") {
        return Some(folder.into());
    }
    let shared = Path::new(ROOT).join("../shared");
    let generator = shared.join("bench/make_workloads.py");
    if !generator.exists() {
        println!("skipped: there is no ../shared/bench, and RINGFENCE_WORKLOADS names no folder");
        return None;
    }
    let mut command = Command::new("python3");
    command.arg(generator).arg("--managed").arg(shared.join("corpus/managed")).arg("--out").arg(scratch);
    let made = command.output().unwrap();
    assert!(made.status.success(), "{}", said(&made));
    Some(scratch.to_owned())
}

/// Every so many lines of a workload as a batch, and how many.
fn sample(folder: &Path, scratch: &Path, file: &str, count: usize) -> (String, usize) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let step = (lines.len() / count).max(1);
    let chosen: Vec<&str> = lines.into_iter().step_by(step).take(count).collect();
    let path = scratch.join(format!("sample-{file}"));
    fs::write(&path, chosen.join("\n")).unwrap();
    (path.display().to_string(), chosen.len())
}

/// Certificates of workloads: so many questions, and as many comparisons.
fn workloads_are_confirmed(questions: usize, comparisons: usize) {
    let scratch = tempfile::tempdir().unwrap();
    let Some(folder) = workloads(scratch.path()) else { return };
    for (command, file, count) in [("reach", "w2.reach.jsonl", questions), ("compare", "w3.compare.jsonl", comparisons)]
    {
        let (batch, asked) = sample(&folder, scratch.path(), file, count);
        let directory = scratch.path().join(command);
        let folder = directory.display().to_string();
        let output = ringfence(&[command, "--batch", &batch, "--certificate", &folder, "--timeout", "60"]);
        let lines = String::from_utf8(output.stdout).unwrap();
        let answers: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers.len(), asked);
        let unknown = |answer: &&Value| answer["verdict"] == "unknown" || answer["unknown"].is_object();
        let known = asked - answers.iter().filter(unknown).count();
        let each = if command == "reach" { 1 } else { 2 };
        let found = contents(&directory, "").keys().filter(|name| name.ends_with("manifest.json")).count();
        // Of a comparison that is unknown one direction may be known.
        assert!(found >= known * each, "{found} {known}");
        println!("{file}: {asked} lines, {found} certificates");
        all_of_a_folder_are_confirmed(&directory, found);
    }
}

#[test]
fn cvc5_confirms_a_few_of_the_workloads() {
    workloads_are_confirmed(20, 20);
}

/// `cargo test --test certificates -- --ignored --nocapture` prints how many scripts of which kind.
#[test]
#[ignore = "takes a minute"]
fn cvc5_confirms_two_hundred_questions_and_a_hundred_comparisons() {
    workloads_are_confirmed(200, 100);
}
