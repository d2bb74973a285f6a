//! What lint finds as entries.

use crate::diagnostic::{Diagnostic, Severity};
use crate::report::diagnostic;
use crate::report::entry::{Entry, Rule, Spot, Standing, parted};
use crate::report::html::article::finding_article;

/// The findings of documents, one each.
pub fn of_findings(findings: &[Diagnostic]) -> Vec<Entry> {
    findings.iter().map(of_finding).collect()
}

fn of_finding(finding: &Diagnostic) -> Entry {
    let source = &finding.source;
    let (file, part) = parted(source.name());
    let end = finding.span.map(|span| source.position(span.end));
    let spot = Spot { file, part, start: finding.position(), end, says: finding.help.clone() };
    let standing = match finding.code.severity() {
        Severity::Error => Standing::Failed,
        Severity::Warning => Standing::Warned,
    };
    Entry {
        group: source.name().to_owned(),
        title: finding.code.as_str().to_owned(),
        standing,
        rule: Rule { id: finding.code.as_str(), means: finding.code.explanation() },
        message: finding.message.clone(),
        spots: vec![spot],
        told: diagnostic::text(finding, false),
        time: None,
        article: finding_article(finding),
        sources: vec![source.clone()],
    }
}
