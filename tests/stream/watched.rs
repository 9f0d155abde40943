//! What is seen of a response while it is read and its calls run, on a paused clock.

use std::io;
use std::time::Duration;

use support::{Probe, codes, texts};
use tokio::time::{Instant, sleep, timeout};
use tokio_stream::StreamExt;
use tokio_util::sync::CancellationToken;
use tool_runtime::batch::{Event, Policy, StreamedCalls};
use tool_runtime::dialect::Anthropic;
use tool_runtime::{Bound, StreamError, StreamEvent, Streamed};

use crate::eager::{Piece, asks, begins, body, reset, script, start, stops, toolbox};
use crate::fixture::fixtures;

type End = Result<Streamed<io::Error>, StreamError<io::Error>>;

fn desk(when: StreamedCalls) -> Bound<Probe> {
    let policy = Policy::default().streamed_calls(when);
    toolbox().bind(Probe::default()).with(policy).unwrap()
}

/// What is seen, each with the milliseconds after which it came, and the end.
async fn seen(desk: &Bound<Probe>, pieces: Vec<Piece>) -> (Vec<String>, End) {
    let begin = Instant::now();
    let mut events = desk.run_stream(Anthropic.stream(), body(pieces)).events();
    let mut seen = Vec::new();
    loop {
        let event = events.next().await.unwrap();
        let at = begin.elapsed().as_millis();
        seen.push(match event {
            StreamEvent::Bytes(_) => format!("{at} bytes"),
            StreamEvent::Text(text) => format!("{at} text {text}"),
            StreamEvent::Call { index, call } => format!("{at} call {index} {}", call.id()),
            StreamEvent::Batch(Event::Finished { index, result }) => {
                format!("{at} finished {index} {}", result.text())
            }
            StreamEvent::BodyEnded => format!("{at} ended"),
            StreamEvent::End(end) => {
                assert!(events.next().await.is_none(), "nothing is behind the end");
                return (seen, end);
            }
            other => panic!("{other:?}"),
        });
    }
}

/// A text, and two calls of which the second comes before the first has ended.
fn pieces() -> Vec<Piece> {
    let text = r#"{"type":"content_block_start","index":7,"content_block":{"type":"text","text":"Wait."}}"#;
    vec![
        (0, Ok(start() + &format!("data: {text}\n\n"))),
        (100, Ok(asks(0, "wait", 300))),
        (200, Ok(asks(1, "wait", 50))),
        (350, Ok(stops())),
    ]
}

#[tokio::test(start_paused = true)]
async fn all_of_it_in_its_order() {
    let (seen, end) = seen(&desk(StreamedCalls::Eager), pieces()).await;
    let expected = [
        "0 bytes",
        "0 text Wait.",
        "100 bytes",
        "100 call 0 toolu_0",
        "200 bytes",
        "200 call 1 toolu_1",
        "250 finished 1 50",
        "350 bytes",
        "350 ended",
        "400 finished 0 300",
    ];
    assert_eq!(seen, expected);
    let streamed = end.unwrap();
    assert_eq!(texts(&streamed.report), ["300", "50"]);
    assert_eq!(streamed.turn.text(), "Wait.");
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_the_end_begin_behind_it() {
    let (seen, end) = seen(&desk(StreamedCalls::OnComplete), pieces()).await;
    let calls: Vec<&String> = seen.iter().filter(|one| !one.contains("bytes")).collect();
    let expected = [
        "0 text Wait.",
        "100 call 0 toolu_0",
        "200 call 1 toolu_1",
        "350 ended",
        "400 finished 1 50",
        "650 finished 0 300",
    ];
    assert_eq!(calls, expected);
    assert_eq!(texts(&end.unwrap().report), ["300", "50"]);
}

/// Whoever has to keep its bytes first keeps them.
#[tokio::test(start_paused = true)]
async fn a_call_begins_when_the_next_event_is_asked_for() {
    let probe = Probe::default();
    let desk = toolbox().bind(probe.clone());
    let pieces = script(&[(0, 300)], 0);
    let mut events = desk.run_stream(Anthropic.stream(), body(pieces)).events();
    while !matches!(events.next().await.unwrap(), StreamEvent::Call { .. }) {}
    sleep(Duration::from_secs(1)).await;
    assert_eq!(probe.started(), 0);
    assert!(
        timeout(Duration::from_millis(10), async {
            while !matches!(events.next().await.unwrap(), StreamEvent::End(_)) {}
        })
        .await
        .is_err()
    );
    assert_eq!((probe.started(), probe.alive()), (1, 1));
    drop(events);
    assert_eq!(probe.alive(), 0, "who drops the events drops the calls");
}

/// Whoever only awaits it and whoever watches get the same.
#[tokio::test(start_paused = true)]
async fn the_end_is_that_of_run_stream() {
    let told = |end: &End| match end {
        Ok(streamed) => format!("{:?} {:?}", streamed.turn, texts(&streamed.report)),
        Err(error) => error.to_string(),
    };
    for fixture in fixtures() {
        for when in [StreamedCalls::Eager, StreamedCalls::OnComplete] {
            let desk = desk(when);
            let body = || tokio_stream::iter(fixture.events().into_iter().map(Ok::<_, io::Error>));
            let awaited = desk.run_stream(fixture.stream(), body()).await;
            let mut events = desk.run_stream(fixture.stream(), body()).events();
            let (mut bytes, mut text) = (String::new(), String::new());
            let end = loop {
                match events.next().await.unwrap() {
                    StreamEvent::Bytes(piece) => bytes += piece,
                    StreamEvent::Text(piece) => text += &piece,
                    StreamEvent::End(end) => break end,
                    _ => {}
                }
            };
            assert_eq!(told(&end), told(&awaited), "{}", fixture.title());
            assert_eq!(bytes, fixture.text);
            assert_eq!(text, fixture.whole().text(), "{}", fixture.title());
        }
    }
}

/// A desk whose batches are cancelled after 150 ms.
fn stopped(when: StreamedCalls) -> Bound<Probe> {
    let token = CancellationToken::new();
    let stop = token.clone();
    tokio::spawn(async move {
        sleep(Duration::from_millis(150)).await;
        stop.cancel();
    });
    desk(when).cancelled_by(token)
}

#[tokio::test(start_paused = true)]
async fn the_token_of_the_desk_ends_the_reading() {
    let pieces = || {
        vec![
            (0, Ok(start() + &asks(0, "wait", 10) + &begins(1))),
            (10_000, Ok(stops())),
        ]
    };
    let (seen, end) = seen(&stopped(StreamedCalls::Eager), pieces()).await;
    let expected = [
        "0 bytes",
        "0 call 0 toolu_0",
        "10 finished 0 10",
        "150 call 1 toolu_1",
        "150 ended",
    ];
    assert_eq!(seen[..5], expected);
    let streamed = end.unwrap();
    assert_eq!(codes(&streamed.report), ["ok", "cancelled"]);
    assert!(texts(&streamed.report)[1].contains("was cancelled before it was called."));

    for (when, expected) in [
        (StreamedCalls::Eager, ["ok", "cancelled"]),
        (StreamedCalls::OnComplete, ["cancelled", "cancelled"]),
    ] {
        let (desk, begin) = (stopped(when), Instant::now());
        let run = desk.run_stream(Anthropic.stream(), body(pieces()));
        assert_eq!(codes(&run.await.unwrap().report), expected);
        assert_eq!(begin.elapsed().as_millis(), 150);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_call_there_is_nothing_of_a_response_that_was_not_read() {
    let pieces = vec![(0, Ok(start())), (10_000, Ok(stops()))];
    let (seen, end) = seen(&stopped(StreamedCalls::Eager), pieces).await;
    assert_eq!(seen, ["0 bytes", "150 ended"]);
    let error = end.unwrap_err();
    assert!(matches!(error, StreamError::Cancelled));
    let expected = "the response was cancelled before there was a call in it";
    assert_eq!(error.to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_fails_is_told_as_of_run_stream() {
    let pieces = vec![(0, Ok(start() + &asks(0, "wait", 30))), (10, reset())];
    let (_, end) = seen(&desk(StreamedCalls::Eager), pieces).await;
    let streamed = end.unwrap();
    assert!(streamed.error.is_some() && streamed.turn.interruption().is_some());
    let (_, end) = seen(
        &desk(StreamedCalls::Eager),
        vec![(0, Ok(start())), (10, reset())],
    )
    .await;
    assert!(matches!(end, Err(StreamError::Body(_))));
}
