//! Unreachability as a test of your own project: `cargo test --example regression` runs the tests below, and
//! `cargo run --example regression` prints what they are about.
//!
//! What is asserted is a [`Query`]; what its answer says to a person is kept as a snapshot, so that a review sees when
//! the reasons change though the answer does not.

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use ringfence::report::verdict::body;
use ringfence::{Options, Query, Scenario, Verdict, verify};

/// Whoever has the boundary, whatever their identity policies allow.
const BOUNDED: &str = r#"{"permissionsBoundary": {"file": "examples/steve/company-xyz-permissions-boundary.json"}}"#;

/// The answer, with the statements that it rests on.
fn ask(actions: &[&str]) -> anyhow::Result<(Verdict, String)> {
    let (scenario, query) = (BOUNDED.parse::<Scenario>()?, Query::reach(actions)?);
    let verdict = verify(&scenario, &query, &Options { explain: true, ..Options::default() })?;
    let report = body(&verdict, query.goal(), &scenario, &verdict.assumptions);
    Ok((verdict, report))
}

fn main() -> anyhow::Result<()> {
    let (_, report) = ask(&["ec2:*"])?;
    print!("{report}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use ringfence::Answer;

    use super::*;

    #[test]
    fn the_boundary_keeps_everybody_from_ec2() -> anyhow::Result<()> {
        let (verdict, report) = ask(&["ec2:*"])?;
        assert_eq!(verdict.answer, Answer::Unreachable, "{report}");
        insta::assert_snapshot!(report);
        Ok(())
    }

    #[test]
    fn nothing_but_iam_and_s3_is_left() -> anyhow::Result<()> {
        let query = Query::beyond(["iam:*", "s3:*"])?;
        let verdict = verify(&BOUNDED.parse()?, &query, &Options::default())?;
        assert_eq!(verdict.answer, Answer::Unreachable, "{:?}", verdict.counterexample);
        Ok(())
    }
}
