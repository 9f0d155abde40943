//! A program whose tools are wrong on purpose, with subcommands of its own and a state that is not always there.

use std::process::ExitCode;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;
use tool_cli::clap::{Arg, Command};
use tool_cli::{Cli, Invocation, Problem};
use tool_runtime::{BuildError, ToolCall, ToolError, Toolbox, tool, tools};

/// What the tools borrow.
struct Garden;

#[derive(Deserialize, JsonSchema)]
struct Tree {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "children", default)]
    _children: Vec<Tree>,
}

/// Plants a tree.
#[tool]
async fn plant(
    /// Its root.
    root: Tree,
) {
    drop(root);
}

/// Waits on a thread for longer than anybody would.
#[tool(writes("thread"), timeout = "20ms")]
fn block(#[state] _garden: &Garden) {
    std::thread::sleep(Duration::from_secs(3600));
}

/// Fails for a reason that is not the model's.
#[tool(pure)]
async fn fail() -> Result<(), ToolError> {
    let cause = "x".parse::<u8>().map_err(std::io::Error::other);
    cause.map(drop).map_err(ToolError::internal)
}

fn main() -> Result<ExitCode, BuildError> {
    let toolbox = Toolbox::<Garden>::builder()
        .tools(tools![plant, block, fail])
        .build()?;
    let connect = || async {
        match std::env::var_os("ODD_STATE") {
            None => Ok(Garden),
            Some(_) => Err(Problem::from("no garden")),
        }
    };
    let repeat = Command::new("repeat")
        .about("Fail so many times")
        .arg(Arg::new("times").required(true));
    let cli = Cli::connecting(toolbox, connect)
        .about("A program of a test.")
        .version("1.2.3")
        .command(repeat, |invocation: Invocation<Garden>| async move {
            let times = invocation.matches().get_one::<String>("times");
            let times: usize = times.ok_or("how often?")?.parse()?;
            let calls = vec![ToolCall::new("", "fail", "{}"); times];
            let report = invocation.desk().await?.run(calls).await;
            println!("{} results", report.results().len());
            Ok(ExitCode::from(7))
        })
        .command(Command::new("completions"), |_| async {
            println!("none");
            Ok(ExitCode::SUCCESS)
        });
    Ok(cli.run_blocking())
}
