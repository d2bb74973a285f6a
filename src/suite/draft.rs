//! A first suite for policy files.
//!
//! In: documents, each with its kind, and where the suite will be kept. Out: its text: a scenario for each document, and
//! what is asserted of it, commented for somebody who has never seen one. Trusted for: every assertion that is not
//! commented out was asked, by way of the text itself, and holds.

use std::path::Path;

use crate::diagnostic::Refusal;
use crate::input;
use crate::policy::{self, Document, DocumentKind, Effect};
use crate::source::Source;
use crate::suite::written::{key, text, texts};
use crate::suite::{self, Standing, ask};
use crate::vocabulary::action::ActionPatternKind;

/// A document to be tested.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its path, as the suite is to name it.
    pub path: String,
    /// What it is for.
    pub kind: DocumentKind,
}

/// What a suite is best begun with: requests that few policies are meant to allow, and why. Roles and keys are left out:
/// without their own policies nobody gets at them (S7.1, S7.2), and that would say nothing of the document.
const DANGERS: [(&str, &[&str], &str); 6] = [
    (
        "makes no credentials",
        &["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"],
        "whoever makes keys of others acts as them",
    ),
    (
        "changes no policies",
        &["iam:Put*Policy", "iam:Attach*Policy", "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"],
        "whoever changes policies grants themselves the rest",
    ),
    ("takes no boundary off", &["iam:*PermissionsBoundary"], "a boundary that can be taken off binds nobody"),
    ("passes no role", &["iam:PassRole"], "what runs with a role has its permissions"),
    ("reads no secrets", &["secretsmanager:GetSecretValue"], "secrets open other doors"),
    (
        "stops no trail",
        &["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"],
        "somebody will want to know what happened",
    ),
];

/// Services whose resources strangers may be let into.
const SHARED: [&str; 4] = ["s3:*", "sqs:*", "sns:*", "secretsmanager:*"];

/// The name under which a policy that allows everything is to be saved.
const FULL: &str = "full-access.json";

/// What makes an assertion hold whatever policies resources have.
const WHATEVER: &str = "assume = { resource-policy = \"any\" }\n";

/// A scenario with what may be asserted of it.
struct Drafted {
    name: String,
    about: String,
    /// Keys with their values, as they are written.
    keys: Vec<(&'static str, String)>,
    candidates: Vec<Candidate>,
    /// Whether it limits: then what holds whatever resource policies say is asserted so.
    is_fence: bool,
    /// The policy that it stands beside: without it a list of Denies leaves nothing, and every assertion holds.
    beside: Option<&'static str>,
}

/// An assertion that may hold.
struct Candidate {
    name: String,
    /// `unreachable` or `only`.
    claim: &'static str,
    actions: Vec<String>,
    reason: String,
}

/// The text of a suite for documents; it is kept at `at`, from where it names them.
///
/// # Errors
/// Everything that is wrong with the documents.
pub fn draft(files: &[Given], at: &Path, dialect: &str) -> Result<String, Refusal> {
    let mut drafts: Vec<Drafted> = Vec::new();
    let mut documents = Vec::new();
    for given in files {
        let path = at.parent().unwrap_or(Path::new("")).join(&given.path);
        let (document, _) = policy::parse(&input::read_file(&path)?, given.kind)?;
        let name = fresh(&given.path, &drafts);
        drafts.push(drafted(name, given, &document));
        documents.push((given, document));
    }
    drafts.extend(together(&documents, &drafts));
    let mut out = format!("{HEAD}dialect = {}\n", text(dialect));
    for drafted in &drafts {
        out.push('\n');
        out.push_str(&written(drafted, at, dialect)?);
    }
    Ok(out)
}

const HEAD: &str = "\
# What must hold of these policies. `ringfence check` asks every assertion, of every request that there may be, and shows a
# request, replayed, where one does not hold; `ringfence check --mutants` shows what nothing here would notice.
# Files are named from the directory of this one. What was written for you holds today; what does not is commented out.

";

/// A name for a scenario that no other has: that of the file.
fn fresh(path: &str, drafts: &[Drafted]) -> String {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
    let clean: String = stem
        .chars()
        .map(|letter| if letter.is_alphanumeric() || "-_".contains(letter) { letter } else { '-' })
        .collect();
    let name = if clean.is_empty() { "policy".to_owned() } else { clean };
    let taken = |name: &str| drafts.iter().any(|own| own.name == name);
    let mut numbered = (2..).map(|number| format!("{name}-{number}"));
    if taken(&name) { numbered.find(|own| !taken(own)).unwrap_or(name) } else { name }
}

fn drafted(name: String, given: &Given, document: &Document) -> Drafted {
    let file = text(&given.path);
    let beside = match given.kind {
        DocumentKind::Scp if denies_only(document) => Some("FullAWSAccess"),
        DocumentKind::Rcp => Some("RCPFullAWSAccess"),
        _ => None,
    };
    let level = if beside.is_some() { format!("[[{}, {file}]]", text(FULL)) } else { file.clone() };
    let (about, keys): (&str, Vec<(&'static str, String)>) = match given.kind {
        DocumentKind::Identity => ("Whoever has this identity policy and no other.", vec![("identity", file)]),
        DocumentKind::Boundary => (
            "Whoever has this permissions boundary, whatever their other policies allow. What says `assume` holds whatever\n\
             # policies resources have; the rest, where they have none.",
            vec![("boundary", file)],
        ),
        DocumentKind::Session => ("Any session that was made with this policy.", vec![("session-policy", file)]),
        DocumentKind::Scp => ("Whoever is under this service control policy.", vec![("scp-level", level)]),
        DocumentKind::Rcp => (
            "Strangers, at resources under this resource control policy that let everybody in.",
            vec![("principal", text("outside")), ("resource-policy", text("any")), ("rcp-level", level)],
        ),
        DocumentKind::Resource | DocumentKind::Trust => (
            "Strangers: whoever is of another account, or of none.",
            vec![("principal", text("outside")), ("resource-policy", file)],
        ),
        DocumentKind::Endpoint => {
            ("Whoever calls through this endpoint.", vec![("identity", text("any")), ("endpoint-policy", file)])
        }
    };
    let candidates = match given.kind {
        DocumentKind::Resource | DocumentKind::Trust => vec![Candidate {
            name: format!("{name}: lets no stranger in"),
            claim: "unreachable",
            actions: vec!["*".to_owned()],
            reason: "it is for principals of the account only".to_owned(),
        }],
        DocumentKind::Rcp => SHARED
            .iter()
            .map(|action| Candidate {
                name: format!("{name}: keeps strangers from {action}"),
                claim: "unreachable",
                actions: vec![(*action).to_owned()],
                reason: "a resource policy may be wrong".to_owned(),
            })
            .collect(),
        _ => dangers(&name, &[document]),
    };
    let is_fence = matches!(given.kind, DocumentKind::Boundary | DocumentKind::Session | DocumentKind::Scp);
    Drafted { name, about: about.to_owned(), keys, candidates, is_fence, beside }
}

/// Whether a document is a list of Denies.
fn denies_only(document: &Document) -> bool {
    document.statements.iter().all(|statement| statement.effect == Effect::Deny)
}

/// What few policies are meant to allow, and nothing but the services that the documents name.
fn dangers(name: &str, documents: &[&Document]) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = DANGERS
        .iter()
        .map(|(does, actions, reason)| Candidate {
            name: format!("{name}: {does}"),
            claim: "unreachable",
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            reason: (*reason).to_owned(),
        })
        .collect();
    if let Some(services) = services(documents) {
        candidates.push(Candidate {
            name: format!("{name}: does nothing else"),
            claim: "only",
            actions: services,
            reason: "these are the services that it is for".to_owned(),
        });
    }
    candidates
}

/// Every action of each service that Allows name; none where one allows more than it names.
fn services(documents: &[&Document]) -> Option<Vec<String>> {
    let mut services: Vec<String> = Vec::new();
    let statements = documents.iter().flat_map(|document| document.statements.iter());
    for statement in statements.filter(|statement| statement.effect == Effect::Allow) {
        for entry in &statement.actions.entries {
            match entry.value.kind() {
                ActionPatternKind::Of { prefix, .. } if !statement.actions.negated => {
                    services.push(format!("{prefix}:*"));
                }
                _ => return None,
            }
        }
    }
    services.sort();
    services.dedup();
    (!services.is_empty()).then_some(services)
}

/// Identity policies under the one boundary that is given with them.
fn together(documents: &[(&Given, Document)], drafts: &[Drafted]) -> Option<Drafted> {
    let of = |kind| documents.iter().filter(move |(given, _)| given.kind == kind);
    let identity: Vec<String> = of(DocumentKind::Identity).map(|(given, _)| given.path.clone()).collect();
    let (mut boundaries, own) = (of(DocumentKind::Boundary), of(DocumentKind::Identity).map(|(_, own)| own));
    let (Some((boundary, _)), None, false) = (boundaries.next(), boundaries.next(), identity.is_empty()) else {
        return None;
    };
    let name = fresh("together", drafts);
    Some(Drafted {
        candidates: dangers(&name, &own.collect::<Vec<_>>()),
        name,
        about: "Whoever has the identity policies under the boundary.".to_owned(),
        keys: vec![("identity", texts(&identity)), ("boundary", text(&boundary.path))],
        is_fence: true,
        beside: None,
    })
}

/// A scenario with its assertions: those that hold, then the others as comments.
fn written(drafted: &Drafted, at: &Path, dialect: &str) -> Result<String, Refusal> {
    let mut out = format!("# {}\n[scenario.{}]\n", drafted.about, key(&drafted.name));
    for (name, value) in &drafted.keys {
        out.push_str(&format!("{name} = {value}\n"));
    }
    if drafted.keys.iter().all(|(name, _)| *name != "principal") {
        out.push_str("# principal = \"arn:aws:iam::111122223333:user/alice\"      # without it, anybody who can have the policy\n");
    }
    if let Some(beside) = drafted.beside {
        let mut all = format!(
            "# {}\n# AWS attaches it beside {beside}: save that as {FULL}, and take the comments away.\n",
            drafted.about
        );
        let own = out.lines().skip(1).map(|line| format!("{line}\n"));
        commented(&mut all, &own.collect::<String>());
        for candidate in &drafted.candidates {
            commented(&mut all, &format!("\n{}", candidate.toml(&drafted.name, candidate.claim)));
        }
        return Ok(all);
    }
    let scenario = out.clone();
    let mut first_open = None;
    let (mut holding, mut open) = (String::new(), String::new());
    for candidate in &drafted.candidates {
        let assertion = candidate.toml(&drafted.name, candidate.claim);
        let asked = |assertion: &str| standing(&format!("dialect = {}\n{scenario}\n{assertion}", text(dialect)), at);
        let stronger = format!("{assertion}{WHATEVER}");
        if drafted.is_fence && asked(&stronger)? == Some(Standing::Passed) {
            holding.push_str(&format!("\n{stronger}"));
            continue;
        }
        match asked(&assertion)? {
            Some(Standing::Passed) => holding.push_str(&format!("\n{assertion}")),
            Some(Standing::Failed) => {
                first_open.get_or_insert(candidate);
                open.push_str("\n# Some of it can be done today:\n");
                commented(&mut open, &assertion);
            }
            Some(Standing::Unknown) => {
                open.push_str("\n# This could not be decided; `ringfence check` says why:\n");
                commented(&mut open, &assertion);
            }
            // The dialect has no such requests.
            None => {}
        }
    }
    // A scenario about which nothing is asserted is refused.
    if let (true, Some(candidate)) = (holding.is_empty(), first_open) {
        let known =
            Candidate { name: format!("{}: allows something", drafted.name), claim: "reachable", ..candidate.same() };
        let known =
            if candidate.claim == "only" { Candidate { actions: vec!["*".to_owned()], ..known } } else { known };
        let assertion = Candidate { reason: "so it is today".to_owned(), ..known }.toml(&drafted.name, "reachable");
        if standing(&format!("dialect = {}\n{scenario}\n{assertion}", text(dialect)), at)? == Some(Standing::Passed) {
            holding.push_str(&format!("\n{assertion}"));
        }
    }
    if holding.is_empty() {
        let mut all = String::from("# Nothing that is usually asserted could be decided of this one.\n");
        commented(&mut all, &out);
        return Ok(all);
    }
    out.push_str(&holding);
    out.push_str(&open);
    Ok(out)
}

fn commented(out: &mut String, lines: &str) {
    for line in lines.lines() {
        out.push_str(if line.is_empty() { "#" } else { "# " });
        out.push_str(line);
        out.push('\n');
    }
}

/// What an assertion comes to; none of one that cannot be asked.
fn standing(suite: &str, at: &Path) -> Result<Option<Standing>, Refusal> {
    let source = Source::new(at.display().to_string(), suite);
    let (suite, _) = suite::read(&source, at)?;
    let Some(assertion) = suite.assertions.first() else { return Ok(None) };
    let Some(check) = assertion.checks.first() else { return Ok(None) };
    let answered = ask(assertion, check, false);
    Ok(answered.ok().filter(|own| !own.is_vacuous()).map(|own| own.stands(&assertion.claim)))
}

impl Candidate {
    fn same(&self) -> Self {
        let Self { name, claim, actions, reason } = self;
        Self { name: name.clone(), claim, actions: actions.clone(), reason: reason.clone() }
    }

    fn toml(&self, scenario: &str, claim: &str) -> String {
        format!(
            "[[assert]]\nname = {}\nscenario = {}\n{claim} = {}\nreason = {}\n",
            text(&self.name),
            text(scenario),
            texts(&self.actions),
            text(&self.reason)
        )
    }
}
