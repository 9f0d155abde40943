//! What a log is told with the feature `tracing`: failures that the model is not told of, by their ids, and calls that cannot be
//! stopped.

use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use support::{Probe, codes, texts};
use tool_runtime::batch::{ErrorDetail, Run};
use tool_runtime::{Bound, Policy, Redaction, Report, ToolCall, ToolError, Toolbox, tool, tools};

use crate::recorder::{Recorded, of_call, record};

const URL: &str = "postgres://ada:secret@db-7/shop";

/// Fails in a way of its own.
#[tool(writes("thing"), idempotent)]
async fn fail(
    /// How.
    how: String,
) -> Result<String, ToolError> {
    let source = std::io::Error::other(URL);
    match how.as_str() {
        "internal" => Err(ToolError::internal(source)),
        "plain" => Err(ToolError::new("It is shut.").with_source(source)),
        "well" => Ok(how),
        "busy" => Err(ToolError::new(URL).retryable()),
        how => panic!("{how} {URL}"),
    }
}

/// Cannot be written.
#[tool(writes("thing"))]
async fn unwritable() -> std::collections::BTreeMap<[u8; 2], u8> {
    [([1, 2], 3)].into()
}

/// Fails for all who ask the same.
#[tool(pure)]
async fn count() -> Result<u8, ToolError> {
    tokio::task::yield_now().await;
    Err(ToolError::internal("no numbers"))
}

/// Keeps a thread until the test lets go.
#[tool(writes("thread"))]
fn block(#[state] probe: &Probe) {
    let _alive = probe.enter();
    probe.spin();
}

fn desk(policy: Policy) -> (Bound<Probe>, Toolbox<Probe>, Probe) {
    record();
    let toolbox = Toolbox::<Probe>::builder()
        .tools(tools![fail, unwritable, count, block])
        .redact(Redaction::default().and(|text| text.replace("db-7", "[host]")));
    let toolbox = toolbox.build().unwrap();
    let probe = Probe::default();
    let desk = toolbox.bind(probe.clone()).with(policy).unwrap();
    (desk, toolbox, probe)
}

fn fails(id: &str, how: &str) -> ToolCall {
    ToolCall::new(id, "fail", format!(r#"{{"how": "{how}"}}"#))
}

async fn run(policy: Policy, call: ToolCall) -> Report {
    desk(policy).0.run([call]).await
}

/// The one event of the one call of a report, which has the report's id; without it.
#[track_caller]
fn line(report: &Report) -> String {
    let result = &report.results()[0];
    let events = of_call(result.id());
    assert_eq!(events.len(), 1, "{events:?}");
    let id = result.error_id().unwrap();
    assert_eq!(events[0].fields["error_id"], id);
    assert!(result.text().contains(id));
    events[0].line().replace(id, "ID")
}

#[tokio::test]
async fn an_internal_error_is_found_by_its_id() {
    let report = run(Policy::default(), fails("internal", "internal")).await;
    assert_eq!(
        line(&report),
        "ERROR error.type=failed error_id=ID message=a call failed, and the model was not told why tool=fail"
    );
}

#[tokio::test]
async fn so_is_a_panic() {
    let report = run(Policy::default(), fails("panic", "oops")).await;
    assert_eq!(
        line(&report),
        "ERROR error.type=panicked error_id=ID message=a call failed, and the model was not told why tool=fail"
    );
}

#[tokio::test]
async fn so_is_a_result_that_cannot_be_written() {
    let call = ToolCall::new("unwritable", "unwritable", "");
    let report = run(Policy::default(), call).await;
    assert_eq!(
        line(&report),
        "ERROR error.type=not_serialisable error_id=ID message=a call failed, and the model was not told why tool=unwritable"
    );
}

#[tokio::test]
async fn so_is_what_the_policy_hides() {
    let policy = Policy::default().error_detail(ErrorDetail::Kind);
    let report = run(policy, fails("kind", "plain")).await;
    assert_eq!(
        line(&report),
        "WARN error.type=failed error_id=ID message=a call failed, and the model was not told why tool=fail"
    );
}

#[tokio::test]
async fn what_the_model_is_told_of_is_no_event() {
    let (desk, _, _) = desk(Policy::default());
    let calls = [
        fails("no_event", "plain"),
        fails("no_event", "well"),
        ToolCall::new("no_event", "fail", "{"),
        ToolCall::new("no_event", "fall", "{}"),
    ];
    let report = desk.run(calls).await;
    let expected = ["failed", "ok", "invalid_arguments", "unknown_tool"];
    assert_eq!(codes(&report), expected);
    assert!(of_call("no_event").is_empty());
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_told_of_that_is_followed_by_another() {
    let report = run(Policy::default(), fails("attempts", "busy")).await;
    let attempts = report.results()[0].failed_attempts();
    let expected = attempts.iter().zip(1..).map(|(failed, attempt)| {
        let back_off = failed.back_off.as_millis();
        format!(
            "INFO attempt={attempt} back_off_ms={back_off} message=an attempt of a call failed, and another is to follow tool=fail"
        )
    });
    assert_eq!(lines(&of_call("attempts")), expected.collect::<Vec<_>>());
    assert_eq!(attempts.len(), 2);
}

#[tokio::test]
async fn a_policy_lets_the_log_say_what_was_said_but_for_credentials() {
    let policy = || {
        let policy = Policy::default().log_sources(true);
        policy.error_detail(ErrorDetail::Kind)
    };
    for (id, how, said) in [
        ("said_1", "internal", "postgres://[redacted]@[host]/shop"),
        (
            "said_2",
            "plain",
            "It is shut.; postgres://[redacted]@[host]/shop",
        ),
        ("said_3", "oops", "oops postgres://[redacted]@[host]/shop"),
    ] {
        let report = run(policy(), fails(id, how)).await;
        assert!(line(&report).contains(&format!("error.message={said} ")));
        assert!(!texts(&report)[0].contains("postgres"));
    }
}

#[tokio::test]
async fn calls_that_share_a_result_share_its_id() {
    let (desk, _, _) = desk(Policy::default().coalesce(true));
    let calls = ["same", "same"].map(|id| ToolCall::new(id, "count", ""));
    let report = desk.run(calls).await;
    let events = of_call("same");
    assert_eq!(events.len(), 2);
    for (event, result) in events.iter().zip(report.results()) {
        assert_eq!(event.fields["error_id"], result.error_id().unwrap());
    }
}

#[tokio::test]
async fn a_subscriber_that_panics_does_so_for_itself() {
    let (desk, toolbox, _) = desk(Policy::default());
    let calls = [fails("panics", "internal"), fails("its_sibling", "well")];
    let report = desk.run(calls).await;
    assert_eq!(codes(&report), ["failed", "ok"]);
    assert_eq!(of_call("panics").len(), 1);
    toolbox.idle().await;
}

fn lines(events: &[Recorded]) -> Vec<String> {
    events.iter().map(Recorded::line).collect()
}

/// Begins with a batch whose one call keeps its thread.
async fn begin(run: &mut Pin<Box<Run>>, probe: &Probe) {
    let context = &mut Context::from_waker(Waker::noop());
    assert!(run.as_mut().poll(context).is_pending());
    while probe.started() == 0 {
        tokio::task::yield_now().await;
    }
}

const STUCK: &str = "everything=false keys=1 message=a call could not be stopped and is still running on_thread=true tool=block";

#[test]
fn a_call_that_cannot_be_stopped_is_told_of_and_so_is_its_end() {
    let short = Duration::from_millis(20);
    let policy = Policy::default().call_timeout(short).grace(short);
    let (desk, toolbox, probe) = desk(policy);
    let (report, told) = support::threads(2).block_on(async {
        let report = desk.run([ToolCall::new("stuck", "block", "")]).await;
        let told = lines(&of_call("stuck"));
        probe.release();
        toolbox.idle().await;
        (report, told)
    });
    assert!(report.results()[0].outcome().still_running);
    assert_eq!(told, [format!("WARN error.type=timed_out {STUCK}")]);
    let events = of_call("stuck");
    assert_eq!(events.len(), 2);
    let after = &events[1].fields["after_ms"];
    assert_eq!(
        events[1].line(),
        format!(
            "WARN after_ms={after} everything=false keys=1 message=a call that could not be stopped has ended on_thread=true tool=block"
        )
    );
}

#[test]
fn so_is_one_whose_batch_is_dropped() {
    let (desk, toolbox, probe) = desk(Policy::default());
    let told = support::threads(2).block_on(async {
        let mut run = Box::pin(desk.run([ToolCall::new("dropped", "block", "")]));
        begin(&mut run, &probe).await;
        drop(run);
        let told = lines(&of_call("dropped"));
        probe.release();
        toolbox.idle().await;
        told
    });
    assert_eq!(told, [format!("WARN error.type=cancelled {STUCK}")]);
    assert_eq!(of_call("dropped").len(), 2);
}
