//! The words for what was expected and what came: one vocabulary for what serde, a schema and bounds say.

use serde_json::Value;

use crate::text::{nearest, shortened};

/// So many characters of a value that came are shown.
const CAME: usize = 80;

/// So many characters of values that are allowed are shown.
const ALLOWED: usize = 300;

/// What is expected where nothing more is known.
pub(super) const FITS: &str = "a value that fits its schema";

/// A type of JSON Schema.
pub(super) fn kind(name: &str) -> String {
    match name {
        "array" | "integer" | "object" => format!("an {name}"),
        "boolean" => "true or false".to_owned(),
        "null" => "null".to_owned(),
        name => format!("a {name}"),
    }
}

/// An integer within bounds, but for the limits of the wide types: a model is not likely to hit them, and not helped by them.
pub(super) fn integer(least: Option<i128>, most: Option<i128>) -> String {
    within(narrow_least(least), narrow_most(most))
}

/// The same to whoever has sent the integer `text`, which is beyond one of them: that one is told whatever it is.
pub(super) fn integer_instead_of(text: &str, least: Option<i128>, most: Option<i128>) -> String {
    match text.starts_with('-') {
        true => within(least, narrow_most(most)),
        false => within(narrow_least(least), most),
    }
}

/// Beyond it are the limits of the wide types.
const WIDE: i128 = 1 << 53;

fn narrow_least(least: Option<i128>) -> Option<i128> {
    least.filter(|least| *least > -WIDE)
}

fn narrow_most(most: Option<i128>) -> Option<i128> {
    most.filter(|most| *most < WIDE)
}

fn within(least: Option<i128>, most: Option<i128>) -> String {
    let text = |bound: Option<i128>| bound.map(|bound| bound.to_string());
    integer_within(text(least).as_deref(), text(most).as_deref())
}

/// `an integer from 1 to 2`, `an integer of 1 or more`.
pub(super) fn integer_within(least: Option<&str>, most: Option<&str>) -> String {
    match (least, most) {
        (None, None) => "an integer".to_owned(),
        (Some(least), None) => format!("an integer of {least} or more"),
        (None, Some(most)) => format!("an integer of {most} or less"),
        (Some(least), Some(most)) => format!("an integer from {least} to {most}"),
    }
}

/// `a number from 1 to 2`, `a number of at least 1`.
pub(super) fn number(least: Option<&str>, most: Option<&str>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!("a number from {least} to {most}"),
        (least, most) => between("a number", least, most, ""),
    }
}

/// `a string of 2 to 10 characters`.
pub(super) fn length(kind: &str, unit: &str, least: Option<u64>, most: Option<u64>) -> String {
    let units = match (least, most) {
        (None, Some(1)) | (Some(1), None | Some(1)) => format!(" {unit}"),
        _ => format!(" {unit}s"),
    };
    between(kind, least, most, &units)
}

fn between<N: ToString + PartialEq>(
    kind: &str,
    least: Option<N>,
    most: Option<N>,
    units: &str,
) -> String {
    let text = |bound: Option<N>| bound.map(|bound| bound.to_string());
    let equal = least == most;
    match (text(least), text(most)) {
        (Some(least), Some(_)) if equal => format!("{kind} of exactly {least}{units}"),
        (Some(least), Some(most)) => format!("{kind} of {least} to {most}{units}"),
        (Some(least), None) => format!("{kind} of at least {least}{units}"),
        (None, Some(most)) => format!("{kind} of at most {most}{units}"),
        (None, None) => kind.to_owned(),
    }
}

/// A string of a format, with an example where there is one.
pub(super) fn format(format: &str) -> String {
    match example(format) {
        Some(example) => format!("a string of the format `{format}`, such as `{example}`"),
        None => format!("a string of the format `{format}`"),
    }
}

/// A string of a format.
pub(super) fn example(format: &str) -> Option<&'static str> {
    Some(match format {
        "date" => "2026-01-31",
        "date-time" => "2026-01-31T12:00:00Z",
        "partial-date-time" => "2026-01-31T12:00:00",
        "time" | "partial-time" => "12:00:00",
        "duration" => "PT15M",
        "email" => "a@example.com",
        "hostname" => "example.com",
        "ip" | "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "uri" => "https://example.com",
        "uuid" => "00000000-0000-4000-8000-000000000000",
        _ => return None,
    })
}

/// `1 element`, `2 elements`.
pub(super) fn count(number: u64, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

/// A value as code.
pub(super) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{}`", shortened(text, CAME)),
        value => format!("`{}`", shortened(&value.to_string(), CAME)),
    }
}

/// Values of which one is expected; as many as fit, and how many there are if that is not all.
pub(super) fn one_of(values: &[Value]) -> String {
    match values {
        [] => "nothing".to_owned(),
        [one, other] => format!("{} or {}", literal(one), literal(other)),
        values => among(values),
    }
}

/// The same where something else is expected too.
pub(super) fn among(values: &[Value]) -> String {
    match values {
        [only] => literal(only),
        values => {
            let mut text = "one of ".to_owned();
            for (index, value) in values.iter().enumerate() {
                let value = literal(value);
                if text.len() + value.len() > ALLOWED {
                    return format!("{text}… ({} in all)", values.len());
                }
                let comma = if index == 0 { "" } else { ", " };
                text += comma;
                text += &value;
            }
            text
        }
    }
}

/// `a string`, `a string or null`, `a string, an object or null`; `null` comes last, since it is seldom what was meant.
pub(super) fn either(mut alternatives: Vec<String>) -> String {
    let mut seen = Vec::new();
    alternatives.retain(|one| {
        let is_new = !seen.contains(one);
        seen.push(one.clone());
        is_new
    });
    alternatives.sort_by_key(|one| one == "null");
    match alternatives.split_last() {
        None => FITS.to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => shortened(&format!("{} or {last}", others.join(", ")), ALLOWED),
    }
}

/// What came, of its JSON text.
pub(super) fn came(text: &str) -> String {
    match text.as_bytes().first() {
        Some(b'{') => "an object".to_owned(),
        Some(b'[') => "an array".to_owned(),
        Some(b'"') => shortened(&format!("string {text}"), CAME),
        Some(b't' | b'f') => format!("boolean `{text}`"),
        Some(b'n') => "null".to_owned(),
        _ if text.contains(['.', 'e', 'E']) => {
            format!("number `{}`", shortened(text, CAME))
        }
        _ => format!("integer `{}`", shortened(text, CAME)),
    }
}

/// The same of a value.
#[cfg(feature = "schema-validation")]
pub(super) fn came_value(value: &Value) -> String {
    match value {
        Value::Array(_) => came("["),
        Value::Object(_) => came("{"),
        value => came(&value.to_string()),
    }
}

/// What is expected in the place of something that is not there: a value, and why.
pub(super) fn required(value: &str, what: &str) -> String {
    let value = if value == FITS { "a value" } else { value };
    format!("{value}, since this {what} is required")
}

/// `; should … be …?`, of a key that is not there and of one that is most likely meant to be it.
pub(super) fn should_be(typed: &str, name: &str) -> String {
    let typed = shortened(typed, 64);
    format!("; should `{typed}`, which is unknown, be `{name}`?")
}

/// `; did you mean …?`, if one of `candidates` is near.
pub(super) fn hint<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    nearest(typed, candidates).map_or_else(String::new, did_you_mean)
}

/// `; did you mean …?`
pub(super) fn did_you_mean(near: &str) -> String {
    format!("; did you mean `{}`?", shortened(near, CAME))
}

/// Names of which there are no others; as many as fit, and how many there are if that is not all.
pub(super) fn only<'a>(names: impl Iterator<Item = &'a str> + Clone) -> String {
    let mut shown = Vec::new();
    let mut length = 0;
    for name in names.clone() {
        length += name.len() + 4;
        if length > ALLOWED {
            let shown: Vec<String> = shown.iter().map(|name| format!("`{name}`")).collect();
            return format!("only {}, … ({} in all)", shown.join(", "), names.count());
        }
        shown.push(name);
    }
    format!("only {}", crate::text::listed(shown))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn values_are_shown_as_far_as_they_fit() {
        for (values, words) in [
            (json!(["a"]), "`a`"),
            (json!(["a", 1]), "`a` or `1`"),
            (json!(["a", null, true]), "one of `a`, `null`, `true`"),
        ] {
            assert_eq!(one_of(values.as_array().unwrap()), words);
        }
        let many: Vec<Value> = (0..1000)
            .map(|number| json!(format!("value {number}")))
            .collect();
        let words = one_of(&many);
        assert!(words.len() < 340, "{words}");
        assert!(words.ends_with("… (1000 in all)"), "{words}");
        let names: Vec<String> = (0..1000).map(|number| format!("name{number}")).collect();
        let words = only(names.iter().map(String::as_str));
        assert!(words.len() < 340, "{words}");
        assert!(words.ends_with("`, … (1000 in all)"), "{words}");
    }

    #[test]
    fn null_is_the_last_of_what_is_expected() {
        let words =
            |alternatives: &[&str]| either(alternatives.iter().map(ToString::to_string).collect());
        assert_eq!(words(&["null", "a string"]), "a string or null");
        assert_eq!(words(&["a", "b", "a", "c"]), "a, b or c");
        assert_eq!(words(&["null"]), "null");
    }

    #[test]
    fn what_came_is_told_by_its_text() {
        for (text, words) in [
            ("7", "integer `7`"),
            ("-1e3", "number `-1e3`"),
            ("\"a\\n\"", "string \"a\\n\""),
            ("null", "null"),
            ("false", "boolean `false`"),
            ("[1]", "an array"),
            ("{}", "an object"),
        ] {
            assert_eq!(came(text), words);
        }
    }
}
