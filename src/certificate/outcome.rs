//! What became of certificates, as text and JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::certificate::recheck::{Checked, Part, Rechecked, Status};

/// Of so many certificates all is listed; of more, what is not confirmed, but for second forms.
const LISTED: usize = 2;

const NO_SOLVER: &str = "no solver found: install cvc5 or z3, or name one by --solver; files and inputs fit together";

impl Checked {
    /// Whether something is left to do about it.
    fn is_open(&self) -> bool {
        match self.status {
            Status::Confirmed => false,
            Status::Refuted => true,
            Status::Unfinished(_) => !self.optional,
        }
    }
}

impl Part {
    /// Whether a solver found against a script.
    pub fn is_refuted(&self) -> bool {
        self.scripts.iter().any(|script| script.status == Status::Refuted)
    }

    /// Whether a solver found for every script that the verdict rests on, and none against any.
    pub fn is_confirmed(&self) -> bool {
        let confirmed = |script: &Checked| script.optional || script.status == Status::Confirmed;
        !self.is_refuted() && self.scripts.iter().all(confirmed)
    }

    fn summary(&self, solvers: &[String]) -> String {
        let needed = || self.scripts.iter().filter(|script| !script.optional);
        let of = needed().count();
        let confirmed = needed().filter(|script| script.status == Status::Confirmed).count();
        let mut text = match (self.is_refuted(), self.is_confirmed()) {
            (true, _) => "WITHDRAWN: a solver finds against it; please report it with the certificate".to_owned(),
            (false, true) => format!("confirmed, {of} of {of} scripts"),
            (false, false) if solvers.is_empty() => NO_SOLVER.to_owned(),
            (false, false) => format!("unfinished, {confirmed} of {of} scripts confirmed"),
        };
        if !solvers.is_empty() {
            for script in self.scripts.iter().filter(|script| script.optional) {
                // Writing to a String cannot fail.
                let _ = write!(text, "; second form {} {}", script.file, script.status.as_str());
            }
        }
        text
    }
}

impl Rechecked {
    /// Whether a solver found against a script.
    pub fn is_refuted(&self) -> bool {
        self.parts.iter().any(Part::is_refuted)
    }

    /// Whether a solver found for every script that a verdict rests on.
    pub fn is_confirmed(&self) -> bool {
        self.parts.iter().all(Part::is_confirmed)
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let all = self.parts.len() <= LISTED;
        for part in &self.parts {
            for script in part.scripts.iter().filter(|script| all || script.is_open()) {
                let reason = match &script.status {
                    Status::Unfinished(reason) => format!(" ({reason})"),
                    Status::Confirmed | Status::Refuted => String::new(),
                };
                let file = path(&part.folder, &script.file);
                // Writing to a String cannot fail.
                let _ = writeln!(text, "{:<11}{file}: {}{reason}", script.status.as_str(), script.about);
            }
        }
        let none = self.solvers.is_empty();
        let _ = writeln!(text, "solvers    {}", if none { "none".to_owned() } else { self.solvers.join(", ") });
        for part in self.parts.iter().filter(|part| all || !part.is_confirmed()) {
            let verdict = path(&part.folder, part.answer.as_str());
            let _ = writeln!(text, "verdict    {verdict}: {}", part.summary(&self.solvers));
        }
        if !all {
            let count = |wanted: fn(&Part) -> bool| self.parts.iter().filter(|part| wanted(part)).count();
            let (of, confirmed, refuted) = (self.parts.len(), count(Part::is_confirmed), count(Part::is_refuted));
            let left = of - confirmed - refuted;
            let _ = writeln!(text, "all        {of}: {confirmed} confirmed, {refuted} withdrawn, {left} unfinished");
            if none {
                let _ = writeln!(text, "           {NO_SOLVER}");
            }
        }
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let script = |script: &Checked| {
            let reason = match &script.status {
                Status::Unfinished(reason) => Some(reason),
                Status::Confirmed | Status::Refuted => None,
            };
            let (status, optional) = (script.status.as_str(), script.optional);
            json!({ "file": script.file, "about": script.about, "optional": optional, "status": status, "reason": reason })
        };
        let parts = self.parts.iter().map(|part| {
            json!({
                "folder": part.folder,
                "verdict": part.answer.as_str(),
                "withdrawn": part.is_refuted(),
                "confirmed": part.is_confirmed(),
                "scripts": part.scripts.iter().map(script).collect::<Vec<_>>(),
            })
        });
        json!({
            "schema": 1,
            "withdrawn": self.is_refuted(),
            "confirmed": self.is_confirmed(),
            "solvers": self.solvers,
            "certificates": parts.collect::<Vec<_>>(),
        })
    }
}

/// Something of a certificate, with the certificate's folder.
fn path(folder: &str, own: &str) -> String {
    if folder.is_empty() { own.to_owned() } else { format!("{folder}/{own}") }
}
