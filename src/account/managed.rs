//! AWS managed policies that no listing holds: those of a file, and the three that every account knows.
//!
//! In: a file of name and document, one or many a value. Out: [`Managed`], documents by name.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::account::policy::{Policies, PolicyId};
use crate::account::raw::Raw;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::json::{self, Json};
use crate::policy::DocumentKind;
use crate::source::{Source, Span};

/// AdministratorAccess, PowerUserAccess and ReadOnlyAccess.
const BUILT_IN: &str = include_str!("../../encodings/aws/managed.json");

/// Documents by the name that stands last in their ARN.
#[derive(Debug, Default)]
pub(crate) struct Library {
    places: HashMap<String, (Arc<Source>, Span)>,
}

impl Library {
    /// The documents of a file before those that are built in.
    pub(crate) fn new(file: Option<&Arc<Source>>, findings: &mut Findings) -> Self {
        static SOURCE: OnceLock<Arc<Source>> = OnceLock::new();
        let built_in = SOURCE.get_or_init(|| Source::new("encodings/aws/managed.json", BUILT_IN));
        let mut library = Self::default();
        for source in file.into_iter().chain([built_in]) {
            library.add(source, findings);
        }
        library
    }

    fn add(&mut self, source: &Arc<Source>, findings: &mut Findings) {
        let values = match Raw::values(source) {
            Ok(values) => values,
            Err(error) => return findings.push(super::raw::syntax(source, &error)),
        };
        for value in values {
            for (name, document) in value.members("a file of managed policies", findings).into_iter().flatten() {
                if !document.is_object() {
                    let help = "write `{\"NAME\": {\"Version\": …, \"Statement\": …}}`";
                    findings.push(document.finding(Code::WrongType, format!("`{name}` is no policy document"), help));
                }
                self.places.entry(name).or_insert_with(|| (Arc::clone(source), document.span()));
            }
        }
    }

    /// The name and place of the document behind an ARN.
    fn place<'a>(&self, arn: &'a str) -> Option<(&'a str, &(Arc<Source>, Span))> {
        let (front, path) = arn.split_once(":policy/")?;
        let name = path.rsplit('/').next()?;
        let place = self.places.get(name).filter(|_| front.ends_with(":iam::aws"))?;
        Some((name, place))
    }

    /// The document behind an ARN, as it stands in its file.
    pub(crate) fn document(&self, arn: &str) -> Option<(Arc<Source>, Json)> {
        let (_, (source, span)) = self.place(arn)?;
        Some((Arc::clone(source), json::read_part(source, *span, &mut Findings::default())?))
    }
}

/// Documents that an account refers to, kept among its own.
#[derive(Debug, Default)]
pub(super) struct Managed {
    library: Library,
    kept: HashMap<String, PolicyId>,
}

impl Managed {
    /// The documents of a file before those that are built in.
    pub(super) fn new(file: Option<&Arc<Source>>, problems: &mut Vec<Diagnostic>) -> Self {
        let mut findings = Findings::default();
        let library = Library::new(file, &mut findings);
        problems.extend(findings.into_diagnostics());
        Self { library, kept: HashMap::new() }
    }

    /// The document behind an ARN, kept among the others when it is first asked for.
    pub(super) fn get(&mut self, arn: &str, policies: &mut Policies) -> Option<PolicyId> {
        let (name, (source, span)) = self.library.place(arn)?;
        if let Some(id) = self.kept.get(name) {
            return Some(*id);
        }
        let (pointer, title) = (format!("/{name}"), format!("managed policy {arn}"));
        let id = policies.keep(Arc::clone(source), *span, pointer, title, DocumentKind::Identity);
        self.kept.insert(name.to_owned(), id);
        Some(id)
    }
}
