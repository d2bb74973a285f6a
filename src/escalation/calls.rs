//! The AWS CLI command of a step, with every option that it needs.
//!
//! In: a step of a trace, the request that was replayed, the name of the session that it makes. Out: a line for a shell;
//! none for services other than IAM and STS, and where the account does not say what an option must be. Names are friendly
//! ones, paths stand apart, documents are those of the model, in one line.

use crate::account::policy::PolicyId;
use crate::escalation::command::{Call, tag};
use crate::escalation::ground::OWN;
use crate::escalation::model::Model;
use crate::escalation::search::Taken;
use crate::escalation::state::{Actor, Change, ManagedId, PartId, State};
use crate::escalation::transition::{Credential, Effect, Kind, Provider};
use crate::escalation::words::{part, policy};
use crate::verdict::Counterexample;
use crate::vocabulary::arn::Arn;

/// What the owner of an account's listing cannot know stands as a file or a word to fill in.
const METADATA: &str = "file://metadata.xml";
const ASSERTION: &str = "file://assertion";
const TOKEN: &str = "file://token";
/// Any will do: it is the attacker's.
const PASSWORD: &str = "Ringfence-1";

/// The options of a command.
type Options = Vec<(&'static str, String)>;

/// The command of a step, if it has one.
pub(super) fn command(
    model: &Model,
    taken: &Taken,
    replayed: &Counterexample,
    session: Option<&str>,
) -> Option<String> {
    let mut after = taken.before.clone();
    after.apply(&taken.change);
    let effect = &model.ground.transitions.get(taken.transition)?.effect;
    let step = Step { model, effect, taken, after, replayed, session: session.unwrap_or(OWN) };
    let action = replayed.request.action.as_str();
    let parameters = step.options(action)?;
    Call { action, parameters: &parameters }.command()
}

/// A step and the state that it leads to.
struct Step<'t> {
    model: &'t Model,
    effect: &'t Effect,
    taken: &'t Taken,
    after: State,
    replayed: &'t Counterexample,
    /// The name of the session that it makes.
    session: &'t str,
}

impl Step<'_> {
    fn options(&self, action: &str) -> Option<Options> {
        let before = &self.taken.before;
        let arn = |id: &ManagedId| ("policy-arn", policy(&self.after, *id));
        match &self.taken.change {
            Change::Held(actor) => self.credentials(actor, action),
            Change::Document { part, name, document } => {
                Some(vec![self.named(*part)?, ("policy-name", name.to_string()), self.document(*document)?])
            }
            Change::Dropped { part, name } => Some(vec![self.named(*part)?, ("policy-name", name.to_string())]),
            Change::Content { policy, document } if *self.effect == Effect::WriteVersion => {
                Some(vec![arn(policy), self.document(*document)?, ("set-as-default", String::new())])
            }
            Change::Content { policy, document } => {
                Some(vec![arn(policy), ("version-id", self.version(*policy, *document)?)])
            }
            Change::Room(policy) => {
                let stored = |state: &State| state.policy(*policy).map(|own| own.stored.clone()).unwrap_or_default();
                let left = stored(&self.after);
                let gone = stored(before).into_iter().find(|document| !left.contains(document))?;
                Some(vec![arn(policy), ("version-id", self.version(*policy, gone)?)])
            }
            Change::PolicyMade { name, document, .. } => {
                let (path, name) = friendly(&name.text)?;
                let mut options = vec![("policy-name", name.to_owned())];
                options.extend(at(path));
                options.push(self.document(*document)?);
                Some(options)
            }
            Change::PolicyGone(id) => Some(vec![("policy-arn", policy(before, *id))]),
            Change::Attached { part, policy } | Change::Detached { part, policy } => {
                Some(vec![self.named(*part)?, arn(policy)])
            }
            Change::Boundary { part, boundary } => {
                let mut options = vec![self.named(*part)?];
                options.extend(boundary.map(|id| ("permissions-boundary", policy(&self.after, id))));
                Some(options)
            }
            Change::Joined { user, group } | Change::Left { user, group } => {
                Some(vec![self.named(*group)?, self.named(*user)?])
            }
            Change::KeyGone(user) => Some(vec![self.named(*user)?, ("access-key-id", "ACCESS_KEY_ID".to_owned())]),
            Change::PasswordGone(user) => Some(vec![self.named(*user)?]),
            Change::MfaGone(user) => Some(vec![self.named(*user)?, ("serial-number", "SERIAL_NUMBER".to_owned())]),
            Change::Trust { role, document } => Some(vec![self.named(*role)?, self.document(*document)?]),
            Change::PartMade { part: id, boundary, trust, .. } => {
                let arn = part(&self.after, *id);
                let (path, _) = friendly(&arn)?;
                let mut options = vec![self.named(*id)?];
                options.extend(at(path));
                if let Some(trust) = trust {
                    options.push(("assume-role-policy-document", self.text(*trust)?));
                }
                options.extend(boundary.map(|id| ("permissions-boundary", policy(&self.after, id))));
                Some(options)
            }
            Change::Renamed { part: id, .. } => self.renamed(*id),
            Change::Tagged { part, key, value: Some(value) } => {
                Some(vec![self.named(*part)?, ("tags", tag(key.as_str(), value))])
            }
            Change::Tagged { part, key, value: None } => {
                Some(vec![self.named(*part)?, ("tag-keys", key.as_str().to_owned())])
            }
            Change::Profiled(role) => {
                let (_, profile) = friendly(&self.replayed.request.resource)?;
                let mut options = vec![("instance-profile-name", profile.to_owned())];
                if action == "iam:AddRoleToInstanceProfile" {
                    options.push(self.named(*role)?);
                }
                Some(options)
            }
            // Policies of resources are other services'.
            Change::Policy { .. } | Change::Rewritten { .. } => None,
            // No trace deletes a user, group or role.
            Change::PartGone(_) => None,
        }
    }

    /// Credentials of a user, of a session, of a provider.
    fn credentials(&self, actor: &Actor, action: &str) -> Option<Options> {
        let role = |id: PartId| ("role-arn", part(&self.after, id));
        let signed_by = || ("principal-arn", self.replayed.caller.arn.clone());
        match (actor, self.effect) {
            (Actor::User(id), Effect::GainCredential(Credential::AccessKey)) => Some(vec![self.named(*id)?]),
            (Actor::User(id), Effect::GainCredential(Credential::NewPassword | Credential::OtherPassword)) => {
                Some(vec![self.named(*id)?, ("password", PASSWORD.to_owned())])
            }
            (Actor::Role(id), Effect::AssumeRole) => {
                Some(vec![role(*id), ("role-session-name", self.session.to_owned())])
            }
            (Actor::Tagged(id, Some((key, value))), Effect::AssumeRole) => Some(vec![
                role(*id),
                ("role-session-name", self.session.to_owned()),
                ("tags", tag(key.as_str(), value)),
            ]),
            // The assertion names the session, and its tags.
            (Actor::Tagged(id, Some(_)), Effect::AssumeRoleWith(Provider::Saml)) => {
                Some(vec![role(*id), signed_by(), ("saml-assertion", ASSERTION.to_owned())])
            }
            (Actor::Role(id), Effect::AssumeRoleWith(Provider::Saml)) => {
                Some(vec![role(*id), signed_by(), ("saml-assertion", ASSERTION.to_owned())])
            }
            (Actor::Role(id), Effect::AssumeRoleWith(Provider::Oidc)) => Some(vec![
                role(*id),
                ("role-session-name", self.session.to_owned()),
                ("web-identity-token", TOKEN.to_owned()),
            ]),
            (Actor::Federated(..), Effect::Federate) => {
                let everything = self.text(self.model.ground.everything)?;
                Some(vec![("name", self.session.to_owned()), ("policy", everything)])
            }
            (Actor::Provider(arn), Effect::CreateProvider(Provider::Saml)) => {
                let (_, name) = friendly(arn)?;
                Some(vec![("saml-metadata-document", METADATA.to_owned()), ("name", name.to_owned())])
            }
            (Actor::Provider(arn), Effect::TakeProvider(Provider::Saml)) => {
                Some(vec![("saml-metadata-document", METADATA.to_owned()), ("saml-provider-arn", arn.to_string())])
            }
            (Actor::Provider(arn), Effect::CreateProvider(Provider::Oidc)) => {
                let (_, host) = arn.split_once(":oidc-provider/")?;
                Some(vec![("url", format!("https://{host}")), ("client-id-list", OWN.to_owned())])
            }
            (Actor::Provider(arn), Effect::TakeProvider(Provider::Oidc)) => {
                let more = match action {
                    "iam:AddClientIDToOpenIDConnectProvider" => ("client-id", OWN.to_owned()),
                    _ => ("thumbprint-list", "THUMBPRINT".to_owned()),
                };
                Some(vec![("open-id-connect-provider-arn", arn.to_string()), more])
            }
            _ => None,
        }
    }

    /// Another name, another path, or both.
    fn renamed(&self, id: PartId) -> Option<Options> {
        let (old, new) = (part(&self.taken.before, id), part(&self.after, id));
        let ((old_path, old_name), (path, name)) = (friendly(&old)?, friendly(&new)?);
        let (of, to) = match self.after.part(id)?.kind {
            Kind::User => ("user-name", "new-user-name"),
            Kind::Group => ("group-name", "new-group-name"),
            Kind::Role => return None,
        };
        let mut options = vec![(of, old_name.to_owned())];
        if name != old_name {
            options.push((to, name.to_owned()));
        }
        if path != old_path {
            options.push(("new-path", path.to_owned()));
        }
        Some(options)
    }

    /// The option that names a user, group or role.
    fn named(&self, id: PartId) -> Option<(&'static str, String)> {
        let option = match self.after.part(id)?.kind {
            Kind::User => "user-name",
            Kind::Group => "group-name",
            Kind::Role => "role-name",
        };
        let arn = part(&self.after, id);
        Some((option, friendly(&arn)?.1.to_owned()))
    }

    fn document(&self, id: PolicyId) -> Option<(&'static str, String)> {
        Some(("policy-document", self.text(id)?))
    }

    /// A document that the attacker writes; it is made of one line.
    fn text(&self, id: PolicyId) -> Option<String> {
        let document = self.model.accounts.policies.document(id).ok()?;
        Some(document.source.slice(document.span).to_owned())
    }

    /// What a stored version of a policy is called, if it was there at the start.
    fn version(&self, id: ManagedId, document: PolicyId) -> Option<String> {
        let versions = self.model.accounts.inventory.managed.get(&policy(&self.taken.before, id))?;
        let (name, _) = versions.all.iter().find(|(name, own)| *own == document && !name.is_empty())?;
        Some(name.clone())
    }
}

/// The path and the friendly name in an ARN of IAM: `/` and `bob`, `/delegated/` and `alice`.
fn friendly(arn: &str) -> Option<(&str, &str)> {
    let resource = Arn::parse(arn)?.resource;
    let start = resource.find('/')?;
    let rest = resource.get(start..)?;
    Some(rest.split_at(rest.rfind('/')? + 1))
}

/// The option for a path that is not the usual one.
fn at(path: &str) -> Option<(&'static str, String)> {
    (path != "/").then(|| ("path", path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stand_apart() {
        let of = |kind: &str| format!("arn:aws:iam::111122223333:{kind}");
        assert_eq!(friendly(&of("user/bob")), Some(("/", "bob")));
        assert_eq!(friendly(&of("user/delegated/eu/alice@x.io")), Some(("/delegated/eu/", "alice@x.io")));
        assert_eq!(friendly(&of("root")), None);
        assert_eq!(at("/"), None);
        assert_eq!(at("/delegated/"), Some(("path", "/delegated/".to_owned())));
    }
}
