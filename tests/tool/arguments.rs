//! What a model sends, against what a tool takes: what is wrong is told by path, and the function is not called.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use support::call;
use tool_runtime::{Effects, Ending, ToolResult, Toolbox, tool, tools};

/// How often a function was called.
#[derive(Default)]
struct Calls(AtomicUsize);

impl Calls {
    fn count(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
struct Item {
    sku: String,
    quantity: u32,
}

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Speed {
    Slow,
    Fast,
}

/// Places an order.
#[tool]
async fn place_order(
    /// Who orders.
    customer_id: u64,
    /// What is ordered.
    items: Vec<Item>,
    /// How it is sent.
    speed: Option<Speed>,
    /// Anything else.
    notes: Option<BTreeMap<String, i8>>,
    #[state] calls: &Calls,
) -> String {
    calls.count();
    let items = serde_json::to_string(&items).unwrap();
    let notes = notes.map(|notes| notes.len());
    format!("{customer_id} {items} {speed:?} {notes:?}")
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its depth matters")]
enum Tree {
    Leaf(Vec<u8>),
    Branch { tree: Box<Tree> },
}

/// Takes what may be deep.
#[tool]
async fn grow(
    /// A tree.
    tree: Tree,
    #[state] calls: &Calls,
) -> u8 {
    calls.count();
    u8::from(matches!(tree, Tree::Branch { .. }))
}

/// Takes a list of enums.
#[tool]
async fn send(
    /// How.
    speeds: Vec<Speed>,
    #[state] calls: &Calls,
) -> usize {
    calls.count();
    speeds.len()
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
enum Part {
    Word { text: String },
    Number { value: u8 },
}

/// Takes lists of what is read as a whole.
#[tool]
async fn parts(
    /// The parts.
    parts: Vec<Part>,
    /// Words in lists.
    words: Option<Vec<Vec<String>>>,
    #[state] calls: &Calls,
) -> usize {
    calls.count();
    let _ = words;
    parts.len()
}

/// Takes nothing.
#[tool]
async fn ping(#[state] calls: &Calls) -> &'static str {
    calls.count();
    "pong"
}

/// Takes what it need not get.
#[tool]
async fn list(
    /// At most so many.
    limit: Option<u8>,
    #[state] calls: &Calls,
) -> String {
    calls.count();
    format!("{limit:?}")
}

fn run<R>(name: &str, arguments: &str, look: impl FnOnce(&ToolResult, usize) -> R) -> R {
    let toolbox = Toolbox::<Calls>::builder()
        .tools(tools![place_order, ping, list, grow, send, parts])
        .build()
        .unwrap();
    let state = std::sync::Arc::new(Calls::default());
    let desk = toolbox.bind(std::sync::Arc::clone(&state));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let sibling = call("ping", "{}");
    let report = runtime.block_on(desk.run([sibling.clone(), call(name, arguments), sibling]));
    let [first, result, last] = report.results() else {
        panic!("three calls, three results")
    };
    assert_eq!(
        (first.text(), last.text()),
        ("pong", "pong"),
        "the siblings are unaffected"
    );
    look(result, state.0.load(Ordering::SeqCst) - 2)
}

#[track_caller]
fn accepted(name: &str, arguments: &str, text: &str) {
    run(name, arguments, |result, calls| {
        assert_eq!(result.text(), text);
        assert_eq!((result.outcome().ending, calls), (Ending::Ok, 1));
    });
}

#[track_caller]
fn refused(name: &str, arguments: &str, problems: &[&str]) {
    run(name, arguments, |result, calls| {
        assert_eq!(calls, 0, "the function was called");
        assert_eq!(
            result.outcome().ending,
            Ending::InvalidArguments,
            "{}",
            result.text()
        );
        assert_eq!(result.outcome().effects, Effects::None);
        assert_eq!(result.span().map(|_| ()), Some(()));
        let errors = result.argument_errors().expect("there are problems");
        let found: Vec<String> = errors.problems().iter().map(ToString::to_string).collect();
        assert_eq!(found, problems);
        for problem in problems {
            assert!(result.text().contains(problem), "{}", result.text());
        }
    });
}

#[test]
fn what_the_schema_says_is_taken() {
    accepted(
        "place_order",
        r#" {"items": [{"sku": "a\"b", "quantity": 2}], "customer_id": 7} "#,
        r#"7 [{"sku":"a\"b","quantity":2}] None None"#,
    );
    accepted(
        "place_order",
        r#"{"customer_id":7,"items":[],"speed":"fast","notes":{"x":-1}}"#,
        "7 [] Some(Fast) Some(1)",
    );
}

#[test]
fn an_optional_argument_may_be_absent_or_null() {
    accepted("list", "{}", "None");
    accepted("list", r#"{"limit": null}"#, "None");
    accepted("list", r#"{"limit": 3}"#, "Some(3)");
}

#[test]
fn a_tool_without_arguments_takes_an_empty_text_too() {
    for arguments in ["{}", "", "  ", " { } \n"] {
        accepted("ping", arguments, "pong");
    }
}

#[test]
fn a_tool_without_arguments_takes_no_others() {
    refused(
        "ping",
        "null",
        &["expected a JSON object without members: `{}`, got `null`"],
    );
    refused(
        "ping",
        r#"{"x": 1}"#,
        &[
            "`x`: expected no arguments, since the tool takes none, got an argument the tool does not have",
        ],
    );
}

#[test]
fn an_object_is_required() {
    let expected = "expected a JSON object with `customer_id`, `items`, `speed` and `notes`, got ";
    for (arguments, found) in [
        ("", "an empty text"),
        (" \n", "an empty text"),
        ("null", "`null`"),
        ("[1, 2]", "`[1, 2]`"),
        ("7", "`7`"),
        (r#""{}""#, r#"`"{}"`"#),
        ("hello", "`hello`"),
    ] {
        refused("place_order", arguments, &[&format!("{expected}{found}")]);
    }
    refused(
        "list",
        "",
        &["expected a JSON object with `limit`, got an empty text"],
    );
}

#[test]
fn text_that_is_no_json_is_told_with_its_place() {
    let malformed = "expected a JSON object, got text that is not valid JSON: ";
    for (arguments, found) in [
        (
            "{",
            "expected a key in double quotes, the text ends (at character 1 of 1); write it to its end",
        ),
        (
            r#"{"limit" 1}"#,
            "expected `:` after the key, found `1` (at character 9 of 11)",
        ),
        (r#"{"limit": }"#, "expected a value (at character 11 of 11)"),
        (
            r#"{"limit": 1"#,
            "expected `,` or `}`, the text ends (at character 11 of 11); write it to its end",
        ),
        (
            r#"{"limit": 1,}"#,
            "expected a value after `,`, found `}` (at character 12 of 13); take out the comma before it",
        ),
        (
            r#"{'limit': 1}"#,
            "expected a key in double quotes, found `'` (at character 1 of 12); write keys and strings in double quotes (`\"`)",
        ),
        (
            r#"{"limit": 1 "x": 2}"#,
            "expected `,` or `}`, found `\"` (at character 12 of 19)",
        ),
        (
            r#"{"über" 1}"#,
            "expected `:` after the key, found `1` (at character 8 of 10)",
        ),
    ] {
        refused("list", arguments, &[&format!("{malformed}{found}")]);
    }
}

#[test]
fn only_one_document_is_taken() {
    let expected = "expected one JSON object and nothing after it, got ";
    refused(
        "list",
        r#"{"limit": 1} {"limit": 2}"#,
        &[&format!("{expected}`{{\"limit\": 2}}` after its end")],
    );
    refused(
        "list",
        "{} trailing",
        &[&format!("{expected}`trailing` after its end")],
    );
    refused("ping", "{}}", &[&format!("{expected}`}}` after its end")]);
}

#[test]
fn keys_are_taken_once_and_only_if_known() {
    refused(
        "list",
        r#"{"limit": 1, "limit": 2}"#,
        &["`limit`: expected this argument once, got it a second time"],
    );
    refused(
        "list",
        r#"{"limt": 1}"#,
        &[
            "`limt`: expected only `limit`, got an argument the tool does not have; did you mean `limit`?",
        ],
    );
    refused(
        "list",
        r#"{"colour": {"deep": [1]}}"#,
        &["`colour`: expected only `limit`, got an argument the tool does not have"],
    );
}

#[test]
fn a_misspelt_key_is_told_once() {
    refused(
        "place_order",
        r#"{"custmer_id": 7, "speed": 1, "customerid": 8, "items": []}"#,
        &[
            "`customer_id`: expected an integer of 0 or more, since this argument is required, got nothing; should `custmer_id`, which is unknown, be `customer_id`?",
            "`speed`: expected `slow` or `fast`, got integer `1`",
            "`customerid`: expected only `customer_id`, `items`, `speed` and `notes`, got an argument the tool does not have; did you mean `customer_id`?",
        ],
    );
    refused(
        "place_order",
        r#"{"customer_id": 7, "items": [{"skuu": "a", "quantity": 1}]}"#,
        &[
            "`items[0].sku`: expected a string, since this member is required, got nothing; should `skuu`, which is unknown, be `sku`?",
        ],
    );
}

#[test]
fn a_text_for_nothing_is_told_how_to_write_it() {
    for text in ["", "none", " NULL "] {
        let problem = format!(
            "`limit`: expected an integer from 0 to 255, got string \"{text}\"; if there is none, write `null` without quotes"
        );
        refused("list", &format!(r#"{{"limit": "{text}"}}"#), &[&problem]);
    }
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_text() {
    refused(
        "place_order",
        r#"{"speed": "warp", "extra": 1, "customer_id": "12"}"#,
        &[
            "`speed`: expected `slow` or `fast`, got string \"warp\"",
            "`extra`: expected only `customer_id`, `items`, `speed` and `notes`, got an argument the tool does not have",
            "`customer_id`: expected an integer of 0 or more, got string \"12\"",
            "`items`: expected an array, since this argument is required, got nothing",
        ],
    );
}

#[test]
fn a_problem_inside_a_value_has_its_path() {
    for (items, problem) in [
        (
            r#"[{"sku": "a", "quantity": 1}, {"sku": "b", "quantity": "two"}]"#,
            "`items[1].quantity`: expected an integer from 0 to 4294967295, got string \"two\"",
        ),
        (
            r#"[{"sku": "a", "quantity": -1}]"#,
            "`items[0].quantity`: expected an integer from 0 to 4294967295, got integer `-1`",
        ),
        (
            r#"[{"sku": "a", "quantity": 1}, {"sku": "b"}]"#,
            "`items[1].quantity`: expected an integer from 0 to 4294967295, since this member is required, got nothing",
        ),
        (
            r#"[7]"#,
            "`items[0]`: expected an object with `sku` and `quantity`, got integer `7`",
        ),
        (
            r#"{"sku": "a"}"#,
            "`items`: expected an array, got an object",
        ),
    ] {
        refused(
            "place_order",
            &format!(r#"{{"customer_id": 1, "items": {items}}}"#),
            &[problem],
        );
    }
    refused(
        "place_order",
        r#"{"customer_id": 1, "items": [], "notes": {"a": 1, "b": 999}}"#,
        &["`notes.b`: expected an integer from -128 to 127, got integer `999`"],
    );
}

/// That an integer was expected is no help to who has sent one.
#[test]
fn an_integer_beyond_the_widest_is_told_the_limit() {
    for (number, expected) in [
        (
            "18446744073709551616",
            "an integer from 0 to 18446744073709551615",
        ),
        (
            "99999999999999999999",
            "an integer from 0 to 18446744073709551615",
        ),
        ("-1", "an integer of 0 or more"),
    ] {
        refused(
            "place_order",
            &format!(r#"{{"customer_id": {number}, "items": []}}"#),
            &[&format!(
                "`customer_id`: expected {expected}, got integer `{number}`"
            )],
        );
    }
}

/// serde_json stands elsewhere when it finds them.
#[test]
fn a_problem_of_an_element_is_not_told_of_its_neighbour_or_its_list() {
    let (word, number) = (
        r#"{"kind": "word", "text": "a"}"#,
        r#"{"kind": "number", "value": 1}"#,
    );
    for (arguments, problem) in [
        (
            format!(r#"{{"parts": [{word}, {{"kind": "number", "value": 256}}, {word}]}}"#),
            "`parts[1].value`: expected an integer from 0 to 255, got integer `256`",
        ),
        (
            format!(r#"{{"parts": [{{"kind": "word", "text": {{}}}} , {number}]}}"#),
            "`parts[0].text`: expected a string, got an object",
        ),
        (
            format!(r#"{{"parts": [{{"kind": "word"}},{number}]}}"#),
            "`parts[0].text`: expected a string, since this member is required, got nothing",
        ),
        (
            r#"{"parts": [], "words": [[[]]]}"#.to_owned(),
            "`words[0][0]`: expected a string, got an array",
        ),
        (
            r#"{"parts": [], "words": [["a", "b"], [ {} ]]}"#.to_owned(),
            "`words[1][0]`: expected a string, got an object",
        ),
        (
            r#"{"parts": [], "words": [["a", []]]}"#.to_owned(),
            "`words[0][1]`: expected a string, got an array",
        ),
        (
            r#"{"parts": [], "words": [["a"], {}]}"#.to_owned(),
            "`words[1]`: expected an array, got an object",
        ),
    ] {
        refused("parts", &arguments, &[problem]);
    }
}

#[test]
fn a_value_of_the_wrong_kind_for_an_enum_is_shown() {
    for (value, found) in [
        ("null", "null"),
        ("5", "integer `5`"),
        ("true", "boolean `true`"),
        (r#"["fast"]"#, "an array"),
    ] {
        let problem = format!("`speed`: expected `slow` or `fast`, got {found}");
        let arguments = format!(r#"{{"customer_id": 1, "items": [], "speed": {value}}}"#);
        match value {
            // The argument is optional.
            "null" => accepted("place_order", &arguments, "1 [] None None"),
            _ => refused("place_order", &arguments, &[&problem]),
        }
    }
    refused(
        "send",
        r#"{"speeds": ["fast", null]}"#,
        &["`speeds[1]`: expected `slow` or `fast`, got null"],
    );
    refused(
        "list",
        r#"{"limit": 1e400}"#,
        &["`limit`: expected an integer from 0 to 255, got number `1e400`"],
    );
}

#[test]
fn a_deep_value_is_not_followed_to_the_end_of_the_stack() {
    let deep = |levels| {
        let (open, close) = (r#"{"tree": "#, "}");
        format!("{}[]{}", open.repeat(levels), close.repeat(levels))
    };
    accepted("grow", &deep(1), "0");
    let brackets = format!(
        r#"{{"limit": {}{}}}"#,
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    for (name, arguments) in [("grow", deep(50_000)), ("list", brackets)] {
        run(name, &arguments, |result, calls| {
            let outcome = result.outcome();
            assert_eq!((outcome.ending, calls), (Ending::InvalidArguments, 0));
            assert!(result.text().contains("nested at most 64 deep"));
        });
    }
}

#[test]
fn a_long_value_is_shortened_in_the_text() {
    let long = format!(r#"{{"limit": "{}"}}"#, "x".repeat(100_000));
    run("list", &long, |result, _| {
        assert_eq!(result.outcome().ending, Ending::InvalidArguments);
        assert!(result.text().len() < 400, "{} bytes", result.text().len());
    });
}
