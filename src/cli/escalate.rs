//! `ringfence escalate`: one principal of an account, or each, and every sequence of requests.

mod fix;

use std::io::{self, Write};
use std::time::Instant;

use anyhow::{Result, bail};
use ringfence::account::Accounts;
use ringfence::account::ask::AskError;
use ringfence::diagnostic::Diagnostic;
use ringfence::escalation::{Attacker, EscalateError, Limits, Model, Outcome};
use ringfence::query::ordered::in_order;
use ringfence::report::entry::{self, About, Entry};
use ringfence::report::escalation::{self as report, Tally};
use ringfence::report::verdict::{Asked, Timing};
use ringfence::vocabulary::account::AccountForm;
use serde_json::Value;

use crate::args::{Color, Escalate, Format, threads};
use crate::exit::Exit;
use crate::stop::Stop;
use crate::{accounts, reach, stderr, written};

/// The word for every listed user and role.
const ALL: &str = "all";
/// Progress is shown for at least this many principals.
const LONG: usize = 20;

pub(crate) fn run(arguments: &Escalate, color: Color) -> Result<Exit> {
    let Escalate { goal, narrowed, accounts: files, .. } = arguments;
    if files.account.is_empty() {
        bail!("say which account is changed on the way: --account FILE");
    }
    let Some(principal) = &arguments.principal else {
        bail!("say who starts: --principal ARN, or --principal all");
    };
    if files.lenient {
        bail!("escalate takes no --lenient: what is left out of an account may be the way; mend it, or take it out");
    }
    if arguments.fix && principal == ALL {
        bail!("--fix changes the boundary of one principal: name it with --principal ARN");
    }
    let started = Instant::now();
    let read = accounts::read(files, goal, narrowed, arguments.dialect.as_deref(), color)?;
    let Some((accounts, goal)) = read else { return Ok(Exit::Refused) };
    let outside = arguments.outside_principal.as_deref().map(|id| outside(id, &accounts)).transpose()?;
    let own_provider = !arguments.no_own_provider;
    let Some(held) = held(principal, &arguments.also_held, &accounts, color) else { return Ok(Exit::Refused) };
    let attacker = |held| Attacker { held, outside: outside.clone(), own_provider };
    let attackers: Vec<Attacker> = held.into_iter().map(attacker).collect();
    if !accounts::is_whole(&accounts, color) {
        return Ok(Exit::Refused);
    }
    let wanted = match arguments.fix.then(|| fix::wanted(arguments, &accounts, color)) {
        Some(None) => return Ok(Exit::Refused),
        wanted => wanted.flatten(),
    };
    let limits = limits(arguments);
    let parse = started.elapsed();
    let asked = Instant::now();
    let model = match Model::new(accounts, goal, limits) {
        Ok(model) => model,
        Err(error) => return Ok(accounts::refuse(error, color)),
    };
    let timing = (!arguments.no_timing).then(|| Timing { setup: asked.elapsed(), parse });
    match attackers.as_slice() {
        [attacker] if principal != ALL => one(arguments, &model, attacker, wanted.as_ref(), timing, color),
        attackers => each(arguments, &model, attackers, timing, color),
    }
}

/// How far to look.
fn limits(arguments: &Escalate) -> Limits {
    Limits { max_steps: arguments.max_steps.get(), timeout: Some(arguments.timeout), rulings: arguments.rulings.into() }
}

/// One attacker: the whole report.
fn one(
    arguments: &Escalate,
    model: &Model,
    attacker: &Attacker,
    wanted: Option<&fix::Wanted>,
    timing: Option<Timing>,
    color: Color,
) -> Result<Exit> {
    if let Some(wanted) = wanted
        && let Err(error) = wanted.check(arguments, model.goal(), attacker)?
    {
        return Ok(refuse(error, attacker, color));
    }
    let outcome = match model.escalate(attacker) {
        Ok(outcome) => outcome,
        Err(error) => return Ok(refuse(error, attacker, color)),
    };
    let fixed = match wanted.map(|wanted| wanted.fix(arguments, model.goal(), attacker, &outcome)).transpose() {
        Ok(fixed) => fixed,
        Err(error) => return Ok(refuse(error, attacker, color)),
    };
    let dialect = model.accounts().dialect;
    match arguments.format {
        Format::Text => {
            let fixed = fixed.as_ref().map(report::fix_text).unwrap_or_default();
            let text = report::text(&outcome, model.goal(), attacker, dialect, timing);
            written::text(&format!("{text}{fixed}"))?;
        }
        Format::Json => {
            let mut answer = json(&outcome, model, None, timing);
            if let (Some(fixed), Some(members)) = (&fixed, answer.as_object_mut()) {
                report::fix_json(members, fixed);
            }
            writeln!(io::stdout(), "{answer}")?;
        }
        format => {
            let mut entry = entry::of_outcome(&outcome, model.goal(), attacker, arguments.expect, timing);
            if let Some(fixed) = &fixed {
                entry.article.notes.push(report::fix_text(fixed));
            }
            written::write(format, &[entry], &about(model, &outcome.not_modelled))?;
        }
    }
    Ok(reach::exit(outcome.answer, arguments.expect))
}

/// Many attackers: a line for each, in their order, with a bar for long runs.
fn each(
    arguments: &Escalate,
    model: &Model,
    attackers: &[Attacker],
    timing: Option<Timing>,
    color: Color,
) -> Result<Exit> {
    let mut worst = Exit::Answered;
    let mut tally = Tally::default();
    let (mut entries, mut sequences): (Vec<Entry>, Vec<String>) = Default::default();
    let mut stdout = io::stdout().lock();
    if arguments.format == Format::Text {
        write!(stdout, "{}", written::laid_out(&report::heading(model.goal(), attackers.first())))?;
    }
    let bar = accounts::progress(attackers.len(), LONG);
    let show = |attacker: &Attacker, answered: Result<Outcome, EscalateError>| {
        let outcome = answered.map_err(|error| Stop::Asking((error, attacker.clone())))?;
        bar.inc(1);
        worst = worst.or_worse(reach::exit(outcome.answer, arguments.expect));
        tally.count(&outcome);
        let line = match arguments.format {
            _ if written::is_whole(arguments.format) => {
                sequences.clone_from(&outcome.not_modelled);
                entries.push(entry::of_outcome(&outcome, model.goal(), attacker, arguments.expect, timing));
                return Ok(());
            }
            Format::Text => written::laid_out(&report::line(attacker, &outcome)),
            _ => {
                let id = Value::from(attacker.held.first().map_or("", String::as_str));
                format!("{}\n", json(&outcome, model, Some(&id), timing))
            }
        };
        bar.suspend(|| write!(stdout, "{line}").and_then(|()| stdout.flush())).map_err(Stop::Writing)
    };
    let broken = |error| Stop::Asking((EscalateError::Ask(AskError::Reach(error)), Attacker::default()));
    let answered = in_order(attackers, threads(arguments.jobs), |attacker| model.escalate(attacker), show, broken);
    bar.finish_and_clear();
    match answered {
        Ok(()) => {}
        Err(Stop::Writing(error)) => return Err(error.into()),
        Err(Stop::Asking((error, attacker))) => return Ok(refuse(error, &attacker, color)),
    }
    if arguments.format == Format::Text {
        write!(stdout, "{}", written::laid_out(&report::summary(&tally, model.accounts())))?;
    }
    if written::is_whole(arguments.format) {
        drop(stdout);
        written::write(arguments.format, &entries, &about(model, &sequences))?;
    }
    Ok(worst)
}

/// What a report says besides its answers.
fn about(model: &Model, sequences: &[String]) -> About {
    let question = "Can any sequence of requests lead to one of these?";
    let mut about = About::new("escalate", question, model.accounts().dialect);
    about.not_modelled = sequences.iter().cloned().chain(about.not_modelled).collect();
    about
}

/// The object of one attacker.
fn json(outcome: &Outcome, model: &Model, id: Option<&Value>, timing: Option<Timing>) -> Value {
    let (goal, dialect) = (&model.goal().written, model.accounts().dialect);
    report::json(outcome, Asked { id, goal, dialect, line: None, timing })
}

/// Whose credentials are held, by each attacker, the principal first; none if somebody is not listed, and then that was
/// shown of everybody.
fn held(principal: &str, also: &[String], accounts: &Accounts, color: Color) -> Option<Vec<Vec<String>>> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut find = |arn: &str| match accounts::subject(accounts, arn) {
        Ok(subject) => Some(subject.arn),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    };
    let first = match principal {
        ALL => accounts.holders.iter().map(|holder| holder.arn.clone()).collect(),
        arn => find(arn).into_iter().collect::<Vec<_>>(),
    };
    let also: Vec<String> = also.iter().filter_map(|arn| find(arn)).collect();
    stderr::show(&findings, color);
    let with_others = |first: String| {
        let mut held = vec![first];
        for arn in &also {
            if !held.contains(arn) {
                held.push(arn.clone());
            }
        }
        held
    };
    findings.is_empty().then(|| first.into_iter().map(with_others).collect())
}

/// The account that is the attacker's own: the given one, or one that is not listed.
fn outside(given: &str, accounts: &Accounts) -> Result<String> {
    let listed = |id: &str| accounts.names.iter().any(|name| name == id);
    let form = accounts.dialect.account_form();
    if given.is_empty() {
        let name = |number: usize| match form {
            AccountForm::Digits(length) => number.to_string().repeat(length),
            AccountForm::Opaque => format!("outside-{number}"),
        };
        let free = (1..=9).rev().map(name).find(|id| !listed(id));
        return match free {
            Some(id) => Ok(id),
            None => bail!("every account that was thought of is listed: name another by --outside-principal ID"),
        };
    }
    if !form.fits(given) {
        let form = match form {
            AccountForm::Digits(length) => format!("{length} digits"),
            AccountForm::Opaque => "letters, digits and +=.@_-,".to_owned(),
        };
        bail!("`{given}` is no account id: --outside-principal takes {form}, or nothing if an option follows");
    }
    if listed(given) {
        bail!(
            "the account `{given}` is listed, so it is not outside: name another, or leave its listing out; principals \
             of it are held with --also-held ARN"
        );
    }
    Ok(given.to_owned())
}

/// Says why there is no answer.
fn refuse(error: EscalateError, attacker: &Attacker, color: Color) -> Exit {
    match error {
        EscalateError::Principal(unknown) => {
            stderr::show(&[accounts::unlisted(&attacker.held.join(", "), unknown)], color);
            Exit::Refused
        }
        EscalateError::Ask(error) => accounts::refuse(error, color),
    }
}
