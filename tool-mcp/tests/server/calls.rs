//! What a call is answered with.

use serde_json::{Value, json};
use tool_mcp::server::{McpRefusal, McpRequest, McpServer};

use crate::raw::Raw;
use crate::tools::{Probe, toolbox};

#[track_caller]
fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

#[tokio::test]
async fn a_call_is_answered_as_the_dialect_writes_it() {
    let mut client = Raw::of(&Probe::new()).await;
    let result = client.result("add", json!({"a": 1, "b": 2})).await;
    assert_eq!(result, json!({"content": [{"type": "text", "text": "3"}]}));
    let result = client.result("find_book", json!({"title": "Emma"})).await;
    assert_eq!(
        result,
        json!({
            "content": [{"type": "text", "text": r#"{"title":"Emma","pages":7}"#}],
            "structuredContent": {"title": "Emma", "pages": 7},
        })
    );
}

#[tokio::test]
async fn images_and_links_go_as_they_are() {
    let mut client = Raw::of(&Probe::new()).await;
    let result = client.result("draw", json!({})).await;
    assert_eq!(
        result["content"],
        json!([
            {"type": "text", "text": "A point:"},
            {"type": "image", "data": "R0lG", "mimeType": "image/gif"},
            {"type": "resource_link", "uri": "file:///points/1.gif", "name": "Point 1", "mimeType": "image/gif"},
        ])
    );
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_told_to_the_model() {
    let mut client = Raw::of(&Probe::new()).await;
    let result = client.result("add", json!({"a": "one", "c": 2})).await;
    assert_eq!(result["isError"], true);
    assert_eq!(
        text(&result),
        "`add` was not called, because its arguments are not valid:\n\
         - `a`: expected an integer, got string \"one\"\n\
         - `c`: expected only `a` and `b`, got an argument the tool does not have\n\
         - `b`: expected an integer, since this argument is required, got nothing\n\
         Call it again with correct arguments."
    );
}

#[tokio::test]
async fn arguments_are_read_as_the_client_wrote_them() {
    let mut client = Raw::of(&Probe::new()).await;
    let call = |arguments: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"add","arguments":{arguments}}}}}"#
        )
    };
    // A map would have one of them, and nobody would know.
    client.line(&call(r#"{"a": 1, "a": 2, "b": 3}"#)).await;
    let answer = client.answer(1).await;
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    assert!(
        text(&answer["result"]).contains("a second time"),
        "{answer}"
    );
    // A number that a map would round.
    client
        .line(&call(r#"{"a": 9007199254740993, "b": 0}"#))
        .await;
    assert_eq!(text(&client.answer(1).await["result"]), "9007199254740993");
}

#[tokio::test]
async fn arguments_that_are_no_object_are_told_to_the_model() {
    let mut client = Raw::of(&Probe::new()).await;
    for arguments in [json!([1, 2]), json!("{"), json!(7)] {
        let result = client.result("add", arguments.clone()).await;
        assert_eq!(result["isError"], true, "{arguments}: {result}");
        assert!(text(&result).contains("object"), "{arguments}: {result}");
    }
    // As if there were none.
    let result = client.result("draw", Value::Null).await;
    assert_eq!(text(&result), "A point:");
}

#[tokio::test]
async fn an_unknown_tool_is_an_error_of_the_protocol_that_tells_no_hidden_name() {
    let probe = Probe::new();
    let view = toolbox().only(["add", "draw"]).unwrap();
    let mut client = Raw::begun(McpServer::new(view.bind(probe))).await;
    for name in ["pay", "subtract", "", "a\nb"] {
        client.call(1, name, json!({})).await;
        let answer = client.answer(1).await;
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        let message = answer["error"]["message"].as_str().unwrap();
        assert!(
            message.contains("`add`") && message.contains("`draw`"),
            "{message}"
        );
        for hidden in ["explode", "wait", "append"] {
            assert!(!message.contains(hidden), "{message}");
        }
    }
}

#[tokio::test]
async fn a_failure_shows_its_text_and_no_secret() {
    let mut client = Raw::of(&Probe::new()).await;
    let result = client.result("fail", json!({})).await;
    assert_eq!(result["isError"], true);
    assert!(
        text(&result).contains("no answer of postgres://"),
        "{result}"
    );
    for secret in ["secret", "refused"] {
        assert!(!result.to_string().contains(secret), "{result}");
    }
}

#[tokio::test]
async fn a_panic_is_answered() {
    let mut client = Raw::of(&Probe::new()).await;
    let result = client.result("explode", json!({})).await;
    assert_eq!(result["isError"], true);
    assert!(text(&result).contains("`explode`"), "{result}");
    assert!(!result.to_string().contains("the secret"), "{result}");
}

#[tokio::test]
async fn a_result_that_was_cut_is_an_error_to_who_expects_a_structure() {
    let mut client = Raw::of(&Probe::new()).await;
    let result = client.result("recite", json!({})).await;
    assert_eq!(result["isError"], true);
    assert!(result.get("structuredContent").is_none());
    assert!(text(&result).len() < 140_000);
}

#[tokio::test]
async fn two_calls_of_a_session_run_at_once() {
    let mut client = Raw::of(&Probe::new()).await;
    client.call(1, "meet", json!({})).await;
    client.call(2, "meet", json!({})).await;
    assert_eq!(text(&client.answer(1).await["result"]), "met");
    assert_eq!(text(&client.answer(2).await["result"]), "met");
}

#[tokio::test]
async fn progress_is_told_to_who_asks_for_it() {
    let mut client = Raw::of(&Probe::new()).await;
    client
        .send(
            &json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
            "name": "count", "arguments": {"to": 3}, "_meta": {"progressToken": "p"}}}),
        )
        .await;
    let mut told = Vec::new();
    loop {
        let message = client.next().await.unwrap();
        if message["id"] == 1 {
            break;
        }
        assert_eq!(message["method"], "notifications/progress");
        told.push(message["params"].clone());
    }
    let progress =
        |n: f64| json!({"progressToken": "p", "progress": n, "total": 3.0, "message": "counted"});
    assert_eq!(told, [progress(1.0), progress(2.0), progress(3.0)]);
    // Who has not asked hears nothing.
    client.call(2, "count", json!({"to": 3})).await;
    assert_eq!(client.next().await.unwrap()["id"], 2);
}

/// The call runs on another worker, perhaps before anybody looks.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_progress_is_lost() {
    let mut client = Raw::of(&Probe::new()).await;
    for id in 1..=100 {
        let params =
            json!({"name": "count", "arguments": {"to": 3}, "_meta": {"progressToken": id}});
        client
            .send(&json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}))
            .await;
        for n in [1.0, 2.0, 3.0] {
            let told = client.next().await.unwrap();
            assert_eq!(told["params"]["progress"], n, "{told}");
        }
        assert_eq!(client.next().await.unwrap()["id"], id);
    }
}

fn choosing(
    choose: impl Fn(&McpRequest) -> Result<(), McpRefusal> + Send + Sync + 'static,
) -> McpServer {
    let (toolbox, probe) = (toolbox(), Probe::new());
    McpServer::per_request(move |request| {
        let chosen = choose(&request).map(|()| toolbox.bind(probe.clone()));
        async { chosen }
    })
}

#[tokio::test]
async fn a_refusal_is_the_answer() {
    let server = choosing(|_| Err(McpRefusal::new("the tenant is suspended")));
    let mut client = Raw::begun(server).await;
    for (method, params) in [
        ("tools/list", json!({})),
        ("tools/call", json!({"name": "add"})),
    ] {
        let answer = client.ask(method, params).await;
        assert_eq!(
            answer["error"],
            json!({"code": -32600, "message": "the tenant is suspended"})
        );
    }
}

#[tokio::test]
async fn who_chooses_and_panics_is_answered_for() {
    let mut client = Raw::begun(choosing(|_| panic!("the secret is 42"))).await;
    let answer = client.ask("tools/list", json!({})).await;
    assert_eq!(
        answer["error"],
        json!({"code": -32603, "message": "the server failed to prepare for the request"})
    );
}

#[tokio::test(start_paused = true)]
async fn who_takes_too_long_to_choose_is_answered_for() {
    let server = McpServer::per_request(|_| {
        std::future::pending::<Result<tool_runtime::Bound<Probe>, McpRefusal>>()
    });
    let mut client = Raw::begun(server).await;
    let answer = client.ask("tools/list", json!({})).await;
    assert_eq!(
        answer["error"]["message"],
        "the server took too long to prepare for the request"
    );
}

#[tokio::test]
async fn who_chooses_sees_the_client() {
    let server = choosing(|request| {
        let client = request.client().map(|client| client.name);
        match client.as_deref() {
            Some("raw") => Ok(()),
            other => Err(McpRefusal::new(format!("not {other:?}"))),
        }
    });
    let mut client = Raw::begun(server).await;
    let answer = client.ask("tools/call", json!({"name": "draw"})).await;
    assert_eq!(text(&answer["result"]), "A point:");
}
