//! The help of every subcommand, and every exit code of each, as people and scripts see them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use insta_cmd::get_cargo_bin;

const SUBCOMMANDS: [&str; 11] =
    ["reach", "who-can", "escalate", "compare", "evaluate", "recheck", "check", "init", "lint", "completions", "man"];

/// What is run, and how it ends.
const RUNS: &[(&str, i32)] = &[
    ("reach s3:* --scenario examples/astran-guide/v2-bounded.scenario.json", 0),
    ("reach iam:* --scenario examples/astran-guide/v2-bounded.scenario.json", 1),
    ("reach iam:* --expect reachable --scenario examples/astran-guide/v2-bounded.scenario.json", 0),
    ("reach s4:* --principal any", 2),
    ("reach s3:* --timeout 0.000001 --scenario examples/data-perimeter/alice.scenario.json", 3),
    ("reach iam:* --terraform-plan examples/deployment/plan.json", 1),
    ("reach kms:* --cloudformation examples/deployment/v1.yaml", 0),
    ("who-can s3:GetObject --account examples/account/shop.json", 0),
    ("who-can s3:GetObject", 2),
    ("escalate s3:* --account examples/escalation/astran-alone.json --principal arn:aws:iam::111122223333:user/bob", 0),
    ("escalate s3:* --account examples/escalation/astran-alice.json --principal arn:aws:iam::111122223333:user/bob", 1),
    (
        "escalate s3:* --account examples/escalation/astran-alice.json --principal arn:aws:iam::111122223333:user/nobody",
        2,
    ),
    (
        "escalate s3:* --timeout 0.000001 --account examples/escalation/astran-alice.json --principal arn:aws:iam::111122223333:user/bob",
        3,
    ),
    ("compare tests/compare/reader-v1.json tests/compare/reader-v2.json", 0),
    ("compare --only-gains tests/compare/reader-v1.json tests/compare/reader-v2.json", 1),
    ("compare tests/compare/reader-v1.json nowhere.json", 2),
    ("compare --terraform-plan examples/deployment/plan.json", 3),
    ("evaluate --scenario examples/astran-guide/v2-bounded.scenario.json --action s3:GetObject --resource *", 0),
    ("evaluate --action nothing --resource * --principal any", 2),
    ("check examples/astran-guide", 0),
    ("check examples/pipeline/draft.toml", 1),
    ("check examples/pipeline/nowhere.toml", 2),
    ("check --mutants tests/suite/mutants", 1),
    ("init --as identity examples/pipeline/draft.json", 0),
    ("init nowhere.json", 2),
    ("lint --as boundary examples/caveat/boundary-deny-not-action.json", 0),
    ("lint --as identity tests/lint/reports.json", 1),
    ("lint --as identity examples/pipeline/draft.toml", 2),
    ("recheck nowhere", 2),
    ("completions bash", 0),
    ("man", 0),
    ("--version", 0),
    ("no-such-command", 2),
];

fn ringfence(arguments: &[&str]) -> Command {
    let mut command = Command::new(get_cargo_bin("ringfence"));
    command.args(arguments).env("COLUMNS", "120").env("NO_COLOR", "1").current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

#[test]
fn the_help_of_every_subcommand() {
    for name in SUBCOMMANDS {
        let output = ringfence(&[name, "--help"]).output().unwrap();
        assert!(output.status.success(), "{name}");
        insta::assert_snapshot!(format!("help-{name}"), String::from_utf8(output.stdout).unwrap());
    }
}

#[test]
fn every_exit_code() {
    let mut table = String::new();
    for (arguments, code) in RUNS {
        let output = ringfence(&arguments.split(' ').collect::<Vec<_>>()).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {stderr}");
        let first = stderr.lines().find(|line| line.starts_with("error")).unwrap_or_default();
        writeln!(table, "{code}  {arguments}  {first}").unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn whoever_stops_reading_is_no_error() {
    for arguments in [
        &["reach", "*", "--each", "--scenario", "examples/astran-guide/v2-bounded.scenario.json"][..],
        &["check", "examples", "--format", "html"][..],
    ] {
        let mut child = ringfence(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn text_for_narrow_screens_and_for_those_without_unicode() {
    let run = |arguments: &str| {
        let output = ringfence(&arguments.split(' ').collect::<Vec<_>>()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for arguments in [
        "reach * --except s3:ListAllMyBuckets --scenario examples/notanadmin/admin-bounded.scenario.json --no-timing",
        "who-can sts:AssumeRole --account examples/account/shop.json",
        "check examples/pipeline/draft.toml",
        "compare tests/compare/reader-v1.json tests/compare/reader-v2.json --no-timing",
        "lint --as identity tests/lint/reports.json",
    ] {
        let (wide, narrow) = (run(arguments), run(&format!("{arguments} --width 60 --ascii")));
        assert!(narrow.is_ascii(), "{arguments}");
        for line in narrow.lines() {
            let long_word = line.trim().split(' ').any(|word| word.len() > 40);
            assert!(line.len() <= 60 || line.contains(" | ") || long_word, "{arguments}: {line}");
        }
        assert_eq!(words(&narrow), words(&wide.replace('…', "...")), "{arguments}");
    }
    insta::assert_snapshot!(
        "narrow",
        run("reach s3:* --scenario examples/astran-guide/v2-bounded.scenario.json --no-timing --width 60 --ascii")
    );
}
