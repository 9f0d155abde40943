//! rmcp's own client.

use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, ClientCapabilities, ClientConfig, ElicitRequestParams, ElicitResult,
    ElicitationAction, Implementation,
};
use rmcp::service::{RequestContext, RoleClient, RunningService};
use rmcp::{ClientHandler, ErrorData, ServiceExt as _};
use serde_json::json;
use tool_mcp::rmcp;

use crate::tools::{Probe, server};

struct Agrees;

impl ClientHandler for Agrees {
    fn get_info(&self) -> ClientConfig {
        let capabilities = ClientCapabilities::builder().enable_elicitation().build();
        ClientConfig::new(capabilities, Implementation::new("agrees", "0"))
    }

    async fn create_elicitation(
        &self,
        _: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        Ok(ElicitResult::new(ElicitationAction::Accept))
    }
}

async fn client(probe: &Arc<Probe>) -> RunningService<RoleClient, Agrees> {
    let (ours, theirs) = tokio::io::duplex(4096);
    let (read, write) = tokio::io::split(theirs);
    tokio::spawn(server(probe).serve(read, write));
    Agrees.serve(ours).await.unwrap()
}

fn call(tool: &'static str, arguments: serde_json::Value) -> CallToolRequestParams {
    CallToolRequestParams::new(tool).with_arguments(arguments.as_object().unwrap().clone())
}

#[tokio::test]
async fn it_lists_calls_and_agrees() {
    let probe = Probe::new();
    let client = client(&probe).await;
    assert_eq!(client.list_all_tools().await.unwrap().len(), 14);
    let (one, other) = tokio::join!(
        client.call_tool(call("meet", json!({}))),
        client.call_tool(call("meet", json!({})))
    );
    assert_eq!(
        (one.unwrap().is_error, other.unwrap().is_error),
        (None, None)
    );
    let paid = client
        .call_tool(call("pay", json!({"to": "Ada", "amount": 700})))
        .await
        .unwrap();
    assert_eq!(paid.content[0].as_text().unwrap().text, "paid 700 to Ada");
    let book = client
        .call_tool(call("find_book", json!({"title": "Emma"})))
        .await
        .unwrap();
    assert_eq!(
        book.structured_content,
        Some(json!({"title": "Emma", "pages": 7}))
    );
    client.cancel().await.unwrap();
}
