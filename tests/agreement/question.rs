//! Questions: random scenarios with a goal, and what the solver answers.

use std::path::Path;

use ringfence::query::reach::{Options, reach};
use ringfence::question::{self, Question};
use ringfence::scenario::Scenario;
use ringfence::source::Source;
use ringfence::verdict::{Answer, Verdict};
use serde_json::{Map, Value, json};

use crate::caller::caller;
use crate::condition::{Wildness, condition};
use crate::dice::Dice;
use crate::document::{ACCOUNT, Theme};
use crate::scenario::{layers, parted, surroundings, theme};

const KINDS: [&str; 14] = [
    "any",
    "any",
    "any",
    "outside",
    "outside",
    "users",
    "sessions",
    "user",
    "user",
    "role-session",
    "linked",
    "federated",
    "root",
    "service",
];

/// A scenario with a goal.
pub(crate) fn random_question(dice: &mut Dice) -> Value {
    let (kind, theme) = (dice.pick(&KINDS), theme(dice));
    let mut line = Map::new();
    let principal = match kind {
        "any" | "outside" => json!(kind),
        "users" => json!(dice.pick(&["arn:aws:iam::111122223333:user/a*", "arn:aws:iam::111122223333:user/path/*"])),
        "sessions" => json!(dice.pick(&["arn:aws:iam::111122223333:role/r", "arn:aws:iam::111122223333:role/path/r"])),
        kind => caller(dice, kind, ACCOUNT),
    };
    line.insert("principal".to_owned(), principal);
    let carried = match kind {
        "users" => "user",
        "sessions" => "role-session",
        kind => kind,
    };
    layers(dice, carried, theme, Wildness::Typed, &mut line);
    surroundings(dice, &mut line);
    line.insert("goal".to_owned(), goal(dice, theme));
    Value::Object(line)
}

fn goal(dice: &mut Dice, theme: Theme) -> Value {
    let (actions, resources): (&[&str], &[&str]) = match theme {
        Theme::Anything => (
            &["s3:*", "iam:*", "s3:GetObject", "s3:*Object", "iam:CreateUser", "sqs:SendMessage"],
            &[
                "arn:aws:s3:::bkt/*",
                "arn:aws:s3:::bkt*",
                "arn:aws:iam::111122223333:user/alice",
                "arn:aws:s3:::b?t/x",
                "*",
            ],
        ),
        Theme::Keys => (
            &["kms:Decrypt", "kms:Decrypt", "kms:*crypt", "kms:RetireGrant"],
            &["arn:aws:kms:*:111122223333:key/*", "arn:aws:kms:us-east-1:111122223333:key/k1", "*"],
        ),
        Theme::Trust => (
            &["sts:AssumeRole", "sts:AssumeRole", "sts:Assume*", "sts:TagSession"],
            &["arn:aws:iam::111122223333:role/target", "arn:aws:iam::*:role/*", "*"],
        ),
    };
    let mut goal = Map::new();
    goal.insert("action".to_owned(), json!(dice.pick(actions)));
    if dice.percent(40) {
        goal.insert("resource".to_owned(), json!(dice.pick(resources)));
    }
    if dice.percent(25) {
        goal.insert("when".to_owned(), condition(dice, Wildness::Typed, true));
    }
    Value::Object(goal)
}

/// Reads a line with a goal.
pub(crate) fn read_question(line: &Value) -> Option<Question> {
    let (line, rulings) = parted(line);
    let source = Source::new("random", line.to_string());
    let question = question::read(&source, question::Reading { path: Path::new(""), dialect: None }).1.ok()?;
    Some(Question { scenario: Scenario { rulings, ..question.scenario }, ..question })
}

/// Asks a line.
pub(crate) fn ask(line: &Value, any_request: bool) -> Option<Result<Verdict, String>> {
    let question = read_question(line)?;
    let options = Options { any_request, ..Options::default() };
    Some(reach(&question.scenario, &question.goal, &options).map_err(|error| error.to_string()))
}

/// The answer to a line.
pub(crate) fn answer(line: &Value) -> Option<Answer> {
    ask(line, false)?.ok().map(|verdict| verdict.answer)
}
