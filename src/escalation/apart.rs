//! Which names a caller's documents tell apart: what holds of one name holds of every other that they do not.
//!
//! In: documents. Out: for a resource's ARN, or a policy's that a request names, a mark; two names with the same mark are
//! the same to each statement, so that a guard is asked of one of them. None where a document may look at names in a way
//! that is not followed here: variables, other operators, short ARNs.

use crate::policy::condition::{ArnPattern, Values};
use crate::policy::operator::{Base, Comparison};
use crate::policy::{Document, Statement};
use crate::symbolic::language::Glob;
use crate::vocabulary::pattern::{Pattern, Reading};
use crate::vocabulary::resource::ResourcePattern;

/// Keys whose values are ARNs of policies.
const KEYS: [&str; 2] = ["iam:policyarn", "iam:permissionsboundary"];

/// What documents look at of names.
#[derive(Debug)]
pub(super) struct Apart {
    resources: Option<Vec<Glob>>,
    policies: Option<Vec<Glob>>,
}

impl Apart {
    pub(super) fn of(documents: &[&Document]) -> Self {
        let statements: Vec<&Statement> = documents.iter().flat_map(|document| document.statements.iter()).collect();
        let clauses = statements.iter().flat_map(|own| &own.resources).flat_map(|clause| &clause.entries);
        let patterns = clauses.filter_map(|entry| match &entry.value {
            ResourcePattern::Every => None,
            ResourcePattern::Arn(pattern) => Some(plain(pattern)),
        });
        Self { resources: patterns.collect(), policies: policies(&statements) }
    }

    /// The mark of a resource: who owns it and of which kind it is, and which patterns it matches.
    pub(super) fn resource(&self, arn: &str) -> Option<String> {
        let (front, rest) = arn.split_once('/')?;
        // What the law may treat apart by its path.
        (!rest.starts_with("aws-")).then_some(())?;
        Some(format!("{front}|{}", mark(self.resources.as_ref()?, arn)))
    }

    /// Whether the values of a key are ARNs of policies.
    pub(super) fn is_of_policies(key: &str) -> bool {
        KEYS.contains(&key)
    }

    /// The mark of a policy's ARN as a value of a context key.
    pub(super) fn policy(&self, key: &str, arn: &str) -> Option<String> {
        Self::is_of_policies(key).then(|| self.policies.as_ref().map(|patterns| mark(patterns, arn))).flatten()
    }
}

fn mark(patterns: &[Glob], text: &str) -> String {
    patterns.iter().map(|pattern| if pattern.contains(text) { '1' } else { '0' }).collect()
}

/// A pattern without variables.
fn plain(pattern: &Pattern) -> Option<Glob> {
    if pattern.variables().next().is_some() { None } else { Glob::from_glyphs(pattern.glyphs()) }
}

/// The patterns that conditions hold ARNs of policies against. Both have as many colons as an ARN, so that part stands
/// against part.
fn policies(statements: &[&Statement]) -> Option<Vec<Glob>> {
    let conditions = statements.iter().flat_map(|own| &own.conditions);
    if conditions.clone().any(|own| patterns_of(&own.values).iter().any(|pattern| asks_for_policies(pattern))) {
        return None;
    }
    let mut found = Vec::new();
    for condition in conditions.filter(|own| KEYS.contains(&own.key.value.folded())) {
        let read = Reading { wildcards: true, variables: false };
        match (&condition.operator.value.base, &condition.values) {
            (Base::Compare { comparison: Comparison::StringEqualsIgnoreCase, .. }, _) => return None,
            (_, Values::Text(texts)) => {
                for text in texts {
                    found.push(plain(&text.value)?);
                }
            }
            (_, Values::Arn(arns)) => {
                for arn in arns {
                    let ArnPattern::Parts(parts) = &arn.value else { return None };
                    (parts.iter().all(|part| part.variables().next().is_none())).then_some(())?;
                    let text = parts.iter().map(Pattern::as_str).collect::<Vec<_>>().join(":");
                    found.push(Glob::from_glyphs(Pattern::read(&text, read).ok()?.glyphs())?);
                }
            }
            // Whether the key is there.
            (_, Values::Absent(_)) => {}
            _ => return None,
        }
    }
    Some(found)
}

/// The patterns of a condition's values.
fn patterns_of(values: &Values) -> Vec<&Pattern> {
    match values {
        Values::Text(texts) => texts.iter().map(|text| &text.value).collect(),
        Values::Arn(arns) => arns
            .iter()
            .flat_map(|arn| match &arn.value {
                ArnPattern::Parts(parts) => parts.iter().collect(),
                ArnPattern::Short(_) => Vec::new(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a pattern has the ARN of a policy for a variable.
fn asks_for_policies(pattern: &Pattern) -> bool {
    pattern.variables().any(|variable| KEYS.contains(&variable.key.folded()))
}
