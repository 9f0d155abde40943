//! Clients hear that the tools have changed.

use serde_json::{Value, json};

use crate::raw::Raw;
use crate::tools::{Probe, server, toolbox};

fn is_change(message: &Value) -> bool {
    message["method"] == "notifications/tools/list_changed"
}

#[tokio::test]
async fn every_client_hears_of_other_tools() {
    let probe = Probe::new();
    let server = server(&probe);
    let mut clients = [
        Raw::begun(server.clone()).await,
        Raw::begun(server.clone()).await,
    ];
    for client in &mut clients {
        client.ask("ping", json!({})).await; // so it has begun
    }
    // The same tools: nothing to hear.
    server.replace(toolbox().bind(probe.clone()));
    server.replace(toolbox().only(["add"]).unwrap().bind(probe.clone()));
    for client in &mut clients {
        assert!(is_change(&client.next().await.unwrap()));
        let answer = client.ask("tools/list", json!({})).await;
        assert_eq!(answer["result"]["tools"].as_array().unwrap().len(), 1);
        client.call(1, "draw", json!({})).await;
        assert_eq!(client.next().await.unwrap()["error"]["code"], -32602);
    }
}

#[tokio::test]
async fn a_call_that_runs_keeps_its_tools() {
    let probe = Probe::new();
    let server = server(&probe);
    let mut client = Raw::begun(server.clone()).await;
    client.call(1, "meet", json!({})).await;
    client.ask("ping", json!({})).await;
    let other = Probe::new();
    server.replace(toolbox().only(["add"]).unwrap().bind(other));
    client.first(is_change).await;
    let mut late = Raw::begun(crate::tools::server(&probe)).await;
    late.call(1, "meet", json!({})).await;
    assert_eq!(
        client.answer(1).await["result"]["content"][0]["text"],
        "met"
    );
}

#[tokio::test]
async fn a_client_without_a_session_hears_what_it_listens_for() {
    let probe = Probe::new();
    let server = server(&probe);
    let mut client = Raw::new(server.clone());
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "0"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    client
        .send(
            &json!({"jsonrpc": "2.0", "id": 6, "method": "tools/list", "params": {"_meta": meta}}),
        )
        .await;
    let list = client.answer(6).await;
    assert_eq!(list["result"]["resultType"], "complete");
    assert_eq!(list["result"]["cacheScope"], "private");
    // Nothing is lost between a list and the subscription.
    server.notify_tools_changed();
    client
        .send(&json!({"jsonrpc": "2.0", "id": 5, "method": "subscriptions/listen", "params": {
            "_meta": meta, "notifications": {"toolsListChanged": true, "promptsListChanged": true}}}))
        .await;
    let told = client.next().await.unwrap();
    assert_eq!(
        told["method"], "notifications/subscriptions/acknowledged",
        "{told}"
    );
    assert_eq!(
        told["params"]["notifications"],
        json!({"toolsListChanged": true})
    );
    let change = client.first(is_change).await;
    assert_eq!(
        change["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], 5,
        "{change}"
    );
    server.notify_tools_changed();
    client.first(is_change).await;
}
