//! What spans are called and what they say.

use std::time::Duration;

use support::{call, codes};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tool_runtime::{Policy, Redaction, ToolCall, ToolError, Toolbox, tool, tools};

use crate::recorder::{Span, traced};

/// Looks up a customer.
///
/// By number.
#[tool(reads("customer:{id}"))]
async fn get_customer(
    /** The number. */
    id: u64,
) -> String {
    sleep(Duration::from_millis(10)).await;
    format!("customer {id}, postgres://ada:secret@db/shop")
}

/// Renames a customer.
#[tool(writes("customer:{id}"))]
async fn rename(
    /** The number. */
    id: u64,
    /** The name. */
    name: String,
) -> String {
    sleep(Duration::from_millis(250)).await;
    format!("{id} is {name}")
}

fn fields(span: &Span) -> Vec<String> {
    let fields = span
        .fields
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    fields
        .filter(|field| !field.starts_with("tool_runtime.wait.duration"))
        .collect()
}

#[test]
fn a_span_has_the_names_of_the_conventions() {
    let toolbox = Toolbox::new(tools![get_customer]).unwrap();
    let (_, trace) = traced("names", async {
        toolbox
            .run([ToolCall::new("call_7", "get_customer", r#"{"id": 7}"#)])
            .await
    });
    assert_eq!(
        fields(trace.calls()[0]),
        [
            "gen_ai.operation.name=execute_tool",
            "gen_ai.tool.call.id=call_7",
            "gen_ai.tool.description=Looks up a customer.\n\nBy number.",
            "gen_ai.tool.name=get_customer",
            "gen_ai.tool.type=function",
            "otel.kind=internal",
            "otel.name=execute_tool get_customer",
            "tool_runtime.call.attempts=1",
            "tool_runtime.call.effects=none",
            "tool_runtime.call.index=0",
        ]
    );
    let batch = trace.named("run_tools");
    assert_eq!(
        fields(batch[0]),
        [
            "otel.kind=internal",
            "tool_runtime.batch.calls=1",
            "tool_runtime.batch.end=finished",
            "tool_runtime.batch.failed=0",
        ]
    );
}

#[test]
fn a_call_without_an_id_has_none() {
    let toolbox = Toolbox::new(tools![get_customer]).unwrap();
    let (_, trace) = traced("no id", async {
        toolbox
            .run([ToolCall::new("", "get_customer", r#"{"id": 7}"#)])
            .await
    });
    assert_eq!(trace.calls()[0].field("gen_ai.tool.call.id"), None);
}

/// Ends in some way.
#[tool(writes("thing:{way}"), timeout = "20ms")]
async fn end(
    /** Which. */
    way: String,
) -> Result<std::collections::BTreeMap<[u8; 1], u8>, ToolError> {
    match way.as_str() {
        "denied" => Err(ToolError::denied("No.")),
        "failed" => Err(ToolError::new("No.")),
        "panicked" => panic!("on purpose"),
        "not_serialisable" => Ok([([1], 1)].into()),
        "ok" => Ok([].into()),
        _ => std::future::pending().await,
    }
}

fn ends(way: &str) -> ToolCall {
    call("end", &format!(r#"{{"way": "{way}"}}"#))
}

#[test]
fn every_ending_has_its_error_type() {
    let toolbox = Toolbox::new(tools![end]).unwrap();
    let policy = Policy::default()
        .max_calls(9)
        .grace(Duration::from_millis(1));
    let (report, trace) = traced("endings", async {
        let desk = toolbox.bind(()).with(policy).unwrap();
        let calls = [
            ends("ok"),
            ends("denied"),
            ends("failed"),
            ends("panicked"),
            ends("not_serialisable"),
            ends("timed_out"),
            ends("timed_out"),
            call("end", "[]"),
            ToolCall::new("call_8", "fly", ""),
            ends("ok"),
        ];
        desk.run(calls).await
    });
    let expected = [
        "ok",
        "denied",
        "failed",
        "panicked",
        "not_serialisable",
        "timed_out",
        "skipped",
        "invalid_arguments",
        "unknown_tool",
        "over_limit",
    ];
    assert_eq!(codes(&report), expected);
    let calls = trace.calls();
    for (span, result) in calls.iter().zip(report.results()) {
        let code = Some(result.outcome().ending.code()).filter(|_| result.is_error());
        assert_eq!(span.field("error.type"), code);
        assert_eq!(span.field("otel.status_code"), code.map(|_| "ERROR"));
        assert_eq!(
            span.field("tool_runtime.error.detail"),
            result.outcome().ending.detail()
        );
        assert_eq!(span.field("tool_runtime.error.id"), result.error_id());
        assert_eq!(
            span.field("tool_runtime.call.effects"),
            Some(result.outcome().effects.code())
        );
    }
    let names: Vec<_> = calls.iter().map(|span| span.name()).collect();
    assert_eq!(names[9], "execute_tool end");
    // What a model makes up is no name of anything.
    assert_eq!(names[8], "execute_tool");
    assert_eq!(calls[8].field("gen_ai.tool.name"), Some("_OTHER"));
    assert!(!trace.text().contains("fly"));
    let batch = trace.named("run_tools")[0];
    assert_eq!(batch.field("tool_runtime.batch.calls"), Some("10"));
    assert_eq!(batch.field("tool_runtime.batch.failed"), Some("9"));
}

#[test]
fn a_call_that_is_cancelled_says_by_whom() {
    let toolbox = Toolbox::new(tools![end]).unwrap();
    let (report, trace) = traced("cancelled", async {
        let token = CancellationToken::new();
        token.cancel();
        toolbox.bind(()).cancelled_by(token).run([ends("ok")]).await
    });
    assert_eq!(codes(&report), ["cancelled"]);
    let span = trace.calls()[0];
    assert_eq!(span.field("error.type"), Some("cancelled"));
    assert_eq!(span.field("tool_runtime.error.detail"), Some("batch"));
    assert_eq!(span.field("tool_runtime.call.attempts"), None);
}

fn waiting(name: &'static str, policy: Policy) -> crate::recorder::Trace {
    let toolbox = Toolbox::new(tools![get_customer, rename]).unwrap();
    let (report, trace) = traced(name, async {
        let desk = toolbox.bind(()).with(policy).unwrap();
        let calls = [
            call("rename", r#"{"id": 4711, "name": "Ada"}"#),
            call("get_customer", r#"{"id": 4711}"#),
            call("get_customer", r#"{"id": 2}"#),
        ];
        desk.run(calls).await
    });
    assert_eq!(codes(&report), ["ok"; 3]);
    trace
}

#[test]
fn a_span_begins_with_the_work_and_says_how_long_it_waited_and_for_what() {
    let trace = waiting("waits", Policy::default());
    let [first, second, third] = trace.calls()[..] else {
        panic!("three calls");
    };
    assert!(second.opened > first.closed.unwrap());
    assert!(third.opened < first.closed.unwrap());
    assert_eq!(second.field("tool_runtime.wait.for"), Some("call 0"));
    assert_eq!(third.field("tool_runtime.wait.for"), None);
    let waited = |span: &Span| {
        span.fields["tool_runtime.wait.duration"]
            .parse::<f64>()
            .unwrap()
    };
    assert!((0.25..0.3).contains(&waited(second)), "{second:?}");
    assert!(waited(third) < 0.01, "{third:?}");
}

#[test]
fn nothing_that_was_said_is_traced_by_itself() {
    let text = waiting("silent", Policy::default()).text();
    for said in ["4711", "Ada", "secret", "customer 2"] {
        assert!(!text.contains(said), "{said}");
    }
}

#[test]
fn a_policy_shows_arguments() {
    let trace = waiting("arguments", Policy::default().trace_arguments(true));
    let calls = trace.calls();
    assert_eq!(
        calls[0].field("gen_ai.tool.call.arguments"),
        Some(r#"{"id": 4711, "name": "Ada"}"#)
    );
    assert_eq!(
        calls[1].field("tool_runtime.wait.for"),
        Some("call 0, for customer:4711")
    );
    assert_eq!(calls[0].field("gen_ai.tool.call.result"), None);
}

#[test]
fn a_policy_shows_results() {
    let trace = waiting("results", Policy::default().trace_results(true));
    let calls = trace.calls();
    assert_eq!(
        calls[0].field("gen_ai.tool.call.result"),
        Some("4711 is Ada")
    );
    assert_eq!(calls[0].field("gen_ai.tool.call.arguments"), None);
    assert_eq!(
        calls[1].field("gen_ai.tool.call.result"),
        Some("customer 4711, postgres://[redacted]@db/shop")
    );
}

#[test]
fn what_is_shown_is_redacted() {
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![rename, end])
        .redact(Redaction::default().and(|text| text.replace("Ada", "[name]")))
        .policy(Policy::default().trace_arguments(true).trace_results(true))
        .build()
        .unwrap();
    let (_, trace) = traced("redacted", async {
        let url = "postgres://ada:secret@db/shop";
        let calls = [
            call("rename", r#"{"id": 1, "name": "Ada"}"#),
            call("rename", &format!(r#"{{"id": 2, "name": "{url}"}}"#)),
            ToolCall::new("call_8", "fly_Ada", "{}"),
            ends("failed"),
        ];
        toolbox.run(calls).await
    });
    let calls = trace.calls();
    let arguments = |index: usize| calls[index].field("gen_ai.tool.call.arguments");
    assert_eq!(arguments(0), Some(r#"{"id": 1, "name": "[name]"}"#));
    assert_eq!(
        calls[0].field("gen_ai.tool.call.result"),
        Some("1 is [name]")
    );
    assert_eq!(
        arguments(1),
        Some(r#"{"id": 2, "name": "postgres://[redacted]@db/shop"}"#)
    );
    assert_eq!(calls[2].field("tool_runtime.call.name"), Some("fly_[name]"));
    // Of a failure there is no result.
    assert_eq!(calls[3].field("gen_ai.tool.call.result"), None);
    let text = trace.text();
    assert!(!text.contains("Ada") && !text.contains("secret"), "{text}");
}
