//! What no client that behaves sends: each request has one answer, under its own id, and the next is served.

use serde_json::{Value, json};
use tool_mcp::server::Limits;

use crate::raw::Raw;
use crate::tools::{Probe, server};

/// The server is there as before.
async fn still_there(client: &mut Raw) {
    assert_eq!(client.ask("ping", json!({})).await["result"], json!({}));
    assert!(client.served_still());
}

impl Raw {
    fn served_still(&self) -> bool {
        !self.served.is_finished()
    }
}

#[tokio::test]
async fn garbage_is_passed_over() {
    let mut client = Raw::of(&Probe::new()).await;
    for line in [
        "",
        "   ",
        "\r",
        "garbage",
        "{",
        "}",
        "[]",
        "null",
        "\u{feff}",
        "Content-Length: 7",
        r#"{"jsonrpc": "2.0"}"#,
        r#"{"id": {}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/x"}"#,
        r#"{"jsonrpc":"2.0","id":99,"result":{}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}"#,
    ] {
        client.line(line).await;
        still_there(&mut client).await;
    }
}

#[track_caller]
fn check(answer: &Value, code: i64, part: &str) {
    assert_eq!(answer["error"]["code"], code, "{answer}");
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(message.contains(part), "{message}");
}

/// What is answered to a request with the id 7.
async fn answered(line: &str, code: i64, part: &str) {
    let mut client = Raw::of(&Probe::new()).await;
    client.line(line).await;
    check(&client.answer(7).await, code, part);
    still_there(&mut client).await;
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_answered_under_its_id() {
    answered(
        r#"{"jsonrpc":"2.0","id":7,"method":"tools/call"}"#,
        -32602,
        "a request without `params`",
    )
    .await;
    answered(
        r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{}}"#,
        -32602,
        "`name`",
    )
    .await;
    answered(
        r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":[]}"#,
        -32602,
        "`params`",
    )
    .await;
    answered(
        r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":7}}"#,
        -32602,
        "`params.name`",
    )
    .await;
    answered(
        r#"{"jsonrpc":"2.0","id":7,"method":"tools/list","params":{"cursor":7}}"#,
        -32602,
        "`tools/list`",
    )
    .await;
    answered(
        r#"{"jsonrpc":"2.0","id":7,"method":"no/such"}"#,
        -32601,
        "no/such",
    )
    .await;
    answered(r#"{"jsonrpc":"2.0","id":7}"#, -32600, "expected a request").await;
    answered(
        r#"{"jsonrpc":"1.0","id":7,"method":"ping"}"#,
        -32602,
        "`ping`",
    )
    .await;
    // As Python writes a number that is none.
    answered(
        r#"{"method":"tools/call","params":{"name":"add","arguments":{"a":NaN}},"jsonrpc":"2.0","id":7}"#,
        -32700,
        "there are no `NaN`",
    )
    .await;
}

#[tokio::test]
async fn what_has_no_id_that_there_is_gets_an_answer_without() {
    for id in ["1.5", "null", "{}", "[1]", "true", "99999999999999999999"] {
        let mut client = Raw::of(&Probe::new()).await;
        client
            .line(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#))
            .await;
        let answer = client.next().await.unwrap();
        assert!(answer.get("id").is_none(), "{answer}");
        check(&answer, -32600, "`id`");
        still_there(&mut client).await;
    }
    let mut client = Raw::of(&Probe::new()).await;
    client
        .line(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#)
        .await;
    check(
        &client.next().await.unwrap(),
        -32600,
        "there are no batches",
    );
}

#[tokio::test]
async fn ids_are_those_of_the_client() {
    let mut client = Raw::of(&Probe::new()).await;
    for id in [
        json!(0),
        json!(-7),
        json!(i64::MAX),
        json!("7"),
        json!(7),
        json!(""),
        json!("ü \" \n"),
    ] {
        client
            .call(id.clone(), "add", json!({"a": 1, "b": 1}))
            .await;
        assert_eq!(client.next().await.unwrap()["id"], id);
    }
}

#[tokio::test]
async fn an_id_that_is_taken_is_refused_and_its_first_call_goes_on() {
    let probe = Probe::new();
    let mut client = Raw::of(&probe).await;
    client.call(1, "meet", json!({})).await;
    client.call(1, "wait", json!({})).await;
    check(
        &client.answer(1).await,
        -32600,
        "the id `1` is that of a request that has no answer yet or was cancelled",
    );
    client.call("1", "meet", json!({})).await; // another id
    assert_eq!(
        client.answer(1).await["result"]["content"][0]["text"],
        "met"
    );
    client.answer("1").await;
}

#[tokio::test]
async fn a_line_of_10_mb_is_answered() {
    let mut client = Raw::of(&Probe::new()).await;
    let long = "x".repeat(10_000_000);
    // The id first, and last, as Python's SDK has it.
    client
        .line(&format!(r#"{{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{{"name":"add","arguments":{{"a":"{long}"}}}}}}"#))
        .await;
    check(&client.answer(7).await, -32600, "expected at most 4194304");
    client
        .line(&format!(r#"{{"method":"tools/call","params":{{"name":"add","arguments":{{"a":"{long}"}}}},"jsonrpc":"2.0","id":8}}"#))
        .await;
    check(&client.answer(8).await, -32600, "expected at most 4194304");
    client.line(&long).await;
    check(
        &client.next().await.unwrap(),
        -32600,
        "the message has 10000000 bytes",
    );
    still_there(&mut client).await;
}

#[tokio::test]
async fn a_line_is_as_long_as_the_limit_and_no_longer() {
    let ping = r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#;
    let limits = Limits::default().max_message_bytes(200);
    let mut client = Raw::begun(server(&Probe::new()).limits(limits).unwrap()).await;
    client
        .line(&format!("{ping}{}", " ".repeat(200 - ping.len())))
        .await;
    assert_eq!(client.answer(7).await["result"], json!({}));
    client
        .line(&format!("{ping}{}", " ".repeat(201 - ping.len())))
        .await;
    check(
        &client.answer(7).await,
        -32600,
        "the message has 201 bytes; expected at most 200",
    );
}

#[tokio::test]
async fn arguments_above_the_policy_are_told_to_the_model() {
    let mut client = Raw::of(&Probe::new()).await;
    let result = client
        .result("find_book", json!({"title": "x".repeat(2_000_000)}))
        .await;
    assert_eq!(result["isError"], true);
    assert!(
        result.to_string().len() < 2000,
        "{}",
        result.to_string().len()
    );
}

#[tokio::test]
async fn before_the_beginning_all_but_requests_is_passed_over() {
    let mut client = Raw::new(server(&Probe::new()));
    client
        .line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        .await;
    client.line(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#).await;
    client.line("garbage").await;
    client
        .line(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)
        .await;
    assert_eq!(client.answer(1).await["error"]["code"], -32602);
    client.initialize(json!({})).await;
    still_there(&mut client).await;
}
