//! What authors are told of their mistakes: one folder a code under `tests/diagnostics`, each with documents that have
//! the mistake and the same documents repaired. A name is `KIND.NAME.bad.json` or `KIND.NAME.good.json`, where KIND is
//! a document kind, `scenario` (as `--scenario` reads it), `line` (of a batch), `listing` (of an account) or one of the
//! files beside the listing `tests/accounts/small.json`; error codes besides the folder's own follow the name after `+`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::sample::Index;
use ringfence::account::Files;
use ringfence::case;
use ringfence::diagnostic::{Code, Diagnostic, Findings, Severity};
use ringfence::evaluate::evaluate;
use ringfence::input;
use ringfence::json::{self, Value};
use ringfence::policy::{self, DocumentKind};
use ringfence::report;
use ringfence::scenario::{Loader, SCENARIO_FIELDS};
use ringfence::source::Source;
use ringfence::vocabulary::dialect::Dialect;
use ringfence::vocabulary::layer::LayerKind;

/// Mistakes in bytes, and files that are none: awkward to store.
fn byte_cases() -> Vec<(Code, &'static str, Vec<u8>)> {
    let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat().into_bytes();
    vec![
        (Code::NotUtf8, "latin-1", b"{\n  \"Sid\": \"B\xfccher\"\n}\n".to_vec()),
        (Code::NotUtf8, "cut-off", b"{\"Sid\": \"B\xc3".to_vec()),
        (Code::NotUtf8, "utf-16", b"\xff\xfe{\0\"\0".to_vec()),
        (Code::ByteOrderMark, "utf-8", b"\xef\xbb\xbf{\n  \"Version\": \"2012-10-17\"\n}\n".to_vec()),
        (Code::BlankInput, "empty", Vec::new()),
        (Code::TooLarge, "spaces", vec![b' '; input::DOCUMENT_LIMIT + 1]),
        (Code::TooLarge, "text", format!("{{\"Id\": \"{}\"}}", "a".repeat(input::TEXT_LIMIT + 1)).into_bytes()),
        (Code::TooDeep, "levels-33", nested(json::DEPTH_LIMIT + 1)),
        (Code::TooDeep, "levels-1000", nested(1000)),
        (Code::ControlCharacter, "nul", b"{\"Id\": \"a\0b\"}".to_vec()),
        (Code::ControlCharacter, "line-end", b"{\n  \"Id\": \"a\n  b\",\n  \"Version\": \"2012-10-17\"\n}\n".to_vec()),
    ]
}

fn read_bytes(name: &str, bytes: Vec<u8>, kind: DocumentKind) -> Vec<Diagnostic> {
    match input::decode(name, bytes, 1) {
        Ok(source) => read_document(&source, kind),
        Err(refusal) => refusal.diagnostics,
    }
}

fn read_document(source: &Arc<Source>, kind: DocumentKind) -> Vec<Diagnostic> {
    match policy::parse(source, kind) {
        Ok((_, warnings)) => warnings,
        Err(refusal) => refusal.diagnostics,
    }
}

fn read_scenario(source: &Arc<Source>) -> Vec<Diagnostic> {
    let mut findings = Findings::default();
    let scenario = json::read(source, &mut findings).and_then(|json| {
        let Value::Object(members) = &json.value else { panic!("a scenario case is an object") };
        // The empty path: files are named from the package's directory, where tests run.
        let mut loader = Loader::new(source, Path::new(""), &mut findings);
        loader.known_fields(members, &SCENARIO_FIELDS);
        loader.scenario(members, json.span, None)
    });
    findings.finish(scenario).map_or_else(|refusal| refusal.diagnostics, |(_, warnings)| warnings)
}

fn read_line(source: &Arc<Source>) -> Vec<Diagnostic> {
    let reading = case::Reading { path: Path::new(""), bare: false, dialect: None };
    let case = match case::read(source, reading).1 {
        Ok(case) => case,
        Err(refusal) => return refusal.diagnostics,
    };
    let mut diagnostics = case.warnings;
    if let Some(scenario) = &case.scenario
        && let Err(error) = evaluate(scenario, &case.request)
    {
        diagnostics.push(Diagnostic::whole(error.code(), source, error.to_string(), error.help()));
    }
    diagnostics
}

/// The files of an account, one of which is the case.
fn files(kind: &str, path: &Path) -> Files {
    let of = |own: &str| (kind == own).then(|| path.to_owned());
    Files {
        accounts: vec![of("listing").unwrap_or_else(|| PathBuf::from("tests/accounts/small.json"))],
        resource_policies: of("places"),
        organization: of("organization"),
        credentials: of("credentials"),
        compute: of("compute"),
        managed: of("managed"),
        lenient: false,
    }
}

fn read_accounts(files: &Files) -> Vec<Diagnostic> {
    match files.load(Dialect::embedded("aws").unwrap().unwrap()) {
        Ok((accounts, warnings)) => warnings.into_iter().chain(accounts.read_all().into_diagnostics()).collect(),
        Err(refusal) => refusal.diagnostics,
    }
}

/// A case file: what it is read as, what it is called, and which codes it is about.
struct CaseFile {
    path: PathBuf,
    code: Code,
    kind: String,
    name: String,
    besides: Vec<String>,
    bad: bool,
}

impl CaseFile {
    fn read(&self) -> Vec<Diagnostic> {
        let half = if self.bad { "bad" } else { "good" };
        let source = Source::new(format!("{}.{half}.json", self.kind), fs::read_to_string(&self.path).unwrap());
        match self.kind.as_str() {
            "scenario" => read_scenario(&source),
            "line" => read_line(&source),
            "listing" | "places" | "organization" | "credentials" | "compute" | "managed" => {
                read_accounts(&files(&self.kind, &self.path))
            }
            kind => read_document(&source, DocumentKind::of(LayerKind::parse(kind).unwrap())),
        }
    }
}

fn case_files() -> Vec<CaseFile> {
    let mut files = Vec::new();
    for folder in sorted(Path::new("tests/diagnostics")) {
        let folder_name = folder.file_name().unwrap().to_str().unwrap();
        let code = Code::ALL.iter().find(|code| code.as_str() == folder_name);
        let code = *code.unwrap_or_else(|| panic!("no code is called {folder_name}"));
        for path in sorted(&folder) {
            let parts: Vec<&str> = path.file_name().unwrap().to_str().unwrap().split('.').collect();
            let &[kind, name, half @ ("bad" | "good"), "json"] = parts.as_slice() else {
                panic!("{} is not KIND.NAME.bad.json or KIND.NAME.good.json", path.display());
            };
            let mut names = name.split('+').map(str::to_owned);
            let (name, bad) = (names.next().unwrap(), half == "bad");
            files.push(CaseFile { code, kind: kind.to_owned(), name, besides: names.collect(), bad, path });
        }
    }
    files
}

fn sorted(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn rendered(diagnostics: &[Diagnostic]) -> String {
    let texts: Vec<_> = diagnostics.iter().map(|diagnostic| report::diagnostic::text(diagnostic, false)).collect();
    texts.join("\n\n")
}

/// What holds of every diagnostic, whatever it says.
fn check_style(diagnostic: &Diagnostic) {
    let Diagnostic { message, help, source, .. } = diagnostic;
    let shown = report::diagnostic::text(diagnostic, false);
    let first = message.chars().next().unwrap();
    // Words of the policy language keep their case.
    assert!(
        !first.is_uppercase() || ["ARN", "IAM", "JSON", "U+", "Sid"].iter().any(|word| message.starts_with(word)),
        "{shown}"
    );
    assert!(!help.is_empty() && !message.ends_with('.') && !help.ends_with('.'), "{shown}");
    if let Some(span) = diagnostic.span {
        assert!(source.text().get(span.start..span.end).is_some(), "no text at {span:?}: {message}");
        let position = diagnostic.position();
        let place = format!("{}:{}:{}", source.name(), position.line, position.column);
        assert!(shown.contains(&place), "position {place} is not shown:\n{shown}");
    }
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn bad_documents_are_told_what_is_wrong() {
    let mut wrong = String::new();
    for file in case_files().iter().filter(|file| file.bad) {
        let diagnostics = file.read();
        let shown = rendered(&diagnostics);
        let path = file.path.display();
        if !diagnostics.iter().any(|found| found.code == file.code) {
            writeln!(wrong, "{path} yields no {}:\n{shown}\n", file.code).unwrap();
        }
        for diagnostic in &diagnostics {
            let code = diagnostic.code;
            let expected = code == file.code || file.besides.iter().any(|besides| besides == code.as_str());
            if !expected && code.severity() == Severity::Error {
                writeln!(wrong, "{path} yields {code} besides:\n{shown}\n").unwrap();
            }
            check_style(diagnostic);
        }
        snapshot(&format!("{}-{}-{}", file.code, file.kind, file.name), &shown);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn repaired_documents_are_accepted() {
    let files = case_files();
    let mut wrong = String::new();
    for file in &files {
        if file.bad {
            let twin = files.iter().any(|other| {
                !other.bad && (other.code, &other.kind, &other.name) == (file.code, &file.kind, &file.name)
            });
            assert!(twin, "{} has no repaired twin", file.path.display());
            continue;
        }
        let diagnostics = file.read();
        let fine =
            diagnostics.iter().all(|found| found.code.severity() == Severity::Warning && found.code != file.code);
        if !fine {
            writeln!(wrong, "{}:\n{}\n", file.path.display(), rendered(&diagnostics)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn bytes_that_are_no_text_are_told_so() {
    for (code, name, bytes) in byte_cases() {
        let diagnostics = read_bytes("bad.json", bytes, DocumentKind::Identity);
        let shown = rendered(&diagnostics);
        let errors: BTreeSet<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
        assert!(errors.contains(&code), "{name}:\n{shown}");
        diagnostics.iter().for_each(check_style);
        snapshot(&format!("{code}-{name}"), &shown);
    }
}

#[test]
fn unreadable_files_are_told_so() {
    for (name, path) in [("nowhere", "tests/nowhere.json"), ("directory", "tests")] {
        let diagnostics = input::read_file(Path::new(path)).unwrap_err().diagnostics;
        assert_eq!(diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::UnreadableFile]);
        diagnostics.iter().for_each(check_style);
        snapshot(&format!("unreadable-file-{name}"), &rendered(&diagnostics));
    }
}

#[test]
fn every_code_has_a_case() {
    let mut covered: BTreeSet<Code> = case_files().iter().filter(|file| file.bad).map(|file| file.code).collect();
    covered.extend(byte_cases().into_iter().map(|(code, ..)| code));
    // Those that need the catalogue or the engines have their cases in tests/lint.rs.
    covered.extend(ringfence::lint::CODES);
    covered.extend(ringfence::finding::CODES);
    // An argument, no file: its case is in tests/account_input.rs.
    covered.insert(Code::UnknownPrincipal);
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !covered.contains(code)).collect();
    assert!(missing.is_empty(), "no case under tests/diagnostics: {missing:?}");
}

/// The boundary of the Astran guide, as printed: JSON only after six commas are deleted, and a template at that.
#[test]
fn the_printed_boundary_is_refused_at_each_of_its_mistakes() {
    let source = input::read_file(Path::new("examples/astran-guide/boundary-as-printed.json")).unwrap();
    let diagnostics = read_document(&source, DocumentKind::Boundary);
    let commas: Vec<_> = diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.code == Code::TrailingComma)
        .map(|diagnostic| (diagnostic.position().line, diagnostic.position().column))
        .collect();
    assert_eq!(commas, [(24, 36), (27, 45), (38, 33), (41, 45), (52, 17), (55, 45)]);
    let others = diagnostics.iter().filter(|diagnostic| diagnostic.code != Code::TrailingComma);
    assert!(others.clone().count() > 0 && others.clone().all(|found| found.code == Code::TemplateText));
    diagnostics.iter().for_each(check_style);
    snapshot("boundary-as-printed", &rendered(&diagnostics));
}

#[test]
fn findings_of_several_files_stay_together() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["b.json", "a.json"] {
        fs::write(directory.path().join(name), "{\n  \"Version\": 1,\n  \"Statement\": [{\"Effect\": 1}],\n}\n")
            .unwrap();
    }
    let source = Source::new("scenario.json", r#"{"identityPolicies": [{"file": "b.json"}, {"file": "a.json"}]}"#);
    let mut findings = Findings::default();
    let json = json::read(&source, &mut findings).unwrap();
    let Value::Object(members) = &json.value else { panic!("an object") };
    let mut loader = Loader::new(&source, &directory.path().join("scenario.json"), &mut findings);
    let scenario = loader.scenario(members, json.span, None);
    let diagnostics = findings.finish(scenario).unwrap_err().diagnostics;
    let places: Vec<_> = diagnostics
        .iter()
        .map(|found| (found.source.name().ends_with("b.json"), found.position().line, found.position().column))
        .collect();
    let (of_b, of_a) = places.split_at(places.len() / 2);
    assert!(!of_b.is_empty() && of_b.iter().all(|place| place.0) && of_a.iter().all(|place| !place.0), "{places:?}");
    assert!(of_b.is_sorted() && of_a.is_sorted(), "{places:?}");
}

/// One change of a text's bytes.
#[derive(Debug, Clone)]
enum Mutation {
    Delete(Index, usize),
    Insert(Index, Vec<u8>),
    Duplicate(Index, usize),
    Truncate(Index),
}

impl Mutation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let range = |at: &Index, length: usize| {
            let start = at.index(bytes.len() + 1);
            start..usize::min(start + length, bytes.len())
        };
        match self {
            Self::Delete(at, length) => drop(bytes.drain(range(at, *length))),
            Self::Insert(at, new) => drop(bytes.splice(range(at, 0), new.iter().copied())),
            Self::Duplicate(at, length) => {
                let range = range(at, *length);
                let copy = bytes.get(range.clone()).unwrap().to_vec();
                drop(bytes.splice(range.start..range.start, copy));
            }
            Self::Truncate(at) => bytes.truncate(at.index(bytes.len() + 1)),
        }
    }
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let pieces = [
        "\"", "{", "}", "[", "]", ",", ":", "\\", "\n", "\r", "\r\n", "\t", "\0", "${", "${X}", "//", "/*", "ä", "字",
        "🦀", "e\u{301}", "\u{200b}", "\u{202e}", "\u{feff}", "\u{2028}", "\u{85}", "\u{a0}", "null", "7",
    ];
    let raw = prop::collection::vec(any::<u8>(), 1..4);
    let piece =
        prop_oneof![4 => prop::sample::select(pieces.to_vec()).prop_map(|text| text.as_bytes().to_vec()), 1 => raw];
    let at = any::<Index>;
    prop_oneof![
        3 => (at(), 1..20_usize).prop_map(|(at, length)| Mutation::Delete(at, length)),
        6 => (at(), piece).prop_map(|(at, new)| Mutation::Insert(at, new)),
        2 => (at(), 1..200_usize).prop_map(|(at, length)| Mutation::Duplicate(at, length)),
        1 => at().prop_map(Mutation::Truncate),
    ]
}

/// The published documents and, where it lies beside the package, some of the corpus.
fn documents() -> Vec<Vec<u8>> {
    let mut documents = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in sorted(&root.join("examples")).into_iter().filter(|path| path.join("README.md").exists()) {
        documents.extend(sorted(&folder).iter().map(|path| fs::read(path).unwrap()));
    }
    let corpus = root.join("../shared/corpus");
    if !corpus.exists() {
        std::io::Write::write_all(&mut std::io::stderr(), b"skipped: there is no ../shared/corpus\n").unwrap();
        return documents;
    }
    documents.extend(sorted(&corpus.join("guardrails")).iter().map(|path| fs::read(path).unwrap()));
    let managed = fs::read(corpus.join("managed/latest.json")).unwrap();
    let managed: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&managed).unwrap();
    documents.extend(managed.values().step_by(40).map(|policy| serde_json::to_vec_pretty(policy).unwrap()));
    // And one without line ends, which is shown in part.
    documents.extend(managed.values().step_by(80).map(|policy| serde_json::to_vec(policy).unwrap()));
    documents
}

#[test]
fn no_text_makes_a_diagnostic_panic() {
    let documents = documents();
    let cases = (any::<Index>(), prop::collection::vec(mutation(), 1..6));
    let config = ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |((which, mutations) in cases)| {
        let mut bytes = which.get(&documents).clone();
        mutations.iter().for_each(|mutation| mutation.apply(&mut bytes));
        let start = Instant::now();
        for layer in LayerKind::ALL {
            for diagnostic in read_bytes("mutated.json", bytes.clone(), DocumentKind::of(layer)) {
                prop_assert!(!report::diagnostic::text(&diagnostic, true).is_empty());
                prop_assert!(!report::diagnostic::json(&diagnostic).is_null());
                check_style(&diagnostic);
            }
        }
        prop_assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
    });
}
