//! Single questions, by criterion: what slicing decides, what a least model decides, what Z3's strings take for it.
//!
//! `cargo bench --profile dev --bench questions`. The table of whole workloads is `benches/table`.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use criterion::{Criterion, criterion_group, criterion_main};
use ringfence::query::reach::{Options, reach};
use ringfence::question::{Question, Reading, read};
use ringfence::solve::session::Session;
use ringfence::source::Source;
use ringfence::symbolic::formula::{Formula, Formulas};
use ringfence::verdict::EngineName;

/// A boundary for S3 and a policy; the goal is put in.
const LINE: &str = r#"{"principal":"any","goal":{"action":"GOAL"},
 "identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","iam:*"],
   "Resource":["arn:aws:s3:::data-*","arn:aws:s3:::data-*/*"]}]}],
 "permissionsBoundary":{"Version":"2012-10-17","Statement":[
   {"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::app-*","arn:aws:s3:::*-shared-*/public/*"]},
   {"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::*",
    "Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}]}}"#;

fn question(goal: &str) -> Question {
    let source = Source::new("<bench>", LINE.replace("GOAL", goal));
    read(&source, Reading { path: std::path::Path::new(""), dialect: None }).1.unwrap()
}

fn questions(criterion: &mut Criterion) {
    criterion.bench_function("floor: a fresh solver, 50 clauses, a check", |bencher| {
        bencher.iter(|| {
            let mut session = Session::new().unwrap();
            (0..50).for_each(|number| session.add_clause(&[(number, true), (number + 1, false), (number + 2, true)]));
            session.check(&Formulas::new(), Formula::TRUE, &[])
        });
    });
    let mut ask = |name: &str, goal: &str, engine: EngineName| {
        let question = question(goal);
        let options = Options { engine, ..Options::default() };
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| reach(&question.scenario, &question.goal, &options).unwrap());
        });
    };
    ask("decided by slicing", "iam:*", EngineName::Atoms);
    ask("decided by atoms", "s3:*", EngineName::Atoms);
    ask("decided by strings", "s3:*", EngineName::Strings);
}

criterion_group!(benches, questions);
criterion_main!(benches);
