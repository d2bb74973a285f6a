//! The listings of the corpus beside the checkout: who can, with the organization and the resource policies too.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The folder, from the package's directory.
const FOLDER: &str = "../shared/corpus/accounts";

/// A file of the corpus; none where there is no corpus, and then that is said.
fn corpus(name: &str) -> Option<PathBuf> {
    let path = Path::new(FOLDER).join(name);
    if Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).exists() {
        return Some(path);
    }
    std::io::stderr().write_all(b"skipped: there is no ../shared/corpus/accounts\n").unwrap();
    None
}

fn who_can(listing: &Path, beside: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ringfence"))
        .args(["who-can", "s3:GetObject", "lambda:InvokeFunction", "--color", "never", "--account"])
        .arg(listing)
        .args(beside)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What is said of a listing, without what every report says.
fn told(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let report: Vec<&str> = stdout.lines().take_while(|line| !line.starts_with("limits")).collect();
    format!("exit {:?}\n{stderr}{}\n", output.status.code(), report.join("\n"))
}

fn listings() -> Option<Vec<PathBuf>> {
    corpus("manifest.json")?;
    let all = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER)).unwrap();
    let mut names: Vec<String> = all.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let beside = ["manifest.json", "iamspy-scp-basic.json", "iamspy-resource-s3-allow-testing.json"];
    names.retain(|name| !beside.contains(&name.as_str()));
    Some(names.iter().map(|name| Path::new(FOLDER).join(name)).collect())
}

#[test]
fn the_listings_of_the_corpus_are_answered() {
    let Some(listings) = listings() else { return };
    assert_eq!(listings.len(), 7, "{listings:?}");
    let mut all = String::new();
    for listing in listings {
        let output = who_can(&listing, &[]);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        writeln!(all, "## {}\n{}", listing.file_name().unwrap().display(), told(&output)).unwrap();
    }
    insta::assert_snapshot!("corpus-who-can", all);
}

/// A bare ARN as Principal is read, with a finding.
#[test]
fn the_resource_policy_of_the_corpus_grants() {
    let Some(listing) = corpus("iamspy-allow-testing-s3.json") else { return };
    let bucket = corpus("iamspy-resource-s3-allow-testing.json").unwrap();
    let output = who_can(&listing, &["--resource-policies", bucket.to_str().unwrap()]);
    insta::assert_snapshot!("corpus-resource-policy", told(&output));
}

/// A tree of a root and accounts: one manages it, one is not in it.
#[test]
fn the_organization_of_the_corpus_binds() {
    let Some(listing) = corpus("iamspy-allow-testing-s3.json") else { return };
    let tree = corpus("iamspy-scp-basic.json").unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (text, organization) =
        (fs::read_to_string(root.join(&listing)).unwrap(), fs::read_to_string(root.join(&tree)).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let mut all = String::new();
    let mut ask = |about: &str, account: &str, organization: &str| {
        let (path, tree) = (folder.path().join("account.json"), folder.path().join("tree.json"));
        fs::write(&path, text.replace("111111111111", account)).unwrap();
        fs::write(&tree, organization).unwrap();
        let output = who_can(&path, &["--organization", tree.to_str().unwrap()]);
        let told = told(&output).replace(folder.path().to_str().unwrap(), "FOLDER");
        writeln!(all, "## {about}\n{told}").unwrap();
    };
    ask("an account that is not in the tree", "111111111111", &organization);
    ask("the account that manages it, whose policies bind nobody", "023456789012", &organization);
    ask("an account that may do everything", "123456789012", &organization);
    let managed_elsewhere = organization.replace("organizations::023456789012:", "organizations::999988887777:");
    ask("the first account, were it managed by another: it is blocked", "023456789012", &managed_elsewhere);
    insta::assert_snapshot!("corpus-organization", all);
}
