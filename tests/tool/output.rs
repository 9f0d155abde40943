//! What a tool returns, as the model reads it.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use support::call;
use tool_runtime::tool::{Answer, ResourceLink};
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
    boxed_text: Box<str> = "b".into();
    shared_text: Arc<str> = "s".into();
    static_string: &'static &'static str = &"r";
    character: char = '"';
    number: f64 = 1.5;
    flag: bool = true;
    value: serde_json::Value = "quoted".into();
    opaque: impl Serialize = 'x';
    no_text: Option<String> = None;
    some_text: Option<&'static str> = Some("null");
    no_point: Option<Point> = None;
    some_point: Option<Point> = Some(Point { y: 0, x: 0 });
    some_nothing: Option<()> = Some(());
    no_content: Option<Content> = None;
    some_content: Option<Vec<Content>> = Some(vec![picture()]);
    fine_option: Lookup<Option<String>> = Ok(Some("text".to_owned()));
    fine_none: Lookup<Option<Point>> = Ok(None);
    nested: Lookup<Result<u8, String>> = Ok(Err("inside".to_owned()));
    content: Content = Content::Json("[1]".to_owned());
    several: Vec<Content> = vec![Content::text("See:"), picture()];
    array: [Content; 2] = [picture(), Content::text("See above.")];
    empty: Vec<Content> = vec![];
    empty_array: [Content; 0] = [];
    answer: Answer = vec![picture()].into();
    fine_several: Lookup<Vec<Content>> = Ok(vec![picture(), picture()]);
    written: Result<Content, Box<dyn Error + Send + Sync>> = Ok(Content::json(&Point { y: 0, x: 0 })?);
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

fn picture() -> Content {
    Content::image("image/png", [1, 2, 3])
}

#[track_caller]
fn check(name: &str, content: Content) {
    check_parts(name, &[content]);
}

#[track_caller]
fn check_parts(name: &str, parts: &[Content]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let report = runtime.block_on(toolbox().run([call(name, "{}")]));
    assert_eq!(report.results()[0].parts(), parts);
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
    check("number", json("1.5"));
    check("flag", json("true"));
    check("opaque", json("\"x\""));
}

/// A `Value` is JSON, whatever it holds.
#[test]
fn a_json_value_stays_json() {
    check("value", json("\"quoted\""));
}

#[test]
fn text_stays_text() {
    check("text", says("a \"b\""));
    check("borrowed", says("a"));
    check("cow", says("c"));
    check("boxed_text", says("b"));
    check("shared_text", says("s"));
    check("static_string", says("r"));
    check("character", says("\""));
}

#[test]
fn an_option_is_what_is_in_it_or_null() {
    for name in ["no_text", "no_point", "no_content", "fine_none"] {
        check(name, json("null"));
    }
    check("some_text", says("null"));
    check("some_point", json(r#"{"y":0,"x":0}"#));
    check("some_nothing", says("Done."));
    check("some_content", picture());
    check("fine_option", says("text"));
}

#[test]
fn content_is_answered_as_it_is() {
    check("content", json("[1]"));
    check("answer", picture());
    check("written", json(r#"{"y":0,"x":0}"#));
    check_parts("several", &[says("See:"), picture()]);
    check_parts("array", &[picture(), says("See above.")]);
    check_parts("fine_several", &[picture(), picture()]);
}

#[test]
fn nothing_is_acknowledged() {
    for name in ["nothing", "empty", "empty_array"] {
        check(name, says("Done."));
    }
}

#[test]
fn a_result_is_seen_through_under_any_alias() {
    check("fine", json(r#"{"y":0,"x":0}"#));
    check("fine_text", says("text"));
    check("fine_nothing", says("Done."));
}

/// Only the outer one says how the call ended.
#[test]
fn a_result_in_a_result_is_data() {
    check("nested", json(r#"{"Err":"inside"}"#));
}

#[test]
fn a_part_is_named_where_only_text_can_be() {
    let mut link = ResourceLink::new("file:///a", "a");
    assert_eq!(Content::from(link.clone()).as_text(), "a: file:///a");
    link.title = Some("The letter A".to_owned());
    link.size = Some(7);
    assert_eq!(link.to_string(), "The letter A: file:///a (7 bytes)");
    link.mime_type = Some("text/plain".to_owned());
    link.description = Some("It begins.".to_owned());
    assert_eq!(
        link.to_string(),
        "The letter A: file:///a (text/plain, 7 bytes)\nIt begins."
    );
    let sound = Content::audio("audio/wav", vec![0; 44]);
    assert_eq!(sound.as_text(), "[audio/wav, 44 bytes, not shown]");
}

#[tokio::test]
async fn the_text_is_that_of_all_parts() {
    let report = toolbox().run([call("several", "{}")]).await;
    let result = &report.results()[0];
    assert_eq!(result.text(), "See:\n[image/png, 3 bytes, not shown]");
    let debug = format!("{result:?}");
    assert!(debug.contains("bytes: 3"), "{debug}");
}

/// Lends what the state has.
mod lent {
    use super::*;

    struct Shelf {
        title: String,
        author: Box<str>,
        covers: Vec<Content>,
    }

    /// A title.
    #[tool(pure)]
    async fn title(#[state] shelf: &Shelf) -> &String {
        &shelf.title
    }

    /// An author.
    #[tool(pure)]
    async fn author(#[state] shelf: &Shelf) -> Option<&Box<str>> {
        Some(&shelf.author)
    }

    /// A cover.
    #[tool(pure)]
    async fn cover(#[state] shelf: &Shelf) -> Lookup<&Content> {
        shelf.covers.first().ok_or(NotThere(Secret))
    }

    /// All covers.
    #[tool(pure)]
    async fn covers(#[state] shelf: &Shelf) -> &[Content] {
        &shelf.covers
    }

    #[tokio::test]
    async fn what_is_lent_is_answered_as_what_is_owned() {
        let tools = tools![title, author, cover, covers];
        let toolbox = Toolbox::<Shelf>::builder().tools(tools).build().unwrap();
        let shelf = Shelf {
            title: "Emma".to_owned(),
            author: "Jane Austen".into(),
            covers: vec![picture(), picture()],
        };
        let calls = ["title", "author", "cover", "covers"].map(|name| call(name, "{}"));
        let report = toolbox.bind(shelf).run(calls).await;
        let parts: Vec<_> = report.results().iter().map(|r| r.parts()).collect();
        assert_eq!(parts[0], [says("Emma")]);
        assert_eq!(parts[1], [says("Jane Austen")]);
        assert_eq!(parts[2], [picture()]);
        assert_eq!(parts[3], [picture(), picture()]);
    }
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
