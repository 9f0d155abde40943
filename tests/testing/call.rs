//! One call of one tool.

use serde::Serialize;
use serde_json::{Value, json};
use support::without_ids;
use tool_runtime::testing;
use tool_runtime::{Bound, Policy, approval};

use crate::desk::{App, Customer, says, toolbox};

fn desk() -> Bound<App> {
    toolbox().bind(App::default())
}

#[tokio::test]
async fn an_answer_is_of_the_type_that_the_test_asks_for() {
    let desk = desk();
    let ada = || testing::call(&desk, "get_customer", json!({"id": 7}));
    let customer: Customer = ada().await.ok();
    assert_eq!((customer.id, &*customer.name), (7, "Ada"));
    assert_eq!(ada().await.ok::<Value>(), json!({"id": 7, "name": "Ada"}));
    assert_eq!(ada().await.ok::<String>(), r#"{"id":7,"name":"Ada"}"#);

    let text: String = testing::call(&desk, "export_customers", json!({}))
        .await
        .ok();
    assert_eq!(text, "7,Ada");
    let count: usize = testing::call(&desk, "send_email", json!({"id": 7}))
        .await
        .ok();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn arguments_are_whatever_serde_writes() {
    #[derive(Serialize)]
    struct Which {
        id: u64,
    }
    let called = testing::call(&desk(), "get_customer", Which { id: 7 }).await;
    assert_eq!(called.ok::<Customer>().name, "Ada");
}

#[tokio::test]
async fn a_call_goes_through_all_that_a_model_s_does() {
    let desk = desk();
    let refused = testing::call(&desk, "get_customer", json!({"id": "seven"}))
        .await
        .err();
    assert_eq!(refused.outcome().ending.code(), "invalid_arguments");
    let denied = testing::call(&desk, "close_account", json!({"id": 7}))
        .await
        .err();
    assert_eq!(denied.outcome().ending.code(), "denied");
    let approved = desk
        .clone()
        .approved_by(approval::by(|call| async { Ok(call.approve()) }));
    testing::call(&approved, "close_account", json!({"id": 7}))
        .await
        .ok::<()>();
    let small = desk.with(Policy::default().max_argument_bytes(4)).unwrap();
    let result = testing::call(&small, "get_customer", json!({"id": 7}))
        .await
        .into_result();
    assert!(result.is_error());
}

#[tokio::test]
async fn a_test_that_expected_otherwise_is_told_what_happened() {
    let desk = desk();
    let failed = testing::call(&desk, "get_customer", json!({"id": 8})).await;
    assert_eq!(
        says(|| drop(failed.ok::<Customer>())),
        "`get_customer` did not succeed (failed); the model reads: There is no customer 8. Nothing was changed."
    );
    let internal = testing::call(&desk, "get_customer", json!({"id": 0})).await;
    let said = says(|| drop(internal.ok::<Customer>()));
    assert!(
        without_ids(&said).ends_with("\nwhat it does not read: the table `customers` is locked"),
        "{said}"
    );
    let found = testing::call(&desk, "get_customer", json!({"id": 7})).await;
    assert_eq!(
        says(|| drop(found.clone().err())),
        r#"`get_customer` was to fail, and answered: {"id":7,"name":"Ada"}"#
    );
    assert_eq!(
        says(|| _ = found.ok::<u64>()),
        r#"`get_customer` answered what is no `u64` (invalid type: map, expected u64 at line 1 column 0): {"id":7,"name":"Ada"}"#
    );
}

#[test]
fn a_name_that_is_not_there_is_the_test_s_mistake() {
    let call = |name: &str| says(|| drop(testing::call(&desk(), name, json!({}))));
    assert_eq!(
        call("get_custmer"),
        "the toolbox has no tool `get_custmer`; did you mean `get_customer`?"
    );
    assert_eq!(call("zzz"), "the toolbox has no tool `zzz`");
    let view = toolbox().only(["watch"]).unwrap().bind(App::default());
    assert_eq!(
        says(|| drop(testing::call(&view, "get_customer", json!({})))),
        "the toolbox has no tool `get_customer`"
    );
}
