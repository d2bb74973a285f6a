//! Callers of every kind.

use serde_json::{Value, json};

use crate::dice::Dice;

/// The kinds of callers, the common ones more often; `linked` is a session of a service-linked role, `provider` a
/// caller through an identity provider.
pub(crate) const KINDS: [&str; 14] = [
    "user",
    "user",
    "user",
    "user",
    "role-session",
    "role-session",
    "role-session",
    "role-session",
    "linked",
    "federated",
    "provider",
    "root",
    "service",
    "anonymous",
];

/// The kind under which a line names a caller.
pub(crate) fn type_of(kind: &str) -> &str {
    match kind {
        "linked" => "role-session",
        "provider" => "federated",
        other => other,
    }
}

/// A caller of a kind, of an account.
pub(crate) fn caller(dice: &mut Dice, kind: &str, account: &str) -> Value {
    let tags = match dice.below(4) {
        0 => json!({}),
        1 => json!({"team": "red"}),
        2 => json!({"Team": "alice"}),
        _ => json!({"team": "blue"}),
    };
    match kind {
        "user" => {
            let arn = dice.pick(&["user/alice", "user/path/alice", "user/bob"]);
            json!({"arn": format!("arn:aws:iam::{account}:{arn}"), "type": kind, "tags": tags})
        }
        "role-session" => {
            let role = dice.pick(&["role/r", "role/path/r"]);
            let session = dice.pick(&["sess", "other"]);
            json!({"arn": format!("arn:aws:sts::{account}:assumed-role/r/{session}"), "type": kind, "tags": tags,
                "issuer": format!("arn:aws:iam::{account}:{role}")})
        }
        "linked" => {
            // The last looks like a service-linked role and is none.
            let path = dice.pick(&[
                "aws-service-role/sns.amazonaws.com/",
                "aws-service-role/sns.amazonaws.com/",
                "path/aws-service-role/",
            ]);
            json!({"arn": format!("arn:aws:sts::{account}:assumed-role/linked/sess"), "type": "role-session",
                "tags": tags, "issuer": format!("arn:aws:iam::{account}:role/{path}linked")})
        }
        "federated" => json!({"arn": format!("arn:aws:sts::{account}:federated-user/fed"), "type": kind, "tags": tags,
            "issuer": format!("arn:aws:iam::{account}:user/{}", dice.pick(&["alice", "path/alice"]))}),
        "provider" => {
            let provider = format!("arn:aws:iam::{account}:saml-provider/idp");
            let arn = dice.pick(&[provider.as_str(), "cognito-identity.amazonaws.com"]).to_owned();
            json!({"arn": arn, "type": "federated", "tags": {}})
        }
        "root" => json!({"arn": format!("arn:aws:iam::{account}:root"), "type": kind, "tags": {}}),
        "service" => json!({"arn": dice.pick(&["sns.amazonaws.com", "ec2.amazonaws.com"]), "type": kind, "tags": {}}),
        _ => json!({"arn": "anonymous", "type": "anonymous", "tags": {}}),
    }
}
