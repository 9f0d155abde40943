//! Numbers compared by their JSON texts: exactly, however many digits they have.
//!
//! As `f64` two large integers can be one and the same, so a bound would let through what it forbids.

use std::cmp::Ordering;

/// How the JSON numbers `a` and `b` compare.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (Decimal::new(a), Decimal::new(b));
    match (a.sign(), b.sign()) {
        (x, y) if x != y => x.cmp(&y),
        (-1, _) => b.magnitude().cmp(&a.magnitude()),
        _ => a.magnitude().cmp(&b.magnitude()),
    }
}

/// A number as `0.digits × 10^exponent`, without zeros at either end of its digits.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    /// Takes a JSON number apart.
    fn new(text: &str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, power(exponent)),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let point = i64::try_from(whole.len()).unwrap_or(i64::MAX)
            - i64::try_from(zeros).unwrap_or(i64::MAX);
        let mut digits = digits[zeros..].to_vec();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let exponent = match digits.is_empty() {
            true => 0,
            false => point.saturating_add(exponent),
        };
        Self {
            negative,
            digits,
            exponent,
        }
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    /// What two numbers of one sign are ordered by.
    fn magnitude(&self) -> (i64, &[u8]) {
        (self.exponent, &self.digits)
    }
}

/// The power of ten that `text` says, or the largest there is.
fn power(text: &str) -> i64 {
    let limit = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    text.parse().unwrap_or(limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(a: &str, ordering: Ordering, b: &str) {
        assert_eq!(compare(a, b), ordering, "{a} and {b}");
        assert_eq!(compare(b, a), ordering.reverse(), "{b} and {a}");
    }

    #[test]
    fn what_has_one_value_is_equal_however_it_is_written() {
        for (a, b) in [
            ("0", "-0.0e7"),
            ("1", "1.0"),
            ("100", "1e2"),
            ("-0.012", "-1.2E-2"),
            ("1.50", "15e-1"),
        ] {
            check(a, Ordering::Equal, b);
        }
    }

    #[test]
    fn every_digit_counts() {
        for (smaller, larger) in [
            ("9007199254740992", "9007199254740993"),
            ("-9007199254740993", "-9007199254740992"),
            ("18446744073709551615", "18446744073709551616"),
            ("0.1", "0.10000000000000000000001"),
            ("9", "10"),
            ("-10", "9"),
            ("-1", "0"),
            ("0", "1e-400"),
            ("1e308", "1e400"),
            ("1e400", "1e99999999999999999999"),
            ("1e-99999999999999999999", "1e-400"),
            ("2", "10.5"),
        ] {
            check(smaller, Ordering::Less, larger);
        }
    }
}
