//! What a plan or template can allow, as text and JSON: its policies, what is not known, and an answer for everybody.

use serde_json::{Map, Value, json};

use crate::deployment::{Asked, Deployment, Form, Policy, Subject};
use crate::goal::Goal;
use crate::report::excerpt::{labelled, wrapped};
use crate::report::verdict::{
    self, NOT_MODELLED, SCHEMA, Timing, goal_lines, limits, place_text, reason_lines, request_lines,
};
use crate::report::versions;
use crate::verdict::{Answer, EngineName};
use crate::vocabulary::dialect::Dialect;

/// What was asked of a plan or template, and what it came to.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// The plan or template.
    pub deployment: &'a Deployment,
    /// The requests asked about.
    pub goal: &'a Goal,
    /// The answers, in the order of the file.
    pub answers: &'a [(Subject, Asked)],
    /// Left out where reports shall be the same bytes each time.
    pub timing: Option<Timing>,
}

/// The report for people.
pub fn text(found: Answered<'_>) -> String {
    let Answered { deployment, goal, answers, timing } = found;
    let mut out = String::new();
    labelled(&mut out, "question", "can anybody in it send any of these requests?");
    goal_lines(&mut out, goal);
    labelled(&mut out, form(deployment), deployment.source.name());
    out.push('\n');
    listing(&mut out, deployment);
    for (subject, asked) in answers {
        out.push('\n');
        answer(&mut out, subject, asked);
    }
    if !deployment.notes.is_empty() {
        out.push('\n');
        deployment.notes.iter().for_each(|note| wrapped(&mut out, "note", note));
    }
    out.push('\n');
    limits(&mut out);
    if let Some(dialect) = dialect(answers) {
        wrapped(&mut out, "versions", &versions::text(dialect, EngineName::default()));
    }
    if let Some(timing) = timing {
        let query = answers.iter().map(|(_, asked)| asked.verdict.elapsed).sum();
        verdict::time_line(&mut out, query, timing);
    }
    out
}

/// The policies and unknowns, for people.
pub fn listing(out: &mut String, deployment: &Deployment) {
    let mut label = "policies";
    for policy in &deployment.policies {
        let whose = match &policy.held_by[..] {
            [] => String::new(),
            all => format!(", of {}", all.join(", ")),
        };
        let line = format!(", line {}", policy.line());
        let line = if deployment.form == Form::CloudFormation { line.as_str() } else { "" };
        wrapped(out, label, &format!("{:<9} {}{whose}{line}", policy.kind.word(), policy.address));
        label = "";
    }
    if label == "policies" {
        labelled(out, label, "none");
    }
    unknown_lines(out, deployment);
}

/// What is not known before it is deployed, for people.
pub(super) fn unknown_lines(out: &mut String, deployment: &Deployment) {
    let mut label = "unknown";
    for unknown in deployment.unknowns() {
        wrapped(out, label, &format!("`{}`: {}", unknown.name, unknown.why));
        label = "";
    }
}

/// What kind of file it is, in a word.
pub(super) fn form(deployment: &Deployment) -> &'static str {
    match deployment.form {
        Form::Terraform(_) => "plan",
        Form::CloudFormation => "template",
    }
}

fn answer(out: &mut String, subject: &Subject, asked: &Asked) {
    let verdict = &asked.verdict;
    wrapped(out, verdict.answer.as_str(), &format!("{} {}", subject.what.describe(), subject.address));
    verdict.unknown.iter().for_each(|why| reason_lines(out, why));
    let Some(counterexample) = &verdict.counterexample else { return };
    if let Some(under) = asked.under.as_ref().filter(|under| **under != subject.address) {
        wrapped(out, "", &format!("where {under} is the resource's policy"));
    }
    request_lines(out, "request", counterexample);
    for place in &counterexample.trace {
        match counterexample.assumed.contains(&place.layer) {
            true => labelled(out, "", &format!("{:<9} any policy that allows it", place.layer.as_str())),
            false => labelled(out, "", &format!("{:<9} {}", place.layer.as_str(), place_text(place))),
        }
    }
    for assumed in verdict.assumptions.iter().filter(|own| own.name.starts_with('`')) {
        labelled(out, "", &format!("where {} is {}", assumed.name, assumed.value));
    }
}

fn dialect(answers: &[(Subject, Asked)]) -> Option<&'static Dialect> {
    answers.first().map(|(_, asked)| asked.scenario.dialect)
}

/// One object: the listing, and a verdict of the contract for everybody, `id` being the address.
pub fn json(found: Answered<'_>) -> Value {
    let Answered { deployment, goal, answers, timing } = found;
    let mut object = Map::new();
    object.insert("schema".to_owned(), json!(SCHEMA));
    object.insert("goal".to_owned(), goal.written.clone());
    object.extend(listing_json(deployment));
    let answers: Vec<Value> =
        answers.iter().map(|(subject, asked)| answer_json(subject, asked, goal, timing)).collect();
    object.insert("answers".to_owned(), json!(answers));
    object.insert("notModelled".to_owned(), json!(NOT_MODELLED));
    Value::Object(object)
}

/// The policies and unknowns, for programs.
fn listing_json(deployment: &Deployment) -> Map<String, Value> {
    let name = |policy: &Policy| {
        let own = policy.unknowns();
        deployment.named(&own).into_iter().map(|unknown| unknown.name.clone()).collect::<Vec<_>>()
    };
    let policies = deployment.policies.iter().map(|policy| {
        json!({
            "address": policy.address,
            "kind": policy.kind.word(),
            "heldBy": policy.held_by,
            "file": policy.source.name(),
            "line": policy.line(),
            "unknowns": name(policy),
        })
    });
    let unknowns = deployment.unknowns().into_iter().map(|own| json!({ "name": own.name, "why": own.why }));
    let mut object = Map::new();
    object.insert("file".to_owned(), json!(deployment.source.name()));
    object.insert("form".to_owned(), json!(form(deployment)));
    object.insert("policies".to_owned(), policies.collect());
    object.insert("unknowns".to_owned(), unknowns.collect());
    object.insert("notes".to_owned(), json!(deployment.notes));
    object
}

fn answer_json(subject: &Subject, asked: &Asked, goal: &Goal, timing: Option<Timing>) -> Value {
    let id = Value::from(subject.address.as_str());
    let own =
        verdict::Asked { id: Some(&id), goal: &goal.written, dialect: asked.scenario.dialect, line: None, timing };
    let mut object = verdict::json(&asked.verdict, own);
    if let Value::Object(members) = &mut object {
        members.insert("who".to_owned(), json!(subject.what.describe()));
        members.insert("under".to_owned(), json!(asked.under));
    }
    object
}

/// The worst of many answers: one that can counts most.
pub fn worst(answers: &[(Subject, Asked)]) -> Option<Answer> {
    answers.iter().map(|(_, asked)| asked.verdict.answer).max_by_key(|answer| match answer {
        Answer::Vacuous => 0,
        Answer::Unreachable => 1,
        Answer::Unknown => 2,
        Answer::Reachable => 3,
    })
}
