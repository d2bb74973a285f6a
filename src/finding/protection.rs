//! Boundaries that their principals can get rid of.
//!
//! In: a boundary. Out: a finding with the requests by which a user under it, whose other policies allow everything,
//! gets to what it does not allow.
//! Soundness: the requests were replayed one by one in an account that holds the user, the boundary and nothing else.
//! The account keeps the boundary under the name that it gives itself, if it gives one: under each, if it names several,
//! and then there is a finding only if none protects it. Silence means a proof, or that nothing was decided.

use serde_json::{Value, json};

use crate::account;
use crate::diagnostic::Code;
use crate::escalation::{Attacker, EscalateError, Limits, Model, Outcome, Step};
use crate::finding::Examiner;
use crate::goal::Goal;
use crate::policy::{Document, Values};
use crate::query::reach::ReachError;
use crate::source::Source;
use crate::verdict::Answer;
use crate::vocabulary::arn::Arn;
use crate::vocabulary::pattern::{Glyph, Pattern};
use crate::vocabulary::resource::ResourcePattern;
use crate::vocabulary::ruling::Rulings;

/// The account of a boundary that names none.
const ACCOUNT: &str = "111122223333";
/// The question, where it has no answer.
const UNKNOWN: &str = "whether its principals can get rid of the boundary";
/// How long a way out may be; protection is proved for every length.
const MOST_STEPS: usize = 6;

impl Examiner<'_> {
    /// Looks for a way to get rid of the boundary.
    pub(super) fn protection(&mut self) -> Result<(), ReachError> {
        if self.dialect.name() != "aws" {
            return Ok(());
        }
        let Some(goal) = self.outside()? else { return Ok(()) };
        let mut way = None;
        for name in names(self.document) {
            let Some(outcome) = self.escalate(&name, &goal)? else { return Ok(()) };
            match (outcome.answer, outcome.trace) {
                (Answer::Reachable, Some(trace)) => {
                    way.get_or_insert((name, trace));
                }
                (Answer::Unreachable, _) => return Ok(()),
                _ => {
                    self.found.unknown.push(UNKNOWN.to_owned());
                    return Ok(());
                }
            }
        }
        if let Some((name, trace)) = way {
            let steps: Vec<String> = trace.iter().map(step).collect();
            let message = format!(
                "whoever has this boundary, kept as `{name}`, and may otherwise do anything gets rid of it: {}",
                steps.join(", then ")
            );
            let help = "deny changing it and taking it off, and making principals without it: `ringfence escalate --fix` \
                        finds statements that are enough in an account";
            self.warn_of_all(Code::BoundaryUnprotected, message, help);
        }
        Ok(())
    }

    /// What a user under the boundary comes to; none where the time is over or the account cannot be made.
    fn escalate(&mut self, name: &str, goal: &Goal) -> Result<Option<Outcome>, ReachError> {
        let Some(left) = self.left() else { return Ok(None) };
        let Ok(document) = serde_json::from_str::<Value>(self.document.source.slice(self.document.span)) else {
            return Ok(None);
        };
        let (partition, account) = Arn::parse(name).map_or(("aws", ACCOUNT), |arn| (arn.partition, arn.account));
        let user = format!("arn:{partition}:iam::{account}:user/bounded");
        let source = Source::new("<an account with the boundary>", listing(&user, name, &document).to_string());
        let Ok(accounts) = account::of_listing(&source, self.dialect) else {
            // The name that the boundary gives itself is none of the dialect: other findings say so.
            self.found.unknown.push(UNKNOWN.to_owned());
            return Ok(None);
        };
        let limits = Limits { max_steps: MOST_STEPS, timeout: left, rulings: Rulings::default() };
        let attacker = Attacker { held: vec![user], outside: None, own_provider: false };
        let internal = |error: &dyn std::fmt::Display| ReachError::Internal(error.to_string());
        let model = Model::new(accounts, goal.clone(), limits).map_err(|error| internal(&error))?;
        match model.escalate(&attacker) {
            Ok(outcome) => Ok(Some(outcome)),
            Err(EscalateError::Principal(unknown)) => Err(internal(&unknown)),
            Err(EscalateError::Ask(error)) => Err(internal(&error)),
        }
    }
}

fn step(step: &Step) -> String {
    format!("`{}` on `{}`", step.request.action.as_str(), step.request.resource)
}

/// The names that a document gives a policy: those that conditions ask of boundaries, else those of its resources; if
/// there is none, any.
fn names(document: &Document) -> Vec<String> {
    let mut asked = Vec::new();
    let mut listed = Vec::new();
    for statement in document.statements.iter() {
        for condition in &statement.conditions {
            if condition.key.value.folded() != "iam:permissionsboundary" {
                continue;
            }
            match &condition.values {
                Values::Text(values) => asked.extend(values.iter().filter_map(|value| literal(&value.value))),
                Values::Arn(_) => {
                    asked.extend(
                        condition
                            .values
                            .spans()
                            .into_iter()
                            .filter_map(|span| instance(document.source.slice(span).trim_matches('"'))),
                    );
                }
                _ => {}
            }
        }
        for entry in statement.resources.iter().flat_map(|clause| &clause.entries) {
            if let ResourcePattern::Arn(pattern) = &entry.value {
                listed.extend(literal(pattern));
            }
        }
    }
    let mut names = if asked.is_empty() { listed } else { asked };
    names.retain(|name| Arn::parse(name).is_some_and(|arn| arn.resource_of("policy").is_some()));
    names.sort();
    names.dedup();
    if names.is_empty() {
        names.push(format!("arn:aws:iam::{ACCOUNT}:policy/boundary"));
    }
    names
}

/// A text that a pattern matches: each run of its wildcards stands for something.
fn literal(pattern: &Pattern) -> Option<String> {
    let text: Option<String> = pattern
        .glyphs()
        .iter()
        .map(|glyph| match glyph {
            Glyph::Literal(letter) => Some(*letter),
            _ => Some('*'),
        })
        .collect();
    text.and_then(|text| instance(&text))
}

/// A name of a policy that a text with wildcards means.
fn instance(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let &[arn, partition, service, region, account, resource] = parts.as_slice() else { return None };
    let account = if account.contains(['*', '?', '$']) { ACCOUNT } else { account };
    let partition = if partition.contains(['*', '?']) { "aws" } else { partition };
    let resource = resource.replace(['*', '?'], "x");
    (!resource.contains('$')).then(|| format!("{arn}:{partition}:{service}:{region}:{account}:{resource}"))
}

/// An account of one user who may do anything, but for the boundary.
fn listing(user: &str, boundary: &str, document: &Value) -> Value {
    let policy = |arn: &str, document: &Value| {
        json!({
            "PolicyName": arn.rsplit('/').next().unwrap_or_default(),
            "Arn": arn,
            "DefaultVersionId": "v1",
            "PolicyVersionList": [{ "VersionId": "v1", "IsDefaultVersion": true, "Document": document }],
        })
    };
    json!({
        "UserDetailList": [{
            "UserName": "bounded",
            "Arn": user,
            "UserPolicyList": [{
                "PolicyName": "everything",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" },
                },
            }],
            "PermissionsBoundary": { "PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary },
        }],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [policy(boundary, document)],
    })
}
