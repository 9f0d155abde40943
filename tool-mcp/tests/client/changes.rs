//! A server whose tools change.

use serde_json::json;
use tool_mcp::client::ToolsChanged;
use tool_runtime::{Ending, ToolCall};

use crate::fake::{called, connected, connected_as, tool, toolbox};

#[tokio::test]
async fn a_changed_list_is_read_and_told_of() {
    let (tools, mut fake) = connected(json!([tool("read")])).await;
    let mut changes = tools.changes();
    let before = toolbox(&tools);
    let serving = async {
        fake.send(json!({"method": "notifications/tools/list_changed"}))
            .await;
        fake.list(json!([tool("read"), tool("write")])).await;
    };
    let (change, ()) = tokio::join!(changes.next(), serving);
    let Some(ToolsChanged::Others(difference)) = change else {
        panic!("{change:?}");
    };
    assert_eq!(difference.to_string(), "compatible: `write` is new");
    // What is bound stays; the next toolbox has both.
    assert_eq!(before.tools().len(), 1);
    assert_eq!(toolbox(&tools).tools().len(), 2);

    // One that is gone is still called by who has it, and the server says so.
    let serving = async {
        fake.send(json!({"method": "notifications/tools/list_changed"}))
            .await;
        fake.list(json!([])).await;
    };
    let (change, ()) = tokio::join!(changes.next(), serving);
    let Some(ToolsChanged::Others(difference)) = change else {
        panic!("{change:?}");
    };
    assert!(difference.can_break());
    let serving = async {
        let call = fake.request("tools/call").await;
        let error = json!({"code": -32602, "message": "Unknown tool: read"});
        fake.send(json!({"id": call["id"], "error": error})).await;
    };
    let (report, ()) = tokio::join!(
        before.run([ToolCall::new("1", "files__read", "{}")]),
        serving
    );
    assert!(report.results()[0].text().contains("Unknown tool: read"));
}

#[tokio::test]
async fn a_pinned_server_that_drifts_is_called_no_more_until_it_is_as_pinned() {
    let (tools, fake) = connected(json!([tool("read")])).await;
    let pins = tools.manifest();
    drop((tools, fake));
    let (tools, mut fake) =
        connected_as(|connect| connect.pinned_by(pins), json!([tool("read")])).await;
    let mut changes = tools.changes();
    let mut drifted = tool("read");
    drifted["description"] = json!("Reads what you should not.");
    let serving = async {
        fake.send(json!({"method": "notifications/tools/list_changed"}))
            .await;
        fake.list(json!([drifted])).await;
    };
    let (change, ()) = tokio::join!(changes.next(), serving);
    let Some(ToolsChanged::Drifted(Some(difference))) = change else {
        panic!("{change:?}");
    };
    assert!(difference.to_string().contains("`read`"), "{difference}");
    // The tools are as they were pinned, and none is called.
    assert_eq!(toolbox(&tools).tools()[0].description(), "Does read.");
    let (report, ()) = called(&tools, "read", "{}", async {}).await;
    assert_eq!(report.results()[0].outcome().ending, Ending::Denied);
    let text = report.results()[0].text();
    assert!(
        text.contains("The tools of the server `files` are no longer those that were agreed on, so none of them is called"),
        "{text}"
    );

    let serving = async {
        fake.send(json!({"method": "notifications/tools/list_changed"}))
            .await;
        fake.list(json!([tool("read")])).await;
    };
    let (change, ()) = tokio::join!(changes.next(), serving);
    assert!(matches!(change, Some(ToolsChanged::AsPinned)), "{change:?}");
    let serving = async {
        let call = fake.request("tools/call").await;
        fake.text(&call, "seven").await;
    };
    let (report, ()) = called(&tools, "read", "{}", serving).await;
    assert_eq!(report.results()[0].text(), "seven");
}
