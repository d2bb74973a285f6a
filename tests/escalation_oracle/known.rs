//! Accounts made by hand whose shortest sequences are known: the seeds of `escalation.md`, section 3, and what its
//! conventions say.

use serde_json::{Value, json};

use crate::agreement::{Caps, ask, opinion};
use crate::world::{OBJECT, arn, document};

/// How many requests an account needs, or why there is no number.
fn verdict(world: &Value) -> String {
    let word = opinion(world, Caps { close: 20_000, shortest: 40_000 }).word();
    word.replace("stuck", "unreachable")
}

fn allow(actions: &Value) -> Value {
    document(&json!([{"Effect": "Allow", "Action": actions, "Resource": "*"}]))
}

/// An account of users, with a goal on objects.
fn account(users: Value) -> Value {
    json!({"users": users, "groups": [], "roles": [], "policies": [], "start": "user/alice",
        "goal": {"action": "s3:GetObject", "resource": OBJECT}})
}

fn user(name: &str, documents: Value) -> Value {
    json!({"name": name, "inline": documents, "attached": [], "groups": []})
}

fn policy(name: &str, document: &Value) -> Value {
    json!({"name": name, "versions": [document], "default": 0})
}

/// Steve of seed 001: the condition is in the identity policy only.
fn steve() -> Value {
    let may = |actions: Value| {
        let needs = json!({"StringEquals": {"iam:PermissionsBoundary": arn("policy/fence")}});
        document(&json!([{"Effect": "Allow", "Action": actions, "Resource": "*", "Condition": needs}]))
    };
    let fence = allow(&json!([
        "iam:ListUsers",
        "iam:GetAccountPasswordPolicy",
        "iam:CreateUser",
        "iam:AttachUserPolicy",
        "s3:*"
    ]));
    let identity = may(json!(["iam:CreateUser", "iam:AttachUserPolicy"]));
    let mut world = account(json!([user("user/alice", json!([identity]))]));
    world["users"][0]["boundary"] = json!("policy/fence");
    world["policies"] = json!([policy("policy/fence", &fence)]);
    world["goal"] = json!({"action": "s3:CreateBucket"});
    world
}

#[test]
fn steve_needs_two_and_never_makes_key_pairs() {
    let mut world = steve();
    assert_eq!(verdict(&world), "reachable in 2");
    world["goal"] = json!({"action": "ec2:CreateKeyPair"});
    assert_eq!(verdict(&world), "unreachable");
    let colleague = user("user/bob", json!([allow(&json!("*"))]));
    world["users"].as_array_mut().unwrap().push(colleague);
    assert_eq!(verdict(&world), "unreachable");
    // The smallest change of the seed.
    let mut world = steve();
    let own = json!({"Effect": "Deny", "Action": "iam:AttachUserPolicy", "Resource": arn("user/alice")});
    world["policies"][0]["versions"][0]["Statement"].as_array_mut().unwrap().push(own);
    assert_eq!(verdict(&world), "unreachable");
}

#[test]
fn what_is_allowed_now_is_one_request() {
    let world = account(json!([user("user/alice", json!([allow(&json!("s3:*"))]))]));
    assert_eq!(verdict(&world), "reachable in 1");
    let world = account(json!([user("user/alice", json!([allow(&json!("sts:AssumeRole"))]))]));
    assert_eq!(verdict(&world), "unreachable");
}

#[test]
fn keys_of_others_are_theirs() {
    let thief = user("user/alice", json!([allow(&json!("iam:CreateAccessKey"))]));
    let mut world = account(json!([thief, user("user/bob", json!([allow(&json!("s3:*"))]))]));
    assert_eq!(verdict(&world), "reachable in 2");
    // Two keys are all that a user can have.
    world["users"][1]["keys"] = json!(2);
    assert_eq!(verdict(&world), "unreachable");
    world["users"][0]["inline"] = json!([allow(&json!(["iam:CreateAccessKey", "iam:DeleteAccessKey"]))]);
    assert_eq!(verdict(&world), "reachable in 3");
    // A password is of use without a device only.
    world["users"][1]["login"] = json!(true);
    world["users"][0]["inline"] = json!([allow(&json!("iam:UpdateLoginProfile"))]);
    assert_eq!(verdict(&world), "reachable in 2");
    world["users"][0]["inline"] = json!([allow(&json!("iam:CreateLoginProfile"))]);
    assert_eq!(verdict(&world), "unreachable");
    world["users"][1]["mfa"] = json!(true);
    world["users"][0]["inline"] = json!([allow(&json!(["iam:UpdateLoginProfile"]))]);
    assert_eq!(verdict(&world), "unreachable");
    world["users"][0]["inline"] = json!([allow(&json!(["iam:UpdateLoginProfile", "iam:DeactivateMFADevice"]))]);
    assert_eq!(verdict(&world), "reachable in 3");
}

/// Seed 000: everything of IAM under a boundary that knows no sts:AssumeRole and cannot be edited.
fn bounded() -> Value {
    let fence = document(&json!([
        {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "iam:DeleteUserPermissionsBoundary", "Resource": "*",
            "Condition": {"StringEquals": {"iam:PermissionsBoundary": arn("policy/fence")}}},
        {"Effect": "Deny", "Action": ["iam:CreateUser", "iam:PutUserPermissionsBoundary"], "Resource": "*",
            "Condition": {"StringNotEquals": {"iam:PermissionsBoundary": arn("policy/fence")}}},
        {"Effect": "Deny", "Action": ["iam:*PolicyVersion", "iam:DeletePolicy"], "Resource": arn("policy/fence")},
    ]));
    let mut world = account(json!([user("user/alice", json!([allow(&json!(["s3:*", "iam:*"]))]))]));
    world["users"][0]["boundary"] = json!("policy/fence");
    world["policies"] = json!([policy("policy/fence", &fence)]);
    world
}

#[test]
fn roles_are_the_way_out_of_a_boundary_for_users() {
    // No role: but one can be made, without a boundary (the seed's B denies that).
    let mut world = bounded();
    let statements = world["policies"][0]["versions"][0]["Statement"].as_array_mut().unwrap();
    statements.push(json!({"Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*"}));
    assert_eq!(verdict(&world), "unreachable");
    // An ordinary role, closed: PutRolePolicy, CreateSAMLProvider, UpdateAssumeRolePolicy, AssumeRoleWithSAML, goal.
    world["roles"] = json!([{"name": "role/worker", "inline": [], "attached": [], "trust": ["ec2"]}]);
    assert_eq!(verdict(&world), "reachable in 5");
    // A service-linked one cannot be changed.
    world["roles"][0]["name"] = json!("role/aws-service-role/sns.amazonaws.com/linked");
    assert_eq!(verdict(&world), "unreachable");
}

#[test]
fn a_role_is_made_when_its_provider_exists() {
    // Nobody may change the trust policy later: CreateSAMLProvider, CreateRole, PutRolePolicy, AssumeRoleWithSAML, goal.
    let may = json!(["iam:CreateSAMLProvider", "iam:CreateRole", "iam:PutRolePolicy"]);
    let mut world = account(json!([user("user/alice", json!([allow(&may)]))]));
    world["users"][0]["boundary"] = json!("policy/fence");
    world["policies"] = json!([policy("policy/fence", &allow(&json!("iam:*")))]);
    assert_eq!(verdict(&world), "reachable in 5");
}

#[test]
fn others_are_the_way_out_of_a_boundary_for_users() {
    let mut world = bounded();
    let statements = world["policies"][0]["versions"][0]["Statement"].as_array_mut().unwrap();
    statements.push(json!({"Effect": "Deny", "Action": "iam:CreateRole", "Resource": "*"}));
    let mut with = |other: Value| {
        world["users"].as_array_mut().unwrap().truncate(1);
        world["users"].as_array_mut().unwrap().push(other);
        verdict(&world)
    };
    assert_eq!(with(user("user/bob", json!([allow(&json!("s3:*"))]))), "reachable in 2");
    assert_eq!(with(user("user/erin", json!([]))), "reachable in 3");
    let mut carol = user("user/carol", json!([]));
    carol["boundary"] = json!("policy/fence");
    assert_eq!(with(carol.clone()), "unreachable");
    carol["boundary"] = json!("policy/other");
    world["policies"].as_array_mut().unwrap().push(policy("policy/other", &allow(&json!("ec2:*"))));
    world["users"].as_array_mut().unwrap().truncate(1);
    world["users"].as_array_mut().unwrap().push(carol);
    assert_eq!(verdict(&world), "reachable in 4");
}

#[test]
fn denies_go_with_their_documents() {
    let deny = document(&json!([{"Effect": "Deny", "Action": "s3:*", "Resource": "*"}]));
    // An inline policy is replaced under its name.
    let put = allow(&json!("iam:PutUserPolicy"));
    let world = account(json!([user("user/alice", json!([put, deny]))]));
    assert_eq!(verdict(&world), "reachable in 2");
    // It can be added to, but the Deny stays.
    let attach = allow(&json!("iam:AttachUserPolicy"));
    let world = account(json!([user("user/alice", json!([attach, deny]))]));
    assert_eq!(verdict(&world), "reachable in 3");
    let lone = document(&json!([
        {"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*",
            "Condition": {"StringEquals": {"iam:PolicyARN": arn("policy/reader")}}}]));
    let mut world = account(json!([user("user/alice", json!([lone, deny]))]));
    world["policies"] = json!([policy("policy/reader", &allow(&json!("s3:*")))]);
    assert_eq!(verdict(&world), "unreachable");
    // A group is left.
    let leave = allow(&json!(["iam:RemoveUserFromGroup", "s3:*"]));
    let mut world = account(json!([user("user/alice", json!([leave]))]));
    world["groups"] = json!([{"name": "group/staff", "inline": [deny], "attached": []}]);
    world["users"][0]["groups"] = json!(["group/staff"]);
    assert_eq!(verdict(&world), "reachable in 2");
    // A version without it is chosen.
    let choose = allow(&json!(["iam:SetDefaultPolicyVersion", "s3:*"]));
    let mut world = account(json!([user("user/alice", json!([choose]))]));
    world["policies"] = json!([{"name": "policy/p", "versions": [deny, allow(&json!("ec2:*"))], "default": 0}]);
    world["users"][0]["attached"] = json!(["policy/p"]);
    assert_eq!(verdict(&world), "reachable in 2");
}

#[test]
fn names_and_tags_are_changed() {
    // The Deny is about a name.
    let steal = document(&json!([
        {"Effect": "Allow", "Action": ["iam:CreateAccessKey", "iam:UpdateUser"], "Resource": "*"},
        {"Effect": "Deny", "Action": "iam:CreateAccessKey", "Resource": arn("user/bob")}]));
    let bob = user("user/bob", json!([allow(&json!("s3:*"))]));
    let world = account(json!([user("user/alice", json!([steal])), bob]));
    assert_eq!(verdict(&world), "reachable in 3");
    // The Allow is about a path: both names must be allowed.
    let below = document(&json!([
        {"Effect": "Allow", "Action": "iam:UpdateUser", "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": arn("user/ops/*")}]));
    let mut world = account(json!([user("user/alice", json!([below])), bob]));
    assert_eq!(verdict(&world), "reachable in 3");
    world["users"][0]["inline"][0]["Statement"][0]["Resource"] = json!(arn("user/ops/*"));
    assert_eq!(verdict(&world), "unreachable");
    // The Allow is about a tag.
    let red = document(&json!([
        {"Effect": "Allow", "Action": "iam:TagUser", "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}}]));
    let world = account(json!([user("user/alice", json!([red])), bob]));
    assert_eq!(verdict(&world), "reachable in 3");
}

#[test]
fn roles_are_passed_and_made() {
    let function = allow(&json!(["iam:PassRole", "lambda:*"]));
    let mut world = account(json!([user("user/alice", json!([function]))]));
    world["roles"] =
        json!([{"name": "role/worker", "inline": [allow(&json!("s3:*"))], "attached": [], "trust": ["lambda"]}]);
    assert_eq!(verdict(&world), "reachable in 3");
    world["roles"][0]["trust"] = json!(["root"]);
    assert_eq!(verdict(&world), "unreachable");
    world["users"][0]["inline"] = json!([allow(&json!("sts:AssumeRole"))]);
    assert_eq!(verdict(&world), "reachable in 2");
    world["roles"][0]["trust"] = json!(["user/alice"]);
    world["users"][0]["inline"] = json!([]);
    assert_eq!(verdict(&world), "reachable in 2");
    // A provider that a role trusts is taken.
    world["roles"][0]["trust"] = json!(["saml"]);
    world["users"][0]["inline"] = json!([allow(&json!("iam:UpdateSAMLProvider"))]);
    assert_eq!(verdict(&world), "reachable in 3");
    // A role is made with its trust, filled and assumed, without sts:AssumeRole.
    world["users"][0]["inline"] = json!([allow(&json!(["iam:CreateRole", "iam:AttachRolePolicy"]))]);
    assert_eq!(verdict(&world), "reachable in 4");
}

#[test]
fn sessions_are_tagged() {
    // The role may read for one team only; its trust policy is silent on tags.
    let red = document(&json!([{"Effect": "Allow", "Action": "s3:*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/team": "red"}}}]));
    let mut world = account(json!([user("user/alice", json!([]))]));
    world["roles"] = json!([{"name": "role/worker", "inline": [red], "attached": [], "trust": ["user/alice"]}]);
    assert_eq!(verdict(&world), "unreachable");
    world["users"][0]["inline"] = json!([allow(&json!("iam:UpdateAssumeRolePolicy"))]);
    assert_eq!(verdict(&world), "reachable in 3");
    world["users"][0]["inline"] = json!([allow(&json!("iam:TagRole"))]);
    assert_eq!(verdict(&world), "reachable in 3");
}

/// The recipe of seed 003: a user is created with the boundary that is demanded, and given a better one.
#[test]
fn a_demanded_boundary_is_replaced() {
    let demanded = document(&json!([
        {"Effect": "Allow", "Action": ["iam:PutUserPermissionsBoundary", "iam:AttachUserPolicy",
            "iam:CreateAccessKey"], "Resource": arn("user/ringfence")},
        {"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*",
            "Condition": {"StringEquals": {"iam:PermissionsBoundary": arn("policy/regular")}}}]));
    let mut world = account(json!([user("user/alice", json!([demanded]))]));
    world["policies"] = json!([policy("policy/regular", &allow(&json!("ec2:*")))]);
    assert_eq!(verdict(&world), "reachable in 5");
}

#[test]
fn who_takes_a_name_waits_for_it_to_be_given_up() {
    let users = json!({"Effect": "Allow", "Action": "iam:UpdateUser", "Resource": arn("user/*")});
    let red = json!({"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": arn("user/*"),
        "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}});
    let roles =
        json!({"Effect": "Allow", "Action": ["iam:PutRolePolicy", "iam:CreateRole"], "Resource": arn("role/*")});
    let mut world = account(json!([user("user/alice", json!([document(&json!([users, red, roles]))]))]));
    world["users"][0]["team"] = json!("red");
    world["users"].as_array_mut().unwrap().push(user("user/bob", json!([])));
    world["goal"] = json!({"action": "iam:CreateAccessKey", "resource": arn("user/bob")});
    // bob is renamed, alice takes the name; by a role it takes four.
    assert_eq!(verdict(&world), "reachable in 3");
    let trace = ask(&world).unwrap().trace.unwrap();
    assert_eq!(trace.len(), 3, "{trace:?}");
}
