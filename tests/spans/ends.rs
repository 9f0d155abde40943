//! When spans end, whatever becomes of their calls.

use std::time::Duration;

use support::{Probe, call, codes, threads};
use tokio::time::sleep;
use tool_runtime::batch::Progressed;
use tool_runtime::{Policy, ToolCall, Toolbox, tool, tools};

use crate::recorder::{test, trace, traced, traced_on};

/// Waits.
#[tool(writes("thing"))]
async fn wait() {
    sleep(Duration::from_secs(1)).await;
}

/// Keeps a thread until the test lets go.
#[tool(writes("thread"))]
fn block(#[state] probe: &Probe) {
    let _alive = probe.enter();
    probe.spin();
}

/// Needs approval.
#[tool(writes("account"), approval)]
async fn pay() {}

#[test]
fn all_have_ended_when_the_caller_has_the_report() {
    let toolbox = Toolbox::new(tools![wait]).unwrap();
    for _ in 0..20 {
        let (open, _) = traced_on(&threads(2), "reported", async {
            let policy = Policy::default()
                .call_timeout(Duration::from_millis(1))
                .grace(Duration::from_millis(1));
            let desk = toolbox.bind(()).with(policy).unwrap();
            let report = desk
                .run([call("wait", ""), call("wait", ""), call("fly", "")])
                .await;
            assert_eq!(codes(&report), ["timed_out", "skipped", "unknown_tool"]);
            trace("reported").open().len()
        });
        assert_eq!(open, 0);
    }
}

#[test]
fn those_of_a_batch_that_is_dropped_say_so() {
    let toolbox = Toolbox::new(tools![wait]).unwrap();
    let (_, trace) = traced("abandoned", async {
        let run = toolbox.run([call("wait", ""), call("wait", "")]);
        assert!(
            tokio::time::timeout(Duration::from_millis(5), run)
                .await
                .is_err()
        );
        assert!(trace("abandoned").open().is_empty());
    });
    for span in trace.calls() {
        assert_eq!(span.field("error.type"), Some("cancelled"));
    }
    assert_eq!(trace.calls().len(), 2);
    let batch = trace.named("run_tools")[0];
    assert_eq!(batch.field("tool_runtime.batch.end"), Some("dropped"));
    assert_eq!(batch.field("tool_runtime.batch.calls"), Some("2"));
}

#[test]
fn one_of_a_call_that_cannot_be_stopped_ends_with_it() {
    let short = Duration::from_millis(20);
    let policy = Policy::default().call_timeout(short).grace(short);
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![block])
        .policy(policy)
        .build()
        .unwrap();
    let probe = Probe::default();
    let (_, trace) = traced_on(&threads(2), "stuck", async {
        let report = toolbox.bind(probe.clone()).run([call("block", "")]).await;
        assert!(report.results()[0].outcome().still_running);
        let stuck = trace("stuck");
        assert!(stuck.open().contains(&"execute_tool block"));
        let span = stuck.calls()[0].clone();
        assert_eq!(span.field("error.type"), Some("timed_out"));
        assert_eq!(span.field("tool_runtime.call.still_running"), Some("true"));
        probe.release();
        toolbox.idle().await;
    });
    drop(toolbox);
    for _ in 0..500 {
        if crate::recorder::trace("stuck").open().is_empty() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("{:?}", trace.open());
}

#[test]
fn a_call_that_waits_for_its_approval_on_disk_has_none_yet() {
    let toolbox = Toolbox::new(tools![wait, pay]).unwrap();
    let (_, trace) = traced("suspended", async {
        let run = toolbox.run([call("wait", ""), call("pay", "")]);
        let progressed = run.or_suspend().await;
        assert!(matches!(progressed, Progressed::Suspended(_)));
    });
    assert_eq!(trace.outline(), "run_tools\n  execute_tool wait\n");
    assert!(trace.open().is_empty());
    let batch = trace.named("run_tools")[0];
    assert_eq!(batch.field("tool_runtime.batch.end"), Some("suspended"));
}

#[test]
fn a_subscriber_that_panics_does_so_for_itself() {
    let toolbox = Toolbox::new(tools![wait]).unwrap();
    for id in ["breaks_new", "breaks_later"] {
        let (report, _) = traced("broken", async {
            toolbox
                .run([ToolCall::new(id, "wait", ""), call("wait", "")])
                .await
        });
        assert_eq!(codes(&report), ["ok", "ok"]);
    }
}

#[test]
fn a_batch_that_nobody_traces_runs_as_well() {
    let _ = test("untraced");
    let toolbox = Toolbox::new(tools![wait]).unwrap();
    let runtime = threads(2);
    tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::default(), || {
        runtime.block_on(async {
            let report = toolbox.run([call("wait", "")]).await;
            assert_eq!(codes(&report), ["ok"]);
        });
    });
    assert_eq!(trace("untraced").outline(), "");
}
