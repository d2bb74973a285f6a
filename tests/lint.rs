//! What `ringfence lint` finds: the examples of its page, cases as data in `tests/lint/cases.jsonl`, the program, and
//! the corpus beside the checkout where there is one.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use insta_cmd::assert_cmd_snapshot;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use ringfence::diagnostic::{Code, Diagnostic, Severity};
use ringfence::finding;
use ringfence::lint::{CODES, Linted, lint};
use ringfence::policy::{self, DocumentKind};
use ringfence::report::{diagnostic, findings};
use ringfence::source::Source;
use ringfence::vocabulary::dialect::Dialect;

/// Codes whose examples are bytes, sizes or files: `tests/diagnostics.rs` has them.
const NO_TEXT: [Code; 5] = [Code::UnreadableFile, Code::NotUtf8, Code::ByteOrderMark, Code::TooLarge, Code::TooDeep];

/// Codes about inputs that are no policy document.
const NO_DOCUMENT: [Code; 14] = [
    Code::UnknownField,
    Code::MissingField,
    Code::BadField,
    Code::BadCaller,
    Code::ContextContradiction,
    Code::LayerNotDescribed,
    Code::LayerNotCarried,
    Code::NotAListing,
    Code::TruncatedListing,
    Code::IgnoredField,
    Code::DuplicateEntry,
    Code::DanglingReference,
    Code::UnknownPrincipal,
    Code::BadEncoding,
];

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lint/CODES.md")).unwrap()
}

fn run(name: &str, text: &str, kind: Option<&str>, dialect: &str) -> Linted {
    let kind = kind.map(|word| DocumentKind::parse(word).unwrap_or_else(|| panic!("no kind is called {word}")));
    let dialect = Dialect::embedded(dialect).unwrap().unwrap();
    lint(&Source::new(name, text), kind, dialect)
}

/// What is found in a document, by the engines as well where the code is theirs.
fn examined(name: &str, text: &str, kind: &str, code: &str) -> Vec<Diagnostic> {
    let mut found = run(name, text, Some(kind), "aws").diagnostics;
    if finding::CODES.iter().any(|own| own.as_str() == code) {
        let (kind, dialect) = (DocumentKind::parse(kind).unwrap(), Dialect::embedded("aws").unwrap().unwrap());
        let (document, _) = policy::parse(&Source::new(name, text), kind).unwrap();
        let semantic = finding::find(&document, dialect, None).unwrap();
        assert_eq!(semantic.unknown, Vec::<String>::new(), "{code}");
        found.extend(semantic.diagnostics);
    }
    found
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
    diagnostics.iter().map(|found| found.code.as_str()).collect()
}

fn rendered(diagnostics: &[Diagnostic]) -> String {
    findings::text(diagnostics, false).trim_end().to_owned()
}

/// A code's section of the page.
struct Section<'a> {
    heading: &'a str,
    text: String,
    /// Kind of document, `bad` or `good`, and the document.
    examples: Vec<(&'a str, &'a str, &'a str)>,
}

fn sections(page: &str) -> Vec<Section<'_>> {
    let sections = page.split("\n### ").skip(1).map(|section| {
        let section = section.split("\n## ").next().unwrap();
        let (heading, body) = section.split_once('\n').unwrap();
        let text = body.split("```").next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        let examples = body.split("```json ").skip(1).map(|block| {
            let (words, rest) = block.split_once('\n').unwrap();
            let (kind, half) = words.split_once(' ').unwrap();
            (kind, half, rest.split("\n```").next().unwrap())
        });
        Section { heading, text, examples: examples.collect() }
    });
    sections.collect()
}

#[test]
fn every_code_is_on_the_page_with_a_bad_and_a_good_example() {
    let page = page();
    let sections = sections(&page);
    assert_eq!(sections.len(), Code::ALL.len());
    for code in Code::ALL {
        let heading = format!("`{code}` ({})", code.severity().as_str());
        let section = sections.iter().find(|section| section.heading == heading);
        let section = section.unwrap_or_else(|| panic!("the page has no section {heading}"));
        let explanation = code.explanation().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(section.text.starts_with(&explanation), "{code} is explained otherwise in the code: {explanation}");
        let halves: Vec<_> = section.examples.iter().map(|(_, half, _)| *half).collect();
        let without = NO_TEXT.contains(code) || NO_DOCUMENT.contains(code);
        assert_eq!(halves, if without { vec![] } else { vec!["bad", "good"] }, "{code}");
    }
}

#[test]
fn the_examples_of_the_page_are_found_as_it_says() {
    let page = page();
    let mut wrong = String::new();
    for section in sections(&page) {
        let code = section.heading.trim_start_matches('`').split('`').next().unwrap();
        for (kind, half, document) in &section.examples {
            let found = examined(&format!("{half}.json"), document, kind, code);
            let fine = match *half {
                "bad" => !found.is_empty() && codes(&found).iter().all(|found| *found == code),
                _ => found.is_empty(),
            };
            if !fine {
                writeln!(wrong, "{code}, {half}:\n{}\n", rendered(&found)).unwrap();
            }
            if *half == "bad" && CODES.iter().chain(&finding::CODES).any(|own| own.as_str() == code) {
                insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                    insta::assert_snapshot!(format!("lint-{code}"), rendered(&found));
                });
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn the_page_says_of_each_of_awss_checks_which_code_it_has() {
    let page = page();
    let rows: BTreeMap<(String, String), &str> = page
        .split("| check | class | code |")
        .nth(1)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|row| {
            let fields: Vec<&str> = row.splitn(3, " | ").collect();
            let &[check, class, code] = fields.as_slice() else { panic!("{row}") };
            ((class.to_owned(), check.to_owned()), code)
        })
        .collect();
    for (check, code) in &rows {
        for word in code.split('`').skip(1).step_by(2).filter(|_| !code.starts_with("no code")) {
            assert!(Code::ALL.iter().any(|code| code.as_str() == word), "{check:?}: no code is called {word}");
        }
    }
    let coded = rows.values().filter(|code| !code.starts_with("no code")).count();
    assert!(page.contains(&format!("\n{coded} of {} have a code.", rows.len())), "{coded} of {}", rows.len());
    let Ok(checks) = fs::read_to_string(shared("catalogue/aws-policy-checks.tsv")) else { return skip() };
    let checks: Vec<(String, String)> = checks
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(class, check)| (class.to_owned(), check.to_owned()))
        .collect();
    let missing: Vec<_> = checks.iter().filter(|check| !rows.contains_key(*check)).collect();
    assert!(missing.is_empty() && checks.len() == rows.len(), "{missing:?}");
}

/// One document a line, with the codes of all that is found in it.
#[test]
fn documents_have_the_findings_they_should() {
    let mut wrong = String::new();
    for line in include_str!("lint/cases.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let (about, document) = (case["about"].as_str().unwrap(), case["document"].to_string());
        let linted = run("case.json", &document, case["as"].as_str(), case["dialect"].as_str().unwrap_or("aws"));
        let expected: Vec<&str> = case["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect();
        let kind = case["kind"].as_str().map(|word| DocumentKind::parse(word).unwrap());
        if codes(&linted.diagnostics) != expected || kind.is_some_and(|kind| kind != linted.kind) {
            writeln!(wrong, "{about}: {}\n{}\n", linted.kind, rendered(&linted.diagnostics)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn shared(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path)
}

fn skip() {
    std::io::stderr().write_all(b"skipped: there is no ../shared\n").unwrap();
}

/// AWS's own policies are mostly right: what is found in them is old, odd, or a gap of the catalogue.
#[test]
fn little_is_found_in_the_corpus() {
    let Ok(managed) = fs::read_to_string(shared("corpus/managed/latest.json")) else { return skip() };
    let managed: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&managed).unwrap();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut documents = 0;
    for (name, document) in &managed {
        let found = run(name, &document.to_string(), Some("identity"), "aws").diagnostics;
        assert!(found.iter().all(|found| found.code.severity() == Severity::Warning), "{}", rendered(&found));
        documents += usize::from(!found.is_empty());
        codes(&found).into_iter().for_each(|code| *counts.entry(code).or_default() += 1);
    }
    let shown: Vec<_> = counts.iter().map(|(code, count)| format!("{code} {count}")).collect();
    let line = format!("{documents} of {} managed policies have findings: {}\n", managed.len(), shown.join(", "));
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    assert!(documents * 8 < managed.len(), "{line}");
    for entry in fs::read_dir(shared("corpus/guardrails")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        for kind in [None, Some("identity"), Some("resource"), Some("scp"), Some("rcp"), Some("trust")] {
            let found = run(name, &text, kind, "aws").diagnostics;
            assert!(found.iter().all(|found| !diagnostic::text(found, false).is_empty()));
        }
    }
}

/// Slips by the thousand in one line of megabytes: columns, nearest names and matches must not take squares of time.
#[test]
fn large_documents_end_soon() {
    let entries = |entry: fn(usize) -> String| (0..40_000).map(entry).collect::<Vec<_>>().join(",");
    let actions = entries(|number| format!("\"ec2:Describ{number}*\""));
    let resources = entries(|number| format!("\"arn:aws:s3:::b{number}\""));
    let keys = entries(|number| format!("\"ec2:Vpc{number}\":\"a*\""));
    let statement = |number| {
        format!(
            r#"{{"Effect":"Deny","Action":["ec2:*"],"Resource":"arn:aws:ec2:*:*:x/{number}","Condition":{{"StringEquals":{{"s3:prefix":"x"}}}}}}"#
        )
    };
    let documents = [
        format!(r#"{{"Statement":{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}}}"#),
        format!(r#"{{"Statement":{{"Effect":"Allow","Action":["ec2:*"],"Resource":[{resources}]}}}}"#),
        format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"ec2:*","Resource":"*","Condition":{{"StringEquals":{{{keys}}}}}}}}}"#
        ),
        format!(r#"{{"Statement":[{}]}}"#, (0..10_000).map(statement).collect::<Vec<_>>().join(",")),
    ];
    for document in documents {
        let start = Instant::now();
        let found = run("large.json", &document, Some("identity"), "aws").diagnostics;
        assert!(found.len() >= 10_000, "{}", found.len());
        let (text, json) = (findings::text(&found, false), findings::json(&found));
        assert!(text.len() < 1 << 20 && json.len() > found.len());
        assert!(start.elapsed() < Duration::from_secs(10), "it took {:?}", start.elapsed());
    }
}

/// Texts that are put in where something else stood.
const PIECES: [&str; 16] = [
    "*",
    "?",
    "${",
    "}",
    "${aws:TagKeys}",
    "arn:aws:",
    ":",
    "::::::",
    "/",
    "s3:",
    "ä",
    "\u{301}",
    "字",
    "\\u0041",
    "aws:RequestTag/",
    "",
];

#[test]
fn no_document_makes_lint_panic() {
    let drafts = [DRAFT, TRUST, "tests/lint/reports.json"].map(|path| fs::read_to_string(path).unwrap());
    let change = (any::<Index>(), 0..12_usize, select(PIECES.to_vec()));
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(draft in select(drafts.to_vec()), changes in vec(change, 1..5))| {
        let mut text: Vec<char> = draft.chars().collect();
        for (at, length, piece) in &changes {
            let start = at.index(text.len());
            let end = usize::min(start + length, text.len());
            text.splice(start..end, piece.chars());
        }
        let text: String = text.into_iter().collect();
        for (word, _) in DocumentKind::WORDS {
            for dialect in Dialect::NAMES {
                let found = run("mutated.json", &text, Some(word), dialect).diagnostics;
                for diagnostic in &found {
                    let span = diagnostic.span.unwrap_or_default();
                    prop_assert!(text.get(span.start..span.end).is_some(), "{}", diagnostic.message);
                }
                prop_assert!(findings::json(&found).len() > found.len() && findings::text(&found, true).len() >= found.len());
            }
        }
    });
}

fn ringfence(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("COLUMNS", "120");
    command
}

const DRAFT: &str = "tests/lint/draft.json";
const TRUST: &str = "tests/lint/trust.json";
const FINE: &str = "examples/steve/administrator-access.json";

#[test]
fn the_program_reports_and_exits_as_documented() {
    assert_cmd_snapshot!("help-lint", ringfence(&["lint", "--help"]));
    assert_cmd_snapshot!("lint-clean", ringfence(&["lint", FINE, "--as", "identity"]));
    assert_cmd_snapshot!("lint-warnings", ringfence(&["lint", DRAFT, "--as", "identity"]));
    assert_cmd_snapshot!("lint-json", ringfence(&["lint", DRAFT, FINE, "--as", "identity", "--format", "json"]));
    assert_cmd_snapshot!("lint-json-clean", ringfence(&["lint", FINE, "--as", "identity", "--format", "json"]));
    assert_cmd_snapshot!("lint-guessed", ringfence(&["lint", FINE, TRUST]));
    assert_cmd_snapshot!("lint-refused", ringfence(&["lint", TRUST, DRAFT, "--as", "boundary"]));
    assert_cmd_snapshot!("lint-no-such-file", ringfence(&["lint", "no/such/file.json", FINE, "--as", "identity"]));
    assert_cmd_snapshot!("lint-stdin-twice", ringfence(&["lint", "-", "-"]));
    assert_cmd_snapshot!("lint-bad-kind", ringfence(&["lint", FINE, "--as", "policy"]));
    assert_cmd_snapshot!("lint-bad-dialect", ringfence(&["lint", FINE, "--dialect", "gcp"]));
}

#[test]
fn a_document_can_come_from_standard_input() {
    let mut child = ringfence(&["lint", "-", "--as", "identity", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{\"Statement\": []}").unwrap();
    let output = child.wait_with_output().unwrap();
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((found[0]["code"].as_str(), found[0]["file"].as_str()), (Some("no-statement"), Some("<stdin>")));
    assert_eq!((output.status.code(), output.stderr.len()), (Some(2), 0));
}

/// The positions of the array are those of the text, whether counted from the line's start or from the last finding.
#[test]
fn positions_are_the_same_in_text_and_json() {
    let documents = [fs::read_to_string(DRAFT).unwrap(), fs::read_to_string(DRAFT).unwrap().replace('\n', " ")];
    for document in documents {
        let found = run("draft.json", &document, Some("identity"), "aws").diagnostics;
        let json: serde_json::Value = serde_json::from_str(&findings::json(&found)).unwrap();
        for (diagnostic, json) in found.iter().zip(json.as_array().unwrap()) {
            let position = diagnostic.position();
            assert_eq!(
                (json["line"].as_u64(), json["column"].as_u64()),
                (Some(position.line as u64), Some(position.column as u64))
            );
        }
        assert!(found.len() > 3);
    }
}
