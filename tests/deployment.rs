//! Terraform plans and CloudFormation templates: those of the corpus, ours, wrong ones, and whether what is not known is
//! read soundly.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

use std::path::{Path, PathBuf};
use std::process::Command;

use indexmap::IndexMap;
use insta_cmd::get_cargo_bin;
use proptest::prelude::*;
use ringfence::Answer;
use ringfence::deployment::{Deployment, Form, State, Told};
use ringfence::goal::Goal;
use ringfence::query::compare;
use ringfence::query::reach::Options;
use ringfence::source::Source;
use ringfence::verdict::comparison::Difference;
use ringfence::vocabulary::ruling::Rulings;

/// What the program prints, its errors and its exit code.
fn run(arguments: &[&str]) -> String {
    let mut command = Command::new(get_cargo_bin("ringfence"));
    command.args(arguments).arg("--no-timing").current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = command.output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr].map(|own| String::from_utf8(own).unwrap());
    let limits = regex::Regex::new(r"(?s)limits .*?\n(versions .*?\n)").unwrap();
    let stdout = limits.replace(&stdout, "$1").into_owned();
    format!("{stdout}{stderr}exit {}\n", output.status.code().unwrap())
}

fn corpus(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus").join(folder);
    if !path.is_dir() {
        println!("skipped: there is no {}", path.display());
        return None;
    }
    Some(path)
}

/// The files of a folder, without its manifest.
fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "manifest.json")
        .collect();
    files.sort();
    files
}

#[test]
fn every_plan_and_template_of_the_corpus_has_its_policies_and_a_verdict() {
    for (folder, flag) in [("terraform", "--terraform-plan"), ("cloudformation", "--cloudformation")] {
        let Some(path) = corpus(folder) else { return };
        for file in files(&path) {
            let relative = format!("../shared/corpus/{folder}/{file}");
            let shown = run(&["reach", "iam:*", flag, &relative]);
            assert!(shown.contains("\nreachable ") || shown.contains("\nunreachable "), "{file}: {shown}");
            insta::assert_snapshot!(format!("corpus-{}", file.split('.').next().unwrap()), shown);
        }
    }
}

#[test]
fn managed_policies_are_those_of_a_file() {
    let Some(managed) = corpus("managed") else { return };
    let managed = managed.join("latest.json");
    let template = "../shared/corpus/cloudformation/aws-cf-templates-github-openid-connect.yaml";
    let arn = "ManagedPolicyArns=arn:aws:iam::aws:policy/AmazonSQSFullAccess";
    let arguments =
        ["reach", "iam:*", "--cloudformation", template, "--parameter", arn, "--parameter", "PermissionsBoundary="];
    let without = run(&arguments);
    assert!(without.contains("AmazonSQSFullAccess`: a managed policy of AWS, which"), "{without}");
    let with = run(&[&arguments[..], &["--managed", managed.to_str().unwrap()]].concat());
    assert!(with.contains("unreachable every session of the role Role") && with.ends_with("exit 0\n"), "{with}");
}

#[test]
fn our_plan_and_templates() {
    let plan = ["--terraform-plan", "examples/deployment/plan.json"];
    let [old, new] = ["v1.yaml", "v2.yaml"].map(|name| format!("examples/deployment/{name}"));
    let of = |first: &[&str], rest: &[&str]| run(&[first, rest].concat());
    insta::assert_snapshot!("plan-reach", of(&["reach", "iam:*"], &plan));
    insta::assert_snapshot!("plan-reach-json", of(&["reach", "s3:*", "--format", "json"], &plan));
    insta::assert_snapshot!("plan-compare", of(&["compare"], &plan));
    insta::assert_snapshot!("plan-compare-json", of(&["compare", "--format", "json"], &plan));
    let lint = Command::new(get_cargo_bin("ringfence"))
        .args(["lint", plan[0], plan[1]])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    insta::assert_snapshot!("plan-lint", String::from_utf8(lint.stdout).unwrap());
    insta::assert_snapshot!("plan-lint-notes", String::from_utf8(lint.stderr).unwrap());
    insta::assert_snapshot!("template-reach", of(&["reach", "s3:*", "--cloudformation", &old], &[]));
    let told =
        ["--parameter", "Bucket=reports", "--parameter", "Archive=no", "--resource", "arn:aws:s3:::reports/final/x"];
    insta::assert_snapshot!("template-told", of(&["reach", "s3:*", "--cloudformation", &old], &told));
    insta::assert_snapshot!(
        "template-compare",
        of(&["compare", "--cloudformation", &old, "--cloudformation", &new], &[])
    );
    let gains = of(&["compare", "--only-gains", "--cloudformation", &new, "--cloudformation", &old], &[]);
    assert!(gains.ends_with("exit 0\n"), "{gains}");
    let gains = of(&["compare", "--only-gains", "--cloudformation", &old, "--cloudformation", &new], &[]);
    assert!(gains.ends_with("exit 1\n"), "{gains}");
}

#[test]
fn a_suite_may_be_about_another_plan() {
    let shown = run(&["check", "examples/deployment", "--terraform-plan", "tests/deployment/all-powerful.json"]);
    insta::assert_snapshot!("suite-of-another-plan", shown);
    let shown = run(&["check", "examples/pipeline", "--terraform-plan", "examples/deployment/plan.json"]);
    assert!(shown.ends_with("exit 2\n"), "{shown}");
}

#[test]
fn wrong_files_are_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deployment/wrong");
    for file in files(&folder) {
        let flag = if file.starts_with("plan") { "--terraform-plan" } else { "--cloudformation" };
        let relative = format!("tests/deployment/wrong/{file}");
        let shown = run(&["reach", "iam:*", flag, &relative]);
        assert!(shown.ends_with("exit 2\n"), "{file}: {shown}");
        insta::assert_snapshot!(format!("wrong-{file}"), shown);
    }
    insta::assert_snapshot!("wrong-both", run(&["reach", "iam:*", "--terraform-plan", "a", "--cloudformation", "b"]));
    insta::assert_snapshot!("wrong-one", run(&["compare", "--cloudformation", "examples/deployment/v1.yaml"]));
    let unknown = ["reach", "s3:*", "--cloudformation", "examples/deployment/v1.yaml", "--parameter", "Bukket=x"];
    insta::assert_snapshot!("wrong-parameter", run(&unknown));
}

/// The answer about somebody, and what is not known.
fn asked(text: &str, form: Form, address: &str, action: &str) -> (Answer, Vec<String>, Vec<String>) {
    let (deployment, _) = Deployment::read(&Source::new("f", text), form, &Told::default()).unwrap();
    let goal = Goal::from_flags(&[action.to_owned()], &[], None, None).unwrap();
    let subject = deployment.subjects().into_iter().find(|own| own.address == address).unwrap();
    let asked = deployment.ask(&subject, &goal, &Options::default(), Rulings::default()).unwrap();
    let unknowns = deployment.unknowns().into_iter().map(|own| own.name.clone()).collect();
    (asked.verdict.answer, unknowns, deployment.notes.clone())
}

/// A list that is known later is made of everything that it refers to: what is not in the plan is not forgotten.
#[test]
fn lists_that_are_known_later_hold_all_that_they_refer_to() {
    let plan = |values: &str, unknown: &str, references: &str| {
        format!(
            r#"{{"resource_changes": [
            {{"address": "aws_iam_policy.p", "type": "aws_iam_policy", "name": "p", "change": {{"actions": ["create"], "before": null,
              "after": {{"name": "p", "path": "/", "policy": "{{\"Statement\": {{\"Effect\": \"Allow\", \"Action\": \"s3:GetObject\", \"Resource\": \"*\"}}}}"}}, "after_unknown": {{"arn": true}}}}}},
            {{"address": "aws_iam_role.r", "type": "aws_iam_role", "name": "r", "change": {{"actions": ["create"], "before": null,
              "after": {{"name": "r", "path": "/"{values}}}, "after_unknown": {{"arn": true, "managed_policy_arns": {unknown}}}}}}}],
            "configuration": {{"root_module": {{"resources": [{{"address": "aws_iam_role.r", "expressions": {{"managed_policy_arns": {{"references": [{references}]}}}}}}]}}}}}}"#
        )
    };
    let form = Form::Terraform(State::After);
    let own = r#""aws_iam_policy.p.arn", "aws_iam_policy.p""#;
    let alone = asked(&plan("", "true", own), form, "aws_iam_role.r", "iam:*");
    assert_eq!(alone.0, Answer::Unreachable);
    assert_eq!(asked(&plan("", "true", own), form, "aws_iam_role.r", "s3:*").0, Answer::Reachable);
    let more = format!("{own}, \"var.extra\"");
    let with = asked(&plan("", "true", &more), form, "aws_iam_role.r", "iam:*");
    assert_eq!(with.0, Answer::Reachable, "it may be any policy");
    assert!(with.1.contains(&"var.extra".to_owned()), "{:?}", with.1);
    let known = r#", "managed_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess", null]"#;
    let partly = asked(&plan(known, "[false, true]", r#""var.extra""#), form, "aws_iam_role.r", "iam:CreateUser");
    assert_eq!(partly.0, Answer::Reachable);
}

/// What a group denies, is not denied to whom may not be in it; and what is not read is told.
#[test]
fn members_that_are_not_known_are_not_kept_from_anything() {
    let template = |users: &str| {
        format!(
            "Parameters: {{Who: {{Type: String}}}}\nResources:\n  Other: {{Type: AWS::CloudFormation::Stack}}\n  U:\n    Type: AWS::IAM::User\n    Properties:\n      UserName: u\n      Policies:\n        - PolicyName: p\n          PolicyDocument: {{Statement: {{Effect: Allow, Action: 'iam:*', Resource: '*'}}}}\n  G:\n    Type: AWS::IAM::Group\n    Properties:\n      Policies:\n        - PolicyName: d\n          PolicyDocument: {{Statement: {{Effect: Deny, Action: 'iam:*', Resource: '*'}}}}\n  M:\n    Type: AWS::IAM::UserToGroupAddition\n    Properties: {{GroupName: !Ref G, Users: [{users}]}}\n"
        )
    };
    let (sure, _, notes) = asked(&template("u"), Form::CloudFormation, "U", "iam:*");
    assert_eq!(sure, Answer::Unreachable);
    assert!(notes.iter().any(|note| note.contains("`Other`, the template of another stack")), "{notes:?}");
    assert_eq!(asked(&template("!Ref Who"), Form::CloudFormation, "U", "iam:*").0, Answer::Reachable);
}

/// Policies of an organization and of an endpoint bind root users, and others, too: what they let pass for these is reachable.
#[test]
fn policies_that_limit_everybody_are_asked_about_everybody() {
    let template = |kind: &str, principal: &str, unless: &str| {
        format!(
            r#"{{"Resources": {{"P": {{"Type": "AWS::Organizations::Policy", "Properties": {{"Name": "p", "Type": "{kind}", "Content": {{"Version": "2012-10-17", "Statement": [
               {{"Effect": "Deny", {principal} "Action": "s3:*", "Resource": "*"{unless}}}]}}}}}}}}}}"#
        )
    };
    let root = r#", "Condition": {"ArnNotLike": {"aws:PrincipalArn": "arn:*:iam::*:root"}}"#;
    let is = |text: &str, action: &str| asked(text, Form::CloudFormation, "P.Content", action).0;
    let scp = |unless: &str| template("SERVICE_CONTROL_POLICY", "", unless);
    assert_eq!(is(&scp(""), "s3:*"), Answer::Unreachable);
    assert_eq!(is(&scp(root), "s3:*"), Answer::Reachable, "root users are spared");
    let rcp = |unless: &str| template("RESOURCE_CONTROL_POLICY", r#""Principal": "*","#, unless);
    assert_eq!(is(&rcp(""), "s3:GetObject"), Answer::Unreachable);
    let others = r#", "Condition": {"StringEquals": {"aws:PrincipalAccount": "111122223333"}}"#;
    assert_eq!(is(&rcp(others), "s3:GetObject"), Answer::Reachable, "other accounts are spared");
    let without = r#"{"Resources": {}}"#;
    let change = |old: &str, new: &str| {
        let both = [old, new].map(|text| read(text, &[]).unwrap());
        let [old, new] = &both;
        let all = Deployment::changing(old, new);
        let options = compare::Options::default();
        let compared = Deployment::change(old, new, &all[0], &options, Rulings::default()).unwrap().compared;
        compared.relation().map(|relation| relation.as_str())
    };
    assert_eq!(change(without, &rcp("")), Some("narrower"), "what only denies grants nothing");
    assert_eq!(change(&rcp(""), without), Some("wider"));
    assert_eq!(change(without, &scp("")), Some("narrower"));
    let endpoint = r#"{"Resources": {"P": {"Type": "AWS::EC2::VPCEndpoint", "Properties": {"PolicyDocument": {"Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}}}}}"#;
    let is = |action: &str| asked(endpoint, Form::CloudFormation, "P.PolicyDocument", action).0;
    assert_eq!((is("s3:GetObject"), is("s3:PutObject")), (Answer::Reachable, Answer::Unreachable));
}

/// Templates with the parameters `P0` to `P2` at places where they decide.
fn template() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec!["a", "b", "${P0}", "${P1}", "${P2}", "a${P0}", "${P1}/x", "*"]);
    let action = prop::sample::select(vec!["s3:GetObject", "s3:PutObject", "s3:*", "s3:${P2}", "*"]);
    let condition = prop_oneof![
        3 => Just(String::new()),
        1 => (prop::sample::select(vec!["StringEquals", "StringNotEquals", "StringLike", "ForAnyValue:StringEquals", "ArnLike", "ArnNotLike"]), word.clone())
            .prop_map(|(operator, word)| {
                let (key, value) = if operator.starts_with("Arn") { ("aws:SourceArn", format!("arn:aws:s3:::{word}")) } else { ("s3:prefix", word.to_owned()) };
                format!(r#", "Condition": {{"{operator}": {{"{key}": {{"Fn::Sub": "{value}"}}}}}}"#)
            }),
    ];
    let statement = (any::<bool>(), any::<bool>(), action, any::<bool>(), word, condition, 0..3).prop_map(
        |(allow, not_action, action, not_resource, word, condition, branch)| {
            let effect = if allow { "Allow" } else { "Deny" };
            let not = |not: bool| if not { "Not" } else { "" };
            let own = format!(
                r#"{{"Effect": "{effect}", "{}Action": {{"Fn::Sub": "{action}"}}, "{}Resource": {{"Fn::Sub": "arn:aws:s3:::{word}"}}{condition}}}"#,
                not(not_action),
                not(not_resource)
            );
            match branch {
                0 => format!(r#"{{"Fn::If": ["C", {own}, {{"Ref": "AWS::NoValue"}}]}}"#),
                _ => own,
            }
        },
    );
    let document = || {
        prop::collection::vec(statement.clone(), 1..4)
            .prop_map(|all| format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, all.join(", ")))
    };
    (document(), prop::option::of(document())).prop_map(|(identity, boundary)| {
        let fence = boundary.as_ref().map_or(String::new(), |own| {
            format!(r#", "F": {{"Type": "AWS::IAM::ManagedPolicy", "Properties": {{"PolicyDocument": {own}}}}}"#)
        });
        let bounded = if boundary.is_some() { r#", "PermissionsBoundary": {"Ref": "F"}"# } else { "" };
        format!(
            r#"{{"Parameters": {{"P0": {{}}, "P1": {{}}, "P2": {{}}}}, "Conditions": {{"C": {{"Fn::Equals": [{{"Ref": "P0"}}, "a"]}}}}, "Resources": {{
                "U": {{"Type": "AWS::IAM::User", "Properties": {{"UserName": "u", "Policies": [{{"PolicyName": "p", "PolicyDocument": {identity}}}]{bounded}}}}}{fence}}}}}"#
        )
    })
}

/// Values of the parameters; of the last, which stands in actions, none that makes an action that the catalogue lacks: that
/// there are no others is assumed in every answer.
fn values() -> impl Strategy<Value = Vec<&'static str>> {
    let texts = || prop::sample::select(vec!["a", "b", "ab", "*", "a/x", "GetObject", "Get*"]);
    let names = prop::sample::select(vec!["GetObject", "Get*", "*", "PutObject"]);
    (texts(), texts(), names).prop_map(|(first, second, third)| vec![first, second, third])
}

fn read(template: &str, values: &[&str]) -> Option<Deployment> {
    let names = ["P0", "P1", "P2"].map(str::to_owned);
    let parameters: IndexMap<String, String> =
        names.into_iter().zip(values.iter().map(|own| (*own).to_owned())).collect();
    let told = Told { parameters, managed: None };
    Deployment::read(&Source::new("t.json", template), Form::CloudFormation, &told).ok().map(|(read, _)| read)
}

fn answer(deployment: &Deployment, action: &str, resource: &str) -> Option<Answer> {
    let goal = Goal::from_flags(&[action.to_owned()], &[], Some(resource), None).unwrap();
    let subject = deployment.subjects().into_iter().find(|own| own.address == "U").unwrap();
    deployment.ask(&subject, &goal, &Options::default(), Rulings::default()).ok().map(|asked| asked.verdict.answer)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is unreachable whatever the parameters are, is unreachable with each value of them; and what is reachable, is
    /// so with some.
    #[test]
    fn nothing_that_some_values_allow_is_called_unreachable(
        template in template(),
        values in values(),
    ) {
        let (Some(open), Some(told)) = (read(&template, &[]), read(&template, &values)) else { return Ok(()) };
        for (action, resource) in [("s3:GetObject", "arn:aws:s3:::a/x"), ("s3:PutObject", "arn:aws:s3:::ab/x"), ("s3:*", "*")] {
            // With values that no document can have at their place, there is nothing to say.
            let Some(with) = answer(&told, action, resource) else { continue };
            let without = answer(&open, action, resource);
            prop_assert!(
                with != Answer::Reachable || without != Some(Answer::Unreachable),
                "{action} on {resource} with {values:?}: {template}"
            );
        }
    }

    /// What nobody gains whatever the parameters are, nobody gains with any value of them.
    #[test]
    fn nothing_that_some_values_grant_anew_is_called_no_gain(
        old in template(),
        new in template(),
        values in values(),
    ) {
        let gain = |values: &[&str]| {
            let (old, new) = (read(&old, values)?, read(&new, values)?);
            let subject = new.subjects().into_iter().find(|own| own.address == "U").unwrap();
            let options = compare::Options { only_gains: true, ..compare::Options::default() };
            Some(Deployment::change(&old, &new, &subject, &options, Rulings::default()).ok()?.compared.gained)
        };
        let (Some(open), Some(told)) = (gain(&[]), gain(&values)) else { return Ok(()) };
        prop_assert!(
            !matches!((&open, &told), (Difference::Nothing, Difference::Request(_))),
            "{values:?}: {old} and then {new}"
        );
    }
}
