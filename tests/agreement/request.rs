//! Requests: what a scenario is about, or something else, with and without the keys that documents test.

use serde_json::{Map, Value, json};

use crate::condition::{KEYS, Kind, pool};
use crate::dice::Dice;
use crate::document::Theme;

const ACTIONS: [&str; 9] = [
    "s3:GetObject",
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "iam:CreateUser",
    "sqs:SendMessage",
    "sts:GetCallerIdentity",
    "example:DoIt",
    "S3:GETOBJECT",
];
const KEY_ACTIONS: [&str; 6] =
    ["kms:Decrypt", "kms:Decrypt", "kms:Encrypt", "kms:RetireGrant", "kms:ListAliases", "KMS:decrypt"];
const TRUST_ACTIONS: [&str; 6] = [
    "sts:AssumeRole",
    "sts:AssumeRole",
    "sts:AssumeRole",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:TagSession",
];
const RESOURCES: [&str; 15] = [
    "*",
    "arn:aws:s3:::bkt/x",
    "arn:aws:s3:::bkt/x",
    "arn:aws:s3:::bkt",
    "arn:aws:s3:::bkt/alice",
    "arn:aws:s3:::bkt/alice/x",
    "arn:aws:s3:::bkt/blue",
    "arn:aws:s3:::bkt/none:y",
    "arn:aws:s3:::bkt/*",
    "arn:aws:s3:::bkt/",
    "arn:aws:s3:::blue/alice",
    "arn:aws:s3:eu-west-1:111122223333:bkt/x",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:sqs:us-east-1:111122223333:q",
    "arn:aws:sqs:us-east-1:111122223333:qq",
];
const KEY_RESOURCES: [&str; 5] = [
    "arn:aws:kms:us-east-1:111122223333:key/k1",
    "arn:aws:kms:us-east-1:111122223333:key/k1",
    "arn:aws:kms:us-east-1:444455556666:key/k1",
    "arn:aws:kms:us-east-1:111122223333:key/alice",
    "arn:aws:kms:us-east-1:111122223333:alias/a",
];
const TRUST_RESOURCES: [&str; 5] = [
    "arn:aws:iam::111122223333:role/target",
    "arn:aws:iam::111122223333:role/target",
    "arn:aws:iam::444455556666:role/target",
    "arn:aws:iam::111122223333:role/r",
    "arn:aws:iam::111122223333:role/alice",
];

/// A request of a caller of a kind.
pub(crate) fn request(dice: &mut Dice, kind: &str, theme: Theme) -> Value {
    let pools: (&[&str], &[&str]) = match theme {
        Theme::Keys if dice.percent(90) => (&KEY_ACTIONS, &KEY_RESOURCES),
        Theme::Trust if dice.percent(90) => (&TRUST_ACTIONS, &TRUST_RESOURCES),
        _ => (&ACTIONS, &RESOURCES),
    };
    let (action, resource) = (dice.pick(pools.0), dice.pick(pools.1));
    let mut context = Map::new();
    for key in &KEYS {
        if (key.follows() && kind != "service") || dice.percent(35) {
            continue;
        }
        let list = if key.is_list() { dice.percent(90) } else { dice.percent(8) };
        let wrong = dice.percent(8);
        let values =
            if wrong { pool(dice.pick(&[Kind::Text, Kind::Number, Kind::Arn, Kind::Bool])) } else { key.request };
        let value = match (list, dice.below(8)) {
            (true, 0) => json!([]),
            (true, _) => json!(dice.some(values, 3)),
            (false, _) => json!(dice.pick(values)),
        };
        let name = if dice.percent(8) { key.name.to_lowercase() } else { key.name.to_owned() };
        context.insert(name, value);
    }
    json!({"action": action, "resource": resource, "context": context})
}
