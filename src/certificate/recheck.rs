//! A certificate looked at again.
//!
//! In: its folder, other solvers. Out: [`Rechecked`], or the file that is not what it must be. First all digests are
//! compared, then the verdict and every script are made again from the copies of the inputs, then each script is given
//! to each solver.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path};
use std::time::Duration;

use crate::certificate::digest::sha256;
use crate::certificate::manifest::{self, Entry, Manifest};
use crate::certificate::script::{Expected, Script};
use crate::certificate::solver::{Said, Solver};
use crate::certificate::{CertificateError, Files, REQUEST, files, input};
use crate::query::reach::{Options, reach};
use crate::verdict::Answer;

/// What became of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// A solver answers as expected, and none otherwise.
    Confirmed,
    /// A solver answers the opposite.
    Refuted,
    /// No solver answers, or there is no script; with the reason.
    Unfinished(String),
}

impl Status {
    /// The word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refuted => "refuted",
            Self::Unfinished(_) => "unfinished",
        }
    }
}

/// A script that was looked at.
#[derive(Debug, Clone)]
pub struct Checked {
    /// Its file.
    pub file: String,
    /// What it is about.
    pub about: String,
    /// What became of it.
    pub status: Status,
}

/// A certificate that was looked at.
#[derive(Debug, Clone)]
pub struct Rechecked {
    /// The verdict that it is of.
    pub answer: Answer,
    /// The solvers that were asked.
    pub solvers: Vec<String>,
    /// The scripts.
    pub scripts: Vec<Checked>,
}

/// Looks at a certificate again; every script has `time` with every solver.
///
/// # Errors
/// A file is missing, changed, unknown, or not what the inputs give.
pub fn recheck(
    directory: &Path,
    solvers: &[Solver],
    options: &Options,
    time: Duration,
) -> Result<Rechecked, CertificateError> {
    let manifest = Manifest::read(&read(directory, manifest::FILE)?)?;
    let answer = manifest.answer()?;
    compare_digests(directory, &manifest)?;
    let question = input::read(directory)?;
    compare_encodings(&manifest, &question)?;
    let options = Options { any_request: question.any_request, explain: false, ..options.clone() };
    let verdict = reach(&question.scenario, &question.goal, &options)?;
    if verdict.answer != answer {
        let reason = format!("the inputs give the verdict {}, not {}", verdict.answer.as_str(), answer.as_str());
        return Err(refused(manifest::FILE, reason));
    }
    let Files { scripts, request } = files(&question, &verdict, &options)?;
    let entries = manifest.scripts()?;
    compare_scripts(directory, &entries, &scripts)?;
    if let Some(request) = request
        && request != read(directory, REQUEST)?
    {
        return Err(refused(REQUEST, "it is not the request that the inputs give".to_owned()));
    }
    let check = |entry: Entry| Checked {
        status: status(&directory.join(&entry.file), &entry, solvers, time),
        file: entry.file,
        about: entry.about,
    };
    let names = solvers.iter().map(|solver| solver.name().to_owned()).collect();
    Ok(Rechecked { answer, solvers: names, scripts: entries.into_iter().map(check).collect() })
}

fn refused(file: &str, reason: String) -> CertificateError {
    CertificateError::Refused { file: file.to_owned(), reason }
}

/// The text of a file of the certificate.
fn read(directory: &Path, file: &str) -> Result<String, CertificateError> {
    let path = directory.join(file);
    fs::read_to_string(&path).map_err(|source| CertificateError::File { path, source })
}

/// Every file has the digest that the manifest says, and there are no others.
fn compare_digests(directory: &Path, manifest: &Manifest) -> Result<(), CertificateError> {
    let digests = manifest.digests()?;
    for (file, digest) in &digests {
        // No file of another folder is one of the certificate's.
        if !Path::new(file).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(refused(manifest::FILE, format!("`{file}` is no file of the certificate")));
        }
        if sha256(&read(directory, file)?) != *digest {
            return Err(refused(file, "its digest is not the one in the manifest".to_owned()));
        }
    }
    for (folder, prefix) in
        [(directory.to_owned(), String::new()), (directory.join(input::FOLDER), format!("{}/", input::FOLDER))]
    {
        let failed = |source| CertificateError::File { path: folder.clone(), source };
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(&folder).map_err(failed)? {
            names.insert(format!("{prefix}{}", entry.map_err(failed)?.file_name().to_string_lossy()));
        }
        names.retain(|name| !digests.contains_key(name) && name != manifest::FILE && name != input::FOLDER);
        if let Some(stray) = names.first() {
            return Err(refused(stray, "the manifest does not know it".to_owned()));
        }
    }
    Ok(())
}

/// Law, rules and catalogue are those of this program.
fn compare_encodings(manifest: &Manifest, question: &input::Question) -> Result<(), CertificateError> {
    let own = manifest::encodings(question.scenario.dialect);
    let told = manifest.encodings()?;
    let differs =
        |(file, digest): &&(String, String)| !told.iter().any(|(other, told)| other == file && told == digest);
    match own.iter().find(differs) {
        Some((file, _)) => {
            Err(refused(file, "the certificate was made with another one than this program has".to_owned()))
        }
        None => Ok(()),
    }
}

/// The scripts are those that the inputs give.
fn compare_scripts(directory: &Path, entries: &[Entry], scripts: &[Script]) -> Result<(), CertificateError> {
    for script in scripts {
        let Some(entry) = entries.iter().find(|entry| entry.file == script.file) else {
            return Err(refused(&script.file, "the inputs give it, and the manifest does not know it".to_owned()));
        };
        let as_made = entry.expected == script.expected
            && entry.about == script.about
            && entry.unexported.as_ref() == script.text.as_ref().err();
        if !as_made {
            return Err(refused(
                manifest::FILE,
                format!("what it says of {} is not what the inputs give", script.file),
            ));
        }
        let Ok(made) = &script.text else { continue };
        let told = read(directory, &script.file)?;
        if *made != told {
            let same = made.lines().zip(told.lines()).take_while(|(made, told)| made == told).count();
            return Err(refused(&script.file, format!("from line {} on it is not what the inputs give", same + 1)));
        }
    }
    match entries.iter().find(|entry| !scripts.iter().any(|script| script.file == entry.file)) {
        Some(entry) => Err(refused(&entry.file, "the inputs do not give it".to_owned())),
        None => Ok(()),
    }
}

/// What the solvers make of a script.
fn status(path: &Path, entry: &Entry, solvers: &[Solver], time: Duration) -> Status {
    if let Some(reason) = &entry.unexported {
        return Status::Unfinished(format!("not exported: {reason}"));
    }
    let (wanted, opposite) = match entry.expected {
        Expected::Sat => (Said::Sat, Said::Unsat),
        Expected::Unsat => (Said::Unsat, Said::Sat),
    };
    let answers: Vec<(&str, Said)> = solvers.iter().map(|solver| (solver.name(), solver.ask(path, time))).collect();
    let says = |wanted: &Said| answers.iter().any(|(_, said)| said == wanted);
    if says(&opposite) {
        return Status::Refuted;
    }
    if says(&wanted) {
        return Status::Confirmed;
    }
    let told: Vec<String> = answers.iter().map(|(name, said)| format!("{name}: {}", said.as_str())).collect();
    Status::Unfinished(if told.is_empty() { "no solver".to_owned() } else { told.join("; ") })
}
