//! Arguments that a function borrows for the length of its call.

use std::path::Path;

use schemars::JsonSchema;
use serde::Deserialize;
use support::{call, texts};
use tool_runtime::{CallContext, Toolbox, tool, tools};

#[derive(Deserialize, JsonSchema)]
struct Point {
    x: i32,
    y: i32,
}

type Text = str;
type Points = [Point];

struct Prefix(String);

/// Borrows all it gets.
#[tool(pure)]
async fn all(
    /// A text.
    text: &str,
    /// Another.
    alias: &Text,
    /// Points.
    points: &Points,
    /// A file.
    path: &Path,
    /// A point.
    point: &Point,
    /// A number, if there is one.
    number: &Option<u8>,
) -> String {
    tokio::task::yield_now().await;
    let sum: i32 = points.iter().map(|point| point.x + point.y).sum();
    let (path, at) = (path.display(), point.x);
    format!("{text} {alias} {sum} {path} {at} {number:?}")
}

/// Names its lifetimes, and answers with what it borrowed.
#[tool(pure)]
async fn longest<'a, 'b>(
    /// One.
    one: &'a str,
    /// Two.
    two: &'a str,
    #[state] prefix: &'b Prefix,
    #[context] context: &'b CallContext,
) -> (&'a str, &'b str, &'b str) {
    let longest = if one.len() > two.len() { one } else { two };
    (longest, &prefix.0, context.call().id())
}

fn toolbox() -> Toolbox<Prefix> {
    Toolbox::<Prefix>::builder()
        .tools(tools![all, longest])
        .build()
        .unwrap()
}

#[tokio::test]
async fn each_is_lent_from_what_the_call_owns() {
    let desk = toolbox().bind(Prefix("p".to_owned()));
    let report = desk
        .run([
            call(
                "all",
                r#"{"text": "a\n", "alias": "b", "points": [{"x": 1, "y": 2}], "path": "c/d", "point": {"x": 9, "y": 0}}"#,
            ),
            call("longest", r#"{"one": "long", "two": "longer"}"#),
        ])
        .await;
    assert_eq!(
        texts(&report),
        ["a\n b 3 c/d 9 None", r#"["longer","p","call_longest"]"#]
    );
}

#[tokio::test]
async fn the_function_borrows_what_its_caller_owns() {
    let text = String::from("a");
    let context = CallContext::new(call("longest", ""));
    let (longest, _, _) = longest(&text, "", &Prefix(String::new()), &context).await;
    assert_eq!(longest, "a");
}

#[test]
fn the_schema_is_that_of_what_is_owned() {
    let toolbox = toolbox();
    let schema: serde_json::Value =
        serde_json::from_str(&toolbox.tools()[0].parameters().to_string()).unwrap();
    assert_eq!(schema["properties"]["alias"]["type"], "string");
    assert_eq!(
        schema["properties"]["points"]["items"]["$ref"],
        "#/$defs/Point"
    );
    assert_eq!(schema["properties"]["path"]["type"], "string");
    assert_eq!(
        schema["required"],
        serde_json::json!(["text", "alias", "points", "path", "point"])
    );
}
