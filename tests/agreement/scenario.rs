//! Scenarios: a caller, the layers that such a caller can have, who owns the resource, the rulings.
//!
//! A scenario is a JSON line as users write it. Rulings are options of the program and no field of a line: here they are
//! the member `rulings`, taken off before the line is read.

use ringfence::vocabulary::ruling::{NotPrincipal, ResourceStar, Rulings, UserBoundary};
use serde_json::{Map, Value, json};

use crate::caller::{caller, type_of};
use crate::condition::Wildness;
use crate::dice::Dice;
use crate::document::{ACCOUNT, OTHER, Theme, allow_all, document};

/// One document, or a list, or none, or not known.
fn layer(dice: &mut Dice, name: &str, theme: Theme, wildness: Wildness, given: usize) -> Value {
    if dice.percent(given) {
        let single = matches!(name, "permissionsBoundary" | "resourcePolicy" | "endpointPolicy");
        let mut first = document(dice, name, theme, wildness);
        // Gates that allow nothing leave nothing to decide.
        if name == "endpointPolicy" && dice.percent(50) {
            let all = allow_all(name)["Statement"][0].clone();
            first["Statement"].as_array_mut().unwrap().push(all);
        }
        return if single || dice.percent(75) { first } else { json!([first, document(dice, name, theme, wildness)]) };
    }
    if wildness == Wildness::Anything && dice.percent(8) { json!("any") } else { Value::Null }
}

/// One to three levels of an organization.
fn levels(dice: &mut Dice, name: &str, theme: Theme, wildness: Wildness, given: usize) -> Value {
    if !dice.percent(given) {
        return if wildness == Wildness::Anything && dice.percent(4) { json!("any") } else { Value::Null };
    }
    let level = |dice: &mut Dice| {
        let mut documents = Vec::new();
        if name == "rcps" || dice.percent(65) {
            documents.push(allow_all(name));
        }
        if documents.is_empty() || dice.percent(60) {
            documents.push(document(dice, name, theme, wildness));
        }
        if dice.percent(20) {
            documents.push(document(dice, name, theme, wildness));
        }
        json!(documents)
    };
    json!((0..=dice.below(3)).map(|_| level(dice)).collect::<Vec<_>>())
}

/// The layers of a caller of a kind; `any` and `outside` stand for callers of several kinds.
pub(crate) fn layers(dice: &mut Dice, kind: &str, theme: Theme, wildness: Wildness, line: &mut Map<String, Value>) {
    let person = matches!(kind, "user" | "role-session" | "linked" | "federated" | "provider" | "any");
    let session = matches!(kind, "role-session" | "linked" | "federated" | "provider");
    let own_policy = if theme == Theme::Anything { 50 } else { 85 };
    // Every layer more leaves less that is allowed.
    let few = dice.percent(40);
    let rare = |percent: usize| if few { percent / 8 } else { percent };
    for (name, carried, given) in [
        ("identityPolicies", person, 80),
        ("permissionsBoundary", person, rare(30)),
        ("sessionPolicies", session, if kind == "federated" { 60 } else { rare(25) }),
        ("resourcePolicy", true, own_policy),
        ("endpointPolicy", true, rare(30)),
    ] {
        line.insert(name.to_owned(), if carried { layer(dice, name, theme, wildness, given) } else { Value::Null });
    }
    if kind == "outside" {
        line.remove("identityPolicies");
    }
    let bound = !matches!(kind, "service" | "anonymous");
    line.insert("scps".to_owned(), if bound { levels(dice, "scps", theme, wildness, rare(45)) } else { Value::Null });
    line.insert("rcps".to_owned(), levels(dice, "rcps", theme, wildness, rare(45)));
}

/// Rulings, each given one way or the other, or not.
fn rulings(dice: &mut Dice) -> Value {
    let mut given = Map::new();
    for (name, words) in [
        ("user-boundary", ["bypass", "enforce"]),
        ("notprincipal", ["strict", "lenient"]),
        ("resource-star", ["documented", "segmented"]),
    ] {
        if dice.percent(40) {
            given.insert(name.to_owned(), json!(dice.pick(&words)));
        }
    }
    Value::Object(given)
}

/// Owner of the resource and rulings.
pub(crate) fn surroundings(dice: &mut Dice, line: &mut Map<String, Value>) {
    let owner = match dice.below(20) {
        0..=4 => json!(OTHER),
        5 => json!(ACCOUNT),
        6 | 7 => json!("any"),
        _ => Value::Null,
    };
    line.insert("resourceAccount".to_owned(), owner);
    line.insert("rulings".to_owned(), rulings(dice));
}

/// What a scenario is about.
pub(crate) fn theme(dice: &mut Dice) -> Theme {
    dice.pick(&[Theme::Anything, Theme::Anything, Theme::Keys, Theme::Trust])
}

/// A scenario of one caller.
pub(crate) fn scenario(dice: &mut Dice, kind: &str, theme: Theme, wildness: Wildness) -> Value {
    let mut line = Map::new();
    line.insert("principal".to_owned(), caller(dice, kind, ACCOUNT));
    layers(dice, kind, theme, wildness, &mut line);
    surroundings(dice, &mut line);
    debug_assert_eq!(line["principal"]["type"], type_of(kind));
    Value::Object(line)
}

/// A line without its rulings, and the rulings.
pub(crate) fn parted(line: &Value) -> (Value, Rulings) {
    let mut line = line.clone();
    let given = line.as_object_mut().and_then(|line| line.shift_remove("rulings")).unwrap_or_default();
    let word = |name: &str| given.get(name).and_then(Value::as_str);
    let rulings = Rulings {
        user_boundary: word("user-boundary").map(|word| match word {
            "enforce" => UserBoundary::Enforce,
            _ => UserBoundary::Bypass,
        }),
        not_principal: word("notprincipal").map(|word| match word {
            "lenient" => NotPrincipal::Lenient,
            _ => NotPrincipal::Strict,
        }),
        resource_star: word("resource-star").map(|word| match word {
            "segmented" => ResourceStar::Segmented,
            _ => ResourceStar::Documented,
        }),
    };
    (line, rulings)
}
