//! S11.4 and S12 as a reader would check them by hand, on the JSON of one request.
//!
//! In: a whole request: principal, action, resource, and every context key that it carries. Out: the rules it breaks.
//! Nothing here comes from the symbolic side; of the library only the catalogue is used. A counterexample shows the
//! fewest keys, so that it is not whole: it is fine if one of its [`completions`] breaks no rule and is allowed.

use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex};

use regex::Regex;
use ringfence::vocabulary::catalogue::{Catalogue, CatalogueAction, ScalarType, Service};
use ringfence::vocabulary::context_key::ContextKey;
use serde_json::{Map, Value, json};

/// A request, its context by key in lower case.
pub(crate) struct Request<'a> {
    json: &'a Value,
    context: Map<String, Value>,
    kind: &'a str,
    arn: Vec<&'a str>,
}

fn is(pattern: &str, text: &str) -> bool {
    static MADE: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut made = MADE.lock().unwrap();
    let make = || Regex::new(&format!("^(?:{pattern})$")).unwrap();
    made.entry(pattern.to_owned()).or_insert_with(make).is_match(text)
}

/// Seconds since 1970 of a date in one of the forms of S3.1.6.
pub(crate) fn seconds(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse::<f64>() {
        return Some(number);
    }
    let form = r"^(-?\d{4,})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(?:Z|([+-])(\d\d):?(\d\d))?)?$";
    static FORM: LazyLock<Mutex<Option<Regex>>> = LazyLock::new(Mutex::default);
    let found = FORM.lock().unwrap().get_or_insert_with(|| Regex::new(form).unwrap()).captures(text)?;
    let part = |index: usize| found.get(index).map_or(0.0, |own| own.as_str().parse::<f64>().unwrap_or_default());
    // Days from the civil date, years beginning in March.
    let (year, month) = if part(2) > 2.0 { (part(1), part(2) - 3.0) } else { (part(1) - 1.0, part(2) + 9.0) };
    let leaps = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
    let days = year * 365.0 + leaps + ((153.0 * month + 2.0) / 5.0).floor() + part(3) - 1.0 - 719_468.0;
    let offset =
        (part(8) * 60.0 + part(9)) * if found.get(7).is_some_and(|sign| sign.as_str() == "-") { -60.0 } else { 60.0 };
    Some(days * 86_400.0 + part(4) * 3_600.0 + part(5) * 60.0 + part(6) - offset)
}

const NAME: &str = "[A-Za-z0-9+=,.@_-]";

impl<'a> Request<'a> {
    pub(crate) fn new(json: &'a Value) -> Self {
        let context = json["context"].as_object().unwrap();
        Self {
            json,
            context: context.iter().map(|(key, value)| (key.to_lowercase(), value.clone())).collect(),
            kind: json["principal"]["type"].as_str().unwrap(),
            arn: json["principal"]["arn"].as_str().unwrap().splitn(6, ':').collect(),
        }
    }

    fn get(&self, key: &str) -> Option<&Value> {
        self.context.get(&key.to_lowercase())
    }

    fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    fn list(&self, key: &str) -> Vec<&str> {
        match self.get(key) {
            Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) => vec![text],
            _ => Vec::new(),
        }
    }

    fn is_true(&self, key: &str) -> bool {
        self.text(key) == Some("true")
    }

    fn account(&self) -> Option<&str> {
        self.arn.get(4).copied()
    }

    fn action(&self) -> (String, String) {
        let (prefix, name) = self.json["action"].as_str().unwrap().split_once(':').unwrap();
        (prefix.to_lowercase(), name.to_lowercase())
    }

    fn listed(&self) -> Option<(&'static Service, &'static CatalogueAction)> {
        let (prefix, name) = self.action();
        let service = Catalogue::embedded().service(&prefix)?.unwrap();
        service.action(&name).map(|action| (service, action))
    }

    fn tags(&self, family: &str) -> Vec<String> {
        self.context.keys().filter_map(|key| key.strip_prefix(family)).map(str::to_owned).collect()
    }

    /// The rules that the request breaks.
    pub(crate) fn violations(&self) -> Vec<String> {
        let mut broken: Vec<(&str, String)> = Vec::new();
        let mut rule = |number: &'static str, holds: bool, why: &str| {
            if !holds {
                broken.push((number, why.to_owned()));
            }
        };
        // S11.1 has no column for who is on the way to a session with a provider's token.
        if self.kind != "federated" || self.arn.join(":").contains(":federated-user/") {
            self.of_the_caller(&mut rule);
            self.of_the_session(&mut rule);
        }
        self.of_the_way(&mut rule);
        self.of_organizations(&mut rule);
        self.of_tags(&mut rule);
        self.of_action_and_resource(&mut rule);
        self.of_types(&mut rule);
        broken.into_iter().map(|(number, why)| format!("{number}: {why}")).collect()
    }

    fn of_the_caller(&self, rule: &mut impl FnMut(&'static str, bool, &str)) {
        let whole = self.arn.join(":");
        let partition = "arn:aws[a-z-]*";
        let form = match self.kind {
            "user" => format!(r"{partition}:iam::\d{{12}}:user/(.*/)?{NAME}+"),
            "role-session" => format!(r"{partition}:sts::\d{{12}}:assumed-role/{NAME}+/{NAME}{{2,64}}"),
            "federated" => format!(r"{partition}:sts::\d{{12}}:federated-user/{NAME}{{2,32}}"),
            "root" => format!(r"{partition}:iam::\d{{12}}:root"),
            "anonymous" => "anonymous".to_owned(),
            _ => r"[a-z0-9.-]+".to_owned(),
        };
        rule("S11.4.1", is(&form, &whole), "the form of the caller's ARN");
        if let Some(issuer) = self.json["principal"]["issuer"].as_str() {
            let parts: Vec<&str> = issuer.splitn(6, ':').collect();
            let role = self.arn[5].split('/').nth(1);
            rule("S11.4.1", parts[4] == self.arn[4] && parts[1] == self.arn[1], "the issuer's account");
            let named = self.kind != "role-session" || issuer.rsplit('/').next() == role;
            rule("S11.4.1", named, "the role of a session has the name in the session's ARN");
        }
        let (service, anonymous) = (self.kind == "service", self.kind == "anonymous");
        if !service {
            for (key, own) in [
                ("aws:PrincipalAccount", if anonymous { Some("anonymous") } else { self.account() }),
                ("aws:username", (self.kind == "user").then(|| whole.rsplit('/').next().unwrap())),
            ] {
                let given = self.text(key);
                rule("S11.4.2", given.is_none() || given == own, key);
            }
        }
        let says = self.text("aws:PrincipalIsAWSService");
        let wanted = match self.kind {
            "service" => Some("true"),
            "anonymous" => None,
            _ => Some("false"),
        };
        rule("S11.4.1", says == wanted, "aws:PrincipalIsAWSService");
        for key in ["aws:PrincipalServiceName", "aws:PrincipalServiceNamesList"] {
            rule("S11.4.1", self.has(key) == service, key);
        }
        for key in ["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"] {
            rule("S11.4.8", service || !self.has(key), key);
        }
        if let (Some(arn), Some(account)) = (self.text("aws:SourceArn"), self.text("aws:SourceAccount")) {
            let own = arn.split(':').nth(4).unwrap_or_default();
            rule("S11.4.8", own.is_empty() || own == account, "the account in aws:SourceArn");
        }
        if service || anonymous {
            let none = !self.has("aws:PrincipalOrgID") && !self.has("aws:PrincipalOrgPaths");
            rule("S11.4.1", none, "no organization");
        }
        let session = whole.rsplit('/').next().unwrap();
        let id = match self.kind {
            "user" => format!("{NAME}+"),
            "role-session" => format!("{NAME}+:{}", regex::escape(session)),
            "federated" => format!("{}:{}", self.account().unwrap(), regex::escape(session)),
            "root" => self.account().unwrap().to_owned(),
            "anonymous" => "anonymous".to_owned(),
            _ => ".*".to_owned(),
        };
        rule("S11.4.1", service || self.text("aws:userid").is_some_and(|own| is(&id, own)), "aws:userid");
        let tags = self.json["principal"]["tags"].as_object().unwrap();
        let bare = service || anonymous || self.kind == "root";
        rule("S11.4.1", !bare || tags.is_empty(), "tags of root, a service or nobody");
        let folded: BTreeSet<String> = tags.keys().map(|key| key.to_lowercase()).collect();
        rule("S11.4.17", folded.len() == tags.len(), "one value of a tag, whatever the case of its key");
        let values = tags.values().filter_map(Value::as_str);
        let fits = |value: &str| is(r"[\p{L}\p{N} _.:/=+\-@]*", value);
        // Tags that the question gives are taken as given.
        let given = self.json["givenTags"] == json!(true);
        rule("S11.4.14", given || values.into_iter().all(fits), "characters of tags");
    }

    fn of_the_session(&self, rule: &mut impl FnMut(&'static str, bool, &str)) {
        let issued = self.has("aws:TokenIssueTime");
        if matches!(self.kind, "role-session" | "federated") {
            rule("S11.4.5", issued, "a session has aws:TokenIssueTime");
        }
        rule("S11.4.5", issued || !self.has("aws:MultiFactorAuthPresent"), "aws:MultiFactorAuthPresent without token");
        rule("S11.4.5", issued <= (self.kind != "anonymous"), "nobody's token");
        if self.has("aws:MultiFactorAuthAge") {
            rule("S11.4.4", self.is_true("aws:MultiFactorAuthPresent"), "aws:MultiFactorAuthAge without MFA");
            let age = self.text("aws:MultiFactorAuthAge").and_then(|age| age.parse::<f64>().ok());
            rule("S11.4.4", age.is_some_and(|age| age >= 0.0), "a negative age");
        }
        let provider = self.has("aws:FederatedProvider");
        rule("S11.2", !(provider && self.has("aws:MultiFactorAuthPresent")), "MFA of an OIDC session");
        let of_role = ["aws:FederatedProvider", "aws:Ec2InstanceSourceVpc", "aws:Ec2InstanceSourcePrivateIPv4"];
        for key in of_role.into_iter().chain(["ec2:SourceInstanceArn", "ec2:RoleDelivery"]) {
            rule("S11.2", !self.has(key) || matches!(self.kind, "role-session" | "service"), key);
        }
        let root = !self.has("aws:AssumedRoot") || !matches!(self.kind, "user" | "federated" | "anonymous");
        rule("S11.2", root, "aws:AssumedRoot");
        let moments: Vec<f64> =
            ["aws:CurrentTime", "aws:EpochTime"].into_iter().filter_map(|key| seconds(self.text(key)?)).collect();
        rule("S11.4.4", moments.len() == 2 && (moments[0] - moments[1]).abs() < 0.001, "one instant");
        if let (Some(at), Some(now)) = (self.text("aws:TokenIssueTime").and_then(seconds), moments.first()) {
            rule("S11.4.4", at <= *now + 0.001, "a token of the future");
        }
        let (prefix, name) = self.action();
        let call = (prefix.as_str(), name.as_str());
        let never = match self.kind {
            "role-session" => matches!(call, ("sts", "getfederationtoken" | "getsessiontoken")),
            "root" => call == ("sts", "assumerole"),
            _ => false,
        };
        rule("S11.4.13", !never, "an action that the caller cannot call");
        if self.kind == "user" && issued {
            let mfa = self.is_true("aws:MultiFactorAuthPresent");
            rule("S11.4.13", prefix != "iam" || mfa, "a token calls iam without MFA");
            let allowed = matches!(name.as_str(), "assumerole" | "getcalleridentity");
            rule("S11.4.13", prefix != "sts" || allowed, "a token calls sts");
        }
    }

    fn of_the_way(&self, rule: &mut impl FnMut(&'static str, bool, &str)) {
        for key in ["aws:RequestedRegion", "aws:SecureTransport", "aws:UserAgent", "aws:ViaAWSService"] {
            rule("S11.3", self.has(key), key);
        }
        let (address, endpoint) = (self.has("aws:SourceIp"), self.has("aws:SourceVpce"));
        rule("S11.4.6", !(address && endpoint), "an address and an endpoint");
        let forwarded = self.is_true("aws:ViaAWSService");
        rule("S11.4.6", address || endpoint || forwarded || self.kind == "service", "neither address nor endpoint");
        for key in ["aws:SourceVpc", "aws:VpcSourceIp"] {
            rule("S11.4.6", self.has(key) == endpoint, key);
        }
        for key in ["aws:SourceVpcArn", "aws:VpceAccount", "aws:VpceOrgID", "aws:VpceOrgPaths"] {
            rule("S11.3", endpoint || !self.has(key), key);
        }
        let via = self.list("aws:CalledVia");
        rule("S11.4.7", self.has("aws:CalledVia") != via.is_empty(), "an empty aws:CalledVia");
        for (key, end) in [("aws:CalledViaFirst", via.first()), ("aws:CalledViaLast", via.last())] {
            rule("S11.4.7", self.text(key) == end.copied(), key);
        }
        rule("S11.4.7", forwarded || via.is_empty(), "aws:CalledVia of what is not forwarded");
    }

    fn of_organizations(&self, rule: &mut impl FnMut(&'static str, bool, &str)) {
        for owner in ["Principal", "Resource", "Source", "Vpce"] {
            let (id, paths) = (format!("aws:{owner}OrgID"), format!("aws:{owner}OrgPaths"));
            rule("S11.4.3", self.has(&id) != self.list(&paths).is_empty(), &id);
            let start = format!("{}/", self.text(&id).unwrap_or_default());
            rule("S11.4.3", self.list(&paths).iter().all(|path| path.starts_with(&start)), &paths);
        }
        if !matches!(self.kind, "service" | "anonymous") {
            let (own, other) = (self.text("aws:PrincipalOrgID"), self.text("aws:ResourceOrgID"));
            rule("S11.4.3", other.is_none() || own == other, "one account, one organization");
        }
    }

    fn of_tags(&self, rule: &mut impl FnMut(&'static str, bool, &str)) {
        let keys: BTreeSet<String> = self.list("aws:TagKeys").iter().map(|key| key.to_lowercase()).collect();
        let passed: BTreeSet<String> = self.tags("aws:requesttag/").into_iter().collect();
        rule("S11.4.9", passed.is_subset(&keys), "a tag whose key is not among aws:TagKeys");
        let (_, name) = self.action();
        if self.listed().is_some()
            && ["create", "tag"].iter().any(|verb| name.starts_with(verb))
            && self.carries("aws:RequestTag/x")
        {
            rule("S11.4.9", keys.is_subset(&passed), "a key without its tag");
        }
        if name.starts_with("untag") && !self.carries("aws:RequestTag/x") {
            rule("S11.4.9", passed.is_empty(), "a tag that is passed to be removed");
        }
    }

    /// The resource types of the action that the resource fits; none of them for actions without.
    fn types(&self) -> Vec<Option<String>> {
        let Some((service, action)) = self.listed() else { return vec![None] };
        if action.resources.is_empty() {
            return vec![None];
        }
        let resource = self.json["resource"].as_str().unwrap();
        let fits = |name: &&str| {
            let arns: Vec<&str> =
                service.resource_types.iter().filter(|own| own.name == *name).map(|own| own.arn.as_str()).collect();
            // AWS managed policies have `aws` where the account stands (S11.4.10).
            let managed = (service.prefix == "iam" && *name == "policy")
                .then_some("arn:${Partition}:iam::aws:policy/${PolicyNameWithPath}");
            arns.is_empty() || arns.into_iter().chain(managed).any(|arn| self.fits(arn, resource))
        };
        let names = action.resources.iter().map(|own| own.name.as_str());
        names.filter(fits).map(|name| Some(name.to_owned())).collect()
    }

    fn fits(&self, template: &str, resource: &str) -> bool {
        let account = self.json["resourceAccount"].as_str().unwrap();
        let parts = template.splitn(6, ':').enumerate().map(|(place, part)| {
            let mut pattern = String::new();
            let mut rest = part;
            while let Some((plain, behind)) = rest.split_once("${") {
                pattern += &regex::escape(plain).replace(r"\*", ".*");
                let (name, after) = behind.split_once('}').unwrap();
                pattern += match (place, name) {
                    (1, _) if self.arn.len() == 6 => self.arn[1],
                    (1, _) => "aws[a-z-]*",
                    (4, "Account") => account,
                    (5, _) => ".+",
                    _ => "[^:]+",
                };
                rest = after;
            }
            pattern + &regex::escape(rest).replace(r"\*", ".*")
        });
        is(&parts.collect::<Vec<_>>().join(":"), resource)
    }

    /// Whether the catalogue gives a key to the action, on a type that the resource fits.
    fn carries(&self, key: &str) -> bool {
        let Some((service, action)) = self.listed() else { return true };
        let wanted = key.to_lowercase();
        let same = |own: &ContextKey| match own.folded().split_once("${") {
            Some((front, _)) => wanted.len() > front.len() && wanted.starts_with(front),
            None => own.folded() == wanted,
        };
        action.keys.iter().any(same)
            || self.types().into_iter().flatten().any(|name| {
                let braces = action.resources.iter().any(|own| own.name == name && own.keys.iter().any(same));
                braces || service.resource_types.iter().any(|own| own.name == name && own.keys.iter().any(same))
            })
    }

    fn of_action_and_resource(&self, rule: &mut impl FnMut(&'static str, bool, &str)) {
        let resource = self.json["resource"].as_str().unwrap();
        let (prefix, name) = self.action();
        rule("S11.4.12", self.listed().is_some() == self.json["listed"].as_bool().unwrap(), "listed");
        match self.listed() {
            Some((_, action)) if action.resources.is_empty() => {
                let form = ["user/", "role/"].iter().any(|end| prefix == "iam" && resource.ends_with(end));
                let buckets = name == "listallmybuckets" && resource.ends_with(":s3:::*");
                rule("S11.4.12", resource == "*" || form || buckets, "an action without resource types");
            }
            Some(_) => rule("S11.4.12", !self.types().is_empty(), "the resource is of no type of the action"),
            None => {}
        }
        let parts: Vec<&str> = resource.splitn(6, ':').collect();
        if parts.len() == 6 && self.arn.len() == 6 {
            rule("S11.4.10", parts[1] == self.arn[1], "the caller's partition");
            if prefix == "iam" {
                rule("S11.4.10", [self.arn[4], "aws"].contains(&parts[4]), "iam resources are the caller's account's");
            }
            if let (Some(own), true) = (self.text("aws:ResourceAccount"), is(r"\d{12}", parts[4])) {
                rule("S11.4.10", own == parts[4], "aws:ResourceAccount and the resource's ARN");
            }
        }
        let own = self.text("aws:ResourceAccount");
        rule("S11.4.10", own.is_none_or(|own| self.json["resourceAccount"] == json!(own)), "aws:ResourceAccount");
        let session = ["aws:signinsessionarn", "codebuild:buildarn", "codebuild:projectarn"];
        let global: Vec<String> =
            Catalogue::embedded().global_keys().unwrap().iter().map(|own| own.key.folded().to_owned()).collect();
        for key in self.context.keys() {
            let front = key.split(':').next().unwrap();
            let listed_only =
                ["aws:requesttag/", "aws:resourcetag/", "aws:tagkeys"].iter().any(|own| key.starts_with(own));
            let free = global.contains(key) && !listed_only || session.contains(&key.as_str());
            let unknown = front != "aws" && Catalogue::embedded().service(front).is_none();
            rule("S11.4.11", free || unknown || self.carries(key), &format!("{key} on {prefix}:{name}"));
        }
        let bounded: Vec<&str> = BOUNDED.split_whitespace().collect();
        for (key, actions) in [
            ("iam:PermissionsBoundary", bounded),
            (
                "iam:PolicyARN",
                vec![
                    "AttachGroupPolicy",
                    "AttachRolePolicy",
                    "AttachUserPolicy",
                    "DetachGroupPolicy",
                    "DetachRolePolicy",
                    "DetachUserPolicy",
                ],
            ),
            ("iam:PassedToService", vec!["PassRole"]),
            ("iam:AssociatedResourceArn", vec!["PassRole"]),
            ("iam:AWSServiceName", vec!["CreateServiceLinkedRole"]),
            ("iam:OrganizationsPolicyId", vec!["GenerateOrganizationsAccessReport"]),
        ] {
            let known = prefix == "iam" && actions.iter().any(|own| own.to_lowercase() == name);
            rule("S12", !self.has(key) || known || self.listed().is_none(), key);
        }
    }

    fn of_types(&self, rule: &mut impl FnMut(&'static str, bool, &str)) {
        let globals = Catalogue::embedded().global_keys().unwrap();
        for (key, value) in &self.context {
            let same = |own: &ContextKey| match own.folded().split_once("${") {
                Some((front, _)) => key.starts_with(front),
                None => own.folded() == key,
            };
            let service = key.split(':').next().and_then(|front| Catalogue::embedded().service(front)?.ok());
            let own = globals.iter().find(|global| same(&global.key)).map(|global| global.kind);
            let own = own.or_else(|| service?.keys.iter().find(|(own, _)| same(own)).map(|(_, kind)| *kind));
            let Some(kind) = own else { continue };
            rule("S3.2.1", value.is_array() == kind.multivalued, &format!("{key} is a list or not"));
            for text in self.list(key) {
                let fits = match kind.scalar {
                    ScalarType::String => true,
                    ScalarType::Arn => is("arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", text),
                    ScalarType::Bool => ["true", "false"].contains(&text),
                    ScalarType::Number => is(r"[+-]?\d*\.?\d+(e[+-]?\d+)?|[+-]?\d+\.", text),
                    ScalarType::Date => seconds(text).is_some(),
                    ScalarType::Address => text.parse::<std::net::IpAddr>().is_ok(),
                };
                rule("S11.4.16", fits, &format!("{key} = {text}"));
            }
        }
    }
}

/// The actions that carry iam:PermissionsBoundary (S12).
const BOUNDED: &str = "AttachRolePolicy AttachUserPolicy CreateRole CreateUser DeleteRole \
    DeleteRolePermissionsBoundary DeleteRolePolicy DeleteUserPermissionsBoundary DeleteUserPolicy DetachRolePolicy \
    DetachUserPolicy GetRole PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary PutUserPolicy \
    UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription";
