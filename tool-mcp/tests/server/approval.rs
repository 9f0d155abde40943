//! Calls that need approval: the client asks whoever sits before it.

use std::sync::Arc;

use serde_json::{Value, json};
use tool_mcp::server::McpServer;
use tool_runtime::approval::{self, ApprovalRequest};

use crate::raw::Raw;
use crate::tools::{Probe, server, toolbox};

async fn asking(server: McpServer) -> Raw {
    Raw::with_capabilities(server, json!({"elicitation": {}})).await
}

fn large() -> Value {
    json!({"to": "Ada", "amount": 700})
}

/// The question of a call, with its own id.
async fn question(client: &mut Raw) -> Value {
    client
        .first(|message| message["method"] == "elicitation/create")
        .await
}

async fn reply(client: &mut Raw, question: &Value, result: Value) {
    client
        .send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": result}))
        .await;
}

#[tokio::test]
async fn a_call_is_made_if_the_user_says_yes() {
    let probe = Probe::new();
    let mut client = asking(server(&probe)).await;
    client.call(1, "pay", large()).await;
    let asked = question(&mut client).await;
    assert_eq!(
        asked["params"]["message"],
        "Allow the tool `pay` to be called with these arguments?\n{\"amount\":700,\"to\":\"Ada\"}"
    );
    assert_eq!(
        asked["params"]["requestedSchema"],
        json!({"type": "object", "properties": {}})
    );
    assert!(probe.log().is_empty());
    reply(
        &mut client,
        &asked,
        json!({"action": "accept", "content": {}}),
    )
    .await;
    assert_eq!(
        client.answer(1).await["result"]["content"][0]["text"],
        "paid 700 to Ada"
    );
    // What needs none is not asked about.
    client
        .call(2, "pay", json!({"to": "Ada", "amount": 7}))
        .await;
    assert_eq!(client.next().await.unwrap()["id"], 2);
    assert_eq!(probe.log().len(), 2);
}

async fn denied(answer: Value, reason: &str) {
    let probe = Probe::new();
    let mut client = asking(server(&probe)).await;
    client.call(1, "pay", large()).await;
    let asked = question(&mut client).await;
    match answer.get("code") {
        Some(_) => {
            let error = json!({"jsonrpc": "2.0", "id": asked["id"], "error": answer});
            client.send(&error).await;
        }
        None => reply(&mut client, &asked, answer).await,
    }
    let result = client.answer(1).await["result"].clone();
    assert_eq!(result["isError"], true);
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains(reason), "{text}");
    assert!(text.contains("Nothing was changed."), "{text}");
    assert!(probe.log().is_empty());
}

#[tokio::test]
async fn a_call_is_not_made_if_the_user_says_no() {
    denied(json!({"action": "decline"}), "the user said no.").await;
    denied(
        json!({"action": "cancel"}),
        "the user closed the question without an answer.",
    )
    .await;
}

#[tokio::test]
async fn a_call_is_not_made_if_the_client_fails() {
    denied(
        json!({"code": -32603, "message": "no window"}),
        "the client could not ask the user.",
    )
    .await;
    denied(json!({"action": "perhaps"}), "nobody could be asked").await;
}

#[tokio::test]
async fn who_cannot_be_asked_is_refused() {
    let probe = Probe::new();
    for capabilities in [json!({}), json!({"elicitation": {"url": {}}})] {
        let mut client = Raw::with_capabilities(server(&probe), capabilities).await;
        let result = client.result("pay", large()).await;
        assert_eq!(result["isError"], true);
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.contains("`pay` was not called"), "{text}");
    }
    assert!(probe.log().is_empty());
}

#[tokio::test]
async fn who_the_program_asks_decides_and_not_the_client() {
    let probe = Probe::new();
    let no = approval::by(|request: ApprovalRequest| async { Ok(request.deny("Not today.")) });
    let bound = toolbox().bind(Arc::clone(&probe)).approved_by(no);
    let mut client = asking(McpServer::new(bound)).await;
    let result = client.result("pay", large()).await;
    assert!(
        result["content"][0]["text"]
            .as_str()
            .unwrap()
            .contains("Not today.")
    );
}

#[tokio::test]
async fn what_is_shown_is_what_there_is() {
    let probe = Probe::new();
    let mut client = asking(server(&probe)).await;
    client
        .call(
            1,
            "pay",
            json!({"to": "Ada\u{202e}\u{200b}", "amount": 700}),
        )
        .await;
    let asked = question(&mut client).await;
    let message = asked["params"]["message"].as_str().unwrap();
    assert!(
        message.ends_with(r#""to":"Ada\u{202e}\u{200b}"}"#),
        "{message}"
    );
    // What is longer than anybody reads is not asked about.
    let result = client
        .result("pay", json!({"to": "x".repeat(20_000), "amount": 700}))
        .await;
    assert!(
        result["content"][0]["text"]
            .as_str()
            .unwrap()
            .contains("too long to be shown")
    );
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_an_answer_for_ever() {
    let probe = Probe::new();
    let mut client = asking(server(&probe)).await;
    let result = client.result("pay", large()).await;
    assert_eq!(result["isError"], true);
    assert!(probe.log().is_empty());
    // An answer that comes too late does nothing.
    let asked = question(&mut client).await;
    reply(&mut client, &asked, json!({"action": "accept"})).await;
    client.ask("ping", json!({})).await;
    assert!(probe.log().is_empty());
}

#[tokio::test]
async fn calls_that_do_not_conflict_run_while_a_question_is_open() {
    let probe = Probe::new();
    let mut client = asking(server(&probe)).await;
    client.call(1, "pay", large()).await;
    let asked = question(&mut client).await;
    client
        .call(2, "append", json!({"line": "x", "takes": 0}))
        .await;
    client.answer(2).await;
    client.cancel(1).await;
    client.ask("ping", json!({})).await;
    reply(&mut client, &asked, json!({"action": "accept"})).await;
    client.ask("ping", json!({})).await;
    assert_eq!(probe.log(), ["x"]);
}

/// A call in the revision without sessions, perhaps with what the last answer asked for.
fn stateless(id: u64, arguments: Value, more: Value) -> Value {
    let mut params = json!({
        "name": "pay", "arguments": arguments,
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "0"},
            "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
        },
    });
    let more = more.as_object().unwrap().clone();
    params.as_object_mut().unwrap().extend(more);
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
}

fn answered(state: &Value, action: &str) -> Value {
    json!({"inputResponses": {"approval": {"action": action}}, "requestState": state})
}

#[tokio::test]
async fn without_a_session_the_answer_asks() {
    let probe = Probe::new();
    let mut client = Raw::new(server(&probe));
    client.send(&stateless(1, large(), json!({}))).await;
    let asked = client.answer(1).await["result"].clone();
    assert_eq!(asked["resultType"], "input_required");
    let request = &asked["inputRequests"]["approval"];
    assert_eq!(request["method"], "elicitation/create");
    assert!(
        request["params"]["message"]
            .as_str()
            .unwrap()
            .contains("`pay`")
    );
    let state = asked["requestState"].clone();
    assert!(probe.log().is_empty());

    client
        .send(&stateless(2, large(), answered(&state, "decline")))
        .await;
    let result = client.answer(2).await["result"].clone();
    assert_eq!(result["isError"], true, "{result}");
    // The answer to one call is none to another, and no state is no state.
    let other = json!({"to": "Ada", "amount": 701});
    client
        .send(&stateless(3, other, answered(&state, "accept")))
        .await;
    assert_eq!(
        client.answer(3).await["result"]["resultType"],
        "input_required"
    );
    client
        .send(&stateless(4, large(), answered(&json!("forged"), "accept")))
        .await;
    assert_eq!(
        client.answer(4).await["result"]["resultType"],
        "input_required"
    );
    assert!(probe.log().is_empty());

    client
        .send(&stateless(5, large(), answered(&state, "accept")))
        .await;
    let result = client.answer(5).await["result"].clone();
    assert_eq!(result["content"][0]["text"], "paid 700 to Ada");
    assert_eq!(probe.log(), ["paid 700 to Ada"]);
}

#[tokio::test]
async fn processes_with_one_key_know_each_others_questions() {
    let probe = Probe::new();
    let mut asked = Raw::new(server(&probe).approval_key([7; 32]));
    asked.send(&stateless(1, large(), json!({}))).await;
    let state = asked.answer(1).await["result"]["requestState"].clone();
    for (key, expected) in [([8; 32], "input_required"), ([7; 32], "complete")] {
        let mut other = Raw::new(server(&probe).approval_key(key));
        other
            .send(&stateless(1, large(), answered(&state, "accept")))
            .await;
        assert_eq!(other.answer(1).await["result"]["resultType"], expected);
    }
}
