//! The lines of a workload, asked or only read.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Duration;

use ringfence::query::reach::{Options, reach};
use ringfence::question::{Question, Reading, read as read_question};
use ringfence::source::Source;
use ringfence::verdict::{Answer, EngineName, Unknown};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// A question of a workload.
pub(crate) struct Line {
    pub(crate) id: String,
    text: String,
}

/// What came of it.
pub(crate) struct Answered {
    pub(crate) milliseconds: f64,
    pub(crate) answer: Answer,
    pub(crate) formulas: usize,
    /// Why it is unknown, unless readings disagree.
    pub(crate) reason: Option<String>,
    pub(crate) depends: bool,
}

fn texts(path: &Path) -> impl Iterator<Item = String> {
    BufReader::new(File::open(path).unwrap()).lines().map(Result::unwrap).filter(|line| !line.trim().is_empty())
}

/// The lines of a file.
pub(crate) fn read(path: &Path) -> impl Iterator<Item = Line> {
    texts(path).map(|text| {
        let Named { id } = serde_json::from_str(&text).unwrap();
        Line { id, text }
    })
}

impl Line {
    /// The line as it is in the file.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Asks it, after a first time that counts for nothing: what the process makes once is not the line's.
    pub(crate) fn ask_twice(self, engine: EngineName) -> (Self, Answered) {
        self.ask(engine, None);
        let answered = self.ask(engine, None);
        (self, answered)
    }

    pub(crate) fn ask(&self, engine: EngineName, timeout: Option<Duration>) -> Answered {
        let source = Source::new("<bench>", self.text.as_str());
        let reading = Reading { path: Path::new(""), dialect: None };
        let Question { scenario, goal, .. } = read_question(&source, reading).1.unwrap();
        let options = Options { engine, timeout: timeout.or(Some(Duration::from_secs(10))), ..Options::default() };
        let verdict = reach(&scenario, &goal, &options).unwrap();
        let (reason, depends) = match verdict.unknown {
            Some(Unknown::Gave(reason)) => (Some(reason), false),
            Some(Unknown::Depends(_)) => (None, true),
            None => (None, false),
        };
        let milliseconds = verdict.elapsed.as_secs_f64() * 1e3;
        Answered { milliseconds, answer: verdict.answer, formulas: verdict.formulas, reason, depends }
    }
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

/// A line as far as policies go.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "what is measured is making it")]
struct Typed {
    id: String,
    identity_policies: Option<OneOrMore<Document>>,
    permissions_boundary: Option<OneOrMore<Document>>,
    scps: Option<IgnoredAny>,
    goal: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(untagged)]
#[expect(dead_code, reason = "what is measured is making it")]
enum OneOrMore<T> {
    Word(String),
    More(Vec<T>),
    One(T),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "what is measured is making it")]
struct Document {
    version: Option<String>,
    statement: OneOrMore<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(dead_code, reason = "what is measured is making it")]
struct Statement {
    sid: Option<String>,
    effect: String,
    action: Option<OneOrMore<String>>,
    not_action: Option<OneOrMore<String>>,
    resource: Option<OneOrMore<String>>,
    not_resource: Option<OneOrMore<String>>,
    condition: Option<serde_json::Value>,
}

/// Reads the lines into typed documents and counts them.
pub(crate) fn parse_typed(path: &Path) -> usize {
    texts(path).filter(|text| serde_json::from_str::<Typed>(text).is_ok()).count()
}
