//! A connection that is lost, and made again.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{Instant, sleep};
use tool_mcp::client::{Connect, Endpoint, McpTools, Reconnect, ToolsChanged};
use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{Policy, ToolCall};

use crate::fake::{Fake, called, server, tool, toolbox};

/// A connection, the server, and the connections to come.
async fn reconnecting(
    set: impl FnOnce(Connect) -> Connect,
    tools: Value,
) -> (McpTools, Fake, UnboundedReceiver<Fake>) {
    let (endpoint, mut accepted) = server();
    let connecting = set(McpTools::connect("files", endpoint)).into_future();
    let serving = async {
        let mut fake = accepted.recv().await.unwrap();
        fake.begin(tools).await;
        fake
    };
    let (tools, fake) = tokio::join!(connecting, serving);
    (tools.unwrap(), fake, accepted)
}

fn read() -> [ToolCall; 1] {
    [ToolCall::new("1", "files__read", "{}")]
}

#[tokio::test(start_paused = true)]
async fn a_call_in_flight_ends_with_the_connection_and_later_ones_wait_for_the_next() {
    let (tools, mut fake, mut accepted) =
        reconnecting(|connect| connect, json!([tool("read")])).await;
    let serving = async {
        fake.request("tools/call").await;
        drop(fake);
    };
    let (report, ()) = called(&tools, "read", "{}", serving).await;
    assert_eq!(
        report.results()[0].text(),
        "The connection to the server `files` was lost before it answered. It may have taken effect; check before repeating. The same call may succeed later."
    );
    assert!(!tools.is_connected());
    let serving = async {
        let mut fake = accepted.recv().await.unwrap();
        fake.begin(json!([tool("read")])).await;
        let call = fake.request("tools/call").await;
        fake.text(&call, "seven").await;
        fake
    };
    let (report, _fake) = called(&tools, "read", "{}", serving).await;
    assert_eq!(report.results()[0].text(), "seven");
    assert!(tools.is_connected());
}

#[tokio::test(start_paused = true)]
async fn what_only_reads_is_called_again_over_the_next_connection() {
    let set = |connect: Connect| connect.effects("read", DeclaredEffects::reads(["files"]));
    let (tools, mut fake, mut accepted) = reconnecting(set, json!([tool("read")])).await;
    let toolbox = toolbox(&tools);
    let serving = async {
        fake.request("tools/call").await;
        drop(fake);
        let mut fake = accepted.recv().await.unwrap();
        fake.begin(json!([tool("read")])).await;
        let call = fake.request("tools/call").await;
        fake.text(&call, "seven").await;
        fake
    };
    let (report, _fake) = tokio::join!(toolbox.run(read()), serving);
    assert_eq!(report.results()[0].text(), "seven");
    assert_eq!(report.results()[0].failed_attempts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_no_longer_than_it_may() {
    let slow = Reconnect::default()
        .first_delay(Duration::from_secs(3600))
        .max_delay(Duration::from_secs(3600));
    let set = |connect: Connect| connect.reconnect(slow);
    let (tools, fake, _accepted) = reconnecting(set, json!([tool("read")])).await;
    drop(fake);
    let began = Instant::now();
    let (report, ()) = called(&tools, "read", "{}", async {}).await;
    assert_eq!(began.elapsed(), Duration::from_secs(10));
    assert_eq!(
        report.results()[0].text(),
        "There is no connection to the server `files` now, so nothing was called. Nothing was changed. The same call may succeed later."
    );
    // Its own time comes first.
    let policy = Policy::default().call_timeout(Duration::from_secs(2));
    let bound = toolbox(&tools).bind(()).with(policy).unwrap();
    let began = Instant::now();
    bound.run(read()).await;
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stays_away_is_asked_less_and_less() {
    let reconnect = Reconnect::default().attempts(6);
    let (tools, fake, mut accepted) = reconnecting(
        |connect| connect.reconnect(reconnect),
        json!([tool("read")]),
    )
    .await;
    drop(fake);
    let mut at = Vec::new();
    let began = Instant::now();
    while at.len() < 6 {
        drop(accepted.recv().await.unwrap());
        at.push(began.elapsed());
    }
    let between: Vec<_> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        between.windows(2).all(|pair| pair[1] > pair[0] / 2),
        "{between:?}"
    );
    assert!(
        at[5] > Duration::from_secs(6) && at[5] < Duration::from_secs(60),
        "{at:?}"
    );
    // It is given up.
    sleep(Duration::from_secs(1)).await;
    let (report, ()) = called(&tools, "read", "{}", async {}).await;
    assert_eq!(
        report.results()[0].text(),
        "The connection to the server `files` is over, so nothing was called. Nothing was changed. The same call would fail again."
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_cannot_be_made_again_is_over() {
    let (ours, theirs) = tokio::io::duplex(64 * 1024);
    let (read_half, write_half) = tokio::io::split(ours);
    let (endpoint, mut accepted) = server();
    drop(endpoint);
    assert!(accepted.recv().await.is_none());
    let connecting =
        McpTools::connect("files", Endpoint::once(read_half, write_half)).into_future();
    let serving = async {
        let mut fake = Fake::over(theirs);
        fake.begin(json!([tool("read")])).await;
        fake
    };
    let (tools, fake) = tokio::join!(connecting, serving);
    let tools = tools.unwrap();
    drop(fake);
    let (report, ()) = called(&tools, "read", "{}", async {}).await;
    assert_eq!(
        report.results()[0].text(),
        "The connection to the server `files` is over, so nothing was called. Nothing was changed. The same call would fail again."
    );
}

#[tokio::test(start_paused = true)]
async fn other_tools_after_a_reconnection_are_told_of() {
    let (tools, fake, mut accepted) = reconnecting(|connect| connect, json!([tool("read")])).await;
    let mut changes = tools.changes();
    drop(fake);
    let serving = async {
        let mut fake = accepted.recv().await.unwrap();
        fake.begin(json!([tool("write")])).await;
        fake
    };
    let (change, _fake) = tokio::join!(changes.next(), serving);
    assert!(
        matches!(change, Some(ToolsChanged::Others(_))),
        "{change:?}"
    );
    assert_eq!(toolbox(&tools).tools()[0].name(), "files__write");
}

#[tokio::test(start_paused = true)]
async fn the_connection_ends_with_the_last_who_has_it() {
    let (tools, mut fake, _accepted) = reconnecting(|connect| connect, json!([tool("read")])).await;
    let toolbox = toolbox(&tools);
    drop(tools);
    let serving = async {
        let call = fake.request("tools/call").await;
        fake.text(&call, "seven").await;
    };
    let (report, ()) = tokio::join!(toolbox.run(read()), serving);
    assert_eq!(report.results()[0].text(), "seven");
    drop(toolbox);
    assert_eq!(fake.next().await, None);

    // And when it is closed, whoever has it.
    let (tools, mut fake, _accepted) = reconnecting(|connect| connect, json!([tool("read")])).await;
    let clone = tools.clone();
    let (next, ()) = tokio::join!(fake.next(), tools.close());
    assert_eq!(next, None);
    let (report, ()) = called(&clone, "read", "{}", async {}).await;
    let text = report.results()[0].text();
    assert!(text.contains("is over, so nothing was called"), "{text}");
}
