//! Reports in the formats that are written when all answers are there: SARIF, JUnit and HTML of every command.
//!
//! SARIF is validated against its published schema, JUnit is read back, and pages are laid out by Chromium where it is.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

use std::fs;
use std::path::Path;
use std::process::Command;

use insta_cmd::get_cargo_bin;
use serde_json::Value;

/// One run of each command, and of each kind of answer: its name, arguments and exit code.
const RUNS: &[(&str, &str, i32)] = &[
    ("reach", "reach iam:DeleteUserPermissionsBoundary --scenario examples/astran-guide/v2-bounded.scenario.json", 1),
    (
        "reach-proof",
        "reach * --except s3:ListAllMyBuckets --scenario examples/notanadmin/admin-bounded.scenario.json",
        0,
    ),
    ("reach-each", "reach sqs:*Queue --each --scenario examples/caveat/deny-not-action-boundary.scenario.json", 0),
    ("reach-each-principal", "reach s3:DeleteBucket --each-principal --account examples/account/shop.json", 1),
    ("reach-plan", "reach iam:* --terraform-plan examples/deployment/plan.json", 1),
    ("who-can", "who-can iam:CreateUser --account examples/account/shop.json", 0),
    ("check", "check examples/pipeline/draft.toml", 1),
    ("check-templates", "check examples/deployment", 0),
    ("compare", "compare --only-gains tests/compare/reader-v1.json tests/compare/reader-v2.json", 1),
    (
        "compare-layer",
        "compare tests/compare/reader-v2.json tests/compare/reader-v1.json --as boundary --scenario examples/notanadmin/admin-bounded.scenario.json",
        0,
    ),
    ("compare-plan", "compare --terraform-plan examples/deployment/plan.json", 3),
    (
        "escalate",
        "escalate s3:* --account examples/escalation/astran-role.json --principal arn:aws:iam::111122223333:user/bob",
        1,
    ),
    (
        "escalate-proof",
        "escalate s3:CreateBucket --account examples/escalation/astran-alone.json --principal arn:aws:iam::111122223333:user/bob",
        0,
    ),
    ("lint", "lint --as boundary examples/caveat/boundary-allow-s3.json tests/report/hostile.json", 2),
    (
        "evaluate",
        "evaluate --scenario examples/astran-guide/v2-bounded.scenario.json --action iam:CreateUser --resource arn:demo:iam::ce04d61d-afac-504f-a96b-ebbbced80013:user/new",
        0,
    ),
    ("hostile", "reach s3:GetObject --scenario tests/report/hostile.json", 1),
];

/// What a run writes in a format.
fn run(arguments: &str, format: &str, code: i32) -> String {
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let mut command = Command::new(get_cargo_bin("ringfence"));
    command.args(&arguments).args(["--format", format]).current_dir(env!("CARGO_MANIFEST_DIR"));
    // The others have no times to leave out.
    if !["who-can", "lint", "evaluate"].contains(&arguments[0]) {
        command.arg("--no-timing");
    }
    let output = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?} --format {format}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn sarif_is_valid_and_its_places_exist() {
    let schema = fs::read_to_string(repository("tests/report/schemas/sarif-2.1.0.json")).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    // The published pattern is no regular expression: it has a bracket too many. Nothing that we write is held to it.
    for object in ["run", "toolComponent"] {
        schema["definitions"][object]["properties"]["language"]["pattern"] = "^[a-zA-Z]{2}".into();
    }
    let schema = jsonschema::validator_for(&schema).unwrap();
    for (name, arguments, code) in RUNS {
        let text = run(arguments, "sarif", *code);
        let log: Value = serde_json::from_str(&text).unwrap();
        let wrong: Vec<String> = schema.iter_errors(&log).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_i64().unwrap()).unwrap()];
            assert_eq!(rule["id"], result["ruleId"], "{name}");
            assert!(!result["locations"].as_array().unwrap().is_empty(), "{name}: {result}");
            let places = [&result["locations"], &result["relatedLocations"]].map(|own| own.as_array().cloned());
            for place in places.into_iter().flatten().flatten() {
                let uri = place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
                assert!(repository(uri).is_file(), "{name}: {uri}");
                let lines = fs::read_to_string(repository(uri)).unwrap().lines().count();
                let line = place["physicalLocation"]["region"]["startLine"].as_i64().unwrap_or(1);
                assert!(line >= 1 && usize::try_from(line).unwrap() <= lines, "{name}: {uri}:{line}");
            }
        }
    }
}

#[test]
fn a_fingerprint_stays_when_lines_move() {
    let folder = tempfile::tempdir().unwrap();
    let (policy, scenario) = (folder.path().join("p.json"), folder.path().join("s.json"));
    fs::write(&scenario, r#"{"principal": "any", "identityPolicies": {"file": "p.json"}}"#).unwrap();
    let document =
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}"#;
    let print = |text: &str| {
        fs::write(&policy, text).unwrap();
        let log = run(&format!("reach s3:* --scenario {}", scenario.display()), "sarif", 1);
        let log: Value = serde_json::from_str(&log).unwrap();
        let result = log["runs"][0]["results"][0].clone();
        let line = result["locations"][0]["physicalLocation"]["region"]["startLine"].clone();
        (result["partialFingerprints"].clone(), line)
    };
    let (first, second) = (print(document), print(&document.replace("[{", "[\n\n\n{")));
    assert_eq!(first.0, second.0);
    assert_ne!(first.1, second.1);
}

#[test]
fn junit_is_what_its_reader_takes() {
    for (name, arguments, code) in RUNS {
        let text = run(arguments, "junit", *code);
        let report = quick_junit::Report::deserialize_from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let cases: Vec<_> = report.test_suites.iter().flat_map(|suite| &suite.test_cases).collect();
        assert!(!cases.is_empty(), "{name}");
        let is_failed =
            |case: &&quick_junit::TestCase| !matches!(case.status, quick_junit::TestCaseStatus::Success { .. });
        let failed = cases.iter().any(is_failed);
        assert_eq!(failed, *code != 0, "{name}: {text}");
        // The schema of the servers that read it, where a validator is at hand.
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), &text).unwrap();
        let schema = repository("tests/report/schemas/junit.xsd");
        match Command::new("xmllint").args(["--noout", "--schema"]).args([&schema, file.path()]).output() {
            Ok(output) => assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr)),
            Err(_) => println!("skipped: there is no xmllint to validate {name}"),
        }
    }
}

#[test]
fn one_report_of_each_format_in_full() {
    // The style is a file of its own.
    let style = regex::Regex::new(r"(?s)<style>.*?</style>").unwrap();
    for name in ["check", "escalate", "lint"] {
        let (_, arguments, code) = RUNS.iter().find(|(own, ..)| own == &name).unwrap();
        for format in ["sarif", "junit", "html"] {
            let text = run(arguments, format, *code);
            insta::assert_snapshot!(format!("{name}-{format}"), style.replace(&text, "<style>…</style>"));
        }
    }
}

#[test]
fn pages_fetch_nothing_and_escape_everything() {
    for (name, arguments, code) in RUNS {
        let page = run(arguments, "html", *code);
        for never in ["http://", "https://", "<script", "<img", "javascript:", " onerror=\"", "url("] {
            assert!(!page.contains(never), "{name}: {never}");
        }
        let hidden = page
            .chars()
            .find(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}'));
        assert_eq!(hidden, None, "{name}");
        for tag in ["section", "article", "details", "table", "dl", "ul", "ol", "pre", "bdi", "figure", "div", "li"] {
            let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{name}: <{tag}>");
        }
    }
    let hostile = run(RUNS.last().unwrap().1, "html", 1);
    assert!(hostile.contains("&#60;script&#62;alert(1)") && hostile.contains("‹U+202E›gnp.exe"));
}

/// Where Chromium is, if it is.
fn chromium() -> Option<&'static str> {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|own| own.status.success()));
    if found.is_none() {
        println!("skipped: there is no Chromium to lay pages out");
    }
    found
}

#[test]
fn pages_fit_phones_and_screens_light_and_dark() {
    let Some(chromium) = chromium() else { return };
    let folder = tempfile::tempdir().unwrap();
    let pages: Vec<(&str, String)> =
        RUNS.iter().map(|(name, arguments, code)| (*name, run(arguments, "html", *code))).collect();
    // Each page in frames of two widths; the script is the frame's, not the page's.
    let mut frames = String::new();
    for (name, page) in &pages {
        let page = page.replace('&', "&amp;").replace('"', "&quot;");
        for width in [360, 1280] {
            frames.push_str(&format!(
                "<iframe data-name=\"{name}\" width=\"{width}\" height=\"800\" srcdoc=\"{page}\"></iframe>\n"
            ));
        }
    }
    let script = r#"addEventListener('load', () => {
        const found = [];
        for (const frame of document.querySelectorAll('iframe')) {
            const page = frame.contentDocument;
            page.querySelectorAll('details').forEach(own => own.open = true);
            const root = page.documentElement, body = page.defaultView.getComputedStyle(page.body);
            found.push([frame.dataset.name, frame.width, root.scrollWidth, body.backgroundColor, body.color, page.body.innerText.length].join(' | '));
        }
        document.body.innerHTML = '<pre id="found"></pre>';
        document.getElementById('found').textContent = found.join('\n');
    });"#;
    let all = folder.path().join("all.html");
    fs::write(&all, format!("<!DOCTYPE html><meta charset=utf-8><body>{frames}<script>{script}</script>")).unwrap();
    let mut backgrounds = Vec::new();
    for scheme in ["1", "0"] {
        let profile = tempfile::tempdir().unwrap();
        let output = Command::new(chromium)
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .args(["--virtual-time-budget=20000", "--dump-dom"])
            .arg(format!("file://{}", all.display()))
            .output()
            .unwrap();
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        let found = dom.split("<pre id=\"found\">").nth(1).and_then(|rest| rest.split("</pre>").next());
        let found =
            found.unwrap_or_else(|| panic!("Chromium wrote no answer: {}", String::from_utf8_lossy(&output.stderr)));
        let lines: Vec<Vec<&str>> = found.lines().map(|line| line.split(" | ").collect()).collect();
        assert_eq!(lines.len(), 2 * pages.len());
        for line in &lines {
            let [name, width, wide, background, ink, letters] = line[..] else { panic!("{line:?}") };
            assert!(wide.parse::<u32>().unwrap() <= width.parse().unwrap(), "{name} is {wide} wide at {width}");
            assert_ne!(background, ink, "{name}");
            assert!(letters.parse::<usize>().unwrap() > 500, "{name} is empty");
            backgrounds.push((scheme, background.to_owned()));
        }
    }
    let of = |scheme: &str| backgrounds.iter().find(|(own, _)| own == &scheme).map(|(_, color)| color.clone());
    assert_ne!(of("1"), of("0"), "dark is not light");
}
