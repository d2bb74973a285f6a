//! Decision vectors: every one that the evaluator supports agrees, and what it skips it says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use ringfence::case::{self, Case, Expectation};
use ringfence::evaluate::{Outcome, evaluate};
use ringfence::query::pinned;
use ringfence::scenario::Scenario;
use ringfence::source::Source;
use ringfence::vocabulary::ruling::{NotPrincipal, ResourceStar, Rulings, UserBoundary};

/// Decides each line of a file; the number of decisions, and of skipped lines by reason.
/// Both engines decide; they must agree with each other, too.
fn decide_all(path: &Path) -> (usize, BTreeMap<String, usize>) {
    let text = fs::read_to_string(path).unwrap();
    let mut decided = 0;
    let mut skipped: BTreeMap<String, usize> = BTreeMap::new();
    let mut differences = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let source = Source::at_line(path.display().to_string(), line, index + 1);
        let reading = case::Reading { path, bare: false, dialect: None };
        let (id, case) = case::read(&source, reading);
        let Case { scenario, request, expect, .. } = case.unwrap();
        let scenario = scenario.unwrap();
        match evaluate(&scenario, &request).unwrap() {
            Outcome::Skipped(reason) => *skipped.entry(reason).or_default() += 1,
            Outcome::Decided(decision, _) => {
                decided += 1;
                let symbolic = pinned::decide(&scenario, &request).unwrap();
                assert_eq!(symbolic, decision, "{id:?}: the symbolic side, then the evaluator");
                let (found, expected) = (Expectation::of(decision), expect.unwrap());
                if found != expected {
                    differences.push(format!("{}: {} instead of {}", id.unwrap(), found.as_str(), expected.as_str()));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    (decided, skipped)
}

/// Vectors written rule by rule from the text of the law, `about` naming the rule.
#[test]
fn the_vectors_of_each_rule_agree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/decided.jsonl");
    let (decided, skipped) = decide_all(&path);
    assert!(decided > 1_500 && skipped.is_empty(), "{decided} decided, {skipped:?}");
}

/// Lines that no reader may accept; `note` says under which code they are refused.
#[test]
fn what_the_rules_refuse_is_refused() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/refused.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.lines().count() > 100);
    for (index, line) in text.lines().enumerate() {
        let source = Source::at_line("refused.jsonl", line, index + 1);
        let (id, case) = case::read(&source, case::Reading { path: &path, bare: false, dialect: None });
        let refusal = case.err().unwrap_or_else(|| panic!("{id:?} is accepted"));
        let code = refusal.first_error().unwrap().code;
        assert!(line.contains(&format!("refused with {code}\"")), "{id:?} is refused with {code}");
    }
}

#[test]
fn the_shared_vectors_agree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/semantics.jsonl");
    if !path.exists() {
        // Past the test harness, which would keep it to itself.
        writeln!(std::io::stderr(), "skipped: the shared vectors are not beside this checkout").unwrap();
        return;
    }
    let (decided, skipped) = decide_all(&path);
    assert_eq!((decided, skipped), (381, Default::default()));
}

/// Which vectors are decided otherwise where a ruling of S14 is taken the other way; the engines agree under all of them.
#[test]
fn rulings_change_the_vectors_that_they_should() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = ["../shared/vectors/semantics.jsonl", "tests/vectors/decided.jsonl"].map(|path| root.join(path));
    if !paths[0].exists() {
        writeln!(std::io::stderr(), "skipped: the shared vectors are not beside this checkout").unwrap();
    }
    let default = Rulings::default();
    let settings = [
        ("user-boundary bypass", Rulings { user_boundary: Some(UserBoundary::Bypass), ..default }, vec![]),
        (
            "user-boundary enforce",
            Rulings { user_boundary: Some(UserBoundary::Enforce), ..default },
            vec!["ub-001 implicit-deny", "ub-002 implicit-deny"],
        ),
        ("notprincipal strict", Rulings { not_principal: Some(NotPrincipal::Strict), ..default }, vec![]),
        (
            "notprincipal lenient",
            Rulings { not_principal: Some(NotPrincipal::Lenient), ..default },
            vec!["np-004 allow"],
        ),
        ("resource-star documented", Rulings { resource_star: Some(ResourceStar::Documented), ..default }, vec![]),
        ("resource-star segmented", Rulings { resource_star: Some(ResourceStar::Segmented), ..default }, vec![]),
    ];
    for path in paths.iter().filter(|path| path.exists()) {
        let shared = path.ends_with("semantics.jsonl");
        for (name, rulings, expected) in &settings {
            let mut flipped = Vec::new();
            for (index, line) in fs::read_to_string(path).unwrap().lines().enumerate() {
                let source = Source::at_line("vectors", line, index + 1);
                let (id, case) = case::read(&source, case::Reading { path, bare: false, dialect: None });
                let Case { scenario, request, expect, .. } = case.unwrap();
                let scenario = Scenario { rulings: *rulings, ..scenario.unwrap() };
                let Outcome::Decided(decision, _) = evaluate(&scenario, &request).unwrap() else { continue };
                let symbolic = pinned::decide(&scenario, &request).unwrap();
                assert_eq!(symbolic, decision, "{id:?} under {name}: the symbolic side, then the evaluator");
                let found = Expectation::of(decision);
                if Some(found) != expect {
                    flipped.push(format!("{} {}", id.unwrap().as_str().unwrap_or_default(), found.as_str()));
                }
            }
            assert!(!shared || flipped == *expected, "{name}: {flipped:?}");
            let other = rulings.enforces_user_boundary() || rulings.is_lenient() || rulings.is_segmented();
            assert!(other || flipped.is_empty(), "{name} is the default: {flipped:?}");
        }
    }
}
