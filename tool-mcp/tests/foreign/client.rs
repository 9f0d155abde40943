//! Foreign servers, for our client.

use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio_stream::StreamExt as _;
use tool_mcp::client::{McpTools, McpUrl, ToolsChanged};
use tool_mcp::rmcp::model::ProtocolVersion;
use tool_mcp::rmcp::service::ClientLifecycleMode;
use tool_runtime::batch::Event;
use tool_runtime::dialect::{
    Anthropic, Bedrock, Gemini, Mcp, Mistral, Ollama, OpenAiChat, OpenAiResponses,
};
use tool_runtime::{Content, Policy, Report, ToolCall, Toolbox};

use crate::{everything, python};

/// Python's SDK, with the script beside this file.
fn python_server() -> Command {
    let mut command = Command::new(python());
    command.arg(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/foreign/python_server.py"
    ));
    command
}

fn everything_server() -> Command {
    let mut command = Command::new("node");
    command.arg(everything());
    command
}

/// A server that was started to be reached at a URL; it ends when this is dropped.
struct Started {
    _process: Child,
    url: String,
}

async fn python_at_url() -> Started {
    let mut command = python_server();
    command
        .arg("http")
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = lines.next_line().await.unwrap().expect("its port");
    Started {
        _process: process,
        url: format!("http://127.0.0.1:{port}/mcp"),
    }
}

async fn everything_at_url() -> Started {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut command = everything_server();
    command.arg("streamableHttp").env("PORT", port.to_string());
    command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut process = command.spawn().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("listening on port") {
            break;
        }
    }
    // Whoever writes where nobody reads would end.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Started {
        _process: process,
        url: format!("http://127.0.0.1:{port}/mcp"),
    }
}

fn toolbox(tools: &McpTools) -> Toolbox<()> {
    Toolbox::builder().tools(tools.tools()).build().unwrap()
}

async fn call(toolbox: &Toolbox<()>, name: &str, arguments: serde_json::Value) -> Report {
    toolbox
        .run([ToolCall::new("1", name, arguments.to_string())])
        .await
}

async fn text(toolbox: &Toolbox<()>, name: &str, arguments: serde_json::Value) -> String {
    call(toolbox, name, arguments).await.results()[0]
        .text()
        .to_owned()
}

/// Every tool is in the manifest of every dialect, also with strict schemas where there are any.
fn in_every_dialect(tools: &McpTools) {
    let toolbox = toolbox(tools);
    let count = tools.server_tools().len();
    let manifests = [
        toolbox.manifest(Anthropic),
        toolbox.manifest(Anthropic.strict().lenient()),
        toolbox.manifest(Bedrock),
        toolbox.manifest(Gemini),
        toolbox.manifest(Mcp),
        toolbox.manifest(Mistral),
        toolbox.manifest(Ollama),
        toolbox.manifest(OpenAiChat),
        toolbox.manifest(OpenAiChat.strict().lenient()),
        toolbox.manifest(OpenAiResponses),
        toolbox.manifest(OpenAiResponses.strict().lenient()),
    ];
    for manifest in manifests {
        assert_eq!(manifest.unwrap().tools().len(), count);
    }
}

/// What a call says on its way, and at its end.
async fn said(toolbox: &Toolbox<()>, name: &str, arguments: serde_json::Value) -> Vec<String> {
    let mut events = toolbox
        .run([ToolCall::new("1", name, arguments.to_string())])
        .events();
    let mut said = Vec::new();
    while let Some(event) = events.next().await {
        match event {
            Event::Progress { progress, .. } => said.push(progress.to_string()),
            Event::Report(report) => said.push(report.results()[0].text().to_owned()),
            _ => {}
        }
    }
    said
}

async fn understands_python(tools: &McpTools) {
    assert_eq!(tools.refused(), []);
    in_every_dialect(tools);
    let toolbox = toolbox(tools);
    assert_eq!(
        text(&toolbox, "py__add", json!({"a": 2, "b": 3})).await,
        "5"
    );
    let unfit = text(&toolbox, "py__add", json!({"a": "two", "b": 3})).await;
    assert!(unfit.contains("`a`: expected"), "{unfit}");
    let weather = call(&toolbox, "py__weather", json!({"city": "Bern"})).await;
    let [Content::Json(weather)] = weather.results()[0].parts() else {
        panic!("{weather:?}");
    };
    let weather: serde_json::Value = serde_json::from_str(weather).unwrap();
    assert_eq!(weather, json!({"city": "Bern", "celsius": 21.5}));
    let cities = call(&toolbox, "py__cities", json!({})).await;
    assert_eq!(
        cities.results()[0].parts(),
        [Content::text("Bern"), Content::text("Rome")]
    );
    let picture = call(&toolbox, "py__picture", json!({})).await;
    assert_eq!(
        picture.results()[0].parts(),
        [Content::image("image/png", b"\x89PNG")]
    );
    let failed = call(&toolbox, "py__fail", json!({"why": "no reason"})).await;
    assert!(failed.results()[0].is_error());
    let failed = failed.results()[0].text();
    assert!(failed.contains("fail"), "{failed}");
    assert_eq!(
        said(&toolbox, "py__count", json!({"to": 3})).await,
        ["1 of 3: at 1", "2 of 3: at 2", "3 of 3: at 3", "counted"]
    );
}

/// A call that is not wanted any more ends at the server too.
async fn cancels(tools: &McpTools) {
    let toolbox = toolbox(tools);
    let policy = Policy::default().call_timeout(Duration::from_millis(300));
    let bound = toolbox.bind(()).with(policy).unwrap();
    let before = text(&toolbox, "py__how_many_cancelled", json!({})).await;
    let report = bound
        .run([ToolCall::new("1", "py__wait_for_ever", "{}")])
        .await;
    assert!(report.results()[0].is_error());
    while text(&toolbox, "py__how_many_cancelled", json!({})).await == before {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pythons_sdk_on_standard_input_and_output() {
    let tools = McpTools::connect("py", python_server()).await.unwrap();
    let version = tools.server_info().unwrap().protocol_version.clone();
    assert_eq!(version, ProtocolVersion::V_2026_07_28);
    understands_python(&tools).await;
    cancels(&tools).await;
    tools.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pythons_sdk_with_the_handshake_of_before() {
    let tools = McpTools::connect("py", python_server())
        .lifecycle(ClientLifecycleMode::Initialize)
        .await
        .unwrap();
    let version = tools.server_info().unwrap().protocol_version.clone();
    assert_eq!(version, ProtocolVersion::V_2025_11_25);
    understands_python(&tools).await;
    cancels(&tools).await;
    tools.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pythons_sdk_at_a_url() {
    let started = python_at_url().await;
    for lifecycle in [None, Some(ClientLifecycleMode::Initialize)] {
        let mut connect = McpTools::connect("py", McpUrl::new(&started.url).bearer("unused"));
        if let Some(lifecycle) = lifecycle {
            connect = connect.lifecycle(lifecycle);
        }
        let tools = connect.await.unwrap();
        understands_python(&tools).await;
        cancels(&tools).await;
        tools.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pythons_sdk_tells_of_other_tools() {
    let tools = McpTools::connect("py", python_server()).await.unwrap();
    let mut changes = tools.changes();
    let before = toolbox(&tools);
    assert_eq!(text(&before, "py__learn", json!({})).await, "learned");
    let change = changes.next().await;
    let Some(ToolsChanged::Others(difference)) = change else {
        panic!("{change:?}");
    };
    assert_eq!(difference.to_string(), "compatible: `learned` is new");
    assert_eq!(
        text(&toolbox(&tools), "py__learned", json!({})).await,
        "new"
    );
}

async fn understands_everything(tools: &McpTools) {
    assert_eq!(tools.refused(), []);
    in_every_dialect(tools);
    let toolbox = toolbox(tools);
    let echo = text(&toolbox, "every__echo", json!({"message": "hello"})).await;
    assert_eq!(echo, "Echo: hello");
    let sum = text(&toolbox, "every__get-sum", json!({"a": 2, "b": 3})).await;
    assert_eq!(sum, "The sum of 2 and 3 is 5.");
    let image = call(&toolbox, "every__get-tiny-image", json!({})).await;
    let parts = image.results()[0].parts();
    assert!(
        parts.iter().any(
            |part| matches!(part, Content::Image(image) if image.data.starts_with(b"\x89PNG"))
        ),
        "{parts:?}"
    );
    let arguments = json!({"location": "New York"});
    let structured = call(&toolbox, "every__get-structured-content", arguments).await;
    let [Content::Json(structured)] = structured.results()[0].parts() else {
        panic!("{structured:?}");
    };
    assert!(structured.contains("\"temperature\""), "{structured}");
    let arguments = json!({"messageType": "error", "includeImage": true});
    let annotated = call(&toolbox, "every__get-annotated-message", arguments).await;
    assert_eq!(annotated.results()[0].parts().len(), 2);
    assert_eq!(
        annotated.results()[0].parts()[0],
        Content::text("Error: Operation failed")
    );
    let links = call(&toolbox, "every__get-resource-links", json!({"count": 2})).await;
    let parts = links.results()[0].parts();
    let links = parts
        .iter()
        .filter(|part| matches!(part, Content::ResourceLink(_)));
    assert_eq!(links.count(), 2, "{parts:?}");
    let long = json!({"duration": 0.2, "steps": 4});
    let said = said(&toolbox, "every__trigger-long-running-operation", long).await;
    assert_eq!(said[..4], ["1 of 4", "2 of 4", "3 of 4", "4 of 4"]);
    assert!(
        said[4].starts_with("Long running operation completed."),
        "{said:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn server_everything_on_standard_input_and_output() {
    let tools = McpTools::connect("every", everything_server())
        .await
        .unwrap();
    understands_everything(&tools).await;
    tools.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn server_everything_at_a_url() {
    let started = everything_at_url().await;
    let tools = McpTools::connect("every", McpUrl::new(&started.url))
        .await
        .unwrap();
    understands_everything(&tools).await;
    tools.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_batch_runs_across_both() {
    let (python, everything) = (
        McpTools::connect("py", python_server()).await.unwrap(),
        McpTools::connect("every", everything_server())
            .await
            .unwrap(),
    );
    let toolbox = Toolbox::<()>::builder()
        .tools(python.tools())
        .tools(everything.tools())
        .build()
        .unwrap();
    let report = toolbox
        .run([
            ToolCall::new("1", "py__add", r#"{"a": 1, "b": 2}"#),
            ToolCall::new("2", "every__echo", r#"{"message": "hello"}"#),
            ToolCall::new("3", "py__fail", r#"{"why": "x"}"#),
            ToolCall::new("4", "every__get-sum", r#"{"a": 1, "b": 2}"#),
        ])
        .await;
    let texts: Vec<_> = report
        .results()
        .iter()
        .map(|result| result.text())
        .collect();
    assert_eq!(texts[0], "3");
    assert_eq!(texts[1], "Echo: hello");
    assert!(report.results()[2].is_error());
    assert_eq!(texts[3], "The sum of 1 and 2 is 3.");
}
