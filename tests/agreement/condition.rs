//! Conditions: every operator and set operator over keys of every type, declared and not.

use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// What values an operator takes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Text,
    Arn,
    Number,
    Date,
    Bool,
    Binary,
    Address,
    Null,
}

pub(crate) const OPERATORS: [(&str, Kind); 27] = [
    ("StringEquals", Kind::Text),
    ("StringNotEquals", Kind::Text),
    ("StringEqualsIgnoreCase", Kind::Text),
    ("StringNotEqualsIgnoreCase", Kind::Text),
    ("StringLike", Kind::Text),
    ("StringNotLike", Kind::Text),
    ("NumericEquals", Kind::Number),
    ("NumericNotEquals", Kind::Number),
    ("NumericLessThan", Kind::Number),
    ("NumericLessThanEquals", Kind::Number),
    ("NumericGreaterThan", Kind::Number),
    ("NumericGreaterThanEquals", Kind::Number),
    ("DateEquals", Kind::Date),
    ("DateNotEquals", Kind::Date),
    ("DateLessThan", Kind::Date),
    ("DateLessThanEquals", Kind::Date),
    ("DateGreaterThan", Kind::Date),
    ("DateGreaterThanEquals", Kind::Date),
    ("Bool", Kind::Bool),
    ("BinaryEquals", Kind::Binary),
    ("IpAddress", Kind::Address),
    ("NotIpAddress", Kind::Address),
    ("ArnEquals", Kind::Arn),
    ("ArnLike", Kind::Arn),
    ("ArnNotEquals", Kind::Arn),
    ("ArnNotLike", Kind::Arn),
    ("Null", Kind::Null),
];

pub(crate) const NUMBERS: [&str; 6] = ["10", "10.0", "9.5", "100", "-1", "0"];
pub(crate) const DATES: [&str; 5] =
    ["2026-01-01T00:00:00Z", "2026-06-30", "1767225600", "2026-03-01T12:00:00+02:00", "2026-01-01T00:00:00.5Z"];
pub(crate) const ARNS: [&str; 9] = [
    "arn:aws:iam::111122223333:user/alice",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::111122223333:role/r",
    "arn:aws:iam::111122223333:role/path/r",
    "arn:aws:iam::*:role/?",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:policy/fence",
    "arn:aws:iam::111122223333:user/${aws:username}",
    "arn:aws:sts::111122223333:federated-user/fed",
];

/// A condition key, the kind of its values, values in policies, values in requests.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) policy: &'static [&'static str],
    pub(crate) request: &'static [&'static str],
    /// Whether only scenarios of anything use it: what real requests carry of it hangs on more than is sampled.
    pub(crate) wild: bool,
}

impl Key {
    /// Whether requests give a list of it.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.name, "aws:TagKeys" | "aws:CalledVia" | "other:list")
    }

    /// Whether it follows from the caller.
    pub(crate) fn follows(&self) -> bool {
        let following =
            ["aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalType", "aws:username", "aws:PrincipalTag/team"];
        following.contains(&self.name)
    }
}

pub(crate) const TEXTS: [&str; 9] =
    ["blue", "Blue", "red", "b*", "?lue", "${aws:username}", "${aws:PrincipalTag/team}", "", "${*}"];

pub(crate) const KEYS: [Key; 22] = [
    Key {
        name: "aws:SourceIp",
        kind: Kind::Address,
        policy: &["203.0.113.0/24", "203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "0.0.0.0/0"],
        request: &["203.0.113.7", "10.1.2.3", "2001:db8::1", "198.51.100.1"],
        wild: false,
    },
    Key { name: "aws:CurrentTime", kind: Kind::Date, policy: &DATES, request: &DATES, wild: false },
    Key { name: "s3:max-keys", kind: Kind::Number, policy: &NUMBERS, request: &NUMBERS, wild: false },
    Key {
        name: "aws:SecureTransport",
        kind: Kind::Bool,
        policy: &["true", "false"],
        request: &["true", "false"],
        wild: false,
    },
    Key { name: "aws:PrincipalArn", kind: Kind::Arn, policy: &ARNS, request: &ARNS, wild: false },
    Key {
        name: "aws:PrincipalAccount",
        kind: Kind::Text,
        policy: &["111122223333", "444455556666", "1111*", "anonymous"],
        request: &["111122223333"],
        wild: false,
    },
    Key {
        name: "aws:username",
        kind: Kind::Text,
        policy: &["alice", "bob", "Alice", "a*"],
        request: &["alice"],
        wild: false,
    },
    Key { name: "aws:PrincipalTag/team", kind: Kind::Text, policy: &TEXTS, request: &["blue", "red"], wild: false },
    Key {
        name: "aws:TagKeys",
        kind: Kind::Text,
        policy: &["team", "Team", "cost", "t*", "blue"],
        request: &["team", "Team", "cost", ""],
        wild: false,
    },
    Key {
        name: "aws:RequestTag/team",
        kind: Kind::Text,
        policy: &TEXTS,
        request: &["blue", "Blue", "red", "alice", "", "*"],
        wild: false,
    },
    Key {
        name: "s3:prefix",
        kind: Kind::Text,
        policy: &["", "alice/", "${aws:username}/*", "blue", "b*", "${aws:PrincipalTag/team, 'none'}", "none"],
        request: &["", "alice/", "alice/x", "blue", "none", "b*", "*"],
        wild: false,
    },
    Key {
        name: "aws:CalledVia",
        kind: Kind::Text,
        policy: &["athena.amazonaws.com", "*.amazonaws.com", "cloudformation.amazonaws.com"],
        request: &["athena.amazonaws.com", "cloudformation.amazonaws.com"],
        wild: false,
    },
    Key {
        name: "iam:PermissionsBoundary",
        kind: Kind::Arn,
        policy: &[
            "arn:aws:iam::111122223333:policy/fence",
            "arn:aws:iam::*:policy/*",
            "arn:aws:iam::111122223333:policy/${aws:username}",
        ],
        request: &[
            "arn:aws:iam::111122223333:policy/fence",
            "arn:aws:iam::111122223333:policy/alice",
            "arn:aws:iam::111122223333:policy/a",
        ],
        wild: false,
    },
    Key {
        name: "example:key",
        kind: Kind::Text,
        policy: &TEXTS,
        request: &["blue", "Blue", "red", "alice", "", "b*"],
        wild: false,
    },
    Key {
        name: "sts:ExternalId",
        kind: Kind::Text,
        policy: &["ext-1", "ext-*", "${aws:username}", "ext-2"],
        request: &["ext-1", "ext-2", "alice"],
        wild: false,
    },
    Key {
        name: "kms:EncryptionAlgorithm",
        kind: Kind::Text,
        policy: &["SYMMETRIC_DEFAULT", "RSA*"],
        request: &["SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_256"],
        wild: false,
    },
    Key {
        name: "aws:ResourceAccount",
        kind: Kind::Text,
        policy: &["111122223333", "444455556666", "${aws:PrincipalAccount}", "4444*"],
        request: &["111122223333", "444455556666"],
        wild: false,
    },
    Key {
        name: "aws:PrincipalType",
        kind: Kind::Text,
        policy: &["User", "AssumedRole", "FederatedUser", "Account", "A*"],
        request: &["User"],
        wild: false,
    },
    Key {
        name: "aws:PrincipalOrgID",
        kind: Kind::Text,
        policy: &["o-own", "o-*", "${aws:ResourceOrgID}"],
        request: &["o-own", "o-other"],
        wild: true,
    },
    Key {
        name: "aws:PrincipalIsAWSService",
        kind: Kind::Bool,
        policy: &["true", "false"],
        request: &["true", "false"],
        wild: true,
    },
    Key {
        name: "aws:SourceVpce",
        kind: Kind::Text,
        policy: &["vpce-1", "vpce-*"],
        request: &["vpce-1", "vpce-2"],
        wild: true,
    },
    // Declared nowhere, and given as a list.
    Key { name: "other:list", kind: Kind::Text, policy: &TEXTS, request: &["blue", "Blue", "red", ""], wild: true },
];

/// How wild a scenario may be.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Wildness {
    /// Everything that can be read, layers that are not known among it.
    Anything,
    /// Values of the type of their key, layers given or none: what questions of reach are about.
    Typed,
}

pub(crate) fn pool(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Text => &TEXTS,
        Kind::Arn => &ARNS,
        Kind::Number => &NUMBERS,
        Kind::Date => &DATES,
        Kind::Bool => &["true", "false", "True", "${aws:PrincipalTag/team}"],
        Kind::Binary => &["Ymx1ZQ==", "cmVk", "YWxpY2U="],
        Kind::Address => KEYS[0].policy,
        Kind::Null => &["true", "false"],
    }
}

/// Whether values of a key can stand under an operator.
pub(crate) fn fits(operator: Kind, key: Kind) -> bool {
    operator == key
        || operator == Kind::Null
        || (operator == Kind::Text)
        || (operator == Kind::Binary && key == Kind::Text)
}

pub(crate) fn condition(dice: &mut Dice, wildness: Wildness, version: bool) -> Value {
    let mut block = Map::new();
    for _ in 0..=usize::from(dice.percent(30)) {
        let key = loop {
            let key = &KEYS[dice.below(KEYS.len())];
            if !key.wild || wildness == Wildness::Anything {
                break key;
            }
        };
        let (name, kind) = loop {
            let (name, kind) = dice.pick(&OPERATORS);
            // A key's own operators come up more often.
            if kind == key.kind
                || kind == Kind::Null
                || (wildness == Wildness::Anything && dice.percent(12))
                || (fits(kind, key.kind) && dice.percent(15))
            {
                break (name, kind);
            }
        };
        let multivalued = key.is_list();
        let set = match kind {
            Kind::Null => "",
            _ if multivalued && (wildness == Wildness::Typed || dice.percent(85)) => {
                dice.pick(&["ForAllValues:", "ForAnyValue:"])
            }
            _ if dice.percent(12) => dice.pick(&["ForAllValues:", "ForAnyValue:"]),
            _ => "",
        };
        let suffix = if kind != Kind::Null && dice.percent(20) { "IfExists" } else { "" };
        let mut values = if kind == Kind::Null {
            dice.some(&["true", "false"], 1)
        } else if kind == key.kind || kind == Kind::Text {
            dice.some(key.policy, 3)
        } else {
            dice.some(pool(kind), 2)
        };
        if kind == Kind::Bool && !version {
            values.retain(|value| !value.contains('$'));
        }
        let spelt = if dice.percent(8) { key.name.to_uppercase() } else { key.name.to_owned() };
        if let Some(keys) = block.entry(format!("{set}{name}{suffix}")).or_insert_with(|| json!({})).as_object_mut() {
            keys.entry(spelt).or_insert(json!(values));
        }
    }
    Value::Object(block)
}
