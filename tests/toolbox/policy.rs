//! Policies: refused when they cannot be kept, read and written by operators.

use std::time::Duration;

use tool_runtime::batch::{ErrorDetail, OnFailure, Repair, Retry, StreamedCalls, Undeclared};
use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{BuildError, Envelope, Policy, ToolCall, Toolbox, tool, tools};

/// Looks up a customer.
#[tool(reads("customer:{id}", "fs:{path/}"))]
async fn get_customer(
    /// The number.
    #[arg(rename = "customer_id")]
    id: u64,
    /// A file.
    path: String,
) {
    let _ = (id, path);
}

#[track_caller]
fn refused(policy: Policy, text: &str) {
    let toolbox = Toolbox::new(tools![get_customer]).unwrap();
    let error = toolbox.bind(()).with(policy.clone()).unwrap_err();
    assert_eq!(error.to_string(), text);
    let built = Toolbox::<()>::builder()
        .tools(tools![get_customer])
        .policy(policy)
        .build();
    assert_eq!(built.unwrap_err(), BuildError::Policy(error));
}

#[test]
fn what_cannot_be_kept_is_refused_by_build_and_by_with() {
    let day = Duration::from_secs(24 * 60 * 60);
    let policy = Policy::default;
    refused(
        policy().call_timeout(Duration::ZERO),
        "the policy's `call_timeout` takes more than zero and at most one day; it is 0ns",
    );
    refused(
        policy().batch_timeout(day + Duration::from_secs(1)),
        "the policy's `batch_timeout` takes more than zero and at most one day; it is 86401s",
    );
    refused(
        policy().grace(Duration::MAX),
        "the policy's `grace` takes at most one day; it is 18446744073709551615.999999999s",
    );
    refused(
        policy().slow_poll(Duration::ZERO),
        "the policy's `slow_poll` takes more than zero and at most one day; it is 0ns",
    );
    refused(
        policy().slow_poll(day + Duration::from_secs(1)),
        "the policy's `slow_poll` takes more than zero and at most one day; it is 86401s",
    );
    refused(
        policy().max_concurrency(0),
        "the policy's `max_concurrency` takes one call or more; it is 0",
    );
    refused(
        policy().max_blocking_threads(0),
        "the policy's `max_blocking_threads` takes one thread or more; it is 0",
    );
    for (policy, setting, expected) in [
        (policy().max_calls(0), "max_calls", "one call"),
        (
            policy().max_argument_bytes(0),
            "max_argument_bytes",
            "one byte",
        ),
        (policy().max_queue(0), "max_queue", "one call"),
        (policy().max_media_bytes(0), "max_media_bytes", "one byte"),
        (
            policy().tool_concurrency("get_customer", 0),
            "tool_concurrency",
            "one call",
        ),
        (
            policy().group_concurrency("billing", ["get_customer"], 0),
            "group_concurrency",
            "one call",
        ),
        (
            policy().tool_concurrency_per_tenant("get_customer", 0),
            "tool_concurrency_per_tenant",
            "one call",
        ),
        (
            policy()
                .group_concurrency("billing", ["get_customer"], 1)
                .group_concurrency_per_tenant("billing", 0),
            "group_concurrency_per_tenant",
            "one call",
        ),
    ] {
        let text = format!("the policy's `{setting}` takes {expected} or more; it is 0");
        refused(policy, &text);
    }
    for depth in [0, 128] {
        let text = format!("the policy's `max_argument_depth` takes 1 to 127; it is {depth}");
        refused(policy().max_argument_depth(depth), &text);
    }
    refused(
        policy().max_wait(Duration::ZERO),
        "the policy's `max_wait` takes more than zero and at most one day; it is 0ns",
    );
    refused(
        policy().group_concurrency("billing", ["get_customer", "get_custmer"], 1),
        "the policy is about the tool `get_custmer`, which the toolbox does not have; did you mean `get_customer`?",
    );
    refused(
        policy()
            .group_concurrency("billing", ["get_customer"], 1)
            .group_concurrency_per_tenant("biling", 1),
        "the policy's `group_concurrency_per_tenant` is for the group `biling`, and no `group_concurrency` says which tools are in it; did you mean `billing`?",
    );
    refused(
        policy().tool_concurrency_per_tenant("get_custmer", 1),
        "the policy is about the tool `get_custmer`, which the toolbox does not have; did you mean `get_customer`?",
    );
    for (policy, text) in [
        (
            policy().retry(Retry::default().attempts(0)),
            "`retry.attempts` takes 1 to 100; it is 0",
        ),
        (
            policy().tool_retry("get_customer", Retry::default().attempts(101)),
            "`retry.attempts` takes 1 to 100; it is 101",
        ),
        (
            policy().retry(Retry::default().first_delay(Duration::MAX)),
            "`retry.first_delay` takes at most one day; it is 18446744073709551615.999999999s",
        ),
        (
            policy().retry(Retry::default().max_delay(2 * day)),
            "`retry.max_delay` takes at most one day; it is 172800s",
        ),
    ] {
        refused(policy, &format!("the policy's {text}"));
    }
    refused(
        policy().max_result_bytes(1023),
        "the policy's `max_result_bytes` takes 1024 bytes or more; it is 1023",
    );
    refused(
        policy().tool_max_result_bytes("get_customer", 0),
        "the policy's `tool_max_result_bytes` takes 1024 bytes or more; it is 0",
    );
    refused(
        policy().never_skip("x"),
        "the policy is about the tool `x`, which the toolbox does not have",
    );
    refused(
        policy().tool_timeout("get_customer", Duration::ZERO),
        "the policy's `tool_timeout` takes more than zero and at most one day; it is 0ns",
    );
    refused(
        policy().tool_timeout("get_custmer", day),
        "the policy is about the tool `get_custmer`, which the toolbox does not have; did you mean `get_customer`?",
    );
    refused(
        policy().tool_timeout("x", day),
        "the policy is about the tool `x`, which the toolbox does not have",
    );
}

#[test]
fn the_largest_and_smallest_are_kept() {
    let day = Duration::from_secs(24 * 60 * 60);
    let policy = Policy::default()
        .call_timeout(day)
        .batch_timeout(day)
        .grace(Duration::ZERO)
        .max_concurrency(usize::MAX)
        .max_result_bytes(usize::MAX)
        .max_media_bytes(1)
        .tool_max_result_bytes("get_customer", 1024)
        .max_blocking_threads(usize::MAX)
        .tool_timeout("get_customer", Duration::from_nanos(1));
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![get_customer])
        .policy(policy.clone())
        .build();
    assert!(toolbox.unwrap().bind(()).with(policy).is_ok());
}

#[test]
fn it_is_written_in_milliseconds_and_read_back() {
    let policy = Policy::default().tool_timeout("get_customer", Duration::from_secs(2));
    let json = serde_json::to_string(&policy).unwrap();
    assert_eq!(
        json,
        r#"{"call_timeout_ms":60000,"batch_timeout_ms":300000,"grace_ms":1000,"max_wait_ms":120000,"approval_timeout_ms":120000,"slow_poll_ms":100,"max_calls":1000,"max_argument_bytes":1048576,"max_argument_depth":64,"max_concurrency":64,"max_blocking_threads":64,"max_queue":10000,"max_result_bytes":131072,"max_media_bytes":10485760,"envelope":"escaped","on_failure":"isolate","undeclared":"free","coalesce":false,"streamed_calls":"eager","repair":"off","error_detail":"message","log_sources":false,"trace_arguments":false,"trace_results":false,"tools":{"get_customer":{"timeout_ms":2000}}}"#
    );
    assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
}

#[test]
fn every_setting_is_read_back() {
    let policy = Policy::default()
        .call_timeout(Duration::from_millis(1))
        .batch_timeout(Duration::from_millis(2))
        .grace(Duration::from_millis(3))
        .max_wait(Duration::from_millis(4))
        .slow_poll(Duration::from_millis(17))
        .max_calls(5)
        .max_argument_bytes(15)
        .max_argument_depth(16)
        .max_concurrency(6)
        .max_blocking_threads(7)
        .max_queue(8)
        .max_result_bytes(2001)
        .max_media_bytes(2002)
        .tool_max_result_bytes("a", 2003)
        .envelope(Envelope::Delimited)
        .on_failure(OnFailure::SkipDependents)
        .undeclared(Undeclared::Exclusive)
        .coalesce(true)
        .streamed_calls(StreamedCalls::OnComplete)
        .repair(Repair::Safe)
        .error_detail(ErrorDetail::Kind)
        .tool_error_detail("b", ErrorDetail::Sources)
        .log_sources(true)
        .trace_arguments(true)
        .trace_results(true)
        .retry(
            Retry::default()
                .attempts(12)
                .first_delay(Duration::from_millis(13))
                .max_delay(Duration::from_millis(14))
                .jitter(false),
        )
        .tool_timeout("a", Duration::from_millis(9))
        .tool_concurrency("a", 10)
        .tool_retry("a", Retry::never())
        .never_skip("b")
        // In any order.
        .group_concurrency_per_tenant("g", 4)
        .group_concurrency("g", ["a", "b"], 11)
        .tool_concurrency_per_tenant("a", 5)
        .tool_effects("c", DeclaredEffects::Pure)
        .tool_effects("d", DeclaredEffects::Exclusive)
        .tool_effects("e", DeclaredEffects::Undeclared)
        .tool_effects(
            "f",
            DeclaredEffects::reads(["x"])
                .and_writes(["y:{z}"])
                .in_group("h"),
        );
    let json = serde_json::to_string(&policy).unwrap();
    let written = r#""tools":{"a":{"timeout_ms":9,"max_concurrency":10,"max_concurrency_per_tenant":5,"max_result_bytes":2003,"retry":{"attempts":1}},"b":{"never_skipped":true,"error_detail":"sources"},"c":{"effects":{"pure":true}},"d":{"effects":{"exclusive":true}},"e":{"effects":{}},"f":{"effects":{"reads":["x"],"writes":["y:{z}"],"exclusive":"h"}}},"groups":{"g":{"tools":["a","b"],"max_concurrency":11,"max_concurrency_per_tenant":4}}"#;
    assert!(json.contains(written), "{json}");
    let written = r#""coalesce":true,"streamed_calls":"on_complete","repair":"safe","error_detail":"kind","log_sources":true,"trace_arguments":true,"trace_results":true,"retry":{"attempts":12,"first_delay_ms":13,"max_delay_ms":14,"jitter":false},"tools""#;
    assert!(json.contains(written), "{json}");
    assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
}

#[test]
fn effects_that_contradict_themselves_are_no_policy() {
    for (effects, text) in [
        (
            r#"{"pure": true, "reads": ["a"]}"#,
            "a pure tool touches nothing; take `pure` out, or the keys",
        ),
        (
            r#"{"pure": true, "exclusive": "a"}"#,
            "`pure` and `exclusive` contradict each other; take one out",
        ),
        (
            r#"{"exclusive": true, "writes": ["a"]}"#,
            "an exclusive tool runs beside nothing; take its keys out, or name a group",
        ),
        (
            r#"{"exclusive": 7}"#,
            "`exclusive` takes `true` or the name of a group",
        ),
        (
            r#"{"read": ["a"]}"#,
            "unknown field `read`, expected one of",
        ),
    ] {
        let policy = format!(r#"{{"tools": {{"get_customer": {{"effects": {effects}}}}}}}"#);
        let error = serde_json::from_str::<Policy>(&policy).unwrap_err();
        assert!(error.to_string().starts_with(text), "{error}");
    }
}

#[test]
fn effects_have_the_holes_of_the_tool_and_no_others() {
    let refused = |effects, problem: &str| {
        refused(
            Policy::default().tool_effects("get_customer", effects),
            &format!("the policy's effects of `get_customer` are not valid: {problem}"),
        );
    };
    refused(
        DeclaredEffects::writes(["customer:{customer_id}"]),
        "`customer:{customer_id}`: `{customer_id}` is no hole of it; the tool's own effects have `{id}` and `{path}`, and a key that ends before the hole covers every value",
    );
    refused(
        DeclaredEffects::writes(["customer:"]),
        "`customer:`: a key has no empty segments; remove the extra `/` or `:`",
    );
    refused(
        DeclaredEffects::Undeclared.in_group(""),
        "a group has a name, as in `in_group(\"billing\")`",
    );
    let toolbox = Toolbox::new(tools![get_customer]).unwrap();
    let effects = DeclaredEffects::writes(["customer:{id}/files/{path/}"]).in_group("billing");
    let policy = Policy::default().tool_effects("get_customer", effects);
    assert!(toolbox.bind(()).with(policy).is_ok());
}

#[test]
fn what_is_left_out_is_the_default_and_what_is_unknown_is_refused() {
    let policy: Policy = serde_json::from_str(r#"{"grace_ms": 5}"#).unwrap();
    assert_eq!(policy, Policy::default().grace(Duration::from_millis(5)));
    let error = serde_json::from_str::<Policy>(r#"{"timeout": 5}"#).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("unknown field `timeout`, expected one of"),
        "{error}"
    );
}

/// Takes its time and says nothing of what it touches.
#[tool]
async fn import(
    /// How long, in milliseconds.
    ms: u64,
) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

#[tokio::test(start_paused = true)]
async fn calls_keep_the_order_that_an_operator_asks_for() {
    let toolbox = Toolbox::new(tools![import]).unwrap();
    let calls = [10, 20].map(|ms| ToolCall::new("", "import", format!(r#"{{"ms": {ms}}}"#)));
    let wall = async |policy| {
        let desk = toolbox.bind(()).with(policy).unwrap();
        desk.run(calls.clone()).await.wall()
    };
    let effects = |effects| Policy::default().tool_effects("import", effects);
    for (policy, ms) in [
        (Policy::default(), 20),
        (effects(DeclaredEffects::writes(["imports"])), 30),
        (effects(DeclaredEffects::reads(["imports"])), 20),
        (effects(DeclaredEffects::Exclusive), 30),
        (effects(DeclaredEffects::Undeclared.in_group("imports")), 30),
        (Policy::default().undeclared(Undeclared::Exclusive), 30),
        (Policy::default().tool_concurrency("import", 1), 30),
        (Policy::default().group_concurrency("io", ["import"], 1), 30),
    ] {
        let text = format!("{policy:?}");
        assert_eq!(wall(policy).await, Duration::from_millis(ms), "{text}");
    }
}
