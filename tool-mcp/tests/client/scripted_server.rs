//! A server of the Model Context Protocol on standard input and output, in the lifecycle of 2025-11-25, as a program that tests start.
//! Its messages are constructed from the types of the SDK (`InitializeResult`, `ListToolsResult`, `CallToolResult`).

use std::io::{BufRead, Write, stdin, stdout};
use std::process::{Command, exit};
use std::thread::park;

use serde_json::{Value, json};

fn main() {
    let how = std::env::args().nth(1).unwrap_or_default();
    match how.as_str() {
        "dies-at-once" => {
            eprintln!("reading the settings");
            eprintln!("no such file: settings.toml");
            exit(3);
        }
        "speaks-no-mcp" => println!("Usage: files [OPTION]… FILE"),
        _ => {}
    }
    for line in stdin().lock().lines() {
        let line = line.unwrap_or_default();
        let request: Value = serde_json::from_str(&line).unwrap_or_default();
        if let Some(answer) = answer(&request) {
            let mut answer = answer;
            answer["jsonrpc"] = json!("2.0");
            answer["id"] = request["id"].clone();
            let mut out = stdout().lock();
            let _ = writeln!(out, "{answer}").and_then(|()| out.flush());
        }
    }
    if how == "ends-only-by-force" {
        loop {
            park();
        }
    }
}

fn answer(request: &Value) -> Option<Value> {
    request.get("id")?;
    Some(match request["method"].as_str()? {
        "initialize" => json!({"result": {
            "protocolVersion": request["params"]["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "scripted", "version": "1"},
        }}),
        "tools/list" => {
            let names = [
                "echo",
                "pid",
                "environment",
                "die",
                "start_another",
                "never",
            ];
            let tool = |name| json!({"name": name, "inputSchema": {"type": "object", "properties": {"text": {"type": "string"}}}});
            json!({"result": {"tools": names.map(tool)}})
        }
        "tools/call" => {
            let params = &request["params"];
            let text = match params["name"].as_str()? {
                "echo" => params["arguments"]["text"].as_str()?.to_owned(),
                "pid" => std::process::id().to_string(),
                "environment" => std::env::var("SCRIPTED").unwrap_or_else(|_| "not set".into()),
                // In the middle of a call, without a word.
                "die" => exit(1),
                "start_another" => {
                    let child = Command::new("sleep").arg("1000").spawn();
                    child.ok()?.id().to_string()
                }
                _ => return None,
            };
            json!({"result": {"content": [{"type": "text", "text": text}]}})
        }
        method => json!({"error": {"code": -32601, "message": format!("no method `{method}`")}}),
    })
}
