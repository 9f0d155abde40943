//! Calls that are cancelled wherever they are, once and twice, from outside and by themselves.

use std::time::Duration;

use support::call;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tool_runtime::approval::{self, ApprovalRequest, Decision};
use tool_runtime::{Effects, ToolCall};

use crate::world::{on, paused, policy};

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Who cancels.
#[derive(Clone, Copy, Debug)]
enum By {
    Call,
    CallTwice,
    Token,
    TokenAndCall,
}

/// Where a call is when it is cancelled, after so many milliseconds, and what becomes of it.
fn places() -> [(&'static str, u64, [ToolCall; 2], Effects); 7] {
    let long = || call("wait", r#"{"us": 50000}"#);
    let other = || call("fine", r#"{"ms": 0}"#);
    [
        ("before its start", 0, [other(), long()], Effects::None),
        (
            "in a queue",
            5,
            [long(), call("approved", "")],
            Effects::None,
        ),
        ("behind a call", 5, [long(), long()], Effects::None),
        (
            "mid-await, with its permits",
            5,
            [other(), long()],
            Effects::Unknown,
        ),
        (
            "in its pause",
            5,
            [other(), call("retried", r#"{"fails": 2}"#)],
            Effects::Unknown,
        ),
        (
            "at an approval",
            5,
            [other(), call("approved", "")],
            Effects::None,
        ),
        (
            "behind one that waits for approval",
            5,
            [call("approved", ""), long()],
            Effects::None,
        ),
    ]
}

#[test]
fn wherever_it_is() {
    for by in [By::Call, By::CallTwice, By::Token, By::TokenAndCall] {
        for (place, at, calls, effects) in places() {
            on(&paused(), policy(), async |_, desk| {
                let token = CancellationToken::new();
                // Nobody decides.
                let asked = approval::by(|_: ApprovalRequest| {
                    std::future::pending::<Result<Decision, _>>()
                });
                let desk = desk.cancelled_by(token.clone()).approved_by(asked);
                let batch = desk.start();
                for call in calls.clone() {
                    batch.push(call);
                }
                if at > 0 {
                    sleep(ms(at)).await;
                }
                match by {
                    By::Call => batch.cancel(1),
                    By::CallTwice => (0..2).for_each(|_| batch.cancel(1)),
                    By::Token => token.cancel(),
                    By::TokenAndCall => {
                        token.cancel();
                        batch.cancel(1);
                        token.cancel();
                    }
                }
                // What waits for it, or for nobody, is cancelled too, so that the batch ends.
                sleep(ms(20)).await;
                batch.cancel(0);
                let report = batch.finish().await;
                let [_, result] = report.results() else {
                    panic!("two calls, two results")
                };
                let outcome = result.outcome();
                assert_eq!(outcome.ending.code(), "cancelled", "{place} {by:?}");
                assert_eq!(outcome.effects, effects, "{place} {by:?}");
                assert!(!outcome.still_running && !outcome.late);
            });
        }
    }
}

/// The tool has a token that its own batch is cancelled by, and uses it.
#[test]
fn by_itself() {
    for (tool, ending, effects) in [
        ("cancels_and_answers", "ok", Effects::Done),
        ("cancels_and_waits", "cancelled (batch)", Effects::Unknown),
        ("cancels_on_a_thread", "ok", Effects::Done),
        ("cancels_its_context", "ok", Effects::Done),
    ] {
        for runtime in [paused(), support::threads(2)] {
            on(&runtime, policy(), async |world, desk| {
                let desk = desk.cancelled_by(world.state.token.clone());
                // Only the batch's token is about others too.
                let (ms, other) = match tool {
                    "cancels_its_context" => (1, "ok"),
                    _ => (60_000, "cancelled (batch)"),
                };
                let calls = [call("fine", &format!(r#"{{"ms": {ms}}}"#)), call(tool, "")];
                let report = desk.run(calls).await;
                let endings = report.results().iter().map(|one| one.outcome());
                let endings: Vec<_> = endings.map(|one| one.ending.to_string()).collect();
                assert_eq!(endings, [other, ending], "{tool}");
                assert_eq!(report.results()[1].outcome().effects, effects, "{tool}");
            });
        }
    }
}
