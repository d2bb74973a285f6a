//! One answer as a part of a page: what was asked, what was found, why, and on what it rests.
//!
//! In: verdicts, outcomes, findings and texts. Out: [`Article`]s, plain data that the template lays out. Characters that
//! are not seen, or that turn a line round, are written out here, wherever a text comes from.

use crate::diagnostic::Diagnostic;
use crate::escalation::{Attacker, Outcome, Step};
use crate::goal::Goal;
use crate::policy::Document;
use crate::report::escalation::{invariant_of, meaning as outcome_meaning};
use crate::report::html::graph::graph;
use crate::report::verdict::{attached, by, meaning, name, place_text, reason_lines, statement_of};
use crate::request::{Context, ContextValue};
use crate::scenario::{Caller, Layer, Scenario, Tags};
use crate::source::{Source, Span};
use crate::verdict::{Assumption, Counterexample, Place, Role, Verdict};
use crate::vocabulary::layer::LayerKind;

/// How many lines are shown around those that decide.
const AROUND: usize = 2;
/// How many lines of a statement are shown.
const LINES: usize = 60;
/// As much of a line as is shown.
const WIDTH: usize = 400;

/// One answer.
#[derive(Debug, Clone, Default)]
pub struct Article {
    /// The answer in a word: a verdict, a relation, a decision.
    pub word: String,
    /// What it is about.
    pub heading: String,
    /// What the answer means.
    pub meaning: String,
    /// What was asked.
    pub facts: Vec<Row>,
    /// The request that shows it.
    pub request: Vec<Row>,
    /// Why, layer by layer.
    pub layers: Vec<LayerView>,
    /// A sequence of requests, drawn.
    pub graph: Option<String>,
    /// Its requests.
    pub steps: Vec<StepView>,
    /// What stays so along every sequence: subjects with what may become so.
    pub invariant: Vec<(String, Vec<String>)>,
    /// What was taken for granted.
    pub assumptions: Vec<Row>,
    /// Remarks.
    pub notes: Vec<String>,
    /// The answer as text, where it is not laid out otherwise.
    pub text: Option<String>,
}

/// A label with values.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// The label.
    pub label: String,
    /// The values.
    pub values: Vec<String>,
}

impl Row {
    /// A row of texts that others wrote.
    pub fn texts(label: &str, values: impl IntoIterator<Item = String>) -> Self {
        let values = values.into_iter().map(|value| visible(&value)).collect();
        Self { label: visible(label), values }
    }
}

/// A layer of policies.
#[derive(Debug, Clone)]
pub struct LayerView {
    /// Its name.
    pub name: String,
    /// What it does: allows, denies, does not allow.
    pub effect: &'static str,
    /// Where, with the lines.
    pub excerpts: Vec<Excerpt>,
    /// What is said instead, where there are none.
    pub said: Option<String>,
}

/// Lines of a source.
#[derive(Debug, Clone)]
pub struct Excerpt {
    /// The place in words.
    pub caption: String,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line of a source.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its number.
    pub number: usize,
    /// Its text.
    pub text: String,
    /// Whether it decides.
    pub decides: bool,
}

/// A request of a sequence.
#[derive(Debug, Clone)]
pub struct StepView {
    /// Its number, action and whether it is the goal.
    pub heading: String,
    /// Everything about it.
    pub rows: Vec<Row>,
}

/// Characters that are not seen or that turn a line round, written out; line ends and tabs stay.
pub fn visible(text: &str) -> String {
    let hidden = |c: char| {
        matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' | '\u{061c}' | '\u{feff}')
            || c.is_control() && !matches!(c, '\t' | '\n')
    };
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if hidden(c) {
            shown.push_str(&format!("‹U+{:04X}›", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A verdict.
pub fn verdict_article(verdict: &Verdict, goal: &Goal, scenario: &Scenario) -> Article {
    let mut facts = goal_rows(goal);
    facts.push(Row::texts("By", [by(&scenario.principal)]));
    facts.extend(under(scenario));
    if verdict.unknown.is_some() {
        let mut reasons = String::new();
        verdict.unknown.iter().for_each(|why| reason_lines(&mut reasons, why));
        let text: Vec<&str> = reasons.split_whitespace().collect();
        facts.push(Row::texts("Why unknown", [text.join(" ")]));
    }
    Article {
        word: verdict.answer.as_str().to_owned(),
        meaning: meaning(verdict).to_owned(),
        facts,
        request: verdict.counterexample.as_ref().map(request_rows).unwrap_or_default(),
        layers: layers(verdict, scenario),
        assumptions: assumptions(&verdict.assumptions),
        notes: verdict.notes.iter().map(|note| visible(note)).collect(),
        ..Article::default()
    }
}

/// What sequences of requests come to.
pub fn outcome_article(outcome: &Outcome, goal: &Goal, attacker: &Attacker) -> Article {
    let mut facts = goal_rows(goal);
    facts.push(Row::texts("By", attacker.held.iter().cloned()));
    if let Some(account) = &attacker.outside {
        facts.push(Row::texts("With", [format!("the account {account}, which is not listed")]));
    }
    if let Some(reason) = &outcome.unknown {
        facts.push(Row::texts("Why unknown", [reason.clone()]));
    }
    let steps = outcome.trace.as_deref().unwrap_or_default();
    let own: Vec<Assumption> = outcome.assumptions.iter().filter(|own| own.name != "held").cloned().collect();
    let invariant = outcome.invariant.as_deref().map(invariant_of).unwrap_or_default();
    let shown =
        |(subject, all): (String, Vec<String>)| (visible(&subject), all.iter().map(|own| visible(own)).collect());
    Article {
        word: outcome.answer.as_str().to_owned(),
        meaning: outcome_meaning(outcome),
        facts,
        graph: (!steps.is_empty()).then(|| graph(steps)),
        steps: steps.iter().enumerate().map(|(index, step)| step_view(index + 1, steps.len(), step)).collect(),
        invariant: invariant.into_iter().map(shown).collect(),
        assumptions: assumptions(&own),
        ..Article::default()
    }
}

/// What lint found.
pub fn finding_article(finding: &Diagnostic) -> Article {
    let source = &finding.source;
    let position = finding.position();
    let place = format!("{}:{}:{}", source.name(), position.line, position.column);
    let excerpts = match finding.span {
        Some(span) => vec![excerpt(source, span, place.clone(), true)],
        None => Vec::new(),
    };
    let layer = LayerView { name: "source".to_owned(), effect: "is looked at", excerpts, said: None };
    Article {
        word: finding.code.as_str().to_owned(),
        heading: finding.message.clone(),
        facts: vec![Row::texts("Where", [place]), Row::texts("Help", [finding.help.clone()])],
        layers: if finding.span.is_some() { vec![layer] } else { Vec::new() },
        ..Article::default()
    }
}

/// An answer that is a text.
pub fn text_article(word: &str, text: &str) -> Article {
    Article { word: word.to_owned(), text: Some(visible(text)), ..Article::default() }
}

fn goal_rows(goal: &Goal) -> Vec<Row> {
    let mut requests: Vec<String> = goal.actions.iter().map(|own| own.value.as_str().to_owned()).collect();
    requests.extend(goal.except.iter().map(|own| format!("except {}", own.value.as_str())));
    if let Some(resource) = goal.written.get("resource").and_then(serde_json::Value::as_str) {
        requests.push(format!("on {resource}"));
    }
    if let Some(when) = goal.written.get("when") {
        requests.push(format!("when {when}"));
    }
    vec![Row::texts("Requests", requests)]
}

/// The documents of each layer.
fn under(scenario: &Scenario) -> Vec<Row> {
    let mut rows = Vec::new();
    for kind in LayerKind::ALL {
        let is_any = match kind {
            LayerKind::Scp => scenario.scps.is_any(),
            LayerKind::Rcp => scenario.rcps.is_any(),
            _ => scenario.layer(kind).is_some_and(Layer::is_any),
        };
        let mut names: Vec<String> = attached(scenario, kind).into_iter().map(name).collect();
        if is_any {
            names.push("any".to_owned());
        }
        if !names.is_empty() {
            rows.push(Row::texts(&format!("Under {}", kind.as_str()), names));
        }
    }
    rows
}

fn request_rows(found: &Counterexample) -> Vec<Row> {
    let mut rows = vec![
        Row::texts("Action", [found.request.action.as_str().to_owned()]),
        Row::texts("Resource", [found.request.resource.clone()]),
        caller_row(&found.caller),
    ];
    if found.caller.account() != Some(found.resource_account.as_str()) && !found.resource_account.is_empty() {
        rows.push(Row::texts("Resource's account", [found.resource_account.clone()]));
    }
    rows.extend(context_row(&found.request.context));
    rows
}

fn caller_row(caller: &Caller) -> Row {
    let mut values = vec![format!("{} ({})", caller.arn, caller.kind)];
    if let Tags::Exact(tags) = &caller.tags {
        values.extend(tags.iter().map(|(key, value)| format!("tagged {} = {value}", key.as_str())));
    }
    values.extend(caller.issuer.iter().map(|issuer| format!("issued by {issuer}")));
    Row::texts("Caller", values)
}

fn context_row(context: &Context) -> Option<Row> {
    let values: Vec<String> = context
        .iter()
        .map(|(key, value)| {
            let value = match value {
                ContextValue::Single(text) => text.clone(),
                ContextValue::List(values) => format!("[{}]", values.join(", ")),
                ContextValue::Ambiguous(values) => format!("one of [{}]", values.join(", ")),
            };
            format!("{key} = {value}")
        })
        .collect();
    (!values.is_empty()).then(|| Row::texts("Context", values))
}

fn layers(verdict: &Verdict, scenario: &Scenario) -> Vec<LayerView> {
    let mut views = Vec::new();
    if let Some(found) = &verdict.counterexample {
        for kind in LayerKind::ALL {
            let places: Vec<&Place> = found.trace.iter().filter(|place| place.layer == kind).collect();
            let assumed = found.assumed.contains(&kind) || places.iter().any(|place| place.line.is_none());
            let effect = match (places.iter().any(|place| place.effect == Some("Deny")), assumed) {
                _ if places.is_empty() && !assumed => continue,
                (true, _) => "denies",
                (false, true) => "not known",
                (false, false) => "allows",
            };
            let said = assumed.then(|| "It is not known, and assumed to grant this request.".to_owned());
            views.push(layer(kind, effect, &places, scenario, said));
        }
    }
    for role in [Role::Denies, Role::DoesNotAllow] {
        for kind in LayerKind::ALL {
            let entries = verdict.core.iter().flatten().filter(|own| own.role == role && own.place.layer == kind);
            let places: Vec<&Place> = entries.map(|own| &own.place).collect();
            if places.is_empty() {
                continue;
            }
            let effect = if role == Role::Denies { "denies" } else { "does not allow" };
            let nothing = places.iter().all(|place| place.file.is_empty());
            let said = nothing.then(|| "None is attached, so it allows nothing.".to_owned());
            views.push(layer(kind, effect, &places, scenario, said));
        }
    }
    views
}

fn layer(
    kind: LayerKind,
    effect: &'static str,
    places: &[&Place],
    scenario: &Scenario,
    said: Option<String>,
) -> LayerView {
    let documents: Vec<&Document> = attached(scenario, kind);
    let mut excerpts = Vec::new();
    for place in places.iter().filter(|place| !place.file.is_empty() && !place.file.starts_with('<')) {
        let caption = place_text(place);
        match statement_of(place, &documents) {
            Some((source, span)) => excerpts.push(excerpt(&source, span, caption, true)),
            None => {
                let document = documents.iter().find(|own| own.source.name() == place.file);
                match document {
                    Some(own) => excerpts.push(excerpt(&own.source, own.span, caption, false)),
                    None => excerpts.push(Excerpt { caption: visible(&caption), lines: Vec::new() }),
                }
            }
        }
    }
    LayerView { name: kind.as_str().to_owned(), effect, excerpts, said }
}

/// The lines of a part of a source with some around them, their common indentation taken off.
fn excerpt(source: &Source, span: Span, caption: String, decides: bool) -> Excerpt {
    let (first, last) = (source.line_of(span.start), source.line_of(span.end).max(source.line_of(span.start)));
    let from = first.saturating_sub(AROUND).max(source.first_line());
    let to = (last + AROUND).min(from + LINES);
    let mut lines: Vec<(usize, &str)> = (from..=to).map(|number| (number, source.line(number))).collect();
    while lines.last().is_some_and(|(number, text)| *number > last && text.trim().is_empty()) {
        lines.pop();
    }
    // A whole account, or a plan, may stand in one line: what is meant begins further on.
    let long = lines.iter().any(|(_, text)| text.len() > WIDTH);
    if long {
        lines = vec![(first, source.slice(span))];
    }
    let indentation = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let cut = lines.iter().filter(|(_, text)| !text.trim().is_empty()).map(|(_, text)| indentation(text)).min();
    let shown = |(number, text): (usize, &str)| {
        let text: String = text.get(cut.unwrap_or(0)..).unwrap_or_default().chars().take(WIDTH).collect();
        Line { number, text: visible(&text), decides: decides && (first..=last).contains(&number) }
    };
    Excerpt { caption: visible(&caption), lines: lines.into_iter().map(shown).collect() }
}

fn assumptions(all: &[Assumption]) -> Vec<Row> {
    let row = |own: &Assumption| {
        let otherwise = match own.flips {
            Some(true) => "≠ another verdict",
            Some(false) => "= the same verdict",
            None => "– not asked",
        };
        Row::texts(&own.name, [own.value.clone(), otherwise.to_owned()])
    };
    all.iter().map(row).collect()
}

fn step_view(number: usize, count: usize, step: &Step) -> StepView {
    let goal = if number == count && count > 1 { " — the goal" } else { "" };
    let heading = format!("Request {number} of {count}: {}{goal}", step.request.action.as_str());
    let mut rows = vec![Row::texts("On", [step.request.resource.clone()])];
    rows.extend(context_row(&step.request.context));
    rows.push(caller_row(&step.caller));
    rows.extend(step.command.iter().map(|command| Row::texts("Command", [command.clone()])));
    if step.transition.is_some() {
        rows.push(Row::texts("Change", [step.effect.clone()]));
    }
    rows.push(Row::texts("Stop with", [step.stopped_by().to_string()]));
    let place = |place: &Place| match &place.policy {
        Some(title) if place.file.starts_with('<') => format!("{}: {title}", place.layer),
        _ => format!("{}: {}", place.layer, place_text(place)),
    };
    if !step.trace.is_empty() {
        rows.push(Row::texts("Allowed by", step.trace.iter().map(place)));
    }
    for (checked, places) in &step.checks {
        let values = [format!("{} on {}", checked.action, checked.resource)];
        rows.push(Row::texts("Checked", values.into_iter().chain(places.iter().map(place))));
    }
    StepView { heading: visible(&heading), rows }
}
