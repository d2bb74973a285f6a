//! The service authorization catalogue: which services, actions, resource types and condition keys there are.
//!
//! In: `encodings/aws/catalogue.txt` (format in `encodings/aws/CATALOGUE.md`). Out: [`Catalogue`], which finds the
//! services once and parses one when it is first asked for. The text is mapped from the binary and costs nothing until
//! touched. Trusted as of the date of its sources: that a service has no further action is an assumption (S11.4.12).

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use crate::vocabulary::context_key::ContextKey;

/// The scalar type of a context key's values (S11.4.16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarType {
    /// Text.
    String,
    /// An ARN of six parts.
    Arn,
    /// `true` or `false`.
    Bool,
    /// A decimal number.
    Number,
    /// An instant.
    Date,
    /// An address, or a CIDR range.
    Address,
}

/// The declared type of a context key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyType {
    /// The type of one value.
    pub scalar: ScalarType,
    /// Whether the key holds a list of values (S3.2.1).
    pub multivalued: bool,
}

impl KeyType {
    fn parse(code: &str) -> Option<Self> {
        let scalar = match code {
            "s" | "S" => ScalarType::String,
            "a" | "A" => ScalarType::Arn,
            "b" | "B" => ScalarType::Bool,
            "n" | "N" => ScalarType::Number,
            "d" | "D" => ScalarType::Date,
            "i" | "I" => ScalarType::Address,
            _ => return None,
        };
        Some(Self { scalar, multivalued: code.bytes().all(|byte| byte.is_ascii_uppercase()) })
    }
}

/// What an action does, as AWS classes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessLevel {
    /// Changes something.
    Write,
    /// Reads contents.
    Read,
    /// Lists names.
    List,
    /// Adds or removes tags.
    Tagging,
    /// Changes who may do what.
    PermissionsManagement,
}

/// A resource type that an action can be authorized on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionResource {
    /// Name of the resource type.
    pub name: String,
    /// Whether the action always needs it.
    pub required: bool,
    /// Keys that hold for the action on this type.
    pub keys: Vec<ContextKey>,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueAction {
    /// The name in its canonical case, without prefix.
    pub name: String,
    /// What it does.
    pub level: AccessLevel,
    /// Not classed as permissions management by AWS, but able to escalate (the mark `p`).
    pub escalating: bool,
    /// The resource types it is authorized on; empty: only `*`.
    pub resources: Vec<ActionResource>,
    /// Keys of the action as a whole.
    pub keys: Vec<ContextKey>,
    /// Actions that are needed besides, with their prefix.
    pub dependent: Vec<String>,
}

/// One resource type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// Its name; may hold blanks.
    pub name: String,
    /// The template of its ARN, `${Partition}` and the like unresolved.
    pub arn: String,
    /// Keys that hold on resources of the type.
    pub keys: Vec<ContextKey>,
}

/// One service with everything the catalogue says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// The prefix of its actions.
    pub prefix: String,
    /// Its name.
    pub name: String,
    /// Whether resource control policies cover it (S10.3).
    pub rcp: bool,
    /// Its actions, sorted.
    pub actions: Vec<CatalogueAction>,
    /// Its resource types, sorted.
    pub resource_types: Vec<ResourceType>,
    /// Its condition keys with their types.
    pub keys: Vec<(ContextKey, KeyType)>,
}

impl Service {
    /// The action of a name without prefix, case ignored.
    pub fn action(&self, name: &str) -> Option<&CatalogueAction> {
        self.actions.iter().find(|action| action.name.eq_ignore_ascii_case(name))
    }
}

/// A global key: one that does not belong to a service's own actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlobalKey {
    /// The key; `${TagKey}` stands for any text.
    pub key: ContextKey,
    /// The type of its values.
    pub kind: KeyType,
    /// `principal`, `session`, `network`, `resource` or `request`.
    pub category: String,
    /// When requests carry it: a code of `CATALOGUE.md`.
    pub presence: String,
}

/// A line of the catalogue that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("catalogue: service `{service}`: unusable line `{line}`")]
pub struct CatalogueError {
    /// The service whose block it is in; empty for the head.
    pub service: String,
    /// The line.
    pub line: String,
}

/// The catalogue, indexed by service.
#[derive(Debug)]
pub struct Catalogue {
    text: &'static str,
    digest: &'static str,
    head: &'static str,
    blocks: HashMap<&'static str, Block>,
    prefixes: Vec<&'static str>,
}

#[derive(Debug)]
struct Block {
    text: &'static str,
    parsed: OnceLock<Result<Service, CatalogueError>>,
}

static EMBEDDED: LazyLock<Catalogue> = LazyLock::new(|| {
    let text = include_str!("../../encodings/aws/catalogue.txt");
    Catalogue::indexed(text, include_str!(concat!(env!("OUT_DIR"), "/catalogue.index")))
});

impl Catalogue {
    /// The built-in catalogue.
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// A catalogue text with what the build script found in it, so that no process has to look through it all: a line
    /// with its digest, then for each service its prefix and where its block starts and ends.
    fn indexed(text: &'static str, index: &'static str) -> Self {
        let (digest, services) = index.split_once('\n').unwrap_or_default();
        let mut blocks = HashMap::new();
        let mut prefixes = Vec::new();
        let mut head = text;
        for service in services.lines() {
            let mut fields = service.split('\t');
            let prefix = fields.next().unwrap_or_default();
            let mut place = || fields.next()?.parse().ok();
            let (Some(start), Some(end)) = (place(), place()) else { continue };
            let Some(block) = text.get(start..end) else { continue };
            if prefixes.is_empty() {
                head = text.get(..start).unwrap_or_default();
            }
            prefixes.push(prefix);
            blocks.insert(prefix, Block { text: block, parsed: OnceLock::new() });
        }
        Self { text, digest, head, blocks, prefixes }
    }

    /// The digest of the whole text.
    pub fn digest(&self) -> &'static str {
        self.digest
    }

    /// The whole text, for digests.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// `#source` lines: the packages the facts come from, with version and licence.
    pub fn sources(&self) -> impl Iterator<Item = &'static str> {
        self.head.lines().filter_map(|line| line.strip_prefix("#source "))
    }

    /// The prefixes of all services, sorted.
    pub fn prefixes(&self) -> &[&'static str] {
        &self.prefixes
    }

    /// A service by its prefix in lower case; none if the catalogue lacks it. Parsed at the first call.
    ///
    /// # Errors
    /// The first line of the service that cannot be used.
    pub fn service(&self, prefix: &str) -> Option<Result<&Service, CatalogueError>> {
        let block = self.blocks.get(prefix)?;
        Some(block.parsed.get_or_init(|| parse_service(block.text)).as_ref().map_err(Clone::clone))
    }

    /// Whether the catalogue has a service, without reading what it says of it.
    pub fn lists(&self, prefix: &str) -> bool {
        self.blocks.contains_key(prefix)
    }

    /// The names of a service's actions in canonical case, without parsing anything else of it.
    pub fn action_names(&self, prefix: &str) -> impl Iterator<Item = &'static str> {
        let text = self.blocks.get(prefix).map_or("", |block| block.text);
        text.lines().filter_map(|line| line.strip_prefix("a\t")).filter_map(|line| line.split('\t').next())
    }

    /// The global keys.
    ///
    /// # Errors
    /// The first line that cannot be used.
    pub fn global_keys(&self) -> Result<Vec<GlobalKey>, CatalogueError> {
        let lines = self.head.lines().filter(|line| line.starts_with("g\t"));
        lines
            .map(|line| {
                let mut fields = line.split('\t').skip(1);
                let mut read = || {
                    let key = ContextKey::new(fields.next()?);
                    let kind = KeyType::parse(fields.next()?)?;
                    let category = fields.next()?.to_owned();
                    Some(GlobalKey { key, kind, category, presence: fields.next()?.to_owned() })
                };
                read().ok_or_else(|| CatalogueError { service: String::new(), line: line.to_owned() })
            })
            .collect()
    }
}

/// The context keys that the services of a catalogue text declare, with their types, without reading anything else.
pub(super) fn declared_keys(text: &'static str) -> impl Iterator<Item = (ContextKey, KeyType)> {
    let mut prefix = "";
    text.lines().filter_map(move |line| {
        let mut fields = line.split('\t');
        match (fields.next()?, fields.next()?) {
            ("@", own) => {
                prefix = own;
                None
            }
            ("k", name) => Some((key(name, prefix), KeyType::parse(fields.next()?)?)),
            _ => None,
        }
    })
}

fn parse_service(block: &str) -> Result<Service, CatalogueError> {
    let mut lines = block.lines();
    let mut heading = lines.next().unwrap_or_default().split('\t');
    let mut service = Service {
        prefix: heading.next().unwrap_or_default().to_owned(),
        name: heading.next().unwrap_or_default().to_owned(),
        rcp: heading.next() == Some("rcp"),
        actions: Vec::new(),
        resource_types: Vec::new(),
        keys: Vec::new(),
    };
    for line in lines {
        if read_line(&mut service, line).is_none() {
            return Err(CatalogueError { service: service.prefix, line: line.to_owned() });
        }
    }
    Ok(service)
}

fn read_line(service: &mut Service, line: &str) -> Option<()> {
    let mut fields = line.split('\t');
    let kind = fields.next()?;
    let prefix = service.prefix.as_str();
    match kind {
        "k" => {
            let key = key(fields.next()?, prefix);
            service.keys.push((key, KeyType::parse(fields.next()?)?));
        }
        "r" => {
            let name = fields.next()?.to_owned();
            let arn = fields.next()?;
            let arn = match arn.strip_prefix('~') {
                Some(rest) => format!("arn:${{Partition}}:{prefix}:${{Region}}:${{Account}}:{rest}"),
                None => arn.to_owned(),
            };
            let keys = keys(fields.next().unwrap_or_default(), prefix);
            service.resource_types.push(ResourceType { name, arn, keys });
        }
        "a" => {
            let name = fields.next()?.to_owned();
            let level = fields.next()?;
            let escalating = level.ends_with('p');
            let level = match level.trim_end_matches('p') {
                "W" => AccessLevel::Write,
                "R" => AccessLevel::Read,
                "L" => AccessLevel::List,
                "T" => AccessLevel::Tagging,
                "P" => AccessLevel::PermissionsManagement,
                _ => return None,
            };
            let types = fields.next().unwrap_or_default();
            let resources = types.split('|').filter(|text| !text.is_empty()).map(|text| action_resource(text, prefix));
            let resources = resources.collect::<Option<_>>()?;
            let keys = keys(fields.next().unwrap_or_default(), prefix);
            let dependent = list(fields.next().unwrap_or_default()).map(|action| expand(action, prefix)).collect();
            service.actions.push(CatalogueAction { name, level, escalating, resources, keys, dependent });
        }
        // Readers skip what they don't know.
        _ => {}
    }
    Some(())
}

fn action_resource(text: &str, prefix: &str) -> Option<ActionResource> {
    let (name, braces) = match text.split_once('{') {
        Some((name, rest)) => (name, rest.strip_suffix('}')?),
        None => (text, ""),
    };
    let required = name.ends_with('*');
    Some(ActionResource { name: name.trim_end_matches('*').to_owned(), required, keys: keys(braces, prefix) })
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|item| !item.is_empty())
}

fn keys(text: &str, prefix: &str) -> Vec<ContextKey> {
    list(text).map(|item| key(item, prefix)).collect()
}

fn key(text: &str, prefix: &str) -> ContextKey {
    let full = expand(text, prefix);
    ContextKey::new(match full.strip_suffix("/$") {
        Some(family) => format!("{family}/${{TagKey}}"),
        None => full,
    })
}

/// Undoes the shortening: `:x` is `<prefix>:x`, `@x` is `aws:x`.
fn expand(text: &str, prefix: &str) -> String {
    if let Some(rest) = text.strip_prefix(':') {
        format!("{prefix}:{rest}")
    } else if let Some(rest) = text.strip_prefix('@') {
        format!("aws:{rest}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::vocabulary::action::{Action, ActionPattern};
    use crate::vocabulary::digest::Digest;

    #[test]
    fn the_index_is_of_the_text() {
        let catalogue = Catalogue::embedded();
        assert_eq!(catalogue.digest(), Digest::of([catalogue.text()]).to_string());
        let mut parts = catalogue.text().split("\n@\t");
        assert!(catalogue.head.starts_with(parts.next().unwrap()));
        assert!(catalogue.prefixes.iter().map(|prefix| catalogue.blocks.get(prefix).unwrap().text).eq(parts));
    }

    #[test]
    fn every_line_of_the_catalogue_is_read() {
        let catalogue = Catalogue::embedded();
        let services: Vec<_> = catalogue.prefixes().iter().map(|p| catalogue.service(p).unwrap().unwrap()).collect();
        let count = |of: fn(&Service) -> usize| services.iter().map(|service| of(service)).sum::<usize>();
        assert_eq!(services.len(), 456);
        assert_eq!(count(|service| service.actions.len()), 22_091);
        assert_eq!(count(|service| service.resource_types.len()), 2_334);
        assert_eq!(count(|service| service.keys.len()), 2_577);
        assert_eq!(count(|service| usize::from(service.rcp)), 62);
        assert_eq!(count(|s| s.actions.iter().filter(|action| action.resources.is_empty()).count()), 6_724);
        assert_eq!(catalogue.global_keys().unwrap().len(), 59);
        assert_eq!(catalogue.sources().count(), 2);
    }

    #[test]
    fn every_action_of_the_catalogue_parses() {
        let catalogue = Catalogue::embedded();
        let mut parsed = 0;
        for prefix in catalogue.prefixes() {
            for name in catalogue.action_names(prefix) {
                let text = format!("{prefix}:{name}");
                let (action, pattern) = (Action::parse(&text).unwrap(), ActionPattern::parse(&text).unwrap());
                assert_eq!((action.as_str(), pattern.as_str()), (text.as_str(), text.as_str()));
                parsed += 1;
            }
        }
        assert_eq!(parsed, 22_091);
    }

    #[test]
    fn shortened_names_are_written_out() {
        let catalogue = Catalogue::embedded();
        let iam = catalogue.service("iam").unwrap().unwrap();
        let create = iam.action("createuser").unwrap();
        assert!(create.escalating && create.level == AccessLevel::Write);
        let keys: Vec<_> = create.keys.iter().map(ContextKey::as_str).collect();
        assert_eq!(keys, ["aws:RequestTag/${TagKey}", "aws:TagKeys", "iam:PermissionsBoundary"]);
        let [user] = &create.resources[..] else { panic!("one resource type") };
        assert!(user.required && user.name == "user");
        let kind = |wanted: &str| iam.keys.iter().find(|(key, _)| key.as_str() == wanted).unwrap().1;
        assert_eq!(kind("iam:PermissionsBoundary"), KeyType { scalar: ScalarType::Arn, multivalued: false });
        assert!(kind("aws:TagKeys").multivalued);
        assert!(catalogue.service("nosuchservice").is_none());
        assert_eq!(catalogue.action_names("iam").count(), iam.actions.len());
    }
}
