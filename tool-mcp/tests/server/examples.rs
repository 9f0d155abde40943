//! The examples do what the guide says of them.

use rmcp::ServiceExt as _;
use rmcp::model::CallToolRequestParams;
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::TokioChildProcess;
use serde_json::{Value, json};
use tokio::process::Command;
use tool_mcp::rmcp;

const GUIDE: &str = include_str!("../../../tool-runtime/docs/guide/mcp.md");
const EXAMPLES: &str = include_str!("../../../examples/Cargo.toml");

async fn started(program: &str, arguments: &[&str]) -> RunningService<RoleClient, ()> {
    let mut command = Command::new(program);
    command.args(arguments);
    ().serve(TokioChildProcess::new(command).unwrap())
        .await
        .unwrap()
}

async fn names(client: &RunningService<RoleClient, ()>) -> Vec<String> {
    let tools = client.list_all_tools().await.unwrap();
    tools.into_iter().map(|tool| tool.name.into()).collect()
}

async fn called(
    client: &RunningService<RoleClient, ()>,
    tool: &'static str,
    arguments: Value,
) -> String {
    let arguments = arguments.as_object().unwrap().clone();
    let call = CallToolRequestParams::new(tool).with_arguments(arguments);
    let result = client.call_tool(call).await.unwrap();
    result.content[0].as_text().unwrap().text.clone()
}

#[tokio::test]
async fn the_server_of_the_guide_serves_the_desk() {
    let client = started(env!("CARGO_BIN_EXE_mcp-server-example"), &[]).await;
    assert_eq!(
        names(&client).await,
        ["get_customer", "get_orders", "get_tickets"]
    );
    let customer = called(&client, "get_customer", json!({"customer_id": 1234})).await;
    assert_eq!(
        customer,
        r#"{"id":1234,"name":"Ada Lovelace","plan":"gold"}"#
    );
    client.cancel().await.unwrap();
}

#[tokio::test]
async fn the_desk_serves_its_own() {
    let client = started(env!("CARGO_BIN_EXE_mcp-desk"), &["serve", "mcp"]).await;
    assert_eq!(names(&client).await.len(), 9);
    let closed = called(&client, "close_ticket", json!({"ticket_id": 9})).await;
    assert!(closed.contains(r#""open":false"#), "{closed}");
    // This client has nobody to ask.
    let denied = called(&client, "delete_customer", json!({"customer_id": 1234})).await;
    assert!(
        denied.starts_with("`delete_customer` was not called"),
        "{denied}"
    );
    client.cancel().await.unwrap();
}

/// What an editor is told to start is there.
#[test]
fn the_configuration_of_the_guide_starts_the_example() {
    let json = GUIDE.split("```json\n").nth(1).unwrap();
    let json: Value = serde_json::from_str(json.split("```").next().unwrap()).unwrap();
    let server = &json["mcpServers"]["desk"];
    assert_eq!(server["command"], "cargo");
    let arguments: Vec<_> = server["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect();
    assert_eq!(arguments[..2], ["run", "--quiet"]);
    assert_eq!(
        arguments[4..],
        ["--example", "mcp_server", "--features", "mcp"]
    );
    assert!(EXAMPLES.contains(
        "name = \"mcp_server\"\npath = \"mcp_server.rs\"\nrequired-features = [\"mcp\"]"
    ));
}
