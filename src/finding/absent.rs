//! Allows that a request meets by leaving a key out.
//!
//! In: the Allows of a document. Out: findings about negated operators and `ForAllValues`, which an absent key satisfies
//! (S3.1.2, S3.2), with a request that is granted without the key.
//! Soundness: the request was found with the key required to be absent, and replayed; where no such request exists, as
//! for keys that every request carries (S11.4), nothing is said.

use crate::diagnostic::{Code, quoted};
use crate::finding::{Examiner, Requests, words};
use crate::policy::{Base, Condition, Effect, Operator, Qualifier, Statement, Values};
use crate::query::reach::ReachError;
use crate::source::Spanned;
use crate::verdict::comparison::Difference;

/// Keys that are as good as there: a request without tag keys gives no tag, which is what all of none says, and the
/// owner of a resource is left out for a few actions only.
const MEANT: [&str; 2] = ["aws:tagkeys", "aws:resourceaccount"];

impl Examiner<'_> {
    /// Looks at the Allows among the statements.
    pub(super) fn absent(&mut self, effective: &[Statement]) -> Result<(), ReachError> {
        let denies = self.of(Effect::Deny);
        for statement in effective.iter().filter(|own| own.effect == Effect::Allow) {
            for condition in &statement.conditions {
                let operator = condition.operator.value;
                let all = operator.qualifier == Some(Qualifier::ForAllValues);
                // Whoever writes IfExists has thought of the absent key.
                let open = all || (operator.qualifier.is_none() && operator.is_negated());
                let guarded = statement
                    .conditions
                    .iter()
                    .any(|own| matches!(own.operator.value.base, Base::Null) && own.key.value == condition.key.value);
                let meant = MEANT.contains(&condition.key.value.folded());
                if !open || operator.if_exists || guarded || meant {
                    continue;
                }
                let without = Statement {
                    conditions: [&statement.conditions[..], &[absent(condition)]].concat(),
                    ..statement.clone()
                };
                let new = [&[without], denies.as_slice()].concat();
                let key = quoted(condition.key.value.as_str());
                match self.gained(new, Vec::new(), Requests::Real)? {
                    Some(Difference::Request(found)) => {
                        let request = words(&found);
                        let (code, message) = match all {
                            true => (
                                Code::SetOperatorOpen,
                                format!("`ForAllValues` holds without {key}: {request} is allowed without it"),
                            ),
                            false => (
                                Code::OpenWithoutKey,
                                format!("`{operator}` holds without {key}: {request} is allowed without it"),
                            ),
                        };
                        let help = format!(
                            "add `\"Null\": {{\"{}\": \"false\"}}` if the key must be there, or `IfExists` to say that it \
                             need not be",
                            condition.key.value.as_str()
                        );
                        let help =
                            if all { help.replace(", or `IfExists` to say that it need not be", "") } else { help };
                        self.warn(code, condition.key.span, message, help);
                    }
                    Some(Difference::Nothing) => {}
                    Some(Difference::Unknown(_) | Difference::NotAsked) | None => {
                        let what = format!("whether the Allow of line {} is open without {key}", self.line(statement));
                        self.found.unknown.push(what);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The condition that the key of another one is absent.
fn absent(condition: &Condition) -> Condition {
    let operator = Operator { qualifier: None, base: Base::Null, if_exists: false };
    Condition {
        operator: Spanned::new(operator, condition.operator.span),
        values: Values::Absent(vec![Spanned::new(true, condition.span)]),
        ..condition.clone()
    }
}
