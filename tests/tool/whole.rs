//! A single parameter that is the whole arguments object.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use support::{call, texts};
use tool_runtime::{BuildError, Toolbox, tool, tools};

/// A search. The model never reads this.
#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its `Debug` form is looked at")]
struct Search {
    /// What to look for.
    text: String,
    /// At most so many.
    #[serde(default = "ten")]
    limit: u8,
    /// Where to begin.
    after: Option<Point>,
}

fn ten() -> u8 {
    10
}

#[derive(Debug, Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its `Debug` form is looked at")]
struct Point {
    x: i32,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Nothing {}

#[derive(Debug, Deserialize, JsonSchema)]
struct Open {
    name: String,
    #[serde(default)]
    limit: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Debug, Deserialize, JsonSchema)]
enum Choice {
    One(u8),
    Two { x: u8 },
}

struct Prefix(char);

/// Searches.
#[tool(reads("index:{search.text}"))]
async fn search(#[state] prefix: &Prefix, #[arg(flatten)] search: &Search) -> String {
    format!("{}{search:?}", prefix.0)
}

/// Takes nothing, in a struct.
#[tool(pure)]
async fn nothing(#[arg(flatten)] nothing: Nothing) -> String {
    format!("{nothing:?}")
}

/// Takes what it does not know.
#[tool(pure)]
async fn open(#[arg(flatten)] open: Open) -> String {
    format!("{} {} {:?}", open.name, open.limit, open.rest)
}

/// Takes no object of its own.
#[tool(pure)]
async fn choice(#[arg(flatten)] choice: Choice) -> String {
    match choice {
        Choice::One(x) | Choice::Two { x } => x.to_string(),
    }
}

/// Takes any keys.
#[tool(pure)]
async fn list(#[arg(flatten)] list: Vec<u8>) -> usize {
    list.len()
}

fn toolbox() -> Toolbox<Prefix> {
    Toolbox::<Prefix>::builder()
        .tools(tools![search, nothing, open])
        .build()
        .unwrap()
}

#[track_caller]
fn check(name: &str, arguments: &str, text: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let desk = toolbox().bind(Prefix('>'));
    let report = runtime.block_on(desk.run([call(name, arguments)]));
    let text = match text.strip_prefix("! ") {
        Some(problems) => format!(
            "`{name}` was not called, because its arguments are not valid:\n{problems}\nCall it again with correct arguments."
        ),
        None => text.to_owned(),
    };
    assert_eq!(texts(&report), [text]);
}

#[test]
fn the_fields_are_the_arguments() {
    check(
        "search",
        r#"{"text": "a", "after": {"x": 1}}"#,
        ">Search { text: \"a\", limit: 10, after: Some(Point { x: 1 }) }",
    );
}

#[test]
fn null_is_absence_for_what_is_not_required() {
    check(
        "search",
        r#"{"limit": null, "text": "a\"b", "after": null}"#,
        r#">Search { text: "a\"b", limit: 10, after: None }"#,
    );
    check(
        "search",
        r#"{"text": null}"#,
        "! - `text`: expected a string, got null",
    );
}

#[test]
fn problems_are_told_as_for_other_arguments() {
    check(
        "search",
        r#"{"text": "a", "after": {"x": "one"}}"#,
        "! - `after.x`: expected an integer from -2147483648 to 2147483647, got string \"one\"",
    );
    check(
        "search",
        r#"{"limit": 1, "limit": 2, "txt": "a"}"#,
        "! - `limit`: expected this argument once, got it a second time\n\
         - `text`: expected a string, since this argument is required, got nothing; should `txt`, which is unknown, be `text`?",
    );
    check(
        "search",
        "",
        "! - expected a JSON object with `after`, `limit` and `text`, got an empty text",
    );
}

#[test]
fn problems_stand_in_the_order_of_the_text_also_where_null_was_absence() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let desk = toolbox().bind(Prefix('>'));
    for (arguments, expected) in [
        (
            r#"{"qqq": 1, "limit": null, "text": 7, "zzz": 2, "after": {"x": "one"}}"#,
            &["qqq", "text", "zzz", "after.x"][..],
        ),
        (
            r#"{"limit": null, "text": 7, "zzz": 2, "after": {"x": "one"}}"#,
            &["text", "zzz", "after.x"],
        ),
    ] {
        let report = runtime.block_on(desk.run([call("search", arguments)]));
        let text = texts(&report).concat();
        let problems = text.lines().filter_map(|line| line.strip_prefix("- `"));
        let paths: Vec<_> = problems
            .filter_map(|problem| problem.split('`').next())
            .collect();
        assert_eq!(paths, expected, "{text}");
    }
}

#[test]
fn an_empty_struct_takes_an_empty_text_too() {
    for arguments in ["", "{}"] {
        check("nothing", arguments, "Nothing");
    }
    check(
        "nothing",
        r#"{"x": 1}"#,
        "! - `x`: expected no arguments, since the tool takes none, got an argument the tool does not have",
    );
}

#[test]
fn a_struct_that_takes_other_keys_gets_them() {
    check(
        "open",
        r#"{"name": "a", "b": 1, "c": 2}"#,
        r#"a 0 {"b": 1, "c": 2}"#,
    );
    check(
        "open",
        r#"{"name": "a", "limit": null, "b": 1}"#,
        r#"a 0 {"b": 1}"#,
    );
}

#[test]
fn the_schema_is_that_of_the_struct_without_what_says_nothing() {
    let schemas: Vec<String> = toolbox()
        .tools()
        .iter()
        .map(|tool| tool.parameters().to_string())
        .collect();
    assert_eq!(
        schemas,
        [
            r##"{"type":"object","properties":{"after":{"description":"Where to begin.","anyOf":[{"$ref":"#/$defs/Point"},{"type":"null"}]},"limit":{"type":"integer","description":"At most so many.","format":"uint8","default":10,"maximum":255,"minimum":0},"text":{"type":"string","description":"What to look for."}},"required":["text"],"additionalProperties":false,"$defs":{"Point":{"type":"object","properties":{"x":{"type":"integer","format":"int32"}},"required":["x"],"additionalProperties":false}}}"##,
            r#"{"type":"object","properties":{},"additionalProperties":false}"#,
            r#"{"type":"object","properties":{"limit":{"type":"integer","format":"uint8","default":0,"maximum":255,"minimum":0},"name":{"type":"string"}},"required":["name"],"additionalProperties":{"type":"integer","format":"uint8","maximum":255,"minimum":0}}"#,
        ]
    );
}

#[test]
fn what_is_no_object_is_refused_when_the_toolbox_is_built() {
    for (list, name) in [(tools![choice], "choice"), (tools![list], "list")] {
        let error = Toolbox::new(list).unwrap_err();
        assert!(matches!(error, BuildError::NotAnObject { .. }));
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("the arguments of `{name}` at ")),
            "{text}"
        );
        assert!(text.ends_with(
            " are no object with members of its own, which every provider requires; take a struct with `#[arg(flatten)]`, or leave the attribute out; a schema of your own says `\"type\": \"object\"` and has no `$ref`, `allOf`, `anyOf`, `const`, `enum`, `not` or `oneOf` beside it"
        ), "{text}");
    }
}
