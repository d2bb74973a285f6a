//! Numbers, instants and addresses: answers against sampled points, conflicts minimal.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::net::IpAddr;

use proptest::prelude::*;
use ringfence::symbolic::field::FieldAnswer;
use ringfence::symbolic::interval::{
    AddressSet, Comparison, InstantSet, NumberSet, OrderedSet, solve_addresses, solve_instants, solve_numbers,
};
use ringfence::vocabulary::cidr::Cidr;
use ringfence::vocabulary::instant::Instant;
use ringfence::vocabulary::number::Number;

const COMPARISONS: [Comparison; 5] =
    [Comparison::Equal, Comparison::Less, Comparison::LessOrEqual, Comparison::Greater, Comparison::GreaterOrEqual];

/// What a list of comparisons says of a value, read off without any set.
fn any_holds<T: Ord>(comparisons: &[(Comparison, T)], value: &T) -> bool {
    comparisons.iter().any(|(comparison, bound)| match comparison {
        Comparison::Equal => value == bound,
        Comparison::Less => value < bound,
        Comparison::LessOrEqual => value <= bound,
        Comparison::Greater => value > bound,
        Comparison::GreaterOrEqual => value >= bound,
    })
}

/// A kind of value: how to make sets of what a policy says, how to ask, what to try.
struct Theory<C, S, T> {
    set: fn(&C) -> S,
    solve: fn(&[&S], &[&S]) -> FieldAnswer,
    says: fn(&C, &T) -> bool,
    read: fn(&str) -> Option<T>,
    points: Vec<T>,
}

impl<C: Clone, S, T: std::fmt::Debug> Theory<C, S, T> {
    fn solved(&self, positive: &[C], negative: &[C]) -> FieldAnswer {
        let (positive, negative): (Vec<S>, Vec<S>) =
            (positive.iter().map(self.set).collect(), negative.iter().map(self.set).collect());
        (self.solve)(&positive.iter().collect::<Vec<_>>(), &negative.iter().collect::<Vec<_>>())
    }

    fn holds(&self, positive: &[C], negative: &[C], point: &T) -> bool {
        positive.iter().all(|one| (self.says)(one, point)) && !negative.iter().any(|one| (self.says)(one, point))
    }

    fn is_witness(&self, positive: &[C], negative: &[C], answer: &FieldAnswer) -> bool {
        let FieldAnswer::Witness(text) = answer else { return false };
        self.holds(positive, negative, &(self.read)(text).unwrap())
    }

    fn check(&self, positive: &[C], negative: &[C]) -> Result<(), TestCaseError> {
        let answer = self.solved(positive, negative);
        let FieldAnswer::Conflict { positive: some, negative: none } = &answer else {
            prop_assert!(self.is_witness(positive, negative, &answer), "{answer:?}");
            return Ok(());
        };
        let pick = |from: &[C], places: &[usize]| -> Vec<C> {
            from.iter().enumerate().filter(|(place, _)| places.contains(place)).map(|(_, one)| one.clone()).collect()
        };
        let (positive, negative) = (pick(positive, some), pick(negative, none));
        let found = self.points.iter().find(|point| self.holds(&positive, &negative, point));
        prop_assert!(found.is_none(), "{found:?} is in no conflict");
        for left_out in 0..positive.len() + negative.len() {
            let (mut fewer, mut fewer_not) = (positive.clone(), negative.clone());
            match left_out.checked_sub(positive.len()) {
                None => drop(fewer.remove(left_out)),
                Some(place) => drop(fewer_not.remove(place)),
            }
            let answer = self.solved(&fewer, &fewer_not);
            prop_assert!(self.is_witness(&fewer, &fewer_not, &answer), "not minimal: {answer:?}");
        }
        Ok(())
    }
}

type Comparisons<T> = Vec<(Comparison, T)>;

fn ordered<T: Ord + Clone>(comparisons: &Comparisons<T>) -> OrderedSet<T> {
    OrderedSet::new(comparisons.iter().cloned())
}

fn numbers() -> Theory<Comparisons<Number>, NumberSet, Number> {
    let points = (-16..48).map(|quarter| Number::parse(&format!("{}", f64::from(quarter) / 4.0)).unwrap()).collect();
    Theory {
        set: ordered,
        solve: solve_numbers,
        says: |comparisons, point| any_holds(comparisons, point),
        read: Number::parse,
        points,
    }
}

const NANOSECONDS: [&str; 4] = ["", ".000000001", ".5", ".999999999"];

fn instants() -> Theory<Comparisons<Instant>, InstantSet, Instant> {
    let points = (0..9).flat_map(|second| {
        NANOSECONDS.map(|fraction| Instant::parse(&format!("2026-01-31T00:00:0{second}{fraction}Z")).unwrap())
    });
    Theory {
        set: ordered,
        solve: solve_instants,
        says: |comparisons, point| any_holds(comparisons, point),
        read: Instant::parse,
        points: points.collect(),
    }
}

fn addresses() -> Theory<Vec<Cidr>, AddressSet, IpAddr> {
    let four =
        (0..=255_u8).flat_map(|low| [[0, 0, 0, low], [203, 0, 113, low], [255, 255, 255, low]]).map(IpAddr::from);
    let six = (0..=15_u128).map(|low| IpAddr::V6((0x2001_0db8_u128 << 96 | low).into()));
    Theory {
        set: |ranges| AddressSet::new(ranges.iter().copied()),
        solve: solve_addresses,
        says: |ranges, point| ranges.iter().any(|range| range.net().contains(point)),
        read: |text| text.parse().ok(),
        points: four.chain(six).collect(),
    }
}

/// Lists of lists of what a policy says, positive and negative.
fn question<T: Clone + std::fmt::Debug>(
    one: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = (Vec<Vec<T>>, Vec<Vec<T>>)> {
    let list = prop::collection::vec(one, 1..4);
    (prop::collection::vec(list.clone(), 0..4), prop::collection::vec(list, 0..4))
}

fn number() -> impl Strategy<Value = (Comparison, Number)> + Clone {
    const TEXTS: [&str; 9] = ["-2", "-0.5", "0", "1", "1.2", "1.5", "2", "3", "10"];
    let value = prop::sample::select(&TEXTS[..]).prop_map(|text| Number::parse(text).unwrap());
    (prop::sample::select(&COMPARISONS[..]), value)
}

fn instant() -> impl Strategy<Value = (Comparison, Instant)> + Clone {
    let value = (1..5, prop::sample::select(&NANOSECONDS[..]))
        .prop_map(|(second, fraction)| Instant::parse(&format!("2026-01-31T00:00:0{second}{fraction}Z")).unwrap());
    (prop::sample::select(&COMPARISONS[..]), value)
}

fn range() -> impl Strategy<Value = Cidr> + Clone {
    let four = (prop::sample::select(&["0.0.0", "203.0.113", "255.255.255"][..]), 0..=255_u8, 0..=32_u8)
        .prop_map(|(network, low, length)| format!("{network}.{low}/{length}"));
    let six = (0..=15_u8, 0..=128_u8).prop_map(|(low, length)| format!("2001:db8::{low:x}/{length}"));
    let wide = prop::sample::select(&["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1"][..]).prop_map(str::to_owned);
    prop_oneof![3 => four, 1 => six, 2 => wide].prop_map(|text| Cidr::parse(&text).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn numbers_agree_with_samples((positive, negative) in question(number())) {
        numbers().check(&positive, &negative)?;
    }

    #[test]
    fn instants_agree_with_samples((positive, negative) in question(instant())) {
        instants().check(&positive, &negative)?;
    }

    #[test]
    fn addresses_agree_with_samples((positive, negative) in question(range())) {
        addresses().check(&positive, &negative)?;
    }
}

#[test]
fn witnesses_read_well() {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    let number = |list: &[(Comparison, &str)]| -> Comparisons<Number> {
        list.iter().map(|(comparison, text)| (*comparison, Number::parse(text).unwrap())).collect()
    };
    let witness = |text: &str| FieldAnswer::Witness(text.to_owned());
    let theory = numbers();
    assert_eq!(theory.solved(&[number(&[(Less, "1.2")])], &[]), witness("1"));
    assert_eq!(theory.solved(&[number(&[(GreaterOrEqual, "3600")])], &[]), witness("3600"));
    assert_eq!(theory.solved(&[number(&[(Greater, "3")])], &[number(&[(Equal, "4")])]), witness("5"));
    assert_eq!(theory.solved(&[], &[number(&[(LessOrEqual, "1"), (GreaterOrEqual, "2")])]), witness("1.5"));
    assert_eq!(theory.solved(&[], &[]), witness("1"));

    let instant = |list: &[(Comparison, &str)]| -> Comparisons<Instant> {
        list.iter().map(|(comparison, text)| (*comparison, Instant::parse(text).unwrap())).collect()
    };
    let theory = instants();
    assert_eq!(theory.solved(&[instant(&[(Less, "2026-02-01")])], &[]), witness("2026-01-31T23:59:59Z"));
    assert_eq!(theory.solved(&[instant(&[(Greater, "2026-01-31")])], &[]), witness("2026-01-31T00:00:01Z"));
    let second = [instant(&[(Greater, "1767225600")]), instant(&[(Less, "1767225601")])];
    assert_eq!(theory.solved(&second, &[]), witness("2026-01-01T00:00:00.000000001Z"));
    assert_eq!(
        theory.solved(&[], &[instant(&[(Less, "9999"), (GreaterOrEqual, "9999")])]),
        FieldAnswer::Conflict { positive: vec![], negative: vec![0] }
    );

    let ranges = |list: &[&str]| -> Vec<Cidr> { list.iter().map(|text| Cidr::parse(text).unwrap()).collect() };
    let theory = addresses();
    assert_eq!(theory.solved(&[], &[ranges(&["10.0.0.0/8"])]), witness("203.0.113.1"));
    assert_eq!(theory.solved(&[ranges(&["10.0.0.0/8", "2001:db8::/32"])], &[]), witness("10.0.0.1"));
    assert_eq!(theory.solved(&[ranges(&["172.16.0.0/12"])], &[ranges(&["172.16.0.0/24"])]), witness("172.16.1.1"));
    assert_eq!(theory.solved(&[ranges(&["192.168.7.9"])], &[]), witness("192.168.7.9"));
    let halves = [ranges(&["0.0.0.0/1", "::/1"]), ranges(&["128.0.0.0/1"]), ranges(&["8000::/1"])];
    let conflict = FieldAnswer::Conflict { positive: vec![], negative: vec![0, 1, 2] };
    assert_eq!(theory.solved(&[], &halves), conflict);
    assert_eq!(theory.solved(&[], &[ranges(&["0.0.0.0/0"])]), witness("2001:db8::1"));
}

#[test]
fn long_lists_are_cheap() {
    let list = |from: u32, to: u32| -> Comparisons<Number> {
        (from..to).map(|value| (Comparison::Equal, Number::parse(&value.to_string()).unwrap())).collect()
    };
    let start = std::time::Instant::now();
    let theory = numbers();
    let FieldAnswer::Witness(text) = theory.solved(&[list(0, 1_500)], &[list(0, 1_499)]) else { panic!("no witness") };
    assert_eq!(text, "1499");
    let found = theory.solved(&[list(0, 1_500), list(0, 10)], &[list(0, 700), list(700, 2_000)]);
    assert_eq!(found, FieldAnswer::Conflict { positive: vec![1], negative: vec![0] });
    assert!(start.elapsed() < std::time::Duration::from_secs(1), "{:?}", start.elapsed());
}
