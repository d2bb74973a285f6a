//! Whole requests that a counterexample stands for.
//!
//! In: a counterexample. Out: requests with the keys that every sendable request of its kind carries besides. Which is
//! meant the counterexample does not say, as it shows the fewest keys: one of them must be sendable and allowed.

use serde_json::{Map, Value, json};

/// Requests that have all that the counterexample has, and more.
pub(crate) fn completions(found: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for way in ["address", "endpoint", "nowhere"] {
        for forwarded in [false, true] {
            for (token, mfa) in [(false, false), (true, false), (true, true)] {
                all.push(completed(found, way, forwarded, token, mfa));
            }
        }
    }
    all
}

fn completed(found: &Value, way: &str, forwarded: bool, token: bool, mfa: bool) -> Value {
    let mut context: Map<String, Value> = found["context"].as_object().unwrap().clone();
    let kind = found["principal"]["type"].as_str().unwrap();
    let arn = found["principal"]["arn"].as_str().unwrap();
    let has = |context: &Map<String, Value>, key: &str| context.keys().any(|own| own.eq_ignore_ascii_case(key));
    let value = |context: &Map<String, Value>, key: &str| {
        context.iter().find(|(own, _)| own.eq_ignore_ascii_case(key)).map(|(_, value)| value.clone())
    };
    let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
    let add = |context: &mut Map<String, Value>, key: &str, value: Value| {
        if !has(context, key) {
            context.insert(key.to_owned(), value);
        }
    };
    // The moment, in whichever form is not told; a token is not issued after it.
    let told = ["aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"]
        .into_iter()
        .find_map(|key| text(value(&context, key)));
    let now = told.unwrap_or_else(|| "2026-01-01T00:00:00Z".to_owned());
    for key in ["aws:CurrentTime", "aws:EpochTime"] {
        add(&mut context, key, json!(now));
    }
    add(&mut context, "aws:RequestedRegion", json!("us-east-1"));
    add(&mut context, "aws:SecureTransport", json!("true"));
    add(&mut context, "aws:UserAgent", json!("example"));
    add(&mut context, "aws:ViaAWSService", json!(forwarded.to_string()));
    if kind != "anonymous" {
        add(&mut context, "aws:PrincipalIsAWSService", json!((kind == "service").to_string()));
    }
    if kind == "service" {
        add(&mut context, "aws:PrincipalServiceName", json!(arn));
        add(&mut context, "aws:PrincipalServiceNamesList", json!([arn]));
    }
    let session = arn.rsplit('/').next().unwrap();
    let account = arn.split(':').nth(4).unwrap_or_default();
    let id = match kind {
        "user" => Some("AIDAEXAMPLE".to_owned()),
        "role-session" => Some(format!("AROAEXAMPLE:{session}")),
        "federated" => Some(format!("{account}:{session}")),
        "root" => Some(account.to_owned()),
        "anonymous" => Some(kind.to_owned()),
        _ => None,
    };
    if let Some(id) = id {
        add(&mut context, "aws:userid", json!(id));
    }
    match way {
        "address" => add(&mut context, "aws:SourceIp", json!("203.0.113.1")),
        "endpoint" => {
            add(&mut context, "aws:SourceVpce", json!("vpce-1"));
            add(&mut context, "aws:SourceVpc", json!("vpc-1"));
            add(&mut context, "aws:VpcSourceIp", json!("10.0.0.1"));
        }
        _ => {}
    }
    let aged = has(&context, "aws:MultiFactorAuthAge") || mfa;
    if aged {
        add(&mut context, "aws:MultiFactorAuthPresent", json!("true"));
    }
    if matches!(kind, "role-session" | "federated") || token || has(&context, "aws:MultiFactorAuthPresent") {
        add(&mut context, "aws:TokenIssueTime", json!(now));
    }
    organizations(&mut context, kind, &has, &value);
    let ends = ["aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"].map(|key| value(&context, key));
    if ends.iter().any(Option::is_some) {
        let [list, first, last] = ends;
        let list = list.unwrap_or_else(|| {
            Value::Array([first.clone().or(last.clone()), last.or(first)].into_iter().flatten().collect())
        });
        let values = list.as_array().cloned().unwrap_or_default();
        add(&mut context, "aws:CalledViaFirst", values.first().cloned().unwrap_or_default());
        add(&mut context, "aws:CalledViaLast", values.last().cloned().unwrap_or_default());
        add(&mut context, "aws:CalledVia", list);
    }
    tags(&mut context, found["action"].as_str().unwrap());
    let mut whole = found.clone();
    whole["context"] = Value::Object(context);
    whole
}

type Has<'f> = &'f dyn Fn(&Map<String, Value>, &str) -> bool;
type Get<'f> = &'f dyn Fn(&Map<String, Value>, &str) -> Option<Value>;

/// Of an organization that is told by one key the others are told, too.
fn organizations(context: &mut Map<String, Value>, kind: &str, has: Has<'_>, value: Get<'_>) {
    let id_of = |context: &Map<String, Value>, owner: &str| {
        let id = value(context, &format!("aws:{owner}OrgID")).and_then(|id| id.as_str().map(str::to_owned));
        let front = |paths: Value| paths[0].as_str().and_then(|path| path.split('/').next()).map(str::to_owned);
        id.or_else(|| value(context, &format!("aws:{owner}OrgPaths")).and_then(front))
    };
    let complete = |context: &mut Map<String, Value>, owner: &str, id: &str| {
        let (key, paths) = (format!("aws:{owner}OrgID"), format!("aws:{owner}OrgPaths"));
        if !has(context, &key) {
            context.insert(key, json!(id));
        }
        if !has(context, &paths) {
            context.insert(paths, json!([format!("{id}/r-1/")]));
        }
    };
    for owner in ["Principal", "Resource", "Source", "Vpce"] {
        if let Some(id) = id_of(context, owner) {
            complete(context, owner, &id);
            if owner == "Resource" && !matches!(kind, "service" | "anonymous") {
                complete(context, "Principal", &id);
            }
        }
    }
}

/// The keys of the tags that are passed, and of actions that add tags the tags of the keys.
fn tags(context: &mut Map<String, Value>, action: &str) {
    let family = "aws:requesttag/";
    let is_passed = |key: &str| key.to_lowercase().strip_prefix(family).map(str::to_owned);
    let passed: Vec<String> = context.keys().filter_map(|key| is_passed(key)).collect();
    let key = context.keys().find(|key| key.eq_ignore_ascii_case("aws:TagKeys")).cloned();
    match key.and_then(|key| context.get(&key).cloned()) {
        None if passed.is_empty() => {}
        None => drop(context.insert("aws:TagKeys".to_owned(), json!(passed))),
        Some(listed) => {
            let name = action.split(':').nth(1).unwrap().to_lowercase();
            let adds = ["create", "tag"].iter().any(|verb| name.starts_with(verb));
            for tag in listed.as_array().into_iter().flatten().filter_map(Value::as_str).filter(|_| adds) {
                if !passed.contains(&tag.to_lowercase()) {
                    context.insert(format!("aws:RequestTag/{tag}"), json!("x"));
                }
            }
        }
    }
}
