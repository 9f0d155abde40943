//! Calls that are not a name and a JSON text: with plain text, and without their end.

use support::{call, codes, texts};
use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};

/// Runs a query.
#[tool(pure)]
async fn run_query(
    /// In SQL.
    sql: &str,
) -> String {
    format!("[{sql}]")
}

/// Runs a query, or the last one again.
#[tool(pure)]
async fn repeat(
    /// In SQL.
    sql: Option<String>,
) -> String {
    sql.unwrap_or_default()
}

/// Doubles a number.
#[tool(pure)]
async fn double(
    /// The number.
    number: i64,
) -> i64 {
    number * 2
}

/// Joins two texts.
#[tool(pure)]
async fn join(
    /// One.
    one: String,
    /// The other.
    other: String,
) -> String {
    one + &other
}

/// Says what time it is.
#[tool(pure)]
async fn tell_time() -> &'static str {
    "noon"
}

fn toolbox() -> Toolbox {
    Toolbox::new(tools![run_query, repeat, double, join, tell_time]).unwrap()
}

fn text(name: &str, text: &str) -> ToolCall {
    ToolCall::with_text(format!("call_{name}"), name, text)
}

#[tokio::test]
async fn a_text_is_the_only_argument() {
    let odd = "SELECT \"a\"\n\\ \u{0} 😀 {}";
    let calls = [
        text("run_query", odd),
        text("repeat", odd),
        text("run_query", ""),
    ];
    let report = toolbox().run(calls).await;
    let seen = odd.replace('\0', r"\u{0}");
    assert_eq!(texts(&report), [&*format!("[{seen}]"), &seen, "[]"]);
    assert_eq!(report.results()[0].call().arguments(), odd);
}

#[tokio::test]
async fn a_tool_with_other_arguments_refuses_a_text() {
    let calls = [
        text("double", "7"),
        text("join", "a"),
        text("tell_time", "now"),
    ];
    let report = toolbox().run(calls).await;
    assert_eq!(codes(&report), ["invalid_arguments"; 3]);
    assert!(
        texts(&report)[1].contains("expected a JSON object with `one` and `other`, got `a`"),
        "{}",
        texts(&report)[1]
    );
}

/// With their arguments in one form, texts would be told from JSON by nothing.
#[tokio::test]
async fn texts_are_not_taken_for_calls_that_are_the_same() {
    let desk = toolbox()
        .bind(())
        .with(Policy::default().coalesce(true))
        .unwrap();
    let json = r#"{"sql":"a"}"#;
    let calls = [
        text("run_query", json),
        call("run_query", json),
        text("run_query", json),
    ];
    let report = desk.run(calls).await;
    assert_eq!(
        texts(&report),
        [r#"[{"sql":"a"}]"#, "[a]", r#"[{"sql":"a"}]"#]
    );
}

#[tokio::test]
async fn a_call_without_its_end_is_not_made() {
    let calls = [
        call("double", r#"{"number": 1}"#).cut_off(),
        call("double", "").cut_off(),
        call("duoble", "{").cut_off(),
        call("double", r#"{"number": 2}"#),
    ];
    let report = toolbox().run(calls).await;
    let expected = [
        "invalid_arguments",
        "invalid_arguments",
        "unknown_tool",
        "ok",
    ];
    assert_eq!(codes(&report), expected);
    assert_eq!(
        texts(&report)[0],
        "`double` was not called, because its arguments are not valid:\n- expected arguments that are written to their end, got their beginning alone, since the limit of tokens or the end of the stream has cut the call off; if it is long, make it shorter\nCall it again with correct arguments."
    );
}
