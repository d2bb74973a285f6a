//! What an answer was made with: dialect, digest of the encodings, catalogue, Z3 (rule 6 of the evidence).

use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::escalation::transition;
use crate::solve;
use crate::symbolic::law::Law;
use crate::verdict::EngineName;
use crate::vocabulary::catalogue::Catalogue;
use crate::vocabulary::dialect::Dialect;
use crate::vocabulary::digest::Digest;

/// The digest of everything that a dialect's answers are made from: law files in load order, rules file, transitions,
/// and the digest of the catalogue. Computed when first asked for, once a process.
pub fn encodings_digest(dialect: &Dialect) -> Digest {
    static COMPUTED: [OnceLock<Digest>; Dialect::NAMES.len()] = [const { OnceLock::new() }; Dialect::NAMES.len()];
    let compute = || {
        let law = Law::embedded_files(dialect.name()).unwrap_or_default();
        let law = law.iter().map(|(_, text)| *text);
        Digest::of(law.chain([dialect.text(), transition::text(dialect), Catalogue::embedded().digest()]))
    };
    let computed = Dialect::NAMES.iter().zip(&COMPUTED).find(|(name, _)| **name == dialect.name());
    computed.map_or_else(compute, |(_, digest)| *digest.get_or_init(compute))
}

/// The packages that the catalogue comes from, with their versions.
fn catalogue_sources() -> Vec<String> {
    let without_licence = |source: &str| source.split(' ').take(2).collect::<Vec<_>>().join(" ");
    Catalogue::embedded().sources().map(without_licence).collect()
}

/// The day of the catalogue's facts: the version of its first package ends in it, as in `0.21.202609261`.
pub fn catalogue_date() -> Option<String> {
    let source = Catalogue::embedded().sources().next()?;
    let digits = source.split([' ', '.']).find(|part| part.len() >= 8 && part.bytes().all(|b| b.is_ascii_digit()))?;
    Some(format!("{}-{}-{}", digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?))
}

/// As members of a verdict: the dialect, the digest, the catalogue.
pub(super) fn json(dialect: &Dialect) -> [(&'static str, Value); 3] {
    [
        ("dialect", json!(dialect.name())),
        ("encodings", json!(encodings_digest(dialect).to_string())),
        ("catalogue", json!({ "date": catalogue_date(), "sources": catalogue_sources() })),
    ]
}

/// As running text.
pub(super) fn text(dialect: &Dialect, engine: EngineName) -> String {
    format!(
        "dialect {}, encodings {}; catalogue of {} ({}); engine {}, Z3 {}",
        dialect.name(),
        encodings_digest(dialect),
        catalogue_date().as_deref().unwrap_or("an unknown day"),
        catalogue_sources().join(", "),
        engine.as_str(),
        z3(),
    )
}

/// The version of Z3.
pub fn z3() -> &'static str {
    solve::version().unwrap_or("unusable")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn dialects_have_digests_of_their_own() {
        let digest = |name| encodings_digest(Dialect::embedded(name).unwrap().unwrap());
        assert_ne!(digest("aws"), digest("astran"));
        assert_eq!(digest("aws"), digest("aws"));
    }

    #[test]
    fn the_catalogue_has_a_date() {
        let date = catalogue_date().unwrap();
        assert!(date.parse::<jiff::civil::Date>().is_ok(), "{date}");
    }
}
