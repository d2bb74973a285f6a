//! Statements that might as well not be there.
//!
//! In: the statements of a document. Out: findings about those that never apply, that Denies of the document shadow, or
//! that other statements make redundant; and the statements that are none of these.
//! Soundness: a statement never applies iff the formula of it alone granting is unsatisfiable; it is shadowed iff that
//! of it and the Denies is; it is redundant iff that of it granting and the others of its effect not granting is. Each is
//! asked of any request, so that nothing rests on the catalogue. A Deny is asked about as if it granted: what it denies
//! is what counts, because other documents may allow it.

use crate::diagnostic::Code;
use crate::finding::Examiner;
use crate::policy::{Effect, Statement};
use crate::query::reach::ReachError;

impl Examiner<'_> {
    /// Looks at every statement; those that do something by themselves.
    pub(super) fn statements(&mut self) -> Result<Vec<Statement>, ReachError> {
        let mut effective = Vec::new();
        for statement in self.document.statements.iter() {
            if excludes(statement) {
                effective.push(statement.clone());
                continue;
            }
            let what = format!("whether the statement of line {} ever applies", self.line(statement));
            if self.is_nothing(vec![granting(statement)], Vec::new(), &what)? {
                let effect = statement.effect.as_str();
                let message =
                    format!("this {effect} never applies: proved that no request meets all of its conditions");
                let help = "look for conditions that contradict each other or the principal, or take the statement out";
                self.warn(Code::StatementNeverApplies, statement.span, message, help);
            } else {
                effective.push(statement.clone());
            }
        }
        if self.empty(&effective)? {
            return Ok(Vec::new());
        }
        let denies: Vec<Statement> = effective.iter().filter(|own| own.effect == Effect::Deny).cloned().collect();
        let mut kept = Vec::new();
        for statement in effective {
            if statement.effect == Effect::Deny || denies.is_empty() || !self.is_shadowed(&statement, &denies)? {
                kept.push(statement);
            }
        }
        self.redundant(kept)
    }

    /// Reports an Allow of which the Denies leave nothing.
    fn is_shadowed(&mut self, statement: &Statement, denies: &[Statement]) -> Result<bool, ReachError> {
        let with = |denies: &[Statement]| [std::slice::from_ref(statement), denies].concat();
        let what = format!("whether Denies leave anything of the Allow of line {}", self.line(statement));
        if !self.is_nothing(with(denies), Vec::new(), &what)? {
            return Ok(false);
        }
        let mut by = String::from("Denies of this document together");
        for deny in denies {
            if self.is_nothing(with(std::slice::from_ref(deny)), Vec::new(), &what)? {
                by = format!("the Deny of line {}", self.line(deny));
                break;
            }
        }
        let message = format!("this Allow grants nothing: proved that {by} denies all that it allows");
        let message = if by.starts_with("Denies") { message.replace("denies all", "deny all") } else { message };
        self.warn(Code::AllowShadowed, statement.span, message, "narrow the Deny, or take the Allow out");
        Ok(true)
    }

    /// Reports statements without which the document says the same, the last ones first: all of them can go together.
    fn redundant(&mut self, mut statements: Vec<Statement>) -> Result<Vec<Statement>, ReachError> {
        for place in (0..statements.len()).rev() {
            let Some(statement) = statements.get(place).cloned() else { continue };
            let alike = |own: &&Statement| own.effect == statement.effect && own.index != statement.index;
            let others: Vec<Statement> = statements.iter().filter(alike).cloned().collect();
            if others.is_empty() || excludes(&statement) {
                continue;
            }
            let what = format!("whether the statement of line {} is redundant", self.line(&statement));
            if !self.adds_nothing(&statement, &others, &statements, &what)? {
                continue;
            }
            let mut by = None;
            for other in &others {
                if self.adds_nothing(&statement, std::slice::from_ref(other), &statements, &what)? {
                    by = Some(other.clone());
                    break;
                }
            }
            let (verb, effect) = match statement.effect {
                Effect::Allow => ("allows", "Allow"),
                Effect::Deny => ("denies", "Deny"),
            };
            let message = match &by {
                Some(other) => format!(
                    "this {effect} is redundant: proved that the statement of line {} {verb} all that it {verb}",
                    self.line(other)
                ),
                None => format!("this {effect} is redundant: proved that others {verb} together all that it {verb}")
                    .replace("others allows", "others allow")
                    .replace("others denies", "others deny"),
            };
            self.warn(Code::StatementRedundant, statement.span, message, "take it out: the document means the same");
            statements.remove(place);
        }
        Ok(statements)
    }

    /// Whether a statement grants, or denies, nothing that others do not.
    fn adds_nothing(
        &mut self,
        statement: &Statement,
        others: &[Statement],
        all: &[Statement],
        what: &str,
    ) -> Result<bool, ReachError> {
        let (new, old) = match statement.effect {
            Effect::Allow => {
                let denies: Vec<Statement> = all.iter().filter(|own| own.effect == Effect::Deny).cloned().collect();
                ([std::slice::from_ref(statement), denies.as_slice()].concat(), [others, denies.as_slice()].concat())
            }
            Effect::Deny => (vec![granting(statement)], others.iter().map(granting).collect()),
        };
        self.is_nothing(new, old, what)
    }
}

/// The statement, asked about as if it granted.
fn granting(statement: &Statement) -> Statement {
    Statement { effect: Effect::Allow, ..statement.clone() }
}

/// Whether a statement names whom it does not mean: only a Deny may, so that it is not asked about.
fn excludes(statement: &Statement) -> bool {
    statement.principal.as_ref().is_some_and(|clause| clause.negated)
}
