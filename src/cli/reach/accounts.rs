//! `ringfence reach --account`: one principal of an account, or each.

use std::time::Instant;

use anyhow::{Result, bail};
use ringfence::account::ask::{Answered, Query};
use ringfence::account::subject::Subject;
use ringfence::query::reach::Options;
use ringfence::report::entry::{self, About, Entry, Wanted};
use ringfence::report::verdict::{self, Asked, Timing};
use ringfence::verdict::Answer;
use serde_json::Value;

use crate::accounts;
use crate::args::{Color, Format, Reach};
use crate::exit::Exit;
use crate::{stderr, written};

pub(super) fn run(arguments: &Reach, color: Color) -> Result<Exit> {
    let Reach { accounts: files, asking, layers, narrowed, .. } = arguments;
    if layers.is_more_than_a_principal() || arguments.scenario.is_some() {
        bail!("with --account the policies are the account's: leave --scenario and the flags of layers out");
    }
    if layers.principal.is_none() && !arguments.each_principal {
        bail!("say whom to ask about: --principal ARN, or --each-principal");
    }
    if asking.shard.is_some() && !arguments.each_principal {
        bail!("--shard divides many questions: it takes --batch or --each-principal");
    }
    let started = Instant::now();
    let read = accounts::read(files, &arguments.goal, narrowed, asking.dialect.as_deref(), color)?;
    let Some((accounts, goal)) = read else { return Ok(Exit::Refused) };
    let asserted = arguments.expect.unwrap_or(Answer::Unreachable);
    let Some(principal) = &layers.principal else {
        let Some(query) = accounts::query(&accounts, &goal, asking, files.lenient, color) else {
            return Ok(Exit::Refused);
        };
        let subjects = accounts::subjects(&accounts, asking);
        // What principals share is prepared once, and is no line's own.
        let timing = (!arguments.no_timing).then(|| Timing { parse: started.elapsed(), ..Timing::default() });
        return each(arguments, &query, &subjects, asserted, timing, color);
    };
    let subject = match accounts::subject(&accounts, principal) {
        Ok(subject) => subject,
        Err(finding) => {
            stderr::show(&[*finding], color);
            return Ok(Exit::Refused);
        }
    };
    let options = Options { explain: true, ..accounts::options(asking) };
    let parse = started.elapsed();
    let asked = Instant::now();
    let query = Query::new(&accounts, &goal, options, asking.rulings.into(), files.lenient, false);
    let asked_of = |query: Query<'_>| Ok((query.ask(&subject)?, query.warnings(&subject)));
    let (answered, warnings) = match query.and_then(asked_of) {
        Ok(answered) => answered,
        Err(error) => return Ok(accounts::refuse(error, color)),
    };
    stderr::show(&warnings, color);
    let Answered { verdict, scenario } = answered;
    let setup = asked.elapsed().saturating_sub(verdict.elapsed);
    let timing = (!arguments.no_timing).then_some(Timing { setup, parse });
    super::write(arguments, &verdict, &goal, &scenario, timing)?;
    Ok(super::exit(verdict.answer, asserted))
}

/// One question for each principal.
fn each(
    arguments: &Reach,
    query: &Query<'_>,
    subjects: &[Subject<'_>],
    asserted: Answer,
    timing: Option<Timing>,
    color: Color,
) -> Result<Exit> {
    let mut worst = Exit::Answered;
    let format = arguments.format.unwrap_or(Format::Json);
    let mut entries: Vec<Entry> = Vec::new();
    let line = |subject: &Subject<'_>, answered: &Answered| {
        let Answered { verdict, scenario } = answered;
        worst = worst.or_worse(super::exit(verdict.answer, asserted));
        Some(match format {
            Format::Text => format!("{:<11} {}\n", verdict.answer.as_str(), subject.arn),
            Format::Json => {
                let id = Value::from(subject.arn.as_str());
                let dialect = scenario.dialect;
                let asked = Asked { id: Some(&id), goal: &query.goal().written, dialect, line: None, timing };
                format!("{}\n", verdict::json(verdict, asked))
            }
            _ => {
                let of = Some(subject.arn.as_str());
                let wanted = Wanted { asserted: Some(asserted), group: "ringfence reach", of, timing };
                entries.push(entry::of_verdict(verdict, query.goal(), scenario, &wanted));
                return None;
            }
        })
    };
    let asked = accounts::ask_each(query, subjects, &arguments.asking, color, line)?;
    if asked.is_some() && written::is_whole(format) {
        written::write(format, &entries, &About::new("reach", super::QUESTION, query.dialect()))?;
    }
    Ok(asked.map_or(Exit::Refused, |()| worst))
}
