//! Where spans stand, and what happens inside of them.

use std::sync::Arc;

use support::{call, codes, threads};
use tokio::time::{Duration, sleep};
use tool_runtime::approval::{self, ApprovalRequest};
use tool_runtime::layer::{self, Next, Request};
use tool_runtime::{CallContext, Policy, ToolCall, ToolError, ToolResult, Toolbox, tool, tools};
use tracing::{Instrument as _, info, info_span};

use crate::recorder::{subscriber, test, trace, traced, traced_on};

/// Says that it goes on, in its own span too.
#[tool(pure)]
async fn walk(
    /** How many steps. */
    steps: u32,
) -> u32 {
    for step in 0..steps {
        sleep(Duration::from_millis(2)).await;
        info!("step {step}");
    }
    async { info!("looked up") }
        .instrument(info_span!("query"))
        .await;
    steps
}

/// The same on a thread.
#[tool(pure)]
fn compute() {
    info!("computing");
    info_span!("square").in_scope(|| info!("squared"));
}

const WALKED: &str = "\
run_tools
  execute_tool walk
    - step 0
    - step 1
    query
      - looked up
";

#[test]
fn a_call_is_in_its_batch_and_that_where_it_was_begun() {
    let toolbox = Toolbox::new(tools![walk, compute]).unwrap();
    let (_, trace) = traced("begun", async {
        let calls = [
            call("walk", r#"{"steps": 0}"#),
            call("walk", r#"{"steps": 0}"#),
        ];
        toolbox.run(calls).instrument(info_span!("turn")).await
    });
    let one = "    execute_tool walk\n      query\n        - looked up\n";
    assert_eq!(trace.outline(), format!("turn\n  run_tools\n{one}{one}"));
}

#[test]
fn across_the_tasks_and_workers_that_poll_it() {
    let toolbox = Toolbox::new(tools![walk]).unwrap();
    let (_, trace) = traced_on(&threads(3), "polled", async {
        toolbox.run([call("walk", r#"{"steps": 2}"#)]).await
    });
    assert_eq!(trace.outline(), WALKED);
}

/// The workers have another subscriber than the thread that begins the batch, and that knows no span of this one's.
#[test]
fn a_call_has_the_subscriber_of_its_batch() {
    drop(test("another"));
    let toolbox = Toolbox::new(tools![walk]).unwrap();
    let report = tracing::subscriber::with_default(subscriber(), || {
        let run = async { toolbox.run([call("walk", r#"{"steps": 2}"#)]).await };
        threads(2).block_on(run.instrument(test("scoped")))
    });
    assert_eq!(codes(&report), ["ok"]);
    assert_eq!(
        trace("scoped").outline(),
        "run_tools\n  execute_tool walk\n"
    );
}

#[test]
fn also_if_the_batch_was_spawned() {
    let toolbox = Toolbox::new(tools![walk]).unwrap();
    let (_, trace) = traced_on(&threads(3), "spawned", async {
        let run = toolbox.run([call("walk", r#"{"steps": 2}"#)]);
        tokio::spawn(run.in_current_span()).await.unwrap()
    });
    assert_eq!(trace.outline(), WALKED);
}

#[test]
fn on_the_thread_of_a_plain_function() {
    let toolbox = Toolbox::new(tools![compute]).unwrap();
    let (_, trace) = traced("thread", async { toolbox.run([call("compute", "")]).await });
    assert_eq!(
        trace.outline(),
        "run_tools\n  execute_tool compute\n    - computing\n    square\n      - squared\n"
    );
}

#[test]
fn calls_that_are_pushed_are_in_the_batch_that_was_started() {
    let toolbox = Toolbox::new(tools![walk]).unwrap();
    let (_, trace) = traced("pushed", async {
        let batch = toolbox.start();
        info_span!("stream").in_scope(|| batch.push(call("walk", r#"{"steps": 2}"#)));
        batch.finish().await
    });
    assert_eq!(trace.outline(), format!("{WALKED}stream\n"));
}

fn layered() -> Toolbox<()> {
    let around = layer::around(|_: Request<()>, next: Next| async move {
        info!("before");
        let answer = next.run().await;
        info!("after");
        answer
    });
    let finished = layer::finished(|result: &ToolResult, (): &()| {
        info!("{}", result.outcome().ending.code());
    });
    Toolbox::<()>::builder()
        .tools(tools![walk, compute])
        .layer(around)
        .layer(finished)
        .build()
        .unwrap()
}

#[test]
fn with_the_layers_round_it() {
    let (_, trace) = traced("layers", async {
        layered()
            .run([
                call("walk", r#"{"steps": 0}"#),
                call("compute", ""),
                call("fly", ""),
            ])
            .await
    });
    let calls = trace.outline();
    for expected in [
        "  execute_tool walk\n    - before\n    - after\n    - ok\n    query\n",
        "  execute_tool compute\n    - before\n    - computing\n    - after\n    - ok\n    square\n",
        "  execute_tool\n    - unknown_tool\n",
    ] {
        assert!(calls.contains(expected), "{calls}");
    }
}

/// Asks others.
#[tool(pure)]
async fn delegate(#[state] inner: &Arc<Toolbox<()>>) -> String {
    let report = inner.run([call("walk", r#"{"steps": 2}"#)]).await;
    report.results()[0].text().to_owned()
}

#[test]
fn a_batch_inside_a_call_is_in_the_call() {
    let inner = Arc::new(Toolbox::new(tools![walk]).unwrap());
    let outer = Toolbox::<Arc<Toolbox<()>>>::builder()
        .tools(tools![delegate])
        .build()
        .unwrap();
    let (_, trace) = traced_on(&threads(2), "inside", async {
        outer.bind(inner).run([call("delegate", "")]).await
    });
    let inner = WALKED.lines().map(|line| format!("    {line}\n"));
    let inner: String = inner.collect();
    assert_eq!(
        trace.outline(),
        format!("run_tools\n  execute_tool delegate\n{inner}")
    );
}

/// Works the second time.
#[tool(pure)]
async fn retry(#[context] context: &CallContext) -> Result<u32, ToolError> {
    info!("attempt {}", context.attempt());
    match context.attempt() {
        1 => Err(ToolError::new("Busy.").retryable()),
        attempt => Ok(attempt),
    }
}

#[test]
fn all_attempts_of_a_call_are_in_one_span() {
    let toolbox = Toolbox::new(tools![retry]).unwrap();
    let (_, trace) = traced("attempts", async { toolbox.run([call("retry", "")]).await });
    assert_eq!(
        trace.outline(),
        "run_tools\n  execute_tool retry\n    - attempt 1\n    - an attempt of a call failed, and another is to follow\n    - attempt 2\n"
    );
    assert_eq!(
        trace.calls()[0].field("tool_runtime.call.attempts"),
        Some("2")
    );
}

/// Says when it is read.
#[derive(schemars::JsonSchema)]
#[schemars(transparent)]
struct Loud(#[expect(dead_code, reason = "it is for its reading")] u32);

impl<'de> serde::Deserialize<'de> for Loud {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        info!("reading");
        u32::deserialize(deserializer).map(Self)
    }
}

/// Pays.
#[tool(writes("account"), approval)]
async fn pay(
    /** How much. */
    amount: Loud,
) {
    let _ = amount;
    info!("paying");
}

#[test]
fn what_comes_before_its_work_is_in_the_batch() {
    let toolbox = Toolbox::new(tools![pay]).unwrap();
    let (report, trace) = traced("before", async {
        let approver = approval::by(|request: ApprovalRequest| async {
            info!("asking");
            sleep(Duration::from_secs(1)).await;
            info!("answered");
            Ok(request.approve())
        });
        let desk = toolbox.bind(()).approved_by(approver);
        desk.run([call("pay", r#"{"amount": 1}"#)]).await
    });
    assert_eq!(codes(&report), ["ok"]);
    assert_eq!(
        trace.outline(),
        "run_tools\n  - reading\n  - asking\n  - answered\n  execute_tool pay\n    - paying\n"
    );
    assert_eq!(
        trace.calls()[0].field("tool_runtime.wait.for"),
        Some("approval")
    );
}

/// Says that it is dropped.
#[tool(pure, timeout = "5ms")]
async fn hang() {
    struct Held;
    impl Drop for Held {
        fn drop(&mut self) {
            info!("dropped");
        }
    }
    let _held = Held;
    std::future::pending::<()>().await;
}

/// Fails so that the model is not told why.
#[tool(pure)]
async fn fail() -> Result<(), ToolError> {
    Err(ToolError::internal("db-7 refused"))
}

#[test]
fn what_is_dropped_and_what_the_log_is_told_is_in_the_call() {
    let toolbox = Toolbox::new(tools![hang, fail]).unwrap();
    let (_, trace) = traced("dropped", async {
        toolbox.run([call("hang", ""), call("fail", "")]).await
    });
    let calls = trace.outline();
    assert!(
        calls.contains("  execute_tool hang\n    - dropped\n"),
        "{calls}"
    );
    assert!(
        calls
            .contains("  execute_tool fail\n    - a call failed, and the model was not told why\n"),
        "{calls}"
    );
}

#[test]
fn calls_that_share_a_result_have_a_span_each() {
    let toolbox = Toolbox::new(tools![walk]).unwrap();
    let (_, trace) = traced("same", async {
        let desk = toolbox
            .bind(())
            .with(Policy::default().coalesce(true))
            .unwrap();
        let calls = ["a", "b"].map(|id| ToolCall::new(id, "walk", r#"{"steps": 2}"#));
        desk.run(calls).await
    });
    assert_eq!(trace.outline(), format!("{WALKED}  execute_tool walk\n"));
    let same =
        |span: &&crate::recorder::Span| span.field("tool_runtime.call.same_as").map(str::to_owned);
    let same: Vec<_> = trace.calls().iter().map(same).collect();
    assert_eq!(same, [None, Some("0".to_owned())]);
}
