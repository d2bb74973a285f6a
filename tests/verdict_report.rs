//! Reports of verdicts made by hand: every part of the text and of the JSON, whatever the engine finds.

#![expect(clippy::unwrap_used, clippy::unreachable, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::Duration;

use indexmap::IndexMap;
use ringfence::diagnostic::Findings;
use ringfence::goal::Goal;
use ringfence::json::{self, Value};
use ringfence::report::verdict::{Asked, Timing, json, text};
use ringfence::request::{Context, ContextValue, Request};
use ringfence::scenario::{Caller, Loader, Scenario, Tags};
use ringfence::source::Source;
use ringfence::verdict::{Answer, Assumption, CoreEntry, Counterexample, EngineName, Place, Role, Unknown, Verdict};
use ringfence::vocabulary::action::Action;
use ringfence::vocabulary::caller::CallerKind;
use ringfence::vocabulary::context_key::ContextKey;
use ringfence::vocabulary::layer::LayerKind;

const SCENARIO: &str = r#"{
  "principal": "any",
  "identityPolicies": "any",
  "permissionsBoundary": {"Version": "2012-10-17", "Statement": [
    {"Sid": "OnlyS3", "Effect": "Allow",
     "Action": "s3:*", "Resource": "*"},
    {"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}
  ]},
  "resourcePolicy": "any"
}"#;

fn scenario() -> Scenario {
    let source = Source::new("example.json", SCENARIO);
    let mut findings = Findings::default();
    let json = json::read(&source, &mut findings).unwrap();
    let Value::Object(members) = &json.value else { unreachable!() };
    Loader::new(&source, Path::new(""), &mut findings).scenario(members, json.span, None).unwrap()
}

fn goal() -> Goal {
    let when: serde_json::Value = serde_json::json!({ "Bool": { "aws:SecureTransport": "true" } });
    Goal::from_flags(&["s3:*".to_owned()], &["s3:Get*".to_owned()], Some("arn:aws:s3:::bucket/*"), Some(&when)).unwrap()
}

fn place(effect: Option<&'static str>, line: usize, statement: usize, sid: Option<&str>) -> Place {
    Place {
        layer: LayerKind::Boundary,
        effect,
        file: "example.json".to_owned(),
        line: Some(line),
        at: Some(format!("/permissionsBoundary/Statement/{statement}")),
        sid: sid.map(str::to_owned),
        policy: None,
    }
}

fn verdict(answer: Answer) -> Verdict {
    let assumption = |name: &str, value: &str, flips| Assumption { name: name.into(), value: value.into(), flips };
    Verdict {
        answer,
        unknown: None,
        counterexample: None,
        core: None,
        assumptions: vec![
            assumption("identity-policies", "any", Some(false)),
            assumption("resource-policies", "any", Some(true)),
            assumption("realism", "on", None),
        ],
        notes: vec![
            "a remark that is long enough to be broken, so that one sees where its second line starts: here, \
                     under the first one"
                .to_owned(),
        ],
        engine: EngineName::Atoms,
        formulas: 1,
        elapsed: Duration::from_micros(1234),
    }
}

fn reachable() -> Verdict {
    let mut context = Context::default();
    context.insert(ContextKey::new("aws:SecureTransport".to_owned()), ContextValue::Single("true".to_owned())).unwrap();
    let values = vec!["a".to_owned(), "b".to_owned()];
    context.insert(ContextKey::new("aws:TagKeys".to_owned()), ContextValue::List(values)).unwrap();
    let counterexample = Counterexample {
        caller: Caller {
            arn: "arn:aws:sts::111122223333:assumed-role/example-role/session".to_owned(),
            kind: CallerKind::RoleSession,
            tags: Tags::Exact(IndexMap::from([(ContextKey::new("team".to_owned()), "blue".to_owned())])),
            issuer: Some("arn:aws:iam::111122223333:role/example-role".to_owned()),
        },
        request: Request {
            action: Action::parse("s3:PutObject").unwrap(),
            resource: "arn:aws:s3:::bucket/key".to_owned(),
            context,
        },
        listed: true,
        resource_account: "111122223333".to_owned(),
        trace: vec![place(Some("Allow"), 5, 0, Some("OnlyS3"))],
        assumed: vec![LayerKind::Resource],
    };
    Verdict { counterexample: Some(counterexample), ..verdict(Answer::Reachable) }
}

fn unreachable() -> Verdict {
    let layer = Place {
        layer: LayerKind::Identity,
        effect: None,
        file: String::new(),
        line: None,
        at: None,
        sid: None,
        policy: None,
    };
    let core = vec![
        CoreEntry { role: Role::Denies, place: place(Some("Deny"), 7, 1, None) },
        CoreEntry { role: Role::DoesNotAllow, place: layer },
        CoreEntry { role: Role::DoesNotAllow, place: place(None, 4, 0, None) },
    ];
    Verdict { core: Some(core), ..verdict(Answer::Unreachable) }
}

fn depends() -> Verdict {
    let readings = [("NotPrincipal strict", Answer::Reachable), ("NotPrincipal lenient", Answer::Unreachable)];
    let readings = readings.map(|(reading, answer)| (reading.to_owned(), answer)).to_vec();
    Verdict { unknown: Some(Unknown::Depends(readings)), ..verdict(Answer::Unknown) }
}

fn gave() -> Verdict {
    let reason = "no answer within 10 s".to_owned();
    Verdict {
        unknown: Some(Unknown::Gave(reason)),
        assumptions: Vec::new(),
        notes: Vec::new(),
        ..verdict(Answer::Unknown)
    }
}

#[test]
fn every_sort_of_verdict_reads_well() {
    let (scenario, goal) = (scenario(), goal());
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"fnv1a64:[0-9a-f]{16}", "fnv1a64:[digest]");
    settings.add_filter(r"Z3\s+\d[\d.]+", "Z3 [version]");
    settings.add_filter(r#""z3":\s*"[^"]+""#, r#""z3": "[version]""#);
    let id = serde_json::json!("one");
    let sorts = [
        ("reachable", reachable()),
        ("unreachable", unreachable()),
        ("depends", depends()),
        ("gave-up", gave()),
        ("vacuous", verdict(Answer::Vacuous)),
    ];
    settings.bind(|| {
        for (name, verdict) in sorts {
            let report = text(&verdict, &goal, &scenario, None);
            assert!(report.lines().all(|line| line.chars().count() <= 100), "{report}");
            insta::assert_snapshot!(format!("report-{name}"), report);
            let asked =
                Asked { id: Some(&id), goal: &goal.written, dialect: scenario.dialect, line: Some(4), timing: None };
            insta::assert_snapshot!(
                format!("report-{name}-json"),
                serde_json::to_string_pretty(&json(&verdict, asked)).unwrap()
            );
        }
    });
}

#[test]
fn times_are_milliseconds_and_can_be_left_out() {
    let (scenario, goal) = (scenario(), goal());
    let timing = Timing { setup: Duration::from_millis(12), parse: Duration::from_nanos(1500) };
    let asked = |timing| Asked { id: None, goal: &goal.written, dialect: scenario.dialect, line: None, timing };
    let engine = json(&gave(), asked(Some(timing)))["engine"].clone();
    assert_eq!((&engine["milliseconds"], &engine["setup"]), (&1.234.into(), &12.0.into()));
    assert_eq!(json(&gave(), asked(None))["engine"].as_object().unwrap().len(), 2);
    let report = text(&gave(), &goal, &scenario, Some(timing));
    assert!(report.ends_with("\ntime       1.2 ms, set-up 12.0 ms, reading 0.0 ms\n"), "{report}");
}

/// What a report shows can be asked of the evaluator: the principal is a scenario's.
#[test]
fn the_principal_of_a_counterexample_is_one_of_a_scenario() {
    let goal = goal();
    let asked = Asked { id: None, goal: &goal.written, dialect: scenario().dialect, line: None, timing: None };
    let found = json(&reachable(), asked)["counterexample"].clone();
    let line = serde_json::json!({ "principal": found["principal"] }).to_string();
    let source = Source::new("found", line);
    let mut findings = Findings::default();
    let read = json::read(&source, &mut findings).unwrap();
    let Value::Object(members) = &read.value else { unreachable!() };
    let scenario = Loader::new(&source, Path::new(""), &mut findings).scenario(members, read.span, None).unwrap();
    assert_eq!(scenario.principal.caller().unwrap(), &reachable().counterexample.unwrap().caller);
}
