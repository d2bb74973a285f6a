//! Formulas as SMT-LIB terms.
//!
//! In: a formula and names for its atoms. Out: the text of a term, in size linear in the formula's nodes. Trusted:
//! that a name is an SMT-LIB symbol and does not begin with `$`.

use std::fmt::Write as _;

use super::{Formula, Formulas, Node};

/// What is still to be written.
enum Piece {
    Part(Formula),
    Text(&'static str),
}

impl Formulas {
    /// The formula as an SMT-LIB term. Formulas that occur more than once get a `let` with a name `$…`, so `name`
    /// must give no such name.
    pub fn to_smt(&self, formula: Formula, mut name: impl FnMut(u32) -> String) -> String {
        let (shared, terms) = self.to_smt_terms(&[formula], &mut name);
        let mut text = String::new();
        for (bound, term) in &shared {
            write_to(&mut text, format_args!("(let (($n{} {term})) ", bound.index()));
        }
        terms.iter().for_each(|term| text.push_str(term));
        text.extend(std::iter::repeat_n(')', shared.len()));
        text
    }

    /// Formulas as SMT-LIB terms, and what occurs more than once in them: each under the name `$n` with its index, behind
    /// what it uses.
    pub fn to_smt_terms(
        &self,
        formulas: &[Formula],
        mut name: impl FnMut(u32) -> String,
    ) -> (Vec<(Formula, String)>, Vec<String>) {
        let length = formulas.iter().map(|formula| formula.index() + 1).max().unwrap_or(0);
        let mut wanted = vec![false; length];
        let mut uses = vec![0_u32; length];
        let mut add = |formula: &Formula| {
            if let Some(count) = uses.get_mut(formula.index()) {
                *count = count.saturating_add(1);
            }
        };
        let mut pending: Vec<Formula> = formulas.to_vec();
        pending.sort_unstable();
        pending.dedup();
        formulas.iter().for_each(&mut add);
        while let Some(formula) = pending.pop() {
            let Some(known) = wanted.get_mut(formula.index()).filter(|known| !**known) else { continue };
            *known = true;
            let parts = self.node(formula).parts();
            parts.iter().for_each(&mut add);
            pending.extend_from_slice(parts);
        }
        let shared = |part: Formula| {
            let often = uses.get(part.index()).is_some_and(|count| *count > 1);
            often && matches!(self.node(part), Node::And(_) | Node::Or(_) | Node::Not(_))
        };
        let mut definitions = Vec::new();
        for (bound, _) in self.nodes().take(length).filter(|(bound, _)| shared(*bound)) {
            let mut text = String::new();
            self.write_term(Some(bound), bound, &shared, &mut name, &mut text);
            definitions.push((bound, text));
        }
        let term = |formula: &Formula| {
            let mut text = String::new();
            self.write_term(None, *formula, &shared, &mut name, &mut text);
            text
        };
        let terms = formulas.iter().map(term).collect();
        (definitions, terms)
    }

    /// Writes a formula: of shared ones the names, but `full` in full. A stack of its own, since formulas may be deeper
    /// than the thread's.
    fn write_term(
        &self,
        full: Option<Formula>,
        top: Formula,
        shared: &impl Fn(Formula) -> bool,
        name: &mut impl FnMut(u32) -> String,
        text: &mut String,
    ) {
        let mut pending = vec![Piece::Part(top)];
        while let Some(piece) = pending.pop() {
            let part = match piece {
                Piece::Part(part) => part,
                Piece::Text(piece) => {
                    text.push_str(piece);
                    continue;
                }
            };
            if Some(part) != full && shared(part) {
                write_to(text, format_args!("$n{}", part.index()));
                continue;
            }
            let node = self.node(part);
            let opening = match node {
                Node::Constant(value) => {
                    write_to(text, format_args!("{value}"));
                    continue;
                }
                Node::Atom(number) => {
                    text.push_str(&name(*number));
                    continue;
                }
                Node::Not(_) => "(not",
                Node::And(_) => "(and",
                Node::Or(_) => "(or",
            };
            text.push_str(opening);
            pending.push(Piece::Text(")"));
            for inner in node.parts().iter().rev() {
                pending.push(Piece::Part(*inner));
                pending.push(Piece::Text(" "));
            }
        }
    }
}

fn write_to(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(arguments);
}
