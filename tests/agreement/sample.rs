//! Realistic requests for a goal: actions, resources and keys as the catalogue declares them.

use std::collections::BTreeMap;

use regex::Regex;
use ringfence::request::{Context, ContextValue, Request};
use ringfence::scenario::Scenario;
use ringfence::symbolic::keys::{Carried, listed as listed_keys};
use ringfence::vocabulary::action::Action;
use ringfence::vocabulary::catalogue::Catalogue;
use ringfence::vocabulary::context_key::ContextKey;
use ringfence::vocabulary::declared_key::key_type;
use serde_json::Value;

use crate::condition::{KEYS, Key, Kind};
use crate::dice::Dice;
use crate::document::{ACCOUNT, OTHER};
use crate::question::read_question;

/// A template of the catalogue as an expression over whole ARNs.
fn template(arn: &str, owner: &str) -> Regex {
    let mut expression = String::new();
    let mut rest = arn;
    while let Some((plain, behind)) = rest.split_once("${") {
        expression += &regex::escape(plain);
        let (name, after) = behind.split_once('}').unwrap();
        expression += match name {
            "Partition" => "aws",
            "Account" => owner,
            "Region" | "BucketName" => "[^:/]+",
            _ if name.ends_with("NameWithPath") => "[A-Za-z0-9+=,.@_/-]+",
            _ => ".+",
        };
        rest = after;
    }
    expression += &regex::escape(rest).replace(r"\*", ".*");
    Regex::new(&format!("^(?:{expression})$")).unwrap()
}

/// Texts anywhere in a value.
fn texts<'v>(value: &'v Value, into: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => into.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|item| texts(item, into)),
        _ => {}
    }
}

/// A text of a document with its wildcards and variables filled in.
fn filled(dice: &mut Dice, text: &str) -> String {
    let text = Regex::new(r"\$\{[^}]*\}").unwrap().replace_all(text, "alice").into_owned();
    text.chars()
        .map(|c| match c {
            '*' => dice.pick(&["", "x", "bkt/x", "alice", "a"]).to_owned(),
            '?' => dice.pick(&["k", "a", "x", "/"]).to_owned(),
            other => other.to_string(),
        })
        .collect()
}

/// Makes realistic requests for the goal of a line.
pub(crate) struct Sampler {
    pub(crate) actions: Vec<&'static str>,
    resources: Vec<String>,
    keys: Vec<ContextKey>,
    /// By action and owner of the resource.
    templates: BTreeMap<(String, &'static str), Vec<(String, Regex)>>,
}

const GOAL_ACTIONS: [&str; 31] = [
    "s3:GetObject",
    "s3:GetObject",
    "s3:PutObject",
    "s3:PutObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:ListBucket",
    "s3:GetBucketPolicy",
    "s3:ListAllMyBuckets",
    "s3:CreateBucket",
    "s3:GetObjectVersion",
    "s3:CreateJob",
    "iam:CreateUser",
    "iam:CreateUser",
    "iam:CreateRole",
    "iam:DeleteUser",
    "iam:ListUsers",
    "iam:PassRole",
    "iam:PutUserPermissionsBoundary",
    "iam:CreateGroup",
    "iam:TagUser",
    "iam:UntagUser",
    "iam:GetAccountSummary",
    "sqs:SendMessage",
    "kms:Decrypt",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:RetireGrant",
    "sts:AssumeRole",
    "sts:AssumeRole",
    "sts:TagSession",
];

impl Sampler {
    pub(crate) fn new(line: &Value) -> Option<Self> {
        let goal = read_question(line)?.goal;
        let wanted = |action: &&&str| {
            let action = Action::parse(action).unwrap();
            goal.actions.iter().any(|pattern| ringfence::symbolic::universe::matches(&pattern.value, &action))
        };
        let actions: Vec<&str> = GOAL_ACTIONS.iter().filter(wanted).copied().collect();
        let mut found = Vec::new();
        texts(line, &mut found);
        let resources = found.into_iter().filter(|text| text.starts_with("arn:")).map(str::to_owned).collect();
        let keys = KEYS.iter().map(|key| ContextKey::new(key.name)).collect();
        let mut templates = BTreeMap::new();
        for action in &actions {
            let (prefix, name) = action.split_once(':')?;
            let service = Catalogue::embedded().service(prefix)?.ok()?;
            for owner in [ACCOUNT, OTHER] {
                let types = service.action(name)?.resources.iter().flat_map(|resource| {
                    let own = service.resource_types.iter().filter(|own| own.name == resource.name);
                    own.map(|own| (own.name.clone(), template(&own.arn, owner))).collect::<Vec<_>>()
                });
                templates.insert(((*action).to_owned(), owner), types.collect());
            }
        }
        Some(Self { actions, resources, keys, templates })
    }

    /// A request, or nothing where the dice fell badly.
    pub(crate) fn request(&self, dice: &mut Dice, scenario: &Scenario, owner: &'static str) -> Option<Request> {
        let action = dice.pick(&self.actions);
        let (prefix, name) = action.split_once(':')?;
        let service = Catalogue::embedded().service(prefix)?.ok()?;
        let listed = service.action(name)?;
        let templates = &self.templates[&(action.to_owned(), owner)];
        let (resource_type, resource) = if templates.is_empty() {
            (
                None,
                if dice.percent(70) {
                    "*".to_owned()
                } else {
                    format!("arn:aws:{prefix}::{owner}:{}", dice.pick(&["user/", "bkt/x", "role/x"]))
                },
            )
        } else {
            let resource = if dice.percent(50) && !self.resources.is_empty() {
                let text = &self.resources[dice.below(self.resources.len())].clone();
                filled(dice, text)
            } else {
                dice.pick(&[
                    "arn:aws:s3:::bkt/x",
                    "arn:aws:s3:::bkt",
                    "arn:aws:s3:::bkt/alice",
                    "arn:aws:s3:::bkt/blue",
                    "arn:aws:s3:::other/y:z",
                    "arn:aws:s3:::other",
                    "arn:aws:iam::111122223333:user/alice",
                    "arn:aws:iam::111122223333:user/path/x",
                    "arn:aws:iam::111122223333:role/r",
                    "arn:aws:iam::111122223333:group/g",
                    "arn:aws:sqs:us-east-1:111122223333:q",
                    "arn:aws:sqs:eu-west-1:111122223333:other",
                    "arn:aws:s3:us-east-1:111122223333:job/x",
                    "arn:aws:kms:us-east-1:111122223333:key/k1",
                    "arn:aws:kms:us-east-1:111122223333:key/alice",
                    "arn:aws:iam::111122223333:role/target",
                    "arn:aws:iam::111122223333:role/alice",
                ])
                .to_owned()
            };
            let resource = resource.replace(ACCOUNT, owner);
            let fitting: Vec<&(String, Regex)> = templates.iter().filter(|(_, arn)| arn.is_match(&resource)).collect();
            if fitting.is_empty() {
                return None;
            }
            (Some(fitting[dice.below(fitting.len())].0.as_str()), resource)
        };
        let action = Action::parse(action).unwrap();
        let own_keys = listed_keys(service, listed, resource_type);
        let carried = |key: &ContextKey| Carried::new(scenario.dialect, key).by(&action, Some(&own_keys));
        let mut context = Context::default();
        let mut tag_keys: Option<Vec<String>> = None;
        for (place, key) in self.keys.iter().enumerate() {
            let own = &KEYS[place];
            // What every request carries is never left out (S11.3).
            let always = matches!(own.name, "aws:CurrentTime" | "aws:SecureTransport" | "aws:ResourceAccount");
            if own.wild || own.follows() || !carried(key) || (dice.percent(30) && !always) {
                continue;
            }
            if own.name == "aws:ResourceAccount" {
                context.insert(key.clone(), ContextValue::Single(owner.to_owned())).unwrap();
                continue;
            }
            if own.name == "aws:TagKeys" {
                tag_keys = Some(dice.some(&["cost", "Cost", "t", "blue"], 2));
                continue;
            }
            let text = if dice.percent(60) { dice.pick(own.request).to_owned() } else { filled_value(dice, own) };
            let multivalued = key_type(key).is_some_and(|kind| kind.multivalued);
            let value = if multivalued { ContextValue::List(vec![text]) } else { ContextValue::Single(text) };
            context.insert(key.clone(), value).unwrap();
        }
        // Tags that are passed and their keys belong together (S11.4.9).
        let team = ContextKey::new("aws:RequestTag/team");
        let tag_keys_key = ContextKey::new("aws:TagKeys");
        if carried(&tag_keys_key) {
            let mut keys = tag_keys.unwrap_or_default();
            if context.get(&team).is_some() {
                keys.push(dice.pick(&["team", "Team"]).to_owned());
            } else if !carried(&team) && dice.percent(50) {
                keys.push("team".to_owned());
            }
            if !keys.is_empty() {
                context.insert(tag_keys_key, ContextValue::List(keys)).unwrap();
            }
        }
        if let Some(ContextValue::List(_)) = context.get(&ContextKey::new("aws:CalledVia")) {
            context.insert(ContextKey::new("aws:ViaAWSService"), ContextValue::Single("true".to_owned())).unwrap();
        }
        Some(Request { action, resource, context })
    }
}

/// A value that a policy's value of the key asks for.
fn filled_value(dice: &mut Dice, key: &Key) -> String {
    if matches!(key.kind, Kind::Address | Kind::Date | Kind::Number | Kind::Bool) {
        return dice.pick(key.request).to_owned();
    }
    let text = dice.pick(key.policy);
    filled(dice, text)
}
