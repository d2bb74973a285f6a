//! What a world allows, by trying requests: every principal, on every resource of a list, in a handful of contexts.
//!
//! Nothing of `ringfence::account` is used: which policies bear on a request is read off the world's own data.

use std::collections::HashMap;

use indexmap::IndexMap;
use ringfence::evaluate::decide::Decision;
use ringfence::evaluate::{Outcome, evaluate};
use ringfence::policy::{self, Document, DocumentKind};
use ringfence::request::{Context, ContextValue, Request};
use ringfence::scenario::{Caller, Layer, Principal, ResourceAccount, Scenario, Stored, Tags};
use ringfence::source::Source;
use ringfence::vocabulary::action::Action;
use ringfence::vocabulary::caller::CallerKind;
use ringfence::vocabulary::context_key::ContextKey;
use ringfence::vocabulary::dialect::Dialect;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::{Value, json};

use crate::files::{items, members, text};
use crate::world::ADMINISTRATOR;

/// A world whose documents are read once.
pub(crate) struct Oracle<'w> {
    world: &'w Value,
    documents: HashMap<(String, DocumentKind), Document>,
}

/// What governs a resource.
struct Governed<'w> {
    account: &'w str,
    policy: &'w Value,
    trust: bool,
}

/// The account in an ARN; empty where it has none.
fn account_in(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

/// Whether the part of an ARN is an account: of some resource types it is empty, or says something else.
fn is_account(part: &str) -> bool {
    part.len() == 12 && part.bytes().all(|byte| byte.is_ascii_digit())
}

impl<'w> Oracle<'w> {
    pub(crate) fn new(world: &'w Value) -> Self {
        Self { world, documents: HashMap::new() }
    }

    fn document(&mut self, value: &Value, kind: DocumentKind) -> Document {
        let text = value.to_string();
        let read = || policy::parse(&Source::new("document", text.as_str()), kind).unwrap().0;
        self.documents.entry((text.clone(), kind)).or_insert_with(read).clone()
    }

    fn layer<'v>(&mut self, documents: impl IntoIterator<Item = &'v Value>, kind: DocumentKind) -> Vec<Document> {
        documents.into_iter().map(|document| self.document(document, kind)).collect()
    }

    /// The document of a managed policy.
    fn managed(&self, arn: &Value) -> Value {
        match arn.as_str() {
            Some(ADMINISTRATOR) => json!({"Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}),
            name => self.world["managed"][name.unwrap_or_default()].clone(),
        }
    }

    /// The nearest of the listed resources at or above a resource; nothing lies below a role.
    fn governed(&self, resource: &str) -> Option<Governed<'w>> {
        let roles = items(self.world, "principals").iter().filter(|own| own["trust"].is_object());
        let roles = roles.map(|own| (text(own, "arn"), account_in(text(own, "arn")), &own["trust"], true));
        let places = items(self.world, "places").iter();
        let places = places.map(|own| (text(own, "Resource"), text(own, "Account"), &own["Policy"], false));
        let above = |arn: &str, trust: bool| {
            resource == arn || (!trust && resource.strip_prefix(arn).is_some_and(|rest| rest.starts_with('/')))
        };
        let nearest = roles.chain(places).filter(|(arn, _, _, trust)| above(arn, *trust));
        let (_, account, policy, trust) = nearest.max_by_key(|(arn, ..)| arn.len())?;
        Some(Governed { account, policy, trust })
    }

    /// The levels of a kind that bind an account.
    fn levels(&mut self, account: &str, name: &str, kind: DocumentKind) -> Layer<Vec<Vec<Document>>> {
        let organization = &self.world["organization"];
        let exempt = organization["managementAccount"].as_str() == Some(account);
        let levels = items(&organization["accounts"][account], name);
        if exempt || levels.is_empty() {
            return Layer::None;
        }
        Layer::Given(levels.iter().map(|level| self.layer(level.as_array().unwrap(), kind)).collect())
    }

    /// The scenario of one caller at a resource. `holder` is the user or role; none for a root user.
    fn scenario(&mut self, holder: Option<&Value>, caller: &Caller, resource: &str) -> Scenario {
        let account = account_in(&caller.arn);
        let governed = self.governed(resource);
        let named = Some(account_in(resource)).filter(|named| is_account(named));
        let owner = governed.as_ref().map_or(named.unwrap_or(account), |governed| governed.account).to_owned();
        let delegation = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*",
            "Principal": {"AWS": format!("arn:aws:iam::{owner}:root")}, "Resource": "*"}]});
        let policy = match governed {
            Some(Governed { policy, trust, .. }) => {
                Some(self.document(policy, if trust { DocumentKind::Trust } else { DocumentKind::Resource }))
            }
            None if resource.contains(":key/") => Some(self.document(&delegation, DocumentKind::Resource)),
            None => None,
        };
        let mut identity = Vec::new();
        if let Some(own) = holder {
            identity.extend(self.layer(items(own, "inline"), DocumentKind::Identity));
            for arn in items(own, "attached") {
                let managed = self.managed(arn);
                identity.push(self.document(&managed, DocumentKind::Identity));
            }
            for group in items(self.world, "groups") {
                if items(own, "groups").contains(&group["name"]) && text(group, "account") == account {
                    identity.extend(self.layer(items(group, "inline"), DocumentKind::Identity));
                }
            }
        }
        let boundary = holder.filter(|own| own["boundary"].is_string()).map(|own| self.managed(&own["boundary"]));
        let boundary = boundary.map(|document| vec![self.document(&document, DocumentKind::Identity)]);
        Scenario {
            dialect: Dialect::embedded("aws").unwrap().unwrap(),
            principal: Principal::Caller(caller.clone()),
            stored: Stored::AsCalled,
            identity: if identity.is_empty() { Layer::None } else { Layer::Given(identity) },
            boundary: boundary.map_or(Layer::None, Layer::Given),
            session: Layer::None,
            scps: self.levels(account, "scps", DocumentKind::Scp),
            rcps: self.levels(&owner, "rcps", DocumentKind::Rcp),
            resource: policy.map_or(Layer::None, |policy| Layer::Given(vec![policy])),
            endpoint: Layer::None,
            resource_account: ResourceAccount::Id(owner),
            rulings: Rulings::default(),
        }
    }

    /// Whether a request is one of the goal: a Deny of exactly the goal decides it.
    fn meets(&mut self, caller: &Caller, request: &Request) -> bool {
        let goal = &self.world["goal"];
        let mut deny = json!({"Effect": "Deny", "Principal": "*", "Action": goal["action"], "Resource": "*"});
        if let Some(resource) = goal.get("resource") {
            deny["Resource"] = resource.clone();
        }
        if let Some(when) = goal.get("when") {
            deny["Condition"] = when.clone();
        }
        let deny = json!({"Version": "2012-10-17", "Statement": [deny]});
        let deny = self.document(&deny, DocumentKind::Resource);
        let scenario = Scenario { resource: Layer::Given(vec![deny]), ..self.bare(caller) };
        decision(&scenario, request) == Some(Decision::ExplicitDeny)
    }

    fn bare(&self, caller: &Caller) -> Scenario {
        let nobody = Self { world: &Value::Null, documents: HashMap::new() }.scenario(None, caller, "*");
        Scenario { resource_account: ResourceAccount::SameAsCaller, ..nobody }
    }

    /// The resources of the world, each with the actions that can be asked of it.
    fn targets(&self) -> Vec<(&'static str, String)> {
        let mut targets = Vec::new();
        for key in ["alpha/k", "alpha/ann/k", "alpha/red/k", "alpha/secret", "alpha/secret/k", "beta/k", "loose/k"] {
            targets.extend(["s3:GetObject", "s3:PutObject"].map(|action| (action, format!("arn:aws:s3:::{key}"))));
        }
        targets.extend(["alpha", "beta", "loose"].map(|bucket| ("s3:ListBucket", format!("arn:aws:s3:::{bucket}"))));
        for account in items(self.world, "accounts").iter().filter_map(Value::as_str) {
            for name in ["q", "loose"] {
                targets.push(("sqs:SendMessage", format!("arn:aws:sqs:us-east-1:{account}:{name}")));
            }
            for name in ["k1", "k2", "loose"] {
                targets.push(("kms:Decrypt", format!("arn:aws:kms:us-east-1:{account}:key/{name}")));
            }
            for name in ["a", "a/x", "a/b", "a/b/c", "ab", "loose"] {
                targets.push(("ecr:PutImage", format!("arn:aws:ecr:us-east-1:{account}:repository/{name}")));
            }
            targets.push(("iam:GetRole", format!("arn:aws:iam::{account}:role/loose")));
        }
        // Roles that nothing tells of do not exist.
        let listed = items(self.world, "principals").iter().filter(|own| own["trust"].is_object());
        let told = items(self.world, "places").iter().map(|own| text(own, "Resource"));
        let told = told.filter(|arn| arn.contains(":role/"));
        for arn in listed.map(|own| text(own, "arn")).chain(told).map(str::to_owned) {
            targets.extend(["sts:AssumeRole", "sts:TagSession", "iam:GetRole"].map(|action| (action, arn.clone())));
        }
        targets
    }

    /// A request of the goal that a principal is allowed.
    pub(crate) fn allowed(&mut self, arn: &str) -> Option<String> {
        let holder = self.holder(arn);
        let callers = callers(arn, holder);
        for (action, resource) in self.targets() {
            // S11.4.13
            if arn.ends_with(":root") && action == "sts:AssumeRole" {
                continue;
            }
            for caller in &callers {
                let scenario = self.scenario(holder, caller, &resource);
                for context in contexts(action, &scenario.resource_account) {
                    let request =
                        Request { action: Action::parse(action).unwrap(), resource: resource.clone(), context };
                    if decision(&scenario, &request) == Some(Decision::Allow) && self.meets(caller, &request) {
                        return Some(format!("{caller:?}\n{request:?}"));
                    }
                }
            }
        }
        None
    }

    /// What is wrong with a request that is said to be allowed.
    pub(crate) fn refusal(&mut self, arn: &str, caller: &Caller, request: &Request) -> Option<String> {
        let holder = self.holder(arn);
        let scenario = self.scenario(holder, caller, &request.resource);
        let decided = decision(&scenario, request);
        let met = self.meets(caller, request);
        let own = match caller.kind {
            CallerKind::RoleSession => caller.issuer.as_deref() == Some(arn),
            _ => caller.arn == arn,
        };
        (decided != Some(Decision::Allow) || !met || !own)
            .then(|| format!("{decided:?}, goal met: {met}, caller fits: {own}\n{caller:?}\n{request:?}"))
    }

    /// Where a resource lies: governed in the caller's account, in another, or nowhere.
    pub(crate) fn place_of(&self, arn: &str, resource: &str) -> &'static str {
        match self.governed(resource) {
            None => "nowhere",
            Some(own) if own.account != account_in(arn) => "another account",
            Some(_) => "own account",
        }
    }

    fn holder(&self, arn: &str) -> Option<&'w Value> {
        items(self.world, "principals").iter().find(|own| text(own, "arn") == arn)
    }
}

/// The callers that a principal stands for: of a role a few sessions, with session tags of their own.
fn callers(arn: &str, holder: Option<&Value>) -> Vec<Caller> {
    let tags = |own: Option<&str>| {
        let mut tags: IndexMap<ContextKey, String> = IndexMap::new();
        for (key, value) in holder.into_iter().flat_map(|holder| members(holder, "tags")) {
            tags.insert(ContextKey::new(key), value.as_str().unwrap_or_default().to_owned());
        }
        tags.extend(own.map(|team| (ContextKey::new("team"), team.to_owned())));
        Tags::Exact(tags)
    };
    let Some((front, path)) = arn.split_once(":role/") else {
        let kind = if arn.ends_with(":root") { CallerKind::Root } else { CallerKind::User };
        return vec![Caller { arn: arn.to_owned(), kind, tags: tags(None), issuer: None }];
    };
    let (front, name) = (front.replace(":iam:", ":sts:"), path.rsplit('/').next().unwrap_or_default());
    let sessions =
        ["boss", "other"].into_iter().flat_map(|session| [None, Some("red"), Some("blue")].map(|t| (session, t)));
    sessions
        .map(|(session, team)| Caller {
            arn: format!("{front}:assumed-role/{name}/{session}"),
            kind: CallerKind::RoleSession,
            tags: tags(team),
            issuer: Some(arn.to_owned()),
        })
        .collect()
}

/// A handful of contexts, each with what every request carries of what worlds look at.
fn contexts(action: &str, owner: &ResourceAccount) -> Vec<Context> {
    let ResourceAccount::Id(owner) = owner else { return Vec::new() };
    let external: &[Option<&str>] = if action == "sts:AssumeRole" { &[None, Some("x-1")] } else { &[None] };
    let made = ["true", "false"].into_iter().flat_map(|secure| external.iter().map(move |id| (secure, *id)));
    made.map(|(secure, external)| {
        let mut context = Context::default();
        let mut add = |key: &str, value: &str| {
            context.insert(ContextKey::new(key), ContextValue::Single(value.to_owned())).unwrap();
        };
        add("aws:SecureTransport", secure);
        add("aws:ResourceAccount", owner);
        if let Some(id) = external {
            add("sts:ExternalId", id);
        }
        context
    })
    .collect()
}

fn decision(scenario: &Scenario, request: &Request) -> Option<Decision> {
    match evaluate(scenario, request) {
        Ok(Outcome::Decided(decision, _)) => decision,
        _ => None,
    }
}
