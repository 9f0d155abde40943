//! Does quickstart do what the README says?
//!
//! `desk::compare` is quickstart's own function; here its clock is paused, so that times are exact.

mod picture;
mod readme;

use std::time::Duration;

use desk::{Comparison, compare};
use tool_runtime::Report;

const FIXTURES: [(&str, &str); 3] = [
    (
        "Anthropic Messages",
        include_str!("../../examples/fixtures/anthropic.json"),
    ),
    (
        "OpenAI Chat Completions",
        include_str!("../../examples/fixtures/openai_chat.json"),
    ),
    (
        "Anthropic Messages",
        include_str!("../../examples/fixtures/one_fails.json"),
    ),
];

async fn fixture(index: usize) -> Comparison {
    let (provider, body) = FIXTURES[index];
    let comparison = compare(body.as_bytes()).await.expect("a fixture is read");
    assert_eq!(comparison.provider, provider);
    comparison
}

fn messages(comparison: &Comparison) -> Vec<&str> {
    comparison
        .messages
        .iter()
        .map(|message| message.as_str())
        .collect()
}

fn milliseconds(report: &Report) -> [(u128, u128); 3] {
    let spans = report.results().iter().map(|result| {
        let span = result.span().expect("each call was started");
        (span.started.as_millis(), span.finished.as_millis())
    });
    spans.collect::<Vec<_>>().try_into().expect("three calls")
}

#[tokio::test(start_paused = true)]
async fn one_by_one_takes_1500_ms_and_in_parallel_600() {
    for index in 0..FIXTURES.len() {
        let comparison = fixture(index).await;
        assert_eq!(comparison.one_by_one.wall(), Duration::from_millis(1500));
        assert_eq!(comparison.parallel.wall(), Duration::from_millis(600));
        assert_eq!(comparison.parallel.speed_up(), 2.5);
        assert_eq!(
            milliseconds(&comparison.one_by_one),
            [(0, 400), (400, 900), (900, 1500)]
        );
        assert_eq!(
            milliseconds(&comparison.parallel),
            [(0, 400), (0, 500), (0, 600)]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn anthropic_gets_one_message_with_three_results() {
    let comparison = fixture(0).await;
    assert_eq!(
        messages(&comparison),
        [concat!(
            r#"{"role":"user","content":["#,
            r#"{"type":"tool_result","tool_use_id":"toolu_01","content":"{\"id\":1234,\"name\":\"Ada Lovelace\",\"plan\":\"gold\"}"},"#,
            r#"{"type":"tool_result","tool_use_id":"toolu_02","content":"[{\"id\":77,\"item\":\"analytical engine\",\"total_cents\":129900}]"},"#,
            r#"{"type":"tool_result","tool_use_id":"toolu_03","content":"[{\"id\":9,\"subject\":\"The engine is loud.\",\"open\":true}]"}"#,
            r#"]}"#
        )]
    );
}

#[tokio::test(start_paused = true)]
async fn openai_gets_a_message_for_each_call() {
    let comparison = fixture(1).await;
    assert_eq!(
        messages(&comparison),
        [
            r#"{"role":"tool","tool_call_id":"call_01","content":"{\"id\":1234,\"name\":\"Ada Lovelace\",\"plan\":\"gold\"}"}"#,
            r#"{"role":"tool","tool_call_id":"call_02","content":"[{\"id\":77,\"item\":\"analytical engine\",\"total_cents\":129900}]"}"#,
            r#"{"role":"tool","tool_call_id":"call_03","content":"[{\"id\":9,\"subject\":\"The engine is loud.\",\"open\":true}]"}"#,
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn one_failure_leaves_its_siblings_alone() {
    let comparison = fixture(2).await;
    for report in [&comparison.one_by_one, &comparison.parallel] {
        assert_eq!(support::codes(report), ["ok", "failed", "ok"]);
    }
    assert!(messages(&comparison)[0].contains(concat!(
        r#"{"type":"tool_result","tool_use_id":"toolu_02","content":"There is no customer 12340. "#,
        r#"Customer numbers have four digits, such as 1234. Nothing was changed.","is_error":true}"#
    )));
}

#[tokio::test]
async fn a_turn_without_calls_is_empty_and_no_error() {
    let comparison =
        compare(br#"{"type": "message", "content": [{"type": "text", "text": "Bye."}]}"#)
            .await
            .unwrap();
    assert!(comparison.parallel.results().is_empty());
    assert!(comparison.messages.is_empty());
}

#[tokio::test]
async fn what_is_no_response_is_refused() {
    for (body, text) in [
        (
            "hello",
            "expected a response of OpenAI, Anthropic, Gemini, Bedrock Converse or Ollama, found text that is not JSON (expected value at byte 1): `hello`",
        ),
        (
            r#"{"answer": 42}"#,
            "expected a response of OpenAI, Anthropic, Gemini, Bedrock Converse or Ollama, found an object with `answer`",
        ),
        (
            r#"{"candidates": []}"#,
            "expected a response of Gemini (an object with `candidates`), found no candidates",
        ),
    ] {
        assert_eq!(
            compare(body.as_bytes()).await.unwrap_err().to_string(),
            text
        );
    }
}
