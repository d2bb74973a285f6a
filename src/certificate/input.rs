//! Copies of what a question was asked about.
//!
//! In: a scenario, a goal, options. Out: files, and from these the same question again. Scripts are made from the
//! copies only, so that whoever has the certificate has all that it rests on.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::certificate::CertificateError;
use crate::certificate::comparison::Compared;
use crate::diagnostic::{Findings, Refusal};
use crate::goal::Goal;
use crate::input;
use crate::json;
use crate::policy::Document;
use crate::query::reach::Options;
use crate::scenario::{self, Layer, Principal, ResourceAccount, Scenario, Stored, Tags};
use crate::source::Source;
use crate::vocabulary::caller::CallerKind;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::ruling::{NotPrincipal, ResourceStar, Rulings, UserBoundary};

/// The folder of the copies.
pub(super) const FOLDER: &str = "inputs";
const SCENARIO: &str = "scenario.json";
pub(super) const QUESTION: &str = "question.json";

/// The rulings' words, the default first.
const USER_BOUNDARY: [(&str, UserBoundary); 2] = [("bypass", UserBoundary::Bypass), ("enforce", UserBoundary::Enforce)];
const NOT_PRINCIPAL: [(&str, NotPrincipal); 2] = [("strict", NotPrincipal::Strict), ("lenient", NotPrincipal::Lenient)];
const RESOURCE_STAR: [(&str, ResourceStar); 2] =
    [("documented", ResourceStar::Documented), ("segmented", ResourceStar::Segmented)];

/// One copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Copy {
    /// Its name in the folder.
    pub(super) file: String,
    /// What it is a copy of.
    pub(super) source: String,
    pub(super) text: String,
}

/// What was asked.
pub(super) enum Question {
    /// Whether a request is allowed.
    Reach(Box<Reach>),
    /// Whether one document grants what another does not.
    Compare(Box<Compared>),
}

impl Question {
    /// The dialect of its documents.
    pub(super) fn dialect(&self) -> &'static Dialect {
        match self {
            Self::Reach(reach) => reach.scenario.dialect,
            Self::Compare(compared) => compared.pair.dialect,
        }
    }
}

/// A question about one scenario, as it is asked.
pub(super) struct Reach {
    pub(super) scenario: Scenario,
    pub(super) goal: Goal,
    pub(super) any_request: bool,
}

/// The copies of a question.
///
/// # Errors
/// The question cannot be written as files.
pub(super) fn copies(scenario: &Scenario, goal: &Goal, options: &Options) -> Result<Vec<Copy>, CertificateError> {
    let unwritable = |what: &str| CertificateError::Unwritable(what.to_owned());
    if goal.within.is_some() || !goal.without.is_empty() {
        return Err(unwritable("a goal with places of its own"));
    }
    if scenario.stored != Stored::AsCalled {
        return Err(unwritable("a caller whom policies know under another name"));
    }
    let mut copies = Vec::new();
    let mut object = Map::new();
    let principal = principal(&scenario.principal).ok_or_else(|| unwritable("a role with tags from a listing"))?;
    object.insert("principal".to_owned(), principal);
    object.insert("dialect".to_owned(), json!(scenario.dialect.name()));
    for (name, own) in [
        ("identityPolicies", &scenario.identity),
        ("permissionsBoundary", &scenario.boundary),
        ("sessionPolicies", &scenario.session),
        ("resourcePolicy", &scenario.resource),
        ("endpointPolicy", &scenario.endpoint),
    ] {
        let value = layer(own, |documents| of_documents(documents, &mut copies));
        object.insert(name.to_owned(), value);
    }
    for (name, levels) in [("scps", &scenario.scps), ("rcps", &scenario.rcps)] {
        let value =
            layer(levels, |levels| levels.iter().map(|documents| of_documents(documents, &mut copies)).collect());
        object.insert(name.to_owned(), value);
    }
    match &scenario.resource_account {
        ResourceAccount::SameAsCaller => {}
        ResourceAccount::Id(id) => drop(object.insert("resourceAccount".to_owned(), json!(id))),
        ResourceAccount::Any => drop(object.insert("resourceAccount".to_owned(), json!("any"))),
    }
    let question = [("goal", goal.written.clone()), ("anyRequest", json!(options.any_request))];
    copies.push(Copy::made(SCENARIO, "the scenario", object));
    copies.push(Copy::made(QUESTION, "goal and options", question.into_iter().chain(rulings_json(scenario.rulings))));
    Ok(copies)
}

impl Copy {
    /// A file that is no copy of another one.
    pub(super) fn made<K: Into<String>>(
        file: &str,
        source: &str,
        members: impl IntoIterator<Item = (K, Value)>,
    ) -> Self {
        let object: Map<String, Value> = members.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Self { file: file.to_owned(), source: source.to_owned(), text: pretty(&Value::Object(object)) }
    }
}

/// The readings that are fixed.
pub(super) fn rulings_json(rulings: Rulings) -> [(&'static str, Value); 3] {
    [
        ("userBoundary", json!(rulings.user_boundary.map(|own| word(own, USER_BOUNDARY)))),
        ("notPrincipal", json!(rulings.not_principal.map(|own| word(own, NOT_PRINCIPAL)))),
        ("resourceStar", json!(rulings.resource_star.map(|own| word(own, RESOURCE_STAR)))),
    ]
}

fn rulings(question: &Value) -> Rulings {
    let own = |name: &str| question.get(name).and_then(Value::as_str);
    Rulings {
        user_boundary: own("userBoundary").and_then(|word| ruling(word, USER_BOUNDARY)),
        not_principal: own("notPrincipal").and_then(|word| ruling(word, NOT_PRINCIPAL)),
        resource_star: own("resourceStar").and_then(|word| ruling(word, RESOURCE_STAR)),
    }
}

/// The question that the copies in a certificate's folder ask.
///
/// # Errors
/// What is wrong with them.
pub(super) fn read(directory: &Path) -> Result<Question, CertificateError> {
    let folder = directory.join(FOLDER);
    let source = input::read_file(&folder.join(QUESTION))?;
    let plain: Value = serde_json::from_str(source.text()).map_err(|error| refused(&error.to_string()))?;
    let any_request = plain.get("anyRequest").and_then(Value::as_bool).ok_or_else(|| refused("no `anyRequest`"))?;
    let rulings = rulings(&plain);
    if plain.get("compare").is_some() {
        return Ok(Question::Compare(Box::new(Compared::read(&folder, &plain, rulings, any_request)?)));
    }
    let path = folder.join(SCENARIO);
    let (scenario, _) = scenario::read(&input::read_file(&path)?, &path, None, false)?;
    let goal = plain.get("goal").ok_or_else(|| refused("there is no goal"))?;
    let goal = read_goal(&Source::new(source.name(), goal.to_string()))?;
    Ok(Question::Reach(Box::new(Reach { scenario: Scenario { rulings, ..scenario }, goal, any_request })))
}

/// The question is none.
pub(super) fn refused(what: &str) -> CertificateError {
    CertificateError::Refused { file: format!("{FOLDER}/{QUESTION}"), reason: what.to_owned() }
}

fn read_goal(source: &Arc<Source>) -> Result<Goal, Refusal> {
    let mut findings = Findings::default();
    let goal = json::read(source, &mut findings).and_then(|json| Goal::read(&json, source, &mut findings));
    findings.finish(goal).map(|(goal, _)| goal)
}

fn word<T: PartialEq>(own: T, words: [(&'static str, T); 2]) -> Option<&'static str> {
    words.into_iter().find(|(_, other)| *other == own).map(|(word, _)| word)
}

fn ruling<T>(word: &str, words: [(&'static str, T); 2]) -> Option<T> {
    words.into_iter().find(|(own, _)| *own == word).map(|(_, own)| own)
}

/// As a scenario takes it; none for what only listings say.
fn principal(principal: &Principal) -> Option<Value> {
    Some(match principal {
        Principal::Any => json!("any"),
        Principal::Root => json!("root"),
        Principal::Outside => json!("outside"),
        Principal::Users { pattern, tags: None } => json!(pattern),
        Principal::RoleSessions { role, tags, closed: false } if tags.is_empty() => json!(role),
        Principal::Users { .. } | Principal::RoleSessions { .. } => return None,
        Principal::Caller(caller) => match (&caller.tags, caller.kind) {
            (_, CallerKind::Anonymous) => json!("anonymous"),
            (_, CallerKind::Service) => json!(format!("service:{}", caller.arn)),
            (Tags::Open, _) => json!(caller.arn),
            // A listing's words for a session's tags have no form in a scenario.
            (Tags::AtLeast(_), _) => return None,
            (Tags::Exact(tags), kind) => {
                let tags: Map<String, Value> =
                    tags.iter().map(|(key, value)| (key.as_str().to_owned(), json!(value))).collect();
                json!({ "arn": caller.arn, "type": kind.as_str(), "tags": tags, "issuer": caller.issuer })
            }
        },
    })
}

fn layer<T>(layer: &Layer<T>, given: impl FnOnce(&T) -> Value) -> Value {
    match layer {
        Layer::None => Value::Null,
        Layer::Any => json!("any"),
        Layer::Given(own) => given(own),
    }
}

fn of_documents(documents: &[Document], copies: &mut Vec<Copy>) -> Value {
    documents.iter().map(|document| json!({ "file": of_document(document, copies) })).collect()
}

/// Copies a document; the name of its file.
pub(super) fn of_document(document: &Document, copies: &mut Vec<Copy>) -> String {
    // A file is copied whole, so that its lines keep their numbers.
    let whole = document.pointer.is_empty();
    let source = &document.source;
    let text = if whole { source.text() } else { source.slice(document.span) };
    let name = Path::new(source.name()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let stem: String = name.trim_end_matches(".json").chars().filter(|c| plain(*c)).collect();
    let own = Copy {
        file: format!("{:02}-{}.json", copies.len() + 1, if whole && !stem.is_empty() { &stem } else { "document" }),
        source: match whole {
            true => name,
            false => format!("{name}:{}{}", source.line_of(document.span.start), document.pointer),
        },
        text: text.to_owned(),
    };
    let file = own.file.clone();
    copies.push(own);
    file
}

/// JSON for people, with a line end.
pub(super) fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
