//! Plans and templates from files.

use std::path::Path;

use anyhow::{Result, bail};
use ringfence::deployment::{Deployment, Form, State, Told};
use ringfence::input;

use crate::args::{Color, Deployments};
use crate::stderr;

/// Reads the plan or template that flags name; none if it is refused, and then everything wrong with it was shown.
pub(crate) fn read(files: &Deployments, managed: Option<&Path>, color: Color) -> Result<Option<Deployment>> {
    let (path, form) = match (&files.terraform_plan, &files.cloudformation) {
        (Some(path), _) => (path, Form::Terraform(State::After)),
        (None, Some(path)) => (path, Form::CloudFormation),
        (None, None) => bail!("name a plan or a template"),
    };
    once([Some(path.as_path()), managed])?;
    let Some(told) = told(&files.parameter, managed, color) else { return Ok(None) };
    let mut findings = Vec::new();
    let read = stderr::keep(Deployment::from_file(path, form, &told), &mut findings);
    stderr::show(&findings, color);
    Ok(read)
}

/// What is told besides the file; none if it is refused.
pub(crate) fn told(parameters: &[(String, String)], managed: Option<&Path>, color: Color) -> Option<Told> {
    let managed = match managed.map(input::read_account_file).transpose() {
        Ok(managed) => managed,
        Err(refusal) => {
            stderr::show(&refusal.diagnostics, color);
            return None;
        }
    };
    Some(Told { parameters: parameters.iter().cloned().collect(), managed })
}

/// Refuses to read standard input twice.
pub(crate) fn once<const N: usize>(paths: [Option<&Path>; N]) -> Result<()> {
    if paths.into_iter().flatten().filter(|path| *path == Path::new("-")).count() > 1 {
        bail!("standard input can be read once: it is one file");
    }
    Ok(())
}
