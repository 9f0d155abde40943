//! Do the providers get the tools, and a result for each call?

use std::time::Duration;

use scripted_server::{ANTHROPIC_STREAMED, Answer, OPENAI_CHAT, expected_results, results};
use serde_json::Value;

use super::*;

/// Runs the conversation; the calls' ids begin with `prefix`, and the provider has a mark for errors if it `has_mark`. The report
/// of its one turn with calls.
async fn run<D: StreamingDialect>(
    script: [Answer; 2],
    provider: fn(&str, &str) -> Provider<D>,
    (prefix, has_mark): (&str, bool),
) -> Report {
    let is_streamed = matches!(script[0], Answer::Streamed(_));
    let server = Server::start(script).await.expect("a port");
    let provider = provider(&server.url(), "not needed");
    let toolbox = desk::toolbox().expect("three tools");
    let conversation = if is_streamed {
        converse_streamed(&provider, &toolbox, "What is up?").await
    } else {
        converse(&provider, &toolbox, "What is up?").await
    };
    let (history, mut reports) = conversation.expect("an answer");
    let last = history.last().map(serde_json::to_string);
    let last = last.expect("messages").expect("JSON");
    assert!(last.contains("Ada has one open ticket."), "{last}");

    let requests = server.requests();
    let manifest = toolbox.manifest(&provider.dialect).expect("a manifest");
    let manifest: Value = serde_json::from_str(manifest.as_str()).expect("JSON");
    assert_eq!(manifest.as_array().map(Vec::len), Some(3));
    assert_eq!(requests[0]["tools"], manifest);
    assert_eq!(requests[1]["tools"], manifest);
    assert_eq!(results(&requests[0]), []);
    assert_eq!(results(&requests[1]), expected_results(prefix, has_mark));
    assert_eq!(requests[1]["messages"][1]["role"], "assistant");
    assert_eq!(requests.len(), 2);

    // As long as the longest of them, and not as all of them.
    let report = reports.pop().expect("one turn with calls");
    assert!(reports.is_empty());
    assert_eq!(report.critical_path().calls, [2]);
    assert!(report.critical_path().duration >= Duration::from_millis(600));
    assert!(report.speed_up() > 1.5, "{}", report.speed_up());
    report
}

/// Each call was begun when it was there, and not when the response was.
#[track_caller]
fn check_eager(report: &Report) {
    let queued: Vec<_> = report
        .results()
        .iter()
        .map(|result| result.queued())
        .collect();
    assert!(queued.is_sorted_by(|a, b| a < b), "{queued:?}");
    let first = report.results()[0].span().expect("it ran");
    assert!(first.started < queued[1], "{first:?}, {queued:?}");
}

#[tokio::test]
async fn anthropic() {
    run(ANTHROPIC, provider::anthropic, ("toolu", true)).await;
}

#[tokio::test]
async fn anthropic_streamed() {
    let told = ("toolu", true);
    check_eager(&run(ANTHROPIC_STREAMED, provider::anthropic, told).await);
}

#[tokio::test]
async fn openai_chat() {
    run(OPENAI_CHAT, provider::openai_chat, ("call", false)).await;
}

#[tokio::test]
async fn openai_chat_streamed() {
    let told = ("call", false);
    check_eager(&run(OPENAI_CHAT_STREAMED, provider::openai_chat, told).await);
}
