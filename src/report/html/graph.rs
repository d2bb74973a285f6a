//! A sequence of requests, drawn: who calls, down the page, and what each request changes.
//!
//! In: the steps of a trace. Out: an SVG of 340 units, as wide as a phone; colours come from the page's style. Every text is escaped.

use std::fmt::Write as _;

use crate::escalation::Step;
use crate::report::html::article::visible;

/// The width of the drawing, and of its columns.
const WIDTH: usize = 340;
const RAIL: f64 = 20.0;
const RADIUS: f64 = 11.0;
const TEXT: f64 = 42.0;
const LINE: f64 = 16.0;

/// Draws a trace.
pub(super) fn graph(steps: &[Step]) -> String {
    let mut drawing = Drawing { out: String::new(), y: 1.0, rail: 1.0 };
    let home = steps.first().and_then(|step| step.caller.account()).map(str::to_owned);
    let mut last: Option<&str> = None;
    for (index, step) in steps.iter().enumerate() {
        let caller = step.caller.arn.as_str();
        if last != Some(caller) {
            let held = if index == 0 { ", held at the start" } else { "" };
            let kind = format!("{}{held}", step.caller.kind);
            drawing.caller(&short(caller, home.as_deref()), &kind, index > 0);
            last = Some(caller);
        }
        let next = steps.get(index + 1).map(|own| own.caller.arn.as_str());
        let changes_hands = next.is_some_and(|next| next != caller);
        drawing.request(index + 1, step, home.as_deref(), next.is_none(), changes_hands);
    }
    let height = (drawing.y + 2.0).round();
    let count = steps.len();
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" role=\"img\" \
         aria-label=\"{count} requests that lead to the goal, in order; each is described in the list that follows\">\n{}</svg>",
        drawing.out
    )
}

struct Drawing {
    out: String,
    y: f64,
    rail: f64,
}

impl Drawing {
    fn caller(&mut self, name: &str, kind: &str, comes_from: bool) {
        if comes_from {
            let y = self.y;
            self.path("edge", &format!("M54 {}v16", y - 12.0));
            self.path("head", &format!("M54 {}l-4 -7h8z", y + 6.0));
            self.y += 6.0;
        }
        let rows: Vec<(String, &str)> = wrap(name, 43)
            .into_iter()
            .map(|row| (row, "b"))
            .chain(wrap(kind, 43).into_iter().map(|row| (row, "s")))
            .collect();
        let height = LINE * rows.len() as f64 + 12.0;
        let y = self.y;
        let _ = writeln!(
            self.out,
            "<rect class=\"who\" x=\"1\" y=\"{y}\" width=\"{}\" height=\"{height}\" rx=\"3\"/>",
            WIDTH - 2
        );
        for (index, (row, class)) in rows.iter().enumerate() {
            self.text(12.0, y + 18.0 + LINE * index as f64, row, class);
        }
        self.y += height;
        self.rail = self.y;
    }

    fn request(&mut self, number: usize, step: &Step, home: Option<&str>, is_goal: bool, changes_hands: bool) {
        let goal = if is_goal { " goal" } else { "" };
        let center = self.y + 14.0 + RADIUS;
        self.path("edge", &format!("M{RAIL} {}V{}", self.rail, center - RADIUS));
        let action = wrap(step.request.action.as_str(), 40).into_iter().map(|row| (row, format!("b{goal}")));
        let resource = format!("on {}", short(&step.request.resource, home));
        let rows: Vec<_> = action.chain(wrap(&resource, 40).into_iter().map(|row| (row, "s".to_owned()))).collect();
        for (index, (row, class)) in rows.iter().enumerate() {
            self.text(TEXT, center + 4.0 + LINE * index as f64, row, class);
        }
        let top = center + 4.0 + LINE * (rows.len().saturating_sub(1)) as f64 + 10.0;
        let effect = match step.transition {
            Some(_) => short(&step.effect, home),
            None => "the goal: this request is allowed".to_owned(),
        };
        let changed = wrap(&effect, 37);
        let height = LINE * changed.len() as f64 + 12.0;
        let middle = top + height / 2.0;
        self.path(&format!("edge{goal}"), &format!("M{RAIL} {}V{middle}H35", center + RADIUS));
        self.path(&format!("head{goal}"), &format!("M42 {middle}l-7 -4v8z"));
        let _ = writeln!(self.out, "<circle class=\"{}\" cx=\"{RAIL}\" cy=\"{center}\" r=\"{RADIUS}\"/>", goal.trim());
        self.text(RAIL, center + 4.0, &number.to_string(), &format!("c{goal}"));
        let _ = writeln!(
            self.out,
            "<rect class=\"{}\" x=\"42\" y=\"{top}\" width=\"297\" height=\"{height}\"/>",
            goal.trim()
        );
        for (index, row) in changed.iter().enumerate() {
            self.text(54.0, top + 18.0 + LINE * index as f64, row, if is_goal { "b goal" } else { "" });
        }
        self.rail = middle;
        self.y = top + height + if changes_hands { 12.0 } else { 0.0 };
    }

    fn path(&mut self, class: &str, path: &str) {
        let _ = writeln!(self.out, "<path class=\"{class}\" d=\"{path}\"/>");
    }

    fn text(&mut self, x: f64, y: f64, text: &str, class: &str) {
        let text = visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(self.out, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{text}</text>");
    }
}

/// A text without the beginnings of ARNs of the account that it all happens in.
fn short(text: &str, home: Option<&str>) -> String {
    let Some(home) = home.filter(|home| !home.is_empty()) else { return text.to_owned() };
    let words = text.split(' ').map(|word| {
        let mut parts = word.splitn(6, ':');
        match (parts.next(), parts.nth(3), parts.next()) {
            (Some("arn"), Some(account), Some(rest)) if account == home => rest,
            _ => word,
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A text in rows of a width, broken between words, and a long word behind a sign.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut rows = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word = word;
        while let Some(row) = rows.last_mut() {
            let used = row.chars().count() + usize::from(!row.is_empty());
            let length = word.chars().count();
            if used + length <= width {
                if !row.is_empty() {
                    row.push(' ');
                }
                row.push_str(word);
                break;
            }
            if length <= width {
                rows.push(String::new());
                continue;
            }
            let room = width.saturating_sub(used);
            let fits: String = word.chars().take(room).collect();
            match fits.rfind(['/', ':', '-', '.', ',', '=', '_', '@']) {
                Some(at) => {
                    if !row.is_empty() {
                        row.push(' ');
                    }
                    let (head, tail) = word.split_at(at + 1);
                    row.push_str(head);
                    word = tail;
                    rows.push(String::new());
                }
                None if used > 0 => rows.push(String::new()),
                None => {
                    let (head, tail) = word.split_at(fits.len().max(1).min(word.len()));
                    row.push_str(head);
                    word = tail;
                    rows.push(String::new());
                }
            }
        }
    }
    rows.retain(|row| !row.is_empty());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_broken_between_words_and_behind_signs() {
        assert_eq!(wrap("role/a-very-long-name of it", 12), ["role/a-very-", "long-name of", "it"]);
        assert_eq!(wrap(&"x".repeat(10), 4), ["xxxx", "xxxx", "xx"]);
        assert_eq!(wrap("", 4), Vec::<String>::new());
        assert_eq!(wrap("ééééé", 2), ["éé", "éé", "é"]);
    }

    #[test]
    fn arns_of_the_account_are_short() {
        let text = "arn:aws:iam::111122223333:user/bob and arn:aws:s3:::b";
        assert_eq!(short(text, Some("111122223333")), "user/bob and arn:aws:s3:::b");
    }
}
