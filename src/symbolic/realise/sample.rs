//! Values that read well, tried before others.
//!
//! In: a field's name, sets of texts. Out: candidates. Nothing rests on them: every value is checked.

use crate::symbolic::encode::RESOURCE;
use crate::symbolic::field::Hints;
use crate::symbolic::language::{Language, Piece};
use crate::symbolic::realise::Setting;
use crate::symbolic::realise::question::key_type;
use crate::symbolic::shape::{ISSUER, PRINCIPAL_ARN, PRINCIPAL_TAG, SESSION};
use crate::vocabulary::catalogue::ScalarType;
use crate::vocabulary::context_key::ContextKey;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;

/// Whether a text is a number, an instant or an address where the key is declared to hold such (S11.4.16).
pub(super) fn is_of_declared_type(name: &str, text: &str) -> bool {
    match key_type(name).map(|kind| kind.0) {
        Some(ScalarType::Number) => Number::parse(text).is_some(),
        Some(ScalarType::Date) => Instant::parse(text).is_some(),
        Some(ScalarType::Address) => text.parse::<std::net::IpAddr>().is_ok(),
        Some(ScalarType::String | ScalarType::Arn | ScalarType::Bool) | None => true,
    }
}

/// Numbers, instants and addresses that begin as the texts of some languages do.
pub(super) fn begun<'l>(languages: impl IntoIterator<Item = &'l Language>) -> Vec<String> {
    const SAMPLES: [&str; 5] = ["203.0.113.1", "10.0.0.1", "2001:db8::1", "2026-01-01T00:00:00Z", "10"];
    const ENDS: [&str; 6] = ["0", "1", ".1", ".0.1", ".0.0.1", "::1"];
    let mut found = Vec::new();
    for glob in languages.into_iter().flat_map(Language::globs) {
        let front: String = glob.pieces().iter().map_while(literal).collect();
        found.extend(SAMPLES.iter().filter_map(|sample| Some(format!("{front}{}", sample.get(front.len()..)?))));
        found.extend(ENDS.iter().map(|end| format!("{front}{end}")));
    }
    found
}

fn literal(piece: &Piece) -> Option<char> {
    match piece {
        Piece::Literal(character) => Some(*character),
        _ => None,
    }
}

/// Values on other axes that a value suggests: an instant's seconds (S3.1.6), the whole numbers behind a number.
pub(super) fn near(value: &str) -> Vec<String> {
    const WHOLE: i128 = 64;
    match (value.parse::<i128>(), Instant::parse(value)) {
        (Ok(number), _) => (1..WHOLE).map(|step| (number + step).to_string()).collect(),
        (Err(_), Some(instant)) => {
            let second = instant.nanoseconds().div_euclid(1_000_000_000);
            (0..2).map(|step| (second + step).to_string()).collect()
        }
        _ => Vec::new(),
    }
}

/// How many resources of a profile are tried as they read best.
const SAMPLES: usize = 16;

/// Values that read well.
pub(super) fn hints(name: &str, setting: Setting<'_>) -> Hints {
    let mut hints = Hints::default();
    let (partition, account) = (&setting.shape.partition, setting.shape.account.text());
    let whole: Vec<String> = match name {
        RESOURCE => setting.profile.units.iter().take(SAMPLES).map(|unit| unit.form.sample.clone()).collect(),
        PRINCIPAL_ARN => vec![
            format!("arn:{partition}:iam::{account}:user/example"),
            format!("arn:{partition}:iam::{account}:role/example"),
            format!("arn:{partition}:sts::{account}:federated-user/example"),
        ],
        SESSION => vec![format!("arn:{partition}:sts::{account}:assumed-role/example/example")],
        ISSUER => vec![format!("arn:{partition}:iam::{account}:user/example")],
        "iam:permissionsboundary" | "iam:policyarn" => vec![format!("arn:{partition}:iam::{account}:policy/example")],
        "aws:tagkeys" => {
            let passed = setting.asked.iter().filter(|key| key.member_of("aws:requesttag/").is_some());
            passed.filter_map(|key| Some(key.as_str().split_once('/')?.1.to_owned())).collect()
        }
        "aws:principalservicename" => setting.shape.exact.iter().map(|caller| caller.arn.clone()).collect(),
        _ if name.starts_with(PRINCIPAL_TAG) => {
            let tag = name.strip_prefix(PRINCIPAL_TAG).map(ContextKey::new);
            tag.and_then(|tag| setting.shape.tags.get(&tag)).cloned().into_iter().collect()
        }
        _ if name.starts_with("aws:") && name.ends_with("orgid") => vec!["o-example".to_owned()],
        _ if name.starts_with("aws:") && name.ends_with("orgpaths") => vec!["o-example/r-example/".to_owned()],
        "aws:requestedregion" => vec!["us-east-1".to_owned(), "eu-west-1".to_owned()],
        _ => match key_type(name).map(|kind| kind.0) {
            Some(ScalarType::Number) => vec!["1".to_owned(), "10".to_owned()],
            Some(ScalarType::Date) => vec!["2026-01-01T00:00:00Z".to_owned()],
            Some(ScalarType::Address) => vec!["203.0.113.1".to_owned()],
            Some(ScalarType::Arn) => vec![format!("arn:{partition}:iam::{account}:role/example")],
            _ => Vec::new(),
        },
    };
    hints.whole = whole;
    hints.fills = vec!["example".to_owned(), "us-east-1".to_owned(), "a".to_owned(), account.to_owned()];
    hints
}
