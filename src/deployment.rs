//! Terraform plans and CloudFormation templates: the policies in them, who will have them, and what these can never allow.
//!
//! In: a plan as `terraform show -json` writes it, or a template in JSON or YAML. Out: [`Deployment`], with every policy, every
//! principal, and every value that is not known before it is deployed, under its name. Trusted for: what is not known is
//! read as whatever grants most ([`ask`](Deployment::ask)), never left out and never guessed; what may hold policies and
//! is not read is in the notes.

mod ask;
mod change;
mod look;
mod node;
mod parts;
mod plan;
mod reading;
mod subject;
mod template;
mod witness;
mod world;

use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::account::managed::Library;
use crate::diagnostic::{Code, Diagnostic, Findings, Refusal};
use crate::input;
use crate::source::Source;
use crate::vocabulary::dialect::Dialect;

pub use ask::{AskError, Asked};
pub use change::Change;
pub use node::{Sort, Unknown, UnknownId};
pub use parts::{HolderKind, Policy};
pub use plan::State;
pub use subject::{Subject, What};

use node::Unknowns;
use parts::{Holder, Parts};

/// Which kind of file a deployment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A plan of Terraform, before or after it is applied.
    Terraform(State),
    /// A template of CloudFormation.
    CloudFormation,
}

/// What is told of a deployment besides its file.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Values of a template's parameters and pseudo parameters.
    pub parameters: IndexMap<String, String>,
    /// AWS managed policies, `{name: document, …}`.
    pub managed: Option<Arc<Source>>,
}

/// A plan or template.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// The file.
    pub source: Arc<Source>,
    /// What kind of file it is.
    pub form: Form,
    /// The dialect whose law decides.
    pub dialect: &'static Dialect,
    /// Every policy document, in the order of the file; AWS managed ones behind them.
    pub policies: Vec<Policy>,
    /// What may hold policies and is not read, and how policies were read that are made later; each a sentence.
    pub notes: Vec<String>,
    holders: Vec<Holder>,
    unknowns: Unknowns,
    /// The account that was told.
    told_account: Option<String>,
}

impl Deployment {
    /// Reads a file; `-` is standard input.
    ///
    /// # Errors
    /// Everything that is wrong with it, or with what is told.
    pub fn from_file(path: &Path, form: Form, told: &Told) -> Result<(Self, Vec<Diagnostic>), Refusal> {
        Self::read(&input::read_account_file(path)?, form, told)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// Everything that is wrong with it, or with what is told.
    pub fn read(source: &Arc<Source>, form: Form, told: &Told) -> Result<(Self, Vec<Diagnostic>), Refusal> {
        let mut findings = Findings::default();
        let Some(Ok(dialect)) = Dialect::embedded("aws") else {
            let help = "reinstall: a built-in file is damaged";
            return Err(Diagnostic::whole(Code::BadField, source, "the dialect aws cannot be read", help).into());
        };
        let library = Library::new(told.managed.as_ref(), &mut findings);
        let parts = match form {
            Form::Terraform(state) => plan::read(source, state, &mut findings),
            Form::CloudFormation => template::read(source, &told.parameters, &mut findings),
        };
        let made = parts.map(|mut parts| {
            parts.link(&|arn| {
                let (source, json) = library.document(arn)?;
                Some((source, json.span, node::Node::from(&json)))
            });
            let told_account = told.parameters.get("AWS::AccountId").cloned();
            let Parts { policies, holders, unknowns, notes, .. } = parts;
            Self { source: Arc::clone(source), form, dialect, policies, notes, holders, unknowns, told_account }
        });
        findings.finish(made)
    }

    /// The values in policies, and about who has them, that are not known before it is deployed.
    pub fn unknowns(&self) -> Vec<&Unknown> {
        let mut used: Vec<UnknownId> = self.policies.iter().flat_map(Policy::unknowns).collect();
        for holder in &self.holders {
            used.extend(subject::unknowns(holder));
        }
        self.named(&used)
    }

    /// Unknowns by their numbers, each once.
    pub fn named(&self, numbers: &[UnknownId]) -> Vec<&Unknown> {
        self.unknowns.iter().filter(|(id, _)| numbers.contains(id)).map(|(_, own)| own).collect()
    }
}
