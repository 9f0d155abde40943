//! Calls of different tenants have nothing to do with each other: not in time, not in words.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use support::{codes, nothing_is_left, texts, threads};
use tokio::time::sleep;
use tool_runtime::{Bound, Policy, Report};

use crate::desk::{Data, call, calls, desk, paused, toolbox};

#[tokio::test(start_paused = true)]
async fn scopes_are_a_tenants_own() {
    let toolbox = toolbox(Policy::default());
    let [(one, data), (other, _)] = ["a", "b"].map(|tenant| desk(&toolbox, tenant));
    let [one, other] = [one, other].map(|desk| desk.order_across_batches("inbox"));
    let nobodys = toolbox.bind(data).order_across_batches("inbox");
    let put = || calls(&["put x 10"]);
    let reports = tokio::join!(
        one.run(put()),
        other.run(put()),
        nobodys.run(put()),
        one.run(put())
    );
    let (first, others, nobodys, second) = reports;
    for report in [&first, &others, &nobodys] {
        assert_eq!(report.wall(), Duration::from_millis(10));
        assert_eq!(report.results()[0].waits(), []);
    }
    assert_eq!(second.wall(), Duration::from_millis(20));
}

/// The first call of a later batch, which may wait for one that hangs.
async fn ending(desk: &Bound<Data>, text: &str) -> String {
    let short = Policy::default().max_wait(Duration::from_millis(30));
    let report = desk.clone().with(short).unwrap().run([call(text)]).await;
    report.results()[0].outcome().ending.to_string()
}

/// Ends the threads of a test that fails.
struct Release(Arc<Data>);

impl Drop for Release {
    fn drop(&mut self) {
        self.0.probe.release();
    }
}

#[test]
fn what_a_call_still_writes_holds_up_its_tenant_alone() {
    let policy = Policy::default()
        .call_timeout(Duration::from_millis(20))
        .grace(Duration::from_millis(1));
    let toolbox = toolbox(policy);
    let [(one, data), (other, others)] = ["a", "b"].map(|tenant| desk(&toolbox, tenant));
    let nobodys = toolbox.bind(Arc::clone(&data));
    let (waits, runs) = ("timed_out (predecessor)", "ok");
    let runtime = threads(2);
    let _released = [&data, &others].map(|data| Release(Arc::clone(data)));
    runtime.block_on(async {
        assert_eq!(codes(&one.run([call("hang x")]).await), ["timed_out"]);
        for text in ["put x 0", "look x 0", "clear 0", "put x/y 0"] {
            assert_eq!(ending(&one, text).await, waits, "{text}");
            assert_eq!(ending(&other, text).await, runs, "{text}");
            let inbox = other.clone().order_across_batches("inbox");
            assert_eq!(ending(&inbox, text).await, runs, "{text}");
            // It may be anybody's data.
            assert_eq!(ending(&nobodys, text).await, waits, "{text}");
        }
        data.probe.release();
        toolbox.idle().await;

        // And the other way about: what is nobody's may be anybody's.
        let program = toolbox.bind(Arc::clone(&others));
        assert_eq!(codes(&program.run([call("hang x")]).await), ["timed_out"]);
        for desk in [&one, &other] {
            assert_eq!(ending(desk, "put x 0").await, waits);
        }
        others.probe.release();
        toolbox.idle().await;
        for desk in [&one, &other] {
            assert_eq!(ending(desk, "put x 0").await, runs);
        }
    });
}

/// A batch of a few calls, begun some time after the start.
type Begun = (u64, Vec<String>);

fn any_call() -> impl Strategy<Value = String> {
    let paths = [
        "x", "x/y", "../other", "x/../x", "é", "e\u{301}", "/", "inbox",
    ];
    let path = prop::sample::select(paths.to_vec());
    let ms = (0..12_u64).prop_map(|ms| 2 * ms);
    prop_oneof![
        3 => (path.clone(), ms.clone()).prop_map(|(path, ms)| format!("put {path} {ms}")),
        2 => (path, ms.clone()).prop_map(|(path, ms)| format!("look {path} {ms}")),
        3 => ms.clone().prop_map(|ms| format!("ask {ms}")),
        1 => ms.prop_map(|ms| format!("clear {ms}")),
    ]
}

/// Batches that begin so many milliseconds after an even number of them. Since calls take an even number too, nothing of batches with
/// another `after` happens in the same instant: of two calls that may have a permit then either may be first, and which it is may hang on
/// what else happens.
fn any_batches(after: u64) -> impl Strategy<Value = Vec<Begun>> {
    let begin = (0..20_u64).prop_map(move |ms| 2 * ms + after);
    prop::collection::vec((begin, prop::collection::vec(any_call(), 0..6)), 1..4)
}

async fn begin(desk: Bound<Data>, (after, texts): Begun) -> Report {
    sleep(Duration::from_millis(after)).await;
    let calls: Vec<_> = texts.iter().map(|text| call(text)).collect();
    desk.run(calls).await
}

/// All that is told of a tenant's batches, where each other tenant has these.
fn told(own: &[Begun], others: &[Vec<Begun>], scope: bool) -> Vec<String> {
    // For each of the three there is what it may have.
    let policy = Policy::default()
        .group_concurrency("backend", ["ask", "look"], 6)
        .group_concurrency_per_tenant("backend", 2)
        .tool_concurrency("put", 3)
        .tool_concurrency_per_tenant("put", 1);
    let toolbox = toolbox(policy);
    paused().block_on(async {
        let begun = |tenant: &str, batches: &[Begun]| {
            let (mut desk, data) = desk(&toolbox, tenant);
            if scope {
                desk = desk.order_across_batches("inbox");
            }
            let batches = batches.iter().cloned();
            let running: Vec<_> = batches
                .map(|batch| tokio::spawn(begin(desk.clone(), batch)))
                .collect();
            (running, data)
        };
        let others = others.iter().zip(["b", "c"]);
        let others: Vec<_> = others
            .map(|(batches, tenant)| begun(tenant, batches))
            .collect();
        let (running, data) = begun("a", own);
        let mut told = Vec::new();
        for batch in running {
            let report = batch.await.unwrap();
            told.push(format!("{:?}{:?}", codes(&report), texts(&report)));
            for result in report.results() {
                told.push(format!("{:?}{:?}", result.span(), result.waits()));
            }
            told.push(report.explain().to_string());
        }
        for batch in others.into_iter().flat_map(|(running, _)| running) {
            batch.await.unwrap();
        }
        told.push(format!("{:?}", data.notes.lock().unwrap()));
        let again = calls(&["put x 0", "put é 0", "ask 0", "clear 0"]);
        assert_eq!(nothing_is_left(&toolbox, &data, 1, again).await, Ok(()));
        told
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_others_do_changes_what_a_tenant_is_told(
        own in any_batches(0),
        others in prop::collection::vec(any_batches(1), 2),
        scope in any::<bool>(),
    ) {
        // Of two calls of its own that may have a permit in the same instant either may be first, and which it is hangs on how long polls take
        // on a busy machine. What others did to a tenant would be seen every time.
        let (mut beside, mut alone) = (told(&own, &others, scope), told(&own, &[], scope));
        for _ in 0..20 {
            if beside == alone {
                break;
            }
            (beside, alone) = (told(&own, &others, scope), told(&own, &[], scope));
        }
        prop_assert_eq!(beside, alone);
    }
}
