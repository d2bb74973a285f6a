//! What `ringfence lint` says of meaning: the boundaries of the seeds, and how much is found in real documents.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "figures and what is skipped are told")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ringfence::diagnostic::Code;
use ringfence::finding::{Semantic, find};
use ringfence::policy::{self, DocumentKind};
use ringfence::source::Source;
use ringfence::vocabulary::dialect::Dialect;
use serde_json::Value;

#[path = "guardrails/filled.rs"]
mod filled;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn found(name: &str, text: &str, kind: DocumentKind) -> Option<Semantic> {
    // Templates are looked at as who deploys them has them.
    let parsed = policy::parse(&Source::new(name, text), kind)
        .or_else(|refusal| policy::parse(&Source::new(name, filled::filled(text, &refusal.diagnostics)), kind));
    let (document, _) = parsed.ok()?;
    let dialect = Dialect::embedded("aws").unwrap().unwrap();
    Some(find(&document, dialect, Some(Duration::from_secs(20))).unwrap_or_else(|error| panic!("{name}: {error}")))
}

fn codes(found: &Semantic) -> Vec<&'static str> {
    found.diagnostics.iter().map(|own| own.code.as_str()).collect()
}

/// The boundary of an example, as an account or a file keeps it.
fn boundary(path: &str, pointer: &str) -> Semantic {
    let text = fs::read_to_string(root().join("examples").join(path)).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let document = json.pointer(pointer).unwrap_or_else(|| panic!("{path}: nothing at {pointer}"));
    found(path, &document.to_string(), DocumentKind::Boundary).unwrap()
}

#[test]
fn the_boundaries_of_the_seeds_have_the_holes_of_a_lone_user() {
    let bypass = Code::ResourcePolicyBypass.as_str();
    let unprotected = Code::BoundaryUnprotected.as_str();
    // Another user, a role or an outside account may open what a lone user cannot.
    for (path, pointer, expected) in [
        ("steve/company-xyz-permissions-boundary.json", "", vec![bypass]),
        ("caveat/boundary-allow-s3.json", "", vec![bypass]),
        ("caveat/boundary-deny-not-action-sqs.json", "", vec![]),
        ("escalation/astran-alone.json", "/Policies/1/PolicyVersionList/0/Document", vec![bypass]),
        ("escalation/astran-weak.json", "/Policies/1/PolicyVersionList/0/Document", vec![bypass, unprotected]),
        ("escalation/page-administrator.json", "/Policies/0/PolicyVersionList/0/Document", vec![bypass, unprotected]),
        ("escalation/page-administrator.json", "/Policies/1/PolicyVersionList/0/Document", vec![bypass, unprotected]),
        ("escalation/recipe-closed-owner.json", "/Policies/1/PolicyVersionList/0/Document", vec![bypass]),
    ] {
        let found = boundary(path, pointer);
        assert_eq!(codes(&found), expected, "{path}{pointer}");
        assert_eq!(found.unknown, Vec::<String>::new(), "{path}{pointer}");
    }
}

/// A finding in this many documents would be noise if most were none; the counts are those that were looked at by hand.
#[test]
fn findings_in_real_documents_are_few() {
    let corpus = root().join("../shared/corpus");
    let Ok(managed) = fs::read_to_string(corpus.join("managed/latest.json")) else {
        println!("skipped: there is no ../shared/corpus");
        return;
    };
    let mut documents: Vec<(&str, String, String, DocumentKind)> = Vec::new();
    let mut guardrails: Vec<PathBuf> =
        fs::read_dir(corpus.join("guardrails")).unwrap().map(|entry| entry.unwrap().path()).collect();
    guardrails.sort();
    for path in guardrails {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let kind = name.split('-').next().unwrap().replace("vpc", "endpoint");
        if let Some(kind) = DocumentKind::parse(&kind) {
            documents.push(("guardrails", name, fs::read_to_string(&path).unwrap(), kind));
        }
    }
    let managed: BTreeMap<String, Value> = serde_json::from_str(&managed).unwrap();
    let every = managed.len() / 200;
    let sample = managed.into_iter().step_by(every).take(200);
    documents.extend(sample.map(|(name, own)| ("managed policies", name, own.to_string(), DocumentKind::Identity)));
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let (mut slowest, mut unknown) = (Duration::ZERO, 0);
    for (set, name, text, kind) in &documents {
        let started = Instant::now();
        let counts = counts.entry(set).or_default();
        let Some(found) = found(name, text, *kind) else {
            *counts.entry("refused").or_default() += 1;
            continue;
        };
        slowest = slowest.max(started.elapsed());
        *counts.entry("looked at").or_default() += 1;
        unknown += found.unknown.len();
        codes(&found).into_iter().for_each(|code| *counts.entry(code).or_default() += 1);
    }
    println!("{counts:?}, {unknown} unknown, slowest {slowest:?}");
    assert_eq!(unknown, 0);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("finding-corpus", format!("{counts:#?}"));
    });
}
