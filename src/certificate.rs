//! Certificates: what a verdict rests on, as files that other programs can check.
//!
//! In: a scenario, a goal, the verdict. Out: a folder: copies of the inputs, scripts for SMT solvers with what they must
//! answer, a manifest with digests; and later whether all that still fits together, and what solvers say. Trusted: the
//! readers of policies, the encoder and the catalogue; `encodings/README.md` says for each file what it leans on.

mod clause;
mod comparison;
mod full;
mod goal;
mod input;
mod lemma;
mod manifest;
mod name;
mod outcome;
mod parts;
mod reading;
mod recheck;
mod script;
mod skeleton;
mod slice;
mod solver;
mod term;
mod witness;

use std::fs;
use std::path::{Path, PathBuf};

pub use recheck::{Checked, Part, Rechecked, Status, Times, recheck};
pub use script::{Expected, Script};
pub use solver::Solver;

use crate::certificate::comparison::Compared;
use crate::certificate::input::{Copy, Question, Reach};
use crate::certificate::manifest::{Manifest, Told};
use crate::diagnostic::Refusal;
use crate::goal::Goal;
use crate::policy::Statement;
use crate::query::compare::{self, Direction, Pair};
use crate::query::reach::{Options, ReachError, Run, evidence, placed};
use crate::report::verdict::counterexample_json;
use crate::scenario::Scenario;
use crate::verdict::comparison::{Comparison, Difference};
use crate::verdict::{Answer, Counterexample, Place, Verdict};

/// The file of the request that shows a reachable verdict.
const REQUEST: &str = "request.json";

/// Why there is no certificate, or why it is worth nothing.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// An unknown verdict rests on nothing.
    #[error("an unknown verdict has no certificate")]
    Unknown,
    /// The folder is in use.
    #[error("{}: a certificate is written to a folder that is new or empty", .0.display())]
    NotEmpty(PathBuf),
    /// A file cannot be read or written.
    #[error("{}: {source}", .path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The question has no form as files.
    #[error("{0} cannot be written to a certificate")]
    Unwritable(String),
    /// A file is not what it must be.
    #[error("{file}: {reason}")]
    Refused {
        /// The file, from the certificate's folder.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The copies cannot be read again.
    #[error(transparent)]
    Inputs(#[from] Refusal),
    /// The question cannot be asked again.
    #[error(transparent)]
    Question(#[from] ReachError),
}

/// Writes the certificate of a verdict.
///
/// # Errors
/// There is none, or it cannot be written.
pub fn write(
    directory: &Path,
    scenario: &Scenario,
    goal: &Goal,
    options: &Options,
    verdict: &Verdict,
) -> Result<(), CertificateError> {
    if verdict.answer == Answer::Unknown {
        return Err(CertificateError::Unknown);
    }
    let copies = input::copies(scenario, goal, options)?;
    let question = put_copies(directory, &copies)?;
    let Question::Reach(own) = &question else { return Err(CertificateError::Unwritable("the goal".to_owned())) };
    if own.scenario.principal != scenario.principal || own.scenario.resource_account != scenario.resource_account {
        return Err(CertificateError::Unwritable("the principal".to_owned()));
    }
    let files = own.files(verdict.answer, verdict.counterexample.as_ref(), options)?;
    let told = Told {
        answer: verdict.answer,
        asked: ("goal", &own.goal.written),
        assumptions: &verdict.assumptions,
        notes: &verdict.notes,
    };
    put_files(directory, &question, told, &copies, &files)
}

/// Writes the certificates of a comparison: a folder `gained` and, unless only gains were asked for, a folder `lost`;
/// none for a direction that is unknown.
///
/// # Errors
/// One of them cannot be written.
pub fn write_comparison(
    directory: &Path,
    pair: &Pair,
    options: &compare::Options,
    compared: &Comparison,
) -> Result<(), CertificateError> {
    let mut differences = Direction::ALL.into_iter().zip([&compared.gained, &compared.lost]);
    if directory.exists() {
        empty(directory)?;
    }
    differences.try_for_each(|(direction, difference)| {
        let Some(answer) = answer_of(difference) else { return Ok(()) };
        let folder = directory.join(direction.as_str());
        let copies = Compared::copies(pair, direction, options);
        let question = put_copies(&folder, &copies)?;
        let Question::Compare(own) = &question else { return Err(CertificateError::Unwritable("the pair".to_owned())) };
        let files = own.files(difference.request(), options)?;
        let asked = serde_json::json!(direction.as_str());
        let told = Told { answer, asked: ("compare", &asked), assumptions: &compared.assumptions, notes: &[] };
        put_files(&folder, &question, told, &copies, &files)
    })
}

/// As a verdict about requests that one document grants and the other does not; none where nobody knows or asked.
fn answer_of(difference: &Difference) -> Option<Answer> {
    match difference {
        Difference::Nothing => Some(Answer::Unreachable),
        Difference::Request(_) => Some(Answer::Reachable),
        Difference::Unknown(_) | Difference::NotAsked => None,
    }
}

fn failed(path: &Path) -> impl FnOnce(std::io::Error) -> CertificateError {
    let path = path.to_owned();
    move |source| CertificateError::File { path, source }
}

fn empty(directory: &Path) -> Result<(), CertificateError> {
    match fs::read_dir(directory).map_err(failed(directory))?.next() {
        Some(_) => Err(CertificateError::NotEmpty(directory.to_owned())),
        None => Ok(()),
    }
}

fn put(path: &Path, text: &str) -> Result<(), CertificateError> {
    fs::write(path, text).map_err(failed(path))
}

/// Writes the copies to a new folder, and reads the question from them: from then on only the copies count.
fn put_copies(directory: &Path, copies: &[Copy]) -> Result<Question, CertificateError> {
    if directory.exists() {
        empty(directory)?;
    }
    let folder = directory.join(input::FOLDER);
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    for Copy { file, text, .. } in copies {
        put(&folder.join(file), text)?;
    }
    input::read(directory)
}

fn put_files(
    directory: &Path,
    question: &Question,
    told: Told<'_>,
    copies: &[Copy],
    files: &Files,
) -> Result<(), CertificateError> {
    let Files { scripts, request } = files;
    for script in scripts {
        if let Ok(text) = &script.text {
            put(&directory.join(&script.file), text)?;
        }
    }
    if let Some(request) = request {
        put(&directory.join(REQUEST), request)?;
    }
    let manifest = Manifest::new(question, told, copies, scripts, request.as_deref());
    put(&directory.join(manifest::FILE), &manifest.to_text())
}

/// What is made from a question and its verdict.
struct Files {
    scripts: Vec<Script>,
    request: Option<String>,
}

impl Reach {
    /// What is made from the question and the answer to it.
    fn files(
        &self,
        answer: Answer,
        found: Option<&Counterexample>,
        options: &Options,
    ) -> Result<Files, CertificateError> {
        let Self { scenario, goal, any_request } = self;
        let options = Options { any_request: *any_request, ..options.clone() };
        let statements = placed(scenario);
        let runs = evidence(scenario, goal, &options, answer)?;
        let scripts = match found {
            Some(found) => of_request(runs.first(), &statements, goal, found),
            None => of_proofs(runs.iter().map(|run| (None, run)), &statements, scenario, goal)?,
        };
        Ok(Files { scripts, request: found.map(request_text) })
    }
}

/// What shows that a request is as asked.
fn of_request(
    run: Option<&Run>,
    statements: &[(Place, &Statement)],
    goal: &Goal,
    found: &Counterexample,
) -> Vec<Script> {
    let full = |run| full::script(run, statements, goal, Expected::Sat, numbered("full", 0));
    std::iter::once(witness::script(run, statements, goal, found)).chain(run.map(full)).collect()
}

/// What shows that no request is as asked, each run under the reading that it is made with, where there are several.
fn of_proofs<'r>(
    runs: impl Iterator<Item = (Option<&'r str>, &'r Run)>,
    statements: &[(Place, &Statement)],
    scenario: &Scenario,
    goal: &Goal,
) -> Result<Vec<Script>, ReachError> {
    let (mut scripts, mut lemmas) = (Vec::new(), 0);
    for (number, (reading, run)) in runs.enumerate() {
        let own = skeleton::scripts(run, statements, numbered("skeleton", number), lemmas + 1, reading)?;
        // All but the skeleton.
        lemmas += own.len().saturating_sub(1);
        scripts.extend(own);
        // Where nobody calls, there is no place for any action.
        if run.shapes > 0 {
            scripts.push(goal::script(run, scenario, goal, numbered("goal", number)));
            scripts.push(full::script(run, statements, goal, Expected::Unsat, numbered("full", number)));
        }
    }
    Ok(scripts)
}

/// The name of a script of a run, by the run's number from 0.
fn numbered(name: &str, run: usize) -> String {
    match run {
        0 => format!("{name}.smt2"),
        _ => format!("{name}-{}.smt2", run + 1),
    }
}

fn request_text(found: &Counterexample) -> String {
    // The trace names files as they were given; the evaluator finds it again.
    let found = Counterexample { trace: Vec::new(), ..found.clone() };
    input::pretty(&counterexample_json(&found, None))
}
