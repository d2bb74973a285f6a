//! The guardrails beside the checkout: every document parses under the kind that its manifest says, or is refused with
//! a reason that a person accepts. The snapshot is the list. And the five questions of `examples/data-perimeter`, which
//! some of them make up, are answered as its README says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use ringfence::diagnostic::{Diagnostic, Severity};
use ringfence::policy::{self, DocumentKind};
use ringfence::source::Source;
use serde_json::Value;

#[path = "guardrails/filled.rs"]
mod filled;

use filled::filled;

/// What one document is, in a line; for a refused one a line more for each reason, at the first place that has it.
fn entry(file: &str, kind: &str, placeholders: bool, text: &str) -> (bool, String) {
    let layer = DocumentKind::parse(kind.trim_start_matches("vpc-")).unwrap();
    match policy::parse(&Source::new(file, text), layer) {
        Ok((document, warnings)) => {
            let mut line = format!("{file}: {kind}, parses, statements {}", document.statements.len());
            if !warnings.is_empty() {
                write!(line, ", warnings {}", warnings.len()).unwrap();
            }
            if placeholders {
                line.push_str(", placeholders taken as text");
            }
            (true, format!("{line}\n{}", reasons(&warnings)))
        }
        Err(refusal) => {
            let errors: Vec<Diagnostic> =
                refusal.diagnostics.into_iter().filter(|found| found.code.severity() == Severity::Error).collect();
            assert!(!errors.is_empty(), "{file} is refused without a reason");
            let rest = match policy::parse(&Source::new(file, filled(text, &errors)), layer) {
                Ok(_) => "    filled in, it parses\n",
                Err(_) => "    not for a placeholder that a text could fill\n",
            };
            (false, format!("{file}: {kind}, refused\n{}{rest}", reasons(&errors)))
        }
    }
}

/// A line for each code and message, with the first place and how often.
fn reasons(diagnostics: &[Diagnostic]) -> String {
    let mut seen: Vec<(String, String, usize)> = Vec::new();
    for found in diagnostics {
        let reason = format!("{}: {}", found.code.as_str(), found.message);
        match seen.iter_mut().find(|(_, other, _)| *other == reason) {
            Some((_, _, times)) => *times += 1,
            None => seen.push((format!("{}:{}", found.position().line, found.position().column), reason, 1)),
        }
    }
    let line = |(place, reason, times): (String, String, usize)| match times {
        1 => format!("    {place} {reason}\n"),
        _ => format!("    {place} {reason} ({times} in all)\n"),
    };
    seen.into_iter().map(line).collect()
}

#[test]
fn every_guardrail_parses_or_is_refused_with_a_reason() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/guardrails");
    let Ok(manifest) = fs::read_to_string(folder.join("manifest.json")) else {
        std::io::stderr().write_all(b"skipped: there is no ../shared/corpus/guardrails\n").unwrap();
        return;
    };
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let mut list = String::new();
    let (mut parsed, mut refused) = (0, 0);
    for document in manifest.as_array().unwrap() {
        let (file, kind) = (document["file"].as_str().unwrap(), document["kind"].as_str().unwrap());
        let placeholders = document["placeholders"].as_bool().unwrap();
        let (parses, lines) = entry(file, kind, placeholders, &fs::read_to_string(folder.join(file)).unwrap());
        *(if parses { &mut parsed } else { &mut refused }) += 1;
        list.push_str(&lines);
    }
    insta::assert_snapshot!(format!("{parsed} parse, {refused} are refused\n\n{list}"));
}

/// The questions in the README's order, and their answers.
const QUESTIONS: [(&str, &str); 5] = [
    ("outsiders-read", "unreachable"),
    ("service-for-another-organization", "unreachable"),
    ("user-from-another-network", "unreachable"),
    ("write-outside", "reachable"),
    ("role-from-another-network", "reachable"),
];

#[test]
fn the_five_questions_are_answered_as_the_readme_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data-perimeter");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let commands: Vec<&str> = readme.split("```sh\n").skip(1).map(|rest| rest.split("\n```").next().unwrap()).collect();
    assert_eq!(commands.len(), QUESTIONS.len() + 1, "five questions and the two commands for all of it");
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"fnv1a64:[0-9a-f]{16}", "fnv1a64:[digest]");
    settings.add_filter(r"Z3\s+\d[\d.]+", "Z3 [version]");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        for (command, (name, verdict)) in commands.iter().zip(QUESTIONS) {
            let arguments = command.strip_prefix("ringfence ").unwrap();
            let line = format!("{} {arguments} --no-timing", env!("CARGO_BIN_EXE_ringfence"));
            let output = Command::new("sh").args(["-c", &line]).current_dir(&folder).output().unwrap();
            let (text, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            // The commands assert their verdicts themselves.
            assert_eq!(output.status.code(), Some(0), "{name}: {text}{errors}");
            assert!(text.contains(&format!("\nverdict    {verdict}\n")), "{name}: {text}");
            insta::assert_snapshot!(format!("data-perimeter-{name}"), text);
        }
    });
}
