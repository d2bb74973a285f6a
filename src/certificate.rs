//! Certificates: what a verdict rests on, as files that other programs can check.
//!
//! In: a scenario, a goal, the verdict. Out: a folder: copies of the inputs, scripts for SMT solvers with what they must
//! answer, a manifest with digests; and later whether all that still fits together, and what solvers say. Trusted: the
//! readers of policies, the encoder and the catalogue; `encodings/README.md` says for each file what it leans on.

mod clause;
mod digest;
mod goal;
mod input;
mod lemma;
mod manifest;
mod name;
mod outcome;
mod recheck;
mod script;
mod skeleton;
mod solver;
mod term;
mod witness;

use std::fs;
use std::path::{Path, PathBuf};

pub use recheck::{Checked, Rechecked, Status, recheck};
pub use script::{Expected, Script};
pub use solver::Solver;

use crate::certificate::input::{Copy, Question};
use crate::certificate::manifest::Manifest;
use crate::diagnostic::Refusal;
use crate::goal::Goal;
use crate::query::reach::{Options, ReachError, evidence, placed};
use crate::report::verdict::counterexample_json;
use crate::scenario::Scenario;
use crate::verdict::{Answer, Counterexample, Verdict};

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
    let folder = directory.join(input::FOLDER);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| CertificateError::File { path, source }
    };
    if directory.exists() && fs::read_dir(directory).map_err(failed(directory))?.next().is_some() {
        return Err(CertificateError::NotEmpty(directory.to_owned()));
    }
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    let put = |path: PathBuf, text: &str| fs::write(&path, text).map_err(failed(&path));
    let copies = input::copies(scenario, goal, options)?;
    for Copy { file, text, .. } in &copies {
        put(folder.join(file), text)?;
    }
    // From here on only the copies count.
    let question = input::read(directory)?;
    if question.scenario.principal != scenario.principal
        || question.scenario.resource_account != scenario.resource_account
    {
        return Err(CertificateError::Unwritable("the principal".to_owned()));
    }
    let Files { scripts, request } = files(&question, verdict, options)?;
    for script in &scripts {
        if let Ok(text) = &script.text {
            put(directory.join(&script.file), text)?;
        }
    }
    if let Some(request) = &request {
        put(directory.join(REQUEST), request)?;
    }
    let manifest = Manifest::new(&question, verdict, &copies, &scripts, request.as_deref());
    put(directory.join(manifest::FILE), &manifest.to_text())
}

/// What is made from a question and its verdict.
struct Files {
    scripts: Vec<Script>,
    request: Option<String>,
}

fn files(question: &Question, verdict: &Verdict, options: &Options) -> Result<Files, CertificateError> {
    let Question { scenario, goal, any_request } = question;
    let options = Options { any_request: *any_request, ..options.clone() };
    let statements = placed(scenario);
    let runs = evidence(scenario, goal, &options, verdict.answer)?;
    let mut scripts: Vec<Script> = Vec::new();
    match &verdict.counterexample {
        Some(found) => scripts.push(witness::script(runs.first(), &statements, goal, found)),
        None => {
            let mut lemmas = 0;
            for (number, run) in runs.iter().enumerate() {
                let file = |name: &str| match number {
                    0 => format!("{name}.smt2"),
                    _ => format!("{name}-{}.smt2", number + 1),
                };
                let own = skeleton::scripts(run, &statements, file("skeleton"), lemmas + 1)?;
                // All but the skeleton.
                lemmas += own.len().saturating_sub(1);
                scripts.extend(own);
                // Where nobody calls, there is no place for any action.
                if run.shapes > 0 {
                    scripts.push(goal::script(run, scenario, goal, file("goal")));
                }
            }
        }
    }
    let request = verdict.counterexample.as_ref().map(|found| {
        // The trace names files as they were given; the evaluator finds it again.
        let found = Counterexample { trace: Vec::new(), ..found.clone() };
        input::pretty(&counterexample_json(&found, None))
    });
    Ok(Files { scripts, request })
}
