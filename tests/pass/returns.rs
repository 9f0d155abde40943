//! What a tool may return.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use tool_runtime::{Content, ToolCall, ToolError, Toolbox, tool, tools};

#[derive(Debug)]
struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it failed")
    }
}

impl Error for Failed {}

type Done<T, E = Failed> = Result<T, E>;
type BoxError = Box<dyn Error + Send + Sync>;

#[derive(serde::Serialize)]
struct Nothing;

#[derive(serde::Serialize)]
struct Customer {
    id: u64,
}

macro_rules! returns {
    ($($name:ident: $ty:ty = $value:expr => $text:literal,)*) => {
        $(
            /// Returns something.
            #[tool]
            async fn $name() -> $ty {
                $value
            }
        )*

        const EXPECTED: &[(&str, &str)] = &[$((stringify!($name), $text)),*];

        fn list() -> tool_runtime::ToolList<()> {
            tools![$($name),*]
        }
    };
}

returns! {
    alias: Done<u64> = Ok(1) => "1",
    alias_failed: Done<u64> = Err(Failed) => "it failed",
    alias_of_nothing: Done<()> = Ok(()) => "Done.",
    io: std::io::Result<String> = Ok("io".into()) => "io",
    boxed: Result<u64, BoxError> = Err("boxed".into()) => "boxed",
    string: Result<(), String> = Err("string".into()) => "string",
    text_error: Result<(), &'static str> = Err("text") => "text",
    tool_error: Result<(), ToolError> = Err(ToolError::new("tool")) => "tool",
    question: Result<u64, BoxError> = Ok("7".parse::<u64>()?) => "7",
    unit: () = () => "Done.",
    text: &'static str = "text" => "text",
    cow: Cow<'static, str> = Cow::Borrowed("cow") => "cow",
    content: Content = Content::Json("[]".into()) => "[]",
    content_in_result: Result<Content, Failed> = Ok(Content::Text("c".into())) => "c",
    unit_struct: Nothing = Nothing => "null",
    object: Customer = Customer { id: 7 } => r#"{"id":7}"#,
    option: Option<Customer> = None => "null",
    option_text: Option<&'static str> = Some("a") => "a",
    parts: Vec<Content> = vec![Content::text("p"), Content::text("q")] => "p\nq",
    list_of: Vec<u8> = vec![1, 2] => "[1,2]",
    nested: Result<Result<u8, u8>, Failed> = Ok(Err(1)) => r#"{"Err":1}"#,
    opaque: impl serde::Serialize = 5 => "5",
    pair: (u8, &'static str) = (1, "a") => r#"[1,"a"]"#,
}

/// Returns what it borrows.
#[tool]
async fn borrowed(#[state] name: &String) -> &str {
    name
}

/// Returns what it borrows, perhaps.
#[tool]
async fn borrowed_result(#[state] name: &String) -> Result<&String, Failed> {
    Ok(name)
}

#[tokio::test]
async fn works() {
    let toolbox = Toolbox::new(list()).unwrap();
    let calls: Vec<_> = EXPECTED
        .iter()
        .map(|(name, _)| ToolCall::new(*name, *name, "{}"))
        .collect();
    let report = toolbox.run(calls).await;
    for (result, (name, text)) in report.results().iter().zip(EXPECTED) {
        assert!(result.text().contains(text), "{name}: {}", result.text());
    }
    let toolbox = Toolbox::<String>::builder()
        .tools(tools![borrowed, borrowed_result])
        .build()
        .unwrap();
    let calls = ["borrowed", "borrowed_result"].map(|name| ToolCall::new(name, name, "{}"));
    let report = toolbox.bind("Ada".to_owned()).run(calls).await;
    assert_eq!(report.results()[0].text(), "Ada");
    assert_eq!(report.results()[1].text(), "Ada");
}
