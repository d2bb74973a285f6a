//! Statements that would have stopped a request, from the narrowest to those of a whole class of requests.
//!
//! In: a request of a trace, with what it is a transition of. Out: [`Deny`]s that each stop it, as far as their text
//! tells: whether the goal is then out of reach is for a proof to say.

use serde_json::{Map, Value, json};

use crate::escalation::outcome::Step;
use crate::escalation::transition::{Effect, Kind, Transition};
use crate::goal::Goal;
use crate::policy;
use crate::request::{Context, ContextValue, Request};
use crate::vocabulary::arn::Arn;
use crate::vocabulary::context_key::ContextKey;

/// The boundary that a request names or its target has (S12.1).
const KEY: &str = "iam:PermissionsBoundary";
/// What a step to a wider set of resources weighs, against an action more.
const RESOURCES: usize = 16;
/// What a statement about the goal itself weighs.
const GOAL: usize = 1000;

/// On what requests are denied.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum On {
    /// These.
    Only(String),
    /// All but these.
    But(String),
}

/// When requests are denied.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum When {
    Always,
    /// Unless the key is this boundary.
    OtherBoundary(String),
    /// Under the goal's condition, as JSON.
    Goal(String),
}

/// A statement that may be added.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Deny {
    /// How much it denies, roughly: narrower ones are tried first.
    pub(super) width: usize,
    actions: Vec<String>,
    on: On,
    when: When,
}

/// Whose boundary is changed.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    /// The ARN of the boundary.
    pub(super) boundary: &'a str,
    /// The ARN of the principal.
    pub(super) principal: &'a str,
    /// Whether an ARN is listed: what the attacker made may have any name.
    pub(super) listed: &'a dyn Fn(&str) -> bool,
}

impl Deny {
    /// As a statement of a policy.
    pub(super) fn json(&self) -> Value {
        let mut statement = Map::new();
        statement.insert("Effect".to_owned(), json!(policy::Effect::Deny.as_str()));
        let action = if let [only] = self.actions.as_slice() { json!(only) } else { json!(self.actions) };
        statement.insert("Action".to_owned(), action);
        match &self.on {
            On::Only(pattern) => statement.insert("Resource".to_owned(), json!(pattern)),
            On::But(pattern) => statement.insert("NotResource".to_owned(), json!(pattern)),
        };
        let condition = match &self.when {
            When::Always => None,
            When::OtherBoundary(arn) => Some(json!({ "StringNotEquals": { KEY: arn } })),
            When::Goal(text) => serde_json::from_str(text).ok(),
        };
        statement.extend(condition.map(|condition| ("Condition".to_owned(), condition)));
        Value::Object(statement)
    }

    /// Whether it denies a request, as far as its text tells.
    pub(super) fn denies(&self, request: &Request) -> bool {
        let action = request.action.as_str().to_ascii_lowercase();
        let is_about = self.actions.iter().any(|pattern| fits(&pattern.to_ascii_lowercase(), &action));
        let is_on = match &self.on {
            On::Only(pattern) => fits(pattern, &request.resource),
            On::But(pattern) => !fits(pattern, &request.resource),
        };
        let holds = match &self.when {
            When::Always | When::Goal(_) => true,
            When::OtherBoundary(arn) => boundary(&request.context) != Some(arn.as_str()),
        };
        is_about && is_on && holds
    }

    /// Whether it stops a step.
    pub(super) fn stops(&self, step: &Step) -> bool {
        self.denies(&step.request) || step.checks.iter().any(|(checked, _)| self.denies(checked))
    }

    /// The same statement with one action less, for each of its actions but a last one.
    pub(super) fn narrower(&self) -> Vec<Self> {
        if self.actions.len() < 2 {
            return Vec::new();
        }
        let without = |left_out: usize| {
            let kept = self.actions.iter().enumerate().filter(|(number, _)| *number != left_out);
            Self { actions: kept.map(|(_, action)| action.clone()).collect(), ..self.clone() }
        };
        // The last ones first: the classes have the most likely actions in front.
        (0..self.actions.len()).rev().map(without).collect()
    }

    /// Statements that stop a step before the goal.
    pub(super) fn of_step(step: &Step, transition: &Transition, owner: Owner<'_>) -> Vec<Self> {
        let mut found = Vec::new();
        for (checked, _) in &step.checks {
            found.extend(about(checked, &[checked.action.as_str()], owner));
        }
        found.extend(about(&step.request, &[step.request.action.as_str()], owner));
        found.extend(about(&step.request, class(&transition.effect), owner));
        found.retain(|deny| deny.stops(step));
        found.sort();
        found.dedup();
        found
    }

    /// Statements that stop the goal's own request: the last resort.
    pub(super) fn of_goal(step: &Step, goal: &Goal, owner: Owner<'_>) -> Vec<Self> {
        let mut found = about(&step.request, &[step.request.action.as_str()], owner);
        if goal.except.is_empty() {
            let actions: Vec<String> = goal.actions.iter().map(|action| action.value.to_string()).collect();
            let resource = goal.resource.as_ref().map_or_else(|| "*".to_owned(), |own| own.value.to_string());
            let when = goal.written.get("when").map_or(When::Always, |when| When::Goal(when.to_string()));
            let width = 2 * RESOURCES + actions.len();
            // A `$` is a variable in a policy only.
            if !resource.contains('$') {
                found.push(Self { width, actions, on: On::Only(resource), when });
            }
        }
        found.retain(|deny| deny.stops(step));
        found.iter_mut().for_each(|deny| deny.width += GOAL);
        found.sort();
        found.dedup();
        found
    }
}

/// Statements about some actions, on the resource of a request and on ever more.
fn about(request: &Request, actions: &[&str], owner: Owner<'_>) -> Vec<Deny> {
    let mut found = Vec::new();
    if actions.is_empty() {
        return found;
    }
    let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
    for (wider, on) in resources(&request.resource, owner).into_iter().enumerate() {
        let Some(on) = on else { continue };
        let width = wider * RESOURCES + 2 * actions.len();
        let deny = |width: usize, when: When| Deny { width, actions: actions.clone(), on: on.clone(), when };
        found.push(deny(width, When::Always));
        if has_boundary_key(request.action.as_str()) && boundary(&request.context) != Some(owner.boundary) {
            found.push(deny(width.saturating_sub(1), When::OtherBoundary(owner.boundary.to_owned())));
        }
    }
    found
}

/// Whether the key may be in a request. Where it is not, a condition of "other than" always holds, and misleads.
fn has_boundary_key(action: &str) -> bool {
    let name = action.strip_prefix("iam:").unwrap_or_default();
    let targets = ["CreateUser", "CreateRole"];
    let of = ["UserPermissionsBoundary", "RolePermissionsBoundary", "UserPolicy", "RolePolicy", "AssumeRolePolicy"];
    targets.contains(&name) || of.iter().any(|end| name.ends_with(end))
}

/// Sets of resources around one, each wider than those before.
fn resources(resource: &str, owner: Owner<'_>) -> [Option<On>; 5] {
    let arn = Arn::parse(resource);
    let plain = !resource.contains(['*', '?', '$']);
    let named = arn.is_some_and(|arn| arn.service != "iam" || (owner.listed)(resource));
    let exact = (plain && named).then(|| On::Only(resource.to_owned()));
    // `user/` of a user, with the ARN before it.
    let front = |text: &str| Some(text.split_once('/')?.0.to_owned());
    let kind = front(resource).filter(|_| arn.is_some() && plain);
    let alike = kind.is_some() && kind == front(owner.principal);
    let path = owner.principal.rsplit_once('/').map(|(path, _)| format!("{path}/*"));
    let path = path.filter(|path| path.matches('/').count() > 1 && alike && !fits(path, resource));
    let others = (alike && resource != owner.principal).then(|| On::But(owner.principal.to_owned()));
    let kind = kind.map(|kind| On::Only(format!("{kind}/*")));
    [exact, path.map(On::But), others, kind, Some(On::Only("*".to_owned()))]
}

/// What else does what a transition does: patterns of actions, the likeliest first.
fn class(effect: &Effect) -> &'static [&'static str] {
    match effect {
        Effect::GainCredential(_)
        | Effect::DeleteKey
        | Effect::DeletePassword
        | Effect::DeleteMfa
        | Effect::Rename(Kind::User) => &[
            "iam:*AccessKey*",
            "iam:*LoginProfile*",
            // Whoever is renamed is no longer named.
            "iam:UpdateUser",
            "iam:*ServiceSpecificCredential*",
            "iam:*SSHPublicKey*",
            "iam:*SigningCertificate*",
            "iam:*MFADevice*",
        ],
        Effect::SetBoundary(_) | Effect::RemoveBoundary(_) => {
            &["iam:Put*PermissionsBoundary", "iam:Delete*PermissionsBoundary"]
        }
        Effect::WriteVersion | Effect::ChooseVersion | Effect::DeleteVersion | Effect::DeletePolicy => {
            &["iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy*"]
        }
        Effect::WriteTrust
        | Effect::AssumeRole
        | Effect::AssumeRoleWith(_)
        | Effect::CreateProvider(_)
        | Effect::TakeProvider(_)
        | Effect::JoinProfile
        | Effect::Create { kind: Kind::Role, .. }
        | Effect::Attach(Kind::Role)
        | Effect::Detach(Kind::Role)
        | Effect::WriteDocument(Kind::Role)
        | Effect::DeleteDocument(Kind::Role)
        | Effect::Delete(Kind::Role) => {
            &["iam:*Role*", "iam:*SAMLProvider*", "iam:*OpenIDConnectProvider*", "sts:AssumeRole"]
        }
        Effect::Attach(_) | Effect::WriteDocument(_) | Effect::Join => {
            &["iam:Attach*Policy", "iam:Put*Policy", "iam:AddUserToGroup"]
        }
        Effect::Detach(_) | Effect::DeleteDocument(_) | Effect::Leave | Effect::Delete(_) => {
            &["iam:Detach*Policy", "iam:Delete*Policy", "iam:RemoveUserFromGroup", "iam:Put*Policy"]
        }
        Effect::Tag(_) | Effect::Untag(_) => &["iam:Tag*", "iam:Untag*"],
        Effect::PassRole { .. } => &["iam:PassRole"],
        Effect::CreatePolicy
        | Effect::Federate
        | Effect::Create { .. }
        | Effect::Rename(_)
        | Effect::WriteResourcePolicy { .. }
        | Effect::DeleteResourcePolicy { .. }
        | Effect::Drive { .. }
        | Effect::Nothing => &[],
    }
}

/// The boundary that the context of a request has.
fn boundary(context: &Context) -> Option<&str> {
    match context.get(&ContextKey::new(KEY)) {
        Some(ContextValue::Single(arn)) => Some(arn),
        _ => None,
    }
}

/// Whether a text fits a pattern with `*` and `?`.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut of) = (0, 0);
    // Behind the last star, and where the text was then.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(at) {
        match pattern.get(of) {
            Some('*') => {
                of += 1;
                star = Some((of, at));
            }
            Some(own) if *own == '?' || own == letter => {
                of += 1;
                at += 1;
            }
            _ => {
                let Some((behind, from)) = star else { return false };
                star = Some((behind, from + 1));
                of = behind;
                at = from + 1;
            }
        }
    }
    pattern.iter().skip(of).all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit() {
        for (pattern, text) in
            [("*", ""), ("iam:*Role*", "iam:PassRole"), ("a?c", "abc"), ("*b*c", "abbcc"), ("a", "a")]
        {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("iam:*Role", "iam:PutRolePolicy"), ("a?c", "ac"), ("*b", "abc")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
