//! Tiny random accounts as data, and the files that users would give of them.
//!
//! Everything is one JSON value: users, groups, roles, managed policies with all their versions, a start, a goal. Names
//! are the last part of an ARN with its path, such as `user/ops/bob`; `admin` is AdministratorAccess.
//!
//! What documents say is chosen so that the transitions that the oracle has are all that matter: whoever may write a
//! bucket's policy may read the bucket, whoever may delete a policy may write a version of it, whoever may create a
//! function may invoke it.

use std::fs;
use std::path::Path;

use ringfence::account::Files;
use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// The account.
pub(crate) const ACCOUNT: &str = "111111111111";
/// A managed policy that no listing holds.
pub(crate) const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
/// A provider that trust policies name.
pub(crate) const CORP: &str = "arn:aws:iam::111111111111:saml-provider/corp";
/// The object that goals are about.
pub(crate) const OBJECT: &str = "arn:aws:s3:::data/secret";
/// A key pair that nobody has yet.
pub(crate) const KEY_PAIR: &str = "arn:aws:ec2:us-east-1:111111111111:key-pair/ringfence";
const TEAMS: [&str; 2] = ["red", "blue"];

/// The items of a list; none if it is absent.
pub(crate) fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// The texts of a list.
pub(crate) fn texts<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v str> {
    items(value, name).iter().filter_map(Value::as_str)
}

/// A text; empty if it is absent.
pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// The ARN of a name.
pub(crate) fn arn(name: &str) -> String {
    match name {
        "admin" => ADMINISTRATOR.to_owned(),
        name => format!("arn:aws:iam::{ACCOUNT}:{name}"),
    }
}

/// A document of statements.
pub(crate) fn document(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// The document that allows everything: every document that an attacker writes.
pub(crate) fn everything() -> Value {
    document(&json!([{"Effect": "Allow", "Action": "*", "Resource": "*"}]))
}

/// A role's trust policy; `arn_of` tells the ARN that a trusted user has now.
pub(crate) fn trust(trusted: &Value, arn_of: &dyn Fn(&str) -> String) -> Value {
    let statement = |name: &str| {
        let (principal, action) = match name {
            "root" => (json!({"AWS": arn("root")}), "sts:AssumeRole"),
            "saml" => (json!({"Federated": CORP}), "sts:AssumeRoleWithSAML"),
            user if user.starts_with("user/") => (json!({"AWS": arn_of(user)}), "sts:AssumeRole"),
            service => (json!({"Service": format!("{service}.amazonaws.com")}), "sts:AssumeRole"),
        };
        json!({"Effect": "Allow", "Principal": principal, "Action": action})
    };
    document(&trusted.as_array().unwrap().iter().filter_map(Value::as_str).map(statement).collect())
}

/// A random account.
pub(crate) fn world(dice: &mut Dice) -> Value {
    let narrow = dice.percent(45);
    let mut maker = Maker { dice, narrow, names: Map::new() };
    maker.world()
}

struct Maker<'a> {
    dice: &'a mut Dice,
    /// Whether rights are small, so that it takes several of them to get anywhere.
    narrow: bool,
    /// Who there is: kinds with lists of names.
    names: Map<String, Value>,
}

impl Maker<'_> {
    fn world(&mut self) -> Value {
        let ops = |dice: &mut Dice, kind: &str, name: &str| {
            if dice.percent(20) { format!("{kind}/ops/{name}") } else { format!("{kind}/{name}") }
        };
        let alice = "user/alice".to_owned();
        let users = if self.dice.percent(85) { vec![alice, ops(self.dice, "user", "bob")] } else { vec![alice] };
        let role = match self.dice.below(20) {
            0 => "role/aws-service-role/sns.amazonaws.com/linked".to_owned(),
            _ => ops(self.dice, "role", "worker"),
        };
        let group = ops(self.dice, "group", "staff");
        let policies = vec![ops(self.dice, "policy", "p1"), "policy/p2".to_owned()];
        self.names = Map::from_iter([
            ("user".to_owned(), json!(users)),
            ("role".to_owned(), json!([role])),
            ("group".to_owned(), json!([group])),
            ("policy".to_owned(), json!(policies)),
        ]);
        let goal = self.goal(&users);
        let policies: Vec<Value> = policies.iter().map(|name| self.policy(name)).collect();
        let groups = json!([self.holder(&group, &goal, 10)]);
        let start = if self.dice.percent(88) { "user/alice" } else { role.as_str() };
        let mut made = Vec::new();
        for name in &users {
            let mut user = self.holder(name, &goal, if name == start { 0 } else { 25 });
            if name == start || self.dice.percent(60) {
                self.empower(&mut user);
            }
            user["groups"] = json!([]);
            if self.dice.percent(35) {
                user["groups"] = json!([group]);
            }
            if name != start && self.dice.percent(40) {
                user["keys"] = json!(self.dice.pick(&[0, 1, 2, 2]));
                user["login"] = json!(self.dice.percent(50));
                user["mfa"] = json!(self.dice.percent(40));
            }
            made.push(user);
        }
        let mut own = self.holder(&role, &goal, 30);
        if role == start || self.dice.percent(60) {
            self.empower(&mut own);
        }
        own["trust"] = match role.contains("aws-service-role") {
            true => json!(["sns"]),
            false => {
                let trusted = ["root", "root", users[0].as_str(), users[users.len() - 1].as_str(), "lambda", "saml"];
                json!(self.dice.some(&trusted, 2))
            }
        };
        json!({"users": made, "groups": groups, "roles": [own], "policies": policies, "start": start, "goal": goal})
    }

    fn goal(&mut self, users: &[String]) -> Value {
        let target = arn(&users[users.len() - 1]);
        match self.dice.below(8) {
            0..=3 => json!({"action": "s3:GetObject", "resource": OBJECT}),
            4 => json!({"action": "iam:CreateAccessKey", "resource": target}),
            5 => json!({"action": "iam:PutUserPolicy", "resource": target}),
            _ => json!({"action": "ec2:CreateKeyPair"}),
        }
    }

    /// A user, group or role; it has the goal's right in so many of a hundred cases.
    fn holder(&mut self, name: &str, goal: &Value, entitled: usize) -> Value {
        let mut own = json!({"name": name, "inline": [], "attached": []});
        if self.dice.percent(entitled) {
            let right = json!({"Effect": "Allow", "Action": goal["action"], "Resource": "*"});
            own["inline"] = json!([document(&json!([right]))]);
        }
        if self.dice.percent(25) {
            let next = self.identity(50);
            own["inline"].as_array_mut().unwrap().push(next);
        }
        if self.dice.percent(25) {
            own["attached"] = json!([self.name("policy")]);
        }
        if name.starts_with("group") {
            return own;
        }
        if self.dice.percent(25) {
            own["boundary"] = json!(self.name("policy"));
        }
        if self.dice.percent(30) {
            own["team"] = json!(self.dice.pick(&TEAMS));
        }
        own
    }

    /// Gives the one who begins something to begin with, and now and then a fence.
    fn empower(&mut self, own: &mut Value) {
        let more = 1 + self.dice.below(3);
        for _ in 0..more {
            let next = self.identity(12);
            own["inline"].as_array_mut().unwrap().push(next);
        }
        if self.dice.percent(45) {
            // A fence around the goal.
            let actions = [
                self.dice.pick(&["s3:*", "s3:*", "ec2:CreateKeyPair"]),
                self.dice.pick(&["iam:CreateAccessKey", "lambda:*", "ec2:CreateKeyPair"]),
            ];
            let fence = json!([{"Effect": "Deny", "Action": actions, "Resource": "*"}]);
            own["inline"].as_array_mut().unwrap().push(document(&fence));
        }
        if self.dice.percent(30) {
            let plot = self.plot();
            own["inline"].as_array_mut().unwrap().push(plot);
        }
        if own.get("boundary").is_none() && self.dice.percent(25) {
            own["boundary"] = json!(self.name("policy"));
        }
    }

    /// Rights that only together, or in the right order, come to something.
    fn plot(&mut self) -> Value {
        let allow =
            |actions: &[&str], resource: String| json!({"Effect": "Allow", "Action": actions, "Resource": resource});
        let deny =
            |actions: &[&str], resource: String| json!({"Effect": "Deny", "Action": actions, "Resource": resource});
        let when = |mut statement: Value, operator: &str, key: &str, value: String| {
            statement["Condition"] = json!({operator: {key: value}});
            statement
        };
        let every = || "*".to_owned();
        let gain = self.dice.pick(&["iam:CreateAccessKey", "iam:*LoginProfile", "iam:PutUserPolicy"]);
        let (user, role) = (arn(&self.name("user")), arn(&self.name("role")));
        let (group, policy) = (arn(&self.name("group")), arn(&self.name("policy")));
        let team = self.dice.pick(&TEAMS).to_owned();
        let statements = match self.dice.below(9) {
            0 => {
                let equals = self.dice.pick(&["StringEquals", "StringNotEquals"]);
                let tag = self.dice.pick(&["iam:TagUser", "iam:UntagUser"]);
                vec![allow(&[tag], every()), when(allow(&[gain], every()), equals, "aws:ResourceTag/team", team)]
            }
            1 => vec![allow(&["iam:UpdateUser", gain], every()), deny(&[gain], user)],
            2 => vec![allow(&["iam:UpdateUser"], arn("user/*")), allow(&[gain], arn("user/ops/*"))],
            3 => vec![
                allow(&["iam:UpdateAssumeRolePolicy", "iam:*SAMLProvider", "iam:PutRolePolicy"], every()),
                deny(&["sts:AssumeRole"], if self.dice.percent(50) { every() } else { role }),
            ],
            4 => vec![
                allow(
                    &["iam:CreateGroup", "iam:PutGroupPolicy", "iam:AddUserToGroup", "iam:UpdateGroup"],
                    arn("group/*"),
                ),
                deny(&["iam:PutGroupPolicy", "iam:AttachGroupPolicy"], group),
            ],
            5 => vec![
                allow(&["iam:CreatePolicy"], arn("policy/ops/*")),
                when(allow(&["iam:Attach*"], every()), "ArnLike", "iam:PolicyARN", arn("policy/ops/*")),
            ],
            6 => vec![
                allow(&["iam:CreatePolicy"], arn("policy/ops/*")),
                when(
                    allow(&["iam:PutUserPermissionsBoundary"], every()),
                    "ArnLike",
                    "iam:PermissionsBoundary",
                    arn("policy/ops/*"),
                ),
                allow(&["iam:AttachUserPolicy", "iam:CreateAccessKey"], every()),
            ],
            7 => vec![
                when(
                    allow(&["iam:CreateUser", "iam:CreateRole"], every()),
                    "StringEquals",
                    "iam:PermissionsBoundary",
                    policy,
                ),
                allow(&["iam:Put*", "iam:CreateAccessKey"], arn(self.dice.pick(&["user/*", "role/*", "user/ops/*"]))),
            ],
            _ => {
                let mut fence =
                    deny(&["iam:CreateAccessKey", "iam:*LoginProfile", "iam:UpdateUser", "iam:*Role*"], every());
                fence.as_object_mut().unwrap().shift_remove("Resource");
                fence["NotResource"] = json!(arn("user/ops/*"));
                vec![allow(&["iam:*"], every()), fence]
            }
        };
        document(&json!(statements))
    }

    fn policy(&mut self, name: &str) -> Value {
        let versions = match self.dice.below(12) {
            0..=7 => 1,
            8..=10 => 2,
            _ => 5,
        };
        let versions: Vec<Value> = (0..versions).map(|_| self.broad()).collect();
        json!({"name": name, "versions": versions, "default": self.dice.below(versions.len())})
    }

    /// A document of a managed policy: often wide enough to serve as a boundary.
    fn broad(&mut self) -> Value {
        if self.dice.percent(50) {
            return self.identity(30);
        }
        let wide = self.dice.pick(&["*", "iam:*", "iam:*", "s3:*"]);
        let mut statements = vec![json!({"Effect": "Allow", "Action": wide, "Resource": "*"})];
        if wide == "iam:*" && self.dice.percent(40) {
            statements.push(json!({"Effect": "Allow", "Action": ["sts:AssumeRole", "s3:GetObject"], "Resource": "*"}));
        }
        if wide == "*" || self.dice.percent(50) {
            statements.push(self.deny());
        }
        document(&json!(statements))
    }

    fn identity(&mut self, deny: usize) -> Value {
        let count = self.dice.pick(&[1, 1, 2, 2, 3]);
        let statements: Value =
            (0..count).map(|_| if self.dice.percent(deny) { self.deny() } else { self.allow() }).collect();
        document(&statements)
    }

    fn allow(&mut self) -> Value {
        const ACTIONS: [&str; 44] = [
            "iam:*",
            "iam:*",
            "iam:Put*",
            "iam:Put*",
            "iam:Attach*",
            "iam:Attach*",
            "iam:Detach*",
            "iam:PutUserPolicy",
            "iam:PutRolePolicy",
            "iam:PutGroupPolicy",
            "iam:AttachUserPolicy",
            "iam:AttachRolePolicy",
            "iam:AddUserToGroup",
            "iam:RemoveUserFromGroup",
            "iam:CreateAccessKey",
            "iam:CreateAccessKey",
            "iam:DeleteAccessKey",
            "iam:CreateLoginProfile",
            "iam:UpdateLoginProfile",
            "iam:*LoginProfile",
            "iam:DeactivateMFADevice",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateAssumeRolePolicy",
            "iam:CreateRole",
            "iam:CreateUser",
            "iam:CreatePolicy",
            "iam:CreatePolicyVersion",
            "iam:SetDefaultPolicyVersion",
            "iam:*PolicyVersion",
            "iam:*SAMLProvider",
            "iam:PutUserPermissionsBoundary",
            "iam:DeleteUserPermissionsBoundary",
            "iam:DeleteRolePermissionsBoundary",
            "iam:DeleteUserPolicy",
            "iam:UpdateUser",
            "iam:UpdateGroup",
            "iam:TagUser",
            "iam:TagRole",
            "sts:AssumeRole",
            "sts:AssumeRole",
            "iam:PassRole",
            "lambda:*",
            "s3:*",
            "*",
        ];
        const NARROW: [&str; 8] = [
            "iam:CreateUser",
            "iam:CreateGroup",
            "iam:AddUserToGroup",
            "iam:PutGroupPolicy",
            "iam:CreateAccessKey",
            "iam:PutUserPolicy",
            "iam:UpdateAssumeRolePolicy",
            "iam:CreateSAMLProvider",
        ];
        let actions = match self.dice.below(6) {
            0 => vec!["iam:PassRole".to_owned(), "lambda:*".to_owned()],
            1 => self.dice.some(&["iam:CreateUser", "iam:CreateRole", "iam:Put*", "iam:CreateAccessKey"], 3),
            2 => self.dice.some(&["iam:CreateRole", "iam:AttachRolePolicy", "iam:PutRolePolicy", "sts:AssumeRole"], 3),
            3 if self.narrow => self.dice.some(&NARROW, 3),
            _ if self.narrow => self.dice.some(&ACTIONS[7..43], 2),
            _ => self.dice.some(&ACTIONS, 3),
        };
        let resource = self.resource(&actions, if self.narrow { 25 } else { 45 });
        let statement = json!({"Effect": "Allow", "Action": actions, "Resource": resource});
        self.with_condition(20, &actions, statement)
    }

    fn deny(&mut self) -> Value {
        const ACTIONS: [&str; 24] = [
            "iam:*",
            "iam:Put*",
            "iam:Attach*",
            "iam:Attach*",
            "iam:PutUserPolicy",
            "iam:AttachUserPolicy",
            "iam:AddUserToGroup",
            "iam:CreateAccessKey",
            "iam:*LoginProfile",
            "iam:*PermissionsBoundary",
            "iam:*PermissionsBoundary",
            "iam:*PolicyVersion",
            "iam:*Role*",
            "iam:*SAMLProvider",
            "iam:UpdateUser",
            "iam:*Group*",
            "iam:Tag*",
            "iam:PassRole",
            "lambda:*",
            "sts:AssumeRole",
            "s3:*",
            "s3:*",
            "ec2:CreateKeyPair",
            "ec2:CreateKeyPair",
        ];
        let mut actions = self.dice.some(&ACTIONS, 3);
        if actions.iter().any(|action| action == "iam:*PolicyVersion") {
            actions.push("iam:DeletePolicy".to_owned());
        }
        let resource = self.resource(&actions, 55);
        let but = if resource != "*" && self.dice.percent(15) { "NotResource" } else { "Resource" };
        let statement = json!({"Effect": "Deny", "Action": actions, but: resource});
        self.with_condition(25, &actions, statement)
    }

    fn name(&mut self, kind: &str) -> String {
        let names: Vec<&str> = self.names[kind].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        self.dice.pick(&names).to_owned()
    }

    /// A resource, mostly of a kind that one of the actions is about.
    fn resource(&mut self, actions: &[String], every: usize) -> Value {
        if beyond_iam(actions) || self.dice.percent(every) {
            return json!("*");
        }
        let kinds: Vec<&str> = actions.iter().flat_map(|action| kinds(action)).copied().collect();
        let kind = self.dice.pick(&kinds);
        match self.dice.below(7) {
            0 => json!(arn(&format!("{kind}/*"))),
            1 => json!(arn(&format!("{kind}/ops/*"))),
            2 => json!([arn(&format!("{kind}/*")), arn(&format!("{}/*", self.dice.pick(&kinds)))]),
            3 => json!([arn(&self.name(kind)), arn(&format!("{kind}/ops/*"))]),
            _ => json!(arn(&self.name(kind))),
        }
    }

    /// Keys of IAM are asked of IAM's actions only: whether others carry them is another question.
    fn with_condition(&mut self, percent: usize, actions: &[String], mut statement: Value) -> Value {
        if !self.dice.percent(percent) {
            return statement;
        }
        let policy = if self.dice.percent(85) { arn(&self.name("policy")) } else { ADMINISTRATOR.to_owned() };
        let (team, equals) = (self.dice.pick(&TEAMS), self.dice.pick(&["StringEquals", "StringNotEquals"]));
        let (operator, key, value) = match if beyond_iam(actions) { 7 } else { self.dice.below(8) } {
            0..=2 => (equals, "iam:PermissionsBoundary", policy.as_str()),
            3 => (equals, "iam:PolicyARN", policy.as_str()),
            4 => (self.dice.pick(&["ArnEquals", "ArnNotEquals"]), "iam:PolicyARN", policy.as_str()),
            5 | 6 => (equals, "aws:ResourceTag/team", team),
            _ => (equals, "aws:PrincipalTag/team", team),
        };
        statement["Condition"] = json!({operator: {key: value}});
        statement
    }
}

fn beyond_iam(actions: &[String]) -> bool {
    actions.iter().any(|action| !action.starts_with("iam:") && !action.starts_with("sts:"))
}

/// The kinds of resources of the actions that a pattern means.
fn kinds(action: &str) -> &'static [&'static str] {
    match action {
        action if action.contains("Group") => &["group"],
        action if action.contains("PolicyVersion") || action == "iam:CreatePolicy" => &["policy"],
        "iam:Put*" | "iam:Attach*" | "iam:Detach*" | "iam:*" => &["user", "user", "role", "group"],
        action if action.contains("Role") => &["role"],
        _ => &["user"],
    }
}

/// Whether a world that was made smaller still is one.
pub(crate) fn is_whole(world: &Value) -> bool {
    let everywhere = ["users", "groups", "roles", "policies"];
    let named: Vec<&str> = everywhere.iter().flat_map(|list| items(world, list)).map(|own| text(own, "name")).collect();
    let documents = |own: &Value| [items(own, "inline"), items(own, "versions")].concat();
    let mut written = everywhere.iter().flat_map(|list| items(world, list)).flat_map(documents);
    let stated = |document: Value| {
        let statements = items(&document, "Statement");
        let full = |own: &Value| {
            let about = own.get("Resource").or(own.get("NotResource"));
            let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
            ["Allow", "Deny"].contains(&text(own, "Effect"))
                && own.get("Action").is_some_and(|action| !empty(action))
                && about.is_some_and(|resource| !empty(resource))
                && own.get("Condition").is_none_or(|value| value.to_string().matches(':').count() >= 2)
        };
        document["Version"] == "2012-10-17" && !statements.is_empty() && statements.iter().all(full)
    };
    let policies = items(world, "policies");
    let default = |own: &Value| own["default"].as_u64().and_then(|n| usize::try_from(n).ok());
    let users = items(world, "users").iter().chain(items(world, "roles"));
    let known = |name: &str| name == "admin" || policies.iter().any(|own| text(own, "name") == name);
    let group = |name: &str| items(world, "groups").iter().any(|own| text(own, "name") == name);
    let holders = || users.clone().chain(items(world, "groups"));
    let goal = &world["goal"];
    let meant = match text(goal, "action") {
        "s3:GetObject" => goal["resource"] == OBJECT,
        "iam:CreateAccessKey" | "iam:PutUserPolicy" => {
            items(world, "users").iter().any(|own| arn(text(own, "name")) == text(goal, "resource"))
        }
        action => !action.is_empty(),
    };
    named.iter().all(|name| !name.is_empty())
        && named.contains(&text(world, "start"))
        && meant
        && written.all(stated)
        && policies.iter().all(|own| default(own).is_some_and(|number| number < items(own, "versions").len()))
        && holders().all(|own| texts(own, "attached").all(known) && own["boundary"].as_str().is_none_or(known))
        && items(world, "users").iter().all(|own| texts(own, "groups").all(group))
        && items(world, "roles").iter().all(|own| !items(own, "trust").is_empty())
}

/// The listing, as IAM returns it.
fn listing(world: &Value) -> Value {
    let friendly = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let path = |name: &str| {
        let inner = name.split_once('/').map_or("", |(_, rest)| rest);
        inner.rsplit_once('/').map_or("/".to_owned(), |(path, _)| format!("/{path}/"))
    };
    let entry = |kind: &str, own: &Value| {
        let name = text(own, "name");
        let inline: Vec<Value> = items(own, "inline")
            .iter()
            .enumerate()
            .map(|(number, document)| json!({"PolicyName": format!("inline-{number}"), "PolicyDocument": document}))
            .collect();
        let attached: Vec<Value> =
            texts(own, "attached").map(|own| json!({"PolicyName": friendly(own), "PolicyArn": arn(own)})).collect();
        let mut entry = json!({"Arn": arn(name), "Path": path(name), format!("{kind}Name"): friendly(name),
            format!("{kind}PolicyList"): inline, "AttachedManagedPolicies": attached});
        if kind != "Group" {
            let team: Vec<Value> = own["team"].as_str().iter().map(|t| json!({"Key": "team", "Value": t})).collect();
            entry["Tags"] = json!(team);
        }
        if let Some(name) = own["boundary"].as_str() {
            entry["PermissionsBoundary"] =
                json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn(name)});
        }
        entry
    };
    let user = |own: &Value| {
        let mut made = entry("User", own);
        made["GroupList"] = texts(own, "groups").map(friendly).collect();
        made
    };
    let role = |own: &Value| {
        let mut made = entry("Role", own);
        made["AssumeRolePolicyDocument"] = trust(&own["trust"], &arn);
        made
    };
    let policy = |own: &Value| {
        let default = usize::try_from(own["default"].as_u64().unwrap()).unwrap();
        let versions: Vec<Value> = items(own, "versions")
            .iter()
            .enumerate()
            .map(|(number, document)| {
                let (id, is_default) = (format!("v{}", number + 1), number == default);
                json!({"VersionId": id, "IsDefaultVersion": is_default, "Document": document})
            })
            .collect();
        let name = text(own, "name");
        json!({"Arn": arn(name), "PolicyName": friendly(name), "Path": path(name),
            "DefaultVersionId": format!("v{}", default + 1), "PolicyVersionList": versions})
    };
    let all = |name: &str, make: &dyn Fn(&Value) -> Value| items(world, name).iter().map(make).collect::<Vec<_>>();
    json!({"UserDetailList": all("users", &user), "GroupDetailList": all("groups", &|own| entry("Group", own)),
        "RoleDetailList": all("roles", &role), "Policies": all("policies", &policy), "IsTruncated": false})
}

/// Writes the files of an account to a folder.
pub(crate) fn write(world: &Value, folder: &Path) -> Files {
    let file = |name: &str, value: &Value| {
        let path = folder.join(name);
        fs::write(&path, value.to_string()).unwrap();
        path
    };
    let credentials: Map<String, Value> = items(world, "users")
        .iter()
        .map(|own| {
            let flag = |name: &str| own[name].as_bool().unwrap_or(false);
            let keys = own["keys"].as_u64().unwrap_or(0);
            let own_file = json!({"access_keys": keys, "login_profile": flag("login"), "mfa": flag("mfa")});
            (arn(text(own, "name")), own_file)
        })
        .collect();
    Files {
        accounts: vec![file("account.json", &listing(world))],
        credentials: Some(file("credentials.json", &Value::Object(credentials))),
        ..Files::default()
    }
}
