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
        let wanted = self.reachable(formula);
        let mut uses = vec![0_u32; wanted.len()];
        for (_, node) in self.nodes().zip(&wanted).filter_map(|(pair, wanted)| wanted.then_some(pair)) {
            for part in node.parts() {
                if let Some(count) = uses.get_mut(part.index()) {
                    *count = count.saturating_add(1);
                }
            }
        }
        let shared = |part: Formula| {
            let often = uses.get(part.index()).is_some_and(|count| *count > 1);
            often && matches!(self.node(part), Node::And(_) | Node::Or(_) | Node::Not(_))
        };
        let mut text = String::new();
        let mut closing = 0;
        for (bound, _) in self.nodes().take(uses.len()).filter(|(bound, _)| shared(*bound)) {
            write_to(&mut text, format_args!("(let (($n{} ", bound.index()));
            self.write_term(bound, &shared, &mut name, &mut text);
            text.push_str(")) ");
            closing += 1;
        }
        self.write_term(formula, &shared, &mut name, &mut text);
        text.extend(std::iter::repeat_n(')', closing));
        text
    }

    /// Writes the node of `top` in full, and of its shared parts the names. A stack of its own, since formulas may be
    /// deeper than the thread's.
    fn write_term(
        &self,
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
            if part != top && shared(part) {
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
