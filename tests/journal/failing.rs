//! A journal that fails: the call is not made, and the model reads no more than that.

use std::error::Error as _;
use std::time::Duration;

use support::{call, codes, is_idle, texts, texts_without_ids, threads};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tool_runtime::batch::ErrorDetail;
use tool_runtime::{Effects, Policy, Report, ToolError};

use crate::desk::{How, Log, Memory, desk, toolbox};

const PAY: &str = "`pay` was not called, because the call could not be written down first (error id `ID`). Nothing was changed. Try it once more at most.";

fn check(report: &Report, source: &str) {
    let result = &report.results()[0];
    assert_eq!(codes(report), ["failed"]);
    assert_eq!(result.outcome().effects, Effects::None);
    let error = result.error().unwrap();
    assert!(error.has_no_effects());
    assert_eq!(error.source().unwrap().to_string(), source);
    assert!(!result.text().contains(source), "{}", result.text());
}

const WAYS: [(How, &str); 3] = [
    (How::Fails, "the disk of db-7 is full"),
    (How::Panics, "the journal panicked: the journal's secret"),
    (
        How::PanicsLater,
        "the journal panicked: the journal's secret",
    ),
];

#[tokio::test(start_paused = true)]
async fn the_call_is_not_made() {
    for (how, source) in WAYS {
        let journal = Memory::new(&Log::default(), how);
        let desk = desk(Policy::default(), &journal);
        let report = desk.run([call("pay", "{}")]).await;
        check(&report, source);
        assert_eq!(texts_without_ids(&report), [PAY]);
        assert_eq!(journal.log.entries(), ["finished pay failed"]);
    }
}

#[test]
fn a_plain_function_is_not_called() {
    for (how, source) in WAYS {
        let journal = Memory::new(&Log::default(), how);
        let desk = desk(Policy::default(), &journal);
        let report = threads(2).block_on(desk.run([call("write", "{}")]));
        check(&report, source);
        assert_eq!(journal.log.entries(), ["finished write failed"]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_it_says_is_told_where_the_policy_tells_sources() {
    let journal = Memory::new(&Log::default(), How::Fails);
    let policy = Policy::default().error_detail(ErrorDetail::Sources);
    let report = desk(policy, &journal).run([call("pay", "{}")]).await;
    let expected = "`pay` was not called, because the call could not be written down first (error id `ID`): the disk of db-7 is full. Nothing was changed. Try it once more at most.";
    assert_eq!(texts_without_ids(&report), [expected]);
    let policy = Policy::default().error_detail(ErrorDetail::Kind);
    let report = desk_again(policy).run([call("pay", "{}")]).await;
    assert_eq!(texts_without_ids(&report), [PAY]);
}

fn desk_again(policy: Policy) -> tool_runtime::Bound<Log> {
    desk(policy, &Memory::new(&Log::default(), How::Fails))
}

/// Its siblings are not touched, nor is what they share.
#[tokio::test(start_paused = true)]
async fn later_calls_are_made_once_it_works() {
    let log = Log::default();
    let toolbox = toolbox(Policy::default());
    for (how, code) in [(How::Fails, "failed"), (How::Fine, "ok")] {
        let desk = toolbox.bind(log.clone());
        let desk = desk.journaled_by(Memory::new(&log, how));
        let report = desk.run([call("pay", "{}"), call("pay", "{}")]).await;
        assert_eq!(codes(&report), [code, code]);
        assert!(is_idle(&toolbox));
    }
}

/// Nobody asks for the call any more when the journal is ready at last.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_told_to_end_meanwhile_does_not_begin() {
    let policy = Policy::default()
        .call_timeout(Duration::from_millis(20))
        .grace(Duration::from_secs(1));
    let journal = Memory::new(&Log::default(), How::Slow(50));
    let report = desk(policy, &journal).run([call("pay", "{}")]).await;
    assert_eq!(codes(&report), ["timed_out"]);
    assert_eq!(report.results()[0].outcome().effects, Effects::None);
    let expected = "`pay` was not called: preparing the call took longer than 20ms. Nothing was changed. The same call may take as long again.";
    assert_eq!(texts(&report), [expected]);
    assert_eq!(
        journal.log.entries(),
        ["started pay", "finished pay timed_out (work)"]
    );
}

#[tokio::test(start_paused = true)]
async fn one_that_is_cancelled_meanwhile_is_told_as_cancelled() {
    let journal = Memory::new(&Log::default(), How::Slow(50));
    let gone = CancellationToken::new();
    let desk = desk(Policy::default(), &journal).cancelled_by(gone.clone());
    let stop = async {
        sleep(Duration::from_millis(20)).await;
        gone.cancel();
    };
    let (report, ()) = tokio::join!(desk.run([call("pay", "{}")]), stop);
    assert_eq!(codes(&report), ["cancelled"]);
    let expected = "`pay` was cancelled before it was called. Nothing was changed. Call it again if it is still needed.";
    assert_eq!(texts(&report), [expected]);
    assert_eq!(
        journal.log.entries(),
        ["started pay", "finished pay cancelled (batch)"]
    );
}

/// Nobody knows what a journal has done that does not come back.
#[tokio::test(start_paused = true)]
async fn a_journal_that_never_ends_takes_the_call_with_it() {
    let policy = Policy::default()
        .call_timeout(Duration::from_millis(20))
        .grace(Duration::from_millis(20));
    let journal = Memory::new(&Log::default(), How::Hangs);
    let report = desk(policy, &journal).run([call("pay", "{}")]).await;
    assert_eq!(codes(&report), ["timed_out"]);
    assert_eq!(report.results()[0].outcome().effects, Effects::Unknown);
    assert_eq!(
        journal.log.entries(),
        ["finished pay timed_out (work)"],
        "the tool was not called"
    );
}

#[test]
fn a_thread_that_is_told_to_end_meanwhile_does_not_begin() {
    let policy = Policy::default()
        .call_timeout(Duration::from_millis(20))
        .grace(Duration::from_millis(500));
    let journal = Memory::new(&Log::default(), How::Slow(100));
    let desk = desk(policy, &journal);
    let report = threads(2).block_on(desk.run([call("write", "{}")]));
    let expected = "`write` was not called: preparing the call took longer than 20ms. Nothing was changed. The same call may take as long again.";
    assert_eq!(texts(&report), [expected]);
    assert_eq!(journal.log.entries(), ["finished write timed_out (work)"]);
}

/// The error is what it was when a report is stored.
#[tokio::test(start_paused = true)]
async fn it_is_stored_with_the_report() {
    let journal = Memory::new(&Log::default(), How::Fails);
    let report = desk(Policy::default(), &journal)
        .run([call("pay", "{}")])
        .await;
    let stored = serde_json::to_string(&report).unwrap();
    let read: Report = serde_json::from_str(&stored).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), stored);
    let text = |report: &Report| report.results()[0].error().map(ToolError::to_string);
    assert_eq!(text(&read), text(&report));
}
