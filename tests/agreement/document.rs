//! Documents of every layer: statements about what a scenario is about, and about anything else.

use serde_json::{Map, Value, json};

use crate::condition::{Wildness, condition};
use crate::dice::Dice;

/// The account that callers are of, unless said otherwise.
pub(crate) const ACCOUNT: &str = "111122223333";
/// Another one.
pub(crate) const OTHER: &str = "444455556666";

/// What the documents and requests of a scenario are mostly about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Theme {
    /// Buckets, users, queues, services that nobody knows.
    Anything,
    /// KMS keys and their policies.
    Keys,
    /// Roles and their trust policies.
    Trust,
}

const ACTIONS: [&str; 17] = [
    "*",
    "s3:*",
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:Get*",
    "S3:getobject",
    "s3:*Object",
    "s3:???Object",
    "iam:*",
    "iam:CreateUser",
    "iam:Create*",
    "sqs:SendMessage",
    "sqs:*",
    "sts:GetCallerIdentity",
    "example:DoIt",
    "s3:L*t*",
];
const KEY_ACTIONS: [&str; 7] =
    ["kms:*", "kms:Decrypt", "kms:*crypt", "kms:Encrypt", "kms:RetireGrant", "kms:ListAliases", "kms:Re*"];
const TRUST_ACTIONS: [&str; 7] = [
    "sts:*",
    "sts:AssumeRole",
    "sts:AssumeRole*",
    "sts:TagSession",
    "sts:AssumeRoleWithSAML",
    "sts:AssumeRoleWithWebIdentity",
    "sts:GetCallerIdentity",
];

const RESOURCES: [&str; 24] = [
    "*",
    "arn:aws:s3:::bkt/x",
    "arn:aws:s3:::bkt",
    "arn:aws:s3:::bkt/*",
    "arn:aws:s3:::b?t/*",
    "arn:aws:s3:::*",
    "arn:aws:s3:*",
    "arn:aws:s3:*:*:bkt*",
    "arn:aws:iam::*:user/alice",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::1111*:user/${aws:username}",
    "arn:aws:sqs:*:111122223333:q",
    "arn:aws:sqs:us-*-1:*:q?",
    "arn:aws:s3:::bkt/${aws:username}",
    "arn:aws:s3:::bkt/${aws:username}/*",
    "arn:aws:s3:::bkt/${aws:PrincipalTag/team}",
    "arn:aws:s3:::bkt/${aws:PrincipalTag/team, 'none'}*",
    "arn:aws:s3:::bkt/${s3:prefix}",
    "arn:aws:s3:::bkt/${*}",
    "arn:aws:s3:::bkt/*${s3:prefix}?",
    "arn:aws:s3:::${aws:PrincipalTag/team}/${aws:username}",
    "arn:aws:s3:::bkt/${?}*",
    "arn:aws:s3:::bkt/${aws:TagKeys}",
    "arn:*:s3:::bkt/x*",
];
const KEY_RESOURCES: [&str; 7] = [
    "*",
    "arn:aws:kms:us-east-1:111122223333:key/k1",
    "arn:aws:kms:us-east-1:444455556666:key/k1",
    "arn:aws:kms:*:*:key/*",
    "arn:aws:kms:us-east-1:111122223333:*",
    "arn:aws:kms:us-east-1:111122223333:alias/a",
    "arn:aws:kms:*:111122223333:key/${aws:username}",
];
const TRUST_RESOURCES: [&str; 7] = [
    "*",
    "arn:aws:iam::111122223333:role/target",
    "arn:aws:iam::444455556666:role/target",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::111122223333:role/t*",
    "arn:aws:iam::111122223333:role/r",
    "arn:aws:iam::*:role/${aws:username}",
];

const PRINCIPALS: [&str; 20] = [
    "*",
    "111122223333",
    "111122223333",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/path/alice",
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:iam::111122223333:role/r",
    "arn:aws:iam::111122223333:role/path/r",
    "arn:aws:iam::111122223333:role/aws-service-role/sns.amazonaws.com/linked",
    "arn:aws:sts::111122223333:assumed-role/r/sess",
    "arn:aws:sts::111122223333:assumed-role/r/other",
    "arn:aws:sts::111122223333:federated-user/fed",
    "444455556666",
    "arn:aws:iam::444455556666:root",
    "arn:aws:iam::444455556666:role/r",
    "arn:aws:iam::444455556666:user/alice",
    "arn:aws:sts::444455556666:assumed-role/r/sess",
    "arn:aws-cn:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/*",
];
const ROLES: [&str; 2] = ["arn:aws:iam::111122223333:role/r", "arn:aws:iam::111122223333:role/path/r"];
const USERS: [&str; 3] = [
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/path/alice",
    "arn:aws:iam::111122223333:user/bob",
];
const PROVIDERS: [&str; 2] = ["cognito-identity.amazonaws.com", "arn:aws:iam::111122223333:saml-provider/idp"];

fn principal_clause(dice: &mut Dice) -> Value {
    match dice.below(17) {
        0 => json!("*"),
        1 => json!({"AWS": "*"}),
        2 => json!({"Service": dice.pick(&["sns.amazonaws.com", "ec2.amazonaws.com"])}),
        3 if dice.percent(20) => {
            json!({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"})
        }
        4 => json!({"Federated": dice.pick(&PROVIDERS)}),
        5 | 6 => json!({"AWS": dice.pick(&[ACCOUNT, "arn:aws:iam::111122223333:root"])}),
        7 | 8 => json!({"AWS": ROLES}),
        9 | 10 => json!({"AWS": USERS}),
        11 => json!({"AWS": dice.one_or_more(&PRINCIPALS, 3), "Service": "sns.amazonaws.com"}),
        _ => json!({"AWS": dice.one_or_more(&PRINCIPALS, 3)}),
    }
}

/// Mostly what the theme is about.
fn mostly<'p>(dice: &mut Dice, theme: Theme, [anything, keys, trust]: [&'p [&'static str]; 3]) -> &'p [&'static str] {
    match theme {
        Theme::Keys if dice.percent(80) => keys,
        Theme::Trust if dice.percent(80) => trust,
        _ => anything,
    }
}

/// A statement of a document of a layer.
pub(crate) fn statement(dice: &mut Dice, layer: &str, theme: Theme, wildness: Wildness, version: bool) -> Value {
    let mut statement = Map::new();
    let denies = layer == "rcps" || dice.percent(if matches!(layer, "scps" | "endpointPolicy") { 50 } else { 30 });
    statement.insert("Effect".to_owned(), json!(if denies { "Deny" } else { "Allow" }));
    match layer {
        "rcps" => drop(statement.insert("Principal".to_owned(), json!("*"))),
        "resourcePolicy" | "endpointPolicy" => {
            let name = if denies && dice.percent(40) { "NotPrincipal" } else { "Principal" };
            let clause =
                if layer == "endpointPolicy" && dice.percent(50) { json!("*") } else { principal_clause(dice) };
            statement.insert(name.to_owned(), clause);
        }
        _ => {}
    }
    let actions = mostly(dice, theme, [&ACTIONS, &KEY_ACTIONS, &TRUST_ACTIONS]);
    // RCPs deny listed actions only.
    let name = if layer != "rcps" && dice.percent(20) { "NotAction" } else { "Action" };
    let most = if dice.percent(50) { 1 } else { 4 };
    let named: Vec<&str> = actions.iter().filter(|action| layer != "rcps" || **action != "*").copied().collect();
    let clause = if layer != "rcps" && dice.percent(25) { json!("*") } else { dice.one_or_more(&named, most) };
    statement.insert(name.to_owned(), clause);
    // A role's trust policy is about the role.
    if !(theme == Theme::Trust && layer == "resourcePolicy" && dice.percent(80)) {
        let resources = mostly(dice, theme, [&RESOURCES, &KEY_RESOURCES, &TRUST_RESOURCES]);
        let name = if dice.percent(20) { "NotResource" } else { "Resource" };
        let clause = if dice.percent(35) { json!("*") } else { dice.one_or_more(resources, 3) };
        statement.insert(name.to_owned(), clause);
    }
    // A Deny of a gate without condition leaves little to decide.
    if dice.percent(if denies { 70 } else { 35 }) {
        statement.insert("Condition".to_owned(), condition(dice, wildness, version));
    }
    Value::Object(statement)
}

/// A document of a layer.
pub(crate) fn document(dice: &mut Dice, layer: &str, theme: Theme, wildness: Wildness) -> Value {
    let mut document = Map::new();
    let version = dice.below(10);
    match version {
        0 => {}
        1 => drop(document.insert("Version".to_owned(), json!("2008-10-17"))),
        _ => drop(document.insert("Version".to_owned(), json!("2012-10-17"))),
    }
    let statements: Vec<Value> =
        (0..=dice.below(3)).map(|_| statement(dice, layer, theme, wildness, version > 1)).collect();
    document.insert("Statement".to_owned(), json!(statements));
    Value::Object(document)
}

/// The document of a layer that allows everything.
pub(crate) fn allow_all(layer: &str) -> Value {
    let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
    if matches!(layer, "rcps" | "resourcePolicy" | "endpointPolicy") {
        statement["Principal"] = json!("*");
    }
    json!({"Version": "2012-10-17", "Statement": [statement]})
}
