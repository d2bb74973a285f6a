//! A certificate looked at again.
//!
//! In: its folder, other solvers. Out: [`Rechecked`], or the file that is not what it must be. First all digests are
//! compared, then the verdict and every script are made again from the copies of the inputs, then each script is given
//! to each solver.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use crate::certificate::input::Question;
use crate::certificate::manifest::{self, Entry, Manifest};
use crate::certificate::script::{Expected, Script};
use crate::certificate::solver::{Said, Solver};
use crate::certificate::{CertificateError, Files, REQUEST, answer_of, input};
use crate::query::compare;
use crate::query::reach::{Options, reach};
use crate::verdict::Answer;
use crate::vocabulary::sha256::sha256;

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
    /// Whether the verdict rests on others.
    pub optional: bool,
    /// What became of it.
    pub status: Status,
}

/// A certificate that was looked at.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its folder in the one that was named; empty for that itself.
    pub folder: String,
    /// The verdict that it is of.
    pub answer: Answer,
    /// The scripts.
    pub scripts: Vec<Checked>,
}

/// The certificates of a folder that were looked at.
#[derive(Debug, Clone)]
pub struct Rechecked {
    /// The solvers that were asked.
    pub solvers: Vec<String>,
    /// Each certificate.
    pub parts: Vec<Part>,
}

/// How long solvers are given.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// For a script that the verdict rests on.
    pub needed: Duration,
    /// For one that it does not; none: it is not asked.
    pub optional: Option<Duration>,
}

/// A certificate of which all files fit together.
struct Sound {
    folder: String,
    answer: Answer,
    entries: Vec<(PathBuf, Entry)>,
}

/// Looks at a certificate again, or at all in the folders of a folder.
///
/// # Errors
/// A file is missing, changed, unknown, or not what the inputs give.
pub fn recheck(
    directory: &Path,
    solvers: &[Solver],
    options: &Options,
    times: Times,
) -> Result<Rechecked, CertificateError> {
    let mut folders = Vec::new();
    certificates(directory, "", &mut folders)?;
    if folders.is_empty() {
        // The error says that there is no manifest.
        read(directory, manifest::FILE)?;
    }
    let mut sound = Vec::with_capacity(folders.len());
    for folder in folders {
        let own = fit(&directory.join(&folder), options);
        let (answer, entries) = own.map_err(|error| in_folder(error, &folder))?;
        sound.push(Sound { folder, answer, entries });
    }
    let mut asked = Asked::default();
    for entry in sound.iter().flat_map(|own| &own.entries) {
        asked.add(entry, times)?;
    }
    let answers: Vec<(&str, Vec<Said>)> =
        solvers.iter().map(|solver| (solver.name(), solver.ask(&asked.scripts))).collect();
    let part = |Sound { folder, answer, entries }| {
        let scripts = entries.into_iter().map(|(path, entry): (PathBuf, Entry)| Checked {
            status: status(&entry, asked.places.get(&path), &answers),
            file: entry.file,
            about: entry.about,
            optional: entry.optional,
        });
        Part { folder, answer, scripts: scripts.collect() }
    };
    let parts = sound.into_iter().map(part).collect();
    Ok(Rechecked { solvers: solvers.iter().map(|solver| solver.name().to_owned()).collect(), parts })
}

/// The certificates in a folder, by their folders' names.
fn certificates(directory: &Path, name: &str, found: &mut Vec<String>) -> Result<(), CertificateError> {
    let folder = directory.join(name);
    if folder.join(manifest::FILE).exists() {
        found.push(name.to_owned());
        return Ok(());
    }
    let failed = |source| CertificateError::File { path: folder.clone(), source };
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            names.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    for own in names {
        let inner = if name.is_empty() { own } else { format!("{name}/{own}") };
        certificates(directory, &inner, found)?;
    }
    Ok(())
}

fn in_folder(error: CertificateError, folder: &str) -> CertificateError {
    match error {
        CertificateError::Refused { file, reason } if !folder.is_empty() => {
            CertificateError::Refused { file: format!("{folder}/{file}"), reason }
        }
        other => other,
    }
}

/// Compares the files of a certificate with each other and with what its inputs give; the verdict and its scripts.
fn fit(directory: &Path, options: &Options) -> Result<(Answer, Vec<(PathBuf, Entry)>), CertificateError> {
    let manifest = Manifest::read(&read(directory, manifest::FILE)?)?;
    let answer = manifest.answer()?;
    compare_digests(directory, &manifest)?;
    let question = input::read(directory)?;
    compare_encodings(&manifest, &question)?;
    let (own, Files { scripts, request }) = again(&question, options)?;
    if own != Some(answer) {
        let own = own.map_or("unknown", Answer::as_str);
        let reason = format!("the inputs give the verdict {own}, not {}", answer.as_str());
        return Err(refused(manifest::FILE, reason));
    }
    let entries = manifest.scripts()?;
    compare_scripts(directory, &entries, &scripts)?;
    if let Some(request) = request
        && request != read(directory, REQUEST)?
    {
        return Err(refused(REQUEST, "it is not the request that the inputs give".to_owned()));
    }
    Ok((answer, entries.into_iter().map(|entry| (directory.join(&entry.file), entry)).collect()))
}

/// The answer to a question, and the files of it; none for unknown.
fn again(question: &Question, options: &Options) -> Result<(Option<Answer>, Files), CertificateError> {
    let none = || Files { scripts: Vec::new(), request: None };
    match question {
        Question::Reach(own) => {
            let options = Options { any_request: own.any_request, explain: false, ..options.clone() };
            let verdict = reach(&own.scenario, &own.goal, &options)?;
            if verdict.answer == Answer::Unknown {
                return Ok((None, none()));
            }
            Ok((Some(verdict.answer), own.files(verdict.answer, verdict.counterexample.as_ref(), &options)?))
        }
        Question::Compare(own) => {
            let options = compare::Options {
                any_request: own.any_request,
                timeout: options.timeout,
                ..compare::Options::default()
            };
            let difference = compare::difference(&own.pair, own.direction, &options)?;
            match answer_of(&difference) {
                Some(answer) => Ok((Some(answer), own.files(difference.request(), &options)?)),
                None => Ok((None, none())),
            }
        }
    }
}

/// Scripts that solvers are asked, those that differ only in comments once.
#[derive(Default)]
struct Asked {
    scripts: Vec<(PathBuf, Duration)>,
    /// The number of the script that stands for a file.
    places: HashMap<PathBuf, usize>,
    known: HashMap<String, usize>,
}

impl Asked {
    fn add(&mut self, (path, entry): &(PathBuf, Entry), times: Times) -> Result<(), CertificateError> {
        let time = if entry.optional { times.optional } else { Some(times.needed) };
        let Some(time) = time.filter(|_| entry.unexported.is_none()) else { return Ok(()) };
        let text = fs::read_to_string(path).map_err(|source| CertificateError::File { path: path.clone(), source })?;
        let bare: Vec<&str> = text.lines().filter(|line| !line.starts_with(';')).collect();
        let scripts = &mut self.scripts;
        let place = *self.known.entry(sha256(&bare.join("\n"))).or_insert_with(|| {
            scripts.push((path.clone(), time));
            scripts.len() - 1
        });
        self.places.insert(path.clone(), place);
        Ok(())
    }
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
fn compare_encodings(manifest: &Manifest, question: &Question) -> Result<(), CertificateError> {
    let own = manifest::encodings(question);
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
            && entry.optional == script.optional
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

/// What the solvers make of a script; `place` is where their answers to it stand.
fn status(entry: &Entry, place: Option<&usize>, answers: &[(&str, Vec<Said>)]) -> Status {
    if let Some(reason) = &entry.unexported {
        return Status::Unfinished(format!("not exported: {reason}"));
    }
    let Some(place) = place else { return Status::Unfinished("not asked".to_owned()) };
    let (wanted, opposite) = match entry.expected {
        Expected::Sat => (Said::Sat, Said::Unsat),
        Expected::Unsat => (Said::Unsat, Said::Sat),
    };
    let answers: Vec<(&str, &Said)> =
        answers.iter().filter_map(|(name, all)| Some((*name, all.get(*place)?))).collect();
    let says = |wanted: &Said| answers.iter().any(|(_, said)| *said == wanted);
    if says(&opposite) {
        return Status::Refuted;
    }
    if says(&wanted) {
        return Status::Confirmed;
    }
    let told: Vec<String> = answers.iter().map(|(name, said)| format!("{name}: {}", said.as_str())).collect();
    Status::Unfinished(if told.is_empty() { "no solver".to_owned() } else { told.join("; ") })
}
