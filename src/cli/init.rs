//! `ringfence init`: a first suite for policy files.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ringfence::input;
use ringfence::lint::lint;
use ringfence::policy::DocumentKind;
use ringfence::suite::draft::{Given, draft};
use ringfence::vocabulary::dialect::Dialect;

use crate::args::{Color, Init};
use crate::exit::Exit;
use crate::{layers, stderr};

/// The dialect of documents that are told no other.
const DEFAULT_DIALECT: &str = "aws";

pub(crate) fn run(arguments: &Init, color: Color) -> Result<Exit> {
    layers::check_dialect(arguments.dialect.as_deref())?;
    let name = arguments.dialect.as_deref().unwrap_or(DEFAULT_DIALECT);
    let Some(dialect) = Dialect::embedded(name).transpose()? else { bail!("there is no dialect `{name}`") };
    let at = arguments.output.clone().unwrap_or_else(|| PathBuf::from("init.ringfence.toml"));
    if let Some(path) = arguments.output.as_deref().filter(|path| path.exists() && !arguments.force) {
        bail!("`{}` is there already: --force writes over it, another --output leaves it", path.display());
    }
    let files = arguments.files.iter().map(|file| (file, arguments.kind));
    let boundary = arguments.boundary.iter().map(|file| (file, Some(DocumentKind::Boundary)));
    let mut given = Vec::new();
    for (file, kind) in files.chain(boundary) {
        if file.as_path() == Path::new("-") {
            bail!("a suite names its files: give the path of the document instead of standard input");
        }
        let source = match input::read_file(file) {
            Ok(source) => source,
            Err(refusal) => {
                stderr::show(&refusal.diagnostics, color);
                return Ok(Exit::Refused);
            }
        };
        let linted = lint(&source, kind, dialect);
        if let Some(guess) = linted.guess {
            let (name, because) = (source.name(), guess.because);
            eprintln!("note: `{name}` is taken for {}, because {because}; --as tells the kind", guess.kind);
        }
        given.push(Given { path: relative(file, &at)?, kind: linted.kind });
    }
    let text = match draft(&given, &at, name) {
        Ok(text) => text,
        Err(refusal) => {
            stderr::show(&refusal.diagnostics, color);
            return Ok(Exit::Refused);
        }
    };
    match &arguments.output {
        None => io::stdout().lock().write_all(text.as_bytes())?,
        Some(path) => {
            let mut options = OpenOptions::new();
            options.write(true).create(true).truncate(true);
            // Somebody may have made it meanwhile.
            let options = if arguments.force { &mut options } else { options.create_new(true) };
            let file = options.open(path).with_context(|| format!("cannot write `{}`", path.display()))?;
            io::BufWriter::new(file).write_all(text.as_bytes())?;
            eprintln!("wrote `{0}`; `ringfence check {0}` asks it", path.display());
        }
    }
    Ok(Exit::Answered)
}

/// The path of a file from the directory of the suite.
fn relative(file: &Path, suite: &Path) -> Result<String> {
    let folder = suite.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let whole = |path: &Path| fs::canonicalize(path).with_context(|| format!("cannot find `{}`", path.display()));
    let path = pathdiff::diff_paths(whole(file)?, whole(folder)?).unwrap_or_else(|| file.to_path_buf());
    match path.to_str() {
        Some(text) => Ok(text.replace(std::path::MAIN_SEPARATOR, "/")),
        None => bail!("`{}` has a name that is no UTF-8: a suite cannot name it", file.display()),
    }
}
