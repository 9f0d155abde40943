//! Arguments that are too large, too deep, or say a thing twice: refused before a tool is called, in words that say where.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use support::{call, codes, texts};
use tool_runtime::{Effects, Ending, Policy, ToolCall, Toolbox, tool, tools};

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Label {
    text: String,
    colours: BTreeMap<String, u8>,
}

/// Takes maps, at the top and inside of others.
#[tool(pure)]
async fn label(
    /// By their names.
    labels: Option<HashMap<String, Label>>,
    /// Anything.
    anything: Option<Value>,
    /// A list.
    list: Option<Vec<Label>>,
) -> &'static str {
    let _ = (labels, anything, list);
    "taken"
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Open {
    name: Option<String>,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

/// Takes an open object as all its arguments.
#[tool(pure)]
async fn open(#[arg(flatten)] all: Open) -> &'static str {
    let _ = all;
    "taken"
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only read")]
struct Line {
    isbn: Option<String>,
}

/// Takes a line and nothing else.
#[tool(pure)]
async fn order(
    /// The line.
    line: Option<Line>,
    /// The text.
    text: Option<String>,
    /// The count.
    count: Option<u32>,
    /// The price.
    price: Option<f64>,
) -> &'static str {
    let _ = (line, text, count, price);
    "taken"
}

/// Says how long a text is.
#[tool(pure)]
async fn measure(
    /// The text.
    text: &str,
) -> usize {
    text.len()
}

fn toolbox() -> Toolbox {
    Toolbox::new(tools![label, open, order, measure]).unwrap()
}

fn run_under(policy: Policy, call: ToolCall) -> (Ending, String) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let desk = toolbox().bind(()).with(policy).unwrap();
    let report = runtime.block_on(desk.run([call]));
    let result = &report.results()[0];
    let ending = result.outcome().ending;
    if ending == Ending::InvalidArguments {
        assert_eq!(result.outcome().effects, Effects::None);
        let problems = result.argument_errors().expect("there are problems");
        return (ending, problems.to_string());
    }
    (ending, result.text().to_owned())
}

#[track_caller]
fn accepted(tool: &str, arguments: &str) {
    let answer = run_under(Policy::default(), call(tool, arguments));
    assert_eq!(answer, (Ending::Ok, "taken".to_owned()), "{arguments}");
}

#[track_caller]
fn refused_under(policy: Policy, call: ToolCall, problems: &[&str]) {
    let problems: Vec<String> = problems.iter().map(|text| format!("- {text}")).collect();
    let expected = (Ending::InvalidArguments, problems.join("\n"));
    assert_eq!(run_under(policy, call), expected);
}

#[track_caller]
fn refused(tool: &str, arguments: &str, problems: &[&str]) {
    refused_under(Policy::default(), call(tool, arguments), problems);
}

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

#[test]
fn a_text_has_so_many_bytes() {
    let small = || Policy::default().max_argument_bytes(20);
    let most = r#"{"text":"ééééé"}"#;
    assert_eq!(most.len(), 21);
    refused_under(
        small(),
        call("order", most),
        &["expected arguments of at most 20 bytes, got 21 bytes; send less at a time"],
    );
    assert_eq!(
        run_under(small(), call("order", r#"{"text":"éééé"}"#)).0,
        Ending::Ok
    );
    let text = |text: &str| ToolCall::with_text("", "measure", text);
    assert_eq!(
        run_under(small(), text("[[[[[[[[[[[[[[[[[[[[")),
        (Ending::Ok, "20".to_owned())
    );
    refused_under(
        small(),
        text("[[[[[[[[[[[[[[[[[[[[["),
        &["expected arguments of at most 20 bytes, got 21 bytes; send less at a time"],
    );
}

#[test]
fn by_default_it_is_a_mebibyte() {
    let text = |bytes: usize| {
        format!(
            r#"{{"text":"{}"}}"#,
            "a".repeat(bytes - r#"{"text":""}"#.len())
        )
    };
    accepted("order", &text(1 << 20));
    refused(
        "order",
        &text((1 << 20) + 1),
        &["expected arguments of at most 1048576 bytes, got 1048577 bytes; send less at a time"],
    );
}

#[test]
fn values_nest_so_deep() {
    let anything = |depth: usize| format!(r#"{{"anything":{}}}"#, nested(depth));
    accepted("label", &anything(63));
    refused(
        "label",
        &anything(64),
        &[
            "`anything[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0…`: expected objects and arrays nested at most 64 deep, got a deeper one; send a flatter value",
        ],
    );
    let three = || Policy::default().max_argument_depth(3);
    refused_under(
        three(),
        call("label", r#"{"list": [{"text": "[[[", "colours": {}}]}"#),
        &[
            "`list[0].colours`: expected objects and arrays nested at most 3 deep, got a deeper one; send a flatter value",
        ],
    );
    refused_under(
        three(),
        call("label", r#"{"anything": [[[]]]}"#),
        &[
            "`anything[0][0]`: expected objects and arrays nested at most 3 deep, got a deeper one; send a flatter value",
        ],
    );
    let deepest = Policy::default().max_argument_depth(127);
    let taken = run_under(deepest.clone(), call("label", &anything(126)));
    assert_eq!(taken, (Ending::Ok, "taken".to_owned()));
    assert_eq!(
        run_under(deepest, call("label", &anything(127))).0,
        Ending::InvalidArguments
    );
}

/// Of a member that nobody has, serde reads whatever there is without an end, and so did what looks for such members.
#[test]
fn depth_counts_where_nobody_looks() {
    let deep = nested(200_000);
    for arguments in [
        format!(r#"{{"line": {{"note": {deep}}}}}"#),
        format!(r#"{{"note": {deep}}}"#),
        format!(r#"{{"text": {deep}}}"#),
        deep.clone(),
        "[".repeat(1_000_000),
        r#"{"a":"#.repeat(200_000),
    ] {
        for policy in [Policy::default(), Policy::default().coalesce(true)] {
            let (ending, text) = run_under(policy, call("order", &arguments));
            assert_eq!(ending, Ending::InvalidArguments);
            assert!(
                text.contains("nested at most 64 deep, got a deeper one") && text.len() < 300,
                "{text}"
            );
        }
    }
}

#[test]
fn a_text_that_is_the_only_argument_is_not_read_as_json() {
    let brackets = "[".repeat(1000);
    let call = ToolCall::with_text("", "measure", &*brackets);
    assert_eq!(
        run_under(Policy::default(), call),
        (Ending::Ok, "1000".to_owned())
    );
    let call = ToolCall::with_text("", "order", &*brackets);
    assert_eq!(
        run_under(Policy::default(), call).0,
        Ending::InvalidArguments
    );
}

#[tokio::test]
async fn one_that_is_too_large_hurts_no_other() {
    let calls = [
        call("order", &format!(r#"{{"text":"{}"}}"#, "a".repeat(1 << 21))),
        call("order", "{}"),
    ];
    let report = toolbox().run(calls).await;
    assert_eq!(codes(&report), ["invalid_arguments", "ok"]);
    assert_eq!(
        texts(&report)[0],
        "`order` was not called, because its arguments are not valid:\n- expected arguments of at most 1048576 bytes, got 2097163 bytes; send less at a time\nCall it again with correct arguments."
    );
}

#[tokio::test]
async fn a_name_of_any_length_is_shortened() {
    let name = "é".repeat(1 << 20);
    let report = toolbox().run([call(&name, "{}")]).await;
    assert_eq!(codes(&report), ["unknown_tool"]);
    assert_eq!(report.results()[0].name(), name);
    let short = "é".repeat(100);
    assert_eq!(
        texts(&report)[0],
        format!(
            "There is no tool named `{short}…`, so nothing was called. The tools are `label`, `open`, `order` and `measure`."
        )
    );
}

#[test]
fn no_map_has_a_key_twice() {
    accepted(
        "label",
        r#"{"labels": {"a": {"text": "", "colours": {"red": 1, "blue": 1}}}}"#,
    );
    refused(
        "label",
        r#"{"labels": {"a": {"text": "", "colours": {"red": 1, "r\u0065d": 2}}}}"#,
        &["`labels.a.colours.red`: expected this key once, got it a second time"],
    );
    refused(
        "label",
        r#"{"labels": {"a": {"text": "", "colours": {}}, "b": {"text": "", "colours": {}}, "a": {"text": "", "colours": {}}},
            "list": [{"text": "", "colours": {}}, {"text": "", "colours": {"x": 1, "x": 1, "x": 1}}],
            "anything": [{"a": {"b": 1, "b": 2}}, {"a": 1, "a": 2}]}"#,
        &[
            "`labels.a`: expected this key once, got it a second time",
            "`list[1].colours.x`: expected this key once, got it a second time",
            "`anything[0].a.b`: expected this key once, got it a second time",
            "`anything[1].a`: expected this key once, got it a second time",
        ],
    );
}

#[test]
fn no_struct_has_a_key_twice() {
    refused(
        "order",
        r#"{"line": {"isbn": "a", "isbn": "b"}}"#,
        &["`line.isbn`: expected this key once, got it a second time"],
    );
    refused(
        "label",
        r#"{"list": [{"text": "a", "colours": {"a": 1, "a": 2}, "text": "b"}]}"#,
        &[
            "`list[0].text`: expected this key once, got it a second time",
            "`list[0].colours.a`: expected this key once, got it a second time",
        ],
    );
}

#[test]
fn what_else_is_wrong_is_told_too() {
    refused(
        "label",
        r#"{"list": [{"text": 1, "colours": {"a": 1, "a": 2}}]}"#,
        &[
            "`list[0].text`: expected a string, got integer `1`",
            "`list[0].colours.a`: expected this key once, got it a second time",
        ],
    );
}

#[test]
fn no_open_object_has_a_key_twice() {
    accepted("open", r#"{"name": "a", "more": {"a": 1}, "b": 2}"#);
    refused(
        "open",
        r#"{"more": 1, "name": "a", "more": {"a": 1, "a": 2}, "name": "b"}"#,
        &[
            "`name`: expected this argument once, got it a second time",
            "`more`: expected this key once, got it a second time",
            "`more.a`: expected this key once, got it a second time",
        ],
    );
}

#[test]
fn a_number_is_in_range() {
    let range = "expected a number from -1.8e308 to 1.8e308, got number";
    for (tool, arguments, path, number) in [
        ("order", r#"{"price": 1e400}"#, "price", "1e400"),
        (
            "order",
            r#"{"price": -1e400, "count": 1}"#,
            "price",
            "-1e400",
        ),
        ("open", r#"{"a": {"b": [1e400]}}"#, "a.b[0]", "1e400"),
        (
            "label",
            r#"{"anything": {"b": [1.5e+400]}}"#,
            "anything.b[0]",
            "1.5e+400",
        ),
    ] {
        refused(tool, arguments, &[&format!("`{path}`: {range} `{number}`")]);
    }
    for price in ["1e308", "1e-400", "123456789012345678901234567890", "-0"] {
        accepted("order", &format!(r#"{{"price": {price}}}"#));
    }
}

#[test]
fn an_integer_is_written_as_one() {
    for (number, found) in [
        ("1.0", "number `1.0`"),
        ("1e2", "number `1e2`"),
        ("-0", "number `-0.0`"),
        ("-1", "integer `-1`"),
        ("4294967296", "integer `4294967296`"),
        ("123456789012345678901", "integer `123456789012345678901`"),
    ] {
        let expected = format!("`count`: expected an integer from 0 to 4294967295, got {found}");
        refused("order", &format!(r#"{{"count": {number}}}"#), &[&expected]);
    }
}

#[test]
fn half_a_character_is_none() {
    let half = "expected a string of whole characters, got half of a surrogate pair (`\\ud800` to `\\udfff`); write both halves, or the character itself";
    accepted("order", r#"{"text": "\ud83d\ude00"}"#);
    for text in [
        r"\ud83d",
        r"a\ud83d b",
        r"\ude00",
        r"\ud83d\ud83d",
        r"\ud83d\n",
    ] {
        for (tool, arguments, path) in [
            ("order", r#"{"count": 1, "text": "…"}"#, "text"),
            ("order", r#"{"line": {"isbn": "…"}}"#, "line.isbn"),
            ("order", r#"{"line": {"…": 1}}"#, "line"),
            ("label", r#"{"anything": ["…"]}"#, "anything[0]"),
            ("label", r#"{"anything": {"…": 1}}"#, "anything"),
            ("open", r#"{"a": "…"}"#, "a"),
        ] {
            let expected = format!("`{path}`: {half}");
            refused(tool, &arguments.replace('…', text), &[&expected]);
        }
        // Of a value that nobody takes it is not told.
        refused(
            "order",
            &format!(r#"{{"other": "{text}"}}"#),
            &[
                "`other`: expected only `line`, `text`, `count` and `price`, got an argument the tool does not have",
            ],
        );
    }
    malformed(
        r#"{"\ude00": 1}"#,
        "lone leading surrogate in hex escape (at character 8 of 13); half of a surrogate pair is no character; write both halves, or the character itself",
    );
}

#[track_caller]
fn malformed(arguments: &str, problem: &str) {
    let expected = format!("expected a JSON object, got text that is not valid JSON: {problem}");
    refused("order", arguments, &[&expected]);
}

#[test]
fn words_that_are_no_json_are_told_with_what_to_write() {
    let number = "JSON has no such number; write `null`, or leave it out";
    let boolean = "write `true` and `false` in small letters";
    let null = "write `null`";
    let numbers =
        "write a number as `-12.5` or `1e9`: no `+` or `0` before it, no `_` and no `0x` in it";
    for (word, message, length, advice) in [
        ("NaN", "expected a value (at character 11", 14, number),
        ("-Infinity", "invalid number (at character 12", 20, number),
        (
            "nan",
            "expected `true`, `false` or `null` (at character 12",
            14,
            number,
        ),
        ("True", "expected a value (at character 11", 15, boolean),
        ("None", "expected a value (at character 11", 15, null),
        ("undefined", "expected a value (at character 11", 20, null),
        ("01", "invalid number (at character 12", 13, numbers),
        ("1.", "invalid number (at character 13", 13, numbers),
        ("+1", "expected a value (at character 11", 13, numbers),
        ("0x1", "trailing characters (at character 12", 14, numbers),
        ("1_000", "trailing characters (at character 12", 16, numbers),
    ] {
        let problem = format!("{message} of {length}); {advice}");
        malformed(&format!(r#"{{"price": {word}}}"#), &problem);
    }
}

#[test]
fn punctuation_that_is_no_json_is_told_with_what_to_write() {
    let quotes = "write keys and strings in double quotes (`\"`)";
    let comma = "take out the comma before it";
    let comments = "JSON has no comments; take it out";
    let backslash = "write a backslash in a string as `\\\\`";
    for (arguments, message, advice) in [
        (
            r#"{"text": 'a'}"#,
            "expected a value (at character 10 of 13)",
            quotes,
        ),
        (
            r#"{"text": `a`}"#,
            "expected a value (at character 10 of 13)",
            quotes,
        ),
        (
            r#"{'text': "a"}"#,
            "expected a key in double quotes, found `'` (at character 1 of 13)",
            quotes,
        ),
        (
            r#"{“text”: "a"}"#,
            "expected a key in double quotes, found `“` (at character 1 of 13)",
            quotes,
        ),
        (
            r#"{"line": {'isbn': "a"}}"#,
            "expected a key in double quotes (at character 11 of 23)",
            quotes,
        ),
        (
            r#"{"line": {isbn: "a"}}"#,
            "expected a key in double quotes (at character 11 of 21)",
            "write the key in double quotes",
        ),
        (
            r#"{"text": "a" /* the text */}"#,
            "expected `,` or `}`, found `/` (at character 13 of 28)",
            comments,
        ),
        (
            "{// the text\n\"text\": \"a\"}",
            "expected a key in double quotes, found `/` (at character 1 of 25)",
            comments,
        ),
        (
            r#"{"text": "a",}"#,
            "expected a value after `,`, found `}` (at character 13 of 14)",
            comma,
        ),
        (
            r#"{"line": {"isbn": "a",}}"#,
            "expected a key in double quotes (at character 23 of 24)",
            comma,
        ),
        (
            r#"{"line": [1,]}"#,
            "expected a value (at character 13 of 14)",
            comma,
        ),
        (
            "{\"text\": \"a\nb\"}",
            "a control character in a string (at character 11 of 15)",
            "write a line break in a string as `\\n`, a tab as `\\t`",
        ),
        (
            r#"{"text": "C:\dir"}"#,
            "an escape that JSON does not have (at character 14 of 18)",
            backslash,
        ),
        (
            r#"{"other": "\q"}"#,
            "an escape that JSON does not have (at character 13 of 15)",
            backslash,
        ),
    ] {
        malformed(arguments, &format!("{message}; {advice}"));
    }
    malformed(
        r#"{"text": "a"#,
        "the text ends inside of a string (at character 11 of 11); write it to its end",
    );
}

#[test]
fn nothing_stands_round_the_object() {
    refused(
        "order",
        "\u{feff}{}",
        &[
            "expected a JSON object with `line`, `text`, `count` and `price`, got a byte order mark (U+FEFF) before it; begin with `{`",
        ],
    );
    for tail in ["{}", "```", "// done"] {
        let found =
            format!("expected one JSON object and nothing after it, got `{tail}` after its end");
        refused("order", &format!(r#"{{"text": "a"}} {tail}"#), &[&found]);
    }
}
