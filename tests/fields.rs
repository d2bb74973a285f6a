//! Text fields: answers against brute force over short texts and against the regex crate, conflicts minimal.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "the times of adversarial questions are shown with --nocapture")]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use regex::Regex;
use ringfence::symbolic::field::{FieldAnswer, Hints, Limits, ListAnswer, Wishes, any_of_set, pairs, solve};
use ringfence::symbolic::language::{CharClass, Glob, Language, Piece};
use ringfence::vocabulary::pattern::{Pattern, Reading};

/// A pattern twice: as a glob of the theory and as a regular expression.
#[derive(Debug, Clone)]
struct Twin {
    pieces: Vec<Piece>,
    folded: bool,
}

impl Twin {
    fn glob(&self) -> Glob {
        let glob = Glob::new(self.pieces.iter().copied());
        if self.folded { glob.folded() } else { glob }
    }

    fn regex(&self) -> String {
        let class = |class: &CharClass| match class {
            CharClass::Anything => ".",
            CharClass::NotColon => "[^:]",
            CharClass::NoSlashNorColon => "[^:/]",
            CharClass::Digits => "[0-9]",
            CharClass::NameCharacters => "[A-Za-z0-9+=,.@_-]",
            CharClass::PathCharacters => "[A-Za-z0-9+=,.@_/-]",
            CharClass::TagCharacters => r"[\p{Alphabetic}\p{N} +=.@_/:-]",
            CharClass::Printable => "[ -~]",
        };
        let piece = |piece: &Piece| match piece {
            Piece::Literal(character) => regex::escape(&character.to_string()),
            Piece::One(of) => class(of).to_owned(),
            Piece::Many(of) => format!("{}*", class(of)),
            Piece::Some(of) => format!("{}+", class(of)),
        };
        let flags = if self.folded { "(?si:" } else { "(?s:" };
        format!("{flags}{})", self.pieces.iter().map(piece).collect::<String>())
    }
}

/// A language twice.
#[derive(Debug, Clone)]
struct Both {
    language: Language,
    regex: Regex,
}

impl Both {
    fn new(twins: &[Twin]) -> Self {
        let regex = twins.iter().map(Twin::regex).collect::<Vec<_>>().join("|");
        // `[^\s\S]` matches nothing: the language of no glob.
        let regex = if twins.is_empty() { r"[^\s\S]".to_owned() } else { regex };
        Self {
            language: Language::new(twins.iter().map(Twin::glob)),
            regex: Regex::new(&format!(r"\A(?:{regex})\z")).unwrap(),
        }
    }
}

fn literals(both: &[Both]) -> Vec<&Language> {
    both.iter().map(|both| &both.language).collect()
}

fn chosen(both: &[Both], places: &[usize]) -> Vec<Both> {
    both.iter().enumerate().filter(|(place, _)| places.contains(place)).map(|(_, one)| one.clone()).collect()
}

fn holds(positive: &[Both], negative: &[Both], text: &str) -> bool {
    positive.iter().all(|one| one.regex.is_match(text)) && !negative.iter().any(|one| one.regex.is_match(text))
}

/// All texts over the characters up to a length.
fn texts(characters: &str, longest: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut last = all.clone();
    for _ in 0..longest {
        last = last.iter().flat_map(|text| characters.chars().map(move |one| format!("{text}{one}"))).collect();
        all.extend(last.iter().cloned());
    }
    all
}

/// Holds an answer against the texts and against the answers to smaller questions.
fn check(positive: &[Both], negative: &[Both], texts: &[String]) -> Result<(), TestCaseError> {
    check_within(Limits::default(), positive, negative, texts)?;
    // Questions that are split at once take the other way through the search.
    check_within(Limits { unsplit: 3, ..Limits::default() }, positive, negative, texts)
}

fn check_within(limits: Limits, positive: &[Both], negative: &[Both], texts: &[String]) -> Result<(), TestCaseError> {
    let hints = Hints::default();
    let solved = |positive: &[Both], negative: &[Both]| solve(&literals(positive), &literals(negative), &hints, limits);
    match solved(positive, negative) {
        FieldAnswer::Witness(text) => prop_assert!(holds(positive, negative, &text), "{text:?} is no witness"),
        FieldAnswer::Undecided => prop_assert!(false, "undecided"),
        FieldAnswer::Conflict { positive: some, negative: none } => {
            let (positive, negative) = (chosen(positive, &some), chosen(negative, &none));
            let found = texts.iter().find(|text| holds(&positive, &negative, text));
            prop_assert!(found.is_none(), "{found:?} is in no conflict");
            let again = solved(&positive, &negative);
            prop_assert!(matches!(again, FieldAnswer::Conflict { .. }), "alone it is none: {again:?}");
            for left_out in 0..positive.len() + negative.len() {
                let (mut fewer, mut fewer_not) = (positive.clone(), negative.clone());
                match left_out.checked_sub(positive.len()) {
                    None => drop(fewer.remove(left_out)),
                    Some(place) => drop(fewer_not.remove(place)),
                }
                let FieldAnswer::Witness(text) = solved(&fewer, &fewer_not) else {
                    panic!("the conflict is not minimal");
                };
                prop_assert!(holds(&fewer, &fewer_not, &text), "{text:?} is no witness");
            }
        }
    }
    Ok(())
}

fn piece(characters: &'static str, classes: &'static [CharClass]) -> impl Strategy<Value = Piece> {
    let literal = prop::sample::select(characters.chars().collect::<Vec<_>>()).prop_map(Piece::Literal);
    let class = || prop::sample::select(classes);
    prop_oneof![
        4 => literal,
        1 => class().prop_map(Piece::One),
        3 => class().prop_map(Piece::Many),
        1 => class().prop_map(Piece::Some),
    ]
}

fn twins(
    characters: &'static str,
    classes: &'static [CharClass],
    folding: bool,
    globs: usize,
) -> impl Strategy<Value = Vec<Twin>> {
    let twin = (prop::collection::vec(piece(characters, classes), 0..6), any::<bool>())
        .prop_map(move |(pieces, folded)| Twin { pieces, folded: folded && folding });
    prop::collection::vec(twin, 1..=globs)
}

fn language(
    characters: &'static str,
    classes: &'static [CharClass],
    folding: bool,
    globs: usize,
) -> impl Strategy<Value = Both> {
    twins(characters, classes, folding, globs).prop_map(|twins| Both::new(&twins))
}

/// Languages of which some are too long for their globs to be compared one by one.
fn long_language() -> impl Strategy<Value = Both> {
    (twins("abz:", PLAIN, false, 3), prop::sample::select(&["", "a", "z"][..])).prop_map(|(mut twins, front)| {
        for text in texts("abz:", 3).iter().filter(|_| !front.is_empty()) {
            let literals = front.chars().chain(text.chars()).map(Piece::Literal);
            let run = (text.len() == 3).then_some(Piece::Many(CharClass::Anything));
            twins.push(Twin { pieces: literals.chain(run).collect(), folded: false });
        }
        Both::new(&twins)
    })
}

const PLAIN: &[CharClass] = &[CharClass::Anything, CharClass::NotColon];
const ALL: &[CharClass] = &CharClass::ALL;

fn question(
    characters: &'static str,
    classes: &'static [CharClass],
    folding: bool,
) -> impl Strategy<Value = (Vec<Both>, Vec<Both>)> {
    (
        prop::collection::vec(language(characters, classes, folding, 3), 0..4),
        prop::collection::vec(language(characters, classes, folding, 4), 0..5),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_agree_with_brute_force((positive, negative) in question("ab:", PLAIN, false)) {
        check(&positive, &negative, &TEXTS.with(Clone::clone))?;
    }

    #[test]
    fn answers_agree_where_letters_run_out((positive, negative) in question("a1:/, -", ALL, false)) {
        check(&positive, &negative, &CLASSED.with(Clone::clone))?;
    }

    #[test]
    fn answers_agree_without_case((positive, negative) in question("aAkK:", PLAIN, true)) {
        check(&positive, &negative, &CASED.with(Clone::clone))?;
    }

    #[test]
    fn long_answers_agree_with_brute_force(
        positive in prop::collection::vec(long_language(), 0..4),
        negative in prop::collection::vec(long_language(), 0..4),
    ) {
        check_within(Limits::default(), &positive, &negative, &TEXTS.with(Clone::clone))?;
    }

    #[test]
    fn languages_agree_with_regex(one in language("ab:K", ALL, true, 4), text in "[abkK:é1/ ,]{0,8}") {
        prop_assert_eq!(one.language.contains(&text), one.regex.is_match(&text));
    }

    #[test]
    fn lists_agree_with_brute_force(
        any in prop::collection::vec(language("ab:", PLAIN, false, 2), 0..3),
        any_not in prop::collection::vec(language("ab:", PLAIN, false, 2), 0..3),
        all_in in prop::collection::vec(language("ab:", PLAIN, false, 3), 0..3),
        all_not_in in prop::collection::vec(language("ab:", PLAIN, false, 2), 0..3),
    ) {
        check_list(&any, &any_not, &all_in, &all_not_in)?;
    }
}

thread_local! {
    static TEXTS: std::rc::Rc<Vec<String>> = texts("abz:", 6).into();
    static CLASSED: std::rc::Rc<Vec<String>> = texts("a1:/, -~é", 4).into();
    static CASED: std::rc::Rc<Vec<String>> = texts("aAkKz:", 5).into();
}

fn check_list(any: &[Both], any_not: &[Both], all_in: &[Both], all_not_in: &[Both]) -> Result<(), TestCaseError> {
    let asked = |any: &[Both], any_not: &[Both], all_in: &[Both], all_not_in: &[Both]| {
        let [any, any_not, all_in, all_not_in] = [any, any_not, all_in, all_not_in].map(literals);
        let wishes = Wishes { any: &any, any_not: &any_not, all_in: &all_in, all_not_in: &all_not_in };
        any_of_set(wishes, &Hints::default(), Limits::default())
    };
    match asked(any, any_not, all_in, all_not_in) {
        ListAnswer::Undecided => prop_assert!(false, "undecided"),
        ListAnswer::Witness(list) => {
            prop_assert!(any.iter().all(|one| list.iter().any(|text| one.regex.is_match(text))));
            prop_assert!(any_not.iter().all(|one| list.iter().any(|text| !one.regex.is_match(text))));
            prop_assert!(list.iter().all(|text| holds(all_in, all_not_in, text)), "{list:?}");
        }
        ListAnswer::Conflict { any: some, any_not: some_not, all_in: every, all_not_in: none } => {
            prop_assert_eq!(some.len() + some_not.len(), 1);
            let (some, some_not) = (chosen(any, &some), chosen(any_not, &some_not));
            let (every, none) = (chosen(all_in, &every), chosen(all_not_in, &none));
            let positive: Vec<Both> = some.iter().chain(&every).cloned().collect();
            let negative: Vec<Both> = some_not.iter().chain(&none).cloned().collect();
            let found = TEXTS.with(|texts| texts.iter().find(|text| holds(&positive, &negative, text)).cloned());
            prop_assert!(found.is_none(), "{found:?} is in no conflict");
            for place in 0..every.len() {
                let fewer: Vec<Both> =
                    every.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, one)| one.clone()).collect();
                prop_assert!(matches!(asked(&some, &some_not, &fewer, &none), ListAnswer::Witness(_)));
            }
            for place in 0..none.len() {
                let fewer: Vec<Both> =
                    none.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, one)| one.clone()).collect();
                prop_assert!(matches!(asked(&some, &some_not, &every, &fewer), ListAnswer::Witness(_)));
            }
        }
    }
    Ok(())
}

fn globs<'a>(texts: impl IntoIterator<Item = &'a str>) -> Language {
    let reading = Reading { wildcards: true, variables: false };
    Language::new(
        texts.into_iter().map(|text| Glob::from_glyphs(Pattern::read(text, reading).unwrap().glyphs()).unwrap()),
    )
}

fn solved(positive: &[&[&str]], negative: &[&[&str]]) -> FieldAnswer {
    let of = |lists: &[&[&str]]| -> Vec<Language> { lists.iter().map(|list| globs(list.iter().copied())).collect() };
    let (positive, negative) = (of(positive), of(negative));
    let (positive, negative): (Vec<_>, Vec<_>) = (positive.iter().collect(), negative.iter().collect());
    solve(&positive, &negative, &Hints::default(), Limits::default())
}

/// Patterns of several languages.
type Lists = &'static [&'static [&'static str]];

#[test]
fn witnesses_read_well() {
    let cases: [(Lists, Lists, &str); 14] = [
        (&[&["arn:aws:s3:::*"]], &[], "arn:aws:s3:::example"),
        (&[&["team-*"]], &[], "team-example"),
        (&[&["team-*"]], &[&["team-example*"]], "team-a"),
        (&[&["team*"]], &[], "team"),
        (&[], &[], "example"),
        (&[], &[&["*a*"]], "x"),
        (&[&["*"]], &[&["eu-*", "us-*"]], "example"),
        (&[&["arn:aws:s3:::app-*"], &["*-shared/*"]], &[], "arn:aws:s3:::app-shared/example"),
        (&[&["arn:aws:iam::*:role/*"]], &[&["arn:aws:iam::*:role/aws-*"]], "arn:aws:iam::example:role/example"),
        (&[&["a???"]], &[], "axxx"),
        (&[&["eu-west-1", "us-*"]], &[&["us-east-*"]], "eu-west-1"),
        (&[&["*ab*cd*"], &["*cd*ab*"]], &[], "abcdab"),
        (&[&["?*"]], &[&["*x*"], &["*e*"]], "a"),
        (&[&["*/logs/*"], &["arn:aws:s3:::*"]], &[&["*example*"]], "arn:aws:s3:::/logs/"),
    ];
    for (positive, negative, text) in cases {
        assert_eq!(solved(positive, negative), FieldAnswer::Witness(text.to_owned()), "{positive:?} {negative:?}");
    }
}

#[test]
fn conflicts_name_what_they_rest_on() {
    let conflict = |positive: &[usize], negative: &[usize]| FieldAnswer::Conflict {
        positive: positive.to_vec(),
        negative: negative.to_vec(),
    };
    assert_eq!(solved(&[&["x*"], &["a*"], &["*y"], &["b*"]], &[&["q"]]), conflict(&[0, 1], &[]));
    assert_eq!(solved(&[&["*y"], &["a*b"]], &[&["*z*"], &["a*"]]), conflict(&[0, 1], &[]));
    assert_eq!(solved(&[&["*y"], &["a*y"]], &[&["*z*"], &["a*"]]), conflict(&[1], &[1]));
    assert_eq!(solved(&[&["a*", "b*"], &["*"]], &[&["a*"], &["x"], &["b*"]]), conflict(&[0], &[0, 2]));
    assert_eq!(solved(&[&["a"]], &[&["*"]]), conflict(&[], &[0]));
    assert_eq!(solved(&[&["a"], &[]], &[]), conflict(&[1], &[]));
    assert_eq!(solved(&[], &[&["?*"], &[""]]), conflict(&[], &[0, 1]));
    let words = [globs(["a", "b"]), globs(["b", "c"]), globs(["c", "d"]), globs(["x*"])];
    let found = pairs(&words.iter().collect::<Vec<_>>(), &[], Limits::default());
    assert_eq!(found.len(), 4);
}

#[test]
fn case_is_ignored_where_asked() {
    let folded = Language::new([Glob::ignoring_case("Production")]);
    let (hints, limits) = (Hints::default(), Limits::default());
    let upper = globs(["PROD*"]);
    let FieldAnswer::Witness(text) = solve(&[&folded, &upper], &[], &hints, limits) else { panic!() };
    assert!(text.eq_ignore_ascii_case("production") && text.starts_with("PROD"), "{text}");
    let all = globs(["p*", "P*"]);
    let found = solve(&[&folded], &[&all], &hints, limits);
    assert_eq!(found, FieldAnswer::Conflict { positive: vec![0], negative: vec![0] });
}

#[test]
fn letters_outside_ascii_are_used_only_where_forced() {
    let every: Vec<String> =
        (' '..='~').map(|one| format!("*{}*", if "*?".contains(one) { '.' } else { one })).collect();
    // All of ASCII is forbidden but `*` and `?`, which patterns cannot name without an escape.
    let most = globs(every.iter().map(String::as_str));
    let (hints, limits) = (Hints::default(), Limits::default());
    let some = globs(["?*"]);
    let found = solve(&[&some], &[&most], &hints, limits);
    assert!(matches!(&found, FieldAnswer::Witness(text) if text == "*" || text == "?"), "{found:?}");
    let printable = Language::new([Glob::new([
        Piece::Many(CharClass::Anything),
        Piece::One(CharClass::Printable),
        Piece::Many(CharClass::Anything),
    ])]);
    let found = solve(&[&some], &[&printable], &hints, limits);
    assert!(matches!(&found, FieldAnswer::Witness(text) if !text.chars().any(char::is_control)), "{found:?}");
}

/// A small generator of random numbers, so that times do not change from run to run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn word(&mut self, least: usize, most: usize) -> String {
        let length = least + self.below(most - least + 1);
        (0..length).map(|_| char::from(b"abcdef"[self.below(6)])).collect()
    }

    /// The shapes of the adversarial workload.
    fn glob(&mut self, kind: &str) -> String {
        let mut words = |many: usize, most| (0..many).map(|_| self.word(1, most)).collect::<Vec<_>>().join("*");
        match kind {
            "inner" => {
                let text = words(4, 3);
                format!("arn:aws:s3:::{text}{}", ["", "*"][self.below(2)])
            }
            "lead" => format!("arn:aws:s3:::*{}*", words(3, 2)),
            "question" => {
                let length = 9 + self.below(15);
                let rest: String = (0..length).map(|_| char::from(b"abc???????*"[self.below(11)])).collect();
                format!("arn:aws:s3:::a{rest}")
            }
            _ => format!("arn:aws:s3:::*{}*", self.word(2, 2)),
        }
    }

    fn list(&mut self, kind: &str, length: usize) -> Language {
        let texts: Vec<String> = (0..length).map(|_| self.glob(kind)).collect();
        globs(texts.iter().map(String::as_str))
    }
}

#[test]
fn adversarial_globs_are_answered_in_time() {
    let (hints, limits) = (Hints::default(), Limits::default());
    let mut slow = Vec::new();
    for kind in ["inner", "lead", "question", "sub"] {
        for length in [10, 30, 100, 200] {
            let mut random = Random(length as u64);
            let start = Instant::now();
            let (allowed, denied) = (random.list(kind, length / 2), random.list(kind, length / 2));
            let levels: Vec<Language> = (0..6).map(|_| random.list(kind, length / 10)).collect();
            println!("{kind}-{length}: lists made in {:?}", start.elapsed());
            let all: Vec<&Language> = levels.iter().collect();
            let cases: [(&str, Vec<&Language>, Vec<&Language>); 4] = [
                ("allow-deny", vec![&allowed], vec![&denied]),
                ("levels", all.clone(), vec![]),
                ("levels-deny", all, vec![&denied]),
                ("same", vec![&allowed], vec![&denied, &allowed]),
            ];
            for (name, positive, negative) in cases {
                let start = Instant::now();
                let found = solve(&positive, &negative, &hints, limits);
                let taken = start.elapsed();
                let answer = match &found {
                    FieldAnswer::Witness(text) => text.clone(),
                    other => format!("{other:?}"),
                };
                println!("{kind}-{length}-{name}: {taken:?} {answer}");
                if let FieldAnswer::Witness(text) = &found {
                    assert!(
                        positive.iter().all(|one| one.contains(text)) && !negative.iter().any(|one| one.contains(text))
                    );
                }
                if taken > Duration::from_secs(5) {
                    slow.push(format!("{kind}-{length}-{name}: {taken:?}"));
                }
            }
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

#[test]
fn long_lists_of_words_are_cheap() {
    let words: Vec<String> = (0..1_500).map(|number| format!("arn:aws:s3:::bucket-{number}/data")).collect();
    let list = globs(words.iter().map(String::as_str));
    let (all, some) = (globs(["arn:aws:s3:::*"]), globs(["arn:aws:s3:::bucket-*"]));
    let (hints, limits) = (Hints::default(), Limits::default());
    for (positive, negative) in [(vec![&list], vec![]), (vec![&all], vec![&list]), (vec![&all, &some], vec![&list])] {
        let start = Instant::now();
        let found = solve(&positive, &negative, &hints, limits);
        let taken = start.elapsed();
        println!("{taken:?} {found:?}");
        assert!(matches!(found, FieldAnswer::Witness(_)) && taken < Duration::from_millis(100), "{taken:?} {found:?}");
    }
    for (positive, negative) in [(vec![&list], vec![&some]), (vec![&list], vec![&all, &list])] {
        let start = Instant::now();
        let found = solve(&positive, &negative, &hints, limits);
        let taken = start.elapsed();
        println!("{taken:?} {found:?}");
        assert!(matches!(found, FieldAnswer::Conflict { .. }) && taken < Duration::from_millis(500), "{taken:?}");
    }
}
