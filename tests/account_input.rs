//! Files of accounts through the program itself: bad ones are refused with exit code 2 and nothing on standard output,
//! or left out and listed with --lenient; the forms that listings come in say the same.
//!
//! The mistakes are those of `tests/diagnostics`, whose messages are kept there.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use insta_cmd::assert_cmd_snapshot;
use ringfence::diagnostic::{Code, Severity};
use serde_json::{Value, json};

/// The listing that files beside a listing are about.
const SMALL: &str = "tests/accounts/small.json";

/// What a case file is given as.
const FLAGS: [(&str, &str); 6] = [
    ("listing", "--account"),
    ("places", "--resource-policies"),
    ("organization", "--organization"),
    ("credentials", "--credentials"),
    ("compute", "--compute"),
    ("managed", "--managed"),
];

fn ringfence(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env("COLUMNS", "120").stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    ringfence(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Asserts that a run was refused; what it says.
fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}\n{stderr}");
    assert!(output.stdout.is_empty(), "{arguments:?} writes to standard output");
    assert!(!stderr.contains("panicked"), "{arguments:?}\n{stderr}");
    stderr
}

/// Every mistake in a file of an account: its code, what it is given as, its path.
fn mistakes() -> Vec<(Code, &'static str, PathBuf)> {
    let mut mistakes = Vec::new();
    for code in Code::ALL {
        let folder = Path::new("tests/diagnostics").join(code.as_str());
        let Ok(files) = fs::read_dir(folder) else { continue };
        for path in files.map(|file| file.unwrap().path()) {
            let name = path.file_name().unwrap().to_str().unwrap();
            let flag = FLAGS.iter().find(|(kind, _)| name.starts_with(&format!("{kind}.")));
            if let Some((_, flag)) = flag.filter(|_| name.ends_with(".bad.json")) {
                mistakes.push((*code, *flag, path));
            }
        }
    }
    mistakes.sort_by(|a, b| a.2.cmp(&b.2));
    mistakes
}

fn arguments<'a>(flag: &'a str, path: &'a Path) -> Vec<&'a str> {
    let path = path.to_str().unwrap();
    match flag {
        "--account" => vec![flag, path],
        _ => vec!["--account", SMALL, flag, path],
    }
}

#[test]
fn mistakes_are_refused() {
    let mistakes = mistakes();
    assert!(mistakes.len() > 40, "{} mistakes", mistakes.len());
    for (code, flag, path) in mistakes.iter().filter(|(code, ..)| code.severity() == Severity::Error) {
        let files = arguments(flag, path);
        let stderr = refused(&[&["who-can", "s3:GetObject", "--color", "never"], &files[..]].concat());
        assert!(stderr.contains(&format!("error[{code}]")), "{}:\n{stderr}", path.display());
        assert!(stderr.contains(path.to_str().unwrap()), "{} is not named:\n{stderr}", path.display());
        assert!(stderr.contains("= help: "), "{}:\n{stderr}", path.display());
    }
}

/// What --lenient makes of each mistake: what is listed as left out, and whom it leaves unknown.
#[test]
fn lenient_reading_goes_on_with_what_is_whole() {
    let mut kept = String::new();
    for (_, flag, path) in mistakes() {
        let files = arguments(flag, &path);
        let flags = ["who-can", "s3:GetObject", "sts:AssumeRole", "--lenient", "--color", "never"];
        let output = run(&[&flags[..], &files[..]].concat());
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        let code = output.status.code();
        assert!(code == Some(0) || (code == Some(2) && stdout.is_empty()), "{}: {code:?}\n{stderr}", path.display());
        writeln!(kept, "{}: exit {}", path.strip_prefix("tests/diagnostics").unwrap().display(), code.unwrap())
            .unwrap();
        let found = stderr.lines().filter(|line| line.starts_with("error") || line.starts_with("warning"));
        found.for_each(|line| writeln!(kept, "    {line}").unwrap());
        let told = stdout.lines().skip_while(|line| !line.is_empty()).take_while(|line| !line.starts_with("accounts"));
        told.filter(|line| !line.is_empty()).for_each(|line| writeln!(kept, "  | {line}").unwrap());
    }
    insta::assert_snapshot!("account-lenient", kept);
}

#[test]
fn a_listing_of_300_mb_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("account.json");
    fs::File::create(&path).unwrap().set_len(300_000_000).unwrap();
    let start = Instant::now();
    let stderr = refused(&["who-can", "s3:GetObject", "--account", path.to_str().unwrap()]);
    assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
    assert!(stderr.contains("larger than the limit of 256 MiB"), "{stderr}");
}

#[test]
fn a_principal_that_is_not_listed_is_refused() {
    let ask = |arn| ringfence(&["reach", "s3:GetObject", "--account", SMALL, "--principal", arn]);
    assert_cmd_snapshot!("account-principal-near", ask("arn:aws:iam::111122223333:role/deploi"));
    assert_cmd_snapshot!("account-principal-other-path", ask("arn:aws:iam::111122223333:role/app/deploy"));
    assert_cmd_snapshot!("account-principal-elsewhere", ask("arn:aws:iam::444455556666:role/deploy"));
    assert_cmd_snapshot!("account-principal-no-arn", ask("deploy"));
    assert_cmd_snapshot!("account-principal-nothing-near", ask("arn:aws:iam::111122223333:user/zebediah"));
    assert_cmd_snapshot!("account-principal-group", ask("arn:aws:iam::111122223333:group/staff"));
}

#[test]
fn whom_to_ask_about_must_be_said() {
    assert_cmd_snapshot!("account-nobody-named", ringfence(&["reach", "s3:GetObject", "--account", SMALL]));
    let layers = ["reach", "s3:GetObject", "--account", SMALL, "--identity", "any", "--principal", "any"];
    assert_cmd_snapshot!("account-with-layers", ringfence(&layers));
    assert_cmd_snapshot!("account-without-listing", ringfence(&["who-can", "s3:GetObject"]));
    assert_cmd_snapshot!("account-no-file", ringfence(&["who-can", "s3:GetObject", "--account", "no/such.json"]));
}

/// Writes values as files of a folder; their paths.
fn files(folder: &Path, values: &[(&str, String)]) -> Vec<String> {
    let write = |(name, text): &(&str, String)| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    values.iter().map(write).collect()
}

/// Who can, without the places of the texts.
fn answer(flags: &[&str]) -> Value {
    let goals = ["who-can", "s3:GetObject", "lambda:InvokeFunction", "sts:AssumeRole", "--format", "json"];
    let output = run(&[&goals[..], flags].concat());
    assert_eq!(output.status.code(), Some(0), "{flags:?}\n{}", text(&output.stderr));
    let mut answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    for principal in answer["principals"].as_array_mut().unwrap() {
        for place in principal["counterexample"]["trace"].as_array_mut().into_iter().flatten() {
            *place = json!(place["policy"]);
        }
    }
    answer
}

/// The listing in pages: each holds what is named, and says whether more follow.
fn pages() -> Vec<Value> {
    let whole: Value = serde_json::from_str(&fs::read_to_string(SMALL).unwrap()).unwrap();
    let parts: [&[&str]; 3] = [&["RoleDetailList"], &["Policies", "UserDetailList"], &["GroupDetailList"]];
    let page = |(number, names): (usize, &&[&str])| {
        let mut page = json!({"IsTruncated": number < 2});
        for name in *names {
            page[name] = whole[name].clone();
        }
        page
    };
    parts.iter().enumerate().map(page).collect()
}

#[test]
fn pages_say_what_the_whole_listing_says() {
    let folder = tempfile::tempdir().unwrap();
    let pages = pages();
    let texts: Vec<String> = pages.iter().map(Value::to_string).collect();
    let paths = files(
        folder.path(),
        &[
            ("behind-each-other.json", texts.join("\n")),
            ("list.json", json!(pages).to_string()),
            ("1.json", texts[0].clone()),
            ("2.json", texts[1].clone()),
            ("3.json", texts[2].clone()),
        ],
    );
    let whole = answer(&["--account", SMALL]);
    assert_eq!(whole["principals"].as_array().unwrap().len(), 3, "{whole}");
    assert_eq!(answer(&["--account", &paths[0]]), whole);
    assert_eq!(answer(&["--account", &paths[1]]), whole);
    assert_eq!(answer(&["--account", &paths[4], "--account", &paths[2], "--account", &paths[3]]), whole);
    let stderr = refused(&["who-can", "s3:GetObject", "--account", &paths[2], "--account", &paths[3]]);
    assert!(stderr.contains("error[truncated-listing]"), "{stderr}");
}

/// Percent-encoded as IAM's API does it.
fn encoded(document: &Value) -> Value {
    let text = document.to_string();
    let byte =
        |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    json!(text.bytes().map(byte).collect::<String>())
}

/// Encodes every document below a value.
fn encode(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match name.as_str() {
                    "PolicyDocument" | "Document" | "AssumeRolePolicyDocument" => *member = encoded(member),
                    _ => encode(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(encode),
        _ => {}
    }
}

#[test]
fn encoded_documents_say_what_objects_say() {
    let mut listing: Value = serde_json::from_str(&fs::read_to_string(SMALL).unwrap()).unwrap();
    encode(&mut listing);
    assert!(listing.to_string().contains("%22Version%22"), "{listing}");
    let folder = tempfile::tempdir().unwrap();
    let paths = files(folder.path(), &[("encoded.json", listing.to_string())]);
    assert_eq!(answer(&["--account", &paths[0]]), answer(&["--account", SMALL]));
}

#[test]
fn whose_a_bucket_is_must_be_said_where_there_are_two_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let other = fs::read_to_string(SMALL).unwrap().replace("111122223333", "444455556666");
    let statement = json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/deploy"},
        "Action": "s3:GetObject", "Resource": "*"});
    let bucket =
        json!({"Resource": "arn:aws:s3:::shared", "Policy": {"Version": "2012-10-17", "Statement": statement}});
    let mut said = bucket.clone();
    said["Account"] = json!("111122223333");
    let paths = files(
        folder.path(),
        &[
            ("other.json", other),
            ("bucket.json", json!([bucket]).to_string()),
            ("said.json", json!([said]).to_string()),
        ],
    );
    let both = ["--account", SMALL, "--account", &paths[0], "--resource-policies"];
    let stderr = refused(&[&["who-can", "s3:GetObject"], &both[..], &[&paths[1]]].concat());
    assert!(stderr.contains("does not say whose it is") && stderr.contains("`\"Account\": ID`"), "{stderr}");
    // With one listing it is that account's; the role's boundary allows s3, so that naming it is enough.
    for flags in [vec!["--account", SMALL, "--resource-policies", &paths[1]], [&both[..], &[&paths[2]]].concat()] {
        let answer = answer(&flags);
        let who: Vec<&str> =
            answer["principals"].as_array().unwrap().iter().filter_map(|own| own["principal"].as_str()).collect();
        assert!(who.contains(&"arn:aws:iam::111122223333:role/deploy"), "{answer}");
    }
}

#[test]
fn managed_policies_of_a_file_are_found_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let arn = "arn:aws:iam::111122223333:user/eve";
    let listing = json!({"UserDetailList": [{"Arn": arn, "GroupList": [],
        "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/job-function/Auditing"}]}]});
    let audit = json!({"Auditing": {"Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}}});
    let paths = files(folder.path(), &[("account.json", listing.to_string()), ("managed.json", audit.to_string())]);
    let stderr = refused(&["who-can", "s3:GetObject", "--account", &paths[0]]);
    assert!(stderr.contains(arn) && stderr.contains("--managed FILE"), "{stderr}");
    let answer = answer(&["--account", &paths[0], "--managed", &paths[1]]);
    assert_eq!(answer["principals"][0]["verdict"], "reachable", "{answer}");
}
