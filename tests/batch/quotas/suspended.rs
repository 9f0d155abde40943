//! A batch that is suspended holds no uses for its open calls; they take theirs when it is resumed.

use support::{Probe, call, codes, texts};
use tool_runtime::approval::Decision;
use tool_runtime::batch::{Progressed, SuspendedBatch};
use tool_runtime::{Bound, Quota, ToolCall, Toolbox, tool, tools};

use super::{here, search, searching};

/// The key that the program signs with.
const KEY: [u8; 32] = *b"a key of the tests and no others";

/// Order something.
#[tool(writes("shelf"), approval)]
async fn order(#[state] probe: &Probe) {
    let _alive = probe.enter();
}

fn limited() -> Quota {
    here().tool("order", 2).all_tools(4)
}

fn desk(quota: &Quota) -> Bound<Probe> {
    let tools = tools![order, search];
    let toolbox = Toolbox::<Probe>::builder().tools(tools).build().unwrap();
    toolbox.bind(Probe::default()).within(quota).unwrap()
}

fn calls() -> Vec<ToolCall> {
    let order = || call("order", "{}");
    vec![searching("a"), order(), order(), order()]
}

/// The batch of these calls as it comes out in another process.
async fn suspend(desk: &Bound<Probe>, calls: Vec<ToolCall>) -> SuspendedBatch {
    match desk.run(calls).or_suspend().await {
        Progressed::Suspended(batch) => SuspendedBatch::verify(&batch.sign(&KEY), &KEY).unwrap(),
        other => panic!("it is not suspended: {other:?}"),
    }
}

fn approved(batch: &SuspendedBatch) -> Vec<Decision> {
    batch.pending().map(|call| call.approve()).collect()
}

#[tokio::test(start_paused = true)]
async fn open_calls_give_theirs_back_and_take_them_anew() {
    let quota = limited();
    let batch = suspend(&desk(&quota), calls()).await;
    let pending: Vec<_> = batch.pending().map(|call| call.index()).collect();
    assert_eq!(pending, [1, 2]);
    assert_eq!((quota.used("order"), quota.used("search")), (0, 1));
    // The same quota, or one of another process with what was stored of it.
    let elsewhere = limited();
    elsewhere.set_used("search", 1);
    for quota in [quota, elsewhere] {
        let batch = SuspendedBatch::verify(&batch.sign(&KEY), &KEY).unwrap();
        let decisions = approved(&batch);
        let report = desk(&quota).resume(batch, decisions).unwrap().await;
        assert_eq!(codes(&report), ["ok", "ok", "ok", "over_limit"]);
        assert_eq!((quota.used("order"), quota.used("search")), (2, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_may_be_suspended_again_and_again() {
    let quota = limited();
    let mut batch = suspend(&desk(&quota), calls()).await;
    for made in 1..=2 {
        let decision = batch.pending().next().unwrap().approve();
        let run = desk(&quota).resume(batch, [decision]).unwrap();
        batch = match run.or_suspend().await {
            Progressed::Suspended(batch) => batch,
            Progressed::Finished(report) => {
                assert_eq!(codes(&report), ["ok", "ok", "ok", "over_limit"]);
                assert_eq!((made, quota.used("order"), quota.total_used()), (2, 2, 3));
                return;
            }
        };
        assert_eq!((quota.used("order"), quota.used("search")), (made, 1));
    }
    panic!("it does not end");
}

#[tokio::test(start_paused = true)]
async fn a_call_for_which_none_is_left_meanwhile_is_not_made() {
    let quota = limited();
    let batch = suspend(&desk(&quota), calls()).await;
    quota.set_used("order", 1);
    let decisions = approved(&batch);
    let report = desk(&quota).resume(batch, decisions).unwrap().await;
    assert_eq!(codes(&report), ["ok", "ok", "over_limit", "over_limit"]);
    assert_eq!(
        texts(&report)[2],
        "`order` was not called: it may be called 2 times in this conversation, and calls before it have taken that. Nothing was changed. Call it again only if one of those was not made."
    );
    assert_eq!(quota.used("order"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_denied_gives_its_own_back() {
    let quota = limited();
    let batch = suspend(&desk(&quota), calls()).await;
    let mut pending = batch.pending();
    let decisions = [
        pending.next().unwrap().deny("No."),
        pending.next().unwrap().approve(),
    ];
    drop(pending);
    let report = desk(&quota).resume(batch, decisions).unwrap().await;
    assert_eq!(codes(&report), ["ok", "denied", "ok", "over_limit"]);
    assert_eq!(quota.used("order"), 1);
}
