//! What became of a certificate, as text and JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::certificate::recheck::{Rechecked, Status};

impl Rechecked {
    /// Whether a solver found against a script.
    pub fn is_refuted(&self) -> bool {
        self.scripts.iter().any(|script| script.status == Status::Refuted)
    }

    /// Whether a solver found for every script.
    pub fn is_confirmed(&self) -> bool {
        self.scripts.iter().all(|script| script.status == Status::Confirmed)
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for script in &self.scripts {
            let reason = match &script.status {
                Status::Unfinished(reason) => format!(" ({reason})"),
                Status::Confirmed | Status::Refuted => String::new(),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:<11}{}: {}{reason}", script.status.as_str(), script.file, script.about);
        }
        let _ = writeln!(
            text,
            "solvers    {}",
            if self.solvers.is_empty() { "none".to_owned() } else { self.solvers.join(", ") }
        );
        let _ = writeln!(text, "verdict    {}: {}", self.answer.as_str(), self.summary());
        text
    }

    fn summary(&self) -> String {
        let of = self.scripts.len();
        let count = |wanted: fn(&Status) -> bool| self.scripts.iter().filter(|script| wanted(&script.status)).count();
        let confirmed = count(|status| *status == Status::Confirmed);
        match (self.is_refuted(), self.is_confirmed()) {
            (true, _) => "WITHDRAWN: a solver finds against it; please report it with the certificate".to_owned(),
            (false, true) => format!("confirmed, {of} of {of} scripts"),
            (false, false) if self.solvers.is_empty() => {
                "no solver found: install cvc5 or z3, or name one by --solver; files and inputs fit together".to_owned()
            }
            (false, false) => format!("unfinished, {confirmed} of {of} scripts confirmed"),
        }
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let scripts = self.scripts.iter().map(|script| {
            let reason = match &script.status {
                Status::Unfinished(reason) => Some(reason),
                Status::Confirmed | Status::Refuted => None,
            };
            json!({ "file": script.file, "about": script.about, "status": script.status.as_str(), "reason": reason })
        });
        json!({
            "schema": 1,
            "verdict": self.answer.as_str(),
            "withdrawn": self.is_refuted(),
            "confirmed": self.is_confirmed(),
            "solvers": self.solvers,
            "scripts": scripts.collect::<Vec<_>>(),
        })
    }
}
