//! `ringfence lint`: what a person should look at in policy documents.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::{Result, bail};
use ringfence::diagnostic::{Diagnostic, Severity};
use ringfence::finding;
use ringfence::input;
use ringfence::lint::{Linted, lint};
use ringfence::policy::{self, Document};
use ringfence::report::entry::{self, About};
use ringfence::report::findings;
use ringfence::vocabulary::dialect::Dialect;

use crate::args::{Color, Format, Lint};
use crate::exit::Exit;
use crate::{deployment, layers, written};

/// The dialect of documents that are told no other.
const DEFAULT_DIALECT: &str = "aws";

pub(crate) fn run(arguments: &Lint, color: Color) -> Result<Exit> {
    layers::check_dialect(arguments.dialect.as_deref())?;
    if arguments.files.iter().filter(|file| file.as_path() == Path::new("-")).count() > 1 {
        bail!("standard input can be read once: it is one document");
    }
    let name = arguments.dialect.as_deref().unwrap_or(DEFAULT_DIALECT);
    let Some(dialect) = Dialect::embedded(name).transpose()? else { bail!("there is no dialect `{name}`") };
    let mut out = io::stdout().lock();
    let color_of_errors = color;
    let color = color.is_on(out.is_terminal());
    let mut all = Vec::new();
    for file in &arguments.files {
        let diagnostics = one(file, arguments, dialect)?;
        if arguments.format == Format::Text {
            write!(out, "{}", written::laid_out(&findings::text(&diagnostics, color)))?;
        }
        all.extend(diagnostics);
    }
    let mut documents = arguments.files.len();
    if arguments.deployments.is_given() {
        let Some(looked) = deployed(arguments, dialect, color_of_errors)? else { return Ok(Exit::Refused) };
        for diagnostics in looked {
            documents += 1;
            if arguments.format == Format::Text {
                write!(out, "{}", written::laid_out(&findings::text(&diagnostics, color)))?;
            }
            all.extend(diagnostics);
        }
    }
    match arguments.format {
        Format::Text => write!(out, "{}", findings::summary(&all, documents))?,
        Format::Json => write!(out, "{}", findings::json(&all))?,
        format => {
            drop(out);
            let question = "What should a person look at in these policies?";
            written::write(format, &entry::of_findings(&all), &About::new("lint", question, dialect))?;
        }
    }
    Ok(exit(&all))
}

/// The findings of one file; of one that cannot be read, why.
fn one(file: &Path, arguments: &Lint, dialect: &'static Dialect) -> Result<Vec<Diagnostic>> {
    let source = match input::read_file(file) {
        Ok(source) => source,
        Err(refusal) => return Ok(refusal.diagnostics),
    };
    let Linted { guess, mut diagnostics, kind } = lint(&source, arguments.kind, dialect);
    if let Some(guess) = guess {
        eprintln!(
            "note: `{}` is read as {}, because {}; --as tells the kind",
            source.name(),
            guess.kind,
            guess.because
        );
    }
    let Some((document, _)) = policy::parse(&source, kind).ok().filter(|_| !arguments.shallow) else {
        return Ok(diagnostics);
    };
    meant(&document, arguments, dialect, &mut diagnostics)?;
    Ok(diagnostics)
}

/// Adds what the statements of a document mean together.
fn meant(
    document: &Document,
    arguments: &Lint,
    dialect: &'static Dialect,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<()> {
    let found = finding::find(document, dialect, Some(arguments.timeout))?;
    for what in found.unknown {
        eprintln!("note: `{}`: it could not be decided {what}", document.source.name());
    }
    diagnostics.extend(found.diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.map_or(0, |span| span.start));
    Ok(())
}

/// The findings of each policy of a plan or template; none if it is refused.
fn deployed(arguments: &Lint, dialect: &'static Dialect, color: Color) -> Result<Option<Vec<Vec<Diagnostic>>>> {
    let Some(deployment) = deployment::read(&arguments.deployments, None, color)? else { return Ok(None) };
    let mut all = Vec::new();
    for policy in deployment.own_policies() {
        let mut diagnostics = deployment.lint(policy);
        match deployment.known_document(policy) {
            Some(document) if !arguments.shallow => meant(&document, arguments, dialect, &mut diagnostics)?,
            _ => {}
        }
        if !policy.unknowns().is_empty() {
            let names: Vec<String> =
                deployment.named(&policy.unknowns()).iter().map(|own| format!("`{}`", own.name)).collect();
            eprintln!("note: `{}` is not looked at whole: not known are {}", policy.address, names.join(", "));
        }
        all.push(diagnostics);
    }
    deployment.notes.iter().for_each(|note| eprintln!("note: {note}"));
    Ok(Some(all))
}

fn exit(diagnostics: &[Diagnostic]) -> Exit {
    match diagnostics.iter().map(|diagnostic| diagnostic.code.severity()).min() {
        Some(Severity::Error) => Exit::Refused,
        Some(Severity::Warning) => Exit::Violated,
        None => Exit::Answered,
    }
}
