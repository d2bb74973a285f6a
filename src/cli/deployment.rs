//! Plans and templates from files.

use std::path::Path;

use anyhow::{Result, bail};
use ringfence::deployment::{Deployment, Form, State, Told};
use ringfence::input;

use crate::args::{Color, Deployments};
use crate::stderr;

/// Reads the plan or template that flags name; none if it is refused, and then everything wrong with it was shown.
pub(crate) fn read(
    files: &Deployments,
    managed: Option<&Path>,
    state: State,
    color: Color,
) -> Result<Option<Deployment>> {
    let Some((path, form)) = file(files, state) else { bail!("name a plan or a template") };
    if managed == Some(Path::new("-")) && path == Path::new("-") {
        bail!("standard input can be read once: as the plan or template, or as managed policies");
    }
    let mut findings = Vec::new();
    let managed = match managed.map(input::read_account_file).transpose() {
        Ok(managed) => managed,
        Err(refusal) => {
            stderr::show(&refusal.diagnostics, color);
            return Ok(None);
        }
    };
    let told = Told { parameters: files.parameter.iter().cloned().collect(), managed };
    let read = stderr::keep(Deployment::from_file(path, form, &told), &mut findings);
    stderr::show(&findings, color);
    Ok(read)
}

fn file(files: &Deployments, state: State) -> Option<(&Path, Form)> {
    match (&files.terraform_plan, &files.cloudformation) {
        (Some(path), _) => Some((path, Form::Terraform(state))),
        (None, Some(path)) => Some((path, Form::CloudFormation)),
        (None, None) => None,
    }
}
