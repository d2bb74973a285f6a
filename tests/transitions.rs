//! The transitions of `encodings/`: complete against the shared catalogue of transitions, and refused where broken.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use ringfence::escalation::transition::{BoundaryKey, Credential, Effect, Kind, Transition, read, transitions};
use ringfence::vocabulary::catalogue::Catalogue;
use ringfence::vocabulary::dialect::Dialect;
use serde_json::Value;

/// Entries whose requests are not as many as the source counts: how many here, and why.
const OTHER_COUNTS: [(&str, usize, &str); 4] = [
    ("iam-update-assume-role-policy", 1, "its second request is sts-assume-role"),
    ("iam-update-saml-provider", 1, "its second request is sts-assume-role-saml"),
    ("iam-add-role-to-instance-profile", 2, "the profile is made by a request of its own"),
    ("iam-temporary-delegation", 5, "the source names five actions and counts four; it does nothing here"),
];

/// Entries whose requests are not the actions of the source, and why; those that have one of several are told apart by
/// what stands behind the slash.
const OTHER_ACTIONS: [(&str, &str); 7] = [
    ("iam-update-assume-role-policy", "see above"),
    ("iam-update-saml-provider", "see above"),
    ("iam-add-role-to-instance-profile", "see above"),
    ("iam-register-own-mfa", "the third request is named"),
    ("sts-tag-session", "sts:TagSession is no request of its own"),
    ("lambda-create-add-permission", "the third request is named"),
    ("lambda-update-code-add-permission", "the third request is named"),
];

/// The actions that the catalogue lacks.
const UNLISTED: [&str; 0] = [];

/// The actions that carry the boundary key under Astran (S15.11).
const ASTRAN_CARRIERS: [&str; 3] =
    ["iam:CreateUser", "iam:DeleteUserPermissionsBoundary", "iam:PutUserPermissionsBoundary"];

/// All effects, by their words in the files.
const EFFECTS: [&str; 34] = [
    "assume-role",
    "assume-role-with",
    "attach",
    "choose-version",
    "create",
    "create-policy",
    "create-provider",
    "delete",
    "delete-document",
    "delete-key",
    "delete-mfa",
    "delete-password",
    "delete-policy",
    "delete-resource-policy",
    "delete-version",
    "detach",
    "drive",
    "federate",
    "gain-credential",
    "join",
    "join-profile",
    "leave",
    "nothing",
    "pass-role",
    "remove-boundary",
    "rename",
    "set-boundary",
    "tag",
    "take-provider",
    "untag",
    "write-document",
    "write-resource-policy",
    "write-trust",
    "write-version",
];

/// The word of an effect; whoever adds an effect comes past here.
fn word(effect: &Effect) -> &'static str {
    match effect {
        Effect::WriteDocument(_) => "write-document",
        Effect::DeleteDocument(_) => "delete-document",
        Effect::WriteVersion => "write-version",
        Effect::ChooseVersion => "choose-version",
        Effect::DeleteVersion => "delete-version",
        Effect::CreatePolicy => "create-policy",
        Effect::DeletePolicy => "delete-policy",
        Effect::Attach(_) => "attach",
        Effect::Detach(_) => "detach",
        Effect::SetBoundary(_) => "set-boundary",
        Effect::RemoveBoundary(_) => "remove-boundary",
        Effect::Join => "join",
        Effect::Leave => "leave",
        Effect::GainCredential(_) => "gain-credential",
        Effect::DeleteKey => "delete-key",
        Effect::DeletePassword => "delete-password",
        Effect::DeleteMfa => "delete-mfa",
        Effect::WriteTrust => "write-trust",
        Effect::AssumeRole => "assume-role",
        Effect::AssumeRoleWith(_) => "assume-role-with",
        Effect::Federate => "federate",
        Effect::CreateProvider(_) => "create-provider",
        Effect::TakeProvider(_) => "take-provider",
        Effect::Create { .. } => "create",
        Effect::Delete(_) => "delete",
        Effect::Rename(_) => "rename",
        Effect::Tag(_) => "tag",
        Effect::Untag(_) => "untag",
        Effect::WriteResourcePolicy { .. } => "write-resource-policy",
        Effect::DeleteResourcePolicy { .. } => "delete-resource-policy",
        Effect::PassRole { .. } => "pass-role",
        Effect::Drive { .. } => "drive",
        Effect::JoinProfile => "join-profile",
        Effect::Nothing => "nothing",
    }
}

fn of(dialect: &str) -> &'static [Transition] {
    transitions(Dialect::embedded(dialect).unwrap().unwrap()).unwrap()
}

/// The id in the source: what stands before the slash.
fn source_id(transition: &Transition) -> &str {
    transition.id.split('/').next().unwrap()
}

fn actions(transition: &Transition) -> Vec<&str> {
    transition.requests.iter().map(|action| action.as_str()).collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// The shared catalogue of transitions; none where it is not beside this checkout.
fn source() -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/escalation.json");
    if !path.exists() {
        // Past the test harness, which would keep it to itself.
        let mut stderr = std::io::stderr();
        writeln!(stderr, "skipped: ../shared/escalation.json is not there").unwrap();
        return None;
    }
    Some(serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
}

#[test]
fn every_transition_of_the_source_occurs_in_its_order_and_no_other() {
    let Some(source) = source() else { return };
    let theirs: Vec<&str> =
        source["transitions"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(theirs.len(), 168);
    let mut ours: Vec<&str> = of("aws").iter().map(source_id).collect();
    ours.dedup();
    assert_eq!(ours, theirs);
}

#[test]
fn requests_and_checks_are_those_of_the_source() {
    let Some(source) = source() else { return };
    let mut by_id: BTreeMap<&str, Vec<&Transition>> = BTreeMap::new();
    for transition in of("aws") {
        by_id.entry(source_id(transition)).or_default().push(transition);
    }
    for entry in source["transitions"].as_array().unwrap() {
        let id = entry["id"].as_str().unwrap();
        let counted = usize::try_from(entry["requests"].as_u64().unwrap()).unwrap();
        let exception = OTHER_COUNTS.iter().find(|(own, ..)| *own == id);
        let wanted = exception.map_or(counted, |(_, count, _)| *count);
        assert!(exception.is_none() || wanted != counted, "{id} is no exception");
        let passes = texts(&entry["permission_checks_without_own_request"]).contains(&"iam:PassRole");
        for transition in &by_id[id] {
            assert_eq!(transition.requests.len(), wanted, "{}", transition.id);
            assert_eq!(transition.passes_role, passes, "{}", transition.id);
        }
        let theirs: Vec<&str> =
            entry["actions"].as_array().unwrap().iter().map(|action| action["action"].as_str().unwrap()).collect();
        let ours: Vec<&str> = by_id[id].iter().flat_map(|transition| actions(transition)).collect();
        assert_eq!(ours != theirs, OTHER_ACTIONS.iter().any(|(own, _)| *own == id), "{id}: {ours:?}, not {theirs:?}");
    }
}

#[test]
fn boundary_keys_are_those_of_the_source() {
    let Some(source) = source() else { return };
    let keys = &source["boundary_key_actions"];
    let (requested, current) = (texts(&keys["value_in_request"]), texts(&keys["target_current_value"]));
    for (dialect, carriers) in [("aws", None), ("astran", Some(ASTRAN_CARRIERS))] {
        for transition in of(dialect) {
            let carries = |list: &[&str]| {
                let own = actions(transition);
                own.iter().any(|own| list.contains(own) && carriers.is_none_or(|carriers| carriers.contains(own)))
            };
            let wanted = match (carries(&requested), carries(&current)) {
                (true, false) => BoundaryKey::Requested,
                (false, true) => BoundaryKey::Current,
                (false, false) => BoundaryKey::Absent,
                (true, true) => panic!("{} has two values of the key", transition.id),
            };
            assert_eq!(transition.boundary, wanted, "{dialect}: {}", transition.id);
        }
    }
}

#[test]
fn every_action_is_in_the_catalogue() {
    let catalogue = Catalogue::embedded();
    let listed = |transition: &Transition| {
        let unknown = transition.requests.iter().filter(|action| {
            let service = catalogue.service(action.prefix()).map(Result::unwrap);
            service.is_none_or(|service| service.action(action.name()).is_none())
        });
        unknown.map(|action| action.as_str().to_owned()).collect::<Vec<_>>()
    };
    for dialect in Dialect::NAMES {
        let unlisted: BTreeSet<String> = of(dialect).iter().flat_map(listed).collect();
        assert!(unlisted.iter().eq(UNLISTED.iter()), "{dialect}: {unlisted:?}");
    }
    // Services whose actions are meant: of credentials and of resource policies.
    for transition in of("aws") {
        if let Effect::GainCredential(Credential::Services(services))
        | Effect::WriteResourcePolicy { services }
        | Effect::DeleteResourcePolicy { services } = &transition.effect
        {
            for service in services {
                assert!(catalogue.lists(service), "{}: {service}", transition.id);
            }
        }
    }
}

#[test]
fn every_effect_is_used() {
    let used: BTreeSet<&str> = of("aws").iter().map(|transition| word(&transition.effect)).collect();
    assert!(used.iter().eq(EFFECTS.iter()), "{used:?}");
}

#[test]
fn roles_are_passed_where_the_effect_says_so() {
    for transition in of("aws") {
        let passes = matches!(transition.effect, Effect::PassRole { .. } | Effect::JoinProfile);
        assert_eq!(transition.passes_role, passes, "{}", transition.id);
        if let Effect::PassRole { services, .. } = &transition.effect {
            assert!(services.iter().all(|service| service.ends_with(".amazonaws.com")), "{}", transition.id);
        }
    }
}

#[test]
fn astran_has_what_its_section_describes() {
    let aws: BTreeMap<&str, &Transition> = of("aws").iter().map(|own| (own.id.as_str(), own)).collect();
    for transition in of("astran") {
        let twin = aws[transition.id.as_str()];
        assert_eq!((&transition.title, actions(transition)), (&twin.title, actions(twin)));
        assert!(transition.requests.iter().all(|action| ["iam", "sts"].contains(&action.prefix())));
        // S15.5.
        assert!(!matches!(transition.effect, Effect::SetBoundary(Kind::Role) | Effect::RemoveBoundary(Kind::Role)));
        let creates_user = matches!(transition.effect, Effect::Create { kind: Kind::User, .. });
        assert_eq!(transition.effect == twin.effect, !creates_user, "{}", transition.id);
        assert!(!creates_user || matches!(transition.effect, Effect::Create { credentials: true, .. }));
    }
}

/// A file of one entry, or of several.
fn file(entries: &str) -> String {
    format!(r#"{{"about": ["a test"], "transitions": [{entries}]}}"#)
}

/// Entries and how they are refused.
const REFUSED: [(&str, &str); 24] = [
    (r#"{"title":"t","requests":["a:b"],"effect":"join"}"#, "x.json, `1`, `id`: is missing"),
    (r#"{"id":"","title":"t","requests":["a:b"],"effect":"join"}"#, "`id`: is empty"),
    (r#"{"id":"x","requests":["a:b"],"effect":"join"}"#, "x.json, `x`, `title`: is missing"),
    (r#"{"id":"x","title":"t","effect":"join"}"#, "x.json, `x`, `requests`: is missing"),
    (r#"{"id":"x","title":"t","requests":[],"effect":"join"}"#, "x.json, `x`, `requests`: is empty"),
    (r#"{"id":"x","title":"t","requests":["ab"],"effect":"join"}"#, "`requests`: `ab` has no service prefix"),
    (r#"{"id":"x","title":"t","requests":["a:*"],"effect":"join"}"#, "`requests`: `a:*` has a wildcard"),
    (r#"{"id":"x","title":"t","requests":[1],"effect":"join"}"#, "`requests`: invalid type: integer `1`"),
    (r#"{"id":"x","title":"t","requests":["a:b"]}"#, "x.json, `x`, `effect`: is missing"),
    (r#"{"id":"x","title":"t","requests":["a:b"],"effect":"shrug"}"#, "`effect`: unknown variant `shrug`"),
    (r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"attach":"robot"}}"#, "`effect`: unknown variant `robot`"),
    (r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"pass-role":{}}}"#, "`effect`: missing field `services`"),
    (
        r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"pass-role":{"services":[]}}}"#,
        "x.json, `x`, `effect`: names no service",
    ),
    (
        r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"pass-role":{"services":["s"],"who":1}}}"#,
        "`effect`: unknown field `who`",
    ),
    (
        r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"gain-credential":{"services":[""]}}}"#,
        "`effect`: names no service",
    ),
    (r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"drive":{"compute":""}}}"#, "`effect`: names no compute"),
    (r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"set-boundary":"group"}}"#, "groups have no boundary"),
    (r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"untag":"group"}}"#, "groups have no tags"),
    (r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"rename":"role"}}"#, "roles keep their names"),
    (
        r#"{"id":"x","title":"t","requests":["a:b"],"effect":{"create":{"kind":"role","credentials":true}}}"#,
        "only users have credentials",
    ),
    (r#"{"id":"x","title":"t","requests":["a:b"],"effect":"nothing"}"#, "x.json, `x`, `note`: is missing"),
    (
        r#"{"id":"x","title":"t","requests":["a:b"],"effect":"join","boundary":"absent"}"#,
        "x.json, `x`, `boundary`: unknown variant `absent`",
    ),
    (
        r#"{"id":"x","title":"t","requests":["a:b"],"effect":"join","passes_role":true}"#,
        "x.json, `x`: no field is called `passes_role`",
    ),
    (
        r#"{"id":"x","title":"t","requests":["a:b"],"effect":"join"},{"id":"x","title":"t","requests":["a:b"],"effect":"join"}"#,
        "x.json, `x`, `id`: another entry has it already",
    ),
];

#[test]
fn broken_entries_are_refused() {
    for (entries, message) in REFUSED {
        let error = read("x.json", &file(entries)).unwrap_err().to_string();
        assert!(error.contains(message), "{entries}: {error}");
    }
}

#[test]
fn broken_files_are_refused() {
    for text in
        ["", "[]", r#"{"transitions": []}"#, r#"{"about": [], "transitions": {}}"#, r#"{"about": [], "else": 1}"#]
    {
        let error = read("x.json", text).unwrap_err();
        assert_eq!((error.entry.as_deref(), error.field.as_deref()), (None, None));
        assert!(error.to_string().starts_with("x.json: "), "{error}");
    }
}

#[test]
fn an_entry_says_what_it_means() {
    let entry = r#"{"id":"x","title":"t","requests":["a:B","a:C"],"effect":{"pass-role":{"services":["s.aws"],"profile":true}},
        "passes-role":true,"boundary":"current","note":"n"}"#;
    let read = read("x.json", &file(entry)).unwrap();
    let [transition] = read.as_slice() else { panic!("one entry") };
    assert_eq!(actions(transition), ["a:B", "a:C"]);
    assert_eq!(transition.effect, Effect::PassRole { services: vec!["s.aws".to_owned()], profile: true });
    assert_eq!((transition.passes_role, transition.boundary), (true, BoundaryKey::Current));
    assert_eq!(transition.note.as_deref(), Some("n"));
}
