//! Comparisons of scenarios as their readers see them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use insta_cmd::get_cargo_bin;

/// Runs `ringfence compare` in the package's directory, without times.
fn compare(arguments: &[&str]) -> Output {
    let mut command = Command::new(get_cargo_bin("ringfence"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["compare", "--no-timing"]).args(arguments).output().unwrap()
}

/// What a person sees: exit code, report, errors.
fn seen(arguments: &[&str]) -> String {
    let output = compare(arguments);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    format!("exit {code}\n--- stdout\n{}--- stderr\n{}", text(&output.stdout), text(&output.stderr))
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.add_filter(r"encodings fnv1a64:[0-9a-f]{16};", "encodings [digest];");
    settings.add_filter(r#""encodings": ?"fnv1a64:[0-9a-f]{16}""#, r#""encodings": "[digest]""#);
    settings
}

const BOUNDED: &str = "examples/astran-guide/v2-bounded.scenario.json";
const UNBOUNDED: &str = "examples/astran-guide/v2-unbounded.scenario.json";

#[test]
fn differences_are_grouped_by_action() {
    settings().bind(|| {
        insta::assert_snapshot!("scenarios-wider", seen(&["--old-scenario", BOUNDED, "--new-scenario", UNBOUNDED]));
        insta::assert_snapshot!("scenarios-equivalent", seen(&["--old-scenario", BOUNDED, "--new-scenario", BOUNDED]));
    });
}

/// One layer of a scenario: the same page's two boundaries, under one identity policy.
#[test]
fn documents_are_compared_as_a_layer() {
    let documents =
        ["examples/astran-guide/boundary-iam-only.json", "examples/astran-guide/boundary-bullet-proof.json"];
    let layer = ["--scenario", BOUNDED, "--as", "boundary", "--format", "json"];
    let output = compare(&[&documents[..], &layer].concat());
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    settings().bind(|| {
        insta::assert_snapshot!("scenarios-layer-json", serde_json::to_string_pretty(&object).unwrap());
    });
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let steve = "examples/steve/with-identity-policy.scenario.json";
    let document = "examples/steve/steve-identity-policy.json";
    settings().bind(|| {
        insta::assert_snapshot!("scenarios-dialects", seen(&["--old-scenario", BOUNDED, "--new-scenario", steve]));
        let other = "examples/notanadmin/ec2-bounded.scenario.json";
        insta::assert_snapshot!("scenarios-principals", seen(&["--old-scenario", other, "--new-scenario", steve]));
        insta::assert_snapshot!("scenarios-no-kind", seen(&[document, document, "--scenario", steve]));
        insta::assert_snapshot!("scenarios-one", seen(&["--old-scenario", steve]));
        let evidence = ["--old-scenario", steve, "--new-scenario", steve, "--certificate", "evidence"];
        insta::assert_snapshot!("scenarios-certificate", seen(&evidence));
    });
}

/// The readings of NotPrincipal bear on both scenarios alike: where they disagree it is unknown, not an error.
#[test]
fn readings_are_those_of_both() {
    let caveat = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/caveat");
    let copy = tempfile::tempdir().unwrap();
    let file = |name: &str| fs::read_to_string(caveat.join(name)).unwrap();
    let (scenario, policy) = (file("not-principal-role.scenario.json"), file("bucket-not-principal-role.json"));
    fs::write(copy.path().join("not.json"), &policy).unwrap();
    let mut all: serde_json::Value = serde_json::from_str(&policy).unwrap();
    let statement = all.pointer_mut("/Statement/0").and_then(serde_json::Value::as_object_mut).unwrap();
    statement.remove("NotPrincipal");
    statement.insert("Principal".to_owned(), "*".into());
    fs::write(copy.path().join("all.json"), all.to_string()).unwrap();
    fs::copy(caveat.join("identity-s3-get-object.json"), copy.path().join("identity-s3-get-object.json")).unwrap();
    let paths = ["not.json", "all.json"].map(|document| {
        let path = copy.path().join(format!("{document}.scenario.json"));
        fs::write(&path, scenario.replace("bucket-not-principal-role.json", document)).unwrap();
        path.to_string_lossy().into_owned()
    });
    let output = compare(&["--old-scenario", &paths[1], "--new-scenario", &paths[0]]);
    let report = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = report.lines().filter(|line| line.contains("notprincipal")).collect();
    assert_eq!(lines, ["readings   notprincipal strict: unreachable", "           notprincipal lenient: reachable"]);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}
