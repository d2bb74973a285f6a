//! Questions that only the library can ask: at some places and not at others, of roles whose tags are known.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use ringfence::diagnostic::Findings;
use ringfence::goal::Goal;
use ringfence::json::{self, Value};
use ringfence::query::reach::{Options, reach};
use ringfence::report::verdict::text;
use ringfence::scenario::{Caller, Loader, Principal, Scenario, Tags};
use ringfence::source::Source;
use ringfence::verdict::{Answer, Verdict};
use ringfence::vocabulary::caller::CallerKind;
use ringfence::vocabulary::context_key::ContextKey;
use ringfence::vocabulary::resource::{ResourcePattern, ShortArn};

const USER: &str = "arn:aws:iam::111122223333:user/alice";

/// A scenario of one user with one statement, or several; `rest` are further fields.
fn scenario(statement: &str, rest: &str) -> Scenario {
    let identity = format!(r#"{{"Version": "2012-10-17", "Statement": {statement}}}"#);
    let text = format!(r#"{{"principal": "{USER}", "identityPolicies": {identity}{rest}}}"#);
    let source = Source::new("example.json", text);
    let mut findings = Findings::default();
    let json = json::read(&source, &mut findings).unwrap();
    let Value::Object(members) = &json.value else { panic!("an object") };
    Loader::new(&source, Path::new(""), &mut findings).scenario(members, json.span, None).unwrap()
}

fn places<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<ResourcePattern> {
    let pattern = |text| ResourcePattern::parse(text, false, ShortArn::TrailingStar).unwrap().0;
    texts.into_iter().map(pattern).collect()
}

/// Whether s3:GetObject on `resource` is allowed somewhere within and not without.
fn ask(statement: &str, resource: Option<&str>, within: Option<&[&str]>, without: &[&str]) -> Verdict {
    let goal = Goal::from_flags(&["s3:GetObject".to_owned()], &[], resource, None).unwrap();
    let within = within.map(|within| places(within.iter().copied()));
    let goal = goal.at(within, places(without.iter().copied()));
    reach(&scenario(statement, ""), &goal, &Options::default()).unwrap()
}

fn found_on(verdict: &Verdict) -> &str {
    &verdict.counterexample.as_ref().unwrap().request.resource
}

const ALLOW_A: &str = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::a/*"]}"#;
const ALLOW_ALL: &str = r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#;

const A: [&str; 2] = ["arn:aws:s3:::a", "arn:aws:s3:::a/*"];
const B: [&str; 2] = ["arn:aws:s3:::b", "arn:aws:s3:::b/*"];

#[test]
fn only_the_places_asked_about_count() {
    assert_eq!(ask(ALLOW_A, None, Some(&A), &[]).answer, Answer::Reachable);
    assert_eq!(ask(ALLOW_A, None, Some(&B), &[]).answer, Answer::Unreachable);
    assert_eq!(found_on(&ask(ALLOW_ALL, None, Some(&B), &[])), "arn:aws:s3:::b/example");
    assert_eq!(found_on(&ask(ALLOW_ALL, Some("arn:aws:s3:::?/key"), Some(&B), &[])), "arn:aws:s3:::b/key");
}

#[test]
fn the_places_left_out_do_not() {
    assert_eq!(ask(ALLOW_A, None, None, &B).answer, Answer::Reachable);
    assert_eq!(ask(ALLOW_A, None, None, &A).answer, Answer::Unreachable);
    let some = ask(ALLOW_A, None, Some(&A), &["arn:aws:s3:::a/example", "arn:aws:s3:::a/secret/*"]);
    assert!(found_on(&some).starts_with("arn:aws:s3:::a/") && found_on(&some) != "arn:aws:s3:::a/example");
    assert!(!found_on(&some).starts_with("arn:aws:s3:::a/secret/"));
}

#[test]
fn without_a_place_there_is_no_request() {
    for (resource, within, without) in [
        (Some("arn:aws:s3:::a/*"), Some(&B[..]), &[][..]),
        (None, Some(&A[..]), &A[..]),
        (Some("arn:aws:s3:::a/*"), None, &A[..]),
        (None, Some(&[]), &[]),
        // A bucket is no object.
        (None, Some(&["arn:aws:s3:::a"]), &[]),
        (None, None, &["arn:aws:s3:*"]),
    ] {
        assert_eq!(ask(ALLOW_ALL, resource, within, without).answer, Answer::Vacuous, "{resource:?} {within:?}");
    }
}

#[test]
fn a_place_names_its_account() {
    let goal = Goal::from_flags(&["sqs:SendMessage".to_owned()], &[], None, None).unwrap();
    let statement = r#"{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}"#;
    let scenario = scenario(statement, r#", "resourceAccount": "any", "resourcePolicy": "any""#);
    let queue = ["arn:aws:sqs:us-east-1:444455556666:queue"];
    let verdict = reach(&scenario, &goal.at(Some(places(queue)), Vec::new()), &Options::default()).unwrap();
    assert_eq!(verdict.answer, Answer::Reachable);
    assert_eq!(verdict.counterexample.unwrap().resource_account, "444455556666");
}

#[test]
fn long_lists_are_one_set() {
    let buckets: Vec<String> = (0..10_000).map(|number| format!("arn:aws:s3:::bucket-{number}")).collect();
    let objects: Vec<String> = buckets.iter().map(|bucket| format!("{bucket}/*")).collect();
    let all: Vec<&str> = buckets.iter().chain(&objects).map(String::as_str).collect();
    for (statement, within, without, answer) in [
        (ALLOW_ALL, None, &all[..], Answer::Reachable),
        (ALLOW_ALL, Some(&all[..]), &[][..], Answer::Reachable),
        (ALLOW_A, None, &all[..], Answer::Reachable),
        (ALLOW_A, Some(&all[..]), &[][..], Answer::Unreachable),
        (&ALLOW_A.replace("::a", "::bucket-77"), Some(&all[..]), &[][..], Answer::Reachable),
        (&ALLOW_A.replace("::a", "::bucket-77"), None, &all[..], Answer::Unreachable),
    ] {
        assert_eq!(ask(statement, None, within, without).answer, answer, "{statement}");
    }
}

/// The sessions of a role of team blue and stage test, with an identity policy that allows under a condition.
fn sessions(condition: &str) -> Scenario {
    let statement = format!(
        r#"{{"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::a/*", "Condition": {{{condition}}}}}"#
    );
    let tags = [("Team", "blue"), ("stage", "test")];
    let tags = tags.map(|(key, value)| (ContextKey::new(key), value.to_owned())).into();
    let role = "arn:aws:iam::111122223333:role/deploy".to_owned();
    Scenario { principal: Principal::RoleSessions { role, tags, closed: false }, ..scenario(&statement, "") }
}

fn get_object() -> Goal {
    Goal::from_flags(&["s3:GetObject".to_owned()], &[], None, None).unwrap()
}

/// The tags of the session that is found.
fn found_tags(condition: &str) -> Vec<(String, String)> {
    let verdict = reach(&sessions(condition), &get_object(), &Options::default()).unwrap();
    match verdict.counterexample.unwrap().caller.tags {
        Tags::Exact(tags) => tags.iter().map(|(key, value)| (key.as_str().to_owned(), value.clone())).collect(),
        Tags::Open | Tags::AtLeast(_) => panic!("a caller has its tags"),
    }
}

#[test]
fn a_tag_of_the_role_is_always_there() {
    let one = |scenario: Scenario| {
        let Principal::RoleSessions { role, tags, .. } = scenario.principal else { panic!("sessions of a role") };
        let arn = "arn:aws:sts::111122223333:assumed-role/deploy/nightly".to_owned();
        let (kind, tags) = (CallerKind::RoleSession, Tags::AtLeast(tags));
        Scenario { principal: Principal::Caller(Caller { arn, kind, tags, issuer: Some(role) }), ..scenario }
    };
    for (condition, answer) in [
        (r#""Null": {"aws:PrincipalTag/team": "true"}"#, Answer::Unreachable),
        (r#""Null": {"aws:PrincipalTag/TEAM": "true"}"#, Answer::Unreachable),
        (r#""Null": {"aws:PrincipalTag/owner": "true"}"#, Answer::Reachable),
        (r#""Null": {"aws:PrincipalTag/owner": "false"}"#, Answer::Reachable),
        // A session's own value is made of what tags are made of (S11.4.14).
        (r#""StringEquals": {"aws:PrincipalTag/team": "red!"}"#, Answer::Unreachable),
        (r#""StringNotEquals": {"aws:PrincipalTag/team": "blue"}"#, Answer::Reachable),
    ] {
        for scenario in [sessions(condition), one(sessions(condition))] {
            let verdict = reach(&scenario, &get_object(), &Options::default()).unwrap();
            assert_eq!(verdict.answer, answer, "{condition}");
        }
    }
}

#[test]
fn a_session_has_the_tags_of_its_role_or_its_own() {
    let tags = |team: &str, stage: &str| {
        [("Team", team), ("stage", stage)].map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec()
    };
    assert_eq!(found_tags(r#""StringLike": {"aws:PrincipalTag/team": "*"}"#), tags("blue", "test"));
    assert_eq!(found_tags(r#""StringEquals": {"aws:PrincipalTag/TEAM": "red"}"#), tags("red", "test"));
    let other = found_tags(r#""StringEquals": {"aws:PrincipalTag/owner": "ann"}"#);
    assert_eq!(other, [tags("blue", "test"), vec![("owner".to_owned(), "ann".to_owned())]].concat());
}

#[test]
fn the_report_says_which_tags_the_role_has() {
    let (scenario, goal) = (sessions(r#""Null": {"aws:PrincipalTag/team": "true"}"#), get_object());
    let report = text(&reach(&scenario, &goal, &Options::default()).unwrap(), &goal, &scenario, None);
    assert!(report.contains("(every session of the role, any tags)"), "{report}");
    assert!(report.contains("tagged Team = blue, or as the session says"), "{report}");
}
