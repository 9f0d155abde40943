//! Bounds, lengths, patterns and formats.

use std::cmp::Ordering;

use serde_json::Value;

use super::ChangeKind;
use super::kinds::Kinds;
use super::walk::{Node, Walk};
use crate::tool::decimal;

/// Each keyword that is a lower or an upper bound, with the keywords of `old` from which it may follow: those that must be as
/// narrow as it is, and those that must be narrower.
struct Bound {
    keyword: &'static str,
    of: Kinds,
    narrower: Ordering,
    as_narrow: &'static [&'static str],
    narrow: &'static [&'static str],
}

const fn lower(
    keyword: &'static str,
    of: Kinds,
    as_narrow: &'static [&'static str],
    narrow: &'static [&'static str],
) -> Bound {
    Bound {
        keyword,
        of,
        narrower: Ordering::Greater,
        as_narrow,
        narrow,
    }
}

const fn upper(
    keyword: &'static str,
    of: Kinds,
    as_narrow: &'static [&'static str],
    narrow: &'static [&'static str],
) -> Bound {
    Bound {
        narrower: Ordering::Less,
        ..lower(keyword, of, as_narrow, narrow)
    }
}

const BOUNDS: [Bound; 10] = [
    lower(
        "minimum",
        Kinds::NUMBER,
        &["minimum", "exclusiveMinimum"],
        &[],
    ),
    lower(
        "exclusiveMinimum",
        Kinds::NUMBER,
        &["exclusiveMinimum"],
        &["minimum"],
    ),
    upper(
        "maximum",
        Kinds::NUMBER,
        &["maximum", "exclusiveMaximum"],
        &[],
    ),
    upper(
        "exclusiveMaximum",
        Kinds::NUMBER,
        &["exclusiveMaximum"],
        &["maximum"],
    ),
    lower("minLength", Kinds::STRING, &["minLength"], &[]),
    upper("maxLength", Kinds::STRING, &["maxLength"], &[]),
    lower("minItems", Kinds::ARRAY, &["minItems"], &[]),
    upper("maxItems", Kinds::ARRAY, &["maxItems"], &[]),
    lower("minProperties", Kinds::OBJECT, &["minProperties"], &[]),
    upper("maxProperties", Kinds::OBJECT, &["maxProperties"], &[]),
];

impl Walk<'_> {
    /// The bounds of values of these types.
    pub(super) fn bounds(&mut self, old: &Node, new: &Node, kinds: Kinds, at: &str) {
        for bound in BOUNDS.iter().filter(|bound| kinds.has(bound.of)) {
            self.bound(bound, old, new, at);
        }
        for (keyword, of) in [
            ("multipleOf", Kinds::NUMBER),
            ("pattern", Kinds::STRING),
            ("format", Kinds::STRING.or(Kinds::NUMBER)),
        ] {
            let (had, has) = (old.get(keyword), new.get(keyword));
            if !kinds.has(of) || had == has {
                continue;
            }
            match has {
                None => self.allows(
                    at,
                    ChangeKind::Bound,
                    format!("has no `{keyword}` any more"),
                ),
                // A number's says how large it is, which its bounds say too where it is enforced; a text's is at times enforced.
                Some(has) => {
                    let text = format!("has the `{keyword}` {has}{}", was(had));
                    self.may_break(at, ChangeKind::Bound, text);
                }
            }
        }
    }

    fn bound(&mut self, bound: &Bound, old: &Node, new: &Node, at: &str) {
        let keyword = bound.keyword;
        let (had, has) = (old.get(keyword), new.get(keyword));
        let Some(has) = has else {
            if had.is_some() {
                let text = format!("has no `{keyword}` any more");
                self.allows(at, ChangeKind::Bound, text);
            }
            return;
        };
        if had == Some(has) {
            return;
        }
        let compared = |keyword: &&&str| {
            Some(decimal::compare(
                &number(old.get(**keyword))?,
                &number(Some(has))?,
            ))
        };
        let is_narrow = |order: Ordering| order == bound.narrower;
        let is_as_narrow = |order: Ordering| is_narrow(order) || order == Ordering::Equal;
        let follows = bound.as_narrow.iter().filter_map(|keyword| compared(&keyword)).any(is_as_narrow)
            || bound.narrow.iter().filter_map(|keyword| compared(&keyword)).any(is_narrow)
            // Nothing is shorter than nothing.
            || (bound.of != Kinds::NUMBER && *has == 0);
        let text = format!("has the `{keyword}` {has}{}", was(had));
        match follows {
            true => self.allows(at, ChangeKind::Bound, text),
            false => self.breaks(at, ChangeKind::Bound, text),
        }
    }
}

fn number(value: Option<&Value>) -> Option<String> {
    value
        .filter(|value| value.is_number())
        .map(Value::to_string)
}

fn was(had: Option<&Value>) -> String {
    match had {
        Some(had) => format!(", and had {had}"),
        None => " now".to_owned(),
    }
}
