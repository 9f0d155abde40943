//! A client that says what it likes, line by line.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{
    AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf,
};
use tokio::task::JoinHandle;
use tool_mcp::server::{McpServer, ServeError};

use crate::tools::{Probe, server};

pub(crate) struct Raw {
    lines: Lines<BufReader<ReadHalf<DuplexStream>>>,
    write: Option<WriteHalf<DuplexStream>>,
    /// What was read and nobody has asked for.
    kept: Vec<Value>,
    pub(crate) served: JoinHandle<Result<(), ServeError>>,
}

impl Raw {
    /// A client of the server, without a word said.
    pub(crate) fn new(server: McpServer) -> Self {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let (read, write) = tokio::io::split(theirs);
        let served = tokio::spawn(server.serve(read, write));
        let (read, write) = tokio::io::split(ours);
        Self {
            lines: BufReader::new(read).lines(),
            write: Some(write),
            kept: Vec::new(),
            served,
        }
    }

    /// The same with a session.
    pub(crate) async fn begun(server: McpServer) -> Self {
        Self::with_capabilities(server, json!({})).await
    }

    pub(crate) async fn with_capabilities(server: McpServer, capabilities: Value) -> Self {
        let mut client = Self::new(server);
        client.initialize(capabilities).await;
        client
    }

    pub(crate) async fn of(probe: &Arc<Probe>) -> Self {
        Self::begun(server(probe)).await
    }

    pub(crate) async fn initialize(&mut self, capabilities: Value) -> Value {
        let client = json!({"name": "raw", "version": "0"});
        let params = json!({"protocolVersion": "2025-11-25", "capabilities": capabilities, "clientInfo": client});
        let answer = self.ask("initialize", params).await;
        if answer.get("result").is_some() {
            self.line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
                .await;
        }
        answer
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.line(&message.to_string()).await;
    }

    pub(crate) async fn line(&mut self, line: &str) {
        let write = self.write.as_mut().expect("not closed");
        write.write_all(line.as_bytes()).await.unwrap();
        write.write_all(b"\n").await.unwrap();
    }

    /// Closes our side, and reads on.
    pub(crate) async fn close(&mut self) {
        self.write.take().unwrap().shutdown().await.unwrap();
    }

    /// The next message, if there is one.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        if !self.kept.is_empty() {
            return Some(self.kept.remove(0));
        }
        self.read().await
    }

    async fn read(&mut self) -> Option<Value> {
        let line = self.lines.next_line().await.unwrap()?;
        Some(serde_json::from_str(&line).unwrap())
    }

    /// The first message of which this holds; others are kept.
    pub(crate) async fn first(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at);
        }
        loop {
            let message = self.read().await.expect("the server has closed the stream");
            if wanted(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    pub(crate) async fn answer(&mut self, id: impl Into<Value>) -> Value {
        let id = id.into();
        self.first(|message| message["id"] == id && message.get("method").is_none())
            .await
    }

    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = format!("{method}-1");
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
            .await;
        self.answer(id).await
    }

    pub(crate) async fn call(&mut self, id: impl Into<Value>, tool: &str, arguments: Value) {
        let params = json!({"name": tool, "arguments": arguments});
        self.send(
            &json!({"jsonrpc": "2.0", "id": id.into(), "method": "tools/call", "params": params}),
        )
        .await;
    }

    /// The result of a call.
    pub(crate) async fn result(&mut self, tool: &str, arguments: Value) -> Value {
        self.call(tool, tool, arguments).await;
        self.answer(tool).await["result"].clone()
    }

    pub(crate) async fn cancel(&mut self, id: impl Into<Value>) {
        let params = json!({"requestId": id.into()});
        self.send(
            &json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}),
        )
        .await;
    }
}
