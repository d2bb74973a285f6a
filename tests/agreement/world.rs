//! The worlds that a question is about: one caller, one owner of the resource, one reading, unknown layers granting.

use ringfence::evaluate::decide::Decision;
use ringfence::evaluate::{Outcome, evaluate};
use ringfence::policy::Document;
use ringfence::request::Request;
use ringfence::scenario::{Layer, Principal, ResourceAccount, Scenario};
use ringfence::vocabulary::caller::CallerKind;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::{Value, json};

use crate::caller::caller;
use crate::dice::Dice;
use crate::document::{ACCOUNT, OTHER, allow_all};
use crate::question::read_question;

/// One of the worlds.
pub(crate) struct World {
    /// The scenario with one caller.
    pub(crate) scenario: Scenario,
    /// Denies exactly what meets the goal.
    pub(crate) goal: Scenario,
    /// Who owns the resource.
    pub(crate) owner: &'static str,
}

/// The evaluator's decision.
pub(crate) fn decision(scenario: &Scenario, request: &Request) -> Option<Decision> {
    match evaluate(scenario, request) {
        Ok(Outcome::Decided(decision, _)) => decision,
        _ => None,
    }
}

/// Whether a request of a caller meets the goal: a Deny of exactly the goal decides it.
fn meets(line: &Value, caller: &Principal) -> Scenario {
    let goal = &line["goal"];
    let mut deny = json!({"Effect": "Deny", "Principal": "*", "Action": goal["action"], "Resource": "*"});
    if let Some(resource) = goal.get("resource") {
        deny["Resource"] = resource.clone();
    }
    if let Some(when) = goal.get("when") {
        deny["Condition"] = when.clone();
    }
    let fence = json!({"principal": "any", "identityPolicies": null, "goal": "s3:*",
        "resourcePolicy": {"Version": "2012-10-17", "Statement": deny}});
    let mut scenario = read_question(&fence).unwrap_or_else(|| panic!("{fence}")).scenario;
    scenario.principal = caller.clone();
    scenario
}

/// The identity policies of whom nobody knows: they allow everything.
fn everything() -> Layer<Vec<Document>> {
    let line = json!({"principal": "any", "identityPolicies": allow_all("identityPolicies"), "goal": "s3:*"});
    read_question(&line).unwrap().scenario.identity
}

/// The world of one caller of a question.
pub(crate) fn world(line: &Value, scenario: &Scenario, caller: Principal, owner: &'static str) -> World {
    let goal = meets(line, &caller);
    let mut scenario = scenario.clone();
    if scenario.principal == Principal::Outside {
        // SCPs are the organization's of the line; of callers elsewhere they bind nobody (S9.3).
        scenario.scps = Layer::None;
    }
    if scenario.identity.is_any() {
        let person = |kind| matches!(kind, CallerKind::User | CallerKind::RoleSession | CallerKind::Federated);
        let carries = caller.caller().is_ok_and(|caller| person(caller.kind));
        scenario.identity = if carries { everything() } else { Layer::None };
    }
    scenario.principal = caller;
    scenario.resource_account = ResourceAccount::Id(owner.to_owned());
    World { scenario, goal, owner }
}

/// Callers that the principal of a line stands for, as objects, of an account.
fn callers(dice: &mut Dice, line: &Value, account: &str) -> Vec<Value> {
    let is_given = |name: &str| line.get(name).is_some_and(|layer| !layer.is_null());
    let principal = &line["principal"];
    match principal.as_str() {
        None => vec![principal.clone()],
        Some("any" | "outside") => {
            let mut kinds = vec!["user", "user", "role-session", "role-session", "federated"];
            if is_given("sessionPolicies") {
                kinds.drain(..2);
            }
            if !["identityPolicies", "permissionsBoundary", "sessionPolicies"].into_iter().any(is_given) {
                kinds.push("root");
                if is_given("resourcePolicy") {
                    kinds.extend(["service", "anonymous"]);
                }
            }
            kinds.into_iter().map(|kind| caller(dice, kind, account)).collect()
        }
        Some(text) => {
            let with = |team| {
                if text.contains(":role/") {
                    json!({"arn": format!("arn:aws:sts::{account}:assumed-role/r/sess"), "type": "role-session",
                        "tags": {"team": team}, "issuer": text})
                } else {
                    let arn = text.replace("/*", "/alice").replace("a*", "alice");
                    json!({"arn": arn, "type": "user", "tags": {"team": team}})
                }
            };
            ["blue", "red", "alice"].map(with).to_vec()
        }
    }
}

/// The account that a text of [`World::owner`] stands for.
pub(crate) fn account(id: &str) -> &'static str {
    if id == OTHER { OTHER } else { ACCOUNT }
}

/// Worlds of a question, under every reading that it leaves open.
pub(crate) fn worlds(dice: &mut Dice, line: &Value) -> Vec<World> {
    let Some(question) = read_question(line) else { return Vec::new() };
    let scenario = question.scenario;
    let named = line["principal"].as_str().is_none_or(|text| !matches!(text, "any" | "outside"));
    let outside = scenario.principal == Principal::Outside;
    let both = [ACCOUNT, OTHER];
    let homes: Vec<(&str, &'static str)> = match &scenario.resource_account {
        ResourceAccount::Id(id) if outside => {
            both.iter().filter(|own| *own != id).map(|own| (*own, account(id))).collect()
        }
        _ if outside => vec![(ACCOUNT, OTHER), (OTHER, ACCOUNT)],
        ResourceAccount::Id(id) if named => vec![(ACCOUNT, account(id))],
        // Callers share the owner's account unless said otherwise.
        ResourceAccount::Id(id) => vec![(account(id), account(id))],
        ResourceAccount::Any => vec![(ACCOUNT, ACCOUNT), (ACCOUNT, OTHER)],
        ResourceAccount::SameAsCaller if named => vec![(ACCOUNT, ACCOUNT)],
        ResourceAccount::SameAsCaller => vec![(ACCOUNT, ACCOUNT), (OTHER, OTHER)],
    };
    let alternatives = scenario.rulings.alternatives().into_iter().map(|alternative| alternative.rulings);
    let readings: Vec<Rulings> = [scenario.rulings].into_iter().chain(alternatives).collect();
    let mut worlds = Vec::new();
    for (own, owner) in homes {
        for object in callers(dice, line, own) {
            let line_of = json!({"principal": object, "identityPolicies": null, "goal": "s3:*"});
            let caller = read_question(&line_of).unwrap_or_else(|| panic!("{line_of}")).scenario.principal;
            for rulings in &readings {
                let reading = Scenario { rulings: *rulings, ..scenario.clone() };
                worlds.push(world(line, &reading, caller.clone(), owner));
            }
        }
    }
    worlds
}
