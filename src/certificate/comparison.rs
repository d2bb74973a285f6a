//! One direction of a comparison as files.
//!
//! In: two documents and a direction. Out: copies, and from these the same question again; the scripts of its evidence.

use std::path::Path;

use serde_json::{Value, json};

use crate::certificate::CertificateError;
use crate::certificate::input::{self, Copy};
use crate::certificate::script::Script;
use crate::certificate::{Files, of_proofs, of_request, request_text, slice};
use crate::input::read_file;
use crate::pair::{self, KINDS, Reading};
use crate::policy::DocumentKind;
use crate::query::compare::{Direction, Options, Pair, evidence};
use crate::verdict::Counterexample;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::ruling::Rulings;

/// One direction of a comparison, as it is asked.
pub(super) struct Compared {
    pub(super) pair: Pair,
    pub(super) direction: Direction,
    pub(super) any_request: bool,
}

impl Compared {
    /// The copies of what is asked.
    pub(super) fn copies(pair: &Pair, direction: Direction, options: &Options) -> Vec<Copy> {
        let mut copies = Vec::new();
        let [old, new] = [&pair.old, &pair.new].map(|document| input::of_document(document, &mut copies));
        let question = [
            ("compare", json!(direction.as_str())),
            ("old", json!(old)),
            ("new", json!(new)),
            ("as", json!(pair.new.kind.word())),
            ("dialect", json!(pair.dialect.name())),
            ("anyRequest", json!(options.any_request)),
        ];
        let question = question.into_iter().chain(input::rulings_json(pair.rulings));
        copies.push(Copy::made(input::QUESTION, "documents and options", question));
        copies
    }

    /// What the copies in a folder ask.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn read(
        folder: &Path,
        question: &Value,
        rulings: Rulings,
        any_request: bool,
    ) -> Result<Self, CertificateError> {
        let own = |name: &str| {
            let text = question.get(name).and_then(Value::as_str);
            text.ok_or_else(|| input::refused(&format!("there is no `{name}`")))
        };
        let word = own("compare")?;
        let direction = Direction::ALL.into_iter().find(|direction| direction.as_str() == word);
        let direction = direction.ok_or_else(|| input::refused("`compare` is neither gained nor lost"))?;
        let dialect = Dialect::embedded(own("dialect")?).and_then(Result::ok);
        let dialect = dialect.ok_or_else(|| input::refused("there is no such dialect"))?;
        let kind = DocumentKind::parse(own("as")?).filter(|_| own("as").is_ok_and(|word| KINDS.contains(&word)));
        let kind = kind.ok_or_else(|| input::refused("`as` is no kind of document to compare"))?;
        let document = |name: &str| {
            let file = own(name)?;
            // No file of another folder is one of the certificate's.
            match Path::new(file).file_name().is_some_and(|only| only == file) {
                true => Ok(read_file(&folder.join(file))?),
                false => Err(input::refused(&format!("`{file}` is no copy"))),
            }
        };
        let reading = Reading { dialect, rulings, kind: Some(kind) };
        let (pair, _) = pair::from_sources(&document("old")?, &document("new")?, reading)?;
        Ok(Self { pair, direction, any_request })
    }

    /// What is made from the question and the request that was found.
    ///
    /// # Errors
    /// The question cannot be asked again.
    pub(super) fn files(&self, found: Option<&Counterexample>, options: &Options) -> Result<Files, CertificateError> {
        let Self { pair, direction, any_request } = self;
        let options = Options { any_request: *any_request, ..*options };
        let own = evidence(pair, *direction, &options, found)?;
        let statements = own.statements();
        let mut scripts: Vec<Script> = Vec::new();
        let shown = own.found.as_ref().or(found);
        match (shown, &own.goal) {
            (Some(shown), Some(goal)) => {
                scripts.extend(of_request(own.runs.first().map(|(_, run)| run), &statements, goal, shown));
            }
            _ => scripts.push(slice::script(direction.of(pair), own.slice.as_ref())),
        }
        if let (None, Some(scenario), Some(goal)) = (shown, &own.scenario, &own.goal) {
            let runs = own.runs.iter().map(|(reading, run)| (reading.as_deref(), run));
            scripts.extend(of_proofs(runs, &statements, scenario, goal)?);
        }
        Ok(Files { scripts, request: shown.map(request_text) })
    }
}
