//! Scenarios from a file or from flags.
//!
//! Flags are put together as the scenario JSON that says the same, and read like one: the two cannot mean different
//! things, and an error points into that text.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use ringfence::diagnostic::{Diagnostic, Refusal};
use ringfence::input;
use ringfence::scenario::{self, Scenario};
use ringfence::source::Source;
use ringfence::vocabulary::dialect::Dialect;
use serde_json::json;

use crate::args::Layers;

/// The name of flags in messages.
pub(crate) const COMMAND_LINE: &str = "<command line>";

/// A scenario with the warnings about it, or why there is none.
pub(crate) type Loaded = std::result::Result<(Scenario, Vec<Diagnostic>), Refusal>;

/// Refuses a dialect that does not exist, before anything is read.
pub(crate) fn check_dialect(dialect: Option<&str>) -> Result<()> {
    match dialect.filter(|name| !Dialect::NAMES.contains(name)) {
        Some(name) => bail!("there is no dialect `{name}`: --dialect takes {}", Dialect::NAMES.join(" or ")),
        None => Ok(()),
    }
}

impl Layers {
    fn files(&self) -> [&Vec<String>; 5] {
        [&self.identity, &self.boundary, &self.session_policy, &self.resource_policy, &self.endpoint_policy]
    }

    /// How many documents are to be read from standard input.
    pub(crate) fn on_stdin(&self) -> usize {
        let levels = self.scp_level.iter().chain(&self.rcp_level).flat_map(|level| level.split(','));
        let files = self.files().into_iter().flatten().map(String::as_str);
        files.chain(levels).filter(|file| *file == "-").count()
    }

    /// Whether any of the flags was given.
    pub(crate) fn is_given(&self) -> bool {
        self.principal.is_some() || self.is_more_than_a_principal()
    }

    /// Whether any of the flags but the principal was given.
    pub(crate) fn is_more_than_a_principal(&self) -> bool {
        let levels = [&self.scp_level, &self.rcp_level];
        self.resource_account.is_some() || self.files().into_iter().chain(levels).any(|files| !files.is_empty())
    }
}

/// Reads a scenario file.
pub(crate) fn from_file(path: &Path, dialect: Option<&str>) -> Loaded {
    let source = input::read_file(path)?;
    scenario::read(&source, path, dialect, false)
}

/// Reads the layers that flags name; file names are relative to the working directory.
pub(crate) fn from_flags(layers: &Layers, dialect: Option<&str>) -> Result<Loaded> {
    let source = Source::new(COMMAND_LINE, scenario_text(layers)?);
    Ok(scenario::read(&source, Path::new(""), dialect, true))
}

fn scenario_text(layers: &Layers) -> Result<String> {
    let mut scenario = serde_json::Map::new();
    if let Some(principal) = &layers.principal {
        // An object is given as JSON; everything else is a word or an ARN.
        let object = principal.trim_start().starts_with('{').then(|| serde_json::from_str(principal)).transpose();
        let object = object.with_context(|| format!("--principal is no JSON object: {principal}"))?;
        scenario.insert("principal".to_owned(), object.unwrap_or_else(|| json!(principal)));
    }
    let sets = [
        ("identityPolicies", "--identity", &layers.identity),
        ("permissionsBoundary", "--boundary", &layers.boundary),
        ("sessionPolicies", "--session-policy", &layers.session_policy),
        ("resourcePolicy", "--resource-policy", &layers.resource_policy),
        ("endpointPolicy", "--endpoint-policy", &layers.endpoint_policy),
    ];
    for (field, flag, values) in sets {
        if let Some(layer) = layer(flag, values)? {
            scenario.insert(field.to_owned(), layer);
        }
    }
    for (field, flag, levels) in
        [("scps", "--scp-level", &layers.scp_level), ("rcps", "--rcp-level", &layers.rcp_level)]
    {
        let value = match levels.as_slice() {
            [] => continue,
            [word] if word == "any" => json!("any"),
            [word] if word == "none" => json!([]),
            _ => {
                let level = |files: &String| layer(flag, &files.split(',').map(str::to_owned).collect::<Vec<_>>());
                levels.iter().map(level).collect::<Result<Option<Vec<_>>>>()?.into()
            }
        };
        scenario.insert(field.to_owned(), value);
    }
    if let Some(account) = &layers.resource_account {
        scenario.insert("resourceAccount".to_owned(), json!(account));
    }
    Ok(serde_json::Value::Object(scenario).to_string())
}

fn layer(flag: &str, values: &[String]) -> Result<Option<serde_json::Value>> {
    Ok(match values {
        [] => None,
        [word] if word == "any" => Some(json!("any")),
        [word] if word == "none" => Some(json!([])),
        files if files.iter().any(|file| matches!(file.as_str(), "any" | "none" | "")) => {
            bail!("{flag} takes files, or one of the words `any` and `none` alone")
        }
        files => Some(files.iter().map(|file| json!({ "file": file })).collect()),
    })
}
