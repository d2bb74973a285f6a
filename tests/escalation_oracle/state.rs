//! An account between two requests, and what of it never changes.

use std::collections::HashMap;

use ringfence::policy::{self, Document, DocumentKind};
use ringfence::source::Source;
use serde_json::Value;

use crate::world::{ACCOUNT, CORP, KEY_PAIR, arn, everything, items, text, texts};

/// No boundary, no tag, no name.
pub(crate) const NONE: u8 = u8::MAX;
/// The document that allows everything.
pub(crate) const FULL: u16 = 0;
/// AdministratorAccess among the policies.
pub(crate) const ADMIN: u8 = 0;
/// How many versions of a policy are stored at most.
pub(crate) const VERSIONS: usize = 5;
/// The attacker's own provider, and the one that trust policies name.
pub(crate) const PROVIDERS: [&str; 2] = ["arn:aws:iam::111111111111:saml-provider/ringfence", CORP];

/// Identity documents of a user, group or role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Docs {
    /// Inline documents, sorted: their names bear on nothing.
    pub(crate) inline: Vec<u16>,
    /// Attached policies, as bits.
    pub(crate) attached: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct User {
    /// Its ARN; NONE where it does not exist.
    pub(crate) name: u8,
    pub(crate) docs: Docs,
    pub(crate) groups: u8,
    pub(crate) boundary: u8,
    pub(crate) team: u8,
    pub(crate) keys: u8,
    pub(crate) login: bool,
    /// Whether the attacker chose the password.
    pub(crate) known: bool,
    pub(crate) mfa: bool,
    pub(crate) held: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Group {
    pub(crate) name: u8,
    pub(crate) docs: Docs,
}

/// Whom a role trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Trust {
    /// As the account says.
    Original,
    /// Everybody, the services that the attacker can drive, and these providers (bits).
    Written(u8),
    /// A session is held already.
    Moot,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Role {
    pub(crate) exists: bool,
    pub(crate) docs: Docs,
    pub(crate) boundary: u8,
    pub(crate) team: u8,
    pub(crate) trust: Trust,
    /// Sessions that are held, as bits: the first without tags of its own, the others with one of the teams.
    pub(crate) sessions: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Policy {
    pub(crate) exists: bool,
    /// Every stored version; the default one.
    pub(crate) versions: Vec<u16>,
    pub(crate) default: u16,
}

/// An account between two requests.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<Group>,
    pub(crate) roles: Vec<Role>,
    pub(crate) policies: Vec<Policy>,
    /// Providers that the attacker controls, as bits.
    pub(crate) providers: u8,
}

/// A document that is read.
pub(crate) struct Read {
    pub(crate) document: Document,
    pub(crate) denies: bool,
    pub(crate) allows: bool,
}

/// What of an account never changes.
pub(crate) struct Model {
    pub(crate) first: State,
    pub(crate) docs: Vec<Read>,
    /// ARNs; users and groups are renamed among them.
    pub(crate) arns: Vec<String>,
    /// ARNs of one class are told apart by no pattern of a document.
    pub(crate) classes: Vec<u16>,
    /// The names that a user may have, its first one first.
    pub(crate) user_names: Vec<Vec<u8>>,
    pub(crate) group_names: Vec<Vec<u8>>,
    pub(crate) roles: Vec<u8>,
    /// Service-linked roles cannot be changed.
    pub(crate) fixed: Vec<bool>,
    pub(crate) trusts: Vec<Value>,
    /// The users that trust policies may name, as in the account.
    pub(crate) first_names: Vec<String>,
    pub(crate) policies: Vec<u8>,
    pub(crate) providers: [u8; 2],
    /// Whether a role trusts the second of them.
    pub(crate) corporate: bool,
    pub(crate) teams: Vec<String>,
    pub(crate) function: u8,
    pub(crate) stack: u8,
    pub(crate) goal: (&'static str, u8),
    /// Whether a document looks at the boundary that a user or role has, or at tags.
    pub(crate) sees_boundaries: bool,
    pub(crate) sees_tags: bool,
    /// Whether a document looks at the tags of callers.
    pub(crate) sees_callers: bool,
    /// Whether a stored version of a policy denies something.
    pub(crate) policies_deny: bool,
}

struct Maker<'w> {
    world: &'w Value,
    docs: Vec<Read>,
    known: HashMap<String, u16>,
    arns: Vec<String>,
    patterns: Vec<String>,
    policies: Vec<String>,
    sees_boundaries: bool,
}

/// Requests in which `iam:PermissionsBoundary` is the boundary that the target has.
const CURRENT: [&str; 11] = [
    "iam:AttachUserPolicy",
    "iam:AttachRolePolicy",
    "iam:DetachUserPolicy",
    "iam:DetachRolePolicy",
    "iam:PutUserPolicy",
    "iam:PutRolePolicy",
    "iam:DeleteUserPolicy",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPermissionsBoundary",
    "iam:DeleteRolePermissionsBoundary",
    "iam:UpdateAssumeRolePolicy",
];

/// Whether a text matches a pattern whose only wildcard is `*`.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(place) = rest.find(part) else { return false };
        rest = &rest[place + part.len()..];
    }
    rest.ends_with(last)
}

impl<'w> Maker<'w> {
    fn doc(&mut self, value: &Value) -> u16 {
        let text = value.to_string();
        if let Some(known) = self.known.get(&text) {
            return *known;
        }
        let document = policy::parse(&Source::new("document", text.as_str()), DocumentKind::Identity).unwrap().0;
        let says = |effect: &str| items(value, "Statement").iter().any(|statement| statement["Effect"] == effect);
        let (denies, allows) = (says("Deny"), says("Allow"));
        for statement in items(value, "Statement") {
            let mut actions = texts(statement, "Action").chain(statement["Action"].as_str());
            self.sees_boundaries |= statement["Condition"].to_string().contains("iam:PermissionsBoundary")
                && actions.any(|pattern| CURRENT.iter().any(|action| fits(pattern, action)));
            for field in ["Resource", "NotResource"] {
                self.patterns.extend(texts(statement, field).chain(statement[field].as_str()).map(str::to_owned));
            }
        }
        self.docs.push(Read { document, denies, allows });
        let id = u16::try_from(self.docs.len() - 1).unwrap();
        self.known.insert(text, id);
        id
    }

    fn arn(&mut self, arn: String) -> u8 {
        if let Some(place) = self.arns.iter().position(|own| *own == arn) {
            return u8::try_from(place).unwrap();
        }
        self.arns.push(arn);
        u8::try_from(self.arns.len() - 1).unwrap()
    }

    fn policy(&self, name: &str) -> u8 {
        u8::try_from(self.policies.iter().position(|own| own == name).unwrap()).unwrap()
    }

    fn docs_of(&mut self, own: &Value) -> Docs {
        let mut inline: Vec<u16> = items(own, "inline").iter().map(|document| self.doc(document)).collect();
        inline.sort_unstable();
        let attached = texts(own, "attached").map(|name| 1 << self.policy(name)).sum();
        Docs { inline, attached }
    }

    fn boundary(&self, own: &Value) -> u8 {
        own["boundary"].as_str().map_or(NONE, |name| self.policy(name))
    }

    /// Names of a kind that nobody has: one of no path, and one below each path that a document names.
    fn fresh(&mut self, kind: &str, name: &str) -> Vec<u8> {
        let mut names = vec![self.arn(arn(&format!("{kind}/{name}")))];
        let begin = arn(&format!("{kind}/"));
        let paths: Vec<String> = self
            .patterns
            .iter()
            .filter(|pattern| pattern.starts_with(&begin) && pattern.ends_with("/*") && pattern.len() > begin.len() + 1)
            .map(|pattern| pattern.trim_end_matches('*').to_owned())
            .collect();
        for (number, path) in paths.into_iter().enumerate() {
            // Friendly names are unique whatever the path.
            names.push(self.arn(format!("{path}{name}-{number}")));
        }
        let mut seen = Vec::new();
        names.retain(|id| {
            let vector = self.vector(*id);
            let new = !seen.contains(&vector);
            seen.push(vector);
            new
        });
        names
    }

    /// Which patterns match an ARN.
    fn vector(&self, id: u8) -> Vec<bool> {
        self.patterns.iter().map(|pattern| fits(pattern, &self.arns[usize::from(id)])).collect()
    }

    fn make(mut self) -> Model {
        let world = self.world;
        self.doc(&everything());
        self.policies = vec!["admin".to_owned()];
        self.policies.extend(items(world, "policies").iter().map(|own| text(own, "name").to_owned()));
        let stored = |maker: &mut Self, own: &Value| -> Policy {
            let mut versions: Vec<u16> = items(own, "versions").iter().map(|document| maker.doc(document)).collect();
            let default = versions[usize::try_from(own["default"].as_u64().unwrap()).unwrap()];
            versions.sort_unstable();
            Policy { exists: true, versions, default }
        };
        let mut policies = vec![Policy { exists: true, versions: vec![FULL], default: FULL }];
        policies.extend(items(world, "policies").iter().map(|own| stored(&mut self, own)));
        let policies_deny = policies.iter().flat_map(|own| &own.versions).any(|id| self.docs[usize::from(*id)].denies);
        let mut policy_arns: Vec<u8> = self.policies.clone().iter().map(|name| self.arn(arn(name))).collect();
        let mut teams: Vec<String> = Vec::new();
        let team = |own: &Value, teams: &mut Vec<String>| {
            let Some(team) = own["team"].as_str() else { return NONE };
            if !teams.iter().any(|known| known == team) {
                teams.push(team.to_owned());
            }
            u8::try_from(teams.iter().position(|known| known == team).unwrap()).unwrap()
        };
        let group_names: Vec<&str> = items(world, "groups").iter().map(|own| text(own, "name")).collect();
        let (mut users, mut groups, mut roles) = (Vec::new(), Vec::new(), Vec::new());
        let mut trusts = Vec::new();
        let start = text(world, "start");
        let told = world.to_string();
        let sees_callers = told.contains("aws:PrincipalTag/");
        for own in items(world, "groups") {
            groups.push(Group { name: self.arn(arn(text(own, "name"))), docs: self.docs_of(own) });
        }
        let first_names: Vec<String> = items(world, "users").iter().map(|own| text(own, "name").to_owned()).collect();
        for own in items(world, "users") {
            let flag = |name: &str| own[name].as_bool().unwrap_or(false);
            let member = |name: &&str| texts(own, "groups").any(|own| own == *name);
            users.push(User {
                name: self.arn(arn(text(own, "name"))),
                docs: self.docs_of(own),
                groups: group_names.iter().enumerate().filter(|(_, name)| member(name)).map(|(bit, _)| 1 << bit).sum(),
                boundary: self.boundary(own),
                team: team(own, &mut teams),
                keys: u8::try_from(own["keys"].as_u64().unwrap_or(0)).unwrap(),
                login: flag("login"),
                known: false,
                mfa: flag("mfa"),
                held: text(own, "name") == start,
            });
        }
        let (mut role_arns, mut fixed) = (Vec::new(), Vec::new());
        for own in items(world, "roles") {
            role_arns.push(self.arn(arn(text(own, "name"))));
            fixed.push(
                ["role/aws-service-role/", "role/aws-reserved/"].iter().any(|p| text(own, "name").starts_with(p)),
            );
            trusts.push(own["trust"].clone());
            let held = text(own, "name") == start;
            roles.push(Role {
                exists: true,
                docs: self.docs_of(own),
                boundary: self.boundary(own),
                team: team(own, &mut teams),
                trust: if held && !sees_callers { Trust::Moot } else { Trust::Original },
                sessions: u8::from(held),
            });
        }
        let goal = &world["goal"];
        let action =
            ["s3:GetObject", "iam:CreateAccessKey", "iam:PutUserPolicy", "ec2:CreateKeyPair", "s3:CreateBucket"];
        let action = action.into_iter().find(|own| *own == goal["action"]).unwrap();
        let resource = goal["resource"].as_str().unwrap_or(match action {
            "s3:CreateBucket" => "arn:aws:s3:::ringfence",
            _ => KEY_PAIR,
        });
        self.patterns.push(resource.to_owned());
        self.patterns.sort();
        self.patterns.dedup();
        let goal = (action, self.arn(resource.to_owned()));

        // The names that users and groups may have: their own, one of each class, and those of others.
        let originals = |own: &[u8], number: usize| {
            let mut names = vec![own[number]];
            names.extend(own.iter().filter(|name| **name != own[number]));
            names
        };
        let user_arns: Vec<u8> = users.iter().map(|own: &User| own.name).collect();
        let group_arns: Vec<u8> = groups.iter().map(|own: &Group| own.name).collect();
        let (mut user_names, mut group_names) = (Vec::new(), Vec::new());
        for number in 0..user_arns.len() {
            let mut names = originals(&user_arns, number);
            names.splice(1..1, self.fresh("user", &format!("moved{number}")));
            user_names.push(names);
        }
        for number in 0..group_arns.len() {
            let mut names = originals(&group_arns, number);
            names.splice(1..1, self.fresh("group", &format!("moved{number}")));
            group_names.push(names);
        }
        // Users that come to be: one of each class, and one for each name that becomes free.
        for name in self.fresh("user", "ringfence").into_iter().chain(user_arns) {
            user_names.push(vec![name]);
            users.push(User {
                name: NONE,
                docs: Docs::default(),
                groups: 0,
                boundary: NONE,
                team: NONE,
                keys: 0,
                login: false,
                known: false,
                mfa: false,
                held: false,
            });
        }
        for name in self.fresh("group", "ringfence").into_iter().chain(group_arns) {
            group_names.push(vec![name]);
            groups.push(Group { name: NONE, docs: Docs::default() });
        }
        for name in self.fresh("role", "ringfence") {
            role_arns.push(name);
            fixed.push(false);
            let (docs, trust) = (Docs::default(), Trust::Original);
            roles.push(Role { exists: false, docs, boundary: NONE, team: NONE, trust, sessions: 0 });
        }
        for name in self.fresh("policy", "ringfence") {
            policy_arns.push(name);
            policies.push(Policy { exists: false, versions: Vec::new(), default: FULL });
        }
        for team in ["red", "blue"] {
            if told.contains(&format!("\"{team}\"")) && !teams.iter().any(|known| known == team) {
                teams.push(team.to_owned());
            }
        }
        if told.contains("Tag/team") {
            // One that nobody speaks of.
            teams.push("green".to_owned());
        }
        let providers = PROVIDERS.map(|name| self.arn(name.to_owned()));
        let function = self.arn(format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:ringfence"));
        let stack = self.arn(format!("arn:aws:cloudformation:us-east-1:{ACCOUNT}:stack/ringfence/1"));
        let vectors: Vec<Vec<bool>> = (0..self.arns.len()).map(|id| self.vector(u8::try_from(id).unwrap())).collect();
        let class = |own: &Vec<bool>| u16::try_from(vectors.iter().position(|other| other == own).unwrap()).unwrap();
        Model {
            first: State { users, groups, roles, policies, providers: 0 },
            classes: vectors.iter().map(class).collect(),
            docs: self.docs,
            arns: self.arns,
            user_names,
            group_names,
            roles: role_arns,
            fixed,
            corporate: trusts.iter().any(|own| own.to_string().contains("\"saml\"")),
            trusts,
            first_names,
            policies: policy_arns,
            providers,
            teams,
            function,
            stack,
            goal,
            sees_boundaries: self.sees_boundaries,
            sees_tags: told.contains("Tag/team"),
            sees_callers,
            policies_deny,
        }
    }
}

impl Model {
    /// Reads an account.
    pub(crate) fn new(world: &Value) -> Self {
        let (docs, arns, patterns, policies) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Maker { world, docs, known: HashMap::new(), arns, patterns, policies, sees_boundaries: false }.make()
    }

    pub(crate) fn denies(&self, id: u16) -> bool {
        self.docs[usize::from(id)].denies
    }
}

impl State {
    pub(crate) fn policy(&self, id: u8) -> &Policy {
        &self.policies[usize::from(id)]
    }

    /// The attached policies of a set of documents.
    pub(crate) fn attached(&self, docs: &Docs) -> impl Iterator<Item = u8> {
        let bits = docs.attached;
        (0..u8::try_from(self.policies.len()).unwrap()).filter(move |id| bits & (1 << id) != 0)
    }

    /// Whether the documents allow everything; Denies may take from it.
    pub(crate) fn is_full(&self, docs: &Docs) -> bool {
        docs.inline.contains(&FULL) || self.attached(docs).any(|id| self.policy(id).default == FULL)
    }

    /// The documents as they are now.
    pub(crate) fn documents(&self, docs: &Docs) -> impl Iterator<Item = u16> {
        docs.inline.iter().copied().chain(self.attached(docs).map(|id| self.policy(id).default))
    }

    /// Whether an ARN, or another with its friendly name, is taken by a user or group.
    pub(crate) fn is_free(&self, model: &Model, name: u8) -> bool {
        let friendly = |name: u8| model.arns[usize::from(name)].rsplit('/').next().unwrap_or_default();
        let kind = |name: u8| model.arns[usize::from(name)].contains(":user/");
        let users = self.users.iter().map(|own| own.name);
        let mut all = users.chain(self.groups.iter().map(|own| own.name)).filter(|own| *own != NONE);
        !all.any(|own| own == name || (kind(own) == kind(name) && friendly(own) == friendly(name)))
    }
}
