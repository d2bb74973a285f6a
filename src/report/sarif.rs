//! Findings as SARIF 2.1.0, which code scanning reads.
//!
//! In: [`Entry`]s. Out: one run: a rule for each kind of finding, a result for each answer that is not as asserted, with its
//! places, the whole answer and a fingerprint that stays the same when lines move. URIs are relative to where the program ran.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Location, LogicalLocation, Message, MultiformatMessageString, PhysicalLocation, PropertyBag,
    Region, ReportingDescriptor, Result as Finding, ResultKind, ResultLevel, Run, Sarif, Tool, ToolComponent,
};

use crate::report::entry::{About, Entry, Rule, Spot, Standing, parted};
use crate::report::versions;
use crate::source::{Position, Source};
use crate::vocabulary::sha256::sha256;

/// Where the schema of what is written is published.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log of one run.
///
/// # Errors
/// It cannot be written.
pub fn log(entries: &[Entry], about: &About) -> Result<String, serde_json::Error> {
    let found: Vec<&Entry> = entries.iter().filter(|entry| entry.standing != Standing::Held).collect();
    let mut rules: IndexMap<&str, Rule> = IndexMap::new();
    for entry in &found {
        rules.entry(entry.rule.id).or_insert(entry.rule);
    }
    rules.sort_keys();
    let place = |id: &str| rules.get_index_of(id).unwrap_or_default() as i64;
    let results: Vec<Finding> = found.iter().map(|entry| result(entry, place(entry.rule.id))).collect();
    let driver = ToolComponent::builder()
        .name("ringfence")
        .version(env!("CARGO_PKG_VERSION"))
        .rules(rules.values().map(descriptor).collect::<Vec<_>>())
        .properties(bag([
            ("command", json!(about.command)),
            ("z3", json!(versions::z3())),
            ("catalogue", json!(versions::catalogue_date())),
            ("dialects", about.dialects.iter().map(|own| own.name()).collect()),
            ("encodings", about.dialects.iter().map(|own| versions::encodings_digest(own).to_string()).collect()),
        ]))
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        // As everywhere in reports.
        .column_kind(json!("unicodeCodePoints"))
        .results(results)
        .properties(bag([("notModelled", json!(about.not_modelled)), ("notes", json!(about.notes))]))
        .build();
    let sarif = Sarif::builder().version(json!("2.1.0")).schema(SCHEMA.to_owned()).runs(vec![run]).build();
    serde_json::to_string_pretty(&sarif).map(|text| text + "\n")
}

fn bag<const N: usize>(properties: [(&str, serde_json::Value); N]) -> PropertyBag {
    let additional: BTreeMap<String, serde_json::Value> =
        properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    PropertyBag::builder().additional_properties(additional).build()
}

fn descriptor(rule: &Rule) -> ReportingDescriptor {
    let text = MultiformatMessageString::builder().text(rule.means).build();
    ReportingDescriptor::builder().id(rule.id).short_description(text.clone()).full_description(text).build()
}

fn result(entry: &Entry, rule: i64) -> Finding {
    let level = match entry.standing {
        Standing::Failed | Standing::Refused => ResultLevel::Error,
        Standing::Warned | Standing::Unknown | Standing::Held => ResultLevel::Warning,
    };
    // Code scanning shows nothing that has no place: then it is the file that was asked about.
    let whole: Vec<Spot> =
        entry.sources.first().filter(|_| entry.spots.is_empty()).map(whole_file).into_iter().collect();
    let mut spots = entry.spots.iter().chain(&whole);
    let first: Vec<Location> = spots.next().map(|spot| location(spot, None)).into_iter().collect();
    let others: Vec<Location> =
        spots.enumerate().map(|(number, spot)| location(spot, Some(number as i64 + 1))).collect();
    let fingerprint = fingerprint(entry);
    Finding::builder()
        .rule_id(entry.rule.id)
        .rule_index(rule)
        .kind(ResultKind::Fail)
        .level(level)
        .message(Message::builder().text(entry.message.clone()).markdown(markdown(entry)).build())
        .locations(first)
        .related_locations(others)
        .partial_fingerprints(BTreeMap::from([("ringfence/v1".to_owned(), fingerprint)]))
        .build()
}

/// The beginning of a file.
fn whole_file(source: &Arc<Source>) -> Spot {
    let (file, part) = parted(source.name());
    Spot { file, part, start: Position { line: 1, column: 1 }, end: None, says: "asked about".to_owned() }
}

/// The sentence, and the whole answer below it.
fn markdown(entry: &Entry) -> String {
    // No fence of the text is as long.
    let longest = entry.told.lines().map(|line| line.chars().take_while(|c| *c == '`').count()).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{}\n\n{fence}text\n{}\n{fence}\n", entry.message, entry.told.trim_end())
}

/// What tells a finding from others, whatever line it stands on.
fn fingerprint(entry: &Entry) -> String {
    let files: Vec<String> =
        entry.spots.iter().map(|spot| format!("{}#{}", spot.file, spot.part.as_deref().unwrap_or_default())).collect();
    sha256(&[entry.rule.id, &entry.group, &entry.title, &files.join("\n")].join("\0"))
}

fn location(spot: &Spot, id: Option<i64>) -> Location {
    let region = match spot.end {
        Some(end) => Region::builder()
            .start_line(spot.start.line as i64)
            .start_column(spot.start.column as i64)
            .end_line(end.line as i64)
            .end_column(end.column as i64)
            .build(),
        None => Region::builder().start_line(spot.start.line as i64).start_column(spot.start.column as i64).build(),
    };
    let artifact = ArtifactLocation::builder().uri(uri(&spot.file)).build();
    // The text of an attribute has lines of its own: in its file it has none.
    let physical = match is_text_of_attribute(spot) {
        true => PhysicalLocation::builder().artifact_location(artifact).build(),
        false => PhysicalLocation::builder().artifact_location(artifact).region(region).build(),
    };
    let message = Message::builder().text(spot.says.clone()).build();
    let logical: Vec<LogicalLocation> = spot
        .part
        .iter()
        .map(|part| LogicalLocation::builder().fully_qualified_name(part.clone()).kind("resource").build())
        .collect();
    match id {
        Some(id) => {
            Location::builder().id(id).physical_location(physical).logical_locations(logical).message(message).build()
        }
        None => Location::builder().physical_location(physical).logical_locations(logical).message(message).build(),
    }
}

/// Whether a place is in a text that a plan holds as the value of an attribute.
fn is_text_of_attribute(spot: &Spot) -> bool {
    spot.file.ends_with(".json")
        && spot.part.as_deref().is_some_and(|part| part.starts_with("aws_") || part.starts_with("module."))
}

/// A path as a relative reference (RFC 3986).
fn uri(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path).replace('\\', "/");
    percent_encoding::utf8_percent_encode(&path, PATH).to_string()
}

/// What is written as it is in a path.
const PATH: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
