//! A page for auditors: one file that needs no other, for screens of any width, dark ones too, and for paper.
//!
//! In: [`Entry`]s. Out: HTML. Trusted for: every text that comes from an input is escaped by the template, and the page
//! fetches nothing.

pub mod article;
mod graph;

use askama::Template;
use indexmap::{IndexMap, IndexSet};

use crate::report::entry::{About, Entry, Standing};
use crate::report::versions;
use crate::verdict::{Answer, EngineName};
use crate::vocabulary::sha256::sha256;

use article::{Row, visible};

#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
struct Page<'a> {
    title: String,
    style: &'static str,
    command: &'a str,
    question: &'a str,
    tiles: Vec<Tile>,
    entries: &'a [Entry],
    groups: Vec<Group<'a>>,
    held: usize,
    notes: Vec<String>,
    limits: &'a [String],
    versions: Vec<Row>,
    inputs: Vec<Row>,
}

/// How many answers came to the same.
struct Tile {
    word: &'static str,
    count: usize,
}

/// The entries of one suite or file, each with its number.
struct Group<'a> {
    name: String,
    entries: Vec<(usize, &'a Entry)>,
}

impl Entry {
    fn heading(&self) -> String {
        visible(&self.article.heading)
    }

    fn holds(&self) -> bool {
        self.standing == Standing::Held
    }

    fn word(&self) -> &'static str {
        match self.standing {
            Standing::Held => "passed",
            Standing::Failed => "failed",
            Standing::Warned => "warned",
            Standing::Unknown => "unknown",
            Standing::Refused => "refused",
        }
    }
}

/// The sign that stands beside a word, so that nothing is said by colour alone.
fn sign(word: &str) -> &'static str {
    match word {
        "unreachable" => "⊘",
        "reachable" => "→",
        "vacuous" => "∅",
        "passed" => "✓",
        "failed" | "refused" | "error" => "✗",
        "warned" | "warning" => "!",
        "equivalent" => "=",
        "narrower" => "⊂",
        "wider" => "⊃",
        "incomparable" => "≠",
        "allows" | "allow" => "+",
        "denies" | "explicit-deny" => "−",
        "does not allow" | "implicit-deny" => "·",
        "is looked at" => "▸",
        _ => "?",
    }
}

/// The page.
///
/// # Errors
/// The template cannot be written.
pub fn page(entries: &[Entry], about: &About) -> Result<String, askama::Error> {
    let mut groups: IndexMap<&str, Group<'_>> = IndexMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let name = visible(&entry.group);
        let group = groups.entry(&entry.group).or_insert_with(|| Group { name, entries: Vec::new() });
        group.entries.push((index + 1, entry));
    }
    let title = match entries {
        [only] => format!("{}: {}", only.article.word, only.heading()),
        _ => about.command.clone(),
    };
    let style = include_str!("html/style.css");
    let page = Page {
        title,
        style: style.trim_end(),
        command: &about.command,
        question: &about.question,
        tiles: tiles(entries),
        entries,
        groups: groups.into_values().collect(),
        held: entries.iter().filter(|entry| entry.holds()).count(),
        notes: about.notes.iter().map(|note| visible(note)).collect(),
        limits: &about.not_modelled,
        versions: versions(about),
        inputs: inputs(entries),
    };
    let text = page.render()?;
    // Blank lines that the template leaves behind; those of a source are inside its lines.
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    Ok(lines.join("\n") + "\n")
}

/// The numbers at the top: of one answer its verdict, of many what became of what was asserted.
fn tiles(entries: &[Entry]) -> Vec<Tile> {
    let of = |words: &[&'static str], word: &dyn Fn(&Entry) -> String| {
        let tile = |own: &&'static str| {
            let count = entries.iter().filter(|entry| word(entry) == *own).count();
            Tile { word: own, count }
        };
        words.iter().map(tile).collect::<Vec<Tile>>()
    };
    let verdicts = Answer::ALL.map(Answer::as_str);
    if entries.iter().all(|entry| verdicts.contains(&entry.article.word.as_str())) && entries.len() == 1 {
        return of(&verdicts, &|entry| entry.article.word.clone());
    }
    let mut tiles = of(&["passed", "failed", "warned", "unknown", "refused"], &|entry| entry.word().to_owned());
    tiles.retain(|tile| tile.count > 0 || !matches!(tile.word, "warned" | "refused"));
    tiles
}

fn versions(about: &About) -> Vec<Row> {
    let row = |label: &str, value: String| Row::texts(label, [value]);
    let mut rows = vec![row("ringfence", env!("CARGO_PKG_VERSION").to_owned())];
    for dialect in &about.dialects {
        let name = format!("dialect {}", dialect.name());
        rows.push(row(&name, format!("encodings {}", versions::encodings_digest(dialect))));
    }
    rows.push(row("catalogue", versions::catalogue_date().unwrap_or_else(|| "of an unknown day".to_owned())));
    rows.push(row("engine", EngineName::default().as_str().to_owned()));
    rows.push(row("Z3", versions::z3().to_owned()));
    rows
}

/// The digest of each text that an answer rests on.
fn inputs(entries: &[Entry]) -> Vec<Row> {
    let mut seen = IndexSet::new();
    for source in entries.iter().flat_map(|entry| &entry.sources).filter(|source| !source.name().starts_with('<')) {
        seen.insert((source.name().to_owned(), sha256(source.text())));
    }
    seen.into_iter().map(|(name, digest)| Row::texts(&name, [digest])).collect()
}
