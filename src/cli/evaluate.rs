//! `ringfence evaluate`: one request from flags, or requests as JSON lines.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Result, bail};
use ringfence::case::{self, Case, Expectation};
use ringfence::diagnostic::{Diagnostic, Refusal};
use ringfence::evaluate::{EvaluateError, Outcome, evaluate};
use ringfence::input::{self, STDIN};
use ringfence::query::decided::{self, DecideError};
use ringfence::query::pinned;
use ringfence::report;
use ringfence::report::entry::{About, Entry, Standing};
use ringfence::scenario::Scenario;
use ringfence::source::Source;
use serde_json::{Value, json};

use crate::args::{Color, Engine, Evaluate, Format};
use crate::exit::Exit;
use crate::layers::Loaded;
use crate::{layers, lines, stderr, written};

pub(crate) fn run(arguments: &Evaluate, color: Color) -> Result<Exit> {
    let scenario = match scenario(arguments)? {
        None => None,
        Some(Ok((scenario, warnings))) => {
            stderr::show(&warnings, color);
            Some(Scenario { rulings: arguments.rulings.into(), ..scenario })
        }
        Some(Err(refusal)) => {
            stderr::show(&refusal.diagnostics, color);
            return Ok(Exit::Refused);
        }
    };
    match (&arguments.action, scenario) {
        (None, scenario) => batch(arguments, scenario.as_ref(), color),
        (Some(action), Some(scenario)) => one(arguments, &scenario, action, color),
        (Some(_), None) => bail!("a request needs a caller: give --principal and layers, or --scenario"),
    }
}

/// The scenario given besides the requests, if one is.
fn scenario(arguments: &Evaluate) -> Result<Option<Loaded>> {
    let dialect = arguments.dialect.as_deref();
    layers::check_dialect(dialect)?;
    if arguments.action.is_none() && arguments.scenario.as_deref() == Some(Path::new("-")) {
        bail!("standard input holds the requests: name a file with --scenario");
    }
    if let Some(path) = &arguments.scenario {
        return Ok(Some(layers::from_file(path, dialect)));
    }
    let flags = &arguments.layers;
    let stdin = flags.on_stdin();
    if stdin > 1 || (stdin == 1 && arguments.action.is_none()) {
        bail!("standard input can be read once: as one document of one request");
    }
    Ok(if flags.is_given() { Some(layers::from_flags(flags, dialect)?) } else { None })
}

/// One request from flags, as the line that says the same.
fn one(arguments: &Evaluate, scenario: &Scenario, action: &str, color: Color) -> Result<Exit> {
    let mut context = serde_json::Map::new();
    for pair in &arguments.context {
        let Some((key, value)) = pair.split_once('=') else {
            bail!("--context takes KEY=VALUE, not `{pair}`");
        };
        match context.get_mut(key) {
            None => {
                context.insert(key.to_owned(), json!(value));
            }
            Some(Value::Array(values)) => values.push(json!(value)),
            Some(first) => *first = json!([first, value]),
        }
    }
    let line = json!({ "action": action, "resource": arguments.resource, "context": context });
    let source = Source::new("<command line>", line.to_string());
    let reading = case::Reading { path: Path::new(""), bare: true, dialect: None };
    let request = match case::read(&source, reading).1 {
        Ok(case) => case.request,
        Err(refusal) => {
            stderr::show(&refusal.diagnostics, color);
            return Ok(Exit::Refused);
        }
    };
    let outcome = match outcome(scenario, &request, arguments.engine) {
        Ok(outcome) => outcome,
        Err(Unusable::Internal(message)) => bail!(message),
        Err(Unusable::NothingExpected) => bail!("nothing is expected of one request"),
        Err(Unusable::Evaluate(error)) => {
            let at = ringfence::source::Span::new(0, source.text().len());
            let diagnostic = Diagnostic::new(error.code(), &source, at, error.to_string(), error.help());
            stderr::show(&[diagnostic], color);
            return Ok(Exit::Refused);
        }
    };
    if let Ok(caller) = scenario.principal.caller() {
        match arguments.format {
            Format::Text => written::text(&report::trace::text(caller, &request, &outcome))?,
            Format::Json => println!("{}", report::trace::json(caller, &request, &outcome)),
            format => {
                let (standing, word) = match &outcome {
                    Outcome::Decided(Some(decision), _) => (Standing::Held, decision.as_str()),
                    Outcome::Decided(None, _) | Outcome::Skipped(_) => (Standing::Unknown, "unknown"),
                };
                let title = format!("{} on {}", request.action.as_str(), request.resource);
                let told = report::trace::text(caller, &request, &outcome);
                let entry = Entry::of_text("ringfence evaluate", &title, word, standing, told);
                let about = About::new("evaluate", "Is this request allowed?", scenario.dialect);
                written::write(format, &[entry], &about)?;
            }
        }
    }
    Ok(match outcome {
        Outcome::Decided(Some(_), _) => Exit::Answered,
        Outcome::Decided(None, _) | Outcome::Skipped(_) => Exit::Unknown,
    })
}

/// What became of the lines.
#[derive(Debug, Default)]
struct Tally {
    errors: usize,
    agree: usize,
    differ: usize,
    unknown: usize,
    skipped: usize,
    warnings: usize,
}

fn batch(arguments: &Evaluate, scenario: Option<&Scenario>, color: Color) -> Result<Exit> {
    let mut stdin = io::stdin().lock();
    let mut stdout = io::stdout().lock();
    let mut tally = Tally::default();
    for number in 1.. {
        let Some(bytes) = lines::next(&mut stdin)? else { break };
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let (id, answer) = answer(bytes, number, arguments, scenario, color, &mut tally);
        let mut line = serde_json::Map::new();
        line.insert("id".to_owned(), id.unwrap_or(Value::Null));
        line.extend(answer);
        writeln!(stdout, "{}", Value::Object(line))?;
        stdout.flush()?;
    }
    if tally.warnings > 0 && !arguments.warnings {
        eprintln!("{} warnings about documents; --warnings shows them", tally.warnings);
    }
    if arguments.verify {
        let Tally { errors, agree, differ, skipped, .. } = tally;
        eprintln!("{agree} agree, {differ} differ, {skipped} skipped, {errors} refused");
    }
    Ok(match tally {
        Tally { errors: 1.., .. } => Exit::Refused,
        Tally { differ: 1.., .. } => Exit::Violated,
        Tally { unknown: 1.., .. } => Exit::Unknown,
        _ => Exit::Answered,
    })
}

type Fields = Vec<(String, Value)>;

fn answer(
    bytes: Vec<u8>,
    number: usize,
    arguments: &Evaluate,
    scenario: Option<&Scenario>,
    color: Color,
    tally: &mut Tally,
) -> (Option<Value>, Fields) {
    let source = match input::decode(STDIN, bytes, number) {
        Ok(source) => source,
        Err(refusal) => return (None, refuse_line(&refusal, tally)),
    };
    let reading =
        case::Reading { path: Path::new(""), bare: scenario.is_some(), dialect: arguments.dialect.as_deref() };
    let (id, case) = case::read(&source, reading);
    let case = match case {
        Ok(case) => {
            Case { scenario: case.scenario.map(|own| Scenario { rulings: arguments.rulings.into(), ..own }), ..case }
        }
        Err(refusal) => return (id, refuse_line(&refusal, tally)),
    };
    tally.warnings += case.warnings.len();
    if arguments.warnings {
        stderr::show(&case.warnings, color);
    }
    let error = |error: EvaluateError| Diagnostic::whole(error.code(), &source, error.to_string(), error.help());
    let fields = match decide(&case, scenario, arguments, tally) {
        Ok(fields) => fields,
        Err(Unusable::Evaluate(problem)) => refuse(&error(problem), tally),
        Err(Unusable::Internal(message)) => {
            tally.errors += 1;
            let error = json!({ "code": "internal-error", "message": message, "line": number, "column": 1 });
            vec![("error".to_owned(), error)]
        }
        Err(Unusable::NothingExpected) => {
            let message = "field `expect` is missing, and --verify compares with it";
            let help = "add `\"expect\": \"allow\"`, or leave --verify out";
            refuse(&Diagnostic::whole(ringfence::diagnostic::Code::MissingField, &source, message, help), tally)
        }
    };
    (id, fields)
}

/// Why a readable line has no answer.
enum Unusable {
    Evaluate(EvaluateError),
    NothingExpected,
    Internal(String),
}

/// The evaluator's outcome, decided or confirmed by the symbolic side where that is asked for.
fn outcome<'a>(
    scenario: &'a Scenario,
    request: &'a ringfence::request::Request,
    engine: Engine,
) -> Result<Outcome<'a>, Unusable> {
    if engine == Engine::Both {
        return decided::decide(scenario, request).map_err(|error| match error {
            DecideError::Evaluate(error) => Unusable::Evaluate(error),
            DecideError::Internal(message) => Unusable::Internal(message),
        });
    }
    match (evaluate(scenario, request).map_err(Unusable::Evaluate)?, engine) {
        (Outcome::Decided(_, trace), Engine::Smt) => {
            let symbolic = pinned::decide(scenario, request).map_err(|error| Unusable::Internal(error.to_string()))?;
            Ok(Outcome::Decided(symbolic, trace))
        }
        (outcome, _) => Ok(outcome),
    }
}

fn decide(
    case: &Case,
    scenario: Option<&Scenario>,
    arguments: &Evaluate,
    tally: &mut Tally,
) -> Result<Fields, Unusable> {
    let Some(scenario) = case.scenario.as_ref().or(scenario) else { return Ok(Vec::new()) };
    let verify = arguments.verify;
    let decision = match outcome(scenario, &case.request, arguments.engine)? {
        Outcome::Skipped(reason) => {
            tally.skipped += 1;
            return Ok(vec![("skipped".to_owned(), json!(reason))]);
        }
        Outcome::Decided(decision, _) => decision,
    };
    let found = Expectation::of(decision);
    if verify {
        match case.expect {
            None => return Err(Unusable::NothingExpected),
            Some(expected) if expected == found => tally.agree += 1,
            Some(_) => tally.differ += 1,
        }
    } else if decision.is_none() {
        tally.unknown += 1;
    }
    let mut fields = vec![("decision".to_owned(), json!(found.as_str()))];
    if let Some(expected) = case.expect.filter(|expected| verify && *expected != found) {
        fields.push(("expect".to_owned(), json!(expected.as_str())));
    }
    Ok(fields)
}

/// A line has room for one error: the first.
fn refuse_line(refusal: &Refusal, tally: &mut Tally) -> Fields {
    refusal.first_error().map(|diagnostic| refuse(diagnostic, tally)).unwrap_or_default()
}

fn refuse(diagnostic: &Diagnostic, tally: &mut Tally) -> Fields {
    tally.errors += 1;
    vec![("error".to_owned(), report::diagnostic::json(diagnostic))]
}
