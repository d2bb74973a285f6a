//! The formula arena: simplification keeps the meaning, printing too.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use ringfence::solve::script::{Answer, check_script};
use ringfence::solve::session::{Checked, Session};
use ringfence::symbolic::formula::{Formula, Formulas, Node};

#[test]
fn simplifies() {
    let mut f = Formulas::new();
    let (a, b, c) = (f.atom(0), f.atom(1), f.atom(2));
    let not_a = f.not(a);
    assert_eq!(f.not(not_a), a);
    assert_eq!(f.and([]), Formula::TRUE);
    assert_eq!(f.or([]), Formula::FALSE);
    assert_eq!(f.and([a, Formula::TRUE, a]), a);
    assert_eq!(f.and([b, a, Formula::FALSE]), Formula::FALSE);
    assert_eq!(f.or([b, a, Formula::TRUE]), Formula::TRUE);
    let ab = f.and([b, a]);
    let nested = f.and([ab, c]);
    assert_eq!(f.and([c, a, b, c]), nested);
    assert_eq!(f.node(nested), &Node::And([a, b, c].into()));
    assert_eq!(f.and([nested, not_a]), Formula::FALSE);
    assert_eq!(f.or([not_a, c, a]), Formula::TRUE);
    let not_ab = f.not(ab);
    assert_eq!(f.or([ab, not_ab]), Formula::TRUE);
    assert_eq!(f.implies(a, a), Formula::TRUE);
    assert_eq!(f.iff(a, a), Formula::TRUE);
    assert_eq!(f.xor(a, not_a), Formula::TRUE);
    assert_eq!(f.ite(Formula::TRUE, a, b), a);
    assert!(f.nodes().all(|(formula, node)| node.parts().iter().all(|part| part.index() < formula.index())));
}

#[test]
fn deep_and_shared_formulas_stay_cheap() {
    let mut f = Formulas::new();
    let mut deep = f.atom(0);
    for number in 1..20_000 {
        let atom = f.atom(number);
        deep = f.xor(deep, atom);
    }
    assert!(f.evaluate(deep, |number| number == 5));
    let text = f.to_smt(deep, |number| format!("a{number}"));
    assert!(text.len() < 5_000_000, "{}", text.len());
}

/// A formula as steps: each makes a formula from earlier ones.
type Steps = Vec<(u8, usize, usize, usize)>;

/// The table of each step over four atoms, one bit a combination, computed without any formula.
fn build(steps: &Steps) -> (Formulas, Vec<(Formula, u16)>) {
    let mut f = Formulas::new();
    let mut made: Vec<(Formula, u16)> =
        (0..).zip([0xAAAA, 0xCCCC, 0xF0F0, 0xFF00]).map(|(number, table)| (f.atom(number), table)).collect();
    for (operator, first, second, third) in steps {
        let [(a, x), (b, y), (c, z)] = [first, second, third].map(|index| made[index % made.len()]);
        made.push(match operator % 7 {
            0 => (f.not(a), !x),
            1 => (f.and([a, b, c]), x & y & z),
            2 => (f.or([a, b, c]), x | y | z),
            3 => (f.implies(a, b), !x | y),
            4 => (f.iff(a, b), !(x ^ y)),
            5 => (f.xor(a, b), x ^ y),
            _ => (f.ite(a, b, c), x & y | !x & z),
        });
    }
    (f, made)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn keeps_the_meaning(steps in proptest::collection::vec(any::<(u8, usize, usize, usize)>(), 1..24)) {
        let (f, made) = build(&steps);
        for (formula, table) in &made {
            for combination in 0..16_u16 {
                let value = f.evaluate(*formula, |atom| combination >> atom & 1 == 1);
                prop_assert_eq!(value, table >> combination & 1 == 1);
            }
        }
    }

    #[test]
    fn the_least_model_is_the_solvers(
        steps in proptest::collection::vec(any::<(u8, usize, usize, usize)>(), 1..24),
        clauses in proptest::collection::vec(proptest::collection::vec((0..6_u32, any::<bool>()), 1..4), 0..3),
    ) {
        let (f, made) = build(&steps);
        let mut session = Session::new().unwrap();
        clauses.iter().for_each(|clause| session.add_clause(clause));
        let clauses: Vec<&[(u32, bool)]> = clauses.iter().map(Vec::as_slice).collect();
        for (formula, _) in &made {
            let found = f.least_model(*formula, &clauses, usize::MAX);
            let expected = match session.check_least(&f, *formula, &[]) {
                Checked::Satisfiable(model) => {
                    Some(f.atoms_of(*formula).into_iter().filter(|atom| model.value(*atom)).collect::<BTreeSet<_>>())
                }
                _ => None,
            };
            let own = f.atoms_of(*formula);
            let found = found.map(|found| found.into_iter().filter(|atom| own.contains(atom)).collect());
            prop_assert_eq!(found, expected);
        }
        prop_assert_eq!(f.least_model(made.last().unwrap().0, &clauses, 0), None);
    }

    #[test]
    fn prints_the_meaning(steps in proptest::collection::vec(any::<(u8, usize, usize, usize)>(), 1..24)) {
        let (f, made) = build(&steps);
        let (formula, table) = made.last().unwrap();
        let text = f.to_smt(*formula, |atom| format!("a{atom}"));
        let bits = (0..16).filter(|combination| table >> combination & 1 == 1).map(|combination: u32| {
            let bit = |atom: u32| if combination >> atom & 1 == 1 { format!("a{atom}") } else { format!("(not a{atom})") };
            format!("(and {})", (0..4).map(bit).collect::<Vec<_>>().join(" "))
        });
        let rows = bits.collect::<Vec<_>>().join(" ");
        let atoms: String = (0..4).map(|atom| format!("(declare-const a{atom} Bool)")).collect();
        let script = format!("{atoms}(assert (distinct {text} (or false {rows})))");
        prop_assert_eq!(check_script(&script, "QF_FD").unwrap(), Answer::Unsatisfiable);
    }
}
