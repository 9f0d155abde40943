//! One batch over tools of the program and of two servers.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Barrier;
use tool_runtime::{ToolCall, Toolbox, tool, tools};

use crate::fake::{Fake, server, tool};

struct App {
    /// Whoever is at work.
    together: Arc<Barrier>,
}

impl tool_runtime::Provide<Barrier> for App {
    fn provide(&self) -> &Barrier {
        &self.together
    }
}

/// Waits for the others.
#[tool(pure)]
async fn local(#[state] together: &Barrier) -> &'static str {
    together.wait().await;
    "local"
}

async fn serve(mut fake: Fake, answer: &str, together: Arc<Barrier>) {
    let call = fake.request("tools/call").await;
    together.wait().await;
    fake.text(&call, answer).await;
    // Until the connection is over.
    while fake.next().await.is_some() {}
}

#[tokio::test]
async fn a_batch_runs_across_all_of_them_at_once() {
    let mut servers = Vec::new();
    let mut builder = Toolbox::<App>::builder().tools(tools![local]);
    for name in ["files", "crm"] {
        let (endpoint, mut accepted) = server();
        let connecting = tool_mcp::client::McpTools::connect(name, endpoint).into_future();
        let serving = async {
            let mut fake = accepted.recv().await.unwrap();
            fake.begin(json!([tool("get")])).await;
            fake
        };
        let (tools, fake) = tokio::join!(connecting, serving);
        builder = builder.tools(tools.unwrap().tools());
        servers.push((name, fake));
    }
    // Nobody gets on before all three are at work.
    let together = Arc::new(Barrier::new(3));
    let serving: Vec<_> = servers
        .into_iter()
        .map(|(name, fake)| tokio::spawn(serve(fake, name, Arc::clone(&together))))
        .collect();
    let toolbox = builder.build().unwrap();
    let calls = ["files__get", "local", "crm__get"].map(|name| ToolCall::new(name, name, "{}"));
    let report = toolbox.bind(App { together }).run(calls).await;
    let texts: Vec<_> = report
        .results()
        .iter()
        .map(|result| result.text().to_owned())
        .collect();
    assert_eq!(texts, ["files", "local", "crm"]);
    drop(toolbox);
    for serving in serving {
        serving.await.unwrap();
    }
}
