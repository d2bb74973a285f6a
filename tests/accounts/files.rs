//! A world as the files that users give.

use std::fs;
use std::path::Path;

use ringfence::account::{Accounts, Files};
use ringfence::vocabulary::dialect::Dialect;
use serde_json::{Value, json};

/// The items of a list; none if it is absent.
pub(crate) fn items<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

/// The members of an object; none if it is absent.
pub(crate) fn members<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (&'v str, &'v Value)> {
    value[name].as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// A text; empty if it is absent.
pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

/// The listing of all accounts as one page.
fn listing(world: &Value) -> Value {
    let inline = |owner: &Value| -> Value {
        let named = |(number, document): (usize, &Value)| json!({"PolicyName": format!("inline-{number}"), "PolicyDocument": document});
        items(owner, "inline").iter().enumerate().map(named).collect()
    };
    let attached = |owner: &Value| -> Value {
        items(owner, "attached").iter().map(|arn| json!({"PolicyName": "attached", "PolicyArn": arn})).collect()
    };
    let (mut users, mut roles) = (Vec::new(), Vec::new());
    for own in items(world, "principals") {
        let tags: Value = members(own, "tags").map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        let mut entry = json!({"Arn": own["arn"], "AttachedManagedPolicies": attached(own), "Tags": tags});
        if let Some(arn) = own["boundary"].as_str() {
            entry["PermissionsBoundary"] = json!({"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn});
        }
        if text(own, "arn").contains(":role/") {
            entry["RolePolicyList"] = inline(own);
            entry["AssumeRolePolicyDocument"] = own["trust"].clone();
            roles.push(entry);
        } else {
            entry["UserPolicyList"] = inline(own);
            entry["GroupList"] = own.get("groups").cloned().unwrap_or_else(|| json!([]));
            users.push(entry);
        }
    }
    let group = |own: &Value| {
        let arn = format!("arn:aws:iam::{}:group/{}", text(own, "account"), text(own, "name"));
        json!({"Arn": arn, "GroupName": own["name"], "GroupPolicyList": inline(own), "AttachedManagedPolicies": []})
    };
    let groups: Vec<Value> = items(world, "groups").iter().map(group).collect();
    let policy = |(arn, document): (&str, &Value)| {
        json!({"Arn": arn, "DefaultVersionId": "v1",
            "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": document}]})
    };
    let policies: Vec<Value> = members(world, "managed").map(policy).collect();
    json!({"UserDetailList": users, "GroupDetailList": groups, "RoleDetailList": roles, "Policies": policies})
}

/// Writes a world's files to a folder.
pub(crate) fn write(world: &Value, folder: &Path) -> Files {
    let file = |name: &str, value: &Value| {
        let path = folder.join(name);
        fs::write(&path, value.to_string()).unwrap();
        path
    };
    Files {
        accounts: vec![file("account.json", &listing(world))],
        resource_policies: Some(file("places.json", &json!(items(world, "places")))),
        organization: world["organization"].is_object().then(|| file("organization.json", &world["organization"])),
        ..Files::default()
    }
}

/// Reads a world as users' files are read; none if it is refused.
pub(crate) fn load(world: &Value) -> Option<Accounts> {
    let folder = tempfile::tempdir().unwrap();
    let dialect = Dialect::embedded("aws").unwrap().unwrap();
    write(world, folder.path()).load(dialect).ok().map(|(accounts, _)| accounts)
}
