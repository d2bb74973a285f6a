//! One line of a batch of questions: a scenario, a goal and what is expected of it.
//!
//! In: a line of JSON. Out: [`Question`] with its `id`, which is known even where the rest of the line is refused.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Findings, Refusal};
use crate::goal::Goal;
use crate::json::{Json, Member};
use crate::line::{self, REMARKS};
use crate::scenario::load::field;
use crate::scenario::{Loader, SCENARIO_FIELDS, Scenario};
use crate::source::Source;
use crate::verdict::Answer;

/// A line that can be asked.
#[derive(Debug)]
pub struct Question {
    /// The line's scenario.
    pub scenario: Scenario,
    /// What is asked about.
    pub goal: Goal,
    /// What is expected, if the line says so.
    pub expect: Option<Answer>,
    /// Warnings about the line's documents.
    pub warnings: Vec<Diagnostic>,
}

/// How lines are read.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// The file whose directory file names are relative to.
    pub path: &'a Path,
    /// The dialect of lines that name none.
    pub dialect: Option<&'a str>,
}

/// Reads one line; the line's `id` comes first, because it is told even of a line that is refused.
pub fn read(source: &Arc<Source>, reading: Reading<'_>) -> (Option<serde_json::Value>, Result<Question, Refusal>) {
    let (id, question) =
        line::read(source, |json, members, findings| question(source, json, members, reading, findings));
    (id, question.map(|(question, warnings)| Question { warnings, ..question }))
}

fn question(
    source: &Arc<Source>,
    json: &Json,
    members: &[Member],
    reading: Reading<'_>,
    findings: &mut Findings,
) -> Option<Question> {
    let mut loader = Loader::new(source, reading.path, findings);
    let known = [&REMARKS[..], &["goal"], &SCENARIO_FIELDS].concat();
    loader.known_fields(members, &known);
    // Every part is read, so that a refusal names all that is wrong.
    let scenario = loader.scenario(members, json.span, reading.dialect);
    let expect = field(members, "expect").map(|member| answer(&mut loader, &member.value));
    let goal = match field(members, "goal") {
        Some(member) => Goal::read(&member.value, source, loader.findings),
        None => {
            loader.missing(members, &known, "goal", json.span, "add `\"goal\": {\"action\": \"s3:*\"}`");
            None
        }
    };
    let expect = match expect {
        Some(expect) => Some(expect?),
        None => None,
    };
    Some(Question { scenario: scenario?, goal: goal?, expect, warnings: Vec::new() })
}

fn answer(loader: &mut Loader<'_>, json: &Json) -> Option<Answer> {
    let found = json.as_str().and_then(Answer::parse);
    if found.is_none() {
        let help = format!("write one of {}", Answer::ALL.map(Answer::as_str).join(", "));
        loader.error(Code::BadField, json.span, "`expect` is no verdict", help);
    }
    found
}
