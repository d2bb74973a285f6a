//! Fuzz of the lemmas: random conditions on one key, asked through the whole engine, against a naive matcher over all short
//! values, and what is called unreachable against cvc5.
//!
//! The matcher here knows nothing of globs, intervals and networks as the engine has them: it tries every way to read a
//! pattern, and compares days and addresses one by one. The longer run is in the README.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "figures and what is skipped are told")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use ringfence::query::reach::{Options, reach};
use ringfence::question::{self, Question, Reading};
use ringfence::source::Source;
use ringfence::verdict::{Answer, Verdict};
use serde_json::{Value, json};

const KEY: &str = "x:Key";
const VARIABLE: &str = "x:Variable";

/// One character within a part of an ARN.
const NOT_A_COLON: &str = r#"(re.diff re.allchar (str.to_re ":"))"#;

/// How many questions the normal run asks, and the longer one.
const SHORT: usize = 3_000;
const LONG: usize = 60_000;

/// Numbers that are random enough, and the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.get(self.roll(of.len())).copied().unwrap()
    }
}

/// Operators that are asked together: of a value that is to be a text of some form and a number little is known.
const FAMILIES: [&[&str]; 8] = [&TEXTS, &TEXTS, &TEXTS, &TEXTS, &NUMBERS, &ARNS, &DATES, &ADDRESSES];

const TEXTS: [&str; 7] = [
    "StringLike",
    "StringLike",
    "StringNotLike",
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
];

const NUMBERS: [&str; 3] = ["NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"];

const ARNS: [&str; 4] = ["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"];

const DATES: [&str; 5] =
    ["DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "DateNotEquals"];

const ADDRESSES: [&str; 3] = ["IpAddress", "IpAddress", "NotIpAddress"];

/// What a condition says of the key.
struct Literal {
    operator: &'static str,
    values: Vec<String>,
}

/// What the values of an operator are.
#[derive(Clone, Copy, PartialEq)]
enum Family {
    Text,
    Number,
    Arn,
    Date,
    Address,
}

impl Family {
    fn of(operator: &str) -> Self {
        let named = [("Numeric", Self::Number), ("Arn", Self::Arn), ("Date", Self::Date), ("String", Self::Text)];
        named.iter().find(|(name, _)| operator.starts_with(name)).map_or(Self::Address, |(_, family)| *family)
    }

    /// The values that are tried.
    fn candidates(self) -> Vec<String> {
        let days = || (1..=5).flat_map(|day| ["00", "06", "12"].map(|hour| format!("2024-01-0{day}T{hour}:00:00Z")));
        let arns = || {
            let fronts =
                ["aws", "a", "bws"].map(|own| ["s3", "sa3", "s"].map(|service| format!("arn:{own}:{service}:::")));
            let rests = texts("ab:", 4);
            fronts
                .concat()
                .into_iter()
                .flat_map(move |front| rests.clone().into_iter().map(move |rest| format!("{front}{rest}")))
        };
        match self {
            Self::Text | Self::Number => texts("abA1:", 5),
            Self::Arn => arns().collect(),
            Self::Date => days().collect(),
            Self::Address => (0..=9).map(|last| format!("10.0.0.{last}")).collect(),
        }
    }
}

fn written(dice: &mut Dice, pieces: &[&str], longest: usize) -> String {
    (0..=dice.roll(longest)).map(|_| dice.one(pieces)).collect()
}

fn value(dice: &mut Dice, operator: &str, variables: bool) -> String {
    let longest = if variables { 3 } else { 5 };
    match Family::of(operator) {
        Family::Number => dice.one(&["1", "11", "2", "0.5"]).to_owned(),
        Family::Date => format!("2024-01-0{}T{}:00:00Z", 1 + dice.roll(4), dice.one(&["00", "12"])),
        Family::Address => {
            let networks = ["10.0.0.0/29", "10.0.0.0/30", "10.0.0.4/30", "10.0.0.0/31", "10.0.0.2/31", "10.0.0.5"];
            dice.one(&networks).to_owned()
        }
        Family::Arn => {
            let (partition, service) = (dice.one(&["aws", "a*", "*", "?ws"]), dice.one(&["s3", "*", "?3", "s*3"]));
            format!("arn:{partition}:{service}:::{}", written(dice, &["a", "b", "*", "?", ":"], 3))
        }
        Family::Text if operator.ends_with("Case") => written(dice, &["a", "A", "b", "1", ":"], longest),
        Family::Text if variables => {
            let variable = "${x:Variable}";
            written(dice, &["a", "b", "*", "?", "?", ":", variable, variable, variable], longest)
        }
        Family::Text => written(dice, &["a", "A", "1", "b", "*", "*", "?", ":"], longest),
    }
}

impl Literal {
    fn random(dice: &mut Dice, operators: &[&'static str], variables: bool) -> Self {
        let operator = dice.one(operators);
        let values = (0..=dice.roll(2)).map(|_| value(dice, operator, variables)).collect();
        Self { operator, values }
    }

    fn is_negated(&self) -> bool {
        self.operator.contains("Not")
    }

    /// Whether a value of the key satisfies it.
    fn holds(&self, value: &str, variable: &str) -> bool {
        let one = |pattern: &String| match self.operator {
            "StringLike" | "StringNotLike" => matches(&filled(pattern, variable), value),
            "StringEquals" | "StringNotEquals" => plain(pattern, variable) == value,
            "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => {
                plain(pattern, variable).eq_ignore_ascii_case(value)
            }
            "ArnLike" | "ArnEquals" | "ArnNotLike" | "ArnNotEquals" => {
                let (own, other): (Vec<&str>, Vec<&str>) =
                    (pattern.splitn(6, ':').collect(), value.splitn(6, ':').collect());
                own.len() == other.len()
                    && own.iter().zip(other).all(|(pattern, part)| matches(&filled(pattern, ""), part))
            }
            // Texts of this form are in the order of time.
            "DateLessThan" => value < pattern.as_str(),
            "DateLessThanEquals" => value <= pattern.as_str(),
            "DateGreaterThan" => value > pattern.as_str(),
            "DateGreaterThanEquals" => value >= pattern.as_str(),
            "DateNotEquals" => value == pattern.as_str(),
            "IpAddress" | "NotIpAddress" => {
                let (network, length) = pattern.split_once('/').unwrap_or((pattern, "32"));
                let last = |address: &str| address.rsplit('.').next().and_then(|part| part.parse::<u32>().ok());
                let size = 32 - length.parse::<u32>().unwrap();
                last(network).map(|last| last >> size) == last(value).map(|last| last >> size)
            }
            _ => match (value.parse::<f64>(), pattern.parse::<f64>()) {
                (Ok(own), Ok(other)) => match self.operator {
                    "NumericLessThan" => own < other,
                    "NumericGreaterThanEquals" => own >= other,
                    _ => own == other,
                },
                _ => false,
            },
        };
        self.values.iter().any(one) != self.is_negated()
    }

    /// As a term over `value`; none for numbers, dates, addresses and what ignores case.
    fn term(&self) -> Option<String> {
        let quoted = |text: &str| format!("\"{text}\"");
        let member = |pattern: &String| -> Option<String> {
            let (wild, parts) = match self.operator {
                "StringLike" | "StringNotLike" => (true, 1),
                "StringEquals" | "StringNotEquals" => (false, 1),
                "ArnLike" | "ArnEquals" | "ArnNotLike" | "ArnNotEquals" => (true, 6),
                _ => return None,
            };
            let mut colons = 0;
            let pieces: String = pattern
                .chars()
                .map(|piece| {
                    colons += usize::from(piece == ':');
                    match (piece, colons + 1 < parts) {
                        ('*', false) if wild => " re.all".to_owned(),
                        ('?', false) if wild => " re.allchar".to_owned(),
                        ('*', true) => format!(" (re.* {NOT_A_COLON})"),
                        ('?', true) => format!(" {NOT_A_COLON}"),
                        (other, _) => format!(" (str.to_re {})", quoted(&other.to_string())),
                    }
                })
                .collect();
            Some(format!("(str.in_re value (re.++ (str.to_re \"\"){pieces}))"))
        };
        let members = self.values.iter().map(member).collect::<Option<String>>()?;
        let any = format!("(and there (or false {members}))");
        Some(if self.is_negated() { format!("(not {any})") } else { any })
    }
}

/// An element of a pattern, for the naive matcher.
#[derive(Clone, Copy, PartialEq)]
enum Element {
    One,
    Many,
    Just(char),
}

/// A pattern with the variable's value put in, its characters meant literally.
fn filled(pattern: &str, variable: &str) -> Vec<Element> {
    let of = |part: &str| {
        part.chars()
            .map(|one| match one {
                '*' => Element::Many,
                '?' => Element::One,
                other => Element::Just(other),
            })
            .collect::<Vec<_>>()
    };
    let value: Vec<Element> = variable.chars().map(Element::Just).collect();
    pattern.split("${x:Variable}").map(of).collect::<Vec<_>>().join(value.as_slice())
}

fn plain(pattern: &str, variable: &str) -> String {
    pattern.replace("${x:Variable}", variable)
}

/// Every way to read the pattern is tried.
fn matches(pattern: &[Element], text: &str) -> bool {
    let mut rest = text.chars();
    match pattern.split_first() {
        None => text.is_empty(),
        Some((Element::Many, after)) => {
            matches(after, text) || (rest.next().is_some() && matches(pattern, rest.as_str()))
        }
        Some((Element::One, after)) => rest.next().is_some() && matches(after, rest.as_str()),
        Some((Element::Just(own), after)) => rest.next() == Some(*own) && matches(after, rest.as_str()),
    }
}

fn texts(characters: &str, longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..longest {
        last = last.iter().flat_map(|text| characters.chars().map(move |one| format!("{text}{one}"))).collect();
        all.extend(last.iter().cloned());
    }
    all
}

/// Whether a request can satisfy the literals, as the engine sees it.
fn asked(literals: &[Literal]) -> Verdict {
    // Each literal is a level of its own that must allow: one block has no room for two of one operator.
    let level = |literal: &Literal| {
        let condition: Value = json!({ literal.operator: { KEY: literal.values } });
        let known = json!({ "Null": { VARIABLE: "false" } });
        let mut whole = condition;
        whole.as_object_mut().unwrap().extend(known.as_object().unwrap().clone());
        let statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": whole });
        json!([{ "Version": "2012-10-17", "Statement": [statement] }])
    };
    let line = json!({
        "principal": { "arn": "arn:aws:iam::111122223333:user/alice", "type": "user", "tags": {} },
        "identityPolicies": [{ "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] }],
        "scps": literals.iter().map(level).collect::<Vec<_>>(),
        "goal": { "action": "s3:GetObject" },
    });
    let source = Source::new("line", line.to_string());
    let reading = Reading { path: Path::new(""), dialect: None };
    let Question { scenario, goal, .. } = question::read(&source, reading).1.unwrap();
    reach(&scenario, &goal, &Options { any_request: true, ..Options::default() }).unwrap()
}

/// Asks so many questions; what is called unreachable without variables and numbers comes back as scripts' parts.
fn run(rounds: usize, seed: u64) -> (BTreeMap<&'static str, usize>, Vec<String>) {
    let (short, bare) = (texts("ab:", 2), vec![String::new()]);
    let candidates = [Family::Text, Family::Number, Family::Arn, Family::Date, Family::Address]
        .map(|family| (family, family.candidates()));
    let mut dice = Dice(seed);
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    let mut scripts = Vec::new();
    for round in 0..rounds {
        let variables = round % 2 == 0;
        let operators = FAMILIES.get(dice.roll(FAMILIES.len())).copied().unwrap();
        let family = operators.first().map(|operator| Family::of(operator)).unwrap();
        let (_, values) = candidates.iter().find(|(own, _)| *own == family).unwrap();
        let variables = variables && family == Family::Text;
        let literals = 2 + dice.roll(3);
        let literals: Vec<Literal> = (0..literals).map(|_| Literal::random(&mut dice, operators, variables)).collect();
        let verdict = asked(&literals);
        let said: Vec<String> = literals.iter().map(|own| format!("{} {:?}", own.operator, own.values)).collect();
        match verdict.answer {
            Answer::Reachable => *counted.entry("reachable").or_default() += 1,
            Answer::Unreachable => {
                *counted.entry("unreachable").or_default() += 1;
                // A request without the key satisfies what is only negated.
                assert!(!literals.iter().all(Literal::is_negated), "no key: {said:?}");
                let fills = if variables { &short } else { &bare };
                for variable in fills {
                    let found = values.iter().find(|value| literals.iter().all(|own| own.holds(value, variable)));
                    assert!(found.is_none(), "{found:?} with {variable:?} satisfies {said:?}, which is no proof");
                }
                let terms: Option<Vec<String>> = literals.iter().map(Literal::term).collect();
                if let (false, Some(terms)) = (variables, terms) {
                    scripts.push(terms.iter().map(|term| format!("(assert {term})\n")).collect());
                }
            }
            _ => *counted.entry("unknown").or_default() += 1,
        }
    }
    (counted, scripts)
}

/// How many of the parts cvc5 refutes, all of them in one script; none where there is no cvc5.
fn refuted(scripts: &[String]) -> Option<Vec<String>> {
    let mut script = "(set-logic QF_SLIA)\n(declare-const value String)\n(declare-const there Bool)\n".to_owned();
    for part in scripts {
        writeln!(script, "(push 1)\n{part}(check-sat)\n(pop 1)").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lemmas.smt2");
    std::fs::write(&path, script).unwrap();
    let driver = concat!(env!("CARGO_MANIFEST_DIR"), "/encodings/check-with-cvc5.py");
    let output = Command::new("python3").arg(driver).arg(path).output().ok().filter(|out| out.status.success())?;
    Some(String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect())
}

fn fuzz(rounds: usize, seed: u64) {
    let (counted, scripts) = run(rounds, seed);
    println!("seed {seed}: {counted:?}");
    let unknown = counted.get("unknown").copied().unwrap_or_default();
    assert!(unknown * 4 < rounds, "{counted:?}");
    assert!(counted.get("unreachable").is_some_and(|count| count * 10 > rounds), "{counted:?}");
    match refuted(&scripts) {
        None => println!("skipped: python3 has no cvc5, {} lemmas were not asked of it", scripts.len()),
        Some(answers) => {
            let wrong = answers.iter().zip(&scripts).find(|(answer, _)| *answer == "sat");
            assert!(wrong.is_none(), "{wrong:?}");
            let unsat = answers.iter().filter(|answer| *answer == "unsat").count();
            println!("cvc5 finds {unsat} of {} unsatisfiable, none satisfiable", scripts.len());
            assert!(answers.len() == scripts.len() && unsat * 10 >= scripts.len() * 9);
        }
    }
}

#[test]
fn what_is_unreachable_has_no_value() {
    fuzz(SHORT, 10);
}

#[test]
#[ignore = "takes minutes"]
fn what_is_unreachable_has_no_value_for_long() {
    (1..=4).for_each(|seed| fuzz(LONG / 4, seed));
}
