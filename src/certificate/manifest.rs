//! The manifest: what a certificate says, and the digest of every file of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::certificate::input::{Copy, FOLDER, Question, pretty};
use crate::certificate::script::{Expected, Script};
use crate::certificate::{CertificateError, REQUEST};
use crate::report::versions;
use crate::symbolic::law::{Law, comparison};
use crate::verdict::{Answer, Assumption};
use crate::vocabulary::catalogue::Catalogue;
use crate::vocabulary::sha256::sha256;

/// Its file.
pub(super) const FILE: &str = "manifest.json";

/// The version of the manifest's form.
const SCHEMA: u64 = 1;

/// A manifest.
pub(super) struct Manifest {
    json: Value,
}

/// What a manifest tells of an answer.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) answer: Answer,
    /// What was asked about, and its name.
    pub(super) asked: (&'static str, &'a Value),
    pub(super) assumptions: &'a [Assumption],
    pub(super) notes: &'a [String],
}

/// What a manifest says of a script.
pub(super) struct Entry {
    pub(super) file: String,
    pub(super) about: String,
    pub(super) expected: Expected,
    /// Whether the verdict rests on others.
    pub(super) optional: bool,
    /// Why it is not there, if it is not.
    pub(super) unexported: Option<String>,
}

/// The digests of everything of this program that an answer is made from, by file.
pub(super) fn encodings(question: &Question) -> Vec<(String, String)> {
    let dialect = question.dialect();
    let name = dialect.name();
    let comparison = [comparison()];
    let law = match question {
        Question::Reach(_) => Law::embedded_files(name).unwrap_or_default(),
        Question::Compare(_) => &comparison[..],
    };
    let mut files: Vec<(String, String)> = law.iter().map(|(file, text)| ((*file).to_owned(), sha256(text))).collect();
    files.push((format!("encodings/{name}/rules.txt"), sha256(dialect.text())));
    files.push(("encodings/aws/catalogue.txt".to_owned(), sha256(Catalogue::embedded().text())));
    files
}

impl Manifest {
    /// The manifest of a certificate's files.
    pub(super) fn new(
        question: &Question,
        told: Told<'_>,
        copies: &[Copy],
        scripts: &[Script],
        request: Option<&str>,
    ) -> Self {
        let dialect = question.dialect();
        let inputs = copies.iter().map(|copy| {
            let file = format!("{FOLDER}/{}", copy.file);
            json!({ "file": file, "copyOf": copy.source, "sha256": sha256(&copy.text) })
        });
        let scripts = scripts.iter().map(|script| {
            let own = [("file", &script.file), ("about", &script.about)];
            let mut entry: serde_json::Map<String, Value> =
                own.into_iter().map(|(name, text)| (name.to_owned(), json!(text))).collect();
            entry.insert("expected".to_owned(), json!(script.expected.as_str()));
            if script.optional {
                entry.insert("optional".to_owned(), json!(true));
            }
            match &script.text {
                Ok(text) => entry.insert("sha256".to_owned(), json!(sha256(text))),
                Err(reason) => entry.insert("unexported".to_owned(), json!(reason)),
            };
            Value::Object(entry)
        });
        let assumptions = told.assumptions.iter();
        let assumptions = assumptions.map(|own| json!({ "name": own.name, "value": own.value, "flips": own.flips }));
        let encodings = encodings(question);
        let encodings = encodings.into_iter().map(|(file, digest)| json!({ "file": file, "sha256": digest }));
        let mut json = json!({
            "schema": SCHEMA,
            "verdict": told.answer.as_str(),
            told.asked.0: told.asked.1,
            "assumptions": assumptions.collect::<Vec<_>>(),
            "notes": told.notes,
            "trusted": "encodings/README.md, Certificates",
            "ringfence": env!("CARGO_PKG_VERSION"),
            "z3": versions::z3(),
            "dialect": dialect.name(),
            "catalogue": versions::catalogue_date(),
            "encodings": encodings.collect::<Vec<_>>(),
            "inputs": inputs.collect::<Vec<_>>(),
            "scripts": scripts.collect::<Vec<_>>(),
        });
        if let (Some(request), Some(members)) = (request, json.as_object_mut()) {
            members.insert("request".to_owned(), json!({ "file": REQUEST, "sha256": sha256(request) }));
        }
        Self { json }
    }

    /// As the file has it.
    pub(super) fn to_text(&self) -> String {
        pretty(&self.json)
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// It is none of this form.
    pub(super) fn read(text: &str) -> Result<Self, CertificateError> {
        let json: Value = serde_json::from_str(text).map_err(|error| refused(&error.to_string()))?;
        match json.get("schema").and_then(Value::as_u64) {
            Some(SCHEMA) => Ok(Self { json }),
            _ => Err(refused("it is no manifest of schema 1")),
        }
    }

    /// The verdict that the certificate is of.
    pub(super) fn answer(&self) -> Result<Answer, CertificateError> {
        let word = self.json.get("verdict").and_then(Value::as_str);
        word.and_then(Answer::parse).ok_or_else(|| refused("`verdict` is no verdict"))
    }

    /// The digest of every file of the certificate but the manifest.
    pub(super) fn digests(&self) -> Result<BTreeMap<String, String>, CertificateError> {
        let mut digests = BTreeMap::new();
        let listed = ["inputs", "scripts"].into_iter().flat_map(|name| self.list(name)).chain(self.json.get("request"));
        for entry in listed.filter(|entry| entry.get("unexported").is_none()) {
            let (file, digest) = file_and_digest(entry)?;
            digests.insert(file, digest);
        }
        Ok(digests)
    }

    /// The digests of the encodings it was made with.
    pub(super) fn encodings(&self) -> Result<Vec<(String, String)>, CertificateError> {
        self.list("encodings").map(file_and_digest).collect()
    }

    /// What it says of the scripts.
    pub(super) fn scripts(&self) -> Result<Vec<Entry>, CertificateError> {
        let entry = |entry: &Value| {
            let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
            let (file, about) = text("file").zip(text("about"))?;
            let expected = Expected::parse(&text("expected")?)?;
            let optional = entry.get("optional").and_then(Value::as_bool).unwrap_or_default();
            Some(Entry { file, about, expected, optional, unexported: text("unexported") })
        };
        let entries: Option<Vec<Entry>> = self.list("scripts").map(entry).collect();
        entries.ok_or_else(|| refused("an entry of `scripts` is not whole"))
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.json.get(name).and_then(Value::as_array).into_iter().flatten()
    }
}

fn file_and_digest(entry: &Value) -> Result<(String, String), CertificateError> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    text("file").zip(text("sha256")).ok_or_else(|| refused("a file has no digest"))
}

fn refused(reason: &str) -> CertificateError {
    CertificateError::Refused { file: FILE.to_owned(), reason: reason.to_owned() }
}
