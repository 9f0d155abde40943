//! What batches do not do, or not on demand: retries, times that do not fit together, texts that mean harm.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::report::{ConcurrencyLimit, WaitedFor};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn span(from: u64, to: u64) -> Span {
    Span {
        started: ms(from),
        finished: ms(to),
    }
}

fn ran(name: &str, from: u64, to: u64) -> ExplainedCall {
    ExplainedCall {
        name: name.to_owned(),
        span: Some(span(from, to)),
        outcome: "ok".to_owned(),
        ..ExplainedCall::default()
    }
}

fn waited(what: WaitedFor, from: u64, to: u64) -> Wait {
    let (from, to) = (ms(from), ms(to));
    Wait { what, from, to }
}

fn calls(last: impl Into<Option<usize>>) -> WaitedFor {
    WaitedFor::Calls {
        last: last.into(),
        key: Some("a".to_owned()),
    }
}

fn explained(calls: Vec<ExplainedCall>, wall: u64) -> Explanation {
    Explanation::new(calls, ms(wall), CriticalPath::default())
}

/// A call that succeeds in its third attempt, after a wait for a permit.
fn retried() -> Explanation {
    let mut call = ran("fetch", 0, 400);
    for (from, to, back_off) in [(0, 50, 50), (100, 150, 150)] {
        call.failed_attempts.push(ExplainedAttempt {
            span: span(from, to),
            error: "busy,\nlater".to_owned(),
            back_off: ms(back_off),
        });
    }
    call.waits.push(waited(
        WaitedFor::Limit(ConcurrencyLimit::PerTool),
        300,
        320,
    ));
    explained(vec![call], 400)
}

#[track_caller]
fn way(explanation: &Explanation, expected: &[&str]) {
    let way: Vec<String> = explanation.path.iter().map(Stretch::told).collect();
    assert_eq!(way, expected);
}

#[test]
fn attempts_and_back_offs_are_told_apart() {
    let explanation = retried();
    way(
        &explanation,
        &[
            "call 0 ran 50 ms",
            "call 0 between attempts 50 ms",
            "call 0 ran 50 ms",
            "call 0 between attempts 150 ms",
            "call 0 waited for permits of its tool 20 ms",
            "call 0 ran 80 ms",
        ],
    );
    assert_eq!(explanation.limited, Limited::BackOff { time: ms(200) });
    assert_eq!(
        explanation.timeline(56),
        "400 ms\n\
         0 fetch ░░░░░░~~~~~░░░░░░~~~~~~~~~~~~~~~~~··█████████ ok\n\
        \u{20}       |0 ms                  |200                 |400\n\
         █ ran  ░ failed  · waited for a permit\n\
         ~ between attempts"
    );
    assert!(explanation.to_string().starts_with(
        "0 fetch  ok  0 ms to 400 ms: 400 ms, 3 attempts\n\
        \u{20}   waited 20 ms from 300 ms, for a permit of the tool\n\
        \u{20}   attempt 1 failed, 0 ms to 50 ms: busy,\\nlater; to be tried again after 50 ms\n\
        \u{20}   attempt 2 failed, 100 ms to 150 ms: busy,\\nlater; to be tried again after 150 ms\n"
    ));
}

#[test]
fn a_call_that_ends_between_attempts_has_no_last_one() {
    let mut call = ran("fetch", 0, 80);
    call.outcome = "timed_out".to_owned();
    call.detail = Some("back_off".to_owned());
    call.failed_attempts.push(ExplainedAttempt {
        span: span(0, 50),
        error: String::new(),
        back_off: ms(1_000),
    });
    way(
        &explained(vec![call], 80),
        &["call 0 ran 50 ms", "call 0 between attempts 30 ms"],
    );
}

#[test]
fn what_is_not_of_the_batch_is_named() {
    let mut stuck = ran("write", 70, 100);
    stuck.queued = ms(10);
    stuck.waits.push(waited(calls(None), 10, 60));
    let explanation = explained(vec![stuck], 105);
    way(
        &explanation,
        &[
            "call 0 not pushed yet 10 ms",
            "call 0 waited for calls that had not ended 50 ms",
            "call 0 other 10 ms",
            "call 0 ran 30 ms",
            "other 5 ms",
        ],
    );
    assert_eq!(explanation.limited, Limited::Calls { time: ms(50) });
}

/// It is known a little later that it is skipped, and so it is the last.
#[test]
fn a_skipped_call_waited_for_the_one_because_of_which_it_was() {
    let (mut failed, mut skipped) = (ran("write", 0, 100), ran("read", 0, 0));
    failed.outcome = "failed".to_owned();
    skipped.span = None;
    skipped.because = Some(0);
    skipped.waits.push(waited(calls(None), 0, 101));
    way(
        &explained(vec![failed, skipped], 101),
        &["call 0 ran 100 ms", "other 1 ms"],
    );
}

#[test]
fn less_than_a_quarter_limits_nothing() {
    for (waits, code) in [(24, "one_call"), (25, "threads")] {
        let mut call = ran("read", waits, 100);
        call.waits.push(waited(
            WaitedFor::Limit(ConcurrencyLimit::Threads),
            0,
            waits,
        ));
        assert_eq!(explained(vec![call], 100).limited.code(), code);
    }
    assert_eq!(explained(vec![], 0).limited, Limited::Nothing);
    assert_eq!(
        explained(vec![ran("pure", 0, 0)], 0).limited,
        Limited::Nothing
    );
}

#[test]
fn names_cannot_break_a_line_or_a_picture() {
    let name = "a\nb\u{202E}\u{1b}[2J\0<&\">".to_owned() + &"x".repeat(10_000);
    let explanation = explained(vec![ran(&name, 0, 10), ran("日本語の道具🎉", 0, 5)], 10);
    assert_eq!(
        explanation.to_string(),
        "0 a\\nb\\u{202e}\\u{1b}[2J\\u{0}<&\">x…  ok  0 ms to 10 ms: 10 ms\n\
         1 日本語の道具🎉                    ok  0 ms to 5 ms: 5 ms\n\
         took 10 ms, one by one 15 ms: 1.5x\n\
         critical path: no call, 0 ms\n\
         the way to the last result: call 0 ran 10 ms\n\
         limited by the work of call 0, a\\nb\\u{202e}\\u{1b}[2J\\u{0}<&\"…: 10 ms of 10 ms"
    );
    for width in [0, 40, 63, 200, usize::MAX] {
        for line in explanation.timeline(width).lines() {
            assert!(
                words::width(line) <= width.clamp(40, 400),
                "{width}: {line}"
            );
        }
    }
    let svg = explanation.svg();
    assert!(svg.contains("&lt;&amp;&quot;&gt;") && !svg.contains(['\0', '\u{1b}', '\u{202E}']));
}

#[test]
fn what_a_release_does_not_know_is_refused() {
    let stored = serde_json::to_string(&retried()).unwrap();
    for (from, to, error) in [
        (
            r#""format":1"#,
            r#""format":2"#,
            "this explanation has format 2, and only format 1 is known",
        ),
        (
            r#""what":"tool""#,
            r#""what":"moon""#,
            "a call waited for `moon`, which is not known",
        ),
        (
            r#""wall_ms":400.0"#,
            r#""wall_ms":-1"#,
            "-1 ms is not a length of time",
        ),
    ] {
        let wrong = stored.replace(from, to);
        let read = serde_json::from_str::<Explanation>(&wrong).unwrap_err();
        assert!(read.to_string().starts_with(error), "{read}");
    }
}

fn any_wait() -> impl Strategy<Value = Wait> {
    let what = prop_oneof![
        prop::option::of(0..6_usize).prop_map(calls),
        Just(WaitedFor::Limit(ConcurrencyLimit::Batch)),
        Just(WaitedFor::Limit(ConcurrencyLimit::Group("g".into()))),
        Just(WaitedFor::Limit(ConcurrencyLimit::TenantTool)),
        Just(WaitedFor::Limit(ConcurrencyLimit::TenantGroup("g".into()))),
    ];
    (what, 0..50_u64, 0..50_u64).prop_map(|(what, from, to)| waited(what, from, to))
}

/// Calls whose times mean nothing: what a stored explanation may say that no batch made.
fn any_call() -> impl Strategy<Value = ExplainedCall> {
    let attempt =
        (0..50_u64, 0..50_u64, 0..20_u64).prop_map(|(from, to, back_off)| ExplainedAttempt {
            span: span(from, to),
            error: "\u{b}\r".to_owned(),
            back_off: ms(back_off),
        });
    (
        any::<String>(),
        0..50_u64,
        prop::option::of((0..50_u64, 0..50_u64)),
        prop::collection::vec(any_wait(), 0..3),
        prop::collection::vec(attempt, 0..3),
        prop::sample::select(vec!["ok", "failed", "skipped"]),
        prop::option::of(0..9_usize),
    )
        .prop_map(
            |(name, queued, ran, waits, failed_attempts, outcome, because)| ExplainedCall {
                name,
                queued: ms(queued),
                span: ran.map(|(from, to)| span(from, to)),
                waits,
                failed_attempts,
                outcome: outcome.to_owned(),
                because,
                ..ExplainedCall::default()
            },
        )
}

/// That the path goes from the start to the end, and that everything can be drawn and stored.
fn holds(explanation: &Explanation) -> Result<(), TestCaseError> {
    let mut at = Duration::ZERO;
    for stretch in &explanation.path {
        prop_assert_eq!(stretch.from, at);
        prop_assert!(stretch.from < stretch.to);
        at = stretch.to;
    }
    prop_assert_eq!(at, explanation.wall);
    let text = explanation.to_string();
    let lines: usize = explanation
        .calls
        .iter()
        .map(|call| 1 + call.waits.len() + call.failed_attempts.len())
        .sum();
    prop_assert_eq!(text.lines().count(), lines + 4, "{}", text);
    for width in [40, 77] {
        for line in explanation.timeline(width).lines() {
            prop_assert!(words::width(line) <= width, "{}", line);
        }
    }
    prop_assert!(explanation.svg().ends_with("</svg>\n"));
    let stored = serde_json::to_string(explanation).unwrap();
    prop_assert_eq!(
        &serde_json::from_str::<Explanation>(&stored).unwrap(),
        explanation
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_is_stored_can_be_drawn(calls in prop::collection::vec(any_call(), 0..6), wall in 0..60_u64) {
        holds(&explained(calls, wall))?;
    }
}

#[test]
fn times_without_measure_can_be_drawn() {
    let mut call = ran("long", 0, 1);
    call.span = Some(Span {
        started: Duration::ZERO,
        finished: Duration::MAX,
    });
    call.failed_attempts.push(ExplainedAttempt {
        span: span(0, 1),
        error: String::new(),
        back_off: Duration::MAX,
    });
    let explanation = Explanation::new(
        vec![call.clone(), call],
        Duration::MAX,
        CriticalPath::default(),
    );
    let _ = (
        explanation.to_string(),
        explanation.timeline(80),
        explanation.svg(),
    );
}
