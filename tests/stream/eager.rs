//! From a scripted stream to a running batch, on a paused clock.

use std::io;
use std::time::Duration;

use proptest::prelude::*;
use support::{Probe, codes, texts};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_stream::{Stream, StreamExt};
use tool_runtime::batch::{Policy, StreamedCalls};
use tool_runtime::dialect::{Anthropic, Bedrock, Message};
use tool_runtime::{Ending, StreamError, Streamed, Toolbox, tool, tools};

use crate::fixture::{fixture, fixtures};

/// Takes its time.
#[tool(pure)]
async fn wait(
    /** How long. */
    milliseconds: u64,
    #[state] probe: &Probe,
) -> u64 {
    let _alive = probe.enter();
    sleep(Duration::from_millis(milliseconds)).await;
    milliseconds
}

/// Writes an account.
#[tool(writes("account"))]
async fn write(
    /** How long. */
    milliseconds: u64,
) -> u64 {
    sleep(Duration::from_millis(milliseconds)).await;
    milliseconds
}

/// Of the streams in `fixtures/`.
#[tool(pure)]
async fn get_orders(
    /** Whose. */
    customer_id: u64,
) -> u64 {
    customer_id
}

pub(crate) fn toolbox() -> Toolbox<Probe> {
    Toolbox::builder()
        .tools(tools![wait, write, get_orders])
        .build()
        .unwrap()
}

/// A piece of a body, and when it comes, in milliseconds.
pub(crate) type Piece = (u64, Result<String, io::Error>);

pub(crate) fn body(pieces: Vec<Piece>) -> impl Stream<Item = Result<String, io::Error>> {
    let start = Instant::now();
    tokio_stream::iter(pieces).then(move |(at, piece)| async move {
        sleep_until(start + Duration::from_millis(at)).await;
        piece
    })
}

fn event(json: &str) -> String {
    format!("data: {json}\n\n")
}

pub(crate) fn start() -> String {
    event(
        r#"{"type":"message_start","message":{"type":"message","role":"assistant","content":[]}}"#,
    )
}

/// The events of a call, of which the last makes it whole.
pub(crate) fn asks(index: usize, name: &str, milliseconds: u64) -> String {
    [
        format!(r#"{{"type":"content_block_start","index":{index},"content_block":{{"type":"tool_use","id":"toolu_{index}","name":"{name}","input":{{}}}}}}"#),
        format!(r#"{{"type":"content_block_delta","index":{index},"delta":{{"type":"input_json_delta","partial_json":"{{\"milliseconds\":{milliseconds}}}"}}}}"#),
        format!(r#"{{"type":"content_block_stop","index":{index}}}"#),
    ]
    .map(|json| event(&json))
    .concat()
}

/// The beginning of a call.
pub(crate) fn begins(index: usize) -> String {
    let whole = asks(index, "wait", 1);
    let (start, _) = whole.split_once("\n\n").unwrap();
    format!("{start}\n\n")
}

pub(crate) fn stops() -> String {
    event(r#"{"type":"message_delta","delta":{"stop_reason":"tool_use"}}"#)
        + &event(r#"{"type":"message_stop"}"#)
}

type Outcome = Result<Streamed<io::Error>, StreamError<io::Error>>;

/// What came of it, and after how many milliseconds.
async fn run(policy: Policy, pieces: Vec<Piece>) -> (Outcome, u128) {
    let begin = Instant::now();
    let desk = toolbox().bind(Probe::default()).with(policy).unwrap();
    let streamed = desk.run_stream(Anthropic.stream(), body(pieces)).await;
    (streamed, begin.elapsed().as_millis())
}

/// Calls with the moment at which each is whole and how long it takes, and the end of the stream.
pub(crate) fn script(calls: &[(u64, u64)], end: u64) -> Vec<Piece> {
    let mut pieces = vec![(0, Ok(start()))];
    for (index, (at, takes)) in calls.iter().enumerate() {
        pieces.push((*at, Ok(asks(index, "wait", *takes))));
    }
    pieces.push((end, Ok(stops())));
    pieces
}

fn paused() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_time().start_paused(true).build().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_batch_ends_with_its_stream_or_with_its_last_call(
        calls in prop::collection::vec((0..500u64, 1..900u64), 1..6),
        pause in 0..300u64,
    ) {
        // Each comes so long after the one before it.
        let mut at = 0;
        let calls: Vec<(u64, u64)> = calls.into_iter().map(|(after, takes)| {
            at += after;
            (at, takes)
        }).collect();
        let end = at + pause;
        let latest = calls.iter().map(|(at, takes)| at + takes).max().unwrap_or_default();
        let longest = calls.iter().map(|(_, takes)| *takes).max().unwrap_or_default();
        paused().block_on(async {
            let (streamed, took) = run(Policy::default(), script(&calls, end)).await;
            assert_eq!(took, u128::from(end.max(latest)));
            let streamed = streamed.unwrap();
            let expected: Vec<String> = calls.iter().map(|(_, takes)| takes.to_string()).collect();
            assert_eq!(texts(&streamed.report), expected);

            let whole = Policy::default().streamed_calls(StreamedCalls::OnComplete);
            let (streamed, took) = run(whole, script(&calls, end)).await;
            assert_eq!(took, u128::from(end + longest));
            assert_eq!(texts(&streamed.unwrap().report), expected);
        });
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_conflict_keep_the_models_order() {
    let pieces = vec![
        (0, Ok(start() + &asks(0, "write", 300))),
        (100, Ok(asks(1, "write", 300))),
        (200, Ok(asks(2, "wait", 50) + &stops())),
    ];
    let (streamed, took) = run(Policy::default(), pieces).await;
    let report = streamed.unwrap().report;
    assert_eq!(took, 600);
    let ids: Vec<&str> = report.results().iter().map(|result| result.id()).collect();
    assert_eq!(ids, ["toolu_0", "toolu_1", "toolu_2"]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_calls_is_a_turn_without_results() {
    let body = tokio_stream::iter([Ok::<_, io::Error>(&fixture("anthropic", "text").text)]);
    let desk = toolbox().bind(Probe::default());
    let streamed = desk.run_stream(Anthropic.stream(), body).await.unwrap();
    assert!(streamed.report.results().is_empty() && streamed.turn.calls().is_empty());
    assert_eq!(streamed.turn.messages().count(), 1);
}

pub(crate) fn reset() -> Result<String, io::Error> {
    Err(io::Error::from(io::ErrorKind::ConnectionReset))
}

#[tokio::test(start_paused = true)]
async fn a_body_that_fails_after_a_call_leaves_its_result() {
    let pieces = vec![
        (0, Ok(start() + &asks(0, "wait", 300))),
        (100, Ok(begins(1))),
        (200, reset()),
    ];
    let (streamed, took) = run(Policy::default(), pieces).await;
    let streamed = streamed.unwrap();
    assert_eq!(took, 300);
    assert_eq!(codes(&streamed.report), ["ok", "invalid_arguments"]);
    assert_eq!(
        streamed.error.unwrap().kind(),
        io::ErrorKind::ConnectionReset
    );
    assert!(streamed.turn.interruption().is_some());
}

const CUT: &str = "`get_orders` was not called, because its arguments are not valid:
- expected arguments that are written to their end, got their beginning alone, since the limit of tokens or the end of the stream has cut the call off; if it is long, make it shorter
Call it again with correct arguments.";

#[tokio::test(start_paused = true)]
async fn a_call_that_the_end_cuts_has_a_result_that_says_so() {
    for provider in ["anthropic", "openai-chat", "openai-responses", "bedrock"] {
        let fixture = fixture(provider, "early_end");
        let body = tokio_stream::iter([Ok::<_, io::Error>(&fixture.text)]);
        let desk = toolbox().bind(Probe::default());
        let streamed = desk.run_stream(fixture.stream(), body).await.unwrap();
        assert_eq!(codes(&streamed.report)[1], "invalid_arguments");
        assert_eq!(texts(&streamed.report)[1], CUT, "{provider}");
        assert_eq!(
            streamed.report.results()[1].id(),
            streamed.turn.calls()[1].id()
        );
        assert!(
            streamed
                .turn
                .messages()
                .all(|message| message.is_from_model())
        );
        let answers = fixture.dialect.encode(&streamed.report);
        assert!(!answers.is_empty() && !answers.iter().any(Message::is_from_model));
    }
}

/// The program reads no further: nobody is to make anything shorter.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_not_whole_when_the_program_stops_is_cancelled() {
    for fixture in fixtures().iter().filter(|one| one.name == "early_end") {
        let mut stream = fixture.stream();
        let mut calls = stream.push(&fixture.text);
        let whole = calls.len();
        calls.extend(stream.stop());
        let turn = stream.into_turn().unwrap();
        assert_eq!(turn.calls(), calls, "{}", fixture.title());
        assert!(turn.interruption().is_some());
        let report = toolbox().bind(Probe::default()).run(turn.calls()).await;
        for (call, result) in calls.iter().zip(report.results()).skip(whole) {
            assert!(call.is_cut_off(), "{}", fixture.title());
            assert_eq!(result.id(), call.id());
            if result.outcome().ending != Ending::UnknownTool {
                let name = call.name();
                let expected = format!(
                    "`{name}` was cancelled before it was called. Nothing was changed. Call it again if it is still needed."
                );
                assert_eq!(result.text(), expected, "{}", fixture.title());
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_fails_before_any_call_is_an_error() {
    let pieces = vec![(0, Ok(start())), (200, reset())];
    let (streamed, took) = run(Policy::default(), pieces).await;
    let error = streamed.unwrap_err();
    assert_eq!(took, 200);
    assert_eq!(
        error.to_string(),
        "the body of the response could not be read"
    );
    assert!(matches!(error, StreamError::Body(_)));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_fails_behind_a_whole_turn_keeps_the_turn() {
    let pieces = vec![
        (0, Ok(fixture("anthropic", "text").text.clone())),
        (5, reset()),
    ];
    let (streamed, _) = run(Policy::default(), pieces).await;
    let streamed = streamed.unwrap();
    assert_eq!(streamed.turn.interruption(), None);
    assert!(streamed.error.is_some());
}

#[tokio::test(start_paused = true)]
async fn another_providers_body_is_an_error() {
    let body = vec![(0, Ok(fixture("openai-chat", "text").text.clone()))];
    let error = run(Policy::default(), body).await.0.unwrap_err();
    assert!(matches!(error, StreamError::Decode(_)));
    assert!(
        error.to_string().contains("OpenAI Chat Completions"),
        "{error}"
    );
}

/// A server that does not stream though it was asked to.
#[tokio::test(start_paused = true)]
async fn a_whole_response_is_run_as_one() {
    let whole = r#"{"type":"message","role":"assistant","content":[{"type":"tool_use","id":"a","name":"wait","input":{"milliseconds":70}}]}"#;
    let (streamed, took) = run(Policy::default(), vec![(30, Ok(whole.to_owned()))]).await;
    assert_eq!(took, 100);
    assert_eq!(texts(&streamed.unwrap().report), ["70"]);
}

/// An SDK's events, as lines of JSON.
#[tokio::test(start_paused = true)]
async fn events_of_an_sdk_are_a_body_too() {
    let fixture = fixture("bedrock", "early_end");
    let events = fixture.data().into_iter().map(|data| format!("{data}\n"));
    let body = tokio_stream::iter(events.map(Ok::<_, io::Error>).collect::<Vec<_>>());
    let desk = toolbox().bind(Probe::default());
    let streamed = desk.run_stream(Bedrock.stream(), body).await.unwrap();
    assert_eq!(
        codes(&streamed.report),
        ["unknown_tool", "invalid_arguments"]
    );
}

#[tokio::test(start_paused = true)]
async fn whoever_drops_the_future_drops_its_calls() {
    let (toolbox, probe) = (toolbox(), Probe::default());
    let desk = toolbox.bind(probe.clone());
    let pieces = script(&[(0, 5000)], 10_000);
    let run = desk.run_stream(Anthropic.stream(), body(pieces));
    let ended = tokio::time::timeout(Duration::from_millis(100), run).await;
    assert!(ended.is_err());
    assert_eq!((probe.started(), probe.alive()), (1, 0));
    toolbox.idle().await;
}
