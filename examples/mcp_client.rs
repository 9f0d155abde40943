//! The tools of a server of the Model Context Protocol beside the program's own, in one batch.
//!
//! ```text
//! cargo run --example mcp_client --features mcp
//! cargo run --example mcp_client --features mcp -- npx -y @modelcontextprotocol/server-everything
//! ```
//!
//! With a command, that is the server, and its tools are shown. Without one, this program starts itself as a small server of books.

use std::io::{BufRead, Write, stdin, stdout};

use serde_json::{Value, json};
use tokio::process::Command;
use tool_mcp::client::McpTools;
use tool_runtime::dialect::Anthropic;
use tool_runtime::tool::DeclaredEffects;
use tool_runtime::{ToolCall, Toolbox, tool, tools};

/// Says what time it is.
#[tool(pure)]
async fn tell_time() -> &'static str {
    "noon"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        None => batch().await,
        Some((only, [])) if only == SERVE => Ok(serve()?),
        Some((program, arguments)) => show(program, arguments).await,
    }
}

/// What is in a server's toolbox, as a model reads it.
async fn show(program: &str, arguments: &[String]) -> Result<(), Box<dyn std::error::Error>> {
    let mut command = Command::new(program);
    command.args(arguments);
    let server = McpTools::connect("server", command).await?;
    for refused in server.refused() {
        eprintln!("left out: {refused}");
    }
    let toolbox = Toolbox::<()>::builder().tools(server.tools()).build()?;
    for tool in toolbox.manifest(Anthropic)?.tools() {
        println!("{}: {}", tool.name(), tool.description());
    }
    server.close().await;
    Ok(())
}

/// One batch over a tool of ours and two calls of a server's.
async fn batch() -> Result<(), Box<dyn std::error::Error>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(SERVE);
    // What the server says of effects is not believed; this is what we know.
    let books = McpTools::connect("books", command)
        .effects("find_title", DeclaredEffects::reads(["book:{id}"]))
        .await?;
    let toolbox = Toolbox::<()>::builder()
        .tools(tools![tell_time])
        .tools(books.tools())
        .build()?;
    let calls = [
        ("books__find_title", r#"{"id": 7}"#),
        ("tell_time", "{}"),
        ("books__find_title", r#"{"id": "seven"}"#),
    ];
    let calls = calls.map(|(name, arguments)| ToolCall::new("", name, arguments));
    for result in toolbox.run(calls).await.results() {
        println!("{}: {}", result.name(), result.text());
    }
    books.close().await;
    Ok(())
}

const SERVE: &str = "--serve";

/// A server by hand, to have one on every machine: a line for each message.
fn serve() -> std::io::Result<()> {
    for line in stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line?)?;
        // What has no id wants no answer.
        if request.get("id").is_some() {
            let mut answer = answer(&request);
            answer["jsonrpc"] = json!("2.0");
            answer["id"] = request["id"].clone();
            writeln!(stdout(), "{answer}")?;
        }
    }
    Ok(())
}

fn answer(request: &Value) -> Value {
    match request["method"].as_str() {
        Some("initialize") => json!({"result": {
            "protocolVersion": request["params"]["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "books", "version": "1"},
        }}),
        Some("tools/list") => json!({"result": {"tools": [{
            "name": "find_title",
            "description": "Looks up a book's title.",
            "inputSchema": {"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]},
        }]}}),
        Some("tools/call") => json!({"result": {"content": [{"type": "text", "text": "Emma"}]}}),
        _ => json!({"error": {"code": -32601, "message": "there is no such method"}}),
    }
}
