//! Arguments in one form: what is written in another way is the same call, and what is another call is not.

use std::fmt::Write as _;

use serde_json::{Value, json};
use tool_runtime::{Policy, Report, ToolCall};

use super::run;

/// Arguments of pure tools, two texts with a line end between them.
pub fn same(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (one, other) = text.split_once('\n').unwrap_or((&text, ""));
    let mut calls = Vec::new();
    for name in ["search", "tag", "echo"] {
        for arguments in [one, other] {
            calls.push(ToolCall::new("as it is", name, arguments));
            if let Ok(value) = serde_json::from_str(arguments) {
                calls.push(ToolCall::new("again", name, respelt(&value)));
            }
        }
    }
    // One that shares a result has the one that it would have alone.
    let alone = run(&calls, Policy::default());
    let shared = run(&calls, Policy::default().coalesce(true));
    for (alone, shared) in alone.results().iter().zip(shared.results()) {
        assert_eq!(alone.text(), shared.text(), "{}", alone.arguments());
    }
    let values = [one, other].map(|text| serde_json::from_str::<Value>(text).ok());
    if let [Some(one), Some(other)] = values {
        let (one, other) = (json!({"value": one}), json!({"value": other}));
        assert_eq!(
            is_shared([one.to_string(), other.to_string()]),
            one == other
        );
        assert!(is_shared([one.to_string(), respelt(&one)]), "{one}");
    }
}

/// Whether the second of two calls shares the result of the first.
fn is_shared(arguments: [String; 2]) -> bool {
    let calls = arguments.map(|arguments| ToolCall::new("", "echo", arguments));
    let report: Report = run(&calls, Policy::default().coalesce(true));
    let [first, second] = report.results() else {
        unreachable!("two calls have two results")
    };
    if first.is_error() || second.is_error() {
        // Too deep, and that is said of each.
        return first.text() == second.text();
    }
    second.outcome().same_as == Some(0)
}

/// The same value with members in the opposite order, white space and escapes wherever they may be.
fn respelt(value: &Value) -> String {
    let list = |open: char, members: Vec<String>, close: char| {
        format!(" {open}\t{}\n{close} ", members.join(" , "))
    };
    match value {
        Value::String(text) => escaped(text),
        Value::Array(elements) => list('[', elements.iter().map(respelt).collect(), ']'),
        Value::Object(members) => {
            let members = members.iter().rev();
            let members =
                members.map(|(name, value)| format!("{} : {}", escaped(name), respelt(value)));
            list('{', members.collect(), '}')
        }
        other => format!(" {other} "),
    }
}

/// A string of which each character is escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::from("\"");
    for unit in text.encode_utf16() {
        write!(escaped, "\\u{unit:04x}").expect("a string takes all");
    }
    escaped + "\""
}
