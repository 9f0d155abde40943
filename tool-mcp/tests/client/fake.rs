//! A server within the test, which says what the test says. Its messages are constructed from the types of the SDK.

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf,
};
use tokio::sync::mpsc;
use tool_mcp::client::{Connect, Endpoint, McpTools};
use tool_runtime::{Report, ToolCall, Toolbox};

/// One connection, from the server's side.
pub(crate) struct Fake {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    out: WriteHalf<DuplexStream>,
}

/// A server that is there whenever it is asked for: each connection comes out of the channel.
pub(crate) fn server() -> (Endpoint, mpsc::UnboundedReceiver<Fake>) {
    let (connections, accepted) = mpsc::unbounded_channel();
    let endpoint = Endpoint::io(move || {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let accepted = connections.send(Fake::over(theirs));
        async move {
            accepted.map_err(|_| std::io::Error::other("nobody listens"))?;
            Ok(tokio::io::split(ours))
        }
    });
    (endpoint, accepted)
}

/// What a tool needs at least.
pub(crate) fn tool(name: &str) -> Value {
    json!({"name": name, "description": format!("Does {name}."), "inputSchema": {"type": "object"}})
}

/// A connection to a server with these tools, and the server.
pub(crate) async fn connected(tools: Value) -> (McpTools, Fake) {
    connected_as(|connect| connect, tools).await
}

/// The same with settings.
pub(crate) async fn connected_as(
    set: impl FnOnce(Connect) -> Connect,
    tools: Value,
) -> (McpTools, Fake) {
    let (endpoint, mut accepted) = server();
    let connecting = set(McpTools::connect("files", endpoint)).into_future();
    let serving = async {
        let mut fake = accepted.recv().await.unwrap();
        fake.begin(tools).await;
        fake
    };
    let (tools, fake) = tokio::join!(connecting, serving);
    (tools.unwrap(), fake)
}

impl Fake {
    pub(crate) fn over(stream: DuplexStream) -> Self {
        let (read, out) = tokio::io::split(stream);
        let lines = BufReader::new(read).lines();
        Self { lines, out }
    }

    /// The next message of the client, or nothing once it has ended the connection.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let line = self.lines.next_line().await.unwrap_or_default()?;
        Some(serde_json::from_str(&line).unwrap())
    }

    /// The next request of this method; what else comes is passed over.
    #[track_caller]
    pub(crate) fn request(&mut self, method: &str) -> impl Future<Output = Value> {
        let method = method.to_owned();
        async move {
            loop {
                let message = self.next().await;
                let message = message.unwrap_or_else(|| panic!("no `{method}` came"));
                if message["method"] == *method {
                    return message;
                }
            }
        }
    }

    pub(crate) async fn line(&mut self, line: &str) {
        // A client that has gone reads nothing.
        let _ = self.out.write_all(format!("{line}\n").as_bytes()).await;
    }

    pub(crate) async fn send(&mut self, mut message: Value) {
        message["jsonrpc"] = json!("2.0");
        self.line(&message.to_string()).await;
    }

    pub(crate) async fn answer(&mut self, request: &Value, result: Value) {
        self.send(json!({"id": request["id"], "result": result}))
            .await;
    }

    /// Answers a call with a text.
    pub(crate) async fn text(&mut self, request: &Value, text: &str) {
        let result = json!({"content": [{"type": "text", "text": text}]});
        self.answer(request, result).await;
    }

    /// The handshake of 2025-11-25, as of a server that knows no other.
    pub(crate) async fn handshake(&mut self) {
        let discover = self.request("server/discover").await;
        let unknown =
            json!({"id": discover["id"], "error": {"code": -32601, "message": "unknown"}});
        self.send(unknown).await;
        let initialize = self.request("initialize").await;
        self.answer(
            &initialize,
            json!({
                "protocolVersion": "2025-11-25",
                "capabilities": {"tools": {"listChanged": true}},
                "serverInfo": {"name": "fake", "version": "1"},
            }),
        )
        .await;
    }

    /// The handshake and the list of tools.
    pub(crate) async fn begin(&mut self, tools: Value) {
        self.handshake().await;
        self.list(tools).await;
    }

    pub(crate) async fn list(&mut self, tools: Value) {
        let list = self.request("tools/list").await;
        self.answer(&list, json!({ "tools": tools })).await;
    }
}

pub(crate) fn toolbox(tools: &McpTools) -> Toolbox<()> {
    Toolbox::builder().tools(tools.tools()).build().unwrap()
}

/// One call of `files__…`, and what the server does meanwhile.
pub(crate) async fn called<T>(
    tools: &McpTools,
    name: &str,
    arguments: &str,
    serving: impl Future<Output = T>,
) -> (Report, T) {
    let toolbox = toolbox(tools);
    let calls = [ToolCall::new("call_1", format!("files__{name}"), arguments)];
    tokio::join!(toolbox.run(calls), serving)
}
