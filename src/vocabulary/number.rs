//! Decimal numbers as text (S1.10, S3.1.7).
//!
//! In: a text such as `10`, `-0.50` or `1e3`. Out: [`Number`], ordered by value and exact: nothing goes through
//! floating point, and no exponent makes it allocate.

use std::cmp::Ordering;
use std::fmt;

/// An exact decimal number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number {
    negative: bool,
    /// Digits without leading and trailing zeros; empty for zero.
    digits: String,
    /// The value is `0.DIGITS × 10^exponent`.
    exponent: i64,
}

impl Number {
    /// Reads a decimal: an optional sign, digits, an optional fraction, an optional exponent.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits_only = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let dangling = mantissa.ends_with('.');
        if whole.is_empty() || dangling || !digits_only(whole) || !digits_only(fraction) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let leading = i64::try_from(all.len() - significant.len()).ok()?;
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, exponent: 0 });
        }
        let exponent = i64::try_from(whole.len()).ok()? - leading + i64::from(exponent);
        Some(Self { negative, digits, exponent })
    }

    /// Zero.
    pub fn zero() -> Self {
        Self { negative: false, digits: String::new(), exponent: 0 }
    }

    /// The number as digits and a power of ten: `±DIGITS × 10^power`.
    pub fn scientific(&self) -> (bool, &str, i64) {
        let digits = if self.digits.is_empty() { "0" } else { &self.digits };
        (self.negative, digits, self.exponent - i64::try_from(self.digits.len()).unwrap_or(0))
    }

    /// Whether the number has no fraction.
    pub fn is_whole(&self) -> bool {
        i64::try_from(self.digits.len()).is_ok_and(|length| length <= self.exponent.max(0))
    }

    /// Whether the number is less than zero.
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// A whole number above this one: the next, if the number is not huge.
    #[must_use]
    pub fn above(&self) -> Self {
        match self.floor() {
            Some(floor) => Self::whole(floor + 1),
            None if self.negative => Self::zero(),
            None => Self { negative: false, digits: "1".into(), exponent: self.exponent + 1 },
        }
    }

    /// A whole number below this one: the next, if the number is not huge.
    #[must_use]
    pub fn below(&self) -> Self {
        self.negated().above().negated()
    }

    /// A number strictly between two, the first the smaller: a whole one if there is one, unless both are huge.
    /// `None` if nothing is between them because the first is not the smaller.
    pub fn between(low: &Self, high: &Self) -> Option<Self> {
        if low >= high {
            return None;
        }
        let whole = [low.above(), high.below()];
        if let Some(whole) = whole.into_iter().find(|whole| low < whole && whole < high) {
            return Some(whole);
        }
        match (low.negative, high.negative) {
            (true, true) => Some(Self::between_sizes(&high.negated(), &low.negated()).negated()),
            (false, _) => Some(Self::between_sizes(low, high)),
            // With zero between or at one end; a zero between would have been found as a whole number.
            (true, false) if high.digits.is_empty() => Some(Self::between_sizes(high, &low.negated()).negated()),
            (true, false) => Some(Self::zero()),
        }
    }

    /// A number strictly between two that are not negative, the first the smaller.
    fn between_sizes(low: &Self, high: &Self) -> Self {
        let power = |exponent| Self { negative: false, digits: "1".into(), exponent };
        if low.digits.is_empty() {
            // `0.1 × 10^exponent` has the exponent of `high` and is not above it.
            let size = power(high.exponent);
            return if size < *high { size } else { power(high.exponent - 1) };
        }
        // Digits of both, as if they had the greater exponent; only the difference of one place matters.
        if low.exponent < high.exponent {
            let size = power(high.exponent);
            if size < *high {
                return size;
            }
            if low.exponent + 1 < high.exponent {
                return power(high.exponent - 1);
            }
            // `high` is the power of ten right above `low`.
            return Self { digits: raised(&low.digits, 0), ..low.clone() };
        }
        let pairs = low.digits.bytes().chain(std::iter::repeat(b'0')).zip(high.digits.bytes());
        let differs = |(left, right): (u8, u8)| left != right;
        let place = pairs.clone().position(differs).unwrap_or(high.digits.len());
        // Up to the place where they differ, `high` is between them unless that is all of it.
        let cut: String = high.digits.chars().take(place + 1).collect();
        if cut.len() < high.digits.len() {
            return Self { digits: cut, ..high.clone() };
        }
        let mut digits = format!("{:0<width$}", low.digits, width = place + 1);
        let gap = pairs.clone().nth(place).map_or(0, |(left, right)| right.saturating_sub(left));
        digits = if gap > 1 {
            raised(&digits.chars().take(place + 1).collect::<String>(), place)
        } else {
            raised(&digits, place + 1)
        };
        Self { digits, ..low.clone() }
    }

    fn negated(&self) -> Self {
        Self { negative: !self.negative && !self.digits.is_empty(), ..self.clone() }
    }

    /// The greatest whole number that is not above, if it is below 10^30.
    fn floor(&self) -> Option<i128> {
        if self.exponent > 30 {
            return None;
        }
        let places = usize::try_from(self.exponent).unwrap_or(0);
        let whole: String = self.digits.chars().chain(std::iter::repeat('0')).take(places).collect();
        let size: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        Some(match (self.negative, self.is_whole()) {
            (false, _) => size,
            (true, true) => -size,
            (true, false) => -size - 1,
        })
    }

    fn whole(value: i128) -> Self {
        Self::parse(&value.to_string()).unwrap_or_else(Self::zero)
    }
}

/// Digits of a greater number below the next power of ten: the first digit from this place on that is not a nine is
/// raised, and what follows it is dropped; where there is none, a five is added.
fn raised(digits: &str, from: usize) -> String {
    let mut raised = String::with_capacity(digits.len() + 1);
    for (place, digit) in digits.chars().enumerate() {
        if place >= from
            && let Some(next) = digit.to_digit(10).filter(|digit| *digit < 9)
        {
            raised.extend(char::from_digit(next + 1, 10));
            return raised;
        }
        raised.push(digit);
    }
    raised.push('5');
    raised
}

impl fmt::Display for Number {
    /// A text that reads as the same number; huge and tiny ones have an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        let digits = &self.digits;
        match self.exponent {
            _ if digits.is_empty() => f.write_str("0"),
            exponent @ -30..=0 => {
                let width = usize::try_from(-exponent).unwrap_or(0);
                write!(f, "{sign}0.{:0<width$}{digits}", "")
            }
            exponent @ 1..=40 => {
                let places = usize::try_from(exponent).unwrap_or(0);
                match digits.split_at_checked(places) {
                    Some((whole, "")) => write!(f, "{sign}{whole}"),
                    Some((whole, fraction)) => write!(f, "{sign}{whole}.{fraction}"),
                    None => write!(f, "{sign}{digits:0<places$}"),
                }
            }
            exponent => write!(f, "{sign}0.{digits}e{exponent}"),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.digits.is_empty(), number.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        };
        let size = self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits));
        match (sign(self), sign(other)) {
            (1, 1) => size,
            (-1, -1) => size.reverse(),
            (mine, theirs) => mine.cmp(&theirs),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_by_value() {
        let ascending = ["-1e3", "-10.5", "-10", "-0.1", "0", "1e-400", "0.05", "0.5", "9", "10", "10.5", "1e400"];
        for (i, left) in ascending.iter().enumerate() {
            for (j, right) in ascending.iter().enumerate() {
                assert_eq!(
                    Number::parse(left).unwrap().cmp(&Number::parse(right).unwrap()),
                    i.cmp(&j),
                    "{left} {right}"
                );
            }
        }
        assert_eq!(Number::parse("10"), Number::parse("+10.0"));
        assert_eq!(Number::parse("-0"), Number::parse("0.00"));
        assert_eq!(Number::parse("1e3"), Number::parse("1000"));
    }

    #[test]
    fn there_is_a_number_between_any_two() {
        let texts = [
            "-1e3000", "-1e3", "-10.5", "-10", "-1", "-0.51", "-0.5", "-0.1", "-1e-400", "0", "1e-401", "1e-400",
            "0.05", "0.099", "0.1", "0.5", "0.51", "0.9", "0.95", "0.99", "0.9949", "1", "1.2", "1.3", "1.34", "9",
            "9.99", "10", "10.5", "99", "100", "101.25", "1e35", "1.5e35", "1.51e35", "9.99e35", "1e36", "1e400",
            "1e3000",
        ];
        let numbers: Vec<Number> = texts.iter().map(|text| Number::parse(text).unwrap()).collect();
        for number in &numbers {
            assert!(number.below() < *number && *number < number.above(), "{number}");
            assert_eq!(Number::parse(&number.to_string()).as_ref(), Some(number));
        }
        for (place, low) in numbers.iter().enumerate() {
            for high in numbers.iter().skip(place + 1) {
                let between = Number::between(low, high).unwrap();
                assert!(*low < between && between < *high, "{low} {between} {high}");
                assert_eq!(Number::parse(&between.to_string()), Some(between));
                assert_eq!(Number::between(high, low), None);
            }
            assert_eq!(Number::between(low, low), None);
        }
        let between = |low, high| {
            Number::between(&Number::parse(low).unwrap(), &Number::parse(high).unwrap()).unwrap().to_string()
        };
        assert_eq!(between("1.2", "7"), "2");
        assert_eq!(between("1", "2"), "1.5");
        assert_eq!(between("-1", "1"), "0");
        assert_eq!(between("0.99", "1"), "0.995");
        assert_eq!(between("0", "0.01"), "0.001");
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in ["", "-", ".5", "5.", "0x10", "1,5", "ten", "1e", "NaN", "1 0", "1e99999999999"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
