//! Policies: refused when they cannot be kept, read and written by operators.

use std::time::Duration;

use tool_runtime::{BuildError, Policy, Toolbox, tool, tools};

/// Looks up a customer.
#[tool(pure)]
async fn get_customer() {}

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
        policy().max_concurrency(0),
        "the policy's `max_concurrency` takes one call or more; it is 0",
    );
    refused(
        policy().max_blocking_threads(0),
        "the policy's `max_blocking_threads` takes one thread or more; it is 0",
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
        r#"{"call_timeout_ms":60000,"batch_timeout_ms":300000,"grace_ms":1000,"max_concurrency":64,"max_blocking_threads":64,"tools":{"get_customer":{"timeout_ms":2000}}}"#
    );
    assert_eq!(serde_json::from_str::<Policy>(&json).unwrap(), policy);
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
