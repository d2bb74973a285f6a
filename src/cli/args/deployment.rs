//! The arguments that name plans and templates.

use std::path::PathBuf;

use clap::Args;

/// A plan of Terraform or a template of CloudFormation; - is standard input
#[derive(Debug, Args, Default)]
#[group(multiple = true)]
pub(crate) struct Deployments {
    /// The policies of a plan, as `terraform show -json PLAN` writes it
    #[arg(long, value_name = "FILE", conflicts_with = "cloudformation")]
    pub(crate) terraform_plan: Option<PathBuf>,
    /// The policies of a template, in JSON or YAML
    #[arg(long, value_name = "FILE")]
    pub(crate) cloudformation: Option<PathBuf>,
    /// The value of a template's parameter, or of AWS::Region and the like; repeatable. Without it any value is meant
    #[arg(long, value_name = "NAME=VALUE", value_parser = named, requires = "cloudformation")]
    pub(crate) parameter: Vec<(String, String)>,
}

impl Deployments {
    /// Whether one is given.
    pub(crate) fn is_given(&self) -> bool {
        self.terraform_plan.is_some() || self.cloudformation.is_some()
    }
}

fn named(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE"),
    }
}
