//! First suites: what is written for a document holds at once, and what cannot be written is told.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "figures and what is skipped are told")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use insta_cmd::get_cargo_bin;
use ringfence::input;
use ringfence::lint::lint;
use ringfence::policy::{self, DocumentKind};
use ringfence::source::Source;
use ringfence::suite::draft::{Given, draft};
use ringfence::suite::{self, Standing, ask};
use ringfence::vocabulary::dialect::Dialect;

/// Runs `ringfence init` in the package's directory.
fn init(arguments: &[&str]) -> Output {
    let mut command = Command::new(get_cargo_bin("ringfence"));
    command.current_dir(root()).arg("init").args(arguments).output().unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a person sees: exit code, report, errors.
fn seen(arguments: &[&str]) -> String {
    let output = init(arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    format!("exit {code}\n--- stdout\n{}--- stderr\n{}", text(&output.stdout), text(&output.stderr))
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn a_suite_says_what_it_is() {
    let (policy, boundary) = ("examples/pipeline/draft.json", "examples/caveat/boundary-silent-on-s3.json");
    settings().bind(|| {
        insta::assert_snapshot!("init-help", seen(&["--help"]));
        insta::assert_snapshot!("init", seen(&[policy, "--boundary", boundary]));
        let list = "examples/data-perimeter/scp-network-perimeter-lambda.json";
        insta::assert_snapshot!("init-list", seen(&[list, "--as", "scp"]));
        insta::assert_snapshot!("init-bucket", seen(&["examples/levels/bucket-someuser.json"]));
    });
}

#[test]
fn what_cannot_be_written_is_told() {
    let boundary = ["examples/caveat/boundary-allow-s3.json", "--as", "boundary"];
    settings().bind(|| {
        insta::assert_snapshot!("init-no-file", seen(&["examples/nowhere.json"]));
        insta::assert_snapshot!("init-no-policy", seen(&["examples/steve/boundary-alone.scenario.json"]));
        insta::assert_snapshot!("init-stdin", seen(&["-"]));
        let existing = ["--output", "examples/steve/steve.ringfence.toml"];
        insta::assert_snapshot!("init-existing", seen(&[&boundary[..], &existing].concat()));
    });
}

/// Files are named from where the suite is, wherever that is.
#[test]
fn a_suite_elsewhere_finds_its_documents() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boundary.ringfence.toml");
    let written =
        init(&["examples/caveat/boundary-allow-s3.json", "--as", "boundary", "--output", path.to_str().unwrap()]);
    assert_eq!(written.status.code(), Some(0), "{}", String::from_utf8_lossy(&written.stderr));
    let check = Command::new(get_cargo_bin("ringfence")).arg("check").arg(&path).output().unwrap();
    assert_eq!(check.status.code(), Some(0), "{}", String::from_utf8_lossy(&check.stdout));
}

/// Every policy document of the examples, and every tenth guardrail where they are.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("examples")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension().is_some_and(|extension| extension == "json") {
                true => found.push(path),
                false if path.is_dir() => folders.push(path),
                false => {}
            }
        }
    }
    match fs::read_dir(root().join("../shared/corpus/guardrails")) {
        Ok(guardrails) => {
            let mut guardrails: Vec<PathBuf> = guardrails.map(|entry| entry.unwrap().path()).collect();
            guardrails.sort();
            found.extend(guardrails.into_iter().step_by(10));
        }
        Err(_) => println!("skipped: there is no ../shared/corpus/guardrails"),
    }
    found.sort();
    found
}

#[test]
fn what_is_written_holds() {
    let dialect = Dialect::embedded("aws").unwrap().unwrap();
    let (mut suites, mut assertions) = (0, 0);
    for path in documents() {
        let source = input::read_file(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let told =
            ["boundary", "scp", "rcp"].into_iter().find(|word| name.contains(word)).and_then(DocumentKind::parse);
        let kind = lint(&source, told, dialect).kind;
        if policy::parse(&source, kind).is_err() {
            continue;
        }
        let at = path.with_file_name("init.ringfence.toml");
        let text = draft(&[Given { path: name.clone(), kind }], &at, "aws").unwrap();
        if text.lines().all(|line| line.starts_with('#') || !line.starts_with("[[")) {
            println!("{name}: nothing is usually asserted of it");
            continue;
        }
        let (suite, _) =
            suite::read(&Source::new(name.as_str(), text), &at).unwrap_or_else(|refusal| panic!("{refusal}"));
        for assertion in &suite.assertions {
            for check in &assertion.checks {
                let answered = ask(assertion, check, false).unwrap();
                assert_eq!(answered.stands(&assertion.claim), Standing::Passed, "{name}: {}", assertion.name);
                assertions += 1;
            }
        }
        suites += 1;
    }
    println!("{suites} suites, {assertions} assertions");
    assert!(suites >= 30 && assertions >= 110, "{suites} suites, {assertions} assertions");
}
