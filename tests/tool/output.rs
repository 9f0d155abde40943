//! What a tool returns, as the model reads it.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use serde::Serialize;
use support::call;
use tool_runtime::{Content, ToolError, Toolbox, tool, tools};

#[derive(Serialize)]
struct Point {
    y: i32,
    x: i32,
}

/// An alias with one parameter.
type Lookup<T> = Result<T, NotThere>;

#[derive(Debug)]
struct NotThere(Secret);

/// What a source says to people, and not to the model.
#[derive(Debug)]
struct Secret;

impl fmt::Display for NotThere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is not there")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("password 1234")
    }
}

impl Error for Secret {}

impl Error for NotThere {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

macro_rules! returning {
    ($($name:ident: $type:ty = $value:expr;)*) => {
        $(
            /// Returns something.
            #[tool(pure)]
            async fn $name() -> $type {
                $value
            }
        )*
        fn toolbox() -> Toolbox {
            Toolbox::new(tools![$($name),*]).unwrap()
        }
    };
}

returning! {
    point: Point = Point { y: 2, x: 1 };
    points: Vec<Point> = vec![];
    pair: (u8, Option<bool>) = (1, None);
    nothing: () = ();
    text: String = "a \"b\"".to_owned();
    borrowed: &'static str = "a";
    cow: Cow<'static, str> = "c".into();
    content: Content = Content::Json("[1]".to_owned());
    fine: Result<Point, NotThere> = Ok(Point { y: 0, x: 0 });
    fine_text: Lookup<String> = Ok("text".to_owned());
    fine_nothing: Lookup<()> = Ok(());
    not_there: Lookup<u8> = Err(NotThere(Secret));
    boxed: Result<u8, Box<dyn Error + Send + Sync>> = Err(Box::new(NotThere(Secret)));
    text_error: Result<u8, String> = Err("as text".to_owned());
    tool_error: Result<u8, ToolError> = Err(ToolError::new("as a tool error"));
    boxed_tool_error: Result<u8, Box<dyn Error + Send + Sync>> = Err(ToolError::new("inside a box").into());
    silent: Result<u8, String> = Err(" ".to_owned());
}

#[track_caller]
fn check(name: &str, content: Content) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(toolbox().run([call(name, "{}")]));
    assert_eq!(report.results()[0].content(), &content);
}

fn json(text: &str) -> Content {
    Content::Json(text.to_owned())
}

fn says(text: &str) -> Content {
    Content::Text(text.to_owned())
}

#[test]
fn what_is_serialize_becomes_json() {
    check("point", json(r#"{"y":2,"x":1}"#));
    check("points", json("[]"));
    check("pair", json("[1,null]"));
    check("content", json("[1]"));
}

#[test]
fn text_stays_text() {
    check("text", says("a \"b\""));
    check("borrowed", says("a"));
    check("cow", says("c"));
}

#[test]
fn nothing_is_acknowledged() {
    check("nothing", says("Done."));
}

#[test]
fn a_result_is_seen_through_under_any_alias() {
    check("fine", json(r#"{"y":0,"x":0}"#));
    check("fine_text", says("text"));
    check("fine_nothing", says("Done."));
}

#[test]
fn a_failure_shows_its_display_text_and_no_sources() {
    for name in ["not_there", "boxed"] {
        check(name, says("it is not there. Nothing was changed."));
    }
    check("text_error", says("as text. Nothing was changed."));
    check("tool_error", says("as a tool error. Nothing was changed."));
    check(
        "boxed_tool_error",
        says("inside a box. Nothing was changed."),
    );
    check(
        "silent",
        says("`silent` failed without saying why. Nothing was changed."),
    );
}

#[tokio::test]
async fn the_program_gets_the_error_with_its_sources() {
    let report = toolbox().run([call("not_there", "{}")]).await;
    let error = report.results()[0].error().expect("it failed");
    let source = error.source().expect("the tool's own error");
    assert!(source.is::<NotThere>());
    assert_eq!(source.source().unwrap().to_string(), "password 1234");
}
