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

/// What changes: a plan of Terraform, or two templates of CloudFormation; - is standard input
#[derive(Debug, Args, Default)]
#[group(multiple = true)]
pub(crate) struct Changed {
    /// What a plan changes, as `terraform show -json PLAN` writes it: what everybody may do before it and after it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cloudformation", "old", "old_scenario", "batch", "scenario", "kind"])]
    pub(crate) terraform_plan: Option<PathBuf>,
    /// Given twice, the old template and the new one
    #[arg(long, value_name = "FILE", conflicts_with_all = ["old", "old_scenario", "batch", "scenario", "kind"])]
    pub(crate) cloudformation: Vec<PathBuf>,
    /// The value of a parameter of both templates; repeatable. Without it any value is meant, the same in both
    #[arg(long, value_name = "NAME=VALUE", value_parser = named, requires = "cloudformation")]
    pub(crate) parameter: Vec<(String, String)>,
    /// With a plan or templates: AWS managed policies, {name: document, …}
    #[arg(long, value_name = "FILE")]
    pub(crate) managed: Option<PathBuf>,
}

fn named(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE"),
    }
}
