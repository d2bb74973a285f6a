//! The order of modules and the rules of the source tree, checked on the text of `src/`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of the library, lowest first; a module may use those of lower ranks.
const RANKS: [&[&str]; 23] = [
    &["source"],
    &["deadline"],
    &["diagnostic"],
    &["input"],
    &["json"],
    &["yaml"],
    &["vocabulary"],
    &["policy"],
    &["request", "scenario"],
    &["goal", "line", "lint", "normal"],
    // The two engines never see each other: that independence is what a replay is worth.
    &["evaluate", "symbolic"],
    &["solve"],
    &["verdict"],
    &["query"],
    &["verify"],
    &["account"],
    &["deployment"],
    &["escalation"],
    &["finding"],
    &["case", "pair", "question"],
    &["suite"],
    &["report"],
    &["certificate"],
];

/// What only some modules may name.
const RESERVED: [(&str, &[&str]); 5] = [
    ("z3::", &["solve"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli"]),
    ("println!", &["cli", "build"]),
    ("crate::evaluate", &["evaluate", "verdict", "query", "case", "suite", "report", "cli"]),
];

fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // A page of documentation may stand beside the code it is about, and what a page of a report is made from.
            if path.extension().is_some_and(|extension| extension != "rs") {
                let known =
                    ["md", "html", "css", "toml", "json"].iter().any(|known| path.extension().unwrap() == *known);
                assert!(known, "{} is no source", path.display());
                continue;
            }
            let relative = path.strip_prefix(&root).unwrap().to_path_buf();
            let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
            let module = first.trim_end_matches(".rs").to_owned();
            found.push((module, relative, fs::read_to_string(&path).unwrap()));
        }
    }
    found.sort();
    assert!(found.len() > 40, "the tree was not found");
    found
}

fn rank(module: &str) -> Option<usize> {
    RANKS.iter().position(|rank| rank.contains(&module))
}

/// The code of a file: no comments, no documentation.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line.split("//").next().unwrap_or_default()))
}

/// The modules that a line names behind `crate::`.
fn used(line: &str) -> impl Iterator<Item = &str> {
    line.split("crate::").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    })
}

fn wrong_imports(module: &str, text: &str) -> Vec<String> {
    let Some(own) = rank(module) else { return Vec::new() };
    let mut wrong = Vec::new();
    for (number, line) in code(text) {
        for other in used(line).filter(|other| *other != module) {
            match rank(other) {
                Some(other) if other < own => {}
                _ => wrong.push(format!("{number}: `{module}` uses `{other}`")),
            }
        }
    }
    wrong
}

#[test]
fn modules_use_only_lower_ones() {
    for (module, path, text) in sources() {
        assert!(rank(&module).is_some() || ["lib", "build", "cli"].contains(&module.as_str()), "{module} has no rank");
        assert!(!text.contains("super::super"), "{}: name the module from the crate's root", path.display());
        let wrong = wrong_imports(&module, &text);
        assert!(wrong.is_empty(), "{}:\n{}", path.display(), wrong.join("\n"));
    }
}

#[test]
fn the_check_can_fail() {
    assert_eq!(wrong_imports("evaluate", "use crate::symbolic::law;").len(), 1);
    assert_eq!(wrong_imports("symbolic", "x(crate::evaluate::y, crate::policy::z)").len(), 1);
    assert_eq!(wrong_imports("policy", "use crate::scenario::Scenario;").len(), 1);
    assert!(wrong_imports("solve", "use crate::symbolic::law; // crate::report").is_empty());
}

#[test]
fn some_names_belong_to_one_module() {
    for (module, path, text) in sources() {
        for (name, allowed) in RESERVED {
            let found = code(&text).find(|(_, line)| line.contains(name));
            if let Some((number, line)) = found
                && !allowed.contains(&module.as_str())
                && module != "lib"
            {
                panic!("{}:{number}: `{name}` belongs to {allowed:?}: {line}", path.display());
            }
        }
    }
}

#[test]
fn files_are_named_and_sized_as_agreed() {
    for (_, path, text) in sources() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(!["mod", "utils", "common", "helpers", "misc"].contains(&name), "{}", path.display());
        assert!(text.starts_with("//!"), "{} does not say what it is", path.display());
        assert!(text.lines().count() <= 800, "{} has more than 800 lines", path.display());
    }
}
