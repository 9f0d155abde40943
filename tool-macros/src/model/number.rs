//! The options of `#[tool]` that take a number: `retry(attempts = 5)` and `max_concurrency = 4`.

use proc_macro2::TokenStream;
use syn::{Ident, LitInt};

use super::options::single;
use super::plain;
use crate::errors::Errors;
use crate::parse::arg;
use crate::parse::args::{RawOption, RawValue};

/// The most attempts of a call, as in the runtime's policy.
const MAX_ATTEMPTS: u32 = 100;

/// How to write `retry`.
pub(super) const RETRY: &str =
    "`retry` takes how many attempts a call has at most, 1 to 100: `retry(attempts = 5)`";

/// How to write `max_concurrency`.
pub(super) const MAX_CONCURRENCY: &str =
    "`max_concurrency` takes how many calls run at once, 1 or more: `max_concurrency = 4`";

/// `retry`, as far as it is right.
pub(crate) struct Retry {
    pub(crate) option: Ident,
    pub(crate) attempts: Option<u32>,
}

impl Retry {
    pub(super) fn new(option: Ident, value: RawValue, errors: &mut Errors) -> Self {
        let attempts = match value {
            RawValue::List(list) => attempts(&option, list, errors),
            value => {
                let key = option.clone();
                errors.push(RawOption { key, value }, RETRY);
                None
            }
        };
        Self { option, attempts }
    }
}

/// `attempts = 5` in the parentheses of `option`.
fn attempts(option: &Ident, list: TokenStream, errors: &mut Errors) -> Option<u32> {
    let mut inside = Errors::default();
    let options = arg::list_of(list.clone(), &mut inside);
    let Ok(options) = inside.finish(options) else {
        errors.push(list, RETRY);
        return None;
    };
    if options.is_empty() {
        errors.push(option, RETRY);
    }
    let mut found = None;
    for RawOption { key, value } in options {
        match (plain(&key).as_str(), value) {
            ("attempts", _) if found.is_some() => {
                errors.push(key, "`attempts` is given twice; keep one");
            }
            ("attempts", RawValue::Assigned(value)) => {
                found = Some(number_of_attempts(&key, value, errors));
            }
            ("attempts", _) => errors.push(key, RETRY),
            (other, _) => errors.push(
                &key,
                format_args!("`retry` takes `attempts`, not `{other}`: `retry(attempts = 5)`"),
            ),
        }
    }
    found.flatten()
}

fn number_of_attempts(key: &Ident, value: TokenStream, errors: &mut Errors) -> Option<u32> {
    let number = whole(key, value.clone(), RETRY, errors)?;
    match number {
        0 => errors.push(
            value,
            "a call has one attempt at least, so not `0`; write `retry(attempts = 1)` for one that is never tried again",
        ),
        1..=MAX_ATTEMPTS => return Some(number),
        _ => errors.push(
            &value,
            format_args!(
                "`{value}` attempts are too many; write at most {MAX_ATTEMPTS}: `retry(attempts = {MAX_ATTEMPTS})`"
            ),
        ),
    }
    None
}

/// The number after `max_concurrency =`.
pub(super) fn calls(option: &Ident, value: TokenStream, errors: &mut Errors) -> Option<usize> {
    let number = whole(option, value.clone(), MAX_CONCURRENCY, errors)?;
    match number {
        0 => errors.push(
            value,
            "with `0` no call would ever run; write `max_concurrency = 1` for one at a time",
        ),
        u32::MAX => errors.push(
            &value,
            format_args!(
                "`{value}` calls never run at once; leave `max_concurrency` out to have no limit"
            ),
        ),
        number => return usize::try_from(number).ok(),
    }
    None
}

/// A whole number as a literal, since it is checked where there is no program yet; at most `u32::MAX`.
fn whole(option: &Ident, value: TokenStream, form: &str, errors: &mut Errors) -> Option<u32> {
    let literal: LitInt = single(option, value.clone(), form, errors)?;
    let digits = literal.base10_digits();
    if digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Some(digits.parse().unwrap_or(u32::MAX));
    }
    errors.push(value, form);
    None
}
