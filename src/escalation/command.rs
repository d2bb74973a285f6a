//! The AWS CLI command of a request, as a person can paste it into a shell.
//!
//! In: a [`Call`]: an action and the options that it needs, named as the CLI names them. Out: a line for a POSIX shell.

use std::fmt::Write as _;

/// The services whose commands are written.
const SERVICES: [&str; 2] = ["iam", "sts"];
/// Requests that nobody signs: what they carry is the proof.
const UNSIGNED: [&str; 2] = ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"];

/// A request of an API.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The action, as in `iam:AttachUserPolicy`.
    pub action: &'a str,
    /// The options in order, as in `("user-name", "bob")`; one without a value, such as `set-as-default`, has an empty one.
    pub parameters: &'a [(&'static str, String)],
}

impl Call<'_> {
    /// The command; none for services that have other tools.
    pub fn command(&self) -> Option<String> {
        let (service, name) = self.action.split_once(':').filter(|(service, _)| SERVICES.contains(service))?;
        let mut command = format!("aws {service} {}", kebab(name));
        for (option, value) in self.parameters {
            // Writing to a String cannot fail.
            let _ = match value.as_str() {
                "" => write!(command, " --{option}"),
                // A name may begin with a hyphen, and would be taken for an option.
                value if value.starts_with('-') => write!(command, " --{option}={}", quoted(value)),
                value => write!(command, " --{option} {}", quoted(value)),
            };
        }
        if UNSIGNED.contains(&name) {
            command.push_str(" --no-sign-request");
        }
        Some(command)
    }
}

/// The value of `--tags` for one tag.
pub fn tag(key: &str, value: &str) -> String {
    let plain = |text: &str| text.chars().all(|c| c.is_alphanumeric() || "_.:/@+-".contains(c));
    match plain(key) && plain(value) {
        true => format!("Key={key},Value={value}"),
        false => serde_json::json!([{ "Key": key, "Value": value }]).to_string(),
    }
}

/// The name of an action as the CLI writes it: `create-saml-provider`, `create-open-id-connect-provider`.
fn kebab(name: &str) -> String {
    let mut written = String::new();
    let mut before: Option<char> = None;
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let starts = before.is_some_and(|before| !before.is_uppercase())
            || (before.is_some() && letters.peek().is_some_and(char::is_ascii_lowercase));
        if letter.is_uppercase() && starts {
            written.push('-');
        }
        written.push(letter.to_ascii_lowercase());
        before = Some(letter);
    }
    written
}

/// A word of a POSIX shell.
fn quoted(value: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "_@%+:,./-=".contains(c);
    match value.chars().all(bare) {
        true => value.to_owned(),
        false => format!("'{}'", value.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::process::Command;

    use super::*;

    fn command(action: &str, parameters: &[(&'static str, &str)]) -> String {
        let parameters: Vec<_> = parameters.iter().map(|(option, value)| (*option, (*value).to_owned())).collect();
        Call { action, parameters: &parameters }.command().unwrap()
    }

    #[test]
    fn commands_can_be_pasted() {
        let document = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let administrator = "arn:aws:iam::aws:policy/AdministratorAccess";
        assert_eq!(
            command("iam:AttachUserPolicy", &[("user-name", "bob"), ("policy-arn", administrator)]),
            "aws iam attach-user-policy --user-name bob --policy-arn arn:aws:iam::aws:policy/AdministratorAccess"
        );
        assert_eq!(
            command("iam:CreatePolicyVersion", &[("policy-document", document), ("set-as-default", "")]),
            format!("aws iam create-policy-version --policy-document '{document}' --set-as-default")
        );
        assert_eq!(
            command("sts:AssumeRoleWithSAML", &[("saml-assertion", "…")]),
            "aws sts assume-role-with-saml --saml-assertion '…' --no-sign-request"
        );
        assert_eq!(command("iam:DeleteUser", &[("user-name", "-x")]), "aws iam delete-user --user-name=-x");
        assert_eq!(Call { action: "ec2:RunInstances", parameters: &[] }.command(), None);
    }

    /// As botocore's `xform_name` has them.
    #[test]
    fn names_are_the_cli_s_own() {
        for (name, written) in [
            ("GetUser", "get-user"),
            ("CreateSAMLProvider", "create-saml-provider"),
            ("CreateOpenIDConnectProvider", "create-open-id-connect-provider"),
            ("AddClientIDToOpenIDConnectProvider", "add-client-id-to-open-id-connect-provider"),
            ("DeactivateMFADevice", "deactivate-mfa-device"),
            ("UploadSSHPublicKey", "upload-ssh-public-key"),
            ("AssumeRoleWithSAML", "assume-role-with-saml"),
            ("PutUserPermissionsBoundary", "put-user-permissions-boundary"),
        ] {
            assert_eq!(kebab(name), written);
        }
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for value in ["bob", "it's", "''", "a b", "$HOME `id` \"x\" \\ !", "~root", "*", "{\"a\":'1'}\n#", "a=b,c@d"] {
            let output = Command::new("sh").args(["-c", &format!("printf %s {}", quoted(value))]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), value);
        }
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }

    #[test]
    fn tags_of_odd_characters_are_json() {
        assert_eq!(tag("team", "blue/green"), "Key=team,Value=blue/green");
        assert_eq!(tag("team", "a,Value=b"), r#"[{"Key":"team","Value":"a,Value=b"}]"#);
    }
}
