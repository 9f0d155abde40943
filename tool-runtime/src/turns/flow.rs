//! Literal data flow: whether a value of a call's arguments stands in a text.

use serde_json::Value;

use crate::ToolCall;

/// A value to look for, and where it stands in the arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sought {
    pub(super) path: String,
    pub(super) text: String,
}

/// Everything that a JSON text says, texts as they read; of what is no JSON, itself.
///
/// A text that is JSON in turn, as results mostly are, is there both as it stands and as it reads.
pub(crate) fn texts(json: &str) -> String {
    let mut said = String::new();
    match serde_json::from_str::<Value>(json) {
        Ok(value) => collect(&value, &mut said, true),
        Err(_) => said.push_str(json),
    }
    said
}

fn collect(value: &Value, said: &mut String, may_nest: bool) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => line(said, &number.to_string()),
        Value::String(text) => {
            line(said, text);
            if may_nest
                && text.trim_start().starts_with(['{', '['])
                && let Ok(inner) = serde_json::from_str(text)
            {
                collect(&inner, said, false);
            }
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| collect(value, said, may_nest)),
        Value::Object(members) => {
            for (key, value) in members {
                line(said, key);
                collect(value, said, may_nest);
            }
        }
    }
}

fn line(said: &mut String, text: &str) {
    said.push_str(text);
    said.push('\n');
}

/// What is looked for of a call, each once.
pub(super) fn sought(call: &ToolCall) -> Vec<Sought> {
    let mut sought = Vec::new();
    match serde_json::from_str(call.arguments()) {
        Ok(value) if !call.is_text() => values("", &value, &mut sought),
        _ => words("", call.arguments(), &mut sought),
    }
    sought
}

fn values(path: &str, value: &Value, sought: &mut Vec<Sought>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(number) => add(path, &number.to_string(), sought),
        Value::String(text) => words(path, text, sought),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                values(&format!("{path}[{index}]"), item, sought);
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                // The arguments' own names are the tool's; those inside may be the model's.
                if path.is_empty() {
                    values(key, value, sought);
                } else {
                    add(path, key, sought);
                    values(&format!("{path}.{key}"), value, sought);
                }
            }
        }
    }
}

/// A text, and its words that have a digit: `77` and `ORD-77` of `see ORD-77`.
fn words(path: &str, text: &str, sought: &mut Vec<Sought>) {
    add(path, text.trim(), sought);
    let has_digit = |word: &&str| word.contains(|c: char| c.is_numeric());
    for word in text.split_whitespace().filter(has_digit) {
        add(
            path,
            word.trim_matches(|c: char| !c.is_alphanumeric()),
            sought,
        );
        let parts = word.split(|c: char| !c.is_alphanumeric()).filter(has_digit);
        parts.for_each(|part| add(path, part, sought));
    }
}

fn add(path: &str, text: &str, sought: &mut Vec<Sought>) {
    let is_new = || sought.iter().all(|one| one.text != text);
    if text.contains(char::is_alphanumeric) && is_new() {
        sought.push(Sought {
            path: path.to_owned(),
            text: text.to_owned(),
        });
    }
}

/// Whether `value` stands in `text` with no letter or digit going on beside it.
pub(super) fn occurs(value: &str, text: &str) -> bool {
    let begins = value.starts_with(char::is_alphanumeric);
    let ends = value.ends_with(char::is_alphanumeric);
    text.match_indices(value).any(|(at, _)| {
        let (before, behind) = (&text[..at], &text[at + value.len()..]);
        !(begins && before.ends_with(char::is_alphanumeric)
            || ends && behind.starts_with(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, text: &str, expected: bool) {
        assert_eq!(occurs(value, text), expected, "{value} in {text}");
    }

    #[test]
    fn a_value_occurs_as_a_whole() {
        check("7", r#"{"id":7}"#, true);
        check("7", "77, 17 and 7a", false);
        check("7", "77, 17 and 7.", true);
        check("Ada Lovelace", "by Ada Lovelace, 1843", true);
        check("a@b.c", "<a@b.c>", true);
        check("aa", "aaa aa", true);
        check("é", "né", false);
    }

    #[test]
    fn texts_are_as_they_read() {
        let told = texts(r#"{"content":"{\"name\":\"J\u00fcrgen \\\"J\\\"\",\"id\":7}"}"#);
        for value in ["Jürgen \"J\"", "7", "content"] {
            check(value, &told, true);
        }
        assert_eq!(texts("no JSON: 7"), "no JSON: 7");
    }

    #[test]
    fn what_is_looked_for_says_something() {
        let call = ToolCall::new(
            "",
            "f",
            r#"{"a": true, "b": null, "c": "--", "d": "see ORD-77, soon", "e": [7, {"k9": 7.5}]}"#,
        );
        let found = sought(&call);
        let found: Vec<_> = found.iter().map(|one| (&*one.path, &*one.text)).collect();
        assert_eq!(
            found,
            [
                ("d", "see ORD-77, soon"),
                ("d", "ORD-77"),
                ("d", "77"),
                ("e[0]", "7"),
                ("e[1]", "k9"),
                ("e[1].k9", "7.5"),
            ]
        );
    }
}
