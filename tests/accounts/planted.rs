//! Large accounts with planted roles whose answers are known from how they are built.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use ringfence::account::Files;
use ringfence::account::ask::{AskError, Query};
use ringfence::account::subject::Subject;
use ringfence::account::who_can::who_can;
use ringfence::goal::Goal;
use ringfence::query::reach::Options;
use ringfence::vocabulary::dialect::Dialect;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::Value;
use tempfile::TempDir;

use crate::files::text;

/// An account of so many principals.
struct Made {
    folder: TempDir,
}

impl Made {
    /// Makes one; none where there is no corpus or no Python, and then that is said.
    fn new(principals: usize) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/make_account.py");
        let folder = tempfile::tempdir().unwrap();
        let account = fs::File::create(folder.path().join("account.json")).unwrap();
        let mut command = Command::new("python3");
        command.arg(&script).args(["--principals", &principals.to_string(), "--seed", "1"]);
        command.args(["--answers", "answers.json", "--resources", "resources.json"]).current_dir(folder.path());
        let made = script.exists() && command.stdout(account).status().is_ok_and(|status| status.success());
        if !made {
            let reason = b"skipped: there is no ../shared/corpus/make_account.py, or no python3 to run it\n";
            std::io::stderr().write_all(reason).unwrap();
        }
        made.then_some(Self { folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn files(&self, resources: bool) -> Files {
        Files {
            accounts: vec![self.path("account.json")],
            resource_policies: resources.then(|| self.path("resources.json")),
            ..Files::default()
        }
    }

    /// What the program prints.
    fn run(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ringfence"));
        let output = command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.code().is_some_and(|code| code != 2), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The planted answers that are known, by action and resource.
    fn answers(&self) -> BTreeMap<(String, String), Vec<(String, bool)>> {
        let answers: Value = serde_json::from_str(&fs::read_to_string(self.path("answers.json")).unwrap()).unwrap();
        let mut goals: BTreeMap<(String, String), Vec<(String, bool)>> = BTreeMap::new();
        for answer in answers.as_array().unwrap() {
            // Null: it depends on what a number may be.
            let Some(reachable) = answer["reachable"].as_bool() else { continue };
            let goal = (text(answer, "action").to_owned(), text(answer, "resource").to_owned());
            goals.entry(goal).or_default().push((text(answer, "principal").to_owned(), reachable));
        }
        goals
    }

    /// Every planted answer is as it was built, asked as users ask it.
    fn check(&self) {
        let answers = self.answers();
        assert!(answers.values().map(Vec::len).sum::<usize>() >= 13, "{answers:?}");
        for ((action, resource), expected) in answers {
            for resources in [&[][..], &["--resource-policies", "resources.json"]] {
                let flags =
                    ["who-can", &action, "--resource", &resource, "--account", "account.json", "--format", "json"];
                let told: Value = serde_json::from_str(&self.run(&[&flags[..], resources].concat())).unwrap();
                let told = told["principals"].as_array().unwrap();
                for (arn, reachable) in &expected {
                    let own = told.iter().find(|own| text(own, "principal") == arn).map(|own| text(own, "verdict"));
                    let wanted = reachable.then_some("reachable");
                    assert_eq!(own, wanted, "{arn}: {action} on {resource}, {resources:?}");
                }
            }
        }
    }
}

#[test]
fn planted_answers_are_right_among_100_and_1000() {
    for principals in [100, 1_000] {
        let Some(made) = Made::new(principals) else { return };
        made.check();
    }
}

#[test]
#[ignore = "minutes: ten thousand principals"]
fn planted_answers_are_right_among_10000() {
    if let Some(made) = Made::new(10_000) {
        made.check();
    }
}

#[test]
fn as_many_threads_as_there_are_give_the_same_bytes() {
    let Some(made) = Made::new(100) else { return };
    let flags = ["--account", "account.json", "--resource-policies", "resources.json"];
    for command in [&["who-can", "s3:GetObject"][..], &["reach", "s3:*", "--each-principal", "--no-timing"]] {
        let asked = [command, &flags[..]].concat();
        let one = made.run(&[&asked[..], &["--jobs", "1"]].concat());
        assert!(one.contains("reachable"), "{one}");
        assert_eq!(one, made.run(&[&asked[..], &["--jobs", "2"]].concat()));
    }
}

/// Sliced and shared among all, or whole and explained for one: the same answer.
#[test]
fn each_is_answered_alone_as_among_all() {
    let Some(made) = Made::new(100) else { return };
    for (goal, resources) in [("s3:GetObject", true), ("sts:AssumeRole", false)] {
        let (accounts, _) = made.files(resources).load(Dialect::embedded("aws").unwrap().unwrap()).unwrap();
        let goal = Goal::from_flags(&[goal.to_owned()], &[], None, None).unwrap();
        let query = |many: bool| {
            let options = Options { explain: !many, ..Options::default() };
            Query::new(&accounts, &goal, options, Rulings::default(), false, many).unwrap()
        };
        let (shared, single) = (query(true), query(false));
        let subjects: Vec<Subject<'_>> = accounts.holders.iter().map(Subject::of).collect();
        let mut differ = Vec::new();
        who_can::<AskError>(&shared, &subjects, 2, |subject, answered| {
            let alone = single.ask(subject)?.verdict.answer;
            if alone != answered.verdict.answer {
                differ.push(format!("{}: {:?} among all, {alone:?} alone", subject.arn, answered.verdict.answer));
            }
            Ok(())
        })
        .unwrap();
        assert!(differ.is_empty(), "{}", differ.join("\n"));
    }
}
