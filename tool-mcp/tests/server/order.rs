//! Calls that touch the same data, in requests of their own.

use serde_json::json;
use tool_mcp::server::{CallOrder, Limits};

use crate::raw::Raw;
use crate::tools::{Probe, server, toolbox};

async fn append(client: &mut Raw, id: u64, takes: u64) {
    client
        .call(
            id,
            "append",
            json!({"line": format!("{id}"), "takes": takes}),
        )
        .await;
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_session_keep_their_order() {
    let probe = Probe::new();
    let mut client = Raw::of(&probe).await;
    for id in 1..=5 {
        append(&mut client, id, 600 - id * 100).await;
    }
    for id in 1..=5 {
        client.answer(id).await;
    }
    assert_eq!(probe.log(), ["1", "2", "3", "4", "5"]);
}

#[tokio::test(start_paused = true)]
async fn calls_of_two_sessions_are_in_no_order() {
    let probe = Probe::new();
    let server = server(&probe);
    let mut first = Raw::begun(server.clone()).await;
    let mut second = Raw::begun(server).await;
    append(&mut first, 1, 500).await;
    append(&mut second, 2, 100).await;
    first.answer(1).await;
    second.answer(2).await;
    assert_eq!(probe.log(), ["2", "1"]);
}

#[tokio::test(start_paused = true)]
async fn calls_of_two_sessions_are_in_one_order_if_it_is_said() {
    let probe = Probe::new();
    let server = server(&probe).order(CallOrder::Shared("all".into()));
    let mut first = Raw::begun(server.clone()).await;
    let mut second = Raw::begun(server).await;
    append(&mut first, 1, 500).await;
    // It has its place before the other comes.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    append(&mut second, 2, 100).await;
    first.answer(1).await;
    second.answer(2).await;
    assert_eq!(probe.log(), ["1", "2"]);
}

#[tokio::test(start_paused = true)]
async fn the_order_is_the_bindings_if_it_is_said() {
    for (scope, expected) in [(None, ["2", "1"]), (Some("all"), ["1", "2"])] {
        let probe = Probe::new();
        let mut bound = toolbox().bind(probe.clone());
        if let Some(scope) = scope {
            bound = bound.order_across_batches(scope);
        }
        let server = tool_mcp::server::McpServer::new(bound).order(CallOrder::Binding);
        let mut client = Raw::begun(server).await;
        append(&mut client, 1, 500).await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        append(&mut client, 2, 100).await;
        client.answer(1).await;
        client.answer(2).await;
        assert_eq!(probe.log(), expected);
    }
}

/// rmcp gives each request to a task of its own, and these are not in the order in which they came.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_order_is_that_in_which_the_calls_came() {
    let probe = Probe::new();
    let limits = Limits::default().max_calls_per_session(1000);
    let mut client = Raw::begun(server(&probe).limits(limits).unwrap()).await;
    let calls = 0..300_u64;
    let lines: Vec<_> = calls
        .clone()
        .map(|id| {
            let tool = if id % 7 == 3 { "explode" } else { "append" };
            let arguments = json!({"line": id.to_string(), "takes": 0});
            let params = json!({"name": tool, "arguments": arguments});
            json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
                .to_string()
        })
        .collect();
    client.line(&lines.join("\n")).await;
    for id in calls.clone() {
        client.answer(id).await;
    }
    let expected: Vec<_> = calls
        .filter(|id| id % 7 != 3)
        .map(|id| id.to_string())
        .collect();
    assert_eq!(probe.log(), expected);
}
