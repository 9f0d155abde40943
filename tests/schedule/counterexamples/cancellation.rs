//! Calls and batches that are told to end, or dropped.

use support::{codes, nothing_is_left, texts};
use tokio_util::sync::CancellationToken;
use tool_runtime::Effects;

use super::policy;
use crate::desk::{all_told, call, calls, check, desk, ms_of, paused, run};

#[test]
fn what_has_its_result_keeps_it() {
    check(
        policy().grace(ms_of(5)),
        &[
            "echo ms=3",
            "echo does=hang",
            "echo does=polite",
            "create path=a ms=20",
            "list path=a",
            "@5 cancel 0",
            "@5 cancel 1",
            "@5 cancel 2",
            "@5 cancel 4",
            "@5 cancel 9",
            "@6 cancel 1",
        ],
        &[
            "0..3 ok",
            "0..10 cancelled (call)",
            "0..5 ok",
            "0..20 ok",
            "- cancelled (call)",
        ],
    );
}

#[test]
fn what_ends_a_call_first_is_what_it_is_told() {
    check(
        policy().call_timeout(ms_of(50)).grace(ms_of(5)),
        &["echo does=hang", "@52 cancel 0"],
        &["0..55 timed_out (work)"],
    );
    check(
        policy().call_timeout(ms_of(12)).grace(ms_of(5)),
        &["echo does=hang", "@10 cancel 0"],
        &["0..15 cancelled (call)"],
    );
}

#[test]
fn a_token_cancels_the_batch() {
    let (toolbox, desk, state) = desk(policy().grace(ms_of(5)).tool_concurrency("plain", 1));
    paused().block_on(async {
        let token = CancellationToken::new();
        let desk = desk.cancelled_by(token.clone());
        let script = [
            "echo ms=3",
            "create path=a",
            "list path=a",
            "echo does=polite",
            "plain",
            "plain",
        ];
        let cancel = async {
            tokio::time::sleep(ms_of(4)).await;
            token.cancel();
        };
        let (report, ()) = tokio::join!(run(&desk, &script), cancel);
        assert_eq!(
            all_told(&report),
            [
                "0..3 ok",
                "0..9 cancelled (batch)",
                "- cancelled (batch)",
                "0..4 ok",
                "0..9 cancelled (batch)",
                "- cancelled (batch)"
            ]
        );
        assert!(report.results()[3].outcome().late);
        let effects = report
            .results()
            .iter()
            .map(|result| result.outcome().effects);
        use Effects::{None, Unknown};
        assert_eq!(
            effects.collect::<Vec<_>>(),
            [None, Unknown, None, None, Unknown, None]
        );
        assert_eq!(
            texts(&report)[1..3],
            [
                "`create` was cancelled. It may have taken effect; check before repeating.",
                "`list` was cancelled before it was called. Nothing was changed. Call it again if it is still needed."
            ]
        );
        // The batches of a desk that was cancelled are cancelled from their start.
        assert_eq!(
            codes(&desk.run(calls(&["echo", "plain"])).await),
            ["cancelled"; 2]
        );
        drop(desk);
        assert_eq!(
            nothing_is_left(&toolbox, &state, 1, calls(&["plain", "everything"])).await,
            Ok(())
        );
    });
}

#[test]
fn a_batch_that_is_dropped_drops_its_calls() {
    let (toolbox, desk, state) = desk(policy().tool_concurrency("plain", 1));
    paused().block_on(async {
        let batch = desk.start();
        for text in [
            "create path=a",
            "list path=a",
            "plain",
            "plain",
            "everything",
            "echo does=hang",
        ] {
            batch.push(call(text));
        }
        tokio::time::sleep(ms_of(5)).await;
        assert_eq!(state.alive(), 3);
        drop(batch);
        assert_eq!((state.started(), state.alive()), (3, 0));
        drop(desk);
        let again = calls(&["plain", "create path=a", "everything"]);
        assert_eq!(nothing_is_left(&toolbox, &state, 1, again).await, Ok(()));
        assert_eq!(state.started(), 6, "no call that waited ever ran");
    });
}
