//! Workers that choose for each call what it is run with.

use harness::NatsServer;
use tool_nats::Worker;
use tool_nats::worker::{IncomingCall, RunningWorker};
use tool_runtime::{Toolbox, tool, tools};

use crate::caller::Caller;

struct Tenant(String);

/// Says whose desk this is.
#[tool(pure)]
async fn whose(#[state] tenant: &Tenant) -> String {
    tenant.0.clone()
}

/// For some only.
#[tool(pure)]
async fn secret() -> &'static str {
    "42"
}

async fn desk(server: &NatsServer) -> (RunningWorker, Caller) {
    let toolbox = Toolbox::<Tenant>::builder()
        .tools(tools![whose, secret])
        .build()
        .unwrap();
    let bindings = toolbox.clone();
    let worker = Worker::per_call("desk", &toolbox, move |call: &IncomingCall| {
        assert!(call.call_id() == "call_1", "another id");
        let tenant = call
            .headers()
            .get("Tenant")
            .ok_or("the call names no\r\ntenant")?
            .to_string();
        let toolbox = match &*tenant {
            "Ada" => bindings.clone(),
            _ => bindings
                .only(["whose"])
                .map_err(|error| error.to_string())?,
        };
        Ok(toolbox.bind(Tenant(tenant)))
    });
    let running = worker.start(&server.client().await).await.unwrap();
    (running, Caller::of(server.client().await, "desk").await)
}

#[tokio::test]
async fn each_call_has_its_own_state_and_view() {
    let server = NatsServer::start();
    let (_running, caller) = desk(&server).await;
    let ask = |tool: &str, tenant: &str| caller.ask(tool, "{}").with("Tenant", tenant);
    assert_eq!(caller.end(&ask("whose", "Ada")).await.text(), "Ada");
    assert_eq!(caller.end(&ask("whose", "Bob")).await.text(), "Bob");
    assert_eq!(caller.end(&ask("secret", "Ada")).await.text(), "42");
    assert_eq!(
        caller.end(&ask("secret", "Bob")).await.ending(),
        "unknown_tool"
    );
}

#[tokio::test]
async fn a_call_for_which_nothing_is_chosen_is_refused() {
    let server = NatsServer::start();
    let (_running, caller) = desk(&server).await;
    let ask = caller.ask("whose", "{}");
    // Twice under one key: it is forgotten.
    for _ in 0..2 {
        caller
            .end(&ask)
            .await
            .check_refused("denied", "the call names no  tenant");
    }
    let panics = caller.ask("whose", "{}").with("Tool-Call-Id", "\"call_2\"");
    caller
        .end(&panics)
        .await
        .check_refused("denied", "the worker could not take it");
    let well = caller.ask("whose", "{}").with("Tenant", "Ada");
    assert_eq!(caller.end(&well).await.text(), "Ada");
}

#[tokio::test]
async fn nobody_reads_from_memory_what_another_was_answered() {
    let server = NatsServer::start();
    let (_running, caller) = desk(&server).await;
    let ask = caller.ask("whose", "{}").with("Tenant", "Ada");
    assert_eq!(caller.end(&ask).await.text(), "Ada");
    assert_eq!(
        caller
            .end(&ask.clone().with("Tenant", "Bob"))
            .await
            .refused
            .as_deref(),
        Some("key")
    );
    assert_eq!(
        caller
            .end(&ask.clone().without("Tenant"))
            .await
            .refused
            .as_deref(),
        Some("key")
    );
    // What is another in each attempt is no reason.
    let again = ask
        .with("Tool-Attempt", "2")
        .with("traceparent", "00-1-1-01");
    assert!(caller.end(&again).await.is_repeated);
}
