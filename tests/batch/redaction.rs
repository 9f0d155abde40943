//! What leaves without credentials: answers and errors, whatever they come of.

use support::{call, codes, texts};
use tool_runtime::{Content, Redaction, ToolError, Toolbox, tool, tools};

const URL: &str = "postgres://ada:secret@db/shop";

/// Answers with text.
#[tool(pure)]
async fn say() -> String {
    format!("{URL} and Bearer abc.DEF.123")
}

/// Answers with JSON.
#[tool(pure)]
async fn show() -> std::collections::BTreeMap<&'static str, String> {
    [("url", URL.to_owned()), ("name", "é\"\\".to_owned())].into()
}

/// Answers with parts.
#[tool(pure)]
async fn parts() -> Vec<Content> {
    vec![
        Content::text(URL),
        Content::resource_link("https://a:b@c.d/e", "a link"),
        Content::image("image/png", URL.as_bytes()),
    ]
}

/// Fails.
#[tool(pure)]
async fn fail() -> Result<(), String> {
    Err(format!("{URL} does not answer"))
}

/// Fails with details and a source.
#[tool(pure)]
async fn details() -> Result<(), ToolError> {
    let details = serde_json::json!({ "url": URL });
    Err(ToolError::new("no").with_details(details))
}

fn toolbox(redaction: Redaction) -> Toolbox {
    let tools = tools![say, show, parts, fail, details];
    let builder = Toolbox::<()>::builder().tools(tools);
    builder.redact(redaction).build().unwrap()
}

fn calls() -> Vec<tool_runtime::ToolCall> {
    let names = ["say", "show", "parts", "fail", "details", "fail"];
    let mut calls: Vec<_> = names.map(|name| call(name, "{}")).into();
    calls[5] = call("fail", r#"{"url": "postgres://ada:secret@db/shop"}"#);
    calls
}

#[tokio::test]
async fn credentials_stay_inside() {
    let report = toolbox(Redaction::default()).run(calls()).await;
    for text in texts(&report) {
        assert!(!text.contains("secret"), "{text}");
    }
    assert_eq!(
        texts(&report)[..2],
        [
            "postgres://[redacted]@db/shop and Bearer [redacted]",
            r#"{"name":"é\"\\","url":"postgres://[redacted]@db/shop"}"#,
        ]
    );
    let [_, Content::ResourceLink(link), Content::Image(image)] = report.results()[2].parts()
    else {
        panic!("{report:?}")
    };
    assert_eq!(link.uri, "https://[redacted]@c.d/e");
    assert_eq!(image.data, URL.as_bytes());
    // The program has it all.
    let error = report.results()[3].error().unwrap().to_string();
    assert!(error.contains("secret"), "{error}");
}

#[tokio::test]
async fn the_program_says_what_else_stays_inside_or_that_nothing_does() {
    let none = toolbox(Redaction::none()).run(calls()).await;
    assert!(texts(&none)[..4].iter().all(|text| text.contains("secret")));
    let mine = Redaction::none().and(|text| text.replace("ada", "[somebody]"));
    let mine = toolbox(mine).run(calls()).await;
    assert!(texts(&mine)[0].starts_with("postgres://[somebody]:secret@"));
}

#[tokio::test]
async fn where_it_fails_nothing_leaves() {
    let broken = Redaction::default().and(|_| panic!("on purpose"));
    let report = toolbox(broken).run(calls()).await;
    assert_eq!(codes(&report)[..3], ["panicked"; 3]);
    assert_eq!(texts(&report)[3], "[redacted]");
    assert!(texts(&report).iter().all(|text| !text.contains("secret")));
}
