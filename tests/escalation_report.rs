//! Reports of sequences of requests made by hand: every part of the text and of the JSON, whatever the engine finds.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::time::Duration;

use indexmap::IndexMap;
use ringfence::account::{Accounts, Files};
use ringfence::escalation::command::Call;
use ringfence::escalation::{Attacker, Fact, Outcome, Reached, Step};
use ringfence::goal::Goal;
use ringfence::report::escalation::{Tally, heading, json, line, summary, text};
use ringfence::report::verdict::Asked;
use ringfence::request::{Context, ContextValue, Request};
use ringfence::scenario::{Caller, Tags};
use ringfence::verdict::{Answer, Assumption, Place};
use ringfence::vocabulary::action::Action;
use ringfence::vocabulary::caller::CallerKind;
use ringfence::vocabulary::context_key::ContextKey;
use ringfence::vocabulary::dialect::Dialect;
use ringfence::vocabulary::layer::LayerKind;

const BOB: &str = "arn:aws:iam::111122223333:user/bob";
const ALICE: &str = "arn:aws:iam::111122223333:user/alice";

fn goal() -> Goal {
    Goal::from_flags(&["s3:CreateBucket".to_owned()], &[], None, None).unwrap()
}

fn dialect() -> &'static Dialect {
    Dialect::embedded("aws").unwrap().unwrap()
}

fn user(arn: &str) -> Caller {
    Caller { arn: arn.to_owned(), kind: CallerKind::User, tags: Tags::Exact(IndexMap::new()), issuer: None }
}

fn place(layer: LayerKind, line: usize, sid: Option<&str>, policy: &str) -> Place {
    Place {
        layer,
        effect: Some("Allow"),
        file: "account.json".to_owned(),
        line: Some(line),
        at: None,
        sid: sid.map(str::to_owned),
        policy: Some(policy.to_owned()),
    }
}

fn request(action: &str, resource: &str, context: &[(&str, &str)]) -> Request {
    let mut own = Context::default();
    for (key, value) in context {
        own.insert(ContextKey::new((*key).to_owned()), ContextValue::Single((*value).to_owned())).unwrap();
    }
    Request { action: Action::parse(action).unwrap(), resource: resource.to_owned(), context: own }
}

fn step(transition: Option<&'static str>, caller: &str, request: Request, effect: &str) -> Step {
    Step {
        transition,
        caller: user(caller),
        request,
        listed: true,
        resource_account: "111122223333".to_owned(),
        checks: Vec::new(),
        effect: effect.to_owned(),
        command: None,
        trace: vec![place(LayerKind::Identity, 12, Some("IamAdmin"), "inline policy `admin` of user/bob")],
    }
}

fn create(caller: &str) -> Step {
    step(None, caller, request("s3:CreateBucket", "arn:aws:s3:::bucket", &[]), "")
}

fn outcome(answer: Answer) -> Outcome {
    let assumption =
        |name: &str, value: &str, flips| Assumption { name: name.to_owned(), value: value.to_owned(), flips };
    Outcome {
        answer,
        unknown: None,
        trace: None,
        invariant: None,
        clashes: Vec::new(),
        assumptions: vec![assumption("own-provider", "yes", Some(true)), assumption("resource-policies", "none", None)],
        not_modelled: vec!["transitions outside the catalogue".to_owned(), "colluding humans".to_owned()],
        reached: Reached { rounds: 3, saturated: true, guards: 143, states: 0, excluded: 0 },
        elapsed: Duration::from_micros(1234),
    }
}

fn reachable() -> Outcome {
    let key = request("iam:CreateAccessKey", ALICE, &[("aws:SecureTransport", "true")]);
    let parameters = [("user-name", "alice".to_owned())];
    let command = Call { action: "iam:CreateAccessKey", parameters: &parameters }.command();
    let first = step(Some("iam-create-access-key"), BOB, key, "an access key of alice is held");
    let trace = vec![
        place(LayerKind::Identity, 12, Some("IamAdmin"), "inline policy `admin` of user/bob"),
        place(LayerKind::Boundary, 40, None, "managed policy arn:aws:iam::111122223333:policy/B"),
    ];
    let reached = Reached { excluded: 1, states: 17, ..outcome(Answer::Reachable).reached };
    let trace = vec![Step { command, trace, ..first }, create(ALICE)];
    Outcome { trace: Some(trace), reached, ..outcome(Answer::Reachable) }
}

/// A request with something checked inside it, unsigned or of an action that is not listed.
fn passing() -> Outcome {
    let role = "arn:aws:iam::111122223333:role/builder";
    let pass = request("iam:PassRole", role, &[("iam:PassedToService", "codebuild.amazonaws.com")]);
    let start = request("codebuild:StartBuild", "arn:aws:codebuild:eu-west-1:111122223333:project/p", &[]);
    let first = Step {
        checks: vec![(pass, vec![place(LayerKind::Identity, 20, None, "inline policy `pass` of user/bob")])],
        listed: false,
        ..step(Some("codebuild-start"), BOB, start, "code of the attacker runs as the role builder")
    };
    let unsigned = Caller {
        arn: "anonymous".to_owned(),
        kind: CallerKind::Anonymous,
        tags: Tags::Exact(IndexMap::new()),
        issuer: None,
    };
    let parameters = [
        ("role-arn", role.to_owned()),
        ("principal-arn", "arn:aws:iam::111122223333:saml-provider/own".to_owned()),
        ("saml-assertion", "ASSERTION".to_owned()),
    ];
    let second = Step {
        caller: unsigned,
        command: Call { action: "sts:AssumeRoleWithSAML", parameters: &parameters }.command(),
        trace: vec![Place {
            effect: Some("Allow"),
            ..place(LayerKind::Resource, 60, None, "trust policy of role/builder")
        }],
        ..step(
            Some("sts-assume-role-saml"),
            "",
            request("sts:AssumeRoleWithSAML", role, &[]),
            "a session of the role builder is held",
        )
    };
    Outcome { trace: Some(vec![first, second, create(BOB)]), ..outcome(Answer::Reachable) }
}

fn now() -> Outcome {
    Outcome { trace: Some(vec![create(BOB)]), ..outcome(Answer::Reachable) }
}

fn fact(subject: &str, kind: &'static str, value: &str) -> Fact {
    Fact { subject: subject.to_owned(), kind, value: value.to_owned() }
}

fn unreachable() -> Outcome {
    let mut facts = vec![
        fact(ALICE, "boundary", "arn:aws:iam::111122223333:policy/B"),
        fact(BOB, "boundary", "arn:aws:iam::111122223333:policy/B"),
        fact(BOB, "held", ""),
    ];
    facts
        .extend((0..11).map(|number| fact(BOB, "attached", &format!("arn:aws:iam::111122223333:policy/p{number:02}"))));
    Outcome { invariant: Some(facts), ..outcome(Answer::Unreachable) }
}

fn unknown() -> Outcome {
    Outcome {
        unknown: Some("no trace of 8 requests or fewer replays".to_owned()),
        clashes: vec![fact(BOB, "boundary", "none"), fact(BOB, "group", "arn:aws:iam::111122223333:group/staff")],
        reached: Reached { states: 5120, excluded: 8, ..outcome(Answer::Unknown).reached },
        ..outcome(Answer::Unknown)
    }
}

/// Given up before anything was found.
fn late() -> Outcome {
    Outcome {
        unknown: Some("no answer within 10 s".to_owned()),
        assumptions: Vec::new(),
        not_modelled: Vec::new(),
        reached: Reached { rounds: 1, guards: 1, ..Reached::default() },
        ..outcome(Answer::Unknown)
    }
}

fn attacker() -> Attacker {
    Attacker { held: vec![BOB.to_owned()], outside: None, own_provider: true }
}

fn bound(check: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"fnv1a64:[0-9a-f]{16}", "fnv1a64:[digest]");
    settings.add_filter(r"Z3\s+\d[\d.]+", "Z3 [version]");
    settings.add_filter(r#""z3":\s*"[^"]+""#, r#""z3": "[version]""#);
    settings.bind(check);
}

#[test]
fn every_sort_of_answer_reads_well() {
    let goal = goal();
    let sorts = [
        ("reachable", reachable()),
        ("passing", passing()),
        ("now", now()),
        ("unreachable", unreachable()),
        ("unknown", unknown()),
        ("late", late()),
        ("vacuous", outcome(Answer::Vacuous)),
    ];
    bound(|| {
        for (name, outcome) in sorts {
            insta::assert_snapshot!(format!("escalation-{name}"), text(&outcome, &goal, &attacker(), dialect(), None));
            let asked = Asked { id: None, goal: &goal.written, dialect: dialect(), line: None, timing: None };
            let object = json(&outcome, asked);
            insta::assert_snapshot!(format!("escalation-{name}-json"), serde_json::to_string_pretty(&object).unwrap());
        }
    });
}

#[test]
fn what_is_held_besides_is_told() {
    let attacker = Attacker {
        held: vec![BOB.to_owned(), ALICE.to_owned()],
        outside: Some("999999999999".to_owned()),
        own_provider: false,
    };
    let report = text(&now(), &goal(), &attacker, dialect(), None);
    let told: Vec<&str> = report.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    assert_eq!(
        told,
        [
            "by         arn:aws:iam::111122223333:user/bob",
            "           with the credentials of arn:aws:iam::111122223333:user/alice",
            "           with the account 999999999999, which is not listed",
            "           without a SAML provider of its own",
        ]
    );
}

fn accounts() -> Accounts {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accounts/small.json");
    Files { accounts: vec![path], ..Files::default() }.load(dialect()).unwrap().0
}

#[test]
fn many_attackers_are_a_line_each() {
    let goal = goal();
    let of = |name: &str| Attacker { held: vec![format!("arn:aws:iam::111122223333:{name}")], ..attacker() };
    let answers = [
        (of("role/deploy"), outcome(Answer::Vacuous)),
        (of("user/ann"), unreachable()),
        (of("user/bob"), reachable()),
        (of("user/eve"), unknown()),
    ];
    let mut report = heading(&goal, Some(&Attacker { outside: Some("999999999999".to_owned()), ..attacker() }));
    let mut tally = Tally::default();
    for (attacker, outcome) in &answers {
        tally.count(outcome);
        report.push_str(&line(attacker, outcome));
    }
    report.push_str(&summary(&tally, &accounts()));
    bound(|| insta::assert_snapshot!("escalation-many", report));
}
