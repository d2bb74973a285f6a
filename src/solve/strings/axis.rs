//! Numbers, instants and addresses: real numbers, whole nanoseconds, and whole numbers of a family.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use z3::ast::{Bool, Int, Real};

use super::whole;
use crate::symbolic::atom::ValueSet;
use crate::symbolic::interval::Comparison;
use crate::vocabulary::catalogue::ScalarType;
use crate::vocabulary::instant::Instant;
use crate::vocabulary::number::Number;

/// The axes that the sets of a field lie on, each with whether the value does.
#[derive(Default)]
pub(super) struct Axes {
    number: Option<(Bool, Real)>,
    instant: Option<(Bool, Int)>,
    address: Option<(Bool, Bool, Int)>,
    declared: bool,
}

impl Axes {
    /// The axes of some sets; a key of a declared type has no values elsewhere, and if it is no text it has one there.
    pub(super) fn new<'s>(
        sets: impl Iterator<Item = &'s ValueSet>,
        declared: Option<ScalarType>,
        is_text: bool,
    ) -> Self {
        let on = |wanted: ScalarType| match declared == Some(wanted) {
            true => Bool::from_bool(true),
            false => Bool::fresh_const("typed"),
        };
        let typed = [ScalarType::Number, ScalarType::Date, ScalarType::Address];
        let mut axes = Self { declared: declared.is_some_and(|own| typed.contains(&own)), ..Self::default() };
        let own = declared.filter(|_| !is_text);
        let of_set = |set: &ValueSet| match set {
            ValueSet::Text(_) => ScalarType::String,
            ValueSet::Number(_) => ScalarType::Number,
            ValueSet::Instant(_) => ScalarType::Date,
            ValueSet::Address(_) => ScalarType::Address,
        };
        for axis in sets.map(of_set).chain(own) {
            match axis {
                ScalarType::String | ScalarType::Arn | ScalarType::Bool => {}
                ScalarType::Number => {
                    axes.number.get_or_insert_with(|| (on(ScalarType::Number), Real::fresh_const("number")));
                }
                ScalarType::Date => {
                    axes.instant.get_or_insert_with(|| (on(ScalarType::Date), Int::fresh_const("instant")));
                }
                ScalarType::Address => {
                    let fresh = || (on(ScalarType::Address), Bool::fresh_const("six"), Int::fresh_const("address"));
                    axes.address.get_or_insert_with(fresh);
                }
            }
        }
        axes
    }

    /// Whether every value has a type.
    pub(super) fn is_declared(&self) -> bool {
        self.declared
    }

    /// Whether the value is on the axis of a set and in it; none for texts.
    pub(super) fn member(&self, set: &ValueSet) -> Option<Bool> {
        match set {
            ValueSet::Text(_) => None,
            ValueSet::Number(set) => {
                let (on, own) = self.number.as_ref()?;
                let compared = set.comparisons().map(|(comparison, bound)| {
                    let bound = real(bound)?;
                    Some(match comparison {
                        Comparison::Equal => own.eq(&bound),
                        Comparison::Less => own.lt(&bound),
                        Comparison::LessOrEqual => own.le(&bound),
                        Comparison::Greater => own.gt(&bound),
                        Comparison::GreaterOrEqual => own.ge(&bound),
                    })
                });
                Some(Bool::and(&[on.clone(), Bool::or(&compared.collect::<Option<Vec<_>>>()?)]))
            }
            ValueSet::Instant(set) => {
                let (on, own) = self.instant.as_ref()?;
                let compared = set.comparisons().map(|(comparison, bound)| {
                    let bound = Int::from_i128(bound.nanoseconds());
                    match comparison {
                        Comparison::Equal => own.eq(&bound),
                        Comparison::Less => own.lt(&bound),
                        Comparison::LessOrEqual => own.le(&bound),
                        Comparison::Greater => own.gt(&bound),
                        Comparison::GreaterOrEqual => own.ge(&bound),
                    }
                });
                Some(Bool::and(&[on.clone(), Bool::or(&compared.collect::<Vec<_>>())]))
            }
            ValueSet::Address(set) => {
                let (on, six, own) = self.address.as_ref()?;
                let within = set.ranges().iter().map(|(first, last)| {
                    let family = if first.is_ipv6() { six.clone() } else { six.not() };
                    Bool::and(&[family, own.ge(bits(*first)), own.le(bits(*last))])
                });
                Some(Bool::and(&[on.clone(), Bool::or(&within.collect::<Vec<_>>())]))
            }
        }
    }

    /// What holds of every value: addresses have an end.
    pub(super) fn limits(&self) -> Option<Bool> {
        let (_, six, own) = self.address.as_ref()?;
        let last = six.ite(&bits(Ipv6Addr::from_bits(u128::MAX).into()), &bits(Ipv4Addr::BROADCAST.into()));
        Some(Bool::and(&[own.ge(Int::from_i64(0)), own.le(&last)]))
    }

    /// The instant's constant, and whether the value is one.
    pub(super) fn moment(&self) -> Option<(&Bool, &Int)> {
        self.instant.as_ref().map(|(on, own)| (on, own))
    }

    /// The value in a model, if it is on one of the axes.
    pub(super) fn value(&self, model: &z3::Model) -> Option<String> {
        let holds = |own: &Bool| model.eval(own, true).and_then(|value| value.as_bool()).unwrap_or_default();
        if let Some((on, own)) = &self.number
            && holds(on)
        {
            return decimal(model.eval(own, true)?.as_rational()?);
        }
        if let Some((on, own)) = &self.instant
            && holds(on)
        {
            return Some(Instant::from_nanoseconds(whole(model, own)?).to_string());
        }
        let (on, six, own) = self.address.as_ref()?;
        if !holds(on) {
            return None;
        }
        let bits = model.eval(own, true)?.to_string();
        Some(match holds(six) {
            true => Ipv6Addr::from_bits(u128::from_str(&bits).ok()?).to_string(),
            false => Ipv4Addr::from_bits(u32::from_str(&bits).ok()?).to_string(),
        })
    }
}

fn bits(address: IpAddr) -> Int {
    match address {
        IpAddr::V4(address) => Int::from_u64(u64::from(address.to_bits())),
        IpAddr::V6(address) => Int::from_u128(address.to_bits()),
    }
}

/// None of numbers that are written with an exponent.
fn real(number: &Number) -> Option<Real> {
    let written = number.to_string();
    let (front, behind) = written.split_once('.').unwrap_or((&written, ""));
    let plain = written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
    let ten = format!("1{}", "0".repeat(behind.len()));
    if plain { Real::from_rational_str(&format!("{front}{behind}"), &ten) } else { None }
}

/// A fraction as a decimal; none if it has no end.
fn decimal((above, below): (i64, i64)) -> Option<String> {
    let (mut places, mut ten, below) = (0_u32, 1_i128, i128::from(below));
    while ten % below != 0 {
        places += 1;
        ten = ten.checked_mul(10).filter(|_| places < 30)?;
    }
    let scaled = i128::from(above).checked_mul(ten / below)?;
    let sign = if scaled < 0 { "-" } else { "" };
    let (front, behind) = (scaled.unsigned_abs() / ten.unsigned_abs(), scaled.unsigned_abs() % ten.unsigned_abs());
    let width = usize::try_from(places).ok()?;
    Some(match places {
        0 => format!("{sign}{front}"),
        _ => format!("{sign}{front}.{behind:0>width$}"),
    })
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn fractions_are_decimals() {
        assert_eq!(decimal((3, 2)).as_deref(), Some("1.5"));
        assert_eq!(decimal((-1, 8)).as_deref(), Some("-0.125"));
        assert_eq!(decimal((12, 1)).as_deref(), Some("12"));
        assert_eq!(decimal((1, 3)), None);
    }
}
