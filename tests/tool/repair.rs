//! Are arguments in another form read as they were meant, and nothing else?

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use support::{call, texts};
use tool_runtime::batch::Repair;
use tool_runtime::{Policy, Report, ToolCall, Toolbox, tool, tools};

#[derive(Deserialize, JsonSchema, Serialize)]
struct Line {
    sku: String,
    quantity: u32,
    price: Option<f64>,
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(tag = "by", rename_all = "lowercase")]
enum Shipping {
    Post { days: u8, code: String },
    Courier { hours: f32, code: u32 },
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

#[derive(Deserialize, JsonSchema, Serialize)]
#[serde(untagged)]
enum Where {
    Point { lat: f64, lon: f64 },
    Place { city: String },
}

#[derive(Deserialize, JsonSchema, Serialize)]
struct Tree {
    value: i64,
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
}

/// What an order may say, each on its own.
#[derive(Default, Deserialize, JsonSchema, Serialize)]
#[serde(default)]
struct Order {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<Line>,
    #[serde(skip_serializing_if = "Option::is_none")]
    urgent: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delta: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shipping: Option<Shipping>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<Where>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pair: Option<(u8, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stock: Option<BTreeMap<String, u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_number: Option<BTreeMap<u32, bool>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tree: Option<Tree>,
    #[serde(skip_serializing_if = "Option::is_none")]
    any: Option<Value>,
}

/// Takes an order, and says what it took.
#[tool(pure)]
async fn whole(#[arg(flatten)] order: Order) -> Order {
    order
}

/// Takes an order, and says what it took.
#[tool(pure)]
#[expect(clippy::too_many_arguments, reason = "one of each kind")]
async fn each(
    /// The lines.
    #[arg(default)]
    lines: Vec<Line>,
    /// Whether it is urgent.
    urgent: Option<bool>,
    /// How many.
    count: Option<u32>,
    /// By how many.
    delta: Option<i64>,
    /// For how much.
    price: Option<f64>,
    /// A note.
    note: Option<String>,
    /// Which.
    id: Option<Id>,
    /// How it goes.
    shipping: Option<Shipping>,
    /// Where it goes.
    to: Option<Where>,
    /// Two.
    pair: Option<(u8, String)>,
    /// How many there are.
    stock: Option<BTreeMap<String, u32>>,
    /// Which there are.
    by_number: Option<BTreeMap<u32, bool>>,
    /// A tree.
    tree: Option<Tree>,
    /// Anything.
    any: Option<Value>,
) -> Order {
    Order {
        lines,
        urgent,
        count,
        delta,
        price,
        note,
        id,
        shipping,
        to,
        pair,
        stock,
        by_number,
        tree,
        any,
    }
}

/// Takes a text.
#[tool(pure)]
async fn text(
    /// The text.
    #[arg(length(max = 30))]
    text: String,
) -> String {
    text
}

/// Takes nothing.
#[tool(pure)]
async fn nothing() {}

#[tokio::main(flavor = "current_thread")]
async fn run(repair: Repair, calls: &[ToolCall]) -> Report {
    let toolbox = Toolbox::new(tools![whole, each, text, nothing]).unwrap();
    let policy = Policy::default().repair(repair);
    toolbox.bind(()).with(policy).unwrap().run(calls).await
}

/// One call with these arguments to each tool that takes an order.
fn orders(arguments: &str) -> [ToolCall; 2] {
    ["whole", "each"].map(|name| call(name, arguments))
}

/// The arguments are read as `meant`, with these repairs: paths and kinds.
#[track_caller]
fn check(arguments: &str, meant: &Value, repairs: &[(&str, &str)]) {
    let report = run(Repair::Safe, &orders(arguments));
    for result in report.results() {
        let text = result.text();
        assert!(!result.is_error(), "{arguments}: {text}");
        let taken: Value = serde_json::from_str(text).unwrap();
        assert_eq!(taken, *meant, "{arguments}");
        let made = result.repairs().iter();
        let made: Vec<_> = made.map(|one| (one.path(), one.kind().code())).collect();
        assert_eq!(made, repairs, "{arguments}");
        assert_eq!(result.call().arguments(), arguments);
    }
    let report = run(Repair::Off, &orders(arguments));
    for result in report.results() {
        let is_refused = result.argument_errors().is_some();
        assert_eq!(is_refused, !repairs.is_empty(), "{arguments}");
        assert_eq!(result.repairs(), []);
    }
}

/// The calls are refused in the same words as without repair.
#[track_caller]
fn check_refused(calls: &[ToolCall]) {
    let (repaired, told) = (run(Repair::Safe, calls), run(Repair::Off, calls));
    for (result, told) in repaired.results().iter().zip(told.results()) {
        let arguments = result.call().arguments();
        let errors = result.argument_errors();
        assert!(errors.is_some(), "{arguments}: {}", result.text());
        assert_eq!(errors, told.argument_errors(), "{arguments}");
        assert_eq!(result.text(), told.text(), "{arguments}");
        assert_eq!(result.repairs(), [], "{arguments}");
    }
}

#[track_caller]
fn never(arguments: &str) {
    check_refused(&orders(arguments));
}

const CONTAINER: &str = "container_in_string";
const NUMBER: &str = "number_in_string";
const BOOLEAN: &str = "boolean_in_string";
const FENCE: &str = "code_fence";

#[test]
fn a_container_in_a_string_is_the_container() {
    let line = json!({"lines": [{"sku": "a", "quantity": 1, "price": null}]});
    check(
        r#"{"lines": "[{\"sku\": \"a\", \"quantity\": 1}]"}"#,
        &line,
        &[("lines", CONTAINER)],
    );
    check(
        r#"{"lines": ["\n {\"sku\": \"a\", \"quantity\": 1} "]}"#,
        &line,
        &[("lines[0]", CONTAINER)],
    );
    // What is in it came in a string too, or a part of it.
    check(
        r#"{"lines": "[\"{\\\"sku\\\": \\\"a\\\", \\\"quantity\\\": \\\"1\\\"}\"]"}"#,
        &line,
        &[
            ("lines", CONTAINER),
            ("lines[0]", CONTAINER),
            ("lines[0].quantity", NUMBER),
        ],
    );
    // Behind `anyOf` with null, a `$ref`, a tuple, a map.
    check(
        r#"{"pair": "[1, \"2\"]", "stock": "{\"a.b\": 3}", "tree": "{\"value\": 1, \"left\": {\"value\": 2}}"}"#,
        &json!({"pair": [1, "2"], "stock": {"a.b": 3}, "tree": {
            "value": 1, "left": {"value": 2, "left": null, "right": null}, "right": null,
        }}),
        &[
            ("pair", CONTAINER),
            ("stock", CONTAINER),
            ("tree", CONTAINER),
        ],
    );
}

#[test]
fn all_arguments_may_come_in_a_string() {
    check(
        r#""{\"count\": 1}""#,
        &json!({"count": 1}),
        &[("", CONTAINER)],
    );
    check(
        r#" "{\"count\": \"1\"}" "#,
        &json!({"count": 1}),
        &[("", CONTAINER), ("count", NUMBER)],
    );
    // A string in a string is none of the two.
    never(r#""\"{\\\"count\\\": 1}\"""#);
}

#[test]
fn a_number_in_a_string_is_the_number() {
    check(
        r#"{"count": "7", "delta": "-7", "price": "7", "lines": [{"sku": "7", "quantity": "0", "price": "-0.50"}]}"#,
        &json!({
            "count": 7, "delta": -7, "price": 7.0, "lines": [{"sku": "7", "quantity": 0, "price": -0.5}],
        }),
        &[
            ("count", NUMBER),
            ("delta", NUMBER),
            ("price", NUMBER),
            ("lines[0].quantity", NUMBER),
            ("lines[0].price", NUMBER),
        ],
    );
    check(
        r#"{"stock": {"a": "1"}, "tree": {"value": 1, "right": {"value": "9223372036854775807"}}}"#,
        &json!({"stock": {"a": 1}, "tree": {"value": 1, "left": null, "right": {
            "value": i64::MAX, "left": null, "right": null,
        }}}),
        &[("stock.a", NUMBER), ("tree.right.value", NUMBER)],
    );
}

#[test]
fn true_and_false_in_a_string_are_what_they_say() {
    check(
        r#"{"urgent": "true", "by_number": {"7": "false"}}"#,
        &json!({"urgent": true, "by_number": {"7": false}}),
        &[("urgent", BOOLEAN), ("by_number.7", BOOLEAN)],
    );
}

#[test]
fn a_code_fence_round_the_arguments_is_none_of_them() {
    let count = json!({"count": 1});
    for fenced in [
        "```json\n{\"count\": 1}\n```",
        "\n```JSON \r\n\n{\"count\": 1}```\n",
        "``` {\"count\": 1} ```",
    ] {
        check(fenced, &count, &[("", FENCE)]);
    }
    check(
        "```\n\"{\\\"count\\\": \\\"1\\\"}\"\n```",
        &count,
        &[("", FENCE), ("", CONTAINER), ("count", NUMBER)],
    );
}

#[test]
fn what_the_schema_takes_is_never_looked_into() {
    let arguments = r#"{"note": "[1]", "id": "7", "any": "{\"a\": 1}", "to": {"city": "true"}}"#;
    let value: Value = serde_json::from_str(arguments).unwrap();
    check(arguments, &value, &[]);
    // Not even where something else is repaired.
    let mut more = value.clone();
    more["count"] = json!("1");
    let mut meant = value;
    meant["count"] = json!(1);
    check(&more.to_string(), &meant, &[("count", NUMBER)]);
}

#[test]
fn of_alternatives_the_tag_says_which_is_meant() {
    check(
        r#"{"shipping": {"by": "courier", "hours": "1.5", "code": "7"}}"#,
        &json!({"shipping": {"by": "courier", "hours": 1.5, "code": 7}}),
        &[("shipping.hours", NUMBER), ("shipping.code", NUMBER)],
    );
    check(
        r#"{"shipping": {"by": "post", "days": "1", "code": "7"}}"#,
        &json!({"shipping": {"by": "post", "days": 1, "code": "7"}}),
        &[("shipping.days", NUMBER)],
    );
    check(
        r#"{"to": "{\"lat\": \"1\", \"lon\": 2}"}"#,
        &json!({"to": {"lat": 1.0, "lon": 2.0}}),
        &[("to", CONTAINER), ("to.lat", NUMBER)],
    );
}

#[test]
fn what_can_mean_several_things_is_refused() {
    for count in [
        "5.0",
        "1e3",
        "1E3",
        " 5",
        "5 ",
        "+5",
        "05",
        "-",
        "",
        "0x10",
        "five",
        "5,0",
        "1_000",
        "5.",
        ".5",
        "Infinity",
        "NaN",
        "null",
        "true",
        "٣",
        "-1",
        "4294967296",
    ] {
        never(&json!({ "count": count }).to_string());
    }
    for price in ["1e3", " 5", "05.0", "5.", ".5", "1,5", "1.5.0", "NaN", "$5"] {
        never(&json!({ "price": price }).to_string());
    }
    for urgent in ["yes", "True", "TRUE", "1", "0", "on", "", " true", "null"] {
        never(&json!({ "urgent": urgent }).to_string());
    }
    // Other types are not turned into each other.
    never(r#"{"urgent": 1}"#);
    never(r#"{"note": 7}"#);
    never(r#"{"count": 5.0}"#);
    never(r#"{"count": ["5"]}"#);
    never(r#"{"lines": {"sku": "a", "quantity": 1}}"#);
}

#[test]
fn text_that_is_not_json_is_refused() {
    for lines in [
        "[",
        "[1,]",
        "[{sku: 'a'}]",
        "[] []",
        "[]]",
        "```json\n[]\n```",
        "",
        "{}",
    ] {
        never(&json!({ "lines": lines }).to_string());
    }
    for arguments in [
        "",
        "null",
        "[]",
        "{\"count\": \"1\"",
        "{\"count\": \"1\",}",
        "{\"count\": \"1\"} and more",
        "{'count': 1}",
        "\"{\\\"count\\\": 1\"",
        "\"\"",
        "```json\n{\"count\": 1}",
        "{\"count\": 1}\n```",
        "```json\n{\"count\": }\n```",
        "```json\n{\"count\": 1}\n``` and more",
        "Sure: ```json\n{\"count\": 1}\n```",
        "```json5\n{\"count\": 1}\n```",
        "```python\n{\"count\": 1}\n```",
        "```json\n```",
        "``````",
        "```",
    ] {
        never(arguments);
    }
}

#[test]
fn keys_are_neither_added_nor_taken_nor_chosen() {
    never(r#"{"count": "1", "counts": 2}"#);
    never(r#"{"count": "1", "count": 2}"#);
    never(r#"{"count": "1", "stock": {"a": 1, "a": 2}}"#);
    never(r#"{"count": "1", "any": {"a": 1, "a": 2}}"#);
    never(r#"{"stock": "{\"a\": 1, \"a\": 2}"}"#);
    never(r#"{"lines": "[{\"sku\": \"a\"}]"}"#);
    never(r#"{"lines": "[{\"sku\": \"a\", \"quantity\": 1, \"more\": 1}]"}"#);
    never("```json\n{\"stock\": {\"a\": 1, \"a\": 2}}\n```");
}

#[test]
fn all_is_repaired_or_nothing() {
    let arguments = r#"{"count": "1", "urgent": "yes"}"#;
    never(arguments);
    let report = run(Repair::Safe, &[call("each", arguments)]);
    let errors = report.results()[0].argument_errors().unwrap();
    let paths = errors.problems().iter().map(|problem| problem.path());
    assert_eq!(paths.collect::<Vec<_>>(), ["count", "urgent"]);
}

#[test]
fn a_text_for_the_only_argument_is_that_text() {
    let long = format!("```json\n{{\"text\": \"{}\"}}\n```", "a".repeat(20));
    check_refused(&[ToolCall::with_text("1", "text", long)]);
    // For any other tool it is JSON.
    let report = run(
        Repair::Safe,
        &[
            ToolCall::with_text("1", "each", "```json\n{\"count\": \"1\"}\n```"),
            ToolCall::with_text("2", "text", r#"{"text": "a"}"#),
        ],
    );
    assert_eq!(texts(&report), [r#"{"count":1}"#, r#"{"text": "a"}"#]);
}

#[test]
fn a_tool_that_takes_nothing_takes_an_empty_object_in_a_string() {
    let report = run(
        Repair::Safe,
        &[call("nothing", r#""{}""#), call("nothing", "```\n{}\n```")],
    );
    assert!(report.results().iter().all(|result| !result.is_error()));
    check_refused(&[call("nothing", r#""""#), call("nothing", r#""{\"a\": 1}""#)]);
}

#[test]
fn a_tool_is_never_guessed_and_a_call_never_completed() {
    let calls = [
        call("eachh", r#"{"count": "1"}"#),
        call("each", r#"{"count": "1"}"#).cut_off(),
    ];
    let report = run(Repair::Safe, &calls);
    assert_eq!(texts(&report), texts(&run(Repair::Off, &calls)));
    assert!(report.results().iter().all(|result| result.is_error()));
}

#[test]
fn so_many_things_are_repaired_and_no_more() {
    let arguments = |count: usize| {
        json!({ "stock": (0..count).map(|n| (n.to_string(), json!("1"))).collect::<BTreeMap<_, _>>() }).to_string()
    };
    let calls = orders(&arguments(1000));
    let report = run(Repair::Safe, &calls);
    for result in report.results() {
        assert_eq!(result.repairs().len(), 1000);
    }
    never(&arguments(1001));
}

#[test]
fn what_is_deep_comes_to_an_end() {
    // Deeper than anybody reads, though each string by itself is not.
    let mut deep = json!({"value": "1"});
    for _ in 0..60 {
        deep = json!({"value": 1, "left": deep, "right": null});
    }
    let mut in_string = json!({"value": 1, "left": deep.to_string(), "right": null});
    for _ in 0..75 {
        in_string = json!({"value": 1, "left": in_string, "right": null});
    }
    check_refused(&orders(&json!({ "tree": in_string }).to_string()));
    let mut in_strings = json!({"value": 1});
    for _ in 0..12 {
        in_strings = json!({"value": 1, "left": in_strings.to_string()});
    }
    let report = run(
        Repair::Safe,
        &orders(&json!({ "tree": in_strings }).to_string()),
    );
    for result in report.results() {
        assert_eq!(result.repairs().len(), 12, "{}", result.text());
    }
}
