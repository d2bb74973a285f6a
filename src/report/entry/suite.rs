//! Checks of suites as entries.

use std::time::Duration;

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::entry::verdict::{message, request, rule, spots};
use crate::report::entry::{
    DECISION, ESCALATES, Entry, GAINED, REFUSED, RELATION, Rule, Spot, Standing, UNKNOWN, escalation, spot,
};
use crate::report::html::article::{Article, Row, outcome_article, text_article, verdict_article};
use crate::report::suite::{report, title, told};
use crate::source::Position;
use crate::suite::{Answered, Assertion, Check, Claim, Suite, What};
use crate::verdict::Answer;

/// A check that was asked.
pub fn of_check(
    suite: &Suite,
    assertion: &Assertion,
    check: &Check,
    answered: &Answered<'_>,
    time: Option<Duration>,
) -> Entry {
    use crate::suite::Standing as Stands;
    let standing = match (answered.stands(&assertion.claim), assertion.severity) {
        (Stands::Passed, _) => Standing::Held,
        (Stands::Failed, Severity::Error) => Standing::Failed,
        (Stands::Failed, Severity::Warning) => Standing::Warned,
        (Stands::Unknown, _) => Standing::Unknown,
    };
    let name = title(assertion, check);
    let mut found = vec![own(suite, assertion)];
    let (rule, said, article) = said(assertion, check, answered, &mut found);
    let mut article = Article { heading: name.clone(), ..article };
    let line = suite.source.line_of(assertion.span.start);
    let expected = format!("expected {}, found {}", assertion.claim.expected(), answered.words());
    article.facts.insert(0, Row::texts("Asserted", [format!("{}:{line}", suite.source.name()), expected.clone()]));
    if let Some(reason) = &assertion.reason {
        article.facts.insert(1, Row::texts("Because", [reason.clone()]));
    }
    let message = match said {
        Some(said) => format!("{name}: {expected}: {said}"),
        None => format!("{name}: {expected}"),
    };
    Entry {
        group: suite.source.name().to_owned(),
        title: name,
        standing,
        rule,
        message,
        spots: found,
        told: told(suite, assertion, check, answered),
        time,
        article,
        sources: sources(suite, check, answered),
    }
}

/// What kind of finding it is, what is said of it, where, and as a part of a page.
fn said(
    assertion: &Assertion,
    check: &Check,
    answered: &Answered<'_>,
    found: &mut Vec<Spot>,
) -> (Rule, Option<String>, Article) {
    let text = || text_article(answered.word(), &report(assertion, check, answered));
    match (answered, &assertion.claim) {
        (Answered::Reach(verdict, scenario), Claim::Reach { goal, .. }) => {
            found.extend(spots(verdict, scenario));
            let said = verdict.counterexample.as_ref().map(request);
            let said = said.or_else(|| (verdict.answer == Answer::Vacuous).then(|| message(verdict, &assertion.name)));
            (rule(verdict.answer), said, verdict_article(verdict, goal, scenario))
        }
        (Answered::Escalate(outcome, attacker), Claim::Escalate { goal, .. }) => {
            found.extend(escalation::spots(outcome));
            let rule = if outcome.answer == Answer::Reachable { ESCALATES } else { rule(outcome.answer) };
            let article = match check.setting.as_deref().map(|own| &own.what) {
                Some(What::Account(_)) => outcome_article(outcome, goal, attacker),
                _ => text(),
            };
            (rule, escalation::said(outcome), article)
        }
        (Answered::Compare(compared), Claim::Compare { pair, .. }) => {
            let documents = [&pair.old, &pair.new];
            let gained = compared.gained.request();
            found.extend(gained.iter().flat_map(|own| &own.trace).filter_map(|own| spot(own, &documents, "decides")));
            let rule = if gained.is_some() { GAINED } else { RELATION };
            (rule, gained.map(request), text())
        }
        (Answered::Decide(_), _) => (DECISION, None, text()),
        _ => (UNKNOWN, None, text()),
    }
}

/// A check that could not be asked, and why.
pub fn of_refused(suite: &Suite, assertion: &Assertion, check: &Check, why: &[Diagnostic]) -> Entry {
    let name = title(assertion, check);
    let reason = why.first().map(|own| own.message.clone()).unwrap_or_default();
    Entry {
        group: suite.source.name().to_owned(),
        standing: Standing::Refused,
        rule: REFUSED,
        message: format!("{name}: {reason}"),
        spots: vec![own(suite, assertion)],
        told: reason.clone(),
        time: None,
        article: Article { heading: name.clone(), ..text_article("unknown", &reason) },
        sources: vec![suite.source.clone()],
        title: name,
    }
}

/// Where the assertion stands.
fn own(suite: &Suite, assertion: &Assertion) -> Spot {
    let source = &suite.source;
    let start = source.position(assertion.span.start);
    let end = Position { line: start.line, column: start.column + source.slice(assertion.span).chars().count() };
    Spot { file: source.name().to_owned(), part: None, start, end: Some(end), says: "asserted".to_owned() }
}

fn sources(suite: &Suite, check: &Check, answered: &Answered<'_>) -> Vec<std::sync::Arc<crate::source::Source>> {
    let mut sources = vec![suite.source.clone()];
    match (answered, check.setting.as_deref().map(|own| &own.what)) {
        (_, Some(What::Deployed(own))) => sources.push(own.deployment.source.clone()),
        (Answered::Reach(_, scenario), _) => {
            sources.extend(scenario.documents().into_iter().map(|own| own.source.clone()));
        }
        (_, Some(What::Layers(scenario))) => {
            sources.extend(scenario.documents().into_iter().map(|own| own.source.clone()));
        }
        _ => {}
    }
    sources
}
