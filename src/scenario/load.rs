//! Scenario JSON into [`Scenario`]s.
//!
//! In: the members of an object and the directory that file names are relative to. Out: the scenario and findings. A
//! layer is a document, `{"file": "path"}`, a list of these, `null` or `[]` (both: none), or `"any"`; for the levels
//! of an organization a list of such lists.

mod caller;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::{Code, Diagnostic, Findings, quoted};
use crate::input;
use crate::json::{Json, Member, Value};
use crate::policy::{self, Clause, Document, DocumentKind, Effect};
use crate::scenario::layer::Layer;
use crate::scenario::principal::{Principal, Stored};
use crate::scenario::{ResourceAccount, Scenario};
use crate::source::{Source, Span};
use crate::vocabulary::action::ActionPatternKind;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::layer::LayerKind;
use crate::vocabulary::nearest::{is_misspelt, nearest};
use crate::vocabulary::resource::ResourcePattern;
use crate::vocabulary::ruling::Rulings;

/// The fields of a scenario.
pub const SCENARIO_FIELDS: [&str; 10] = [
    "principal",
    "dialect",
    "identityPolicies",
    "permissionsBoundary",
    "sessionPolicies",
    "scps",
    "rcps",
    "resourcePolicy",
    "resourceAccount",
    "endpointPolicy",
];

/// The layers under the names of their fields.
const LAYER_FIELDS: [(&str, LayerKind); 7] = [
    ("identityPolicies", LayerKind::Identity),
    ("permissionsBoundary", LayerKind::Boundary),
    ("sessionPolicies", LayerKind::Session),
    ("scps", LayerKind::Scp),
    ("rcps", LayerKind::Rcp),
    ("resourcePolicy", LayerKind::Resource),
    ("endpointPolicy", LayerKind::Endpoint),
];

/// Reads the fields of one JSON object.
pub struct Loader<'a> {
    /// The text the object stands in.
    pub source: &'a Arc<Source>,
    /// What file names are relative to.
    pub directory: PathBuf,
    /// Where findings go.
    pub findings: &'a mut Findings,
    /// Whether `-` may name standard input: not while a batch is read from it.
    pub stdin: bool,
}

impl<'a> Loader<'a> {
    /// A loader for a source; file names are relative to the directory of `path`.
    pub fn new(source: &'a Arc<Source>, path: &Path, findings: &'a mut Findings) -> Self {
        let directory = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self { source, directory, findings, stdin: false }
    }

    /// Reports a finding at a place of the source.
    pub fn error(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.findings.push(Diagnostic::new(code, self.source, span, message, help));
    }

    /// Reports the members whose key is not among `known`.
    pub fn known_fields(&mut self, members: &[Member], known: &[&str]) {
        for Member { key, .. } in members {
            if !known.contains(&key.value.as_str()) {
                let help = match nearest(&key.value, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the fields are {}", known.join(", ")),
                };
                self.error(Code::UnknownField, key.span, format!("there is no field {}", quoted(&key.value)), help);
            }
        }
    }

    /// Reads a scenario; `whole` is the object's place, for what is missing in it.
    pub fn scenario(&mut self, members: &[Member], whole: Span, dialect: Option<&str>) -> Option<Scenario> {
        let before = self.findings.errors();
        let dialect = self.dialect(members, dialect)?;
        let principal = match field(members, "principal") {
            None => Some(Principal::Any),
            Some(member) => self.principal(&member.value),
        };
        let mut sets = IndexMap::new();
        let mut levels = IndexMap::new();
        for (name, kind) in LAYER_FIELDS {
            let Some(member) = field(members, name) else { continue };
            self.described(dialect, kind, member);
            if matches!(kind, LayerKind::Scp | LayerKind::Rcp) {
                levels.insert(kind, self.levels(&member.value, name, kind));
            } else {
                let layer = self.layer(&member.value, &format!("/{name}"), kind);
                if kind == LayerKind::Boundary && layer.given().is_some_and(|documents| documents.len() > 1) {
                    let help = "give the one that is set; several policies would widen the fence";
                    self.error(Code::BadField, member.value.span, "a caller has one permissions boundary (S5)", help);
                }
                sets.insert(kind, layer);
            }
        }
        let resource_account = match field(members, "resourceAccount") {
            None => ResourceAccount::SameAsCaller,
            Some(member) => self.resource_account(&member.value)?,
        };
        let fenced = matches!(sets.get(&LayerKind::Boundary), Some(Layer::Given(_)))
            || matches!(sets.get(&LayerKind::Session), Some(Layer::Given(_)))
            || matches!(levels.get(&LayerKind::Scp), Some(Layer::Given(_)));
        // With a fence and no identity policies the question is about the fence (design section 2).
        // What callers of other accounts hold, nobody here knows.
        let outside = matches!(principal, Some(Principal::Outside));
        let unsaid = if fenced || outside { Layer::Any } else { Layer::None };
        let mut take = |kind, default| sets.swap_remove(&kind).unwrap_or(default);
        let scenario = Scenario {
            dialect,
            principal: principal?,
            stored: Stored::AsCalled,
            identity: take(LayerKind::Identity, unsaid),
            boundary: take(LayerKind::Boundary, Layer::None),
            session: take(LayerKind::Session, Layer::None),
            scps: levels.swap_remove(&LayerKind::Scp).unwrap_or(Layer::None),
            rcps: levels.swap_remove(&LayerKind::Rcp).unwrap_or(Layer::None),
            resource: take(LayerKind::Resource, Layer::None),
            endpoint: take(LayerKind::Endpoint, Layer::None),
            resource_account,
            rulings: Rulings::default(),
        };
        self.carried(&scenario, members, whole);
        (self.findings.errors() == before).then_some(scenario)
    }

    fn dialect(&mut self, members: &[Member], flag: Option<&str>) -> Option<&'static Dialect> {
        let member = field(members, "dialect");
        let name = member.map(|member| member.value.as_str()).or(flag.map(Some)).unwrap_or(Some("aws"));
        match name.and_then(Dialect::embedded) {
            Some(Ok(dialect)) => Some(dialect),
            Some(Err(error)) => {
                let help = "reinstall: a built-in file is damaged";
                self.findings.push(Diagnostic::whole(Code::BadField, self.source, error.to_string(), help));
                None
            }
            None => {
                let help = format!("write one of {}", Dialect::NAMES.map(|name| format!("`{name}`")).join(", "));
                let message = match (name, member) {
                    (None, Some(member)) => format!("`dialect` is a text, not {}", member.value.describe()),
                    (name, _) => format!("there is no dialect `{}`", name.unwrap_or_default()),
                };
                // The flag has no place in the source.
                self.findings.push(match member {
                    Some(member) => Diagnostic::new(Code::BadField, self.source, member.value.span, message, help),
                    None => Diagnostic::whole(Code::BadField, self.source, message, help),
                });
                None
            }
        }
    }

    fn resource_account(&mut self, json: &Json) -> Option<ResourceAccount> {
        match &json.value {
            Value::Null => Some(ResourceAccount::SameAsCaller),
            Value::String(text) if text == "any" => Some(ResourceAccount::Any),
            Value::String(text) if !text.is_empty() => Some(ResourceAccount::Id(text.clone())),
            _ => {
                let message = "`resourceAccount` is an account id or `\"any\"`";
                self.error(Code::BadField, json.span, message, "write the id in quotation marks");
                None
            }
        }
    }

    fn layer(&mut self, json: &Json, pointer: &str, kind: LayerKind) -> Layer<Vec<Document>> {
        match &json.value {
            Value::Null => Layer::None,
            Value::String(word) if word == "any" => Layer::Any,
            Value::String(word) if word == "none" => Layer::None,
            Value::Array(items) if items.is_empty() => Layer::None,
            Value::Array(items) => {
                let read = |(index, item)| self.document(item, &format!("{pointer}/{index}"), kind);
                Layer::Given(items.iter().enumerate().filter_map(read).collect())
            }
            Value::Object(_) => Layer::Given(self.document(json, pointer, kind).into_iter().collect()),
            _ => {
                let message = format!("a layer is a document, a list, null or `\"any\"`, not {}", json.describe());
                self.error(
                    Code::WrongType,
                    json.span,
                    message,
                    "write the policy document, or `{\"file\": \"policy.json\"}`",
                );
                Layer::None
            }
        }
    }

    fn levels(&mut self, json: &Json, name: &str, kind: LayerKind) -> Layer<Vec<Vec<Document>>> {
        let Value::Array(items) = &json.value else {
            return match &json.value {
                Value::Null => Layer::None,
                Value::String(word) if word == "any" => Layer::Any,
                Value::String(word) if word == "none" => Layer::None,
                _ => {
                    let message = format!("`{name}` is a list of levels, null or `\"any\"`, not {}", json.describe());
                    self.error(Code::WrongType, json.span, message, "write a list of lists of documents");
                    Layer::None
                }
            };
        };
        if items.is_empty() {
            return Layer::None;
        }
        let mut levels = Vec::with_capacity(items.len());
        for (index, level) in items.iter().enumerate() {
            match self.layer(level, &format!("/{name}/{index}"), kind) {
                Layer::Given(documents) => {
                    if kind == LayerKind::Rcp && !documents.is_empty() && !documents.iter().any(allows_everything) {
                        let message = "a level of resource control policies without RCPFullAWSAccess (S10.2)";
                        let help = "add it: AWS attaches it to every level, and it cannot be removed";
                        self.error(Code::BadField, level.span, message, help);
                    }
                    levels.push(documents);
                }
                Layer::None | Layer::Any => {
                    let message = "a level without documents allows nothing";
                    self.error(
                        Code::BadField,
                        level.span,
                        message,
                        "list the level's policies, FullAWSAccess among them",
                    );
                }
            }
        }
        Layer::Given(levels)
    }

    fn document(&mut self, json: &Json, pointer: &str, layer: LayerKind) -> Option<Document> {
        let kind = DocumentKind::of(layer);
        if let Value::Object(members) = &json.value
            && let [Member { key, value }] = &members[..]
            && key.value == "file"
        {
            let name = self.text(value, "file")?;
            if name == "-" && !self.stdin {
                let help = "name a file; standard input can be named by a flag of a single question only";
                self.error(Code::BadField, value.span, "standard input cannot be read here", help);
                return None;
            }
            let path = if name == "-" { PathBuf::from(name) } else { self.directory.join(name) };
            return self.document_file(&path, kind, value.span);
        }
        policy::parse_json(json, self.source, pointer, kind, self.findings)
    }

    /// Reads a document from a file of its own; `named_at` is where the source names it.
    fn document_file(&mut self, path: &Path, kind: DocumentKind, named_at: Span) -> Option<Document> {
        let source = match input::read_file(path) {
            Ok(source) => source,
            Err(refusal) => {
                for diagnostic in refusal.diagnostics {
                    match diagnostic.code {
                        // There is no text to show but the one that names the file.
                        Code::UnreadableFile => {
                            self.error(diagnostic.code, named_at, diagnostic.message, diagnostic.help)
                        }
                        _ => self.findings.push(diagnostic),
                    }
                }
                return None;
            }
        };
        match policy::parse(&source, kind) {
            Ok((document, warnings)) => {
                self.findings.extend(warnings);
                Some(document)
            }
            Err(refusal) => {
                self.findings.extend(refusal.diagnostics);
                None
            }
        }
    }

    /// Refuses documents in layers that the dialect does not describe (S15).
    fn described(&mut self, dialect: &Dialect, kind: LayerKind, member: &Member) {
        let empty = match &member.value.value {
            Value::Null => true,
            Value::Array(items) => items.is_empty(),
            Value::String(word) => word == "none",
            _ => false,
        };
        if !empty && dialect.callers_of(kind).is_none() {
            let message = format!("the dialect `{}` does not describe {kind} policies", dialect.name());
            let help = "leave the layer out, or evaluate the scenario under `aws`";
            self.error(Code::LayerNotDescribed, member.key.span, message, help);
        }
    }

    /// Refuses documents attached to a caller that cannot carry them.
    fn carried(&mut self, scenario: &Scenario, members: &[Member], whole: Span) {
        let kind = match &scenario.principal {
            Principal::Caller(caller) => caller.kind,
            Principal::RoleSessions { .. } => CallerKind::RoleSession,
            Principal::Users { .. } => CallerKind::User,
            Principal::Root => CallerKind::Root,
            Principal::Any | Principal::Outside => return,
        };
        let dialect = scenario.dialect;
        if !dialect.callers().contains(&kind) {
            let span = field(members, "principal").map_or(whole, |member| member.value.span);
            let known = dialect.callers().iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!("the dialect `{}` does not describe {kind} callers", dialect.name());
            self.error(Code::BadCaller, span, message, format!("name a caller it describes: {known}"));
            return;
        }
        for (name, layer) in LAYER_FIELDS {
            let given = match layer {
                LayerKind::Scp => scenario.scps.given().is_some(),
                LayerKind::Rcp => scenario.rcps.given().is_some(),
                _ => scenario.layer(layer).is_some_and(|layer| layer.given().is_some()),
            };
            let callers = scenario.dialect.callers_of(layer);
            if given && callers.is_some_and(|callers| !callers.contains(&kind)) {
                let span = field(members, name).map_or(whole, |member| member.key.span);
                let message =
                    format!("a {kind} caller has no {layer} policies under the dialect `{}`", scenario.dialect.name());
                self.error(Code::LayerNotCarried, span, message, "leave the layer out, or name another principal");
            }
        }
    }

    /// The text of a string value.
    pub fn text(&mut self, json: &Json, name: &str) -> Option<String> {
        if let Value::String(text) = &json.value {
            if text.len() > input::TEXT_LIMIT {
                let message = format!("`{name}` has {} bytes, more than the limit of 32 KiB", text.len());
                self.error(Code::TooLarge, json.span, message, "shorten it; IAM knows no text that long");
                return None;
            }
            return Some(text.clone());
        }
        let message = format!("`{name}` is a text, not {}", json.describe());
        self.error(Code::WrongType, json.span, message, "write it in double quotation marks");
        None
    }

    /// Reports a missing field at the opening brace, unless it is there under a misspelt name and reported as such.
    pub fn missing(&mut self, members: &[Member], known: &[&str], name: &str, whole: Span, help: impl Into<String>) {
        if !is_misspelt(members.iter().map(|member| member.key.value.as_str()), known, name) {
            let span = Span::new(whole.start, whole.start + 1);
            self.error(Code::MissingField, span, format!("field `{name}` is missing"), help);
        }
    }

    /// A text field that must be there, with its place; `known` are the fields that may stand beside it.
    pub fn required_text(
        &mut self,
        members: &[Member],
        known: &[&str],
        name: &str,
        whole: Span,
    ) -> Option<(String, Span)> {
        let Some(member) = field(members, name) else {
            self.missing(members, known, name, whole, format!("add `\"{name}\": …`"));
            return None;
        };
        Some((self.text(&member.value, name)?, member.value.span))
    }
}

/// Whether a document holds an Allow of everything for everybody, as RCPFullAWSAccess does.
fn allows_everything(document: &Document) -> bool {
    document.statements.iter().any(|statement| {
        let every = |clause: &Clause<ResourcePattern>| {
            !clause.negated && clause.entries.iter().any(|entry| entry.value == ResourcePattern::Every)
        };
        let actions = &statement.actions;
        statement.effect == Effect::Allow
            && statement.conditions.is_empty()
            && !actions.negated
            && actions.entries.iter().any(|entry| matches!(entry.value.kind(), ActionPatternKind::Every))
            && statement.resources.as_ref().is_none_or(every)
    })
}

/// The member of a name.
pub fn field<'m>(members: &'m [Member], name: &str) -> Option<&'m Member> {
    members.iter().find(|member| member.key.value == name)
}
