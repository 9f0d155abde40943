//! Toolboxes with right effects: no difference, in many orders.

use std::time::Instant;

use tool_runtime::batch::OnFailure;
use tool_runtime::testing::{Equivalence, Random};
use tool_runtime::{Policy, ToolCall, ToolError, tool, tools};

use crate::shop::{Shop, add_item, balance, calls, check, count, rest, toolbox, total, transfer};

const MIXED: [&str; 8] = [
    r#"add_item {"cart_id": 1, "price": 10}"#,
    r#"total {"cart_id": 1}"#,
    r#"add_item {"cart_id": 2, "price": 20}"#,
    r#"transfer {"from": 1, "to": 2, "amount": 5}"#,
    r#"balance {"account": 2}"#,
    r#"transfer {"from": 2, "to": 3, "amount": 1}"#,
    r#"count {"cart_id": 2}"#,
    r#"balance {"account": 9}"#,
];

#[tokio::test]
async fn right_effects_pass_in_many_orders_and_soon() {
    let tools = tools![add_item, total, transfer, balance, count];
    let from = Instant::now();
    let checked = check(tools, &MIXED).check().await;
    let took = from.elapsed();
    assert_eq!((checked.batches(), checked.interleavings()), (1, 200));
    assert!(checked.distinct() > 100, "{checked}");
    // What is not to be waited for; no promise.
    println!("{checked} in {took:?}");
    assert!(took.as_secs() < 5, "{took:?}");
    assert_eq!(
        checked.to_string(),
        format!(
            "1 batches, 200 interleavings, {} of them different",
            checked.distinct()
        )
    );
}

#[tokio::test(start_paused = true)]
async fn timers_go_on_while_others_have_their_turns() {
    let tools = tools![add_item, total, rest];
    let batch = [
        r#"rest {"milliseconds": 500}"#,
        r#"add_item {"cart_id": 1, "price": 10}"#,
        r#"rest {"milliseconds": 70000}"#,
        r#"total {"cart_id": 1}"#,
    ];
    let checked = check(tools, &batch).check().await;
    assert!(checked.distinct() > 10, "{checked}");
}

#[tokio::test]
async fn timers_go_on_on_a_real_clock() {
    let tools = tools![add_item, total, rest];
    let batch = [
        r#"rest {"milliseconds": 1}"#,
        r#"add_item {"cart_id": 1, "price": 10}"#,
        r#"total {"cart_id": 2}"#,
    ];
    let checked = check(tools, &batch).interleavings(40).check().await;
    assert!(checked.distinct() > 3, "{checked}");
}

#[tokio::test]
async fn the_same_seed_is_the_same_interleaving() {
    let distinct = async |seed| {
        let tools = tools![add_item, total, transfer, balance, count];
        let check = check(tools, &MIXED).seed(seed).interleavings(60);
        check.check().await.distinct()
    };
    assert_eq!(distinct(1000).await, distinct(1000).await);
}

#[tokio::test]
#[should_panic(
    expected = "no batch has more than one order in which it may run (1 in all), so nothing was tested"
)]
async fn a_check_of_one_order_does_not_pass() {
    let batch = [r#"add_item {"cart_id": 1, "price": 1}"#; 3];
    check(tools![add_item], &batch).check().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[should_panic(expected = "write `#[tokio::test]` without `flavor`")]
async fn a_runtime_with_several_threads_is_refused() {
    let _ = check(tools![add_item], &MIXED[..1]).run().await;
}

/// Fail if a cart is empty.
#[tool(reads("cart:{cart_id}"), writes("order:{cart_id}"))]
async fn order(
    /// The cart.
    cart_id: u64,
    #[state] shop: &Shop,
) -> Result<usize, ToolError> {
    let items = shop
        .read(|stock| stock.carts.get(&cart_id).map_or(0, Vec::len))
        .await;
    match items {
        0 => Err(ToolError::internal("an empty cart")),
        _ => Ok(items),
    }
}

/// Say what became of an order.
#[tool(reads("order:{cart_id}"))]
async fn status(
    /// The cart.
    cart_id: u64,
) -> u64 {
    tokio::task::yield_now().await;
    cart_id
}

/// Is denied unless somebody approves.
#[tool(approval, writes("cart:{cart_id}"))]
async fn empty(
    /// The cart.
    cart_id: u64,
    #[state] shop: &Shop,
) {
    shop.write(|stock| stock.carts.remove(&cart_id)).await;
}

#[tokio::test]
async fn what_failures_mean_is_the_same_one_by_one() {
    let batch = [
        r#"order {"cart_id": 1}"#,
        r#"status {"cart_id": 1}"#,
        r#"add_item {"cart_id": 2, "price": 1}"#,
        r#"empty {"cart_id": 1}"#,
        r#"order {"cart_id": 2}"#,
        r#"status {"cart_id": 2}"#,
        r#"no_such_tool {}"#,
        r#"total {}"#,
    ];
    for on_failure in [
        OnFailure::Isolate,
        OnFailure::SkipDependents,
        OnFailure::StopGroup,
        OnFailure::StopAll,
    ] {
        let tools = tools![add_item, total, order, status, empty];
        let check = check(tools, &batch).under(move |desk| {
            let policy = Policy::default().on_failure(on_failure);
            desk.with(policy).expect("a desk")
        });
        let checked = check.check().await;
        assert!(checked.distinct() > 10, "{on_failure:?}: {checked}");
    }
}

#[tokio::test]
async fn batches_that_are_made_up_pass() {
    let toolbox = toolbox(tools![add_item, total, transfer, balance, count]);
    let check = Equivalence::of(&toolbox, Shop::default)
        .observe(Shop::stock)
        .interleavings(10)
        .generate(60, made_up);
    let checked = check.check().await;
    assert_eq!(checked.batches(), 60);
    assert!(checked.distinct() > 200, "{checked}");
}

fn made_up(random: &mut Random) -> Vec<ToolCall> {
    let calls_of = (0..2 + random.below(5)).map(|_| {
        let (a, b) = (random.below(3), random.below(3));
        match random.below(5) {
            0 => format!(r#"add_item {{"cart_id": {a}, "price": {b}}}"#),
            1 => format!(r#"total {{"cart_id": {a}}}"#),
            2 => format!(r#"transfer {{"from": {a}, "to": {b}, "amount": 1}}"#),
            3 => format!(r#"balance {{"account": {a}}}"#),
            _ => format!(r#"count {{"cart_id": {a}}}"#),
        }
    });
    let written: Vec<_> = calls_of.collect();
    calls(&written.iter().map(String::as_str).collect::<Vec<_>>())
}
