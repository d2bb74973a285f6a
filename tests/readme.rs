//! The README is true: its commands are CI's, and its worked examples print what they show; so do the pages of examples.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The contents of the fenced blocks of a language.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("```{language}\n");
    text.split(&start).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Runs a command as a reader would, who copies it into a shell in a directory.
fn shell(command: &str, directory: &str) -> std::process::Output {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    Command::new("sh").args(["-c", command]).current_dir(directory).output().unwrap()
}

#[test]
fn ci_runs_the_two_commands() {
    let readme = text("README.md");
    let commands: Vec<&str> = blocks(&readme, "sh").first().unwrap().lines().collect();
    assert_eq!(commands.len(), 2);
    let ci = text(".ci/run");
    for command in commands {
        assert!(ci.lines().any(|line| line == command), "CI does not run: {command}");
    }
}

/// Every shown command of a page, run in a directory, prints what the page shows.
fn prints_what_it_shows(page: &str, directory: &str) {
    let page = text(page);
    let shown: Vec<&str> = blocks(&page, "console");
    assert!(!shown.is_empty());
    for block in shown {
        let (command, expected) = block.strip_prefix("$ ringfence ").unwrap().split_once('\n').unwrap();
        let output = shell(&format!("{} {command}", env!("CARGO_BIN_EXE_ringfence")), directory);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{command}");
    }
}

#[test]
fn the_worked_examples_print_what_they_show() {
    prints_what_it_shows("README.md", "");
}

#[test]
fn the_page_about_accounts_shows_what_its_commands_print() {
    prints_what_it_shows("examples/account/README.md", "examples/account");
}

#[test]
fn the_page_about_sequences_shows_what_its_commands_print() {
    prints_what_it_shows("examples/escalation/README.md", "examples/escalation");
}

/// Commands without shown output run too.
#[test]
fn every_other_command_is_answered() {
    let readme = text("README.md");
    for block in blocks(&readme, "sh").into_iter().skip(1) {
        let command = block.trim().replacen("ringfence", env!("CARGO_BIN_EXE_ringfence"), 1);
        let output = shell(&command, "");
        assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}
