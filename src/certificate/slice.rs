//! What slicing did to two documents, as a script: whatever the one grants and the other does not is a request of the
//! goal, and of that kind also of what is left of the documents.
//!
//! In: the documents as they are, and what is left of them. Out: a script that another solver must find unsatisfiable.
//! Actions are strings there. Whoever calls, resources and conditions are Booleans: equal texts hold of the same
//! requests, whatever the reading, and that is all that is said of them, except what [`Parts::principal`] says.

use std::collections::{BTreeMap, BTreeSet};

use crate::certificate::clause::name_pattern;
use crate::certificate::script::{Expected, Script};
use crate::certificate::term::{self, Inexpressible, any, comment};
use crate::policy::{Clause, Document, Effect, PrincipalClause, PrincipalEntry, Statement};
use crate::query::compare::{Slice, condition, principals, resource};
use crate::source::Spanned;
use crate::symbolic::law::comparison;
use crate::vocabulary::action::{ActionPattern, ActionPatternKind};
use crate::vocabulary::resource::ResourcePattern;

const FILE: &str = "slice.smt2";

/// The script about what is left of two documents; none: nothing.
pub(super) fn script([granting, other]: [&Document; 2], left: Option<&Slice>) -> Script {
    let about = match left {
        Some(_) => "what is gained is of the goal, and is gained from what is left of the documents there",
        None => "nothing is gained, whatever the parts of statements mean",
    };
    let lines = Parts::default().write([granting, other], left);
    Script::new(FILE.to_owned(), Expected::Unsat, about.to_owned(), "QF_SLIA", lines)
}

/// The parts of statements, each under a symbol.
#[derive(Default)]
struct Parts {
    lines: Vec<String>,
    actions: BTreeMap<String, String>,
    resources: BTreeMap<String, String>,
    conditions: BTreeMap<String, String>,
    principals: BTreeMap<String, String>,
    exempting: BTreeMap<BTreeSet<String>, String>,
}

impl Parts {
    fn write(mut self, [granting, other]: [&Document; 2], left: Option<&Slice>) -> Result<Vec<String>, Inexpressible> {
        let (_, law) = comparison();
        self.lines.push(law.to_owned());
        self.lines.push("; an action, in two parts and in lower case: names of actions ignore case".to_owned());
        self.lines.push("(declare-const service String)\n(declare-const name String)".to_owned());
        self.document("granting", granting)?;
        self.document("other", other)?;
        if let Some(left) = left {
            self.lines.push("; what is left".to_owned());
            self.document("left-granting", &left.granting)?;
            self.document("left-other", &left.other)?;
            self.lines.push(format!("; the goal: {}", comment(&left.goal.written.to_string())));
            let (inside, outside) = (self.patterns(&left.goal.actions)?, self.patterns(&left.goal.except)?);
            self.lines.push(format!("(define-fun goal () Bool (and {inside} (not {outside})))"));
        }
        self.exemptions();
        self.lines.push("; gained".to_owned());
        self.lines.push(format!("(assert {})", gained("")));
        if left.is_some() {
            self.lines.push("; and not of the goal, or not from what is left".to_owned());
            self.lines.push(format!("(assert (not (and goal {})))", gained("left-")));
        }
        Ok(self.lines)
    }

    /// Whether a document allows, and whether it denies.
    fn document(&mut self, name: &str, document: &Document) -> Result<(), Inexpressible> {
        let file = std::path::Path::new(document.source.name()).file_name().unwrap_or_default().to_string_lossy();
        for (effect, says) in [(Effect::Allow, "allows"), (Effect::Deny, "denies")] {
            let mut applying = Vec::new();
            for statement in document.statements.iter().filter(|own| own.effect == effect) {
                let term = self.statement(statement)?;
                let symbol = format!("{name}.{}", statement.index);
                let line = document.source.line_of(statement.span.start);
                let sid = statement.sid.as_ref().map_or_else(String::new, |sid| format!(" \"{sid}\""));
                self.lines.push(format!("; {}", comment(&format!("{} at {file}:{line}{sid}", effect.as_str()))));
                self.lines.push(format!("(define-fun {symbol} () Bool {term})"));
                applying.push(symbol);
            }
            self.lines.push(format!("(define-fun {name}-{says} () Bool {})", any(applying)));
        }
        Ok(())
    }

    /// That a statement applies.
    fn statement(&mut self, statement: &Statement) -> Result<String, Inexpressible> {
        let patterns = self.patterns(&statement.actions.entries)?;
        let mut all = vec![negated(statement.actions.negated, patterns)];
        all.extend(statement.resources.as_ref().map(|clause| self.resource(clause)));
        all.extend(statement.principal.as_ref().map(|clause| self.principal(clause)));
        for own in &statement.conditions {
            let text = condition(own);
            all.push(symbol(&mut self.conditions, &mut self.lines, "holds", text));
        }
        Ok(format!("(and {})", all.join(" ")))
    }

    /// That the action matches one of some patterns.
    fn patterns(&mut self, patterns: &[Spanned<ActionPattern>]) -> Result<String, Inexpressible> {
        let mut members = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            let ActionPatternKind::Of { prefix, .. } = pattern.value.kind() else {
                return Ok("true".to_owned());
            };
            let written = pattern.value.as_str().to_lowercase();
            if let Some(symbol) = self.actions.get(&written) {
                members.push(symbol.clone());
                continue;
            }
            let symbol = format!("action-{}", self.actions.len() + 1);
            let (service, name) = (term::string(prefix)?, name_pattern(&pattern.value)?);
            self.lines.push(format!("; {}", comment(&written)));
            self.lines.push(format!("(define-fun {symbol} () Bool (and (= service {service}) {name}))"));
            self.actions.insert(written, symbol.clone());
            members.push(symbol);
        }
        Ok(any(members))
    }

    /// That the resource is one of a clause's: `*` is every one.
    fn resource(&mut self, clause: &Clause<ResourcePattern>) -> String {
        let mut members = Vec::with_capacity(clause.entries.len());
        for entry in &clause.entries {
            members.push(match entry.value {
                ResourcePattern::Every => "true".to_owned(),
                ResourcePattern::Arn(_) => symbol(&mut self.resources, &mut self.lines, "on", resource(&entry.value)),
            });
        }
        negated(clause.negated, any(members))
    }

    /// That the caller is one of a clause's: `*` is everybody. Whom NotPrincipal exempts is not said entry by entry,
    /// only that a longer list exempts whomever a shorter one does.
    fn principal(&mut self, clause: &PrincipalClause) -> String {
        if clause.negated {
            let next = format!("exempt-{}", self.exempting.len() + 1);
            let symbol = self.exempting.entry(principals(clause)).or_insert_with(|| {
                self.lines.push(format!("(declare-const {next} Bool)"));
                next
            });
            return format!("(not {symbol})");
        }
        if clause.entries.iter().any(|entry| entry.value == PrincipalEntry::Everybody) {
            return "true".to_owned();
        }
        let own = principals(clause).into_iter();
        any(own.map(|entry| symbol(&mut self.principals, &mut self.lines, "by", entry)).collect())
    }

    fn exemptions(&mut self) {
        for (short, shorter) in &self.exempting {
            for (long, longer) in self.exempting.iter().filter(|(long, _)| short != *long && short.is_subset(long)) {
                self.lines.push(format!("; {} entries, and {} more", short.len(), long.len() - short.len()));
                self.lines.push(format!("(assert (=> {shorter} {longer}))"));
            }
        }
    }
}

fn symbol(known: &mut BTreeMap<String, String>, lines: &mut Vec<String>, kind: &str, text: String) -> String {
    if let Some(symbol) = known.get(&text) {
        return symbol.clone();
    }
    let symbol = format!("{kind}-{}", known.len() + 1);
    lines.push(format!("; {}", comment(&text)));
    lines.push(format!("(declare-const {symbol} Bool)"));
    known.insert(text, symbol.clone());
    symbol
}

fn negated(negated: bool, term: String) -> String {
    if negated { format!("(not {term})") } else { term }
}

/// That something is gained; what is impossible is impossible of the rest as well.
fn gained(front: &str) -> String {
    let inputs = ["granting-allows", "granting-denies", "other-allows", "other-denies"];
    let inputs: Vec<String> = inputs.into_iter().map(|input| format!("{front}{input}")).collect();
    format!("(gained {} false)", inputs.join(" "))
}
