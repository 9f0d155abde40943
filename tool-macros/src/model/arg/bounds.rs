//! The bounds of an argument: `range`, `length` and `pattern`.

use proc_macro2::TokenStream;
use regex_lite::Regex;
use syn::{Expr, ExprLit, ExprUnary, Ident, Lit, LitStr, UnOp};

use super::{string, ungrouped};
use crate::errors::Errors;
use crate::model::plain;
use crate::parse::arg;
use crate::parse::args::{RawOption, RawValue};

/// What an argument's values keep to.
#[derive(Default)]
pub(crate) struct Bounds {
    /// The least and the greatest number, as JSON.
    pub(crate) minimum: Option<String>,
    pub(crate) maximum: Option<String>,
    pub(crate) shortest: Option<u64>,
    pub(crate) longest: Option<u64>,
    pub(crate) pattern: Option<LitStr>,
}

/// How to write a range.
pub(super) const RANGE: &str =
    "`range` takes numbers: `range(min = 1, max = 100)`, `range(min = 1)` or `range(max = 100)`";

/// How to write a length.
pub(super) const LENGTH: &str = "`length` takes whole numbers: `length(min = 1, max = 100)`, `length(min = 1)` or `length(max = 100)`";

/// How to write a pattern.
pub(super) const PATTERN: &str =
    "`pattern` takes a regular expression in a string: `pattern = \"^[A-Z]{2}$\"`";

/// A number, as it is compared and as it is written.
struct Number {
    value: Value,
    written: TokenStream,
}

/// Whole numbers compare exactly.
enum Value {
    Whole(i128),
    Fraction(f64),
}

impl Value {
    fn exceeds(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a > b,
            (a, b) => a.rounded() > b.rounded(),
        }
    }

    /// As `f64`, where half a unit beyond 2⁵³ decides nothing: it only says whether a range is upside down.
    fn rounded(&self) -> f64 {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "see above")]
            Self::Whole(whole) => *whole as f64,
            Self::Fraction(fraction) => *fraction,
        }
    }

    fn json(&self) -> String {
        match self {
            Self::Whole(whole) => whole.to_string(),
            Self::Fraction(fraction) => {
                let plain = fraction.to_string();
                if plain.len() > 20 {
                    format!("{fraction:e}")
                } else {
                    plain
                }
            }
        }
    }
}

impl Bounds {
    /// `range(min = …, max = …)`.
    pub(super) fn range(&mut self, key: &Ident, list: TokenStream, errors: &mut Errors) {
        let [minimum, maximum] = limits(key, list, RANGE, errors);
        self.minimum = minimum.map(|number| number.value.json());
        self.maximum = maximum.map(|number| number.value.json());
    }

    /// `length(min = …, max = …)`.
    pub(super) fn length(&mut self, key: &Ident, list: TokenStream, errors: &mut Errors) {
        let lengths = limits(key, list, LENGTH, errors).map(|number| {
            let number = number?;
            let length = match number.value {
                Value::Whole(length) => u64::try_from(length).ok(),
                Value::Fraction(_) => None,
            };
            if length.is_none() {
                errors.push(number.written, LENGTH);
            }
            length
        });
        [self.shortest, self.longest] = lengths;
    }

    /// `pattern = "…"`.
    pub(super) fn pattern(&mut self, key: &Ident, value: TokenStream, errors: &mut Errors) {
        let Some(literal) = string(key, value, PATTERN, errors) else {
            return;
        };
        let text = literal.value();
        if let Some((foreign, instead)) = FOREIGN.iter().find(|(piece, _)| has(&text, piece)) {
            errors.push(
                literal,
                format_args!(
                    "`{text}` has `{foreign}`, which is not in JSON Schema, whose patterns are those of JavaScript; {instead}"
                ),
            );
        } else if let Err(error) = Regex::new(&text) {
            errors.push(
                literal,
                format_args!("`pattern` is no regular expression that can be checked here: {error}; classes such as `\\p{{L}}`, look-around and back-references are not supported"),
            );
        } else {
            self.pattern = Some(literal);
        }
    }
}

/// What regex-lite takes and JavaScript reads as something else.
const FOREIGN: [(&str, &str); 10] = [
    ("\\A", "write `^`"),
    ("\\z", "write `$`"),
    ("\\a", "write `\\x07`"),
    ("\\<", "write `\\b`"),
    ("\\>", "write `\\b`"),
    ("\\b{", "write `\\b`"),
    ("\\U", "write `\\u{…}`"),
    ("[[:", "write the characters, as in `[a-z]`"),
    ("[^[:", "write the characters, as in `[^a-z]`"),
    ("(?", "write a group as `(…)` or `(?:…)`"),
];

/// Whether `piece` stands in `pattern` for itself: not after a backslash, and a group not as `(?:`.
fn has(pattern: &str, piece: &str) -> bool {
    pattern.match_indices(piece).any(|(at, _)| {
        let before = &pattern[..at];
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        let group = piece == "(?" && pattern[at..].starts_with("(?:");
        backslashes.is_multiple_of(2) && !group
    })
}

/// `min`, `max` or `equal` in the parentheses of `key`, both ends.
fn limits(
    key: &Ident,
    list: TokenStream,
    form: &'static str,
    errors: &mut Errors,
) -> [Option<Number>; 2] {
    let [mut minimum, mut maximum] = [None, None];
    let mut inside = Errors::default();
    let options = arg::list_of(list.clone(), &mut inside);
    let options = match inside.finish(options) {
        Ok(options) if options.is_empty() => {
            errors.push(key, form);
            options
        }
        Ok(options) => options,
        Err(_) => {
            errors.push(list, form);
            Vec::new()
        }
    };
    for RawOption { key, value } in options {
        let RawValue::Assigned(value) = value else {
            errors.push(key, form);
            continue;
        };
        let mut end = |end: &mut Option<Number>, value: TokenStream| match end {
            Some(_) => errors.push(&key, format_args!("`{key}` is given twice; keep one")),
            None if value.is_empty() => errors.push(&key, form),
            None => match number(value) {
                Ok(number) => *end = Some(number),
                Err(value) => errors.push(value, form),
            },
        };
        match plain(&key).as_str() {
            "min" => end(&mut minimum, value),
            "max" => end(&mut maximum, value),
            "equal" => {
                end(&mut minimum, value.clone());
                // What is wrong with it was said.
                if let (true, Ok(number)) = (maximum.is_none(), number(value)) {
                    maximum = Some(number);
                }
            }
            _ => errors.push(key, form),
        }
    }
    if let (Some(least), Some(most)) = (&minimum, &maximum)
        && least.value.exceeds(&most.value)
    {
        errors.push(
            &most.written,
            format_args!(
                "no value is at least {} and at most {}; write the smaller number as `min`",
                least.value.json(),
                most.value.json()
            ),
        );
    }
    [minimum, maximum]
}

/// A number as a literal, since it is compared where there is no program yet; else the tokens again.
fn number(written: TokenStream) -> Result<Number, TokenStream> {
    let (negative, literal) = match syn::parse2(written.clone()).map(ungrouped) {
        Ok(Expr::Lit(literal)) => (false, literal),
        Ok(Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        })) => match ungrouped(*expr) {
            Expr::Lit(literal) => (true, literal),
            _ => return Err(written),
        },
        _ => return Err(written),
    };
    let value = match literal {
        ExprLit {
            lit: Lit::Int(literal),
            ..
        } => literal.base10_parse().ok().and_then(|whole: i128| {
            let whole = if negative { -whole } else { whole };
            // What a schema can say on every side.
            let fits = i128::from(i64::MIN)..=i128::from(u64::MAX);
            fits.contains(&whole).then_some(Value::Whole(whole))
        }),
        ExprLit {
            lit: Lit::Float(literal),
            ..
        } => literal.base10_parse().ok().and_then(|fraction: f64| {
            let fraction = if negative { -fraction } else { fraction };
            fraction.is_finite().then_some(Value::Fraction(fraction))
        }),
        _ => None,
    };
    match value {
        Some(value) => Ok(Number { value, written }),
        None => Err(written),
    }
}
