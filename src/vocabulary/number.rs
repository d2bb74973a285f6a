//! Decimal numbers as text (S1.10, S3.1.7).
//!
//! In: a text such as `10`, `-0.50` or `1e3`. Out: [`Number`], ordered by value and exact: nothing goes through
//! floating point, and no exponent makes it allocate.

use std::cmp::Ordering;

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
    fn other_texts_are_no_numbers() {
        for text in ["", "-", ".5", "5.", "0x10", "1,5", "ten", "1e", "NaN", "1 0", "1e99999999999"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
