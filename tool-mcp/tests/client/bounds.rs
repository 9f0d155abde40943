//! Messages that are too long for anybody.

use serde_json::json;
use tool_runtime::ToolCall;

use crate::fake::{called, connected, connected_as, tool, toolbox};

#[tokio::test]
async fn ten_megabytes_are_cut_as_every_result_is() {
    let (tools, mut fake) = connected(json!([tool("read")])).await;
    let serving = async {
        let call = fake.request("tools/call").await;
        let text = format!("first {} last", "x".repeat(10_000_000));
        fake.text(&call, &text).await;
    };
    let (report, ()) = called(&tools, "read", "{}", serving).await;
    let result = &report.results()[0];
    assert!(!result.is_error());
    let text = result.text();
    assert!(text.len() < 140_000, "{}", text.len());
    assert!(text.starts_with("first ") && text.ends_with(" last"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_over_the_limit_is_an_error_of_its_call_alone() {
    let (tools, mut fake) = connected_as(
        |connect| connect.max_message_bytes(10_000),
        json!([tool("read"), tool("write")]),
    )
    .await;
    let toolbox = toolbox(&tools);
    let calls = ["files__read", "files__write"].map(|name| ToolCall::new(name, name, "{}"));
    let serving = async {
        let mut requests = [
            fake.request("tools/call").await,
            fake.request("tools/call").await,
        ];
        requests.sort_by_key(|request| request["params"]["name"].to_string());
        let [read, write] = requests;
        // The id first, and last.
        fake.text(&read, &"x".repeat(20_000)).await;
        fake.text(&write, "seven").await;
        let again = fake.request("tools/call").await;
        let content = json!([{"type": "text", "text": "\"id\":1,".repeat(5_000)}]);
        fake.line(&format!(
            r#"{{"result":{{"content":{content}}},"jsonrpc":"2.0","id":{}}}"#,
            again["id"]
        ))
        .await;
    };
    let calling = async {
        let both = toolbox.run(calls).await;
        let again = toolbox.run([ToolCall::new("3", "files__read", "{}")]).await;
        (both, again)
    };
    let ((both, again), ()) = tokio::join!(calling, serving);
    let expected = "The server `files` answered with an error instead of a result (-32603): the answer has more than 10000 bytes, which is the most that is taken. The same call would fail again.";
    assert_eq!(both.results()[0].text(), expected);
    assert_eq!(both.results()[1].text(), "seven");
    assert_eq!(again.results()[0].text(), expected);
}
