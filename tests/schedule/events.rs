//! Results as they come, through `Run::events` and `Batch::events`.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use support::{codes, is_idle, nothing_is_left};
use tokio::time::sleep;
use tokio_stream::{Stream as _, StreamExt as _};
use tool_runtime::batch::{Event, Events};
use tool_runtime::{Policy, Report};

use crate::desk::{all_told, call, calls, desk, ms_of, paused, told};

/// `1: 0..5 ok`, `2: 3 of 10`, `report`.
fn shown(event: &Event) -> String {
    match event {
        Event::Finished { index, result } => format!("{index}: {}", told(result)),
        Event::Progress { index, progress } => format!("{index}: {progress}"),
        Event::Report(_) => "report".to_owned(),
        other => panic!("{other:?}"),
    }
}

async fn all(events: Events) -> (Vec<String>, Option<Report>) {
    let (mut events, mut told, mut report) = (pin!(events), Vec::new(), None);
    while let Some(event) = events.next().await {
        told.push(shown(&event));
        if let Event::Report(last) = event {
            report = Some(last);
        }
    }
    (told, report)
}

/// Whether there is nothing to read now.
fn is_pending(events: &mut Events) -> bool {
    let context = &mut Context::from_waker(Waker::noop());
    pin!(events).poll_next(context).is_pending()
}

#[test]
fn results_come_as_they_finish_and_the_report_last() {
    let (toolbox, desk, state) = desk(Policy::default().call_timeout(ms_of(50)).grace(ms_of(5)));
    paused().block_on(async {
        let script = [
            "create path=a ms=20",
            "plain ms=5",
            "nobody",
            "list path=a",
            "plain does=fail ms=7",
            "echo does=hang ms=0",
            "plain nope=1",
        ];
        let (told, report) = all(desk.run(calls(&script)).events()).await;
        assert_eq!(
            told,
            [
                "2: - unknown_tool",
                "6: 0..0 invalid_arguments",
                "1: 0..5 ok",
                "4: 0..7 failed",
                "0: 0..20 ok",
                "3: 20..30 ok",
                "5: 0..55 timed_out (work)",
                "report"
            ]
        );
        assert_eq!(
            all_told(&report.expect("a report")),
            [
                "0..20 ok",
                "0..5 ok",
                "- unknown_tool",
                "20..30 ok",
                "0..7 failed",
                "0..55 timed_out (work)",
                "0..0 invalid_arguments"
            ]
        );
        drop(desk);
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

#[test]
fn a_batch_without_calls_has_a_report_only() {
    let (_, desk, _) = desk(Policy::default());
    paused().block_on(async {
        let (told, report) = all(desk.run([]).events()).await;
        assert_eq!(told, ["report"]);
        assert!(report.expect("a report").results().is_empty());
        let batch = desk.start();
        let events = batch.events();
        assert!(batch.finish().await.results().is_empty());
        assert_eq!(all(events).await.0, [""; 0]);
    });
}

#[test]
fn a_result_is_the_same_in_the_stream_and_in_the_report() {
    let (_, desk, _) = desk(Policy::default());
    paused().block_on(async {
        let mut events = desk.run(calls(&["plain", "plain does=fail"])).events();
        let mut results = Vec::new();
        while let Some(event) = events.next().await {
            match event {
                Event::Finished { result, .. } => results.push(result),
                Event::Report(report) => {
                    for (streamed, reported) in results.iter().zip(report.results()) {
                        assert!(std::ptr::eq(streamed.text(), reported.text()), "not a copy");
                    }
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(results.len(), 2);
    });
}

#[test]
fn progress_comes_between() {
    let (_, desk, _) = desk(Policy::default());
    paused().block_on(async {
        let events = desk
            .run(calls(&["plain does=tell ms=3", "plain ms=2"]))
            .events();
        let (told, _) = all(events).await;
        // Those of one moment are in the order of the calls' timers.
        let of = |index: &str| {
            told.iter()
                .filter(|told| told.starts_with(index))
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("0"),
            ["0: 1 of 3", "0: 2 of 3", "0: 3 of 3", "0: 0..3 ok"]
        );
        assert_eq!(of("1"), ["1: 0..2 ok"]);
        assert_eq!(told.last().map(String::as_str), Some("report"));
    });
}

#[test]
fn a_slow_reader_loses_progress_and_holds_up_no_call() {
    let (toolbox, desk, state) = desk(Policy::default());
    paused().block_on(async {
        let mut events = desk
            .run(calls(&["plain does=tell ms=300", "plain"]))
            .events();
        assert!(is_pending(&mut events));
        sleep(ms_of(301)).await;
        assert_eq!(
            (state.started(), state.alive()),
            (2, 0),
            "they did not wait"
        );
        assert_eq!(events.dropped(), 44);
        let mut told = Vec::new();
        while let Some(event) = events.next().await {
            told.push(shown(&event));
            if told.len() == 256 + 2 {
                assert_eq!(events.dropped(), 44);
            }
        }
        assert_eq!(told.len(), 256 + 2 + 1);
        assert_eq!(told[0], "0: 1 of 300");
        assert!(
            told.contains(&"0: 256 of 300".to_owned())
                && !told.contains(&"0: 257 of 300".to_owned())
        );
        assert_eq!(told[256 + 1..], ["0: 0..300 ok", "report"]);
        drop((events, desk));
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["everything"])).await,
            Ok(())
        );
    });
}

#[test]
fn a_reader_that_catches_up_gets_progress_again() {
    let (_, desk, _) = desk(Policy::default());
    paused().block_on(async {
        let mut events = desk.run(calls(&["plain does=tell ms=600"])).events();
        assert!(is_pending(&mut events));
        sleep(ms_of(300)).await;
        for _ in 0..256 {
            assert!(!is_pending(&mut events));
        }
        let lost = events.dropped();
        assert!((40..=44).contains(&lost), "{lost}");
        let rest = all(events).await.0;
        assert_eq!(
            u64::try_from(rest.len()).expect("few"),
            600 - 256 - lost + 2
        );
        assert_eq!(
            rest[rest.len() - 3..],
            ["0: 600 of 600", "0: 0..600 ok", "report"]
        );
    });
}

#[test]
fn a_dropped_stream_of_a_run_ends_it() {
    let (toolbox, desk, state) = desk(Policy::default());
    paused().block_on(async {
        let mut events = desk
            .run(calls(&["create path=a", "list path=a", "plain ms=2"]))
            .events();
        let first = events.next().await.expect("a result");
        assert_eq!(shown(&first), "2: 0..2 ok");
        assert_eq!(state.alive(), 1);
        drop((events, desk));
        assert_eq!((state.started(), state.alive()), (2, 0));
        assert!(is_idle(&toolbox));
        drop(first);
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["create path=a"])).await,
            Ok(())
        );
    });
}

#[test]
fn a_dropped_stream_of_a_batch_ends_nothing() {
    let (toolbox, desk, state) = desk(Policy::default());
    paused().block_on(async {
        let batch = desk.start();
        batch.push(call("create path=a"));
        let mut events = batch.events();
        assert!(is_pending(&mut events));
        drop(events);
        batch.push(call("list path=a"));
        let report = batch.finish().await;
        assert_eq!(all_told(&report), ["0..10 ok", "10..20 ok"]);
        drop(desk);
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["create path=a"])).await,
            Ok(())
        );
    });
}

#[test]
fn events_that_are_taken_late_begin_with_what_was() {
    let (_, desk, _) = desk(Policy::default());
    paused().block_on(async {
        let batch = desk.start();
        for text in ["plain ms=7", "plain ms=3", "plain ms=20"] {
            batch.push(call(text));
        }
        sleep(ms_of(10)).await;
        let events = batch.events();
        batch.push(call("plain ms=5"));
        let (told, report) = tokio::join!(all(events), batch.finish());
        assert_eq!(
            told.0,
            ["1: 0..3 ok", "0: 0..7 ok", "3: 10..15 ok", "2: 0..20 ok"]
        );
        assert_eq!(codes(&report), ["ok"; 4]);
    });
}

#[test]
fn a_second_stream_takes_over() {
    let (_, desk, _) = desk(Policy::default());
    paused().block_on(async {
        let batch = desk.start();
        for text in ["plain ms=3", "plain ms=20"] {
            batch.push(call(text));
        }
        let mut first = batch.events();
        let event = first.next().await.expect("a result");
        assert_eq!(shown(&event), "0: 0..3 ok");
        // The first waits when the second comes.
        let first = tokio::spawn(async move { first.next().await.is_none() });
        sleep(ms_of(1)).await;
        let second = batch.events();
        assert!(first.await.expect("it ends"));
        // And so it is with that of the run.
        let third = batch.finish().events();
        assert_eq!(all(second).await.0, [""; 0]);
        assert_eq!(all(third).await.0, ["0: 0..3 ok", "1: 0..20 ok", "report"]);
    });
}

#[test]
fn the_stream_of_a_batch_ends_when_it_is_finished_and_not_before() {
    let (_, desk, _) = desk(Policy::default());
    paused().block_on(async {
        let batch = desk.start();
        let mut events = batch.events();
        batch.push(call("plain ms=3"));
        assert!(events.next().await.is_some());
        assert!(is_pending(&mut events), "more may come");
        let report = batch.finish().await;
        let context = &mut Context::from_waker(Waker::noop());
        assert!(matches!(
            pin!(&mut events).poll_next(context),
            Poll::Ready(None)
        ));
        assert_eq!(report.results().len(), 1);
    });
}

/// The report is given out before the results were read: they are lost, and nobody panics.
#[test]
fn a_stream_outlives_its_batch() {
    let (_, desk, _) = desk(Policy::default());
    paused().block_on(async {
        let batch = desk.start();
        batch.push(call("plain"));
        let events = batch.events();
        let report = batch.finish().await;
        assert_eq!(codes(&report), ["ok"]);
        assert_eq!(all(events).await.0, ["0: 0..10 ok"]);
        let batch = desk.start();
        batch.push(call("plain"));
        let events = batch.events();
        drop(batch);
        assert_eq!(all(events).await.0, [""; 0]);
    });
}
