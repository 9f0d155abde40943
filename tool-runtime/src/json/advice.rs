//! What to write instead, where a text is no JSON in one of the ways in which models write none.

use super::Malformed;

/// What stands in the place of JSON, and what to do.
const WORDS: [(&[&str], &str); 3] = [
    (
        &["nan", "-nan", "inf", "-inf", "infinity", "-infinity"],
        "JSON has no such number; write `null`, or leave it out",
    ),
    (
        &["true", "false"],
        "write `true` and `false` in small letters",
    ),
    (&["none", "null", "undefined", "nil"], "write `null`"),
];

const COMMA: &str = "take out the comma before it";

const NUMBERS: &str =
    "write a number as `-12.5` or `1e9`: no `+` or `0` before it, no `_` and no `0x` in it";

/// What serde_json says of a key inside of a value.
const KEY: &str = "key must be a string";

/// What it says of a word, or of a number, that is no value.
const NO_VALUE: [&str; 4] = [
    "expected ident",
    "expected value",
    "invalid number",
    "trailing characters",
];

/// What to write instead in `text`, of which `error` says that it is no JSON; `None` if nobody knows.
pub(crate) fn advice(text: &str, error: &Malformed) -> Option<&'static str> {
    let message = error.message.as_str();
    if message.starts_with("control character") {
        return Some("write a line break in a string as `\\n`, a tab as `\\t`");
    }
    if message == "invalid escape" {
        return Some("write a backslash in a string as `\\\\`");
    }
    if message.ends_with("in hex escape") || message.ends_with("of hex escape") {
        return Some(
            "half of a surrogate pair is no character; write both halves, or the character itself",
        );
    }
    if message.starts_with("expected a value after `,`") {
        return Some(COMMA);
    }
    if message.starts_with("EOF while") || message.contains("the text ends") {
        return Some("write it to its end");
    }
    let at = error.at.min(text.len());
    // The cursor stands before what it did not expect, serde_json behind its first byte.
    let start = match message.contains(", found `") {
        true => at,
        false => at.saturating_sub(1),
    };
    let start = floor(text, start);
    match text[start..].chars().next()? {
        '\'' | '‘' | '’' | '“' | '”' | '`' => {
            Some("write keys and strings in double quotes (`\"`)")
        }
        '/' | '#' => Some("JSON has no comments; take it out"),
        '}' | ']' if text[..start].trim_end().ends_with(',') => Some(COMMA),
        _ if message == KEY => Some("write the key in double quotes"),
        _ if NO_VALUE.contains(&message) => of_word(&word(text, start).to_ascii_lowercase()),
        _ => None,
    }
}

fn of_word(word: &str) -> Option<&'static str> {
    let known = WORDS.iter().find(|(words, _)| words.contains(&word));
    let is_number = word.starts_with(|first: char| first == '+' || first.is_ascii_digit());
    let number = is_number.then_some(NUMBERS);
    known.map(|(_, advice)| *advice).or(number)
}

/// The word, or the number, that the byte `at` stands in.
fn word(text: &str, at: usize) -> &str {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-_.".contains(byte);
    let bytes = text.as_bytes();
    let before = bytes[..at].iter().rev().take_while(|byte| is_part(byte));
    let after = bytes[at..].iter().take_while(|byte| is_part(byte));
    let (start, end) = (at - before.count(), at + after.count());
    &text[start..end]
}

/// The first byte of the character that the byte `at` belongs to.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
