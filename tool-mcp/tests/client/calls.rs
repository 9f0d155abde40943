//! One call, and what may become of it.

use std::time::Duration;

use serde_json::json;
use tokio_stream::StreamExt as _;
use tool_runtime::batch::Event;
use tool_runtime::{Ending, Policy, ToolCall};

use crate::fake::{called, connected, connected_as, tool, toolbox};

#[tokio::test]
async fn a_call_has_the_servers_name_and_the_models_arguments() {
    let listed = json!({
        "name": "read",
        "inputSchema": {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]},
    });
    let (tools, mut fake) = connected(json!([listed])).await;
    let serving = async {
        let call = fake.request("tools/call").await;
        assert_eq!(call["params"]["name"], "read");
        assert_eq!(call["params"]["arguments"], json!({"path": "a.txt"}));
        fake.text(&call, "seven").await;
    };
    let (report, ()) = called(&tools, "read", r#"{"path": "a.txt"}"#, serving).await;
    assert_eq!(report.results()[0].text(), "seven");

    // Arguments that do not fit reach no server.
    let (report, ()) = called(&tools, "read", r#"{"path": 7}"#, async {}).await;
    let text = report.results()[0].text();
    assert!(
        text.contains("`path`: expected a string, got integer `7`"),
        "{text}"
    );
}

#[tokio::test]
async fn an_error_of_the_protocol_is_an_error_of_the_call() {
    let (tools, mut fake) = connected(json!([tool("read")])).await;
    let serving = async {
        let call = fake.request("tools/call").await;
        let error =
            json!({"code": -32602, "message": "Unknown tool:\n read.", "data": {"secret": 1}});
        fake.send(json!({"id": call["id"], "error": error})).await;
    };
    let (report, ()) = called(&tools, "read", "{}", serving).await;
    assert_eq!(
        report.results()[0].text(),
        "The server `files` answered with an error instead of a result (-32602): Unknown tool: read. The same call would fail again."
    );
}

#[tokio::test(start_paused = true)]
async fn progress_reaches_the_batch_in_order() {
    let (tools, mut fake) = connected(json!([tool("read")])).await;
    let toolbox = toolbox(&tools);
    let mut events = toolbox
        .run([ToolCall::new("1", "files__read", "{}")])
        .events();
    let serving = async {
        let call = fake.request("tools/call").await;
        let token = &call["params"]["_meta"]["progressToken"];
        for (progress, message) in [
            (1, "one"),
            (2, "two"),
            (2, "again"),
            (1, "back"),
            (3, "three"),
        ] {
            fake.send(json!({"method": "notifications/progress", "params": {
                "progressToken": token, "progress": progress, "total": 3, "message": message,
            }}))
            .await;
        }
        // Of a call that nobody made.
        fake.send(json!({"method": "notifications/progress", "params": {"progressToken": 99, "progress": 1}}))
            .await;
        fake.text(&call, "done").await;
    };
    let reading = async {
        let mut said = Vec::new();
        while let Some(event) = events.next().await {
            match event {
                Event::Progress { progress, .. } => said.push(progress.to_string()),
                Event::Report(report) => said.push(report.results()[0].text().to_string()),
                _ => {}
            }
        }
        said
    };
    let (said, ()) = tokio::join!(reading, serving);
    assert_eq!(
        said,
        ["1 of 3: one", "2 of 3: two", "3 of 3: three", "done"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_too_late_is_cancelled_at_the_server() {
    let (tools, mut fake) = connected(json!([tool("read"), tool("write")])).await;
    let toolbox = toolbox(&tools);
    let policy = Policy::default().call_timeout(Duration::from_secs(5));
    let bound = toolbox.bind(()).with(policy).unwrap();
    let serving = async {
        let call = fake.request("tools/call").await;
        let began = tokio::time::Instant::now();
        let cancelled = fake.request("notifications/cancelled").await;
        assert_eq!(cancelled["params"]["requestId"], call["id"]);
        // When its time is over, and not when it is dropped.
        assert_eq!(began.elapsed().as_secs(), 5);
        // Too late, and for the next call too early.
        fake.text(&call, "late").await;
        let next = fake.request("tools/call").await;
        fake.text(&call, "late again").await;
        fake.text(&next, "in time").await;
    };
    let calling = async {
        let first = bound.run([ToolCall::new("1", "files__read", "{}")]).await;
        let second = bound.run([ToolCall::new("2", "files__write", "{}")]).await;
        (first, second)
    };
    let ((first, second), ()) = tokio::join!(calling, serving);
    assert!(
        matches!(first.results()[0].outcome().ending, Ending::TimedOut { .. }),
        "{first:?}"
    );
    assert_eq!(
        first.results()[0].text(),
        "`files__read` did not finish within 5s and was stopped. It may have taken effect; check before repeating."
    );
    assert_eq!(second.results()[0].text(), "in time");
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_dropped_cancels_its_calls_at_the_server() {
    let (tools, mut fake) = connected(json!([tool("read")])).await;
    let toolbox = toolbox(&tools);
    let running = toolbox.run([ToolCall::new("1", "files__read", "{}")]);
    let call = tokio::select! {
        _ = running => unreachable!("nobody answers"),
        call = fake.request("tools/call") => call,
    };
    let cancelled = fake.request("notifications/cancelled").await;
    assert_eq!(cancelled["params"]["requestId"], call["id"]);
}

#[tokio::test(start_paused = true)]
async fn garbage_and_answers_that_nobody_asked_for_are_passed_over() {
    let (tools, mut fake) = connected(json!([tool("read")])).await;
    let serving = async {
        let call = fake.request("tools/call").await;
        fake.line("Traceback (most recent call last):").await;
        fake.line("{\"jsonrpc\": \"2.0\", \"id\":").await;
        fake.line("\u{0}\u{1b}[31mred").await;
        fake.line("[]").await;
        fake.line("").await;
        fake.send(json!({"id": 4711, "result": {"content": []}}))
            .await;
        fake.send(json!({"id": "4711", "error": {"code": 1, "message": "not yours"}}))
            .await;
        fake.send(json!({"method": "notifications/never_heard_of", "params": {}}))
            .await;
        fake.text(&call, "right").await;
        fake.text(&call, "twice").await;
    };
    let (report, ()) = called(&tools, "read", "{}", serving).await;
    assert_eq!(report.results()[0].text(), "right");
    // And the connection is none the worse.
    let serving = async {
        let call = fake.request("tools/call").await;
        fake.text(&call, "again").await;
    };
    let (report, ()) = called(&tools, "read", "{}", serving).await;
    assert_eq!(report.results()[0].text(), "again");
}

#[tokio::test]
async fn what_the_server_asks_is_refused() {
    let (tools, mut fake) = connected(json!([tool("read")])).await;
    let serving = async {
        let call = fake.request("tools/call").await;
        let mut refused = Vec::new();
        for (id, method) in [
            (1, "sampling/createMessage"),
            (2, "elicitation/create"),
            (3, "roots/list"),
        ] {
            let params = match method {
                "sampling/createMessage" => json!({"messages": [], "maxTokens": 1}),
                "elicitation/create" => {
                    json!({"message": "?", "requestedSchema": {"type": "object", "properties": {}}})
                }
                _ => json!({}),
            };
            fake.send(json!({"id": id, "method": method, "params": params}))
                .await;
            refused.push(fake.next().await.unwrap());
        }
        fake.send(json!({"id": 4, "method": "ping"})).await;
        let ping = fake.next().await.unwrap();
        fake.text(&call, "done").await;
        (refused, ping)
    };
    let (report, (refused, ping)) = called(&tools, "read", "{}", serving).await;
    assert_eq!(report.results()[0].text(), "done");
    for (index, answer) in refused.iter().enumerate() {
        assert_eq!(answer["id"], index + 1);
        assert_eq!(answer["error"]["code"], -32601, "{answer}");
    }
    assert_eq!(ping["result"], json!({}));
}

#[tokio::test]
async fn a_handler_of_the_programs_own_answers() {
    struct Roots;

    impl rmcp::ClientHandler for Roots {
        async fn on_custom_request(
            &self,
            request: rmcp::model::CustomRequest,
            _: rmcp::service::RequestContext<rmcp::RoleClient>,
        ) -> Result<rmcp::model::CustomResult, rmcp::ErrorData> {
            let answer = json!({"answered": request.method});
            Ok(rmcp::model::CustomResult::new(answer))
        }
    }

    let (tools, mut fake) =
        connected_as(|connect| connect.handler(Roots), json!([tool("read")])).await;
    let serving = async {
        let call = fake.request("tools/call").await;
        fake.send(json!({"id": 1, "method": "x/own", "params": {}}))
            .await;
        let answer = fake.next().await.unwrap();
        fake.text(&call, "done").await;
        answer
    };
    let (_, answer) = called(&tools, "read", "{}", serving).await;
    assert_eq!(answer["result"]["answered"], "x/own");
}
