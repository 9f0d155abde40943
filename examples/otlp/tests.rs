//! Does a collector get the spans that the conventions describe?

use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use super::*;
use crate::receiver::attribute;

/// The outline without the times.
fn shape(outline: &str) -> String {
    let lines = outline.lines().map(|line| {
        let (name, rest) = line.split_once(" ms").unwrap_or((line, ""));
        let name = match rest.is_empty() && !line.contains(" ms") {
            true => name,
            false => name
                .trim_end_matches(|c: char| c.is_ascii_digit())
                .trim_end(),
        };
        format!("{name}{rest}\n")
    });
    lines.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_gets_the_turn_as_a_tree() {
    let receiver = Receiver::start().unwrap();
    export(&receiver.endpoint()).await.unwrap();
    let spans = receiver.spans();
    let outline = shape(&spans.outline());
    assert!(
        outline.starts_with("turn\n  run_tools\n    execute_tool "),
        "{outline}"
    );
    for expected in [
        "    execute_tool set_plan\n      - an attempt of a call failed, and another is to follow\n      query\n      query\n",
        "    execute_tool get_customer\n      query\n",
        "    execute_tool get_customer  error.type=failed\n      query\n",
        "    execute_tool days_left\n      calendar\n",
    ] {
        assert!(outline.contains(expected), "{outline}");
    }
    let trace = &spans.named("turn")[0].trace_id;
    let customers = spans.named("execute_tool get_customer");
    let calls = customers
        .iter()
        .chain(&spans.named("execute_tool set_plan"))
        .copied()
        .collect::<Vec<_>>();
    assert_eq!(calls.len(), 3);
    for call in &calls {
        assert_eq!(&call.trace_id, trace);
        check(call);
    }
    // It began when the call that it waited for had ended.
    let waited: Vec<_> = customers
        .iter()
        .filter(|call| attribute(call, "tool_runtime.wait.for").is_some())
        .collect();
    let [waited] = waited[..] else {
        panic!("one has waited: {outline}");
    };
    assert!(
        waited.start_time_unix_nano >= spans.named("execute_tool set_plan")[0].end_time_unix_nano
    );
    assert_eq!(
        attribute(waited, "tool_runtime.wait.for").as_deref(),
        Some("call 0")
    );
}

/// Whether it is what the conventions say of a call's span.
fn check(call: &Span) {
    assert_eq!(call.kind(), SpanKind::Internal);
    assert_eq!(
        attribute(call, "gen_ai.operation.name").as_deref(),
        Some("execute_tool")
    );
    assert_eq!(
        attribute(call, "gen_ai.tool.type").as_deref(),
        Some("function")
    );
    let name = attribute(call, "gen_ai.tool.name").unwrap();
    assert_eq!(call.name, format!("execute_tool {name}"));
    assert!(
        attribute(call, "gen_ai.tool.call.id")
            .unwrap()
            .starts_with("call_")
    );
    assert!(attribute(call, "gen_ai.tool.description").is_some());
    assert_eq!(attribute(call, "gen_ai.tool.call.arguments"), None);
    assert_eq!(attribute(call, "gen_ai.tool.call.result"), None);
    // What `tracing-opentelemetry` makes the span's own is no attribute.
    assert_eq!(attribute(call, "otel.kind"), None);
    let status = call
        .status
        .as_ref()
        .map(|status| status.code())
        .unwrap_or_default();
    let expected = match attribute(call, "error.type") {
        Some(_) => StatusCode::Error,
        None => StatusCode::Unset,
    };
    assert_eq!(status, expected);
}
