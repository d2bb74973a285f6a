//! The verdict for people: question, verdict, request or reasons with source lines, assumptions, limits, versions.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::goal::Goal;
use crate::policy::Document;
use crate::report::excerpt::{TEXT_WIDTH, context_lines, labelled, source_lines, wrapped};
use crate::report::verdict::{NOT_MODELLED, Timing};
use crate::report::versions;
use crate::scenario::{Layer, Principal, Scenario, Tags};
use crate::source::{Source, Span};
use crate::verdict::{Answer, Assumption, CoreEntry, Counterexample, Place, Role, Unknown, Verdict};
use crate::vocabulary::layer::LayerKind;

/// How many statements of one layer are shown.
const STATEMENTS: usize = 8;
/// How wide a source line is shown, besides its number.
const SOURCE_WIDTH: usize = TEXT_WIDTH - 12;

/// The report of `ringfence reach`: question, verdict, request or statements, assumptions, what is not modelled (S18), and
/// versions; without `timing` the same bytes for the same input.
pub fn text(verdict: &Verdict, goal: &Goal, scenario: &Scenario, timing: Option<Timing>) -> String {
    let mut out = body(verdict, goal, scenario, &verdict.assumptions);
    out.push('\n');
    limits(&mut out);
    wrapped(&mut out, "versions", &versions::text(scenario.dialect, verdict.engine));
    if let Some(timing) = timing {
        time_line(&mut out, verdict.elapsed, timing);
    }
    out
}

/// What is not modelled of a request.
pub(in crate::report) fn limits(out: &mut String) {
    wrapped(out, "limits", &format!("not modelled: {}", NOT_MODELLED.join("; ")));
}

/// The report without what is the same in each: limits and versions. Of the assumptions those that are given.
pub fn body(verdict: &Verdict, goal: &Goal, scenario: &Scenario, assumptions: &[Assumption]) -> String {
    let mut out = String::new();
    question(&mut out, goal, scenario);
    out.push('\n');
    labelled(&mut out, "verdict", verdict.answer.as_str());
    wrapped(&mut out, "", meaning(verdict));
    verdict.unknown.iter().for_each(|why| reason_lines(&mut out, why));
    if let Some(found) = &verdict.counterexample {
        counterexample(&mut out, found, scenario);
    }
    if let Some(core) = verdict.core.as_ref().filter(|core| !core.is_empty()) {
        reasons(&mut out, core, scenario);
    }
    assumption_lines(&mut out, assumptions);
    if !verdict.notes.is_empty() {
        out.push('\n');
        verdict.notes.iter().for_each(|note| wrapped(&mut out, "note", note));
    }
    out
}

/// Why an answer is unknown.
pub(in crate::report) fn reason_lines(out: &mut String, why: &Unknown) {
    match why {
        Unknown::Gave(reason) => wrapped(out, "reason", reason),
        Unknown::Depends(readings) => {
            for (index, (reading, answer)) in readings.iter().enumerate() {
                let label = if index == 0 { "readings" } else { "" };
                labelled(out, label, &format!("{reading}: {}", answer.as_str()));
            }
        }
    }
}

/// How long it took.
pub(in crate::report) fn time_line(out: &mut String, query: Duration, Timing { setup, parse }: Timing) {
    let [query, setup, parse] = [query, setup, parse].map(|time| time.as_secs_f64() * 1e3);
    labelled(out, "time", &format!("{query:.1} ms, set-up {setup:.1} ms, reading {parse:.1} ms"));
}

/// The requests that a goal means, in one line.
pub(in crate::report) fn goal_title(goal: &Goal) -> String {
    let mut lines = String::new();
    goal_lines(&mut lines, goal);
    let words: Vec<&str> = lines.split_whitespace().skip(1).collect();
    words.join(" ")
}

/// The requests that a goal means.
pub(in crate::report) fn goal_lines(out: &mut String, goal: &Goal) {
    let texts = |patterns: Vec<&str>| patterns.join(", ");
    wrapped(out, "requests", &texts(goal.actions.iter().map(|action| action.value.as_str()).collect()));
    if !goal.except.is_empty() {
        let except = texts(goal.except.iter().map(|action| action.value.as_str()).collect());
        wrapped(out, "", &format!("except {except}"));
    }
    if let Some(resource) = goal.written.get("resource").and_then(Value::as_str) {
        labelled(out, "", &format!("on {resource}"));
    }
    if let Some(when) = goal.written.get("when") {
        wrapped(out, "", &format!("when {when}"));
    }
}

fn question(out: &mut String, goal: &Goal, scenario: &Scenario) {
    labelled(out, "question", "can any of these requests be allowed?");
    goal_lines(out, goal);
    labelled(out, "by", &by(&scenario.principal));
    if let Principal::RoleSessions { tags, .. } = &scenario.principal {
        for (key, value) in tags {
            labelled(out, "", &format!("tagged {} = {value}, or as the session says", key.as_str()));
        }
    }
    let mut label = "under";
    for kind in LayerKind::ALL {
        let attached = match kind {
            LayerKind::Scp => describe(&scenario.scps, |levels| levels.iter().flatten().collect()),
            LayerKind::Rcp => describe(&scenario.rcps, |levels| levels.iter().flatten().collect()),
            _ => scenario.layer(kind).and_then(|layer| describe(layer, |documents| documents.iter().collect())),
        };
        if let Some(attached) = attached {
            labelled(out, label, &format!("{:<9} {attached}", kind.as_str()));
            label = "";
        }
    }
    if label == "under" {
        labelled(out, label, "no policy at all");
    }
}

/// Who is asked about.
pub(in crate::report) fn by(principal: &Principal) -> String {
    match principal {
        Principal::Caller(caller) => {
            let tags = match caller.tags {
                Tags::Exact(_) => "",
                Tags::AtLeast(_) => ", tags of the role or its own",
                Tags::Open => ", any tags",
            };
            format!("{} ({}{tags})", caller.arn, caller.kind)
        }
        Principal::Users { pattern, tags: None } => format!("{pattern} (users, any tags)"),
        Principal::Users { pattern, .. } => format!("{pattern} (users)"),
        Principal::RoleSessions { role, .. } => format!("{role} (every session of the role, any tags)"),
        Principal::Any => "any principal".to_owned(),
        Principal::Root => "the root user".to_owned(),
        Principal::Outside => "anyone outside the account".to_owned(),
    }
}

/// What a layer holds; none if it is not attached.
fn describe<T>(layer: &Layer<T>, documents: impl FnOnce(&T) -> Vec<&Document>) -> Option<String> {
    match layer {
        Layer::None => None,
        Layer::Any => Some("any".to_owned()),
        Layer::Given(given) => {
            let mut names: Vec<String> = documents(given).into_iter().map(name).collect();
            let more = names.len().saturating_sub(STATEMENTS);
            names.truncate(STATEMENTS);
            if more > 0 {
                names.push(format!("{more} more"));
            }
            (!names.is_empty()).then(|| names.join(", "))
        }
    }
}

/// What a document is called.
pub(in crate::report) fn name(document: &Document) -> String {
    if let Some(title) = &document.title {
        return title.to_string();
    }
    match document.pointer.as_str() {
        "" => document.source.name().to_owned(),
        pointer => format!("{}#{pointer}", document.source.name()),
    }
}

/// What the answer means, in a sentence.
pub(in crate::report) fn meaning(verdict: &Verdict) -> &'static str {
    match (verdict.answer, &verdict.unknown) {
        (Answer::Unreachable, _) => "No such request is allowed.",
        (Answer::Reachable, _) => "The request below is allowed; the evaluator replayed it.",
        (Answer::Vacuous, _) => "No such request can be made at all, whatever the policies say.",
        (Answer::Unknown, Some(Unknown::Depends(_))) => "The readings of the law disagree.",
        (Answer::Unknown, _) => "It could not be decided.",
    }
}

/// Who sends a request, and what is sent; `label` says which it is.
pub(in crate::report) fn request_lines(out: &mut String, label: &str, found: &Counterexample) {
    out.push('\n');
    let unlisted = if found.listed { "" } else { " (the catalogue does not list this action)" };
    labelled(out, label, &format!("{}{unlisted}", found.request.action.as_str()));
    labelled(out, "", &format!("on {}", found.request.resource));
    context_lines(out, &found.request.context);
    labelled(out, "caller", &format!("{} ({})", found.caller.arn, found.caller.kind));
    if let Tags::Exact(tags) = &found.caller.tags {
        tags.iter().for_each(|(key, value)| labelled(out, "", &format!("tagged {} = {value}", key.as_str())));
    }
    if let Some(issuer) = &found.caller.issuer {
        labelled(out, "", &format!("issued by {issuer}"));
    }
    if found.caller.account() != Some(found.resource_account.as_str()) && !found.resource_account.is_empty() {
        labelled(out, "owner", &found.resource_account);
    }
}

fn counterexample(out: &mut String, found: &Counterexample, scenario: &Scenario) {
    request_lines(out, "request", found);
    for kind in LayerKind::ALL {
        let places: Vec<_> = found.trace.iter().filter(|place| place.layer == kind).collect();
        let assumed = found.assumed.contains(&kind) || places.iter().any(|place| place.line.is_none());
        if places.is_empty() && !assumed {
            continue;
        }
        out.push('\n');
        match (places.iter().any(|place| place.effect == Some("Deny")), assumed) {
            (true, _) => labelled(out, kind.as_str(), "denies"),
            (false, true) => labelled(out, kind.as_str(), "not known; assumed to grant this request"),
            (false, false) => labelled(out, kind.as_str(), "allows"),
        }
        statement_lines(out, &places, &attached(scenario, kind));
    }
}

fn reasons(out: &mut String, core: &[CoreEntry], scenario: &Scenario) {
    for role in [Role::Denies, Role::DoesNotAllow] {
        for kind in LayerKind::ALL {
            let entries = core.iter().filter(|entry| entry.role == role && entry.place.layer == kind);
            let places: Vec<_> = entries.map(|entry| &entry.place).collect();
            if places.is_empty() {
                continue;
            }
            out.push('\n');
            let what = match role {
                Role::Denies => "denies",
                Role::DoesNotAllow if places.iter().all(|place| place.file.is_empty()) => {
                    "none attached, so it allows nothing"
                }
                Role::DoesNotAllow => "does not allow",
            };
            labelled(out, kind.as_str(), what);
            statement_lines(out, &places, &attached(scenario, kind));
        }
    }
}

/// The documents of a layer.
pub(in crate::report) fn attached(scenario: &Scenario, kind: LayerKind) -> Vec<&Document> {
    match kind {
        LayerKind::Scp => scenario.scps.given().into_iter().flatten().flatten().collect(),
        LayerKind::Rcp => scenario.rcps.given().into_iter().flatten().flatten().collect(),
        kind => scenario.layer(kind).and_then(Layer::given).into_iter().flatten().collect(),
    }
}

/// Where statements of some documents stand, with their source lines.
pub(in crate::report) fn statement_lines(out: &mut String, places: &[&Place], documents: &[&Document]) {
    for place in places.iter().take(STATEMENTS) {
        // A layer that is not attached has no file; its heading says all.
        if place.file.is_empty() {
            continue;
        }
        let _ = writeln!(out, "  {}", place_text(place));
        if let Some((source, span)) = statement_of(place, documents) {
            source_lines(out, &source, span, SOURCE_WIDTH);
        }
    }
    if places.len() > STATEMENTS {
        let _ = writeln!(out, "  and {} more", places.len() - STATEMENTS);
    }
}

/// File, line, statement and policy of a place.
pub(in crate::report) fn place_text(place: &Place) -> String {
    let sid = place.sid.as_ref().filter(|sid| !sid.is_empty()).map(|sid| format!(" `{sid}`")).unwrap_or_default();
    let effect = place.effect.map(|effect| format!(": {effect}{sid}")).unwrap_or_default();
    let line = place.line.map(|line| format!(":{line}")).unwrap_or_default();
    let policy = place.policy.as_ref().map(|policy| format!(" ({policy})")).unwrap_or_default();
    format!("{}{line}{effect}{policy}", place.file)
}

/// The statement that a place names.
pub(in crate::report) fn statement_of(place: &Place, documents: &[&Document]) -> Option<(Arc<Source>, Span)> {
    place.effect?;
    let of_file = documents.iter().filter(|document| document.source.name() == place.file);
    of_file
        .flat_map(|document| document.statements.iter().map(move |statement| (document, statement)))
        .find(|(document, statement)| {
            let at =
                (!document.pointer.is_empty()).then(|| format!("{}/Statement/{}", document.pointer, statement.index));
            at == place.at
                && Some(document.source.line_of(statement.span.start)) == place.line
                && Some(statement.effect.as_str()) == place.effect
                && statement.sid == place.sid
        })
        .map(|(document, statement)| (Arc::clone(&document.source), statement.span))
}

/// What was taken for granted.
pub(in crate::report) fn assumption_lines(out: &mut String, assumptions: &[Assumption]) {
    if assumptions.is_empty() {
        return;
    }
    out.push('\n');
    let width = |of: fn(&Assumption) -> &str| assumptions.iter().map(|a| of(a).chars().count()).max().unwrap_or(0);
    let (names, values) = (width(|assumption| &assumption.name), width(|assumption| &assumption.value));
    for (index, Assumption { name, value, flips }) in assumptions.iter().enumerate() {
        let flips = match flips {
            Some(true) => "otherwise the verdict is another",
            Some(false) => "otherwise the verdict is the same",
            None => "",
        };
        let text = format!("{name:<names$}  {value:<values$}  {flips}");
        labelled(out, if index == 0 { "assumed" } else { "" }, text.trim_end());
    }
}
