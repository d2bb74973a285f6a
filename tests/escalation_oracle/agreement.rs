//! What the library says of random accounts, against what their states say.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ringfence::escalation::{Attacker, Limits, Model as Question, Outcome};
use ringfence::goal::Goal;
use ringfence::verdict::Answer;
use ringfence::vocabulary::dialect::Dialect;
use ringfence::vocabulary::ruling::Rulings;
use serde_json::Value;

use crate::dice::{Dice, seed};
use crate::judge::Judge;
use crate::minimal::minimise;
use crate::search::{Closed, Shortest, close, shortest, told};
use crate::state::Model;
use crate::transitions::Turn;
use crate::world::{arn, is_whole, text, world, write};

/// The longest sequences that are tried.
pub(crate) const REQUESTS: usize = 6;

/// How many states are looked at before giving up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caps {
    pub(crate) close: usize,
    pub(crate) shortest: usize,
}

/// What the states of an account say.
#[derive(Debug, Clone)]
pub(crate) struct Opinion {
    pub(crate) closed: Closed,
    pub(crate) shortest: Shortest,
    pub(crate) trace: Vec<String>,
}

/// Looks at the states of an account.
pub(crate) fn opinion(world: &Value, caps: Caps) -> Opinion {
    let model = Model::new(world);
    let mut judge = Judge::new(&model);
    let (closed, _) = close(&model, &mut judge, caps.close);
    if closed.is_never() {
        let shortest = Shortest::Excluded { requests: REQUESTS, closed: true };
        return Opinion { closed, shortest, trace: Vec::new() };
    }
    let shortest = shortest(&model, &mut judge, REQUESTS, caps.shortest, true);
    let trace = match &shortest {
        Shortest::Found(_, moves) => told(&model, moves),
        Shortest::Excluded { .. } => Vec::new(),
    };
    Opinion { closed, shortest, trace }
}

impl Opinion {
    /// In a word or two, for tallies.
    pub(crate) fn word(&self) -> String {
        match (&self.closed, &self.shortest) {
            (Closed::Stuck, _) => "stuck".to_owned(),
            (Closed::Never, _) => "unreachable".to_owned(),
            (_, Shortest::Found(length, _)) => format!("reachable in {length}"),
            (Closed::Somehow, Shortest::Excluded { requests, .. }) => format!("reachable, not in {requests}"),
            (Closed::GaveUp, Shortest::Excluded { requests, .. }) => format!("gave up, not in {requests}"),
        }
    }
}

/// Asks the library.
pub(crate) fn ask(world: &Value) -> Result<Outcome, String> {
    let folder = tempfile::tempdir().unwrap();
    let dialect = Dialect::embedded("aws").unwrap().unwrap();
    let loaded = write(world, folder.path()).load(dialect);
    let (accounts, _) = loaded.map_err(|refusal| format!("{:?}", refusal.diagnostics))?;
    let goal = &world["goal"];
    let goal = Goal::from_flags(&[text(goal, "action").to_owned()], &[], goal["resource"].as_str(), None).unwrap();
    let limits = Limits { max_steps: 7, timeout: Some(Duration::from_secs(5)), rulings: Rulings::default() };
    let question = Question::new(accounts, goal, limits).map_err(|error| error.to_string())?;
    let attacker = Attacker { held: vec![arn(text(world, "start"))], outside: None, own_provider: true };
    question.escalate(&attacker).map_err(|error| error.to_string())
}

/// How an answer differs from an opinion.
fn differs(opinion: &Opinion, outcome: &Result<Outcome, String>) -> Option<&'static str> {
    let Ok(outcome) = outcome else { return Some("an error") };
    let length = outcome.trace.as_ref().map(Vec::len);
    let reachable = outcome.answer == Answer::Reachable;
    let unknown = outcome.answer == Answer::Unknown;
    match (&opinion.closed, &opinion.shortest) {
        (closed, _) if closed.is_never() && reachable => Some("reachable, but no state meets the goal"),
        (closed, _) if closed.is_never() && unknown => Some("unknown, but no state meets the goal"),
        (closed, _) if closed.is_never() => None,
        (_, Shortest::Found(found, _)) => match length {
            Some(length) if reachable && length == *found => None,
            Some(length) if reachable && length > *found => Some("a longer trace than there is"),
            Some(_) if reachable => Some("a shorter trace than there is"),
            None if reachable => Some("reachable without a trace"),
            _ if unknown => Some("unknown, but there is a trace"),
            _ => Some("unreachable, but there is a trace"),
        },
        (closed, Shortest::Excluded { requests, .. }) => match length {
            Some(length) if reachable && length <= *requests => Some("a shorter trace than there is"),
            _ if *closed == Closed::Somehow && !reachable && !unknown => Some("unreachable, but there is a trace"),
            _ => None,
        },
    }
}

/// The same difference on less of an account: a file of it, and what both say.
fn report(number: usize, world: &Value, caps: Caps, difference: &'static str) -> String {
    let same = |less: &Value| is_whole(less) && differs(&opinion(less, caps), &ask(less)) == Some(difference);
    let small = minimise(world, &same);
    let path = std::env::temp_dir().join(format!("ringfence-escalation-{}-{number}.json", seed()));
    std::fs::write(&path, serde_json::to_string_pretty(&small).unwrap()).unwrap();
    let (opinion, outcome) = (opinion(&small, caps), ask(&small));
    let said = match &outcome {
        Err(error) => error.clone(),
        Ok(outcome) => {
            let steps = outcome.trace.iter().flatten();
            let steps = steps.map(|step| {
                let (request, caller) = (&step.request, &step.caller.arn);
                format!("\n    {} on {} by {caller}", request.action, request.resource)
            });
            let why = outcome.unknown.as_deref().unwrap_or_default();
            format!("{} {why}{}", outcome.answer.as_str(), steps.collect::<String>())
        }
    };
    let (word, trace) = (opinion.word(), opinion.trace.join("\n    "));
    format!("{}: {difference}\n  states: {word}\n    {trace}\n  library: {said}\n  {small}", path.display())
}

/// What so many accounts came to.
#[derive(Debug, Default)]
struct Tally {
    opinions: BTreeMap<String, usize>,
    /// How often a request is part of a shortest sequence.
    requests: BTreeMap<String, usize>,
    agreed: usize,
    differences: BTreeMap<&'static str, usize>,
    reports: Vec<String>,
    own: Duration,
    theirs: Duration,
    slowest: Duration,
}

impl Tally {
    fn add(&mut self, number: usize, world: &Value, caps: Caps, against: bool) {
        let begin = Instant::now();
        let opinion = opinion(world, caps);
        let elapsed = begin.elapsed();
        self.own += elapsed;
        self.slowest = self.slowest.max(elapsed);
        *self.opinions.entry(opinion.word()).or_default() += 1;
        for own in opinion.trace.iter().rev().skip(1) {
            let name = own.split(['(', ':']).next().unwrap_or_default();
            *self.requests.entry(name.to_owned()).or_default() += 1;
        }
        if !against {
            return;
        }
        let begin = Instant::now();
        let outcome = ask(world);
        self.theirs += begin.elapsed();
        let Some(difference) = differs(&opinion, &outcome) else {
            self.agreed += 1;
            return;
        };
        *self.differences.entry(difference).or_default() += 1;
        // A few of each kind; an honest unknown is counted only.
        if self.differences[difference] <= 2 && !difference.starts_with(UNKNOWN) {
            self.reports.push(report(number, world, caps, difference));
        }
    }

    fn join(mut self, other: Self) -> Self {
        for (word, count) in other.opinions {
            *self.opinions.entry(word).or_default() += count;
        }
        for (word, count) in other.requests {
            *self.requests.entry(word).or_default() += count;
        }
        for (word, count) in other.differences {
            *self.differences.entry(word).or_default() += count;
        }
        self.agreed += other.agreed;
        self.reports.extend(other.reports);
        (self.own, self.theirs) = (self.own + other.own, self.theirs + other.theirs);
        self.slowest = self.slowest.max(other.slowest);
        self
    }
}

/// A random account. Of those where no sequence is needed, or none can begin, only every fifth is kept; of those where
/// two requests are enough, every other one.
fn telling(dice: &mut Dice) -> Value {
    loop {
        let world = world(dice);
        // Sessions of a role that the attacker begins with may carry any tags, which these states do not say.
        if text(&world, "start").starts_with("role/") && world.to_string().contains("aws:PrincipalTag") {
            continue;
        }
        let model = Model::new(&world);
        let mut judge = Judge::new(&model);
        let kept = match shortest(&model, &mut judge, 2, CAPS.shortest, true) {
            Shortest::Found(1, _) => 20,
            Shortest::Found(..) => 50,
            Shortest::Excluded { .. } if is_stuck(&model, &mut judge) => 20,
            Shortest::Excluded { .. } => 100,
        };
        if dice.percent(kept) {
            return world;
        }
    }
}

/// Whether nothing can be changed.
fn is_stuck<'m>(model: &'m Model, judge: &mut Judge<'m>) -> bool {
    Turn::new(model, judge, &model.first).moves(true).is_empty()
}

/// Looks at so many accounts on two threads; `against` also asks the library.
fn tally(seed: u64, accounts: usize, caps: Caps, against: bool) -> Tally {
    let mut dice = Dice::new(seed);
    let worlds: Vec<Value> = (0..accounts).map(|_| telling(&mut dice)).collect();
    let half = |part: usize| {
        let mut tally = Tally::default();
        for (number, world) in worlds.iter().enumerate().filter(|(number, _)| number % 2 == part) {
            tally.add(number, world, caps, against);
        }
        tally
    };
    let begin = Instant::now();
    let tally = std::thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        let own = half(0);
        own.join(other.join().unwrap())
    });
    println!("{:#?}\n{:?}", tally.opinions, tally.requests);
    println!("{:?}; states {:?}, slowest {:?}; library {:?}", begin.elapsed(), tally.own, tally.slowest, tally.theirs);
    tally
}

/// How differences begin that contradict nothing.
const UNKNOWN: &str = "unknown";

/// No verdict and no length of the library's may contradict the states, and of so many accounts it says the same. There
/// are a few more, of which it may say that it does not know: a listing tells no tags of providers, which these states
/// have not.
fn compare(seed: u64, accounts: usize, caps: Caps) {
    let tally = tally(seed, accounts + accounts / 200, caps, true);
    println!("agreed: {}; {:#?}", tally.agreed, tally.differences);
    assert!(tally.reports.is_empty(), "{:#?}\n{}", tally.differences, tally.reports.join("\n\n"));
    assert!(tally.agreed >= accounts, "{:#?}", tally.differences);
}

/// How many accounts of a tally are of a kind.
fn count(tally: &Tally, kind: impl Fn(&str) -> bool) -> usize {
    tally.opinions.iter().filter(|(word, _)| kind(word)).map(|(_, count)| count).sum()
}

const CAPS: Caps = Caps { close: 3_000, shortest: 5_000 };

#[test]
fn random_accounts_are_of_every_kind() {
    let tally = tally(seed() + 7, 300, CAPS, false);
    assert!(count(&tally, |word| word == "unreachable") >= 60, "{tally:?}");
    assert!(count(&tally, |word| word.starts_with("reachable") && word != "reachable in 1") >= 75, "{tally:?}");
    assert!(count(&tally, |word| word.starts_with("gave up")) <= 30, "{tally:?}");
}

#[test]
fn the_library_says_what_the_states_say() {
    compare(seed(), 2_000, CAPS);
}

#[test]
#[ignore = "many minutes: twenty thousand accounts"]
fn the_library_says_what_the_states_say_at_length() {
    compare(seed() + 1_000, 20_000, Caps { close: 10_000, shortest: 60_000 });
}

/// The short cuts that are argued for in `transitions`, against none at all.
#[test]
fn short_cuts_change_nothing() {
    let mut dice = Dice::new(seed() + 3);
    let mut counts = BTreeMap::new();
    for _ in 0..200 {
        let world = world(&mut dice);
        let model = Model::new(&world);
        let mut judge = Judge::new(&model);
        let (closed, _) = close(&model, &mut judge, CAPS.close);
        let long = shortest(&model, &mut judge, 6, 10_000, false);
        let short = shortest(&model, &mut judge, 6, 100_000, true);
        let excluded = |found: &Shortest| match found {
            Shortest::Found(length, _) => (length - 1, true, false),
            Shortest::Excluded { requests, closed } => (*requests, false, *closed),
        };
        let ((plain, plain_found, plain_closed), (reduced, found, _)) = (excluded(&long), excluded(&short));
        let clash = (plain_found && reduced > plain)
            || (found && plain > reduced)
            || (plain_found && closed.is_never())
            || (plain_closed && closed == Closed::Somehow)
            || (found && closed.is_never());
        assert!(!clash, "{closed:?}\n{long:?}\n{short:?}\n{:?}\n{world}", model.arns);
        *counts.entry((plain_found, plain_closed, closed.is_never())).or_insert(0) += 1;
    }
    println!("(found plainly, closed plainly, never): {counts:?}");
}
