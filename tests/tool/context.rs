//! What the runtime tells a tool about its call.

use std::time::Duration;

use support::texts;
use tokio::time::Instant;
use tool_runtime::{CallContext, Policy, ToolCall, Toolbox, tool, tools};

/// Describes its call.
#[tool(pure)]
async fn describe(
    #[context] context: &CallContext,
    /// Ignored.
    _text: String,
) -> String {
    let left = context.deadline().expect("in a batch") - Instant::now();
    let call = context.call();
    format!(
        "{} {} {} {} {left:?}",
        context.index(),
        call.id(),
        call.name(),
        call.arguments()
    )
}

/// Waits for the end.
#[tool(pure)]
async fn wait(#[context] context: &CallContext) -> String {
    let begun = Instant::now();
    context.cancellation().cancelled().await;
    format!("{:?}", begun.elapsed())
}

fn toolbox() -> Toolbox {
    Toolbox::new(tools![describe, wait]).unwrap()
}

#[tokio::test(start_paused = true)]
async fn it_is_the_calls_own() {
    let calls = ["a", "b"].map(|id| ToolCall::new(id, "describe", r#"{"_text": ""}"#));
    let report = toolbox().run(calls).await;
    assert_eq!(
        texts(&report),
        [
            r#"0 a describe {"_text": ""} 60s"#,
            r#"1 b describe {"_text": ""} 60s"#
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn it_is_cancelled_at_the_deadline_of_the_call_or_of_the_batch() {
    for (policy, after) in [
        (
            Policy::default().call_timeout(Duration::from_millis(70)),
            "70ms",
        ),
        (
            Policy::default().batch_timeout(Duration::from_millis(30)),
            "30ms",
        ),
    ] {
        let desk = toolbox().bind(()).with(policy).unwrap();
        let report = desk.run([ToolCall::new("", "wait", "")]).await;
        assert_eq!(texts(&report), [after]);
        assert!(report.results()[0].outcome().late);
    }
}

#[tokio::test]
async fn outside_a_batch_nothing_ends_it() {
    let context = CallContext::new(ToolCall::new("a", "wait", ""));
    assert_eq!(context.deadline(), None);
    assert!(!context.cancellation().is_cancelled());
    assert_eq!(context.index(), 0);
}
