//! Small random accounts as data: who there is, what is attached to whom, what governs which resource, and a goal.
//!
//! Everything is one JSON value, so that a world that fails can be made smaller part by part.

use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// The accounts of worlds.
pub(crate) const ACCOUNTS: [&str; 3] = ["111111111111", "222222222222", "333333333333"];
/// A managed policy that no listing holds.
pub(crate) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

/// What the documents of a world are about.
#[derive(Debug, Clone, Copy)]
enum Theme {
    Buckets,
    Queues,
    Keys,
    Roles,
    Repositories,
}

const THEMES: [Theme; 6] =
    [Theme::Buckets, Theme::Buckets, Theme::Queues, Theme::Keys, Theme::Roles, Theme::Repositories];

/// A random world.
pub(crate) fn world(dice: &mut Dice) -> Value {
    let accounts = &ACCOUNTS[..dice.pick(&[1, 2, 2, 3])];
    let across = accounts.len() > 1 && dice.percent(40);
    let mut maker = Maker { theme: dice.pick(&THEMES), accounts, across, arns: Vec::new(), places: Vec::new(), dice };
    let principals = maker.names();
    maker.arns = principals.iter().map(|(arn, _)| arn.clone()).collect();
    maker.places = maker.resources();
    let (managed, groups) = (maker.managed(), maker.groups());
    let mut made: Vec<Value> = Vec::new();
    for (arn, account) in principals {
        let own = maker.principal(&arn, account, &managed, &groups);
        made.push(maker.alike(own, &made));
    }
    let mut seen = Vec::new();
    let places: Vec<Value> = (0..maker.dice.pick(&[0, 1, 2, 2, 3])).filter_map(|_| maker.place(&mut seen)).collect();
    let organization = if maker.dice.percent(45) { maker.organization() } else { Value::Null };
    let goal = maker.goal();
    json!({"accounts": accounts, "managed": managed, "groups": groups, "principals": made, "places": places,
        "organization": organization, "goal": goal})
}

struct Maker<'a> {
    theme: Theme,
    accounts: &'a [&'static str],
    /// Whether principals are mostly of the first account and resources of the second.
    across: bool,
    /// The users and roles.
    arns: Vec<String>,
    /// What may have a policy of its own, with its owner where the ARN does not say.
    places: Vec<(String, &'static str)>,
    dice: &'a mut Dice,
}

impl Maker<'_> {
    fn account(&mut self) -> &'static str {
        self.dice.pick(self.accounts)
    }

    fn names(&mut self) -> Vec<(String, &'static str)> {
        const NAMES: [&str; 7] = [
            "user/ann",
            "user/staff/bob",
            "role/r1",
            "role/r2",
            "role/r2",
            "role/app/r3",
            "role/aws-service-role/sns.amazonaws.com/linked",
        ];
        let mut names: Vec<(String, &'static str)> = Vec::new();
        for _ in 0..2 + self.dice.below(3) {
            let account =
                if self.dice.percent(if self.across { 80 } else { 40 }) { self.accounts[0] } else { self.account() };
            let arn = format!("arn:aws:iam::{account}:{}", self.dice.pick(&NAMES));
            if names.iter().all(|(other, _)| *other != arn) {
                names.push((arn, account));
            }
        }
        names
    }

    fn resources(&mut self) -> Vec<(String, &'static str)> {
        let mut places = Vec::new();
        for account in self.accounts.iter().copied() {
            let texts: Vec<String> = match self.theme {
                Theme::Buckets => Vec::new(),
                Theme::Queues => vec![format!("arn:aws:sqs:us-east-1:{account}:q")],
                Theme::Keys => ["k1", "k2"].map(|key| format!("arn:aws:kms:us-east-1:{account}:key/{key}")).to_vec(),
                Theme::Roles => Vec::new(),
                Theme::Repositories => {
                    ["a", "a/b", "ab"].map(|name| format!("arn:aws:ecr:us-east-1:{account}:repository/{name}")).to_vec()
                }
            };
            places.extend(texts.into_iter().map(|text| (text, account)));
        }
        if let Theme::Buckets = self.theme {
            for bucket in ["alpha", "beta", "alpha/secret"] {
                places.push((
                    format!("arn:aws:s3:::{bucket}"),
                    if self.across { self.accounts[1] } else { self.account() },
                ));
            }
        }
        places.retain(|(_, account)| !self.across || *account == self.accounts[1]);
        places
    }

    fn actions(&mut self) -> Value {
        let of_theme: &[&str] = match self.theme {
            Theme::Buckets => &["s3:GetObject", "s3:*", "s3:Get*", "s3:PutObject", "s3:ListBucket", "*"],
            Theme::Queues => &["sqs:SendMessage", "sqs:*", "sqs:Send*", "*"],
            Theme::Keys => &["kms:Decrypt", "kms:*", "kms:De*", "*"],
            Theme::Roles => {
                &["sts:AssumeRole", "sts:*", "sts:AssumeRole", "iam:GetRole", "iam:*", "sts:TagSession", "*"]
            }
            Theme::Repositories => &["ecr:PutImage", "ecr:*", "*"],
        };
        let any = ["s3:GetObject", "sqs:*", "kms:Decrypt", "sts:AssumeRole", "iam:GetRole", "ecr:PutImage"];
        match self.dice.percent(85) {
            true => self.dice.one_or_more(of_theme, 2),
            false => self.dice.one_or_more(&any, 2),
        }
    }

    /// A resource of an identity policy.
    fn resource(&mut self) -> Value {
        if self.dice.percent(45) {
            return json!("*");
        }
        let account = self.account();
        let text = match (self.theme, self.dice.below(6)) {
            (Theme::Buckets, 0) => "arn:aws:s3:::alpha/*".to_owned(),
            (Theme::Buckets, 1) => "arn:aws:s3:::alpha/${aws:username}/*".to_owned(),
            (Theme::Buckets, 2) => "arn:aws:s3:::alpha/${aws:PrincipalTag/team}/*".to_owned(),
            (Theme::Buckets, 3) => "arn:aws:s3:::beta*".to_owned(),
            (Theme::Buckets, 4) => "arn:aws:s3:::alpha/secret/*".to_owned(),
            (Theme::Buckets, _) => "arn:aws:s3:::*".to_owned(),
            (Theme::Queues, 0 | 1) => format!("arn:aws:sqs:*:{account}:*"),
            (Theme::Keys, 0 | 1) => format!("arn:aws:kms:*:{account}:key/k1"),
            (Theme::Keys, 2) => format!("arn:aws:kms:*:{account}:key/*"),
            (Theme::Roles, 0 | 1) => format!("arn:aws:iam::{account}:role/*"),
            (Theme::Roles, _) => self.arns[self.dice.below(self.arns.len())].clone(),
            (Theme::Repositories, 0) => format!("arn:aws:ecr:*:{account}:repository/a/*"),
            (Theme::Repositories, 1) => format!("arn:aws:ecr:*:{account}:repository/a*"),
            _ => self.places[self.dice.below(self.places.len())].0.clone(),
        };
        json!(text)
    }

    fn condition(&mut self) -> Value {
        let team = self.dice.pick(&["red", "blue"]);
        let name = self.dice.pick(&["ann", "bob"]);
        let arn = self.arns[self.dice.below(self.arns.len())].clone();
        let account = self.account();
        match self.dice.below(11) {
            0 => json!({"StringEquals": {"aws:PrincipalTag/team": team}}),
            1 => json!({"StringNotEquals": {"aws:PrincipalTag/team": team}}),
            2 => json!({"ArnEquals": {"aws:PrincipalArn": arn}}),
            3 => json!({"ArnNotLike": {"aws:PrincipalArn": arn}}),
            4 => json!({"Bool": {"aws:SecureTransport": "true"}}),
            5 => json!({"Bool": {"aws:SecureTransport": "false"}}),
            6 => json!({"StringEquals": {"aws:username": name}}),
            7 => json!({"StringNotEquals": {"aws:username": name}}),
            8 => json!({"StringEquals": {"aws:PrincipalAccount": account}}),
            9 => json!({"StringNotEquals": {"aws:ResourceAccount": account}}),
            _ => json!({"StringEquals": {"aws:ResourceAccount": account}}),
        }
    }

    fn with_condition(&mut self, percent: usize, mut statement: Value) -> Value {
        if self.dice.percent(percent) {
            statement["Condition"] = self.condition();
        }
        statement
    }

    fn effect(&mut self, deny: usize) -> &'static str {
        if self.dice.percent(deny) { "Deny" } else { "Allow" }
    }

    fn identity(&mut self) -> Value {
        let statements: Vec<Value> = (0..1 + self.dice.below(2))
            .map(|_| {
                let (effect, actions, resource) = (self.effect(20), self.actions(), self.resource());
                self.with_condition(30, json!({"Effect": effect, "Action": actions, "Resource": resource}))
            })
            .collect();
        document(statements)
    }

    /// Whom a policy names.
    fn principals(&mut self) -> Value {
        let own = self.arns[self.dice.below(self.arns.len())].clone();
        let account = self.account();
        if self.across && self.dice.percent(40) {
            return json!({"AWS": self.accounts[0]});
        }
        match self.dice.below(10) {
            0 => json!("*"),
            1 => json!({"AWS": "*"}),
            2 => json!({"AWS": account}),
            3 => json!({"AWS": format!("arn:aws:iam::{account}:root")}),
            4 => json!({"Service": "ec2.amazonaws.com"}),
            5 => json!({"AWS": [own, format!("arn:aws:iam::{}:root", ACCOUNTS[2])]}),
            6 if own.contains(":role/") => json!({"AWS": session_of(&own)}),
            _ => json!({"AWS": own}),
        }
    }

    fn trust(&mut self) -> Value {
        let statements: Vec<Value> = (0..1 + self.dice.below(2))
            .map(|_| {
                let actions =
                    self.dice.one_or_more(&["sts:AssumeRole", "sts:AssumeRole", "sts:TagSession", "sts:*"], 2);
                let (effect, principals) = (self.effect(20), self.principals());
                let mut statement = json!({"Effect": effect, "Principal": principals, "Action": actions});
                if self.dice.percent(15) {
                    statement["Condition"] = json!({"StringEquals": {"sts:ExternalId": "x-1"}});
                    return statement;
                }
                self.with_condition(30, statement)
            })
            .collect();
        document(statements)
    }

    fn managed(&mut self) -> Value {
        let mut managed = Map::new();
        for name in ["p1", "p2", "fence"] {
            let account = self.account();
            managed.insert(format!("arn:aws:iam::{account}:policy/{name}"), self.identity());
        }
        Value::Object(managed)
    }

    fn attached(&mut self, managed: &Value) -> Value {
        let mut names: Vec<&str> = managed.as_object().unwrap().keys().map(String::as_str).collect();
        names.push(ADMINISTRATOR);
        json!(self.dice.pick(&names))
    }

    fn groups(&mut self) -> Value {
        let groups: Vec<Value> = self
            .accounts
            .iter()
            .map(|account| json!({"account": account, "name": "staff", "inline": []}))
            .map(|mut group| {
                group["inline"] = json!([self.identity()]);
                group
            })
            .collect();
        json!(groups)
    }

    fn principal(&mut self, arn: &str, account: &str, managed: &Value, groups: &Value) -> Value {
        let mut principal = json!({"arn": arn, "account": account});
        if self.dice.percent(70) {
            principal["inline"] = json!([self.identity()]);
        }
        if self.dice.percent(40) {
            principal["attached"] = json!([self.attached(managed)]);
        }
        if self.dice.percent(30) {
            principal["boundary"] = self.attached(managed);
        }
        if self.dice.percent(40) {
            principal["tags"] = json!({"team": self.dice.pick(&["red", "blue"])});
        }
        if arn.contains(":role/") {
            principal["trust"] = self.trust();
        } else if self.dice.percent(50) {
            principal["groups"] = json!([groups[0]["name"]]);
        }
        principal
    }

    /// A principal that often carries what one before it does: they may share their answer.
    fn alike(&mut self, mut own: Value, others: &[Value]) -> Value {
        let is_role = |principal: &Value| principal["arn"].as_str().is_some_and(|arn| arn.contains(":role/"));
        let same = |other: &&Value| other["account"] == own["account"] && is_role(other) == is_role(&own);
        if let Some(other) = others.iter().find(same).filter(|_| self.dice.percent(60)) {
            for field in ["inline", "attached", "boundary"] {
                own.as_object_mut().unwrap().shift_remove(field);
                if let Some(value) = other.get(field) {
                    own[field] = value.clone();
                }
            }
        }
        own
    }

    fn place(&mut self, seen: &mut Vec<String>) -> Option<Value> {
        if self.places.is_empty() {
            return None;
        }
        let (resource, account) = self.places[self.dice.below(self.places.len())].clone();
        if seen.contains(&resource) {
            return None;
        }
        seen.push(resource.clone());
        let statements: Vec<Value> = (0..1 + self.dice.below(2))
            .map(|_| {
                let own = match self.dice.below(3) {
                    0 => json!("*"),
                    1 => json!([resource, format!("{resource}/*")]),
                    _ => json!(format!("{resource}*")),
                };
                let (effect, principals, actions) = (self.effect(30), self.principals(), self.actions());
                let statement = json!({"Effect": effect, "Principal": principals, "Action": actions, "Resource": own});
                self.with_condition(40, statement)
            })
            .collect();
        Some(json!({"Resource": resource, "Account": account, "Policy": document(statements)}))
    }

    /// Levels: one that allows everything, and perhaps one that takes something away.
    fn levels(&mut self, of_resources: bool) -> Value {
        let everybody = |mut statement: Value| {
            if of_resources {
                statement["Principal"] = json!("*");
            }
            statement
        };
        let open = everybody(json!({"Effect": "Allow", "Action": "*", "Resource": "*"}));
        let mut levels = vec![json!([document(vec![open.clone()])])];
        if self.dice.percent(70) {
            let service = match self.theme {
                Theme::Buckets => "s3:*",
                Theme::Queues => "sqs:SendMessage",
                Theme::Keys => "kms:*",
                Theme::Roles => "sts:AssumeRole",
                Theme::Repositories => "ecr:*",
            };
            let deny = everybody(json!({"Effect": "Deny", "Action": service, "Resource": "*"}));
            let deny = self.with_condition(80, deny);
            levels.push(json!([document(vec![open]), document(vec![deny])]));
        }
        json!(levels)
    }

    fn organization(&mut self) -> Value {
        let mut accounts = Map::new();
        for account in self.accounts.iter().copied() {
            let mut own = json!({});
            if self.dice.percent(60) {
                own["scps"] = self.levels(false);
            }
            if self.dice.percent(60) {
                own["rcps"] = self.levels(true);
            }
            accounts.insert(account.to_owned(), own);
        }
        let management = if self.dice.percent(30) { json!(self.account()) } else { Value::Null };
        json!({"managementAccount": management, "accounts": accounts})
    }

    fn goal(&mut self) -> Value {
        let of_theme: &[&str] = match self.theme {
            Theme::Buckets => &["s3:GetObject", "s3:GetObject", "s3:ListBucket", "s3:*"],
            Theme::Queues => &["sqs:SendMessage", "sqs:*"],
            Theme::Keys => &["kms:Decrypt", "kms:*"],
            Theme::Roles => &["sts:AssumeRole", "sts:AssumeRole", "iam:GetRole", "sts:TagSession", "sts:*"],
            Theme::Repositories => &["ecr:PutImage", "ecr:*"],
        };
        let action = match self.dice.below(12) {
            0 => json!("*"),
            1 => json!(["kms:*", "sts:AssumeRole"]),
            _ => json!(self.dice.pick(of_theme)),
        };
        let mut goal = json!({"action": action});
        // Where everything is asked about, most answers lie where nothing is governed.
        if self.dice.percent(50) {
            goal["resource"] = self.resource_asked();
        }
        if self.dice.percent(15) {
            goal["when"] = self.condition();
        }
        goal
    }

    fn resource_asked(&mut self) -> Value {
        match self.theme {
            Theme::Roles => json!(self.arns[self.dice.below(self.arns.len())]),
            _ => {
                let place = &self.places[self.dice.below(self.places.len())].0;
                json!(format!("{place}{}", self.dice.pick(&["", "*", "/*"])))
            }
        }
    }
}

/// A session of a role that policies name.
fn session_of(role: &str) -> String {
    let name = role.rsplit('/').next().unwrap_or_default();
    format!("{}:assumed-role/{name}/boss", role.split(":role/").next().unwrap_or_default().replace(":iam:", ":sts:"))
}

fn document(statements: Vec<Value>) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}
