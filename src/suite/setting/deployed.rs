//! A plan or template, as a scenario of a suite tells it.
//!
//! In: `terraform-plan` or `cloudformation`, with `parameters`, `managed` and `principals`. Out: the plan or template, and who
//! of it is asked about. On the command line another file may be given instead of the one that is named.

use std::path::PathBuf;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::deployment::{Deployment, Form, State, Subject, Told};
use crate::diagnostic::Code;
use crate::input;
use crate::json::{Json, Member, Value};
use crate::scenario::Loader;
use crate::scenario::load::field;
use crate::suite::setting::value::{items, path};
use crate::symbolic::language::Glob;
use crate::vocabulary::nearest::nearest;
use crate::vocabulary::pattern::{Pattern, Reading};

/// Files that are read instead of those that scenarios name.
#[derive(Debug, Clone, Default)]
pub struct Instead {
    /// Of `terraform-plan`.
    pub terraform_plan: Option<PathBuf>,
    /// Of `cloudformation`.
    pub cloudformation: Option<PathBuf>,
    /// Of `parameters`, name by name.
    pub parameters: Vec<(String, String)>,
}

/// Who is asked about of a plan or template.
#[derive(Debug, Clone)]
pub struct Deployed {
    /// The plan or template.
    pub deployment: Arc<Deployment>,
    /// Those who are asked about, each on its own.
    pub subjects: Vec<Subject>,
}

/// The plan or template of a scenario.
pub(super) fn read(loader: &mut Loader<'_>, members: &[Member], instead: &Instead) -> Option<Deployed> {
    let (member, form, other) = match (field(members, "terraform-plan"), field(members, "cloudformation")) {
        (Some(plan), None) => (plan, Form::Terraform(State::After), &instead.terraform_plan),
        (None, Some(template)) => (template, Form::CloudFormation, &instead.cloudformation),
        (Some(_), Some(template)) => {
            let help = "write a scenario for each";
            loader.error(Code::BadField, template.key.span, "both a plan and a template are given", help);
            return None;
        }
        (None, None) => {
            let span = members.first().map(|member| member.key.span).unwrap_or_default();
            let help = "add `terraform-plan = \"FILE\"` or `cloudformation = \"FILE\"`";
            loader.error(Code::MissingField, span, "the scenario names no plan and no template", help);
            return None;
        }
    };
    let named = path(loader, &member.value)?;
    let managed = match field(members, "managed") {
        None => None,
        Some(member) => {
            let path = path(loader, &member.value)?;
            let read = input::read_account_file(&path).map(|source| (source, Vec::new()));
            Some(kept(loader, read)?)
        }
    };
    let mut parameters = match field(members, "parameters") {
        None => IndexMap::new(),
        Some(member) => told(loader, &member.value)?,
    };
    parameters.extend(instead.parameters.iter().cloned());
    let read = Deployment::from_file(other.as_ref().unwrap_or(&named), form, &Told { parameters, managed });
    let deployment = Arc::new(kept(loader, read)?);
    let all = deployment.subjects();
    let subjects = match field(members, "principals") {
        None => all,
        Some(member) => wanted(loader, &member.value, &all)?,
    };
    Some(Deployed { deployment, subjects })
}

fn kept<T>(
    loader: &mut Loader<'_>,
    read: Result<(T, Vec<crate::diagnostic::Diagnostic>), crate::diagnostic::Refusal>,
) -> Option<T> {
    match read {
        Ok((read, warnings)) => {
            loader.findings.extend(warnings);
            Some(read)
        }
        Err(refusal) => {
            loader.findings.extend(refusal.diagnostics);
            None
        }
    }
}

fn told(loader: &mut Loader<'_>, json: &Json) -> Option<IndexMap<String, String>> {
    let Value::Object(members) = &json.value else {
        let help = "write `parameters = { Bucket = \"reports\" }`";
        loader.error(Code::WrongType, json.span, "`parameters` is a table of texts", help);
        return None;
    };
    members
        .iter()
        .map(|member| Some((member.key.value.clone(), loader.text(&member.value, &member.key.value)?)))
        .collect()
}

/// Those whose addresses patterns name.
fn wanted(loader: &mut Loader<'_>, json: &Json, all: &[Subject]) -> Option<Vec<Subject>> {
    let mut found: Vec<Subject> = Vec::new();
    for item in items(json) {
        let text = loader.text(item, "principals")?;
        let pattern = Pattern::read(&text, Reading { wildcards: true, variables: false }).ok();
        let glob = pattern.and_then(|pattern| Glob::from_glyphs(pattern.glyphs()))?;
        let own: Vec<&Subject> = all.iter().filter(|subject| glob.contains(&subject.address)).collect();
        if own.is_empty() {
            let help = match nearest(&text, all.iter().map(|subject| subject.address.as_str())) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "write a pattern of addresses, as in `aws_iam_role.ci*`".to_owned(),
            };
            loader.error(Code::UnknownPrincipal, item.span, format!("`{text}` names nobody of it"), help);
            return None;
        }
        for subject in own {
            if !found.iter().any(|known| known.address == subject.address) {
                found.push(subject.clone());
            }
        }
    }
    Some(found)
}
