//! A server that is a child process.

use std::time::Duration;

use tokio::process::Command;
use tool_mcp::client::{ChildServer, ConnectError, McpTools, Stderr};
use tool_runtime::{Report, ToolCall};

use crate::fake::toolbox;

fn command(how: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scripted-server"));
    command.arg(how);
    command
}

async fn run(tools: &McpTools, name: &str, arguments: &str) -> Report {
    toolbox(tools)
        .run([ToolCall::new("1", format!("files__{name}"), arguments)])
        .await
}

async fn text(tools: &McpTools, name: &str) -> String {
    run(tools, name, "{}").await.results()[0].text().to_owned()
}

/// Whether the process has ended and somebody has taken note of it.
async fn is_gone(pid: &str) {
    #[cfg(target_os = "linux")]
    while std::fs::exists(format!("/proc/{pid}")).unwrap_or_default() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let _ = pid;
}

#[tokio::test]
async fn a_command_is_a_server() {
    let mut command = command("");
    command.env("SCRIPTED", "yes");
    let tools = McpTools::connect("files", command).await.unwrap();
    let report = run(&tools, "echo", r#"{"text": "hello"}"#).await;
    assert_eq!(report.results()[0].text(), "hello");
    assert_eq!(text(&tools, "environment").await, "yes");
    let pid = text(&tools, "pid").await;
    tools.close().await;
    is_gone(&pid).await;
}

#[tokio::test]
async fn a_server_that_is_killed_in_the_middle_of_a_call_is_started_again() {
    let tools = McpTools::connect("files", command("")).await.unwrap();
    let before = text(&tools, "pid").await;
    assert_eq!(
        text(&tools, "die").await,
        "The connection to the server `files` was lost before it answered. It may have taken effect; check before repeating. The same call may succeed later."
    );
    let after = text(&tools, "pid").await;
    assert_ne!(before, after);
    is_gone(&before).await;
}

#[tokio::test]
async fn a_server_that_dies_at_once_says_why() {
    let error = McpTools::connect("files", command("dies-at-once"))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the server `files` cannot be used: it ended the connection before it had answered
It wrote on standard error:
  reading the settings
  no such file: settings.toml"
    );
    let child = ChildServer::new(command("dies-at-once")).stderr(Stderr::Discard);
    let error = McpTools::connect("files", child).await.unwrap_err();
    assert!(matches!(error, ConnectError::Unreachable { stderr, .. } if stderr.len() == 2));
}

#[tokio::test]
async fn a_program_that_is_not_there_says_so() {
    let error = McpTools::connect("files", Command::new("no-such-program-anywhere"))
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with(
            "the server `files` cannot be used: `no-such-program-anywhere` cannot be started: "
        ),
        "{text}"
    );
}

#[tokio::test]
async fn lines_that_are_no_messages_are_passed_over() {
    let tools = McpTools::connect("files", command("speaks-no-mcp"))
        .await
        .unwrap();
    assert_eq!(
        run(&tools, "echo", r#"{"text": "a"}"#).await.results()[0].text(),
        "a"
    );
}

#[tokio::test]
async fn whoever_lets_go_of_a_server_ends_it_and_what_it_has_started() {
    let tools = McpTools::connect("files", command("")).await.unwrap();
    let (pid, grandchild) = (
        text(&tools, "pid").await,
        text(&tools, "start_another").await,
    );
    drop(tools);
    is_gone(&pid).await;
    is_gone(&grandchild).await;
}

#[tokio::test]
async fn a_server_that_does_not_want_to_end_is_made_to() {
    let child =
        ChildServer::new(command("ends-only-by-force")).stop_within(Duration::from_millis(50));
    let tools = McpTools::connect("files", child).await.unwrap();
    let pid = text(&tools, "pid").await;
    tools.close().await;
    is_gone(&pid).await;
}

#[test]
fn a_runtime_that_ends_leaves_no_process_behind() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let first = runtime();
    let (tools, pid) = first.block_on(async {
        let tools = McpTools::connect("files", command("ends-only-by-force"))
            .await
            .unwrap();
        let pid = text(&tools, "pid").await;
        (tools, pid)
    });
    drop(first);
    drop(tools);
    // Whoever runs another takes note of its end.
    runtime().block_on(async {
        let others = McpTools::connect("files", command("")).await.unwrap();
        is_gone(&pid).await;
        others.close().await;
    });
}

#[tokio::test]
async fn neither_arguments_nor_environment_are_shown() {
    let mut command = command("--token=hunter22");
    command.env("KEY", "hunter23");
    let connect = McpTools::connect("files", command);
    let shown = format!("{connect:?}");
    assert!(!shown.contains("hunter"), "{shown}");
}
